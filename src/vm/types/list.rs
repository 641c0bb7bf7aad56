//! `list`.

use super::slice::Slice;
use crate::vm::flow::R;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::Ref;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// A list.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The elements.
    pub items: Vec<Value>,
}

impl HeapObject for List {
    #[inline]
    fn payload_bytes(&self) -> usize {
        self.items.capacity() * size_of::<Value>()
    }

    fn trace(&self, tracer: &mut Tracer<'_>, from: usize) -> Option<usize> {
        tracer.slice(&self.items, from)
    }
}

/// list repetition
pub fn repeat(vm: &mut Vm, _l: Ref<List>, _count: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "list repetition"))
}

/// in-place list repetition
pub fn inplace_repeat(vm: &mut Vm, _l: Ref<List>, _count: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "in-place list repetition"))
}

/// list concatenation
pub fn concat(vm: &mut Vm, _a: Ref<List>, _b: Ref<List>) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "list concatenation"))
}

/// list +=
pub fn inplace_add(vm: &mut Vm, _list: Value, _other: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "list +="))
}

/// starred elements in a display
pub fn extend_display(vm: &mut Vm, _list: Value, _src: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "starred elements in a display"))
}

/// subscripts of list
pub fn get_item(vm: &mut Vm, _l: Ref<List>, _key: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "subscripts of list"))
}

/// item assignment of list
pub fn set_item(vm: &mut Vm, _l: Ref<List>, _key: Value, _v: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "item assignment of list"))
}

/// item deletion of list
pub fn del_item(vm: &mut Vm, _l: Ref<List>, _key: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "item deletion of list"))
}

/// slices of list
pub fn get_slice(vm: &mut Vm, _l: Ref<List>, _slice: &Slice) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "slices of list"))
}

/// `list.append(v)`
#[inline]
pub fn push(vm: &mut Vm, list: Ref<List>, v: Value) {
    let l = vm.heap.store_into(list, v);
    if l.items.len() < l.items.capacity() {
        l.items.push(v);
    } else {
        vm.heap.get_mut(list).items.push(v);
    }
}
