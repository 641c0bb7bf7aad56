//! What goes wrong in pyrust rather than in a program, with the exit code of each.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::client::ClientError;
use crate::server::ServerError;

/// Exit code of a program that raised.
pub(super) const RAISED: u8 = 1;
/// Exit code of a program that was killed by a limit other than time.
pub(super) const KILLED: u8 = 1;
/// Exit code of a program whose time was over, as of `timeout(1)`.
pub(super) const TIMED_OUT: u8 = 124;

/// Why the command could not do what it was asked. Printed after `pyrust: `.
#[derive(Debug, Error)]
pub enum CliError {
    /// A bad flag; or `--help`, which is none and comes this way from the parser of flags.
    #[error("{0}")]
    Flags(#[from] clap::Error),
    /// `-c` at the end.
    #[error("argument expected for the -c option; try --help")]
    CodeMissing,
    /// A program after `--stop-daemon` and its like.
    #[error("a program cannot be given together with a command for the daemon; try --help")]
    ProgramNotWanted,
    /// Nothing to run, and a terminal as standard input.
    #[error("there is no interactive mode yet; give -c CODE, a FILE, or a program on standard input")]
    Interactive,
    /// A file that cannot be opened, in the words of `python3`.
    #[error("can't open file '{}': [Errno {}] {}", .path.display(), .error.raw_os_error().unwrap_or(0), reason(.error))]
    CannotOpen {
        /// As an absolute path.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A directory, in the words of `python3`.
    #[error("can't find '__main__' module in '{}'", .0.display())]
    Directory(PathBuf),
    /// The program's text cannot be read as text.
    #[error("{0}")]
    Undecodable(String),
    /// A file that is not UTF-8, in the words of `python3`.
    #[error(
        "SyntaxError: Non-UTF-8 code starting with '\\x{byte:02x}' in file {name} on line {line}, but no \
             encoding declared; see https://peps.python.org/pep-0263/ for details"
    )]
    NotUtf8 {
        /// The first offending byte.
        byte: u8,
        /// The file.
        name: String,
        /// Where.
        line: usize,
    },
    /// The system does not let us wait, or take over a signal.
    #[error("cannot {action}: {}", reason(.error))]
    System {
        /// A verb.
        action: &'static str,
        /// What the system said.
        error: io::Error,
    },
    /// The program was killed by a limit; the sentence names it.
    #[error("{message}")]
    Killed {
        /// One sentence.
        message: String,
        /// 124 for a time limit, else 1.
        exit: u8,
    },
    /// Standard output or standard error does not take what is written.
    #[error("cannot write to {stream}: {}", reason(.error))]
    Output {
        /// `standard output` or `standard error`.
        stream: &'static str,
        /// What the system said.
        error: io::Error,
    },
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// What was asked for is the daemon's, and there is none.
    #[error("{flag} needs a daemon, and {reason}; start one with: pyrust --daemon")]
    DaemonNeeded {
        /// The flag that asked for it.
        flag: &'static str,
        /// Why there is none.
        reason: ClientError,
    },
    /// A program for the daemon is not one that can be sent.
    #[error("{flag} sends the program to the daemon, and {what} is too large for that: {max} bytes at most")]
    TooLargeToSend {
        /// The flag that asked for it.
        flag: &'static str,
        /// What is too large.
        what: &'static str,
        /// The limit.
        max: usize,
    },
    /// The conversation with the daemon failed.
    #[error("{0}")]
    Client(#[from] ClientError),
    /// The daemon could not be started, stopped or asked.
    #[error("{0}")]
    Server(#[from] ServerError),
}

impl CliError {
    /// The exit code of the process.
    pub fn exit_code(&self) -> u8 {
        match self {
            CliError::Flags(error) => u8::try_from(error.exit_code()).unwrap_or(2),
            CliError::CodeMissing
            | CliError::ProgramNotWanted
            | CliError::Interactive
            | CliError::CannotOpen { .. } => 2,
            CliError::Client(ClientError::PathTooLong { .. }) => 2,
            CliError::Killed { exit, .. } => *exit,
            CliError::Output { .. } => 120,
            CliError::Interrupted => 130,
            CliError::Directory(_)
            | CliError::Undecodable(_)
            | CliError::NotUtf8 { .. }
            | CliError::System { .. }
            | CliError::DaemonNeeded { .. }
            | CliError::TooLargeToSend { .. }
            | CliError::Client(_)
            | CliError::Server(_) => 1,
        }
    }

    /// The line on standard error. What `python3` says without its name in front, we do too.
    pub fn to_line(&self) -> String {
        match self {
            CliError::NotUtf8 { .. } => self.to_string(),
            _ => format!("pyrust: {self}"),
        }
    }

    /// Whether the error is the pipe's that nobody reads any more.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, CliError::Output { error, .. } if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// The system's words without the `(os error 2)` that Rust appends.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}
