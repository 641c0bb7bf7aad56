//! When a request's time is over.

use std::time::{Duration, Instant};

use super::ClientError;

/// A point in time, and the time-out that it came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    timeout: Duration,
    at: Option<Instant>,
}

impl Deadline {
    /// The end of a time-out that begins now. One that no clock can tell never ends.
    pub(super) fn after(timeout: Duration) -> Deadline {
        Deadline { timeout, at: Instant::now().checked_add(timeout) }
    }

    /// What is left of it.
    ///
    /// # Errors
    /// [`ClientError::TimedOut`] when that is nothing.
    pub(super) fn left(&self) -> Result<Duration, ClientError> {
        let left = self.at.map_or(self.timeout, |at| at.saturating_duration_since(Instant::now()));
        if left.is_zero() { Err(ClientError::TimedOut(self.timeout)) } else { Ok(left) }
    }
}
