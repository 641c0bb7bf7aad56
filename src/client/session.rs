//! A session: a heap on the daemon whose globals stay between programs.

use std::time::Duration;

use super::error::protocol;
use super::{Batch, Client, ClientError, Program, Running};
use crate::wire::{FromValue, Request, RespValue, RunReply, SessionRequest};

/// What a session holds and does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionInfo {
    /// Its name.
    pub name: String,
    /// Live memory, in bytes.
    pub memory_bytes: u64,
    /// The most that it may hold, in bytes.
    pub memory_max_bytes: u64,
    /// Programs that were run in it.
    pub runs: u64,
    /// Whether one runs now.
    pub busy: bool,
    /// Operations that wait for their turn.
    pub waiting: u64,
    /// Since it was made.
    pub age: Duration,
    /// Since it was used last.
    pub idle: Duration,
    /// How long it may be idle before it is dropped; `None` for ever.
    pub ttl: Option<Duration>,
    /// Whether there is a snapshot to return to.
    pub has_snapshot: bool,
}

impl SessionInfo {
    fn decode(reply: RespValue) -> Result<SessionInfo, ClientError> {
        let number = |key: &str| field::<u64>(&reply, key);
        let micros = |key: &str| number(key).map(Duration::from_micros);
        Ok(SessionInfo {
            name: field(&reply, "name")?,
            memory_bytes: number("memory")?,
            memory_max_bytes: number("memory_max")?,
            runs: number("runs")?,
            busy: field(&reply, "busy")?,
            waiting: number("waiting")?,
            age: micros("age_us")?,
            idle: micros("idle_us")?,
            ttl: Some(number("ttl_s")?).filter(|seconds| *seconds != 0).map(Duration::from_secs),
            has_snapshot: field(&reply, "snapshot")?,
        })
    }
}

fn field<T: FromValue>(reply: &RespValue, key: &str) -> Result<T, ClientError> {
    let value = reply.get(key).ok_or_else(|| protocol(format!("a session's numbers have no '{key}'")))?;
    T::from_value(value.clone()).map_err(|error| protocol(format!("'{key}' of a session: {error}")))
}

/// A session of the daemon, by its name. It outlives this handle, the client and the connection; it ends by
/// [`remove`](Session::remove), by being idle for too long, or with the daemon.
///
/// ```no_run
/// use pyrust::client::Client;
///
/// let mut client = Client::connect()?;
/// let mut session = client.session("notebook");
/// session.run("x = 20")?;
/// let y: i64 = session.eval("x * 2 + 2")?;
/// assert_eq!(y, 42);
/// session.remove()?;
/// # Ok::<(), pyrust::client::ClientError>(())
/// ```
#[derive(Debug)]
pub struct Session<'c> {
    client: &'c mut Client,
    name: &'c str,
}

impl<'c> Session<'c> {
    pub(super) fn new(client: &'c mut Client, name: &'c str) -> Session<'c> {
        Session { client, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.name
    }

    /// Makes it, when a first program that makes it would not do. `ttl` is how long it may be idle, `Some(ZERO)` for
    /// ever; `memory_max_bytes` is the most that it may hold.
    ///
    /// # Errors
    /// There is one of this name, or there are as many as there may be.
    pub fn create(
        &mut self,
        ttl: Option<Duration>,
        memory_max_bytes: Option<usize>,
    ) -> Result<(), ClientError> {
        // A part of a second counts as one: 0 would be for ever.
        let ttl = ttl.map(|ttl| Duration::from_secs(ttl.as_secs() + u64::from(ttl.subsec_nanos() > 0)));
        self.command(SessionRequest::New { name: self.name, ttl, memory_max_bytes })
    }

    /// Sends what is answered with OK.
    fn command(&mut self, request: SessionRequest<'_>) -> Result<(), ClientError> {
        self.client.ask::<String>(&Request::Session(request)).map(drop)
    }

    /// As [`Client::run`].
    ///
    /// # Errors
    /// As [`Client::run`].
    pub fn run<'a>(&'a mut self, program: impl Into<Program<'a>>) -> Result<RunReply, ClientError> {
        self.client.run(program.into().session(self.name))
    }

    /// As [`Client::eval`].
    ///
    /// # Errors
    /// As [`Client::eval`].
    pub fn eval<'a, T: FromValue>(&'a mut self, program: impl Into<Program<'a>>) -> Result<T, ClientError> {
        self.client.eval(program.into().session(self.name))
    }

    /// As [`Client::run_streaming`].
    ///
    /// # Errors
    /// As [`Client::run_streaming`].
    pub fn run_streaming<'a>(
        &'a mut self,
        program: impl Into<Program<'a>>,
    ) -> Result<Running<'a>, ClientError> {
        self.client.run_streaming(program.into().session(self.name))
    }

    /// As [`Client::batch`].
    ///
    /// # Errors
    /// As [`Client::batch`].
    pub fn batch(&mut self, batch: Batch<'_>) -> Result<Vec<Result<RunReply, ClientError>>, ClientError> {
        self.client.batch(&batch.session(self.name))
    }

    /// Its numbers.
    ///
    /// # Errors
    /// [`ClientError::NoSession`]
    pub fn info(&mut self) -> Result<SessionInfo, ClientError> {
        let reply = self.client.ask::<RespValue>(&Request::Session(SessionRequest::Info(self.name)))?;
        SessionInfo::decode(reply).inspect_err(|_| self.client.hang_up())
    }

    /// Ends it; returns whether there was one.
    ///
    /// # Errors
    /// A connection that broke.
    pub fn remove(&mut self) -> Result<bool, ClientError> {
        self.client.ask::<u64>(&Request::Session(SessionRequest::Drop(self.name))).map(|count| count > 0)
    }

    /// Makes another session that is what this one is now; from then on each goes its own way.
    ///
    /// # Errors
    /// [`ClientError::NoSession`], or one of the other name exists.
    pub fn fork(&mut self, new_name: &str) -> Result<(), ClientError> {
        self.command(SessionRequest::Fork(self.name, new_name))
    }

    /// Remembers what it is now, instead of what was remembered before.
    ///
    /// # Errors
    /// [`ClientError::NoSession`]
    pub fn snapshot(&mut self) -> Result<(), ClientError> {
        self.command(SessionRequest::Snapshot(self.name))
    }

    /// Returns to what was remembered.
    ///
    /// # Errors
    /// [`ClientError::NoSession`], or nothing was remembered.
    pub fn rollback(&mut self) -> Result<(), ClientError> {
        self.command(SessionRequest::Rollback(self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(without: &str) -> Result<SessionInfo, String> {
        let text = |key: &str, value: RespValue| (RespValue::bulk(key), value);
        let mut pairs = vec![
            text("name", RespValue::bulk("s")),
            text("memory", RespValue::Integer(1)),
            text("memory_max", RespValue::Integer(2)),
            text("runs", RespValue::Integer(3)),
            text("busy", RespValue::Boolean(true)),
            text("waiting", RespValue::Integer(4)),
            text("age_us", RespValue::Integer(5)),
            text("idle_us", RespValue::Integer(6)),
            text("ttl_s", RespValue::Integer(0)),
            text("snapshot", RespValue::Boolean(false)),
            text("something new", RespValue::Null),
        ];
        pairs.retain(|(key, _)| key.as_str() != Some(without));
        SessionInfo::decode(RespValue::Map(pairs)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_session_s_numbers_are_read_by_their_names() {
        let expected = SessionInfo {
            name: "s".into(),
            memory_bytes: 1,
            memory_max_bytes: 2,
            runs: 3,
            busy: true,
            waiting: 4,
            age: Duration::from_micros(5),
            idle: Duration::from_micros(6),
            ttl: None,
            has_snapshot: false,
        };
        assert_eq!(info(""), Ok(expected));
        let error = info("runs").unwrap_err();
        assert!(error.ends_with("a session's numbers have no 'runs'"), "{error}");
    }
}
