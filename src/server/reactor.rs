//! The one loop.
//!
//! mio is edge-triggered: an event says that something became possible, once. So a socket that may have more
//! to read keeps its `readable` bit until a read comes back short, and waits in `readable` for the next
//! tick. What a connection wants is asked of its session each time ([`Interest`]); the only thing kept is
//! what the kernel was last told, to save the system call of telling it again.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use mio::net::{UnixListener, UnixStream};
use mio::unix::SourceFd;
use mio::{Events, Poll, Token};
use rustix::process::{Uid, geteuid};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook_mio::v1_0::Signals;

use super::DaemonConfig;
use super::lifecycle::Claim;
use super::process::Process;
use crate::limits;
use crate::session::{AccessToken, ConnectionId, Host, Interest, Scheduler, SessionLimits};

const LISTENER: Token = Token(usize::MAX);
const SIGNALS: Token = Token(usize::MAX - 1);
const TIMER: Token = Token(usize::MAX - 2);

/// The listening socket and why it may be waiting.
#[derive(Debug)]
struct Door {
    /// `None` once the daemon is ending.
    listener: Option<UnixListener>,
    /// Whether somebody may be waiting outside.
    knocked: bool,
    /// No descriptor was left: closed until then, or until a connection is closed.
    paused_until: Option<Instant>,
}

/// A connection's socket.
#[derive(Debug)]
struct Peer {
    id: ConnectionId,
    stream: UnixStream,
    /// There may be something to read.
    readable: bool,
    /// The client sends no more: reading goes on until the end is read.
    read_closed: bool,
    /// It stands in the reactor's `readable` queue.
    queued: bool,
    /// The kernel was told to say when it takes bytes again.
    watched: bool,
    /// It takes no bytes until the kernel says so.
    full: bool,
}

/// Whether the loop goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Serving,
    /// Runs are ending and replies are sent.
    Draining,
    /// A second signal: no more waiting.
    Over,
}

/// The daemon's event loop.
#[derive(Debug)]
pub struct Reactor {
    poll: Poll,
    events: Events,
    door: Door,
    signals: SignalSource,
    timer: OwnedFd,
    /// Whose clients may come in.
    uid: Uid,
    /// When the timer is set to ring.
    timer_at: Option<Instant>,
    scheduler: Scheduler<Process>,
    /// Sockets by the index of their connection.
    peers: Vec<Option<Peer>>,
    /// Connections with something to read that they are willing to take.
    readable: VecDeque<ConnectionId>,
    /// Connections that wrote all they may in one turn and have more.
    unfinished: Vec<ConnectionId>,
    read_buffer: Box<[u8]>,
    state: State,
}

/// [`Signals`] has no `Debug`.
struct SignalSource(Signals);

impl std::fmt::Debug for SignalSource {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Signals")
    }
}

impl Reactor {
    /// A loop over a listening socket.
    ///
    /// # Errors
    /// What the system says to a new epoll, timer or signal handler.
    pub fn new(config: &DaemonConfig, process: Process, mut listener: UnixListener) -> io::Result<Reactor> {
        let poll = Poll::new()?;
        poll.registry().register(&mut listener, LISTENER, mio::Interest::READABLE)?;
        let mut signals = Signals::new([SIGTERM, SIGINT])?;
        poll.registry().register(&mut signals, SIGNALS, mio::Interest::READABLE)?;
        let timer =
            timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        poll.registry().register(&mut SourceFd(&timer.as_raw_fd()), TIMER, mio::Interest::READABLE)?;
        let session_limits = SessionLimits {
            timeout: config.timeout,
            memory_max_bytes: config.memory_max_bytes,
            frame_max_bytes: config.frame_max_bytes,
            connections_max: config.connections_max,
            sessions_max: config.sessions_max,
            sessions_memory_max_bytes: config.sessions_memory_max_bytes,
        };
        Ok(Reactor {
            poll,
            events: Events::with_capacity(limits::POLL_EVENTS_MAX),
            // Somebody may have come between `listen` and now.
            door: Door { listener: Some(listener), knocked: true, paused_until: None },
            signals: SignalSource(signals),
            timer,
            uid: geteuid(),
            timer_at: None,
            scheduler: Scheduler::new(process, session_limits),
            peers: Vec::new(),
            readable: VecDeque::new(),
            unfinished: Vec::new(),
            read_buffer: vec![0; limits::READ_TURN_MAX_BYTES].into_boxed_slice(),
            state: State::Serving,
        })
    }

    /// Clients have to say this before they are served.
    pub fn require_token(&mut self, token: AccessToken) {
        self.scheduler.require_token(token);
    }

    /// Serves until the daemon is told to end and has ended.
    ///
    /// # Errors
    /// Only if `poll` itself fails.
    pub fn run(&mut self, claim: &Claim) -> io::Result<()> {
        self.scheduler.host().log("serving");
        while self.state == State::Serving {
            self.tick()?;
        }
        claim.remove_socket();
        self.scheduler.host().log("draining");
        while self.state == State::Draining && !self.scheduler.is_empty() {
            self.tick()?;
        }
        self.scheduler.host().log("ended");
        Ok(())
    }

    /// One round. The order matters: what arrived is read before slices run, so that a small request that
    /// comes alone is read, run and answered in one round with one `read` and one `write`.
    fn tick(&mut self) -> io::Result<()> {
        // 1. Wait: not at all if something can go on, until the next deadline if there is one, else for ever.
        self.wait()?;
        let now = Instant::now();
        // 2. Note what became possible.
        self.note_events();
        // 3. Let new clients in, a few at a time.
        self.accept(now);
        // 4. Read, so many bytes from each.
        self.read(now);
        // 5. Kills, wake-ups and time-outs that are due.
        self.scheduler.handle_time(now);
        // 6. Slices: new requests first, then the long runs' turn.
        self.scheduler.run_slices(now);
        if self.scheduler.shutdown_requested() && self.state == State::Serving {
            self.begin_drain();
        }
        // 7. Write what was answered, so many bytes to each; and
        // 8. tell the kernel what each connection waits for, where that changed.
        self.write_and_settle(now);
        // 9. Free what dead runs left, a part at a time.
        self.scheduler.bury_some();
        Ok(())
    }

    fn wait(&mut self) -> io::Result<()> {
        let process = self.scheduler.host();
        process.ticks += 1;
        let knocked = self.door.knocked && self.door.paused_until.is_none();
        let at_once =
            self.scheduler.is_busy() || knocked || !self.readable.is_empty() || !self.unfinished.is_empty();
        let timeout = if at_once {
            Some(Duration::ZERO)
        } else {
            self.scheduler.host().wakeups += 1;
            self.time_to_wait()?
        };
        match self.poll.poll(&mut self.events, timeout) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {
                self.events.clear();
                Ok(())
            }
            result => result,
        }
    }

    /// How long until the next deadline. epoll counts whole milliseconds, so the last stretch is timed by
    /// the timer's descriptor: a `time.sleep(0.0005)` wakes up on time.
    fn time_to_wait(&mut self) -> io::Result<Option<Duration>> {
        let deadline = self.scheduler.next_deadline().into_iter().chain(self.door.paused_until).min();
        let Some(deadline) = deadline else { return Ok(None) };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(Some(left));
        }
        if left >= limits::FINE_TIMER_BELOW {
            return Ok(Some(Duration::from_millis(left.as_millis() as u64)));
        }
        if self.timer_at != Some(deadline) {
            let ring = Itimerspec {
                it_interval: Timespec { tv_sec: 0, tv_nsec: 0 },
                it_value: Timespec { tv_sec: 0, tv_nsec: left.subsec_nanos().into() },
            };
            timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &ring)?;
            self.timer_at = Some(deadline);
        }
        Ok(None)
    }

    fn note_events(&mut self) {
        for event in &self.events {
            match event.token() {
                LISTENER => self.door.knocked = true,
                SIGNALS => {
                    for _ in self.signals.0.pending() {
                        self.state = match self.state {
                            State::Serving => State::Draining,
                            State::Draining | State::Over => State::Over,
                        };
                    }
                }
                TIMER => {
                    // Edge-triggered, and set anew for each deadline: the count of expirations is not needed.
                    self.timer_at = None;
                }
                token => {
                    let id = id_of(token);
                    let Some(peer) = peer_mut(&mut self.peers, id) else { continue };
                    if event.is_write_closed() || event.is_error() {
                        // It cannot be answered any more: whatever it wanted is given up.
                        close(&mut self.peers, &mut self.scheduler, &mut self.door, id);
                        continue;
                    }
                    if event.is_readable() || event.is_read_closed() {
                        peer.readable = true;
                        peer.read_closed |= event.is_read_closed();
                        enqueue(&mut self.readable, peer);
                    }
                    if event.is_writable() {
                        peer.full = false;
                        self.unfinished.push(id);
                    }
                }
            }
        }
        if self.state != State::Serving && self.door.listener.is_some() {
            self.begin_drain();
        }
    }

    fn begin_drain(&mut self) {
        if self.state == State::Serving {
            self.state = State::Draining;
        }
        self.door = Door { listener: None, knocked: false, paused_until: None };
        self.scheduler.begin_shutdown(Instant::now() + limits::SHUTDOWN_GRACE);
    }

    fn accept(&mut self, now: Instant) {
        if self.door.paused_until.is_some_and(|until| until <= now) {
            self.door.paused_until = None;
        }
        if !self.door.knocked || self.door.paused_until.is_some() {
            return;
        }
        for _ in 0..limits::ACCEPTS_PER_TICK_MAX {
            let Some(listener) = &self.door.listener else { return };
            match listener.accept() {
                Ok((stream, _)) => self.admit(stream, now),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.door.knocked = false;
                    return;
                }
                // The client gave up while it waited, or a signal came: the next one may be fine.
                Err(error)
                    if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::Interrupted) => {}
                // No descriptor or no memory is left. Trying again at once would spin.
                Err(error) => {
                    self.door.paused_until = Some(now + limits::ACCEPT_PAUSE);
                    self.scheduler.host().log(&format!("accepting pauses: {error}"));
                    return;
                }
            }
        }
    }

    fn admit(&mut self, stream: UnixStream, now: Instant) {
        match rustix::net::sockopt::socket_peercred(&stream) {
            Ok(peer) if peer.uid == self.uid || peer.uid.is_root() => {}
            Ok(peer) => {
                self.scheduler.count_rejected();
                let uid = peer.uid.as_raw();
                self.scheduler
                    .host()
                    .log(&format!("a connection of another user (uid {uid}) was turned away"));
                return;
            }
            Err(_) => return self.scheduler.count_rejected(),
        }
        let Some(id) = self.scheduler.connect(now) else { return };
        let index = id.index as usize;
        if self.peers.len() <= index {
            self.peers.resize_with(index + 1, || None);
        }
        let mut peer = Peer {
            id,
            stream,
            readable: false,
            read_closed: false,
            queued: false,
            watched: false,
            full: false,
        };
        let registered =
            self.poll.registry().register(&mut peer.stream, token_of(id), mio::Interest::READABLE);
        self.peers[index] = Some(peer);
        if let Err(error) = registered {
            self.scheduler.host().log(&format!("a connection could not be watched: {error}"));
            close(&mut self.peers, &mut self.scheduler, &mut self.door, id);
        }
    }

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
        match peer.stream.read(&mut self.read_buffer) {
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
            Err(_) => close(&mut self.peers, &mut self.scheduler, &mut self.door, id),
        }
    }

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
            match peer.stream.write(turn) {
                Ok(count) => {
                    let whole = count == turn.len();
                    let more = count < output.len();
                    // How long the rest may lie there counts from now; when there is none, nobody asks.
                    self.scheduler.handle_sent(id, count, if more { Instant::now() } else { now });
                    if more && whole {
                        self.unfinished.push(id);
                    }
                    self.watch_writable(id, more && !whole);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.watch_writable(id, true),
                Err(error) if error.kind() == ErrorKind::Interrupted => self.unfinished.push(id),
                Err(_) => return close(&mut self.peers, &mut self.scheduler, &mut self.door, id),
            }
        }
        self.settle(id);
    }

    /// Asks the kernel to say when a socket takes bytes again, or not to any more.
    fn watch_writable(&mut self, id: ConnectionId, wanted: bool) {
        let Some(peer) = peer_mut(&mut self.peers, id) else { return };
        peer.full = wanted;
        if peer.watched == wanted {
            return;
        }
        peer.watched = wanted;
        let interest = match wanted {
            true => mio::Interest::READABLE | mio::Interest::WRITABLE,
            false => mio::Interest::READABLE,
        };
        if self.poll.registry().reregister(&mut peer.stream, token_of(id), interest).is_err() {
            close(&mut self.peers, &mut self.scheduler, &mut self.door, id);
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
                    let _ = peer.stream.shutdown(Shutdown::Write);
                }
                self.scheduler.handle_output_ended(id, Instant::now());
            }
            Interest::Close => close(&mut self.peers, &mut self.scheduler, &mut self.door, id),
        }
    }
}

/// Forgets a connection and closes its socket, which takes it out of the epoll as well.
fn close(peers: &mut [Option<Peer>], scheduler: &mut Scheduler<Process>, door: &mut Door, id: ConnectionId) {
    scheduler.remove(id);
    if peer_mut(peers, id).is_some() {
        peers[id.index as usize] = None;
        // There is a descriptor again.
        door.paused_until = None;
    }
}

fn peer_mut(peers: &mut [Option<Peer>], id: ConnectionId) -> Option<&mut Peer> {
    peers.get_mut(id.index as usize)?.as_mut().filter(|peer| peer.id == id)
}

fn enqueue(queue: &mut VecDeque<ConnectionId>, peer: &mut Peer) {
    if !std::mem::replace(&mut peer.queued, true) {
        queue.push_back(peer.id);
    }
}

/// Index and generation share the token's 64 bits.
fn token_of(id: ConnectionId) -> Token {
    Token((id.generation as usize) << 32 | id.index as usize)
}

fn id_of(token: Token) -> ConnectionId {
    ConnectionId { index: token.0 as u32, generation: (token.0 >> 32) as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_keep_index_and_generation_apart() {
        for (index, generation) in [(0, 1), (9_999, 1), (0, u32::MAX - 1), (u32::MAX, 7)] {
            let id = ConnectionId { index, generation };
            assert_eq!(id_of(token_of(id)), id);
        }
    }
}
