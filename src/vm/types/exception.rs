//! Exceptions: the data.

use super::dict::Dict;
use super::tuple::Tuple;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::machine::CodeId;
use crate::vm::type_id::TypeId;
use crate::vm::value::{Ref, Value};

/// An exception.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Its class.
    pub ty: TypeId,
    /// `args`
    pub args: Ref<Tuple>,
    /// The frames it passed, innermost first.
    pub trace: Vec<TraceEntry>,
    /// `__cause__`, or `None`.
    pub cause: Value,
    /// `__context__`, or `None`.
    pub context: Value,
    /// `__suppress_context__`
    pub suppress_context: bool,
    /// Named attributes (`name`, `obj`, `value`, `msg`, `lineno`, `exceptions`, `__notes__`, …).
    pub attrs: Option<Ref<Dict>>,
}

/// One frame of a traceback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceEntry {
    /// The frame's code.
    pub code: CodeId,
    /// The instruction that raised or called.
    pub pc: u32,
}

impl HeapObject for Exception {
    fn payload_bytes(&self) -> usize {
        self.trace.capacity() * size_of::<TraceEntry>()
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.object(self.args);
        tracer.value(self.cause);
        tracer.value(self.context);
        tracer.option(self.attrs);
        None
    }
}
