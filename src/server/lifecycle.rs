//! Who is the daemon: the lock, the socket and the pid file.
//!
//! An `flock` on a file beside the socket decides, never a pid: the kernel gives the lock back when its
//! holder dies, however it dies. Whoever has the lock may remove a socket that was left behind. The pid
//! file is for people; nothing here trusts what it says. A daemon whose socket somebody has removed is found by
//! what it wrote into its lock file ([`super::lock_file`]).

use std::cell::Cell;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use mio::net::UnixListener;
use rustix::fs::{FlockOperation, Mode, OFlags, flock};
use rustix::process::{geteuid, umask};

use super::ServerError;
use super::lock_file::{self, Holder, Stage};
use crate::limits;

/// The right to be the daemon on one socket. Dropping it removes the files and gives the lock back.
#[derive(Debug)]
pub struct Claim {
    socket: PathBuf,
    pid_file: PathBuf,
    lock_path: PathBuf,
    /// Device and number of the socket that [`Claim::listen`] made.
    made: Cell<Option<(u64, u64)>>,
    /// Held open: closing it releases the lock, so it is the last field to be dropped.
    lock: File,
}

impl Claim {
    /// Takes the lock and removes what a dead daemon left.
    ///
    /// # Errors
    /// If another daemon has it, if the path cannot be a socket's, if the directory, the socket or the
    /// lock file belongs to somebody else, or if somebody else listens on the socket.
    pub fn take(socket: &Path, pid_file: &Path) -> Result<Claim, ServerError> {
        check_path(socket)?;
        let lock_path = lock_path(socket);
        let lock = lock(&lock_path, socket, pid_file)?;
        if let Err(error) = remove_stale_socket(socket) {
            // What is in our place is not ours to remove; the lock file is.
            remove(&lock_path);
            return Err(error);
        }
        Ok(Claim {
            socket: socket.to_owned(),
            pid_file: pid_file.to_owned(),
            lock_path,
            made: Cell::new(None),
            lock,
        })
    }

    /// Binds the socket, readable and writable by its owner alone, and writes the pid file.
    ///
    /// # Errors
    /// What the system says about the socket or the pid file.
    pub fn listen(&self) -> Result<UnixListener, ServerError> {
        let before = umask(Mode::from_raw_mode(0o177));
        let listener = UnixListener::bind(&self.socket);
        umask(before);
        let listener = listener.map_err(|error| ServerError::io("listen on", &self.socket, error))?;
        let made = std::fs::symlink_metadata(&self.socket);
        let made = made.map_err(|error| ServerError::io("look at", &self.socket, error))?;
        self.made.set(Some((made.dev(), made.ino())));
        self.write_pid().map_err(|error| ServerError::io("write", &self.pid_file, error))?;
        self.note(Stage::Serving)?;
        Ok(listener)
    }

    /// Removes the socket, so that clients do not come to a daemon that is about to end.
    pub fn remove_socket(&self) {
        // Who waits for our end should not take the socket for lost. If it cannot be said, they signal once more.
        let _ = self.note(Stage::Ending);
        self.remove_made();
    }

    fn note(&self, stage: Stage) -> Result<(), ServerError> {
        lock_file::note(&self.lock, stage).map_err(|error| ServerError::io("write", &self.lock_path, error))
    }

    /// Removes the socket if it is the one that was made here, and not what somebody has put in its place.
    fn remove_made(&self) {
        let there = std::fs::symlink_metadata(&self.socket);
        if there.is_ok_and(|there| Some((there.dev(), there.ino())) == self.made.get()) {
            remove(&self.socket);
        }
    }

    /// Whether the lock file is still the one that is locked. If somebody removed it, there may be another daemon,
    /// whose the files are now.
    fn is_named(&self) -> bool {
        let named = std::fs::symlink_metadata(&self.lock_path);
        self.lock.metadata().is_ok_and(|ours| named.is_ok_and(|named| lock_file::is_same(&named, &ours)))
    }

    fn write_pid(&self) -> io::Result<()> {
        let mut file = open_private(&self.pid_file)?;
        file.set_len(0)?;
        writeln!(file, "{}", std::process::id())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.remove_made();
        if !self.is_named() {
            return;
        }
        remove(&self.pid_file);
        // Whoever waits for the lock sees that this file has gone and takes a new one: see `lock`.
        remove(&self.lock_path);
    }
}

fn remove_stale_socket(socket: &Path) -> Result<(), ServerError> {
    match checked_socket(socket) {
        Ok(()) => {
            check_silent(socket)?;
            std::fs::remove_file(socket)
                .map_err(|error| ServerError::io("remove the stale socket", socket, error))
        }
        Err(ServerError::NotRunning { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Refuses a socket on which somebody listens although nobody has the daemon's lock: it is not ours to remove.
fn check_silent(socket: &Path) -> Result<(), ServerError> {
    // One that does not wait for room in a full queue.
    match mio::net::UnixStream::connect(socket) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => Ok(()),
        Ok(_) | Err(_) => Err(not_the_daemon(socket)),
    }
}

/// The error of a socket that is somebody else's.
pub fn not_the_daemon(socket: &Path) -> ServerError {
    let reason =
        "what listens there does not hold the daemon's lock, and is left alone; use another path with \
                  --socket or PYRUST_SOCKET"
            .to_owned();
    ServerError::NotOurs { socket: socket.to_owned(), reason }
}

/// What cannot be removed is left for the next daemon, which takes over whatever it finds.
fn remove(path: &Path) {
    let _ = std::fs::remove_file(path);
}

/// The lock file of a socket: `/tmp/pyrust.sock.lock`.
pub fn lock_path(socket: &Path) -> PathBuf {
    let mut path = socket.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}

/// The pid file of a socket: `/tmp/pyrust.pid` for `/tmp/pyrust.sock`.
pub fn pid_path(socket: &Path) -> PathBuf {
    socket.with_extension("pid")
}

/// Waits until nobody holds the lock of this socket.
///
/// # Errors
/// If that takes longer than [`limits::STOP_TIMEOUT`].
pub fn wait_for_lock(socket: &Path) -> Result<(), ServerError> {
    let Ok(file) = File::open(lock_path(socket)) else { return Ok(()) };
    // A lock can be waited for without end only, so that is done by a thread which can be left behind.
    let (done, is_done) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let locked = flock(&file, FlockOperation::LockShared);
        let _ = done.send(locked.is_ok());
    });
    match is_done.recv_timeout(limits::STOP_TIMEOUT) {
        Ok(true) => Ok(()),
        _ => Err(still_running(socket)),
    }
}

/// The daemon that serves without the socket that it made: somebody has removed it, so that nobody can connect.
pub fn without_socket(socket: &Path) -> Option<Holder> {
    let is_gone = std::fs::symlink_metadata(socket).is_err_and(|error| error.kind() == ErrorKind::NotFound);
    let holder = is_gone.then(|| Holder::find(&lock_path(socket))).flatten()?;
    (holder.stage == Stage::Serving).then_some(holder)
}

/// The error of a daemon that [`without_socket`] found.
pub fn socket_lost(socket: &Path, holder: &Holder) -> ServerError {
    ServerError::SocketLost { socket: socket.to_owned(), pid: holder.pid }
}

/// The error of a daemon that does not end.
pub fn still_running(socket: &Path) -> ServerError {
    ServerError::StillRunning { socket: socket.to_owned(), after: limits::STOP_TIMEOUT }
}

/// Refuses what cannot be, or must not be, a socket of ours.
///
/// # Errors
/// A path that is too long for an address, a missing directory, or one in which somebody else could
/// replace our files.
pub fn check_path(socket: &Path) -> Result<(), ServerError> {
    let bytes = socket.as_os_str().len();
    if bytes > limits::SOCKET_PATH_MAX_BYTES {
        return Err(ServerError::PathTooLong { path: socket.to_owned(), bytes });
    }
    let parent = match socket.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return Err(ServerError::NotASocket(socket.to_owned())),
    };
    let metadata = match std::fs::metadata(parent) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(ServerError::DirectoryMissing(parent.to_owned()));
        }
        Err(error) => return Err(ServerError::io("look at", parent, error)),
    };
    if !metadata.is_dir() {
        return Err(ServerError::DirectoryMissing(parent.to_owned()));
    }
    check_owner(parent, &metadata)?;
    const WORLD_WRITABLE: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    if metadata.mode() & WORLD_WRITABLE != 0 && metadata.mode() & STICKY == 0 {
        return Err(ServerError::OpenDirectory(parent.to_owned()));
    }
    Ok(())
}

/// Checks that a path is a socket of ours.
///
/// # Errors
/// [`ServerError::NotRunning`] if nothing is there, or what is wrong with what is there.
pub fn checked_socket(socket: &Path) -> Result<(), ServerError> {
    match std::fs::symlink_metadata(socket) {
        Ok(metadata) if !metadata.file_type().is_socket() => Err(ServerError::NotASocket(socket.to_owned())),
        Ok(metadata) => check_owner(socket, &metadata),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(ServerError::NotRunning { socket: socket.to_owned() })
        }
        Err(error) => Err(ServerError::io("look at", socket, error)),
    }
}

/// Ours, or root's, who can do everything anyway.
fn check_owner(path: &Path, metadata: &Metadata) -> Result<(), ServerError> {
    let uid = metadata.uid();
    if uid == geteuid().as_raw() || uid == 0 {
        return Ok(());
    }
    Err(ServerError::Foreign { path: path.to_owned(), uid })
}

fn lock(lock_path: &Path, socket: &Path, pid_file: &Path) -> Result<File, ServerError> {
    loop {
        let file = open_private(lock_path).map_err(|error| ServerError::io("open", lock_path, error))?;
        let metadata = file.metadata().map_err(|error| ServerError::io("look at", lock_path, error))?;
        check_owner(lock_path, &metadata)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                let running =
                    ServerError::AlreadyRunning { socket: socket.to_owned(), pid: read_pid(pid_file) };
                return Err(without_socket(socket).map_or(running, |holder| socket_lost(socket, &holder)));
            }
            Err(error) => return Err(ServerError::io("lock", lock_path, error.into())),
        }
        // The daemon before us may have removed the file between our opening and locking it; then
        // somebody else could lock a new one of the same name. Only the file that has the name counts.
        let named = std::fs::symlink_metadata(lock_path);
        if named.is_ok_and(|named| lock_file::is_same(&named, &metadata)) {
            // What a dead daemon said of itself is no longer so.
            lock_file::note(&file, Stage::Starting)
                .map_err(|error| ServerError::io("write", lock_path, error))?;
            return Ok(file);
        }
    }
}

fn open_private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(OFlags::NOFOLLOW.bits() as i32)
        .open(path)
}

/// What the pid file says, to be shown to a person and used for nothing else.
fn read_pid(pid_file: &Path) -> Option<u32> {
    std::fs::read_to_string(pid_file).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::net::UnixStream;

    fn paths(dir: &Path) -> (PathBuf, PathBuf) {
        let socket = dir.join("d.sock");
        let pid = pid_path(&socket);
        (socket, pid)
    }

    #[test]
    fn the_second_of_two_daemons_is_told_who_is_the_first() {
        let dir = tempfile::tempdir().unwrap();
        let (socket, pid) = paths(dir.path());
        let first = Claim::take(&socket, &pid).unwrap();
        let _listener = first.listen().unwrap();
        match Claim::take(&socket, &pid) {
            Err(ServerError::AlreadyRunning { pid, .. }) => assert_eq!(pid, Some(std::process::id())),
            other => panic!("{other:?}"),
        }
        drop(first);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left behind");
        Claim::take(&socket, &pid).unwrap();
    }

    #[test]
    fn a_daemon_whose_socket_was_removed_is_told_from_one_that_ends() {
        let dir = tempfile::tempdir().unwrap();
        let (socket, pid) = paths(dir.path());
        let claim = Claim::take(&socket, &pid).unwrap();
        assert!(without_socket(&socket).is_none(), "it has not made it yet");
        let _listener = claim.listen().unwrap();
        assert!(without_socket(&socket).is_none(), "it is there");
        std::fs::remove_file(&socket).unwrap();
        assert_eq!(without_socket(&socket).unwrap().pid, std::process::id());
        assert!(matches!(Claim::take(&socket, &pid), Err(ServerError::SocketLost { .. })));
        claim.remove_socket();
        assert!(without_socket(&socket).is_none(), "it ends");
        assert!(matches!(Claim::take(&socket, &pid), Err(ServerError::AlreadyRunning { .. })));
    }

    #[test]
    fn a_daemon_that_lost_its_files_leaves_those_of_the_next_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (socket, pid) = paths(dir.path());
        let lost = Claim::take(&socket, &pid).unwrap();
        let _listener = lost.listen().unwrap();
        for file in [&socket, &pid, &lock_path(&socket)] {
            std::fs::remove_file(file).unwrap();
        }
        let next = Claim::take(&socket, &pid).unwrap();
        let _next_listener = next.listen().unwrap();
        lost.remove_socket();
        drop(lost);
        UnixStream::connect(&socket).unwrap();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 3);
        assert!(matches!(Claim::take(&socket, &pid), Err(ServerError::AlreadyRunning { .. })));
    }

    #[test]
    fn the_socket_is_private_and_a_stale_one_is_taken_over() {
        let dir = tempfile::tempdir().unwrap();
        let (socket, pid) = paths(dir.path());
        drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
        assert!(UnixStream::connect(&socket).is_err());
        let claim = Claim::take(&socket, &pid).unwrap();
        let _listener = claim.listen().unwrap();
        assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
        UnixStream::connect(&socket).unwrap();
    }

    #[test]
    fn what_is_no_socket_is_not_removed() {
        let dir = tempfile::tempdir().unwrap();
        let (socket, pid) = paths(dir.path());
        std::fs::write(&socket, "precious").unwrap();
        assert!(matches!(Claim::take(&socket, &pid), Err(ServerError::NotASocket(_))));
        assert_eq!(std::fs::read_to_string(&socket).unwrap(), "precious");
    }

    #[test]
    fn a_directory_that_everybody_may_write_is_refused_unless_it_is_sticky() {
        let dir = tempfile::tempdir().unwrap();
        let (socket, _) = paths(dir.path());
        std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o777)).unwrap();
        assert!(matches!(check_path(&socket), Err(ServerError::OpenDirectory(_))));
        std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o1777)).unwrap();
        check_path(&socket).unwrap();
    }

    #[test]
    fn a_path_too_long_for_an_address_is_refused_with_that_reason() {
        let path = Path::new("/tmp").join("x".repeat(limits::SOCKET_PATH_MAX_BYTES));
        let message = check_path(&path).unwrap_err().to_string();
        assert!(message.contains("107 bytes"), "{message}");
    }
}
