//! Functions of real numbers.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};

use super::{Infinite, domain_error, range_error, real_number, special, unary};
use crate::vm::flow::{R, value};
use crate::vm::native::{Args, Signature};
use crate::vm::text::int_text::big_to_f64;
use crate::vm::type_id::TypeId;
use crate::vm::types::{float, int};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

macro_rules! unary_functions {
    ($($(#[$doc:meta])* $name:ident: $infinite:ident, $f:expr;)*) => {
        $($(#[$doc])* pub fn $name(vm: &mut Vm, args: Args<'_>) -> R {
            unary(vm, args, Infinite::$infinite, $f)
        })*
    };
}

unary_functions! {
    acos: Pole, f64::acos;
    acosh: Pole, special::acosh;
    asin: Pole, f64::asin;
    asinh: Pole, special::asinh;
    atan: Pole, f64::atan;
    atanh: Pole, special::atanh;
    cbrt: Pole, special::cbrt;
    cos: Pole, f64::cos;
    cosh: Overflow, f64::cosh;
    degrees: Unchecked, |x| x * (180.0 / std::f64::consts::PI);
    erf: Pole, special::erf;
    erfc: Pole, special::erfc;
    exp: Overflow, f64::exp;
    exp2: Overflow, f64::exp2;
    expm1: Overflow, f64::exp_m1;
    fabs: Pole, f64::abs;
    log1p: Pole, f64::ln_1p;
    radians: Unchecked, |x| x * (std::f64::consts::PI / 180.0);
    sin: Pole, f64::sin;
    sinh: Overflow, f64::sinh;
    sqrt: Pole, f64::sqrt;
    tan: Pole, f64::tan;
    tanh: Pole, f64::tanh;
}

fn two(vm: &mut Vm, args: Args<'_>) -> R<(f64, f64)> {
    Ok((real_number(vm, args.get(0))?, real_number(vm, args.get(1))?))
}

fn float_value(x: f64) -> R {
    value(Value::Float(x))
}

/// `math.gamma`: infinite results are overflows except at its poles.
pub fn gamma(vm: &mut Vm, args: Args<'_>) -> R {
    let x = real_number(vm, args.get(0))?;
    if x == f64::NEG_INFINITY || x <= 0.0 && x == x.floor() {
        return Err(domain_error(vm));
    }
    let result = special::gamma(x);
    if result.is_infinite() && x.is_finite() {
        return Err(range_error(vm));
    }
    float_value(result)
}

/// `math.lgamma`
pub fn lgamma(vm: &mut Vm, args: Args<'_>) -> R {
    let x = real_number(vm, args.get(0))?;
    if x.is_finite() && x <= 0.0 && x == x.floor() {
        return Err(domain_error(vm));
    }
    let result = special::lgamma(x);
    if result.is_infinite() && x.is_finite() {
        return Err(range_error(vm));
    }
    float_value(result)
}

// ---- logarithms ------------------------------------------------------------------------------

/// A logarithm of a float or of an integer of any size.
fn logarithm(vm: &mut Vm, v: Value, f: fn(f64) -> f64) -> R<f64> {
    if let Value::Big(r) = v {
        let big = &vm.heap.get(r).value;
        if big.is_negative() {
            return Err(domain_error(vm));
        }
        return Ok(match big_to_f64(big) {
            Some(x) => f(x),
            None => {
                let (mantissa, exponent) = big_frexp(big);
                f(mantissa) + f(2.0) * exponent
            }
        });
    }
    let x = real_number(vm, v)?;
    if x <= 0.0 {
        return Err(domain_error(vm));
    }
    Ok(f(x))
}

/// A positive integer as mantissa in [0.5, 1) and exponent.
fn big_frexp(big: &BigInt) -> (f64, f64) {
    let bits = big.bits();
    let shift = bits - 64;
    let top = (big >> shift).to_u64().expect("64 bits are left");
    let lost = big.magnitude().trailing_zeros().is_some_and(|zeros| zeros < shift);
    let mantissa = (top | u64::from(lost)) as f64 / 2f64.powi(64);
    if mantissa == 1.0 { (0.5, (bits + 1) as f64) } else { (mantissa, bits as f64) }
}

/// `math.log(x[, base])`
pub fn log(vm: &mut Vm, args: Args<'_>) -> R {
    let numerator = logarithm(vm, args.get(0), f64::ln)?;
    if args.len() < 2 {
        return float_value(numerator);
    }
    let denominator = logarithm(vm, args.get(1), f64::ln)?;
    if denominator == 0.0 {
        return Err(vm.raise(TypeId::ZeroDivisionError, "float division by zero"));
    }
    float_value(numerator / denominator)
}

/// `math.log2`
pub fn log2(vm: &mut Vm, args: Args<'_>) -> R {
    let result = logarithm(vm, args.get(0), f64::log2)?;
    float_value(result)
}

/// `math.log10`
pub fn log10(vm: &mut Vm, args: Args<'_>) -> R {
    let result = logarithm(vm, args.get(0), f64::log10)?;
    float_value(result)
}

// ---- two arguments ---------------------------------------------------------------------------

/// `math.atan2`
pub fn atan2(vm: &mut Vm, args: Args<'_>) -> R {
    let (y, x) = two(vm, args)?;
    float_value(y.atan2(x))
}

/// `math.copysign`
pub fn copysign(vm: &mut Vm, args: Args<'_>) -> R {
    let (x, y) = two(vm, args)?;
    float_value(x.copysign(y))
}

/// `math.fmod`
pub fn fmod(vm: &mut Vm, args: Args<'_>) -> R {
    let (x, y) = two(vm, args)?;
    if y.is_infinite() && x.is_finite() {
        return float_value(x);
    }
    let result = x % y;
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(vm));
    }
    float_value(result)
}

/// `math.remainder`: x - n × y for the nearest n, the even one in a tie. Always exact.
pub fn remainder(vm: &mut Vm, args: Args<'_>) -> R {
    let (x, y) = two(vm, args)?;
    if x.is_nan() || y.is_nan() {
        return float_value(if x.is_nan() { x } else { y });
    }
    if x.is_infinite() || y == 0.0 {
        return Err(domain_error(vm));
    }
    if y.is_infinite() {
        return float_value(x);
    }
    let (magnitude, divisor) = (x.abs(), y.abs());
    let rest = magnitude % divisor;
    // Half of the divisor may not be a float; the complement of the rest compares the same way.
    let complement = divisor - rest;
    let result = if rest < complement {
        rest
    } else if rest > complement {
        -complement
    } else {
        rest - 2.0 * ((0.5 * (magnitude - rest)) % divisor)
    };
    float_value(1f64.copysign(x) * result)
}

/// `math.pow`
pub fn pow(vm: &mut Vm, args: Args<'_>) -> R {
    let (x, y) = two(vm, args)?;
    if let Some(result) = float::special_power(x, y) {
        return float_value(result);
    }
    let result = x.powf(y);
    if result.is_nan() || result.is_infinite() && x == 0.0 {
        return Err(domain_error(vm));
    }
    if result.is_infinite() {
        return Err(range_error(vm));
    }
    float_value(result)
}

/// `math.fma`
pub fn fma(vm: &mut Vm, args: Args<'_>) -> R {
    let (x, y) = two(vm, args)?;
    let z = real_number(vm, args.get(2))?;
    let result = x.mul_add(y, z);
    if result.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
        return Err(vm.value_error("invalid operation in fma"));
    }
    if result.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(vm.overflow_error("overflow in fma"));
    }
    float_value(result)
}

/// `math.ldexp`
pub fn ldexp(vm: &mut Vm, args: Args<'_>) -> R {
    let x = real_number(vm, args.get(0))?;
    let exponent = match args.get(1) {
        Value::Int(n) => n,
        Value::Bool(b) => i64::from(b),
        Value::Big(r) => {
            if vm.heap.get(r).value.is_negative() {
                i64::MIN
            } else {
                i64::MAX
            }
        }
        _ => return Err(vm.type_error("Expected an int as second argument to ldexp.")),
    };
    let result = float::ldexp(x, exponent);
    if result.is_infinite() && x.is_finite() {
        return Err(range_error(vm));
    }
    float_value(result)
}

/// `math.isclose`
pub fn isclose(vm: &mut Vm, args: Args<'_>) -> R {
    const SIGNATURE: Signature<4> = Signature {
        function: "isclose",
        names: ["a", "b", "rel_tol", "abs_tol"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let [a, b, relative, absolute] = args.bind(vm, &SIGNATURE)?;
    let (a, b) = (real_number(vm, a)?, real_number(vm, b)?);
    let relative = if relative.is_undef() { 1e-9 } else { real_number(vm, relative)? };
    let absolute = if absolute.is_undef() { 0.0 } else { real_number(vm, absolute)? };
    if relative < 0.0 || absolute < 0.0 {
        return Err(vm.value_error("tolerances must be non-negative"));
    }
    let close = if a == b {
        true
    } else if a.is_infinite() || b.is_infinite() {
        false
    } else {
        let difference = (b - a).abs();
        difference <= (relative * b).abs() || difference <= (relative * a).abs() || difference <= absolute
    };
    value(Value::Bool(close))
}

// ---- neighbours ------------------------------------------------------------------------------

/// `math.nextafter`
pub fn nextafter(vm: &mut Vm, args: Args<'_>) -> R {
    const SIGNATURE: Signature<3> = Signature {
        function: "nextafter",
        names: ["", "", "steps"],
        positional_only: 2,
        positional: 2,
        required: 2,
    };
    let [x, y, steps] = args.bind(vm, &SIGNATURE)?;
    let (x, y) = (real_number(vm, x)?, real_number(vm, y)?);
    if matches!(steps, Value::Undef | Value::None) {
        return float_value(if x == y { y } else { step_towards(x, y, 1) });
    }
    let steps = int::index(vm, steps)?;
    if int::big(&vm.heap, steps).is_negative() {
        return Err(vm.value_error("steps must be a non-negative integer"));
    }
    let steps = int::big(&vm.heap, steps).to_u64().unwrap_or(u64::MAX);
    float_value(if steps == 0 { x } else { step_towards(x, y, steps) })
}

/// The float that is `steps` floats from `x` in the direction of `y`, and at most `y`.
fn step_towards(x: f64, y: f64, steps: u64) -> f64 {
    const SIGN: u64 = 1 << 63;
    if x.is_nan() {
        return x;
    }
    if y.is_nan() || x.to_bits() == y.to_bits() {
        return y;
    }
    let (from, to) = (x.to_bits(), y.to_bits());
    let (distance_from, distance_to) = (from & !SIGN, to & !SIGN);
    f64::from_bits(if (from ^ to) & SIGN != 0 {
        if distance_from + distance_to <= steps {
            to
        } else if distance_from < steps {
            to & SIGN | (steps - distance_from)
        } else {
            from - steps
        }
    } else if distance_from > distance_to {
        if distance_from - distance_to >= steps { from - steps } else { to }
    } else if distance_to - distance_from >= steps {
        from + steps
    } else {
        to
    })
}

/// `math.ulp`
pub fn ulp(vm: &mut Vm, args: Args<'_>) -> R {
    let x = real_number(vm, args.get(0))?.abs();
    if !x.is_finite() {
        return float_value(x);
    }
    let above = step_towards(x, f64::INFINITY, 1);
    float_value(if above.is_infinite() { x - step_towards(x, 0.0, 1) } else { above - x })
}

// ---- parts -----------------------------------------------------------------------------------

/// `math.frexp`
pub fn frexp(vm: &mut Vm, args: Args<'_>) -> R {
    let x = real_number(vm, args.get(0))?;
    let (mantissa, exponent) = float::frexp(x);
    value(vm.tuple([Value::Float(mantissa), Value::Int(exponent)]))
}

/// `math.modf`
pub fn modf(vm: &mut Vm, args: Args<'_>) -> R {
    let x = real_number(vm, args.get(0))?;
    let fraction = match x {
        x if x.is_infinite() => 0f64.copysign(x),
        x if x.is_nan() => x,
        x => (x - x.trunc()).copysign(x),
    };
    value(vm.tuple([Value::Float(fraction), Value::Float(x.trunc())]))
}

/// An integer as it is, a float through `f`.
fn to_integer(vm: &mut Vm, v: Value, f: fn(f64) -> f64) -> R {
    match v {
        Value::Int(_) | Value::Big(_) => value(v),
        Value::Bool(b) => value(Value::Int(i64::from(b))),
        v => {
            let x = real_number(vm, v)?;
            let i = float::to_int(vm, f(x))?;
            value(i)
        }
    }
}

/// `math.floor`
pub fn floor(vm: &mut Vm, args: Args<'_>) -> R {
    to_integer(vm, args.get(0), f64::floor)
}

/// `math.ceil`
pub fn ceil(vm: &mut Vm, args: Args<'_>) -> R {
    to_integer(vm, args.get(0), f64::ceil)
}

/// `math.trunc`
pub fn trunc(vm: &mut Vm, args: Args<'_>) -> R {
    match args.get(0) {
        v @ (Value::Int(_) | Value::Big(_) | Value::Bool(_) | Value::Float(_)) => {
            to_integer(vm, v, f64::trunc)
        }
        other => {
            let name = vm.type_name(other);
            Err(vm.type_error(format!("type {name} doesn't define __trunc__ method")))
        }
    }
}

/// `math.isnan`
pub fn isnan(vm: &mut Vm, args: Args<'_>) -> R {
    let x = real_number(vm, args.get(0))?;
    value(Value::Bool(x.is_nan()))
}

/// `math.isinf`
pub fn isinf(vm: &mut Vm, args: Args<'_>) -> R {
    let x = real_number(vm, args.get(0))?;
    value(Value::Bool(x.is_infinite()))
}

/// `math.isfinite`
pub fn isfinite(vm: &mut Vm, args: Args<'_>) -> R {
    let x = real_number(vm, args.get(0))?;
    value(Value::Bool(x.is_finite()))
}
