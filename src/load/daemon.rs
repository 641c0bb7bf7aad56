//! The daemon under load: one of its own if wanted, its numbers, its memory and processor time.

use std::fs::{self, DirBuilder};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::LoadError;
use crate::client::{ClientError, connect, default_token};
use crate::limits;
use crate::wire::{DaemonStatus, ErrorReply, ReplyDecoder, RespValue, write_command};

/// A connection for questions about the daemon.
#[derive(Debug)]
pub struct Control {
    stream: UnixStream,
    decoder: ReplyDecoder,
    socket: PathBuf,
}

impl Control {
    /// Connects.
    ///
    /// # Errors
    /// There is no daemon, or none that may be spoken to.
    pub fn connect(socket: &Path) -> Result<Control, LoadError> {
        let stream = connect(socket, limits::CONTROL_TIMEOUT).map_err(LoadError::NoDaemon)?;
        let refused = |error| LoadError::NoDaemon(ClientError::NotDelivered(error));
        stream.set_read_timeout(Some(limits::LOAD_PATIENCE)).map_err(refused)?;
        stream.set_write_timeout(Some(limits::LOAD_PATIENCE)).map_err(refused)?;
        let decoder = ReplyDecoder::new(limits::REPLY_MAX_BYTES);
        let mut control = Control { stream, decoder, socket: socket.to_owned() };
        if let Some(token) = default_token().map_err(LoadError::NoDaemon)? {
            control.ask(&[b"AUTH", &token])?;
        }
        Ok(control)
    }

    /// Sends a command and returns its reply.
    ///
    /// # Errors
    /// An error reply, a broken connection, no answer in time.
    pub fn ask(&mut self, words: &[&[u8]]) -> Result<RespValue, LoadError> {
        self.send(words)?;
        match self.receive()? {
            RespValue::Error(text) => Err(self.failed(&ErrorReply::from_text(&text).to_string())),
            value => Ok(value),
        }
    }

    /// Sends a command.
    ///
    /// # Errors
    /// The connection is broken.
    pub fn send(&mut self, words: &[&[u8]]) -> Result<(), LoadError> {
        let mut out = Vec::new();
        write_command(words, &mut out);
        self.stream.write_all(&out).map_err(|error| self.failed(&error.to_string()))
    }

    /// The next reply or push message.
    ///
    /// # Errors
    /// A broken connection, no answer in time.
    pub fn receive(&mut self) -> Result<RespValue, LoadError> {
        self.read_value().map_err(|error| self.failed(&error.to_string()))
    }

    fn read_value(&mut self) -> io::Result<RespValue> {
        let mut bytes = [0; 4096];
        loop {
            if let Some(value) = self.decoder.next_value().map_err(io::Error::other)? {
                return Ok(value);
            }
            match self.stream.read(&mut bytes)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => self.decoder.feed(&bytes[..count]),
            }
        }
    }

    /// The daemon's numbers.
    ///
    /// # Errors
    /// As [`Control::ask`].
    pub fn status(&mut self) -> Result<DaemonStatus, LoadError> {
        let value = self.ask(&[b"PY.STATUS"])?;
        DaemonStatus::decode(value).map_err(|error| self.failed(&error.to_string()))
    }

    fn failed(&self, message: &str) -> LoadError {
        LoadError::Status { socket: self.socket.clone(), message: message.to_owned() }
    }
}

/// A daemon of one's own in a directory of its own; both are gone when this is dropped.
#[derive(Debug)]
pub struct Private {
    child: Child,
    directory: PathBuf,
    socket: PathBuf,
}

/// Tells the daemon to say on its standard output when it listens.
const LAUNCH_VARIABLE: &str = "PYRUST_DAEMON_LAUNCH";

impl Private {
    /// Starts one, with these flags beside those that it needs, and returns when it listens.
    ///
    /// # Errors
    /// The program cannot be started, or says that it cannot serve.
    pub fn start(program: &Path, flags: &[String]) -> Result<Private, LoadError> {
        let failed = |message: String| LoadError::Spawn { program: program.to_owned(), message };
        let directory = own_directory().map_err(|error| failed(error.to_string()))?;
        let socket = directory.join("d.sock");
        let spawned = Command::new(program)
            .args(["--daemon", "--foreground", "--socket"])
            .arg(&socket)
            .args(flags)
            .env(LAUNCH_VARIABLE, "1")
            .env_remove("PYRUST_SOCKET")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn();
        let child = match spawned {
            Ok(child) => child,
            Err(error) => {
                let _ = fs::remove_dir(&directory);
                return Err(failed(error.to_string()));
            }
        };
        let mut private = Private { child, directory, socket };
        let mut said = String::new();
        let mut pipe = private.child.stdout.take().expect("it is piped");
        pipe.read_to_string(&mut said).map_err(|error| failed(error.to_string()))?;
        match said.trim_end() {
            "ready" => Ok(private),
            "" => Err(failed("it ended without a word".to_owned())),
            said => Err(failed(said.to_owned())),
        }
    }

    /// Where it listens.
    pub fn socket(&self) -> &Path {
        &self.socket
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        // It is our child, so its number is still its own. A daemon that is told twice ends at once.
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// A directory that nobody else can enter, with a name that nobody else has.
fn own_directory() -> io::Result<PathBuf> {
    for number in 0.. {
        let path = std::env::temp_dir().join(format!("pyrust-load-{}-{number}", std::process::id()));
        match DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => return result.map(|()| path),
        }
    }
    unreachable!("some number is free")
}

/// A look at a process.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Resident memory, in bytes.
    pub rss_bytes: u64,
    /// Processor time since its start.
    pub cpu: Duration,
}

/// Looks at a process; `None` if it is gone.
pub fn usage(pid: u64) -> Option<Usage> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(Usage { rss_bytes: parse_rss(&status)?, cpu: parse_cpu(&stat)? })
}

fn parse_rss(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * limits::KIB as u64)
}

/// User and system time are fields 14 and 15; the name before them may contain anything but is in parentheses.
fn parse_cpu(stat: &str) -> Option<Duration> {
    let fields: Vec<&str> = stat[stat.rfind(')')? + 1..].split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_and_time_are_read_out_of_proc() {
        assert_eq!(parse_rss("Name:\tx\nVmRSS:\t    12 kB\nVmData: 1 kB\n"), Some(12 * 1024));
        assert_eq!(parse_rss("Name:\tx\n"), None);
        let stat = "7 (a) b) R 1 1 1 0 -1 0 9 9 9 9 100 50 0 0 20 0 1 0 5";
        let ticks = rustix::param::clock_ticks_per_second() as f64;
        assert_eq!(parse_cpu(stat), Some(Duration::from_secs_f64(150.0 / ticks)));
        let own = usage(u64::from(std::process::id())).unwrap();
        assert!(own.rss_bytes > 100_000);
        assert_eq!(usage(u64::from(u32::MAX)), None);
    }

    #[test]
    fn a_program_that_is_no_daemon_is_told_and_leaves_nothing() {
        let error = Private::start(Path::new("/bin/true"), &[]).unwrap_err().to_string();
        assert_eq!(error, "cannot start a daemon with /bin/true: it ended without a word");
        let error = Private::start(Path::new("/nonexistent/pyrust"), &[]).unwrap_err().to_string();
        assert!(error.contains("No such file"), "{error}");
    }
}
