//! `tuple`.

use super::slice::Slice;
use crate::vm::flow::R;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// A tuple.
#[derive(Clone, Debug)]
pub struct Tuple {
    /// The elements.
    pub items: Box<[Value]>,
}

impl HeapObject for Tuple {
    fn payload_bytes(&self) -> usize {
        self.items.len() * size_of::<Value>()
    }

    fn trace(&self, tracer: &mut Tracer<'_>, from: usize) -> Option<usize> {
        tracer.slice(&self.items, from)
    }
}

/// tuple repetition
pub fn repeat(vm: &mut Vm, _t: Value, _count: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "tuple repetition"))
}

/// tuple concatenation
pub fn concat(vm: &mut Vm, _a: Value, _b: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "tuple concatenation"))
}

/// subscripts of tuple
pub fn get_item(vm: &mut Vm, _t: Value, _key: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "subscripts of tuple"))
}

/// slices of tuple
pub fn get_slice(vm: &mut Vm, _t: Value, _slice: &Slice) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "slices of tuple"))
}
