//! Why a plan could not be carried out. That requests failed is no error of this kind: it is what the report tells.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::client::ClientError;

/// One readable sentence each.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The plan makes no sense.
    #[error("plan '{name}': {message}")]
    Plan {
        /// The plan.
        name: String,
        /// What is wrong with it, and where.
        message: String,
    },
    /// A file that cannot be read or written.
    #[error("cannot {verb} {}: {source}", .path.display())]
    File {
        /// `read`, `write`
        verb: &'static str,
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no daemon to load.
    #[error("{0}; start one with `pyrust --daemon`, or let --spawn do it")]
    NoDaemon(ClientError),
    /// The daemon's answer to a question about itself.
    #[error("the daemon on {} does not tell its numbers: {message}", .socket.display())]
    Status {
        /// Where it listens.
        socket: PathBuf,
        /// Why not.
        message: String,
    },
    /// `--spawn` did not work out.
    #[error("cannot start a daemon with {}: {message}", .program.display())]
    Spawn {
        /// The program.
        program: PathBuf,
        /// What it said, or the system.
        message: String,
    },
    /// Ctrl-C, where half a result is none.
    #[error("interrupted")]
    Interrupted,
    /// The system refused something that the generator itself needs.
    #[error("cannot {verb}: {source}")]
    System {
        /// What.
        verb: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

impl LoadError {
    pub(super) fn system(verb: &'static str) -> impl Fn(io::Error) -> LoadError {
        move |source| LoadError::System { verb, source }
    }
}
