//! Replies out of bytes, for clients: every type of both versions.

use super::line::{find_line_end, parse_integer};
use super::{RespError, RespValue};
use crate::limits;
use crate::wire::buffer::InputBuffer;

/// An aggregate whose items are still coming. The stack of these stands for recursion.
#[derive(Debug)]
struct Open {
    kind: u8,
    remaining: usize,
    items: Vec<RespValue>,
}

/// A string whose bytes are still coming.
#[derive(Clone, Copy, Debug)]
struct Blob {
    kind: u8,
    length: usize,
}

/// Incremental decoder of replies and push messages.
#[derive(Debug)]
pub struct ReplyDecoder {
    input: InputBuffer,
    message_max_bytes: usize,
    /// Bytes of the current message that were decoded and consumed.
    message_bytes: usize,
    scanned: usize,
    open: Vec<Open>,
    blob: Option<Blob>,
    failed: Option<RespError>,
}

impl ReplyDecoder {
    /// A decoder that accepts messages of up to `message_max_bytes`.
    pub fn new(message_max_bytes: usize) -> ReplyDecoder {
        ReplyDecoder {
            input: InputBuffer::default(),
            message_max_bytes,
            message_bytes: 0,
            scanned: 0,
            open: Vec::new(),
            blob: None,
            failed: None,
        }
    }

    /// Takes in what was read. After a failure it is dropped.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.input.extend(bytes);
        }
    }

    /// The next complete value. Call until it returns `None`.
    ///
    /// # Errors
    /// Malformed input, or a value above a limit, as soon as that is known.
    pub fn next_value(&mut self) -> Result<Option<RespValue>, RespError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let result = self.advance();
        match &result {
            Ok(Some(_)) => self.message_bytes = 0,
            Ok(None) => self.input.settle(),
            Err(error) => {
                self.input.discard();
                self.open = Vec::new();
                self.failed = Some(error.clone());
            }
        }
        result
    }

    /// Whether it holds nothing: no part of a value, and none that was not asked for yet.
    pub fn is_empty(&self) -> bool {
        self.input.unread().is_empty() && self.open.is_empty() && self.blob.is_none()
    }

    fn advance(&mut self) -> Result<Option<RespValue>, RespError> {
        loop {
            let mut value = match self.blob {
                Some(blob) => match self.read_blob(blob)? {
                    Some(value) => value,
                    None => return Ok(None),
                },
                None => match self.read_line()? {
                    Line::Incomplete => return Ok(None),
                    Line::Opened => continue,
                    Line::Value(value) => value,
                },
            };
            // A complete value may complete the aggregates around it.
            loop {
                let Some(top) = self.open.last_mut() else { return Ok(Some(value)) };
                top.items.push(value);
                top.remaining -= 1;
                if top.remaining > 0 {
                    break;
                }
                let full = self.open.pop().expect("there is a last one");
                value = close(full.kind, full.items);
            }
        }
    }

    fn read_blob(&mut self, blob: Blob) -> Result<Option<RespValue>, RespError> {
        let Some(tail) = self.input.unread().get(blob.length..blob.length + 2) else { return Ok(None) };
        if tail != b"\r\n" {
            return Err(RespError::BadEnd("a bulk string"));
        }
        self.blob = None;
        self.message_bytes += blob.length + 2;
        let bytes = &self.input.take(blob.length + 2)[..blob.length];
        let value = match blob.kind {
            b'$' => RespValue::Bulk(bytes.to_vec()),
            b'!' => RespValue::Error(text(bytes, "bulk error")?),
            _ => match bytes {
                [a, b, c, b':', text @ ..] => {
                    RespValue::Verbatim { format: [*a, *b, *c], text: text.to_vec() }
                }
                _ => return Err(RespError::InvalidValue("verbatim string")),
            },
        };
        Ok(Some(value))
    }

    fn read_line(&mut self) -> Result<Line, RespError> {
        let bytes = self.input.unread();
        let Some(&kind) = bytes.first() else { return Ok(Line::Incomplete) };
        let max = match kind {
            b'+' | b'-' | b'(' | b',' => limits::RESP_LINE_MAX_BYTES,
            _ => limits::RESP_HEADER_MAX_BYTES,
        };
        if !b"+-:$*_#,(!=%~>".contains(&kind) {
            return Err(RespError::UnknownType(kind));
        }
        let Some(end) = find_line_end(bytes, 0, &mut self.scanned, max)? else { return Ok(Line::Incomplete) };
        self.message_bytes += end + 2;
        check_size(self.message_bytes as u64, self.message_max_bytes)?;
        let line = &self.input.take(end + 2)[1..end];
        match kind {
            b'$' | b'!' | b'=' => match parse_integer(line) {
                Some(-1) if kind == b'$' => Ok(Line::Value(RespValue::Null)),
                Some(length @ 0..) => {
                    let whole = (self.message_bytes as u64).saturating_add(length as u64).saturating_add(2);
                    check_size(whole, self.message_max_bytes)?;
                    self.blob = Some(Blob { kind, length: length as usize });
                    Ok(Line::Opened)
                }
                _ => Err(RespError::InvalidBulkLength),
            },
            b'*' | b'%' | b'~' | b'>' => {
                let count = parse_integer(line);
                self.open_aggregate(kind, count)
            }
            _ => Ok(Line::Value(scalar(kind, line)?)),
        }
    }

    fn open_aggregate(&mut self, kind: u8, count: Option<i64>) -> Result<Line, RespError> {
        let count = match count {
            Some(-1) if kind == b'*' => return Ok(Line::Value(RespValue::Null)),
            Some(count @ 0..) => count as u64,
            _ => return Err(RespError::InvalidCount),
        };
        if count > limits::RESP_ELEMENTS_MAX as u64 {
            return Err(RespError::TooManyElements { count, max: limits::RESP_ELEMENTS_MAX });
        }
        if self.open.len() >= limits::RESP_DEPTH_MAX {
            return Err(RespError::TooDeep(limits::RESP_DEPTH_MAX));
        }
        let remaining = if kind == b'%' { 2 * count as usize } else { count as usize };
        if remaining == 0 {
            return Ok(Line::Value(close(kind, Vec::new())));
        }
        // Nothing is reserved for the declared count: memory follows the bytes that came.
        self.open.push(Open { kind, remaining, items: Vec::new() });
        Ok(Line::Opened)
    }
}

enum Line {
    /// The rest of the line is missing.
    Incomplete,
    /// A string's or an aggregate's header; more follows.
    Opened,
    /// A whole value.
    Value(RespValue),
}

fn check_size(bytes: u64, max: usize) -> Result<(), RespError> {
    if bytes > max as u64 { Err(RespError::TooLarge { bytes, max }) } else { Ok(()) }
}

fn text(bytes: &[u8], what: &'static str) -> Result<String, RespError> {
    String::from_utf8(bytes.to_vec()).map_err(|_| RespError::InvalidValue(what))
}

fn close(kind: u8, items: Vec<RespValue>) -> RespValue {
    match kind {
        b'*' => RespValue::Array(items),
        b'~' => RespValue::Set(items),
        b'>' => RespValue::Push(items),
        _ => {
            let mut items = items.into_iter();
            let mut pairs = Vec::with_capacity(items.len() / 2);
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                pairs.push((key, value));
            }
            RespValue::Map(pairs)
        }
    }
}

fn scalar(kind: u8, line: &[u8]) -> Result<RespValue, RespError> {
    match (kind, line) {
        (b'+', _) => Ok(RespValue::Simple(text(line, "simple string")?)),
        (b'-', _) => Ok(RespValue::Error(text(line, "error")?)),
        (b':', _) => parse_integer(line).map(RespValue::Integer).ok_or(RespError::InvalidValue("integer")),
        (b'_', b"") => Ok(RespValue::Null),
        (b'#', b"t") => Ok(RespValue::Boolean(true)),
        (b'#', b"f") => Ok(RespValue::Boolean(false)),
        (b',', _) => text(line, "double")?
            .parse()
            .map(RespValue::Double)
            .map_err(|_| RespError::InvalidValue("double")),
        (b'(', _) => {
            let digits = line.strip_prefix(b"-").or_else(|| line.strip_prefix(b"+")).unwrap_or(line);
            if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
                return Err(RespError::InvalidValue("big number"));
            }
            Ok(RespValue::BigNumber(text(line, "big number")?))
        }
        (b'_', _) => Err(RespError::InvalidValue("null")),
        _ => Err(RespError::InvalidValue("boolean")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8]) -> Result<Vec<RespValue>, RespError> {
        let mut decoder = ReplyDecoder::new(1000);
        decoder.feed(bytes);
        let mut all = Vec::new();
        while let Some(value) = decoder.next_value()? {
            all.push(value);
        }
        Ok(all)
    }

    #[test]
    fn nested_aggregates_close_in_order() {
        use RespValue::*;
        let all = decode(b"%1\r\n+k\r\n*2\r\n*0\r\n~1\r\n#f\r\n>1\r\n*-1\r\n%0\r\n").unwrap();
        let inner = Array(vec![Array(vec![]), Set(vec![Boolean(false)])]);
        assert_eq!(all, [Map(vec![(Simple("k".into()), inner)]), Push(vec![Null]), Map(vec![])]);
    }

    #[test]
    fn malformed_replies_are_refused_with_a_reason() {
        for (bytes, error) in [
            (&b"HTTP/1.1"[..], RespError::UnknownType(b'H')),
            (b"*?\r\n", RespError::InvalidCount),
            (b"%-1\r\n", RespError::InvalidCount),
            (b"*65537\r\n", RespError::TooManyElements { count: 65_537, max: 65_536 }),
            (b"$-2\r\n", RespError::InvalidBulkLength),
            (b"$996\r\n", RespError::TooLarge { bytes: 1004, max: 1000 }),
            (b"$1\r\nabc", RespError::BadEnd("a bulk string")),
            (b"#x\r\n", RespError::InvalidValue("boolean")),
            (b"_x\r\n", RespError::InvalidValue("null")),
            (b":1.5\r\n", RespError::InvalidValue("integer")),
            (b",one\r\n", RespError::InvalidValue("double")),
            (b"(1.5\r\n", RespError::InvalidValue("big number")),
            (b"=3\r\ntxt\r\n", RespError::InvalidValue("verbatim string")),
            (b"+\xff\r\n", RespError::InvalidValue("simple string")),
            (b"+a\n", RespError::BadEnd("a line")),
        ] {
            assert_eq!(decode(bytes), Err(error), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn a_message_of_exactly_the_limit_is_fine() {
        let exact = [b"$992\r\n".to_vec(), vec![b'x'; 992], b"\r\n".to_vec()].concat();
        assert_eq!(exact.len(), 1000);
        assert_eq!(decode(&exact).unwrap().len(), 1);
        assert_eq!(decode(b"$993\r\n"), Err(RespError::TooLarge { bytes: 1001, max: 1000 }));
    }

    #[test]
    fn a_decoder_is_empty_between_values_and_nowhere_else() {
        let message = b"*2\r\n$1\r\na\r\n:1\r\n";
        for split in 0..=message.len() {
            let mut decoder = ReplyDecoder::new(1000);
            decoder.feed(&message[..split]);
            let whole = decoder.next_value().unwrap().is_some();
            assert_eq!(decoder.is_empty(), split == 0 || whole, "{split}");
        }
        let mut decoder = ReplyDecoder::new(1000);
        decoder.feed(&[&message[..], message].concat());
        decoder.next_value().unwrap().unwrap();
        assert!(!decoder.is_empty(), "another one waits");
    }

    #[test]
    fn nesting_ends_at_its_limit() {
        let deep = |depth: usize| [b"*1\r\n".repeat(depth), b"_\r\n".to_vec()].concat();
        assert_eq!(decode(&deep(limits::RESP_DEPTH_MAX)).unwrap().len(), 1);
        assert_eq!(decode(&deep(limits::RESP_DEPTH_MAX + 1)), Err(RespError::TooDeep(32)));
    }
}
