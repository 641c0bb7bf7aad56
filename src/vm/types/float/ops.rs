//! Operators on floats, and on integers mixed with floats.

use crate::bytecode::BinOp;
use crate::vm::flow::{R, Trap, value};
use crate::vm::ops::unsupported;
use crate::vm::type_id::TypeId;
use crate::vm::types::{complex, int};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// A float, or an integer as a float. The value must be a number that is not complex.
#[inline]
pub fn as_f64(vm: &mut Vm, v: Value) -> R<f64> {
    match v {
        Value::Float(f) => Ok(f),
        Value::Int(i) => Ok(i as f64),
        _ => int::to_f64(vm, v),
    }
}

/// `a op b` where one is a float and the other a float or an integer.
pub fn binary(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> R {
    if matches!(op, BinOp::Shl | BinOp::Shr | BinOp::And | BinOp::Or | BinOp::Xor | BinOp::MatMul) {
        return Err(unsupported(vm, op, a, b, false));
    }
    let (x, y) = (as_f64(vm, a)?, as_f64(vm, b)?);
    let result = match op {
        BinOp::Add => x + y,
        BinOp::Sub => x - y,
        BinOp::Mul => x * y,
        BinOp::Pow => return power(vm, x, y),
        _ if y == 0.0 => {
            return Err(by_zero(
                vm,
                match op {
                    BinOp::Mod => "float modulo by zero",
                    BinOp::FloorDiv => "float floor division by zero",
                    _ => "float division by zero",
                },
            ));
        }
        BinOp::Mod => modulo(x, y),
        BinOp::FloorDiv => quotient_and_remainder(x, y).0,
        _ => x / y,
    };
    value(Value::Float(result))
}

#[cold]
fn by_zero(vm: &mut Vm, message: &str) -> Trap {
    vm.raise(TypeId::ZeroDivisionError, message)
}

/// C's ERANGE as an exception.
#[cold]
fn out_of_range(vm: &mut Vm) -> Trap {
    let text = vm.str("Numerical result out of range");
    let args = vm.tuple_ref([Value::Int(34), text]);
    Trap::Raise(vm.exception(TypeId::OverflowError, args))
}

/// `divmod(x, y)` of floats.
pub fn div_mod(vm: &mut Vm, x: f64, y: f64) -> R {
    if y == 0.0 {
        return Err(by_zero(vm, "float divmod()"));
    }
    let (quotient, remainder) = quotient_and_remainder(x, y);
    value(vm.tuple([Value::Float(quotient), Value::Float(remainder)]))
}

/// The remainder with the divisor's sign.
fn modulo(x: f64, y: f64) -> f64 {
    let remainder = x % y;
    if remainder == 0.0 {
        return 0f64.copysign(y);
    }
    if (y < 0.0) == (remainder < 0.0) { remainder } else { remainder + y }
}

fn quotient_and_remainder(x: f64, y: f64) -> (f64, f64) {
    let mut remainder = x % y;
    let mut quotient = (x - remainder) / y;
    if remainder == 0.0 {
        remainder = 0f64.copysign(y);
    } else if (y < 0.0) != (remainder < 0.0) {
        remainder += y;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0f64.copysign(x / y), remainder);
    }
    // The division above may be off by one rounding.
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }, remainder)
}

fn is_odd(x: f64) -> bool {
    x.abs() % 2.0 == 1.0
}

/// `x ** y`. A negative number to a fractional power is complex.
pub fn power(vm: &mut Vm, x: f64, y: f64) -> R {
    if let Some(result) = special_power(x, y) {
        return value(Value::Float(result));
    }
    if x == 0.0 {
        if y < 0.0 {
            return Err(by_zero(vm, "0.0 cannot be raised to a negative power"));
        }
        return value(Value::Float(if is_odd(y) { x } else { 0.0 }));
    }
    if x < 0.0 && y != y.floor() {
        return complex::power(vm, complex::Complex { re: x, im: 0.0 }, complex::Complex { re: y, im: 0.0 });
    }
    let magnitude = if x.abs() == 1.0 { 1.0 } else { x.abs().powf(y) };
    if magnitude.is_infinite() {
        return Err(out_of_range(vm));
    }
    value(Value::Float(if x < 0.0 && is_odd(y) { -magnitude } else { magnitude }))
}

/// Powers with NaN, infinities and the exponent 0, as C99 has them.
pub fn special_power(x: f64, y: f64) -> Option<f64> {
    if y == 0.0 {
        return Some(1.0);
    }
    if x.is_nan() {
        return Some(x);
    }
    if y.is_nan() {
        return Some(if x == 1.0 { 1.0 } else { y });
    }
    if y.is_infinite() {
        let magnitude = x.abs();
        return Some(if magnitude == 1.0 {
            1.0
        } else if (y > 0.0) == (magnitude > 1.0) {
            y.abs()
        } else {
            0.0
        });
    }
    if x.is_infinite() {
        let odd = is_odd(y);
        return Some(match (y > 0.0, odd) {
            (true, true) => x,
            (true, false) => x.abs(),
            (false, true) => 0f64.copysign(x),
            (false, false) => 0.0,
        });
    }
    None
}

/// Mantissa in [0.5, 1) and exponent; (x, 0) for zeros, infinities and NaN.
pub fn frexp(x: f64) -> (f64, i64) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let bits = x.to_bits();
    let biased = (bits >> 52 & 0x7ff) as i64;
    if biased == 0 {
        let (mantissa, exponent) = frexp(x * 2f64.powi(64));
        return (mantissa, exponent - 64);
    }
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), biased - 1022)
}

/// x × 2^n, rounded once.
pub fn ldexp(x: f64, n: i64) -> f64 {
    let (mantissa, exponent) = frexp(x);
    if mantissa == 0.0 || !mantissa.is_finite() {
        return x;
    }
    let power = |n: i64| f64::from_bits(((n + 1023) as u64) << 52);
    match exponent.saturating_add(n) {
        e if e > 1024 => f64::INFINITY.copysign(x),
        e if e < -1075 => 0f64.copysign(x),
        e if e >= -1021 => mantissa * 2.0 * power(e - 1),
        // The first product is exact, the second rounds to a subnormal.
        e => mantissa * power(-1021) * power(e + 1021),
    }
}
