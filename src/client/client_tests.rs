//! The client of typed values against daemons that behave badly, and what it sends to one that does not.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::*;
use crate::wire::{
    CommandDecoder, ErrorCode, ErrorReply, HelloReply, OutputPush, OutputStream, RespValue, RespVersion,
    RunReply,
};

/// The other end of a client's connection.
struct Peer {
    stream: UnixStream,
    decoder: CommandDecoder,
}

impl Peer {
    /// The next connection, its greeting answered.
    fn accept(listener: &UnixListener) -> Peer {
        Peer::accept_as(listener, greeting::VERSION, 7)
    }

    fn accept_as(listener: &UnixListener, version: &str, id: u64) -> Peer {
        let mut peer = Peer::accept_silently(listener);
        assert_eq!(peer.command().unwrap()[..2], ["HELLO", "3"]);
        let hello = HelloReply {
            server: "pyrust".into(),
            version: version.into(),
            proto: 3,
            id,
            ..HelloReply::default()
        };
        peer.answer(|out| hello.encode(RespVersion::Resp3, out));
        peer
    }

    fn accept_silently(listener: &UnixListener) -> Peer {
        Peer { stream: listener.accept().unwrap().0, decoder: CommandDecoder::new(1 << 24) }
    }

    /// The next command; `None` at the end of the connection.
    fn command(&mut self) -> Option<Vec<String>> {
        loop {
            if let Some(args) = self.decoder.next_command().unwrap() {
                return Some(args.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect());
            }
            let mut bytes = [0; 4096];
            match self.stream.read(&mut bytes) {
                Ok(0) => return None,
                // What was not read of an answer makes a hang-up a reset.
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return None,
                Ok(count) => self.decoder.feed(&bytes[..count]),
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn answer(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let mut out = Vec::new();
        write(&mut out);
        self.stream.write_all(&out).unwrap();
    }

    fn answer_value(&mut self, value: RespValue) {
        self.answer(|out| value.encode(RespVersion::Resp3, out));
    }

    fn answer_run(&mut self, reply: &RunReply) {
        self.answer(|out| reply.encode(RespVersion::Resp3, out));
    }
}

struct Fake {
    _dir: tempfile::TempDir,
    path: PathBuf,
    server: JoinHandle<()>,
}

impl Fake {
    fn new(script: impl FnOnce(UnixListener) + Send + 'static) -> Fake {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("d.sock");
        let listener = UnixListener::bind(&path).unwrap();
        Fake { _dir: dir, path, server: thread::spawn(move || script(listener)) }
    }

    fn connect(&self) -> Client {
        self.try_connect().unwrap()
    }

    fn try_connect(&self) -> Result<Client, ClientError> {
        let builder = Client::builder().path(&self.path).timeout(Duration::from_secs(20));
        builder.connect()
    }

    fn finish(self) {
        self.server.join().unwrap();
    }
}

fn data(value: RespValue) -> RunReply {
    RunReply { data: Some(value), ..RunReply::default() }
}

#[test]
fn a_server_that_is_no_pyrust_or_of_another_version_gets_the_greeting_and_nothing_else() {
    let fake = Fake::new(|listener| {
        for version in ["99.0.0", "0.0.1"] {
            assert_eq!(Peer::accept_as(&listener, version, 1).command(), None);
        }
        let mut http = Peer::accept_silently(&listener);
        http.command().unwrap();
        http.answer(|out| out.extend(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
        assert_eq!(http.command(), None);
        let mut old_redis = Peer::accept_silently(&listener);
        old_redis.command().unwrap();
        old_redis.answer_value(RespValue::Error("ERR unknown command `HELLO`".into()));
        assert_eq!(old_redis.command(), None);
    });
    for version in ["99.0.0", "0.0.1"] {
        match fake.try_connect() {
            Err(ClientError::Incompatible { daemon, .. }) => assert_eq!(daemon, version),
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(fake.try_connect(), Err(ClientError::Protocol(_))));
    assert!(matches!(fake.try_connect(), Err(ClientError::NotPyrust { .. })));
    fake.finish();
}

#[test]
fn who_hangs_up_on_the_greeting_has_run_nothing() {
    let fake = Fake::new(|listener| drop(Peer::accept_silently(&listener).command()));
    let error = fake.try_connect().unwrap_err();
    assert!(error.is_undelivered(), "{error}");
    fake.finish();
}

#[test]
fn name_and_token_go_with_the_greeting_of_every_connection() {
    let dir = tempfile::tempdir().unwrap();
    let token = dir.path().join("token");
    std::fs::write(&token, "one\n").unwrap();
    let fake = Fake::new(|listener| {
        for token in ["one", "two"] {
            let mut peer = Peer::accept_silently(&listener);
            let greeting = peer.command().unwrap();
            assert_eq!(greeting, ["HELLO", "3", "AUTH", "default", token, "SETNAME", "me"]);
            peer.answer_value(RespValue::Error("WRONGPASS no".into()));
        }
    });
    let builder = Client::builder().path(&fake.path).name("me").token_file(&token);
    assert!(matches!(builder.clone().connect(), Err(ClientError::NotAdmitted(_))));
    std::fs::write(&token, "two\n").unwrap();
    assert!(matches!(builder.connect(), Err(ClientError::NotAdmitted(_))));
    fake.finish();
}

#[test]
fn a_connection_that_ended_while_it_was_idle_is_replaced_and_nothing_is_sent_twice() {
    let fake = Fake::new(|listener| {
        let mut first = Peer::accept(&listener);
        assert_eq!(first.command().unwrap()[1], "first");
        first.answer_run(&data(RespValue::Integer(1)));
        drop(first);
        let mut second = Peer::accept(&listener);
        assert_eq!(second.command().unwrap()[1], "second");
        // A word that nobody asked for comes with the answer, and must not be taken for one.
        second.answer(|out| {
            data(RespValue::Integer(2)).encode(RespVersion::Resp3, out);
            ErrorReply::new(ErrorCode::Shutdown, "bye").encode(out);
        });
        let mut third = Peer::accept(&listener);
        assert_eq!(third.command().unwrap()[1], "third");
        third.answer_run(&data(RespValue::Integer(3)));
        assert_eq!(second.command(), None);
    });
    let mut client = fake.connect();
    assert_eq!(client.eval::<i64>("first").unwrap(), 1);
    while client.is_usable() {
        thread::yield_now();
    }
    assert_eq!(client.eval::<i64>("second").unwrap(), 2);
    assert_eq!(client.eval::<i64>("third").unwrap(), 3);
    assert_eq!(client.connections_made(), 3);
    fake.finish();
}

#[test]
fn a_reply_that_breaks_off_says_that_the_program_may_have_run_and_the_next_one_is_fine() {
    let fake = Fake::new(|listener| {
        let mut first = Peer::accept(&listener);
        assert_eq!(first.command().unwrap()[1], "once");
        first.answer(|out| {
            RunReply::default().encode(RespVersion::Resp3, out);
            out.truncate(out.len() / 2);
        });
        drop(first);
        let mut second = Peer::accept(&listener);
        assert_eq!(second.command().unwrap()[1], "other", "the first was not sent again");
        second.answer_run(&RunReply::default());
    });
    let mut client = fake.connect();
    let error = client.run("once").unwrap_err();
    assert!(matches!(error, ClientError::Disconnected(_)) && !error.is_undelivered(), "{error}");
    assert!(error.to_string().ends_with("the program may have run"), "{error}");
    client.run("other").unwrap();
    fake.finish();
}

#[test]
fn each_kind_of_failure_is_told_apart_and_leaves_the_connection_as_it_was() {
    let replies = [
        "TIMEOUT killed: it ran too long",
        "MEMORY killed: it held too much",
        "FUEL killed: it burnt too much",
        "CANCELLED killed: it was cancelled",
        "NOSESSION no session 'x'",
        "ERR PY.RUN: unknown option 'X'",
    ];
    let fake = Fake::new(move |listener| {
        let mut peer = Peer::accept(&listener);
        for reply in replies {
            peer.command().unwrap();
            peer.answer_value(RespValue::Error(reply.into()));
        }
        peer.command().unwrap();
        peer.answer_run(&RunReply {
            error: Some("KeyError".into()),
            message: Some("'x'".into()),
            stderr: b"Traceback\nKeyError: 'x'\n".into(),
            exit: 1,
            ..RunReply::default()
        });
        peer.command().unwrap();
        peer.answer_run(&data(RespValue::bulk("5")));
        assert_eq!(peer.command(), None);
    });
    let mut client = fake.connect();
    let mut fail = || client.eval::<i64>("x").unwrap_err();
    assert!(fail().is_timeout());
    assert_eq!(fail().killed_by(), Some(ErrorCode::Memory));
    assert_eq!(fail().killed_by(), Some(ErrorCode::Fuel));
    assert!(fail().is_cancelled());
    assert!(matches!(fail(), ClientError::NoSession(text) if text == "no session 'x'"));
    assert!(matches!(fail(), ClientError::Refused(_)));
    match fail() {
        ClientError::Exception(exception) => {
            assert_eq!((&*exception.class, &*exception.message), ("KeyError", "'x'"));
            assert_eq!(exception.traceback, "Traceback\nKeyError: 'x'\n");
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(fail(), ClientError::WrongType(_)));
    assert_eq!(client.connections_made(), 1);
    drop(client);
    fake.finish();
}

#[test]
fn the_time_out_reaches_the_daemon_and_a_silent_one_is_left_by_hanging_up() {
    let fake = Fake::new(|listener| {
        let mut peer = Peer::accept(&listener);
        let command = peer.command().unwrap();
        assert_eq!(command[..3], ["PY.RUN", "x", "TIMEOUT"]);
        let timeout: u64 = command[3].parse().unwrap();
        assert!((1..=72).contains(&timeout), "{timeout}");
        assert_eq!(peer.command(), None);
    });
    let mut client = fake.connect();
    client.set_timeout(Duration::from_millis(80));
    let started = Instant::now();
    let error = client.run("x").unwrap_err();
    assert!(matches!(error, ClientError::TimedOut(_)) && error.is_timeout(), "{error}");
    assert!((Duration::from_millis(80)..Duration::from_secs(5)).contains(&started.elapsed()));
    fake.finish();
}

#[test]
fn a_daemon_that_answers_before_it_has_read_all_does_not_block_the_client() {
    const COUNT: usize = 400;
    let fake = Fake::new(|listener| {
        let mut peer = Peer::accept(&listener);
        let reply = RunReply { stdout: vec![b'x'; 10_000], ..RunReply::default() };
        // Each answer waits until it is taken: more of them than a socket holds.
        for _ in 0..COUNT {
            assert_eq!(peer.command().unwrap()[1].len(), 10_000);
            peer.answer_run(&reply);
        }
    });
    let mut client = fake.connect();
    let code = "#".repeat(10_000);
    let programs = vec![Program::new(&code); COUNT];
    let replies = client.pipeline(&programs).unwrap();
    assert_eq!(replies.iter().filter(|reply| reply.is_ok()).count(), COUNT);
    fake.finish();
}

#[test]
fn of_a_pipeline_that_breaks_off_the_answers_that_came_are_kept() {
    let fake = Fake::new(|listener| {
        let mut peer = Peer::accept(&listener);
        assert_eq!([peer.command().unwrap()[1].as_str(), &peer.command().unwrap()[1]], ["a", "b"]);
        peer.answer_run(&data(RespValue::Integer(1)));
    });
    let mut client = fake.connect();
    let replies = client.pipeline(&["a".into(), "b".into(), "c".into()]).unwrap();
    assert_eq!(replies[0].as_ref().unwrap().data, Some(RespValue::Integer(1)));
    assert!(matches!(replies[1], Err(ClientError::Disconnected(_))));
    assert!(matches!(replies[2], Err(ClientError::Disconnected(_))));
    fake.finish();
}

#[test]
fn output_comes_piece_by_piece_and_then_the_reply() {
    let fake = Fake::new(|listener| {
        let mut peer = Peer::accept(&listener);
        assert!(peer.command().unwrap().contains(&"STREAM".to_owned()));
        peer.answer(|out| {
            OutputPush::encode(OutputStream::Stdout, b"one", RespVersion::Resp3, out);
            OutputPush::encode(OutputStream::Stderr, b"two", RespVersion::Resp3, out);
            RunReply { exit: 3, ..RunReply::default() }.encode(RespVersion::Resp3, out);
        });
        peer.command().unwrap();
        peer.answer(|out| {
            OutputPush::encode(OutputStream::Stdout, b"dropped", RespVersion::Resp3, out);
            ErrorReply::new(ErrorCode::Memory, "too much").encode(out);
        });
        peer.command().unwrap();
        peer.answer(|out| OutputPush::encode(OutputStream::Stdout, b"endless", RespVersion::Resp3, out));
        assert_eq!(peer.command(), None, "dropping it hangs up");
    });
    let mut client = fake.connect();
    let mut running = client.run_streaming("x").unwrap();
    let pieces: Vec<_> = running.by_ref().map(|piece| (piece.stream, piece.bytes)).collect();
    assert_eq!(pieces, [(OutputStream::Stdout, b"one".to_vec()), (OutputStream::Stderr, b"two".to_vec())]);
    assert_eq!(running.reply().unwrap().exit, 3);
    let error = client.run_streaming("x").unwrap().reply().unwrap_err();
    assert_eq!(error.killed_by(), Some(ErrorCode::Memory));
    let mut running = client.run_streaming("x").unwrap();
    assert_eq!(running.next().unwrap().bytes, b"endless");
    drop(running);
    fake.finish();
}

#[test]
fn a_handle_cancels_what_runs_on_the_client_s_connection_by_another_one() {
    let fake = Fake::new(|listener| {
        let mut peer = Peer::accept_as(&listener, greeting::VERSION, 41);
        peer.command().unwrap();
        let mut other = Peer::accept_as(&listener, greeting::VERSION, 42);
        assert_eq!(other.command().unwrap(), ["PY.CANCEL", "41"]);
        peer.answer(|out| ErrorReply::new(ErrorCode::Cancelled, "killed: it was cancelled").encode(out));
        other.answer_value(RespValue::Integer(1));
        assert_eq!(peer.command(), None);
    });
    let mut client = fake.connect();
    let handle = client.cancel_handle();
    let canceller = handle.clone();
    let thread = thread::spawn(move || canceller.cancel().unwrap());
    assert!(client.run("while True: pass").unwrap_err().is_cancelled());
    assert!(thread.join().unwrap());
    drop(client);
    fake.finish();
    assert!(!handle.cancel().unwrap(), "there is nothing to cancel, and nobody is asked");
}

#[test]
fn sessions_batches_and_cancels_are_sent_in_their_own_words() {
    let fake = Fake::new(|listener| {
        let mut peer = Peer::accept(&listener);
        let ok = || RespValue::Simple("OK".into());
        let replies = [
            ("PY.SESSION NEW s TTL 2 MEMORY 1024", ok()),
            ("PY.SESSION FORK s t", ok()),
            ("PY.SESSION SNAPSHOT s", ok()),
            ("PY.SESSION ROLLBACK s", RespValue::Error("NOSNAPSHOT no snapshot of 's'".into())),
            ("PY.SESSION INFO s", RespValue::Error("NOSESSION no session 's'".into())),
            ("PY.SESSION DROP s", RespValue::Integer(0)),
            ("PY.SESSION LIST", RespValue::Array(vec![RespValue::bulk("t")])),
            ("PY.CANCEL me", RespValue::Integer(2)),
        ];
        for (words, reply) in replies {
            assert_eq!(peer.command().unwrap().join(" "), words);
            peer.answer_value(reply);
        }
        for (expected, at) in [("PY.RUN", 4), ("PY.BATCH", 5)] {
            let words = peer.command().unwrap();
            assert_eq!(
                (words[0].as_str(), &words[at..at + 2]),
                (expected, &["SESSION".to_owned(), "s".to_owned()][..])
            );
            peer.answer_value(RespValue::Error("BUSY 100 sessions".into()));
        }
    });
    let mut client = fake.connect();
    let mut session = client.session("s");
    session.create(Some(Duration::from_millis(1500)), Some(1024)).unwrap();
    session.fork("t").unwrap();
    session.snapshot().unwrap();
    assert!(matches!(session.rollback(), Err(ClientError::Refused(_))));
    assert!(matches!(session.info(), Err(ClientError::NoSession(_))));
    assert!(!session.remove().unwrap());
    assert_eq!(client.sessions().unwrap(), ["t"]);
    assert_eq!(client.cancel("me").unwrap(), 2);
    assert!(matches!(client.session("s").run("x"), Err(ClientError::Busy(_))));
    assert!(matches!(client.session("s").batch(Batch::new().run("x")), Err(ClientError::Busy(_))));
    fake.finish();
}
