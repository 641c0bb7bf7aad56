//! [`Session`]: a heap and its globals between the programs that run on them.

use crate::limits;
use crate::vm::machine::Machine;

/// What programs leave for those that run after them: globals, modules, all that is reachable from these.
///
/// It is given to [`super::Engine::start_in`] and comes back with [`super::Engine::leave`]. Nothing outside points into
/// it, so it can be copied as a whole, at rest and a part at a time: [`Session::begin_copy`], [`Session::copy_some`].
pub struct Session {
    pub(super) machine: Box<Machine>,
    copied: Copied,
}

/// How much of a copy is there.
enum Copied {
    /// Objects are being copied.
    Objects,
    /// The strings from this index on are still to be looked at: interned ones are noted.
    Strings(u32),
    All,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({} bytes)", self.memory_bytes())
    }
}

impl Session {
    pub(super) fn new(machine: Box<Machine>) -> Session {
        Session { machine, copied: Copied::All }
    }

    /// Live memory, in bytes (garbage not yet collected included).
    pub fn memory_bytes(&self) -> usize {
        self.machine.vm.heap.bytes()
    }

    /// A copy of which nothing but the frame is there yet.
    pub fn begin_copy(&self) -> Session {
        Session { machine: Box::new(self.machine.begin_copy()), copied: Copied::Objects }
    }

    /// Copies more of `from`, which this is a copy of and which has not changed since: about
    /// [`limits::SESSION_COPY_STEP_BYTES`], but whole objects. True when all of it is there.
    pub fn copy_some(&mut self, from: &Session) -> bool {
        let vm = &mut self.machine.vm;
        match self.copied {
            Copied::Objects => {
                if vm.heap.copy_some(&from.machine.vm.heap, limits::SESSION_COPY_STEP_BYTES) {
                    self.copied = Copied::Strings(0);
                }
                false
            }
            Copied::Strings(at) => match vm.copy_interned(at, limits::SESSION_COPY_STEP_STRINGS) {
                Some(next) => {
                    self.copied = Copied::Strings(next);
                    false
                }
                None => {
                    self.copied = Copied::All;
                    true
                }
            },
            Copied::All => true,
        }
    }

    /// For tests: the bytes that it has been charged for, and the same counted anew.
    pub fn audit(&self) -> (usize, usize) {
        let heap = &self.machine.vm.heap;
        (heap.bytes(), heap.recount())
    }
}
