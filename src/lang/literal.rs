//! Literals of the syntax tree as constants.

use num_bigint::BigInt;
use num_traits::Num;
use ruff_python_ast::{Expr, Int, Number};
use ruff_text_size::TextRange;

use super::fail::{Fail, R};
use crate::bytecode::Const;
use crate::limits::INT_DIGITS_MAX;

/// Refuses a decimal literal that CPython refuses for its length.
pub fn check_int(int: &Int, range: TextRange) -> R {
    if int.as_u64().is_some() {
        return Ok(());
    }
    let text = int.to_string();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let decimal = !text.starts_with("0x") && !text.starts_with("0X") && !text.starts_with("0b") && {
        !text.starts_with("0B") && !text.starts_with("0o") && !text.starts_with("0O")
    };
    if decimal && digits > INT_DIGITS_MAX {
        return Err(Fail::syntax(
            format!(
                "Exceeds the limit ({INT_DIGITS_MAX} digits) for integer string conversion: value has {digits} \
                 digits; use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge \
                 integer literals to avoid decimal conversion limits."
            ),
            range,
        ));
    }
    Ok(())
}

/// An integer as the smallest constant that holds it.
pub fn int_const(value: BigInt) -> Const {
    match i64::try_from(&value) {
        Ok(small) => Const::Int(small),
        Err(_) => Const::Big(value),
    }
}

fn int_literal(int: &Int) -> Const {
    if let Some(small) = int.as_u64() {
        return int_const(BigInt::from(small));
    }
    let text = int.to_string().replace('_', "");
    let (digits, radix) = match text.get(..2) {
        Some("0x" | "0X") => (&text[2..], 16),
        Some("0o" | "0O") => (&text[2..], 8),
        Some("0b" | "0B") => (&text[2..], 2),
        _ => (text.as_str(), 10),
    };
    int_const(BigInt::from_str_radix(digits, radix).expect("the lexer checked the digits"))
}

/// The constant that a literal stands for, `None` when `expr` is not one.
pub fn literal(expr: &Expr) -> Option<Const> {
    Some(match expr {
        Expr::NumberLiteral(n) => match &n.value {
            Number::Int(int) => int_literal(int),
            Number::Float(f) => Const::Float(*f),
            Number::Complex { real, imag } => Const::Complex(*real, *imag),
        },
        Expr::StringLiteral(s) => Const::Str(s.value.to_str().into()),
        Expr::BytesLiteral(b) => Const::Bytes(b.value.bytes().collect()),
        Expr::BooleanLiteral(b) => Const::Bool(b.value),
        Expr::NoneLiteral(_) => Const::None,
        Expr::EllipsisLiteral(_) => Const::Ellipsis,
        _ => return None,
    })
}
