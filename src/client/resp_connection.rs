//! The RESP3 connection of the command line.

use std::io::{self, Read, Write};
use std::os::fd::BorrowedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::{ClientError, connect, token};
use crate::limits;
use crate::wire::{
    Credentials, ErrorReply, Hello, HelloReply, OutputPush, ReplyDecoder, Request, RespValue, RespVersion,
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
        self.send(request, interrupt)?;
        loop {
            match self.receive(interrupt)? {
                RespValue::Push(items) => {
                    let push = OutputPush::decode(items).map_err(protocol)?;
                    on_output(push).map_err(ClientError::Output)?;
                }
                reply => return RunReply::decode(no_error(reply)?).map_err(protocol),
            }
        }
    }

    fn send(
        &mut self,
        request: &RunRequest<'_>,
        interrupt: Option<BorrowedFd<'_>>,
    ) -> Result<(), ClientError> {
        let mut out = Vec::new();
        if self.greeting == Greeting::ToSend {
            let token = token()?;
            let auth = token.as_deref().map(|password| Credentials { user: Some(b"default"), password });
            let hello = Hello { version: Some(RespVersion::Resp3), auth, name: None };
            Request::Hello(hello).encode(&mut out);
            self.greeting = Greeting::ToRead;
        }
        request.encode(&mut out);
        let mut written = 0;
        while written < out.len() {
            match self.stream.write(&out[written..]) {
                Ok(count) => written += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    wait(&self.stream, PollFlags::OUT, interrupt)?;
                }
                // The daemon may have said why it hung up: that is read next.
                Err(error) if written == 0 => {
                    return match self.receive(interrupt) {
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
    fn receive(&mut self, interrupt: Option<BorrowedFd<'_>>) -> Result<RespValue, ClientError> {
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
                    wait(&self.stream, PollFlags::IN, interrupt)?;
                }
                Err(error) => return Err(ClientError::Disconnected(error)),
            }
        }
    }
}

/// Waits until the socket is ready. A hang-up counts as ready: the next call tells.
fn wait(stream: &UnixStream, flags: PollFlags, interrupt: Option<BorrowedFd<'_>>) -> Result<(), ClientError> {
    let socket = PollFd::new(stream, flags);
    let ready = match &interrupt {
        None => poll(&mut [socket], None),
        Some(interrupt) => {
            let mut both = [socket, PollFd::new(interrupt, PollFlags::IN)];
            let ready = poll(&mut both, None);
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

fn no_error(value: RespValue) -> Result<RespValue, ClientError> {
    match value {
        RespValue::Error(text) => Err(ErrorReply::from_text(&text).into()),
        value => Ok(value),
    }
}

fn protocol(error: impl std::fmt::Display) -> ClientError {
    ClientError::Protocol(error.to_string())
}
