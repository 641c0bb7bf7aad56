//! A run's life: from what it is started with to its one reply.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::batch::Running;
use super::connection::{Connection, Work};
use super::jobs::{Job, Terms, What};
use super::note::line_of;
use super::registry::Entered;
use super::reply::{self, End, Ending};
use super::serve::{Context, Served};
use super::task::{Held, Measured, ReplyForm, Slice, Task};
use super::{ConnectionId, Execution, Host, Started};
use crate::engine::{Mode, Outcome, RunOptions};
use crate::limits;

/// What frames and `PY.RUN` without `FILENAME` are called in tracebacks.
pub(super) const FILENAME: &str = "<string>";

/// What a run is started with.
pub(super) struct Start<'a> {
    pub(super) source: &'a str,
    pub(super) filename: &'a str,
    pub(super) mode: Mode,
    pub(super) options: RunOptions,
    pub(super) timeout: Duration,
    /// What `PY.CANCEL` may call it.
    pub(super) name: Option<&'a str>,
    /// The session it runs in.
    pub(super) session: Option<&'a str>,
    pub(super) form: ReplyForm,
}

/// The same of a run that has to wait for its session.
#[derive(Debug)]
pub(super) struct OwnedStart {
    source: Box<str>,
    filename: Box<str>,
    mode: Mode,
    options: RunOptions,
    form: ReplyForm,
}

impl Start<'_> {
    /// Compiles, or finds the program in the cache; or waits for its session.
    pub(super) fn begin<H: Host>(
        self,
        context: &mut Context<'_, H>,
        id: ConnectionId,
        now: Instant,
    ) -> Result<Served<H::Run>, String> {
        let Start { source, filename, mode, options, timeout, name, session, form } = self;
        let is_script = matches!(form, ReplyForm::Eval { .. });
        // Compiling and waiting count.
        let terms = Terms { name: name.map(Box::from), timeout, deadline: now + timeout, is_script };
        let session = match session {
            None => None,
            Some(name) => match context.enter_session(name, id, now)? {
                (session, Entered::Held) => Some(session),
                (session, entered) => {
                    let (source, filename) = (source.into(), filename.into());
                    let start = OwnedStart { source, filename, mode, options, form };
                    let job = Job { session, terms, what: What::Run(start) };
                    return Ok(Served::Job(Box::new(job), entered));
                }
            },
        };
        Ok(Launch { source, filename, mode, options, form, terms, session }.go(context, now))
    }
}

impl OwnedStart {
    /// Begins in a session that the connection holds by now.
    pub(super) fn begin<H: Host>(
        self,
        context: &mut Context<'_, H>,
        session: Rc<str>,
        terms: Terms,
        now: Instant,
    ) -> Served<H::Run> {
        let OwnedStart { source, filename, mode, options, form } = self;
        let (source, filename, session) = (&*source, &*filename, Some(session));
        Launch { source, filename, mode, options, form, terms, session }.go(context, now)
    }
}

/// A start whose session, if it has one, is held.
struct Launch<'a> {
    source: &'a str,
    filename: &'a str,
    mode: Mode,
    options: RunOptions,
    form: ReplyForm,
    terms: Terms,
    session: Option<Rc<str>>,
}

impl Launch<'_> {
    fn go<H: Host>(self, context: &mut Context<'_, H>, now: Instant) -> Served<H::Run> {
        let Launch { source, filename, mode, mut options, form, terms, session } = self;
        context.counters.runs_total += 1;
        let state = session.as_ref().map(|name| context.equip(name, &mut options));
        let started =
            catch_unwind(AssertUnwindSafe(|| context.host.start(source, filename, mode, options, state)));
        let started_at = context.host.now();
        let compile_time = started_at.saturating_duration_since(now);
        let (end, cache_hit, state) = match started {
            Ok(Started { run: Ok(run), cache_hit }) => {
                let held_max_bytes = match form {
                    // A frame's response must fit into a frame.
                    ReplyForm::Frame => limits::OUTPUT_HELD_MAX_BYTES.min(context.limits.frame_max_bytes),
                    ReplyForm::Run { .. } | ReplyForm::Eval { .. } => limits::OUTPUT_HELD_MAX_BYTES,
                };
                return Served::Task(Box::new(Task {
                    run,
                    form,
                    terms,
                    session,
                    batch: None,
                    held: Held::default(),
                    held_max_bytes,
                    started_at,
                    compile_time,
                    cache_hit,
                }));
            }
            Ok(Started { run: Err((error, state)), cache_hit }) => {
                (End::NotCompiled(error), cache_hit, state)
            }
            Err(panic) => (End::Panic(context.note_panic("while compiling", &*panic)), false, None),
        };
        if let Some(session) = session {
            context.leave_session(&session, state, started_at);
        }
        let measured = Measured { compile_time, cache_hit, ..Measured::default() };
        Served::Ended { form, end, measured }
    }
}

/// The reply of a program that ended before there was a run.
pub(super) fn answer_ended<H: Host>(
    connection: &mut Connection<H::Run>,
    context: &mut Context<'_, H>,
    form: ReplyForm,
    end: End,
    measured: Measured,
    now: Instant,
) {
    context.note_run(connection, &end, &measured, None, now);
    count_ending(context, &end);
    keep_traceback(connection, form, &end);
    let max = context.limits.frame_max_bytes;
    reply::encode(form, end, Held::default(), measured, max, connection.output.tail());
    connection.replied(now);
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
            let until = now.checked_add(time).unwrap_or(task.terms.deadline);
            connection.work = Work::Sleeping(task, until);
        }
    }
    now
}

/// Writes the reply of a run that is over, and takes the run apart.
#[expect(clippy::boxed_local, reason = "it is large: only what is needed of it is moved")]
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
    let line = line_of(&task.run, &end);
    let Task { run, form, held, terms, session, batch, .. } = *task;
    *context.burying = true;
    let state = match (&session, &batch) {
        (None, None) => {
            context.host.recycle(run);
            None
        }
        _ => Some(context.host.leave(run)),
    };
    match batch {
        Some(batch) => {
            context.counters.runs_active -= 1;
            let mut running = Running { batch, session, terms };
            running.batch.used.add(&measured, line);
            running.note(connection, context, end, held, measured);
            running.go_on(connection, context, state, now);
        }
        None => {
            if let Some(session) = session {
                context.leave_session(&session, state, now);
            }
            context.note_run(connection, &end, &measured, line, now);
            answer(connection, context, form, end, held, measured, now);
        }
    }
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
    let Task { run, form, held, terms, session, batch, .. } = task;
    // What is left of it is in an unknown state: dropping it may panic as well.
    if catch_unwind(AssertUnwindSafe(|| drop(run))).is_err() {
        context.host.log("the run could not be taken apart after its internal error");
    }
    let end = End::Panic(message);
    if let Some(session) = &session
        && batch.as_ref().is_none_or(|batch| batch.before.is_none())
    {
        context.host.log(&format!("what programs had left in the session '{session}' is lost"));
    }
    if let Some(batch) = batch {
        context.counters.runs_active -= 1;
        let mut running = Running { batch, session, terms };
        running.note(connection, context, end, held, Measured::default());
        running.go_on(connection, context, None, now);
        return;
    }
    if let Some(session) = session {
        context.leave_session(&session, None, now);
    }
    context.note_run(connection, &end, &Measured::default(), None, now);
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
    connection.replied(now);
}

/// For `PY.TRACEBACK`.
pub(super) fn keep_traceback<R: Execution>(connection: &mut Connection<R>, form: ReplyForm, end: &End) {
    let traceback = match end {
        End::Outcome(Outcome::Raised { traceback, .. }) => traceback,
        End::NotCompiled(error) => &error.rendered,
        _ => return,
    };
    if form != ReplyForm::Frame {
        connection.peer.get_or_insert_default().keep_traceback(traceback);
    }
}

pub(super) fn count_ending<H: Host>(context: &mut Context<'_, H>, end: &End) {
    match end.ending() {
        Ending::Finished => {}
        Ending::Raised => context.counters.runs_raised += 1,
        Ending::Killed => context.counters.runs_killed += 1,
        Ending::Internal => context.counters.runs_internal_errors += 1,
    }
}
