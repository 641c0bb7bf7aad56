//! The process's standard input: what can be sent to a daemon, and reading it for a program that runs here.

use std::io;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FileType, fstat, major, minor, seek};
use rustix::io::Errno;
use rustix::stdio::stdin;

use super::CliError;
use super::interrupt::{Interrupt, Woken};
use super::needs::Needs;
use crate::limits;

/// Standard input for a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stdin {
    /// All of it is known: it can go anywhere.
    Whole(Vec<u8>),
    /// It must be read here while the program runs; this much was read already.
    Here(Vec<u8>),
}

impl Stdin {
    /// Gathers what a program with these needs wants of standard input, without waiting for any of it.
    /// What the program does not name is left alone: it belongs to whoever reads it next.
    pub fn gather(needs: Needs) -> Stdin {
        if !needs.stdin && !needs.hidden {
            return Stdin::Whole(Vec::new());
        }
        match kind() {
            Kind::Empty => Stdin::Whole(Vec::new()),
            // What might not want it must not eat it.
            Kind::File | Kind::Pipe if !needs.stdin => Stdin::Here(Vec::new()),
            Kind::File => read_available(false),
            Kind::Pipe => read_available(true),
            Kind::Other => Stdin::Here(Vec::new()),
        }
    }
}

enum Kind {
    /// Closed, `/dev/null`, or a file read to its end.
    Empty,
    /// A regular file with something left.
    File,
    /// A pipe or a socket.
    Pipe,
    /// A terminal or another device.
    Other,
}

fn kind() -> Kind {
    let Ok(stat) = fstat(stdin()) else { return Kind::Empty };
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => match seek(stdin(), rustix::fs::SeekFrom::Current(0)) {
            Ok(position) if i64::try_from(position).is_ok_and(|position| position >= stat.st_size) => {
                Kind::Empty
            }
            _ => Kind::File,
        },
        FileType::Fifo | FileType::Socket => Kind::Pipe,
        // `/dev/null`
        FileType::CharacterDevice if (major(stat.st_rdev), minor(stat.st_rdev)) == (1, 3) => Kind::Empty,
        _ => Kind::Other,
    }
}

/// Reads to the end if that is possible at once and within the limit.
fn read_available(can_block: bool) -> Stdin {
    let mut bytes = Vec::new();
    loop {
        if bytes.len() > limits::STDIN_SENT_MAX_BYTES || (can_block && !is_ready()) {
            return Stdin::Here(bytes);
        }
        match read_some(&mut bytes) {
            Ok(0) => return Stdin::Whole(bytes),
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => return Stdin::Here(bytes),
        }
    }
}

fn is_ready() -> bool {
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    matches!(poll(&mut [PollFd::new(&stdin(), PollFlags::IN)], Some(&now)), Ok(1))
}

fn read_some(bytes: &mut Vec<u8>) -> rustix::io::Result<usize> {
    let old = bytes.len();
    bytes.resize(old + limits::CLIENT_READ_BYTES, 0);
    let count = rustix::io::read(stdin(), &mut bytes[old..]);
    bytes.truncate(old + count.unwrap_or(0));
    count
}

/// All of standard input that a program with these needs names, waiting for its end; `None` if it is too much to be sent.
///
/// # Errors
/// The system's word if it cannot wait; Ctrl-C.
pub fn read_whole(needs: Needs, interrupt: &mut Interrupt) -> Result<Option<Vec<u8>>, CliError> {
    // One that is reached by a name which is not spelt out may never end, so it is not waited for.
    if !needs.stdin {
        return Ok(Some(Vec::new()));
    }
    let mut bytes = Vec::new();
    while bytes.len() <= limits::STDIN_SENT_MAX_BYTES {
        let failed = |error| CliError::System { action: "wait for standard input", error };
        match read_waiting(interrupt, None).map_err(failed)? {
            Some(more) if more.is_empty() => return Ok(Some(bytes)),
            Some(more) => bytes.extend(more),
            None if interrupt.is_raised() => return Err(CliError::Interrupted),
            None => {}
        }
    }
    Ok(None)
}

/// Waits for more and reads it: no bytes are the end of the input, `None` is the end of the wait by Ctrl-C,
/// the time-out or nothing in particular.
///
/// # Errors
/// The system's word if it cannot wait. A standard input that cannot be read is at its end.
pub fn read_waiting(interrupt: &mut Interrupt, timeout: Option<Duration>) -> io::Result<Option<Vec<u8>>> {
    if interrupt.wait(Some(stdin()), timeout)? != Woken::Readable {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    match read_some(&mut bytes) {
        // Another process may have been faster.
        Err(Errno::INTR | Errno::AGAIN) => Ok(None),
        Ok(_) | Err(_) => Ok(Some(bytes)),
    }
}
