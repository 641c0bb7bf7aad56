//! `int`: the part beyond 64 bits.

use crate::bytecode::BinOp;
use crate::vm::flow::R;
use crate::vm::value::Value;
use crate::vm::vm::Vm;
use std::cmp::Ordering;

use num_bigint::BigInt;

use crate::vm::heap::{HeapObject, Tracer};

/// An integer that does not fit an `i64`.
#[derive(Clone, Debug)]
pub struct BigInteger {
    /// The value, always outside the range of `i64`.
    pub value: BigInt,
}

impl HeapObject for BigInteger {
    fn payload_bytes(&self) -> usize {
        self.value.bits() as usize / 8 + 8
    }

    fn trace(&self, _: &mut Tracer<'_>, _: usize) -> Option<usize> {
        None
    }
}

/// int operators
pub fn binary(vm: &mut Vm, _op: BinOp, _a: Value, _b: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "int operators"))
}

/// An integer of any size as a big one.
pub fn to_big(vm: &Vm, v: Value) -> BigInt {
    super::range::big_of(&vm.heap, v)
}

/// Orders two integers of any size.
pub fn compare(vm: &Vm, a: Value, b: Value) -> Ordering {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => x.cmp(&y),
        (Value::Big(x), Value::Big(y)) => vm.heap.get(x).value.cmp(&vm.heap.get(y).value),
        _ => to_big(vm, a).cmp(&to_big(vm, b)),
    }
}
