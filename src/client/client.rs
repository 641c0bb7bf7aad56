//! The client: programs in, typed values and typed errors out.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cancel::{CancelHandle, Current};
use super::deadline::Deadline;
use super::error::{error_of, protocol};
use super::link::{Link, Patience};
use super::running::Running;
use super::session::Session;
use super::{Batch, ClientError, Program, batch, daemon_disabled, default_socket, greeting, token};
use crate::limits;
use crate::wire::{DaemonStatus, FromValue, Request, RespValue, RunReply, SessionRequest, write_command};

/// How to reach a daemon, and as whom.
///
/// ```no_run
/// use pyrust::client::Client;
/// use std::time::Duration;
///
/// let mut client = Client::builder().timeout(Duration::from_secs(2)).name("reports").connect()?;
/// client.ping()?;
/// # Ok::<(), pyrust::client::ClientError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClientBuilder {
    pub(super) path: PathBuf,
    pub(super) timeout: Duration,
    name: Option<String>,
    token_file: Option<PathBuf>,
}

impl ClientBuilder {
    /// The daemon that listens here, instead of on `PYRUST_SOCKET` or `/tmp/pyrust.sock`.
    #[must_use]
    pub fn path(mut self, path: impl AsRef<Path>) -> ClientBuilder {
        self.path = path.as_ref().to_owned();
        self
    }

    /// See [`Client::set_timeout`].
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.timeout = timeout;
        self
    }

    /// What `CLIENT LIST` calls the connection: up to 256 bytes without blanks.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> ClientBuilder {
        self.name = Some(name.into());
        self
    }

    /// The file with the daemon's token, instead of the one that `PYRUST_TOKEN_FILE` names. It is read for each
    /// connection.
    #[must_use]
    pub fn token_file(mut self, path: impl AsRef<Path>) -> ClientBuilder {
        self.token_file = Some(path.as_ref().to_owned());
        self
    }

    /// Connects.
    ///
    /// # Errors
    /// No daemon, one that does not want this client, one of a version that it does not go together with, or somebody
    /// else: see [`ClientError`].
    pub fn connect(self) -> Result<Client, ClientError> {
        let deadline = Deadline::after(self.timeout);
        self.connect_until(&deadline)
    }

    pub(super) fn connect_until(self, deadline: &Deadline) -> Result<Client, ClientError> {
        let mut client = Client::unconnected(self);
        client.open(deadline)?;
        Ok(client)
    }

    /// Opens a connection and exchanges greetings; nothing else was sent on it.
    pub(super) fn open(&self, deadline: &Deadline) -> Result<(Link, u64), ClientError> {
        let mut hello = Vec::new();
        greeting::encode(self.name.as_deref(), self.token_file.as_deref(), &mut hello)?;
        let patience = Patience::until(*deadline);
        let mut link = Link::open(&self.path, deadline.left()?)?;
        // Whatever goes wrong with the greeting, no program was sent.
        link.send(&hello, &patience).and_then(|()| link.receive(&patience)).map_err(undelivered).and_then(
            |answer| {
                let hello = greeting::check(&self.path, answer)?;
                Ok((link, hello.id))
            },
        )
    }
}

fn undelivered(error: ClientError) -> ClientError {
    match error {
        ClientError::Disconnected(error) => ClientError::NotDelivered(error),
        error => error,
    }
}

/// A client of a running daemon.
///
/// It has one connection and does one thing at a time; a [`Pool`](super::Pool) shares clients between threads. When
/// the connection turns out to be gone before anything of a request was sent, the request makes a new one. A request
/// that was sent is never sent again: when its connection breaks, the error says that the program may have run.
///
/// ```no_run
/// use pyrust::client::{Client, Program};
///
/// let mut client = Client::connect()?;
/// let total: i64 = client.eval("sum(range(10))")?;
/// assert_eq!(total, 45);
///
/// let reply = client.run(Program::new("print('hello', name)").input("name", "Ada"))?;
/// assert_eq!(reply.stdout, b"hello Ada\n");
/// assert_eq!(reply.exit, 0);
/// # Ok::<(), pyrust::client::ClientError>(())
/// ```
#[derive(Debug)]
pub struct Client {
    builder: ClientBuilder,
    timeout: Duration,
    link: Option<Link>,
    /// The connection, for those who cancel what runs on it.
    current: Current,
    /// How many connections it made.
    connections: u64,
    /// The request being sent, kept for its memory.
    out: Vec<u8>,
}

impl Client {
    /// Connects to the daemon on `PYRUST_SOCKET` or `/tmp/pyrust.sock`.
    ///
    /// # Errors
    /// See [`ClientBuilder::connect`]; [`ClientError::Disabled`] if `PYRUST_NO_DAEMON` is set.
    pub fn connect() -> Result<Client, ClientError> {
        if daemon_disabled() {
            return Err(ClientError::Disabled);
        }
        Client::builder().connect()
    }

    /// How to connect, when it is not the default.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            path: default_socket(),
            timeout: limits::CLIENT_TIMEOUT,
            name: None,
            token_file: token::default_file(),
        }
    }

    fn unconnected(builder: ClientBuilder) -> Client {
        Client {
            timeout: builder.timeout,
            builder,
            link: None,
            current: Current::default(),
            connections: 0,
            out: Vec::new(),
        }
    }

    /// Sets how long a request may take from the call to the return: connect, write, execution and read. The daemon is
    /// told, less a tenth of it or 100 ms, and kills a program that takes longer: that is
    /// [`ClientError::Killed`]. Should even this answer not come, the connection is closed, which kills the program
    /// too: that is [`ClientError::TimedOut`].
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// The socket it talks to.
    pub fn path(&self) -> &Path {
        &self.builder.path
    }

    /// Runs a program to its end. One that raises is no error here: [`RunReply`] has what it printed and its exit code,
    /// [`RunReply::exception`] the exception, and [`RunReply::check`] makes an error of it.
    ///
    /// # Errors
    /// A killed or refused program, or a connection that broke.
    pub fn run<'a>(&mut self, program: impl Into<Program<'a>>) -> Result<RunReply, ClientError> {
        let program = program.into();
        let reply = self.request(|time, out| program.encode(Some(time), out))?;
        RunReply::decode(reply).map_err(|error| self.misunderstood(error))
    }

    /// Runs a program and returns the value of its last expression, `None` as null. What it prints is dropped.
    ///
    /// # Errors
    /// As [`Client::run`]; [`ClientError::Exception`] if it raised; [`ClientError::WrongType`] if the value is no `T`.
    pub fn eval<'a, T: FromValue>(&mut self, program: impl Into<Program<'a>>) -> Result<T, ClientError> {
        let reply = self.run(program.into().data())?.check()?;
        Ok(T::from_value(reply.data.unwrap_or(RespValue::Null))?)
    }

    /// Starts a program whose output is wanted while it runs: the result is an iterator of it.
    ///
    /// # Errors
    /// The program could not be sent.
    pub fn run_streaming<'a>(&mut self, program: impl Into<Program<'a>>) -> Result<Running<'_>, ClientError> {
        let program = program.into().stream();
        let deadline = Deadline::after(self.timeout);
        self.deliver(&deadline, |time, out| program.encode(Some(time), out))?;
        Ok(Running::new(self, deadline))
    }

    /// Runs several programs in one session. The result has a reply for each that was run, in order.
    ///
    /// # Errors
    /// The batch as a whole was refused, or its connection broke.
    pub fn batch(&mut self, batch: &Batch<'_>) -> Result<Vec<Result<RunReply, ClientError>>, ClientError> {
        let reply = self.request(|time, out| batch.encode(time, out))?;
        batch::decode(reply).inspect_err(|_| self.hang_up())
    }

    /// Sends several programs at once and reads their replies: one round trip. They share nothing, and each is run
    /// whatever becomes of those before it.
    ///
    /// # Errors
    /// They could not be sent. If the connection breaks in between, those that were not answered have that error.
    pub fn pipeline(
        &mut self,
        programs: &[Program<'_>],
    ) -> Result<Vec<Result<RunReply, ClientError>>, ClientError> {
        let deadline = Deadline::after(self.timeout);
        self.deliver(&deadline, |time, out| {
            programs.iter().for_each(|program| program.encode(Some(time), out));
        })?;
        Ok(programs
            .iter()
            .map(|_| {
                let reply = self.reply(&deadline)?;
                RunReply::decode(reply).map_err(|error| self.misunderstood(error))
            })
            .collect())
    }

    /// What is done in one session, which is made by the first program that runs in it.
    pub fn session<'c>(&'c mut self, name: &'c str) -> Session<'c> {
        Session::new(self, name)
    }

    /// The names of all sessions.
    ///
    /// # Errors
    /// A connection that broke.
    pub fn sessions(&mut self) -> Result<Vec<String>, ClientError> {
        self.ask(&Request::Session(SessionRequest::List))
    }

    /// Cancels the runs of this name ([`Program::id`]), or what runs on the connection of this number; returns how many
    /// there were. Each ends with [`ClientError::is_cancelled`].
    ///
    /// # Errors
    /// A connection that broke.
    pub fn cancel(&mut self, id: &str) -> Result<u64, ClientError> {
        self.command(|out| write_command(&[b"PY.CANCEL", id.as_bytes()], out))
    }

    /// A handle with which another thread cancels what this client runs.
    pub fn cancel_handle(&self) -> CancelHandle {
        CancelHandle::new(self.builder.clone(), self.current.clone())
    }

    /// Asks whether the daemon is well.
    ///
    /// # Errors
    /// It is not, or does not say so in time.
    pub fn ping(&mut self) -> Result<(), ClientError> {
        match self.request(|_, out| Request::Ping(None).encode(out))?.as_str() {
            Some("PONG") => Ok(()),
            other => Err(self.misunderstood(format!("PING was answered with {other:?}"))),
        }
    }

    /// The daemon's numbers.
    ///
    /// # Errors
    /// A connection that broke.
    pub fn stats(&mut self) -> Result<DaemonStatus, ClientError> {
        let reply = self.request(|_, out| Request::Status.encode(out))?;
        DaemonStatus::decode(reply).map_err(|error| self.misunderstood(error))
    }

    /// Sends a request and reads its reply.
    pub(super) fn ask<T: FromValue>(&mut self, request: &Request<'_>) -> Result<T, ClientError> {
        self.command(|out| request.encode(out))
    }

    fn command<T: FromValue>(&mut self, encode: impl Fn(&mut Vec<u8>)) -> Result<T, ClientError> {
        let reply = self.request(|_, out| encode(out))?;
        T::from_value(reply).map_err(|error| self.misunderstood(error))
    }

    /// Sends what `encode` writes, given the time that is left for it, and reads the reply.
    fn request(&mut self, encode: impl Fn(Duration, &mut Vec<u8>)) -> Result<RespValue, ClientError> {
        let deadline = Deadline::after(self.timeout);
        self.deliver(&deadline, encode)?;
        self.reply(&deadline)
    }

    fn deliver(
        &mut self,
        deadline: &Deadline,
        encode: impl Fn(Duration, &mut Vec<u8>),
    ) -> Result<(), ClientError> {
        if self.is_usable() {
            match self.send(deadline, &encode) {
                // The daemon hung up just now: the request is whole, and so is our right to it.
                Err(ClientError::NotDelivered(_)) => {}
                result => return result,
            }
        }
        self.open(deadline)?;
        self.send(deadline, &encode)
    }

    fn open(&mut self, deadline: &Deadline) -> Result<(), ClientError> {
        self.hang_up();
        let (link, id) = self.builder.open(deadline)?;
        self.link = Some(link);
        self.current.set(id);
        self.connections += 1;
        Ok(())
    }

    fn send(
        &mut self,
        deadline: &Deadline,
        encode: &impl Fn(Duration, &mut Vec<u8>),
    ) -> Result<(), ClientError> {
        self.out.clear();
        encode(deadline.left()?, &mut self.out);
        let link = self.link.as_mut().expect("it was looked for or made just now");
        let result = link.send(&self.out, &Patience::until(*deadline));
        if self.out.capacity() > limits::CLIENT_READ_BYTES {
            self.out = Vec::new();
        }
        result.inspect_err(|_| self.hang_up())
    }

    /// The next reply; push messages before it are dropped.
    fn reply(&mut self, deadline: &Deadline) -> Result<RespValue, ClientError> {
        loop {
            match self.receive(deadline)? {
                RespValue::Push(_) => {}
                RespValue::Error(text) => return Err(error_of(&text)),
                value => return Ok(value),
            }
        }
    }

    /// The next value.
    pub(super) fn receive(&mut self, deadline: &Deadline) -> Result<RespValue, ClientError> {
        let Some(link) = &mut self.link else {
            return Err(ClientError::Disconnected(std::io::ErrorKind::NotConnected.into()));
        };
        link.receive(&Patience::until(*deadline)).inspect_err(|_| self.hang_up())
    }

    /// An answer that makes no sense: what comes after it cannot be trusted either.
    pub(super) fn misunderstood(&mut self, error: impl std::fmt::Display) -> ClientError {
        self.hang_up();
        protocol(error)
    }

    pub(super) fn hang_up(&mut self) {
        self.link = None;
        self.current.clear();
    }

    /// Whether it has a connection that nobody closed and on which nothing unasked-for waits.
    pub(super) fn is_usable(&self) -> bool {
        self.link.as_ref().is_some_and(Link::is_quiet)
    }

    /// How many connections it has made, whether it has one now.
    pub(super) fn connections_made(&self) -> u64 {
        self.connections
    }

    /// Back to how it was built, for whoever gets it next.
    pub(super) fn reset(&mut self) {
        self.timeout = self.builder.timeout;
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.hang_up();
    }
}
