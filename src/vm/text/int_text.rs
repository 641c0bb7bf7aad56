//! Integers as text: `int()`, `str`, `bin`, `oct`, `hex`, with CPython's limit on decimal digits.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::TextError;
use super::escape::str_repr;
use super::float_repr::{ascii_number, is_c_space};

/// An integer in the smallest of the VM's two shapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParsedInt {
    /// Fits a machine word.
    Small(i64),
    /// Does not.
    Big(BigInt),
}

impl From<BigInt> for ParsedInt {
    fn from(value: BigInt) -> ParsedInt {
        match value.to_i64() {
            Some(small) => ParsedInt::Small(small),
            None => ParsedInt::Big(value),
        }
    }
}

/// Why a text is no integer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntError {
    /// "invalid literal for int() with base …: …": the caller shows the text. See [`invalid_literal`].
    Invalid,
    /// The base is not 0 and not in 2..=36, or there are too many digits.
    Other(TextError),
}

/// `int(text, base)` with at most `digits_max` digits in bases that are no power of two; 0 is no limit.
pub fn parse_int(text: &str, base: i64, digits_max: usize) -> Result<ParsedInt, IntError> {
    if base != 0 && !(2..=36).contains(&base) {
        return Err(IntError::Other(TextError::value("int() base must be >= 2 and <= 36, or 0")));
    }
    let ascii = ascii_number(text);
    let trimmed = ascii.trim_start_matches(is_c_space);
    let (negative, body) = match trimmed.as_bytes().first() {
        Some(b'-') => (true, &trimmed[1..]),
        Some(b'+') => (false, &trimmed[1..]),
        _ => (false, trimmed),
    };
    let (radix, body, zeros_only) = strip_prefix(body, base as u32);
    let (digits, rest) = scan_digits(body, radix)?;
    if !rest.trim_start_matches(is_c_space).is_empty() {
        return Err(IntError::Invalid);
    }
    if !radix.is_power_of_two() && digits_max > 0 && digits.len() > digits_max {
        return Err(IntError::Other(too_many_digits(Some(digits.len()), digits_max)));
    }
    if zeros_only && digits.bytes().any(|b| b != b'0') {
        return Err(IntError::Invalid);
    }
    Ok(from_digits(&digits, radix, negative))
}

/// The radix, the text after its prefix, and whether a leading zero allows nothing but zeros.
fn strip_prefix(body: &str, base: u32) -> (u32, &str, bool) {
    let marked = match body.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    if marked != 0 && (base == 0 || base == marked) {
        let rest = &body[2..];
        return (marked, rest.strip_prefix('_').unwrap_or(rest), false);
    }
    (if base == 0 { 10 } else { base }, body, base == 0 && body.starts_with('0'))
}

/// The digits without their underscores, and what follows them.
fn scan_digits(body: &str, radix: u32) -> Result<(String, &str), IntError> {
    let mut digits = String::with_capacity(body.len());
    let mut previous = '_';
    let mut end = body.len();
    for (at, c) in body.char_indices() {
        match c {
            '_' if previous == '_' => return Err(IntError::Invalid),
            '_' => {}
            _ if c.is_digit(radix) => digits.push(c),
            _ => {
                end = at;
                break;
            }
        }
        previous = c;
    }
    if previous == '_' { Err(IntError::Invalid) } else { Ok((digits, &body[end..])) }
}

fn from_digits(digits: &str, radix: u32, negative: bool) -> ParsedInt {
    if let Ok(magnitude) = i64::from_str_radix(digits, radix) {
        return ParsedInt::Small(if negative { -magnitude } else { magnitude });
    }
    let magnitude =
        BigInt::parse_bytes(digits.as_bytes(), radix).expect("only digits of the radix were kept");
    ParsedInt::from(if negative { -magnitude } else { magnitude })
}

/// The error for a text that is no integer in `base`; CPython shows 200 characters of it.
pub fn invalid_literal(text: &str, base: i64) -> TextError {
    let shown = str_repr(text.char_indices().nth(200).map_or(text, |(end, _)| &text[..end]));
    let cut = shown.char_indices().nth(200).map_or(shown.len(), |(end, _)| end);
    TextError::value(format!("invalid literal for int() with base {base}: {}", &shown[..cut]))
}

/// CPython's refusal of a conversion; without the count where it was not worth computing.
pub fn too_many_digits(digits: Option<usize>, digits_max: usize) -> TextError {
    let count = digits.map(|n| format!(": value has {n} digits")).unwrap_or_default();
    TextError::value(format!(
        "Exceeds the limit ({digits_max} digits) for integer string conversion{count}; \
         use sys.set_int_max_str_digits() to increase the limit"
    ))
}

/// `str(value)` with at most `digits_max` digits (0: no limit): refused by the bit count before any work.
///
/// Without a limit the caller converts large values in slices: in pieces of its own.
pub fn big_to_string(value: &BigInt, digits_max: usize) -> Result<String, TextError> {
    // A digit holds more than 3.3219 bits: this many bits cannot fit into the limit.
    if digits_max > 0 && value.bits() > digits_max as u64 * 33220 / 10000 + 1 {
        return Err(too_many_digits(None, digits_max));
    }
    let text = value.to_string();
    let digits = text.len() - usize::from(text.starts_with('-'));
    if digits_max > 0 && digits > digits_max {
        return Err(too_many_digits(None, digits_max));
    }
    Ok(text)
}

/// `bin`, `oct`, `hex`: sign, prefix, digits. `radix` is 2, 8 or 16.
pub fn radix_string(value: &BigInt, radix: u32) -> String {
    let (prefix, digits) = match radix {
        2 => ("0b", value.magnitude().to_str_radix(2)),
        8 => ("0o", value.magnitude().to_str_radix(8)),
        _ => ("0x", value.magnitude().to_str_radix(16)),
    };
    let sign = if value.sign() == num_bigint::Sign::Minus { "-" } else { "" };
    format!("{sign}{prefix}{digits}")
}

/// `bin`, `oct`, `hex` of a machine word.
pub fn radix_string_small(value: i64, radix: u32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let magnitude = value.unsigned_abs();
    match radix {
        2 => format!("{sign}{magnitude:#b}"),
        8 => format!("{sign}{magnitude:#o}"),
        _ => format!("{sign}{magnitude:#x}"),
    }
}

/// Bytes of `bin`/`oct`/`hex` of a value with this many bits, at most.
pub fn radix_bytes_max(bits: u64, radix: u32) -> usize {
    let per_digit = u64::from(radix.max(2).ilog2());
    usize::try_from(bits / per_digit + 4).unwrap_or(usize::MAX)
}

/// `float(value)`, rounded half to even; `None` is "int too large to convert to float".
pub fn big_to_f64(value: &BigInt) -> Option<f64> {
    value.to_f64().filter(|x| x.is_finite())
}
