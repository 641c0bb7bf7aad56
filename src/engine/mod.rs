//! What a host sees: compile a text once, run it in slices, read what it printed, end it at any time.
//!
//! Owns the compile cache and the life of a run. Knows no socket, no connection and no protocol; reads no
//! clock except for the script's own `time` module; never blocks. The order of calls is
//! [`Engine::compile`] → [`Engine::start`] → [`Run::step`] until [`Step::Done`] → [`Engine::recycle`].

mod api;
mod cache;
mod run;

use std::rc::Rc;

pub use crate::bytecode::{CompileError, CompileErrorKind, Mode};
pub use api::{
    CacheStats, Compiled, GcPressure, Kill, Outcome, OutputChunk, Program, RunOptions, Stdin, Step, Stream,
    Usage,
};
pub use run::{Graveyard, Run};

use crate::bytecode::Compiler;
use crate::lang::PyCompiler;
use crate::limits;
use crate::vm::machine::Machine;
use cache::Cache;

/// The compiler, its cache, and spare parts of finished runs. One per thread.
#[derive(Default)]
pub struct Engine {
    cache: Cache,
    spare: Vec<Machine>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("cache", &self.cache.stats()).finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine with an empty cache.
    pub fn new() -> Engine {
        Engine::default()
    }

    /// Compiles a text, or finds it in the cache. `bounded` refuses source that would take more than one
    /// slice to compile ([`limits::SOURCE_TOKENS_MAX`]).
    pub fn compile(&mut self, source: &str, filename: &str, mode: Mode, bounded: bool) -> Compiled {
        self.cache.compile(source, filename, mode, bounded)
    }

    /// The traceback text and `SyntaxError: …` line for a failed compilation, as `python3` prints it.
    pub fn render_compile_error(error: &CompileError) -> String {
        crate::vm::traceback::compile_error(error)
    }

    /// Starts a run; nothing is executed before [`Run::step`].
    pub fn start(&mut self, program: &Program, options: RunOptions) -> Run {
        let memory_max = options.memory_max_bytes.unwrap_or(usize::MAX);
        let compiler: Rc<dyn Compiler> = Rc::new(PyCompiler { bounded: options.bounded_source });
        let machine = match self.spare.pop() {
            Some(mut machine) => {
                machine.reset(memory_max);
                machine.vm.compiler = compiler;
                machine
            }
            None => Machine::new(crate::vm::vm::Vm::new(compiler, memory_max)),
        };
        Run::new(machine, program, options)
    }

    /// Takes back a run that is over (or is to be dropped). A large heap goes to the graveyard that is
    /// returned, which the host empties with [`Graveyard::bury_some`].
    pub fn recycle(&mut self, run: Run) -> Option<Graveyard> {
        let machine = run.into_machine();
        if machine.vm.heap.slots() > limits::SPARE_SLOTS_MAX || machine.stack.len() > limits::SPARE_STACK_MAX
        {
            return Some(Graveyard::new(machine));
        }
        if self.spare.len() < limits::SPARE_MACHINES_MAX {
            self.spare.push(machine);
        }
        None
    }

    /// Counters of the cache.
    pub fn cache_stats(&self) -> CacheStats {
        self.cache.stats()
    }

    /// Empties the cache; returns how many entries it had.
    pub fn clear_cache(&mut self) -> usize {
        self.cache.clear()
    }
}
