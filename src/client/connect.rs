//! Connecting, with a deadline, to a socket that is ours.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout, socket_peercred};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, socket_with};
use rustix::process::geteuid;

use super::ClientError;
use crate::limits;

/// Connects to the daemon's socket, waiting at most `timeout` for one whose backlog is full.
///
/// # Errors
/// Nobody listens, the socket or the process behind it belongs to somebody else, the path is too long, or
/// the time is over. In every case nothing was sent.
pub fn connect(path: &Path, timeout: Duration) -> Result<UnixStream, ClientError> {
    let address = SocketAddrUnix::new(path).map_err(|errno| match errno {
        Errno::NAMETOOLONG => {
            ClientError::PathTooLong { path: path.to_owned(), max: limits::SOCKET_PATH_MAX_BYTES }
        }
        errno => failed(path, errno.into()),
    })?;
    match fs::metadata(path) {
        Ok(metadata) => check_owner(path, metadata.uid())?,
        Err(error) => return Err(failed(path, error)),
    }
    let deadline = Instant::now() + timeout;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)
        .map_err(|errno| failed(path, errno.into()))?;
    loop {
        // A connect to a full backlog waits as long as a write may.
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ClientError::ConnectTimedOut { path: path.to_owned() });
        }
        set_socket_timeout(&socket, Timeout::Send, Some(left)).map_err(|errno| failed(path, errno.into()))?;
        match rustix::net::connect(&socket, &address) {
            Ok(()) => break,
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => return Err(ClientError::ConnectTimedOut { path: path.to_owned() }),
            Err(errno) => return Err(failed(path, errno.into())),
        }
    }
    // The file may have been replaced since it was looked at; this is who listens.
    let peer = socket_peercred(&socket).map_err(|errno| failed(path, errno.into()))?;
    check_owner(path, peer.uid.as_raw())?;
    Ok(UnixStream::from(socket))
}

/// Ours, or root's, who can do everything anyway.
fn check_owner(path: &Path, uid: u32) -> Result<(), ClientError> {
    if uid == 0 || uid == geteuid().as_raw() {
        return Ok(());
    }
    Err(ClientError::NotPermitted { path: path.to_owned(), uid })
}

fn failed(path: &Path, source: io::Error) -> ClientError {
    match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
            ClientError::NotRunning { path: path.to_owned() }
        }
        _ => ClientError::Connect { path: path.to_owned(), source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;

    #[test]
    fn a_missing_or_dead_socket_is_a_daemon_that_does_not_run() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("d.sock");
        let second = Duration::from_secs(1);
        assert!(matches!(connect(&path, second), Err(ClientError::NotRunning { .. })));
        drop(UnixListener::bind(&path).unwrap());
        assert!(matches!(connect(&path, second), Err(ClientError::NotRunning { .. })));
    }

    #[test]
    fn a_file_that_is_no_socket_is_refused_by_the_system() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("d.sock");
        fs::write(&path, "x").unwrap();
        assert!(connect(&path, Duration::from_secs(1)).unwrap_err().is_undelivered());
    }

    #[test]
    fn a_path_too_long_for_an_address_is_refused_with_that_reason() {
        let path = Path::new("/tmp").join("x".repeat(200));
        let error = connect(&path, Duration::from_secs(1)).unwrap_err();
        assert!(error.to_string().ends_with("it is 205 bytes long, the system allows 107"), "{error}");
        let fits = Path::new("/tmp").join("x".repeat(limits::SOCKET_PATH_MAX_BYTES - 5));
        assert!(matches!(connect(&fits, Duration::from_secs(1)), Err(ClientError::NotRunning { .. })));
    }

    #[test]
    fn a_full_backlog_ends_the_wait_at_the_deadline() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("d.sock");
        let socket =
            socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None).unwrap();
        rustix::net::bind(&socket, &SocketAddrUnix::new(&path).unwrap()).unwrap();
        rustix::net::listen(&socket, 0).unwrap();
        let started = Instant::now();
        let mut kept = Vec::new();
        let error = loop {
            match connect(&path, Duration::from_millis(100)) {
                Ok(stream) => kept.push(stream),
                Err(error) => break error,
            }
            assert!(kept.len() < 10, "a backlog of 0 has room for one or two");
        };
        assert!(matches!(error, ClientError::ConnectTimedOut { .. }), "{error}");
        assert!(started.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_socket_of_somebody_else_is_not_spoken_to() {
        let path = Path::new("/tmp/x");
        assert!(check_owner(path, 0).is_ok());
        assert!(check_owner(path, geteuid().as_raw()).is_ok());
        let error = check_owner(path, geteuid().as_raw() + 1).unwrap_err();
        assert!(matches!(error, ClientError::NotPermitted { .. }) && error.is_undelivered());
    }
}
