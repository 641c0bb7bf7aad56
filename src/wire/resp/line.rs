//! Finding lines and reading numbers.

use super::RespError;

/// Bytes that are looked at one by one.
const NEAR_BYTES: usize = 8;

/// Where the line that starts at `from` ends. `scanned` remembers how far was looked, so that no byte is
/// looked at twice; it is reset when the line is found.
///
/// Returns the range's end (before CR LF), or `None` if the line is not complete.
pub(super) fn find_line_end(
    bytes: &[u8],
    from: usize,
    scanned: &mut usize,
    max_bytes: usize,
) -> Result<Option<usize>, RespError> {
    let look_from = from.max(*scanned);
    // Announcements are short: their end is found by looking at a few bytes.
    let near = bytes[look_from..].iter().take(NEAR_BYTES).position(|&byte| byte == b'\n');
    let found = near.or_else(|| {
        let rest = bytes.get(look_from + NEAR_BYTES..)?;
        memchr::memchr(b'\n', rest).map(|offset| NEAR_BYTES + offset)
    });
    match found {
        Some(offset) => {
            let newline = look_from + offset;
            *scanned = 0;
            if newline - from > max_bytes {
                return Err(RespError::LineTooLong(max_bytes));
            }
            if newline == from || bytes[newline - 1] != b'\r' {
                return Err(RespError::BadEnd("a line"));
            }
            Ok(Some(newline - 1))
        }
        None if bytes.len() - from > max_bytes => Err(RespError::LineTooLong(max_bytes)),
        None => {
            *scanned = bytes.len();
            Ok(None)
        }
    }
}

/// Reads a decimal integer with an optional sign; `None` for anything else or out of range.
pub(super) fn parse_integer(text: &[u8]) -> Option<i64> {
    // Nearly all are short, and cannot overflow.
    if let 1..=9 = text.len()
        && text.iter().all(u8::is_ascii_digit)
    {
        return Some(text.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')));
    }
    let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_exactly_or_not_at_all() {
        assert_eq!(parse_integer(b"0"), Some(0));
        assert_eq!(parse_integer(b"+7"), Some(7));
        assert_eq!(parse_integer(b"-9223372036854775808"), Some(i64::MIN));
        for bad in [&b""[..], b"-", b"+-1", b"1 ", b"0x1", b"9223372036854775808", b"1_0"] {
            assert_eq!(parse_integer(bad), None);
        }
    }
}
