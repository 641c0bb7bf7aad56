//! Bound methods.

use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::Value;

/// A callable together with its first argument.
#[derive(Clone, Copy, Debug)]
pub struct BoundMethod {
    /// What is called.
    pub function: Value,
    /// Its first argument.
    pub receiver: Value,
}

impl HeapObject for BoundMethod {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.value(self.function);
        tracer.value(self.receiver);
        None
    }
}
