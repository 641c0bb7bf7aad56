//! What linked code holds on the heap. The rest of it is the machine's, beside this under the same number.

use std::rc::Rc;

use super::{Dead, Heap, HeapObject, Tracer};
use crate::vm::machine::CodeId;
use crate::vm::types::dict::Dict;
use crate::vm::types::str::Str;
use crate::vm::value::{Ref, Value};

/// The part of a linked code object that the collector traces. It dies when no function, frame, generator
/// or traceback names the code; the machine then drops the code itself.
#[derive(Clone, Debug)]
pub struct CodeRoots {
    /// The globals that its names mean.
    pub globals: Ref<Dict>,
    /// Constants.
    pub consts: Rc<[Value]>,
    /// Names.
    pub names: Rc<[Ref<Str>]>,
    /// Linked bodies of the functions defined inside.
    pub children: Vec<CodeId>,
    /// Bytes that the code takes in the machine.
    pub bytes: usize,
}

impl HeapObject for CodeRoots {
    fn payload_bytes(&self) -> usize {
        self.bytes
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.object(self.globals);
        self.consts.iter().for_each(|&v| tracer.value(v));
        self.names.iter().for_each(|&r| tracer.object(r));
        self.children.iter().for_each(|&c| tracer.code(c));
        None
    }

    fn bury(self, index: u32, dead: &mut Dead) {
        dead.codes.push(index);
    }
}

impl Heap {
    /// The globals that a code object was linked with.
    pub fn globals_of(&self, code: CodeId) -> Ref<Dict> {
        self.get(Ref::<CodeRoots>::new(code.0)).globals
    }
}
