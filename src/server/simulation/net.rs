//! Pipes in memory that behave as non-blocking Unix sockets do under edge-triggered polling.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, ErrorKind, Read, Write};
use std::rc::Rc;

use super::super::traffic::{Readiness, Transport, Watcher};
use super::Dice;
use crate::session::ConnectionId;

/// Both directions of one connection.
#[derive(Debug)]
pub struct Wire {
    pub to_daemon: VecDeque<u8>,
    pub to_client: VecDeque<u8>,
    /// Bytes that the kernel holds in each direction.
    capacity: usize,
    /// The client sends no more.
    pub client_ended: bool,
    /// The client has closed its socket.
    pub client_gone: bool,
    /// The daemon sends no more.
    pub daemon_ended: bool,
    /// The daemon has closed its socket.
    pub daemon_gone: bool,
    /// What the poller will say.
    event: Readiness,
    /// Whose it is, once it is watched.
    id: Option<ConnectionId>,
    wants_writable: bool,
    poller: Rc<Poller>,
    dice: Dice,
}

/// What all wires share.
#[derive(Debug, Default)]
struct Poller {
    /// Connections of which there is something to say.
    ready: RefCell<BTreeSet<ConnectionId>>,
    /// Bytes that the daemon has read and written, and calls that were interrupted.
    moved: Cell<u64>,
}

pub type SharedWire = Rc<RefCell<Wire>>;

impl Wire {
    /// Something is to be said of it.
    fn say(&mut self, change: impl FnOnce(&mut Readiness)) {
        change(&mut self.event);
        if let Some(id) = self.id
            && self.event != Readiness::default()
        {
            self.poller.ready.borrow_mut().insert(id);
        }
    }

    fn moved(&self, count: usize) {
        self.poller.moved.set(self.poller.moved.get() + count as u64);
    }

    /// The client writes; how much was taken.
    pub fn client_writes(&mut self, bytes: &[u8]) -> usize {
        let count = bytes.len().min(self.capacity - self.to_daemon.len());
        self.to_daemon.extend(&bytes[..count]);
        self.say(|event| event.readable |= count > 0);
        count
    }

    /// The client reads at most so much.
    pub fn client_reads(&mut self, max: usize) -> Vec<u8> {
        let count = self.to_client.len().min(max);
        // Room is an event when there was none.
        let told = self.wants_writable && count > 0;
        self.say(|event| event.writable |= told);
        self.to_client.drain(..count).collect()
    }

    pub fn end_input(&mut self) {
        self.client_ended = true;
        self.say(|event| *event = Readiness { readable: true, read_closed: true, ..*event });
    }

    pub fn hang_up(&mut self) {
        self.client_ended = true;
        self.client_gone = true;
        self.say(|event| event.gone = true);
    }
}

/// The daemon's end.
#[derive(Debug)]
pub struct End(pub SharedWire);

impl Read for End {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut wire = self.0.borrow_mut();
        if wire.dice.one_in(50) {
            wire.moved(1);
            return Err(ErrorKind::Interrupted.into());
        }
        if wire.to_daemon.is_empty() {
            return if wire.client_ended { Ok(0) } else { Err(ErrorKind::WouldBlock.into()) };
        }
        let count = wire.to_daemon.len().min(buffer.len());
        for (slot, byte) in buffer.iter_mut().zip(wire.to_daemon.drain(..count)) {
            *slot = byte;
        }
        wire.moved(count);
        Ok(count)
    }
}

impl Write for End {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut wire = self.0.borrow_mut();
        assert!(!wire.daemon_ended, "nothing is written after the end");
        if wire.client_gone {
            return Err(ErrorKind::BrokenPipe.into());
        }
        if wire.dice.one_in(50) {
            wire.moved(1);
            return Err(ErrorKind::Interrupted.into());
        }
        let count = bytes.len().min(wire.capacity - wire.to_client.len());
        if count == 0 {
            return Err(ErrorKind::WouldBlock.into());
        }
        wire.to_client.extend(&bytes[..count]);
        wire.moved(count);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Transport for End {
    fn end_output(&mut self) -> io::Result<()> {
        self.0.borrow_mut().daemon_ended = true;
        Ok(())
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.0.borrow_mut().daemon_gone = true;
    }
}

/// All wires.
#[derive(Clone, Debug, Default)]
pub struct Net {
    poller: Rc<Poller>,
    watched: Rc<RefCell<BTreeMap<ConnectionId, SharedWire>>>,
}

impl Net {
    /// A connection that nobody watches yet; each direction holds so many bytes.
    pub fn wire(&self, capacity: usize, dice: Dice) -> SharedWire {
        Rc::new(RefCell::new(Wire {
            to_daemon: VecDeque::new(),
            to_client: VecDeque::new(),
            capacity,
            client_ended: false,
            client_gone: false,
            daemon_ended: false,
            daemon_gone: false,
            event: Readiness::default(),
            id: None,
            wants_writable: false,
            poller: self.poller.clone(),
            dice,
        }))
    }

    /// Connections that the daemon has open.
    pub fn ids(&self) -> Vec<ConnectionId> {
        self.watched.borrow_mut().retain(|_, wire| !wire.borrow().daemon_gone);
        self.watched.borrow().keys().copied().collect()
    }

    pub fn has_events(&self) -> bool {
        !self.poller.ready.borrow().is_empty()
    }

    /// What the poller says, once.
    pub fn take_events(&self) -> Vec<(ConnectionId, Readiness)> {
        let ready = std::mem::take(&mut *self.poller.ready.borrow_mut());
        let watched = self.watched.borrow();
        let events = ready.into_iter().filter_map(|id| {
            let mut wire = watched.get(&id)?.borrow_mut();
            (!wire.daemon_gone).then(|| (id, std::mem::take(&mut wire.event)))
        });
        events.collect()
    }

    /// Bytes that the daemon has read and written, and calls that were interrupted.
    pub fn moved(&self) -> u64 {
        self.poller.moved.get()
    }
}

impl Watcher<End> for Net {
    fn begin(&mut self, id: ConnectionId, end: &mut End) -> io::Result<()> {
        let mut wire = end.0.borrow_mut();
        wire.id = Some(id);
        // What has come before is told when watching begins.
        let waits = !wire.to_daemon.is_empty();
        wire.say(|event| event.readable |= waits);
        drop(wire);
        self.watched.borrow_mut().insert(id, end.0.clone());
        Ok(())
    }

    fn watch_writable(&mut self, _: ConnectionId, end: &mut End, wanted: bool) -> io::Result<()> {
        let mut wire = end.0.borrow_mut();
        assert!(wire.id.is_some(), "only what is watched can be watched for more");
        wire.wants_writable = wanted;
        let has_room = wanted && wire.to_client.len() < wire.capacity;
        wire.say(|event| event.writable |= has_room);
        Ok(())
    }
}
