//! Modules.

use super::dict::Dict;
use super::str::Str;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::Ref;

/// A module.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    /// `__name__`
    pub name: Ref<Str>,
    /// `__dict__`
    pub dict: Ref<Dict>,
}

impl HeapObject for Module {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.object(self.name);
        tracer.object(self.dict);
        None
    }
}
