//! The daemon's process as its sessions see it: the engine, the system's clock, the log, the numbers.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::PathBuf;
use std::time::Instant;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::DaemonConfig;
use super::log::Log;
use crate::engine::{Engine, Graveyard, Mode, Run, RunOptions, Session};
use crate::limits;
use crate::session::{Counters, Host, NotCompiled, Started};
use crate::wire::DaemonStatus;

/// The host of the daemon's sessions.
#[derive(Debug)]
pub struct Process {
    engine: Engine,
    graves: Vec<Graveyard>,
    log: Log,
    socket: PathBuf,
    started_at: Instant,
    /// `/proc/self/status`, held open: when descriptors run out, somebody will want to know how the daemon is.
    facts: Option<File>,
    /// Rounds of the loop.
    pub ticks: u64,
    /// Rounds that began with waiting.
    pub wakeups: u64,
}

impl Process {
    /// A process that begins now.
    pub fn new(config: &DaemonConfig, log: Log) -> Process {
        Process {
            engine: Engine::new(),
            graves: Vec::new(),
            log,
            socket: config.socket.clone(),
            started_at: Instant::now(),
            facts: File::open("/proc/self/status").ok(),
            ticks: 0,
            wakeups: 0,
        }
    }
}

impl Process {
    /// Resident memory of this process, as the kernel says (proc_pid_status(5)).
    fn memory_rss_bytes(&self) -> Option<u64> {
        let mut facts = self.facts.as_ref()?;
        let mut status = String::new();
        // What is read from the beginning is made anew.
        facts.rewind().ok()?;
        facts.read_to_string(&mut status).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kib * 1024)
    }
}

impl Host for Process {
    type Run = Run;

    fn now(&self) -> Instant {
        Instant::now()
    }

    fn start(
        &mut self,
        source: &str,
        filename: &str,
        mode: Mode,
        options: RunOptions,
        session: Option<Session>,
    ) -> Started<Run> {
        let compiled = self.engine.compile(source, filename, mode, true);
        let run = match (compiled.program, session) {
            (Ok(program), None) => Ok(self.engine.start(&program, options)),
            (Ok(program), Some(session)) => Ok(self.engine.start_in(session, &program, options)),
            (Err(error), session) => {
                let rendered = Engine::render_compile_error(&error);
                Err((NotCompiled { kind: error.kind, rendered }, session))
            }
        };
        Started { run, cache_hit: compiled.cache_hit }
    }

    fn unix_time_s(&self) -> u64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| since.as_secs())
    }

    fn open_session(&mut self) -> Session {
        self.engine.open_session()
    }

    fn leave(&mut self, run: Run) -> Session {
        let (session, grave) = self.engine.leave(run);
        self.graves.extend(grave);
        session
    }

    fn close_session(&mut self, session: Session) {
        self.graves.extend(self.engine.close_session(session));
    }

    fn recycle(&mut self, run: Run) {
        self.graves.extend(self.engine.recycle(run));
    }

    fn bury_some(&mut self) -> bool {
        if let Some(grave) = self.graves.last_mut()
            && grave.bury_some(limits::TICK_BURY_MAX_OBJECTS)
        {
            self.graves.pop();
        }
        self.engine.refresh_one() && self.graves.is_empty()
    }

    fn clear_cache(&mut self) -> usize {
        self.engine.clear_cache()
    }

    fn status(&self, counters: &Counters) -> DaemonStatus {
        let cache = self.engine.cache_stats();
        DaemonStatus {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: u64::from(std::process::id()),
            socket: self.socket.display().to_string(),
            uptime_us: u64::try_from(self.started_at.elapsed().as_micros()).unwrap_or(u64::MAX),
            connections_active: counters.connections_active,
            connections_total: counters.connections_total,
            connections_rejected: counters.connections_rejected,
            requests_total: counters.requests_total,
            requests_refused: counters.requests_refused,
            runs_active: counters.runs_active,
            runs_total: counters.runs_total,
            runs_raised: counters.runs_raised,
            runs_killed: counters.runs_killed,
            runs_internal_errors: counters.runs_internal_errors,
            sessions: counters.sessions,
            sessions_memory_bytes: counters.sessions_memory_bytes,
            slices_total: counters.slices_total,
            suspensions_total: counters.suspensions_total,
            ticks_total: self.ticks,
            wakeups_total: self.wakeups,
            cache_entries: cache.entries as u64,
            cache_source_bytes: cache.source_bytes as u64,
            cache_hits: cache.hits,
            cache_misses: cache.misses,
            cache_evictions: cache.evictions,
            memory_rss_bytes: self.memory_rss_bytes().unwrap_or(0),
            log_errors: self.log.errors(),
        }
    }

    fn log(&mut self, message: &str) {
        self.log.line(message);
    }
}

/// Has the kernel give memory in small pages: the first touch of a huge one clears two megabytes, which can take
/// milliseconds, and happens in the middle of somebody's slice. What scripts lose by it is less than what their
/// neighbours gain.
pub fn refuse_huge_pages() {
    // A kernel that does not know them does not give them either.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// Lets the process have as many descriptors as the system grants it: one per connection, and a few.
pub fn raise_descriptor_limit() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // If it is refused, accepting pauses when descriptors run out.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}
