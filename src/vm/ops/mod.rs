//! Operators on values of any type: the slow side of the dispatch loop's fast paths.
//!
//! Each function looks at the operands' types once and hands over to the type's own file. Nothing here
//! recurses over data or loops without charging fuel.

mod arithmetic;
mod compare;
mod subscript;

pub use arithmetic::{binary, inplace, int_bits, int_overflow, unary, unsupported};
pub use compare::{compare, compare_numbers, compare_truth, contains, holds, int_compare};
pub use subscript::{del_item, get_item, get_slice, len, set_item};

use super::flow::{R, value};
use super::value::Value;
use super::vm::Vm;

/// The truth of a value, as a `bool` value.
#[inline(never)]
pub fn truth(vm: &mut Vm, v: Value) -> R {
    value(Value::Bool(truth_now(vm, v)))
}

/// The truth of a value of a built-in type.
pub fn truth_now(vm: &Vm, v: Value) -> bool {
    match v {
        Value::Undef | Value::None => false,
        Value::Bool(b) => b,
        Value::Int(i) => i != 0,
        Value::Float(f) => f != 0.0,
        Value::Str(s) => vm.heap.get(s).chars() != 0,
        Value::Bytes(b) => !vm.heap.get(b).data.is_empty(),
        Value::List(l) => !vm.heap.get(l).items.is_empty(),
        Value::Tuple(t) => !vm.heap.get(t).items.is_empty(),
        Value::Dict(d) => !vm.heap.get(d).table.is_empty(),
        Value::Set(s) | Value::FrozenSet(s) => !vm.heap.get(s).table.is_empty(),
        Value::View(view) => !vm.heap.get(vm.heap.get(view).dict).table.is_empty(),
        Value::Complex(c) => {
            let c = vm.heap.get(c);
            c.re != 0.0 || c.im != 0.0
        }
        Value::Range(r) => {
            let range = *vm.heap.get(r);
            super::types::range::length(&vm.heap, &range) > num_bigint::BigInt::from(0)
        }
        _ => true,
    }
}

/// The truth of what a comparison returned (always a `bool` for built-in types).
#[inline]
pub fn truth_of_bool(v: Value) -> bool {
    matches!(v, Value::Bool(true))
}
