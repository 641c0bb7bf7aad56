//! The scheduler: all connections, whose turn it is, and what each is to be told.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use slab::Slab;

use super::connection::{Connection, Interest, Phase, Protocol, Work};
use super::deadlines::Deadlines;
use super::reply::{self, End, Ending};
use super::task::{Held, Measured, ReplyForm, Slice, Task, panic_message};
use super::{ConnectionId, Counters, Host, SessionLimits, Started};
use crate::engine::{Kill, Mode, Outcome, RunOptions, Stdin};
use crate::limits;
use crate::wire::{
    ErrorCode, ErrorReply, HelloReply, Request, RespVersion, RespWriter, RunRequest, parse_command,
};

/// What frames and `PY.RUN` without `FILENAME` are called in tracebacks.
const FILENAME: &str = "<string>";

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
    touched: Vec<ConnectionId>,
    /// Whether recycled runs left something to free.
    burying: bool,
    /// Set when the daemon is ending: runs are killed then.
    drain_at: Option<Instant>,
    /// A client asked for the end.
    shutdown_requested: bool,
}

/// What one request needs of the scheduler besides its connection.
struct Context<'a, H: Host> {
    host: &'a mut H,
    limits: &'a SessionLimits,
    counters: &'a mut Counters,
    burying: &'a mut bool,
    shutdown_requested: &'a mut bool,
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
            touched: Vec::new(),
            burying: false,
            drain_at: None,
            shutdown_requested: false,
        }
    }

    /// The world outside.
    pub fn host(&mut self) -> &mut H {
        &mut self.host
    }

    /// What happened so far.
    pub fn counters(&self) -> &Counters {
        &self.counters
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
        let index = self.connections.insert(Connection::new(generation, full, now));
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
        let Some(connection) = self.get(id) else { return };
        let armed = connection.armed.take();
        let task = connection.take_task();
        let beyond_limit = connection.beyond_limit;
        self.deadlines.change(id, armed, None);
        self.connections.remove(id.index as usize);
        if beyond_limit {
            self.refused -= 1;
        } else {
            self.counters.connections_active -= 1;
        }
        if let Some(task) = task {
            self.counters.runs_active -= 1;
            self.counters.runs_killed += 1;
            self.host.recycle(task.run);
            self.burying = true;
        }
    }

    /// Looks after every connection whose deadline has come.
    pub fn handle_time(&mut self, now: Instant) {
        while let Some(id) = self.deadlines.due(now) {
            self.handle_deadline(id, now);
            if self.drain_at.is_some() {
                self.drain_one(id);
            }
            self.rearm(id);
            self.touch(id);
        }
    }

    fn handle_deadline(&mut self, id: ConnectionId, now: Instant) {
        let killing = self.drain_at.is_some_and(|at| at <= now);
        let (connection, mut context) = self.split(id);
        let Some(connection) = connection else { return };
        match connection.take_task() {
            Some(task) if task.deadline <= now => {
                let kill = Kill::Timeout(task.timeout);
                finish(connection, &mut context, task, End::Outcome(Outcome::Killed(kill)), now);
            }
            Some(task) if killing => {
                finish(connection, &mut context, task, End::Outcome(Outcome::Killed(Kill::Shutdown)), now);
            }
            Some(task) => connection.work = Work::Running(task),
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
        self.deadlines.next()
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

    /// Gives a connection its turn; returns the time after it.
    fn serve(&mut self, id: ConnectionId, now: Instant) -> Instant {
        let (connection, mut context) = self.split(id);
        let Some(connection) = connection else { return now };
        connection.queued = false;
        let now = match std::mem::replace(&mut connection.work, Work::Idle) {
            Work::Fresh => serve_request(connection, &mut context, id, now),
            Work::Running(task) => run_slice(connection, &mut context, task),
            waiting => {
                connection.work = waiting;
                now
            }
        };
        if self.drain_at.is_some() {
            self.drain_one(id);
        }
        self.touch(id);
        now
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

    /// What a connection wants from its socket now; its deadline is set on the way. `None` if it is gone.
    pub fn settle(&mut self, id: ConnectionId) -> Option<Interest> {
        self.rearm(id);
        self.get(id).map(|connection| connection.interest())
    }

    /// Begins the end: requests that wait are dropped, runs may go on until `drain_at`, replies are sent.
    pub fn begin_shutdown(&mut self, drain_at: Instant) {
        self.drain_at = Some(drain_at);
        let ids: Vec<ConnectionId> = self
            .connections
            .iter()
            .map(|(index, connection)| ConnectionId {
                index: index as u32,
                generation: connection.generation,
            })
            .collect();
        for id in ids {
            self.drain_one(id);
            self.touch(id);
        }
    }

    /// Whether a client asked for the daemon's end.
    pub fn shutdown_requested(&self) -> bool {
        self.shutdown_requested
    }

    /// Whether there is no connection.
    pub fn is_empty(&self) -> bool {
        self.connections.is_empty()
    }

    /// A connection without a run has nothing more to expect from a daemon that is ending.
    fn drain_one(&mut self, id: ConnectionId) {
        let Some(connection) = self.get(id) else { return };
        let running = matches!(connection.work, Work::Running(_) | Work::Sleeping(..) | Work::Suspended(_));
        if !running && !matches!(connection.phase, Phase::Gone) {
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
    fn touch(&mut self, id: ConnectionId) {
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
            Work::Fresh => self.fresh.push_back(id),
            Work::Running(_) => self.long.push_back(id),
            Work::Idle | Work::Sleeping(..) | Work::Suspended(_) => return,
        }
        connection.queued = true;
    }

    fn get(&mut self, id: ConnectionId) -> Option<&mut Connection<H::Run>> {
        self.connections.get_mut(id.index as usize).filter(|found| found.generation == id.generation)
    }

    fn split(&mut self, id: ConnectionId) -> (Option<&mut Connection<H::Run>>, Context<'_, H>) {
        let connection = self.connections.get_mut(id.index as usize);
        let context = Context {
            host: &mut self.host,
            limits: &self.limits,
            counters: &mut self.counters,
            burying: &mut self.burying,
            shutdown_requested: &mut self.shutdown_requested,
        };
        (connection.filter(|found| found.generation == id.generation), context)
    }
}

/// What a decoded request leads to.
enum Served<R> {
    /// A run that is to have its first slice.
    Task(Box<Task<R>>),
    /// A run's request that ended before there was a run.
    Ended { form: ReplyForm, end: End, measured: Measured },
    /// It is answered.
    Answered,
    /// There was no complete request.
    Nothing,
}

/// Decodes the next request and answers it, or starts it and runs its first slice.
fn serve_request<H: Host>(
    connection: &mut Connection<H::Run>,
    context: &mut Context<'_, H>,
    id: ConnectionId,
    now: Instant,
) -> Instant {
    let out = connection.output.tail();
    let served = match &mut connection.protocol {
        Protocol::Frames(decoder) => match decoder.next_frame() {
            Ok(Some(code)) => serve_frame(code, context, out, now),
            Ok(None) => Served::Nothing,
            Err(error) => {
                context.counters.requests_refused += 1;
                connection.refuse(ErrorCode::Err, &error.to_string(), now);
                return now;
            }
        },
        Protocol::Resp { decoder, version } => match decoder.next_command() {
            Ok(Some(args)) => match parse_command(&args) {
                Ok(request) => serve_command(request, version, context, id, out, now),
                Err(error) => {
                    context.counters.requests_refused += 1;
                    RespWriter::new(*version, out).error(&error.to_string());
                    Served::Answered
                }
            },
            Ok(None) => Served::Nothing,
            Err(error) => {
                context.counters.requests_refused += 1;
                connection.refuse(ErrorCode::Err, &error.to_string(), now);
                return now;
            }
        },
        Protocol::Detecting(_) | Protocol::Deaf => Served::Nothing,
    };
    match served {
        Served::Nothing => return now,
        Served::Answered => connection.output_at = now,
        Served::Task(task) => {
            context.counters.requests_total += 1;
            context.counters.runs_active += 1;
            return run_slice(connection, context, task);
        }
        Served::Ended { form, end, measured } => {
            count_ending(context, &end);
            let max = context.limits.frame_max_bytes;
            reply::encode(form, end, Held::default(), measured, max, connection.output.tail());
            connection.output_at = now;
        }
    }
    context.counters.requests_total += 1;
    connection.wake();
    context.host.now()
}

fn serve_frame<H: Host>(
    code: &[u8],
    context: &mut Context<'_, H>,
    out: &mut Vec<u8>,
    now: Instant,
) -> Served<H::Run> {
    let source = match std::str::from_utf8(code) {
        Ok(source) => source,
        Err(error) => {
            context.counters.requests_refused += 1;
            reply::refuse_frame(&format!("the code is not valid UTF-8 at byte {}", error.valid_up_to()), out);
            return Served::Answered;
        }
    };
    let options =
        RunOptions { memory_max_bytes: Some(context.limits.memory_max_bytes), ..RunOptions::default() };
    let start = Start {
        source,
        filename: FILENAME,
        mode: Mode::Echo,
        options,
        timeout: context.limits.timeout,
        form: ReplyForm::Frame,
    };
    start.begin(context, now)
}

fn serve_command<H: Host>(
    request: Request<'_>,
    version: &mut RespVersion,
    context: &mut Context<'_, H>,
    id: ConnectionId,
    out: &mut Vec<u8>,
    now: Instant,
) -> Served<H::Run> {
    match request {
        Request::Run(run) => return serve_run(run, *version, context, out, now),
        Request::Hello(hello) => {
            *version = hello.version.unwrap_or(*version);
            let reply = HelloReply {
                server: "pyrust".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                proto: match version {
                    RespVersion::Resp2 => 2,
                    RespVersion::Resp3 => 3,
                },
                id: u64::from(id.generation),
                mode: "standalone".to_owned(),
                role: "master".to_owned(),
                modules: (),
            };
            reply.encode(*version, out);
        }
        Request::Ping(None) => RespWriter::new(*version, out).simple("PONG"),
        Request::Ping(Some(message)) => RespWriter::new(*version, out).bulk(message),
        Request::Status => context.host.status(context.counters).encode(*version, out),
        Request::CacheClear => {
            let entries = context.host.clear_cache();
            RespWriter::new(*version, out).unsigned(entries as u64);
        }
        Request::Shutdown => {
            *context.shutdown_requested = true;
            RespWriter::new(*version, out).simple("OK");
        }
    }
    Served::Answered
}

fn serve_run<H: Host>(
    run: RunRequest<'_>,
    version: RespVersion,
    context: &mut Context<'_, H>,
    out: &mut Vec<u8>,
    now: Instant,
) -> Served<H::Run> {
    if run.stream && version == RespVersion::Resp2 {
        let error = ErrorReply::new(ErrorCode::Err, "PY.RUN: STREAM needs push messages, send HELLO 3 first");
        error.encode(out);
        return Served::Answered;
    }
    let mut options = RunOptions::default();
    if !run.argv.is_empty() {
        options.argv = run.argv.iter().map(|&arg| arg.to_owned()).collect();
    }
    options.stdin = Stdin::Bytes(run.stdin.unwrap_or_default().to_vec());
    let memory_max = context.limits.memory_max_bytes;
    options.memory_max_bytes = Some(run.memory_max_bytes.map_or(memory_max, |asked| asked.min(memory_max)));
    let start = Start {
        source: run.code,
        filename: run.filename.unwrap_or(FILENAME),
        mode: if run.echo { Mode::Echo } else { Mode::Program },
        options,
        timeout: run.timeout.map_or(context.limits.timeout, |asked| asked.min(context.limits.timeout)),
        form: ReplyForm::Run { version, stream: run.stream },
    };
    start.begin(context, now)
}

/// What a run is started with.
struct Start<'a> {
    source: &'a str,
    filename: &'a str,
    mode: Mode,
    options: RunOptions,
    timeout: Duration,
    form: ReplyForm,
}

impl Start<'_> {
    /// Compiles, or finds the program in the cache.
    fn begin<H: Host>(self, context: &mut Context<'_, H>, now: Instant) -> Served<H::Run> {
        let Start { source, filename, mode, options, timeout, form } = self;
        context.counters.runs_total += 1;
        let started = catch_unwind(AssertUnwindSafe(|| context.host.start(source, filename, mode, options)));
        let started_at = context.host.now();
        let compile_time = started_at.saturating_duration_since(now);
        let (end, cache_hit) = match started {
            Ok(Started { run: Ok(run), cache_hit }) => {
                let held_max_bytes = match form {
                    // A frame's response must fit into a frame.
                    ReplyForm::Frame => limits::OUTPUT_HELD_MAX_BYTES.min(context.limits.frame_max_bytes),
                    ReplyForm::Run { .. } => limits::OUTPUT_HELD_MAX_BYTES,
                };
                return Served::Task(Box::new(Task {
                    run,
                    form,
                    held: Held::default(),
                    held_max_bytes,
                    timeout,
                    deadline: started_at + timeout,
                    started_at,
                    compile_time,
                    cache_hit,
                }));
            }
            Ok(Started { run: Err(error), cache_hit }) => (End::NotCompiled(error), cache_hit),
            Err(panic) => {
                let message = panic_message(&*panic);
                context.host.log(&format!("internal error while compiling: {message}"));
                (End::Panic(message), false)
            }
        };
        let measured = Measured { compile_time, cache_hit, ..Measured::default() };
        Served::Ended { form, end, measured }
    }
}

/// Runs one slice of a connection's run; returns the time after it.
fn run_slice<H: Host>(
    connection: &mut Connection<H::Run>,
    context: &mut Context<'_, H>,
    mut task: Box<Task<H::Run>>,
) -> Instant {
    context.counters.slices_total += 1;
    let slice = task.slice(connection.output.tail());
    let now = context.host.now();
    match slice {
        Slice::Done(outcome) => finish(connection, context, task, End::Outcome(outcome), now),
        Slice::Panicked(message) => finish_panicked(connection, context, task, message, now),
        Slice::Again(_) if connection.output.len() >= limits::OUTPUT_HIGH_WATER_BYTES => {
            context.counters.suspensions_total += 1;
            connection.work = Work::Suspended(task);
        }
        Slice::Again(None) => connection.work = Work::Running(task),
        Slice::Again(Some(time)) => {
            // Beyond what the clock can say is beyond every deadline, too.
            let until = now.checked_add(time).unwrap_or(task.deadline);
            connection.work = Work::Sleeping(task, until);
        }
    }
    now
}

/// Writes the reply of a run that is over, and takes the run apart.
fn finish<H: Host>(
    connection: &mut Connection<H::Run>,
    context: &mut Context<'_, H>,
    mut task: Box<Task<H::Run>>,
    mut end: End,
    now: Instant,
) {
    // A run that was ended from outside may have printed since it was last looked at.
    if let Err(kill) = task.collect(connection.output.tail()) {
        end = End::Outcome(Outcome::Killed(kill));
    }
    let measured = task.measured(now);
    let Task { run, form, held, .. } = *task;
    context.host.recycle(run);
    *context.burying = true;
    answer(connection, context, form, end, held, measured, now);
}

/// A panic is a bug of ours: the run is dropped, its client is told, and the daemon goes on.
fn finish_panicked<H: Host>(
    connection: &mut Connection<H::Run>,
    context: &mut Context<'_, H>,
    task: Box<Task<H::Run>>,
    message: String,
    now: Instant,
) {
    context.host.log(&format!("internal error in a run: {message}"));
    let Task { run, form, held, .. } = *task;
    // What is left of it is in an unknown state: dropping it may panic as well.
    if catch_unwind(AssertUnwindSafe(|| drop(run))).is_err() {
        context.host.log("the run could not be taken apart after its internal error");
    }
    answer(connection, context, form, End::Panic(message), held, Measured::default(), now);
}

fn answer<H: Host>(
    connection: &mut Connection<H::Run>,
    context: &mut Context<'_, H>,
    form: ReplyForm,
    end: End,
    held: Held,
    measured: Measured,
    now: Instant,
) {
    context.counters.runs_active -= 1;
    count_ending(context, &end);
    let max = context.limits.frame_max_bytes;
    reply::encode(form, end, held, measured, max, connection.output.tail());
    connection.output_at = now;
    connection.input_at = now;
    connection.wake();
}

fn count_ending<H: Host>(context: &mut Context<'_, H>, end: &End) {
    match end.ending() {
        Ending::Finished => {}
        Ending::Raised => context.counters.runs_raised += 1,
        Ending::Killed => context.counters.runs_killed += 1,
        Ending::Internal => context.counters.runs_internal_errors += 1,
    }
}
