//! `float`: operators, methods, constructor.
//!
//! Results are those of CPython to the last bit: C's functions through the standard library, and CPython's
//! own rules where it does not follow C.

mod methods;
mod ops;
mod round;

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use crate::vm::value::Value;
use crate::vm::vm::Vm;

pub use methods::{SPEC, to_int};
pub use ops::{as_f64, binary, div_mod, frexp, ldexp, power, special_power};
pub use round::{round_to_digits, round_to_int};

/// Orders an integer of any size and a float.
pub fn compare_mixed(vm: &Vm, a: Value, b: Value) -> Option<Ordering> {
    let (float, int, swapped) = match (a, b) {
        (Value::Float(f), int) => (f, int, false),
        (int, Value::Float(f)) => (f, int, true),
        _ => unreachable!("one of them is a float"),
    };
    if float.is_nan() {
        return None;
    }
    let ordering = match (super::int::small(int), BigInt::from_f64(float)) {
        (Some(i), _) if i.unsigned_abs() <= 1 << 53 => float.partial_cmp(&(i as f64))?,
        (_, None) => {
            if float > 0.0 {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        (_, Some(whole)) => {
            let by_whole = whole.cmp(&super::int::big(&vm.heap, int));
            // `whole` is truncated towards zero.
            by_whole.then_with(|| float.fract().partial_cmp(&0.0).unwrap_or(Ordering::Equal))
        }
    };
    Some(if swapped { ordering.reverse() } else { ordering })
}
