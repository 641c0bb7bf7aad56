//! The deadlines of all connections, at most one each, soonest first.

use std::collections::BTreeSet;
use std::time::Instant;

use super::ConnectionId;

/// A timer queue with exact removal. A heap with lazy removal would keep an entry for every request whose
/// time-out never came; here what is not needed any more is gone.
#[derive(Debug, Default)]
pub struct Deadlines {
    queue: BTreeSet<(Instant, ConnectionId)>,
}

impl Deadlines {
    /// Replaces a connection's deadline.
    pub fn change(&mut self, id: ConnectionId, from: Option<Instant>, to: Option<Instant>) {
        if let Some(at) = from {
            self.queue.remove(&(at, id));
        }
        if let Some(at) = to {
            self.queue.insert((at, id));
        }
    }

    /// The soonest deadline.
    pub fn next(&self) -> Option<Instant> {
        self.queue.first().map(|&(at, _)| at)
    }

    /// The connection whose deadline has come, if there is one. It stays queued until it is changed.
    pub fn due(&self, now: Instant) -> Option<ConnectionId> {
        self.queue.first().filter(|&&(at, _)| at <= now).map(|&(_, id)| id)
    }
}
