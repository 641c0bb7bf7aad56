//! `repr` and `ascii` of `str` and `bytes`: CPython's choice of quotes and escapes.

use std::fmt::Write;

use super::unicode::is_printable;

/// Single quotes, unless the text has some and no double ones.
pub fn quote_of(bytes: &[u8]) -> char {
    if memchr::memchr(b'\'', bytes).is_some() && memchr::memchr(b'"', bytes).is_none() { '"' } else { '\'' }
}

/// `repr(text)`.
pub fn str_repr(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_str_repr(text, &mut out);
    out
}

/// Appends `repr(text)`.
pub fn push_str_repr(text: &str, out: &mut String) {
    push_quoted(text, is_printable, out);
}

/// `ascii(text)`.
#[cfg(test)]
pub fn str_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_quoted(text, |c| (' '..='~').contains(&c), &mut out);
    out
}

fn push_quoted(text: &str, plain: fn(char) -> bool, out: &mut String) {
    let quote = quote_of(text.as_bytes());
    out.push(quote);
    push_between(text, quote, plain, out);
    out.push(quote);
}

/// Appends what stands between the quotes in `repr(text)`, for texts that are written in parts.
pub fn push_escaped(text: &str, quote: char, out: &mut String) {
    push_between(text, quote, is_printable, out);
}

fn push_between(text: &str, quote: char, plain: fn(char) -> bool, out: &mut String) {
    // Runs of plain characters are copied whole.
    let mut copied = 0;
    for (at, c) in text.char_indices() {
        if c != quote && c != '\\' && ((' '..='~').contains(&c) || plain(c)) {
            continue;
        }
        out.push_str(&text[copied..at]);
        copied = at + c.len_utf8();
        push_escape(c, out);
    }
    out.push_str(&text[copied..]);
}

/// Appends the escape of a character that is not shown as itself.
pub fn push_escape(c: char, out: &mut String) {
    let code = u32::from(c);
    let written = match c {
        '\\' | '\'' | '"' => {
            out.push('\\');
            out.push(c);
            Ok(())
        }
        '\t' => out.write_str("\\t"),
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        _ if code < 0x100 => write!(out, "\\x{code:02x}"),
        _ if code < 0x10000 => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
    written.expect("writing to a string cannot fail");
}

/// `repr(bytes)`.
pub fn bytes_repr(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 3);
    let quote = quote_of(bytes);
    out.push('b');
    out.push(quote);
    push_bytes_escaped(bytes, quote, &mut out);
    out.push(quote);
    out
}

/// Appends what stands between the quotes in `repr(bytes)`.
pub fn push_bytes_escaped(bytes: &[u8], quote: char, out: &mut String) {
    for &byte in bytes {
        let c = char::from(byte);
        if c == quote || c == '\\' || !(b' '..=b'~').contains(&byte) {
            push_escape(c, out);
        } else {
            out.push(c);
        }
    }
}
