//! The sockets' side of a tick: who has something to read, who takes bytes again, what each connection wants now.
//!
//! An event says that something became possible, once (edge-triggered polling). So a socket that may have more to read
//! keeps its `readable` bit until a read comes back short, and waits in `readable` for the next tick. What a connection
//! wants is asked of its session each time ([`Interest`]); the only thing kept is what the watcher was last told, to save
//! the system call of telling it again.
//!
//! Knows no mio: sockets and the watcher are type parameters, which a simulation has its own of.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::time::Instant;

use crate::limits;
use crate::session::{ConnectionId, Host, Interest, Scheduler};

/// A connection's two streams of bytes, neither of which blocks.
pub trait Transport: Read + Write {
    /// Sends no more.
    ///
    /// # Errors
    /// The peer is gone already.
    fn end_output(&mut self) -> io::Result<()>;
}

/// Tells when something becomes possible.
pub trait Watcher<T> {
    /// Begins to watch a socket for something to read.
    ///
    /// # Errors
    /// The system's word.
    fn begin(&mut self, id: ConnectionId, transport: &mut T) -> io::Result<()>;

    /// Also tells when it takes bytes again, or does not any more.
    ///
    /// # Errors
    /// The system's word.
    fn watch_writable(&mut self, id: ConnectionId, transport: &mut T, wanted: bool) -> io::Result<()>;
}

/// What became possible on a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// There may be something to read.
    pub readable: bool,
    /// The client sends no more: reading goes on until the end is read.
    pub read_closed: bool,
    /// It may take bytes again.
    pub writable: bool,
    /// It cannot be answered any more.
    pub gone: bool,
}

/// A connection's socket.
#[derive(Debug)]
struct Peer<T> {
    id: ConnectionId,
    transport: T,
    /// There may be something to read.
    readable: bool,
    /// The client sends no more: reading goes on until the end is read.
    read_closed: bool,
    /// It stands in the `readable` queue.
    queued: bool,
    /// The watcher was told to say when it takes bytes again.
    watched: bool,
    /// It takes no bytes until the watcher says so.
    full: bool,
}

/// All connections: their sockets and what the scheduler makes of them.
#[derive(Debug)]
pub struct Traffic<H: Host, T, W> {
    scheduler: Scheduler<H>,
    watcher: W,
    /// Sockets by the index of their connection.
    peers: Vec<Option<Peer<T>>>,
    /// Connections with something to read that they are willing to take.
    readable: VecDeque<ConnectionId>,
    /// Connections that wrote all they may in one turn and have more.
    unfinished: Vec<ConnectionId>,
    read_buffer: Box<[u8]>,
    /// Sockets closed since the start.
    closed: u64,
}

impl<H: Host, T: Transport, W: Watcher<T>> Traffic<H, T, W> {
    /// No connections yet.
    pub fn new(scheduler: Scheduler<H>, watcher: W) -> Traffic<H, T, W> {
        Traffic {
            scheduler,
            watcher,
            peers: Vec::new(),
            readable: VecDeque::new(),
            unfinished: Vec::new(),
            read_buffer: vec![0; limits::READ_TURN_MAX_BYTES].into_boxed_slice(),
            closed: 0,
        }
    }

    /// What runs on the connections.
    pub fn scheduler(&mut self) -> &mut Scheduler<H> {
        &mut self.scheduler
    }

    /// Sockets closed since the start.
    pub fn closed(&self) -> u64 {
        self.closed
    }

    /// Whether the next tick has something to do without anything becoming possible before.
    pub fn is_busy(&self) -> bool {
        self.scheduler.is_busy() || !self.readable.is_empty() || !self.unfinished.is_empty()
    }

    /// Takes in a new connection.
    pub fn admit(&mut self, transport: T, now: Instant) {
        let Some(id) = self.scheduler.connect(now) else { return };
        let index = id.index as usize;
        if self.peers.len() <= index {
            self.peers.resize_with(index + 1, || None);
        }
        let mut peer = Peer {
            id,
            transport,
            readable: false,
            read_closed: false,
            queued: false,
            watched: false,
            full: false,
        };
        let watched = self.watcher.begin(id, &mut peer.transport);
        self.peers[index] = Some(peer);
        if let Err(error) = watched {
            self.scheduler.host().log(&format!("a connection could not be watched: {error}"));
            self.close(id);
        }
    }

    /// Notes what became possible.
    pub fn note(&mut self, id: ConnectionId, readiness: Readiness) {
        let Some(peer) = peer_mut(&mut self.peers, id) else { return };
        if readiness.gone {
            // Whatever it wanted is given up.
            return self.close(id);
        }
        if readiness.readable || readiness.read_closed {
            peer.readable = true;
            peer.read_closed |= readiness.read_closed;
            enqueue(&mut self.readable, peer);
        }
        if readiness.writable {
            peer.full = false;
            self.unfinished.push(id);
        }
    }

    /// The first half of a tick: what arrived is read before slices run, so that a small request that comes alone is
    /// read, run and answered in one tick with one `read` and one `write`.
    pub fn serve(&mut self, now: Instant) {
        // Read, so many bytes from each.
        self.read(now);
        // Kills, wake-ups and time-outs that are due.
        self.scheduler.handle_time(now);
        // Slices: new requests first, then the long runs' turn.
        self.scheduler.run_slices(now);
    }

    /// The second half of a tick.
    pub fn settle_all(&mut self, now: Instant) {
        // Write what was answered, so many bytes to each, and tell the watcher what each connection waits for, where
        // that changed.
        self.write_and_settle(now);
        // Free what dead runs left, a part at a time.
        self.scheduler.bury_some();
    }

    /// Reads, so many bytes from each.
    fn read(&mut self, now: Instant) {
        // Those that have more go to the end of the queue, which is for the next tick.
        for _ in 0..self.readable.len() {
            let Some(id) = self.readable.pop_front() else { return };
            self.read_one(id, now);
        }
    }

    fn read_one(&mut self, id: ConnectionId, now: Instant) {
        let Some(peer) = peer_mut(&mut self.peers, id) else { return };
        peer.queued = false;
        // It comes back when its session is willing to take more: see `settle`.
        let Some(Interest::Transfer { read: true, .. }) = self.scheduler.interest(id) else { return };
        match peer.transport.read(&mut self.read_buffer) {
            Ok(0) => {
                peer.readable = false;
                self.scheduler.handle_end_of_input(id);
            }
            Ok(count) => {
                // A short read of a stream socket means that it is empty (epoll(7)): what comes next brings
                // an event of its own. Only the end may have brought its event already.
                peer.readable = count == self.read_buffer.len() || peer.read_closed;
                if peer.readable {
                    enqueue(&mut self.readable, peer);
                }
                self.scheduler.handle_bytes(id, &self.read_buffer[..count], now);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => peer.readable = false,
            Err(error) if error.kind() == ErrorKind::Interrupted => enqueue(&mut self.readable, peer),
            Err(_) => self.close(id),
        }
    }

    /// Writes what was answered, so many bytes to each, and does what else the connections want.
    fn write_and_settle(&mut self, now: Instant) {
        let unfinished = std::mem::take(&mut self.unfinished);
        for id in unfinished {
            self.write_one(id, now);
        }
        // Settling can touch a connection again (output ends), but only forward: this comes to an end.
        while let Some(id) = self.scheduler.take_touched() {
            self.write_one(id, now);
        }
    }

    fn write_one(&mut self, id: ConnectionId, now: Instant) {
        let Some(peer) = peer_mut(&mut self.peers, id) else { return };
        let output = self.scheduler.output(id);
        if !output.is_empty() && !peer.full {
            let turn = &output[..output.len().min(limits::WRITE_TURN_MAX_BYTES)];
            match peer.transport.write(turn) {
                Ok(count) => {
                    let whole = count == turn.len();
                    let more = count < output.len();
                    // How long the rest may lie there counts from now; when there is none, nobody asks.
                    let sent_at = if more { self.scheduler.host().now() } else { now };
                    self.scheduler.handle_sent(id, count, sent_at);
                    if more && whole {
                        self.unfinished.push(id);
                    }
                    self.watch_writable(id, more && !whole);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.watch_writable(id, true),
                Err(error) if error.kind() == ErrorKind::Interrupted => self.unfinished.push(id),
                Err(_) => return self.close(id),
            }
        }
        self.settle(id);
    }

    /// Asks the watcher to say when a socket takes bytes again, or not to any more.
    fn watch_writable(&mut self, id: ConnectionId, wanted: bool) {
        let Some(peer) = peer_mut(&mut self.peers, id) else { return };
        peer.full = wanted;
        if peer.watched == wanted {
            return;
        }
        peer.watched = wanted;
        if self.watcher.watch_writable(id, &mut peer.transport, wanted).is_err() {
            self.close(id);
        }
    }

    /// Does what a connection wants now.
    fn settle(&mut self, id: ConnectionId) {
        let Some(interest) = self.scheduler.settle(id) else { return };
        match interest {
            Interest::Transfer { read, .. } => {
                if let Some(peer) = peer_mut(&mut self.peers, id)
                    && read
                    && peer.readable
                {
                    enqueue(&mut self.readable, peer);
                }
            }
            Interest::EndOutput => {
                if let Some(peer) = peer_mut(&mut self.peers, id) {
                    // It fails if the client is gone, and then its end comes as an event.
                    let _ = peer.transport.end_output();
                }
                let now = self.scheduler.host().now();
                self.scheduler.handle_output_ended(id, now);
            }
            Interest::Close => self.close(id),
        }
    }

    /// Forgets a connection and closes its socket, which nobody watches any more then.
    fn close(&mut self, id: ConnectionId) {
        self.scheduler.remove(id);
        if peer_mut(&mut self.peers, id).is_some() {
            self.peers[id.index as usize] = None;
            self.closed += 1;
        }
    }
}

fn peer_mut<T>(peers: &mut [Option<Peer<T>>], id: ConnectionId) -> Option<&mut Peer<T>> {
    peers.get_mut(id.index as usize)?.as_mut().filter(|peer| peer.id == id)
}

fn enqueue<T>(queue: &mut VecDeque<ConnectionId>, peer: &mut Peer<T>) {
    if !std::mem::replace(&mut peer.queued, true) {
        queue.push_back(peer.id);
    }
}
