//! What is noted of each request when it is over: counts, how long it took, and the slow ones with what they were.

use std::time::Instant;

use super::connection::{Connection, Protocol, Work};
use super::reply::{End, describe_kill};
use super::serve::Context;
use super::slowlog::{RunFacts, Slow, Words, cut};
use super::stats::{Place, Verdict, nanos};
use super::task::Measured;
use super::{Execution, Host};
use crate::engine::{Kill, Outcome};
use crate::wire::command::Flag;

impl<H: Host> Context<'_, H> {
    /// A request that ran nothing is over.
    pub(super) fn note(&mut self, connection: &mut Connection<H::Run>, verdict: Verdict, now: Instant) {
        if let Some(nanos) = self.count(connection, verdict, now) {
            let outcome = if verdict == Verdict::Fine { "answered" } else { "refused" };
            self.note_slow(connection, nanos, None, outcome.to_owned());
        }
    }

    /// The request of a run is over. Of one that was killed, `line` is where it was.
    pub(super) fn note_run(
        &mut self,
        connection: &mut Connection<H::Run>,
        end: &End,
        measured: &Measured,
        line: Option<u32>,
        now: Instant,
    ) {
        let fine = matches!(end, End::Outcome(Outcome::Finished { .. } | Outcome::Exit { code: 0, .. }));
        let verdict = if fine { Verdict::Fine } else { Verdict::Failed };
        if let Some(nanos) = self.count(connection, verdict, now) {
            let mut facts = RunFacts::default();
            facts.add(measured, line);
            self.note_slow(connection, nanos, Some(facts), describe(end));
        }
    }

    /// A batch is over.
    pub(super) fn note_batch(
        &mut self,
        connection: &mut Connection<H::Run>,
        facts: RunFacts,
        failed: bool,
        now: Instant,
    ) {
        let (verdict, outcome) =
            if failed { (Verdict::Failed, "failed") } else { (Verdict::Fine, "finished") };
        if let Some(nanos) = self.count(connection, verdict, now) {
            self.note_slow(connection, nanos, Some(facts), outcome.to_owned());
        }
    }

    /// What had no run, or none yet, was ended from outside.
    pub(super) fn note_kill(&mut self, connection: &mut Connection<H::Run>, kill: Kill, now: Instant) {
        if let Some(nanos) = self.count(connection, Verdict::Failed, now) {
            let outcome = describe(&End::Outcome(Outcome::Killed(kill)));
            self.note_slow(connection, nanos, None, outcome);
        }
    }

    /// Counts a request; the time that it took, if that was long.
    fn count(&mut self, connection: &Connection<H::Run>, verdict: Verdict, now: Instant) -> Option<u64> {
        let place = place(connection)?;
        let nanos = nanos(now.saturating_duration_since(connection.asked_at));
        self.stats.count(place, nanos, verdict);
        // A negative limit is larger than any time.
        (nanos >= (self.limits.slowlog_slower_than_us as u64).saturating_mul(1000)).then_some(nanos)
    }

    #[cold]
    fn note_slow(
        &mut self,
        connection: &mut Connection<H::Run>,
        nanos: u64,
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
            words: connection.words.take().unwrap_or_else(|| last_words(connection)),
            name: connection.peer.as_ref().map(|peer| peer.name.clone()).unwrap_or_default(),
            run,
            outcome,
        };
        self.slowlog.add(slow, self.limits.slowlog_entries_max);
    }
}

/// Where a connection's request is counted: nowhere, if there is no such command.
fn place<R: Execution>(connection: &Connection<R>) -> Option<Place> {
    match (connection.command, &connection.protocol) {
        (Some(command), _) => Some(Place::of(command)),
        (None, Protocol::Frames(_)) => Some(Place::FRAME),
        (None, _) => None,
    }
}

impl<R: Execution> Connection<R> {
    /// A request goes on after its first turn: its words are kept, as the next bytes that come in take their place.
    pub(super) fn keep_words(&mut self) {
        if !matches!(self.work, Work::Idle | Work::Fresh) {
            self.words = Some(last_words(self));
        }
    }
}

/// Where a program is that was ended from outside.
pub(super) fn line_of<R: Execution>(run: &R, end: &End) -> Option<u32> {
    matches!(end, End::Outcome(Outcome::Killed(_))).then(|| run.line()).flatten()
}

/// The words of the request that was decoded last, before anything else came in.
fn last_words<R: Execution>(connection: &Connection<R>) -> Words {
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
