//! `str.format`: the pieces of a format string, and the parts of a field's name.
//!
//! The caller looks values up between two calls, so all state is an offset: errors come when CPython
//! would find them, after the look-ups before them. A specification with fields is itself a format
//! string; at [`DEPTH_MAX`] levels the caller raises [`recursion_exceeded`].

use super::TextError;
use super::unicode::decimal_value;

/// Levels of replacement fields: a field, and fields in its specification.
pub const DEPTH_MAX: u32 = 2;

/// The error for a specification nested deeper than [`DEPTH_MAX`].
pub fn recursion_exceeded() -> TextError {
    TextError::value("Max string recursion exceeded")
}

/// Text to be copied, then perhaps a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The text, escaped braces resolved.
    pub literal: &'a str,
    /// The field that follows.
    pub field: Option<Field<'a>>,
}

/// `{name!conversion:spec}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The name with its accessors: for [`first`] and [`next_accessor`].
    pub name: &'a str,
    /// The character after `!`, not checked yet: see [`check_conversion`].
    pub conversion: Option<char>,
    /// The specification.
    pub spec: &'a str,
    /// The specification has fields of its own.
    pub spec_has_fields: bool,
}

/// Reads a format string from an offset on.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.text[self.at..].chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }
}

/// The piece at `*at`, which moves behind it; `None` at the end.
pub fn next_piece<'a>(text: &'a str, at: &mut usize) -> Result<Option<Piece<'a>>, TextError> {
    let start = *at;
    if start >= text.len() {
        return Ok(None);
    }
    let Some(brace) = memchr::memchr2(b'{', b'}', &text.as_bytes()[start..]).map(|found| start + found)
    else {
        *at = text.len();
        return Ok(Some(Piece { literal: &text[start..], field: None }));
    };
    let c = text.as_bytes()[brace];
    let next = text.as_bytes().get(brace + 1);
    if next == Some(&c) {
        *at = brace + 2;
        return Ok(Some(Piece { literal: &text[start..=brace], field: None }));
    }
    if c == b'}' {
        return Err(TextError::value("Single '}' encountered in format string"));
    }
    if next.is_none() {
        return Err(TextError::value("Single '{' encountered in format string"));
    }
    let mut reader = Reader { text, at: brace + 1 };
    let field = field(&mut reader)?;
    *at = reader.at;
    Ok(Some(Piece { literal: &text[start..brace], field: Some(field) }))
}

fn field<'a>(reader: &mut Reader<'a>) -> Result<Field<'a>, TextError> {
    let text = reader.text;
    let start = reader.at;
    let end = loop {
        match reader.next() {
            Some('{') => return Err(TextError::value("unexpected '{' in field name")),
            Some('[') => {
                while reader.peek().is_some_and(|c| c != ']') {
                    reader.next();
                }
            }
            Some(c @ ('}' | ':' | '!')) => break c,
            Some(_) => {}
            None => return Err(TextError::value("expected '}' before end of string")),
        }
    };
    let mut field =
        Field { name: &text[start..reader.at - 1], conversion: None, spec: "", spec_has_fields: false };
    if end == '}' {
        return Ok(field);
    }
    if end == '!' {
        let none = || TextError::value("end of string while looking for conversion specifier");
        field.conversion = Some(reader.next().ok_or_else(none)?);
        match reader.next() {
            Some('}') => return Ok(field),
            Some(':') | None => {}
            Some(_) => return Err(TextError::value("expected ':' after conversion specifier")),
        }
    }
    let start = reader.at;
    let mut depth = 1;
    while let Some(c) = reader.next() {
        match c {
            '{' => {
                field.spec_has_fields = true;
                depth += 1;
            }
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            field.spec = &text[start..reader.at - 1];
            return Ok(field);
        }
    }
    Err(TextError::value("unmatched '{' in format spec"))
}

/// Fails unless the conversion is `r`, `s` or `a`.
pub fn check_conversion(conversion: char) -> Result<(), TextError> {
    match conversion {
        'r' | 's' | 'a' => Ok(()),
        '!'..='~' => Err(TextError::value(format!("Unknown conversion specifier {conversion}"))),
        _ => Err(TextError::value(format!("Unknown conversion specifier \\x{:x}", u32::from(conversion)))),
    }
}

/// Whether fields are numbered by themselves; one per call of `format`, shared with nested specifications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AutoNumber {
    /// No numbered field yet.
    #[default]
    Unknown,
    /// `{}`: the next number.
    Auto(usize),
    /// `{0}`
    Manual,
}

/// What a field's name starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First<'a> {
    /// A positional argument: see [`index_out_of_range`].
    Index(usize),
    /// A keyword argument: `KeyError(name)` where it is missing.
    Name(&'a str),
}

/// The error for a positional argument that is not there.
pub fn index_out_of_range(index: usize) -> TextError {
    TextError {
        kind: super::TextErrorKind::Index,
        message: format!("Replacement index {index} out of range for positional args tuple").into(),
    }
}

/// What `name` starts with, and where its accessors begin.
pub fn first<'a>(name: &'a str, numbering: &mut AutoNumber) -> Result<(First<'a>, usize), TextError> {
    let end = name.find(['.', '[']).unwrap_or(name.len());
    let head = &name[..end];
    let index = decimal(head)?;
    let numbered = match (index, head.is_empty()) {
        (_, true) => match *numbering {
            AutoNumber::Manual => {
                return Err(TextError::value(
                    "cannot switch from manual field specification to automatic field numbering",
                ));
            }
            AutoNumber::Unknown => 0,
            AutoNumber::Auto(next) => next,
        },
        (Some(_), false) if matches!(numbering, AutoNumber::Auto(_)) => {
            return Err(TextError::value(
                "cannot switch from automatic field numbering to manual field specification",
            ));
        }
        (Some(index), false) => {
            *numbering = AutoNumber::Manual;
            return Ok((First::Index(index), end));
        }
        (None, false) => return Ok((First::Name(head), end)),
    };
    *numbering = AutoNumber::Auto(numbered + 1);
    Ok((First::Index(numbered), end))
}

/// A number in decimal digits of any script; `None` where it is something else.
fn decimal(text: &str) -> Result<Option<usize>, TextError> {
    let mut value: i64 = 0;
    for c in text.chars() {
        let Some(digit) = decimal_value(c) else { return Ok(None) };
        value = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(i64::from(digit)))
            .ok_or_else(|| TextError::value("Too many decimal digits in format string"))?;
    }
    Ok(if text.is_empty() { None } else { Some(value as usize) })
}

/// One step from a value to a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accessor<'a> {
    /// `.name`
    Attribute(&'a str),
    /// `[0]`
    Index(usize),
    /// `[name]`
    Key(&'a str),
}

/// The accessor at `*at`, which moves behind it; `None` at the end.
pub fn next_accessor<'a>(name: &'a str, at: &mut usize) -> Result<Option<Accessor<'a>>, TextError> {
    let Some(rest) = name.get(*at..).filter(|rest| !rest.is_empty()) else { return Ok(None) };
    let empty = || TextError::value("Empty attribute in format string");
    if let Some(body) = rest.strip_prefix('.') {
        let end = body.find(['.', '[']).unwrap_or(body.len());
        *at += 1 + end;
        return if end == 0 { Err(empty()) } else { Ok(Some(Accessor::Attribute(&body[..end]))) };
    }
    let Some(body) = rest.strip_prefix('[') else {
        return Err(TextError::value("Only '.' or '[' may follow ']' in format field specifier"));
    };
    let end = body.find(']').ok_or_else(|| TextError::value("Missing ']' in format string"))?;
    *at += end + 2;
    let key = &body[..end];
    let index = decimal(key)?;
    if key.is_empty() {
        return Err(empty());
    }
    Ok(Some(index.map_or(Accessor::Key(key), Accessor::Index)))
}
