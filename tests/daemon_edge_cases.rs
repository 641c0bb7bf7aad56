//! Requirement A13: the edge cases, one test each.

mod support;

use std::io::{ErrorKind, Write};
use std::net::Shutdown;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};

use pyrust::limits;
use pyrust::server::{self, ServerError, Stopped};
use support::{Client, Daemon, Place, SPIN, frame, pyrust, pyrust_with, text};

#[test]
fn a_daemon_killed_in_the_middle_of_a_request_breaks_the_connection() {
    let place = Place::new();
    let mut daemon = place.start(&[]);
    let mut client = daemon.connect();
    client.send_frame(SPIN);
    assert_eq!(daemon.run("1"), (0, "1".into()));
    daemon.crash();
    assert_eq!(client.try_response(), None, "no reply is made up");
}

#[test]
fn a_socket_left_by_a_killed_daemon_is_taken_over() {
    let place = Place::new();
    place.start(&[]).crash();
    assert!(place.socket().exists());
    assert_eq!(place.start(&[]).run("2+3"), (0, "5".into()));
}

#[test]
fn a_stale_pid_file_with_somebody_else_s_number_kills_nobody() {
    let place = Place::new();
    place.start(&[]).crash();
    let mut bystander = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    std::fs::write(place.pid_file(), format!("{}\n", bystander.id())).unwrap();
    assert_eq!(server::stop(&place.socket()).unwrap(), Stopped::NotRunning);
    assert!(bystander.try_wait().unwrap().is_none(), "it lives");
    // The same while a daemon runs: the one that listens is stopped.
    let mut daemon = place.start(&[]);
    std::fs::write(place.pid_file(), format!("{}\n", bystander.id())).unwrap();
    let pid = daemon.pid();
    assert_eq!(server::stop(&place.socket()).unwrap(), Stopped::Pid(pid));
    assert_eq!(daemon.wait().code(), Some(0));
    assert!(bystander.try_wait().unwrap().is_none(), "it lives");
    drop(bystander.stdin.take());
    assert!(bystander.wait().unwrap().success(), "it ended because its input did");
}

#[test]
fn of_two_daemons_that_race_one_wins_and_the_other_says_so() {
    let place = Place::new();
    let racers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(|| place.try_start(&[]))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (winners, losers): (Vec<_>, Vec<_>) = racers.into_iter().partition(Result::is_ok);
    assert_eq!(winners.len(), 1);
    for loser in losers {
        let said = loser.err().unwrap();
        assert!(said.contains("already running"), "{said}");
    }
    assert_eq!(winners[0].as_ref().ok().unwrap().run("2+3"), (0, "5".into()));
}

#[test]
fn a_second_daemon_exits_1_and_names_the_first() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let socket = place.socket();
    let second = pyrust_with(&["--daemon", "--socket", socket.to_str().unwrap()]);
    assert_eq!(second.status.code(), Some(1));
    let said = text(&second.stderr);
    assert!(said.contains("already running") && said.contains(&daemon.pid().to_string()), "{said}");
    assert_eq!(daemon.run("1"), (0, "1".into()));
}

#[test]
fn what_is_in_the_socket_s_place_and_no_socket_is_left_alone() {
    let place = Place::new();
    std::fs::write(place.socket(), "precious").unwrap();
    let said = place.try_start(&[]).err().unwrap();
    assert!(said.contains("not a socket"), "{said}");
    assert_eq!(std::fs::read_to_string(place.socket()).unwrap(), "precious");
}

#[test]
fn a_link_in_the_socket_s_place_is_not_followed() {
    let (place, elsewhere) = (Place::new(), Place::new());
    let _listener = UnixListener::bind(elsewhere.socket()).unwrap();
    symlink(elsewhere.socket(), place.socket()).unwrap();
    assert!(matches!(server::status(&place.socket()), Err(ServerError::NotASocket(_))));
    assert!(place.try_start(&[]).err().unwrap().contains("not a socket"));
    assert!(elsewhere.socket().exists());
}

#[test]
fn a_directory_in_which_anybody_may_replace_the_socket_is_refused() {
    let place = Place::new();
    std::fs::set_permissions(place.dir(), PermissionsExt::from_mode(0o777)).unwrap();
    let said = place.try_start(&[]).err().unwrap();
    assert!(said.contains("everybody may replace files"), "{said}");
}

#[test]
fn a_socket_that_may_not_be_made_is_refused_with_the_reason() {
    let place = Place::new();
    // Not even root can make a file here.
    let socket = "/proc/self/d.sock";
    let mut command = pyrust();
    command.args(["--daemon", "--foreground", "--socket", socket]);
    let said = Daemon::spawn(command, socket.into()).err().unwrap();
    assert!(said.contains("cannot open /proc/self/d.sock.lock"), "{said}");
    if !rustix::process::geteuid().is_root() {
        std::fs::set_permissions(place.dir(), PermissionsExt::from_mode(0o500)).unwrap();
        let said = place.try_start(&[]).err().unwrap();
        assert!(said.contains("Permission denied"), "{said}");
        std::fs::set_permissions(place.dir(), PermissionsExt::from_mode(0o700)).unwrap();
    }
}

#[test]
fn a_missing_directory_is_named() {
    let place = Place::new();
    let socket = place.dir().join("missing/d.sock");
    let started = pyrust_with(&["--daemon", "--socket", socket.to_str().unwrap()]);
    assert_eq!(started.status.code(), Some(1));
    let said = text(&started.stderr);
    assert!(said.contains("missing does not exist"), "{said}");
    assert!(matches!(server::status(&socket), Err(ServerError::NotRunning { .. })));
}

#[test]
fn a_path_longer_than_an_address_can_hold_is_refused_with_that_reason() {
    let place = Place::new();
    let socket = place.dir().join("x".repeat(limits::SOCKET_PATH_MAX_BYTES));
    for flag in ["--daemon", "--daemon-status", "--stop-daemon"] {
        let output = pyrust_with(&[flag, "--socket", socket.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1), "{flag}");
        assert!(text(&output.stderr).contains("holds at most 107 bytes"), "{flag}: {}", text(&output.stderr));
    }
}

#[test]
fn a_path_of_exactly_the_longest_length_works() {
    let place = Place::new();
    let room = limits::SOCKET_PATH_MAX_BYTES - place.dir().as_os_str().len() - 1;
    let socket = place.dir().join("x".repeat(room));
    let mut command = pyrust();
    command.args(["--daemon", "--foreground", "--socket"]).arg(&socket);
    assert_eq!(Daemon::spawn(command, socket).unwrap().run("2+3"), (0, "5".into()));
}

#[test]
fn a_control_command_does_not_wait_for_ever_for_something_that_never_answers() {
    let place = Place::new();
    let _mute = UnixListener::bind(place.socket()).unwrap();
    let error = server::status(&place.socket()).unwrap_err();
    assert!(
        matches!(&error, ServerError::Io { error, .. } if error.kind() == ErrorKind::WouldBlock),
        "{error}"
    );
}

#[test]
fn a_client_that_goes_in_the_middle_of_a_request_ends_its_script() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let mut client = daemon.connect();
    client.send_frame(SPIN);
    assert_eq!(daemon.status().runs_active, 1);
    drop(client);
    let status = daemon.status();
    assert_eq!((status.runs_active, status.runs_killed), (0, 1));
}

#[test]
fn a_client_that_goes_in_the_middle_of_a_frame_is_forgotten() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let mut client = daemon.connect();
    client.send(&frame(b"2+3")[..5]);
    drop(client);
    let mut half_closed = daemon.connect();
    half_closed.send(&frame(b"2+3")[..5]);
    half_closed.stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(half_closed.try_response(), None);
    let status = daemon.status();
    assert_eq!((status.connections_active, status.runs_total), (1, 0), "there is only who asks");
}

#[test]
fn a_client_that_goes_in_the_middle_of_a_reply_disturbs_nobody() {
    let place = Place::new();
    let daemon = place.start(&[]);
    for _ in 0..20 {
        let mut client = daemon.connect();
        client.send_frame("'x' * 3000000");
        assert!(client.receive().is_some(), "the reply has begun");
    }
    let status = daemon.status();
    assert_eq!(status.connections_active, 1);
    assert_eq!(daemon.run("2+3"), (0, "5".into()));
}

#[test]
fn a_half_closed_client_gets_all_its_replies() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let mut client = daemon.connect();
    for at in 0..100 {
        client.send_frame(&format!("n = {at}\nwhile n < 20000: n += 1\nn - 20000 + {at}"));
    }
    client.stream.shutdown(Shutdown::Write).unwrap();
    for at in 0..100 {
        assert_eq!(client.response(), (0, at.to_string()));
    }
    assert_eq!(client.try_response(), None);
}

#[test]
fn code_that_is_not_utf_8_is_refused_and_the_connection_goes_on() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let mut client = daemon.connect();
    client.send(&frame(b"print('\xff')"));
    assert_eq!(client.response(), (2, "the code is not valid UTF-8 at byte 7".into()));
    assert_eq!(client.run("2+3"), (0, "5".into()));
}

#[test]
fn zero_length_code_does_nothing() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let mut client = daemon.connect();
    assert_eq!(client.run(""), (0, String::new()));
    assert_eq!(client.run("2+3"), (0, "5".into()));
}

#[test]
fn many_readers_are_all_served() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let mut clients: Vec<Client> = (0..500).map(|_| daemon.connect()).collect();
    for (at, client) in clients.iter_mut().enumerate() {
        client.send_frame(&format!("{at} + 1"));
    }
    for (at, client) in clients.iter_mut().enumerate() {
        assert_eq!(client.response(), (0, (at + 1).to_string()));
    }
    assert_eq!(daemon.status().connections_active, 501);
}

#[test]
fn a_log_on_a_full_disk_does_not_disturb_the_daemon() {
    let place = Place::new();
    let mut daemon = place.start(&["--log", "/dev/full"]);
    assert_eq!(daemon.run("2+3"), (0, "5".into()));
    assert!(daemon.status().log_errors > 0);
    daemon.terminate();
    assert_eq!(daemon.wait().code(), Some(0));
}

#[test]
fn a_log_that_cannot_be_opened_is_told_at_the_start() {
    let place = Place::new();
    let said = place.try_start(&["--log", "/missing/daemon.log"]).err().unwrap();
    assert!(said.contains("cannot open the log /missing/daemon.log"), "{said}");
}

#[test]
fn a_daemon_without_descriptors_left_waits_until_it_has_some() {
    let place = Place::new();
    // `ulimit -H` cannot be raised again: the daemon has a dozen descriptors of its own and a few to spare.
    let mut command = Command::new("sh");
    let script = r#"ulimit -n 24; exec "$0" --daemon --foreground --socket "$1""#;
    command.args(["-c", script, env!("CARGO_BIN_EXE_pyrust")]).arg(place.socket());
    let daemon = Daemon::spawn(command, place.socket()).unwrap();
    let mut clients: Vec<Client> = (0..40).map(|_| daemon.connect()).collect();
    let mut served = 0;
    // Each that leaves makes room for one that waits outside.
    while !clients.is_empty() {
        let mut client = clients.remove(0);
        assert_eq!(client.run("2+3"), (0, "5".into()), "after {served}");
        served += 1;
    }
    let status = daemon.status();
    assert!(status.ticks_total < 20_000, "it does not spin: {} rounds", status.ticks_total);
}

#[test]
fn one_connection_too_many_gets_a_busy_error_in_its_protocol() {
    let place = Place::new();
    let daemon = place.start(&["--max-connections", "2"]);
    let (mut first, mut second) = (daemon.connect(), daemon.connect());
    assert_eq!(first.run("1"), (0, "1".into()));
    assert_eq!(second.run("2"), (0, "2".into()));
    let (status, why) = daemon.run("3");
    assert!(status == 2 && why.contains("--max-connections"), "{why}");
    let error = server::status(&place.socket()).unwrap_err().to_string();
    assert!(error.contains("BUSY"), "{error}");
    drop(first);
    assert_eq!(daemon.run("4"), (0, "4".into()));
}

#[test]
fn a_writer_that_does_not_stop_still_reads_why_its_frame_was_refused() {
    let place = Place::new();
    let daemon = place.start(&["--max-frame", "1000"]);
    let mut client = daemon.connect();
    // Blocks until the daemon has taken it all: more than a socket's buffer holds.
    client.stream.write_all(&frame(&vec![b'#'; 3_000_000])).unwrap();
    let (status, why) = client.response();
    assert!(status == 2 && why.contains("3000000 bytes long, the limit is 1000"), "{why}");
    assert_eq!(client.try_response(), None, "and the connection is closed");
    assert!(daemon.status().memory_rss_bytes < 64 << 20);
}
