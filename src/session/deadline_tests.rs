//! What a client may take its time with, and for how long: each phase of a connection under a clock turned by hand.

use std::time::Duration;

use super::tests::{HELLO_3, World, ask, command, frame, run, values, words};
use super::{ConnectionId, Interest};
use crate::limits;
use crate::wire::{Request, RespValue, RunRequest};

/// Just before a time is over.
fn almost(time: Duration) -> Duration {
    time - Duration::from_millis(1)
}

/// Lets time pass, in one go, and the scheduler look at what is due.
fn wait(world: &mut World, time: Duration) {
    world.pass(time);
    world.tick();
    world.tick();
}

fn error_code(bytes: &[u8]) -> String {
    match values(bytes).as_slice() {
        [RespValue::Error(text)] => text.split(' ').next().unwrap_or_default().to_owned(),
        other => panic!("not one error: {other:?}"),
    }
}

fn stream(world: &mut World, id: ConnectionId, code: &str, timeout: Duration) {
    let run = RunRequest { stream: true, timeout: Some(timeout), ..run(code) };
    world.send(id, &[HELLO_3.to_vec(), command(&Request::Run(run))].concat());
}

#[test]
fn half_a_command_is_given_up_wherever_it_is_broken_off() {
    let whole = words(&["EVAL", "print:1", "0"]);
    for at in 1..whole.len() {
        let mut world = World::new();
        let id = world.connect();
        world.send(id, &whole[..at]);
        world.tick();
        wait(&mut world, almost(limits::REQUEST_READ_TIMEOUT));
        assert!(world.take(id).is_empty(), "{at} bytes: it has time yet");
        wait(&mut world, Duration::from_millis(1));
        assert_eq!(error_code(&world.take(id)), "TIMEOUT", "{at} bytes");
        world.tick();
        wait(&mut world, limits::LINGER_TIMEOUT);
        assert!(world.scheduler.is_empty(), "{at} bytes");
    }
}

#[test]
fn a_command_that_comes_slowly_is_served_when_it_is_whole() {
    let mut world = World::new();
    let id = world.connect();
    for byte in words(&["EVAL", "print:1", "0"]) {
        assert!(world.take(id).is_empty());
        world.send(id, &[byte]);
        wait(&mut world, almost(limits::REQUEST_READ_TIMEOUT));
    }
    assert_eq!(values(&world.take(id)), [RespValue::bulk("1")]);
    world.tick();
    assert_eq!(world.scheduler.next_deadline(), None);
}

#[test]
fn half_a_request_behind_a_long_one_has_its_time_from_the_reply_on() {
    let mut world = World::with(|limits| limits.timeout = Duration::from_secs(100));
    let id = world.connect();
    world.send(id, &[frame("sleep:60000000 value:1"), frame("value:2")[..6].to_vec()].concat());
    world.tick();
    wait(&mut world, Duration::from_secs(61));
    assert_eq!(world.responses(id), [(0, "1".to_owned())]);
    wait(&mut world, almost(limits::REQUEST_READ_TIMEOUT));
    world.send(id, &frame("value:2")[6..]);
    world.settle();
    assert_eq!(world.responses(id), [(0, "2".to_owned())]);
}

#[test]
fn a_stream_that_nobody_reads_is_killed_in_time_and_then_given_up() {
    let mut world = World::new();
    let id = world.connect();
    let timeout = Duration::from_secs(20);
    stream(&mut world, id, "flood:1000:10000", timeout);
    world.settle();
    assert_eq!(world.scheduler.counters().suspensions_total, 1);
    wait(&mut world, timeout);
    assert_eq!((world.scheduler.counters().runs_killed, world.alive()), (1, 0));
    assert_eq!(world.interest(id), Interest::Transfer { read: false, write: true });
    wait(&mut world, almost(limits::REPLY_UNREAD_TIMEOUT));
    assert!(!world.scheduler.is_empty(), "the reply that says so has its time, too");
    wait(&mut world, Duration::from_millis(1));
    assert!(world.scheduler.is_empty());
    assert_eq!(world.scheduler.next_deadline(), None);
}

#[test]
fn a_client_that_reads_slowly_keeps_its_connection() {
    let mut world = World::new();
    let id = world.connect();
    world.send_frame(id, "flood:1:1000");
    world.settle();
    for left in (1..=1_005).rev().step_by(100) {
        wait(&mut world, almost(limits::REPLY_UNREAD_TIMEOUT));
        let now = world.now();
        world.scheduler.handle_sent(id, 100.min(left), now);
        world.tick();
    }
    assert!(world.scheduler.output(id).is_empty() && !world.scheduler.is_empty());
    assert_eq!(world.scheduler.next_deadline(), None, "an idle connection has no deadline");
}

#[test]
fn a_deadline_that_passed_while_the_whole_process_stood_still_is_enforced_first() {
    let mut world = World::new();
    let (late, next) = (world.connect(), world.connect());
    let timeout = Some(Duration::from_secs(1));
    world.send(late, &command(&Request::Run(RunRequest { timeout, ..run("forever") })));
    world.tick();
    // Stopped, or on a machine that slept.
    world.pass(Duration::from_secs(3_600));
    let slices = world.scheduler.counters().slices_total;
    world.send_frame(next, "value:1");
    world.tick();
    assert_eq!(error_code(&world.take(late)), "TIMEOUT");
    assert_eq!(world.responses(next), [(0, "1".to_owned())]);
    assert_eq!(world.scheduler.counters().slices_total, slices + 1, "not one more for the late one");
}

#[test]
fn the_other_half_of_a_request_counts_though_nobody_looked_for_longer_than_it_may_take() {
    for whole in [frame("value:1"), words(&["EVAL", "print:1", "0"])] {
        let mut world = World::new();
        let id = world.connect();
        world.send(id, &whole[..9]);
        world.tick();
        // It came in time, but the process stood still: it is read first, in the tick in which the timer rings.
        world.pass(limits::REQUEST_READ_TIMEOUT * 2);
        world.send(id, &whole[9..]);
        world.tick();
        let said = world.take(id);
        assert!(said.ends_with(b"1") || said.ends_with(b"1\r\n"), "{}", String::from_utf8_lossy(&said));
        world.tick();
        assert_eq!(world.scheduler.next_deadline(), None);
    }
}

#[test]
fn a_transaction_that_is_never_ended_holds_nothing_up_and_has_no_deadline() {
    let mut world = World::new();
    let (open, other) = (world.connect(), world.connect());
    assert_eq!(ask(&mut world, open, &["MULTI"]), RespValue::Simple("OK".into()));
    assert_eq!(ask(&mut world, open, &["EVAL", "note:1", "1", "s"]), RespValue::Simple("QUEUED".into()));
    world.tick();
    assert_eq!(world.scheduler.next_deadline(), None);
    world.pass(limits::SESSION_TTL * 10);
    assert_eq!(ask(&mut world, other, &["EVAL", "tell", "1", "s"]), RespValue::Null);
    assert!(matches!(ask(&mut world, open, &["EXEC"]), RespValue::Array(_)), "it waited in vain");
}

#[test]
fn a_session_with_the_default_time_to_live_ends_with_it_and_each_use_begins_it_anew() {
    let mut world = World::new();
    let id = world.connect();
    ask(&mut world, id, &["EVAL", "note:1", "1", "s"]);
    for _ in 0..3 {
        world.tick();
        wait(&mut world, almost(limits::SESSION_TTL));
        assert_eq!(ask(&mut world, id, &["EVAL", "tell", "1", "s"]), RespValue::bulk("1"));
    }
    world.tick();
    let due = world.scheduler.next_deadline().expect("it has one");
    assert_eq!(due.saturating_duration_since(world.now()).as_secs(), limits::SESSION_TTL.as_secs());
    wait(&mut world, limits::SESSION_TTL);
    assert_eq!(ask(&mut world, id, &["PY.SESSION", "LIST"]), RespValue::Array(Vec::new()));
    world.tick();
    assert_eq!(world.scheduler.host().sessions_alive.get(), 0);
    assert_eq!(world.scheduler.next_deadline(), None);
}
