//! Traceback objects (`e.__traceback__`): a handle that keeps the exception's entries reachable.

use super::exception::Exception;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::Ref;

/// `e.__traceback__`, from its `from`-th entry on.
#[derive(Clone, Copy, Debug)]
pub struct Traceback {
    /// The exception whose traceback it is.
    pub exception: Ref<Exception>,
    /// How many outer entries have been left behind by `tb_next`.
    pub depth: usize,
}

impl HeapObject for Traceback {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.object(self.exception);
        None
    }
}
