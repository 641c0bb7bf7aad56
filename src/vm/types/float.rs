//! `float`.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use crate::bytecode::BinOp;
use crate::vm::flow::R;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// float operators
pub fn binary(vm: &mut Vm, _op: BinOp, _a: Value, _b: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "float operators"))
}

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
    let ordering = match BigInt::from_f64(float) {
        None => {
            if float > 0.0 {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        Some(whole) => {
            let by_whole = whole.cmp(&super::int::to_big(vm, int));
            // `whole` is truncated towards zero.
            by_whole.then_with(|| float.fract().partial_cmp(&0.0).unwrap_or(Ordering::Equal))
        }
    };
    Some(if swapped { ordering.reverse() } else { ordering })
}
