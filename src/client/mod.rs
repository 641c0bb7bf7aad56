//! Talking to a daemon, blocking.
//!
//! [`Client`] is what a program wants: typed values, arguments, limits, output while a program runs, sessions, batches,
//! cancelling; [`Pool`] shares clients between threads. [`DaemonClient`] speaks frames, text in and text out, and can do
//! without a daemon. `RespConnection` is the command line's: one program, and a cancel by hanging up.
//! [`ClientError`] tells apart what can go wrong.
//!
//! A socket is spoken to only if it belongs to this user or to root, on both ends.
//!
//! Must never: run a program twice. Whatever was or may have been delivered is reported, not repeated
//! (`ClientError::is_undelivered` is the one place that decides). Never sleep or poll at intervals:
//! waiting is done in the kernel, with a deadline.

mod address;
mod batch;
mod cancel;
#[allow(clippy::module_inception)] // the client is what this module is about
mod client;
#[cfg(test)]
mod client_tests;
mod connect;
mod daemon_client;
mod deadline;
mod error;
mod exception;
mod fallback;
mod greeting;
mod link;
mod pool;
mod program;
mod resp_connection;
mod running;
mod session;
#[cfg(test)]
mod tests;
mod token;

pub use address::{DEFAULT_SOCKET, daemon_disabled, default_socket};
pub use batch::Batch;
pub use cancel::CancelHandle;
pub use client::{Client, ClientBuilder};
pub use connect::connect;
pub use daemon_client::DaemonClient;
pub use error::ClientError;
pub use exception::Exception;
pub use pool::{Pool, PoolBuilder, PoolStats, Pooled};
pub use program::Program;
pub use resp_connection::RespConnection;
pub use running::Running;
pub use session::{Session, SessionInfo};
pub use token::default_token;
