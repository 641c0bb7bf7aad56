//! Generators: frames that are kept instead of dropped.

use crate::vm::frame::PyFrame;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::Value;

/// A generator (today: of a generator expression).
#[derive(Clone, Debug)]
pub struct Generator {
    /// Where it stands.
    pub state: GeneratorState,
    /// `__name__`
    pub name: Value,
    /// `__qualname__`
    pub qualname: Value,
}

/// Where a generator stands.
#[derive(Clone, Debug)]
pub enum GeneratorState {
    /// Not running: its frame and registers.
    Suspended {
        /// The frame; its base is set anew when it is resumed.
        frame: Box<PyFrame>,
        /// Its registers.
        registers: Box<[Value]>,
        /// Whether its first instruction has been executed.
        started: bool,
    },
    /// On the machine's stack.
    Running,
    /// Returned or raised.
    Finished,
}

impl HeapObject for Generator {
    fn payload_bytes(&self) -> usize {
        match &self.state {
            GeneratorState::Suspended { registers, .. } => size_of::<PyFrame>() + size_of_val(&**registers),
            _ => 0,
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>, from: usize) -> Option<usize> {
        tracer.value(self.name);
        tracer.value(self.qualname);
        if let GeneratorState::Suspended { frame, registers, .. } = &self.state {
            frame.trace(tracer);
            return tracer.slice(registers, from);
        }
        None
    }
}
