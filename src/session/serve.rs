//! One turn of a connection: its next request is decoded and answered, or its run has a slice.

use std::time::{Duration, Instant};

use super::batch::{Batch, Running};
use super::connection::{Connection, Protocol, Work};
use super::errand::Errand;
use super::jobs::{Job, StateOf, Terms, What, perform};
use super::peer::Replies;
use super::registry::{Entered, Sessions};
use super::reply::{self, End};
use super::run::{FILENAME, Start, answer_ended, run_slice};
use super::scripts::Scripts;
use super::service::{Turn, client_attribute, refuse_transaction};
use super::slowlog::{RunFacts, Slowlog};
use super::stats::{Stats, Verdict};
use super::task::{Measured, ReplyForm, Task};
use super::token::{self, AccessToken};
use super::{ConnectionId, Counters, Execution, Host, SessionLimits, describe};
use crate::engine::{Data, Mode, ResultForm, RunOptions, Stdin};
use crate::limits;
use crate::wire::command::Flag;
use crate::wire::{
    Args, BatchRequest, CommandDecoder, CommandId, ErrorCode, EvalRequest, EvalSource, Hello, HelloReply,
    Request, RespVersion, RunRequest, Service, locate, parse_located,
};

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
    pub(super) sessions: &'a mut Sessions<StateOf<H>>,
    /// Connections that hold now what they waited for.
    pub(super) woken: &'a mut Vec<ConnectionId>,
    pub(super) token: Option<&'a AccessToken>,
    pub(super) errand: &'a mut Option<Errand>,
    pub(super) counters: &'a mut Counters,
    pub(super) burying: &'a mut bool,
    pub(super) shutdown_requested: &'a mut Option<Duration>,
}

/// What a decoded request leads to.
pub(super) enum Served<R: Execution> {
    /// A run that is to have its first slice.
    Task(Box<Task<R>>),
    /// A run's request that ended before there was a run.
    Ended { form: ReplyForm, end: End, measured: Measured },
    /// A batch that needs no session by name.
    Batch(Running<R>),
    /// Something that needs a session.
    Job(Box<Job<R::Session>>, Entered),
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
    connection.asked_at = now;
    connection.words = None;
    let out = connection.output.tail();
    let served = match &mut connection.protocol {
        Protocol::Frames(decoder) => match decoder.next_frame() {
            Ok(Some(_)) if !connection.admitted => {
                context.counters.requests_refused += 1;
                reply::refuse_frame(FRAMES_NOT_ADMITTED, out);
                Served::Refused(Verdict::Rejected)
            }
            Ok(Some(code)) => serve_frame(code, context, id, out, now),
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
            return run_slice(connection, context, task);
        }
        Served::Ended { form, end, measured } => {
            verdict = None;
            answer_ended(connection, context, form, end, measured, now);
        }
        Served::Batch(running) => {
            context.counters.requests_total += 1;
            return running.go_on(connection, context, None, now);
        }
        Served::Job(job, Entered::Held) => {
            context.counters.requests_total += 1;
            return perform(connection, context, *job, now);
        }
        Served::Job(job, Entered::Waiting | Entered::Full) => {
            context.counters.requests_total += 1;
            connection.work = Work::Waiting(job);
            return now;
        }
    }
    context.counters.requests_total += 1;
    connection.wake();
    let ended = context.host.now();
    if let Some(verdict) = verdict {
        context.note(connection, verdict, ended);
    }
    ended
}

fn serve_frame<H: Host>(
    code: &[u8],
    context: &mut Context<'_, H>,
    id: ConnectionId,
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
        session: None,
        form: ReplyForm::Frame,
    };
    start.begin(context, id, now).unwrap_or_else(|error| {
        reply::refuse_frame(&error, out);
        Served::Answered
    })
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
        Request::Run(run) => return serve_run(run, turn, now),
        Request::Batch(batch) => return serve_batch(batch, turn, now),
        Request::Session(session) => {
            return turn.context.serve_session(session, *turn.version, turn.id, turn.out, now);
        }
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
        Request::Status => turn.context.status().encode(*turn.version, turn.out),
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
        id: turn.number(),
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
        inputs: vec![("KEYS".into(), words(keys)), ("ARGV".into(), words(args))],
        skip_unseen_inputs: true,
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
        session: keys.first().copied(),
        form: ReplyForm::Eval { version: *turn.version },
    };
    start.begin(turn.context, turn.id, now)
}

fn serve_run<H: Host>(
    run: RunRequest<'_>,
    turn: &mut Turn<'_, '_, H>,
    now: Instant,
) -> Result<Served<H::Run>, String> {
    let version = *turn.version;
    if run.stream && version == RespVersion::Resp2 {
        return Err("ERR PY.RUN: STREAM needs push messages, send HELLO 3 first".to_owned());
    }
    let mut options = RunOptions::default();
    if !run.argv.is_empty() {
        options.argv = run.argv.iter().map(|&arg| arg.to_owned()).collect();
    }
    options.inputs =
        run.inputs.iter().map(|&(name, text)| (name.to_owned().into(), Data::Str(text.to_owned()))).collect();
    options.result = result_form(run.echo, run.data);
    options.stdin = Stdin::Bytes(run.stdin.unwrap_or_default().to_vec());
    options.fuel_max = run.fuel_max;
    let limits = &turn.context.limits;
    options.memory_max_bytes = Some(at_most(run.memory_max_bytes, limits.memory_max_bytes));
    let start = Start {
        source: run.code,
        filename: run.filename.unwrap_or(FILENAME),
        mode: if run.echo || run.data { Mode::Echo } else { Mode::Program },
        options,
        timeout: at_most(run.timeout, limits.timeout),
        name: run.id,
        session: run.session,
        form: ReplyForm::Run { version, stream: run.stream, traceback: run.traceback },
    };
    start.begin(turn.context, turn.id, now)
}

fn serve_batch<H: Host>(
    request: BatchRequest<'_>,
    turn: &mut Turn<'_, '_, H>,
    now: Instant,
) -> Result<Served<H::Run>, String> {
    let limits = &turn.context.limits;
    let options = RunOptions {
        result: result_form(request.echo, request.data),
        fuel_max: request.fuel_max,
        memory_max_bytes: Some(at_most(request.memory_max_bytes, limits.memory_max_bytes)),
        ..RunOptions::default()
    };
    let timeout = at_most(request.timeout, limits.timeout);
    let batch = Batch {
        codes: request.codes.iter().rev().map(|&code| code.into()).collect(),
        mode: if request.echo || request.data { Mode::Echo } else { Mode::Program },
        options,
        version: *turn.version,
        form: ReplyForm::Run { version: *turn.version, stream: false, traceback: request.traceback },
        atomic: request.atomic,
        keep_going: request.keep_going,
        before: None,
        replies: Vec::new(),
        count: 0,
        failed: false,
        used: RunFacts::default(),
    };
    let name = request.id.map(Box::from);
    let terms = Terms { name, timeout, deadline: now + timeout, is_script: false };
    match request.session {
        None => Ok(Served::Batch(Running { batch: Box::new(batch), session: None, terms })),
        Some(name) => {
            let (session, entered) = turn.context.enter_session(name, turn.id, now)?;
            let what = What::Batch(Box::new(batch));
            Ok(Served::Job(Box::new(Job { session, terms, what }), entered))
        }
    }
}

fn result_form(echo: bool, data: bool) -> ResultForm {
    match (echo, data) {
        (true, true) => ResultForm::Both,
        (false, true) => ResultForm::Data,
        (_, false) => ResultForm::Repr,
    }
}

fn at_most<T: Ord>(asked: Option<T>, max: T) -> T {
    match asked {
        Some(asked) => asked.min(max),
        None => max,
    }
}
