//! `round(float, n)`, correctly rounded from the exact binary value.

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use crate::vm::flow::R;
use crate::vm::text::float_repr::{FloatKind, FloatStyle, format_float};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// More digits than this change no float.
const DIGITS_MAX: i64 = 323;
/// Fewer digits than this leave nothing of any float.
const DIGITS_MIN: i64 = -308;

/// `round(x)`
pub fn round_to_int(vm: &mut Vm, x: f64) -> R<Value> {
    super::to_int(vm, x.round_ties_even())
}

/// `round(x, digits)`
pub fn round_to_digits(vm: &mut Vm, x: f64, digits: i64) -> R<f64> {
    if x == 0.0 || !x.is_finite() || digits > DIGITS_MAX {
        return Ok(x);
    }
    if digits < DIGITS_MIN {
        return Ok(0.0 * x);
    }
    let rounded = if digits >= 0 {
        decimal(x, FloatKind::Fixed, digits as usize)
    } else {
        round_to_power(x, (-digits) as u32)
    };
    if rounded.is_infinite() {
        return Err(vm.overflow_error("rounded value too large to represent"));
    }
    Ok(rounded)
}

/// Through correctly rounded decimal digits and back.
fn decimal(x: f64, kind: FloatKind, precision: usize) -> f64 {
    let style = FloatStyle { kind, upper: false, precision, alternate: false, dot_zero: false };
    let text = format_float(x, style, usize::MAX).expect("the precision is bounded");
    text.parse().expect("what was formatted is a number")
}

/// Rounds to a multiple of 10^zeros, half to even.
fn round_to_power(x: f64, zeros: u32) -> f64 {
    // Digits before the point, from the shortest notation in powers of ten.
    let text = format!("{:e}", x.abs());
    let exponent: i64 = text.split_once('e').and_then(|(_, e)| e.parse().ok()).expect("an exponent");
    match exponent + 1 - i64::from(zeros) {
        significant if significant >= 1 => decimal(x, FloatKind::Exponent, significant as usize - 1),
        0 => {
            let half = BigInt::from(5) * BigInt::from(10).pow(zeros - 1);
            let whole = BigInt::from_f64(x.abs()).expect("x is finite");
            let above = whole > half || whole == half && x.fract() != 0.0;
            let unit: f64 = format!("1e{zeros}").parse().expect("a power of ten");
            (if above { unit } else { 0.0 }).copysign(x)
        }
        _ => 0f64.copysign(x),
    }
}
