//! Cells: variables that inner functions share with their outer function.

use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::Value;

/// A shared variable.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// Its value, [`Value::Undef`] while unbound.
    pub value: Value,
}

impl HeapObject for Cell {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.value(self.value);
        None
    }
}
