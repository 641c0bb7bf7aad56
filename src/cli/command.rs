//! What the command line means.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::CliError;
use super::args::{CommandLine, ProgramArg};
use crate::client::{daemon_disabled, default_socket};
use crate::server::DaemonConfig;

/// One thing to do.
#[derive(Debug)]
pub enum Command {
    /// `--version`
    Version,
    /// Run a program.
    Run(RunOptions),
    /// `--daemon`
    StartDaemon { config: DaemonConfig, json: bool },
    /// `--stop-daemon`
    StopDaemon { socket: PathBuf, force: bool, json: bool },
    /// `--daemon-status`
    DaemonStatus { socket: PathBuf, json: bool },
    /// `--stats`
    Stats { socket: PathBuf, json: bool },
    /// `--ping`
    Ping { socket: PathBuf, json: bool },
    /// `--cancel`
    Cancel { socket: PathBuf, id: String, json: bool },
    /// `--clear-cache`
    ClearCache { socket: PathBuf, json: bool },
}

/// How to run a program.
#[derive(Debug)]
pub struct RunOptions {
    /// Which.
    pub program: ProgramArg,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// The daemon's socket; `None` to run it in this process.
    pub socket: Option<PathBuf>,
    /// The daemon's session to run it in.
    pub session: Option<String>,
    /// What to call the run.
    pub id: Option<String>,
    /// Wall time it may take.
    pub timeout: Option<Duration>,
    /// Live memory it may hold, in bytes.
    pub memory_max_bytes: Option<usize>,
    /// Whether and how to tell where the time went.
    pub profile: Option<ProfileForm>,
}

/// How a profile is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileForm {
    /// For people.
    Text,
    /// One line of JSON.
    Json,
}

impl RunOptions {
    /// What it asks for that only a daemon has.
    pub fn needs_daemon(&self) -> Option<&'static str> {
        match (&self.session, &self.id) {
            (Some(_), _) => Some("--session"),
            (None, Some(_)) => Some("--id"),
            (None, None) => None,
        }
    }
}

impl Command {
    /// Resolves defaults and the environment.
    ///
    /// # Errors
    /// A program where none belongs.
    pub fn from_line(line: CommandLine) -> Result<Command, CliError> {
        let CommandLine { flags, program, args } = line;
        if flags.version {
            return Ok(Command::Version);
        }
        let json = flags.json;
        let looks_after_daemon = flags.daemon
            || flags.stop_daemon
            || flags.daemon_status
            || flags.stats
            || flags.ping
            || flags.clear_cache
            || flags.cancel.is_some();
        let socket = match (flags.socket, flags.no_daemon) {
            (Some(socket), _) => Some(socket),
            (None, false) if looks_after_daemon || !daemon_disabled() => Some(default_socket()),
            (None, _) if looks_after_daemon => Some(default_socket()),
            (None, _) => None,
        };
        if !looks_after_daemon {
            return Ok(Command::Run(RunOptions {
                program,
                args,
                socket: socket.filter(|_| !flags.no_daemon),
                session: flags.session,
                id: flags.id,
                timeout: flags.timeout,
                memory_max_bytes: flags.max_memory,
                profile: match (flags.profile_json, flags.profile) {
                    (true, _) => Some(ProfileForm::Json),
                    (false, true) => Some(ProfileForm::Text),
                    (false, false) => None,
                },
            }));
        }
        if program != ProgramArg::None {
            return Err(CliError::ProgramNotWanted);
        }
        let socket = socket.unwrap_or_else(default_socket);
        if flags.stop_daemon {
            return Ok(Command::StopDaemon { socket, force: flags.force, json });
        }
        if flags.daemon_status {
            return Ok(Command::DaemonStatus { socket, json });
        }
        if flags.stats {
            return Ok(Command::Stats { socket, json });
        }
        if flags.ping {
            return Ok(Command::Ping { socket, json });
        }
        if let Some(id) = flags.cancel {
            return Ok(Command::Cancel { socket, id, json });
        }
        if flags.clear_cache {
            return Ok(Command::ClearCache { socket, json });
        }
        let mut config = DaemonConfig::new(socket);
        config.foreground = flags.foreground;
        config.log = flags.log;
        config.token_file = flags.token_file;
        config.timeout = flags.timeout.unwrap_or(config.timeout);
        config.memory_max_bytes = flags.max_memory.unwrap_or(config.memory_max_bytes);
        config.frame_max_bytes = flags.max_frame.unwrap_or(config.frame_max_bytes);
        config.connections_max = flags.max_connections.unwrap_or(config.connections_max);
        config.sessions_max = flags.max_sessions.unwrap_or(config.sessions_max);
        config.sessions_memory_max_bytes =
            flags.max_sessions_memory.unwrap_or(config.sessions_memory_max_bytes);
        Ok(Command::StartDaemon { config, json })
    }
}
