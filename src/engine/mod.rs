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
pub struct Engine {
    cache: Cache,
    /// For `eval` and `exec`: without and with a bound on the source.
    compilers: [Rc<dyn Compiler>; 2],
    /// Machines that a program can be started on, and those of finished runs. Machines are large and stay where they
    /// are: only boxes travel.
    #[allow(clippy::vec_box)]
    ready: Vec<Box<Machine>>,
    #[allow(clippy::vec_box)]
    used: Vec<Box<Machine>>,
}

impl Default for Engine {
    fn default() -> Engine {
        let compilers = [false, true].map(|bounded| Rc::new(PyCompiler { bounded }) as Rc<dyn Compiler>);
        Engine { cache: Cache::default(), compilers, ready: Vec::new(), used: Vec::new() }
    }
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
        let compiler = self.compilers[usize::from(options.bounded_source)].clone();
        if self.ready.is_empty() {
            self.refresh_one();
        }
        let machine = match self.ready.pop() {
            Some(mut machine) => {
                machine.vm.heap.set_limit(memory_max);
                machine.vm.compiler = compiler;
                machine
            }
            None => Box::new(Machine::new(crate::vm::vm::Vm::new(compiler, memory_max))),
        };
        Run::new(machine, program, options)
    }

    /// Takes back a run that is over (or is to be dropped); [`Engine::refresh_one`] makes what it ran on ready for
    /// another. A large heap goes to the graveyard that is returned, which the host empties with
    /// [`Graveyard::bury_some`].
    pub fn recycle(&mut self, run: Run) -> Option<Graveyard> {
        let machine = run.into_machine();
        if machine.vm.heap.slots() > limits::SPARE_SLOTS_MAX || machine.stack.len() > limits::SPARE_STACK_MAX
        {
            return Some(Graveyard::new(machine));
        }
        if self.ready.len() + self.used.len() < limits::SPARE_MACHINES_MAX {
            self.used.push(machine);
        }
        None
    }

    /// Does some of the work of the next [`Engine::start`] ahead of time, best when nobody waits; true when there is
    /// none left.
    pub fn refresh_one(&mut self) -> bool {
        if let Some(mut machine) = self.used.pop() {
            machine.reset();
            self.ready.push(machine);
        }
        self.used.is_empty()
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
