//! Strings as JSON writes and reads them.

/// Appends a string, or a part of one, with its escapes.
pub fn push_escaped(text: &str, ensure_ascii: bool, out: &mut String) {
    let bytes = text.as_bytes();
    let mut from = 0;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let plain = match byte {
            b'"' | b'\\' | 0..0x20 => false,
            0x20..0x7f => true,
            _ => !ensure_ascii,
        };
        if plain {
            at += 1;
            continue;
        }
        out.push_str(&text[from..at]);
        let c = text[at..].chars().next().expect("it stands at a character");
        push_escape(c, out);
        at += c.len_utf8();
        from = at;
    }
    out.push_str(&text[from..]);
}

fn push_escape(c: char, out: &mut String) {
    let short = match c {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\u{c}' => "\\f",
        '\u{8}' => "\\b",
        _ => {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str("\\u");
                for shift in [12, 8, 4, 0] {
                    out.push(char::from(b"0123456789abcdef"[usize::from(*unit >> shift & 15)]));
                }
            }
            return;
        }
    };
    out.push_str(short);
}

/// Why an escape cannot be read, with where: offsets in bytes from the text's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadEscape {
    /// `\x`: the place of the backslash.
    Unknown(usize),
    /// `\u12`: where CPython says so.
    Unicode(usize),
    /// Half of a surrogate pair, which no string here can hold: the place of the backslash.
    Lone(usize),
}

/// The text of a string literal between its quotes, `from..to`, which has escapes.
pub fn unescape(doc: &str, from: usize, to: usize) -> Result<String, BadEscape> {
    let mut out = String::with_capacity(to - from);
    let mut at = from;
    while let Some(found) = memchr::memchr(b'\\', &doc.as_bytes()[at..to]) {
        let slash = at + found;
        out.push_str(&doc[at..slash]);
        let simple = match doc.as_bytes().get(slash + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let (c, next) = unicode_escape(doc, slash)?;
                out.push(c);
                at = next;
                continue;
            }
            _ => return Err(BadEscape::Unknown(slash)),
        };
        out.push(simple);
        at = slash + 2;
    }
    out.push_str(&doc[at..to]);
    Ok(out)
}

/// The character of the escape at `slash` and where it ends.
fn unicode_escape(doc: &str, slash: usize) -> Result<(char, usize), BadEscape> {
    let first = hex(doc, slash)?;
    let mut next = slash + 6;
    let code = match first {
        0xd800..0xdc00 if doc[next..].starts_with("\\u") => match hex(doc, next) {
            Ok(second @ 0xdc00..0xe000) => {
                next += 6;
                0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            }
            _ => first,
        },
        code => code,
    };
    char::from_u32(code).map(|c| (c, next)).ok_or(BadEscape::Lone(slash))
}

fn hex(doc: &str, slash: usize) -> Result<u32, BadEscape> {
    let digits = doc.as_bytes().get(slash + 2..slash + 6).filter(|_| doc.len() > slash + 6);
    let Some(digits) = digits else { return Err(BadEscape::Unicode(slash + 1)) };
    digits.iter().try_fold(0, |code, d| {
        let digit = char::from(*d).to_digit(16).ok_or(BadEscape::Unicode(slash + 1))?;
        Ok(code << 4 | digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, ensure_ascii: bool) -> String {
        let mut out = "\"".to_owned();
        push_escaped(text, ensure_ascii, &mut out);
        out + "\""
    }

    #[test]
    fn strings_are_escaped_as_json_wants_it() {
        assert_eq!(written("a\"b\\c\n\u{1}\u{7f}", true), r#""a\"b\\c\n\u0001\u007f""#);
        assert_eq!(written("é€🙂", true), r#""\u00e9\u20ac\ud83d\ude42""#);
        assert_eq!(written("é\u{7f}\t", false), "\"é\u{7f}\\t\"");
    }

    #[test]
    fn escapes_are_read_and_bad_ones_located() {
        let read = |s: &str| unescape(&format!("{s}\""), 0, s.len());
        assert_eq!(read(r"\u00e9\n\/").as_deref(), Ok("é\n/"));
        assert_eq!(read(r"\ud83d\ude42!").as_deref(), Ok("🙂!"));
        assert_eq!(read(r"ab\x"), Err(BadEscape::Unknown(2)));
        assert_eq!(read(r"\u12"), Err(BadEscape::Unicode(1)));
        assert_eq!(read(r"\u12zz"), Err(BadEscape::Unicode(1)));
        assert_eq!(read(r"\ud83d"), Err(BadEscape::Lone(0)));
    }
}
