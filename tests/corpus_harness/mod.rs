//! The corpus of Python programs and how one of them is run and compared: what the tests that go through it
//! share. Never decides what a program should print: that is recorded beside it.
#![allow(dead_code)] // each test binary uses a part of it

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use pyrust::bytecode::Mode;
use pyrust::engine::{Engine, GcPressure, Outcome, Run, RunOptions, Stdin, Step, Stream};

/// Threads that share one pass over the corpus.
const WORKERS: usize = 2;
/// Native stack of an ordinary worker: what a test thread has.
pub const ORDINARY_STACK_BYTES: usize = 2 * 1024 * 1024;
/// Native stack of a worker in the small-stack pass.
pub const SMALL_STACK_BYTES: usize = 256 * 1024;
/// Fuel that no program of the corpus uses up.
const UNLIMITED_FUEL: u64 = u64::MAX / 4;
/// Lines of a stream that a report shows around the first difference.
const REPORT_CONTEXT_LINES: usize = 3;
/// What a program did, or should do.
#[derive(Debug, Default, PartialEq, Eq)]
struct Behaviour {
    stdout: String,
    stderr: String,
    code: u8,
}

/// One program and where it lies.
#[derive(Clone, Debug)]
struct Program {
    /// Folder that relative names start from: `tests/python` or `tests/jobs`.
    root: PathBuf,
    /// `area/topic.py`: the file name in its tracebacks and `sys.argv[0]`.
    name: String,
}

impl Program {
    fn path(&self, extension: &str) -> PathBuf {
        self.root.join(&self.name).with_extension(extension)
    }

    /// The text of a file beside the program; nothing when there is none.
    fn read(&self, extension: &str) -> String {
        let path = self.path(extension);
        match fs::read(&path) {
            Ok(bytes) => {
                String::from_utf8(bytes).unwrap_or_else(|_| panic!("{} is not UTF-8", path.display()))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => panic!("cannot read {}: {error}", path.display()),
        }
    }

    fn recorded(&self) -> Behaviour {
        let code = self.read("code");
        Behaviour {
            stdout: self.read("out"),
            stderr: self.read("err"),
            code: if code.is_empty() {
                0
            } else {
                code.trim().parse().expect("a recorded exit code is a number")
            },
        }
    }
}

/// How execution is cut into slices.
#[derive(Clone, Copy, Debug)]
pub enum Slicing {
    Unlimited,
    One,
    Random {
        seed: u64,
    },
    /// Slices as the daemon cuts them.
    Daemon,
}

/// Fuel for slice after slice.
struct Fuel {
    slicing: Slicing,
    state: u64,
}

impl Fuel {
    /// Programs get different sequences from one seed, so that adding a program does not change the others'.
    fn new(slicing: Slicing, name: &str) -> Fuel {
        let seed = match slicing {
            Slicing::Random { seed } => seed,
            Slicing::Unlimited | Slicing::One | Slicing::Daemon => 0,
        };
        let state = name.bytes().fold(seed ^ 0x9e37_79b9_7f4a_7c15, |state, byte| {
            (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Fuel { slicing, state: state | 1 }
    }

    fn next(&mut self) -> u64 {
        match self.slicing {
            Slicing::Unlimited => UNLIMITED_FUEL,
            Slicing::One => 1,
            Slicing::Daemon => pyrust::limits::SLICE_FUEL,
            Slicing::Random { .. } => {
                // xorshift64*: small slices are as likely as large ones.
                self.state ^= self.state >> 12;
                self.state ^= self.state << 25;
                self.state ^= self.state >> 27;
                let bits = self.state.wrapping_mul(0x2545_f491_4f6c_dd1d);
                let magnitude = (bits >> 32) % 12;
                1 + (bits & ((1 << magnitude) - 1))
            }
        }
    }
}

/// Runs one program to its end, as the command line would.
fn execute(program: &Program, slicing: Slicing, gc_pressure: GcPressure) -> Behaviour {
    let source = fs::read_to_string(program.path("py")).expect("a program is readable UTF-8");
    let mut engine = Engine::new();
    let compiled = match engine.compile(&source, &program.name, Mode::Program, false).program {
        Ok(compiled) => compiled,
        Err(error) => {
            return Behaviour {
                stderr: Engine::render_compile_error(&error),
                code: 1,
                ..Behaviour::default()
            };
        }
    };
    let options = RunOptions {
        argv: vec![program.name.clone()],
        stdin: Stdin::Host,
        bounded_source: false,
        gc_pressure,
        ..RunOptions::default()
    };
    let mut run = engine.start(&compiled, options);
    let behaviour = drive(&mut run, program, &mut Fuel::new(slicing, &program.name));
    let (charged, counted) = run.audit();
    assert_eq!(charged, counted, "every byte is accounted for");
    if gc_pressure == GcPressure::Whole {
        assert!(run.collections() > 0, "the collector has worked");
    }
    if let Some(mut graveyard) = engine.recycle(run) {
        while !graveyard.bury_some(10_000) {}
    }
    behaviour
}

/// Steps a run until it is done, answering for the host.
fn drive(run: &mut Run, program: &Program, fuel: &mut Fuel) -> Behaviour {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut input = Some(program.read("in").into_bytes());
    let outcome = loop {
        let step = run.step(fuel.next());
        for chunk in run.take_output() {
            match chunk.stream {
                Stream::Stdout => stdout.extend_from_slice(&chunk.bytes),
                Stream::Stderr => stderr.extend_from_slice(&chunk.bytes),
            }
        }
        match step {
            Step::OutOfFuel | Step::Output => {}
            Step::Sleep(rest) => thread::sleep(rest),
            Step::ReadStdin => {
                let bytes = input.take().unwrap_or_default();
                if bytes.is_empty() {
                    run.provide_stdin(&[]);
                    continue;
                }
                // In two pieces, cut anywhere: a host reads what a pipe happens to hold.
                let (now, later) = bytes.split_at(bytes.len().div_ceil(2));
                run.provide_stdin(now);
                input = Some(later.to_vec());
            }
            Step::Done(outcome) => break outcome,
        }
    };
    let code = outcome.exit_code().unwrap_or(255);
    let last_words = match outcome {
        Outcome::Finished { .. } => String::new(),
        Outcome::Exit { message, .. } => message.unwrap_or_default(),
        Outcome::Raised { traceback, .. } => traceback,
        Outcome::Killed(reason) => format!("killed: {reason:?}\n"),
    };
    stderr.extend_from_slice(last_words.as_bytes());
    Behaviour {
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
        code,
    }
}

/// The roots of the corpus.
pub fn roots() -> [PathBuf; 2] {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    [tests.join("python"), tests.join("jobs")]
}

/// All files below a folder, as paths relative to it, sorted.
pub fn files_below(root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("a directory entry is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative = path.strip_prefix(root).expect("it was found below the root");
                found.insert(relative.to_str().expect("corpus names are ASCII").to_owned());
            }
        }
    }
    found
}

/// The programs that `CORPUS` selects, or all.
fn selected_programs() -> Vec<Program> {
    let words = std::env::var("CORPUS").unwrap_or_default();
    let chosen = |name: &str| words.is_empty() || words.split(',').any(|word| name.contains(word.trim()));
    let mut programs = Vec::new();
    for root in roots() {
        for name in files_below(&root) {
            let full = root.join(&name);
            if name.ends_with(".py") && chosen(&full.to_string_lossy()) {
                programs.push(Program { root: root.clone(), name });
            }
        }
    }
    assert!(!programs.is_empty(), "CORPUS={words} selects no program");
    programs
}

/// Runs a pass over the selected programs and panics with a summary if any behaves differently.
pub fn check_corpus(pass: &str, slicing: Slicing, stack_bytes: usize, gc_pressure: GcPressure) {
    let programs = Arc::new(selected_programs());
    let next = Arc::new(AtomicUsize::new(0));
    let failures = Arc::new(Mutex::new(Vec::new()));
    let started = Instant::now();
    let workers: Vec<_> = (0..WORKERS)
        .map(|_| {
            let (programs, next, failures) = (programs.clone(), next.clone(), failures.clone());
            let work = move || {
                while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(report) = check_program(program, slicing, gc_pressure) {
                        failures.lock().expect("no worker panics").push((program.name.clone(), report));
                    }
                }
            };
            thread::Builder::new().stack_size(stack_bytes).spawn(work).expect("a thread can be started")
        })
        .collect();
    for worker in workers {
        worker.join().expect("panics of a program are caught in check_program");
    }
    let mut failures = std::mem::take(&mut *failures.lock().expect("the workers are gone"));
    failures.sort();
    if !failures.is_empty() {
        panic!("{}", summary(pass, slicing, programs.len(), &failures));
    }
    println!("{pass}: {} programs as recorded, {:.1} s", programs.len(), started.elapsed().as_secs_f64());
}

/// Programs that are known to behave differently from CPython, with the reason, one to a line. A program
/// that no longer differs should leave the list: [`check_program`] tells.
const KNOWN_DIFFERENCES: &str = include_str!("../data/known_differences.txt");

fn is_known_to_differ(program: &str) -> bool {
    let mut names = KNOWN_DIFFERENCES.lines().filter_map(|line| line.split(':').next());
    names.any(|name| name == program)
}

/// A report when the program's behaviour is not the recorded one; a panic of the engine is one, too.
fn check_program(program: &Program, slicing: Slicing, gc_pressure: GcPressure) -> Option<String> {
    let expected = program.recorded();
    let actual = match catch_unwind(AssertUnwindSafe(|| execute(program, slicing, gc_pressure))) {
        Ok(actual) => actual,
        Err(panic) => {
            let message = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("a panic without a message");
            return Some(format!("  the engine panicked: {message}\n"));
        }
    };
    if is_known_to_differ(&program.name) {
        if actual == expected {
            println!("{}: as recorded now, take it off tests/data/known_differences.txt", program.name);
        }
        return None;
    }
    if actual == expected {
        return None;
    }
    let mut report = String::new();
    describe_difference(&mut report, "stdout", &expected.stdout, &actual.stdout);
    describe_difference(&mut report, "stderr", &expected.stderr, &actual.stderr);
    if actual.code != expected.code {
        writeln!(report, "  exit code: recorded {}, now {}", expected.code, actual.code)
            .expect("to a string");
    }
    Some(report)
}

/// Shows the lines around the first difference of a stream.
fn describe_difference(report: &mut String, stream: &str, expected: &str, actual: &str) {
    if expected == actual {
        return;
    }
    let (expected, actual): (Vec<&str>, Vec<&str>) =
        (expected.split('\n').collect(), actual.split('\n').collect());
    let first = expected.iter().zip(&actual).take_while(|(left, right)| left == right).count();
    writeln!(report, "  {stream}, line {}:", first + 1).expect("to a string");
    if first > 0 {
        writeln!(report, "      {}", shortened(expected[first - 1])).expect("to a string");
    }
    for (sign, lines) in [('-', &expected), ('+', &actual)] {
        for line in lines.iter().skip(first).take(REPORT_CONTEXT_LINES) {
            writeln!(report, "    {sign} {}", shortened(line)).expect("to a string");
        }
    }
}

/// A line as a report shows it: long ones keep their start.
fn shortened(line: &str) -> String {
    const SHOWN_CHARS_MAX: usize = 240;
    match line.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{} … ({} characters)", &line[..end], line.chars().count()),
        None => line.to_owned(),
    }
}

/// All differences of a pass, with the names of the failing programs last, where a terminal shows them.
fn summary(pass: &str, slicing: Slicing, programs: usize, failures: &[(String, String)]) -> String {
    let mut text = format!("{pass} ({slicing:?}): recorded lines are marked -, this engine's +\n");
    for (name, report) in failures {
        write!(text, "{name}\n{report}").expect("to a string");
    }
    writeln!(text, "{} of {programs} programs differ:", failures.len()).expect("to a string");
    for (name, _) in failures {
        writeln!(text, "  {name}").expect("to a string");
    }
    text
}
