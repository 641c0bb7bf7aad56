//! Where the daemon is.

use std::env;
use std::path::PathBuf;

/// The socket of a user's daemon unless `PYRUST_SOCKET` says otherwise.
pub const DEFAULT_SOCKET: &str = "/tmp/pyrust.sock";

/// `PYRUST_SOCKET`, or the default. An empty variable counts as none.
pub fn default_socket() -> PathBuf {
    match env::var_os("PYRUST_SOCKET") {
        Some(path) if !path.is_empty() => path.into(),
        _ => DEFAULT_SOCKET.into(),
    }
}

/// Whether `PYRUST_NO_DAEMON` is set to anything but nothing or `0`.
pub fn daemon_disabled() -> bool {
    env::var_os("PYRUST_NO_DAEMON").is_some_and(|value| !value.is_empty() && value != "0")
}
