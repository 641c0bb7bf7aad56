//! Ending a daemon that does not end when it is asked to.
//!
//! Who is the daemon is known from its lock, as everywhere: the kernel says which process holds it. A pid file says
//! who it was once. Between learning a number and using it, the number may be given to somebody else; so the process
//! is opened first, and looked at after that.

use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::control::{Stopped, stop_unreachable, wait_for_end};
use super::lifecycle::{self, Claim};
use super::{ServerError, lock_file, pid_path};

/// Ends the daemon on this socket by `SIGKILL` and removes what it left. Its programs are lost.
///
/// # Errors
/// If the process cannot be found or not be signalled, or the socket is not ours.
pub fn kill(socket: &Path) -> Result<Stopped, ServerError> {
    match lifecycle::check_path(socket) {
        Ok(()) => {}
        Err(ServerError::DirectoryMissing(_)) => return Ok(Stopped::NotRunning),
        Err(error) => return Err(error),
    }
    let lock_path = lifecycle::lock_path(socket);
    let lock = match fs::symlink_metadata(&lock_path) {
        Ok(lock) => lock,
        Err(error) if error.kind() == ErrorKind::NotFound => return stop_unreachable(socket),
        Err(error) => return Err(ServerError::io("look at", &lock_path, error)),
    };
    let failed = |error: Errno| ServerError::io("kill the daemon on", socket, error.into());
    let Some((pid, process)) = holder(&lock).map_err(failed)? else {
        // Nobody has it, or somebody whom we cannot see.
        return match Claim::take(socket, &pid_path(socket)) {
            Ok(claim) => {
                drop(claim);
                Ok(Stopped::NotRunning)
            }
            Err(ServerError::AlreadyRunning { .. }) => {
                Err(ServerError::HolderUnknown { socket: socket.to_owned() })
            }
            Err(error) => Err(error),
        };
    };
    match pidfd_send_signal(&process, Signal::KILL) {
        Ok(()) | Err(Errno::SRCH) => {}
        Err(error) => return Err(failed(error)),
    }
    wait_for_end(&process, socket)?;
    // Its lock is free now, unless the next daemon was faster: then the files are that one's.
    match Claim::take(socket, &pid_path(socket)) {
        Ok(claim) => drop(claim),
        Err(ServerError::AlreadyRunning { .. }) => {}
        Err(error) => return Err(error),
    }
    Ok(Stopped::Pid(pid.as_raw_nonzero().get().unsigned_abs()))
}

/// Whether a process holds the lock of the daemon on this socket, as far as can be seen.
pub(super) fn holds_lock_of(pid: Pid, socket: &Path) -> bool {
    fs::symlink_metadata(lifecycle::lock_path(socket)).is_ok_and(|lock| holds(pid, &lock))
}

/// The process that holds the lock on this file, opened.
fn holder(lock: &Metadata) -> rustix::io::Result<Option<(Pid, OwnedFd)>> {
    let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
    let mut candidates = candidates(&locks);
    // Likely ones first. The number is no proof: each file system counts for itself, and one that lies above another
    // shows us other numbers than the kernel's.
    candidates.sort_by_key(|(_, inode)| *inode != lock.ino());
    for (pid, _) in candidates {
        let process = match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(process) => process,
            Err(Errno::SRCH) => continue,
            Err(error) => return Err(error),
        };
        // What we see of the number is the process that we opened, if that one lives still.
        if holds(pid, lock) && is_alive(&process)? {
            return Ok(Some((pid, process)));
        }
    }
    Ok(None)
}

/// Who holds locks of the daemon's kind, on files of which numbers.
fn candidates(locks: &str) -> Vec<(Pid, u64)> {
    let holder = |line: &str| {
        let mut words = line.split_ascii_whitespace().skip(1);
        // One who waits has an arrow before it.
        if (words.next()?, words.nth(1)?) != ("FLOCK", "WRITE") {
            return None;
        }
        // A process that we cannot see has the number 0 or -1.
        let pid: u32 = words.next()?.parse().ok()?;
        let inode = words.next()?.rsplit(':').next()?.parse().ok()?;
        Some((Pid::from_raw(pid.try_into().ok()?)?, inode))
    };
    locks.lines().filter_map(holder).collect()
}

/// Whether a process has this very file open, and the lock by that.
fn holds(pid: Pid, lock: &Metadata) -> bool {
    let process = PathBuf::from(format!("/proc/{}", pid.as_raw_nonzero()));
    let Ok(descriptors) = fs::read_dir(process.join("fd")) else { return false };
    descriptors.filter_map(Result::ok).any(|descriptor| {
        let is_file = fs::metadata(descriptor.path()).is_ok_and(|file| lock_file::is_same(&file, lock));
        is_file
            && fs::read_to_string(process.join("fdinfo").join(descriptor.file_name())).is_ok_and(|info| {
                info.lines().any(|line| line.starts_with("lock:") && line.contains(" FLOCK "))
            })
    })
}

fn is_alive(process: &OwnedFd) -> rustix::io::Result<bool> {
    // A process's descriptor is readable once it has ended.
    Ok(poll(&mut [PollFd::new(process, PollFlags::IN)], Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))? == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_kernel_s_list_those_who_hold_a_lock_like_ours_are_read() {
        let locks = "1: FLOCK  ADVISORY  WRITE 10 fd:01:77 0 EOF\n\
                     1: -> FLOCK  ADVISORY  WRITE 11 fd:01:77 0 EOF\n\
                     2: POSIX  ADVISORY  WRITE 12 fd:01:77 0 EOF\n\
                     3: FLOCK  ADVISORY  READ 13 fd:01:77 0 EOF\n\
                     4: FLOCK  ADVISORY  WRITE -1 fd:01:77 0 EOF\n\
                     5: FLOCK  ADVISORY  WRITE 0 fd:01:77 0 EOF\n\
                     6: FLOCK  ADVISORY  WRITE 15 00:2f:177 0 EOF\n\
                     7: FLOCK\n";
        let found: Vec<(i32, u64)> =
            candidates(locks).iter().map(|(pid, inode)| (pid.as_raw_nonzero().get(), *inode)).collect();
        assert_eq!(found, [(10, 77), (15, 177)]);
    }

    #[test]
    fn who_holds_a_lock_is_found_and_who_has_the_file_open_is_not_enough() {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("d.sock");
        let claim = Claim::take(&socket, &pid_path(&socket)).unwrap();
        let path = lifecycle::lock_path(&socket);
        let lock = fs::symlink_metadata(&path).unwrap();
        let own = Pid::from_raw(std::process::id().try_into().unwrap()).unwrap();
        assert_eq!(holder(&lock).unwrap().map(|(pid, _)| pid), Some(own));
        let _open = fs::File::open(&path).unwrap();
        drop(claim);
        assert!(!holds(own, &lock));
        assert!(holder(&lock).unwrap().is_none());
    }

    #[test]
    fn somebody_else_s_socket_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("d.sock");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for lock_file in [false, true] {
            if lock_file {
                fs::write(lifecycle::lock_path(&socket), "").unwrap();
            }
            let error = kill(&socket).unwrap_err().to_string();
            assert!(error.contains("what listens there does not hold the daemon's lock"), "{error}");
            std::os::unix::net::UnixStream::connect(&socket).unwrap();
        }
    }

    #[test]
    fn where_nobody_is_nobody_is_killed() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(kill(&dir.path().join("d.sock")).unwrap(), Stopped::NotRunning);
        assert_eq!(kill(&dir.path().join("none/d.sock")).unwrap(), Stopped::NotRunning);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left behind");
    }
}
