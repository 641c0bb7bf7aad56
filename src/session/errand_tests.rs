//! What one connection does to others, under the fake host: `PY.CANCEL`, `SCRIPT KILL`, `CLIENT KILL`, and replies that
//! nobody wants.

use std::time::Duration;

use super::tests::{HELLO_3, World, ask, command, run, values, words};
use super::*;
use crate::wire::{Request, RespValue, RunRequest};

fn named<'a>(code: &'a str, id: &'a str) -> Vec<u8> {
    command(&Request::Run(RunRequest { id: Some(id), ..run(code) }))
}

fn cancelled() -> RespValue {
    RespValue::Error("CANCELLED killed: it was cancelled".to_owned())
}

fn runs_active(world: &World) -> u64 {
    world.scheduler.counters().runs_active
}

#[test]
fn a_run_is_cancelled_whatever_it_waits_for_and_its_connection_goes_on() {
    let mut world = World::new();
    let asker = world.connect();
    let flood = RunRequest { id: Some("x"), stream: true, ..run("flood:1000:10000") };
    for (what, request) in [
        ("runs", named("forever", "x")),
        ("sleeps", named("sleep:9000000", "x")),
        ("is suspended", command(&Request::Run(flood))),
    ] {
        let id = world.connect();
        world.send(id, HELLO_3);
        world.send(id, &request);
        world.tick();
        world.take(id);
        for _ in 0..60 {
            world.tick();
        }
        assert_eq!(runs_active(&world), 1, "{what}");
        assert_eq!(ask(&mut world, asker, &["PY.CANCEL", "x"]), RespValue::Integer(1), "{what}");
        assert_eq!((runs_active(&world), world.alive()), (0, 0), "{what}");
        assert_eq!(values(&world.take(id)).last(), Some(&cancelled()), "{what}");
        assert_eq!(ask(&mut world, id, &["PING"]), RespValue::Simple("PONG".into()), "{what}");
        assert_eq!(ask(&mut world, asker, &["PY.CANCEL", "x"]), RespValue::Integer(0), "{what}");
        world.scheduler.remove(id);
        world.settle();
    }
    assert_eq!(world.scheduler.next_deadline(), None, "no timer is left behind");
}

#[test]
fn runs_are_cancelled_by_their_name_or_their_connection_s_number() {
    let mut world = World::new();
    let asker = world.connect();
    let ids: Vec<ConnectionId> = (0..4).map(|_| world.connect()).collect();
    for (&id, name) in ids.iter().zip(["a", "b", "a", "c"]) {
        world.send(id, &named("forever", name));
    }
    let frames = world.connect();
    world.send_frame(frames, "forever");
    world.tick();
    assert_eq!(ask(&mut world, asker, &["PY.CANCEL", "a"]), RespValue::Integer(2));
    let number = ids[1].generation.to_string();
    assert_eq!(ask(&mut world, asker, &["PY.CANCEL", &number]), RespValue::Integer(1));
    assert_eq!(ask(&mut world, asker, &["PY.CANCEL", &number]), RespValue::Integer(0));
    for &id in &ids[..3] {
        assert_eq!(values(&world.take(id)), [cancelled()]);
    }
    let number = frames.generation.to_string();
    assert_eq!(ask(&mut world, asker, &["PY.CANCEL", &number]), RespValue::Integer(1));
    assert_eq!(world.responses(frames), [(2, "CANCELLED killed: it was cancelled".to_owned())]);
    assert_eq!(runs_active(&world), 1, "that of another name goes on");
    assert_eq!(world.take(ids[3]), b"");
}

#[test]
fn what_waits_behind_a_cancelled_run_is_served() {
    let mut world = World::new();
    let (asker, id) = (world.connect(), world.connect());
    world.send(id, &[named("forever", "x"), words(&["PING"])].concat());
    world.tick();
    assert_eq!(ask(&mut world, asker, &["PY.CANCEL", "x"]), RespValue::Integer(1));
    world.settle();
    assert_eq!(values(&world.take(id)), [cancelled(), RespValue::Simple("PONG".into())]);
}

#[test]
fn an_answer_about_others_keeps_its_place_in_a_pipeline_and_in_a_transaction() {
    let mut world = World::new();
    let (id, other) = (world.connect(), world.connect());
    world.send(other, &named("forever", "x"));
    world.tick();
    let all: Vec<u8> =
        [&["MULTI"][..], &["ECHO", "1"], &["PY.CANCEL", "x"], &["ECHO", "2"], &["EXEC"], &["PY.CANCEL", "x"]]
            .iter()
            .flat_map(|said| words(said))
            .chain(words(&["PING"]))
            .collect();
    world.send(id, &all);
    world.settle();
    let answers = values(&world.take(id));
    let all = vec![RespValue::bulk("1"), RespValue::Integer(1), RespValue::bulk("2")];
    let rest = [RespValue::Array(all), RespValue::Integer(0), RespValue::Simple("PONG".into())];
    assert_eq!(answers[4..], rest);
}

#[test]
fn script_kill_ends_what_eval_runs_and_nothing_else() {
    let mut world = World::new();
    let (asker, eval, other) = (world.connect(), world.connect(), world.connect());
    let idle = RespValue::Error("NOTBUSY No scripts in execution right now.".to_owned());
    world.send(other, &named("forever", "x"));
    world.tick();
    assert_eq!(ask(&mut world, asker, &["SCRIPT", "KILL"]), idle);
    world.send(eval, &words(&["EVAL", "forever", "0"]));
    world.tick();
    assert_eq!(ask(&mut world, asker, &["SCRIPT", "KILL"]), RespValue::Simple("OK".into()));
    assert_eq!(values(&world.take(eval)), [cancelled()]);
    assert_eq!(ask(&mut world, asker, &["SCRIPT", "KILL"]), idle);
    assert_eq!(runs_active(&world), 1);
}

#[test]
fn client_kill_closes_connections_with_what_runs_on_them() {
    let mut world = World::new();
    let (asker, old) = (world.connect(), world.connect());
    world.pass(Duration::from_secs(60));
    let (busy, young) = (world.connect(), world.connect());
    world.send_frame(busy, "forever");
    world.tick();
    let number = busy.generation.to_string();
    assert_eq!(ask(&mut world, asker, &["CLIENT", "KILL", "ID", &number]), RespValue::Integer(1));
    assert_eq!((world.alive(), runs_active(&world)), (0, 0));
    assert_eq!(world.scheduler.settle(busy), None);
    assert_eq!(ask(&mut world, asker, &["CLIENT", "KILL", "ID", &number]), RespValue::Integer(0));
    assert_eq!(ask(&mut world, asker, &["CLIENT", "KILL", "MAXAGE", "50"]), RespValue::Integer(1));
    assert_eq!(world.scheduler.settle(old), None);
    assert!(world.scheduler.settle(young).is_some());
    // Its own end is asked for with SKIPME NO, and comes after the answer.
    let said = ["CLIENT", "KILL", "MAXAGE", "50", "SKIPME", "NO"];
    assert_eq!(ask(&mut world, asker, &said), RespValue::Integer(1));
    assert_eq!(world.interest(asker), Interest::EndOutput);
}

#[test]
fn client_kill_refuses_what_it_does_not_understand() {
    let mut world = World::new();
    let id = world.connect();
    for (said, error) in [
        (
            &["CLIENT", "KILL", "/tmp/s:0"][..],
            "ERR CLIENT KILL: connections of a Unix socket have no address",
        ),
        (&["CLIENT", "KILL", "ID", "0"], "ERR client-id should be greater than 0"),
        (&["CLIENT", "KILL", "ID", "-3"], "ERR client-id should be greater than 0"),
        (&["CLIENT", "KILL", "MAXAGE", "x"], "ERR maxage is not an integer"),
        (&["CLIENT", "KILL", "ID", "1", "SKIPME"], "ERR syntax error"),
        (&["CLIENT", "KILL", "ID", "1", "SKIPME", "maybe"], "ERR syntax error"),
        (&["CLIENT", "KILL", "USER", "default"], "ERR syntax error"),
        (&["CLIENT", "REPLY", "maybe"], "ERR syntax error"),
    ] {
        let RespValue::Error(text) = ask(&mut world, id, said) else { panic!("{said:?}") };
        assert!(text.starts_with(error), "{said:?}: {text}");
    }
}

#[test]
fn a_client_list_tells_what_runs() {
    let mut world = World::new();
    let (asker, busy, frames) = (world.connect(), world.connect(), world.connect());
    world.send(busy, &named("forever", "a b%\u{e9}"));
    world.send_frame(frames, "forever");
    world.tick();
    world.pass(Duration::from_secs(3));
    let RespValue::Bulk(text) = ask(&mut world, asker, &["CLIENT", "LIST"]) else { panic!("no text") };
    let text = String::from_utf8(text).unwrap();
    let line = |id: ConnectionId| {
        let start = format!("id={} ", id.generation);
        text.lines().find(|line| line.starts_with(&start)).unwrap()
    };
    assert!(line(asker).contains(" cmd=client|list ") && !line(asker).contains(" run="), "{text}");
    assert!(line(busy).contains(" cmd=py.run "), "{text}");
    assert!(line(busy).ends_with(" run=a%20b%25%C3%A9 run-age=3"), "{text}");
    assert!(line(frames).contains(" cmd=NULL ") && line(frames).ends_with(" run= run-age=3"), "{text}");
}

#[test]
fn replies_can_be_skipped_or_switched_off() {
    let mut world = World::new();
    let id = world.connect();
    let mut said = |all: &[&[&str]]| {
        let bytes: Vec<u8> = all.iter().flat_map(|said| words(said)).collect();
        world.send(id, &bytes);
        world.settle();
        values(&world.take(id))
    };
    let pong = || RespValue::Simple("PONG".into());
    let skip: &[&str] = &["CLIENT", "REPLY", "SKIP"];
    assert_eq!(said(&[skip, &["ECHO", "1"], &["PING"]]), [pong()]);
    // A run of many slices, and one that does not compile.
    assert_eq!(said(&[skip, &["PY.RUN", "print:x burn:9 value:1"], &["PING"]]), [pong()]);
    assert_eq!(said(&[skip, &["EVAL", "syntax", "0"], &["PING"]]), [pong()]);
    let off: &[&str] = &["CLIENT", "REPLY", "OFF"];
    // Half a transaction's array would be no answer at all.
    let answers = said(&[&["MULTI"], skip, off, &["EXEC"]]);
    assert!(matches!(&answers[1..3], [RespValue::Error(_), RespValue::Error(_)]), "{answers:?}");
    assert_eq!(said(&[skip, &["MULTI"], &["ECHO", "1"], &["DISCARD"]]).len(), 2);
    assert_eq!(said(&[off, &["PING"], &["CLIENT", "LIST"], skip, &["PING"]]), []);
    assert_eq!(said(&[&["MULTI"], &["ECHO", "1"], &["EVAL", "burn:5 value:1", "0"], &["EXEC"]]), []);
    assert_eq!(said(&[&["CLIENT", "REPLY", "ON"], &["PING"]]), [RespValue::Simple("OK".into()), pong()]);
    said(&[off]);
    assert_eq!(said(&[&["RESET"], &["PING"]]).last(), Some(&pong()));
}

#[test]
fn a_skipped_reply_may_be_that_of_a_kill() {
    let mut world = World::new();
    let (asker, id) = (world.connect(), world.connect());
    world.send(id, &[words(&["CLIENT", "REPLY", "SKIP"]), named("forever", "x"), words(&["PING"])].concat());
    for _ in 0..5 {
        world.tick();
    }
    assert_eq!(ask(&mut world, asker, &["PY.CANCEL", "x"]), RespValue::Integer(1));
    world.settle();
    assert_eq!(values(&world.take(id)), [RespValue::Simple("PONG".into())]);
}
