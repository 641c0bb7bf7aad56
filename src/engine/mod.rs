//! What a host sees: compile a text once, run it in slices, read what it printed, end it at any time.
//!
//! Owns the compile cache and the life of a run. Knows no socket, no connection and no protocol; reads no
//! clock except for the script's own `time` module; never blocks. The order of calls is
//! [`Engine::compile`] → [`Engine::start`] → [`Run::step`] until [`Step::Done`] → [`Engine::recycle`], and for programs
//! that share their globals [`Engine::open_session`] → [`Engine::start_in`] → … → [`Engine::leave`] → … →
//! [`Engine::close_session`].

mod api;
mod cache;
mod data;
mod lru;
mod reach;
mod run;
mod session;
#[cfg(test)]
mod session_tests;

use std::rc::Rc;

pub use crate::bytecode::{CompileError, CompileErrorKind, Mode};
pub use api::{
    CacheStats, Compiled, GcPressure, Kill, Outcome, OutputChunk, Program, ResultForm, RunOptions, Stdin,
    Step, Stream, Usage,
};
pub use data::Data;
pub(crate) use lru::Lru;
pub use run::{Graveyard, Run};
pub use session::Session;

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
    pub fn start(&mut self, program: &Program, mut options: RunOptions) -> Run {
        // In a session they may be seen later.
        if options.skip_unseen_inputs && !options.inputs.iter().any(|(name, _)| program.sight.sees(name)) {
            options.inputs.clear();
        }
        let mut machine = self.machine();
        self.equip(&mut machine, &options);
        Run::new(machine, program, options)
    }

    /// Starts a run on what earlier programs have left.
    pub fn start_in(&mut self, session: Session, program: &Program, options: RunOptions) -> Run {
        let Session { mut machine, .. } = session;
        self.equip(&mut machine, &options);
        Run::new(machine, program, options)
    }

    /// A session without a past.
    pub fn open_session(&mut self) -> Session {
        Session::new(self.machine())
    }

    /// Takes a session back from a run that is over, or is to be given up: what its program has done so far stays. What
    /// it was in the middle of is dropped, by the graveyard if that is much.
    pub fn leave(&mut self, run: Run) -> (Session, Option<Graveyard>) {
        let mut machine = run.into_machine();
        let frames = machine.rest();
        let grave = (frames.len() > limits::SPARE_STACK_MAX).then(|| Graveyard::of_frames(frames));
        (Session::new(machine), grave)
    }

    /// Drops a session.
    pub fn close_session(&mut self, session: Session) -> Option<Graveyard> {
        self.put_away(session.machine)
    }

    fn machine(&mut self) -> Box<Machine> {
        if self.ready.is_empty() {
            self.refresh_one();
        }
        self.ready.pop().unwrap_or_else(|| {
            let compiler = self.compilers[1].clone();
            Box::new(Machine::new(crate::vm::vm::Vm::new(compiler, limits::RUN_MEMORY_MAX_BYTES)))
        })
    }

    fn equip(&self, machine: &mut Machine, options: &RunOptions) {
        machine.vm.heap.set_limit(options.memory_max_bytes.unwrap_or(usize::MAX));
        machine.vm.compiler = self.compilers[usize::from(options.bounded_source)].clone();
    }

    /// Takes back a run that is over (or is to be dropped); [`Engine::refresh_one`] makes what it ran on ready for
    /// another. A large heap goes to the graveyard that is returned, which the host empties with
    /// [`Graveyard::bury_some`].
    pub fn recycle(&mut self, run: Run) -> Option<Graveyard> {
        self.put_away(run.into_machine())
    }

    fn put_away(&mut self, machine: Box<Machine>) -> Option<Graveyard> {
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
