//! The command line with a daemon: the same results as without one, and what only a daemon brings.

mod support;

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use support::{Daemon, Place, pyrust, text};

/// How a program is given its standard input.
#[derive(Clone, Copy)]
enum Input<'a> {
    None,
    File(&'a str),
}

fn command(socket: &Path, args: &[&str]) -> Command {
    let mut command = pyrust();
    command.env("PYRUST_SOCKET", socket).args(args).stdin(Stdio::null());
    command
}

fn run(socket: &Path, directory: &Path, args: &[&str], input: Input<'_>) -> Output {
    let mut command = command(socket, args);
    if let Input::File(content) = input {
        let path = directory.join("input");
        std::fs::write(&path, content).unwrap();
        command.stdin(std::fs::File::open(path).unwrap());
    }
    command.current_dir(directory).output().unwrap()
}

/// Where a program ran, by its profile.
fn place_of(output: &Output) -> String {
    let stderr = text(&output.stderr);
    let profile: serde_json::Value = serde_json::from_str(stderr.lines().last().unwrap()).unwrap();
    profile["place"].as_str().unwrap().to_owned()
}

#[test]
fn the_result_is_the_same_on_the_daemon_and_without_it() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let directory = place.dir();
    let nowhere = directory.join("none.sock");
    std::fs::write(directory.join("a.py"), "import sys\nprint(sys.argv)\nprint(1, file=sys.stderr)\n1/0\n")
        .unwrap();
    std::fs::write(directory.join("b.py"), "2+3\n").unwrap();
    let cases: &[(&[&str], Input<'_>)] = &[
        (&["-c", "2+3"], Input::None),
        (&["-c", "print('é', end='')"], Input::None),
        (&["-c", "x = 1"], Input::None),
        (&["-c", "import sys; print(sys.argv)", "-x", "", "y z"], Input::None),
        (&["-c", "import sys; sys.exit(3)"], Input::None),
        (&["-c", "import sys; sys.exit('bye')"], Input::None),
        (&["-c", "print(1)\nraise ValueError('no')"], Input::None),
        (&["-c", "print(1)\nraise KeyboardInterrupt"], Input::None),
        (&["-c", "x = = 2"], Input::None),
        (&["-c", ""], Input::None),
        (&["-c", "def f(n): return f(n+1)\nf(0)"], Input::None),
        (&["a.py", "-v"], Input::None),
        (&["b.py"], Input::None),
        (&[], Input::File("print(6*7)\n")),
        (&["-", "q"], Input::File("import sys; print(sys.argv)")),
        (&["-c", "print(input())"], Input::File("one\ntwo\n")),
        (&["-c", "import sys; print(sum(int(x) for x in sys.stdin))"], Input::File("1\n2\n")),
        (&["-c", "input()"], Input::File("")),
    ];
    for (args, input) in cases {
        let here = run(&nowhere, directory, args, *input);
        let before = daemon.status().runs_total;
        let there = run(&place.socket(), directory, args, *input);
        assert_eq!(daemon.status().runs_total, before + 1, "{args:?} ran on the daemon, once");
        assert_eq!(
            (here.status.code(), text(&here.stdout), text(&here.stderr)),
            (there.status.code(), text(&there.stdout), text(&there.stderr)),
            "{args:?}"
        );
    }
}

#[test]
fn a_program_goes_where_it_can_have_what_it_needs() {
    let place = Place::new();
    let _daemon = place.start(&[]);
    for (code, expected) in
        [("2+3", "daemon"), ("x = 'input'", "daemon"), ("eval('1')", "daemon"), ("open", "in-process")]
    {
        let output = run(&place.socket(), place.dir(), &["--profile-json", "-c", code], Input::None);
        assert_eq!(place_of(&output), expected, "{code}");
    }
    // What might read standard input by a hidden name must not have it read for it.
    let output =
        run(&place.socket(), place.dir(), &["--profile-json", "-c", "eval('1')"], Input::File("data"));
    assert_eq!(place_of(&output), "in-process");
    for disabled in [&["--no-daemon", "--profile-json", "-c", "1"][..], &["--profile-json", "-c", "1"]] {
        let mut command = command(&place.socket(), disabled);
        let output = command.env("PYRUST_NO_DAEMON", "1").output().unwrap();
        assert_eq!(place_of(&output), "in-process");
    }
}

#[test]
fn a_pipe_that_is_still_open_is_read_here() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let mut command = command(&place.socket(), &["-c", "print(input(), flush=True)\nprint(input())"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdin.write_all(b"one\n").unwrap();
    let mut answer = [0; 4];
    stdout.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"one\n");
    stdin.write_all(b"two\n").unwrap();
    drop(stdin);
    stdout.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"two\n");
    assert!(child.wait().unwrap().success());
    assert_eq!(daemon.status().runs_total, 0);
}

/// Starts a program on the daemon that prints a line and then goes on, and waits for the line.
fn started(place: &Place, args: &[&str], rest: &str) -> Child {
    let code = format!("print('ready')\n{rest}");
    let mut args = args.to_vec();
    args.extend(["-c", &code]);
    let mut command = command(&place.socket(), &args);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut ready = [0; 6];
    child.stdout.as_mut().unwrap().read_exact(&mut ready).unwrap();
    assert_eq!(&ready, b"ready\n");
    child
}

/// Returns when nothing runs on the daemon any more.
fn wait_until_idle(daemon: &Daemon) {
    while daemon.status().runs_active > 0 {}
}

#[test]
fn output_comes_while_the_program_runs_and_ctrl_c_cancels_it() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let child = started(&place, &[], "try:\n    while True: pass\nfinally:\n    print('finally')");
    assert_eq!(daemon.status().runs_active, 1);
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), text(&output.stdout), text(&output.stderr)),
        (Some(130), String::new(), "pyrust: interrupted\n".to_owned())
    );
    wait_until_idle(&daemon);
    assert_eq!(daemon.status().runs_killed, 1);
}

#[test]
fn a_killed_client_cancels_its_program() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let mut child = started(&place, &[], "while True: pass");
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until_idle(&daemon);
    assert_eq!(daemon.status().runs_killed, 1);
}

#[test]
fn a_pipe_that_nobody_reads_cancels_the_program_quietly() {
    use std::os::unix::process::ExitStatusExt;
    let place = Place::new();
    let daemon = place.start(&[]);
    let mut child = started(&place, &[], "while True: print('x' * 1000)");
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.signal(), text(&output.stderr)), (Some(13), String::new()));
    wait_until_idle(&daemon);
}

#[test]
fn limits_of_a_run_are_told_with_their_flag() {
    let place = Place::new();
    let _daemon = place.start(&[]);
    let output =
        run(&place.socket(), place.dir(), &["--timeout", "100ms", "-c", "while True: pass"], Input::None);
    let line = "pyrust: killed: it ran longer than its limit of 100ms (--timeout)\n";
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(124), line.to_owned()));
    let code = "x = []\nwhile True: x.append('a' * 100)";
    let output = run(&place.socket(), place.dir(), &["--max-memory", "1MiB", "-c", code], Input::None);
    let line = "pyrust: killed: it held more memory than its limit of 1048576 bytes (--max-memory)\n";
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(1), line.to_owned()));
}

#[test]
fn a_daemon_that_dies_is_reported_and_the_program_is_not_run_again() {
    let place = Place::new();
    let mut daemon = place.start(&[]);
    let child = started(&place, &[], "while True: pass");
    daemon.crash();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), String::new()));
    assert!(text(&output.stderr).contains("may have run"), "{}", text(&output.stderr));
}

#[test]
fn a_busy_daemon_leaves_the_program_to_this_process() {
    let place = Place::new();
    let daemon = place.start(&["--max-connections", "1"]);
    let mut first = daemon.connect();
    assert_eq!(first.run("1"), (0, "1".into()));
    let output = run(&place.socket(), place.dir(), &["--profile-json", "-c", "2+3"], Input::None);
    assert_eq!((text(&output.stdout).as_str(), place_of(&output).as_str()), ("5\n", "in-process"));
}

#[test]
fn a_socket_path_that_is_too_long_is_refused_with_that_reason() {
    let path = format!("/tmp/{}", "x".repeat(200));
    let output = run(Path::new(&path), Path::new("/"), &["-c", "1"], Input::None);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("it is 205 bytes long, the system allows 107"));
}

#[test]
fn status_and_cache_are_told_to_people_and_machines() {
    let place = Place::new();
    let socket = place.socket();
    let ask = |args: &[&str]| run(&socket, place.dir(), args, Input::None);
    let none = ask(&["--daemon-status", "--json"]);
    assert_eq!((none.status.code(), text(&none.stdout)), (Some(1), "{\"running\":false}\n".to_owned()));
    assert_eq!(ask(&["--clear-cache"]).status.code(), Some(1));

    let daemon = place.start(&[]);
    assert_eq!(daemon.run("2+3"), (0, "5".into()));
    let status = ask(&["--daemon-status", "--json"]);
    let fields: serde_json::Value = serde_json::from_str(&text(&status.stdout)).unwrap();
    assert_eq!((&fields["running"], &fields["runs_total"]), (&true.into(), &1.into()));
    assert_eq!(fields["pid"], daemon.pid());
    let people = text(&ask(&["--daemon-status"]).stdout);
    assert!(people.contains("programs     0 now, 1 in all"), "{people}");
    assert_eq!(text(&ask(&["--clear-cache", "--json"]).stdout), "{\"cleared\":1}\n");
    assert_eq!(text(&ask(&["--clear-cache"]).stdout), "the cache is empty now; it held 0 programs\n");
}

#[test]
fn a_ping_is_answered_in_some_time_or_the_exit_code_says_that_there_is_none() {
    let place = Place::new();
    let socket = place.socket();
    let none = command(&socket, &["--ping"]).output().unwrap();
    assert_eq!(none.status.code(), Some(1));
    assert_eq!(text(&none.stdout), format!("no daemon is running on {}\n", socket.display()));
    let daemon = place.start(&[]);
    let some = command(&socket, &["--ping"]).output().unwrap();
    assert_eq!(some.status.code(), Some(0), "{}", text(&some.stderr));
    assert!(text(&some.stdout).ends_with(" ms\n"), "{}", text(&some.stdout));
    let json = command(&socket, &["--ping", "--json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(json["us"].as_f64().unwrap() > 0.0);
    assert_eq!(daemon.status().runs_total, 0);
}

#[test]
fn the_numbers_come_one_a_line_or_as_json() {
    let place = Place::new();
    let socket = place.socket();
    assert_eq!(command(&socket, &["--stats"]).output().unwrap().status.code(), Some(1));
    let daemon = place.start(&[]);
    daemon.run("1");
    let lines = text(&command(&socket, &["--stats"]).output().unwrap().stdout);
    let json = command(&socket, &["--stats", "--json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["runs_total"], 1);
    assert!(lines.contains("\nruns_total 1\n"), "{lines}");
    let names: Vec<&str> = lines.lines().filter_map(|line| Some(line.split_once(' ')?.0)).collect();
    assert_eq!(names.len(), json.as_object().unwrap().len());
    assert!(names.iter().all(|name| json.get(*name).is_some()), "{lines}");
}

#[test]
fn what_only_a_daemon_has_is_not_run_without_one() {
    let place = Place::new();
    let socket = place.socket();
    for (flags, disabled, reason) in [
        (["--session", "s"], false, format!("no daemon is running on {}", socket.display())),
        (["--id", "x"], false, format!("no daemon is running on {}", socket.display())),
        (["--session", "s"], true, "the daemon is disabled by PYRUST_NO_DAEMON".into()),
    ] {
        let mut command = command(&socket, &flags);
        if disabled {
            command.env_remove("PYRUST_SOCKET").env("PYRUST_NO_DAEMON", "1");
        }
        let output = command.args(["-c", "print(1)"]).output().unwrap();
        let expected =
            format!("pyrust: {} needs a daemon, and {reason}; start one with: pyrust --daemon\n", flags[0]);
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(1), expected));
        assert_eq!(text(&output.stdout), "");
    }
    let output = command(&socket, &["--cancel", "x"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("no daemon is running"), "{}", text(&output.stderr));
}

#[test]
fn a_server_that_is_no_daemon_or_of_another_version_is_named() {
    for (server, version, said) in [
        ("redis", "7.2.0", "is no pyrust daemon: it says that it is 'redis'"),
        ("pyrust", "99.0.0", "is pyrust 99.0.0, which this client of version"),
    ] {
        let place = Place::new();
        let listener = std::os::unix::net::UnixListener::bind(place.socket()).unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let hello = pyrust::wire::HelloReply {
                server: server.into(),
                version: version.into(),
                ..pyrust::wire::HelloReply::default()
            };
            let mut out = Vec::new();
            hello.encode(pyrust::wire::RespVersion::Resp3, &mut out);
            stream.write_all(&out).unwrap();
            // Until the client hangs up.
            let _ = stream.read_to_end(&mut Vec::new());
        });
        let output = command(&place.socket(), &["-c", "print(1)"]).output().unwrap();
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), "".into()));
        assert!(text(&output.stderr).contains(said), "{}", text(&output.stderr));
        server.join().unwrap();
    }
}
