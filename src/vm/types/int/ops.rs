//! Operators on integers.

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

use super::{big, small, to_big, to_f64};
use crate::bytecode::BinOp;
use crate::vm::flow::{R, Trap, value};
use crate::vm::ops::{int_overflow, unsupported};
use crate::vm::tasks::bignum as task;
use crate::vm::text::bignum::{self, DivFloor, ModPow, Mul, Pow};
use crate::vm::type_id::TypeId;
use crate::vm::types::float;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

const FLOOR_DIV_BY_ZERO: &str = "integer division or modulo by zero";
const MOD_BY_ZERO: &str = "integer modulo by zero";
const DIV_BY_ZERO: &str = "division by zero";
/// Bits of integers that a float holds exactly.
const EXACT_FLOAT_MAX: u64 = 1 << 53;

/// `a op b` for integers of any size and bools.
pub fn binary(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> R {
    if op == BinOp::MatMul {
        return Err(unsupported(vm, op, a, b, false));
    }
    if let (Value::Bool(x), Value::Bool(y)) = (a, b) {
        match op {
            BinOp::And => return value(Value::Bool(x & y)),
            BinOp::Or => return value(Value::Bool(x | y)),
            BinOp::Xor => return value(Value::Bool(x ^ y)),
            _ => {}
        }
    }
    match (small(a), small(b)) {
        (Some(x), Some(y)) => small_binary(vm, op, x, y),
        _ => big_binary(vm, op, a, b),
    }
}

fn small_binary(vm: &mut Vm, op: BinOp, x: i64, y: i64) -> R {
    let exact = match op {
        BinOp::Add => x.checked_add(y),
        BinOp::Sub => x.checked_sub(y),
        BinOp::Mul => x.checked_mul(y),
        BinOp::And => Some(x & y),
        BinOp::Or => Some(x | y),
        BinOp::Xor => Some(x ^ y),
        BinOp::FloorDiv => {
            let (quotient, _) = small_div_mod(vm, x, y, FLOOR_DIV_BY_ZERO)?;
            return value(vm.int128(quotient));
        }
        BinOp::Mod => Some(small_div_mod(vm, x, y, MOD_BY_ZERO)?.1),
        BinOp::TrueDiv => return value(Value::Float(small_true_div(vm, x, y)?)),
        BinOp::Pow => return small_pow(vm, x, y),
        BinOp::Shl => return shift_left(vm, Value::Int(x), Value::Int(y)),
        BinOp::Shr => {
            if y < 0 {
                return Err(negative_shift(vm));
            }
            Some(x >> y.min(63))
        }
        BinOp::MatMul => unreachable!("refused before"),
    };
    match exact {
        Some(z) => value(Value::Int(z)),
        None => value(int_overflow(vm, op, x, y)),
    }
}

/// Quotient rounded down, and remainder with the divisor's sign.
fn small_div_mod(vm: &mut Vm, x: i64, y: i64, by_zero: &str) -> R<(i128, i64)> {
    if y == 0 {
        return Err(vm.raise(TypeId::ZeroDivisionError, by_zero));
    }
    if y == -1 {
        return Ok((-i128::from(x), 0));
    }
    let (quotient, remainder) = x.div_mod_floor(&y);
    Ok((i128::from(quotient), remainder))
}

fn small_true_div(vm: &mut Vm, x: i64, y: i64) -> R<f64> {
    if y == 0 {
        return Err(vm.raise(TypeId::ZeroDivisionError, DIV_BY_ZERO));
    }
    if x.unsigned_abs() <= EXACT_FLOAT_MAX && y.unsigned_abs() <= EXACT_FLOAT_MAX {
        return Ok(x as f64 / y as f64);
    }
    true_div(vm, &BigInt::from(x), &BigInt::from(y))
}

fn small_pow(vm: &mut Vm, x: i64, y: i64) -> R {
    if y < 0 {
        return float::power(vm, x as f64, y as f64);
    }
    if let Ok(exponent) = u32::try_from(y)
        && let Some(z) = x.checked_pow(exponent)
    {
        return value(Value::Int(z));
    }
    big_pow(vm, &BigInt::from(x), y as u64)
}

/// Calls `f` with both integers as big ones.
fn with_both<T>(vm: &Vm, a: Value, b: Value, f: impl FnOnce(&BigInt, &BigInt) -> T) -> T {
    f(&big(&vm.heap, a), &big(&vm.heap, b))
}

fn big_binary(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> R {
    let limbs = with_both(vm, a, b, |x, y| x.bits().max(y.bits()) / 64);
    vm.charge((limbs / 4) as usize);
    let result = match op {
        BinOp::Add => with_both(vm, a, b, |x, y| x + y),
        BinOp::Sub => with_both(vm, a, b, |x, y| x - y),
        BinOp::And => with_both(vm, a, b, |x, y| x & y),
        BinOp::Or => with_both(vm, a, b, |x, y| x | y),
        BinOp::Xor => with_both(vm, a, b, |x, y| x ^ y),
        BinOp::Mul => return multiply(vm, a, b),
        BinOp::FloorDiv | BinOp::Mod => return big_div(vm, op, a, b),
        BinOp::TrueDiv => {
            let (x, y) = (to_big(vm, a), to_big(vm, b));
            return value(Value::Float(true_div(vm, &x, &y)?));
        }
        BinOp::Pow => return power(vm, a, b),
        BinOp::Shl => return shift_left(vm, a, b),
        BinOp::Shr => return shift_right(vm, a, b),
        BinOp::MatMul => unreachable!("refused before"),
    };
    value(vm.int(result))
}

fn multiply(vm: &mut Vm, a: Value, b: Value) -> R {
    let direct = with_both(vm, a, b, |x, y| bignum::mul_is_cheap(x.bits(), y.bits()).then(|| x * y));
    if let Some(product) = direct {
        return value(vm.int(product));
    }
    let (x, y) = (to_big(vm, a), to_big(vm, b));
    let bits = bignum::mul_result_bits(x.bits(), y.bits());
    let sign = if x.is_negative() == y.is_negative() { Sign::Plus } else { Sign::Minus };
    let work = Mul::new(x.into_parts().1, y.into_parts().1);
    task::run(vm, work, bits, move |vm, product| value(vm.int(BigInt::from_biguint(sign, product))))
}

fn big_div(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> R {
    let modulo = op == BinOp::Mod;
    if small(b) == Some(0) {
        return Err(vm.raise(TypeId::ZeroDivisionError, if modulo { MOD_BY_ZERO } else { FLOOR_DIV_BY_ZERO }));
    }
    let direct = with_both(vm, a, b, |x, y| {
        let divide = || if modulo { x.mod_floor(y) } else { x.div_floor(y) };
        bignum::div_is_cheap(x.bits(), y.bits()).then(divide)
    });
    if let Some(result) = direct {
        return value(vm.int(result));
    }
    let (bits, work) = with_both(vm, a, b, |x, y| (x.bits(), DivFloor::new(x, y)));
    task::run(vm, work, bits, move |vm, (quotient, remainder)| {
        value(vm.int(if modulo { remainder } else { quotient }))
    })
}

/// `divmod(a, b)` of integers.
pub fn div_mod(vm: &mut Vm, a: Value, b: Value) -> R {
    if let (Some(x), Some(y)) = (small(a), small(b)) {
        let (quotient, remainder) = small_div_mod(vm, x, y, FLOOR_DIV_BY_ZERO)?;
        let quotient = vm.int128(quotient);
        return value(vm.tuple([quotient, Value::Int(remainder)]));
    }
    if small(b) == Some(0) {
        return Err(vm.raise(TypeId::ZeroDivisionError, FLOOR_DIV_BY_ZERO));
    }
    let pair = |vm: &mut Vm, (quotient, remainder): (BigInt, BigInt)| {
        let (quotient, remainder) = (vm.int(quotient), vm.int(remainder));
        value(vm.tuple([quotient, remainder]))
    };
    let direct =
        with_both(vm, a, b, |x, y| bignum::div_is_cheap(x.bits(), y.bits()).then(|| x.div_mod_floor(y)));
    if let Some(both) = direct {
        return pair(vm, both);
    }
    let (bits, work) = with_both(vm, a, b, |x, y| (x.bits(), DivFloor::new(x, y)));
    vm.charge((bits / 256) as usize);
    task::run(vm, work, bits, pair)
}

/// `a / b`, rounded half to even once. Linear in the size: only as many bits as matter are divided.
fn true_div(vm: &mut Vm, a: &BigInt, b: &BigInt) -> R<f64> {
    // The quotient is computed with two bits more than a float's 53, and never finer than its last
    // subnormal bit: CPython's `long_true_divide`.
    const MIN_EXPONENT: i64 = -1021;
    const MANTISSA_BITS: i64 = 53;
    if b.is_zero() {
        return Err(vm.raise(TypeId::ZeroDivisionError, DIV_BY_ZERO));
    }
    if a.is_zero() {
        return Ok(if b.is_negative() { -0.0 } else { 0.0 });
    }
    vm.charge(((a.bits() + b.bits()) / 256) as usize);
    let too_large = |vm: &mut Vm| vm.overflow_error("integer division result too large for a float");
    let negative = a.is_negative() != b.is_negative();
    let difference = a.bits() as i64 - b.bits() as i64;
    if difference > 1024 {
        return Err(too_large(vm));
    }
    let shift = difference.max(MIN_EXPONENT) - MANTISSA_BITS - 2;
    if difference < MIN_EXPONENT - MANTISSA_BITS - 1 {
        return Ok(if negative { -0.0 } else { 0.0 });
    }
    let (x, lost) = shifted(a.magnitude(), shift);
    let (quotient, remainder) = x.div_rem(b.magnitude());
    let quotient = quotient.to_u64().expect("at most 56 bits were asked for");
    let bits = i64::from(64 - quotient.leading_zeros());
    let extra = bits.max(MIN_EXPONENT - shift) - MANTISSA_BITS;
    let half = 1u64 << (extra - 1);
    let (kept, below) = (quotient >> extra, quotient & ((half << 1) - 1));
    let inexact = lost || !remainder.is_zero();
    let up = below > half || below == half && (inexact || kept & 1 == 1);
    let rounded = (kept + u64::from(up)) << extra;
    let magnitude = float::ldexp(rounded as f64, shift);
    if magnitude.is_infinite() {
        return Err(too_large(vm));
    }
    Ok(if negative { -magnitude } else { magnitude })
}

/// x × 2^-shift rounded down, and whether that lost bits.
fn shifted(x: &BigUint, shift: i64) -> (BigUint, bool) {
    if shift <= 0 {
        return (x << shift.unsigned_abs(), false);
    }
    (x >> shift, x.trailing_zeros().is_some_and(|zeros| zeros < shift.unsigned_abs()))
}

#[cold]
fn negative_shift(vm: &mut Vm) -> Trap {
    vm.value_error("negative shift count")
}

fn shift_left(vm: &mut Vm, a: Value, b: Value) -> R {
    let (bits, negative) = with_both(vm, a, b, |x, y| (x.bits(), y.is_negative()));
    if negative {
        return Err(negative_shift(vm));
    }
    if bits == 0 {
        return value(Value::Int(0));
    }
    let count = small(b).map_or(u64::MAX, |y| y as u64);
    task::reserve_bits(vm, bignum::shl_result_bits(bits, count))?;
    let result = with_both(vm, a, b, |x, _| x << count);
    value(vm.int(result))
}

fn shift_right(vm: &mut Vm, a: Value, b: Value) -> R {
    if with_both(vm, a, b, |_, y| y.is_negative()) {
        return Err(negative_shift(vm));
    }
    let result = with_both(vm, a, b, |x, y| match y.to_u64() {
        Some(count) if count < x.bits() => x >> count,
        _ => BigInt::from(if x.is_negative() { -1 } else { 0 }),
    });
    value(vm.int(result))
}

/// `a ** b` where one of them is beyond 64 bits.
fn power(vm: &mut Vm, a: Value, b: Value) -> R {
    if with_both(vm, a, b, |_, y| y.is_negative()) {
        let (x, y) = (to_f64(vm, a)?, to_f64(vm, b)?);
        return float::power(vm, x, y);
    }
    if let Some(exponent) = small(b) {
        let base = to_big(vm, a);
        return big_pow(vm, &base, exponent as u64);
    }
    match small(a) {
        Some(unit @ (0 | 1)) => value(Value::Int(unit)),
        Some(-1) => value(Value::Int(if with_both(vm, a, b, |_, y| y.is_even()) { 1 } else { -1 })),
        _ => Err(vm.raise(TypeId::MemoryError, "")),
    }
}

/// `base ** exponent`, exactly.
fn big_pow(vm: &mut Vm, base: &BigInt, exponent: u64) -> R {
    let odd = exponent % 2 == 1;
    let sign = if base.is_negative() && odd { Sign::Minus } else { Sign::Plus };
    let magnitude = base.magnitude();
    if magnitude.bits() <= 1 {
        let one = BigInt::from_biguint(sign, magnitude.clone());
        return value(vm.int(if exponent == 0 { BigInt::from(1) } else { one }));
    }
    if magnitude.count_ones() == 1 {
        let bits = (magnitude.bits() - 1).saturating_mul(exponent);
        task::reserve_bits(vm, bits.saturating_add(1))?;
        return value(vm.int(BigInt::from_biguint(sign, BigUint::from(1u32) << bits)));
    }
    let log2 = magnitude.to_f64().filter(|x| x.is_finite()).map_or(magnitude.bits() as f64, f64::log2);
    let bits = (log2 * exponent as f64 * 1.000_001).ceil() as u64;
    if bignum::pow_is_cheap(magnitude.bits(), exponent) {
        vm.charge((bits / 1024) as usize);
        let power = magnitude.pow(exponent as u32);
        return value(vm.int(BigInt::from_biguint(sign, power)));
    }
    task::reserve_bits(vm, bits)?;
    let work = Pow::new(magnitude.clone(), exponent);
    task::run(vm, work, bits, move |vm, power| value(vm.int(BigInt::from_biguint(sign, power))))
}

/// `pow(base, exponent, modulus)` of integers.
pub fn power_modulo(vm: &mut Vm, base: Value, exponent: Value, modulus: Value) -> R {
    let m = to_big(vm, modulus);
    if m.is_zero() {
        return Err(vm.value_error("pow() 3rd argument cannot be 0"));
    }
    let (b, e) = (to_big(vm, base), to_big(vm, exponent));
    if e.is_negative() {
        let exponent = (-e).into_parts().1;
        let sign = b.sign();
        let bits = m.bits().max(b.bits());
        let work = task::Inverse::new(b.into_parts().1, m.magnitude().clone());
        return task::run(vm, work, bits, move |vm, inverse| match inverse {
            Some(inverse) => modular_power(vm, sign, inverse, exponent, m),
            None => Err(vm.value_error("base is not invertible for the given modulus")),
        });
    }
    let (sign, magnitude) = b.into_parts();
    modular_power(vm, sign, magnitude, e.into_parts().1, m)
}

/// The power of a magnitude with a sign, modulo a number that may be negative.
fn modular_power(vm: &mut Vm, sign: Sign, base: BigUint, exponent: BigUint, modulus: BigInt) -> R {
    let negative = sign == Sign::Minus && exponent.is_odd();
    let finish = move |vm: &mut Vm, (power, modulus): (BigUint, &BigInt)| {
        let power = BigInt::from_biguint(if negative { Sign::Minus } else { Sign::Plus }, power);
        value(vm.int(power.mod_floor(modulus)))
    };
    let bits = modulus.bits().max(base.bits());
    if bignum::mod_pow_is_cheap(exponent.bits(), modulus.bits())
        && bignum::div_is_cheap(base.bits(), modulus.bits())
    {
        vm.charge((exponent.bits() * modulus.bits().div_ceil(64) / 16) as usize);
        let power = base.modpow(&exponent, modulus.magnitude());
        return finish(vm, (power, &modulus));
    }
    let work = ModPow::new(&base, exponent, modulus.magnitude().clone());
    task::run(vm, work, bits, move |vm, power| finish(vm, (power, &modulus)))
}
