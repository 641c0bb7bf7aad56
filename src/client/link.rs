//! A connection that speaks RESP: bytes out, values in, with a deadline and an interrupt.

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::BorrowedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::deadline::Deadline;
use super::error::{error_of, protocol};
use super::{ClientError, connect};
use crate::limits;
use crate::wire::{ReplyDecoder, RespValue};

/// What ends a wait, apart from what is waited for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Patience<'a> {
    /// The time.
    pub(super) deadline: Option<Deadline>,
    /// Readable when somebody has lost theirs.
    pub(super) interrupt: Option<BorrowedFd<'a>>,
}

impl Patience<'static> {
    /// Until then, undisturbed.
    pub(super) fn until(deadline: Deadline) -> Patience<'static> {
        Patience { deadline: Some(deadline), interrupt: None }
    }
}

/// A connection. Dropping it hangs up, which cancels what runs on it.
#[derive(Debug)]
pub(super) struct Link {
    stream: UnixStream,
    decoder: ReplyDecoder,
    /// Where the socket is read into; it grows when a read fills it.
    buffer: Vec<u8>,
}

impl Link {
    /// # Errors
    /// See [`connect`].
    pub(super) fn open(path: &Path, timeout: Duration) -> Result<Link, ClientError> {
        let stream = connect(path, timeout)?;
        stream.set_nonblocking(true).map_err(ClientError::NotDelivered)?;
        let decoder = ReplyDecoder::new(limits::REPLY_MAX_BYTES);
        Ok(Link { stream, decoder, buffer: vec![0; limits::CLIENT_READ_MIN_BYTES] })
    }

    /// Whether nothing waits to be read: no end of the connection, and no word that nobody asked for.
    pub(super) fn is_quiet(&self) -> bool {
        let mut asked = [PollFd::new(&self.stream, PollFlags::IN)];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        self.decoder.is_empty() && matches!(poll(&mut asked, Some(&now)), Ok(0))
    }

    /// Writes all of it, taking in what the daemon answers meanwhile: it stops reading when too many of its answers
    /// are not read.
    ///
    /// # Errors
    /// [`ClientError::NotDelivered`] if the daemon took none of it; what it said if it said why; the end of patience.
    /// A connection that breaks later is no error here: what the daemon said before is still to be read.
    pub(super) fn send(&mut self, bytes: &[u8], patience: &Patience<'_>) -> Result<(), ClientError> {
        let mut written = 0;
        while written < bytes.len() {
            match self.stream.write(&bytes[written..]) {
                Ok(count) => written += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let ready = wait(&self.stream, PollFlags::IN | PollFlags::OUT, patience)?;
                    if ready.contains(PollFlags::IN)
                        && let Err(ClientError::Disconnected(error)) = self.fill()
                    {
                        return self.broken(written, error, patience);
                    }
                }
                Err(error) => return self.broken(written, error, patience),
            }
        }
        Ok(())
    }

    /// The daemon hung up on a request. It may have said why.
    fn broken(
        &mut self,
        written: usize,
        error: io::Error,
        patience: &Patience<'_>,
    ) -> Result<(), ClientError> {
        if written > 0 {
            return Ok(());
        }
        match self.receive(patience) {
            Ok(RespValue::Error(text)) => Err(error_of(&text)),
            _ => Err(ClientError::NotDelivered(error)),
        }
    }

    /// The next value.
    ///
    /// # Errors
    /// The end of the connection or of patience, or what is no RESP.
    pub(super) fn receive(&mut self, patience: &Patience<'_>) -> Result<RespValue, ClientError> {
        loop {
            if let Some(value) = self.decoder.next_value().map_err(protocol)? {
                return Ok(value);
            }
            wait(&self.stream, PollFlags::IN, patience)?;
            self.fill()?;
        }
    }

    /// Takes in what there is.
    fn fill(&mut self) -> Result<(), ClientError> {
        match self.stream.read(&mut self.buffer) {
            Ok(0) => Err(ClientError::Disconnected(ErrorKind::UnexpectedEof.into())),
            Ok(count) => {
                self.decoder.feed(&self.buffer[..count]);
                if count == self.buffer.len() && count < limits::CLIENT_READ_BYTES {
                    self.buffer.resize(limits::CLIENT_READ_BYTES, 0);
                }
                Ok(())
            }
            Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => Ok(()),
            Err(error) => Err(ClientError::Disconnected(error)),
        }
    }
}

/// Waits until the socket is ready, and tells for what. A hang-up counts as ready: the next call tells.
fn wait(stream: &UnixStream, flags: PollFlags, patience: &Patience<'_>) -> Result<PollFlags, ClientError> {
    loop {
        let left = patience.deadline.map(|deadline| deadline.left()).transpose()?;
        // More seconds than the system counts are as good as no limit.
        let limit = left.and_then(|left| Timespec::try_from(left).ok());
        let socket = PollFd::new(stream, flags);
        let (ready, polled) = match &patience.interrupt {
            None => {
                let mut asked = [socket];
                let ready = poll(&mut asked, limit.as_ref());
                (ready, asked[0].revents())
            }
            Some(interrupt) => {
                let mut asked = [socket, PollFd::new(interrupt, PollFlags::IN)];
                let ready = poll(&mut asked, limit.as_ref());
                if !asked[1].revents().is_empty() {
                    return Err(ClientError::Interrupted);
                }
                (ready, asked[0].revents())
            }
        };
        match ready {
            Ok(0) | Err(Errno::INTR) => {}
            Ok(_) => return Ok(polled),
            Err(errno) => return Err(ClientError::Disconnected(io::Error::from(errno))),
        }
    }
}
