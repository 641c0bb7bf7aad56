//! Runs scripts in the engine, as a host would, and watches each slice.

use std::collections::VecDeque;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use pyrust::engine::{
    CompileErrorKind, Compiled, Engine, Kill, Mode, Outcome, Run, RunOptions, Step, Stream,
};
use pyrust::limits::{GC_SLACK_PART, MIB, SLICE_FUEL};

use super::script::Script;

/// Live memory that a script gets.
const MEMORY_BYTES: usize = 64 * MIB;
/// What a run may hold when it is found out. Memory is looked at between steps, and one step may allocate as
/// much as the limit at once: what is more is refused with `MemoryError`.
const HELD_MAX_BYTES: usize = 2 * MEMORY_BYTES + MEMORY_BYTES / GC_SLACK_PART;
/// Output that is held for a script before it is killed, in bytes.
const OUTPUT_BYTES: usize = 8 * MIB;
/// Processor time of one slice, where times are asserted. Far above the 100 µs that it aims at, far below what
/// an uncharged loop takes.
const SLICE_CPU_MAX: Duration = Duration::from_millis(if cfg!(debug_assertions) { 400 } else { 10 });
/// Processor time of compiling one text, which is bounded by its size and not sliced.
const COMPILE_CPU_MAX: Duration = Duration::from_millis(if cfg!(debug_assertions) { 2_000 } else { 50 });
/// Objects that are freed in one go after the end of a run.
const BURY_BUDGET: usize = 2_000;
/// Sleep that is granted before it counts as a time-out.
const SLEEP_MAX: Duration = Duration::from_millis(50);
/// Native stack of the threads: what the engine needs does not depend on the script.
const STACK_BYTES: usize = 512 * 1024;
/// When a script is given up, as a slice seems not to come back.
const STUCK_AFTER: Duration = Duration::from_secs(180);
/// Resident memory of this whole process, which no accounting error can hide from.
const PROCESS_MAX_BYTES: usize = 1024 * MIB;

/// Whether processor times are asserted, and told. They depend on the machine and on what else it does, so
/// only `make stress` asks for it.
fn times_matter() -> bool {
    std::env::var_os("PYRUST_HOSTILE_TIMES").is_some()
}

/// Runs the scripts on two threads; what was wrong with each.
pub fn run_all(scripts: Vec<Script>) -> Vec<String> {
    let total = scripts.len();
    let tell = std::env::var_os("PYRUST_HOSTILE").is_some();
    let queue = Arc::new(Mutex::new(VecDeque::from(scripts)));
    let (sender, receiver) = mpsc::channel();
    let current: Vec<Arc<Mutex<String>>> = (0..2).map(|_| Arc::default()).collect();
    for name in &current {
        let (queue, sender, name) = (Arc::clone(&queue), sender.clone(), Arc::clone(name));
        let work = move || {
            loop {
                let next = queue.lock().expect("no worker panics with the lock").pop_front();
                let Some(script) = next else { break };
                name.lock().expect("as above").clone_from(&script.name);
                if tell {
                    // Past the capture of the test harness: the process may be about to die.
                    writeln!(std::io::stderr(), "hostile: {}", script.name).expect("stderr is open");
                }
                let found = catch_unwind(AssertUnwindSafe(|| run_one(&script)));
                // The harness has printed the panic's message.
                let found = found.unwrap_or_else(|_| vec![format!("{}: the engine panicked", script.name)]);
                sender.send(found).expect("the test waits");
            }
        };
        thread::Builder::new().stack_size(STACK_BYTES).spawn(work).expect("a thread");
    }
    drop(sender);
    let mut complaints = Vec::new();
    for _ in 0..total {
        match receiver.recv_timeout(STUCK_AFTER) {
            Ok(found) => complaints.extend(found),
            Err(reason) => {
                let names: Vec<String> = current
                    .iter()
                    .map(|n| n.lock().map_or_else(|e| e.into_inner().clone(), |n| n.clone()))
                    .collect();
                complaints.push(format!("{reason} while these ran: {}", names.join(", ")));
                return complaints;
            }
        }
    }
    let resident = resident_peak_bytes();
    if resident > PROCESS_MAX_BYTES {
        complaints.push(format!("the process held {} MiB at its peak", resident / MIB));
    }
    complaints
}

fn resident_peak_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|l| l.trim().trim_end_matches("kB").trim().parse::<usize>().ok());
    kib.unwrap_or(0) * 1024
}

fn cpu_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).expect("below a second"))
}

/// Runs one script to its end and returns what was wrong.
fn run_one(script: &Script) -> Vec<String> {
    let mut watch = Watch::new(script);
    let mut engine = Engine::new();
    let before = cpu_time();
    let Compiled { program, .. } = engine.compile(&script.source, "hostile.py", Mode::Program, true);
    watch.spent("compiling", cpu_time() - before, COMPILE_CPU_MAX);
    let end = match program {
        Err(error) => compile_end(error.kind),
        Ok(program) => {
            let options = RunOptions { memory_max_bytes: Some(MEMORY_BYTES), ..RunOptions::default() };
            let mut run = engine.start(&program, options);
            let end = watch.drive(&mut run);
            watch.bury(&mut engine, run);
            end
        }
    };
    watch.judge(&end);
    if times_matter() {
        let Watch { slices, longest, .. } = &watch;
        let spent = cpu_time() - before;
        let report = format!(
            "{:40} {spent:>11.1?} in {slices:>5} slices; longest {:>9.1?} {}",
            script.name, longest.0, longest.1
        );
        // Past the capture of the test harness.
        writeln!(std::io::stderr(), "{report}").expect("stderr is open");
    }
    watch.complaints
}

fn compile_end(kind: CompileErrorKind) -> String {
    let name = match kind {
        CompileErrorKind::Syntax => "SyntaxError",
        CompileErrorKind::Indentation => "IndentationError",
        CompileErrorKind::Tab => "TabError",
        CompileErrorKind::Limit => "Limit",
        CompileErrorKind::Unsupported => "Unsupported",
    };
    name.to_string()
}

/// What is seen of one run.
struct Watch<'a> {
    script: &'a Script,
    complaints: Vec<String>,
    output_bytes: usize,
    /// The last part of standard output.
    tail: String,
    slept: Duration,
    slices: u64,
    /// The longest single step, and what it was.
    longest: (Duration, &'static str),
    /// Details of the end, for the complaint.
    message: String,
}

impl<'a> Watch<'a> {
    fn new(script: &'a Script) -> Watch<'a> {
        Watch {
            script,
            complaints: Vec::new(),
            output_bytes: 0,
            tail: String::new(),
            slept: Duration::ZERO,
            slices: 0,
            longest: (Duration::ZERO, ""),
            message: String::new(),
        }
    }

    fn complain(&mut self, text: String) {
        if self.complaints.len() < 5 {
            self.complaints.push(format!("{}: {text}", self.script.name));
        }
    }

    fn spent(&mut self, what: &'static str, time: Duration, max: Duration) {
        self.longest = self.longest.max((time, what));
        if time > max && times_matter() {
            self.complain(format!("{what} took {time:?} of processor time, {max:?} is allowed"));
        }
    }

    /// Steps the run to its end, killing it as a host would, and returns how it ended.
    fn drive(&mut self, run: &mut Run) -> String {
        let budget = self.script.fuel;
        let slices_max = budget / SLICE_FUEL * 20 + 1_000;
        loop {
            let step = self.watched_step(run);
            let kill = match step {
                Step::Done(outcome) => {
                    self.take_output(run);
                    return self.end_of(outcome);
                }
                Step::OutOfFuel => {
                    self.slices += 1;
                    if self.slices > slices_max {
                        let (slices, fuel) = (self.slices, run.usage().fuel);
                        self.complain(format!("{slices} slices burnt {fuel} fuel only"));
                        return "stuck".to_string();
                    }
                    None
                }
                Step::Sleep(time) => self.sleep(time),
                Step::Output => None,
                Step::ReadStdin => {
                    self.complain("asks for standard input that was given".to_string());
                    return "stuck".to_string();
                }
            };
            self.take_output(run);
            let kill = kill
                .or_else(|| (run.usage().fuel > budget).then_some(Kill::Timeout(Duration::from_secs(1))))
                .or_else(|| (self.output_bytes > OUTPUT_BYTES).then_some(Kill::Output(OUTPUT_BYTES)));
            if let Some(reason) = kill {
                return self.killed(run, reason);
            }
        }
    }

    fn watched_step(&mut self, run: &mut Run) -> Step {
        let fuel_before = run.usage().fuel;
        let cpu_before = cpu_time();
        let step = run.step(SLICE_FUEL);
        let cpu = cpu_time() - cpu_before;
        let usage = run.usage();
        self.spent("a slice", cpu, SLICE_CPU_MAX);
        let burnt = usage.fuel.saturating_sub(fuel_before);
        if burnt > self.script.slice_fuel_max {
            self.complain(format!("a slice burnt {burnt} fuel"));
        }
        let held = usage.memory_bytes.max(usage.memory_peak_bytes);
        if held > HELD_MAX_BYTES {
            self.complain(format!("holds {} MiB of {} MiB", held / MIB, MEMORY_BYTES / MIB));
        }
        step
    }

    /// Sleeps, or says that the time is over.
    fn sleep(&mut self, time: Duration) -> Option<Kill> {
        self.slept += time;
        if self.slept > SLEEP_MAX {
            return Some(Kill::Timeout(SLEEP_MAX));
        }
        let until = Instant::now() + time;
        thread::sleep(until.saturating_duration_since(Instant::now()));
        None
    }

    fn take_output(&mut self, run: &mut Run) {
        for chunk in run.take_output() {
            self.output_bytes += chunk.bytes.len();
            if chunk.stream == Stream::Stdout {
                let from = chunk.bytes.len().saturating_sub(200);
                self.tail.push_str(&String::from_utf8_lossy(&chunk.bytes[from..]));
                if self.tail.len() > 4_000 {
                    self.tail =
                        self.tail.chars().rev().take(200).collect::<Vec<_>>().into_iter().rev().collect();
                }
            }
        }
    }

    /// A kill is obeyed at the next step, and nothing of the script runs after it.
    fn killed(&mut self, run: &mut Run, reason: Kill) -> String {
        run.kill(reason);
        let fuel = run.usage().fuel;
        let step = self.watched_step(run);
        if step != Step::Done(Outcome::Killed(reason)) {
            self.complain(format!("was killed with {reason:?} and answered {step:?}"));
        }
        // What was used before the kill may be settled now; a handler that spins would burn the whole slice.
        let burnt = run.usage().fuel.saturating_sub(fuel);
        if burnt > SLICE_FUEL / 2 {
            self.complain(format!("burnt {burnt} fuel after its kill"));
        }
        self.take_output(run);
        self.end_of(Outcome::Killed(reason))
    }

    fn end_of(&mut self, outcome: Outcome) -> String {
        match outcome {
            Outcome::Finished { .. } if self.tail.trim_end().ends_with("ok") => "ok".to_string(),
            Outcome::Finished { .. } => "finished without printing ok".to_string(),
            Outcome::Exit { code, .. } => format!("exit {code}"),
            Outcome::Raised { type_name, message, .. } => {
                self.message = message.chars().take(200).collect();
                type_name.rsplit('.').next().unwrap_or_default().to_string()
            }
            Outcome::Killed(Kill::Timeout(_)) => "Timeout".to_string(),
            Outcome::Killed(Kill::Memory(_)) => "Memory".to_string(),
            Outcome::Killed(Kill::Output(_)) => "Output".to_string(),
            Outcome::Killed(other) => format!("{other:?}"),
        }
    }

    /// Frees what the run leaves behind, in slices.
    fn bury(&mut self, engine: &mut Engine, run: Run) {
        let before = cpu_time();
        let graveyard = engine.recycle(run);
        self.spent("recycling", cpu_time() - before, SLICE_CPU_MAX);
        let Some(mut graveyard) = graveyard else { return };
        let calls_max = MEMORY_BYTES * 2 / 16 / BURY_BUDGET + 1_000;
        for _ in 0..calls_max {
            let before = cpu_time();
            let empty = graveyard.bury_some(BURY_BUDGET);
            self.spent("burying", cpu_time() - before, SLICE_CPU_MAX);
            if empty {
                return;
            }
        }
        self.complain(format!("its heap is not freed after {calls_max} calls"));
    }

    fn judge(&mut self, end: &str) {
        if !self.script.expect.iter().any(|e| e == end) {
            let expected = self.script.expect.join(" or ");
            let message = std::mem::take(&mut self.message);
            self.complain(format!("ended with {end} ({message}), expected {expected}"));
        }
        if let Some(never) = &self.script.never
            && self.tail.contains(never.as_str())
        {
            self.complain(format!("printed `{never}` after its end"));
        }
    }
}
