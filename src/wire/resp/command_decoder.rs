//! Commands out of bytes, for the server: arrays of bulk strings.

use std::ops::Range;

use super::RespError;
use super::line::{find_line_end, parse_integer};
use crate::limits;
use crate::wire::buffer::InputBuffer;

/// One command: its name and its arguments, borrowed from the decoder.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    bytes: &'a [u8],
    ranges: &'a [Range<usize>],
}

impl<'a> Args<'a> {
    /// How many there are, the name included; at least one.
    pub fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Never true for a command out of a decoder.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The argument at `index`; the name is at 0.
    pub fn get(&self, index: usize) -> Option<&'a [u8]> {
        self.ranges.get(index).map(|range| &self.bytes[range.clone()])
    }

    /// All of them in order, the name first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a> {
        let bytes = self.bytes;
        self.ranges.iter().map(move |range| &bytes[range.clone()])
    }
}

impl PartialEq for Args<'_> {
    fn eq(&self, other: &Args<'_>) -> bool {
        self.iter().eq(other.iter())
    }
}

impl std::fmt::Debug for Args<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.iter().map(|arg| arg.escape_ascii().to_string())).finish()
    }
}

/// What is due next. Positions are relative to the message's first byte.
#[derive(Clone, Copy, Debug)]
enum Due {
    /// The array's header.
    Array,
    /// The header of a bulk string; this many are to come, with this one.
    BulkHeader { remaining: usize },
    /// The bytes of a bulk string and CR LF.
    Bulk { remaining: usize, length: usize },
}

/// Incremental decoder of commands.
#[derive(Debug)]
pub struct CommandDecoder {
    input: InputBuffer,
    message_max_bytes: usize,
    due: Due,
    /// How much of the message was decoded.
    position: usize,
    /// How far was looked for the end of a line.
    scanned: usize,
    ranges: Vec<Range<usize>>,
    failed: Option<RespError>,
}

impl CommandDecoder {
    /// A decoder that accepts commands of up to `message_max_bytes`, headers included.
    pub fn new(message_max_bytes: usize) -> CommandDecoder {
        CommandDecoder {
            input: InputBuffer::default(),
            message_max_bytes,
            due: Due::Array,
            position: 0,
            scanned: 0,
            ranges: Vec::new(),
            failed: None,
        }
    }

    /// Takes in what was read. After a failure it is dropped.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.input.extend(bytes);
        }
    }

    /// The next complete command. Call until it returns `None`.
    ///
    /// # Errors
    /// Anything but an array of bulk strings, or one above a limit, as soon as that is known.
    pub fn next_command(&mut self) -> Result<Option<Args<'_>>, RespError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        match self.advance() {
            Ok(false) => {
                self.input.settle();
                Ok(None)
            }
            Ok(true) => {
                let length = std::mem::take(&mut self.position);
                Ok(Some(Args { bytes: self.input.take(length), ranges: &self.ranges }))
            }
            Err(error) => {
                self.input.discard();
                self.ranges = Vec::new();
                self.failed = Some(error.clone());
                Err(error)
            }
        }
    }

    /// The command that was returned last, unless something came in or was decoded since.
    pub fn last_command(&self) -> Option<Args<'_>> {
        let bytes = self.input.last_taken()?;
        let is_whole = self.ranges.last().is_some_and(|range| range.end + 2 == bytes.len());
        is_whole.then_some(Args { bytes, ranges: &self.ranges })
    }

    /// Bytes that wait for the rest of their command, or to be asked for.
    pub fn buffered_bytes(&self) -> usize {
        self.input.unread().len()
    }

    /// Decodes as far as the bytes go; true when a command is complete.
    fn advance(&mut self) -> Result<bool, RespError> {
        loop {
            match self.due {
                Due::Array => {
                    let Some(count) = self.read_array_header()? else { return Ok(false) };
                    if count == 0 {
                        // Redis takes empty arrays for nothing.
                        let length = std::mem::take(&mut self.position);
                        self.input.take(length);
                        continue;
                    }
                    self.reset_ranges();
                    self.due = Due::BulkHeader { remaining: count };
                }
                Due::BulkHeader { remaining } => {
                    let Some(length) = self.read_bulk_header()? else { return Ok(false) };
                    self.due = Due::Bulk { remaining, length };
                }
                Due::Bulk { remaining, length } => {
                    let from = self.position;
                    let Some(tail) = self.input.unread().get(from + length..from + length + 2) else {
                        return Ok(false);
                    };
                    if tail != b"\r\n" {
                        return Err(RespError::BadEnd("a bulk string"));
                    }
                    self.ranges.push(from..from + length);
                    self.position = from + length + 2;
                    if remaining == 1 {
                        self.due = Due::Array;
                        return Ok(true);
                    }
                    self.due = Due::BulkHeader { remaining: remaining - 1 };
                }
            }
        }
    }

    fn read_array_header(&mut self) -> Result<Option<usize>, RespError> {
        let Some(&first) = self.input.unread().get(self.position) else { return Ok(None) };
        if first != b'*' {
            return Err(RespError::Inline(first));
        }
        let Some(count) = self.read_number(RespError::InvalidCount)? else { return Ok(None) };
        match usize::try_from(count) {
            Ok(count) if count <= limits::RESP_ELEMENTS_MAX => Ok(Some(count)),
            Ok(count) => {
                Err(RespError::TooManyElements { count: count as u64, max: limits::RESP_ELEMENTS_MAX })
            }
            Err(_) if count == -1 => Ok(Some(0)),
            Err(_) => Err(RespError::InvalidCount),
        }
    }

    fn read_bulk_header(&mut self) -> Result<Option<usize>, RespError> {
        let Some(&first) = self.input.unread().get(self.position) else { return Ok(None) };
        if first != b'$' {
            return Err(RespError::Unexpected { expected: b'$', found: first });
        }
        let Some(length) = self.read_number(RespError::InvalidBulkLength)? else { return Ok(None) };
        let length = usize::try_from(length).map_err(|_| RespError::InvalidBulkLength)?;
        let whole = (self.position as u64).saturating_add(length as u64).saturating_add(2);
        if whole > self.message_max_bytes as u64 {
            return Err(RespError::TooLarge { bytes: whole, max: self.message_max_bytes });
        }
        Ok(Some(length))
    }

    /// Reads the number after a type byte and moves past the line.
    fn read_number(&mut self, invalid: RespError) -> Result<Option<i64>, RespError> {
        let bytes = self.input.unread();
        let max = limits::RESP_HEADER_MAX_BYTES;
        let Some(end) = find_line_end(bytes, self.position, &mut self.scanned, max)? else {
            return Ok(None);
        };
        let number = parse_integer(&bytes[self.position + 1..end]).ok_or(invalid)?;
        self.position = end + 2;
        Ok(Some(number))
    }

    /// Forgets the last command's arguments, and the memory if there were many.
    fn reset_ranges(&mut self) {
        self.ranges.clear();
        if self.ranges.capacity() * size_of::<Range<usize>>() > limits::INPUT_IDLE_MAX_BYTES {
            self.ranges = Vec::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(decoder: &mut CommandDecoder) -> Result<Vec<Vec<Vec<u8>>>, RespError> {
        let mut all = Vec::new();
        while let Some(args) = decoder.next_command()? {
            all.push(args.iter().map(<[u8]>::to_vec).collect());
        }
        Ok(all)
    }

    fn decode(bytes: &[u8]) -> Result<Vec<Vec<Vec<u8>>>, RespError> {
        let mut decoder = CommandDecoder::new(1000);
        decoder.feed(bytes);
        commands(&mut decoder)
    }

    #[test]
    fn pipelined_commands_come_one_by_one_and_empty_arrays_are_nothing() {
        let all = decode(b"*1\r\n$4\r\nPING\r\n*0\r\n*-1\r\n*2\r\n$0\r\n\r\n$3\r\na\r\n\r\n").unwrap();
        assert_eq!(all, [vec![b"PING".to_vec()], vec![b"".to_vec(), b"a\r\n".to_vec()]]);
    }

    #[test]
    fn the_last_command_can_be_looked_at_until_something_comes_in() {
        let mut decoder = CommandDecoder::new(1000);
        assert_eq!(decoder.last_command(), None);
        decoder.feed(b"*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nQUIT\r\n*0\r\n*1\r\n$1");
        for name in [b"PING", b"QUIT"] {
            assert_eq!(decoder.next_command().unwrap().unwrap().get(0), Some(&name[..]));
            assert_eq!(decoder.last_command().unwrap().get(0), Some(&name[..]));
        }
        assert_eq!(decoder.next_command(), Ok(None));
        assert_eq!(decoder.last_command(), None, "an empty array is none, nor is half a command");
        decoder.feed(b"\r\nx\r\n");
        assert_eq!(decoder.last_command(), None);
        assert!(decoder.next_command().unwrap().is_some());
        assert_eq!(decoder.last_command().unwrap().get(0), Some(&b"x"[..]));
        decoder.feed(b"*");
        assert_eq!(decoder.last_command(), None);
    }

    #[test]
    fn what_is_no_command_is_refused_with_a_reason() {
        for (bytes, error) in [
            (&b"PING\r\n"[..], RespError::Inline(b'P')),
            (b"*x\r\n", RespError::InvalidCount),
            (b"*-2\r\n", RespError::InvalidCount),
            (b"*\r\n", RespError::InvalidCount),
            (b"*1\n", RespError::BadEnd("a line")),
            (b"*99999999999999999999\r\n", RespError::InvalidCount),
            (b"*9223372036854775807\r\n", RespError::TooManyElements { count: i64::MAX as u64, max: 65_536 }),
            (b"*1\r\n:1\r\n", RespError::Unexpected { expected: b'$', found: b':' }),
            (b"*1\r\n$-1\r\n", RespError::InvalidBulkLength),
            (b"*1\r\n$x\r\n", RespError::InvalidBulkLength),
            (b"*1\r\n$1\r\nabc", RespError::BadEnd("a bulk string")),
            (b"*1\r\n$992\r\n", RespError::TooLarge { bytes: 1004, max: 1000 }),
            (b"*1111111111111111111111111111111111", RespError::LineTooLong(32)),
        ] {
            assert_eq!(decode(bytes), Err(error), "{}", bytes.escape_ascii());
        }
        assert_eq!(
            RespError::Unexpected { expected: b'$', found: b'\n' }.to_string(),
            "Protocol error: expected '$', got '\\n'"
        );
    }

    #[test]
    fn a_failed_decoder_stays_failed_and_keeps_nothing() {
        let mut decoder = CommandDecoder::new(1000);
        decoder.feed(b"*1\r\n$99999\r\n");
        let error = commands(&mut decoder).unwrap_err();
        decoder.feed(b"*1\r\n$4\r\nPING\r\n");
        assert_eq!(commands(&mut decoder), Err(error));
        assert_eq!((decoder.buffered_bytes(), decoder.input.capacity()), (0, 0));
    }

    #[test]
    fn a_huge_declared_count_or_length_allocates_nothing() {
        let mut decoder = CommandDecoder::new(usize::MAX);
        decoder.feed(b"*65536\r\n$9223372036854775800\r\nabc");
        assert_eq!(commands(&mut decoder), Ok(vec![]));
        assert_eq!(decoder.ranges.capacity(), 0);
        assert!(decoder.input.capacity() < 128);
    }

    #[test]
    fn an_idle_decoder_holds_next_to_nothing() {
        let mut decoder = CommandDecoder::new(1 << 20);
        let mut bytes = b"*2\r\n$6\r\nPY.RUN\r\n$100000\r\n".to_vec();
        bytes.extend([b'#'; 100_000]);
        bytes.extend(b"\r\n");
        decoder.feed(&bytes);
        assert_eq!(commands(&mut decoder).unwrap().len(), 1);
        assert_eq!(decoder.input.capacity(), 0);
    }
}
