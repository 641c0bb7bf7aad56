//! Complex numbers as text: `repr` and `complex()`.

use super::TextError;
use super::escape::str_repr;
use super::float_repr::{
    FloatKind, FloatStyle, ascii_number, float_at_start, format_float, is_c_space, without_underscores,
};

/// `repr(complex(re, im))`; `str` is the same.
pub fn complex_repr(re: f64, im: f64) -> String {
    let imaginary = part(im);
    if re == 0.0 && re.is_sign_positive() {
        return format!("{imaginary}j");
    }
    let sign = if imaginary.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{imaginary}j)", part(re))
}

fn part(x: f64) -> String {
    let style =
        FloatStyle { kind: FloatKind::Repr, upper: false, precision: 0, alternate: false, dot_zero: false };
    format_float(x, style, usize::MAX).expect("the shortest digits are short")
}

/// `complex(text)`: real and imaginary part.
pub fn parse_complex(text: &str) -> Result<(f64, f64), TextError> {
    let malformed = || TextError::value("complex() arg is a malformed string");
    let ascii = ascii_number(text);
    let trimmed = ascii.trim_matches(is_c_space);
    let plain = if trimmed.contains('_') {
        let failed = || TextError::value(format!("could not convert string to complex: {}", str_repr(text)));
        without_underscores(trimmed).ok_or_else(failed)?
    } else {
        trimmed.to_owned()
    };
    let mut body = plain.as_str();
    if let Some(rest) = body.strip_prefix('(') {
        body = rest.strip_suffix(')').ok_or_else(malformed)?.trim_matches(is_c_space);
    }
    parse_body(body).ok_or_else(malformed)
}

/// `<float>`, `<float>j`, `<float><signed-float>j`, `<float><sign>j`, `<sign>j` or `j`.
fn parse_body(body: &str) -> Option<(f64, f64)> {
    let unit = |rest: &str| match rest {
        "j" | "J" | "+j" | "+J" => Some(1.0),
        "-j" | "-J" => Some(-1.0),
        _ => None,
    };
    let Some((first, len)) = float_at_start(body) else { return Some((0.0, unit(body)?)) };
    let rest = &body[len..];
    match rest {
        "" => return Some((first, 0.0)),
        "j" | "J" => return Some((0.0, first)),
        _ if !rest.starts_with(['+', '-']) => return None,
        _ => {}
    }
    match float_at_start(rest) {
        Some((second, len)) if matches!(&rest[len..], "j" | "J") => Some((first, second)),
        Some(_) => None,
        None => Some((first, unit(rest)?)),
    }
}
