//! Named sessions under the fake host: whose turn it is, what is left when something is broken off, and when they end.

use std::time::Duration;

use super::tests::{World, ask, values, words};
use super::*;
use crate::limits;
use crate::wire::RespValue;

fn ok() -> RespValue {
    RespValue::Simple("OK".into())
}

/// The one answer to a command after as many rounds as it takes.
fn say(world: &mut World, id: ConnectionId, said: &[&str]) -> RespValue {
    world.send(id, &words(said));
    world.settle();
    let mut answers = values(&world.take(id));
    assert_eq!(answers.len(), 1, "{said:?}: {answers:?}");
    answers.remove(0)
}

/// Starts something that is not over at once.
fn begin(world: &mut World, id: ConnectionId, said: &[&str]) {
    world.send(id, &words(said));
    world.tick();
    assert_eq!(values(&world.take(id)), [], "{said:?}");
}

/// A field of what `PY.RUN` answers.
fn field(reply: &RespValue, name: &str) -> RespValue {
    let pairs: Vec<(RespValue, RespValue)> = match reply {
        RespValue::Map(pairs) => pairs.clone(),
        RespValue::Array(flat) => flat.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect(),
        other => panic!("no map: {other:?}"),
    };
    pairs.into_iter().find(|(key, _)| *key == RespValue::bulk(name)).expect("the field is there").1
}

fn notes(world: &mut World, session: &str) -> String {
    let id = world.connect();
    let reply = say(world, id, &["PY.RUN", "notes", "ECHO", "SESSION", session]);
    let RespValue::Bulk(text) = field(&reply, "value") else { panic!("{reply:?}") };
    world.scheduler.remove(id);
    String::from_utf8(text).unwrap()
}

fn states(world: &mut World) -> usize {
    world.scheduler.host().sessions_alive.get()
}

#[test]
fn programs_of_one_session_run_one_after_the_other_in_order() {
    let mut world = World::new();
    let ids: Vec<ConnectionId> = (0..5).map(|_| world.connect()).collect();
    for (at, &id) in ids.iter().enumerate() {
        begin(&mut world, id, &["PY.RUN", &format!("burn:{} note:{at}", 9 - at), "SESSION", "s"]);
    }
    assert_eq!(world.alive(), 1, "only one of them runs");
    world.settle();
    assert_eq!(notes(&mut world, "s"), "0,1,2,3,4");
}

#[test]
fn programs_of_different_sessions_take_turns() {
    let mut world = World::new();
    let (long, short) = (world.connect(), world.connect());
    begin(&mut world, long, &["PY.RUN", "forever", "SESSION", "a"]);
    assert!(matches!(say_within(&mut world, short, 10), RespValue::Array(_)));
}

fn say_within(world: &mut World, id: ConnectionId, ticks: usize) -> RespValue {
    world.send(id, &words(&["PY.RUN", "burn:3 note:x", "SESSION", "b"]));
    for _ in 0..ticks {
        world.tick();
    }
    values(&world.take(id)).remove(0)
}

#[test]
fn waiting_for_a_session_counts_and_can_be_cancelled_or_given_up() {
    let mut world = World::new();
    let asker = world.connect();
    let ids: Vec<ConnectionId> = (0..4).map(|_| world.connect()).collect();
    begin(&mut world, ids[0], &["PY.RUN", "forever", "SESSION", "s", "ID", "first"]);
    begin(&mut world, ids[1], &["PY.RUN", "note:1", "SESSION", "s", "TIMEOUT", "50"]);
    begin(&mut world, ids[2], &["PY.RUN", "note:2", "SESSION", "s", "ID", "x"]);
    begin(&mut world, ids[3], &["EVAL", "note:3", "1", "s"]);
    world.pass(Duration::from_millis(60));
    world.tick();
    let answer = values(&world.take(ids[1])).remove(0);
    assert!(matches!(&answer, RespValue::Error(text) if text.starts_with("TIMEOUT ")), "{answer:?}");
    assert_eq!(ask(&mut world, asker, &["PY.CANCEL", "x"]), RespValue::Integer(1));
    let answer = values(&world.take(ids[2])).remove(0);
    assert!(matches!(&answer, RespValue::Error(text) if text.starts_with("CANCELLED ")), "{answer:?}");
    world.scheduler.remove(ids[3]);
    assert_eq!(ask(&mut world, asker, &["PY.CANCEL", "first"]), RespValue::Integer(1));
    assert_eq!(notes(&mut world, "s"), "");
    let answer = say(&mut world, ids[1], &["PY.RUN", "note:4", "SESSION", "s"]);
    assert_eq!(field(&answer, "exit"), RespValue::Integer(0));
    assert_eq!(notes(&mut world, "s"), "4");
}

#[test]
fn a_holder_that_hangs_up_leaves_the_session_to_the_next() {
    let mut world = World::new();
    let (first, second) = (world.connect(), world.connect());
    begin(&mut world, first, &["PY.RUN", "note:1 forever", "SESSION", "s"]);
    begin(&mut world, second, &["PY.RUN", "note:2", "SESSION", "s"]);
    world.scheduler.remove(first);
    world.settle();
    assert_eq!(values(&world.take(second)).len(), 1);
    assert_eq!(notes(&mut world, "s"), "1,2", "what was done stays done");
}

#[test]
fn a_fork_a_snapshot_and_a_rollback_copy_what_is_there() {
    let mut world = World::new();
    let id = world.connect();
    for note in ["note:1", "note:2"] {
        say(&mut world, id, &["PY.RUN", note, "SESSION", "s"]);
    }
    assert_eq!(say(&mut world, id, &["PY.SESSION", "FORK", "s", "t"]), ok());
    assert_eq!(say(&mut world, id, &["PY.SESSION", "SNAPSHOT", "s"]), ok());
    say(&mut world, id, &["PY.RUN", "note:3", "SESSION", "s"]);
    assert_eq!((notes(&mut world, "s").as_str(), notes(&mut world, "t").as_str()), ("1,2,3", "1,2"));
    for _ in 0..2 {
        assert_eq!(say(&mut world, id, &["PY.SESSION", "ROLLBACK", "s"]), ok());
        assert_eq!(notes(&mut world, "s"), "1,2");
        say(&mut world, id, &["PY.RUN", "note:4", "SESSION", "s"]);
    }
    let errors = [
        (&["PY.SESSION", "ROLLBACK", "t"][..], "NOSNAPSHOT the session 't' has no snapshot"),
        (&["PY.SESSION", "FORK", "s", "t"], "BUSYKEY there is a session 't' already"),
        (&["PY.SESSION", "NEW", "t"], "BUSYKEY there is a session 't' already"),
        (&["PY.SESSION", "FORK", "u", "v"], "NOSESSION no session 'u'"),
        (&["PY.SESSION", "INFO", "u"], "NOSESSION no session 'u'"),
    ];
    for (said, error) in errors {
        assert_eq!(say(&mut world, id, said), RespValue::Error(error.into()), "{said:?}");
    }
    let names = [RespValue::bulk("s"), RespValue::bulk("t")];
    assert_eq!(say(&mut world, id, &["PY.SESSION", "LIST"]), RespValue::Array(names.into()));
    for (name, count) in [("s", 1), ("t", 1), ("s", 0)] {
        assert_eq!(say(&mut world, id, &["PY.SESSION", "DROP", name]), RespValue::Integer(count));
    }
    assert_eq!(states(&mut world), 0, "nothing is left of them");
}

#[test]
fn a_copy_that_is_broken_off_leaves_everything_as_it_was() {
    let mut world = World::with(|limits| limits.sessions_memory_max_bytes = 10_000);
    let (asker, id) = (world.connect(), world.connect());
    for note in 0..8 {
        say(&mut world, id, &["PY.RUN", &format!("note:{note}"), "SESSION", "s"]);
    }
    assert_eq!(say(&mut world, id, &["PY.SESSION", "SNAPSHOT", "s"]), ok());
    say(&mut world, id, &["PY.RUN", "note:x", "SESSION", "s"]);
    let before = states(&mut world);
    let mut number = id.generation.to_string();
    for said in [
        &["PY.SESSION", "FORK", "s", "t"][..],
        &["PY.SESSION", "SNAPSHOT", "s"],
        &["PY.SESSION", "ROLLBACK", "s"],
        &["PY.BATCH", "1", "note:y", "SESSION", "s", "ATOMIC"],
    ] {
        for hang_up in [false, true] {
            let id = world.connect();
            number = id.generation.to_string();
            begin(&mut world, id, said);
            if hang_up {
                world.scheduler.remove(id);
            } else {
                assert_eq!(
                    ask(&mut world, asker, &["PY.CANCEL", &number]),
                    RespValue::Integer(1),
                    "{said:?}"
                );
            }
            world.settle();
            assert_eq!(states(&mut world), before, "{said:?}");
            assert_eq!(notes(&mut world, "s"), "0,1,2,3,4,5,6,7,x", "{said:?}");
        }
    }
    assert!(!number.is_empty());
    assert_eq!(say(&mut world, id, &["PY.SESSION", "ROLLBACK", "s"]), ok());
    assert_eq!(notes(&mut world, "s"), "0,1,2,3,4,5,6,7");
}

#[test]
fn a_session_that_nobody_names_is_dropped_when_its_time_is_over() {
    let mut world = World::new();
    let id = world.connect();
    assert_eq!(say(&mut world, id, &["PY.SESSION", "NEW", "short", "TTL", "10"]), ok());
    assert_eq!(say(&mut world, id, &["PY.SESSION", "NEW", "ever", "TTL", "0"]), ok());
    begin(&mut world, id, &["PY.RUN", "sleep:20000000 note:1", "SESSION", "short", "TIMEOUT", "25000"]);
    world.pass(Duration::from_secs(21));
    world.settle();
    assert_eq!(values(&world.take(id)).len(), 1, "a session that is held does not expire");
    world.pass(Duration::from_secs(9));
    world.tick();
    assert_eq!(notes(&mut world, "short"), "1");
    world.pass(Duration::from_secs(10));
    world.tick();
    assert_eq!(world.scheduler.next_deadline(), None);
    let names = RespValue::Array(vec![RespValue::bulk("ever")]);
    assert_eq!(say(&mut world, id, &["PY.SESSION", "LIST"]), names);
    assert_eq!(states(&mut world), 0);
}

#[test]
fn there_are_as_many_sessions_as_there_may_be() {
    let mut world = World::with(|limits| limits.sessions_max = 3);
    let id = world.connect();
    for name in ["a", "b", "c"] {
        say(&mut world, id, &["PY.RUN", "note:1", "SESSION", name]);
    }
    for said in [
        &["PY.RUN", "note:1", "SESSION", "d"][..],
        &["EVAL", "note:1", "1", "d"],
        &["PY.BATCH", "1", "note:1", "SESSION", "d"],
        &["PY.SESSION", "NEW", "d"],
        &["PY.SESSION", "FORK", "a", "d"],
    ] {
        let answer = say(&mut world, id, said);
        assert!(
            matches!(&answer, RespValue::Error(text) if text.starts_with("BUSY ")),
            "{said:?}: {answer:?}"
        );
    }
    say(&mut world, id, &["PY.SESSION", "DROP", "a"]);
    assert_eq!(say(&mut world, id, &["PY.SESSION", "NEW", "d"]), ok());
}

#[test]
fn sessions_together_hold_no_more_than_they_may() {
    let mut world = World::with(|limits| limits.sessions_memory_max_bytes = 500);
    let id = world.connect();
    for note in 0..3 {
        say(&mut world, id, &["PY.RUN", &format!("note:{note}"), "SESSION", "s"]);
    }
    for said in [&["PY.SESSION", "SNAPSHOT", "s"][..], &["PY.SESSION", "FORK", "s", "t"]] {
        let answer = say(&mut world, id, said);
        assert!(
            matches!(&answer, RespValue::Error(text) if text.starts_with("BUSY ")),
            "{said:?}: {answer:?}"
        );
    }
    for note in 0..2 {
        say(&mut world, id, &["PY.RUN", &format!("note:{note}"), "SESSION", "s"]);
    }
    let answer = say(&mut world, id, &["PY.SESSION", "NEW", "t"]);
    assert!(matches!(&answer, RespValue::Error(text) if text.starts_with("BUSY ")), "{answer:?}");
    assert_eq!(notes(&mut world, "s"), "0,1,2,0,1");
    assert_eq!(states(&mut world), 1);
}

#[test]
fn a_batch_stops_at_the_first_that_fails_unless_it_is_told_to_go_on() {
    let mut world = World::new();
    let id = world.connect();
    let ends = |reply: &RespValue| -> Vec<RespValue> {
        let RespValue::Array(replies) = reply else { panic!("{reply:?}") };
        replies.iter().map(|reply| field(reply, "exit")).collect()
    };
    let exits = |codes: &[i64]| codes.iter().map(|&code| RespValue::Integer(code)).collect::<Vec<_>>();
    let programs = ["PY.BATCH", "4", "note:1", "note:2 raise", "syntax", "burn:3 note:3"];
    let reply = say(&mut world, id, &[&programs[..], &["SESSION", "s"]].concat());
    assert_eq!(ends(&reply), exits(&[0, 1]));
    assert_eq!(notes(&mut world, "s"), "1,2");
    let reply = say(&mut world, id, &[&programs[..], &["SESSION", "s", "CONTINUE"]].concat());
    assert_eq!(ends(&reply), exits(&[0, 1, 1, 0]));
    assert_eq!(notes(&mut world, "s"), "1,2,1,2,3");
    for options in [&["ATOMIC"][..], &["ATOMIC", "CONTINUE"]] {
        let reply = say(&mut world, id, &[&programs[..], &["SESSION", "s"], options].concat());
        assert!(ends(&reply).len() >= 2);
        assert_eq!(notes(&mut world, "s"), "1,2,1,2,3", "{options:?}");
    }
    let reply = say(&mut world, id, &["PY.BATCH", "2", "note:4", "note:5", "SESSION", "s", "ATOMIC"]);
    assert_eq!(ends(&reply), exits(&[0, 0]));
    assert_eq!(notes(&mut world, "s"), "1,2,1,2,3,4,5");
    // Without a name, it has a session that nobody else sees.
    let reply = say(&mut world, id, &["PY.BATCH", "2", "note:a", "notes", "ECHO"]);
    let RespValue::Array(replies) = reply else { panic!("{reply:?}") };
    assert_eq!(field(&replies[1], "value"), RespValue::bulk("a"));
    assert_eq!((states(&mut world), world.alive()), (1, 0));
}

#[test]
fn a_batch_that_is_cut_off_ends_as_a_whole() {
    let mut world = World::new();
    let (asker, id) = (world.connect(), world.connect());
    say(&mut world, id, &["PY.RUN", "note:0", "SESSION", "s"]);
    let batch = ["PY.BATCH", "3", "note:1", "forever", "note:2", "SESSION", "s", "CONTINUE", "ID", "b"];
    begin(&mut world, id, &batch);
    world.tick();
    assert_eq!(ask(&mut world, asker, &["PY.CANCEL", "b"]), RespValue::Integer(1));
    let RespValue::Array(replies) = values(&world.take(id)).remove(0) else { panic!("no array") };
    assert_eq!(
        (replies.len(), &replies[1]),
        (2, &RespValue::Error("CANCELLED killed: it was cancelled".into()))
    );
    assert_eq!(notes(&mut world, "s"), "0,1");
    // Nobody is there to be told: an atomic one is undone.
    begin(&mut world, id, &[&batch[..], &["ATOMIC"]].concat());
    for _ in 0..9 {
        world.tick();
    }
    world.scheduler.remove(id);
    world.settle();
    assert_eq!(notes(&mut world, "s"), "0,1");
    assert_eq!((states(&mut world), world.alive()), (1, 0));
    assert_eq!(world.scheduler.counters().runs_active, 0);
}

#[test]
fn programs_of_a_batch_that_do_not_compile_give_way_to_others() {
    let mut world = World::new();
    let (asker, neighbour) = (world.connect(), world.connect());
    let mut batch = vec!["PY.BATCH", "100"];
    batch.extend(["syntax-slow"; 100]);
    batch.extend(["CONTINUE", "ID", "b", "SESSION", "s"]);
    for (hang_up, atomic) in [(false, false), (true, false), (true, true)] {
        let id = world.connect();
        say(&mut world, id, &["PY.RUN", "note:1", "SESSION", "s"]);
        let batch = [&batch[..], if atomic { &["ATOMIC"] } else { &[] }].concat();
        begin(&mut world, id, &batch);
        for _ in 0..9 {
            let before = world.now();
            world.tick();
            assert!(world.now() - before <= 2 * limits::TURN_BUDGET);
            assert!(matches!(ask(&mut world, neighbour, &["PY.RUN", "note:1"]), RespValue::Array(_)));
        }
        if hang_up {
            world.scheduler.remove(id);
            world.settle();
            continue;
        }
        assert_eq!(ask(&mut world, asker, &["PY.CANCEL", "b"]), RespValue::Integer(1));
        let RespValue::Array(replies) = values(&world.take(id)).remove(0) else { panic!("no array") };
        let cancelled = RespValue::Error("CANCELLED killed: it was cancelled".into());
        assert_eq!((replies.len() < 50, replies.last()), (true, Some(&cancelled)));
        // Without anybody who ends it, it has all of its replies.
        let RespValue::Array(replies) = say(&mut world, id, &batch) else { panic!("no array") };
        assert_eq!(replies.len(), 100);
        world.scheduler.remove(id);
    }
    assert_eq!(notes(&mut world, "s"), "1,1,1");
    assert_eq!((states(&mut world), world.alive()), (1, 0));
}

#[test]
fn replies_of_a_batch_are_held_up_to_a_limit() {
    let mut world = World::new();
    let id = world.connect();
    let bulk = format!("bulk:{}", limits::OUTPUT_HELD_MAX_BYTES * 2 / 5);
    let batch =
        ["PY.BATCH", "4", &bulk, &bulk, &bulk, "note:1", "ECHO", "CONTINUE", "SESSION", "s", "ATOMIC"];
    let RespValue::Array(replies) = say(&mut world, id, &batch) else { panic!("no array") };
    assert_eq!(replies.len(), 3, "what comes after is not run");
    assert!(matches!(field(&replies[1], "value"), RespValue::Bulk(_)));
    let RespValue::Error(text) = &replies[2] else { panic!("no error") };
    assert!(text.starts_with("OUTPUT this reply and those before it are longer than"), "{text}");
}

/// The one who waits holds the session from the end of the run on, which is in the middle of the other's turn.
#[test]
fn one_whose_turn_has_just_come_can_be_cancelled_in_the_same_turn() {
    let mut world = World::new();
    let (holder, waiting) = (world.connect(), world.connect());
    begin(&mut world, holder, &["PY.RUN", "burn:3 instant note:1", "SESSION", "s"]);
    begin(&mut world, waiting, &["PY.RUN", "note:2", "SESSION", "s", "ID", "x"]);
    world.send(holder, &words(&["PY.CANCEL", "x"]));
    world.settle();
    assert_eq!(values(&world.take(holder))[1], RespValue::Integer(1));
    let answer = values(&world.take(waiting)).remove(0);
    assert!(matches!(&answer, RespValue::Error(text) if text.starts_with("CANCELLED ")), "{answer:?}");
    assert_eq!(notes(&mut world, "s"), "1", "the session is free again");
}

#[test]
fn a_panic_costs_its_session_what_it_held_and_nothing_else() {
    let mut world = World::new();
    let id = world.connect();
    for name in ["s", "t"] {
        say(&mut world, id, &["PY.RUN", "note:1", "SESSION", name]);
    }
    let answer = say(&mut world, id, &["PY.RUN", "note:2 panic", "SESSION", "s"]);
    assert!(matches!(&answer, RespValue::Error(text) if text.starts_with("INTERNAL ")), "{answer:?}");
    assert_eq!((notes(&mut world, "s").as_str(), notes(&mut world, "t").as_str()), ("", "1"));
    let batch = ["PY.BATCH", "2", "note:2", "panic", "SESSION", "t", "ATOMIC"];
    let RespValue::Array(replies) = say(&mut world, id, &batch) else { panic!("no array") };
    assert!(matches!(&replies[1], RespValue::Error(text) if text.starts_with("INTERNAL ")));
    assert_eq!(notes(&mut world, "t"), "1");
    assert!(world.scheduler.host().log.iter().any(|line| line.contains("session 's' is lost")));
}

#[test]
fn a_daemon_that_ends_ends_what_waits() {
    let mut world = World::new();
    let (first, second) = (world.connect(), world.connect());
    begin(&mut world, first, &["PY.RUN", "forever", "SESSION", "s"]);
    begin(&mut world, second, &["PY.RUN", "note:1", "SESSION", "s"]);
    let at = world.now() + Duration::from_secs(1);
    world.scheduler.begin_shutdown(at);
    world.tick();
    world.pass(Duration::from_secs(1));
    world.tick();
    for id in [first, second] {
        let answer = values(&world.take(id)).remove(0);
        assert!(matches!(&answer, RespValue::Error(text) if text.starts_with("SHUTDOWN ")), "{answer:?}");
    }
    world.settle();
    assert!(world.scheduler.is_empty());
}
