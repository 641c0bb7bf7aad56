//! Arithmetic on constants at compile time, within CPython's size limits. Whatever would raise, or would
//! become large, is left to run time.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

use super::literal::int_const;
use crate::bytecode::{BinOp, Const, UnaryOp};

/// Bits of a folded integer.
const INT_BITS_MAX: u64 = 128;
/// Characters of a folded string, bytes of folded bytes.
const TEXT_MAX: usize = 4096;
/// Elements of a folded tuple.
const TUPLE_MAX: usize = 256;

/// Truth of a constant.
pub fn truth(c: &Const) -> bool {
    match c {
        Const::None => false,
        Const::Ellipsis | Const::Big(_) => true,
        Const::Bool(b) => *b,
        Const::Int(i) => *i != 0,
        Const::Float(f) => *f != 0.0,
        Const::Complex(re, im) => *re != 0.0 || *im != 0.0,
        Const::Str(s) => !s.is_empty(),
        Const::Bytes(b) => !b.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
    }
}

fn integer(c: &Const) -> Option<BigInt> {
    match c {
        Const::Bool(b) => Some(BigInt::from(*b as u8)),
        Const::Int(i) => Some(BigInt::from(*i)),
        Const::Big(b) => Some(b.clone()),
        _ => None,
    }
}

fn float(c: &Const) -> Option<f64> {
    match c {
        Const::Float(f) => Some(*f),
        Const::Bool(b) => Some(f64::from(*b as u8)),
        // Beyond 2**53 the conversion's rounding is left to run time.
        Const::Int(i) if i.unsigned_abs() <= 1 << 53 => Some(*i as f64),
        _ => None,
    }
}

/// A unary operator on a constant.
pub fn unary(op: UnaryOp, c: &Const) -> Option<Const> {
    match (op, c) {
        (UnaryOp::Neg, Const::Float(f)) => Some(Const::Float(-f)),
        (UnaryOp::Pos, Const::Float(f)) => Some(Const::Float(*f)),
        (UnaryOp::Neg, Const::Complex(re, im)) => Some(Const::Complex(-re, -im)),
        (UnaryOp::Pos, Const::Complex(re, im)) => Some(Const::Complex(*re, *im)),
        (UnaryOp::Invert, Const::Bool(_)) => None,
        _ => {
            let value = integer(c)?;
            Some(int_const(match op {
                UnaryOp::Neg => -value,
                UnaryOp::Pos => value,
                UnaryOp::Invert => -(value + BigInt::from(1)),
            }))
        }
    }
}

/// A binary operator on two constants.
pub fn binary(op: BinOp, a: &Const, b: &Const) -> Option<Const> {
    if let (Some(x), Some(y)) = (integer(a), integer(b)) {
        return integers(op, x, y, a, b);
    }
    if matches!(a, Const::Complex(..)) || matches!(b, Const::Complex(..)) {
        return complex(op, a, b);
    }
    if let (Some(x), Some(y)) = (float(a), float(b)) {
        return floats(op, x, y);
    }
    sequences(op, a, b)
}

fn integers(op: BinOp, x: BigInt, y: BigInt, a: &Const, b: &Const) -> Option<Const> {
    let value = match op {
        BinOp::Add => x + y,
        BinOp::Sub => x - y,
        BinOp::Mul => {
            if x.bits() + y.bits() > INT_BITS_MAX {
                return None;
            }
            x * y
        }
        BinOp::FloorDiv | BinOp::Mod if y.is_zero() => return None,
        BinOp::FloorDiv => x.div_floor(&y),
        BinOp::Mod => x.mod_floor(&y),
        BinOp::TrueDiv => return floats(op, float(a)?, float(b)?),
        BinOp::Pow => {
            let exponent = y.to_u32()?;
            if x.bits().saturating_mul(u64::from(exponent)) > INT_BITS_MAX {
                return None;
            }
            x.pow(exponent)
        }
        BinOp::Shl => {
            let shift = y.to_u64()?;
            if x.bits().saturating_add(shift) > INT_BITS_MAX {
                return None;
            }
            x << shift
        }
        BinOp::Shr if y.is_negative() => return None,
        BinOp::Shr => x >> y.to_u64()?,
        BinOp::And | BinOp::Or | BinOp::Xor => {
            let value = match op {
                BinOp::And => x & y,
                BinOp::Or => x | y,
                _ => x ^ y,
            };
            if let (Const::Bool(_), Const::Bool(_)) = (a, b) {
                return Some(Const::Bool(!value.is_zero()));
            }
            value
        }
        BinOp::MatMul => return None,
    };
    (value.bits() <= INT_BITS_MAX).then(|| int_const(value))
}

/// Only what every IEEE implementation computes alike; `%`, `//` and `**` are left to run time.
fn floats(op: BinOp, x: f64, y: f64) -> Option<Const> {
    Some(Const::Float(match op {
        BinOp::Add => x + y,
        BinOp::Sub => x - y,
        BinOp::Mul => x * y,
        BinOp::TrueDiv if y != 0.0 => x / y,
        _ => return None,
    }))
}

/// Real ± imaginary, which is how complex literals are written.
fn complex(op: BinOp, a: &Const, b: &Const) -> Option<Const> {
    let parts = |c: &Const| match c {
        Const::Complex(re, im) => Some((*re, *im)),
        other => float(other).map(|re| (re, 0.0)),
    };
    let ((ar, ai), (br, bi)) = (parts(a)?, parts(b)?);
    match op {
        BinOp::Add => Some(Const::Complex(ar + br, ai + bi)),
        BinOp::Sub => Some(Const::Complex(ar - br, ai - bi)),
        _ => None,
    }
}

fn sequences(op: BinOp, a: &Const, b: &Const) -> Option<Const> {
    match (op, a, b) {
        (BinOp::Add, Const::Str(x), Const::Str(y)) if x.len() + y.len() <= TEXT_MAX => {
            Some(Const::Str(format!("{x}{y}").into()))
        }
        (BinOp::Add, Const::Bytes(x), Const::Bytes(y)) if x.len() + y.len() <= TEXT_MAX => {
            Some(Const::Bytes([&x[..], &y[..]].concat().into()))
        }
        (BinOp::Add, Const::Tuple(x), Const::Tuple(y)) if x.len() + y.len() <= TUPLE_MAX => {
            Some(Const::Tuple([&x[..], &y[..]].concat().into()))
        }
        (BinOp::Mul, Const::Int(n), other) | (BinOp::Mul, other, Const::Int(n)) => repeat(other, *n),
        _ => None,
    }
}

fn repeat(c: &Const, n: i64) -> Option<Const> {
    let n = match c {
        // Nothing is nothing however often: the limit below would let any count pass.
        Const::Tuple(t) if t.is_empty() => 0,
        _ => usize::try_from(n.max(0)).ok()?,
    };
    let fits = |len: usize, max: usize| len.checked_mul(n).is_some_and(|total| total <= max);
    match c {
        Const::Str(s) if fits(s.len(), TEXT_MAX) => Some(Const::Str(s.repeat(n).into())),
        Const::Bytes(b) if fits(b.len(), TEXT_MAX) => Some(Const::Bytes(b.repeat(n).into())),
        Const::Tuple(t) if fits(t.len(), TUPLE_MAX) && !t.iter().any(|c| matches!(c, Const::Tuple(_))) => {
            Some(Const::Tuple((0..n).flat_map(|_| t.iter().cloned()).collect()))
        }
        _ => None,
    }
}
