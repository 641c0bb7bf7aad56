//! A run with what its reply needs: whom it answers, what it printed, when its time is over.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::Execution;
use super::batch::Batch;
use super::jobs::Terms;
use crate::engine::{Kill, Outcome, Step, Stream, Usage};
use crate::limits;
use crate::wire::{OutputPush, OutputStream, RespVersion};

/// How a run's request wants its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReplyForm {
    /// A frame: both streams in the order of writing, then the value.
    Frame,
    /// `PY.RUN`
    Run {
        version: RespVersion,
        /// Output goes out as push messages.
        stream: bool,
        /// A traceback has a field of its own.
        traceback: bool,
    },
    /// `EVAL`: the value, or what was printed, both streams in the order of writing.
    Eval { version: RespVersion },
}

/// Output that waits for the reply. Only that of `PY.RUN` keeps the streams apart: else both are in `stdout`.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

/// What a reply tells about the run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Measured {
    pub(super) usage: Usage,
    pub(super) compile_time: Duration,
    pub(super) run_time: Duration,
    pub(super) cache_hit: bool,
}

/// One run on its way to a reply.
#[derive(Debug)]
pub(super) struct Task<R: Execution> {
    pub(super) run: R,
    pub(super) form: ReplyForm,
    pub(super) terms: Terms,
    /// The session it runs in; of a batch without a name, none.
    pub(super) session: Option<Rc<str>>,
    /// What comes after it.
    pub(super) batch: Option<Box<Batch<R::Session>>>,
    pub(super) held: Held,
    /// Output that may be held, in bytes.
    pub(super) held_max_bytes: usize,
    pub(super) started_at: Instant,
    pub(super) compile_time: Duration,
    pub(super) cache_hit: bool,
}

/// What a slice ended with.
#[derive(Debug)]
pub(super) enum Slice {
    /// It wants more, at once or after a while.
    Again(Option<Duration>),
    /// It is over.
    Done(Outcome),
    /// The engine panicked: the run must not be touched again.
    Panicked(String),
}

impl<R: Execution> Task<R> {
    /// Runs one slice and takes what it printed: to `out` if it streams.
    pub(super) fn slice(&mut self, out: &mut Vec<u8>) -> Slice {
        let step = catch_unwind(AssertUnwindSafe(|| self.run.step(limits::SLICE_FUEL)));
        let slice = match step {
            Err(panic) => return Slice::Panicked(panic_message(&*panic)),
            Ok(Step::Done(outcome)) => Slice::Done(outcome),
            Ok(Step::Sleep(time)) => Slice::Again(Some(time)),
            // Standard input is all there from the start; a run that asks for more is at its end.
            Ok(Step::OutOfFuel | Step::Output | Step::ReadStdin) => Slice::Again(None),
        };
        match self.collect(out) {
            Ok(()) => slice,
            Err(kill) => Slice::Done(Outcome::Killed(kill)),
        }
    }

    /// Takes the run's output so far: what is streamed goes to `out`, the rest is held for the reply.
    ///
    /// # Errors
    /// If more would be held than may be.
    pub(super) fn collect(&mut self, out: &mut Vec<u8>) -> Result<(), Kill> {
        let pending = self.run.output_pending_bytes();
        if pending == 0 {
            return Ok(());
        }
        if let ReplyForm::Run { version, stream: true, .. } = self.form {
            for chunk in self.run.take_output() {
                OutputPush::encode(wire_stream(chunk.stream), &chunk.bytes, version, out);
            }
            return Ok(());
        }
        if self.held.stdout.len() + self.held.stderr.len() + pending > self.held_max_bytes {
            return Err(Kill::Output(self.held_max_bytes));
        }
        for chunk in self.run.take_output() {
            let apart = matches!(self.form, ReplyForm::Run { .. });
            let target = match chunk.stream {
                Stream::Stderr if apart => &mut self.held.stderr,
                Stream::Stdout | Stream::Stderr => &mut self.held.stdout,
            };
            if target.is_empty() {
                *target = chunk.bytes;
            } else {
                target.extend_from_slice(&chunk.bytes);
            }
        }
        Ok(())
    }

    /// What the reply tells, at `now`.
    pub(super) fn measured(&self, now: Instant) -> Measured {
        Measured {
            usage: self.run.usage(),
            compile_time: self.compile_time,
            run_time: now.saturating_duration_since(self.started_at),
            cache_hit: self.cache_hit,
        }
    }
}

fn wire_stream(stream: Stream) -> OutputStream {
    match stream {
        Stream::Stdout => OutputStream::Stdout,
        Stream::Stderr => OutputStream::Stderr,
    }
}

/// What a panic said.
pub(super) fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic without a message".to_owned())
}
