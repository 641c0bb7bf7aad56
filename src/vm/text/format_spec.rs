//! The format mini-language: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.

use std::borrow::Cow;

use num_bigint::{BigInt, Sign};

use super::float_repr::{FloatKind, FloatStyle, format_float};
use super::int_text::{big_to_f64, big_to_string, radix_bytes_max};
use super::unicode::decimal_value;
use super::{TextError, check_size, push_fill};

/// Where a value stands in a wider field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
    /// `^`
    Center,
    /// `=`: between sign and digits.
    AfterSign,
}

/// A parsed format specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatSpec {
    /// What fills a wider field.
    pub fill: char,
    /// Where the value stands.
    pub align: Align,
    /// `+`, `-` or a space.
    pub sign: Option<char>,
    /// `z`: negative zero loses its sign.
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    /// The least number of characters.
    pub width: usize,
    /// `,` or `_`
    pub grouping: Option<char>,
    /// Digits, or characters of a string.
    pub precision: Option<usize>,
    /// The presentation type; the default of the value's type where none was given.
    pub kind: Option<char>,
}

/// The families of types that the mini-language knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// `str`
    Str,
    /// `int` and `bool`
    Int,
    /// `float`
    Float,
    /// `complex`
    Complex,
}

/// A specification being read.
struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text.chars().next()
    }

    fn eat(&mut self, wanted: char) -> bool {
        match self.text.strip_prefix(wanted) {
            Some(rest) => {
                self.text = rest;
                true
            }
            None => false,
        }
    }

    fn integer(&mut self) -> Result<Option<usize>, TextError> {
        let mut value: Option<i64> = None;
        while let Some(c) = self.peek()
            && let Some(digit) = decimal_value(c)
        {
            let next = value.unwrap_or(0).checked_mul(10).and_then(|v| v.checked_add(i64::from(digit)));
            value = Some(next.ok_or_else(|| TextError::value("Too many decimal digits in format string"))?);
            self.text = &self.text[c.len_utf8()..];
        }
        Ok(value.map(|v| usize::try_from(v).unwrap_or(usize::MAX)))
    }
}

fn alignment(c: char) -> Option<Align> {
    match c {
        '<' => Some(Align::Left),
        '>' => Some(Align::Right),
        '^' => Some(Align::Center),
        '=' => Some(Align::AfterSign),
        _ => None,
    }
}

/// A presentation type as error messages show it.
fn shown(kind: char) -> String {
    if ('!'..='\x7f').contains(&kind) { kind.to_string() } else { format!("\\x{:x}", u32::from(kind)) }
}

fn unknown_kind(kind: char, type_name: &str) -> TextError {
    TextError::value(format!("Unknown format code '{}' for object of type '{type_name}'", shown(kind)))
}

impl FormatSpec {
    /// Parses `text` as a specification for a value of the given family; `type_name` is for messages.
    pub fn parse(text: &str, target: Target, type_name: &str) -> Result<FormatSpec, TextError> {
        let default_align = if target == Target::Str { Align::Left } else { Align::Right };
        let default_kind = match target {
            Target::Str => Some('s'),
            Target::Int => Some('d'),
            Target::Float | Target::Complex => None,
        };
        let mut reader = Reader { text };
        let mut chars = text.chars();
        let (first, second) = (chars.next(), chars.next());
        let (mut fill, mut align) = (None, None);
        if let Some(found) = second.and_then(alignment) {
            (fill, align) = (first, Some(found));
            reader.text = chars.as_str();
        } else if let Some(found) = first.and_then(alignment) {
            align = Some(found);
            reader.text = &text[1..];
        }
        let sign = reader.peek().filter(|c| matches!(c, ' ' | '+' | '-'));
        if sign.is_some() {
            reader.text = &reader.text[1..];
        }
        let no_negative_zero = reader.eat('z');
        let alternate = reader.eat('#');
        if fill.is_none() && reader.eat('0') {
            fill = Some('0');
            if default_align == Align::Right {
                align = align.or(Some(Align::AfterSign));
            }
        }
        let width = reader.integer()?.unwrap_or(0);
        let grouping = read_grouping(&mut reader)?;
        let mut precision = None;
        if reader.eat('.') {
            precision = reader.integer()?;
            if precision.is_none() {
                return Err(TextError::value("Format specifier missing precision"));
            }
        }
        let mut rest = reader.text.chars();
        let kind = rest.next().or(default_kind);
        if rest.next().is_some() {
            return Err(TextError::value(format!(
                "Invalid format specifier '{text}' for object of type '{type_name}'"
            )));
        }
        check_grouping(grouping, kind)?;
        let (fill, align) = (fill.unwrap_or(' '), align.unwrap_or(default_align));
        Ok(FormatSpec { fill, align, sign, no_negative_zero, alternate, width, grouping, precision, kind })
    }
}

fn read_grouping(reader: &mut Reader<'_>) -> Result<Option<char>, TextError> {
    let comma = reader.eat(',');
    let underscore = reader.eat('_');
    if underscore && (comma || reader.peek() == Some(',')) {
        return Err(TextError::value("Cannot specify both ',' and '_'."));
    }
    Ok(if comma { Some(',') } else { underscore.then_some('_') })
}

fn check_grouping(grouping: Option<char>, kind: Option<char>) -> Result<(), TextError> {
    let Some(separator) = grouping else { return Ok(()) };
    match kind {
        None | Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F') => Ok(()),
        Some('b' | 'o' | 'x' | 'X') if separator == '_' => Ok(()),
        Some(kind) => Err(TextError::value(format!("Cannot specify '{separator}' with '{}'.", shown(kind)))),
    }
}

/// `format(value, spec)` of a `str`.
pub fn format_str(value: &str, spec: &FormatSpec, type_name: &str, max: usize) -> Result<String, TextError> {
    match spec.kind {
        Some('s') | None => {}
        Some(kind) => return Err(unknown_kind(kind, type_name)),
    }
    let refuse = |what: &'static str| Err(TextError::value(what));
    match spec.sign {
        Some(' ') => return refuse("Space not allowed in string format specifier"),
        Some(_) => return refuse("Sign not allowed in string format specifier"),
        None => {}
    }
    if spec.no_negative_zero {
        return refuse("Negative zero coercion (z) not allowed in string format specifier");
    }
    if spec.alternate {
        return refuse("Alternate form (#) not allowed in string format specifier");
    }
    if spec.align == Align::AfterSign {
        return refuse("'=' alignment not allowed in string format specifier");
    }
    let kept = match spec.precision {
        Some(count) if count < value.len() => {
            value.char_indices().nth(count).map_or(value, |(end, _)| &value[..end])
        }
        _ => value,
    };
    let chars = if spec.width == 0 { 0 } else { kept.chars().count() };
    pad(kept, chars, spec, max)
}

/// Puts `body`, which has `chars` characters, into the field.
fn pad(body: &str, chars: usize, spec: &FormatSpec, max: usize) -> Result<String, TextError> {
    let padding = spec.width.saturating_sub(chars);
    let bytes = padding.saturating_mul(spec.fill.len_utf8()).saturating_add(body.len());
    check_size(bytes, max)?;
    let left = match spec.align {
        Align::Left | Align::AfterSign => 0,
        Align::Right => padding,
        Align::Center => padding / 2,
    };
    let mut out = String::with_capacity(bytes);
    push_fill(spec.fill, left, &mut out);
    out.push_str(body);
    push_fill(spec.fill, padding - left, &mut out);
    Ok(out)
}

/// A number on its way into its field.
struct Number<'a> {
    negative: bool,
    /// `0x` and the like.
    prefix: &'a str,
    /// The digits before the point: these are grouped.
    digits: &'a str,
    /// The point and all after it; or `inf`, `nan`.
    rest: &'a str,
}

impl<'a> Number<'a> {
    /// Takes the output of `format_float` apart.
    fn of_float(text: &'a str) -> Number<'a> {
        let body = text.strip_prefix('-').unwrap_or(text);
        let whole = body.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = body.split_at(whole);
        Number { negative: body.len() < text.len(), prefix: "", digits, rest }
    }

    fn layout(&self, spec: &FormatSpec, max: usize) -> Result<String, TextError> {
        let sign = match (self.negative, spec.sign) {
            (true, _) => "-",
            (false, Some('+')) => "+",
            (false, Some(' ')) => " ",
            (false, _) => "",
        };
        let fixed = sign.len() + self.prefix.len() + self.rest.len();
        let zero_fill = spec.fill == '0' && spec.align == Align::AfterSign;
        let min_width = if zero_fill { spec.width.saturating_sub(fixed) } else { 0 };
        let group = match spec.kind {
            Some('b' | 'o' | 'x' | 'X') => 4,
            _ => 3,
        };
        let bytes = min_width.max(self.digits.len()).saturating_mul(2).saturating_add(fixed);
        check_size(if spec.grouping.is_some() { bytes } else { bytes / 2 }, max)?;
        let (zeros, digits) = match spec.grouping {
            _ if self.digits.is_empty() => (0, Cow::Borrowed("")),
            Some(separator) => (0, Cow::Owned(group_digits(self.digits, separator, group, min_width))),
            None => (min_width.saturating_sub(self.digits.len()), Cow::Borrowed(self.digits)),
        };
        let body = fixed + zeros + digits.len();
        let padding = spec.width.saturating_sub(body);
        let bytes = padding.saturating_mul(spec.fill.len_utf8()).saturating_add(body);
        check_size(bytes, max)?;
        let (left, middle) = match spec.align {
            Align::Left => (0, 0),
            Align::AfterSign => (0, padding),
            Align::Right => (padding, 0),
            Align::Center => (padding / 2, 0),
        };
        let mut out = String::with_capacity(bytes);
        push_fill(spec.fill, left, &mut out);
        out.push_str(sign);
        out.push_str(self.prefix);
        push_fill(spec.fill, middle, &mut out);
        push_fill('0', zeros, &mut out);
        out.push_str(&digits);
        out.push_str(self.rest);
        push_fill(spec.fill, padding - left - middle, &mut out);
        Ok(out)
    }
}

/// Digits with separators, led by zeros until they are at least `min_width` wide (separators included).
fn group_digits(digits: &str, separator: char, group: usize, min_width: usize) -> String {
    let mut reversed = Vec::with_capacity(min_width.max(digits.len() + digits.len() / group) + 1);
    let mut left = digits.bytes().rev();
    let mut width_left = min_width;
    loop {
        let len = group.min(left.len().max(width_left).max(1));
        reversed.extend((0..len).map(|_| left.next().unwrap_or(b'0')));
        width_left = width_left.saturating_sub(len);
        if left.len() == 0 && width_left == 0 {
            break;
        }
        reversed.push(separator as u8);
        width_left = width_left.saturating_sub(1);
    }
    reversed.reverse();
    String::from_utf8(reversed).expect("digits and separators are ASCII")
}

/// What an integer's presentation type asks for, once it has been checked.
enum IntKind {
    Decimal,
    Radix(u32),
    Char,
    Float,
}

fn int_kind(spec: &FormatSpec, type_name: &str) -> Result<IntKind, TextError> {
    let kind = match spec.kind {
        None | Some('d' | 'n') => IntKind::Decimal,
        Some('b') => IntKind::Radix(2),
        Some('o') => IntKind::Radix(8),
        Some('x' | 'X') => IntKind::Radix(16),
        Some('c') => IntKind::Char,
        Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => return Ok(IntKind::Float),
        Some(kind) => return Err(unknown_kind(kind, type_name)),
    };
    let refuse = |what: &'static str| Err(TextError::value(what));
    if spec.precision.is_some() {
        return refuse("Precision not allowed in integer format specifier");
    }
    if spec.no_negative_zero {
        return refuse("Negative zero coercion (z) not allowed in integer format specifier");
    }
    if matches!(kind, IntKind::Char) {
        if spec.sign.is_some() {
            return refuse("Sign not allowed with integer format specifier 'c'");
        }
        if spec.alternate {
            return refuse("Alternate form (#) not allowed with integer format specifier 'c'");
        }
    }
    Ok(kind)
}

fn format_char(code: Option<u32>, spec: &FormatSpec, max: usize) -> Result<String, TextError> {
    // Lone surrogates cannot be held by a string of this engine: they are refused like other non-characters.
    let Some(c) = code.and_then(char::from_u32) else {
        return Err(TextError::overflow("%c arg not in range(0x110000)"));
    };
    // A character has no sign that padding could follow.
    let align = if spec.align == Align::AfterSign { Align::Right } else { spec.align };
    pad(c.encode_utf8(&mut [0; 4]), 1, &FormatSpec { align, ..spec.clone() }, max)
}

fn layout_radix(
    negative: bool,
    digits: &str,
    radix: u32,
    spec: &FormatSpec,
    max: usize,
) -> Result<String, TextError> {
    let prefix = match radix {
        _ if !spec.alternate => "",
        2 => "0b",
        8 => "0o",
        _ => "0x",
    };
    let number = Number { negative, prefix, digits, rest: "" };
    if spec.kind == Some('X') {
        let upper = digits.to_ascii_uppercase();
        let prefix = if spec.alternate { "0X" } else { "" };
        return Number { prefix, digits: &upper, ..number }.layout(spec, max);
    }
    number.layout(spec, max)
}

/// `format(value, spec)` of an `int` that fits a machine word, or of a `bool` as 0 or 1.
pub fn format_i64(value: i64, spec: &FormatSpec, type_name: &str, max: usize) -> Result<String, TextError> {
    let negative = value < 0;
    let magnitude = value.unsigned_abs();
    match int_kind(spec, type_name)? {
        IntKind::Decimal => {
            let mut buffer = itoa::Buffer::new();
            Number { negative, prefix: "", digits: buffer.format(magnitude), rest: "" }.layout(spec, max)
        }
        IntKind::Radix(radix) => {
            let digits = match radix {
                2 => format!("{magnitude:b}"),
                8 => format!("{magnitude:o}"),
                _ => format!("{magnitude:x}"),
            };
            layout_radix(negative, &digits, radix, spec, max)
        }
        IntKind::Char => format_char(u32::try_from(value).ok(), spec, max),
        IntKind::Float => format_float_spec(value as f64, spec, type_name, max),
    }
}

/// `format(value, spec)` of a big `int`; `digits_max` is the limit of decimal conversions (0: none).
pub fn format_big(
    value: &BigInt,
    spec: &FormatSpec,
    type_name: &str,
    digits_max: usize,
    max: usize,
) -> Result<String, TextError> {
    let negative = value.sign() == Sign::Minus;
    match int_kind(spec, type_name)? {
        IntKind::Decimal => {
            check_size(usize::try_from(value.bits() / 4).unwrap_or(usize::MAX), max)?;
            format_decimal_digits(&big_to_string(value, digits_max)?, spec, max)
        }
        IntKind::Radix(radix) => {
            check_size(radix_bytes_max(value.bits(), radix) - 4, max)?;
            layout_radix(negative, &value.magnitude().to_str_radix(radix), radix, spec, max)
        }
        // A big value never fits a machine word.
        IntKind::Char => Err(TextError::overflow("Python int too large to convert to C long")),
        IntKind::Float => {
            let float =
                big_to_f64(value).ok_or_else(|| TextError::overflow("int too large to convert to float"))?;
            format_float_spec(float, spec, type_name, max)
        }
    }
}

/// Lays out decimal digits (with a `-` where negative) that the caller converted itself.
pub fn format_decimal_digits(text: &str, spec: &FormatSpec, max: usize) -> Result<String, TextError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    Number { negative: digits.len() < text.len(), prefix: "", digits, rest: "" }.layout(spec, max)
}

/// The text of a float before it is laid out.
fn float_text(mut x: f64, spec: &FormatSpec, dot_zero: bool, max: usize) -> Result<String, TextError> {
    if spec.precision.is_some_and(|p| i32::try_from(p).is_err()) {
        return Err(TextError::value("precision too big"));
    }
    let (kind, default_precision) = match spec.kind {
        None if spec.precision.is_none() => (FloatKind::Repr, 0),
        None | Some('g' | 'G' | 'n') => (FloatKind::General, 6),
        Some('e' | 'E') => (FloatKind::Exponent, 6),
        _ => (FloatKind::Fixed, 6),
    };
    let percent = spec.kind == Some('%');
    if percent {
        x *= 100.0;
    }
    let style = FloatStyle {
        kind,
        upper: matches!(spec.kind, Some('E' | 'F' | 'G')),
        precision: spec.precision.unwrap_or(default_precision),
        alternate: spec.alternate,
        dot_zero: dot_zero && spec.kind.is_none(),
    };
    let mut text = format_float(x, style, max)?;
    if spec.no_negative_zero && text.starts_with('-') && x.is_finite() && rounds_to_zero(&text) {
        text.remove(0);
    }
    if percent {
        text.push('%');
    }
    Ok(text)
}

fn rounds_to_zero(text: &str) -> bool {
    text.bytes().take_while(|b| !matches!(b, b'e' | b'E')).all(|b| matches!(b, b'-' | b'0' | b'.'))
}

/// `format(value, spec)` of a `float`.
pub fn format_float_spec(
    x: f64,
    spec: &FormatSpec,
    type_name: &str,
    max: usize,
) -> Result<String, TextError> {
    match spec.kind {
        None | Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') => {}
        Some(kind) => return Err(unknown_kind(kind, type_name)),
    }
    let text = float_text(x, spec, true, max)?;
    Number::of_float(&text).layout(spec, max)
}

/// `format(complex(re, im), spec)`.
pub fn format_complex(
    re: f64,
    im: f64,
    spec: &FormatSpec,
    type_name: &str,
    max: usize,
) -> Result<String, TextError> {
    match spec.kind {
        None | Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n') => {}
        Some(kind) => return Err(unknown_kind(kind, type_name)),
    }
    if spec.precision.is_some_and(|p| i32::try_from(p).is_err()) {
        return Err(TextError::value("precision too big"));
    }
    if spec.fill == '0' {
        return Err(TextError::value("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == Align::AfterSign {
        return Err(TextError::value("'=' alignment flag is not allowed in complex format specifier"));
    }
    let skip_real = spec.kind.is_none() && re == 0.0 && re.is_sign_positive();
    let mut part = FormatSpec { fill: ' ', align: Align::Left, width: 0, ..spec.clone() };
    let mut body = String::new();
    let parens = spec.kind.is_none() && !skip_real;
    if parens {
        body.push('(');
    }
    if !skip_real {
        body += &Number::of_float(&float_text(re, spec, false, max)?).layout(&part, max)?;
        part.sign = Some('+');
    }
    body += &Number::of_float(&float_text(im, spec, false, max)?).layout(&part, max)?;
    body.push('j');
    if parens {
        body.push(')');
    }
    pad(&body, body.len(), spec, max)
}
