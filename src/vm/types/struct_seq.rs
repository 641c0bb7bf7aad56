//! Tuples with field names: `sys.version_info`.

use super::tuple::Tuple;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// The type of a [`StructSeq`].
#[derive(Debug)]
pub struct StructSeqType {
    /// Its name as `repr` shows it: `sys.version_info`.
    pub name: &'static str,
    /// Field names, one per element.
    pub fields: &'static [&'static str],
}

/// A tuple whose elements have names.
#[derive(Clone, Copy, Debug)]
pub struct StructSeq {
    /// Its type.
    pub ty: &'static StructSeqType,
    /// The elements.
    pub items: Ref<Tuple>,
}

impl HeapObject for StructSeq {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.object(self.items);
        None
    }
}

/// A field of a struct sequence.
pub fn field(vm: &Vm, s: Ref<StructSeq>, name: &str) -> Option<Value> {
    let s = vm.heap.get(s);
    let items = &vm.heap.get(s.items).items;
    match name {
        "n_fields" | "n_sequence_fields" => Some(Value::Int(items.len() as i64)),
        "n_unnamed_fields" => Some(Value::Int(0)),
        _ => s.ty.fields.iter().position(|f| *f == name).map(|i| items[i]),
    }
}

/// Makes a struct sequence; one element per field.
pub fn make(vm: &mut Vm, ty: &'static StructSeqType, items: Vec<Value>) -> Value {
    debug_assert_eq!(items.len(), ty.fields.len(), "one element per field");
    let items = vm.tuple_ref(items);
    Value::StructSeq(vm.heap.alloc(StructSeq { ty, items }))
}
