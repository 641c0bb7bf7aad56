//! Operators on complex numbers.

use super::Complex;
use crate::bytecode::BinOp;
use crate::vm::flow::{R, value};
use crate::vm::ops::unsupported;
use crate::vm::type_id::TypeId;
use crate::vm::types::float;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// A number of any kind as a complex one.
pub fn as_complex(vm: &mut Vm, v: Value) -> R<Complex> {
    match v {
        Value::Complex(r) => Ok(*vm.heap.get(r)),
        v => Ok(Complex { re: float::as_f64(vm, v)?, im: 0.0 }),
    }
}

/// `a op b` where one is complex and the other any number.
pub fn binary(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> R {
    if !matches!(op, BinOp::Add | BinOp::Sub | BinOp::Mul | BinOp::TrueDiv | BinOp::Pow) {
        return Err(unsupported(vm, op, a, b, false));
    }
    let (x, y) = (as_complex(vm, a)?, as_complex(vm, b)?);
    let result = match op {
        BinOp::Add => Complex { re: x.re + y.re, im: x.im + y.im },
        BinOp::Sub => Complex { re: x.re - y.re, im: x.im - y.im },
        BinOp::Mul => product(x, y),
        BinOp::TrueDiv => match quotient(x, y) {
            Some(z) => z,
            None => return Err(vm.raise(TypeId::ZeroDivisionError, "complex division by zero")),
        },
        _ => return power(vm, x, y),
    };
    value(vm.complex(result.re, result.im))
}

fn product(a: Complex, b: Complex) -> Complex {
    Complex { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re }
}

/// Smith's method; `None` when the divisor is zero.
fn quotient(a: Complex, b: Complex) -> Option<Complex> {
    if b.re.abs() >= b.im.abs() {
        if b.re == 0.0 {
            return None;
        }
        let ratio = b.im / b.re;
        let divisor = b.re + b.im * ratio;
        return Some(Complex { re: (a.re + a.im * ratio) / divisor, im: (a.im - a.re * ratio) / divisor });
    }
    if b.im.abs() >= b.re.abs() {
        let ratio = b.re / b.im;
        let divisor = b.re * ratio + b.im;
        return Some(Complex { re: (a.re * ratio + a.im) / divisor, im: (a.im * ratio - a.re) / divisor });
    }
    Some(Complex { re: f64::NAN, im: f64::NAN })
}

/// `a ** b`.
pub fn power(vm: &mut Vm, a: Complex, b: Complex) -> R {
    let result = if b.im == 0.0 && b.re == b.re.floor() && b.re.abs() <= 100.0 {
        integer_power(a, b.re as i64)
    } else {
        general_power(a, b)
    };
    let Some(z) = result else {
        return Err(vm.raise(TypeId::ZeroDivisionError, "0.0 to a negative or complex power"));
    };
    if z.re.is_infinite() || z.im.is_infinite() {
        return Err(vm.overflow_error("complex exponentiation"));
    }
    value(vm.complex(z.re, z.im))
}

fn integer_power(a: Complex, n: i64) -> Option<Complex> {
    let one = Complex { re: 1.0, im: 0.0 };
    let (mut result, mut square) = (one, a);
    let mut mask = 1;
    while mask <= n.unsigned_abs() {
        if n.unsigned_abs() & mask != 0 {
            result = product(result, square);
        }
        mask <<= 1;
        square = product(square, square);
    }
    if n > 0 { Some(result) } else { quotient(one, result) }
}

fn general_power(a: Complex, b: Complex) -> Option<Complex> {
    if b.re == 0.0 && b.im == 0.0 {
        return Some(Complex { re: 1.0, im: 0.0 });
    }
    if a.re == 0.0 && a.im == 0.0 {
        return if b.im != 0.0 || b.re < 0.0 { None } else { Some(Complex { re: 0.0, im: 0.0 }) };
    }
    let magnitude = a.re.hypot(a.im);
    let mut length = magnitude.powf(b.re);
    let angle = a.im.atan2(a.re);
    let mut phase = angle * b.re;
    if b.im != 0.0 {
        length /= (angle * b.im).exp();
        phase += b.im * magnitude.ln();
    }
    if phase.is_infinite() {
        // C's sine and cosine have a domain error here, which CPython reports as it does for zero.
        return None;
    }
    Some(Complex { re: length * phase.cos(), im: length * phase.sin() })
}
