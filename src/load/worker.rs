//! One client: its connection, and what it does next. It never blocks but to connect; its thread tells it when its socket
//! is ready and when its time has come.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::event::epoll;
use rustix::time::{ClockId, clock_gettime};

use super::driver::Context;
use super::plan::{Expect, Group, Requests, Stream, Until, Work};
use super::protocol::{Answer, Decoder, Known, Message, encode, encode_batch, encode_stream, greet, judge};
use super::stream::{Checker, script};
use crate::client::{ClientError, connect};
use crate::limits;
use crate::wire::{ErrorReply, RespValue};

/// A connection and what is under way on it.
#[derive(Debug)]
struct Link {
    stream: UnixStream,
    decoder: Decoder,
    known: Known,
    out: Vec<u8>,
    written: usize,
    /// What the system is asked to tell.
    interest: epoll::EventFlags,
}

/// What a client waits for.
#[derive(Debug)]
enum State {
    /// The start of its stage.
    New,
    /// Its next due time.
    Resting,
    /// Answers.
    Asking(Asking),
    /// Messages.
    Streaming(Box<Streaming>),
    /// Nothing: it is done.
    Done,
}

/// Requests that were written at once.
#[derive(Debug)]
struct Asking {
    due: Instant,
    sent: Instant,
    /// Numbers of the requests: the next to be answered, and the one after the last.
    next: u64,
    end: u64,
    /// What first went wrong in a batch.
    failed: Option<(String, String)>,
}

/// A stream that is being read.
#[derive(Debug)]
struct Streaming {
    checker: Checker,
    sent: Instant,
    /// The reader is busy with what it has.
    paused: bool,
}

/// One client of a group.
#[derive(Debug)]
pub struct Worker<'a> {
    group: &'a Group,
    /// Which of the stage's tallies is its own.
    tally: usize,
    /// Its number in the plan.
    client: u64,
    /// The part of an interval by which its due times are shifted against those of its neighbours.
    phase: f64,
    index: usize,
    link: Option<Link>,
    state: State,
    started: Instant,
    /// Requests or batches begun.
    begun: u64,
    connects_failed: u32,
    /// When it is to be woken, in a precise way.
    pub wake: Option<Instant>,
    /// When it has waited long enough, as a sweep finds out.
    pub deadline: Option<Instant>,
}

impl<'a> Worker<'a> {
    /// The client number `client` of its plan, and the `order`-th of its group; `index` names it in its thread.
    pub fn new(group: &'a Group, tally: usize, client: u64, order: usize, index: usize) -> Worker<'a> {
        Worker {
            group,
            tally,
            client,
            phase: order as f64 / group.clients as f64,
            index,
            link: None,
            state: State::New,
            started: Instant::now(),
            begun: 0,
            connects_failed: 0,
            wake: None,
            deadline: None,
        }
    }

    /// Whether it has nothing more to do.
    pub fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// Connects before the stage begins, so that its first request is like all others. An error comes again with that
    /// request, and is counted then.
    pub fn prepare(&mut self, context: &mut Context<'_>) {
        if !self.group.reconnect {
            let _ = self.open(context);
        }
    }

    /// The stage begins.
    pub fn start(&mut self, context: &mut Context<'_>, now: Instant) {
        self.started = now;
        match &self.group.work {
            Work::Requests(requests) => self.proceed(requests, context, now),
            Work::Stream(stream) => self.begin_stream(stream, context, now),
        }
    }

    /// Its time has come.
    pub fn handle_time(&mut self, context: &mut Context<'_>, now: Instant) {
        self.wake = None;
        match (&mut self.state, &self.group.work) {
            (State::Resting, Work::Requests(requests)) => self.proceed(requests, context, now),
            (State::Streaming(streaming), _) if streaming.paused => {
                streaming.paused = false;
                self.watch(context);
            }
            _ => {}
        }
    }

    /// It has waited too long, or wants to end.
    pub fn handle_deadline(&mut self, context: &mut Context<'_>, now: Instant) {
        self.deadline = None;
        if let Work::Stream(Stream { cancel: Some(after), .. }) = &self.group.work
            && now >= self.started + *after
        {
            context.succeed(self.tally, now - self.started, None, now);
            return self.finish(context);
        }
        self.lose("no answer in time", "the connection was closed", context, now);
    }

    /// Its socket can be read or written.
    pub fn handle_ready(&mut self, context: &mut Context<'_>, flags: epoll::EventFlags) {
        if flags.contains(epoll::EventFlags::OUT)
            && let Err(error) = self.flush(context)
        {
            return self.lose("disconnected", &error.to_string(), context, Instant::now());
        }
        if flags.intersects(epoll::EventFlags::IN | epoll::EventFlags::HUP | epoll::EventFlags::ERR) {
            self.receive(context);
        }
    }

    /// Sends what is due, or waits until something is.
    fn proceed(&mut self, requests: &Requests, context: &mut Context<'_>, now: Instant) {
        let mut now = now;
        loop {
            if self.is_over(requests, now) {
                return self.finish(context);
            }
            let due = match requests.interval() {
                Some(interval) => self.started + interval.mul_f64(self.begun as f64 + self.phase),
                None => now,
            };
            if due > now {
                self.state = State::Resting;
                self.deadline = None;
                self.wake = Some(due);
                return;
            }
            self.begun += 1;
            context.begin(self.tally, due);
            let Err(error) = self.send(requests, due, context) else { return };
            now = Instant::now();
            self.count_lost(requests, context, &error, now);
            if self.connects_failed >= limits::LOAD_CONNECTS_FAILED_MAX {
                self.give_up(requests, context, now);
                return self.finish(context);
            }
        }
    }

    fn is_over(&self, requests: &Requests, now: Instant) -> bool {
        match requests.planned() {
            Some(count) => self.begun >= count,
            None => matches!(requests.until, Until::Time(time) if now >= self.started + time),
        }
    }

    /// Requests that no connection was there for.
    fn count_lost(
        &mut self,
        requests: &Requests,
        context: &mut Context<'_>,
        error: &ClientError,
        now: Instant,
    ) {
        let lost = if requests.batch { 1 } else { requests.depth as u64 };
        context.lose(self.tally, kind_of(error), &error.to_string(), lost, now);
    }

    /// Counts what will never be sent, where that is a number.
    fn give_up(&mut self, requests: &Requests, context: &mut Context<'_>, now: Instant) {
        let left = requests.planned().map_or(0, |count| count - self.begun);
        let each = if requests.batch { 1 } else { requests.depth as u64 };
        context.lose(self.tally, "not sent", "the client gave up connecting", left * each, now);
    }

    fn send(
        &mut self,
        requests: &Requests,
        due: Instant,
        context: &mut Context<'_>,
    ) -> Result<(), ClientError> {
        if self.link.is_none() {
            self.open(context)?;
        }
        let depth = requests.depth as u64;
        let next = context.take_numbers(depth);
        let link = self.link.as_mut().expect("it was just opened");
        link.out.clear();
        link.written = 0;
        let (payload, out) = (&requests.payload, &mut link.out);
        if self.group.is_one_command() {
            encode_batch(payload, next..next + depth, self.client, out);
        } else if payload.varies() {
            for number in next..next + depth {
                encode(self.group.protocol, payload, &link.known, number, self.client, out);
            }
        } else {
            encode(self.group.protocol, payload, &link.known, next, self.client, out);
            let length = out.len();
            (1..depth).for_each(|_| out.extend_from_within(..length));
        }
        let sent = Instant::now();
        self.state = State::Asking(Asking { due, sent, next, end: next + depth, failed: None });
        let patience = requests.payload.timeout.unwrap_or(limits::RUN_TIMEOUT) + limits::LOAD_PATIENCE;
        self.deadline = Some(sent + patience);
        if let Err(error) = self.flush(context) {
            self.close(context);
            return Err(ClientError::NotDelivered(error));
        }
        Ok(())
    }

    fn begin_stream(&mut self, stream: &Stream, context: &mut Context<'_>, now: Instant) {
        context.begin(self.tally, now);
        if self.link.is_none()
            && let Err(error) = self.open(context)
        {
            context.lose(self.tally, kind_of(&error), &error.to_string(), 1, now);
            return self.finish(context);
        }
        let link = self.link.as_mut().expect("it is open");
        encode_stream(&script(stream), limits::RUN_TIMEOUT_MAX, &mut link.out);
        self.state =
            State::Streaming(Box::new(Streaming { checker: Checker::new(stream), sent: now, paused: false }));
        self.deadline = Some(now + stream.cancel.unwrap_or(limits::LOAD_PATIENCE));
        if let Err(error) = self.flush(context) {
            self.lose("disconnected", &error.to_string(), context, Instant::now());
        }
    }

    /// Reads once; the system tells again if there is more.
    fn receive(&mut self, context: &mut Context<'_>) {
        let max = match &self.group.work {
            Work::Stream(stream) if !stream.reader_delay.is_zero() => limits::LOAD_SLOW_READ_BYTES,
            _ => limits::CLIENT_READ_BYTES,
        };
        let Some(link) = &mut self.link else { return };
        let got = loop {
            match link.stream.read(&mut context.buffer[..max]) {
                Ok(0) => break Err("the daemon closed the connection".to_owned()),
                Ok(count) => break Ok(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => break Err(error.to_string()),
            }
        };
        let now = Instant::now();
        match got {
            Err(error) => self.lose("disconnected", &error, context, now),
            Ok(count) => {
                link.decoder.feed(&context.buffer[..count]);
                self.take_messages(context, now);
            }
        }
    }

    fn take_messages(&mut self, context: &mut Context<'_>, now: Instant) {
        let mut taken = 0;
        while let Some(link) = &mut self.link {
            match link.decoder.next_message() {
                Ok(None) => break,
                Err(error) => return self.lose("protocol", &error, context, now),
                Ok(Some(Message::Output(bytes))) => match self.take_output(&bytes, context, now) {
                    Ok(messages) => taken += messages,
                    Err(error) => return self.lose("out of order", &error, context, now),
                },
                Ok(Some(Message::Answer(answer))) => self.take_answer(&answer, context, now),
                Ok(Some(Message::Batch(answers))) => self.take_batch(&answers, context, now),
            }
        }
        self.rest(taken, context, now);
    }

    /// Takes output of a stream; returns how many messages it had.
    fn take_output(&mut self, bytes: &[u8], context: &mut Context<'_>, now: Instant) -> Result<u64, String> {
        let State::Streaming(streaming) = &mut self.state else { return Ok(0) };
        let clock = clock_gettime(ClockId::Monotonic);
        let clock = Duration::new(clock.tv_sec.max(0) as u64, clock.tv_nsec as u32);
        let deliveries = &mut context.tallies[self.tally].deliveries;
        let messages = streaming.checker.feed(bytes, clock, |latency| deliveries.record(latency))?;
        context.deliver(self.tally, messages, bytes.len() as u64, now);
        Ok(messages)
    }

    /// A slow reader is busy with what it took, and reads nothing meanwhile.
    fn rest(&mut self, messages: u64, context: &mut Context<'_>, now: Instant) {
        let (State::Streaming(streaming), Work::Stream(stream)) = (&mut self.state, &self.group.work) else {
            return;
        };
        if messages > 0 && stream.cancel.is_none() {
            self.deadline = Some(now + limits::LOAD_PATIENCE);
        }
        if messages > 0 && !stream.reader_delay.is_zero() {
            streaming.paused = true;
            let busy = stream.reader_delay.saturating_mul(u32::try_from(messages).unwrap_or(u32::MAX));
            self.wake = Some(now + busy);
            self.deadline = self.deadline.map(|deadline| deadline + busy);
            self.watch(context);
        }
    }

    fn take_answer(&mut self, answer: &Answer, context: &mut Context<'_>, now: Instant) {
        match &mut self.state {
            State::Asking(_) => self.take_reply(answer, context, now),
            State::Streaming(streaming) => {
                let Work::Stream(stream) = &self.group.work else { return };
                let (seen, latency) = (streaming.checker.seen(), now - streaming.sent);
                let complete = seen == stream.messages && !streaming.checker.is_inside();
                match judge(&Expect::Success, answer, 0, 0) {
                    Ok(()) if complete => context.succeed(self.tally, latency, None, now),
                    Ok(()) => {
                        let said = format!("{seen} of {} messages", stream.messages);
                        context.fail(self.tally, "messages lost", &said, latency, now);
                    }
                    Err((kind, said)) => context.fail(self.tally, &kind, &said, latency, now),
                }
                self.finish(context);
            }
            State::New | State::Resting | State::Done => {
                self.lose("protocol", "an answer that nothing was asked for", context, now);
            }
        }
    }

    fn take_reply(&mut self, answer: &Answer, context: &mut Context<'_>, now: Instant) {
        let (State::Asking(asking), Work::Requests(requests)) = (&mut self.state, &self.group.work) else {
            return;
        };
        let mut verdict = judge(&requests.payload.expect, answer, asking.next, self.client);
        asking.next += 1;
        // A whole batch that was refused has one answer.
        let last = asking.next == asking.end || self.group.is_one_command();
        if requests.batch {
            if let Err(failure) = verdict {
                asking.failed.get_or_insert(failure);
            }
            if !last {
                return;
            }
            verdict = asking.failed.take().map_or(Ok(()), Err);
        }
        self.record(verdict, context, now);
        if last {
            self.answered(requests, context, now);
        }
    }

    /// The reply of a `PY.BATCH`, which ends with the first program that fails.
    fn take_batch(&mut self, answers: &[Answer], context: &mut Context<'_>, now: Instant) {
        let (State::Asking(asking), Work::Requests(requests)) = (&mut self.state, &self.group.work) else {
            return self.lose("protocol", "a batch's reply that nothing was asked for", context, now);
        };
        let numbers = asking.next..asking.end;
        let judged = numbers
            .zip(answers)
            .map(|(number, answer)| judge(&requests.payload.expect, answer, number, self.client));
        let verdict = judged.collect::<Result<Vec<()>, _>>().and_then(|right| match right.len() {
            count if count == requests.depth => Ok(()),
            count => Err(("protocol".to_owned(), format!("{count} answers to {} programs", requests.depth))),
        });
        self.record(verdict, context, now);
        self.answered(requests, context, now);
    }

    fn record(&self, verdict: Result<(), (String, String)>, context: &mut Context<'_>, now: Instant) {
        let (State::Asking(asking), Work::Requests(requests)) = (&self.state, &self.group.work) else {
            return;
        };
        let latency = now - asking.due;
        match verdict {
            Ok(()) => {
                let uncorrected = requests.rate.map(|_| now - asking.sent);
                context.succeed(self.tally, latency, uncorrected, now);
            }
            Err((kind, said)) => context.fail(self.tally, &kind, &said, latency, now),
        }
    }

    /// All that was sent is answered.
    fn answered(&mut self, requests: &Requests, context: &mut Context<'_>, now: Instant) {
        if self.group.reconnect {
            self.close(context);
        }
        self.proceed(requests, context, now);
    }

    /// The connection is of no use any more. What was under way failed; what is left goes on with a new one.
    fn lose(&mut self, kind: &str, said: &str, context: &mut Context<'_>, now: Instant) {
        self.close(context);
        match std::mem::replace(&mut self.state, State::Resting) {
            State::Asking(asking) => {
                let Work::Requests(requests) = &self.group.work else { return };
                let lost = if requests.batch { 1 } else { asking.end - asking.next };
                context.lose(self.tally, kind, said, lost, now);
                self.proceed(requests, context, now);
            }
            State::Streaming(_) => {
                context.lose(self.tally, kind, said, 1, now);
                self.finish(context);
            }
            // Nothing was under way: the next request connects anew.
            other => self.state = other,
        }
    }

    fn finish(&mut self, context: &mut Context<'_>) {
        self.close(context);
        self.state = State::Done;
        self.wake = None;
        self.deadline = None;
    }

    /// Connects and says what is said first.
    fn open(&mut self, context: &mut Context<'_>) -> Result<(), ClientError> {
        let link = self.greet(context).inspect_err(|_| self.connects_failed += 1)?;
        context.watch_new(&link.stream, self.index, link.interest).map_err(ClientError::NotDelivered)?;
        context.live.opened();
        self.connects_failed = 0;
        self.link = Some(link);
        Ok(())
    }

    fn greet(&self, context: &Context<'_>) -> Result<Link, ClientError> {
        let mut stream = connect(context.socket, limits::LOAD_PATIENCE)?;
        let mut decoder = Decoder::new(self.group.protocol);
        let mut known = Known::default();
        let code = match &self.group.work {
            Work::Requests(requests) => requests.payload.code.as_str(),
            Work::Stream(_) => "",
        };
        let mut greeting = Vec::new();
        let replies = greet(self.group.protocol, context.token, code, &mut greeting);
        if replies > 0 {
            stream.set_read_timeout(Some(limits::LOAD_PATIENCE)).map_err(ClientError::NotDelivered)?;
            stream.write_all(&greeting).map_err(ClientError::NotDelivered)?;
        }
        for _ in 0..replies {
            match read_value(&mut stream, &mut decoder)? {
                RespValue::Error(text) => return Err(ErrorReply::from_text(&text).into()),
                value => value.as_bytes().unwrap_or_default().clone_into(&mut known.sha),
            }
        }
        stream.set_nonblocking(true).map_err(ClientError::NotDelivered)?;
        let interest = epoll::EventFlags::IN;
        Ok(Link { stream, decoder, known, out: Vec::new(), written: 0, interest })
    }

    fn close(&mut self, context: &mut Context<'_>) {
        // The system forgets a closed socket by itself.
        if self.link.take().is_some() {
            context.live.closed();
        }
    }

    /// Writes what the socket takes; the rest when it is ready.
    fn flush(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let Some(link) = &mut self.link else { return Ok(()) };
        while link.written < link.out.len() {
            match link.stream.write(&link.out[link.written..]) {
                Ok(count) => link.written += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        self.watch(context);
        Ok(())
    }

    /// Tells the system what this client waits for, when that is not what it was told before.
    fn watch(&mut self, context: &mut Context<'_>) {
        let paused = matches!(&self.state, State::Streaming(streaming) if streaming.paused);
        let Some(link) = &mut self.link else { return };
        let mut interest = if paused { epoll::EventFlags::empty() } else { epoll::EventFlags::IN };
        if link.written < link.out.len() {
            interest |= epoll::EventFlags::OUT;
        }
        if interest != link.interest {
            link.interest = interest;
            context.watch(&link.stream, self.index, interest);
        }
    }
}

fn read_value(stream: &mut UnixStream, decoder: &mut Decoder) -> Result<RespValue, ClientError> {
    let mut bytes = [0; 4096];
    loop {
        match decoder.next_value() {
            Ok(Some(value)) => return Ok(value),
            Ok(None) => {}
            Err(error) => return Err(ClientError::Protocol(error)),
        }
        match stream.read(&mut bytes) {
            Ok(0) => return Err(ClientError::NotDelivered(io::ErrorKind::UnexpectedEof.into())),
            Ok(count) => decoder.feed(&bytes[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(ClientError::NotDelivered(error)),
        }
    }
}

/// The name under which failures to connect or to send are counted.
fn kind_of(error: &ClientError) -> &'static str {
    match error {
        ClientError::NotDelivered(_) | ClientError::Disconnected(_) => "disconnected",
        ClientError::Busy(_) => "BUSY",
        ClientError::NotAdmitted(_) => "not admitted",
        ClientError::Protocol(_) => "protocol",
        _ => "cannot connect",
    }
}
