//! `complex`: data, operators, methods, constructor.
//!
//! The formulas are CPython's, because their roundings and their special cases are visible.

mod methods;
mod ops;

use crate::vm::heap::{HeapObject, Tracer};

pub use methods::SPEC;
pub use ops::{as_complex, binary, power};

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
