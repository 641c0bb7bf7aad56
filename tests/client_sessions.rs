//! Sessions, batches, cancelling and the token, by the Rust client and by the command line.

mod support;

use std::os::unix::fs::PermissionsExt;
use std::process::{Output, Stdio};
use std::thread;
use std::time::Duration;

use pyrust::client::{Batch, Client, ClientError, Program};
use pyrust::wire::{ErrorCode, RespValue};
use support::{PATIENCE, Place, SPIN, pyrust, text};

fn connect(place: &Place) -> Client {
    Client::builder().path(place.socket()).timeout(PATIENCE).connect().expect("the daemon listens")
}

#[test]
fn a_session_keeps_its_globals_over_programs_clients_and_connections() {
    let place = Place::new();
    let _daemon = place.start(&[]);
    let mut client = connect(&place);
    let mut session = client.session("notes");
    session.run("x = [1]\ndef f(): return sum(x)").unwrap();
    session.run("x.append(2)").unwrap();
    assert_eq!(session.eval::<i64>("f()").unwrap(), 3);
    drop(client);
    let mut client = connect(&place);
    assert_eq!(client.session("notes").eval::<Vec<i64>>("x").unwrap(), [1, 2]);
    assert_eq!(client.sessions().unwrap(), ["notes"]);
    // Nobody else sees it.
    match client.eval::<i64>("f()") {
        Err(ClientError::Exception(exception)) => assert_eq!(exception.class, "NameError"),
        other => panic!("{other:?}"),
    }
    let mut session = client.session("notes");
    let info = session.info().unwrap();
    assert_eq!((info.name.as_str(), info.runs, info.busy, info.has_snapshot), ("notes", 4, false, false));
    assert!(0 < info.memory_bytes && info.memory_bytes < info.memory_max_bytes, "{info:?}");
    assert_eq!(info.ttl, Some(Duration::from_secs(3600)));
    let mut running = session.run_streaming("print(x)").unwrap();
    assert_eq!(running.next().unwrap().bytes, b"[1, 2]\n");
    running.reply().unwrap();
    assert!(session.remove().unwrap());
    assert!(!session.remove().unwrap());
    match session.info() {
        Err(ClientError::NoSession(message)) => assert_eq!(message, "no session 'notes'"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_session_is_copied_and_brought_back() {
    let place = Place::new();
    let _daemon = place.start(&[]);
    let mut client = connect(&place);
    let mut session = client.session("a");
    session.create(Some(Duration::ZERO), Some(1 << 20)).unwrap();
    match session.create(None, None) {
        Err(ClientError::Refused(error)) => assert_eq!(error.code, ErrorCode::BusyKey),
        other => panic!("{other:?}"),
    }
    assert_eq!(session.info().unwrap().ttl, None);
    assert_eq!(session.info().unwrap().memory_max_bytes, 1 << 20);
    match session.rollback() {
        Err(ClientError::Refused(error)) => assert_eq!(error.code, ErrorCode::NoSnapshot),
        other => panic!("{other:?}"),
    }
    session.run("x = {'k': 1}").unwrap();
    session.snapshot().unwrap();
    session.fork("b").unwrap();
    session.run("x['k'] = 2").unwrap();
    assert_eq!(session.eval::<i64>("x['k']").unwrap(), 2);
    session.rollback().unwrap();
    assert_eq!(session.eval::<i64>("x['k']").unwrap(), 1);
    assert!(session.info().unwrap().has_snapshot);
    let mut copy = client.session("b");
    copy.run("x['k'] = 3").unwrap();
    assert_eq!(copy.eval::<i64>("x['k']").unwrap(), 3);
    assert_eq!(client.session("a").eval::<i64>("x['k']").unwrap(), 1);
    // A kill of what runs in it leaves the session.
    let error = client.session("a").run(Program::new(SPIN).fuel(100_000)).unwrap_err();
    assert_eq!(error.killed_by(), Some(ErrorCode::Fuel));
}

#[test]
fn a_batch_shares_a_session_and_ends_with_the_first_that_fails() {
    let place = Place::new();
    let _daemon = place.start(&[]);
    let mut client = connect(&place);
    let replies = client.batch(&Batch::new().run("x = 2").run("x * 3").data()).unwrap();
    let data: Vec<_> = replies.into_iter().map(|reply| reply.unwrap().data).collect();
    assert_eq!(data, [None, Some(RespValue::Integer(6))]);
    let failing = Batch::new().run("x = 1").run("1/0").run("x = 3");
    let replies = client.batch(&failing).unwrap();
    assert_eq!(replies.len(), 2);
    assert_eq!(replies[1].as_ref().unwrap().exception().unwrap().class, "ZeroDivisionError");
    assert_eq!(client.batch(&failing.clone().keep_going()).unwrap().len(), 3);
    let mut session = client.session("s");
    session.run("x = 0").unwrap();
    session.batch(failing.clone().atomic()).unwrap();
    assert_eq!(session.eval::<i64>("x").unwrap(), 0);
    session.batch(failing.keep_going()).unwrap();
    assert_eq!(session.eval::<i64>("x").unwrap(), 3);
    let killed = Batch::new().run("x").run(SPIN).timeout(Duration::from_millis(50)).echo();
    let replies = session.batch(killed).unwrap();
    assert_eq!(replies[0].as_ref().unwrap().value.as_deref(), Some("3"));
    assert_eq!(replies[1].as_ref().unwrap_err().killed_by(), Some(ErrorCode::Timeout));
}

#[test]
fn another_thread_cancels_what_a_client_runs_and_the_client_goes_on() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let mut client = connect(&place);
    let handle = client.cancel_handle();
    let runner = thread::spawn(move || {
        let error = client.run(SPIN).unwrap_err();
        (client, error)
    });
    daemon.status_when(|status| status.runs_active == 1);
    assert!(handle.cancel().unwrap());
    let (mut client, error) = runner.join().unwrap();
    assert!(error.is_cancelled(), "{error}");
    assert!(!handle.cancel().unwrap(), "nothing runs any more");
    assert_eq!(client.eval::<i64>("1").unwrap(), 1);
    assert_eq!(daemon.status().runs_killed, 1);
}

#[test]
fn a_run_is_cancelled_by_its_name() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let runners = [connect(&place), connect(&place)]
        .map(|mut client| thread::spawn(move || client.run(Program::new(SPIN).id("report")).unwrap_err()));
    daemon.status_when(|status| status.runs_active == 2);
    let mut client = connect(&place);
    assert_eq!(client.cancel("other").unwrap(), 0);
    assert_eq!(client.cancel("report").unwrap(), 2);
    for runner in runners {
        assert!(runner.join().unwrap().is_cancelled());
    }
}

#[test]
fn a_daemon_with_a_token_serves_a_client_that_has_it() {
    let place = Place::new();
    let token = place.dir().join("token");
    std::fs::write(&token, "secret\n").unwrap();
    std::fs::set_permissions(&token, PermissionsExt::from_mode(0o600)).unwrap();
    let daemon = place.start(&["--token-file", token.to_str().unwrap()]);
    let builder = Client::builder().path(place.socket()).timeout(PATIENCE);
    let error = builder.clone().connect().unwrap_err();
    assert!(matches!(error, ClientError::NotAdmitted(_)), "{error}");
    let wrong = place.dir().join("wrong");
    std::fs::write(&wrong, "guess").unwrap();
    let error = builder.clone().token_file(&wrong).connect().unwrap_err();
    assert!(matches!(error, ClientError::NotAdmitted(_)), "{error}");
    let mut client = builder.token_file(&token).connect().unwrap();
    assert_eq!(client.eval::<i64>("1").unwrap(), 1);
    let handle = client.cancel_handle();
    assert!(!handle.cancel().unwrap());
    drop(daemon);
}

fn command(place: &Place, args: &[&str], stdin: Stdio) -> Output {
    pyrust().env("PYRUST_SOCKET", place.socket()).args(args).stdin(stdin).output().unwrap()
}

#[test]
fn the_command_line_runs_programs_in_a_session() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let run = |args: &[&str]| {
        let output = command(&place, args, Stdio::null());
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    };
    assert_eq!(run(&["--session", "s", "-c", "x = 20"]), (0, "".into(), "".into()));
    assert_eq!(run(&["--session", "s", "-c", "x * 2 + 2"]), (0, "42\n".into(), "".into()));
    assert_eq!(run(&["--session", "t", "-c", "x"]).0, 1);
    // Even one that would run in-process without the flag.
    assert_eq!(run(&["--session", "s", "-c", "# open\nx"]).1, "20\n");
    let (code, _, error) = run(&["--session", "", "-c", "1"]);
    assert_eq!(code, 1);
    assert!(error.contains("1 to 256 bytes"), "{error}");
    assert_eq!(daemon.status().sessions, 2);
}

#[test]
fn standard_input_of_a_session_s_program_is_waited_for_to_its_end() {
    let place = Place::new();
    let _daemon = place.start(&[]);
    let mut child = pyrust()
        .env("PYRUST_SOCKET", place.socket())
        .args(["--session", "s", "-c", "import sys\nprint(sys.stdin.read())"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for piece in ["one ", "two"] {
        std::io::Write::write_all(&mut stdin, piece.as_bytes()).unwrap();
        thread::yield_now();
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(text(&output.stdout), "one two\n");
}

#[test]
fn the_command_line_cancels_a_run_by_its_name() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let running = pyrust()
        .env("PYRUST_SOCKET", place.socket())
        .args(["--id", "endless", "-c", SPIN])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    daemon.status_when(|status| status.runs_active == 1);
    let nothing = command(&place, &["--cancel", "other"], Stdio::null());
    assert_eq!(nothing.status.code(), Some(1));
    assert_eq!(text(&nothing.stdout), "nothing runs that is called 'other'\n");
    let cancelled = command(&place, &["--cancel", "endless"], Stdio::null());
    assert_eq!((cancelled.status.code(), text(&cancelled.stdout)), (Some(0), "1 run was cancelled\n".into()));
    let output = running.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "pyrust: killed: it was cancelled\n");
}
