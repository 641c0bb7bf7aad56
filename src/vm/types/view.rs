//! `dict_keys`, `dict_values`, `dict_items`.

use super::dict::Dict;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::Ref;

/// What a view shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewKind {
    /// `d.keys()`
    Keys,
    /// `d.values()`
    Values,
    /// `d.items()`
    Items,
}

/// A view of a dict.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// The dict.
    pub dict: Ref<Dict>,
    /// What it shows.
    pub kind: ViewKind,
}

impl HeapObject for View {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.object(self.dict);
        None
    }
}
