//! Standard streams.

use crate::vm::heap::{HeapObject, Tracer};

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
