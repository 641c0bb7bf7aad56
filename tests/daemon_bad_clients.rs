//! Clients of a real daemon that do what they should not: they stop reading, shut their receiving side, reset, fill the
//! pipe, or come in thousands and say nothing. They are bounded, and nobody else notices.

mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use pyrust::limits::{self, MIB};
use pyrust::wire::{DaemonStatus, Request, ResponseDecoder, RunRequest};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::{Client, Daemon, PATIENCE, Place, SPIN, frame};

fn stream(code: &str) -> Request<'_> {
    Request::Run(RunRequest { code, stream: true, ..RunRequest::default() })
}

/// Waits until there is nobody but who asks, and nothing runs.
fn nobody_is_left(daemon: &Daemon) -> DaemonStatus {
    daemon.status_when(|status| status.connections_active == 1 && status.runs_active == 0)
}

#[test]
fn a_client_that_shuts_its_receiving_side_is_given_up_when_something_is_sent_to_it() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let count = || std::fs::read_dir(format!("/proc/{}/fd", daemon.pid())).expect("it lives").count();
    let before = count();
    for round in 0..10 {
        // In the middle of a stream that its buffer has room for.
        let mut streaming = daemon.connect();
        streaming.hello_3();
        let slowly = "import time\nwhile True:\n    print('x', flush=True)\n    time.sleep(0.001)";
        streaming.send_request(&stream(slowly));
        assert!(streaming.receive().is_some(), "it has begun");
        streaming.stream.shutdown(Shutdown::Read).expect("a socket");
        // In the middle of a reply that has no room.
        let mut replied = daemon.connect();
        replied.send_frame("'x' * 3000000");
        replied.send_frame("print('never')");
        assert!(replied.receive().is_some(), "the reply has begun");
        replied.stream.shutdown(Shutdown::Read).expect("a socket");
        // Before the reply of a program that holds a session.
        let mut waiting = daemon.connect();
        let code = "n = 0\nwhile n < 100000: n += 1";
        let in_session = RunRequest { code, session: Some("s"), ..RunRequest::default() };
        waiting.send_request(&Request::Run(in_session));
        waiting.stream.shutdown(Shutdown::Read).expect("a socket");
        daemon.status_when(|status| status.runs_active == 0);
        assert_eq!(daemon.run("2+3"), (0, "5".into()), "round {round}");
        // What has no room in its socket is found when the client closes.
        drop(replied);
        nobody_is_left(&daemon);
    }
    assert!(count() <= before + 2, "{} descriptors, {before} before", count());
}

#[test]
fn a_client_that_resets_in_the_middle_ends_what_it_asked_for() {
    let place = Place::new();
    let daemon = place.start(&[]);
    for code in ["while True: print('x' * 1000)", "print('begun', flush=True)\nwhile True: pass"] {
        for session in [None, Some("s")] {
            let mut client = daemon.connect();
            client.hello_3();
            let run = RunRequest { code, stream: true, session, ..RunRequest::default() };
            client.send_request(&Request::Run(run));
            client.value();
            // What it leaves unread makes its close a reset.
            client.send_frame("print('never')");
            drop(client);
            nobody_is_left(&daemon);
        }
    }
    // The session is free again.
    let mut client = daemon.connect();
    let run = RunRequest { code: "2 + 3", echo: true, session: Some("s"), ..RunRequest::default() };
    client.send_request(&Request::Run(run));
    assert_eq!(client.run_reply().value.as_deref(), Some("5"));
}

#[test]
fn a_client_that_pipelines_and_does_not_read_is_read_no_further() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let before = daemon.status().memory_rss_bytes;
    let request = frame(b"'x' * 10000");
    let chunk = request.repeat(1_000);
    let mut greedy = daemon.connect();
    greedy.stream.set_write_timeout(Some(Duration::from_millis(500))).expect("a time limit");
    let mut sent = 0;
    // As much as it can, until nobody takes anything for half a second.
    let refused = loop {
        match greedy.stream.write(&chunk[sent % request.len()..]) {
            Ok(count) => sent += count,
            Err(error) => break error,
        }
        // What the kernel's own buffers hold is some hundred kilobytes.
        assert!(sent < 4 * MIB, "the daemon reads on");
    };
    assert_eq!(refused.kind(), ErrorKind::WouldBlock);
    let status = daemon.status();
    let grown = status.memory_rss_bytes.saturating_sub(before);
    assert!(grown < 16 * MIB as u64, "{grown} bytes more");
    let waiting = status.requests_total;
    assert_eq!(daemon.run("2+3"), (0, "5".into()), "others are served");
    assert!(daemon.status().requests_total < waiting + 10, "it is not served any further");
    // Once it reads, everything that it sent is answered.
    let whole = sent / request.len();
    let mut rest = request.repeat(1);
    rest.drain(..sent % request.len());
    let mut writer = greedy.stream.try_clone().expect("a descriptor");
    let answers = std::thread::spawn(move || {
        (0..=whole).for_each(|_| assert_eq!(greedy.response(), (0, format!("'{}'", "x".repeat(10_000)))));
    });
    writer.set_write_timeout(Some(PATIENCE)).expect("a time limit");
    writer.write_all(&rest).expect("it reads again");
    answers.join().expect("each has its answer");
}

#[test]
fn a_daemon_that_ends_does_not_wait_for_a_client_that_does_not_read() {
    let place = Place::new();
    let mut daemon = place.start(&[]);
    let mut streaming = daemon.connect();
    streaming.hello_3();
    streaming.send_request(&stream("while True: print('x' * 1000)"));
    streaming.value();
    daemon.status_when(|status| status.suspensions_total >= 1);
    let mut replied = daemon.connect();
    replied.send_frame("'x' * 3000000");
    assert!(replied.receive().is_some(), "the reply has begun");
    let mut spinner = daemon.connect();
    spinner.send_frame(SPIN);
    daemon.status_when(|status| status.runs_active == 2);
    let started = Instant::now();
    daemon.terminate();
    assert_eq!(spinner.response().0, 2, "who reads is told");
    assert_eq!(daemon.wait().code(), Some(0));
    assert!(started.elapsed() < limits::STOP_TIMEOUT, "{:?}", started.elapsed());
    assert_eq!(std::fs::read_dir(place.dir()).expect("a directory").count(), 0);
}

/// How many connections this process, and a daemon that inherits its limits, may have.
fn connections_possible(wanted: usize) -> usize {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    // The other tests of this file have some, too.
    let allowed = maximum.map_or(usize::MAX, |limit| limit as usize).saturating_sub(500);
    wanted.min(allowed)
}

#[test]
fn ten_thousand_idle_connections_are_all_answered_and_cost_no_rounds() {
    let count = connections_possible(10_000);
    if count < 2_000 {
        println!("only {count} connections are possible here: skipped");
        return;
    }
    let place = Place::new();
    let daemon = place.start(&["--max-connections", "10100"]);
    let mut idle: Vec<UnixStream> = Vec::with_capacity(count);
    for _ in 0..count {
        let stream = UnixStream::connect(place.socket()).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        idle.push(stream);
    }
    let mut client = daemon.connect();
    let mut ask = |time| {
        client.send_request(&Request::Status);
        let status = DaemonStatus::decode(client.value()).expect("a status");
        client.stream.set_read_timeout(Some(time)).expect("a time limit");
        let silence = client.stream.read(&mut [0]).expect_err("nothing was asked");
        assert_eq!(silence.kind(), ErrorKind::WouldBlock);
        client.stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        status
    };
    let before = ask(Duration::from_millis(500));
    let after = ask(Duration::from_millis(1));
    assert_eq!(before.connections_active as usize, count + 1);
    assert_eq!(after.ticks_total - before.ticks_total, 1, "the second question itself");
    for (at, stream) in idle.iter_mut().enumerate() {
        stream.write_all(&frame(at.to_string().as_bytes())).expect("the daemon reads");
    }
    for (at, stream) in idle.iter_mut().enumerate() {
        assert_eq!(read_response(stream), at.to_string());
    }
    drop((idle, client));
    nobody_is_left(&daemon);
}

fn read_response(stream: &mut UnixStream) -> String {
    let mut decoder = ResponseDecoder::new(1 << 10);
    loop {
        if let Some(response) = decoder.next_response().expect("well-formed responses") {
            return support::text(&response.body);
        }
        let mut bytes = [0; 64];
        let count = stream.read(&mut bytes).expect("an answer");
        assert!(count > 0, "the connection ended");
        decoder.feed(&bytes[..count]);
    }
}

#[test]
fn a_half_request_holds_nobody_up() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let whole: [&[u8]; 3] =
        [&frame(b"2+3"), b"*3\r\n$4\r\nEVAL\r\n$3\r\n2+3\r\n$1\r\n0\r\n", b"*1\r\n$4\r\nPING\r\n"];
    let mut halves: Vec<(Client, &[u8])> = Vec::new();
    for bytes in whole {
        for at in 1..bytes.len() {
            let mut client = daemon.connect();
            client.send(&bytes[..at]);
            halves.push((client, &bytes[at..]));
        }
    }
    assert_eq!(daemon.run("2+3"), (0, "5".into()));
    assert_eq!(daemon.status().requests_total, 1, "none of them is one yet");
    let answers: [&[u8]; 3] = [b"\0\0\0\0\x015", b":5\r\n", b"+PONG\r\n"];
    for (mut client, rest) in halves {
        client.send(rest);
        let received = client.receive().expect("an answer");
        assert!(answers.contains(&&received[..]), "{received:?}");
    }
    nobody_is_left(&daemon);
}
