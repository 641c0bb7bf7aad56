//! Work on named sessions: waiting for one's turn, copying, and what comes after.
//!
//! Everything that is done with a session is done by its holder ([`super::registry`]): a run or a batch in it, a fork, a
//! snapshot, a rollback, its end. A request that finds its session held becomes a [`Job`] that waits. Copies are made a
//! part at a time, as runs have slices.

use std::rc::Rc;
use std::time::{Duration, Instant};

use super::batch::{Batch, Running};
use super::connection::{Connection, Work};
use super::registry::{Entered, Remains};
use super::reply::describe_kill;
use super::run::{OwnedStart, answer_ended, run_slice};
use super::serve::{Context, Served};
use super::stats::Verdict;
use super::task::{Task, panic_message};
use super::{ConnectionId, Execution, Host, SessionState};
use crate::engine::{Kill, RunOptions};
use crate::wire::{DaemonStatus, ErrorCode, ErrorReply, RespVersion, RespWriter, SessionRequest};

/// What belongs to a request from beginning to end, whatever it waits for.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    /// What `PY.CANCEL` may call it.
    pub(super) name: Option<Box<str>>,
    pub(super) timeout: Duration,
    pub(super) deadline: Instant,
    /// Whether `SCRIPT KILL` means it.
    pub(super) is_script: bool,
}

/// A request for a session.
#[derive(Debug)]
pub(super) struct Job<S> {
    pub(super) session: Rc<str>,
    pub(super) terms: Terms,
    pub(super) what: What<S>,
}

/// What is to be done with the session.
#[derive(Debug)]
pub(super) enum What<S> {
    Run(OwnedStart),
    Batch(Box<Batch<S>>),
    Fork(Rc<str>),
    Snapshot,
    Rollback,
    Drop,
}

/// A copy under way, by the holder of the session.
#[derive(Debug)]
pub(super) struct Copying<S> {
    pub(super) session: Rc<str>,
    pub(super) terms: Terms,
    from: S,
    to: S,
    then: Then<S>,
}

/// What the copy is for.
#[derive(Debug)]
enum Then<S> {
    /// Another session of this name.
    Fork(Rc<str>),
    Snapshot,
    /// It takes the place of this state, and what is copied is the snapshot.
    Rollback(Option<S>),
    /// To go back to, should the batch fail.
    Batch(Box<Batch<S>>),
}

/// What a session's programs leave.
pub(super) type StateOf<H> = <<H as Host>::Run as Execution>::Session;

impl<H: Host> Context<'_, H> {
    /// Asks for a session. An error if there are too many.
    pub(super) fn enter_session(
        &mut self,
        name: &str,
        id: ConnectionId,
        now: Instant,
    ) -> Result<(Rc<str>, Entered), String> {
        let full = self.sessions.bytes() >= self.limits.sessions_memory_max_bytes;
        let sessions_max = if full { 0 } else { self.limits.sessions_max };
        match self.sessions.enter(name, id, sessions_max, now) {
            (_, Entered::Full) => Err(self.full()),
            entered => Ok(entered),
        }
    }

    fn full(&self) -> String {
        let error = ErrorReply::new(
            ErrorCode::Busy,
            format!(
                "the daemon holds as many sessions as it may, {} (--max-sessions) or {} bytes \
                 (--max-sessions-memory): drop some",
                self.limits.sessions_max, self.limits.sessions_memory_max_bytes
            ),
        );
        error.to_string()
    }

    /// The state of a session that is held, new if nothing has run in it yet.
    pub(super) fn state_of(&mut self, name: &str) -> StateOf<H> {
        let state = self.sessions.take(name);
        state.unwrap_or_else(|| self.host.open_session())
    }

    /// The state of a session that is held, for a run, whose memory it limits.
    pub(super) fn equip(&mut self, name: &str, options: &mut RunOptions) -> StateOf<H> {
        self.limit_run(name, options);
        self.state_of(name)
    }

    /// Counts a run in a session, which limits its memory; so do the others, by what they leave of what all may hold.
    pub(super) fn limit_run(&mut self, name: &str, options: &mut RunOptions) {
        self.sessions.count_run(name);
        let together = self.limits.sessions_memory_max_bytes;
        let share = together / self.limits.sessions_max.max(1);
        let room = self.sessions.room_for(name, together, share);
        let max = self.sessions.memory_max_bytes(name).unwrap_or(usize::MAX).min(room);
        options.memory_max_bytes = Some(options.memory_max_bytes.map_or(max, |asked| asked.min(max)));
    }

    /// The daemon's numbers now.
    pub(super) fn status(&mut self) -> DaemonStatus {
        self.host.status(&self.counters.with_sessions(self.sessions.len(), self.sessions.bytes()))
    }

    /// Notes a fault of our own; its message.
    pub(super) fn note_panic(&mut self, when: &str, panic: &(dyn std::any::Any + Send)) -> String {
        let message = panic_message(panic);
        self.host.log(&format!("internal error {when}: {message}"));
        message
    }

    /// Gives a session back; who waits for it is woken.
    pub(super) fn leave_session(&mut self, name: &str, state: Option<StateOf<H>>, now: Instant) {
        self.woken.extend(self.sessions.leave(name, state, now));
    }

    pub(super) fn close_session(&mut self, state: StateOf<H>) {
        self.host.close_session(state);
        *self.burying = true;
    }

    pub(super) fn close_remains(&mut self, remains: Remains<StateOf<H>>) {
        for state in [remains.state, remains.snapshot].into_iter().flatten() {
            self.close_session(state);
        }
    }

    fn drop_session(&mut self, name: &str, now: Instant) {
        let (remains, next) = self.sessions.drop(name, now);
        self.woken.extend(next);
        self.close_remains(remains);
    }

    /// Answers what needs no session, or makes a job of it.
    pub(super) fn serve_session(
        &mut self,
        request: SessionRequest<'_>,
        version: RespVersion,
        id: ConnectionId,
        out: &mut Vec<u8>,
        now: Instant,
    ) -> Result<Served<H::Run>, String> {
        let mut writer = RespWriter::new(version, out);
        let (name, what) = match request {
            SessionRequest::New { name, ttl, memory_max_bytes } => {
                if self.sessions.contains(name) {
                    return Err(taken(name));
                }
                let full = self.sessions.bytes() >= self.limits.sessions_memory_max_bytes;
                if full || self.sessions.len() >= self.limits.sessions_max {
                    return Err(self.full());
                }
                let ttl = ttl.unwrap_or(crate::limits::SESSION_TTL);
                let ttl = (!ttl.is_zero()).then_some(ttl);
                self.sessions.insert(name.into(), None, ttl, memory_max_bytes, now);
                writer.simple("OK");
                return Ok(Served::Answered);
            }
            SessionRequest::List => {
                let mut names: Vec<&Rc<str>> = self.sessions.names().collect();
                names.sort_unstable();
                writer.array(names.len());
                names.iter().for_each(|name| writer.bulk(name.as_bytes()));
                return Ok(Served::Answered);
            }
            SessionRequest::Info(name) => {
                let memory_max = self.limits.memory_max_bytes;
                let about = self.sessions.describe(name, now).ok_or_else(|| unknown(name))?;
                let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
                let numbers = [
                    ("memory", about.memory_bytes as u64),
                    (
                        "memory_max",
                        about.memory_max_bytes.map_or(memory_max, |max| max.min(memory_max)) as u64,
                    ),
                    ("runs", about.runs),
                    ("waiting", about.waiting as u64),
                    ("age_us", micros(about.age)),
                    ("idle_us", micros(about.idle)),
                    ("ttl_s", about.ttl.map_or(0, |ttl| ttl.as_secs())),
                ];
                let flags = [("busy", about.busy), ("snapshot", about.snapshot)];
                writer.map(1 + numbers.len() + flags.len());
                writer.bulk(b"name");
                writer.bulk(name.as_bytes());
                for (key, number) in numbers {
                    writer.bulk(key.as_bytes());
                    writer.unsigned(number);
                }
                for (key, flag) in flags {
                    writer.bulk(key.as_bytes());
                    writer.boolean(flag);
                }
                return Ok(Served::Answered);
            }
            SessionRequest::Drop(name) if !self.sessions.contains(name) => {
                writer.integer(0);
                return Ok(Served::Answered);
            }
            SessionRequest::Drop(name) => (name, What::Drop),
            SessionRequest::Fork(name, new) => (name, What::Fork(new.into())),
            SessionRequest::Snapshot(name) => (name, What::Snapshot),
            SessionRequest::Rollback(name) => (name, What::Rollback),
        };
        if !self.sessions.contains(name) {
            return Err(unknown(name));
        }
        let (session, entered) = self.sessions.enter(name, id, usize::MAX, now);
        let timeout = self.limits.timeout;
        let terms = Terms { name: None, timeout, deadline: now + timeout, is_script: false };
        Ok(Served::Job(Box::new(Job { session, terms, what }), entered))
    }
}

fn unknown(name: &str) -> String {
    ErrorReply::new(ErrorCode::NoSession, format!("no session '{name}'")).to_string()
}

fn taken(name: &str) -> String {
    ErrorReply::new(ErrorCode::BusyKey, format!("there is a session '{name}' already")).to_string()
}

/// Does a job whose session the connection holds, or begins it; returns the time after it.
pub(super) fn perform<H: Host>(
    connection: &mut Connection<H::Run>,
    context: &mut Context<'_, H>,
    job: Job<StateOf<H>>,
    now: Instant,
) -> Instant {
    let Job { session, terms, what } = job;
    match what {
        What::Run(start) => match start.begin(context, session, terms, now) {
            Served::Task(task) => {
                context.counters.runs_active += 1;
                return run_slice(connection, context, task);
            }
            Served::Ended { form, end, measured } => {
                answer_ended(connection, context, form, end, measured, now);
            }
            _ => unreachable!("a run that holds its session begins, or ends"),
        },
        What::Batch(batch) if batch.atomic => {
            let from = context.state_of(&session);
            begin_copy::<H>(connection, session, terms, from, Then::Batch(batch));
        }
        What::Batch(batch) => {
            let state = context.state_of(&session);
            let running = Running { batch, session: Some(session), terms };
            return running.go_on(connection, context, Some(state), now);
        }
        What::Fork(new) if context.sessions.contains(&new) => {
            release(connection, context, &session, Err(taken(&new)), now);
        }
        What::Fork(new) => {
            let from = context.state_of(&session);
            begin_copy::<H>(connection, session, terms, from, Then::Fork(new));
        }
        What::Snapshot => {
            let from = context.state_of(&session);
            begin_copy::<H>(connection, session, terms, from, Then::Snapshot);
        }
        What::Rollback => match context.sessions.take_snapshot(&session) {
            Some(from) => {
                let replaced = context.sessions.take(&session);
                begin_copy::<H>(connection, session, terms, from, Then::Rollback(replaced));
            }
            None => {
                let error = format!("the session '{session}' has no snapshot");
                let error = ErrorReply::new(ErrorCode::NoSnapshot, error).to_string();
                release(connection, context, &session, Err(error), now);
            }
        },
        What::Drop => {
            context.drop_session(&session, now);
            answer(connection, context, Ok(Said::One), now);
        }
    }
    context.host.now()
}

fn begin_copy<H: Host>(
    connection: &mut Connection<H::Run>,
    session: Rc<str>,
    terms: Terms,
    from: StateOf<H>,
    then: Then<StateOf<H>>,
) {
    let to = from.begin_copy();
    connection.work = Work::Copying(Box::new(Copying { session, terms, from, to, then }));
}

/// Copies some more; returns the time after it.
pub(super) fn copy_some<H: Host>(
    connection: &mut Connection<H::Run>,
    context: &mut Context<'_, H>,
    mut copying: Box<Copying<StateOf<H>>>,
    now: Instant,
) -> Instant {
    context.counters.slices_total += 1;
    if !copying.to.copy_some(&copying.from) {
        connection.work = Work::Copying(copying);
        return context.host.now();
    }
    let Copying { session, terms, from, to, then } = *copying;
    match then {
        Then::Fork(new) => {
            // Somebody may have taken the name or the last place meanwhile.
            let refused = if context.sessions.contains(&new) {
                Some(taken(&new))
            } else {
                let room = context.limits.sessions_memory_max_bytes.saturating_sub(context.sessions.bytes());
                let full = to.memory_bytes() > room || context.sessions.len() >= context.limits.sessions_max;
                full.then(|| context.full())
            };
            context.leave_session(&session, Some(from), now);
            let said = match refused {
                Some(error) => {
                    context.close_session(to);
                    Err(error)
                }
                None => {
                    let about = context.sessions.describe(&session, now);
                    let (ttl, memory_max) = about.map_or((None, None), |a| (a.ttl, a.memory_max_bytes));
                    context.sessions.insert(new, Some(to), ttl, memory_max, now);
                    Ok(Said::Ok)
                }
            };
            answer(connection, context, said, now);
        }
        Then::Snapshot => {
            let room = context.limits.sessions_memory_max_bytes.saturating_sub(context.sessions.bytes());
            let said = if to.memory_bytes() > room {
                context.close_session(to);
                Err(context.full())
            } else {
                if let Some(older) = context.sessions.put_snapshot(&session, to) {
                    context.close_session(older);
                }
                Ok(Said::Ok)
            };
            context.leave_session(&session, Some(from), now);
            answer(connection, context, said, now);
        }
        Then::Rollback(replaced) => {
            let _ = context.sessions.put_snapshot(&session, from);
            context.leave_session(&session, Some(to), now);
            if let Some(replaced) = replaced {
                context.close_session(replaced);
            }
            answer(connection, context, Ok(Said::Ok), now);
        }
        Then::Batch(mut batch) => {
            batch.before = Some(to);
            let running = Running { batch, session: Some(session), terms };
            return running.go_on(connection, context, Some(from), now);
        }
    }
    context.host.now()
}

/// What a job on a session answers.
enum Said {
    Ok,
    One,
}

fn release<H: Host>(
    connection: &mut Connection<H::Run>,
    context: &mut Context<'_, H>,
    session: &str,
    said: Result<Said, String>,
    now: Instant,
) {
    let state = context.sessions.take(session);
    context.leave_session(session, state, now);
    answer(connection, context, said, now);
}

fn answer<H: Host>(
    connection: &mut Connection<H::Run>,
    context: &mut Context<'_, H>,
    said: Result<Said, String>,
    now: Instant,
) {
    // These replies look the same in both versions.
    let verdict = if said.is_ok() { Verdict::Fine } else { Verdict::Failed };
    context.note(connection, verdict, now);
    let mut writer = RespWriter::new(RespVersion::Resp2, connection.output.tail());
    match said {
        Ok(Said::Ok) => writer.simple("OK"),
        Ok(Said::One) => writer.integer(1),
        Err(error) => {
            context.counters.requests_refused += 1;
            writer.error(&error);
        }
    }
    connection.replied(now);
}

/// Ends what has no run yet, or is a copy, from outside.
pub(super) fn end<H: Host>(
    connection: &mut Connection<H::Run>,
    context: &mut Context<'_, H>,
    work: Work<H::Run>,
    id: ConnectionId,
    kill: Kill,
    now: Instant,
) {
    give_up(context, work, id, now);
    context.counters.runs_killed += 1;
    context.note_kill(connection, kill, now);
    describe_kill(kill).encode(connection.output.tail());
    connection.replied(now);
}

/// Undoes what a connection had begun with a session.
pub(super) fn give_up<H: Host>(
    context: &mut Context<'_, H>,
    work: Work<H::Run>,
    id: ConnectionId,
    now: Instant,
) {
    match work {
        Work::Waiting(job) => context.sessions.give_up(&job.session, id),
        Work::Ready(job) => {
            let state = context.sessions.take(&job.session);
            context.leave_session(&job.session, state, now);
        }
        Work::Copying(copying) => {
            let Copying { session, from, to, then, .. } = *copying;
            context.close_session(to);
            let state = match then {
                Then::Rollback(state) => {
                    let _ = context.sessions.put_snapshot(&session, from);
                    state
                }
                Then::Fork(_) | Then::Snapshot | Then::Batch(_) => Some(from),
            };
            context.leave_session(&session, state, now);
        }
        Work::Between(paused) => {
            context.counters.runs_killed += 1;
            paused.running.undo(context, paused.state, now);
        }
        Work::Running(task) | Work::Sleeping(task, _) | Work::Suspended(task) => {
            give_up_task(context, *task, now);
        }
        Work::Idle | Work::Fresh => {}
    }
}

/// A run whose client is gone.
fn give_up_task<H: Host>(context: &mut Context<'_, H>, task: Task<H::Run>, now: Instant) {
    context.counters.runs_active -= 1;
    context.counters.runs_killed += 1;
    *context.burying = true;
    let Task { run, session, batch, .. } = task;
    if let Some(batch) = batch {
        let state = context.host.leave(run);
        return Running { batch, session, terms: task.terms }.undo(context, Some(state), now);
    }
    match session {
        None => context.host.recycle(run),
        Some(name) => {
            let state = context.host.leave(run);
            context.leave_session(&name, Some(state), now);
        }
    }
}
