//! The one loop.
//!
//! Waits, takes new connections in, and turns what mio says into what [`Traffic`] is told.

use std::io::{self, ErrorKind};
use std::net::Shutdown;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use mio::net::{UnixListener, UnixStream};
use mio::unix::SourceFd;
use mio::{Events, Poll, Registry, Token};
use rustix::process::{Uid, geteuid};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook_mio::v1_0::Signals;

use super::DaemonConfig;
use super::lifecycle::Claim;
use super::process::Process;
use super::traffic::{Readiness, Traffic, Transport, Watcher};
use crate::limits;
use crate::session::{AccessToken, ConnectionId, Host, Scheduler, SessionLimits};

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
    /// Nobody came in since it was logged that accepting pauses.
    stuck: bool,
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
    traffic: Traffic<Process, UnixStream, Epoll>,
    /// Sockets that had been closed when accepting began to pause.
    closed_at_pause: u64,
    state: State,
}

/// mio's registry, as what watches connections.
#[derive(Debug)]
struct Epoll(Registry);

impl Watcher<UnixStream> for Epoll {
    fn begin(&mut self, id: ConnectionId, stream: &mut UnixStream) -> io::Result<()> {
        self.0.register(stream, token_of(id), mio::Interest::READABLE)
    }

    fn watch_writable(&mut self, id: ConnectionId, stream: &mut UnixStream, wanted: bool) -> io::Result<()> {
        let interest = match wanted {
            true => mio::Interest::READABLE | mio::Interest::WRITABLE,
            false => mio::Interest::READABLE,
        };
        self.0.reregister(stream, token_of(id), interest)
    }
}

impl Transport for UnixStream {
    fn end_output(&mut self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }
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
        let watcher = Epoll(poll.registry().try_clone()?);
        let session_limits = SessionLimits {
            timeout: config.timeout,
            memory_max_bytes: config.memory_max_bytes,
            frame_max_bytes: config.frame_max_bytes,
            connections_max: config.connections_max,
            slowlog_slower_than_us: limits::SLOWLOG_SLOWER_THAN.as_micros() as i64,
            slowlog_entries_max: limits::SLOWLOG_ENTRIES,
            sessions_max: config.sessions_max,
            sessions_memory_max_bytes: config.sessions_memory_max_bytes,
        };
        Ok(Reactor {
            poll,
            events: Events::with_capacity(limits::POLL_EVENTS_MAX),
            // Somebody may have come between `listen` and now.
            door: Door { listener: Some(listener), knocked: true, paused_until: None, stuck: false },
            signals: SignalSource(signals),
            timer,
            uid: geteuid(),
            timer_at: None,
            traffic: Traffic::new(Scheduler::new(process, session_limits), watcher),
            closed_at_pause: 0,
            state: State::Serving,
        })
    }

    /// Clients have to say this before they are served.
    pub fn require_token(&mut self, token: AccessToken) {
        self.scheduler().require_token(token);
    }

    /// Serves until the daemon is told to end and has ended.
    ///
    /// # Errors
    /// Only if `poll` itself fails.
    pub fn run(&mut self, claim: &Claim) -> io::Result<()> {
        self.scheduler().host().log("serving");
        while self.state == State::Serving {
            self.tick()?;
        }
        claim.remove_socket();
        self.scheduler().host().log("draining");
        while self.state == State::Draining && !self.scheduler().is_empty() {
            self.tick()?;
        }
        self.scheduler().host().log("ended");
        Ok(())
    }

    fn scheduler(&mut self) -> &mut Scheduler<Process> {
        self.traffic.scheduler()
    }

    /// One round. The order matters: see [`Traffic::serve`].
    fn tick(&mut self) -> io::Result<()> {
        // Wait: not at all if something can go on, until the next deadline if there is one, else for ever.
        self.wait()?;
        let now = Instant::now();
        // Note what became possible.
        self.note_events();
        // Let new clients in, a few at a time.
        self.accept(now);
        // Read; kill and wake what is due; run slices.
        self.traffic.serve(now);
        if let Some(grace) = self.scheduler().shutdown_requested()
            && self.state == State::Serving
        {
            self.begin_drain(grace);
        }
        // Write; watch what is waited for; free what is left of the dead.
        self.traffic.settle_all(now);
        Ok(())
    }

    fn wait(&mut self) -> io::Result<()> {
        self.scheduler().host().ticks += 1;
        // A connection that is closed leaves a descriptor for another.
        if self.traffic.closed() > self.closed_at_pause {
            self.door.paused_until = None;
        }
        let knocked = self.door.knocked && self.door.paused_until.is_none();
        let at_once = knocked || self.traffic.is_busy();
        let timeout = if at_once {
            Some(Duration::ZERO)
        } else {
            self.scheduler().host().wakeups += 1;
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
        let deadline = self.scheduler().next_deadline().into_iter().chain(self.door.paused_until).min();
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
                    let readiness = Readiness {
                        readable: event.is_readable(),
                        read_closed: event.is_read_closed(),
                        writable: event.is_writable(),
                        gone: event.is_write_closed() || event.is_error(),
                    };
                    self.traffic.note(id, readiness);
                }
            }
        }
        if self.state != State::Serving && self.door.listener.is_some() {
            self.begin_drain(limits::SHUTDOWN_GRACE);
        }
    }

    fn begin_drain(&mut self, grace: Duration) {
        if self.state == State::Serving {
            self.state = State::Draining;
        }
        self.door = Door { listener: None, knocked: false, paused_until: None, stuck: false };
        self.scheduler().begin_shutdown(Instant::now() + grace);
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
                Ok((stream, _)) => {
                    self.door.stuck = false;
                    self.admit(stream, now);
                }
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
                    self.closed_at_pause = self.traffic.closed();
                    if !std::mem::replace(&mut self.door.stuck, true) {
                        self.scheduler().host().log(&format!("accepting pauses: {error}"));
                    }
                    return;
                }
            }
        }
    }

    fn admit(&mut self, stream: UnixStream, now: Instant) {
        match rustix::net::sockopt::socket_peercred(&stream) {
            Ok(peer) if peer.uid == self.uid || peer.uid.is_root() => {}
            Ok(peer) => {
                self.scheduler().count_rejected();
                let uid = peer.uid.as_raw();
                self.scheduler()
                    .host()
                    .log(&format!("a connection of another user (uid {uid}) was turned away"));
                return;
            }
            Err(_) => return self.scheduler().count_rejected(),
        }
        self.traffic.admit(stream, now);
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
