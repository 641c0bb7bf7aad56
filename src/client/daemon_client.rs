//! The frame client: one connection, one request at a time.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::deadline::Deadline;
use super::{ClientError, connect, daemon_disabled, default_socket, fallback};
use crate::limits;
use crate::wire::{ErrorReply, Response, ResponseDecoder, Status, encode_request};

/// A client of a running daemon.
///
/// It keeps one connection and makes a new one when the old one turns out to be gone before anything of
/// a request was written to it.
///
/// ```no_run
/// use pyrust::client::DaemonClient;
///
/// let mut client = DaemonClient::connect_default()?;
/// assert_eq!(client.execute("2+3")?, "5");
/// # Ok::<(), pyrust::client::ClientError>(())
/// ```
#[derive(Debug)]
pub struct DaemonClient {
    path: PathBuf,
    timeout: Duration,
    connection: Option<Connection>,
    /// The request being sent, kept for its memory.
    out: Vec<u8>,
}

impl DaemonClient {
    /// Connects to the daemon that listens on `path`.
    ///
    /// # Errors
    /// See [`connect`].
    pub fn connect(path: impl AsRef<Path>) -> Result<DaemonClient, ClientError> {
        let mut client = DaemonClient::unconnected(path.as_ref());
        client.connection = Some(Connection::open(path.as_ref(), client.timeout)?);
        Ok(client)
    }

    /// Connects to the daemon on `PYRUST_SOCKET` or `/tmp/pyrust.sock`.
    ///
    /// # Errors
    /// See [`connect`]; [`ClientError::Disabled`] if `PYRUST_NO_DAEMON` is set.
    pub fn connect_default() -> Result<DaemonClient, ClientError> {
        if daemon_disabled() {
            return Err(ClientError::Disabled);
        }
        DaemonClient::connect(default_socket())
    }

    pub(super) fn unconnected(path: &Path) -> DaemonClient {
        DaemonClient {
            path: path.to_owned(),
            timeout: limits::CLIENT_TIMEOUT,
            connection: None,
            out: Vec::new(),
        }
    }

    /// Sets how long a request may take from the call to the return: connect, write, execution and read.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// The socket it talks to.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `code` and returns what it printed, then the value of a last expression if it is not `None`.
    ///
    /// # Errors
    /// [`ClientError::Raised`] with the output if the program failed; everything else tells by
    /// [`ClientError::is_undelivered`] whether the program may have run.
    pub fn execute(&mut self, code: &str) -> Result<String, ClientError> {
        let deadline = Deadline::after(self.timeout);
        self.out.clear();
        encode_request(code.as_bytes(), &mut self.out)
            .map_err(|error| ClientError::Protocol(error.to_string()))?;
        let result = self.exchange(&deadline);
        if self.out.capacity() > limits::CLIENT_READ_BYTES {
            self.out = Vec::new();
        }
        let response = result?;
        let text = String::from_utf8_lossy(&response.body).into_owned();
        match response.status {
            Status::Ok => Ok(text),
            Status::Raised => Err(ClientError::Raised { output: text }),
            Status::Refused => Err(ErrorReply::from_text(&text).into()),
        }
    }

    /// Runs `code` on the default daemon, or in this process if the request was never delivered to one:
    /// no daemon, none that may be spoken to, or one too busy to read it. A program that was, or may have
    /// been, started is never run again. Each thread keeps one connection and one engine.
    ///
    /// # Errors
    /// As [`DaemonClient::execute`]; in-process the same limits hold.
    pub fn execute_or_fallback(code: &str) -> Result<String, ClientError> {
        fallback::execute_or_fallback(code)
    }

    #[cfg(test)]
    pub(super) fn kept_stream(&self) -> Option<&UnixStream> {
        self.connection.as_ref().map(|connection| &connection.stream)
    }

    fn exchange(&mut self, deadline: &Deadline) -> Result<Response, ClientError> {
        if let Some(mut kept) = self.connection.take() {
            match kept.exchange(&self.out, deadline) {
                // The daemon hung up since the last request: the request is whole, and so is our right to it.
                Err(ClientError::NotDelivered(_)) => {}
                Err(error) => return Err(error),
                Ok(response) => {
                    self.connection = Some(kept);
                    return Ok(response);
                }
            }
        }
        let mut fresh = Connection::open(&self.path, deadline.left()?)?;
        let response = match fresh.exchange(&self.out, deadline) {
            // A daemon that takes nothing may have said why: "busy".
            Err(error @ ClientError::NotDelivered(_)) => fresh.read(deadline).map_err(|_| error)?,
            result => result?,
        };
        self.connection = Some(fresh);
        Ok(response)
    }
}

#[derive(Debug)]
struct Connection {
    stream: UnixStream,
    decoder: ResponseDecoder,
    /// The socket's time-outs as they were set last: they are set anew only when they are off.
    read_timeout: Duration,
    write_timeout: Duration,
}

impl Connection {
    fn open(path: &Path, timeout: Duration) -> Result<Connection, ClientError> {
        Ok(Connection {
            stream: connect(path, timeout)?,
            decoder: ResponseDecoder::new(limits::REPLY_MAX_BYTES),
            read_timeout: Duration::ZERO,
            write_timeout: Duration::ZERO,
        })
    }

    fn exchange(&mut self, request: &[u8], deadline: &Deadline) -> Result<Response, ClientError> {
        self.write(request, deadline)?;
        self.read(deadline)
    }

    fn write(&mut self, request: &[u8], deadline: &Deadline) -> Result<(), ClientError> {
        let mut written = 0;
        while written < request.len() {
            let left = deadline.left()?;
            if left.abs_diff(self.write_timeout) > limits::CLIENT_TIMEOUT_SLACK {
                self.stream.set_write_timeout(Some(left)).map_err(ClientError::Disconnected)?;
                self.write_timeout = left;
            }
            match self.stream.write(&request[written..]) {
                Ok(count) => written += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if written == 0 => return Err(ClientError::NotDelivered(error)),
                // An answer to a request that was refused by its first bytes may wait already.
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    }

    fn read(&mut self, deadline: &Deadline) -> Result<Response, ClientError> {
        let mut bytes = [0; 4096];
        loop {
            let left = deadline.left()?;
            if left.abs_diff(self.read_timeout) > limits::CLIENT_TIMEOUT_SLACK {
                self.stream.set_read_timeout(Some(left)).map_err(ClientError::Disconnected)?;
                self.read_timeout = left;
            }
            match self.stream.read(&mut bytes) {
                Ok(0) => return Err(ClientError::Disconnected(io::ErrorKind::UnexpectedEof.into())),
                Ok(count) => self.decoder.feed(&bytes[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                Err(error) => return Err(ClientError::Disconnected(error)),
            }
            match self.decoder.next_response() {
                Ok(Some(response)) => return Ok(response),
                Ok(None) => {}
                Err(error) => return Err(ClientError::Protocol(error.to_string())),
            }
        }
    }
}
