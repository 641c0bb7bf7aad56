//! Requirement A5: ten threads through `execute_or_fallback`, all right, nothing mixed up.

mod support;

use std::process::Command;

use pyrust::client::DaemonClient;
use support::Place;

const THREADS: usize = 10;
const REQUESTS: usize = 50;
/// Set for the test that runs as a process of its own, because the address comes from the environment.
const INNER: &str = "PYRUST_TEST_INNER";

#[test]
fn ten_parallel_threads_get_each_their_own_answers() {
    if std::env::var_os(INNER).is_some() {
        return run_threads();
    }
    let place = Place::new();
    let daemon = place.start(&[]);
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "ten_parallel_threads_get_each_their_own_answers"])
        .env(INNER, "1")
        .env("PYRUST_SOCKET", place.socket())
        .env_remove("PYRUST_NO_DAEMON")
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(
        daemon.status().runs_total,
        (THREADS * REQUESTS) as u64,
        "all came through the daemon, each once"
    );
}

fn run_threads() {
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            std::thread::spawn(move || {
                for at in 0..REQUESTS {
                    let code = format!("a = {thread}\nprint('thread', a)\na * 1000 + {at}");
                    let answer = DaemonClient::execute_or_fallback(&code).unwrap();
                    assert_eq!(answer, format!("thread {thread}\n{}", thread * 1000 + at));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn ten_connections_with_long_and_short_scripts_are_not_mixed_up() {
    let place = Place::new();
    let daemon = place.start(&[]);
    std::thread::scope(|scope| {
        for thread in 0..10 {
            let mut client = daemon.connect();
            scope.spawn(move || {
                for at in 0..20 {
                    let length = if (thread + at) % 3 == 0 { 20_000 } else { 3 };
                    let code = format!("n = 0\nwhile n < {length}: n += 1\nprint({thread}, {at})\nn");
                    assert_eq!(client.run(&code), (0, format!("{thread} {at}\n{length}")));
                }
            });
        }
    });
    let status = daemon.status();
    assert_eq!((status.runs_total, status.runs_active, status.runs_raised), (200, 0, 0));
}
