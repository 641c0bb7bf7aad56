//! Speaking to a running daemon from the command line: stop it, ask it, clear its cache.

use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, geteuid, pidfd_open, pidfd_send_signal};

use super::force::holds_lock_of;
use super::lifecycle::{self, Claim};
use super::{ServerError, pid_path, token};
use crate::limits;
use crate::wire::{Credentials, DaemonStatus, ErrorReply, ReplyDecoder, Request, RespValue};

/// What [`stop`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// This process was told to end, and is gone.
    Pid(u32),
    /// There was none; files that a dead one left are gone.
    NotRunning,
}

/// Ends the daemon on this socket and returns when it is gone. Who is told to end is known from the
/// connection, never from the pid file; and it must be the daemon, not another program that listens there.
///
/// # Errors
/// If the socket is not ours, the daemon may not be signalled, or it does not end in time.
pub fn stop(socket: &Path) -> Result<Stopped, ServerError> {
    let connection = match connect(socket) {
        Ok(connection) => connection,
        Err(ServerError::NotRunning { .. } | ServerError::SocketLost { .. }) => {
            return stop_unreachable(socket);
        }
        Err(error) => return Err(error),
    };
    let pid = peer(&connection, socket)?;
    let failed = |error: rustix::io::Errno| ServerError::io("stop the daemon on", socket, error.into());
    let process = match pidfd_open(pid, PidfdFlags::empty()) {
        Ok(process) => process,
        // It ended just now.
        Err(rustix::io::Errno::SRCH) => return Ok(Stopped::Pid(number(pid))),
        Err(error) => return Err(failed(error)),
    };
    // One that cannot answer now is still known by its lock; one whose lock file was cleaned away by what it says.
    if !holds_lock_of(pid, socket) && !status(socket).is_ok_and(|status| status.pid == u64::from(number(pid)))
    {
        return match is_hung_up(&connection).map_err(failed)? {
            true => stop_unreachable(socket),
            false => Err(lifecycle::not_the_daemon(socket)),
        };
    }
    // The number was the daemon's when it began to listen. If our connection still stands, the daemon
    // lives, and what we opened is the daemon and nobody to whom its number was given later.
    if is_hung_up(&connection).map_err(failed)? {
        return stop_unreachable(socket);
    }
    match pidfd_send_signal(&process, Signal::TERM) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => {}
        Err(error) => return Err(failed(error)),
    }
    drop(connection);
    wait_for_end(&process, socket)?;
    Ok(Stopped::Pid(number(pid)))
}

/// Waits until a process has ended, but not for ever.
pub(super) fn wait_for_end(process: &OwnedFd, socket: &Path) -> Result<(), ServerError> {
    // A process's descriptor is readable once it has ended.
    let limit = Timespec::try_from(limits::STOP_TIMEOUT).expect("the limit is some seconds");
    loop {
        match poll(&mut [PollFd::new(process, PollFlags::IN)], Some(&limit)) {
            Ok(0) => return Err(lifecycle::still_running(socket)),
            Ok(_) => return Ok(()),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(ServerError::io("wait for the daemon on", socket, error.into())),
        }
    }
}

/// Nobody can connect. A daemon that is on its way out still has the lock, and so has one whose socket somebody
/// removed; a dead one left files.
pub(super) fn stop_unreachable(socket: &Path) -> Result<Stopped, ServerError> {
    if let Some(holder) = lifecycle::without_socket(socket) {
        let failed = |error: rustix::io::Errno| ServerError::io("stop the daemon on", socket, error.into());
        holder.terminate().map_err(failed)?;
        wait_for_end(&holder.process, socket)?;
        return Ok(Stopped::Pid(holder.pid));
    }
    match Claim::take(socket, &pid_path(socket)) {
        Ok(claim) => {
            drop(claim);
            Ok(Stopped::NotRunning)
        }
        Err(ServerError::AlreadyRunning { .. }) => {
            lifecycle::wait_for_lock(socket)?;
            Ok(Stopped::NotRunning)
        }
        Err(ServerError::DirectoryMissing(_)) => Ok(Stopped::NotRunning),
        Err(error) => Err(error),
    }
}

/// The daemon's numbers.
///
/// # Errors
/// [`ServerError::NotRunning`], or what went wrong.
pub fn status(socket: &Path) -> Result<DaemonStatus, ServerError> {
    let reply = ask(socket, &Request::Status)?;
    DaemonStatus::decode(reply).map_err(|error| not_ours(socket, error.to_string()))
}

/// Empties the daemon's compile cache; returns how many programs it held.
///
/// # Errors
/// [`ServerError::NotRunning`], or what went wrong.
pub fn clear_cache(socket: &Path) -> Result<u64, ServerError> {
    match ask(socket, &Request::CacheClear)? {
        RespValue::Integer(entries) => Ok(u64::try_from(entries).unwrap_or(0)),
        other => Err(not_ours(socket, format!("{other:?}"))),
    }
}

fn not_ours(socket: &Path, reason: String) -> ServerError {
    ServerError::NotOurs { socket: socket.to_owned(), reason }
}

fn connect(socket: &Path) -> Result<UnixStream, ServerError> {
    lifecycle::check_path(socket).map_err(|error| match error {
        ServerError::DirectoryMissing(_) => ServerError::NotRunning { socket: socket.to_owned() },
        error => error,
    })?;
    lifecycle::checked_socket(socket).map_err(|error| match lifecycle::without_socket(socket) {
        Some(holder) => lifecycle::socket_lost(socket, &holder),
        None => error,
    })?;
    UnixStream::connect(socket).map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::ConnectionRefused => {
            ServerError::NotRunning { socket: socket.to_owned() }
        }
        _ => ServerError::io("connect to", socket, error),
    })
}

/// The process that listens, if it is ours or root's.
fn peer(connection: &UnixStream, socket: &Path) -> Result<Pid, ServerError> {
    let peer = rustix::net::sockopt::socket_peercred(connection)
        .map_err(|error| ServerError::io("ask who listens on", socket, error.into()))?;
    if peer.uid != geteuid() && !peer.uid.is_root() {
        return Err(ServerError::Foreign { path: socket.to_owned(), uid: peer.uid.as_raw() });
    }
    Ok(peer.pid)
}

fn number(pid: Pid) -> u32 {
    pid.as_raw_nonzero().get().unsigned_abs()
}

fn is_hung_up(connection: &UnixStream) -> rustix::io::Result<bool> {
    let mut asked = [PollFd::new(connection, PollFlags::RDHUP)];
    poll(&mut asked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))?;
    Ok(asked[0].revents().intersects(PollFlags::HUP | PollFlags::RDHUP | PollFlags::ERR))
}

/// The token in the file that `PYRUST_TOKEN_FILE` names.
fn own_token() -> Result<Option<Vec<u8>>, ServerError> {
    match std::env::var_os("PYRUST_TOKEN_FILE") {
        Some(path) if !path.is_empty() => token::read(Path::new(&path)).map(Some),
        _ => Ok(None),
    }
}

/// Sends one command and returns its reply.
fn ask(socket: &Path, request: &Request<'_>) -> Result<RespValue, ServerError> {
    let mut connection = connect(socket)?;
    peer(&connection, socket)?;
    let failed = |error| ServerError::io("speak to the daemon on", socket, error);
    let limit: Option<Duration> = Some(limits::CONTROL_TIMEOUT);
    connection.set_read_timeout(limit).and_then(|()| connection.set_write_timeout(limit)).map_err(failed)?;
    let mut bytes = Vec::new();
    let token = own_token()?;
    if let Some(password) = &token {
        Request::Auth(Credentials { user: Some(b"default"), password }).encode(&mut bytes);
    }
    let mut answers_to_skip = u32::from(token.is_some());
    request.encode(&mut bytes);
    connection.write_all(&bytes).map_err(failed)?;
    let mut decoder = ReplyDecoder::new(limits::FRAME_MAX_BYTES);
    let mut buffer = [0; 4096];
    loop {
        match decoder.next_value() {
            Ok(None) => {}
            Ok(Some(RespValue::Error(text))) => return Err(ServerError::Reply(ErrorReply::from_text(&text))),
            Ok(Some(_)) if answers_to_skip > 0 => {
                answers_to_skip -= 1;
                continue;
            }
            Ok(Some(value)) => return Ok(value),
            Err(error) => return Err(not_ours(socket, error.to_string())),
        }
        match connection.read(&mut buffer).map_err(failed)? {
            0 => return Err(ServerError::NotRunning { socket: socket.to_owned() }),
            count => decoder.feed(&buffer[..count]),
        }
    }
}
