//! What several clients together must not be able to do to the session layer over the real engine: an input decides who
//! connects, what each sends in which pieces, who reads, who hangs up, and how the time passes.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

use pyrust::engine::{Engine, Graveyard, Mode, OutputChunk, Run, RunOptions, Session, Step, Usage};
use pyrust::limits::{self, KIB, MIB};
use pyrust::session::{
    AccessToken, ConnectionId, Counters, Execution, Host, Interest, NotCompiled, Scheduler, SessionLimits,
    SessionState, Started,
};
use pyrust::wire::{
    DaemonStatus, Detected, ReplyDecoder, ResponseDecoder, detect, encode_request, write_command,
};

/// What a slice takes, on the clock that is turned by hand: a run has few of them.
const SLICE: Duration = Duration::from_millis(2);
/// Wall time of a run.
const RUN_TIMEOUT: Duration = Duration::from_millis(20);
/// Clients at once; the scheduler takes fewer.
const CLIENTS_MAX: usize = 6;
const CONNECTIONS_MAX: usize = 4;
/// Choices of one input.
const STEPS_MAX: usize = 200;
/// Bytes of one request.
const REQUEST_MAX_BYTES: usize = 4 * KIB;
const SESSIONS_MAX: usize = 2;
const RUN_MEMORY_BYTES: usize = MIB;
/// What waits for one client: what a run may print in its slices, and then some.
const OUTPUT_MAX_BYTES: usize = 8 * MIB;
/// Rounds until everything is over once nobody sends any more.
const ROUNDS_MAX: usize = 20_000;
const TOKEN: &[u8] = b"token";

/// Counts what there is of something.
#[derive(Debug)]
struct Alive(Rc<Cell<usize>>);

impl Alive {
    fn one(count: &Rc<Cell<usize>>) -> Alive {
        count.set(count.get() + 1);
        Alive(count.clone())
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// A run of the engine whose slices take time.
#[derive(Debug)]
struct TimedRun {
    run: Run,
    clock: Rc<Cell<Instant>>,
    _alive: Alive,
}

impl Execution for TimedRun {
    type Session = Kept;

    fn step(&mut self, fuel: u64) -> Step {
        self.clock.set(self.clock.get() + SLICE);
        self.run.step(fuel)
    }

    fn take_output(&mut self) -> Vec<OutputChunk> {
        self.run.take_output()
    }

    fn output_pending_bytes(&self) -> usize {
        self.run.output_pending_bytes()
    }

    fn usage(&self) -> Usage {
        self.run.usage()
    }

    fn line(&self) -> Option<u32> {
        self.run.line()
    }
}

/// What programs have left.
#[derive(Debug)]
struct Kept {
    session: Session,
    alive: Alive,
}

impl SessionState for Kept {
    fn memory_bytes(&self) -> usize {
        self.session.memory_bytes()
    }

    fn begin_copy(&self) -> Kept {
        Kept { session: self.session.begin_copy(), alive: Alive::one(&self.alive.0) }
    }

    fn copy_some(&mut self, from: &Kept) -> bool {
        self.session.copy_some(&from.session)
    }
}

/// The engine, as the daemon has it, and a clock.
#[derive(Debug)]
struct World {
    engine: Engine,
    graves: Vec<Graveyard>,
    clock: Rc<Cell<Instant>>,
    runs: Rc<Cell<usize>>,
    sessions: Rc<Cell<usize>>,
}

impl Host for World {
    type Run = TimedRun;

    fn now(&self) -> Instant {
        self.clock.get()
    }

    fn unix_time_s(&self) -> u64 {
        1_700_000_000
    }

    fn start(
        &mut self,
        source: &str,
        filename: &str,
        mode: Mode,
        options: RunOptions,
        session: Option<Kept>,
    ) -> Started<TimedRun> {
        let compiled = self.engine.compile(source, filename, mode, true);
        let run = match (compiled.program, session) {
            (Ok(program), None) => Ok(self.engine.start(&program, options)),
            (Ok(program), Some(kept)) => Ok(self.engine.start_in(kept.session, &program, options)),
            (Err(error), session) => {
                let rendered = Engine::render_compile_error(&error);
                Err((NotCompiled { kind: error.kind, rendered }, session))
            }
        };
        let run = run.map(|run| TimedRun { run, clock: self.clock.clone(), _alive: Alive::one(&self.runs) });
        Started { run, cache_hit: compiled.cache_hit }
    }

    fn open_session(&mut self) -> Kept {
        Kept { session: self.engine.open_session(), alive: Alive::one(&self.sessions) }
    }

    fn leave(&mut self, run: TimedRun) -> Kept {
        let (session, grave) = self.engine.leave(run.run);
        self.graves.extend(grave);
        Kept { session, alive: Alive::one(&self.sessions) }
    }

    fn close_session(&mut self, kept: Kept) {
        let (charged, counted) = kept.session.audit();
        assert_eq!(charged, counted, "a session's memory is not what was charged");
        self.graves.extend(self.engine.close_session(kept.session));
    }

    fn recycle(&mut self, run: TimedRun) {
        self.graves.extend(self.engine.recycle(run.run));
    }

    fn bury_some(&mut self) -> bool {
        if let Some(grave) = self.graves.last_mut()
            && grave.bury_some(limits::TICK_BURY_MAX_OBJECTS)
        {
            self.graves.pop();
        }
        self.engine.refresh_one() && self.graves.is_empty()
    }

    fn clear_cache(&mut self) -> usize {
        self.engine.clear_cache()
    }

    fn status(&self, counters: &Counters) -> DaemonStatus {
        DaemonStatus { requests_total: counters.requests_total, ..DaemonStatus::default() }
    }

    fn log(&mut self, message: &str) {
        panic!("nothing should have to be said: {message}");
    }
}

/// A client and what is known of its connection.
struct Client {
    id: ConnectionId,
    /// The rest of a request of which a piece was sent.
    pending: VecDeque<u8>,
    /// The first bytes that it sent.
    first: Vec<u8>,
    replies: Replies,
    ended: bool,
}

/// Bytes from the scheduler, which are whole replies of the client's protocol.
enum Replies {
    Unknown,
    Frames(ResponseDecoder),
    Resp(ReplyDecoder),
    /// A protocol that is refused in its own words.
    Other,
}

impl Client {
    fn new(id: ConnectionId) -> Client {
        Client { id, pending: VecDeque::new(), first: Vec::new(), replies: Replies::Unknown, ended: false }
    }

    fn note_sent(&mut self, bytes: &[u8]) {
        if matches!(self.replies, Replies::Unknown) {
            self.first.extend(bytes);
            self.replies = match detect(&self.first) {
                Detected::NeedMore => Replies::Unknown,
                Detected::Frames => Replies::Frames(ResponseDecoder::new(usize::MAX)),
                Detected::Resp => Replies::Resp(ReplyDecoder::new(usize::MAX)),
                Detected::Http | Detected::Unknown => Replies::Other,
            };
        }
    }

    fn note_received(&mut self, bytes: &[u8]) {
        match &mut self.replies {
            Replies::Unknown => assert_eq!(bytes, b"", "an answer to nothing"),
            Replies::Frames(decoder) => {
                decoder.feed(bytes);
                while decoder.next_response().expect("well-formed responses").is_some() {}
            }
            Replies::Resp(decoder) => {
                decoder.feed(bytes);
                while decoder.next_value().expect("well-formed replies").is_some() {}
            }
            Replies::Other => {}
        }
    }
}

/// The input, a choice at a time.
struct Choices<'a> {
    data: &'a [u8],
}

impl<'a> Choices<'a> {
    fn next(&mut self) -> usize {
        let Some((&byte, rest)) = self.data.split_first() else { return 0 };
        self.data = rest;
        usize::from(byte)
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.next() % all.len()]
    }

    fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.data.split_at(count.min(self.data.len()));
        self.data = rest;
        taken
    }
}

const PROGRAMS: &[&str] = &[
    "1",
    "while True: pass",
    "print('x' * 3000)",
    "while True: print('y' * 5000)",
    "import time\ntime.sleep(0.001)\nprint('slept')",
    "import time\ntime.sleep(1000)",
    "1/0",
    "1 +",
    "",
    "n = n + 1 if 'n' in globals() else 0\nn",
    "data = [[i] for i in range(3000)]",
    "while True: data = [data] if 'data' in globals() else []",
    "{'a': [1, 2.5, None], 2: {True, b'x'}}, KEYS, ARGV",
    "raise SystemExit(3)",
    "import sys\nsys.stderr.write(sys.stdin.read())\nsys.argv",
    "def f():\n    try:\n        while True: yield 1\n    finally: print('never')\ng = f()\nnext(g)",
    "del data",
    "'z' * 100000",
    "a = []\nwhile True: a.append('x' * 10000)",
];

/// Commands as words; `{p}` is a program, `{s}` a session, `{n}` a number.
const COMMANDS: &[&str] = &[
    "EVAL {p} 0",
    "EVAL {p} 1 {s}",
    "EVAL {p} {n} {s} {s}",
    "PY.RUN {p}",
    "PY.RUN {p} STREAM",
    "PY.RUN {p} SESSION {s} ECHO DATA ID {s}",
    "PY.RUN {p} STREAM SESSION {s} TIMEOUT {n} FUEL {n}{n}{n} ARGV 2 a {s} STDIN word INPUT n {n}",
    "PY.RUN {p} MEMORY {n}0000",
    "PY.BATCH 2 {p} {p} SESSION {s} CONTINUE",
    "PY.BATCH 3 {p} {p} {p} SESSION {s} ATOMIC ECHO",
    "PY.BATCH 2 {p} {p} ATOMIC",
    "PY.SESSION NEW {s} TTL {n}",
    "PY.SESSION NEW {s} MEMORY {n}000",
    "PY.SESSION FORK {s} {s}",
    "PY.SESSION SNAPSHOT {s}",
    "PY.SESSION ROLLBACK {s}",
    "PY.SESSION DROP {s}",
    "PY.SESSION INFO {s}",
    "PY.SESSION LIST",
    "PY.CANCEL {s}",
    "PY.CANCEL {n}",
    "PY.TRACEBACK",
    "PY.STATUS",
    "PY.CACHE CLEAR",
    "HELLO 3",
    "HELLO 2",
    "HELLO 3 AUTH default token SETNAME {s}",
    "AUTH token",
    "AUTH {s}",
    "MULTI",
    "EXEC",
    "DISCARD",
    "PING",
    "ECHO {p}",
    "SCRIPT LOAD {p}",
    "SCRIPT KILL",
    "SCRIPT FLUSH",
    "EVALSHA 356a192b7913b04c54574d18c28d46e6395428ab 1 {s}",
    "CLIENT LIST",
    "CLIENT KILL ID {n}",
    "CLIENT KILL SKIPME no",
    "CLIENT REPLY OFF",
    "CLIENT REPLY ON",
    "CLIENT REPLY SKIP",
    "CLIENT SETNAME {s}",
    "INFO everything",
    "SLOWLOG GET",
    "SLOWLOG RESET",
    "CONFIG SET slowlog-log-slower-than {n}",
    "CONFIG SET slowlog-max-len {n}",
    "CONFIG GET *",
    "COMMAND DOCS",
    "MEMORY USAGE {s}",
    "LATENCY HISTOGRAM",
    "CLUSTER SLOTS",
    "RESET",
    "QUIT",
    "SHUTDOWN",
    "SHUTDOWN NOW",
    "NONSENSE {s}",
];

fn request(choices: &mut Choices<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let at = choices.next() % (COMMANDS.len() + 8);
    let Some(command) = COMMANDS.get(at) else {
        encode_request(choices.one_of(PROGRAMS).as_bytes(), &mut out).expect("it is short");
        return out;
    };
    let words: Vec<String> = command
        .split(' ')
        .map(|word| match word {
            "{p}" => choices.one_of(PROGRAMS).to_owned(),
            word => {
                let word = word.replace("{s}", choices.one_of(&["s", "t", "u"]));
                word.replace("{n}", &(choices.next() % 10).to_string())
            }
        })
        .collect();
    write_command(&words.iter().map(|word| word.as_bytes()).collect::<Vec<_>>(), &mut out);
    out
}

/// The scheduler and those who talk to it.
struct Harness {
    scheduler: Scheduler<World>,
    clients: Vec<Client>,
    is_ending: bool,
    /// A deadline that was over after the last round.
    overdue: Option<Instant>,
}

impl Harness {
    fn new(guarded: bool) -> Harness {
        let world = World {
            engine: Engine::new(),
            graves: Vec::new(),
            clock: Rc::new(Cell::new(Instant::now())),
            runs: Rc::default(),
            sessions: Rc::default(),
        };
        let limits = SessionLimits {
            timeout: RUN_TIMEOUT,
            memory_max_bytes: RUN_MEMORY_BYTES,
            frame_max_bytes: REQUEST_MAX_BYTES,
            connections_max: CONNECTIONS_MAX,
            slowlog_slower_than_us: 3_000,
            slowlog_entries_max: 3,
            sessions_max: SESSIONS_MAX,
            sessions_memory_max_bytes: RUN_MEMORY_BYTES,
        };
        let mut scheduler = Scheduler::new(world, limits);
        if guarded {
            scheduler.require_token(AccessToken::new(TOKEN));
        }
        Harness { scheduler, clients: Vec::new(), is_ending: false, overdue: None }
    }

    fn now(&mut self) -> Instant {
        self.scheduler.host().now()
    }

    fn pass(&mut self, time: Duration) {
        let clock = self.scheduler.host().clock.clone();
        clock.set(clock.get() + time);
    }

    fn connect(&mut self) {
        let now = self.now();
        if self.clients.len() < CLIENTS_MAX
            && !self.is_ending
            && let Some(id) = self.scheduler.connect(now)
        {
            self.clients.push(Client::new(id));
        }
    }

    /// Delivers bytes if they are wanted, as a socket does; what is not wanted yet waits in the client's hands.
    fn send(&mut self, at: usize, bytes: &[u8]) {
        self.clients[at].pending.extend(bytes);
        self.deliver(at, usize::MAX);
    }

    fn deliver(&mut self, at: usize, count: usize) {
        let now = self.now();
        let client = &mut self.clients[at];
        let is_wanted =
            matches!(self.scheduler.interest(client.id), Some(Interest::Transfer { read: true, .. }));
        if client.ended || !is_wanted || count == 0 {
            return;
        }
        let bytes: Vec<u8> = client.pending.drain(..count.min(client.pending.len())).collect();
        if !bytes.is_empty() {
            client.note_sent(&bytes);
            self.scheduler.handle_bytes(client.id, &bytes, now);
        }
    }

    fn read(&mut self, at: usize, count: usize) {
        let now = self.now();
        let client = &mut self.clients[at];
        let output = self.scheduler.output(client.id);
        let bytes = output[..count.min(output.len())].to_vec();
        if !bytes.is_empty() {
            client.note_received(&bytes);
            self.scheduler.handle_sent(client.id, bytes.len(), now);
            // As the daemon does after each write.
            self.settle(self.clients[at].id);
        }
    }

    fn end_input(&mut self, at: usize) {
        let client = &mut self.clients[at];
        if !std::mem::replace(&mut client.ended, true) {
            self.scheduler.handle_end_of_input(client.id);
        }
    }

    fn hang_up(&mut self, at: usize) {
        let client = self.clients.swap_remove(at);
        self.scheduler.remove(client.id);
    }

    fn settle(&mut self, id: ConnectionId) {
        let now = self.now();
        match self.scheduler.settle(id) {
            Some(Interest::EndOutput) => {
                self.scheduler.handle_output_ended(id, now);
                self.scheduler.settle(id);
            }
            Some(Interest::Close) => {
                self.scheduler.remove(id);
                self.clients.retain(|client| client.id != id);
            }
            _ => {}
        }
    }

    /// One round, as the daemon makes it.
    fn tick(&mut self) {
        let began = self.now();
        self.scheduler.handle_time(began);
        self.scheduler.run_slices(began);
        if let Some(grace) = self.scheduler.shutdown_requested()
            && !std::mem::replace(&mut self.is_ending, true)
        {
            let now = self.now();
            self.scheduler.begin_shutdown(now + grace);
        }
        self.settle_touched();
        self.scheduler.bury_some();
        self.check(began);
    }

    fn settle_touched(&mut self) {
        while let Some(id) = self.scheduler.take_touched() {
            self.settle(id);
        }
    }

    fn check(&mut self, began: Instant) {
        // What was asked for with no time at all is due at once, and a reply that nobody took for long is looked at again
        // when what came meanwhile turns out to be no request: by the next round.
        let overdue = self.scheduler.next_deadline().filter(|&next| next < began);
        assert!(
            overdue.is_none() || overdue != self.overdue,
            "something was due in the last round and is still there"
        );
        self.overdue = overdue;
        for client in &self.clients {
            let waiting = self.scheduler.output(client.id).len();
            assert!(waiting <= OUTPUT_MAX_BYTES, "{waiting} bytes wait for one client");
        }
        let counters = self.scheduler.counters();
        assert!(counters.connections_active as usize <= CONNECTIONS_MAX);
        assert!(counters.sessions as usize <= SESSIONS_MAX, "{counters:?}");
        // Each session and its snapshot, and what each client has in its hands: a run's, a copy, one to go back to.
        let states = self.scheduler.host().sessions.get();
        assert!(states <= 2 * SESSIONS_MAX + 3 * CONNECTIONS_MAX, "{states} states of sessions");
        // Each session and its snapshot, and what a run allocates at once before it is found out.
        let held = counters.sessions_memory_bytes as usize;
        assert!(held <= SESSIONS_MAX * 2 * 3 * RUN_MEMORY_BYTES, "sessions hold {held} bytes");
        assert_eq!(counters.runs_internal_errors, 0);
    }

    fn step(&mut self, choices: &mut Choices<'_>) {
        let what = choices.next() % 16;
        if self.clients.is_empty() || what == 0 {
            return self.connect();
        }
        let at = choices.next() % self.clients.len();
        match what {
            1..=5 => self.send(at, &request(choices)),
            6 => {
                let bytes = request(choices);
                self.clients[at].pending.extend(bytes);
                self.deliver(at, choices.next());
            }
            7 => self.deliver(at, choices.next()),
            8 => {
                let count = choices.next() % 64;
                let bytes = choices.bytes(count);
                self.send(at, bytes);
            }
            9 => self.read(at, choices.next().pow(2)),
            10 => self.read(at, usize::MAX),
            11 => self.end_input(at),
            12 => self.hang_up(at),
            13 => {
                // The daemon never waits before it has looked at whom something happened to, nor while it is busy.
                self.settle_touched();
                let pause = choices.one_of(&PAUSES);
                self.pass(if self.scheduler.is_busy() { PAUSES[0] } else { pause });
            }
            _ => (0..=choices.next() % 4).for_each(|_| self.tick()),
        }
    }

    /// Everybody sends the rest and reads to the end, or hangs up; then time goes on until nothing is due any more.
    fn finish(&mut self, choices: &mut Choices<'_>) {
        for at in (0..self.clients.len()).rev() {
            if choices.next() % 3 == 1 {
                self.hang_up(at);
            }
        }
        for round in 0.. {
            assert!(round < ROUNDS_MAX, "it never ends: {:?}", self.scheduler);
            for at in (0..self.clients.len()).rev() {
                self.deliver(at, usize::MAX);
                if self.clients[at].pending.is_empty() {
                    self.end_input(at);
                }
                self.read(at, usize::MAX);
            }
            self.tick();
            if self.scheduler.is_busy() {
                continue;
            }
            // An idle connection that may still send would be waited for.
            let is_over = self.clients.iter().all(|client| client.ended);
            let Some(next) = self.scheduler.next_deadline() else {
                if is_over && self.clients.is_empty() {
                    break;
                }
                continue;
            };
            let now = self.now();
            self.pass(next.saturating_duration_since(now));
        }
        assert!(self.scheduler.is_empty(), "a connection is left");
        let counters = self.scheduler.counters();
        assert_eq!((counters.connections_active, counters.runs_active), (0, 0));
    }

    /// What sessions hold for ever goes when they are dropped.
    fn drop_sessions(&mut self) {
        if self.is_ending {
            return;
        }
        self.connect();
        let mut bytes = Vec::new();
        write_command(&[b"AUTH", TOKEN], &mut bytes);
        for name in ["s", "t", "u"] {
            write_command(&[b"PY.SESSION", b"DROP", name.as_bytes()], &mut bytes);
        }
        // Sessions are counted when somebody asks.
        write_command(&[b"PY.STATUS"], &mut bytes);
        self.send(0, &bytes);
        self.finish(&mut Choices { data: &[] });
        let counters = self.scheduler.counters();
        assert_eq!((counters.sessions, counters.sessions_memory_bytes), (0, 0));
        let world = self.scheduler.host();
        assert_eq!((world.runs.get(), world.sessions.get()), (0, 0), "runs and sessions are left");
    }
}

const PAUSES: [Duration; 6] = [
    Duration::from_millis(1),
    Duration::from_millis(25),
    Duration::from_secs(1),
    Duration::from_secs(31),
    Duration::from_secs(61),
    Duration::from_secs(3_601),
];

/// Some clients, as the input says.
pub fn check(data: &[u8]) {
    let mut choices = Choices { data };
    let mut harness = Harness::new(choices.next() % 8 == 1);
    for _ in 0..STEPS_MAX {
        if choices.data.is_empty() {
            break;
        }
        harness.step(&mut choices);
    }
    harness.finish(&mut choices);
    harness.drop_sessions();
}
