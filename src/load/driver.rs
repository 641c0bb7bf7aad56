//! Carries out a plan: few threads, each of which drives many clients and blocks in `poll` until a socket, a due time or
//! Ctrl-C needs it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::num::NonZeroU64;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Barrier, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec, epoll, poll};
use rustix::io::Errno;

use super::LoadError;
use super::metrics::Tally;
use super::plan::{Plan, Stage};
use super::worker::Worker;
use crate::limits;

/// Numbers that are looked at while the plan is carried out.
#[derive(Debug, Default)]
pub struct Live {
    done: AtomicU64,
    failed: AtomicU64,
    active: AtomicU64,
    active_peak: AtomicU64,
    next_number: AtomicU64,
    interrupted: AtomicBool,
}

impl Live {
    /// Requests and messages that are over.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Requests that failed.
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// Clients that are connected.
    pub fn active(&self) -> u64 {
        self.active.load(Ordering::Relaxed)
    }

    /// The most there were.
    pub fn active_peak(&self) -> u64 {
        self.active_peak.load(Ordering::Relaxed)
    }

    /// Whether Ctrl-C ended the plan.
    pub fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    pub(super) fn opened(&self) {
        let active = self.active.fetch_add(1, Ordering::Relaxed) + 1;
        self.active_peak.fetch_max(active, Ordering::Relaxed);
    }

    pub(super) fn closed(&self) {
        self.active.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a thread's clients share.
#[derive(Debug)]
pub struct Context<'a> {
    /// Where the daemon is.
    pub socket: &'a Path,
    /// What the daemon may ask for.
    pub token: Option<&'a [u8]>,
    /// What is looked at from outside.
    pub live: &'a Live,
    /// One for each group of the stage.
    pub tallies: Vec<Tally>,
    /// What is read goes here first.
    pub buffer: Vec<u8>,
    epoll: &'a OwnedFd,
    /// The start of the plan, from which its time line counts.
    origin: Instant,
}

impl Context<'_> {
    /// Numbers for requests, that nobody else gets; the first of them.
    pub fn take_numbers(&self, count: u64) -> u64 {
        self.live.next_number.fetch_add(count, Ordering::Relaxed)
    }

    /// Notes a request.
    pub fn begin(&mut self, tally: usize, at: Instant) {
        let at = at.saturating_duration_since(self.origin);
        self.tallies[tally].begin(at);
    }

    /// Notes an answer as expected.
    pub fn succeed(&mut self, tally: usize, latency: Duration, uncorrected: Option<Duration>, now: Instant) {
        self.live.done.fetch_add(1, Ordering::Relaxed);
        let at = now.saturating_duration_since(self.origin);
        self.tallies[tally].succeed(latency, uncorrected, at);
    }

    /// Notes a failure that was answered.
    pub fn fail(&mut self, tally: usize, kind: &str, said: &str, latency: Duration, now: Instant) {
        self.live.done.fetch_add(1, Ordering::Relaxed);
        self.live.failed.fetch_add(1, Ordering::Relaxed);
        let at = now.saturating_duration_since(self.origin);
        self.tallies[tally].fail(kind, said, latency, at);
    }

    /// Notes requests that have no answer.
    pub fn lose(&mut self, tally: usize, kind: &str, said: &str, count: u64, now: Instant) {
        self.live.done.fetch_add(count, Ordering::Relaxed);
        self.live.failed.fetch_add(count, Ordering::Relaxed);
        let at = now.saturating_duration_since(self.origin);
        self.tallies[tally].lose(kind, said, count, at);
    }

    /// Notes messages of one push.
    pub fn deliver(&mut self, tally: usize, messages: u64, bytes: u64, now: Instant) {
        self.live.done.fetch_add(messages, Ordering::Relaxed);
        let at = now.saturating_duration_since(self.origin);
        self.tallies[tally].pushes += 1;
        self.tallies[tally].deliver(messages, bytes, at);
    }

    /// Asks the system to tell about a new socket.
    pub fn watch_new(&self, stream: &UnixStream, index: usize, flags: epoll::EventFlags) -> io::Result<()> {
        Ok(epoll::add(self.epoll, stream, epoll::EventData::new_u64(index as u64), flags)?)
    }

    /// Changes what the system tells about a socket.
    pub fn watch(&self, stream: &UnixStream, index: usize, flags: epoll::EventFlags) {
        // It fails only for a socket that was never added.
        let _ = epoll::modify(self.epoll, stream, epoll::EventData::new_u64(index as u64), flags);
    }
}

/// What to carry plans out with.
#[derive(Clone, Copy, Debug)]
pub struct Drive<'a> {
    /// Where the daemon is.
    pub socket: &'a Path,
    /// What the daemon may ask for.
    pub token: Option<&'a [u8]>,
    /// Threads at most.
    pub threads: usize,
    /// Becomes readable, and stays so, when everything is to end.
    pub interrupt: Option<BorrowedFd<'a>>,
    /// What is looked at from outside.
    pub live: &'a Live,
}

/// One stage's results.
#[derive(Clone, Debug)]
pub struct StageResult {
    /// Its name.
    pub name: String,
    /// Each group's name, its number of clients, and what was counted.
    pub groups: Vec<(String, usize, Tally)>,
}

impl Drive<'_> {
    /// Carries out a plan, stage by stage. After Ctrl-C the results are those so far.
    ///
    /// # Errors
    /// The system refuses what the threads need.
    pub fn run(&self, plan: &Plan) -> Result<Vec<StageResult>, LoadError> {
        let origin = Instant::now();
        let mut results = Vec::new();
        let mut clients_before = 0;
        for stage in &plan.stages {
            if self.wait(stage.pause)? {
                break;
            }
            results.push(self.run_stage(stage, origin, clients_before)?);
            clients_before += stage.groups.iter().map(|group| group.clients as u64).sum::<u64>();
            if self.live.is_interrupted() {
                break;
            }
        }
        Ok(results)
    }

    /// Waits before a stage; true if it is not to begin any more.
    fn wait(&self, pause: Duration) -> Result<bool, LoadError> {
        let until = Instant::now() + pause;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let mut fds: Vec<PollFd<'_>> =
                self.interrupt.iter().map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN)).collect();
            match poll(&mut fds, Some(&timespec(left))) {
                Ok(0) if left.is_zero() => return Ok(false),
                Ok(0) | Err(Errno::INTR) => {}
                Ok(_) => {
                    self.live.interrupted.store(true, Ordering::Relaxed);
                    return Ok(true);
                }
                Err(errno) => return Err(LoadError::system("wait")(errno.into())),
            }
        }
    }

    fn run_stage(&self, stage: &Stage, origin: Instant, client: u64) -> Result<StageResult, LoadError> {
        let clients: usize = stage.groups.iter().map(|group| group.clients).sum();
        let threads = self.threads.clamp(1, clients.max(1));
        let barrier = Barrier::new(threads);
        let start = OnceLock::new();
        let shares = thread::scope(|scope| {
            let handles: Vec<_> = (0..threads)
                .map(|thread| {
                    let share = Share { drive: self, stage, origin, client, thread, threads };
                    let (barrier, start) = (&barrier, &start);
                    scope.spawn(move || share.run(barrier, start))
                })
                .collect();
            let join = |handle: thread::ScopedJoinHandle<'_, _>| {
                handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            handles.into_iter().map(join).collect::<Vec<Result<Vec<Tally>, LoadError>>>()
        });
        let mut tallies = vec![Tally::default(); stage.groups.len()];
        for share in shares {
            for (tally, part) in tallies.iter_mut().zip(share?) {
                tally.add(&part);
            }
        }
        let groups = stage.groups.iter().zip(tallies);
        let groups = groups.map(|(group, tally)| (group.name.clone(), group.clients, tally)).collect();
        Ok(StageResult { name: stage.name.clone(), groups })
    }
}

/// One thread's part of a stage.
struct Share<'a> {
    drive: &'a Drive<'a>,
    stage: &'a Stage,
    origin: Instant,
    client: u64,
    thread: usize,
    threads: usize,
}

/// What the interrupt's events are told by.
const INTERRUPT: u64 = u64::MAX;

impl Share<'_> {
    fn run(&self, barrier: &Barrier, start: &OnceLock<Instant>) -> Result<Vec<Tally>, LoadError> {
        // Due times are kept to the microsecond; the usual slack of a thread's timers is fifty. Best effort.
        let _ = rustix::thread::set_current_timer_slack(NonZeroU64::new(1_000));
        let prepared = self.prepare();
        // Whoever fails here must not keep the others waiting.
        let epoll = match prepared {
            Ok(epoll) => epoll,
            Err(error) => {
                barrier.wait();
                return Err(error);
            }
        };
        let mut context = Context {
            socket: self.drive.socket,
            token: self.drive.token,
            live: self.drive.live,
            tallies: vec![Tally::default(); self.stage.groups.len()],
            buffer: vec![0; limits::CLIENT_READ_BYTES],
            epoll: &epoll,
            origin: self.origin,
        };
        let mut workers = self.workers();
        for worker in &mut workers {
            worker.prepare(&mut context);
        }
        barrier.wait();
        let start = *start.get_or_init(Instant::now);
        Loop { workers, timers: BinaryHeap::new(), left: 0, swept: start }.run(&mut context, start)?;
        Ok(context.tallies)
    }

    fn prepare(&self) -> Result<OwnedFd, LoadError> {
        let failed = LoadError::system("wait for sockets");
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(|errno| failed(errno.into()))?;
        if let Some(interrupt) = self.drive.interrupt {
            let data = epoll::EventData::new_u64(INTERRUPT);
            epoll::add(&epoll, interrupt, data, epoll::EventFlags::IN)
                .map_err(|errno| failed(errno.into()))?;
        }
        Ok(epoll)
    }

    /// Every `threads`-th client is this thread's, so that groups are shared out evenly.
    fn workers(&self) -> Vec<Worker<'_>> {
        let mut workers = Vec::new();
        let mut number = 0;
        for (tally, group) in self.stage.groups.iter().enumerate() {
            for order in 0..group.clients {
                if number % self.threads == self.thread {
                    let client = self.client + number as u64;
                    workers.push(Worker::new(group, tally, client, order, workers.len()));
                }
                number += 1;
            }
        }
        workers
    }
}

/// One thread's event loop.
struct Loop<'a> {
    workers: Vec<Worker<'a>>,
    /// Precise times at which a client is to be woken; at most one of each.
    timers: BinaryHeap<Reverse<(Instant, usize)>>,
    /// Clients that are not done.
    left: usize,
    /// When deadlines were looked at last.
    swept: Instant,
}

impl Loop<'_> {
    fn run(mut self, context: &mut Context<'_>, start: Instant) -> Result<(), LoadError> {
        self.left = self.workers.len();
        for index in 0..self.workers.len() {
            self.tell(index, |worker| worker.start(context, start));
        }
        let mut events = Vec::with_capacity(limits::LOAD_EVENTS_MAX);
        while self.left > 0 {
            events.clear();
            self.wait(context, &mut events)?;
            for event in &events {
                if event.data.u64() == INTERRUPT {
                    context.live.interrupted.store(true, Ordering::Relaxed);
                    return Ok(());
                }
                let flags = event.flags;
                self.tell(event.data.u64() as usize, |worker| worker.handle_ready(context, flags));
            }
            self.handle_times(context);
        }
        Ok(())
    }

    /// Lets a client do something, and sees what it waits for then.
    fn tell(&mut self, index: usize, action: impl FnOnce(&mut Worker<'_>)) {
        let worker = &mut self.workers[index];
        let (was_done, wake_before) = (worker.is_done(), worker.wake);
        action(worker);
        if worker.is_done() && !was_done {
            self.left -= 1;
        }
        if let Some(wake) = worker.wake
            && worker.wake != wake_before
        {
            self.timers.push(Reverse((wake, index)));
        }
    }

    fn wait(&mut self, context: &Context<'_>, events: &mut Vec<epoll::Event>) -> Result<(), LoadError> {
        let now = Instant::now();
        let sweep = self.swept + limits::LOAD_SAMPLE_INTERVAL;
        let next = self.timers.peek().map_or(sweep, |Reverse((at, _))| sweep.min(*at));
        let left = next.saturating_duration_since(now);
        // epoll counts whole milliseconds; poll does not.
        if left < PRECISE_BELOW && !left.is_zero() {
            let mut fd = [PollFd::from_borrowed_fd(context.epoll.as_fd(), PollFlags::IN)];
            match poll(&mut fd, Some(&timespec(left))) {
                Ok(0) | Err(Errno::INTR) => return Ok(()),
                Ok(_) => {}
                Err(errno) => return Err(LoadError::system("wait for sockets")(errno.into())),
            }
        }
        let timeout = if left < PRECISE_BELOW { Duration::ZERO } else { left - PRECISE_BELOW / 2 };
        match epoll::wait(context.epoll, spare_capacity(events), Some(&timespec(timeout))) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(errno) => Err(LoadError::system("wait for sockets")(errno.into())),
        }
    }

    fn handle_times(&mut self, context: &mut Context<'_>) {
        let now = Instant::now();
        while let Some(&Reverse((at, index))) = self.timers.peek()
            && at <= now
        {
            self.timers.pop();
            // It may have been told to do something else since.
            if self.workers[index].wake == Some(at) {
                self.tell(index, |worker| worker.handle_time(context, now));
            }
        }
        if now.saturating_duration_since(self.swept) >= limits::LOAD_SAMPLE_INTERVAL {
            self.swept = now;
            for index in 0..self.workers.len() {
                if self.workers[index].deadline.is_some_and(|deadline| deadline <= now) {
                    self.tell(index, |worker| worker.handle_deadline(context, now));
                }
            }
        }
    }
}

/// Waits that are shorter are made by a call that counts nanoseconds.
const PRECISE_BELOW: Duration = Duration::from_millis(3);

fn timespec(time: Duration) -> Timespec {
    Timespec { tv_sec: time.as_secs().cast_signed(), tv_nsec: i64::from(time.subsec_nanos()) }
}
