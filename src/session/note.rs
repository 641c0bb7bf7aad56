//! What is noted of each request when it is over: counts, how long it took, and the slow ones with what they were.

use std::time::Duration;

use super::connection::{Connection, Protocol};
use super::reply::{End, describe_kill};
use super::serve::Context;
use super::slowlog::{RunFacts, Slow, Words, cut};
use super::stats::{Place, Verdict, nanos};
use super::task::{Measured, Task};
use super::{Execution, Host};
use crate::engine::Outcome;
use crate::wire::command::Flag;

impl<H: Host> Context<'_, H> {
    /// A request that ran nothing is over.
    pub(super) fn note(&mut self, connection: &Connection<H::Run>, took: Duration, verdict: Verdict) {
        let Some(place) = place(connection) else { return };
        let nanos = nanos(took);
        self.stats.count(place, nanos, verdict);
        if self.is_slow(nanos) {
            let outcome = if verdict == Verdict::Fine { "answered" } else { "refused" };
            self.note_slow(connection, nanos, last_words(connection), None, outcome.to_owned());
        }
    }

    /// The request of a run is over; without a task it ended before there was a run.
    pub(super) fn note_run(
        &mut self,
        connection: &Connection<H::Run>,
        task: Option<&mut Task<H::Run>>,
        end: &End,
        measured: &Measured,
    ) {
        let Some(place) = place(connection) else { return };
        let nanos = nanos(measured.compile_time).wrapping_add(nanos(measured.run_time));
        let fine = matches!(end, End::Outcome(Outcome::Finished { .. } | Outcome::Exit { code: 0, .. }));
        self.stats.count(place, nanos, if fine { Verdict::Fine } else { Verdict::Failed });
        if self.is_slow(nanos) {
            self.note_slow_run(connection, nanos, task, end, measured);
        }
    }

    #[cold]
    fn note_slow_run(
        &mut self,
        connection: &Connection<H::Run>,
        nanos: u64,
        task: Option<&mut Task<H::Run>>,
        end: &End,
        measured: &Measured,
    ) {
        let killed = matches!(end, End::Outcome(Outcome::Killed(_)));
        let line = task.as_ref().filter(|_| killed).and_then(|task| task.run.line());
        let words = task.and_then(|task| task.words.take()).unwrap_or_else(|| last_words(connection));
        self.note_slow(connection, nanos, words, Some(RunFacts::new(measured, line)), describe(end));
    }

    fn is_slow(&self, nanos: u64) -> bool {
        // A negative limit is larger than any time.
        nanos >= (self.limits.slowlog_slower_than_us as u64).saturating_mul(1000)
    }

    #[cold]
    fn note_slow(
        &mut self,
        connection: &Connection<H::Run>,
        nanos: u64,
        words: Words,
        run: Option<RunFacts>,
        outcome: String,
    ) {
        // The commands that may bring the token.
        if connection.command.is_some_and(|id| id.spec().flags.contains(&Flag::SkipSlowlog)) {
            return;
        }
        let slow = Slow {
            at_unix_s: self.host.unix_time_s(),
            took_us: nanos / 1000,
            words,
            name: connection.peer.as_ref().map(|peer| peer.name.clone()).unwrap_or_default(),
            run,
            outcome,
        };
        self.slowlog.add(slow, self.limits.slowlog_entries_max);
    }
}

/// Where a connection's request is counted: nowhere, if there is no such command.
fn place<R>(connection: &Connection<R>) -> Option<Place> {
    match (connection.command, &connection.protocol) {
        (Some(command), _) => Some(Place::of(command)),
        (None, Protocol::Frames(_)) => Some(Place::FRAME),
        (None, _) => None,
    }
}

impl<R: Execution> Connection<R> {
    /// A run goes on after its first slice: its request's words are kept with it, as the next bytes that come in take
    /// their place.
    pub(super) fn keep_words(&mut self) {
        if self.task().is_some_and(|task| task.words.is_none()) {
            self.keep_last_words();
        }
    }

    #[cold]
    fn keep_last_words(&mut self) {
        let words = last_words(self);
        if let Some(task) = self.task_mut() {
            task.words = Some(words);
        }
    }
}

/// The words of the request that was decoded last, before anything else came in.
fn last_words<R>(connection: &Connection<R>) -> Words {
    let words = match &connection.protocol {
        Protocol::Frames(decoder) => decoder.last_frame().map(|code| cut([&b"FRAME"[..], code].into_iter())),
        Protocol::Resp { decoder, replay, .. } => {
            let decoder = replay.as_deref().unwrap_or(decoder);
            decoder.last_command().map(|args| cut(args.iter()))
        }
        Protocol::Detecting(_) | Protocol::Deaf => None,
    };
    // What ended the connection, or began a transaction's commands, took its words with it.
    words.unwrap_or_else(|| {
        let name = connection.command.map_or("FRAME", |id| id.spec().name);
        cut([name.as_bytes()].into_iter())
    })
}

fn describe(end: &End) -> String {
    match end {
        End::Outcome(Outcome::Finished { .. }) => "finished".to_owned(),
        End::Outcome(Outcome::Exit { code, .. }) => format!("exit {code}"),
        End::Outcome(Outcome::Raised { type_name, .. }) => format!("raised {type_name}"),
        End::NotCompiled(_) => "not compiled".to_owned(),
        End::Outcome(Outcome::Killed(kill)) => format!("killed {}", describe_kill(*kill).code.as_str()),
        End::Panic(_) => "internal error".to_owned(),
    }
}
