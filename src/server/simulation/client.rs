//! A client: what it does, and what it has to be answered.

use std::time::{Duration, Instant};

use super::net::{End, Net, SharedWire};
use super::{Dice, PRINTED_MAX_BYTES};
use crate::wire::{ReplyDecoder, RespValue, ResponseDecoder, Status, encode_request, write_command};

/// What it sends, and how it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Frames,
    Resp,
    /// Streams of one program after the other.
    Streams,
    /// Bytes that are no protocol, or half a request.
    Lies,
}

/// A reply that has to come.
#[derive(Clone, Debug, PartialEq)]
enum Expected {
    Frame(u8, String),
    Value(RespValue),
    /// Push messages of this much output in all, then a map.
    Stream(usize),
    /// Push messages of a part of it, then an error.
    Killed,
}

/// One client with its connection.
#[derive(Debug)]
pub struct Client {
    number: u64,
    manner: Manner,
    dice: Dice,
    wire: SharedWire,
    connected: bool,
    /// What is yet to be sent.
    to_send: Vec<u8>,
    /// It closes its sending side when all is sent.
    half_closes: bool,
    /// It hangs up when it has acted so often.
    hangs_up_after: Option<u32>,
    acts: u32,
    /// It does not read before.
    reads_from: Instant,
    pub wake_at: Option<Instant>,
    expected: Vec<Expected>,
    received: Vec<u8>,
    /// How many replies are complete.
    replied: usize,
    timeout: Duration,
    gave_up: bool,
}

/// What a program prints, and how it ends.
struct Program {
    source: String,
    printed: String,
    end: Ends,
}

enum Ends {
    Finished,
    Raised,
    TimedOut,
    Internal,
    NotCompiled,
}

fn program(dice: &mut Dice) -> Program {
    let mut source = String::new();
    let mut printed = String::new();
    for _ in 0..dice.below(4) {
        match dice.below(5) {
            0 => {
                source += "print:ab ";
                printed += "ab";
            }
            1 => source += &format!("burn:{} ", 1 + dice.below(20)),
            2 => source += &format!("sleep:{} ", dice.below(2_000)),
            3 => {
                let (times, bytes) = (1 + dice.below(6), 1 + dice.below(20_000));
                source += &format!("flood:{times}:{bytes} ");
                printed += &"x".repeat((times * bytes) as usize);
            }
            _ => {
                source += "eprint:c ";
                printed.push('c');
            }
        }
    }
    assert!(printed.len() <= PRINTED_MAX_BYTES);
    let (last, end) = match dice.below(12) {
        0 => ("raise", Ends::Raised),
        1 => ("forever", Ends::TimedOut),
        2 => ("panic", Ends::Internal),
        3 => return Program { source: "syntax".into(), printed: String::new(), end: Ends::NotCompiled },
        _ => ("", Ends::Finished),
    };
    // More than what is read ahead, now and then.
    let padding = if dice.one_in(5) { dice.below(60_000) } else { 0 };
    Program { source: source + last + &" ".repeat(padding as usize), printed, end }
}

const INTERNAL: &str =
    "INTERNAL internal error of pyrust: a bug for the test; the run is lost, the daemon goes on";

fn timed_out(limit: Duration) -> String {
    format!("TIMEOUT killed: it ran longer than its limit of {limit:?} (--timeout)")
}

impl Program {
    fn frame(&self, timeout: Duration) -> Expected {
        let printed = &self.printed;
        let (status, body) = match self.end {
            Ends::Finished => (Status::Ok, printed.clone()),
            Ends::Raised => (Status::Raised, format!("{printed}Traceback\nValueError: bad\n")),
            Ends::NotCompiled => (Status::Raised, "SyntaxError: invalid syntax\n".to_owned()),
            Ends::TimedOut => (Status::Refused, timed_out(timeout)),
            Ends::Internal => (Status::Refused, INTERNAL.to_owned()),
        };
        // What would not fit into a frame is refused; the limit is that of held output then.
        Expected::Frame(status as u8, body)
    }

    fn eval(&self, timeout: Duration) -> RespValue {
        match self.end {
            Ends::Finished if self.printed.is_empty() => RespValue::Null,
            Ends::Finished => RespValue::bulk(&self.printed),
            Ends::Raised => RespValue::Error("PYERR ValueError: bad".to_owned()),
            Ends::NotCompiled => RespValue::Error("PYERR SyntaxError: invalid syntax".to_owned()),
            Ends::TimedOut => RespValue::Error(timed_out(timeout)),
            Ends::Internal => RespValue::Error(INTERNAL.to_owned()),
        }
    }
}

fn words(words: &[&str], out: &mut Vec<u8>) {
    write_command(&words.iter().map(|word| word.as_bytes()).collect::<Vec<_>>(), out);
}

impl Client {
    pub fn new(number: u64, net: &Net, dice: &mut Dice, start: Instant, timeout: Duration) -> Client {
        let mut dice = Dice(dice.next());
        let manner = match dice.below(10) {
            0..=3 => Manner::Frames,
            4..=6 => Manner::Resp,
            7..=8 => Manner::Streams,
            _ => Manner::Lies,
        };
        let streams = manner == Manner::Streams;
        // A program whose client reads slowly is suspended, and its time goes on: streams are read in time.
        let wire = net.wire(1 << if streams { 16 } else { 6 + dice.below(11) }, Dice(dice.next()));
        let stalls = if dice.one_in(4) && !streams { dice.below(3_000) } else { 0 };
        let hangs_up_after = dice.one_in(5).then(|| dice.below(60) as u32);
        let wake_at = start + Duration::from_micros(dice.below(20_000));
        let mut client = Client {
            number,
            manner,
            wire,
            connected: false,
            to_send: Vec::new(),
            half_closes: dice.one_in(3),
            hangs_up_after,
            acts: 0,
            reads_from: start + Duration::from_millis(stalls),
            wake_at: Some(wake_at),
            expected: Vec::new(),
            received: Vec::new(),
            replied: 0,
            timeout,
            gave_up: false,
            dice,
        };
        client.plan();
        client
    }

    /// Writes all its requests and their replies.
    fn plan(&mut self) {
        let requests = 1 + self.dice.below(12);
        match self.manner {
            Manner::Frames => {
                for _ in 0..requests {
                    let program = self.program_that_fits();
                    encode_request(program.source.as_bytes(), &mut self.to_send).unwrap();
                    self.expected.push(program.frame(self.timeout));
                }
            }
            Manner::Resp => self.plan_resp(requests),
            Manner::Streams => {
                words(&["HELLO", "3"], &mut self.to_send);
                self.expected.push(Expected::Stream(0));
                for _ in 0..requests {
                    let program = program(&mut self.dice);
                    words(&["PY.RUN", &program.source, "STREAM"], &mut self.to_send);
                    self.expected.push(match program.end {
                        Ends::Finished | Ends::Raised | Ends::NotCompiled => {
                            Expected::Stream(program.printed.len())
                        }
                        Ends::TimedOut | Ends::Internal => Expected::Killed,
                    });
                }
            }
            Manner::Lies => {
                let length = 1 + self.dice.below(300);
                self.to_send = match self.dice.below(4) {
                    0 => (0..length).map(|_| self.dice.next() as u8).collect(),
                    1 => vec![0, 0, 1, 0, b'x'],
                    2 => b"*3\r\n$4\r\nEVAL\r\n$1000000000\r\n".to_vec(),
                    _ => b"*2\r\n$6\r\nPY.RUN\r\n$7\r\nforev".to_vec(),
                };
                self.half_closes = false;
            }
        }
    }

    /// A frame's response must fit into a frame.
    fn program_that_fits(&mut self) -> Program {
        loop {
            let program = program(&mut self.dice);
            if program.printed.len() < 90_000 {
                return program;
            }
        }
    }

    fn plan_resp(&mut self, requests: u64) {
        words(&["HELLO", "3"], &mut self.to_send);
        self.expected.push(Expected::Stream(0));
        let mine = format!("session-{}", self.number);
        let mut notes: Vec<String> = Vec::new();
        for at in 0..requests {
            match self.dice.below(6) {
                0 => {
                    words(&["PING", "x"], &mut self.to_send);
                    self.expected.push(Expected::Value(RespValue::bulk("x")));
                }
                1 => {
                    // Its own session, which it alone changes: nobody is to see it half done.
                    let note = format!("{at}");
                    let code = format!("burn:{} note:{note} tell", 1 + self.dice.below(5));
                    words(&["EVAL", &code, "1", &mine], &mut self.to_send);
                    notes.push(note);
                    self.expected.push(Expected::Value(RespValue::bulk(notes.join(","))));
                }
                2 if !notes.is_empty() => {
                    let code = "note:undone raise";
                    words(&["PY.BATCH", "1", code, "SESSION", &mine, "ATOMIC"], &mut self.to_send);
                    words(&["EVAL", "tell", "1", &mine], &mut self.to_send);
                    self.expected.push(Expected::Stream(0));
                    self.expected.push(Expected::Value(RespValue::bulk(notes.join(","))));
                }
                3 => {
                    // One that others use as well: they stand in line.
                    words(&["EVAL", "burn:3 print:ok", "1", "everybody's"], &mut self.to_send);
                    self.expected.push(Expected::Value(RespValue::bulk("ok")));
                }
                _ => {
                    let program = program(&mut self.dice);
                    words(&["EVAL", &program.source, "0"], &mut self.to_send);
                    self.expected.push(Expected::Value(program.eval(self.timeout)));
                }
            }
        }
    }

    /// Does a little; a new connection's other end.
    pub fn act(&mut self, now: Instant) -> Option<End> {
        self.acts += 1;
        let end = (!std::mem::replace(&mut self.connected, true)).then(|| End(self.wire.clone()));
        let mut wire = self.wire.borrow_mut();
        if self.hangs_up_after.is_some_and(|acts| self.acts > acts) {
            wire.hang_up();
            self.gave_up = true;
        }
        if self.gave_up {
            self.wake_at = None;
            return end;
        }
        let piece = if self.dice.one_in(3) { 1 + self.dice.below(40) } else { 1 + self.dice.below(100_000) };
        let piece = self.to_send.len().min(piece as usize);
        let sent = if wire.daemon_gone { piece } else { wire.client_writes(&self.to_send[..piece]) };
        self.to_send.drain(..sent);
        if self.to_send.is_empty() && self.half_closes && !wire.client_ended {
            wire.end_input();
        }
        let reads = now >= self.reads_from;
        let most = if self.dice.one_in(4) { self.dice.below(2_000) } else { u64::MAX };
        let bytes = if reads { wire.client_reads(most as usize) } else { Vec::new() };
        drop(wire);
        if !bytes.is_empty() && self.manner != Manner::Lies {
            self.received.extend(bytes);
            self.replied = self.replies().len();
        }
        // Nobody tells it when it can go on: it looks now and then.
        let pause = if self.dice.one_in(100) && self.manner != Manner::Streams {
            self.dice.below(5_000_000)
        } else {
            self.dice.below(3_000)
        };
        self.wake_at = (!self.is_done()).then(|| now + Duration::from_micros(1 + pause));
        end
    }

    pub fn hang_up(&mut self) {
        self.wire.borrow_mut().hang_up();
        self.wake_at = None;
    }

    /// Whether there is nothing to come.
    pub fn is_done(&self) -> bool {
        if self.gave_up {
            return true;
        }
        let wire = self.wire.borrow();
        let closed = (wire.daemon_gone || wire.daemon_ended) && wire.to_client.is_empty();
        match self.manner {
            // A liar is done when it is shown the door, or when nothing can tell that it lies.
            Manner::Lies => closed,
            _ => closed || (self.to_send.is_empty() && self.replied >= self.expected.len()),
        }
    }

    /// The replies so far; push messages are put together with the reply that they belong to.
    fn replies(&self) -> Vec<Expected> {
        if self.manner == Manner::Frames {
            let mut decoder = ResponseDecoder::new(usize::MAX);
            decoder.feed(&self.received);
            let next = || decoder.next_response().expect("the daemon's frames are sound");
            return std::iter::from_fn(next)
                .map(|response| {
                    let body = String::from_utf8(response.body).expect("all is ASCII");
                    Expected::Frame(response.status as u8, body)
                })
                .collect();
        }
        let mut decoder = ReplyDecoder::new(usize::MAX);
        decoder.feed(&self.received);
        let (mut replies, mut pushed) = (Vec::new(), 0);
        while let Some(value) = decoder.next_value().expect("the daemon's replies are sound") {
            match (value, self.manner) {
                (RespValue::Push(parts), _) => {
                    let RespValue::Bulk(bytes) = &parts[1] else { panic!("no bytes: {parts:?}") };
                    pushed += bytes.len();
                }
                (RespValue::Map(_), _) => replies.push(Expected::Stream(std::mem::take(&mut pushed))),
                (RespValue::Array(_), _) => replies.push(Expected::Stream(0)),
                (RespValue::Error(_), Manner::Streams) => {
                    pushed = 0;
                    replies.push(Expected::Killed);
                }
                (value, _) => replies.push(Expected::Value(value)),
            }
        }
        replies
    }

    /// Whether each reply is the one that belongs there, and none is missing.
    pub fn check(&self) {
        if self.manner == Manner::Lies {
            return;
        }
        let replies = self.replies();
        for (at, (reply, expected)) in replies.iter().zip(&self.expected).enumerate() {
            assert_eq!(reply, expected, "reply {at} of client {}", self.number);
        }
        assert!(
            self.gave_up || replies.len() == self.expected.len(),
            "client {} misses replies",
            self.number
        );
    }
}
