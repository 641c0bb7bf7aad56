//! `slice`.

use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::Value;

/// A slice object; any part may be `None`.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    /// Where it starts.
    pub start: Value,
    /// Where it stops, exclusive.
    pub stop: Value,
    /// The step.
    pub step: Value,
}

impl HeapObject for Slice {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.value(self.start);
        tracer.value(self.stop);
        tracer.value(self.step);
        None
    }
}
