//! One turn of a connection: its next request is decoded and answered, or its run has a slice.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::connection::{Connection, Protocol, Work};
use super::errand::Errand;
use super::peer::Replies;
use super::reply::{self, End, Ending};
use super::scripts::Scripts;
use super::service::{Turn, client_attribute, refuse_transaction};
use super::slowlog::Slowlog;
use super::stats::{Stats, Verdict};
use super::task::{Held, Measured, ReplyForm, Slice, Task, panic_message};
use super::token::{self, AccessToken};
use super::{ConnectionId, Counters, Execution, Host, SessionLimits, Started, describe};
use crate::engine::{Data, Mode, Outcome, ResultForm, RunOptions, Stdin};
use crate::limits;
use crate::wire::command::Flag;
use crate::wire::{
    Args, CommandDecoder, CommandId, ErrorCode, ErrorReply, EvalRequest, EvalSource, Hello, HelloReply,
    Request, RespVersion, RunRequest, Service, locate, parse_located,
};

/// What frames and `PY.RUN` without `FILENAME` are called in tracebacks.
const FILENAME: &str = "<string>";

/// What a daemon with a token answers to frames, which have no place for one.
const FRAMES_NOT_ADMITTED: &str =
    "NOAUTH Authentication required. Frames cannot authenticate: speak RESP to this daemon.";

/// What one request needs of the scheduler besides its connection.
pub(super) struct Context<'a, H: Host> {
    pub(super) host: &'a mut H,
    pub(super) limits: &'a mut SessionLimits,
    pub(super) scripts: &'a mut Scripts,
    pub(super) stats: &'a mut Stats,
    pub(super) slowlog: &'a mut Slowlog,
    pub(super) token: Option<&'a AccessToken>,
    pub(super) errand: &'a mut Option<Errand>,
    pub(super) counters: &'a mut Counters,
    pub(super) burying: &'a mut bool,
    pub(super) shutdown_requested: &'a mut Option<Duration>,
}

/// What a decoded request leads to.
pub(super) enum Served<R> {
    /// A run that is to have its first slice.
    Task(Box<Task<R>>),
    /// A run's request that ended before there was a run.
    Ended { form: ReplyForm, end: End, measured: Measured },
    /// It is answered.
    Answered,
    /// It is answered with an error.
    Refused(Verdict),
    /// It waits for `EXEC`.
    Queued,
    /// It is answered, and was the last one.
    Quit,
    /// The commands of a transaction are to be served.
    Replay(Vec<u8>),
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
            Ok(Some(_)) if !connection.admitted => {
                context.counters.requests_refused += 1;
                reply::refuse_frame(FRAMES_NOT_ADMITTED, out);
                Served::Refused(Verdict::Rejected)
            }
            Ok(Some(code)) => serve_frame(code, context, out, now),
            Ok(None) => Served::Nothing,
            Err(error) => {
                context.counters.requests_refused += 1;
                connection.refuse(ErrorCode::Err, &error.to_string(), now);
                return now;
            }
        },
        Protocol::Resp { decoder, replay, version } => {
            if replay.as_ref().is_some_and(|replay| replay.buffered_bytes() == 0) {
                *replay = None;
            }
            let decoder = replay.as_deref_mut().unwrap_or(decoder);
            match decoder.next_command() {
                Ok(Some(args)) => {
                    connection.command = locate(&args);
                    if let Some(peer) = &mut connection.peer
                        && peer.replies == Replies::SkipNext
                    {
                        peer.replies = Replies::Skipping;
                    }
                    let id = u64::from(id.generation);
                    let (peer, admitted) = (&mut connection.peer, &mut connection.admitted);
                    let turn = Turn { context, version, peer, admitted, id, out };
                    serve_command(connection.command, &args, turn, now)
                }
                Ok(None) => Served::Nothing,
                Err(error) => {
                    context.counters.requests_refused += 1;
                    connection.refuse(ErrorCode::Err, &error.to_string(), now);
                    return now;
                }
            }
        }
        Protocol::Detecting(_) | Protocol::Deaf => Served::Nothing,
    };
    let mut verdict = Some(Verdict::Fine);
    match served {
        Served::Nothing => return now,
        Served::Answered => connection.output_at = now,
        Served::Refused(why) => {
            verdict = Some(why);
            connection.output_at = now;
        }
        Served::Queued => {
            verdict = None;
            connection.output_at = now;
        }
        Served::Quit => connection.quit(now),
        Served::Replay(queued) => {
            connection.output_at = now;
            if let Protocol::Resp { replay, .. } = &mut connection.protocol {
                // Each of them was accepted as it came, by the limits of that time.
                let mut decoder = CommandDecoder::new(usize::MAX);
                decoder.feed(&queued);
                *replay = Some(Box::new(decoder));
            }
        }
        Served::Task(task) => {
            context.counters.requests_total += 1;
            context.counters.runs_active += 1;
            let now = run_slice(connection, context, task);
            connection.keep_words();
            return now;
        }
        Served::Ended { form, end, measured } => {
            verdict = None;
            context.note_run(connection, None, &end, &measured);
            count_ending(context, &end);
            keep_traceback(connection, form, &end);
            let max = context.limits.frame_max_bytes;
            reply::encode(form, end, Held::default(), measured, max, connection.output.tail());
            connection.output_at = now;
        }
    }
    context.counters.requests_total += 1;
    connection.wake();
    let ended = context.host.now();
    if let Some(verdict) = verdict {
        context.note(connection, ended.saturating_duration_since(now), verdict);
    }
    ended
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
            return Served::Refused(Verdict::Rejected);
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
        name: None,
        form: ReplyForm::Frame,
    };
    start.begin(context, now)
}

/// Answers a command, starts its run, or keeps it for `EXEC`.
fn serve_command<H: Host>(
    command: Option<CommandId>,
    args: &Args<'_>,
    mut turn: Turn<'_, '_, H>,
    now: Instant,
) -> Served<H::Run> {
    if !*turn.admitted && !command.is_some_and(|id| id.spec().flags.contains(&Flag::NoAuth)) {
        turn.context.counters.requests_refused += 1;
        turn.writer().error("NOAUTH Authentication required.");
        return Served::Refused(Verdict::Rejected);
    }
    let request = parse_located(command, args).map_err(|error| error.to_string());
    let in_transaction = turn.peer.as_ref().is_some_and(|peer| peer.transaction.is_some());
    let mut verdict = Verdict::Rejected;
    let answer = match request {
        Ok(request) if !(in_transaction && is_kept(&request)) => {
            verdict = Verdict::Failed;
            serve_request_now(request, &mut turn, now)
        }
        request => {
            let why_not = request.map(|request| why_not_kept(&request).map(str::to_owned));
            let kept = match why_not {
                Ok(None) => turn.queue(args),
                Ok(Some(error)) | Err(error) => Err(error),
            };
            if kept.is_err() {
                refuse_transaction(turn.peer);
            }
            kept
        }
    };
    answer.unwrap_or_else(|error| {
        turn.context.counters.requests_refused += 1;
        turn.writer().error(&error);
        Served::Refused(verdict)
    })
}

/// Whether a command waits for `EXEC` in a transaction.
fn is_kept(request: &Request<'_>) -> bool {
    !matches!(
        request,
        Request::Service(
            Service::Exec | Service::Discard | Service::Multi | Service::Quit | Service::Reset,
            _
        )
    )
}

fn why_not_kept(request: &Request<'_>) -> Option<&'static str> {
    match request {
        Request::Hello(_) | Request::Shutdown { .. } | Request::Service(Service::ClientReply, _) => {
            Some("ERR Command not allowed inside a transaction")
        }
        Request::Run(run) if run.stream => {
            Some("ERR PY.RUN: STREAM has no place inside a transaction, whose reply is one array")
        }
        _ => None,
    }
}

fn serve_request_now<H: Host>(
    request: Request<'_>,
    turn: &mut Turn<'_, '_, H>,
    now: Instant,
) -> Result<Served<H::Run>, String> {
    match request {
        Request::Run(run) => return Ok(serve_run(run, *turn.version, turn.context, turn.out, now)),
        Request::Eval(eval) => return serve_eval(eval, turn, now),
        Request::Service(service, args) => return turn.answer(service, &args),
        Request::Help(spec) => describe::help(spec, &mut turn.writer()),
        Request::Hello(hello) => say_hello(hello, turn)?,
        Request::Auth(credentials) => {
            token::check(turn.context.token, &credentials)?;
            *turn.admitted = true;
            turn.writer().simple("OK");
        }
        Request::Ping(None) => turn.writer().simple("PONG"),
        Request::Ping(Some(message)) => turn.writer().bulk(message),
        Request::Status => turn.context.host.status(turn.context.counters).encode(*turn.version, turn.out),
        Request::CacheClear => {
            let entries = turn.context.host.clear_cache();
            turn.writer().unsigned(entries as u64);
        }
        Request::Shutdown { now } => {
            let grace = if now { Duration::ZERO } else { limits::SHUTDOWN_GRACE };
            *turn.context.shutdown_requested = Some(grace);
            turn.writer().simple("OK");
        }
    }
    Ok(Served::Answered)
}

fn say_hello<H: Host>(hello: Hello<'_>, turn: &mut Turn<'_, '_, H>) -> Result<(), String> {
    if let Some(credentials) = &hello.auth {
        token::check(turn.context.token, credentials)?;
        *turn.admitted = true;
    }
    if !*turn.admitted {
        return Err("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO \
                    <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP \
                    protocol version at the same time"
            .to_owned());
    }
    if let Some(name) = hello.name {
        let name = client_attribute("Client names", name.as_bytes())?;
        turn.peer.get_or_insert_default().name = name;
    }
    *turn.version = hello.version.unwrap_or(*turn.version);
    let reply = HelloReply {
        server: "pyrust".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        proto: turn.version.number() as u64,
        id: turn.id,
        mode: "standalone".to_owned(),
        role: "master".to_owned(),
        modules: (),
    };
    reply.encode(*turn.version, turn.out);
    Ok(())
}

fn serve_eval<H: Host>(
    eval: EvalRequest<'_>,
    turn: &mut Turn<'_, '_, H>,
    now: Instant,
) -> Result<Served<H::Run>, String> {
    if eval.keys > 0 {
        return Err(
            "ERR the first key names a session, and there are no sessions yet: send 0 keys".to_owned()
        );
    }
    let kept;
    let source = match eval.source {
        EvalSource::Code(code) => {
            // For the EVALSHA that clients send next. A text that is too long to be kept is sent each time.
            let _ = turn.context.scripts.add(code);
            code
        }
        EvalSource::Sha(digits) => {
            let found = turn.context.scripts.get(digits);
            kept = found.ok_or("NOSCRIPT No matching script. Please use EVAL.")?;
            &*kept
        }
    };
    let words = |words: &[&str]| Data::List(words.iter().map(|&word| Data::Str(word.to_owned())).collect());
    let (keys, args) = eval.words.split_at(eval.keys);
    let options = RunOptions {
        inputs: vec![("KEYS".to_owned(), words(keys)), ("ARGV".to_owned(), words(args))],
        result: ResultForm::Data,
        memory_max_bytes: Some(turn.context.limits.memory_max_bytes),
        ..RunOptions::default()
    };
    let start = Start {
        source,
        filename: FILENAME,
        mode: Mode::Echo,
        options,
        timeout: turn.context.limits.timeout,
        name: None,
        form: ReplyForm::Eval { version: *turn.version },
    };
    Ok(start.begin(turn.context, now))
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
        return Served::Refused(Verdict::Rejected);
    }
    let mut options = RunOptions::default();
    if !run.argv.is_empty() {
        options.argv = run.argv.iter().map(|&arg| arg.to_owned()).collect();
    }
    options.inputs =
        run.inputs.iter().map(|&(name, text)| (name.to_owned(), Data::Str(text.to_owned()))).collect();
    options.result = match (run.echo, run.data) {
        (true, true) => ResultForm::Both,
        (false, true) => ResultForm::Data,
        (_, false) => ResultForm::Repr,
    };
    options.stdin = Stdin::Bytes(run.stdin.unwrap_or_default().to_vec());
    let memory_max = context.limits.memory_max_bytes;
    options.memory_max_bytes = Some(run.memory_max_bytes.map_or(memory_max, |asked| asked.min(memory_max)));
    let start = Start {
        source: run.code,
        filename: run.filename.unwrap_or(FILENAME),
        mode: if run.echo || run.data { Mode::Echo } else { Mode::Program },
        options,
        timeout: run.timeout.map_or(context.limits.timeout, |asked| asked.min(context.limits.timeout)),
        name: run.id,
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
    /// What `PY.CANCEL` may call it.
    name: Option<&'a str>,
    form: ReplyForm,
}

impl Start<'_> {
    /// Compiles, or finds the program in the cache.
    fn begin<H: Host>(self, context: &mut Context<'_, H>, now: Instant) -> Served<H::Run> {
        let Start { source, filename, mode, options, timeout, name, form } = self;
        context.counters.runs_total += 1;
        let started = catch_unwind(AssertUnwindSafe(|| context.host.start(source, filename, mode, options)));
        let started_at = context.host.now();
        let compile_time = started_at.saturating_duration_since(now);
        let (end, cache_hit) = match started {
            Ok(Started { run: Ok(run), cache_hit }) => {
                let held_max_bytes = match form {
                    // A frame's response must fit into a frame.
                    ReplyForm::Frame => limits::OUTPUT_HELD_MAX_BYTES.min(context.limits.frame_max_bytes),
                    ReplyForm::Run { .. } | ReplyForm::Eval { .. } => limits::OUTPUT_HELD_MAX_BYTES,
                };
                return Served::Task(Box::new(Task {
                    run,
                    form,
                    name: name.map(Box::from),
                    words: None,
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
        Slice::Done(outcome) => finish(connection, context, task, End::Outcome(outcome), now),
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
    mut task: Box<Task<H::Run>>,
    mut end: End,
    now: Instant,
) {
    // A run that was ended from outside may have printed since it was last looked at.
    if let Err(kill) = task.collect(connection.output.tail()) {
        end = End::Outcome(Outcome::Killed(kill));
    }
    let measured = task.measured(now);
    context.note_run(connection, Some(&mut task), &end, &measured);
    let Task { run, form, held, .. } = *task;
    context.host.recycle(run);
    *context.burying = true;
    answer(connection, context, form, end, held, measured, now);
}

/// A panic is a bug of ours: the run is dropped, its client is told, and the daemon goes on.
fn finish_panicked<H: Host>(
    connection: &mut Connection<H::Run>,
    context: &mut Context<'_, H>,
    mut task: Task<H::Run>,
    message: String,
    now: Instant,
) {
    context.host.log(&format!("internal error in a run: {message}"));
    let end = End::Panic(message);
    let measured =
        Measured { run_time: now.saturating_duration_since(task.started_at), ..Measured::default() };
    context.note_run(connection, Some(&mut task), &end, &measured);
    let Task { run, form, held, .. } = task;
    // What is left of it is in an unknown state: dropping it may panic as well.
    if catch_unwind(AssertUnwindSafe(|| drop(run))).is_err() {
        context.host.log("the run could not be taken apart after its internal error");
    }
    answer(connection, context, form, end, held, Measured::default(), now);
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
    keep_traceback(connection, form, &end);
    let max = context.limits.frame_max_bytes;
    reply::encode(form, end, held, measured, max, connection.output.tail());
    connection.output_at = now;
    connection.input_at = now;
    connection.wake();
}

/// For `PY.TRACEBACK`.
fn keep_traceback<R: Execution>(connection: &mut Connection<R>, form: ReplyForm, end: &End) {
    let traceback = match end {
        End::Outcome(Outcome::Raised { traceback, .. }) => traceback,
        End::NotCompiled(error) => &error.rendered,
        _ => return,
    };
    if form != ReplyForm::Frame {
        connection.peer.get_or_insert_default().keep_traceback(traceback);
    }
}

fn count_ending<H: Host>(context: &mut Context<'_, H>, end: &End) {
    match end.ending() {
        Ending::Finished => {}
        Ending::Raised => context.counters.runs_raised += 1,
        Ending::Killed => context.counters.runs_killed += 1,
        Ending::Internal => context.counters.runs_internal_errors += 1,
    }
}
