//! The named sessions: what programs leave for those after them, who works on it, who waits for it.
//!
//! A session is worked on by one connection at a time, its holder, who has taken its state out of here; the others
//! stand in line. It is made by whoever names it first, and dropped when nobody has named it for as long as its time to
//! live says.

use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use super::{ConnectionId, SessionState};
use crate::limits;

/// All sessions, by name.
#[derive(Debug)]
pub(super) struct Sessions<S> {
    entries: FxHashMap<Rc<str>, Entry<S>>,
    /// When those that nobody holds are to be dropped, soonest first.
    expiries: BTreeSet<(Instant, Rc<str>)>,
    /// What all of them held when they were last at rest.
    bytes: usize,
}

impl<S> Default for Sessions<S> {
    fn default() -> Sessions<S> {
        Sessions { entries: FxHashMap::default(), expiries: BTreeSet::new(), bytes: 0 }
    }
}

/// One session.
#[derive(Debug)]
struct Entry<S> {
    /// What programs have left. `None` while its holder has it, or if nothing has run in it yet.
    state: Option<S>,
    snapshot: Option<S>,
    holder: Option<ConnectionId>,
    waiting: VecDeque<ConnectionId>,
    /// `None` for a session that is kept for ever.
    ttl: Option<Duration>,
    memory_max_bytes: Option<usize>,
    /// Of the state and of the snapshot, when they were last at rest.
    bytes: usize,
    runs: u64,
    created_at: Instant,
    used_at: Instant,
    expires_at: Option<Instant>,
}

/// What is told about a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Description {
    pub(super) memory_bytes: usize,
    pub(super) memory_max_bytes: Option<usize>,
    pub(super) runs: u64,
    pub(super) busy: bool,
    pub(super) waiting: usize,
    pub(super) age: Duration,
    pub(super) idle: Duration,
    pub(super) ttl: Option<Duration>,
    pub(super) snapshot: bool,
}

/// What asking for a session leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entered {
    /// It is the connection's until [`Sessions::leave`].
    Held,
    /// Others are before it: it is told when it holds the session.
    Waiting,
    /// There are as many sessions as there may be, and this would be another.
    Full,
}

/// What is left when a session is dropped, to be taken apart.
#[derive(Debug)]
pub(super) struct Remains<S> {
    pub(super) state: Option<S>,
    pub(super) snapshot: Option<S>,
}

impl<S: SessionState> Sessions<S> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Their live memory, snapshots included, when they were last at rest.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// What one of them and its snapshot held when it was last at rest.
    pub(super) fn bytes_of(&self, name: &str) -> Option<usize> {
        self.entries.get(name).map(|entry| entry.bytes)
    }

    /// Their names.
    pub(super) fn names(&self) -> impl Iterator<Item = &Rc<str>> {
        self.entries.keys()
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// Makes a session that nobody holds. There must be none of that name.
    pub(super) fn insert(
        &mut self,
        name: Rc<str>,
        state: Option<S>,
        ttl: Option<Duration>,
        memory_max_bytes: Option<usize>,
        now: Instant,
    ) {
        let entry = Entry {
            state,
            snapshot: None,
            holder: None,
            waiting: VecDeque::new(),
            ttl,
            memory_max_bytes,
            bytes: 0,
            runs: 0,
            created_at: now,
            used_at: now,
            expires_at: None,
        };
        self.entries.insert(name.clone(), entry);
        self.come_to_rest(&name, now);
    }

    /// Asks for a session, which is made if there is none.
    pub(super) fn enter(
        &mut self,
        name: &str,
        id: ConnectionId,
        sessions_max: usize,
        now: Instant,
    ) -> (Rc<str>, Entered) {
        if !self.entries.contains_key(name) {
            if self.entries.len() >= sessions_max {
                return (name.into(), Entered::Full);
            }
            self.insert(name.into(), None, Some(limits::SESSION_TTL), None, now);
        }
        let (name, entry) = self.entries.get_key_value(name).expect("it is there now");
        let (name, expires_at) = (name.clone(), entry.expires_at);
        if let Some(at) = expires_at {
            self.expiries.remove(&(at, name.clone()));
        }
        let entry = self.entries.get_mut(&name).expect("it is there");
        entry.expires_at = None;
        if entry.holder.is_some() {
            entry.waiting.push_back(id);
            return (name, Entered::Waiting);
        }
        entry.holder = Some(id);
        (name, Entered::Held)
    }

    /// Takes the state of a session that the caller holds; `None` if nothing has run in it yet.
    pub(super) fn take(&mut self, name: &str) -> Option<S> {
        self.entries.get_mut(name)?.state.take()
    }

    /// Takes the snapshot of a session that the caller holds.
    pub(super) fn take_snapshot(&mut self, name: &str) -> Option<S> {
        self.entries.get_mut(name)?.snapshot.take()
    }

    /// Gives a session that the caller holds its snapshot; the one before.
    pub(super) fn put_snapshot(&mut self, name: &str, snapshot: S) -> Option<S> {
        self.entries.get_mut(name)?.snapshot.replace(snapshot)
    }

    /// A program was run in it.
    pub(super) fn count_run(&mut self, name: &str) {
        if let Some(entry) = self.entries.get_mut(name) {
            entry.runs += 1;
        }
    }

    /// The limit of live memory for what runs in it, in bytes.
    pub(super) fn memory_max_bytes(&self, name: &str) -> Option<usize> {
        self.entries.get(name)?.memory_max_bytes
    }

    /// What a program may hold that runs in it, in bytes, if all sessions together are to hold `together`: what it held
    /// when it was last at rest, and what nobody holds; or `at_least`, which is its own whatever the others hold.
    pub(super) fn room_for(&self, name: &str, together: usize, at_least: usize) -> usize {
        let others = self.entries.get(name).map_or(self.bytes, |entry| {
            let snapshot = entry.snapshot.as_ref().map_or(0, SessionState::memory_bytes);
            self.bytes - entry.bytes + snapshot
        });
        let own = self.bytes - others;
        together.saturating_sub(others).max(own).max(at_least)
    }

    /// Its holder is done with it: `state` is what it leaves, `None` if that is lost. Who holds it now.
    pub(super) fn leave(&mut self, name: &str, state: Option<S>, now: Instant) -> Option<ConnectionId> {
        let entry = self.entries.get_mut(name)?;
        entry.state = state;
        entry.used_at = now;
        entry.holder = entry.waiting.pop_front();
        let holder = entry.holder;
        self.come_to_rest(name, now);
        holder
    }

    /// A connection does not want to wait any more.
    pub(super) fn give_up(&mut self, name: &str, id: ConnectionId) {
        if let Some(entry) = self.entries.get_mut(name) {
            entry.waiting.retain(|&waiting| waiting != id);
        }
    }

    /// Drops a session that the caller holds. Those who wait for it get a new one: who holds it now.
    pub(super) fn drop(&mut self, name: &str, now: Instant) -> (Remains<S>, Option<ConnectionId>) {
        let Some(mut entry) = self.entries.remove(name) else {
            return (Remains { state: None, snapshot: None }, None);
        };
        self.bytes -= entry.bytes;
        let waiting = std::mem::take(&mut entry.waiting);
        if !waiting.is_empty() {
            self.insert(name.into(), None, Some(limits::SESSION_TTL), None, now);
            let new = self.entries.get_mut(name).expect("it was made");
            new.waiting = waiting;
            let holder = self.leave(name, None, now);
            return (Remains { state: entry.state, snapshot: entry.snapshot }, holder);
        }
        (Remains { state: entry.state, snapshot: entry.snapshot }, None)
    }

    /// Drops a session whose time is over.
    pub(super) fn take_expired(&mut self, now: Instant) -> Option<(Rc<str>, Remains<S>)> {
        let (at, name) = self.expiries.first().cloned()?;
        if at > now {
            return None;
        }
        self.expiries.pop_first();
        let entry = self.entries.remove(&name)?;
        self.bytes -= entry.bytes;
        Some((name, Remains { state: entry.state, snapshot: entry.snapshot }))
    }

    /// When [`Sessions::take_expired`] will have something.
    pub(super) fn next_expiry(&self) -> Option<Instant> {
        self.expiries.first().map(|&(at, _)| at)
    }

    pub(super) fn describe(&self, name: &str, now: Instant) -> Option<Description> {
        let entry = self.entries.get(name)?;
        Some(Description {
            memory_bytes: entry.bytes,
            memory_max_bytes: entry.memory_max_bytes,
            runs: entry.runs,
            busy: entry.holder.is_some(),
            waiting: entry.waiting.len(),
            age: now.saturating_duration_since(entry.created_at),
            idle: match entry.holder {
                Some(_) => Duration::ZERO,
                None => now.saturating_duration_since(entry.used_at),
            },
            ttl: entry.ttl,
            snapshot: entry.snapshot.is_some(),
        })
    }

    /// Measures a session, and sets when it expires if nobody holds it.
    fn come_to_rest(&mut self, name: &str, now: Instant) {
        let Some((name, _)) = self.entries.get_key_value(name) else { return };
        let name = name.clone();
        let entry = self.entries.get_mut(&name).expect("it was just found");
        let held = [&entry.state, &entry.snapshot].into_iter().flatten();
        let bytes = held.map(SessionState::memory_bytes).sum();
        self.bytes = self.bytes - std::mem::replace(&mut entry.bytes, bytes) + bytes;
        if let Some(at) = entry.expires_at.take() {
            self.expiries.remove(&(at, name.clone()));
        }
        if entry.holder.is_none() {
            // Beyond what the clock can say is for ever.
            entry.expires_at = entry.ttl.and_then(|ttl| now.checked_add(ttl));
            if let Some(at) = entry.expires_at {
                self.expiries.insert((at, name));
            }
        }
    }
}
