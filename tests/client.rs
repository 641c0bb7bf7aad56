//! Requirement B4 and the Rust client: against real daemons.

mod support;

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use pyrust::client::{Client, ClientError, Program};
use pyrust::wire::{ErrorCode, OutputStream, RespValue};
use support::{Daemon, PATIENCE, Place, SPIN};

fn connect(place: &Place) -> Client {
    Client::builder().path(place.socket()).timeout(PATIENCE).connect().expect("the daemon listens")
}

#[test]
fn values_come_in_their_own_types() {
    let place = Place::new();
    let _daemon = place.start(&[]);
    let mut client = connect(&place);
    assert_eq!(client.eval::<i64>("2+3").unwrap(), 5);
    assert_eq!(client.eval::<u128>("2**100").unwrap(), 1 << 100);
    assert_eq!(client.eval::<f64>("1/4").unwrap(), 0.25);
    assert!(client.eval::<bool>("1 < 2").unwrap());
    assert_eq!(client.eval::<String>("'é' * 2").unwrap(), "éé");
    assert_eq!(client.eval::<Vec<u8>>("b'\\xff'").unwrap(), b"\xff");
    assert_eq!(client.eval::<Option<i64>>("None").unwrap(), None);
    client.eval::<()>("x = 1").unwrap();
    assert_eq!(client.eval::<Vec<(String, i64)>>("[('a', 1), ('b', 2)]").unwrap()[1], ("b".into(), 2));
    let map = client.eval::<BTreeMap<String, Vec<i64>>>("{'a': [1, 2]}").unwrap();
    assert_eq!(map["a"], [1, 2]);
    assert_eq!(client.eval::<RespValue>("{1}").unwrap(), RespValue::Set(vec![RespValue::Integer(1)]));
    match client.eval::<i64>("'5'") {
        Err(ClientError::WrongType(error)) => {
            assert_eq!(error.to_string(), "expected an integer of 64 bits, got a string");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_program_has_its_options() {
    let place = Place::new();
    let _daemon = place.start(&[]);
    let mut client = connect(&place);
    let program = Program::new("import sys\nprint(sys.argv, name, sys.stdin.read())\n1/0")
        .filename("a.py")
        .argv(["a.py", "-v"])
        .stdin(b"in")
        .input("name", "Ada");
    let reply = client.run(&program).unwrap();
    assert_eq!(String::from_utf8_lossy(&reply.stdout), "['a.py', '-v'] Ada in\n");
    assert_eq!(reply.exit, 1);
    let exception = reply.exception().unwrap();
    assert_eq!(exception.to_string(), "ZeroDivisionError: division by zero");
    assert!(exception.traceback.contains("File \"a.py\", line 3"), "{}", exception.traceback);
    assert_eq!(client.run(Program::new("[1]").echo()).unwrap().value.as_deref(), Some("[1]"));
    assert_eq!(client.run("import sys; sys.exit(3)").unwrap().exit, 3);
}

#[test]
fn what_a_program_raises_is_an_error_with_class_message_and_traceback() {
    let place = Place::new();
    let _daemon = place.start(&[]);
    let mut client = connect(&place);
    for (code, class, message) in [
        ("1/0", "ZeroDivisionError", "division by zero"),
        ("raise ValueError('two\\nlines')", "ValueError", "two\nlines"),
        ("raise ValueError", "ValueError", ""),
        ("import json; json.loads('[')", "JSONDecodeError", "Expecting value: line 1 column 2 (char 1)"),
        ("x = = 1", "SyntaxError", "invalid syntax"),
        ("try:\n  1/0\nexcept ZeroDivisionError:\n  {}['k']", "KeyError", "'k'"),
        ("def f(): f()\nf()", "RecursionError", "maximum recursion depth exceeded"),
    ] {
        match client.eval::<RespValue>(code) {
            Err(ClientError::Exception(exception)) => {
                assert_eq!((&*exception.class, &*exception.message), (class, message), "{code}");
                assert!(exception.traceback.contains(class), "{code}: {}", exception.traceback);
            }
            other => panic!("{code}: {other:?}"),
        }
    }
    match client.eval::<RespValue>("import sys; sys.exit('no luck')") {
        Err(ClientError::Raised { output }) => assert_eq!(output, "no luck\n"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_killed_program_says_by_which_limit_and_the_connection_goes_on() {
    let place = Place::new();
    let _daemon = place.start(&["--timeout", "20"]);
    let mut client = connect(&place);
    let killed_by = |client: &mut Client, program: Program<'_>| client.run(program).unwrap_err().killed_by();
    let short = Program::new(SPIN).timeout(Duration::from_millis(30));
    assert_eq!(killed_by(&mut client, short), Some(ErrorCode::Timeout));
    let large = Program::new("x = []\nwhile True: x = [x, 1]").memory(1 << 20);
    assert_eq!(killed_by(&mut client, large), Some(ErrorCode::Memory));
    // The client's own time-out reaches the daemon, whose answer comes before the client would hang up.
    client.set_timeout(Duration::from_millis(400));
    let started = Instant::now();
    assert_eq!(killed_by(&mut client, SPIN.into()), Some(ErrorCode::Timeout));
    assert!(started.elapsed() < Duration::from_secs(10));
    client.set_timeout(PATIENCE);
    assert_eq!(client.eval::<i64>("1").unwrap(), 1);
    let stats = client.stats().unwrap();
    assert_eq!((stats.runs_killed, stats.connections_total), (3, 1));
}

#[test]
fn output_comes_while_the_program_runs_and_dropping_it_cancels_the_program() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let mut client = connect(&place);
    let mut running = client
        .run_streaming("import sys\nfor i in range(1000): print(i)\nprint('end', file=sys.stderr)\n1/0")
        .unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    for piece in &mut running {
        match piece.stream {
            OutputStream::Stdout => out.extend(piece.bytes),
            OutputStream::Stderr => err.extend(piece.bytes),
        }
    }
    let reply = running.reply().unwrap();
    assert_eq!(reply.exit, 1);
    let expected: String = (0..1000).map(|number| format!("{number}\n")).collect();
    assert_eq!(String::from_utf8(out).unwrap(), expected);
    assert!(err.starts_with(b"end\n"));

    let mut running = client.run_streaming("print('on')\nwhile True: pass").unwrap();
    assert_eq!(running.next().unwrap().bytes, b"on\n");
    drop(running);
    daemon.status_when(|status| status.runs_active == 0 && status.runs_killed == 1);
    assert_eq!(client.eval::<i64>("1").unwrap(), 1);
}

#[test]
fn a_pipeline_is_answered_in_order_whatever_becomes_of_its_parts() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let mut client = connect(&place);
    let codes: Vec<String> = (0..100).map(|number| format!("{number} * 2")).collect();
    let mut programs: Vec<Program<'_>> = codes.iter().map(|code| Program::new(code).data()).collect();
    programs[50] = Program::new(SPIN).timeout(Duration::from_millis(20));
    let replies = client.pipeline(&programs).unwrap();
    for (number, reply) in replies.iter().enumerate() {
        match reply {
            Ok(reply) => assert_eq!(reply.data, Some(RespValue::Integer(2 * number as i64))),
            Err(error) => assert!(number == 50 && error.killed_by() == Some(ErrorCode::Timeout), "{error}"),
        }
    }
    assert_eq!(daemon.status().runs_total, 100);
}

#[test]
fn no_daemon_a_busy_one_and_a_dead_one_are_told_apart() {
    let place = Place::new();
    let builder = Client::builder().path(place.socket()).timeout(PATIENCE);
    assert!(matches!(builder.clone().connect(), Err(ClientError::NotRunning { .. })));
    let mut daemon = place.start(&["--max-connections", "1"]);
    let mut client = builder.clone().connect().unwrap();
    let error = builder.clone().connect().unwrap_err();
    assert!(matches!(error, ClientError::Busy(_)) && error.is_undelivered(), "{error}");

    let handle = thread::spawn(move || {
        let error = client.run(SPIN).unwrap_err();
        (client, error)
    });
    while !is_at_work(&daemon) {
        thread::yield_now();
    }
    daemon.crash();
    let (mut client, error) = handle.join().unwrap();
    assert!(matches!(error, ClientError::Disconnected(_)) && !error.is_undelivered(), "{error}");
    assert!(matches!(client.ping(), Err(ClientError::NotRunning { .. })));
    let _daemon = place.start(&[]);
    client.ping().unwrap();
}

/// A daemon whose only connection is in use cannot be asked; its processor time tells.
fn is_at_work(daemon: &Daemon) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", daemon.pid())).expect("it lives");
    let fields: Vec<&str> = stat.rsplit(") ").next().expect("a line").split(' ').collect();
    // `utime`, in hundredths of a second: more than a start takes.
    fields[11].parse::<u64>().expect("a number") > 10
}

#[test]
fn a_restarted_daemon_is_found_again_and_no_program_is_run_twice() {
    let place = Place::new();
    let mut daemon = place.start(&[]);
    let mut client = connect(&place);
    assert_eq!(client.eval::<i64>("1").unwrap(), 1);
    daemon.terminate();
    daemon.wait();
    let daemon = place.start(&[]);
    for number in 0..10 {
        assert_eq!(client.eval::<i64>(&number.to_string()).unwrap(), number);
    }
    let status = daemon.status();
    assert_eq!(status.runs_total, 10);
    // The client's, and the one that asks for the status.
    assert_eq!(status.connections_total, 2);
}

#[test]
fn a_client_has_a_name_and_a_daemon_that_is_well() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let builder = Client::builder().path(place.socket()).name("reports");
    let mut client = builder.connect().unwrap();
    client.ping().unwrap();
    assert_eq!(client.path(), place.socket());
    let stats = client.stats().unwrap();
    assert_eq!(stats.pid, u64::from(daemon.pid()));
    assert_eq!(stats.version, env!("CARGO_PKG_VERSION"));
    let mut other = daemon.connect();
    other.send(b"*2\r\n$6\r\nCLIENT\r\n$4\r\nLIST\r\n");
    let list = other.value();
    assert!(list.as_str().unwrap().contains("name=reports"), "{list:?}");
}
