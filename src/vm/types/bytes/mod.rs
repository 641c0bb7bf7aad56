//! `bytes`.

use super::slice::Slice;
use crate::vm::flow::R;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::Ref;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// An immutable byte string.
#[derive(Clone, Debug)]
pub struct Bytes {
    /// The bytes.
    pub data: Box<[u8]>,
}

impl HeapObject for Bytes {
    fn payload_bytes(&self) -> usize {
        self.data.len()
    }

    fn trace(&self, _: &mut Tracer<'_>, _: usize) -> Option<usize> {
        None
    }
}

/// % formatting of bytes
pub fn percent(vm: &mut Vm, _a: Value, _b: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "% formatting of bytes"))
}

/// bytes repetition
pub fn repeat(vm: &mut Vm, _s: Ref<Bytes>, _count: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "bytes repetition"))
}

/// bytes concatenation
pub fn concat(vm: &mut Vm, _a: Ref<Bytes>, _b: Ref<Bytes>) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "bytes concatenation"))
}

/// in for bytes
pub fn contains(vm: &mut Vm, _s: Ref<Bytes>, _item: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "in for bytes"))
}

/// subscripts of bytes
pub fn get_item(vm: &mut Vm, _s: Ref<Bytes>, _key: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "subscripts of bytes"))
}

/// slices of bytes
pub fn get_slice(vm: &mut Vm, _s: Ref<Bytes>, _slice: &Slice) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "slices of bytes"))
}
