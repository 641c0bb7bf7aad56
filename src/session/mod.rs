//! Sessions: what the daemon does, without doing any of it to a socket.
//!
//! Owns the connections' state machines, the scheduler that shares the thread among their runs, deadlines
//! and output buffers. [`Scheduler`] takes in bytes, ends of input, hang-ups and the time (`handle_*`), runs
//! slices, and is asked what it wants: [`Scheduler::take_touched`], [`Scheduler::output`],
//! [`Scheduler::settle`] and [`Scheduler::next_deadline`].
//!
//! Must never: make a system call, read a clock (time comes in as an argument or from [`Host::now`]), or keep
//! what can be derived: what a connection waits for is computed from its state each time.

mod batch;
mod cluster;
mod connection;
mod deadlines;
mod describe;
mod errand;
mod host;
mod info;
mod jobs;
mod note;
mod output;
mod peer;
mod registry;
mod reply;
mod run;
mod scheduler;
mod scripts;
mod serve;
mod service;
mod slowlog;
mod stats;
mod task;
mod token;
mod typed;

#[cfg(test)]
mod deadline_tests;
#[cfg(test)]
mod errand_tests;
#[cfg(test)]
pub(crate) mod fake;
#[cfg(test)]
mod jobs_tests;
#[cfg(test)]
mod note_tests;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use connection::Interest;
pub use host::{Execution, Host, NotCompiled, SessionState, Started};
pub use reply::describe_kill;
pub use scheduler::Scheduler;
pub use token::AccessToken;

/// Names a connection for as long as it lives; the generation tells it from earlier ones in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId {
    /// Its place, small and used again.
    pub index: u32,
    /// Never used again in that place (until 2^32 connections later).
    pub generation: u32,
}

/// What the daemon grants at most.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    /// Wall time of one run.
    pub timeout: Duration,
    /// Live memory of one run, in bytes.
    pub memory_max_bytes: usize,
    /// Bytes of one request.
    pub frame_max_bytes: usize,
    /// Connections at once.
    pub connections_max: usize,
    /// What takes at least this long goes into the slow log, in microseconds; nothing does if it is negative.
    pub slowlog_slower_than_us: i64,
    /// Requests that the slow log keeps.
    pub slowlog_entries_max: usize,
    /// Sessions at once.
    pub sessions_max: usize,
    /// Live memory of all sessions with their snapshots, in bytes: beyond it there are no new ones.
    pub sessions_memory_max_bytes: usize,
}

/// What happened since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Connections now.
    pub connections_active: u64,
    /// Connections accepted.
    pub connections_total: u64,
    /// Connections turned away.
    pub connections_rejected: u64,
    /// Requests of every kind.
    pub requests_total: u64,
    /// Requests that could not be understood.
    pub requests_refused: u64,
    /// Programs that run now.
    pub runs_active: u64,
    /// Programs started, those that did not compile included.
    pub runs_total: u64,
    /// Programs that ended with an uncaught exception or did not compile.
    pub runs_raised: u64,
    /// Programs that a limit, a hang-up or the daemon's end killed.
    pub runs_killed: u64,
    /// Programs lost to a fault of our own.
    pub runs_internal_errors: u64,
    /// Sessions now.
    pub sessions: u64,
    /// What they and their snapshots held when they were last at rest, in bytes.
    pub sessions_memory_bytes: u64,
    /// Slices run.
    pub slices_total: u64,
    /// Times a run was suspended because its client did not read.
    pub suspensions_total: u64,
}

impl Counters {
    /// With how many sessions there are and what they hold, which the counters themselves do not follow.
    fn with_sessions(self, count: usize, bytes: usize) -> Counters {
        Counters { sessions: count as u64, sessions_memory_bytes: bytes as u64, ..self }
    }
}
