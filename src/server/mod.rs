//! The daemon's process: sockets, signals, timers, files.
//!
//! Owns the reactor (the one loop, [`reactor`]), who may be the daemon ([`lifecycle`]), how it is started in
//! the background ([`background`]), spoken to by `--stop-daemon` and its like ([`control`]), and killed ([`force`]).
//! What it serves is decided in [`crate::session`].
//!
//! Must never: sleep, block anywhere but in `poll`, or look into a request.

mod background;
mod control;
mod force;
mod lifecycle;
mod lock_file;
mod log;
mod process;
mod reactor;
#[cfg(test)]
mod simulation;
mod token;
mod traffic;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

use crate::limits;
use crate::session::AccessToken;
use crate::wire::ErrorReply;
pub use background::start_background;
pub use control::{Stopped, clear_cache, status, stop};
pub use force::kill;
pub use lifecycle::pid_path;

/// What a daemon is started with.
#[derive(Clone, Debug)]
pub struct DaemonConfig {
    /// Where it listens.
    pub socket: PathBuf,
    /// Where it writes its process id, for people.
    pub pid_file: PathBuf,
    /// Wall time of one run.
    pub timeout: Duration,
    /// Live memory of one run, in bytes.
    pub memory_max_bytes: usize,
    /// Bytes of one request.
    pub frame_max_bytes: usize,
    /// Connections at once.
    pub connections_max: usize,
    /// Sessions at once.
    pub sessions_max: usize,
    /// Live memory of all sessions, in bytes, beyond which there are no new ones.
    pub sessions_memory_max_bytes: usize,
    /// The file with the token that clients have to say.
    pub token_file: Option<PathBuf>,
    /// The log file; without one the log goes to standard error in the foreground and nowhere otherwise.
    pub log: Option<PathBuf>,
    /// Whether to serve in this process.
    pub foreground: bool,
}

impl DaemonConfig {
    /// The defaults, on this socket.
    pub fn new(socket: impl Into<PathBuf>) -> DaemonConfig {
        let socket = socket.into();
        DaemonConfig {
            pid_file: pid_path(&socket),
            socket,
            timeout: limits::RUN_TIMEOUT,
            memory_max_bytes: limits::RUN_MEMORY_MAX_BYTES,
            frame_max_bytes: limits::FRAME_MAX_BYTES,
            connections_max: limits::CONNECTIONS_MAX,
            sessions_max: limits::SESSIONS_MAX,
            sessions_memory_max_bytes: limits::SESSIONS_MEMORY_MAX_BYTES,
            token_file: None,
            log: None,
            foreground: false,
        }
    }
}

/// Why a daemon could not be started, reached or stopped.
#[derive(Debug, Error)]
pub enum ServerError {
    /// Somebody has the lock.
    #[error("a daemon is already running on {}{}", .socket.display(), pid_suffix(.pid))]
    AlreadyRunning {
        /// Its socket.
        socket: PathBuf,
        /// What its pid file says.
        pid: Option<u32>,
    },
    /// A daemon serves those who are connected, but somebody removed its socket.
    #[error(
        "the daemon on {} (pid {pid}) runs, but its socket has been removed, so that nobody can connect; \
         end it with --stop-daemon and start it again", .socket.display()
    )]
    SocketLost {
        /// Where its socket was.
        socket: PathBuf,
        /// Its process.
        pid: u32,
    },
    /// Nobody listens.
    #[error("no daemon is running on {}", .socket.display())]
    NotRunning {
        /// The socket.
        socket: PathBuf,
    },
    /// The address of a Unix socket is a small fixed buffer.
    #[error(
        "the socket path is {bytes} bytes long, but a Unix socket's address holds at most {} bytes: {}",
        limits::SOCKET_PATH_MAX_BYTES, .path.display()
    )]
    PathTooLong {
        /// The path.
        path: PathBuf,
        /// Its length.
        bytes: usize,
    },
    /// There is nowhere to put the socket.
    #[error("the socket's directory {} does not exist or is not a directory; create it first", .0.display())]
    DirectoryMissing(PathBuf),
    /// Anybody could put another socket in its place.
    #[error("everybody may replace files in {} (it is writable by all and not sticky); use another directory",
        .0.display())]
    OpenDirectory(PathBuf),
    /// Something else has the name.
    #[error("{} exists and is not a socket; remove it or use another path", .0.display())]
    NotASocket(PathBuf),
    /// Not ours.
    #[error("{} belongs to another user (uid {uid}); use another path with --socket or PYRUST_SOCKET",
        .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Its owner.
        uid: u32,
    },
    /// A file that is no place for a token.
    #[error("the token in {} is not used: {problem}", .path.display())]
    TokenFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// What the operating system said.
    #[error("cannot {action} {}: {error}", .path.display())]
    Io {
        /// A verb.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The daemon's process ended before it was ready, and said this.
    #[error("{0}")]
    Background(String),
    /// The daemon answered with an error.
    #[error("the daemon says: {0}")]
    Reply(ErrorReply),
    /// Whatever answered is no pyrust daemon of our version.
    #[error("{} does not answer like a pyrust daemon: {reason}", .socket.display())]
    NotOurs {
        /// The socket.
        socket: PathBuf,
        /// What was odd.
        reason: String,
    },
    /// It was asked to end and did not.
    #[error("the daemon on {} did not end within {after:?}; pyrust --stop-daemon --force kills it", .socket.display())]
    StillRunning {
        /// Its socket.
        socket: PathBuf,
        /// How long was waited.
        after: Duration,
    },
    /// Somebody has the lock whom we cannot see.
    #[error("the process that holds the lock of {} cannot be found; does it run in another container?",
        .socket.display())]
    HolderUnknown {
        /// The socket.
        socket: PathBuf,
    },
}

fn pid_suffix(pid: &Option<u32>) -> String {
    pid.map(|pid| format!(" (pid {pid})")).unwrap_or_default()
}

impl ServerError {
    fn io(action: &'static str, path: &Path, error: io::Error) -> ServerError {
        ServerError::Io { action, path: path.to_owned(), error }
    }
}

/// Serves until a signal or a client ends it. Started by [`start_background`], it first leaves the caller's
/// session and tells the caller when it is ready, or why it is not.
///
/// # Errors
/// Whatever keeps it from listening, or the system's word if `poll` fails.
pub fn run(config: DaemonConfig) -> Result<(), ServerError> {
    let launch = background::Launch::detect();
    let result = serve(&config, &launch);
    if let Err(error) = &result {
        launch.report_failure(error);
    }
    result
}

fn serve(config: &DaemonConfig, launch: &background::Launch) -> Result<(), ServerError> {
    launch.detach();
    let token = config.token_file.as_deref().map(token::read).transpose()?;
    let claim = lifecycle::Claim::take(&config.socket, &config.pid_file)?;
    let log = match &config.log {
        Some(path) => {
            log::Log::append_to(path).map_err(|error| ServerError::io("open the log", path, error))?
        }
        None if launch.is_background() => log::Log::nowhere(),
        None => log::Log::stderr(),
    };
    process::raise_descriptor_limit();
    process::refuse_huge_pages();
    let listener = claim.listen()?;
    let process = process::Process::new(config, log);
    let mut reactor = reactor::Reactor::new(config, process, listener)
        .map_err(|error| ServerError::io("set up the event loop for", &config.socket, error))?;
    if let Some(token) = token {
        reactor.require_token(AccessToken::new(&token));
    }
    launch.report_ready();
    reactor.run(&claim).map_err(|error| ServerError::io("wait for events on", &config.socket, error))
}
