//! Talking to a daemon, blocking.
//!
//! [`DaemonClient`] speaks frames and is all that a Rust program needs; `RespConnection` speaks RESP3 for
//! the command line: arguments, exit codes, output while the program runs, a cancel by hanging up.
//! A socket is spoken to only if it belongs to this user or to root, on both ends.
//!
//! Must never: run a program twice. Whatever was or may have been delivered is reported, not repeated
//! (`ClientError::is_undelivered` is the one place that decides). Never sleep or poll at intervals:
//! waiting is done in the kernel, with a deadline.

mod address;
mod connect;
mod daemon_client;
mod error;
mod fallback;
mod resp_connection;
#[cfg(test)]
mod tests;
mod token;

pub use address::{DEFAULT_SOCKET, daemon_disabled, default_socket};
pub use connect::connect;
pub use daemon_client::DaemonClient;
pub use error::ClientError;
pub use resp_connection::RespConnection;
pub use token::token;
