//! What one connection asks of the others: `CLIENT LIST`, `CLIENT KILL`, `PY.CANCEL`, `SCRIPT KILL`.
//!
//! A connection's turn sees nothing but itself. What it asks of the others it leaves behind as an [`Errand`], which the
//! scheduler, who has them all, carries out when the turn is over and before the next one: the answer stands where it
//! would have stood. Each looks at every connection once; how many there may be is limited.

use std::time::{Duration, Instant};

use super::connection::{Connection, Phase, Protocol, Work};
use super::jobs::{self, Terms};
use super::reply::End;
use super::run::finish;
use super::service::is_word;
use super::{ConnectionId, Execution, Host, Scheduler};
use crate::engine::{Kill, Outcome};
use crate::wire::{Args, RespWriter};

/// Left behind by a turn, with all that is needed to carry it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Errand {
    /// `CLIENT INFO`
    DescribeOwn,
    /// `CLIENT LIST`
    DescribeAll,
    /// `PY.CANCEL`: a run's name, or a connection's number.
    Cancel(Vec<u8>),
    /// `SCRIPT KILL`
    KillScripts,
    /// `CLIENT KILL`
    KillClients(Victims),
}

/// Which connections `CLIENT KILL` means: those of which all is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Victims {
    number: Option<u64>,
    /// Connected at least this long.
    age_min: Option<Duration>,
    /// Not the one that asks.
    skip_me: bool,
}

impl Victims {
    /// Reads the words after `CLIENT KILL`.
    pub(super) fn parse(args: &Args<'_>) -> Result<Victims, String> {
        if args.len() == 3 {
            return Err(
                "ERR CLIENT KILL: connections of a Unix socket have no address, send ID and the number"
                    .to_owned(),
            );
        }
        let mut victims = Victims { number: None, age_min: None, skip_me: true };
        for at in (2..args.len()).step_by(2) {
            let option = args.get(at).unwrap_or_default();
            let value = args.get(at + 1).ok_or("ERR syntax error")?;
            let number = || std::str::from_utf8(value).ok().and_then(|digits| digits.parse::<u64>().ok());
            if is_word(option, "ID") {
                let id = number().filter(|&id| id > 0);
                victims.number = Some(id.ok_or("ERR client-id should be greater than 0")?);
            } else if is_word(option, "MAXAGE") {
                let seconds = number().ok_or("ERR maxage is not an integer or out of range")?;
                victims.age_min = Some(Duration::from_secs(seconds));
            } else if is_word(option, "SKIPME") && is_word(value, "YES") {
                victims.skip_me = true;
            } else if is_word(option, "SKIPME") && is_word(value, "NO") {
                victims.skip_me = false;
            } else {
                return Err("ERR syntax error".to_owned());
            }
        }
        Ok(victims)
    }

    fn include<R: Execution>(&self, connection: &Connection<R>, asks: bool, now: Instant) -> bool {
        let age = now.saturating_duration_since(connection.connected_at);
        !(asks && self.skip_me)
            && self.number.is_none_or(|number| number == u64::from(connection.generation))
            && self.age_min.is_none_or(|min| age >= min)
    }
}

/// What comes of an errand.
enum Found {
    Text(String),
    Count(u64),
    Done,
    Nothing(&'static str),
}

impl<H: Host> Scheduler<H> {
    /// Does what the connection whose turn it was has asked for, and answers it.
    pub(super) fn carry_out(&mut self, id: ConnectionId, errand: Errand, now: Instant) {
        let found = match errand {
            Errand::DescribeOwn => Found::Text(self.describe(now, |own| own == id)),
            Errand::DescribeAll => Found::Text(self.describe(now, |_| true)),
            Errand::Cancel(word) => Found::Count(self.cancel_called(&word, now)),
            Errand::KillScripts => match self.cancel(|_, terms| terms.is_script, now) {
                0 => Found::Nothing("NOTBUSY No scripts in execution right now."),
                _ => Found::Done,
            },
            Errand::KillClients(victims) => Found::Count(self.kill_clients(id, victims, now)),
        };
        let Some(connection) = self.get(id) else { return };
        let Protocol::Resp { version, .. } = connection.protocol else { return };
        let mut writer = RespWriter::new(version, connection.output.tail());
        match found {
            Found::Text(text) => writer.verbatim(*b"txt", text.as_bytes()),
            Found::Count(count) => writer.unsigned(count),
            Found::Done => writer.simple("OK"),
            Found::Nothing(error) => writer.error(error),
        }
        // Its own end comes after the answer.
        if connection.doomed {
            connection.quit(now);
        }
    }

    fn describe(&self, now: Instant, wanted: impl Fn(ConnectionId) -> bool) -> String {
        let mut text = String::new();
        for (_, connection) in self.all().filter(|(id, _)| wanted(*id)) {
            text.push_str(&connection.describe(now));
            text.push('\n');
        }
        text
    }

    fn cancel_called(&mut self, word: &[u8], now: Instant) -> u64 {
        let number = std::str::from_utf8(word).ok().and_then(|digits| digits.parse::<u32>().ok());
        let is_called = |id: ConnectionId, terms: &Terms| {
            Some(id.generation) == number || terms.name.as_deref().is_some_and(|name| name.as_bytes() == word)
        };
        self.cancel(is_called, now)
    }

    /// Ends runs as a time-out would, whatever they wait for; their connections go on.
    fn cancel(&mut self, wanted: impl Fn(ConnectionId, &Terms) -> bool, now: Instant) -> u64 {
        let ids: Vec<ConnectionId> = self
            .all()
            .filter(|(id, connection)| connection.terms().is_some_and(|terms| wanted(*id, terms)))
            .map(|(id, _)| id)
            .collect();
        for &id in &ids {
            self.end_run(id, Kill::Cancelled, now);
            self.after_turn(id);
        }
        ids.len() as u64
    }

    /// Ends a connection's run from outside, if it has one.
    pub(super) fn end_run(&mut self, id: ConnectionId, kill: Kill, now: Instant) {
        let (connection, mut context) = self.split(id);
        let Some(connection) = connection else { return };
        let before = connection.output.len();
        match std::mem::replace(&mut connection.work, Work::Idle) {
            Work::Running(task) | Work::Sleeping(task, _) | Work::Suspended(task) => {
                finish(connection, &mut context, task, End::Outcome(Outcome::Killed(kill)), now);
            }
            work @ (Work::Waiting(_) | Work::Ready(_) | Work::Copying(_)) => {
                jobs::end(connection, &mut context, work, id, kill, now);
            }
            Work::Between(paused) => paused.running.end(connection, &mut context, paused.state, kill, now),
            work @ (Work::Idle | Work::Fresh) => {
                connection.work = work;
                return;
            }
        }
        connection.hush(before);
        self.wake_holders();
    }

    /// Closes connections: what runs on them is given up when they are removed.
    fn kill_clients(&mut self, asking: ConnectionId, victims: Victims, now: Instant) -> u64 {
        let ids: Vec<ConnectionId> = self
            .all()
            .filter(|(_, connection)| !matches!(connection.phase, Phase::Gone))
            .filter(|(id, connection)| victims.include(connection, *id == asking, now))
            .map(|(id, _)| id)
            .collect();
        for &id in &ids {
            let Some(connection) = self.get(id) else { continue };
            if id == asking {
                connection.doomed = true;
                continue;
            }
            connection.phase = Phase::Gone;
            if matches!(connection.work, Work::Fresh) {
                connection.work = Work::Idle;
            }
            self.touch(id);
        }
        ids.len() as u64
    }
}
