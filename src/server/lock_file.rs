//! What a daemon writes into its lock file: how far its life is, and its process id.
//!
//! It tells a daemon whose socket somebody has removed from one that has not made its socket yet or has taken it away
//! itself. The number is believed only of a process that has that very file open, so that it can never be somebody to
//! whom the number of a dead daemon was given.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// How far the life of a lock's holder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its socket is not there yet.
    Starting,
    /// Its socket is there, unless somebody removed it.
    Serving,
    /// It has removed its socket and is on its way out.
    Ending,
}

impl Stage {
    const ALL: [Stage; 3] = [Stage::Starting, Stage::Serving, Stage::Ending];

    fn word(self) -> &'static str {
        match self {
            Stage::Starting => "starting",
            Stage::Serving => "serving",
            Stage::Ending => "ending",
        }
    }
}

/// Notes how far this process is. Only whoever has the lock may do so.
///
/// # Errors
/// The system's word.
pub fn note(mut file: &File, stage: Stage) -> io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    writeln!(file, "{} {}", stage.word(), std::process::id())
}

/// Whether two names or descriptors mean one file.
pub fn is_same(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// The process that noted something into a lock file, and lives.
#[derive(Debug)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
    /// How far it said it is.
    pub stage: Stage,
    /// Readable when it has ended.
    pub process: OwnedFd,
}

impl Holder {
    /// Looks who has this lock file. `None` if nobody has it, or nobody that can be found.
    pub fn find(lock_path: &Path) -> Option<Holder> {
        let file = File::open(lock_path).ok()?;
        let mut text = String::new();
        // Ours are shorter; what else somebody put there is of no interest.
        (&file).take(64).read_to_string(&mut text).ok()?;
        let (word, number) = text.trim_end().split_once(' ')?;
        let stage = Stage::ALL.into_iter().find(|stage| stage.word() == word)?;
        let number: u32 = number.parse().ok()?;
        let pid = Pid::from_raw(i32::try_from(number).ok()?)?;
        // From here on the number cannot become another process's without our signal going nowhere.
        let process = pidfd_open(pid, PidfdFlags::empty()).ok()?;
        let ours = file.metadata().ok()?;
        let is_open = std::fs::read_dir(format!("/proc/{number}/fd"))
            .ok()?
            .flatten()
            .any(|entry| std::fs::metadata(entry.path()).is_ok_and(|open| is_same(&open, &ours)));
        is_open.then_some(Holder { pid: number, stage, process })
    }

    /// Asks it to end, as `--stop-daemon` does.
    ///
    /// # Errors
    /// If it may not be signalled.
    pub fn terminate(&self) -> rustix::io::Result<()> {
        match pidfd_send_signal(&self.process, Signal::TERM) {
            // It ended just now.
            Err(rustix::io::Errno::SRCH) => Ok(()),
            result => result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_is_who_has_the_file_open_and_nobody_else_of_that_number() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("d.lock");
        let file = File::create(&path).unwrap();
        assert!(Holder::find(&path).is_none(), "nobody has said anything");
        for stage in Stage::ALL {
            note(&file, stage).unwrap();
            let holder = Holder::find(&path).unwrap();
            assert_eq!((holder.pid, holder.stage), (std::process::id(), stage));
        }
        // A process that lives and has nothing to do with it.
        let mut bystander =
            std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        std::fs::write(&path, format!("serving {}\n", bystander.id())).unwrap();
        assert!(Holder::find(&path).is_none());
        drop(bystander.stdin.take());
        bystander.wait().unwrap();
        for nonsense in
            ["", "serving", "serving x\n", "serving 0\n", "serving -1\n", "dancing 1\n", "\u{fffd}"]
        {
            std::fs::write(&path, nonsense).unwrap();
            assert!(Holder::find(&path).is_none(), "{nonsense}");
        }
    }
}
