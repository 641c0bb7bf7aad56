//! Starting the daemon in the background, and being so started.
//!
//! The parent starts this program again with the daemon's flags and reads the child's standard output, which
//! is a pipe: `ready`, or the reason why not, or the end if the child died. Then it can exit with the right
//! code. The child leaves the parent's session and gives up the pipe once it has spoken.

use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{DaemonConfig, ServerError, lifecycle};

/// Tells a child that its standard output is that pipe.
const LAUNCH_VARIABLE: &str = "PYRUST_DAEMON_LAUNCH";
const READY: &str = "ready\n";

/// Starts a daemon in the background and returns its process id once it listens.
///
/// # Errors
/// Whatever kept it from listening, in its own words.
pub fn start_background(config: &DaemonConfig) -> Result<u32, ServerError> {
    // What is plainly wrong is told without a process.
    lifecycle::check_path(&config.socket)?;
    let program =
        std::env::current_exe().map_err(|error| ServerError::io("find", Path::new("pyrust"), error))?;
    let mut command = Command::new(&program);
    command
        .args(["--daemon", "--foreground", "--socket"])
        .arg(absolute(&config.socket)?)
        .arg("--timeout")
        .arg(format!("{}", config.timeout.as_secs_f64()))
        .arg("--max-memory")
        .arg(config.memory_max_bytes.to_string())
        .arg("--max-frame")
        .arg(config.frame_max_bytes.to_string())
        .arg("--max-connections")
        .arg(config.connections_max.to_string())
        .arg("--max-sessions")
        .arg(config.sessions_max.to_string())
        .arg("--max-sessions-memory")
        .arg(config.sessions_memory_max_bytes.to_string());
    if let Some(token_file) = &config.token_file {
        command.arg("--token-file").arg(absolute(token_file)?);
    }
    if let Some(log) = &config.log {
        command.arg("--log").arg(absolute(log)?);
    }
    command
        .env(LAUNCH_VARIABLE, "1")
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| ServerError::io("start", &program, error))?;
    let mut said = String::new();
    let mut pipe = child.stdout.take().expect("standard output is piped");
    pipe.read_to_string(&mut said).map_err(|error| ServerError::io("read from", &program, error))?;
    if said == READY {
        return Ok(child.id());
    }
    let status = child.wait().map_err(|error| ServerError::io("wait for", &program, error))?;
    if said.is_empty() {
        said = format!("the daemon ended before it was ready ({status})");
    }
    Err(ServerError::Background(said.trim_end().to_owned()))
}

fn absolute(path: &Path) -> Result<std::path::PathBuf, ServerError> {
    std::path::absolute(path).map_err(|error| ServerError::io("find", path, error))
}

/// How this daemon was started.
#[derive(Debug)]
pub struct Launch {
    background: bool,
}

impl Launch {
    /// Looks at the environment.
    pub fn detect() -> Launch {
        Launch { background: std::env::var_os(LAUNCH_VARIABLE).is_some() }
    }

    /// Whether somebody waits for the word on the pipe.
    pub fn is_background(&self) -> bool {
        self.background
    }

    /// Leaves the session of the parent, whose terminal's signals are not meant for a daemon.
    pub fn detach(&self) {
        if self.background {
            // It fails only for a process that leads its group already: then there is nothing to leave.
            let _ = rustix::process::setsid();
        }
    }

    /// Tells the parent that the socket is there.
    pub fn report_ready(&self) {
        if self.background {
            self.report(READY);
        }
    }

    /// Tells the parent why there is no daemon.
    pub fn report_failure(&self, error: &ServerError) {
        if self.background {
            self.report(&format!("{error}\n"));
        }
    }

    /// Writes to the pipe and lets go of it. A parent that is gone does not matter.
    fn report(&self, text: &str) {
        let mut pipe = std::io::stdout();
        let _ = pipe.write_all(text.as_bytes()).and_then(|()| pipe.flush());
        if let Ok(null) = std::fs::File::options().read(true).write(true).open("/dev/null") {
            let _ = rustix::stdio::dup2_stdout(null.as_fd());
        }
    }
}
