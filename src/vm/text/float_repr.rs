//! Floats as text: `repr`, `float()`, hexadecimal floats, and exact formatting to any number of digits.

use std::borrow::Cow;

use super::escape::str_repr;
use super::unicode::{decimal_value, is_space};
use super::{TextError, check_size, push_fill};

/// No `f64` has more significant decimal digits than this; past it every digit is zero.
const EXACT_DIGITS_MAX: usize = 1_100;

/// `repr(x)`: the shortest digits that read back as `x`.
#[cfg(test)]
pub fn float_repr(x: f64) -> String {
    let mut out = String::with_capacity(24);
    push_float_repr(x, &mut out);
    out
}

/// Appends `repr(x)`.
pub fn push_float_repr(x: f64, out: &mut String) {
    if let Some(word) = non_finite(x) {
        return out.push_str(word);
    }
    // Between these, ryu and Python agree on the layout, too.
    if x == 0.0 || (1e-4..1e16).contains(&x.abs()) {
        return out.push_str(ryu::Buffer::new().format_finite(x));
    }
    push_shortest(x, out);
}

fn push_shortest(x: f64, out: &mut String) {
    let (digits, point) = shortest_digits(x);
    if x.is_sign_negative() {
        out.push('-');
    }
    let layout = Layout { min_digits: 0, dot_zero: true, alternate: false, upper: false };
    let exponential = point <= -4 || point > 16;
    layout.push(digits.as_str(), point, exponential, out);
}

fn non_finite(x: f64) -> Option<&'static str> {
    match x {
        _ if x.is_nan() => Some("nan"),
        f64::INFINITY => Some("inf"),
        f64::NEG_INFINITY => Some("-inf"),
        _ => None,
    }
}

/// Up to 17 digits on the native stack.
struct Digits {
    bytes: [u8; 24],
    len: usize,
}

impl Digits {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).expect("digits are ASCII")
    }
}

/// The shortest digits of |x| and where the decimal point is: x = 0.DIGITS × 10^point.
fn shortest_digits(x: f64) -> (Digits, i32) {
    let mut digits = Digits { bytes: [b'0'; 24], len: 0 };
    if x == 0.0 {
        digits.len = 1;
        return (digits, 1);
    }
    let mut buffer = ryu::Buffer::new();
    let text = buffer.format_finite(x.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut point = whole.len() as i32 + exponent.parse::<i32>().expect("ryu writes a decimal exponent");
    for byte in whole.bytes().chain(fraction.bytes()) {
        if digits.len == 0 && byte == b'0' {
            point -= 1;
            continue;
        }
        digits.bytes[digits.len] = byte;
        digits.len += 1;
    }
    while digits.len > 1 && digits.bytes[digits.len - 1] == b'0' {
        digits.len -= 1;
    }
    (digits, point)
}

/// How digits are laid out around the point.
struct Layout {
    /// Digits in all that are written, padded with zeros.
    min_digits: usize,
    /// A whole number ends in `.0`.
    dot_zero: bool,
    /// A whole number ends in `.`.
    alternate: bool,
    /// `E` rather than `e`.
    upper: bool,
}

impl Layout {
    fn push(&self, digits: &str, point: i32, exponential: bool, out: &mut String) {
        let mut padded = digits.to_owned();
        padded.extend(std::iter::repeat_n('0', self.min_digits.saturating_sub(digits.len())));
        let digits = padded.as_str();
        let whole_digits = if exponential { 1 } else { point };
        if whole_digits <= 0 {
            out.push_str("0.");
            out.extend(std::iter::repeat_n('0', whole_digits.unsigned_abs() as usize));
            out.push_str(digits);
        } else {
            let (whole, fraction) = digits.split_at(digits.len().min(whole_digits as usize));
            out.push_str(whole);
            out.extend(std::iter::repeat_n('0', whole_digits as usize - whole.len()));
            match fraction {
                "" if self.dot_zero && !exponential => out.push_str(".0"),
                "" if self.alternate => out.push('.'),
                "" => {}
                _ => {
                    out.push('.');
                    out.push_str(fraction);
                }
            }
        }
        if exponential {
            push_exponent(point - 1, self.upper, out);
        }
    }
}

fn push_exponent(exponent: i32, upper: bool, out: &mut String) {
    out.push(if upper { 'E' } else { 'e' });
    out.push(if exponent < 0 { '-' } else { '+' });
    let magnitude = exponent.unsigned_abs();
    if magnitude < 10 {
        out.push('0');
    }
    out.push_str(&magnitude.to_string());
}

/// How [`format_float`] writes a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatKind {
    /// `e`, `E`.
    Exponent,
    /// `f`, `F`.
    Fixed,
    /// `g`, `G`, `n`.
    General,
    /// `repr`, without a precision.
    Repr,
}

/// The settings of C's `printf` for a float, and CPython's addition to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FloatStyle {
    /// The notation.
    pub kind: FloatKind,
    /// Capital `E`, `INF` and `NAN`.
    pub upper: bool,
    /// Digits after the point, or significant digits for `General`.
    pub precision: usize,
    /// `#`: always a point; `General` keeps its trailing zeros.
    pub alternate: bool,
    /// A whole number gets `.0` (format specs without a type).
    pub dot_zero: bool,
}

/// Formats `x` exactly, with a `-` where it is negative (also for `-0.0`).
///
/// Refuses a precision above `max`: apart from that, a float never takes more than 400 bytes.
pub fn format_float(x: f64, style: FloatStyle, max: usize) -> Result<String, TextError> {
    if let Some(word) = non_finite(x) {
        return Ok(if style.upper { word.to_ascii_uppercase() } else { word.to_owned() });
    }
    if style.kind != FloatKind::Repr && (style.kind != FloatKind::General || style.alternate) {
        check_size(style.precision, max)?;
    }
    let magnitude = x.abs();
    let mut out = String::with_capacity(24);
    if x.is_sign_negative() {
        out.push('-');
    }
    match style.kind {
        FloatKind::Fixed => push_fixed(magnitude, style, &mut out),
        FloatKind::Exponent => {
            let (digits, point) = rounded_digits(magnitude, style.precision.saturating_add(1));
            let min_digits = style.precision.saturating_add(1);
            let layout =
                Layout { min_digits, dot_zero: false, alternate: style.alternate, upper: style.upper };
            layout.push(&digits, point, true, &mut out);
        }
        FloatKind::General => {
            let precision = style.precision.max(1);
            let (digits, point) = rounded_digits(magnitude, precision);
            let mut digits = digits.as_str();
            if !style.alternate {
                digits = digits.trim_end_matches('0');
                digits = if digits.is_empty() { "0" } else { digits };
            }
            let fixed_max = precision - usize::from(style.dot_zero);
            let exponential = point <= -4 || point > 0 && point as usize > fixed_max;
            let min_digits = if style.alternate { precision } else { 0 };
            let FloatStyle { dot_zero, alternate, upper, .. } = style;
            Layout { min_digits, dot_zero, alternate, upper }.push(digits, point, exponential, &mut out);
        }
        FloatKind::Repr => {
            let (digits, point) = shortest_digits(x);
            let exponential = point <= -4 || point > 16;
            let FloatStyle { dot_zero, alternate, upper, .. } = style;
            Layout { min_digits: 0, dot_zero, alternate, upper }.push(
                digits.as_str(),
                point,
                exponential,
                &mut out,
            );
        }
    }
    Ok(out)
}

fn push_fixed(magnitude: f64, style: FloatStyle, out: &mut String) {
    if style.precision > 0
        && let Some(scaled) = scaled_and_rounded(magnitude, style.precision)
    {
        return push_scaled(scaled, style.precision, out);
    }
    let exact = style.precision.min(EXACT_DIGITS_MAX);
    out.push_str(&format!("{magnitude:.exact$}"));
    out.extend(std::iter::repeat_n('0', style.precision - exact));
    if style.precision == 0 && style.alternate {
        out.push('.');
    }
}

/// |x| × 10^precision as an integer, rounded as its exact value says, ties to even; `None` where 128 bits do not
/// hold the product or 64 the result. The common case, and several times faster than the general one.
fn scaled_and_rounded(magnitude: f64, precision: usize) -> Option<u64> {
    // 2^53 × 10^22 < 2^127
    if precision > 22 {
        return None;
    }
    let bits = magnitude.to_bits();
    let (exponent, fraction) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
    let (mantissa, exponent) =
        if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    let product = u128::from(mantissa) * 10u128.pow(precision as u32);
    match exponent {
        0.. => None,
        // Less than a half.
        ..=-128 => Some(0),
        _ => {
            let shift = exponent.unsigned_abs();
            let (whole, rest) = (product >> shift, product & ((1 << shift) - 1));
            let half = 1u128 << (shift - 1);
            let up = rest > half || rest == half && whole & 1 == 1;
            u64::try_from(whole + u128::from(up)).ok()
        }
    }
}

fn push_scaled(scaled: u64, precision: usize, out: &mut String) {
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(scaled);
    match digits.len().checked_sub(precision) {
        None | Some(0) => {
            out.push_str("0.");
            push_fill('0', precision - digits.len(), out);
            out.push_str(digits);
        }
        Some(whole) => {
            out.push_str(&digits[..whole]);
            out.push('.');
            out.push_str(&digits[whole..]);
        }
    }
}

/// |x| rounded to `count` significant digits (fewer where the rest are zeros), and its decimal point.
fn rounded_digits(magnitude: f64, count: usize) -> (String, i32) {
    let exact = count.clamp(1, EXACT_DIGITS_MAX) - 1;
    let text = format!("{magnitude:.exact$e}");
    let (mantissa, exponent) = text.split_once('e').expect("`e` formatting writes an exponent");
    let exponent: i32 = exponent.parse().expect("a decimal exponent");
    let digits: String = mantissa.chars().filter(|&c| c != '.').collect();
    (digits, exponent + 1)
}

/// Text with Unicode digits and spaces turned into ASCII ones, as all number parsers of CPython see it.
///
/// Any other non-ASCII character becomes a `?`, which no number has, and ends the text.
pub fn ascii_number(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match decimal_value(c) {
            _ if c.is_ascii() => out.push(c),
            Some(value) => out.push(char::from(b'0' + value as u8)),
            None if is_space(c) => out.push(' '),
            None => {
                out.push('?');
                break;
            }
        }
    }
    out.into()
}

/// C's `isspace`: what number parsers strip.
pub fn is_c_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r')
}

/// `float(text)`; `None` is CPython's "could not convert string to float".
pub fn parse_float(text: &str) -> Option<f64> {
    let ascii = ascii_number(text);
    let trimmed = ascii.trim_matches(is_c_space);
    if trimmed.contains('_') {
        return parse_plain_float(&without_underscores(trimmed)?);
    }
    parse_plain_float(trimmed)
}

/// The error for a text that is no float.
pub fn float_parse_error(text: &str) -> TextError {
    TextError::value(format!("could not convert string to float: {}", str_repr(text)))
}

/// Drops underscores, which must have a digit on both sides.
pub fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    for (at, &byte) in bytes.iter().enumerate() {
        if byte != b'_' {
            out.push(char::from(byte));
            continue;
        }
        let before = at.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_digit());
        let after = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if !before || !after {
            return None;
        }
    }
    Some(out)
}

fn parse_plain_float(text: &str) -> Option<f64> {
    if float_prefix(text) == text.len() && !text.is_empty() { parse_prefix(text) } else { None }
}

fn parse_prefix(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// The longest float at the start of `text`, as C's `strtod` finds it: its value and its length.
pub fn float_at_start(text: &str) -> Option<(f64, usize)> {
    let len = float_prefix(text);
    if len == 0 {
        return None;
    }
    Some((parse_prefix(&text[..len])?, len))
}

/// Bytes at the start of `text` that are a float: sign, digits, exponent, or `inf`, `infinity`, `nan`.
fn float_prefix(text: &str) -> usize {
    let bytes = text.as_bytes();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let digits_from = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    for word in ["infinity", "inf", "nan"] {
        if bytes.get(sign..sign + word.len()).is_some_and(|b| b.eq_ignore_ascii_case(word.as_bytes())) {
            return sign + word.len();
        }
    }
    let whole = digits_from(sign);
    let mut end = sign + whole;
    let mut fraction = 0;
    if bytes.get(end) == Some(&b'.') {
        fraction = digits_from(end + 1);
        end += 1 + fraction;
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let exponent_sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let start = end + 1 + exponent_sign;
        if start < bytes.len() && digits_from(start) > 0 {
            end = start + digits_from(start);
        }
    }
    end
}

/// `float.hex`.
pub fn float_hex(x: f64) -> String {
    if let Some(word) = non_finite(x) {
        return word.to_owned();
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52 & 0x7ff) as i32;
    let (lead, exponent) = if biased == 0 { (0, -1022) } else { (1, biased - 1023) };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")
}

/// `float.fromhex`.
pub fn float_fromhex(text: &str) -> Result<f64, TextError> {
    let invalid = || TextError::value("invalid hexadecimal floating-point string");
    let trimmed = text.trim_matches(is_c_space);
    let (negative, body) = match trimmed.as_bytes().first() {
        Some(b'-') => (true, &trimmed[1..]),
        Some(b'+') => (false, &trimmed[1..]),
        _ => (false, trimmed),
    };
    let signed = |x: f64| if negative { -x } else { x };
    match body.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => return Ok(signed(f64::INFINITY)),
        "nan" => return Ok(signed(f64::NAN)),
        _ => {}
    }
    let body = body.strip_prefix("0x").or_else(|| body.strip_prefix("0X")).unwrap_or(body);
    let (whole, rest) = take_while(body, |b| b.is_ascii_hexdigit());
    let (fraction, mut rest) = match rest.strip_prefix('.') {
        Some(rest) => take_while(rest, |b| b.is_ascii_hexdigit()),
        None => ("", rest),
    };
    if whole.len() + fraction.len() == 0 {
        return Err(invalid());
    }
    let mut exponent = 0;
    if let Some(after) = rest.strip_prefix(['p', 'P']) {
        (exponent, rest) = hex_exponent(after).ok_or_else(invalid)?;
    }
    let significant: Vec<u8> = whole
        .bytes()
        .chain(fraction.bytes())
        .map(|b| char::from(b).to_digit(16).unwrap_or(0) as u8)
        .collect();
    let magnitude = hex_value(&significant, exponent.saturating_sub(4 * fraction.len() as i64))
        .ok_or_else(|| TextError::overflow("hexadecimal value too large to represent as a float"))?;
    // CPython looks at what follows the number only after it has found its value.
    if rest.is_empty() { Ok(signed(magnitude)) } else { Err(invalid()) }
}

fn take_while(text: &str, keep: fn(u8) -> bool) -> (&str, &str) {
    text.split_at(text.bytes().position(|b| !keep(b)).unwrap_or(text.len()))
}

/// A decimal exponent with an optional sign, and what follows; far beyond any float's range it saturates.
fn hex_exponent(text: &str) -> Option<(i64, &str)> {
    let (digits, rest) = take_while(text.strip_prefix(['+', '-']).unwrap_or(text), |b| b.is_ascii_digit());
    if digits.is_empty() {
        return None;
    }
    let magnitude = digits.parse::<i64>().unwrap_or(i64::MAX / 2).min(i64::MAX / 2);
    Some((if text.starts_with('-') { -magnitude } else { magnitude }, rest))
}

/// Hexadecimal digits × 2^exponent, rounded half to even; `None` where it overflows.
fn hex_value(digits: &[u8], exponent: i64) -> Option<f64> {
    let Some(start) = digits.iter().position(|&d| d != 0) else { return Some(0.0) };
    let digits = &digits[start..];
    // 15 digits hold all that a float keeps and a guard digit; the rest only matters as "not zero".
    let (head, tail) = digits.split_at(digits.len().min(15));
    let mut value: u64 = head.iter().fold(0, |value, &d| value << 4 | u64::from(d));
    let mut low = exponent.saturating_add(4 * tail.len() as i64);
    if tail.iter().any(|&d| d != 0) {
        value = value << 4 | 1;
        low = low.saturating_sub(4);
    }
    let bits = i64::from(64 - value.leading_zeros());
    let top = low.saturating_add(bits);
    if top > 1024 {
        return None;
    }
    if top < -1074 {
        return Some(0.0);
    }
    // The lowest bit that the result keeps.
    let keep = (top - 53).max(-1074);
    let drop = keep - low;
    if drop > 0 {
        let (kept, rest) = if drop >= 64 { (0, value) } else { (value >> drop, value & ((1 << drop) - 1)) };
        let half = if drop > 64 { u64::MAX } else { 1 << (drop - 1) };
        value = kept + u64::from(rest > half || rest == half && kept & 1 == 1);
        low = keep;
    }
    let result = scale(value, low);
    result.is_finite().then_some(result)
}

/// value × 2^exponent where the product is exact.
fn scale(value: u64, exponent: i64) -> f64 {
    let mut result = value as f64;
    let mut rest = exponent;
    while rest != 0 {
        let step = rest.clamp(-1000, 1000);
        let factor = f64::from_bits(((step + 1023) as u64) << 52);
        result *= factor;
        rest -= step;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agrees(x: f64, precision: usize) {
        let style =
            FloatStyle { kind: FloatKind::Fixed, upper: false, precision, alternate: false, dot_zero: false };
        assert_eq!(format_float(x, style, 100).expect("it is short"), format!("{x:.precision$}"));
    }

    proptest::proptest! {
        #[test]
        fn fixed_notation_is_exact(bits: u64, small in -1e7..1e7f64, ties in 0..4096i32, precision in 0..26usize) {
            let any = f64::from_bits(bits);
            if any.is_finite() {
                agrees(any, precision);
            }
            agrees(small, precision);
            agrees(f64::from(ties) / 64.0, precision);
        }

        #[test]
        fn plain_numbers_are_written_as_their_digits_would_be_laid_out(
            mantissa in 1.0..10.0f64, short in -100_000..100_000i32, exponent in -6..18i32,
        ) {
            let scale = 10f64.powi(exponent);
            for x in [mantissa * scale, -mantissa * scale, scale, f64::from(short) * scale, f64::from(short) / 8.0] {
                let mut laid_out = String::new();
                push_shortest(x, &mut laid_out);
                assert_eq!(float_repr(x), laid_out);
            }
        }
    }
}
