//! The RESP3 connection of the command line.

use std::io::{self, Read, Write};
use std::os::fd::BorrowedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::{ClientError, connect};
use crate::limits;
use crate::wire::{
    DaemonStatus, ErrorReply, Hello, HelloReply, OutputPush, ReplyDecoder, Request, RespValue, RespVersion,
    RunReply, RunRequest,
};

/// A connection that speaks RESP3. Dropping it hangs up, which cancels what runs on it.
#[derive(Debug)]
pub struct RespConnection {
    stream: UnixStream,
    decoder: ReplyDecoder,
    /// Whether `HELLO` went out and its reply is still to come.
    greeting: Greeting,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Greeting {
    ToSend,
    ToRead,
    Done,
}

/// When waiting ends without an answer.
#[derive(Clone, Copy, Debug, Default)]
struct Patience<'a> {
    /// The time-out, and when it is over.
    deadline: Option<(Duration, Instant)>,
    /// A descriptor that becomes readable on Ctrl-C.
    interrupt: Option<BorrowedFd<'a>>,
}

impl RespConnection {
    /// Connects. `HELLO` goes out with the first request: a greeting costs no round trip of its own.
    ///
    /// # Errors
    /// See [`connect`].
    pub fn connect(path: &Path, timeout: Duration) -> Result<RespConnection, ClientError> {
        let stream = connect(path, timeout)?;
        stream.set_nonblocking(true).map_err(ClientError::NotDelivered)?;
        let decoder = ReplyDecoder::new(limits::REPLY_MAX_BYTES);
        Ok(RespConnection { stream, decoder, greeting: Greeting::ToSend })
    }

    /// Runs a program. `on_output` gets what it prints while it runs (with `STREAM`), in order. Waits as
    /// long as it takes: the daemon has the run's time-out. `interrupt` becoming readable ends it.
    ///
    /// # Errors
    /// A killed run, a refused request, a broken connection, Ctrl-C, or `on_output`'s own error.
    pub fn run(
        mut self,
        request: &RunRequest<'_>,
        interrupt: Option<BorrowedFd<'_>>,
        mut on_output: impl FnMut(OutputPush) -> io::Result<()>,
    ) -> Result<RunReply, ClientError> {
        let patience = Patience { deadline: None, interrupt };
        self.send(|out| request.encode(out), &patience)?;
        loop {
            match self.receive(&patience)? {
                RespValue::Push(items) => {
                    let push = OutputPush::decode(items).map_err(protocol)?;
                    on_output(push).map_err(ClientError::Output)?;
                }
                reply => return RunReply::decode(no_error(reply)?).map_err(protocol),
            }
        }
    }

    /// The daemon's numbers.
    ///
    /// # Errors
    /// A refused request, a broken connection, or no answer in time.
    pub fn status(&mut self, timeout: Duration) -> Result<DaemonStatus, ClientError> {
        DaemonStatus::decode(self.ask(&Request::Status, timeout)?).map_err(protocol)
    }

    /// Empties the compile cache; returns how many programs it held.
    ///
    /// # Errors
    /// As [`RespConnection::status`].
    pub fn clear_cache(&mut self, timeout: Duration) -> Result<u64, ClientError> {
        match self.ask(&Request::CacheClear, timeout)? {
            RespValue::Integer(count @ 0..) => Ok(count.unsigned_abs()),
            other => Err(ClientError::Protocol(format!("expected a count, got {other:?}"))),
        }
    }

    fn ask(&mut self, request: &Request<'_>, timeout: Duration) -> Result<RespValue, ClientError> {
        let deadline = Instant::now().checked_add(timeout).map(|at| (timeout, at));
        let patience = Patience { deadline, interrupt: None };
        self.send(|out| request.encode(out), &patience)?;
        no_error(self.receive(&patience)?)
    }

    fn send(
        &mut self,
        encode: impl FnOnce(&mut Vec<u8>),
        patience: &Patience<'_>,
    ) -> Result<(), ClientError> {
        let mut out = Vec::new();
        if self.greeting == Greeting::ToSend {
            let hello = Hello { version: Some(RespVersion::Resp3), name: None };
            Request::Hello(hello).encode(&mut out);
            self.greeting = Greeting::ToRead;
        }
        encode(&mut out);
        let mut written = 0;
        while written < out.len() {
            match self.stream.write(&out[written..]) {
                Ok(count) => written += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    patience.wait(&self.stream, PollFlags::OUT)?;
                }
                // The daemon may have said why it hung up: that is read next.
                Err(error) if written == 0 => {
                    return match self.receive(patience) {
                        Err(ClientError::Disconnected(_)) => Err(ClientError::NotDelivered(error)),
                        Err(reason) => Err(reason),
                        Ok(_) => Err(ClientError::NotDelivered(error)),
                    };
                }
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    }

    /// The next value that is not the greeting's reply.
    fn receive(&mut self, patience: &Patience<'_>) -> Result<RespValue, ClientError> {
        let mut bytes = Vec::new();
        loop {
            match self.decoder.next_value().map_err(protocol)? {
                Some(value) if self.greeting == Greeting::ToRead => {
                    HelloReply::decode(no_error(value)?).map_err(protocol)?;
                    self.greeting = Greeting::Done;
                    continue;
                }
                Some(value) => return Ok(value),
                None => {}
            }
            bytes.resize(limits::CLIENT_READ_BYTES, 0);
            match self.stream.read(&mut bytes) {
                Ok(0) => return Err(ClientError::Disconnected(io::ErrorKind::UnexpectedEof.into())),
                Ok(count) => self.decoder.feed(&bytes[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    patience.wait(&self.stream, PollFlags::IN)?;
                }
                Err(error) => return Err(ClientError::Disconnected(error)),
            }
        }
    }
}

impl Patience<'_> {
    /// Waits until the socket is ready. A hang-up counts as ready: the next call tells.
    fn wait(&self, stream: &UnixStream, flags: PollFlags) -> Result<(), ClientError> {
        let timeout = match self.deadline {
            None => None,
            Some((timeout, at)) => {
                let left = at.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(ClientError::TimedOut(timeout));
                }
                left.try_into().ok()
            }
        };
        let socket = PollFd::new(stream, flags);
        let ready = match &self.interrupt {
            None => poll(&mut [socket], timeout.as_ref()),
            Some(interrupt) => {
                let mut both = [socket, PollFd::new(interrupt, PollFlags::IN)];
                let ready = poll(&mut both, timeout.as_ref());
                if !both[1].revents().is_empty() {
                    return Err(ClientError::Interrupted);
                }
                ready
            }
        };
        match ready {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(errno) => Err(ClientError::Disconnected(errno.into())),
        }
    }
}

fn no_error(value: RespValue) -> Result<RespValue, ClientError> {
    match value {
        RespValue::Error(text) => Err(ErrorReply::from_text(&text).into()),
        value => Ok(value),
    }
}

fn protocol(error: impl std::fmt::Display) -> ClientError {
    ClientError::Protocol(error.to_string())
}
