//! `PY.BATCH`: several programs in one request, one after the other on one session.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Instant;

use super::connection::{Connection, Work};
use super::jobs::Terms;
use super::reply::{self, End, Ending};
use super::run::{FILENAME, count_ending, keep_traceback};
use super::serve::Context;
use super::slowlog::RunFacts;
use super::task::{Held, Measured, ReplyForm, Task};
use super::{Execution, Host, Started};
use crate::engine::{Kill, Mode, Outcome, RunOptions};
use crate::limits;
use crate::wire::{ErrorCode, ErrorReply, RespVersion, RespWriter};

/// The programs that are left, and the replies of the others.
#[derive(Debug)]
pub(super) struct Batch<S> {
    /// Those that are left, the next one last.
    pub(super) codes: Vec<Box<str>>,
    pub(super) mode: Mode,
    /// What each is started with.
    pub(super) options: RunOptions,
    pub(super) version: RespVersion,
    /// How each is answered.
    pub(super) form: ReplyForm,
    /// Whether the session is to be as it was before when one fails.
    pub(super) atomic: bool,
    /// Whether those after one that fails are run.
    pub(super) keep_going: bool,
    /// How the session was before, if it is atomic.
    pub(super) before: Option<S>,
    /// Replies so far, one after the other.
    pub(super) replies: Vec<u8>,
    pub(super) count: usize,
    pub(super) failed: bool,
    /// What its programs took so far.
    pub(super) used: RunFacts,
}

/// A batch with what it runs on.
#[derive(Debug)]
pub(super) struct Running<R: Execution> {
    pub(super) batch: Box<Batch<R::Session>>,
    /// The session's name; `None` for one of its own.
    pub(super) session: Option<Rc<str>>,
    pub(super) terms: Terms,
}

/// Between two programs: others have their turn.
#[derive(Debug)]
pub(super) struct Paused<R: Execution> {
    pub(super) running: Running<R>,
    /// What the programs so far have left; `None` if that is lost.
    pub(super) state: Option<R::Session>,
}

impl<S> Batch<S> {
    /// Takes in how a program ended.
    fn note(&mut self, end: End, held: Held, measured: Measured) {
        let succeeded =
            matches!(&end, End::Outcome(Outcome::Finished { .. } | Outcome::Exit { code: 0, .. }));
        self.failed |= !succeeded;
        // Whoever asks for the end of a program that is one of many means all of them.
        let means_all = match &end {
            End::Outcome(Outcome::Killed(kill)) => {
                matches!(kill, Kill::Timeout(_) | Kill::Cancelled | Kill::Disconnected | Kill::Shutdown)
            }
            End::Panic(_) => true,
            End::Outcome(_) | End::NotCompiled(_) => false,
        };
        if means_all || (!succeeded && !self.keep_going) {
            self.codes.clear();
        }
        self.count += 1;
        let before = self.replies.len();
        let form = self.form;
        reply::encode(form, end, held, measured, usize::MAX, &mut self.replies);
        // One long reply is what a program alone may have, too; it is many of them that would add up without end.
        if before > 0 && self.replies.len() > limits::OUTPUT_HELD_MAX_BYTES {
            self.replies.truncate(before);
            self.codes.clear();
            self.failed = true;
            let message = format!(
                "this reply and those before it are longer than the {} bytes that are held for one batch; the batch \
                 ends here",
                limits::OUTPUT_HELD_MAX_BYTES
            );
            ErrorReply::new(ErrorCode::Output, message).encode(&mut self.replies);
        }
    }
}

impl<R: Execution> Running<R> {
    /// Starts the next program on `state`, or answers if none is left; returns the time after it. Those that do not
    /// compile have no slices: after a turn's time of them, the others have theirs.
    pub(super) fn go_on<H: Host<Run = R>>(
        mut self,
        connection: &mut Connection<R>,
        context: &mut Context<'_, H>,
        mut state: Option<R::Session>,
        now: Instant,
    ) -> Instant {
        let (until, mut now) = (now + limits::TURN_BUDGET, now);
        while let Some(code) = self.batch.codes.pop() {
            context.counters.runs_total += 1;
            let (mode, mut options) = (self.batch.mode, self.batch.options.clone());
            let on = match (state.take(), &self.session) {
                (Some(state), _) => state,
                (None, Some(name)) => context.state_of(name),
                (None, None) => context.host.open_session(),
            };
            if let Some(name) = &self.session {
                context.limit_run(name, &mut options);
            }
            let started = catch_unwind(AssertUnwindSafe(|| {
                context.host.start(&code, FILENAME, mode, options, Some(on))
            }));
            let begun_at = now;
            now = context.host.now();
            let compile_time = now.saturating_duration_since(begun_at);
            let (end, cache_hit) = match started {
                Ok(Started { run: Ok(run), cache_hit }) => {
                    context.counters.runs_active += 1;
                    let held_max_bytes =
                        limits::OUTPUT_HELD_MAX_BYTES.saturating_sub(self.batch.replies.len());
                    connection.work = Work::Running(Box::new(Task {
                        run,
                        form: self.batch.form,
                        held: Held::default(),
                        held_max_bytes,
                        terms: self.terms,
                        started_at: now,
                        compile_time,
                        cache_hit,
                        session: self.session,
                        batch: Some(self.batch),
                    }));
                    return now;
                }
                Ok(Started { run: Err((error, left)), cache_hit }) => {
                    state = left;
                    (End::NotCompiled(error), cache_hit)
                }
                Err(panic) => (End::Panic(context.note_panic("while compiling", &*panic)), false),
            };
            self.note(
                connection,
                context,
                end,
                Held::default(),
                Measured { compile_time, cache_hit, ..Measured::default() },
            );
            if now >= until && !self.batch.codes.is_empty() {
                connection.work = Work::Between(Box::new(Paused { running: self, state }));
                return now;
            }
        }
        self.conclude(connection, context, state, now);
        now
    }

    /// Takes in how a program ended.
    pub(super) fn note<H: Host<Run = R>>(
        &mut self,
        connection: &mut Connection<R>,
        context: &mut Context<'_, H>,
        end: End,
        held: Held,
        measured: Measured,
    ) {
        count_ending(context, &end);
        if end.ending() == Ending::Raised {
            keep_traceback(connection, self.batch.form, &end);
        }
        self.batch.note(end, held, measured);
    }

    /// Gives the session back and answers.
    fn conclude<H: Host<Run = R>>(
        self,
        connection: &mut Connection<R>,
        context: &mut Context<'_, H>,
        state: Option<R::Session>,
        now: Instant,
    ) {
        let mut writer = RespWriter::new(self.batch.version, connection.output.tail());
        writer.array(self.batch.count);
        connection.output.tail().extend_from_slice(&self.batch.replies);
        context.note_batch(connection, self.batch.used, self.batch.failed, now);
        connection.replied(now);
        self.give_back(context, state, now);
    }

    /// Ends it from outside: the program whose turn it would be is the one that is killed.
    pub(super) fn end<H: Host<Run = R>>(
        mut self,
        connection: &mut Connection<R>,
        context: &mut Context<'_, H>,
        state: Option<R::Session>,
        kill: Kill,
        now: Instant,
    ) {
        let end = End::Outcome(Outcome::Killed(kill));
        self.note(connection, context, end, Held::default(), Measured::default());
        self.conclude(connection, context, state, now);
    }

    /// It ends without an answer, and has therefore failed.
    pub(super) fn undo<H: Host<Run = R>>(
        mut self,
        context: &mut Context<'_, H>,
        state: Option<R::Session>,
        now: Instant,
    ) {
        self.batch.failed = true;
        self.give_back(context, state, now);
    }

    fn give_back<H: Host<Run = R>>(
        self,
        context: &mut Context<'_, H>,
        state: Option<R::Session>,
        now: Instant,
    ) {
        let (kept, dropped) = match self.batch.before {
            Some(before) if self.batch.failed => (Some(before), state),
            before => (state, before),
        };
        let (kept, second) = match self.session {
            Some(name) => {
                context.leave_session(&name, kept, now);
                (None, dropped)
            }
            None => (kept, dropped),
        };
        for state in [kept, second].into_iter().flatten() {
            context.close_session(state);
        }
    }
}
