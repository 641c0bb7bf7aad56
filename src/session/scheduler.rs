//! The scheduler: all connections, whose turn it is, and what each is to be told.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use slab::Slab;

use super::connection::{Connection, Interest, Phase, Protocol, Work};
use super::deadlines::Deadlines;
use super::errand::Errand;
use super::jobs::{StateOf, copy_some, give_up, perform};
use super::registry::Sessions;
use super::run::run_slice;
use super::scripts::Scripts;
use super::serve::{Context, serve_request};
use super::slowlog::Slowlog;
use super::stats::Stats;
use super::token::AccessToken;
use super::{ConnectionId, Counters, Host, SessionLimits};
use crate::engine::Kill;
use crate::limits;
use crate::wire::ErrorCode;

/// Shares one thread among the runs of all connections.
#[derive(Debug)]
pub struct Scheduler<H: Host> {
    host: H,
    limits: SessionLimits,
    counters: Counters,
    connections: Slab<Connection<H::Run>>,
    next_generation: u32,
    /// Connections beyond the limit that are there only to be told so.
    refused: usize,
    /// Connections with a request that has not had its first slice: served before all others.
    fresh: VecDeque<ConnectionId>,
    /// Connections whose run has had slices before: round robin.
    long: VecDeque<ConnectionId>,
    deadlines: Deadlines,
    scripts: Scripts,
    stats: Stats,
    slowlog: Slowlog,
    sessions: Sessions<StateOf<H>>,
    /// Connections that hold now the session that they waited for.
    woken: Vec<ConnectionId>,
    /// What clients have to say first.
    token: Option<AccessToken>,
    /// What the connection whose turn it is asks of the others.
    errand: Option<Errand>,
    touched: Vec<ConnectionId>,
    /// Whether recycled runs left something to free.
    burying: bool,
    /// Set when the daemon is ending: runs are killed then.
    drain_at: Option<Instant>,
    /// A client asked for the end, and for this much time until then.
    shutdown_requested: Option<Duration>,
}

impl<H: Host> Scheduler<H> {
    /// A scheduler without connections.
    pub fn new(host: H, limits: SessionLimits) -> Scheduler<H> {
        Scheduler {
            host,
            limits,
            counters: Counters::default(),
            connections: Slab::new(),
            next_generation: 1,
            refused: 0,
            fresh: VecDeque::new(),
            long: VecDeque::new(),
            deadlines: Deadlines::default(),
            scripts: Scripts::default(),
            stats: Stats::default(),
            slowlog: Slowlog::default(),
            sessions: Sessions::default(),
            woken: Vec::new(),
            token: None,
            errand: None,
            touched: Vec::new(),
            burying: false,
            drain_at: None,
            shutdown_requested: None,
        }
    }

    /// From the next connection on, clients have to say this before they are served.
    pub fn require_token(&mut self, token: AccessToken) {
        self.token = Some(token);
    }

    /// The world outside.
    pub fn host(&mut self) -> &mut H {
        &mut self.host
    }

    /// What happened so far.
    pub fn counters(&self) -> Counters {
        self.counters.with_sessions(self.sessions.len(), self.sessions.bytes())
    }

    /// Takes in a new connection. Beyond the limit it is kept only to be told so; `None` if there are too
    /// many even of those: close it.
    pub fn connect(&mut self, now: Instant) -> Option<ConnectionId> {
        let full = self.connections.len() - self.refused >= self.limits.connections_max;
        if full {
            self.counters.connections_rejected += 1;
            if self.refused >= limits::REFUSALS_MAX {
                return None;
            }
            self.refused += 1;
        } else {
            self.counters.connections_total += 1;
            self.counters.connections_active += 1;
        }
        let generation = self.next_generation;
        self.next_generation = self.next_generation.wrapping_add(1);
        let mut connection = Connection::new(generation, full, now);
        connection.admitted = self.token.is_none();
        let index = self.connections.insert(connection);
        let id = ConnectionId { index: index as u32, generation };
        self.touch(id);
        Some(id)
    }

    /// Counts a connection that was turned away before it came here.
    pub fn count_rejected(&mut self) {
        self.counters.connections_rejected += 1;
    }

    /// Takes in what was read from a connection.
    pub fn handle_bytes(&mut self, id: ConnectionId, bytes: &[u8], now: Instant) {
        let limits = self.limits;
        if let Some(connection) = self.get(id) {
            connection.receive(bytes, &limits, now);
            self.touch(id);
        }
    }

    /// The client will send no more; it still gets its replies.
    pub fn handle_end_of_input(&mut self, id: ConnectionId) {
        if let Some(connection) = self.get(id) {
            connection.input_ended = true;
            self.touch(id);
        }
    }

    /// The socket took this much of the output.
    pub fn handle_sent(&mut self, id: ConnectionId, count: usize, now: Instant) {
        if let Some(connection) = self.get(id) {
            connection.consume_output(count, now);
            self.touch(id);
        }
    }

    /// The sending side was shut, as [`Interest::EndOutput`] asked.
    pub fn handle_output_ended(&mut self, id: ConnectionId, now: Instant) {
        if let Some(connection) = self.get(id) {
            connection.phase = Phase::Lingering;
            connection.output_at = now;
            self.touch(id);
        }
    }

    /// Forgets a connection: its client is gone, or all is said. A run of it is given up.
    pub fn remove(&mut self, id: ConnectionId) {
        let now = self.host.now();
        let (connection, mut context) = self.split(id);
        let Some(connection) = connection else { return };
        let armed = connection.armed.take();
        let work = std::mem::replace(&mut connection.work, Work::Idle);
        let beyond_limit = connection.beyond_limit;
        give_up(&mut context, work, id, now);
        self.wake_holders();
        self.deadlines.change(id, armed, None);
        self.connections.remove(id.index as usize);
        if beyond_limit {
            self.refused -= 1;
        } else {
            self.counters.connections_active -= 1;
        }
    }

    /// Looks after every connection whose deadline has come.
    pub fn handle_time(&mut self, now: Instant) {
        while let Some(id) = self.deadlines.due(now) {
            self.handle_deadline(id, now);
            self.after_turn(id);
            self.rearm(id);
        }
        // Those that are left have a deadline which is over: their turn is in the next tick.
        for _ in 0..limits::TICK_EXPIRED_MAX {
            let Some((_, remains)) = self.sessions.take_expired(now) else { break };
            self.context().close_remains(remains);
        }
    }

    fn handle_deadline(&mut self, id: ConnectionId, now: Instant) {
        let killing = self.drain_at.is_some_and(|at| at <= now);
        let Some(connection) = self.get(id) else { return };
        match connection.terms() {
            Some(terms) if terms.deadline <= now => {
                let kill = Kill::Timeout(terms.timeout);
                self.end_run(id, kill, now);
            }
            Some(_) if killing => self.end_run(id, Kill::Shutdown, now),
            Some(_) => {
                if let Some(task) = connection.take_task() {
                    connection.work = Work::Running(task);
                }
            }
            // Something has arrived that was not looked at yet: after a long stop of the whole process, the other half of
            // a request is there when its time seems to be over.
            None if matches!(connection.work, Work::Fresh) && connection.output.is_empty() && !killing => {}
            // A request that was begun and never finished, from somebody who may still be listening.
            None if connection.phase == Phase::Open && connection.output.is_empty() && !killing => {
                let after = limits::REQUEST_READ_TIMEOUT;
                connection.refuse(
                    ErrorCode::Timeout,
                    &format!("the request was not complete after {after:?}"),
                    now,
                );
            }
            None => connection.phase = Phase::Gone,
        }
    }

    /// When [`Scheduler::handle_time`] has to be called next.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.next().into_iter().chain(self.sessions.next_expiry()).min()
    }

    /// Whether a script or a grave wants to go on at once.
    pub fn is_busy(&self) -> bool {
        !self.fresh.is_empty() || !self.long.is_empty() || self.burying
    }

    /// Runs some slices: first of new requests, so that a small one is answered in the tick that read it,
    /// then one of a long run. New requests share a budget; there is always one slice for the long runs,
    /// which therefore go on under any load.
    pub fn run_slices(&mut self, now: Instant) {
        let until = now + limits::TICK_FRESH_BUDGET;
        let mut clock = now;
        for _ in 0..limits::TICK_FRESH_MAX {
            let Some(id) = self.fresh.pop_front() else { break };
            clock = self.serve(id, clock);
            if clock >= until {
                break;
            }
        }
        if let Some(id) = self.long.pop_front() {
            self.serve(id, clock);
        }
    }

    /// Frees some of what dead runs left.
    pub fn bury_some(&mut self) {
        if self.burying {
            self.burying = !self.host.bury_some();
        }
    }

    /// Gives a connection its turn, which ends after a slice's time or when it has no more small requests; returns the
    /// time after it. So the replies to a pipeline go out together.
    fn serve(&mut self, id: ConnectionId, now: Instant) -> Instant {
        let Some(connection) = self.get(id) else { return now };
        connection.queued = false;
        let until = now + limits::TURN_BUDGET;
        let mut now = self.serve_once(id, now);
        while now < until
            && self.drain_at.is_none()
            && self.get(id).is_some_and(|connection| matches!(connection.work, Work::Fresh))
        {
            now = self.serve_once(id, now);
        }
        self.after_turn(id);
        now
    }

    fn serve_once(&mut self, id: ConnectionId, now: Instant) -> Instant {
        let (connection, mut context) = self.split(id);
        let Some(connection) = connection else { return now };
        let before = connection.output.len();
        let now = match std::mem::replace(&mut connection.work, Work::Idle) {
            Work::Fresh => {
                let now = serve_request(connection, &mut context, id, now);
                connection.keep_words();
                now
            }
            Work::Running(task) => run_slice(connection, &mut context, task),
            Work::Ready(job) => perform(connection, &mut context, *job, now),
            Work::Copying(copying) => copy_some(connection, &mut context, copying, now),
            Work::Between(paused) => paused.running.go_on(connection, &mut context, paused.state, now),
            waiting => {
                connection.work = waiting;
                now
            }
        };
        // Whoever holds a session by now must not be taken for one who waits.
        self.wake_holders();
        if let Some(errand) = self.errand.take() {
            self.carry_out(id, errand, now);
        }
        if let Some(connection) = self.get(id) {
            connection.hush(before);
        }
        now
    }

    /// Connections whose turn at a session has come go on.
    pub(super) fn wake_holders(&mut self) {
        while let Some(id) = self.woken.pop() {
            let Some(connection) = self.get(id) else { continue };
            connection.work = match std::mem::replace(&mut connection.work, Work::Idle) {
                Work::Waiting(job) => Work::Ready(job),
                other => other,
            };
            self.touch(id);
        }
    }

    /// Something happened to a connection's work.
    pub(super) fn after_turn(&mut self, id: ConnectionId) {
        if self.drain_at.is_some() {
            self.drain_one(id);
        }
        self.touch(id);
    }

    /// Output that waits to be sent.
    pub fn output(&self, id: ConnectionId) -> &[u8] {
        let connection = self.connections.get(id.index as usize);
        connection
            .filter(|found| found.generation == id.generation)
            .map_or(&[], |found| found.output.pending())
    }

    /// Takes one of the connections to which something happened since they were taken last.
    pub fn take_touched(&mut self) -> Option<ConnectionId> {
        let id = self.touched.pop()?;
        if let Some(connection) = self.get(id) {
            connection.touched = false;
        }
        Some(id)
    }

    /// What a connection wants from its socket now. `None` if it is gone.
    pub fn interest(&mut self, id: ConnectionId) -> Option<Interest> {
        self.get(id).map(|connection| connection.interest())
    }

    /// As [`Scheduler::interest`]; the connection's deadline is set on the way.
    pub fn settle(&mut self, id: ConnectionId) -> Option<Interest> {
        self.rearm(id);
        self.interest(id)
    }

    /// Begins the end: requests that wait are dropped, runs may go on until `drain_at`, replies are sent.
    pub fn begin_shutdown(&mut self, drain_at: Instant) {
        self.drain_at = Some(drain_at);
        let ids: Vec<ConnectionId> = self.all().map(|(id, _)| id).collect();
        for id in ids {
            self.drain_one(id);
            self.touch(id);
        }
    }

    /// Whether a client asked for the daemon's end, and how long programs may go on.
    pub fn shutdown_requested(&self) -> Option<Duration> {
        self.shutdown_requested
    }

    /// Whether there is no connection.
    pub fn is_empty(&self) -> bool {
        self.connections.is_empty()
    }

    /// A connection without a run has nothing more to expect from a daemon that is ending.
    fn drain_one(&mut self, id: ConnectionId) {
        let Some(connection) = self.get(id) else { return };
        if connection.terms().is_none() && !matches!(connection.phase, Phase::Gone) {
            connection.phase = Phase::Finishing { linger: false };
            connection.protocol = Protocol::Deaf;
            connection.work = Work::Idle;
        }
    }

    fn rearm(&mut self, id: ConnectionId) {
        let drain_at = self.drain_at;
        let Some(connection) = self.get(id) else { return };
        let wanted = connection.deadline(drain_at);
        if wanted != connection.armed {
            let armed = std::mem::replace(&mut connection.armed, wanted);
            self.deadlines.change(id, armed, wanted);
        }
    }

    /// Notes that something happened to a connection, and gives it its place in the queue.
    pub(super) fn touch(&mut self, id: ConnectionId) {
        let Some(connection) = self.connections.get_mut(id.index as usize) else { return };
        if connection.generation != id.generation {
            return;
        }
        if !connection.touched {
            connection.touched = true;
            self.touched.push(id);
        }
        if connection.queued {
            return;
        }
        match connection.work {
            Work::Fresh | Work::Ready(_) => self.fresh.push_back(id),
            Work::Running(_) | Work::Copying(_) | Work::Between(_) => self.long.push_back(id),
            Work::Idle | Work::Sleeping(..) | Work::Suspended(_) | Work::Waiting(_) => return,
        }
        connection.queued = true;
    }

    /// Every connection with its name.
    pub(super) fn all(&self) -> impl Iterator<Item = (ConnectionId, &Connection<H::Run>)> {
        self.connections.iter().map(|(index, connection)| {
            (ConnectionId { index: index as u32, generation: connection.generation }, connection)
        })
    }

    pub(super) fn get(&mut self, id: ConnectionId) -> Option<&mut Connection<H::Run>> {
        self.connections.get_mut(id.index as usize).filter(|found| found.generation == id.generation)
    }

    pub(super) fn split(&mut self, id: ConnectionId) -> (Option<&mut Connection<H::Run>>, Context<'_, H>) {
        let connection = self.connections.get_mut(id.index as usize);
        let context = Context {
            host: &mut self.host,
            limits: &mut self.limits,
            scripts: &mut self.scripts,
            stats: &mut self.stats,
            slowlog: &mut self.slowlog,
            sessions: &mut self.sessions,
            woken: &mut self.woken,
            token: self.token.as_ref(),
            errand: &mut self.errand,
            counters: &mut self.counters,
            burying: &mut self.burying,
            shutdown_requested: &mut self.shutdown_requested,
        };
        (connection.filter(|found| found.generation == id.generation), context)
    }

    /// For what concerns no connection.
    fn context(&mut self) -> Context<'_, H> {
        let nobody = ConnectionId { index: u32::MAX, generation: 0 };
        self.split(nobody).1
    }
}
