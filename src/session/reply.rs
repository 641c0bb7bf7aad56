//! Outcomes become replies: one function per protocol, and the sentences for kills.

use std::time::Duration;

use super::NotCompiled;
use super::task::{Held, Measured, ReplyForm};
use super::typed::{resp_value, write_data};
use crate::engine::{CompileErrorKind, Kill, Outcome, Usage};
use crate::limits;
use crate::wire::{ErrorCode, ErrorReply, RespVersion, RespWriter, RunReply, Status, encode_response};

/// How a request ended, for the counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Finished,
    Raised,
    Killed,
    Internal,
}

/// All the ways in which a run's request ends.
#[derive(Debug)]
pub(super) enum End {
    Outcome(Outcome),
    NotCompiled(NotCompiled),
    /// A bug of ours, with the panic's message.
    Panic(String),
}

impl End {
    pub(super) fn ending(&self) -> Ending {
        match self {
            End::Outcome(Outcome::Finished { .. } | Outcome::Exit { .. }) => Ending::Finished,
            End::Outcome(Outcome::Raised { .. }) | End::NotCompiled(_) => Ending::Raised,
            End::Outcome(Outcome::Killed(_)) => Ending::Killed,
            End::Panic(_) => Ending::Internal,
        }
    }
}

/// Writes the one reply of a run's request.
pub(super) fn encode(
    form: ReplyForm,
    end: End,
    held: Held,
    measured: Measured,
    max: usize,
    out: &mut Vec<u8>,
) {
    match form {
        ReplyForm::Frame => encode_frame(end, held, max, out),
        ReplyForm::Run { version, traceback, .. } => encode_run(end, held, measured, version, traceback, out),
        ReplyForm::Eval { version } => encode_eval(end, held, version, out),
    }
}

/// A frame's response: what was printed, then the value or the traceback; or why there is neither.
fn encode_frame(end: End, held: Held, max: usize, out: &mut Vec<u8>) {
    // Both streams were gathered in one.
    let printed = &held.stdout;
    let (status, last) = match end {
        End::Outcome(Outcome::Finished { value, .. }) => (Status::Ok, value.unwrap_or_default()),
        End::Outcome(Outcome::Exit { code: 0, message }) => (Status::Ok, message.unwrap_or_default()),
        End::Outcome(Outcome::Exit { code, message }) => {
            (Status::Raised, message.unwrap_or_else(|| format!("SystemExit: {code}\n")))
        }
        End::Outcome(Outcome::Raised { traceback, .. }) => (Status::Raised, traceback),
        End::NotCompiled(error) if error.kind != CompileErrorKind::Limit => (Status::Raised, error.rendered),
        End::NotCompiled(error) => return refuse_frame(&error.rendered, out),
        End::Outcome(Outcome::Killed(kill)) => return refuse_frame(&describe_kill(kill).to_string(), out),
        End::Panic(message) => {
            let error = ErrorReply::new(ErrorCode::Internal, internal_error(&message));
            return refuse_frame(&error.to_string(), out);
        }
    };
    let length = printed.len() + last.len();
    if length > max {
        let why = format!("the response is {length} bytes long, the limit is {max} (--max-frame)");
        return refuse_frame(&why, out);
    }
    encode_response(status, &[printed, last.as_bytes()], out);
}

pub(super) fn refuse_frame(why: &str, out: &mut Vec<u8>) {
    encode_response(Status::Refused, &[why.as_bytes()], out);
}

/// The reply of `PY.RUN`: a map, or an error if the run was killed.
fn encode_run(
    end: End,
    mut held: Held,
    measured: Measured,
    version: RespVersion,
    traceback_apart: bool,
    out: &mut Vec<u8>,
) {
    let exit = match &end {
        End::Outcome(outcome) => outcome.exit_code().unwrap_or(1),
        End::NotCompiled(_) | End::Panic(_) => 1,
    };
    let (mut value, mut data) = (None, None);
    let raised = match end {
        End::Outcome(Outcome::Finished { value: shown, data: result }) => {
            (value, data) = (shown, result.map(resp_value));
            None
        }
        End::Outcome(Outcome::Exit { message, .. }) => {
            held.stderr.extend_from_slice(message.unwrap_or_default().as_bytes());
            None
        }
        End::Outcome(Outcome::Raised { type_name, message, traceback }) => {
            Some((type_name, message, traceback))
        }
        End::NotCompiled(error) => {
            let (_, message) = last_line(&error.rendered);
            Some((class_of(error.kind).to_owned(), message.to_owned(), error.rendered))
        }
        End::Outcome(Outcome::Killed(kill)) => return describe_kill(kill).encode(out),
        End::Panic(message) => {
            return ErrorReply::new(ErrorCode::Internal, internal_error(&message)).encode(out);
        }
    };
    let (mut error, mut message, mut apart) = (None, None, None);
    if let Some((class, said, traceback)) = raised {
        if traceback_apart {
            apart = Some(traceback);
        } else {
            held.stderr.extend_from_slice(traceback.as_bytes());
        }
        error = Some(class);
        message = Some(shorten(&said, limits::ERROR_MESSAGE_MAX_BYTES).to_owned());
    }
    let Usage { fuel, instructions, memory_peak_bytes, .. } = measured.usage;
    let reply = RunReply {
        stdout: held.stdout,
        stderr: held.stderr,
        exit,
        value,
        data,
        error,
        message,
        traceback: apart,
        fuel,
        instructions,
        memory_peak_bytes: memory_peak_bytes as u64,
        compile_us: micros(measured.compile_time),
        run_us: micros(measured.run_time),
        cached: measured.cache_hit,
    };
    reply.encode(version, out);
}

/// The reply of `EVAL`: the value; without one what was printed; or an error.
fn encode_eval(end: End, held: Held, version: RespVersion, out: &mut Vec<u8>) {
    let raised = |class: &str, message: &str| {
        let message = shorten(message, limits::ERROR_MESSAGE_MAX_BYTES);
        let blank = if message.is_empty() { "" } else { ": " };
        ErrorReply::new(ErrorCode::PyErr, format!("{class}{blank}{message}"))
    };
    let error = match end {
        End::Outcome(Outcome::Finished { data: Some(data), .. }) => {
            return write_data(&data, &mut RespWriter::new(version, out));
        }
        End::Outcome(Outcome::Finished { .. } | Outcome::Exit { code: 0, .. }) => {
            let mut writer = RespWriter::new(version, out);
            return if held.stdout.is_empty() { writer.null() } else { writer.bulk(&held.stdout) };
        }
        End::Outcome(Outcome::Exit { code, message }) => {
            let message = message.unwrap_or_else(|| code.to_string());
            raised("SystemExit", message.trim_end())
        }
        End::Outcome(Outcome::Raised { type_name, message, .. }) => raised(&type_name, &message),
        End::NotCompiled(error) => {
            let (class, message) = last_line(&error.rendered);
            raised(class, message)
        }
        End::Outcome(Outcome::Killed(kill)) => describe_kill(kill),
        End::Panic(message) => ErrorReply::new(ErrorCode::Internal, internal_error(&message)),
    };
    error.encode(out);
}

/// The class and the message in the last line of a rendered error.
fn last_line(rendered: &str) -> (&str, &str) {
    let last = rendered.trim_end().lines().next_back().unwrap_or_default();
    last.split_once(": ").unwrap_or((last, ""))
}

fn shorten(text: &str, max_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(max_bytes)]
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn internal_error(message: &str) -> String {
    format!("internal error of pyrust: {message}; the run is lost, the daemon goes on")
}

fn class_of(kind: CompileErrorKind) -> &'static str {
    match kind {
        CompileErrorKind::Indentation => "IndentationError",
        CompileErrorKind::Tab => "TabError",
        CompileErrorKind::Syntax | CompileErrorKind::Limit | CompileErrorKind::Unsupported => "SyntaxError",
    }
}

/// What a client is told about a kill: which limit it was, its value, and the flag that changes it.
pub fn describe_kill(kill: Kill) -> ErrorReply {
    let (code, message) = match kill {
        Kill::Timeout(limit) => {
            (ErrorCode::Timeout, format!("killed: it ran longer than its limit of {limit:?} (--timeout)"))
        }
        Kill::Memory(limit) => (
            ErrorCode::Memory,
            format!("killed: it held more memory than its limit of {limit} bytes (--max-memory)"),
        ),
        Kill::Fuel(limit) => {
            (ErrorCode::Fuel, format!("killed: it used up its limit of {limit} units of fuel"))
        }
        Kill::Output(limit) => (
            ErrorCode::Output,
            format!(
                "killed: it printed more than the {limit} bytes that are held for one reply (use STREAM)"
            ),
        ),
        Kill::Result => (
            ErrorCode::Result,
            format!(
                "killed: its result has more than {} values or {} bytes, the most that one reply may hold",
                limits::RESULT_VALUES_MAX,
                limits::RESULT_MAX_BYTES
            ),
        ),
        Kill::Cancelled => (ErrorCode::Cancelled, "killed: it was cancelled".to_owned()),
        Kill::Disconnected => (ErrorCode::Cancelled, "killed: its client is gone".to_owned()),
        Kill::Shutdown => (ErrorCode::Shutdown, "killed: the daemon is shutting down".to_owned()),
    };
    ErrorReply::new(code, message)
}
