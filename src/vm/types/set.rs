//! `set` and `frozenset`.

use crate::bytecode::BinOp;
use crate::bytecode::CmpOp;
use crate::vm::compare::eq_simple;
use crate::vm::flow::Flow;
use crate::vm::flow::R;
use crate::vm::hash::{Hashed, hash_simple};
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::table::Table;
use crate::vm::value::Ref;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// A set or frozen set: which one is told by the [`crate::vm::value::Value`] that holds the handle.
#[derive(Clone, Debug, Default)]
pub struct Set {
    /// The members, in insertion order.
    pub table: Table<()>,
}

impl HeapObject for Set {
    fn payload_bytes(&self) -> usize {
        self.table.bytes()
    }

    fn trace(&self, tracer: &mut Tracer<'_>, from: usize) -> Option<usize> {
        tracer.elements(self.table.positions(), from, |t, i| {
            if let Some(entry) = self.table.at(i) {
                t.value(entry.key);
            }
        })
    }
}

/// set displays
pub fn build(vm: &mut Vm, _items: &[Value]) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "set displays"))
}

/// set comprehensions
pub fn add(vm: &mut Vm, _set: Value, _v: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "set comprehensions"))
}

/// starred elements in a set display
pub fn update(vm: &mut Vm, _set: Value, _src: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "starred elements in a set display"))
}

/// set operators
pub fn binary(vm: &mut Vm, _op: BinOp, _a: Value, _b: Value) -> R<Option<Flow>> {
    Err(crate::vm::exceptions::unsupported(vm, "set operators"))
}

/// set augmented operators
pub fn inplace(vm: &mut Vm, _op: BinOp, _a: Value, _b: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "set augmented operators"))
}

/// set comparisons
pub fn compare(vm: &mut Vm, _op: CmpOp, _a: Value, _b: Value) -> R<Option<Flow>> {
    Err(crate::vm::exceptions::unsupported(vm, "set comparisons"))
}

/// in for sets
pub fn contains(vm: &mut Vm, _s: Ref<Set>, _item: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "in for sets"))
}

/// A frozen set of constants of the program text.
pub fn frozen_constant(vm: &mut Vm, items: &[Value]) -> Value {
    let mut table = Table::default();
    for &item in items {
        let Hashed::Done(hash) = hash_simple(&vm.heap, vm.keys, item) else { continue };
        if table.find(hash, |k| eq_simple(&vm.heap, k, item) == Some(true)).is_none() {
            table.push_new(hash, item, ());
        }
    }
    Value::FrozenSet(vm.heap.alloc(Set { table }))
}
