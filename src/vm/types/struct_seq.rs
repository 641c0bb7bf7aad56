//! Tuples with field names: `sys.version_info`.

use super::tuple::Tuple;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::Ref;

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
