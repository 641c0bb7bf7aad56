//! Cancelling from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::deadline::Deadline;
use super::error::error_of;
use super::link::Patience;
use super::{ClientBuilder, ClientError};
use crate::wire::{RespValue, write_command};

/// The number of a client's connection; 0 when it has none.
#[derive(Clone, Debug, Default)]
pub(super) struct Current(Arc<AtomicU64>);

impl Current {
    pub(super) fn set(&self, id: u64) {
        self.0.store(id, Ordering::Release);
    }

    pub(super) fn clear(&self) {
        self.set(0);
    }

    fn get(&self) -> Option<u64> {
        Some(self.0.load(Ordering::Acquire)).filter(|id| *id != 0)
    }
}

/// Cancels what a [`Client`](super::Client) runs, from any thread, over a short connection of its own.
///
/// ```no_run
/// use pyrust::client::Client;
///
/// let mut client = Client::connect()?;
/// let handle = client.cancel_handle();
/// let watcher = std::thread::spawn(move || handle.cancel());
/// let error = client.run("while True: pass").unwrap_err();
/// assert!(error.is_cancelled());
/// # watcher.join().unwrap()?;
/// # Ok::<(), pyrust::client::ClientError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CancelHandle {
    builder: ClientBuilder,
    current: Current,
}

impl CancelHandle {
    pub(super) fn new(builder: ClientBuilder, current: Current) -> CancelHandle {
        CancelHandle { builder, current }
    }

    /// Cancels what the client runs at this moment. Returns whether it ran anything: a program that has not reached
    /// the daemon yet is not cancelled, and neither is the one after it.
    ///
    /// # Errors
    /// The daemon could not be told.
    pub fn cancel(&self) -> Result<bool, ClientError> {
        let Some(id) = self.current.get() else { return Ok(false) };
        let deadline = Deadline::after(self.builder.timeout);
        let (mut link, _) = self.builder.open(&deadline)?;
        let patience = Patience::until(deadline);
        let mut out = Vec::new();
        write_command(&[b"PY.CANCEL", id.to_string().as_bytes()], &mut out);
        link.send(&out, &patience)?;
        match link.receive(&patience)? {
            RespValue::Integer(count) => Ok(count > 0),
            RespValue::Error(text) => Err(error_of(&text)),
            other => Err(ClientError::Protocol(format!("expected an integer, got {}", other.type_name()))),
        }
    }
}
