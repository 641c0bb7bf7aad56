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

fn lanes(a: &[String]) -> impl ExactSizeIterator<Item = i64> {
    a.iter().filter(|s| !s.is_empty()).map(|s| s.parse().expect("a hash")).collect::<Vec<i64>>().into_iter()
}

fn format(a: &[String]) -> Result<String, TextError> {
    use super::format_spec::*;
    const MAX: usize = 10_000;
    let (spec, name) = (&a[2], a[0].as_str());
    match name {
        "str" => format_str(&a[1], &FormatSpec::parse(spec, Target::Str, name)?, name, MAX),
        "int" | "bool" => {
            let parsed = FormatSpec::parse(spec, Target::Int, name)?;
            match a[1].parse::<i64>() {
                Ok(small) => format_i64(small, &parsed, name, MAX),
                Err(_) => format_big(&big(&a[1]), &parsed, name, 4300, MAX),
            }
        }
        "float" => format_float_spec(float(&a[1]), &FormatSpec::parse(spec, Target::Float, name)?, name, MAX),
        _ => {
            let parsed = FormatSpec::parse(spec, Target::Complex, name)?;
            format_complex(float(&a[1]), float(&a[3]), &parsed, name, MAX)
        }
    }
}

/// `%` with an int, a float or a text; stars are always 7 and 3.
fn percent_value(a: &[String]) -> Result<String, TextError> {
    use super::percent::*;
    const MAX: usize = 10_000;
    let (format, mut at, mut out) = (a[0].as_str(), 0, String::new());
    while let Some(piece) = next_piece(format.as_bytes(), &mut at) {
        let directive = match piece {
            Piece::Literal(range) => {
                out.push_str(&format[range]);
                continue;
            }
            Piece::Directive(directive) => directive,
        };
        let conversion = directive.conversion.clone()?;
        let s = Settings::new(&directive, conversion, -7, 3);
        out += &match conversion {
            b's' => format_text(&a[3], &s, MAX)?,
            b'd' | b'i' | b'u' | b'x' | b'X' | b'o' => match a[1].parse() {
                Ok(small) => format_i64(small, &s, MAX)?,
                Err(_) => format_big(&big(&a[1]), &s, 4300, MAX)?,
            },
            b'e' | b'f' | b'g' | b'E' | b'F' | b'G' => format_float_value(float(&a[2]), &s, MAX)?,
            _ => return Err(unsupported(format, directive.conversion_at)),
        };
    }
    Ok(out)
}

/// `str.format` over arguments of which only names are known: the look-ups made, as text.
fn format_fields(
    text: &str,
    depth: u32,
    numbering: &mut str_format::AutoNumber,
) -> Result<String, TextError> {
    use super::str_format::*;
    if depth == 0 {
        return Err(recursion_exceeded());
    }
    let (mut at, mut out) = (0, String::new());
    while let Some(piece) = next_piece(text, &mut at)? {
        out.push_str(piece.literal);
        let Some(field) = piece.field else { continue };
        let (head, mut accessors) = first(field.name, numbering)?;
        out += &match head {
            First::Index(index) if index < 3 => format!("<{index}"),
            First::Index(index) => return Err(index_out_of_range(index)),
            First::Name(name) => format!("<{name}"),
        };
        while let Some(accessor) = next_accessor(field.name, &mut accessors)? {
            out += &match accessor {
                Accessor::Attribute(name) => format!(".{name}"),
                Accessor::Index(index) => format!("[{index}]"),
                Accessor::Key(key) => format!("[{key}]"),
            };
        }
        if let Some(conversion) = field.conversion {
            check_conversion(conversion)?;
            out += &format!("!{conversion}");
        }
        let spec = match field.spec_has_fields {
            true => format_fields(field.spec, depth - 1, numbering)?,
            false => field.spec.to_owned(),
        };
        out += &format!(":{spec}>");
    }
    Ok(out)
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
        "format" => format(a)?,
        "percent" => percent_value(a)?,
        "fields" => format_fields(&a[0], str_format::DEPTH_MAX, &mut Default::default())?,
        "quoted" => escape::str_repr(&a[0]),
        "ascii" => escape::str_ascii(&a[0]),
        "bytes" => escape::bytes_repr(&a[0].chars().map(|c| c as u8).collect::<Vec<u8>>()),
        "hashi" => match a[0].parse::<i64>() {
            Ok(small) => numeric_hash::hash_i64(small).to_string(),
            Err(_) => numeric_hash::hash_big(&big(&a[0])).to_string(),
        },
        "hashf" => numeric_hash::hash_float(float(&a[0])).expect("no NaN is recorded").to_string(),
        "hashc" => numeric_hash::hash_complex(
            numeric_hash::hash_float(float(&a[0])).expect("no NaN is recorded"),
            numeric_hash::hash_float(float(&a[1])).expect("no NaN is recorded"),
        )
        .to_string(),
        "hasht" => numeric_hash::hash_tuple(lanes(a)).to_string(),
        "hashs" => numeric_hash::hash_frozenset(lanes(a)).to_string(),
        "complex" => complex_text::complex_repr(float(&a[0]), float(&a[1])),
        "tocomplex" => {
            let (re, im) = complex_text::parse_complex(&a[0])?;
            format!("{} {}", show(Some(re)), show(Some(im)))
        }
        "find" => format!(
            "{:?} {:?} {}",
            search::find(a[0].as_bytes(), a[1].as_bytes()),
            search::rfind(a[0].as_bytes(), a[1].as_bytes()),
            if a[1].is_empty() {
                search::chars(&a[0]) + 1
            } else {
                search::count_bytes(a[0].as_bytes(), a[1].as_bytes())
            }
        ),
        "replace" => search::replace(&a[0], &a[1], &a[2], a[3].parse().ok(), 10_000)?,
        _ => panic!("no such operation: {op}"),
    })
}

fn unescape(field: &str) -> String {
    let mut out = String::new();
    let mut rest = field;
    while let Some((plain, escaped)) = rest.split_once("\\{") {
        let (code, after) = escaped.split_once('}').expect("an escape ends");
        out.push_str(plain);
        let code = u32::from_str_radix(code, 16).expect("an escape is hexadecimal");
        out.push(char::from_u32(code).expect("a code point"));
        rest = after;
    }
    out + rest
}

#[test]
fn every_recorded_answer_of_cpython_is_given() {
    let recorded = include_str!("../../../tests/data/text.txt");
    let mut wrong = Vec::new();
    for line in recorded.lines() {
        let fields: Vec<String> = line.split('\t').skip(1).map(unescape).collect();
        let (op, args, expected) = (&fields[0], &fields[1..fields.len() - 1], &fields[fields.len() - 1]);
        let got = match run(op, args) {
            Ok(text) => format!("ok:{text}"),
            Err(error) => format!("err:{:?}:{}", error.kind, error.message),
        };
        if got != *expected {
            wrong.push(format!("{line}\n  got {got}"));
        }
    }
    assert!(recorded.lines().count() > 1_000);
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
