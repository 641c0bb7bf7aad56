//! `round(int, n)`.

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{Signed, Zero};

use super::{small, to_big};
use crate::vm::flow::{R, value};
use crate::vm::tasks::bignum as task;
use crate::vm::text::bignum::{DivRem, Pow};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// The powers of ten that an `i64` can still round to: half of the next one is larger than any.
const SMALL_POWERS_MAX: u32 = 19;

/// An integer rounded to a multiple of 10^-digits, half to even; `digits` is an integer of any size.
pub fn round(vm: &mut Vm, x: Value, digits: Value) -> R {
    let x = small(x).map_or(x, Value::Int);
    let zeros = match digits {
        Value::Int(n) if n >= 0 => return value(x),
        Value::Int(n) => n.unsigned_abs(),
        digits if to_big(vm, digits).is_positive() => return value(x),
        _ => u64::MAX,
    };
    if let Value::Int(i) = x {
        return match u32::try_from(zeros) {
            Ok(zeros) if zeros <= SMALL_POWERS_MAX => value(vm.int128(round_small(i, zeros))),
            _ => value(Value::Int(0)),
        };
    }
    let x = to_big(vm, x);
    // 10^zeros has more than 3.3 bits per zero: beyond this even half of it is larger than x.
    if zeros > x.bits() / 3 {
        return value(Value::Int(0));
    }
    let bits = x.bits();
    let power = Pow::new(BigUint::from(10u32), zeros);
    task::run(vm, power, bits, move |vm, power| {
        let work = DivRem::new(x.magnitude(), &power);
        let sign = x.sign();
        task::run(vm, work, bits, move |vm, (quotient, remainder)| {
            let rounded = nearest(x.into_parts().1, &quotient, remainder, power);
            value(vm.int(BigInt::from_biguint(sign_of(sign, &rounded), rounded)))
        })
    })
}

fn sign_of(sign: Sign, magnitude: &BigUint) -> Sign {
    if magnitude.is_zero() { Sign::NoSign } else { sign }
}

fn nearest(x: BigUint, quotient: &BigUint, remainder: BigUint, power: BigUint) -> BigUint {
    let twice = &remainder << 1u32;
    let up = twice > power || twice == power && quotient.is_odd();
    let down = x - remainder;
    if up { down + power } else { down }
}

fn round_small(i: i64, zeros: u32) -> i128 {
    let (x, power) = (i128::from(i), 10i128.pow(zeros));
    let (quotient, remainder) = x.div_mod_floor(&power);
    let up = 2 * remainder > power || 2 * remainder == power && quotient % 2 != 0;
    (quotient + i128::from(up)) * power
}
