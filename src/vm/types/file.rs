//! Standard streams.

use crate::vm::flow::R;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// Which standard stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `sys.stdin`
    Stdin,
    /// `sys.stdout`
    Stdout,
    /// `sys.stderr`
    Stderr,
}

/// A standard stream of the run.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// Which one.
    pub kind: FileKind,
}

impl HeapObject for File {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, _: &mut Tracer<'_>, _: usize) -> Option<usize> {
        None
    }
}

/// The next line of a stream that is iterated over.
pub fn next_line(vm: &mut Vm, _file: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "iterating over a stream"))
}

/// The error of writing to standard input.
#[cold]
pub fn not_writable(vm: &mut Vm) -> crate::vm::flow::Trap {
    vm.raise(crate::vm::type_id::TypeId::OSError, "not writable")
}
