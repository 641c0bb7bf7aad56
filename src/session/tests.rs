//! The session layer under a fake host: no engine, no socket, a clock that is turned by hand.

use std::time::Duration;

use super::fake::{FakeHost, SLICE};
use super::*;
use crate::limits;
use crate::wire::{
    OutputPush, OutputStream, ReplyDecoder, Request, RespValue, Response, ResponseDecoder, RunReply,
    RunRequest, Status, encode_request, write_command,
};

/// A scheduler, driven as the reactor drives it.
pub(super) struct World {
    pub(super) scheduler: Scheduler<FakeHost>,
}

impl World {
    pub(super) fn new() -> World {
        World::with(|_| {})
    }

    pub(super) fn with(change: impl FnOnce(&mut SessionLimits)) -> World {
        let mut limits = SessionLimits {
            timeout: Duration::from_secs(30),
            memory_max_bytes: 1000,
            frame_max_bytes: 1 << 20,
            connections_max: 100,
            slowlog_slower_than_us: limits::SLOWLOG_SLOWER_THAN.as_micros() as i64,
            slowlog_entries_max: limits::SLOWLOG_ENTRIES,
            sessions_max: 8,
            sessions_memory_max_bytes: 1_000,
        };
        change(&mut limits);
        World { scheduler: Scheduler::new(FakeHost::new(), limits) }
    }

    pub(super) fn now(&mut self) -> std::time::Instant {
        self.scheduler.host().now()
    }

    pub(super) fn pass(&mut self, time: Duration) {
        let clock = self.scheduler.host().clock.clone();
        clock.set(clock.get() + time);
    }

    pub(super) fn alive(&mut self) -> usize {
        self.scheduler.host().alive.get()
    }

    pub(super) fn connect(&mut self) -> ConnectionId {
        let now = self.now();
        self.scheduler.connect(now).expect("there is room")
    }

    pub(super) fn send(&mut self, id: ConnectionId, bytes: &[u8]) {
        let now = self.now();
        self.scheduler.handle_bytes(id, bytes, now);
    }

    pub(super) fn send_frame(&mut self, id: ConnectionId, code: &str) {
        self.send(id, &frame(code));
    }

    /// One round as the reactor makes it, without any socket.
    pub(super) fn tick(&mut self) {
        let now = self.now();
        self.scheduler.handle_time(now);
        self.scheduler.run_slices(now);
        while let Some(id) = self.scheduler.take_touched() {
            match self.scheduler.settle(id) {
                Some(Interest::EndOutput) => self.scheduler.handle_output_ended(id, now),
                Some(Interest::Close) => self.scheduler.remove(id),
                _ => {}
            }
        }
        self.scheduler.bury_some();
    }

    /// Rounds until nothing runs and nothing sleeps any more.
    pub(super) fn settle(&mut self) {
        for _ in 0..100_000 {
            self.tick();
            if !self.scheduler.is_busy() {
                return;
            }
        }
        panic!("it never ends");
    }

    /// Takes all the output that waits.
    pub(super) fn take(&mut self, id: ConnectionId) -> Vec<u8> {
        let bytes = self.scheduler.output(id).to_vec();
        let now = self.now();
        self.scheduler.handle_sent(id, bytes.len(), now);
        bytes
    }

    pub(super) fn responses(&mut self, id: ConnectionId) -> Vec<(u8, String)> {
        let bytes = self.take(id);
        responses(&bytes)
    }

    pub(super) fn interest(&mut self, id: ConnectionId) -> Interest {
        self.scheduler.settle(id).expect("the connection is there")
    }
}

pub(super) fn frame(code: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_request(code.as_bytes(), &mut bytes).unwrap();
    bytes
}

pub(super) fn command(request: &Request<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    request.encode(&mut bytes);
    bytes
}

pub(super) fn words(words: &[&str]) -> Vec<u8> {
    let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
    let mut out = Vec::new();
    write_command(&words, &mut out);
    out
}

/// Sends a command over a connection and gives its one answer.
pub(super) fn ask(world: &mut World, id: ConnectionId, said: &[&str]) -> RespValue {
    world.send(id, &words(said));
    world.tick();
    let mut answers = values(&world.take(id));
    assert_eq!(answers.len(), 1, "{said:?}: {answers:?}");
    answers.remove(0)
}

pub(super) fn responses(bytes: &[u8]) -> Vec<(u8, String)> {
    let mut decoder = ResponseDecoder::new(usize::MAX);
    decoder.feed(bytes);
    let mut found = Vec::new();
    while let Some(Response { status, body }) = decoder.next_response().unwrap() {
        found.push((status as u8, String::from_utf8(body).unwrap()));
    }
    found
}

pub(super) fn values(bytes: &[u8]) -> Vec<RespValue> {
    let mut decoder = ReplyDecoder::new(usize::MAX);
    decoder.feed(bytes);
    std::iter::from_fn(|| decoder.next_value().unwrap()).collect()
}

pub(super) fn run(code: &str) -> RunRequest<'_> {
    RunRequest { code, ..RunRequest::default() }
}

pub(super) const HELLO_3: &[u8] = b"*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n";

#[test]
fn a_small_request_is_answered_in_the_tick_that_read_it() {
    let mut world = World::new();
    let id = world.connect();
    world.send_frame(id, "value:5");
    world.tick();
    assert_eq!(world.responses(id), [(0, "5".to_owned())]);
    assert!(!world.scheduler.is_busy());
    world.tick();
    assert_eq!(world.scheduler.next_deadline(), None, "a request that is over leaves no timer behind");
}

#[test]
fn output_comes_before_the_value_and_tracebacks_after_the_output() {
    let mut world = World::new();
    let id = world.connect();
    for code in ["print:a eprint:b value:2", "print:a raise", "exit:0", "exit:3", "exit:1:bye", "syntax", ""]
    {
        world.send_frame(id, code);
    }
    world.settle();
    let expected = [
        (0, "ab2"),
        (1, "aTraceback\nValueError: bad\n"),
        (0, ""),
        (1, "SystemExit: 3\n"),
        (1, "bye\n"),
        (1, "SyntaxError: invalid syntax\n"),
        (0, ""),
    ];
    assert_eq!(world.responses(id), expected.map(|(status, text)| (status, text.to_owned())));
}

#[test]
fn requests_split_at_every_byte_are_answered_alike() {
    let stream = [frame("print:1 value:2"), frame("burn:2 value:3"), frame("")].concat();
    for at in 0..=stream.len() {
        let mut world = World::new();
        let id = world.connect();
        world.send(id, &stream[..at]);
        world.settle();
        world.send(id, &stream[at..]);
        world.settle();
        assert_eq!(
            world.responses(id),
            [(0, "12".to_owned()), (0, "3".to_owned()), (0, String::new())],
            "split at {at}"
        );
    }
}

#[test]
fn pipelined_requests_run_one_at_a_time_in_order() {
    let mut world = World::new();
    let id = world.connect();
    for at in 0..50 {
        world.send_frame(id, &format!("burn:{} value:{at}", 50 - at));
    }
    world.tick();
    assert_eq!(world.scheduler.counters().runs_active, 1);
    world.settle();
    let expected: Vec<(u8, String)> = (0..50).map(|at| (0, at.to_string())).collect();
    assert_eq!(world.responses(id), expected);
}

#[test]
fn a_new_request_is_served_before_the_long_ones() {
    let mut world = World::with(|limits| limits.connections_max = 101);
    for _ in 0..100 {
        let id = world.connect();
        world.send_frame(id, "forever");
    }
    for _ in 0..200 {
        world.tick();
    }
    let neighbour = world.connect();
    let before = world.scheduler.counters().slices_total;
    world.send_frame(neighbour, "value:1");
    world.tick();
    assert_eq!(world.responses(neighbour), [(0, "1".to_owned())]);
    assert_eq!(world.scheduler.counters().slices_total - before, 2, "its own slice, and one of a long run");
}

#[test]
fn long_runs_share_the_slices_evenly() {
    let mut world = World::new();
    let ids: Vec<ConnectionId> = (0..10).map(|_| world.connect()).collect();
    for &id in &ids {
        world.send_frame(id, "burn:100 value:x");
    }
    let mut done_at = Vec::new();
    for tick in 0..2_000 {
        world.tick();
        for &id in &ids {
            if !world.take(id).is_empty() {
                done_at.push(tick);
            }
        }
    }
    assert_eq!(done_at.len(), 10);
    assert!(done_at[9] - done_at[0] <= 20, "they end together: {done_at:?}");
}

#[test]
fn long_runs_go_on_under_a_flood_of_small_ones() {
    let mut world = World::new();
    let long = world.connect();
    world.send_frame(long, "burn:50 value:done");
    let small = world.connect();
    for _ in 0..60 {
        for _ in 0..20 {
            world.send_frame(small, "value:1");
        }
        world.tick();
        world.take(small);
    }
    assert_eq!(world.responses(long), [(0, "done".to_owned())]);
}

#[test]
fn a_run_is_killed_when_its_time_is_over_and_its_connection_goes_on() {
    let mut world = World::new();
    let id = world.connect();
    world.send_frame(id, "forever");
    world.send_frame(id, "value:next");
    world.tick();
    world.pass(Duration::from_secs(29));
    world.tick();
    assert!(world.take(id).is_empty());
    world.pass(Duration::from_secs(1));
    world.settle();
    let answers = world.responses(id);
    assert_eq!(answers[0].0, Status::Refused as u8);
    assert!(answers[0].1.contains("limit of 30s (--timeout)"), "{answers:?}");
    assert_eq!(answers[1], (0, "next".to_owned()));
    assert_eq!(world.alive(), 0);
}

#[test]
fn a_sleeping_run_costs_no_slices_and_wakes_on_time() {
    let mut world = World::new();
    let id = world.connect();
    world.send_frame(id, "sleep:1500 value:up");
    world.tick();
    assert!(!world.scheduler.is_busy());
    let wake_at = world.scheduler.next_deadline().unwrap();
    let left = wake_at - world.now();
    assert_eq!(left, Duration::from_micros(1500), "counted from the end of the slice");
    world.pass(left - Duration::from_micros(1));
    world.tick();
    assert!(world.take(id).is_empty());
    world.pass(Duration::from_micros(1));
    world.tick();
    assert_eq!(world.responses(id), [(0, "up".to_owned())]);
}

#[test]
fn a_sleep_longer_than_the_time_out_is_cut_short() {
    let mut world = World::new();
    let id = world.connect();
    world.send_frame(id, "sleep:3600000000 value:never");
    world.tick();
    world.pass(Duration::from_secs(30));
    world.tick();
    assert_eq!(world.responses(id)[0].0, Status::Refused as u8);
}

#[test]
fn a_hang_up_ends_the_run_and_drops_what_waits() {
    let mut world = World::new();
    for code in ["forever", "sleep:9000000", "value:1"] {
        let id = world.connect();
        world.send_frame(id, code);
        world.send_frame(id, "value:2");
        if code != "value:1" {
            world.tick();
        }
        world.scheduler.remove(id);
        assert_eq!(world.alive(), 0, "{code}");
    }
    world.tick();
    assert!(world.scheduler.is_empty() && !world.scheduler.is_busy());
    assert_eq!(world.scheduler.next_deadline(), None);
    assert_eq!(world.scheduler.counters().runs_active, 0);
}

#[test]
fn a_half_closed_client_gets_all_its_replies_and_then_the_end() {
    let mut world = World::new();
    let id = world.connect();
    for at in 0..3 {
        world.send_frame(id, &format!("burn:3 value:{at}"));
    }
    world.scheduler.handle_end_of_input(id);
    world.settle();
    assert_eq!(world.responses(id).len(), 3);
    assert_eq!(world.interest(id), Interest::Close);
}

#[test]
fn the_end_in_the_middle_of_a_frame_closes_the_connection() {
    let mut world = World::new();
    let id = world.connect();
    world.send(id, &frame("value:1")[..7]);
    world.tick();
    world.scheduler.handle_end_of_input(id);
    world.tick();
    assert!(world.scheduler.is_empty());
}

#[test]
fn a_request_that_is_never_finished_is_given_up() {
    let mut world = World::new();
    let (frames, silent, detecting) = (world.connect(), world.connect(), world.connect());
    world.send(frames, &frame("value:1")[..7]);
    world.send(detecting, b"\0");
    world.tick();
    world.pass(limits::REQUEST_READ_TIMEOUT);
    world.tick();
    let answers = world.responses(frames);
    assert!(answers[0].0 == 2 && answers[0].1.contains("not complete"), "{answers:?}");
    world.pass(limits::LINGER_TIMEOUT);
    world.tick();
    world.pass(limits::LINGER_TIMEOUT);
    world.tick();
    assert_eq!(world.interest(silent), Interest::Transfer { read: true, write: false });
    assert_eq!(world.scheduler.counters().connections_active, 1);
    assert_eq!(world.scheduler.next_deadline(), None, "an idle connection has no deadline");
}

#[test]
fn a_reply_that_nobody_reads_is_given_up() {
    let mut world = World::new();
    let id = world.connect();
    world.send_frame(id, "value:1");
    world.tick();
    assert_eq!(world.interest(id), Interest::Transfer { read: true, write: true });
    world.pass(limits::REPLY_UNREAD_TIMEOUT);
    world.tick();
    assert!(world.scheduler.is_empty());
}

#[test]
fn a_client_that_leaves_its_replies_unread_is_not_read_and_not_served() {
    let mut world = World::new();
    let id = world.connect();
    let mut sent = 0;
    while world.interest(id) == (Interest::Transfer { read: true, write: false })
        || world.interest(id) == (Interest::Transfer { read: true, write: true })
    {
        world.send_frame(id, "flood:1:1000 value:x");
        sent += 1;
        world.settle();
        assert!(sent < 1_000, "it must stop");
    }
    assert!(world.scheduler.output(id).len() < limits::OUTPUT_HIGH_WATER_BYTES + 2_000);
    let mut answered = 0;
    while answered < sent {
        let before = answered;
        answered += world.responses(id).len();
        assert!(answered > before, "it goes on");
        world.settle();
    }
}

#[test]
fn a_busy_connection_is_read_only_so_far_ahead() {
    let mut world = World::new();
    let id = world.connect();
    world.send_frame(id, "forever");
    world.tick();
    assert_eq!(world.interest(id), Interest::Transfer { read: true, write: false });
    world.send(id, &vec![0; limits::INPUT_AHEAD_MAX_BYTES]);
    assert_eq!(world.interest(id), Interest::Transfer { read: false, write: false });
}

#[test]
fn a_streaming_run_is_suspended_until_its_client_reads() {
    let mut world = World::new();
    let id = world.connect();
    world.send(id, HELLO_3);
    world.settle();
    world.take(id);
    world.send(id, &command(&Request::Run(RunRequest { stream: true, ..run("flood:100:10000 value:end") })));
    world.settle();
    assert_eq!(world.scheduler.counters().suspensions_total, 1);
    let mut streamed = 0;
    let reply = loop {
        let bytes = world.take(id);
        assert!(!bytes.is_empty() && bytes.len() < limits::OUTPUT_HIGH_WATER_BYTES + 20_000);
        let mut reply = None;
        for value in values(&bytes) {
            match value {
                RespValue::Push(items) => {
                    let push = OutputPush::decode(items).unwrap();
                    assert_eq!(push.stream, OutputStream::Stdout);
                    streamed += push.bytes.len();
                }
                value => reply = Some(RunReply::decode(value).unwrap()),
            }
        }
        if let Some(reply) = reply {
            break reply;
        }
        world.settle();
    };
    assert_eq!(streamed, 1_000_000);
    assert!(reply.stdout.is_empty());
    assert_eq!(reply.value.as_deref(), Some("end"));
}

#[test]
fn a_stream_shows_output_while_the_run_goes_on() {
    let mut world = World::new();
    let id = world.connect();
    world.send(id, HELLO_3);
    let code = "print:first burn:5 eprint:second sleep:1000 value:x";
    world.send(id, &command(&Request::Run(RunRequest { stream: true, ..run(code) })));
    world.tick();
    assert!(values(&world.take(id)).iter().any(|value| matches!(value, RespValue::Push(_))));
    world.settle();
    assert!(matches!(values(&world.take(id))[..], [RespValue::Push(_)]), "shown before it sleeps");
}

#[test]
fn output_beyond_what_is_held_ends_the_run() {
    let mut world = World::with(|limits| limits.frame_max_bytes = 5_000);
    let id = world.connect();
    world.send_frame(id, "flood:6:1000");
    world.send_frame(id, "flood:5:1000");
    world.settle();
    let answers = world.responses(id);
    assert!(answers[0].0 == 2 && answers[0].1.contains("5000 bytes"), "{answers:?}");
    assert_eq!((answers[1].0, answers[1].1.len()), (0, 5_000));
    assert_eq!(world.alive(), 0);
}

#[test]
fn a_response_that_fits_no_frame_is_refused() {
    let mut world = World::with(|limits| limits.frame_max_bytes = 100);
    let id = world.connect();
    world.send_frame(id, &format!("flood:1:90 value:{}", "y".repeat(20)));
    world.settle();
    let answers = world.responses(id);
    assert!(answers[0].0 == 2 && answers[0].1.contains("110 bytes long, the limit is 100"), "{answers:?}");
}

#[test]
fn a_panic_is_one_request_s_internal_error() {
    let mut world = World::new();
    let (id, neighbour) = (world.connect(), world.connect());
    world.send_frame(id, "burn:1 panic");
    world.send_frame(id, "value:on");
    world.send_frame(neighbour, "burn:3 value:unharmed");
    world.settle();
    let answers = world.responses(id);
    assert!(answers[0].0 == 2 && answers[0].1.contains("a bug for the test"), "{answers:?}");
    assert_eq!(answers[1], (0, "on".to_owned()));
    assert_eq!(world.responses(neighbour), [(0, "unharmed".to_owned())]);
    assert!(world.scheduler.host().log[0].contains("a bug for the test"));
    assert_eq!(world.alive(), 0);
}

#[test]
fn a_frame_above_the_limit_is_answered_and_what_follows_is_dropped() {
    let mut world = World::with(|limits| limits.frame_max_bytes = 100);
    let id = world.connect();
    world.send(id, &[0, 0, 0, 101]);
    world.tick();
    world.send(id, &[b'x'; 101]);
    let answers = world.responses(id);
    assert!(answers[0].0 == 2 && answers[0].1.contains("101 bytes long, the limit is 100"), "{answers:?}");
    assert_eq!(world.interest(id), Interest::EndOutput);
    world.tick();
    assert_eq!(world.interest(id), Interest::Transfer { read: true, write: false }, "it lingers");
    world.pass(limits::LINGER_TIMEOUT);
    world.tick();
    assert!(world.scheduler.is_empty());
}

#[test]
fn code_that_is_no_text_is_refused_and_the_connection_goes_on() {
    let mut world = World::new();
    let id = world.connect();
    world.send(id, b"\0\0\0\x04ab\xff\xfe");
    world.send_frame(id, "value:1");
    world.settle();
    let answers = world.responses(id);
    assert_eq!(answers, [(2, "the code is not valid UTF-8 at byte 2".to_owned()), (0, "1".to_owned())]);
}

#[test]
fn one_connection_too_many_is_told_so_in_its_protocol() {
    let mut world = World::with(|limits| limits.connections_max = 1);
    let first = world.connect();
    let (frames, resp, silent) = (world.connect(), world.connect(), world.connect());
    world.send_frame(frames, "value:1");
    world.send(resp, b"*1\r\n$4\r\nPING\r\n");
    world.settle();
    let answers = world.responses(frames);
    assert!(answers[0].0 == 2 && answers[0].1.contains("--max-connections"), "{answers:?}");
    assert!(world.take(resp).starts_with(b"-BUSY "));
    world.pass(limits::REFUSAL_TIMEOUT.max(limits::LINGER_TIMEOUT));
    world.tick();
    world.pass(limits::LINGER_TIMEOUT);
    world.tick();
    assert_eq!(world.scheduler.settle(silent), None);
    assert_eq!(world.scheduler.counters().connections_rejected, 3);
    world.scheduler.remove(first);
    let next = world.connect();
    world.send_frame(next, "value:2");
    world.settle();
    assert_eq!(world.responses(next), [(0, "2".to_owned())]);
}

#[test]
fn refused_connections_are_bounded() {
    let mut world = World::with(|limits| limits.connections_max = 0);
    let now = world.now();
    let held = (0..1_000).filter(|_| world.scheduler.connect(now).is_some()).count();
    assert_eq!(held, limits::REFUSALS_MAX);
}

#[test]
fn a_run_gets_what_it_asks_for_within_the_daemon_s_limits() {
    let mut world = World::new();
    let id = world.connect();
    let request = RunRequest {
        argv: vec!["prog", "a b"],
        stdin: Some(b"in"),
        timeout: Some(Duration::from_millis(5)),
        memory_max_bytes: Some(999_999),
        ..run("print:o eprint:e forever")
    };
    world.send(id, &command(&Request::Run(request)));
    world.tick();
    let options = world.scheduler.host().options.take().unwrap();
    assert_eq!(options.argv, ["prog", "a b"]);
    assert!(matches!(options.stdin, crate::engine::Stdin::Bytes(bytes) if bytes == b"in"));
    assert_eq!(options.memory_max_bytes, Some(1000), "never more than the daemon grants");
    world.pass(Duration::from_millis(5));
    world.tick();
    let [RespValue::Error(text)] = &values(&world.take(id))[..] else { panic!("one error") };
    assert!(text.starts_with("TIMEOUT killed: it ran longer than its limit of 5ms"), "{text}");
}

#[test]
fn the_reply_of_a_run_keeps_both_streams_apart_and_tells_what_it_took() {
    let mut world = World::new();
    let id = world.connect();
    world.send(id, HELLO_3);
    world.send(id, &command(&Request::Run(run("print:o eprint:e burn:3 raise"))));
    world.settle();
    let reply = RunReply::decode(values(&world.take(id)).pop().unwrap()).unwrap();
    assert_eq!((&reply.stdout[..], &reply.stderr[..]), (&b"o"[..], &b"eTraceback\nValueError: bad\n"[..]));
    assert_eq!((reply.exit, reply.error.as_deref(), reply.fuel), (1, Some("ValueError"), 7));
    assert_eq!(reply.run_us, 4 * SLICE.as_micros() as u64);
}

#[test]
fn commands_are_answered_while_scripts_run() {
    let mut world = World::new();
    let (spinner, id) = (world.connect(), world.connect());
    world.send_frame(spinner, "forever");
    world.tick();
    world.send(
        id,
        b"*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nPING\r\n$2\r\nhi\r\n*2\r\n$8\r\nPY.CACHE\r\n$5\r\nCLEAR\r\n",
    );
    world.send(id, b"*1\r\n$4\r\nNOPE\r\n*2\r\n$6\r\nPY.RUN\r\n$7\r\nvalue:1\r\n");
    world.tick();
    let answers = values(&world.take(id));
    assert_eq!(answers[0], RespValue::Simple("PONG".into()));
    assert_eq!(answers[1], RespValue::bulk("hi"));
    assert_eq!(answers[2], RespValue::Integer(3));
    assert!(matches!(&answers[3], RespValue::Error(text) if text.starts_with("ERR unknown command")));
    assert_eq!(answers.len(), 5);
}

#[test]
fn streaming_is_refused_where_there_are_no_push_messages() {
    let mut world = World::new();
    let id = world.connect();
    world.send(id, &command(&Request::Run(RunRequest { stream: true, ..run("value:1") })));
    world.settle();
    assert!(matches!(&values(&world.take(id))[..], [RespValue::Error(text)] if text.contains("HELLO 3")));
}

#[test]
fn what_is_no_protocol_is_refused() {
    let mut world = World::new();
    let (http, noise) = (world.connect(), world.connect());
    world.send(http, b"GET / HTTP/1.1\r\n\r\n");
    world.send(noise, b"\xff\xff\xff\xff");
    let answer = String::from_utf8(world.take(http)).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 501 ") && head.contains(&format!("Content-Length: {}", body.len())));
    assert!(world.take(noise).starts_with(b"-ERR Protocol error"));
}

#[test]
fn a_daemon_that_ends_lets_runs_finish_kills_the_rest_and_sends_all_replies() {
    let mut world = World::new();
    let (idle, quick, endless) = (world.connect(), world.connect(), world.connect());
    world.send_frame(quick, "burn:5 value:done");
    world.send_frame(quick, "value:never");
    world.send_frame(endless, "forever");
    world.tick();
    let drain_at = world.now() + limits::SHUTDOWN_GRACE;
    world.scheduler.begin_shutdown(drain_at);
    for _ in 0..100 {
        world.tick();
    }
    assert_eq!(world.scheduler.settle(idle), None, "an idle connection is closed at once");
    assert_eq!(world.responses(quick), [(0, "done".to_owned())]);
    assert_eq!(world.interest(quick), Interest::Close);
    world.pass(limits::SHUTDOWN_GRACE);
    world.tick();
    let answers = world.responses(endless);
    assert!(answers[0].0 == 2 && answers[0].1.contains("shutting down"), "{answers:?}");
    world.tick();
    assert!(world.scheduler.is_empty());
    assert_eq!(world.alive(), 0);
}

#[test]
fn a_daemon_that_ends_does_not_wait_for_ever_for_a_reply_to_be_read() {
    let mut world = World::new();
    let id = world.connect();
    world.send_frame(id, "value:1");
    world.tick();
    let drain_at = world.now() + limits::SHUTDOWN_GRACE;
    world.scheduler.begin_shutdown(drain_at);
    world.tick();
    assert!(!world.scheduler.is_empty());
    world.pass(limits::SHUTDOWN_GRACE + limits::SHUTDOWN_FLUSH);
    world.tick();
    assert!(world.scheduler.is_empty());
}

#[test]
fn a_thousand_random_histories_leave_nothing_behind() {
    for seed in 0..1_000u64 {
        random_history(seed);
    }
}

/// Clients that connect, send pieces, read pieces, half-close and hang up, in an order made from the seed.
fn random_history(seed: u64) {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    const PROGRAMS: [&str; 6] = [
        "value:1",
        "burn:3 value:2",
        "print:p sleep:700 value:3",
        "raise",
        "syntax",
        "flood:9:20000 value:4",
    ];
    let mut world = World::new();
    let mut clients: Vec<(ConnectionId, Vec<u8>, Vec<u8>, usize)> = Vec::new();
    for _ in 0..60 {
        match random(8) {
            0 if clients.len() < 6 => {
                let count = 1 + random(4) as usize;
                let input = (0..count).flat_map(|_| frame(PROGRAMS[random(6) as usize])).collect();
                clients.push((world.connect(), input, Vec::new(), count));
            }
            1 if !clients.is_empty() => {
                let (id, ..) = clients.swap_remove(random(clients.len() as u64) as usize);
                world.scheduler.remove(id);
            }
            2..4 if !clients.is_empty() => {
                let at = random(clients.len() as u64) as usize;
                let piece = clients[at].1.len().min(random(20) as usize);
                let bytes: Vec<u8> = clients[at].1.drain(..piece).collect();
                world.send(clients[at].0, &bytes);
            }
            4 if !clients.is_empty() => {
                let at = random(clients.len() as u64) as usize;
                let bytes = world.take(clients[at].0);
                clients[at].2.extend(bytes);
            }
            5 => world.pass(Duration::from_micros(random(1_000))),
            _ => world.tick(),
        }
    }
    // Everybody sends the rest and reads to the end: each request gets its one reply.
    for (id, input, received, count) in &mut clients {
        world.send(*id, input);
        world.scheduler.handle_end_of_input(*id);
        for _ in 0..200 {
            world.settle();
            world.pass(Duration::from_micros(700));
            received.extend(world.take(*id));
        }
        assert_eq!(responses(received).len(), *count, "seed {seed}");
    }
    world.settle();
    assert!(world.scheduler.is_empty(), "seed {seed}");
    assert_eq!((world.alive(), world.scheduler.next_deadline()), (0, None), "seed {seed}");
    assert_eq!(world.scheduler.counters().runs_active, 0, "seed {seed}");
}
