//! Replays what CPython 3.13 answered: `tests/data/text.txt`, written by `scripts/text_fixtures.py`.

use num_bigint::BigInt;

use super::float_repr as fr;
use super::unicode as u;
use super::*;

fn float(bits: &str) -> f64 {
    f64::from_bits(bits.parse().expect("bits of a float"))
}

fn show(x: Option<f64>) -> String {
    match x {
        None => "None".into(),
        Some(x) if x.is_nan() => "nan".into(),
        Some(x) => x.to_bits().to_string(),
    }
}

fn predicates(s: &str) -> String {
    let all: [fn(&str) -> bool; 12] = [
        u::str_is_alpha,
        u::str_is_decimal,
        u::str_is_digit,
        u::str_is_numeric,
        u::str_is_alnum,
        u::str_is_space,
        u::str_is_printable,
        u::str_is_lower,
        u::str_is_upper,
        u::str_is_title,
        u::str_is_identifier,
        |s| u::str_is_identifier(&format!("a{s}")),
    ];
    all.iter().map(|p| if p(s) { '1' } else { '0' }).collect()
}

fn parse_int(text: &str, base: &str) -> Result<String, TextError> {
    let base = base.parse().expect("a base");
    match int_text::parse_int(text, base, 4300) {
        Ok(int_text::ParsedInt::Small(value)) => Ok(value.to_string()),
        Ok(int_text::ParsedInt::Big(value)) => Ok(value.to_string()),
        Err(int_text::IntError::Invalid) => Err(TextError::value("invalid literal")),
        Err(int_text::IntError::Other(error)) => Err(error),
    }
}

fn big(text: &str) -> BigInt {
    text.parse().expect("an integer")
}

/// What the function named `op` makes of its arguments, as text.
pub fn run(op: &str, a: &[String]) -> Result<String, TextError> {
    Ok(match op {
        "repr" => fr::float_repr(float(&a[0])),
        "parse" => show(fr::parse_float(&a[0])),
        "hex" => fr::float_hex(float(&a[0])),
        "fromhex" => show(Some(fr::float_fromhex(&a[0])?)),
        "preds" => predicates(&a[0]),
        "cases" => [u::upper, u::lower, u::title, u::capitalize, u::swapcase, u::casefold]
            .map(|map| map(&a[0]))
            .join("|"),
        "int" => parse_int(&a[0], &a[1])?,
        "radix" => int_text::radix_string(&big(&a[0]), a[1].parse().expect("a radix")),
        _ => panic!("no such operation: {op}"),
    })
}
