//! Writing RESP, value by value: aggregates are announced with their size, then their items are written.

use super::RespVersion;

/// Appends values to a buffer as one version of the protocol writes them.
#[derive(Debug)]
pub struct RespWriter<'a> {
    version: RespVersion,
    out: &'a mut Vec<u8>,
}

impl<'a> RespWriter<'a> {
    /// A writer that appends to `out`.
    pub fn new(version: RespVersion, out: &'a mut Vec<u8>) -> RespWriter<'a> {
        RespWriter { version, out }
    }

    /// A line of text; line ends in it become spaces, so that it cannot forge a second value.
    pub fn simple(&mut self, text: &str) {
        self.line(b'+', text);
    }

    /// An error: `CODE what happened`. Line ends become spaces.
    pub fn error(&mut self, text: &str) {
        self.line(b'-', text);
    }

    /// An integer.
    pub fn integer(&mut self, value: i64) {
        self.header(b':', value);
    }

    /// An unsigned integer; what no `i64` can say is cut to the largest that one can.
    pub fn unsigned(&mut self, value: u64) {
        self.integer(i64::try_from(value).unwrap_or(i64::MAX));
    }

    /// A string of any bytes.
    pub fn bulk(&mut self, bytes: &[u8]) {
        self.blob(b'$', &[bytes]);
    }

    /// Null; in RESP2 the null bulk string.
    pub fn null(&mut self) {
        self.out.extend_from_slice(self.choose(b"$-1\r\n", b"_\r\n"));
    }

    /// A boolean; in RESP2 the integer 1 or 0.
    pub fn boolean(&mut self, value: bool) {
        let bytes: &[u8] =
            if value { self.choose(b":1\r\n", b"#t\r\n") } else { self.choose(b":0\r\n", b"#f\r\n") };
        self.out.extend_from_slice(bytes);
    }

    /// A double; in RESP2 a bulk string.
    pub fn double(&mut self, value: f64) {
        let text = if value.is_nan() {
            "nan".to_owned()
        } else if value.is_infinite() {
            if value > 0.0 { "inf".to_owned() } else { "-inf".to_owned() }
        } else if value == 0.0 || (1e-5..1e17).contains(&value.abs()) {
            value.to_string()
        } else {
            format!("{value:e}")
        };
        match self.version {
            RespVersion::Resp2 => self.bulk(text.as_bytes()),
            RespVersion::Resp3 => self.line(b',', &text),
        }
    }

    /// An integer of any size in decimal digits; in RESP2 a bulk string.
    pub fn big_number(&mut self, digits: &str) {
        match self.version {
            RespVersion::Resp2 => self.bulk(digits.as_bytes()),
            RespVersion::Resp3 => self.line(b'(', digits),
        }
    }

    /// Text with a format; in RESP2 a bulk string without it.
    pub fn verbatim(&mut self, format: [u8; 3], text: &[u8]) {
        match self.version {
            RespVersion::Resp2 => self.bulk(text),
            RespVersion::Resp3 => self.blob(b'=', &[&format, b":", text]),
        }
    }

    /// Announces an array of `count` values.
    pub fn array(&mut self, count: usize) {
        self.header(b'*', count as i64);
    }

    /// Announces a set of `count` values; in RESP2 an array.
    pub fn set(&mut self, count: usize) {
        self.header(self.choose(b'*', b'~'), count as i64);
    }

    /// Announces out-of-band data of `count` values; in RESP2 an array.
    pub fn push(&mut self, count: usize) {
        self.header(self.choose(b'*', b'>'), count as i64);
    }

    /// Announces a map of `count` pairs; in RESP2 an array of twice as many values.
    pub fn map(&mut self, count: usize) {
        match self.version {
            RespVersion::Resp2 => self.array(2 * count),
            RespVersion::Resp3 => self.header(b'%', count as i64),
        }
    }

    fn choose<T>(&self, resp2: T, resp3: T) -> T {
        match self.version {
            RespVersion::Resp2 => resp2,
            RespVersion::Resp3 => resp3,
        }
    }

    fn blob(&mut self, kind: u8, parts: &[&[u8]]) {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        self.header(kind, length as i64);
        for part in parts {
            self.out.extend_from_slice(part);
        }
        self.out.extend_from_slice(b"\r\n");
    }

    fn line(&mut self, kind: u8, text: &str) {
        self.out.push(kind);
        self.out.extend(text.bytes().map(|byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { byte }));
        self.out.extend_from_slice(b"\r\n");
    }

    fn header(&mut self, kind: u8, value: i64) {
        self.out.push(kind);
        let mut digits = [0; 20];
        let mut at = digits.len();
        let mut rest = value.unsigned_abs();
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if value < 0 {
            self.out.push(b'-');
        }
        self.out.extend_from_slice(&digits[at..]);
        self.out.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::super::{RespValue, RespVersion};

    fn both(value: RespValue) -> (String, String) {
        let encode = |version| {
            let mut out = Vec::new();
            value.encode(version, &mut out);
            String::from_utf8(out).unwrap()
        };
        (encode(RespVersion::Resp2), encode(RespVersion::Resp3))
    }

    #[test]
    fn each_value_has_its_exact_bytes_in_both_versions() {
        use RespValue::*;
        let pair = vec![(Simple("k".into()), Integer(-1))];
        for (value, resp2, resp3) in [
            (Simple("OK".into()), "+OK\r\n", "+OK\r\n"),
            (Error("ERR no\r\nway".into()), "-ERR no  way\r\n", "-ERR no  way\r\n"),
            (Integer(0), ":0\r\n", ":0\r\n"),
            (Integer(i64::MIN), ":-9223372036854775808\r\n", ":-9223372036854775808\r\n"),
            (Bulk(b"a\r\nb".to_vec()), "$4\r\na\r\nb\r\n", "$4\r\na\r\nb\r\n"),
            (Null, "$-1\r\n", "_\r\n"),
            (Boolean(true), ":1\r\n", "#t\r\n"),
            (Boolean(false), ":0\r\n", "#f\r\n"),
            (Double(1.5), "$3\r\n1.5\r\n", ",1.5\r\n"),
            (Double(1e300), "$5\r\n1e300\r\n", ",1e300\r\n"),
            (Double(-2.5e-7), "$7\r\n-2.5e-7\r\n", ",-2.5e-7\r\n"),
            (Double(f64::NEG_INFINITY), "$4\r\n-inf\r\n", ",-inf\r\n"),
            (BigNumber("-12".into()), "$3\r\n-12\r\n", "(-12\r\n"),
            (Array(vec![Null]), "*1\r\n$-1\r\n", "*1\r\n_\r\n"),
            (Set(vec![Integer(1)]), "*1\r\n:1\r\n", "~1\r\n:1\r\n"),
            (Push(vec![Integer(1)]), "*1\r\n:1\r\n", ">1\r\n:1\r\n"),
            (Map(pair), "*2\r\n+k\r\n:-1\r\n", "%1\r\n+k\r\n:-1\r\n"),
            (Verbatim { format: *b"txt", text: b"hi".to_vec() }, "$2\r\nhi\r\n", "=6\r\ntxt:hi\r\n"),
        ] {
            assert_eq!(both(value), (resp2.to_owned(), resp3.to_owned()));
        }
    }
}
