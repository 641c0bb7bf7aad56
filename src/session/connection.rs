//! One connection: which protocol it speaks, what it is doing, what it waits for.

use std::fmt::Write;
use std::time::Instant;

use super::batch::Paused;
use super::jobs::{Copying, Job, Terms};
use super::output::OutputBuffer;
use super::peer::{Peer, Replies};
use super::slowlog::Words;
use super::task::Task;
use super::{Execution, SessionLimits};
use crate::limits;
use crate::wire::{
    CommandDecoder, CommandId, Detected, ErrorCode, ErrorReply, FrameDecoder, RespVersion, Status, detect,
    encode_response,
};

/// What a connection wants from its socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// Go on.
    Transfer {
        /// To be given what arrives.
        read: bool,
        /// To be rid of its output.
        write: bool,
    },
    /// Everything is sent: shut the sending side and call [`super::Scheduler::handle_output_ended`].
    EndOutput,
    /// Nothing more: close the socket and call [`super::Scheduler::remove`].
    Close,
}

/// The protocol, told from the first four bytes.
#[derive(Debug)]
pub(super) enum Protocol {
    /// Fewer than four bytes so far.
    Detecting(Vec<u8>),
    Frames(FrameDecoder),
    Resp {
        decoder: CommandDecoder,
        /// The commands of a transaction under way: they come first.
        replay: Option<Box<CommandDecoder>>,
        version: RespVersion,
    },
    /// Something else, or a connection that is over: input is dropped.
    Deaf,
}

/// What the connection is doing.
#[derive(Debug)]
pub(super) enum Work<R: Execution> {
    /// No complete request is there, or its turn has to wait until the client reads its replies.
    Idle,
    /// There is input to look at.
    Fresh,
    /// A run, to be given slices.
    Running(Box<Task<R>>),
    /// A run in `time.sleep`.
    Sleeping(Box<Task<R>>, Instant),
    /// A run whose client does not read its output.
    Suspended(Box<Task<R>>),
    /// In line for a session.
    Waiting(Box<Job<R::Session>>),
    /// Holds the session that it waited for, and is to go on.
    Ready(Box<Job<R::Session>>),
    /// A copy of a session, to be given slices.
    Copying(Box<Copying<R::Session>>),
    /// A batch between two of its programs, to be given slices.
    Between(Box<Paused<R>>),
}

/// How far the connection's life is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Requests are served.
    Open,
    /// One too many: it is told so in its protocol, as soon as that is known.
    Refused,
    /// Its last reply is on the way; input is dropped.
    Finishing {
        /// Whether to go on reading for a while, so that a client in the middle of a write can finish it
        /// and read the reply.
        linger: bool,
    },
    /// The sending side is shut; input is dropped until the client closes or time is up.
    Lingering,
    /// Over.
    Gone,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Connection<R: Execution> {
    pub(super) generation: u32,
    pub(super) protocol: Protocol,
    pub(super) work: Work<R>,
    pub(super) phase: Phase,
    /// Whether it came when there were as many connections as there may be.
    pub(super) beyond_limit: bool,
    pub(super) output: OutputBuffer,
    pub(super) peer: Option<Box<Peer>>,
    pub(super) connected_at: Instant,
    /// Whether it said the daemon's token, or need not.
    pub(super) admitted: bool,
    /// It asked for its own end, which comes after the answer.
    pub(super) doomed: bool,
    /// The command that was served last; frames have none.
    pub(super) command: Option<CommandId>,
    /// When its turn came.
    pub(super) asked_at: Instant,
    /// Its words for the slow log, if it goes on after its first turn.
    pub(super) words: Option<Words>,
    /// The client will send no more (it may still read).
    pub(super) input_ended: bool,
    /// When input last arrived, or was last looked at.
    pub(super) input_at: Instant,
    /// When output was last taken, or the last reply was written.
    pub(super) output_at: Instant,
    /// Whether it stands in one of the scheduler's queues.
    pub(super) queued: bool,
    /// Whether it is on the scheduler's list of touched connections.
    pub(super) touched: bool,
    /// The deadline that the scheduler's timers hold for it.
    pub(super) armed: Option<Instant>,
}

impl<R: Execution> Connection<R> {
    pub(super) fn new(generation: u32, beyond_limit: bool, now: Instant) -> Connection<R> {
        Connection {
            generation,
            protocol: Protocol::Detecting(Vec::new()),
            work: Work::Idle,
            phase: if beyond_limit { Phase::Refused } else { Phase::Open },
            beyond_limit,
            output: OutputBuffer::default(),
            peer: None,
            connected_at: now,
            admitted: true,
            doomed: false,
            command: None,
            asked_at: now,
            words: None,
            input_ended: false,
            input_at: now,
            output_at: now,
            queued: false,
            touched: false,
            armed: None,
        }
    }

    /// Takes in what was read.
    pub(super) fn receive(&mut self, bytes: &[u8], limits: &SessionLimits, now: Instant) {
        self.input_at = now;
        match &mut self.protocol {
            Protocol::Frames(decoder) => decoder.feed(bytes),
            Protocol::Resp { decoder, .. } => decoder.feed(bytes),
            Protocol::Deaf => {}
            Protocol::Detecting(first) if first.is_empty() => self.detect(bytes, limits, now),
            Protocol::Detecting(first) => {
                let mut first = std::mem::take(first);
                first.extend_from_slice(bytes);
                self.detect(&first, limits, now);
            }
        }
        self.wake();
    }

    fn detect(&mut self, first: &[u8], limits: &SessionLimits, now: Instant) {
        match detect(first) {
            Detected::NeedMore => self.protocol = Protocol::Detecting(first.to_vec()),
            Detected::Frames => {
                let mut decoder = FrameDecoder::new(limits.frame_max_bytes);
                decoder.feed(first);
                self.protocol = Protocol::Frames(decoder);
            }
            Detected::Resp => {
                let mut decoder = CommandDecoder::new(limits.frame_max_bytes);
                decoder.feed(first);
                self.protocol = Protocol::Resp { decoder, replay: None, version: RespVersion::Resp2 };
            }
            Detected::Http => {
                const ANSWER: &[u8] = b"HTTP/1.1 501 Not Implemented\r\nConnection: close\r\n\
                    Content-Length: 39\r\n\r\nthis socket speaks frames and RESP only";
                self.output.tail().extend_from_slice(ANSWER);
                self.finish_phase(now);
            }
            Detected::Unknown => {
                let error = ErrorReply::new(ErrorCode::Err, "Protocol error: neither a frame nor RESP");
                error.encode(self.output.tail());
                self.finish_phase(now);
            }
        }
        if self.phase == Phase::Refused && !matches!(self.protocol, Protocol::Detecting(_)) {
            self.refuse(
                ErrorCode::Busy,
                "the daemon serves as many connections as it may (--max-connections)",
                now,
            );
        }
    }

    /// Says in the connection's protocol why it is over, and lets it end.
    pub(super) fn refuse(&mut self, code: ErrorCode, message: &str, now: Instant) {
        let out = self.output.tail();
        let error = ErrorReply::new(code, message);
        match &self.protocol {
            Protocol::Frames(_) => encode_response(Status::Refused, &[error.to_string().as_bytes()], out),
            Protocol::Resp { .. } => error.encode(out),
            Protocol::Detecting(_) | Protocol::Deaf => {}
        }
        self.finish_phase(now);
    }

    /// Ends as its client asked: after its last reply.
    pub(super) fn quit(&mut self, now: Instant) {
        self.finish_phase(now);
    }

    /// No more requests: what is in the buffer is sent, then the connection ends.
    fn finish_phase(&mut self, now: Instant) {
        self.output_at = now;
        self.phase = Phase::Finishing { linger: true };
        self.protocol = Protocol::Deaf;
        self.work = Work::Idle;
    }

    /// Gives an idle connection that has input its turn, unless its client leaves its replies unread.
    pub(super) fn wake(&mut self) {
        if matches!(self.work, Work::Idle)
            && self.phase == Phase::Open
            && self.buffered_bytes() > 0
            && self.output.len() < limits::OUTPUT_HIGH_WATER_BYTES
        {
            self.work = Work::Fresh;
        }
    }

    /// Takes away output that was sent; a run that waited for that goes on.
    pub(super) fn consume_output(&mut self, count: usize, now: Instant) {
        self.output.consume(count);
        self.output_at = now;
        if self.output.len() < limits::OUTPUT_LOW_WATER_BYTES {
            self.work = match std::mem::replace(&mut self.work, Work::Idle) {
                Work::Suspended(task) => Work::Running(task),
                other => other,
            };
            self.wake();
        }
        if matches!(self.work, Work::Idle) {
            self.output.release();
        }
    }

    /// Bytes that were read but not served yet.
    fn buffered_bytes(&self) -> usize {
        match &self.protocol {
            Protocol::Detecting(_) | Protocol::Deaf => 0,
            Protocol::Frames(decoder) => decoder.buffered_bytes(),
            Protocol::Resp { decoder, replay, .. } => {
                let replayed = replay.as_ref().map_or(0, |replay| replay.buffered_bytes());
                decoder.buffered_bytes() + replayed
            }
        }
    }

    /// Whether the client began something that it has not finished.
    fn request_is_partial(&self) -> bool {
        match &self.protocol {
            Protocol::Detecting(first) => !first.is_empty(),
            _ => self.buffered_bytes() > 0,
        }
    }

    /// What the connection wants of its socket: the one place where that is decided.
    pub(super) fn interest(&self) -> Interest {
        let write = !self.output.is_empty();
        match self.phase {
            Phase::Gone => Interest::Close,
            Phase::Finishing { .. } if write => Interest::Transfer { read: !self.input_ended, write },
            Phase::Finishing { linger } if linger && !self.input_ended => Interest::EndOutput,
            Phase::Finishing { .. } => Interest::Close,
            Phase::Lingering if self.input_ended => Interest::Close,
            Phase::Lingering => Interest::Transfer { read: true, write: false },
            Phase::Open | Phase::Refused => {
                let idle = matches!(self.work, Work::Idle);
                if self.input_ended && idle && !write {
                    return Interest::Close;
                }
                let room = idle || self.buffered_bytes() < limits::INPUT_AHEAD_MAX_BYTES;
                let read = !self.input_ended && room && self.output.len() < limits::OUTPUT_HIGH_WATER_BYTES;
                Interest::Transfer { read, write }
            }
        }
    }

    /// When the connection has to be looked at whatever its client does: the one place where that is
    /// decided. `drain_at` is set when the daemon is ending.
    pub(super) fn deadline(&self, drain_at: Option<Instant>) -> Option<Instant> {
        let (own, busy) = match self.phase {
            Phase::Gone => return None,
            Phase::Refused => (Some(self.input_at + limits::REFUSAL_TIMEOUT), false),
            Phase::Finishing { .. } => (Some(self.output_at + limits::REPLY_UNREAD_TIMEOUT), false),
            Phase::Lingering => (Some(self.output_at + limits::LINGER_TIMEOUT), false),
            Phase::Open => match &self.work {
                Work::Running(task) | Work::Suspended(task) => (Some(task.terms.deadline), true),
                Work::Sleeping(task, until) => (Some(task.terms.deadline.min(*until)), true),
                Work::Waiting(job) | Work::Ready(job) => (Some(job.terms.deadline), true),
                Work::Copying(copying) => (Some(copying.terms.deadline), true),
                Work::Between(paused) => (Some(paused.running.terms.deadline), true),
                Work::Fresh => (None, true),
                Work::Idle if !self.output.is_empty() => {
                    (Some(self.output_at + limits::REPLY_UNREAD_TIMEOUT), false)
                }
                Work::Idle if self.request_is_partial() => {
                    (Some(self.input_at + limits::REQUEST_READ_TIMEOUT), false)
                }
                Work::Idle => (None, false),
            },
        };
        let drain = drain_at.map(|at| if busy { at } else { at + limits::SHUTDOWN_FLUSH });
        own.into_iter().chain(drain).min()
    }

    /// A line of `CLIENT LIST`, with the fields of Redis's that mean something here.
    pub(super) fn describe(&self, now: Instant) -> String {
        let seconds = |since: Instant| now.saturating_duration_since(since).as_secs();
        let (name, library, version) = self.peer.as_ref().map_or(("", "", ""), |peer| {
            (peer.name.as_str(), peer.library.as_str(), peer.library_version.as_str())
        });
        let transaction = self.peer.as_ref().and_then(|peer| peer.transaction.as_ref());
        let multi = transaction.map_or(-1, |transaction| transaction.count as i64);
        let resp = match &self.protocol {
            Protocol::Resp { version, .. } => version.number(),
            _ => 0,
        };
        let command = self.command.map_or_else(|| "NULL".to_owned(), CommandId::full_name);
        let run = self.task().map_or_else(String::new, |task| {
            let name = task.terms.name.as_deref().map_or_else(String::new, in_one_word);
            format!(" run={name} run-age={}", seconds(task.started_at))
        });
        format!(
            "id={} name={name} age={} idle={} flags={} db=0 multi={multi} qbuf={} omem={} cmd={command} \
             user=default resp={resp} lib-name={library} lib-ver={version}{run}",
            self.generation,
            seconds(self.connected_at),
            seconds(self.input_at),
            if multi < 0 { "N" } else { "x" },
            self.buffered_bytes(),
            self.output.len(),
        )
    }

    /// Takes back what was written since there were `before` bytes, if the client wants no replies now.
    pub(super) fn hush(&mut self, before: usize) {
        let Some(peer) = &mut self.peer else { return };
        if peer.replies == Replies::On {
            return;
        }
        self.output.truncate(before);
        // Never in the middle of a transaction, in which SKIP is refused.
        if peer.replies == Replies::Skipping && matches!(self.work, Work::Idle | Work::Fresh) {
            peer.replies = Replies::On;
        }
    }

    /// The task, whatever it waits for.
    pub(super) fn task(&self) -> Option<&Task<R>> {
        match &self.work {
            Work::Running(task) | Work::Sleeping(task, _) | Work::Suspended(task) => Some(task),
            _ => None,
        }
    }

    /// The terms of what is under way, a run or not.
    pub(super) fn terms(&self) -> Option<&Terms> {
        match &self.work {
            Work::Running(task) | Work::Sleeping(task, _) | Work::Suspended(task) => Some(&task.terms),
            Work::Waiting(job) | Work::Ready(job) => Some(&job.terms),
            Work::Copying(copying) => Some(&copying.terms),
            Work::Between(paused) => Some(&paused.running.terms),
            Work::Idle | Work::Fresh => None,
        }
    }

    /// A reply has been written: what the client has sent since has its turn.
    pub(super) fn replied(&mut self, now: Instant) {
        self.output_at = now;
        self.input_at = now;
        self.wake();
    }

    /// Takes the task away, whatever it waits for.
    pub(super) fn take_task(&mut self) -> Option<Box<Task<R>>> {
        match std::mem::replace(&mut self.work, Work::Idle) {
            Work::Running(task) | Work::Sleeping(task, _) | Work::Suspended(task) => Some(task),
            other => {
                self.work = other;
                None
            }
        }
    }
}

/// A name as a word of a line: what is no plain letter, digit or sign is written as `%` and two digits for each byte.
fn in_one_word(name: &str) -> String {
    let mut word = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'!'..=b'~' if byte != b'%' => word.push(char::from(byte)),
            _ => write!(word, "%{byte:02X}").expect("writing to a string cannot fail"),
        }
    }
    word
}
