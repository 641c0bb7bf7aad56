//! The clients against daemons that behave badly: each test is one script of what the other side does.

use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::*;
use crate::wire::{
    CommandDecoder, ErrorCode, ErrorReply, HelloReply, OutputPush, OutputStream, Request, RespVersion,
    RunReply, Status, encode_response, parse_command,
};

struct Fake {
    _dir: tempfile::TempDir,
    path: PathBuf,
    server: JoinHandle<()>,
}

fn fake(script: impl FnOnce(UnixListener) + Send + 'static) -> Fake {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("d.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let server = thread::spawn(move || script(listener));
    Fake { _dir: dir, path, server }
}

fn read_frame(stream: &mut UnixStream) -> String {
    let mut header = [0; 4];
    stream.read_exact(&mut header).unwrap();
    let mut code = vec![0; u32::from_be_bytes(header) as usize];
    stream.read_exact(&mut code).unwrap();
    String::from_utf8(code).unwrap()
}

fn answer(stream: &mut UnixStream, status: Status, text: &str) {
    let mut out = Vec::new();
    encode_response(status, &[text.as_bytes()], &mut out);
    stream.write_all(&out).unwrap();
}

#[test]
fn one_connection_serves_many_requests() {
    let fake = fake(|listener| {
        let (mut stream, _) = listener.accept().unwrap();
        for _ in 0..100 {
            let code = read_frame(&mut stream);
            answer(&mut stream, Status::Ok, &format!("<{code}>"));
        }
    });
    let mut client = DaemonClient::connect(&fake.path).unwrap();
    for number in 0..100 {
        assert_eq!(client.execute(&number.to_string()).unwrap(), format!("<{number}>"));
    }
    fake.server.join().unwrap();
}

#[test]
fn each_status_becomes_its_own_result() {
    let fake = fake(|listener| {
        let (mut stream, _) = listener.accept().unwrap();
        for (status, text) in [
            (Status::Raised, "hi\nTraceback"),
            (Status::Refused, "TIMEOUT too long"),
            (Status::Refused, "the frame is not UTF-8"),
            (Status::Refused, "BUSY full"),
        ] {
            read_frame(&mut stream);
            answer(&mut stream, status, text);
        }
    });
    let mut client = DaemonClient::connect(&fake.path).unwrap();
    match client.execute("x") {
        Err(ClientError::Raised { output }) => assert_eq!(output, "hi\nTraceback"),
        other => panic!("{other:?}"),
    }
    match client.execute("x") {
        Err(ClientError::Killed(error)) => assert_eq!(error, ErrorReply::new(ErrorCode::Timeout, "too long")),
        other => panic!("{other:?}"),
    }
    assert!(matches!(client.execute("x"), Err(ClientError::Refused(_))));
    let busy = client.execute("x").unwrap_err();
    assert!(matches!(busy, ClientError::Busy(_)) && busy.is_undelivered());
    fake.server.join().unwrap();
}

#[test]
fn a_daemon_that_restarted_between_two_requests_is_not_noticed() {
    let fake = fake(|listener| {
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            let code = read_frame(&mut stream);
            answer(&mut stream, Status::Ok, &code);
            // Said before it hung up, asked by nobody: it must not be taken for an answer.
            answer(&mut stream, Status::Refused, "SHUTDOWN bye");
        }
    });
    let mut client = DaemonClient::connect(&fake.path).unwrap();
    assert_eq!(client.execute("first").unwrap(), "first");
    wait_for_hang_up(&client);
    assert_eq!(client.execute("second").unwrap(), "second");
    fake.server.join().unwrap();
}

/// Blocks until the kept connection's other end is closed.
fn wait_for_hang_up(client: &DaemonClient) {
    use rustix::event::{PollFd, PollFlags, poll};
    let stream = client.kept_stream().expect("a connection is kept");
    let mut fds = [PollFd::new(stream, PollFlags::HUP)];
    poll(&mut fds, None).unwrap();
}

#[test]
fn a_daemon_that_dies_in_mid_request_is_reported_and_the_program_is_not_run_again() {
    let fake = fake(|listener| {
        let (mut stream, _) = listener.accept().unwrap();
        assert_eq!(read_frame(&mut stream), "once");
        stream.write_all(b"\0\0\0").unwrap();
        drop(stream);
        listener.set_nonblocking(true).unwrap();
        assert_eq!(listener.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock);
    });
    let mut client = DaemonClient::connect(&fake.path).unwrap();
    let error = client.execute("once").unwrap_err();
    assert!(matches!(error, ClientError::Disconnected(_)), "{error}");
    assert!(!error.is_undelivered());
    fake.server.join().unwrap();
}

#[test]
fn a_silent_daemon_is_left_at_the_deadline_by_hanging_up() {
    let fake = fake(|listener| {
        let (mut stream, _) = listener.accept().unwrap();
        read_frame(&mut stream);
        stream.write_all(b"\0").unwrap();
        assert_eq!(stream.read(&mut [0; 1]).unwrap(), 0, "the client hangs up");
    });
    let mut client = DaemonClient::connect(&fake.path).unwrap();
    client.set_timeout(Duration::from_millis(80));
    let started = Instant::now();
    let error = client.execute("x").unwrap_err();
    assert!(matches!(error, ClientError::TimedOut(_)) && !error.is_undelivered(), "{error}");
    assert!((Duration::from_millis(80)..Duration::from_secs(5)).contains(&started.elapsed()));
    fake.server.join().unwrap();
}

#[test]
fn a_daemon_that_does_not_read_is_left_at_the_deadline() {
    let fake = fake(|listener| {
        let (mut stream, _) = listener.accept().unwrap();
        let mut all = Vec::new();
        thread::park_timeout(Duration::from_millis(300));
        stream.read_to_end(&mut all).unwrap();
        assert!(all.len() < 8_000_000);
    });
    let mut client = DaemonClient::connect(&fake.path).unwrap();
    client.set_timeout(Duration::from_millis(80));
    let error = client.execute(&"#".repeat(8_000_000)).unwrap_err();
    assert!(matches!(error, ClientError::TimedOut(_)), "{error}");
    drop(client);
    fake.server.join().unwrap();
}

#[test]
fn a_daemon_at_its_limit_says_busy_before_it_reads() {
    let fake = fake(|listener| {
        let (mut stream, _) = listener.accept().unwrap();
        answer(&mut stream, Status::Refused, "BUSY 10000 connections");
    });
    let mut client = DaemonClient::connect(&fake.path).unwrap();
    let error = client.execute("x").unwrap_err();
    assert!(matches!(error, ClientError::Busy(_)), "{error}");
    fake.server.join().unwrap();
}

#[test]
fn an_answer_that_is_none_is_a_protocol_error() {
    let fake = fake(|listener| {
        let (mut stream, _) = listener.accept().unwrap();
        read_frame(&mut stream);
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
    });
    let mut client = DaemonClient::connect(&fake.path).unwrap();
    assert!(matches!(client.execute("x"), Err(ClientError::Protocol(_))));
    fake.server.join().unwrap();
}

/// What a daemon of this version says of itself.
fn hello() -> HelloReply {
    HelloReply {
        server: "pyrust".into(),
        version: greeting::VERSION.into(),
        proto: 3,
        id: 7,
        ..HelloReply::default()
    }
}

/// Reads `HELLO 3` and `PY.RUN`, and answers the greeting.
fn greet(stream: &mut UnixStream) {
    let mut decoder = CommandDecoder::new(1 << 20);
    let mut seen = 0;
    while seen < 2 {
        let mut bytes = [0; 4096];
        let count = stream.read(&mut bytes).unwrap();
        assert_ne!(count, 0);
        decoder.feed(&bytes[..count]);
        while let Some(args) = decoder.next_command().unwrap() {
            match (seen, parse_command(&args).unwrap()) {
                (0, Request::Hello(hello)) => assert_eq!(hello.version, Some(RespVersion::Resp3)),
                (1, Request::Run(run)) => assert_eq!((run.code, run.stream), ("code", true)),
                other => panic!("{other:?}"),
            }
            seen += 1;
        }
    }
    let mut out = Vec::new();
    hello().encode(RespVersion::Resp3, &mut out);
    stream.write_all(&out).unwrap();
}

fn run(fake: &Fake, output: &mut Vec<u8>) -> Result<RunReply, ClientError> {
    let connection = RespConnection::connect(&fake.path, Duration::from_secs(5)).unwrap();
    connection.run(Program::new("code"), None, |push| {
        output.extend(push.bytes);
        Ok(())
    })
}

#[test]
fn output_is_passed_on_while_the_program_runs() {
    let fake = fake(|listener| {
        let (mut stream, _) = listener.accept().unwrap();
        greet(&mut stream);
        let mut out = Vec::new();
        OutputPush::encode(OutputStream::Stdout, b"one\n", RespVersion::Resp3, &mut out);
        OutputPush::encode(OutputStream::Stderr, b"two\n", RespVersion::Resp3, &mut out);
        RunReply { exit: 7, ..RunReply::default() }.encode(RespVersion::Resp3, &mut out);
        for byte in out {
            stream.write_all(&[byte]).unwrap();
        }
    });
    let mut output = Vec::new();
    assert_eq!(run(&fake, &mut output).unwrap().exit, 7);
    assert_eq!(output, b"one\ntwo\n");
    fake.server.join().unwrap();
}

#[test]
fn a_killed_run_keeps_what_was_streamed_and_its_reason() {
    let fake = fake(|listener| {
        let (mut stream, _) = listener.accept().unwrap();
        greet(&mut stream);
        let mut out = Vec::new();
        OutputPush::encode(OutputStream::Stdout, b"one\n", RespVersion::Resp3, &mut out);
        ErrorReply::new(ErrorCode::Memory, "too much").encode(&mut out);
        stream.write_all(&out).unwrap();
    });
    let mut output = Vec::new();
    match run(&fake, &mut output) {
        Err(ClientError::Killed(error)) => assert_eq!(error.code, ErrorCode::Memory),
        other => panic!("{other:?}"),
    }
    assert_eq!(output, b"one\n");
    fake.server.join().unwrap();
}

#[test]
fn an_interrupt_hangs_up() {
    let (interrupt, mut sender) = UnixStream::pair().unwrap();
    let fake = fake(move |listener| {
        let (mut stream, _) = listener.accept().unwrap();
        greet(&mut stream);
        sender.write_all(b"!").unwrap();
        // A reset is a hang-up too: of a client that had not read the greeting yet.
        match stream.read(&mut [0; 1]) {
            Ok(count) => assert_eq!(count, 0),
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::ConnectionReset),
        }
    });
    let connection = RespConnection::connect(&fake.path, Duration::from_secs(5)).unwrap();
    let error = connection
        .run(Program::new("code"), Some(std::os::fd::AsFd::as_fd(&interrupt)), |_| Ok(()))
        .unwrap_err();
    assert!(matches!(error, ClientError::Interrupted), "{error}");
    fake.server.join().unwrap();
}

#[test]
fn a_busy_daemon_and_a_dead_one_are_told_apart() {
    let busy = fake(|listener| {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"-BUSY 10000 connections\r\n").unwrap();
    });
    assert!(run(&busy, &mut Vec::new()).unwrap_err().is_undelivered());
    busy.server.join().unwrap();

    let dead = fake(|listener| {
        let (mut stream, _) = listener.accept().unwrap();
        greet(&mut stream);
    });
    let error = run(&dead, &mut Vec::new()).unwrap_err();
    assert!(matches!(error, ClientError::Disconnected(_)), "{error}");
    dead.server.join().unwrap();
}
