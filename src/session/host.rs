//! What the session layer needs from outside: something that evaluates, a clock, facts about the process.
//!
//! Two traits, dispatched statically. The daemon implements [`Host`] with the engine and the system's
//! clock; tests implement it with a script of slices and a clock they turn by hand.

use std::time::Instant;

use crate::engine::{CompileErrorKind, Mode, OutputChunk, Run, RunOptions, Session, Step, Usage};
use crate::wire::DaemonStatus;

use super::Counters;

/// One execution of a program, as [`Run`] is.
pub trait Execution: std::fmt::Debug {
    /// What its program leaves for the next.
    type Session: SessionState;

    /// See [`Run::step`].
    fn step(&mut self, fuel: u64) -> Step;
    /// See [`Run::take_output`].
    fn take_output(&mut self) -> Vec<OutputChunk>;
    /// See [`Run::output_pending_bytes`].
    fn output_pending_bytes(&self) -> usize;
    /// See [`Run::usage`].
    fn usage(&self) -> Usage;
    /// See [`Run::line`].
    fn line(&self) -> Option<u32>;
}

/// What a program has left, as [`Session`] is.
pub trait SessionState: Sized + std::fmt::Debug {
    /// See [`Session::memory_bytes`].
    fn memory_bytes(&self) -> usize;
    /// See [`Session::begin_copy`].
    fn begin_copy(&self) -> Self;
    /// See [`Session::copy_some`].
    fn copy_some(&mut self, from: &Self) -> bool;
}

impl SessionState for Session {
    fn memory_bytes(&self) -> usize {
        Session::memory_bytes(self)
    }

    fn begin_copy(&self) -> Session {
        Session::begin_copy(self)
    }

    fn copy_some(&mut self, from: &Session) -> bool {
        Session::copy_some(self, from)
    }
}

impl Execution for Run {
    type Session = Session;

    fn step(&mut self, fuel: u64) -> Step {
        Run::step(self, fuel)
    }

    fn take_output(&mut self) -> Vec<OutputChunk> {
        Run::take_output(self)
    }

    fn output_pending_bytes(&self) -> usize {
        Run::output_pending_bytes(self)
    }

    fn usage(&self) -> Usage {
        Run::usage(self)
    }

    fn line(&self) -> Option<u32> {
        Run::line(self)
    }
}

/// Why a text did not become a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCompiled {
    /// Which exception it is.
    pub kind: CompileErrorKind,
    /// The traceback as `python3` prints it, newline at the end.
    pub rendered: String,
}

/// The result of [`Host::start`].
#[derive(Debug)]
pub struct Started<R: Execution> {
    /// The run, or why there is none and what it was to run on.
    pub run: Result<R, (NotCompiled, Option<R::Session>)>,
    /// Whether the compile cache had the text.
    pub cache_hit: bool,
}

/// The world outside the sessions.
pub trait Host {
    /// An execution.
    type Run: Execution;

    /// The time. The only clock the session layer ever sees.
    fn now(&self) -> Instant;

    /// The time of day, in seconds since 1970: to be shown, never to be counted with.
    fn unix_time_s(&self) -> u64;

    /// Compiles a text, or finds it in the cache, and starts a run of it: afresh, or on what others have left.
    fn start(
        &mut self,
        source: &str,
        filename: &str,
        mode: Mode,
        options: RunOptions,
        session: Option<<Self::Run as Execution>::Session>,
    ) -> Started<Self::Run>;

    /// What a session begins with.
    fn open_session(&mut self) -> <Self::Run as Execution>::Session;

    /// Takes back what a run that is over, or is given up, leaves.
    fn leave(&mut self, run: Self::Run) -> <Self::Run as Execution>::Session;

    /// Drops what programs have left; what is large is freed later, with [`Host::bury_some`].
    fn close_session(&mut self, session: <Self::Run as Execution>::Session);

    /// Takes a run back that is over or given up; what is large is freed later, with [`Host::bury_some`].
    fn recycle(&mut self, run: Self::Run);

    /// Frees some of what recycled runs left; true when nothing is left.
    fn bury_some(&mut self) -> bool;

    /// Empties the compile cache; returns how many entries it had.
    fn clear_cache(&mut self) -> usize;

    /// The daemon's status: the sessions' counters and what the host knows itself.
    fn status(&self, counters: &Counters) -> DaemonStatus;

    /// Notes something that the operator should know.
    fn log(&mut self, message: &str);
}
