//! Clients that others wrote, on a real daemon: redis-py. (`redis-cli` and `redis-benchmark` are in `daemon_commands.rs`.)
//!
//! They are no condition for the tests: where one is not installed, its test says so and is skipped. `pip install redis`
//! into any environment, and name its interpreter in `PYRUST_TEST_PYTHON` if it is not the `python3` of the path.

mod support;

use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use support::{Place, text};

const TOKEN: &str = "what-only-its-clients-know";

/// An interpreter that has this module.
fn python_with(module: &str) -> Option<String> {
    let named = std::env::var("PYRUST_TEST_PYTHON");
    let candidates = named.iter().map(String::as_str).chain(["python3", "/usr/bin/python3"]);
    let import = format!("import {module}");
    let found = candidates.into_iter().find(|python| {
        let mut command = Command::new(python);
        command.args(["-c", &import]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    });
    if found.is_none() {
        println!("no python3 has {module} (see PYRUST_TEST_PYTHON): its test is skipped");
    }
    found.map(str::to_owned)
}

#[test]
fn redis_py_works_in_both_versions_of_the_protocol() {
    let Some(python) = python_with("redis") else { return };
    let (open, guarded) = (Place::new(), Place::new());
    let token_file = guarded.dir().join("token");
    let mut options = std::fs::File::options();
    let file = options.write(true).create_new(true).mode(0o600).open(&token_file).expect("a file");
    std::io::Write::write_all(&mut &file, TOKEN.as_bytes()).expect("it is written");
    let daemon = open.start(&[]);
    let _guarded = guarded.start(&["--token-file", token_file.to_str().expect("a plain path")]);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/redis_py.py");
    let mut command = Command::new(python);
    command.arg(script).arg(open.socket()).arg(guarded.socket()).arg(TOKEN).stdin(Stdio::null());
    let output = command.output().expect("it runs");
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(output.status.success(), "{said}");
    println!("{said}");
    let end = daemon.status_when(|status| status.connections_active == 1);
    assert_eq!((end.runs_active, end.runs_internal_errors, end.sessions), (0, 0, 2), "{end:?}");
}
