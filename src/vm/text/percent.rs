//! `%` formatting of `str` and `bytes`: the directives of a format, and the layout of one value.
//!
//! The caller fetches the values, so parsing goes one piece at a time and its whole state is an offset.

use std::ops::Range;

use num_bigint::BigInt;

use super::float_repr::{FloatKind, FloatStyle, format_float};
use super::int_text::{big_to_string, radix_bytes_max};
use super::{TextError, check_size};

/// A width or precision as it stands in the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Not given.
    Absent,
    /// `*`: taken from the arguments, which must be an `int` ("* wants int").
    Star,
    /// A number.
    Fixed(usize),
}

/// The flags `-+ #0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `-`
    pub left: bool,
    /// `+`
    pub plus: bool,
    /// a space
    pub blank: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
}

/// One `%…` directive. The caller does, in this order: look up the key, fetch the stars, look at
/// `conversion`, take the argument, and only then refuse a conversion that does not exist with
/// [`unsupported`] (`%` is one of those, unless it stands alone: `%%` is a literal).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Where the name of `%(name)` stands.
    pub key: Option<Range<usize>>,
    /// The flags.
    pub flags: Flags,
    /// The width.
    pub width: Amount,
    /// The precision.
    pub precision: Amount,
    /// The byte of the conversion (for `str`, the first of its character), or why the format breaks off.
    pub conversion: Result<u8, TextError>,
    /// Where the conversion stands.
    pub conversion_at: usize,
}

/// A part of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text to be copied.
    Literal(Range<usize>),
    /// A value.
    Directive(Directive),
}

/// The piece at `*at`, which moves behind it; `None` at the end.
pub fn next_piece(format: &[u8], at: &mut usize) -> Option<Piece> {
    let start = *at;
    if start >= format.len() {
        return None;
    }
    if format[start] != b'%' {
        *at = memchr::memchr(b'%', &format[start..]).map_or(format.len(), |found| start + found);
        return Some(Piece::Literal(start..*at));
    }
    *at += 1;
    if format.get(*at) == Some(&b'%') {
        *at += 1;
        return Some(Piece::Literal(*at - 1..*at));
    }
    Some(Piece::Directive(directive(format, at)))
}

fn directive(format: &[u8], at: &mut usize) -> Directive {
    let mut found = Directive {
        key: None,
        flags: Flags::default(),
        width: Amount::Absent,
        precision: Amount::Absent,
        conversion: Err(TextError::value("incomplete format")),
        conversion_at: 0,
    };
    if let Err(error) = fill_directive(format, at, &mut found) {
        found.conversion = Err(error);
    }
    found
}

fn fill_directive(format: &[u8], at: &mut usize, found: &mut Directive) -> Result<(), TextError> {
    if format.get(*at) == Some(&b'(') {
        found.key = Some(key(format, at)?);
    }
    while let Some(&byte) = format.get(*at) {
        match byte {
            b'-' => found.flags.left = true,
            b'+' => found.flags.plus = true,
            b' ' => found.flags.blank = true,
            b'#' => found.flags.alternate = true,
            b'0' => found.flags.zero = true,
            _ => break,
        }
        *at += 1;
    }
    found.width = amount(format, at, "width too big")?;
    if format.get(*at) == Some(&b'.') {
        *at += 1;
        found.precision = match amount(format, at, "precision too big")? {
            Amount::Absent => Amount::Fixed(0),
            given => given,
        };
    }
    if matches!(format.get(*at), Some(b'h' | b'l' | b'L')) {
        *at += 1;
    }
    let byte = *format.get(*at).ok_or_else(|| TextError::value("incomplete format"))?;
    found.conversion = Ok(byte);
    found.conversion_at = *at;
    *at += 1;
    // The other bytes of a character belong to it; they can only be there in a `str`.
    while byte >= 0x80 && format.get(*at).is_some_and(|next| next & 0xc0 == 0x80) {
        *at += 1;
    }
    Ok(())
}

/// `(name)`, whose parentheses may nest.
fn key(format: &[u8], at: &mut usize) -> Result<Range<usize>, TextError> {
    *at += 1;
    let start = *at;
    let mut depth = 1;
    while let Some(&byte) = format.get(*at) {
        match byte {
            b')' => depth -= 1,
            b'(' => depth += 1,
            _ => {}
        }
        *at += 1;
        if depth == 0 {
            return Ok(start..*at - 1);
        }
    }
    Err(TextError::value("incomplete format key"))
}

fn amount(format: &[u8], at: &mut usize, too_big: &'static str) -> Result<Amount, TextError> {
    if format.get(*at) == Some(&b'*') {
        *at += 1;
        return Ok(Amount::Star);
    }
    let mut value: Option<i64> = None;
    while let Some(digit) = format.get(*at).filter(|b| b.is_ascii_digit()) {
        let next = value.unwrap_or(0).checked_mul(10).and_then(|v| v.checked_add(i64::from(digit - b'0')));
        // Precisions and widths are a C int or a size: a precision above 2**31 is too big.
        let most = if too_big.starts_with('p') { i64::from(i32::MAX) } else { i64::MAX };
        value = Some(next.filter(|v| *v <= most).ok_or_else(|| TextError::value(too_big))?);
        *at += 1;
    }
    Ok(value.map_or(Amount::Absent, |v| Amount::Fixed(v as usize)))
}

/// The error for a conversion that does not exist, once its argument has been taken.
pub fn unsupported(format: &str, at: usize) -> TextError {
    let c = format[at..].chars().next().unwrap_or('?');
    unsupported_at(u32::from(c), format[..at].chars().count())
}

/// The same for `bytes`.
pub fn unsupported_bytes(format: &[u8], at: usize) -> TextError {
    unsupported_at(u32::from(format[at]), at)
}

fn unsupported_at(code: u32, index: usize) -> TextError {
    let shown = if (31..127).contains(&code) { code as u8 as char } else { '?' };
    TextError::value(format!("unsupported format character '{shown}' (0x{code:x}) at index {index}"))
}

/// A directive with its stars replaced: a negative width has set `left`, a negative precision is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The flags.
    pub flags: Flags,
    /// The least number of characters.
    pub width: usize,
    /// The precision.
    pub precision: Option<usize>,
    /// The conversion.
    pub conversion: u8,
}

impl Settings {
    /// Puts the values of the stars in; `width` and `precision` are ignored where there is no star.
    pub fn new(directive: &Directive, conversion: u8, width: i64, precision: i64) -> Settings {
        let mut flags = directive.flags;
        let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let width = match directive.width {
            Amount::Absent => 0,
            Amount::Fixed(width) => width,
            Amount::Star => {
                flags.left |= width < 0;
                size(width.unsigned_abs())
            }
        };
        let precision = match directive.precision {
            Amount::Absent => None,
            Amount::Fixed(precision) => Some(precision),
            Amount::Star => Some(size(precision.max(0) as u64)),
        };
        Settings { flags, width, precision, conversion }
    }
}

/// Lays out a number that has lost its sign: sign, prefix, zeros, digits.
fn layout(negative: bool, prefix: &str, digits: &str, s: &Settings, max: usize) -> Result<String, TextError> {
    let sign = match s.flags {
        _ if negative => "-",
        Flags { plus: true, .. } => "+",
        Flags { blank: true, .. } => " ",
        _ => "",
    };
    let used = sign.len() + prefix.len() + digits.len();
    check_size(used.max(s.width), max)?;
    let padding = s.width.saturating_sub(used);
    let mut out = String::with_capacity(used + padding);
    if !s.flags.left && !s.flags.zero {
        out.extend(std::iter::repeat_n(' ', padding));
    }
    out.push_str(sign);
    out.push_str(prefix);
    if !s.flags.left && s.flags.zero {
        out.extend(std::iter::repeat_n('0', padding));
    }
    out.push_str(digits);
    if s.flags.left {
        out.extend(std::iter::repeat_n(' ', padding));
    }
    Ok(out)
}

/// `%s %r %a` of a text, and `%c` of one character (which no precision cuts).
pub fn format_text(value: &str, s: &Settings, max: usize) -> Result<String, TextError> {
    let kept = match s.precision {
        Some(count) if s.conversion != b'c' && count < value.len() => {
            value.char_indices().nth(count).map_or(value, |(end, _)| &value[..end])
        }
        _ => value,
    };
    let padding = if s.width == 0 { 0 } else { s.width.saturating_sub(kept.chars().count()) };
    check_size(kept.len().saturating_add(padding), max)?;
    let mut out = String::with_capacity(kept.len() + padding);
    if !s.flags.left {
        out.extend(std::iter::repeat_n(' ', padding));
    }
    out.push_str(kept);
    if s.flags.left {
        out.extend(std::iter::repeat_n(' ', padding));
    }
    Ok(out)
}

/// `%s %b %c` of bytes.
pub fn format_bytes(value: &[u8], s: &Settings, max: usize) -> Result<Vec<u8>, TextError> {
    let kept = match s.precision {
        Some(count) if s.conversion != b'c' => &value[..count.min(value.len())],
        _ => value,
    };
    let padding = s.width.saturating_sub(kept.len());
    check_size(kept.len().saturating_add(padding), max)?;
    let mut out = Vec::with_capacity(kept.len() + padding);
    if !s.flags.left {
        out.resize(padding, b' ');
    }
    out.extend_from_slice(kept);
    if s.flags.left {
        out.resize(out.len() + padding, b' ');
    }
    Ok(out)
}

/// `%d %i %u %o %x %X` of an `int` that fits a machine word.
pub fn format_i64(value: i64, s: &Settings, max: usize) -> Result<String, TextError> {
    let magnitude = value.unsigned_abs();
    let digits = match s.conversion {
        b'o' => format!("{magnitude:o}"),
        b'x' => format!("{magnitude:x}"),
        b'X' => format!("{magnitude:X}"),
        _ => return format_int_digits(value < 0, itoa::Buffer::new().format(magnitude), s, max),
    };
    format_int_digits(value < 0, &digits, s, max)
}

/// The same for a big `int`; `digits_max` limits decimal conversions (0: none).
pub fn format_big(value: &BigInt, s: &Settings, digits_max: usize, max: usize) -> Result<String, TextError> {
    let negative = value.sign() == num_bigint::Sign::Minus;
    let radix = match s.conversion {
        b'o' => 8,
        b'x' | b'X' => 16,
        _ => {
            let text = big_to_string(value, digits_max)?;
            return format_int_digits(negative, text.trim_start_matches('-'), s, max);
        }
    };
    check_size(radix_bytes_max(value.bits(), radix) - 4, max)?;
    let digits = value.magnitude().to_str_radix(radix);
    let digits = if s.conversion == b'X' { digits.to_ascii_uppercase() } else { digits };
    format_int_digits(negative, &digits, s, max)
}

/// Lays out the digits of an integer that the caller converted itself.
pub fn format_int_digits(
    negative: bool,
    digits: &str,
    s: &Settings,
    max: usize,
) -> Result<String, TextError> {
    let zeros = s.precision.unwrap_or(0).saturating_sub(digits.len());
    check_size(zeros.saturating_add(digits.len()), max)?;
    let mut padded = String::with_capacity(zeros + digits.len());
    padded.extend(std::iter::repeat_n('0', zeros));
    padded.push_str(digits);
    let prefix = match s.conversion {
        b'o' if s.flags.alternate => "0o",
        b'x' if s.flags.alternate => "0x",
        b'X' if s.flags.alternate => "0X",
        _ => "",
    };
    layout(negative, prefix, &padded, s, max)
}

/// `%e %E %f %F %g %G`.
pub fn format_float_value(value: f64, s: &Settings, max: usize) -> Result<String, TextError> {
    let kind = match s.conversion.to_ascii_lowercase() {
        b'e' => FloatKind::Exponent,
        b'g' => FloatKind::General,
        _ => FloatKind::Fixed,
    };
    let style = FloatStyle {
        kind,
        upper: s.conversion.is_ascii_uppercase(),
        precision: s.precision.unwrap_or(6),
        alternate: s.flags.alternate,
        dot_zero: false,
    };
    let text = format_float(value, style, max)?;
    let digits = text.strip_prefix('-').unwrap_or(&text);
    layout(digits.len() < text.len(), "", digits, s, max)
}
