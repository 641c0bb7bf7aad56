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
            b'%' => "%".to_owned(),
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
fn format_fields(text: &str, depth: u32, numbering: &mut str_format::AutoNumber) -> Result<String, TextError> {
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
        _ => panic!("no such operation: {op}"),
    })
}
