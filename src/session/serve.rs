//! One turn of a connection: its next request is decoded and answered, or its run has a slice.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::connection::{Connection, Protocol, Work};
use super::reply::{self, End, Ending};
use super::task::{Held, Measured, ReplyForm, Slice, Task, panic_message};
use super::{ConnectionId, Counters, Host, SessionLimits, Started};
use crate::engine::{Mode, Outcome, RunOptions, Stdin};
use crate::limits;
use crate::wire::{
    ErrorCode, ErrorReply, HelloReply, Request, RespVersion, RespWriter, RunRequest, parse_command,
};

/// What frames and `PY.RUN` without `FILENAME` are called in tracebacks.
const FILENAME: &str = "<string>";

/// What one request needs of the scheduler besides its connection.
pub(super) struct Context<'a, H: Host> {
    pub(super) host: &'a mut H,
    pub(super) limits: &'a SessionLimits,
    pub(super) counters: &'a mut Counters,
    pub(super) burying: &'a mut bool,
    pub(super) shutdown_requested: &'a mut bool,
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
pub(super) fn serve_request<H: Host>(
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
pub(super) fn run_slice<H: Host>(
    connection: &mut Connection<H::Run>,
    context: &mut Context<'_, H>,
    mut task: Box<Task<H::Run>>,
) -> Instant {
    context.counters.slices_total += 1;
    let slice = task.slice(connection.output.tail());
    let now = context.host.now();
    match slice {
        Slice::Done(outcome) => finish(connection, context, *task, End::Outcome(outcome), now),
        Slice::Panicked(message) => finish_panicked(connection, context, *task, message, now),
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
pub(super) fn finish<H: Host>(
    connection: &mut Connection<H::Run>,
    context: &mut Context<'_, H>,
    mut task: Task<H::Run>,
    mut end: End,
    now: Instant,
) {
    // A run that was ended from outside may have printed since it was last looked at.
    if let Err(kill) = task.collect(connection.output.tail()) {
        end = End::Outcome(Outcome::Killed(kill));
    }
    let measured = task.measured(now);
    let Task { run, form, held, .. } = task;
    context.host.recycle(run);
    *context.burying = true;
    answer(connection, context, form, end, held, measured, now);
}

/// A panic is a bug of ours: the run is dropped, its client is told, and the daemon goes on.
fn finish_panicked<H: Host>(
    connection: &mut Connection<H::Run>,
    context: &mut Context<'_, H>,
    task: Task<H::Run>,
    message: String,
    now: Instant,
) {
    context.host.log(&format!("internal error in a run: {message}"));
    let Task { run, form, held, .. } = task;
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
