//! A daemon with `--token-file`: who does not say its token is told so and nothing else.

mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Output, Stdio};

use pyrust::wire::{RespValue, write_command};
use support::{Client, Daemon, Place, pyrust, text};

fn token_file(place: &Place, name: &str, token: &str, mode: u32) -> PathBuf {
    let path = place.dir().join(name);
    std::fs::write(&path, token).expect("a file");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).expect("it is ours");
    path
}

fn guarded(place: &Place) -> (Daemon, PathBuf) {
    let path = token_file(place, "token", "s3cret\n", 0o600);
    let log = place.dir().join("log");
    let args = ["--token-file", path.to_str().expect("text"), "--log", log.to_str().expect("text")];
    (place.start(&args), path)
}

fn ask(client: &mut Client, words: &[&str]) -> RespValue {
    let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
    let mut bytes = Vec::new();
    write_command(&words, &mut bytes);
    client.send(&bytes);
    client.value()
}

fn error(text: &str) -> RespValue {
    RespValue::Error(text.to_owned())
}

fn ok() -> RespValue {
    RespValue::Simple("OK".to_owned())
}

#[test]
fn nothing_is_served_before_the_token_is_said() {
    const WANTED: &str = "NOAUTH Authentication required.";
    const WRONG: &str = "WRONGPASS invalid username-password pair or user is disabled.";
    let place = Place::new();
    let (daemon, _) = guarded(&place);
    let mut client = daemon.connect();
    for words in [&["PING"][..], &["EVAL", "1", "0"], &["PY.RUN"], &["NONSENSE"], &["SHUTDOWN"], &["MULTI"]] {
        assert_eq!(ask(&mut client, words), error(WANTED), "{words:?}");
    }
    let RespValue::Error(hello) = ask(&mut client, &["HELLO", "3"]) else { panic!("it was served") };
    assert!(hello.starts_with("NOAUTH HELLO must be called"), "{hello}");
    for words in [
        &["AUTH", "s3cre"][..],
        &["AUTH", "s3cret2"],
        &["AUTH", ""],
        &["AUTH", "me", "s3cret"],
        &["HELLO", "3", "AUTH", "default", "x"],
        &["HELLO", "3", "AUTH", "me", "s3cret"],
    ] {
        assert_eq!(ask(&mut client, words), error(WRONG), "{words:?}");
        assert_eq!(ask(&mut client, &["PING"]), error(WANTED), "{words:?}");
    }
    for words in [&["AUTH", "s3cret"][..], &["AUTH", "default", "s3cret"]] {
        assert_eq!(ask(&mut client, words), ok());
        assert_eq!(ask(&mut client, &["EVAL", "2+3", "0"]), RespValue::Integer(5));
        // A wrong word afterwards does not throw anybody out, a reset does.
        assert_eq!(ask(&mut client, &["AUTH", "x"]), error(WRONG));
        assert_eq!(ask(&mut client, &["PING"]), RespValue::Simple("PONG".to_owned()));
        assert_eq!(ask(&mut client, &["RESET"]), RespValue::Simple("RESET".to_owned()));
        assert_eq!(ask(&mut client, &["PING"]), error(WANTED));
    }
    assert!(matches!(
        ask(&mut client, &["HELLO", "3", "AUTH", "default", "s3cret", "SETNAME", "me"]),
        RespValue::Map(_)
    ));
    assert_eq!(ask(&mut client, &["CLIENT", "GETNAME"]), RespValue::bulk("me"));
    assert_eq!(ask(&mut daemon.connect(), &["QUIT"]), ok());
    let log = std::fs::read_to_string(place.dir().join("log")).expect("a log");
    assert!(log.contains("serving") && !log.contains("s3cre"), "{log}");
}

#[test]
fn frames_are_refused_because_they_have_no_place_for_a_token() {
    let place = Place::new();
    let (daemon, _) = guarded(&place);
    let mut client = daemon.connect();
    for _ in 0..2 {
        let (status, why) = client.run("2+3");
        assert_eq!(status, 2);
        assert!(why.starts_with("NOAUTH Authentication required. Frames cannot"), "{why}");
    }
}

#[test]
fn a_daemon_without_a_token_takes_any_from_its_only_user() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let mut client = daemon.connect();
    assert_eq!(ask(&mut client, &["AUTH", "default", "x"]), ok());
    let RespValue::Error(why) = ask(&mut client, &["AUTH", "x"]) else { panic!("there is no password") };
    assert!(why.starts_with("ERR AUTH <password> called without any password configured"), "{why}");
    assert!(
        matches!(ask(&mut client, &["AUTH", "me", "x"]), RespValue::Error(why) if why.starts_with("WRONGPASS"))
    );
    assert!(matches!(ask(&mut client, &["HELLO", "3", "AUTH", "default", "x"]), RespValue::Map(_)));
}

#[test]
fn the_command_line_says_the_token_that_it_is_given() {
    let place = Place::new();
    let (daemon, token) = guarded(&place);
    let wrong = token_file(&place, "wrong", "other", 0o600);
    let run = |token: Option<&PathBuf>, args: &[&str]| -> Output {
        let mut command = pyrust();
        command.env("PYRUST_SOCKET", place.socket()).env_remove("PYRUST_TOKEN_FILE").args(args);
        command.envs(token.map(|path| ("PYRUST_TOKEN_FILE", path)));
        command.stdin(Stdio::null()).output().expect("pyrust runs")
    };
    let runs_total = || {
        let mut client = daemon.connect();
        assert_eq!(ask(&mut client, &["AUTH", "s3cret"]), ok());
        let RespValue::Bulk(stats) = ask(&mut client, &["INFO", "stats"]) else { panic!("no text") };
        let stats = text(&stats);
        stats
            .lines()
            .find_map(|line| line.strip_prefix("runs_total:")?.parse::<u64>().ok())
            .expect("a number")
    };
    assert_eq!(text(&run(Some(&token), &["-c", "2+3"]).stdout), "5\n");
    assert_eq!(runs_total(), 1, "it ran on the daemon");
    // Without it, as with a daemon of somebody else's: in this process.
    for token in [None, Some(&wrong)] {
        let output = run(token, &["-c", "2+3"]);
        assert_eq!((text(&output.stdout), output.status.code()), ("5\n".to_owned(), Some(0)), "{output:?}");
    }
    assert_eq!(runs_total(), 1);
    let missing = place.dir().join("missing");
    let output = run(Some(&missing), &["-c", "2+3"]);
    assert!(!output.status.success() && text(&output.stderr).contains("PYRUST_TOKEN_FILE"), "{output:?}");

    assert!(text(&run(Some(&token), &["--daemon-status"]).stdout).contains("runs on"));
    assert!(text(&run(Some(&token), &["--clear-cache"]).stdout).contains("it held 1 programs"));
    for (token, why) in [(None, "NOAUTH"), (Some(&wrong), "WRONGPASS")] {
        let output = run(token, &["--daemon-status"]);
        assert!(!output.status.success() && text(&output.stderr).contains(why), "{output:?}");
    }
}

#[test]
fn a_token_that_others_could_know_is_not_used() {
    let place = Place::new();
    for (name, token, mode, why) in
        [("open", "s3cret", 0o644, "chmod 600"), ("empty", "\n", 0o600, "it is empty")]
    {
        let path = token_file(&place, name, token, mode);
        let said = place.try_start(&["--token-file", path.to_str().expect("text")]).err().expect("a refusal");
        assert!(said.contains(why) && !said.contains("s3cret"), "{said}");
    }
    let said = place.try_start(&["--token-file", "/nonexistent/token"]).err().expect("a refusal");
    assert!(said.contains("cannot read the token in /nonexistent/token"), "{said}");
    assert!(!place.socket().exists(), "nothing listens");
}
