//! What can go wrong between a client and a daemon.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use super::exception::Exception;
use crate::wire::{ErrorCode, ErrorReply, WrongType};

/// Why there is no result.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ClientError {
    /// Nobody listens, or the daemon is disabled.
    #[error("no daemon is running on {}", .path.display())]
    NotRunning {
        /// The socket.
        path: PathBuf,
    },
    /// `PYRUST_NO_DAEMON`
    #[error("the daemon is disabled by PYRUST_NO_DAEMON")]
    Disabled,
    /// The file with the token cannot be read: the one that `PYRUST_TOKEN_FILE` or the client's builder names.
    #[error("cannot read the token in {} (PYRUST_TOKEN_FILE): {source}", .path.display())]
    Token {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The daemon wants a token and got none, or another one; nothing was run.
    #[error("the daemon serves only who has its token (PYRUST_TOKEN_FILE): {}", .0.message)]
    NotAdmitted(ErrorReply),
    /// No socket can have this path.
    #[error("{} cannot be a socket's path: it is {} bytes long, the system allows {max}", .path.display(), .path.as_os_str().len())]
    PathTooLong {
        /// The path.
        path: PathBuf,
        /// Bytes that an address has room for.
        max: usize,
    },
    /// The socket, or the process behind it, belongs to somebody else.
    #[error("{} belongs to user {uid}; it is not spoken to", .path.display())]
    NotPermitted {
        /// The socket.
        path: PathBuf,
        /// Its owner.
        uid: u32,
    },
    /// The connection could not be made.
    #[error("cannot connect to {}: {source}", .path.display())]
    Connect {
        /// The socket.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The daemon did not take the connection in time.
    #[error("the daemon on {} did not accept the connection in time", .path.display())]
    ConnectTimedOut {
        /// The socket.
        path: PathBuf,
    },
    /// The daemon closed the connection before it took a byte of the request.
    #[error("the daemon took nothing of the request: {0}")]
    NotDelivered(io::Error),
    /// The daemon has too many connections; it read nothing.
    #[error("the daemon is busy: {0}")]
    Busy(String),
    /// The daemon did not understand the request, or does not serve such; nothing was run.
    #[error("the daemon refused the request: {}", .0.message)]
    Refused(ErrorReply),
    /// The program was killed by a limit, a cancel, or a daemon that ends.
    #[error("{}", .0.message)]
    Killed(ErrorReply),
    /// The daemon has no session of this name.
    #[error("{0}")]
    NoSession(String),
    /// Whoever listens is no pyrust; no program was sent to it by a [`Client`](super::Client).
    #[error("what listens on {} is no pyrust daemon: {what}", .path.display())]
    NotPyrust {
        /// The socket.
        path: PathBuf,
        /// What it said.
        what: String,
    },
    /// The daemon's version and this client's do not go together.
    #[error(
        "the daemon on {} is pyrust {daemon}, which this client of version {} does not understand; \
         restart it: pyrust --stop-daemon && pyrust --daemon", .path.display(), super::greeting::VERSION
    )]
    Incompatible {
        /// The socket.
        path: PathBuf,
        /// What the daemon says it is.
        daemon: String,
    },
    /// The program raised an exception that it did not catch, or did not compile.
    #[error("{0}")]
    Exception(Box<Exception>),
    /// The program's value is of another type than the one that was asked for.
    #[error("the program's value is not what was asked for: {0}")]
    WrongType(#[from] WrongType),
    /// All connections of the pool were in use for as long as one may wait for one.
    #[error("none of the {max} connections of the pool became free within {after:?}")]
    PoolExhausted {
        /// How many it has.
        max: usize,
        /// The limit.
        after: Duration,
    },
    /// The pool was closed.
    #[error("the pool is closed")]
    PoolClosed,
    /// No answer in time. The connection was closed, which ends the program if it ran.
    #[error("no answer within {0:?}; the connection was closed, which cancels the program")]
    TimedOut(Duration),
    /// The program raised an exception or ended with an exit code other than 0.
    #[error("the program failed:\n{output}")]
    Raised {
        /// What it printed, then the traceback.
        output: String,
    },
    /// The peer does not speak the protocol.
    #[error("the daemon's answer cannot be understood: {0}")]
    Protocol(String),
    /// The connection broke when the request was out: the program may or may not have run.
    #[error("the connection to the daemon broke before the answer came ({0}); the program may have run")]
    Disconnected(io::Error),
    /// Ctrl-C. The connection was closed, which ends the program.
    #[error("interrupted")]
    Interrupted,
    /// What the program printed could not be passed on. The connection was closed, which ends the program.
    #[error("cannot pass on the program's output: {0}")]
    Output(io::Error),
}

impl ClientError {
    /// Whether it is certain that no daemon has run, or will run, any of the request: only then may it be
    /// run elsewhere.
    pub fn is_undelivered(&self) -> bool {
        match self {
            ClientError::NotRunning { .. }
            | ClientError::Disabled
            | ClientError::NotPermitted { .. }
            | ClientError::Connect { .. }
            | ClientError::ConnectTimedOut { .. }
            | ClientError::NotDelivered(_)
            | ClientError::PoolExhausted { .. }
            | ClientError::PoolClosed
            | ClientError::NotAdmitted(_)
            | ClientError::Busy(_) => true,
            ClientError::PathTooLong { .. }
            | ClientError::Token { .. }
            | ClientError::Refused(_)
            | ClientError::NoSession(_)
            | ClientError::NotPyrust { .. }
            | ClientError::Incompatible { .. }
            | ClientError::Killed(_)
            | ClientError::TimedOut(_)
            | ClientError::Raised { .. }
            | ClientError::Exception(_)
            | ClientError::WrongType(_)
            | ClientError::Protocol(_)
            | ClientError::Disconnected(_)
            | ClientError::Interrupted
            | ClientError::Output(_) => false,
        }
    }

    /// The limit that killed the program, or [`ErrorCode::Cancelled`] and its like.
    pub fn killed_by(&self) -> Option<ErrorCode> {
        match self {
            ClientError::Killed(error) => Some(error.code),
            _ => None,
        }
    }

    /// Whether it is that time was over: the daemon's for the program, or this client's.
    pub fn is_timeout(&self) -> bool {
        matches!(self, ClientError::TimedOut(_) | ClientError::ConnectTimedOut { .. })
            || self.killed_by() == Some(ErrorCode::Timeout)
    }

    /// Whether somebody cancelled the program.
    pub fn is_cancelled(&self) -> bool {
        self.killed_by() == Some(ErrorCode::Cancelled)
    }
}

/// What an error reply means.
pub(super) fn error_of(text: &str) -> ClientError {
    ErrorReply::from_text(text).into()
}

/// What the daemon said is not what it should have said.
pub(super) fn protocol(error: impl std::fmt::Display) -> ClientError {
    ClientError::Protocol(error.to_string())
}

impl From<ErrorReply> for ClientError {
    fn from(error: ErrorReply) -> ClientError {
        match error.code {
            ErrorCode::Busy => ClientError::Busy(error.message),
            ErrorCode::NoAuth | ErrorCode::WrongPass => ClientError::NotAdmitted(error),
            ErrorCode::NoSession => ClientError::NoSession(error.message),
            ErrorCode::Err
            | ErrorCode::NoProto
            | ErrorCode::NoPerm
            | ErrorCode::NoScript
            | ErrorCode::NoSnapshot
            | ErrorCode::BusyKey
            | ErrorCode::ExecAbort => ClientError::Refused(error),
            ErrorCode::Timeout
            | ErrorCode::Memory
            | ErrorCode::Fuel
            | ErrorCode::Output
            | ErrorCode::Result
            | ErrorCode::PyErr
            | ErrorCode::Cancelled
            | ErrorCode::Shutdown
            | ErrorCode::Internal => ClientError::Killed(error),
        }
    }
}
