//! Faults of the world around a real daemon: it is killed or stopped, its socket is removed, its descriptors or its disk
//! run out. Nothing hangs, nobody gets another's answer, and what can go on goes on.

mod support;

use std::io::{ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::time::{Duration, Instant};

use pyrust::client::{ClientError, DaemonClient};
use pyrust::server::{self, ServerError, Stopped};
use pyrust::wire::{DaemonStatus, Request, RespValue, RunRequest};
use rustix::process::{Pid, Signal, kill_process};
use support::{Client, Daemon, PATIENCE, Place, SPIN, command, frame, pyrust_with, text};

fn signal(daemon: &Daemon, signal: Signal) {
    kill_process(Pid::from_child(&daemon.child), signal).expect("it is our child");
}

/// The command line on the daemon of this place: exit code, and what it said.
fn pyrust_at(place: &Place, flag: &str) -> (Option<i32>, String) {
    let output = pyrust_with(&[flag, "--socket", place.socket().to_str().expect("a plain path")]);
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

/// A client's part in a daemon's last moments: what it has sent, and what it may have received until the end.
struct Witness {
    client: Client,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// Frames whose answers are 0, 1, 2 and so on.
    Pipeline,
    /// A program that prints for ever.
    Stream,
    /// A program that never says anything.
    Spinner,
    /// A half frame.
    HalfFrame,
    /// A half command.
    HalfCommand,
    /// Programs that count in a session which all have in common.
    Session,
    /// Copies of a session.
    Copies,
    /// Transactions of two programs.
    Transactions,
}

const KINDS: [Kind; 8] = [
    Kind::Pipeline,
    Kind::Stream,
    Kind::Spinner,
    Kind::HalfFrame,
    Kind::HalfCommand,
    Kind::Session,
    Kind::Copies,
    Kind::Transactions,
];

impl Witness {
    fn new(daemon: &Daemon, kind: Kind) -> Witness {
        let mut client = daemon.connect();
        match kind {
            Kind::Pipeline => (0..300).for_each(|at| client.send_frame(&format!("print({at})"))),
            Kind::Stream => {
                client.hello_3();
                let code = "while True: print('x' * 1000)";
                client.send_request(&Request::Run(RunRequest { code, stream: true, ..Default::default() }));
            }
            Kind::Spinner => client.send_frame(SPIN),
            Kind::HalfFrame => client.send(&frame(b"print('never')")[..9]),
            Kind::HalfCommand => client.send(&command(&["EVAL", "'never'", "0"])[..20]),
            Kind::Session => {
                let code = "n = n + 1 if 'n' in globals() else 0\nn";
                (0..300).for_each(|_| client.send(&command(&["EVAL", code, "1", "counted"])));
            }
            Kind::Copies => {
                client.send(&command(&["EVAL", "data = [[n] for n in range(20000)]", "1", "large"]));
                (0..300).for_each(|_| client.send(&command(&["PY.SESSION", "SNAPSHOT", "large"])));
            }
            Kind::Transactions => (0..100).for_each(|at| {
                client.send(&command(&["MULTI"]));
                client.send(&command(&["EVAL", &at.to_string(), "0"]));
                client.send(&command(&["EVAL", "'b'", "0"]));
                client.send(&command(&["EXEC"]));
            }),
        }
        Witness { client, kind }
    }

    /// Reads to the end of the connection: whatever came is what belongs there, in order.
    fn check(mut self) {
        match self.kind {
            Kind::Pipeline => {
                for at in 0.. {
                    let Some(found) = self.client.try_response() else { return };
                    assert_eq!(found, (0, format!("{at}\n")));
                }
            }
            Kind::Spinner | Kind::HalfFrame | Kind::HalfCommand => assert_eq!(self.client.receive(), None),
            Kind::Stream => {
                while let Some(value) = self.client.try_value() {
                    assert!(matches!(value, RespValue::Push(_)), "it never ends: {value:?}");
                }
            }
            Kind::Session => {
                let mut last = -1;
                while let Some(value) = self.client.try_value() {
                    let RespValue::Integer(at) = value else { panic!("{value:?}") };
                    assert!(at > last, "{at} after {last}");
                    last = at;
                }
            }
            Kind::Copies => {
                while let Some(value) = self.client.try_value() {
                    let is_fine = value == RespValue::Null || value == RespValue::Simple("OK".into());
                    assert!(is_fine, "{value:?}");
                }
            }
            Kind::Transactions => {
                for at in 0.. {
                    for said in ["OK", "QUEUED", "QUEUED"] {
                        let Some(value) = self.client.try_value() else { return };
                        assert_eq!(value, RespValue::Simple(said.into()));
                    }
                    let Some(value) = self.client.try_value() else { return };
                    let both = vec![RespValue::Integer(at), RespValue::Bulk(b"b".to_vec())];
                    assert_eq!(value, RespValue::Array(both));
                }
            }
        }
    }
}

#[test]
fn a_daemon_killed_in_the_middle_of_everything_breaks_every_connection_and_the_next_takes_over() {
    let place = Place::new();
    let mut state = 7_u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) % below
    };
    let mut outlives = None;
    for round in 0..10 {
        let mut daemon = place.start(&[]);
        // A client of ours finds the next daemon by itself.
        let client =
            outlives.get_or_insert_with(|| DaemonClient::connect(place.socket()).expect("it listens"));
        assert_eq!(client.execute("2+3").expect("it serves"), "5", "round {round}");
        let mut witnesses: Vec<Witness> = Vec::new();
        for _ in 0..=random(12) {
            witnesses.push(Witness::new(&daemon, KINDS[random(8) as usize]));
        }
        // The moment: so many answers of somebody else later.
        let mut clock = daemon.connect();
        for _ in 0..random(40) {
            assert_eq!(clock.run("1"), (0, "1".into()));
        }
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| client.execute(SPIN));
            daemon.status_when(|status| status.runs_active > 0);
            daemon.crash();
            let error = waiting.join().expect("no panic").expect_err("it never ends");
            // Never is an answer made up: it may have been run, or is known not to have been.
            let is_broken = matches!(error, ClientError::Disconnected(_)) || error.is_undelivered();
            assert!(is_broken, "round {round}: {error:?}");
        });
        assert_eq!(clock.receive(), None);
        witnesses.into_iter().for_each(Witness::check);
    }
    assert_eq!(place.start(&[]).run("2+3"), (0, "5".into()));
}

/// Stops a daemon as Ctrl-Z would, and returns when it has stopped.
fn freeze(daemon: &Daemon) {
    signal(daemon, Signal::STOP);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", daemon.pid())).expect("it lives");
        if stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T')) {
            return;
        }
        assert!(Instant::now() < deadline, "it does not stop: {stat}");
        std::thread::yield_now();
    }
}

#[test]
fn a_stopped_daemon_lets_clients_time_out_and_later_answers_in_order() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let run = |code, timeout_ms| {
        let timeout = Some(Duration::from_millis(timeout_ms));
        Request::Run(RunRequest { code, timeout, echo: true, ..RunRequest::default() })
    };
    let (mut late, mut sleeper, mut pipeline) = (daemon.connect(), daemon.connect(), daemon.connect());
    late.send_request(&run(SPIN, 250));
    late.send_request(&run("1 + 1", 10_000));
    sleeper.send_request(&run("import time\ntime.sleep(0.2)\n'slept'", 10_000));
    daemon.status_when(|status| status.runs_active == 2);
    let mut hasty = DaemonClient::connect(place.socket()).expect("it listens");
    assert_eq!(hasty.execute("0").expect("it serves"), "0");

    freeze(&daemon);
    for at in 0..50 {
        pipeline.send_frame(&at.to_string());
    }
    hasty.set_timeout(Duration::from_millis(400));
    // On the connection that it has, then on a new one, which the kernel accepts.
    for code in ["1", "2"] {
        let error = hasty.execute(code).expect_err("nobody answers");
        assert!(matches!(error, ClientError::TimedOut(_)), "{error:?}");
        assert!(!error.is_undelivered(), "it may be run yet");
    }
    signal(&daemon, Signal::CONT);

    for at in 0..50 {
        assert_eq!(pipeline.response(), (0, at.to_string()));
    }
    let RespValue::Error(why) = late.value() else { panic!("its time was over long ago") };
    assert!(why.starts_with("TIMEOUT ") && why.contains("250ms"), "{why}");
    assert_eq!(late.run_reply().value.as_deref(), Some("2"));
    assert_eq!(sleeper.run_reply().value.as_deref(), Some("'slept'"));
    hasty.set_timeout(PATIENCE);
    assert_eq!(hasty.execute("3").expect("it serves"), "3", "not the answer to what was given up");
    let end = daemon.status_when(|status| status.connections_active == 5);
    assert_eq!(end.runs_active, 0);
}

/// The daemon's numbers over a connection that is there already, after a time in which it says nothing.
fn status_after_silence(client: &mut Client, time: Duration) -> DaemonStatus {
    client.stream.set_read_timeout(Some(time)).expect("a time limit");
    let silence = client.stream.read(&mut [0]).expect_err("nothing was asked");
    assert_eq!(silence.kind(), ErrorKind::WouldBlock);
    client.stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
    client.send_request(&Request::Status);
    DaemonStatus::decode(client.value()).expect("a status")
}

/// A daemon under a shell's `ulimit`, which it cannot raise again.
fn start_limited(place: &Place, limit: &str, args: &[&str]) -> Daemon {
    let mut command = Command::new("sh");
    let script = format!("{limit}; exec \"$0\" --daemon --foreground --socket \"$@\"");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_pyrust")]).arg(place.socket()).args(args);
    Daemon::spawn(command, place.socket()).expect("it starts")
}

#[test]
fn a_daemon_without_descriptors_serves_those_it_has_and_does_not_spin() {
    let place = Place::new();
    let log = place.dir().join("d.log");
    let daemon = start_limited(&place, "ulimit -n 40", &["--log", log.to_str().expect("a plain path")]);
    let mut inside = daemon.connect();
    inside.send_request(&Request::Status);
    inside.value();
    let mut others: Vec<Client> = (0..60).map(|_| daemon.connect()).collect();
    let before = status_after_silence(&mut inside, Duration::from_millis(50));
    assert!((20..40).contains(&before.connections_active), "{before:?}");
    let after = status_after_silence(&mut inside, Duration::from_secs(1));
    assert_eq!(after.connections_active, before.connections_active, "there is no room for more");
    let ticks = after.ticks_total - before.ticks_total;
    assert!(ticks < 100, "it looks now and then, and does not spin: {ticks} rounds in a second");
    assert!(after.memory_rss_bytes > 0, "what it knows of itself takes no descriptor");
    // Those who are inside are served, and each that leaves lets one in.
    assert_eq!(others[0].run("2+3"), (0, "5".into()));
    while !others.is_empty() {
        assert_eq!(others.remove(0).run("2+3"), (0, "5".into()), "{} wait", others.len());
    }
    drop(inside);
    assert_eq!(daemon.status_when(|status| status.connections_active == 1).connections_total, 62);
    let lines = std::fs::read_to_string(log).expect("a log");
    let pauses = lines.lines().filter(|line| line.contains("accepting pauses")).count();
    assert!((1..=62).contains(&pauses), "it is told when it begins, not each time it is tried:\n{lines}");
}

#[test]
fn a_daemon_whose_socket_is_removed_serves_its_clients_and_can_be_stopped() {
    let place = Place::new();
    let mut daemon = place.start(&[]);
    let mut client = daemon.connect();
    assert_eq!(client.run("1"), (0, "1".into()));
    std::fs::remove_file(place.socket()).expect("it is there");

    assert_eq!(client.run("2+3"), (0, "5".into()), "who is connected is served");
    let pid = daemon.pid();
    for flag in ["--daemon-status", "--daemon", "--clear-cache"] {
        let (code, said) = pyrust_at(&place, flag);
        assert_eq!(code, Some(1), "{flag}: {said}");
        let tells = said.contains("socket has been removed") && said.contains(&format!("pid {pid}"));
        assert!(tells && said.contains("--stop-daemon"), "{flag}: {said}");
    }
    assert!(matches!(server::status(&place.socket()), Err(ServerError::SocketLost { .. })));
    assert!(UnixStream::connect(place.socket()).is_err(), "the second daemon made none");
    assert_eq!(client.run("3"), (0, "3".into()), "and disturbed nobody");

    let (code, said) = pyrust_at(&place, "--stop-daemon");
    assert!(code == Some(0) && said.contains(&pid.to_string()), "{said}");
    assert_eq!(daemon.wait().code(), Some(0));
    assert_eq!(client.receive(), None);
    assert_eq!(std::fs::read_dir(place.dir()).expect("a directory").count(), 0, "no file is left");
    assert_eq!(place.start(&[]).run("2+3"), (0, "5".into()));
}

#[test]
fn a_daemon_that_drains_is_waited_for_and_not_hurried() {
    let place = Place::new();
    let mut daemon = place.start(&[]);
    let mut client = daemon.connect();
    client.send_frame("import time\ntime.sleep(0.4)\n'done'");
    daemon.status_when(|status| status.runs_active == 1);
    let mut idle = daemon.connect();
    assert_eq!(idle.run("1"), (0, "1".into()));
    daemon.terminate();
    assert_eq!(idle.receive(), None, "it ends");
    // Its socket has gone, too, but this is no reason to signal it again, which would end it at once.
    assert_eq!(server::stop(&place.socket()).expect("it ends"), Stopped::NotRunning);
    assert_eq!(client.response(), (0, "'done'".into()));
    assert_eq!(daemon.wait().code(), Some(0));
}

#[test]
fn a_daemon_that_lost_all_its_files_leaves_those_of_its_successor_alone() {
    let place = Place::new();
    let mut lost = place.start(&[]);
    let mut client = lost.connect();
    assert_eq!(client.run("1"), (0, "1".into()));
    for entry in std::fs::read_dir(place.dir()).expect("a directory") {
        std::fs::remove_file(entry.expect("an entry").path()).expect("it is ours");
    }
    let next = place.start(&[]);
    assert_eq!(next.run("2"), (0, "2".into()));
    assert_eq!(client.run("2+3"), (0, "5".into()), "who is connected to the first is served");
    lost.terminate();
    assert_eq!(lost.wait().code(), Some(0));
    assert_eq!(next.run("3"), (0, "3".into()), "the second has its socket");
    let again = place.try_start(&[]).err().expect("it has its lock");
    assert!(again.contains("already running") && again.contains(&next.pid().to_string()), "{again}");
    assert_eq!(server::stop(&place.socket()).expect("it ends"), Stopped::Pid(next.pid()));
    assert_eq!(std::fs::read_dir(place.dir()).expect("a directory").count(), 0);
}

#[test]
fn a_log_that_may_not_grow_disturbs_nobody() {
    let place = Place::new();
    let log = place.dir().join("d.log");
    std::fs::write(&log, "x\n".repeat(5_000)).expect("a file");
    // As on a full disk: what is longer than some blocks cannot be written, but the little files can.
    let limit = "trap '' XFSZ; ulimit -f 4";
    let daemon = start_limited(&place, limit, &["--log", log.to_str().expect("a plain path")]);
    let mut client = daemon.connect();
    for at in 0..50 {
        assert_eq!(client.run(&at.to_string()), (0, at.to_string()));
    }
    let status = daemon.status();
    assert!(status.log_errors >= 1, "{status:?}");
    assert_eq!(std::fs::metadata(&log).expect("a file").len(), 10_000);
    assert_eq!(server::stop(&place.socket()).expect("it ends"), Stopped::Pid(daemon.pid()));
}
