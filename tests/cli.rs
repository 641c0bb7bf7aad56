//! The command line, as a user meets it: everything that needs no daemon.

use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};

fn pyrust(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pyrust"));
    command.env_remove("PYRUST_SOCKET").env("PYRUST_NO_DAEMON", "1").args(args).stdin(Stdio::null());
    command
}

fn output(args: &[&str]) -> Output {
    pyrust(args).output().unwrap()
}

/// Runs with this standard input.
fn fed(args: &[&str], input: &str) -> Output {
    let mut command = pyrust(args);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[track_caller]
fn check(output: &Output, code: i32, stdout: &str, stderr: &str) {
    assert_eq!(
        (output.status.code(), text(&output.stdout), text(&output.stderr)),
        (Some(code), stdout, stderr),
    );
}

fn script(directory: &Path, name: &str, source: &[u8]) -> String {
    let path = directory.join(name);
    std::fs::write(&path, source).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn version_and_help_are_printed_on_standard_output() {
    let version = format!("pyrust {} (Python 3.13)\n", env!("CARGO_PKG_VERSION"));
    check(&output(&["-V"]), 0, &version, "");
    check(&output(&["--version"]), 0, &version, "");
    let help = output(&["--help"]);
    assert_eq!((help.status.code(), text(&help.stderr)), (Some(0), ""));
    for part in ["-c CODE", "--daemon-status", "PYRUST_SOCKET", "124 time limit"] {
        assert!(text(&help.stdout).contains(part), "{part}");
    }
}

#[test]
fn bad_options_and_missing_files_end_with_two() {
    let directory = tempfile::tempdir().unwrap();
    let bad = output(&["--bogus"]);
    assert_eq!((bad.status.code(), text(&bad.stdout)), (Some(2), ""));
    assert!(text(&bad.stderr).starts_with("error: unexpected argument '--bogus' found"));
    check(&output(&["-c"]), 2, "", "pyrust: argument expected for the -c option; try --help\n");
    let missing = pyrust(&["missing.py"]).current_dir(&directory).output().unwrap();
    let path = directory.path().canonicalize().unwrap().join("missing.py");
    let words =
        format!("pyrust: can't open file '{}': [Errno 2] No such file or directory\n", path.display());
    check(&missing, 2, "", &words);
    let timeout = output(&["--timeout", "soon", "-c", "1"]);
    assert_eq!(timeout.status.code(), Some(2));
    assert!(text(&timeout.stderr).contains("'soon'") && text(&timeout.stderr).contains("1.5s or 250ms"));
}

#[test]
fn files_that_are_no_programs_end_with_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_str().unwrap();
    check(&output(&[path]), 1, "", &format!("pyrust: can't find '__main__' module in '{path}'\n"));
    let binary = script(directory.path(), "x.py", b"x = 1\nprint('\xff')\n");
    let words = format!(
        "SyntaxError: Non-UTF-8 code starting with '\\xff' in file {binary} on line 2, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details\n"
    );
    check(&output(&[&binary]), 1, "", &words);
}

#[test]
fn the_value_of_a_last_expression_is_printed_for_code_and_not_for_files() {
    check(&output(&["-c", "2+3"]), 0, "5\n", "");
    check(&output(&["-c", "print(1); 'a'"]), 0, "1\n'a'\n", "");
    check(&output(&["-c", "None"]), 0, "", "");
    let directory = tempfile::tempdir().unwrap();
    check(&output(&[&script(directory.path(), "a.py", b"print(1)\n2+3\n")]), 0, "1\n", "");
    check(&fed(&[], "2+3\nprint(7)\n"), 0, "7\n", "");
}

#[test]
fn arguments_are_those_of_python() {
    let show = "import sys; print(sys.argv)";
    check(&output(&["-c", show, "-c", "--json", ""]), 0, "['-c', '-c', '--json', '']\n", "");
    check(&fed(&["-", "-x"], show), 0, "['-', '-x']\n", "");
    check(&fed(&[], show), 0, "['']\n", "");
    let directory = tempfile::tempdir().unwrap();
    script(directory.path(), "a.py", show.as_bytes());
    let run = pyrust(&["a.py", "--version", "b"]).current_dir(&directory).output().unwrap();
    check(&run, 0, "['a.py', '--version', 'b']\n", "");
}

#[test]
fn exit_codes_are_those_of_python() {
    for (code, exit, stderr) in [
        ("import sys; sys.exit()", 0, ""),
        ("import sys; sys.exit(None)", 0, ""),
        ("import sys; sys.exit(3)", 3, ""),
        ("import sys; sys.exit(256)", 0, ""),
        ("import sys; sys.exit(-1)", 255, ""),
        ("import sys; sys.exit(True)", 1, ""),
        ("import sys; sys.exit('bye')", 1, "bye\n"),
        ("import sys; sys.exit([1])", 1, "[1]\n"),
        ("raise SystemExit(4)", 4, ""),
        ("exit(5)", 5, ""),
    ] {
        check(&output(&["-c", code]), exit, "", stderr);
    }
}

#[test]
fn an_uncaught_exception_ends_with_one_and_a_traceback_on_standard_error() {
    let failed = output(&["-c", "print('before')\n1/0"]);
    assert_eq!((failed.status.code(), text(&failed.stdout)), (Some(1), "before\n"));
    let traceback = text(&failed.stderr);
    assert!(
        traceback
            .starts_with("Traceback (most recent call last):\n  File \"<string>\", line 2, in <module>\n")
    );
    assert!(traceback.ends_with("ZeroDivisionError: division by zero\n"), "{traceback}");
    let syntax = output(&["-c", "x = = 2"]);
    assert_eq!((syntax.status.code(), text(&syntax.stdout)), (Some(1), ""));
    assert!(text(&syntax.stderr).ends_with("SyntaxError: invalid syntax\n"), "{}", text(&syntax.stderr));
}

#[test]
fn standard_input_is_read_as_it_comes() {
    check(&fed(&["-c", "print(input() + input())"], "a\nb\nc\n"), 0, "ab\n", "");
    let sum = "import sys\nprint(sum(int(line) for line in sys.stdin))";
    check(&fed(&["-c", sum], "1\n2\n3"), 0, "6\n", "");
    let failed = fed(&["-c", "input()"], "");
    assert!(text(&failed.stderr).ends_with("EOFError: EOF when reading a line\n"));

    // A dialogue: each answer is there before the next question's line is written.
    let code = "while True:\n    line = input()\n    if not line: break\n    print('got', line)";
    let mut child = pyrust(&["-c", code]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    for word in ["one", "two"] {
        writeln!(stdin, "{word}").unwrap();
        let mut answer = vec![0; 5 + word.len()];
        stdout.read_exact(&mut answer).unwrap();
        assert_eq!(text(&answer), format!("got {word}\n"));
    }
    stdin.write_all(b"\n").unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn output_is_streamed_and_the_two_streams_keep_their_order() {
    let code = "import sys, time\nprint(1)\nprint(2, file=sys.stderr)\nprint(3)\ntime.sleep(1000)";
    let mut command = Command::new("sh");
    command.arg("-c").arg("exec \"$0\" -c \"$1\" 2>&1").arg(env!("CARGO_BIN_EXE_pyrust")).arg(code);
    command.env("PYRUST_NO_DAEMON", "1").stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut bytes = [0; 6];
    child.stdout.take().unwrap().read_exact(&mut bytes).unwrap();
    assert_eq!(text(&bytes), "1\n2\n3\n");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Starts a program that prints a line and then goes on, and waits for the line.
fn started(code: &str) -> Child {
    let mut command = pyrust(&["-c", code]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut ready = [0; 6];
    child.stdout.as_mut().unwrap().read_exact(&mut ready).unwrap();
    assert_eq!(text(&ready), "ready\n");
    child
}

fn interrupt(child: &Child) {
    kill_process(Pid::from_child(child), Signal::INT).unwrap();
}

#[test]
fn ctrl_c_ends_a_program_wherever_it_is() {
    for rest in [
        "while True: pass",
        "import time; time.sleep(1000)",
        "try:\n    while True: pass\nexcept BaseException:\n    print('caught')\nfinally:\n    print('finally')",
    ] {
        let child = started(&format!("print('ready')\n{rest}"));
        interrupt(&child);
        check(&child.wait_with_output().unwrap(), 130, "", "pyrust: interrupted\n");
    }
}

#[test]
fn an_interrupt_that_a_program_raises_itself_is_printed_and_ends_with_130() {
    let traceback = "Traceback (most recent call last):\n  File \"<string>\", line 2, in <module>\n    \
                     raise KeyboardInterrupt\nKeyboardInterrupt\n";
    check(&output(&["-c", "print(1)\nraise KeyboardInterrupt"]), 130, "1\n", traceback);
    check(
        &output(&["-c", "try: raise KeyboardInterrupt\nexcept KeyboardInterrupt: print('caught')"]),
        0,
        "caught\n",
        "",
    );
}

#[test]
fn ctrl_c_ends_a_program_that_waits_for_input() {
    let mut command = pyrust(&["-c", "print('ready')\ninput()"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdout.as_mut().unwrap().read_exact(&mut [0; 6]).unwrap();
    interrupt(&child);
    check(&child.wait_with_output().unwrap(), 130, "", "pyrust: interrupted\n");
}

#[test]
fn a_pipe_that_nobody_reads_ends_the_program_quietly() {
    let mut child = started("print('ready')\nwhile True: print('x' * 1000)");
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.signal(), text(&output.stderr)), (Some(13), ""));
}

#[test]
fn output_that_cannot_be_written_ends_with_120() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = pyrust(&["-c", "print(1)"]).stdout(full).output().unwrap();
    check(&output, 120, "", "pyrust: cannot write to standard output: No space left on device\n");
}

#[test]
fn limits_hold_only_if_they_are_given_and_name_their_flag() {
    let spin = output(&["--timeout", "100ms", "-c", "while True: pass"]);
    check(&spin, 124, "", "pyrust: killed: it ran longer than its limit of 100ms (--timeout)\n");
    let sleep = output(&["--timeout", "0.1", "-c", "import time; time.sleep(1000)"]);
    assert_eq!(sleep.status.code(), Some(124));
    let hoard = output(&["--max-memory", "1MiB", "-c", "x = []\nwhile True: x.append('a' * 100)"]);
    let words = "pyrust: killed: it held more memory than its limit of 1048576 bytes (--max-memory)\n";
    check(&hoard, 1, "", words);
    check(&output(&["-c", "len('x' * 300_000_000)"]), 0, "300000000\n", "");
}

#[test]
fn a_profile_goes_to_standard_error() {
    let run = output(&["--profile-json", "-c", "2+3"]);
    assert_eq!((run.status.code(), text(&run.stdout)), (Some(0), "5\n"));
    let profile: serde_json::Value = serde_json::from_str(text(&run.stderr)).unwrap();
    assert_eq!(profile["place"], "in-process");
    for field in ["connect_us", "compile_us", "run_us", "reply_us", "total_us", "fuel", "instructions"] {
        assert!(profile[field].is_number(), "{field}");
    }
    let text_form = output(&["--profile", "-c", "2+3"]);
    assert!(text(&text_form.stderr).contains("\nfuel "));
}

#[test]
fn a_program_and_a_command_for_the_daemon_do_not_go_together() {
    let words = "pyrust: a program cannot be given together with a command for the daemon; try --help\n";
    check(&output(&["--daemon-status", "x.py"]), 2, "", words);
}

#[test]
fn closed_standard_streams_do_no_harm() {
    let run = |line: &str| {
        let mut command = Command::new("sh");
        command.arg("-c").arg(line).arg(env!("CARGO_BIN_EXE_pyrust")).env("PYRUST_NO_DAEMON", "1");
        command.output().unwrap()
    };
    check(&run("\"$0\" -c 'print(1)' <&-"), 0, "1\n", "");
    check(&run("\"$0\" -c 'import sys; print(sys.stdin.read())' <&-"), 0, "\n", "");
    check(&run("\"$0\" -c 'print(1)' >&-; echo $?"), 0, "0\n", "");
    check(&run("\"$0\" - <&-"), 0, "", "");
}
