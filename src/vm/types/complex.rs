//! `complex`.

use crate::bytecode::BinOp;
use crate::vm::flow::R;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

impl HeapObject for Complex {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, _: &mut Tracer<'_>, _: usize) -> Option<usize> {
        None
    }
}

/// complex operators
pub fn binary(vm: &mut Vm, _op: BinOp, _a: Value, _b: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "complex operators"))
}
