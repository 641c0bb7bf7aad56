//! What is noted of requests, under the fake host, whose slices take 100 µs each.

use super::tests::{HELLO_3, World, ask, command, frame, run, values, words};
use super::*;
use crate::wire::{Request, RespValue, RunRequest};

fn config(world: &mut World, id: ConnectionId, name: &str, value: &str) {
    assert_eq!(ask(world, id, &["CONFIG", "SET", name, value]), RespValue::Simple("OK".into()));
}

/// The slow log, newest first: time taken, words, outcome, and whether a run's numbers are there.
fn slowlog(world: &mut World, id: ConnectionId) -> Vec<(i64, Vec<String>, String, RespValue)> {
    let RespValue::Array(entries) = ask(world, id, &["SLOWLOG", "GET", "-1"]) else { panic!("no array") };
    let entry = |value: RespValue| {
        let RespValue::Array(fields) = value else { panic!("no array") };
        let [_, RespValue::Integer(at), RespValue::Integer(took), RespValue::Array(said), address, _, more] =
            &fields[..]
        else {
            panic!("{fields:?}")
        };
        assert_eq!((at, address), (&1_700_000_000, &RespValue::bulk("")));
        let RespValue::Map(more) = more else { panic!("{more:?}") };
        let said = said.iter().map(|word| String::from_utf8_lossy(word.as_bytes().unwrap()).into_owned());
        let outcome = String::from_utf8_lossy(more[3].1.as_bytes().unwrap()).into_owned();
        assert_eq!(more[0].1 == RespValue::Null, more[1].1 == RespValue::Null);
        (*took, said.collect(), outcome, more[2].1.clone())
    };
    entries.into_iter().map(entry).collect()
}

fn stats(world: &mut World, id: ConnectionId, section: &str) -> String {
    let text = match ask(world, id, &["INFO", section]) {
        RespValue::Bulk(text) | RespValue::Verbatim { text, .. } => text,
        other => panic!("{other:?}"),
    };
    String::from_utf8(text).unwrap()
}

#[test]
fn slow_requests_are_kept_with_their_words_and_their_end() {
    let mut world = World::with(|limits| limits.slowlog_slower_than_us = 500);
    let (asker, id, frames) = (world.connect(), world.connect(), world.connect());
    world.send(asker, HELLO_3);
    world.send(id, &words(&["CLIENT", "SETNAME", "me"]));
    world.settle();
    world.take(asker);
    let long = "x".repeat(200);
    for said in [
        &["EVAL", "burn:9 value:1", "0", &long][..],
        &["PY.RUN", "value:1"],
        &["PY.RUN", "burn:9 raise"],
        &["PY.RUN", "burn:9 exit:4"],
    ] {
        // The next request comes in while this one runs: the words are this one's.
        world.send(id, &words(said));
        world.tick();
        world.send(id, &words(&["PING"]));
        world.settle();
    }
    world.send(frames, &frame("burn:9 panic"));
    world.settle();
    let log = slowlog(&mut world, asker);
    let outcomes: Vec<&str> = log.iter().map(|entry| entry.2.as_str()).collect();
    assert_eq!(outcomes, ["internal error", "exit 4", "raised ValueError", "finished"]);
    assert!(log.iter().all(|entry| entry.0 >= 900 && entry.3 == RespValue::Null), "{log:?}");
    assert_eq!(log[0].1, ["FRAME", "burn:9 panic"]);
    let cut = format!("{}... (72 more bytes)", &long[..128]);
    assert_eq!(log[3].1, ["EVAL", "burn:9 value:1", "0", &cut]);
}

#[test]
fn a_kill_is_logged_with_the_line_that_ran() {
    let mut world = World::new();
    let (asker, id) = (world.connect(), world.connect());
    world.send(asker, HELLO_3);
    let request = RunRequest { id: Some("x"), ..run("forever") };
    world.send(id, &command(&Request::Run(request)));
    world.tick();
    world.take(asker);
    world.pass(std::time::Duration::from_millis(20));
    assert_eq!(ask(&mut world, asker, &["PY.CANCEL", "x"]), RespValue::Integer(1));
    let log = slowlog(&mut world, asker);
    let (took, said, outcome, line) = &log[0];
    assert_eq!((outcome.as_str(), line), ("killed CANCELLED", &RespValue::Integer(3)));
    assert!(*took >= 20_000 && said[..] == ["PY.RUN", "forever", "ID", "x"], "{took} {said:?}");
}

#[test]
fn a_batch_is_one_request_and_what_waits_for_a_session_is_noted_too() {
    let mut world = World::with(|limits| limits.slowlog_slower_than_us = 500);
    let (asker, id, holder) = (world.connect(), world.connect(), world.connect());
    world.send(asker, HELLO_3);
    world.send(id, &words(&["PY.BATCH", "3", "burn:3", "burn:3", "raise", "SESSION", "s"]));
    world.settle();
    world.take(asker);
    let log = slowlog(&mut world, asker);
    assert_eq!((log.len(), log[0].2.as_str(), log[0].1[0].as_str()), (1, "failed", "PY.BATCH"));
    world.send(holder, &words(&["PY.RUN", "forever", "SESSION", "s"]));
    world.tick();
    world.send(id, &words(&["PY.RUN", "value:1", "SESSION", "s", "ID", "x"]));
    world.tick();
    world.pass(std::time::Duration::from_millis(1));
    assert_eq!(ask(&mut world, asker, &["PY.CANCEL", "x"]), RespValue::Integer(1));
    let log = slowlog(&mut world, asker);
    assert_eq!((log[0].2.as_str(), log[0].1[1].as_str()), ("killed CANCELLED", "value:1"));
    let text = stats(&mut world, asker, "commandstats");
    for (name, failed) in [("py.batch", 1), ("py.run", 1)] {
        let line = text.lines().find(|line| line.starts_with(&format!("cmdstat_{name}:calls=1,"))).unwrap();
        assert!(line.ends_with(&format!("failed_calls={failed}")), "{line}");
    }
}

#[test]
fn the_slow_log_has_its_limits_and_can_be_emptied() {
    let mut world = World::new();
    let id = world.connect();
    world.send(id, HELLO_3);
    world.tick();
    world.take(id);
    assert_eq!(slowlog(&mut world, id), []);
    config(&mut world, id, "slowlog-log-slower-than", "0");
    config(&mut world, id, "slowlog-max-len", "3");
    for _ in 0..5 {
        ask(&mut world, id, &["PING"]);
    }
    assert_eq!(ask(&mut world, id, &["SLOWLOG", "LEN"]), RespValue::Integer(3));
    let log = slowlog(&mut world, id);
    let said: Vec<&[String]> = log.iter().map(|entry| &entry.1[..]).collect();
    assert_eq!(said, [&["SLOWLOG", "LEN"][..], &["PING"], &["PING"]]);
    assert_eq!(log[0].2, "answered");
    for count in ["x", "-2"] {
        let RespValue::Error(_) = ask(&mut world, id, &["SLOWLOG", "GET", count]) else { panic!("{count}") };
    }
    // What says the token is never kept.
    ask(&mut world, id, &["AUTH", "default", "s3cret"]);
    world.send(id, HELLO_3);
    world.tick();
    world.take(id);
    let log = format!("{:?}", slowlog(&mut world, id));
    assert!(log.contains("SLOWLOG") && !log.contains("AUTH") && !log.contains("HELLO"), "{log}");
    config(&mut world, id, "slowlog-log-slower-than", "-1");
    assert_eq!(ask(&mut world, id, &["SLOWLOG", "RESET"]), RespValue::Simple("OK".into()));
    assert_eq!(slowlog(&mut world, id), []);
}

#[test]
fn calls_failures_and_refusals_are_counted_for_each_command() {
    let mut world = World::new();
    let (id, frames) = (world.connect(), world.connect());
    let mut said = |all: &[&str]| ask(&mut world, id, all);
    said(&["EVAL", "value:1", "0"]);
    said(&["EVAL", "raise", "0"]);
    said(&["EVAL", "syntax", "0"]);
    said(&["EVAL", "1", "x"]);
    said(&["EVALSHA", "0123", "0"]);
    said(&["CLIENT", "ID"]);
    said(&["NONSENSE"]);
    for all in [&["MULTI"][..], &["ECHO", "1"], &["ECHO", "2"], &["EXEC"]] {
        world.send(id, &words(all));
    }
    world.settle();
    world.take(id);
    world.send(frames, &[frame("value:1"), frame("burn:3 raise")].concat());
    world.send(frames, b"\0\0\0\x01\xff");
    world.settle();
    let text = stats(&mut world, id, "commandstats");
    for (name, numbers) in [
        ("eval", [3, 1, 2]),
        ("evalsha", [1, 0, 1]),
        ("client|id", [1, 0, 0]),
        ("echo", [2, 0, 0]),
        ("multi", [1, 0, 0]),
        ("exec", [1, 0, 0]),
        ("frame", [2, 1, 1]),
    ] {
        let start = format!("cmdstat_{name}:calls={},usec=", numbers[0]);
        let end = format!(",rejected_calls={},failed_calls={}", numbers[1], numbers[2]);
        let found = text.lines().find(|line| line.starts_with(&start));
        assert!(found.is_some_and(|line| line.ends_with(&end)), "{name}: {text}");
    }
    assert!(!text.contains("ping") && text.starts_with("# Commandstats\r\n"), "{text}");
    assert_eq!(ask(&mut world, id, &["CONFIG", "RESETSTAT"]), RespValue::Simple("OK".into()));
    let text = stats(&mut world, id, "commandstats");
    assert_eq!(text.lines().count(), 2, "only the reset itself was counted since: {text}");
}

#[test]
fn latencies_are_told_as_redis_tells_them() {
    let mut world = World::new();
    let id = world.connect();
    world.send(id, HELLO_3);
    world.tick();
    world.take(id);
    // One slice each takes 100 µs, ten take a millisecond.
    for code in ["value:1", "value:1", "burn:9 value:1"] {
        world.send(id, &words(&["EVAL", code, "0"]));
        world.settle();
    }
    world.take(id);
    let key = RespValue::bulk;
    let buckets = RespValue::Map(vec![
        (RespValue::Integer(128), RespValue::Integer(2)),
        (RespValue::Integer(1024), RespValue::Integer(3)),
    ]);
    let eval = RespValue::Map(vec![(key("calls"), RespValue::Integer(3)), (key("histogram_usec"), buckets)]);
    let all = RespValue::Map(vec![(key("eval"), eval.clone())]);
    assert_eq!(ask(&mut world, id, &["LATENCY", "HISTOGRAM", "EVAL", "set"]), all);
    let RespValue::Map(found) = ask(&mut world, id, &["LATENCY", "HISTOGRAM"]) else { panic!("no map") };
    assert!(found.contains(&(key("eval"), eval)) && found.len() == 3, "{found:?}");
    let text = stats(&mut world, id, "latencystats");
    let line = text.lines().find(|line| line.starts_with("latency_percentiles_usec_eval:")).unwrap();
    assert_eq!(line, "latency_percentiles_usec_eval:p50=112.000,p99=1008.640,p99.9=1022.464");
    ask(&mut world, id, &["CLIENT", "ID"]);
    let RespValue::Map(found) = ask(&mut world, id, &["LATENCY", "HISTOGRAM", "client"]) else {
        panic!("no map")
    };
    assert_eq!(found[0].0, key("client|id"));
    // HELLO, EVAL, INFO, CLIENT ID, LATENCY HISTOGRAM.
    assert_eq!(ask(&mut world, id, &["LATENCY", "RESET"]), RespValue::Integer(5));
    assert_eq!(ask(&mut world, id, &["LATENCY", "HISTOGRAM", "eval"]), RespValue::Map(Vec::new()));
    assert!(stats(&mut world, id, "commandstats").contains("cmdstat_eval:calls=3,"));
    assert_eq!(values(&world.take(id)), []);
}
