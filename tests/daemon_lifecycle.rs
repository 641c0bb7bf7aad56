//! Requirement A1, A11: the daemon starts, is reported, stops, and does nothing in between.

mod support;

use std::io::ErrorKind;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use pyrust::limits;
use pyrust::wire::{DaemonStatus, Request};
use support::{Place, SPIN, pyrust_with, text};

fn pyrust_at(place: &Place, flags: &[&str]) -> std::process::Output {
    let socket = place.socket();
    let mut args = flags.to_vec();
    args.extend(["--socket", socket.to_str().expect("a plain path")]);
    pyrust_with(&args)
}

#[test]
fn a_daemon_in_the_background_is_reported_and_gone_when_stop_returns() {
    let place = Place::new();
    let started = pyrust_at(&place, &["--daemon"]);
    assert!(started.status.success(), "{}", text(&started.stderr));
    let pid: u32 = std::fs::read_to_string(place.pid_file()).unwrap().trim().parse().unwrap();
    let mode = std::fs::metadata(place.socket()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "nobody else may connect");
    // Ready means ready: no second attempt is needed.
    assert_eq!(support::Client::connect(&place.socket()).run("2+3"), (0, "5".into()));
    let reported = pyrust_at(&place, &["--daemon-status"]);
    assert_eq!(reported.status.code(), Some(0));
    assert!(text(&reported.stdout).contains(&pid.to_string()), "{}", text(&reported.stdout));

    let stopped = pyrust_at(&place, &["--stop-daemon"]);
    assert!(stopped.status.success(), "{}", text(&stopped.stderr));
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists() || is_zombie(pid));
    assert_eq!(std::fs::read_dir(place.dir()).unwrap().count(), 0, "no file is left");
    assert_eq!(pyrust_at(&place, &["--daemon-status"]).status.code(), Some(1));
}

/// An orphan that ended is there until whoever adopted it has looked.
fn is_zombie(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "))
}

#[test]
fn the_daemon_s_session_is_its_own() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", daemon.pid())).unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    assert_eq!(fields[3], daemon.pid().to_string(), "session id of {stat}");
}

#[test]
fn status_comes_as_json_for_machines() {
    let place = Place::new();
    let daemon = place.start(&[]);
    daemon.run("1");
    let reported = pyrust_at(&place, &["--daemon-status", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&reported.stdout).unwrap();
    assert_eq!(json["pid"], u64::from(daemon.pid()));
    assert_eq!(json["runs_total"], 1);
    assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn stopping_where_no_daemon_is_says_so_and_removes_what_a_dead_one_left() {
    let place = Place::new();
    place.start(&[]).crash();
    assert!(place.socket().exists() && place.pid_file().exists());
    let stopped = pyrust_at(&place, &["--stop-daemon"]);
    assert!(text(&stopped.stdout).contains("no daemon") || text(&stopped.stderr).contains("no daemon"));
    assert_eq!(std::fs::read_dir(place.dir()).unwrap().count(), 0);
}

#[test]
fn sigterm_lets_a_running_script_finish_and_exits_0() {
    let place = Place::new();
    let mut daemon = place.start(&[]);
    let mut client = daemon.connect();
    client.hello_3();
    let code = "import time\nprint('begun', flush=True)\ntime.sleep(0.2)\nprint('done')";
    let run = pyrust::wire::RunRequest { code, stream: true, ..Default::default() };
    client.send_request(&Request::Run(run));
    client.value(); // the first push: it runs
    daemon.terminate();
    let mut values = [client.value(), client.value()];
    assert!(
        matches!(&values[0], pyrust::wire::RespValue::Push(items) if items[1].as_bytes() == Some(b"done\n"))
    );
    let reply =
        pyrust::wire::RunReply::decode(std::mem::replace(&mut values[1], pyrust::wire::RespValue::Null));
    assert_eq!(reply.unwrap().exit, 0);
    assert_eq!(daemon.wait().code(), Some(0));
    assert_eq!(std::fs::read_dir(place.dir()).unwrap().count(), 0);
}

#[test]
fn sigterm_kills_a_script_that_does_not_finish_and_says_so() {
    let place = Place::new();
    let mut daemon = place.start(&[]);
    let mut client = daemon.connect();
    client.send_frame(SPIN);
    assert_eq!(daemon.run("1"), (0, "1".into()));
    daemon.terminate();
    let (status, why) = client.response();
    assert!(status == 2 && why.contains("shutting down"), "{status} {why}");
    assert_eq!(daemon.wait().code(), Some(0));
}

#[test]
fn a_second_sigterm_ends_the_daemon_at_once() {
    let place = Place::new();
    let mut daemon = place.start(&[]);
    let mut client = daemon.connect();
    client.send_frame(SPIN);
    let mut idle = daemon.connect();
    assert_eq!(idle.run("1"), (0, "1".into()));
    daemon.terminate();
    assert_eq!(idle.receive(), None, "the first one was noticed");
    daemon.terminate();
    assert_eq!(client.receive(), None, "no reply: it did not wait for the grace time");
    daemon.wait();
    assert_eq!(std::fs::read_dir(place.dir()).unwrap().count(), 0, "even so it cleans up");
}

#[test]
fn a_client_can_ask_for_the_end() {
    let place = Place::new();
    let mut daemon = place.start(&[]);
    let mut client = daemon.connect();
    client.send_request(&Request::Shutdown { now: false });
    assert_eq!(client.receive().as_deref(), Some(&b"+OK\r\n"[..]));
    assert_eq!(daemon.wait().code(), Some(0));
}

#[test]
fn a_client_can_ask_for_the_end_at_once() {
    let place = Place::new();
    let mut daemon = place.start(&[]);
    let (mut spinner, mut client) = (daemon.connect(), daemon.connect());
    spinner.send_frame(SPIN);
    daemon.status_when(|status| status.runs_active == 1);
    let started = Instant::now();
    client.send_request(&Request::Shutdown { now: true });
    let (status, why) = spinner.response();
    assert_eq!((status, why.as_str()), (2, "SHUTDOWN killed: the daemon is shutting down"));
    assert_eq!(client.receive().as_deref(), Some(&b"+OK\r\n"[..]));
    assert_eq!(daemon.wait().code(), Some(0));
    assert!(started.elapsed() < limits::SHUTDOWN_GRACE, "it did not wait for the run");
}

#[test]
fn an_idle_daemon_never_wakes_up() {
    let place = Place::new();
    let daemon = place.start(&[]);
    // Connections, finished scripts and a killed one leave nothing that ticks.
    let mut others: Vec<_> = (0..20).map(|_| daemon.connect()).collect();
    for client in &mut others {
        assert_eq!(client.run("2+3"), (0, "5".into()));
    }
    let mut client = daemon.connect();
    let mut ask = || {
        client.send_request(&Request::Status);
        let status = DaemonStatus::decode(client.value()).unwrap();
        // Waits for something that must not come.
        client.stream.set_read_timeout(Some(Duration::from_millis(400))).unwrap();
        let silence = client.stream.read(&mut [0]).unwrap_err();
        assert_eq!(silence.kind(), ErrorKind::WouldBlock);
        client.stream.set_read_timeout(Some(support::PATIENCE)).unwrap();
        status
    };
    let before = ask();
    let after = ask();
    assert_eq!(after.wakeups_total - before.wakeups_total, 1, "the second question itself, and nothing else");
    assert_eq!(after.ticks_total - before.ticks_total, 1);
}

#[test]
fn clearing_the_cache_reaches_the_running_daemon() {
    let place = Place::new();
    let daemon = place.start(&[]);
    daemon.run("1+1");
    daemon.run("1+2");
    assert_eq!(daemon.status().cache_entries, 2);
    let cleared = pyrust_at(&place, &["--clear-cache"]);
    assert!(cleared.status.success(), "{}", text(&cleared.stderr));
    assert_eq!(daemon.status().cache_entries, 0);
}

#[test]
fn a_daemon_s_file_descriptors_and_memory_come_back() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let count = || std::fs::read_dir(format!("/proc/{}/fd", daemon.pid())).unwrap().count();
    daemon.run("1");
    let before = count();
    for _ in 0..200 {
        daemon.run("1");
    }
    // A later connection is accepted after the earlier ones were closed.
    daemon.status();
    assert!(count() <= before + 2, "{} descriptors, {before} before", count());
}

#[test]
fn a_daemon_that_is_stuck_is_killed_by_force_and_nobody_else_is() {
    let place = Place::new();
    let mut daemon = place.start(&[]);
    let pid = rustix::process::Pid::from_child(&daemon.child);
    rustix::process::kill_process(pid, rustix::process::Signal::STOP).unwrap();
    // The pid file of an earlier daemon, whose number somebody else has now.
    let mut bystander = std::process::Command::new("sleep").arg("60").spawn().unwrap();
    std::fs::write(place.pid_file(), format!("{}\n", bystander.id())).unwrap();
    let killed = pyrust_at(&place, &["--stop-daemon", "--force"]);
    assert!(killed.status.success(), "{}", text(&killed.stderr));
    assert_eq!(text(&killed.stdout), format!("the daemon (pid {}) was killed\n", daemon.pid()));
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&daemon.wait()), Some(9));
    assert!(bystander.try_wait().unwrap().is_none(), "the other process lives");
    assert_eq!(std::fs::read_dir(place.dir()).unwrap().count(), 0, "no file is left");
    let again = pyrust_at(&place, &["--stop-daemon", "--force", "--json"]);
    assert_eq!(text(&again.stdout), "{\"stopped\":false}\n");
    bystander.kill().unwrap();
    bystander.wait().unwrap();
    place.start(&[]).run("1");
}

#[test]
fn what_a_dead_daemon_left_is_removed_by_force_too() {
    let place = Place::new();
    place.start(&[]).crash();
    let stopped = pyrust_at(&place, &["--stop-daemon", "--force"]);
    assert!(text(&stopped.stdout).contains("no daemon"), "{}", text(&stopped.stderr));
    assert_eq!(std::fs::read_dir(place.dir()).unwrap().count(), 0);
}
