//! What every text must satisfy as a program: however its execution is cut, whatever the collector does and
//! whoever used the memory before, it does the same; and no step does much more than it was given fuel for.

use std::time::Duration;

use pyrust::engine::{Engine, GcPressure, Kill, Mode, Outcome, Program, Run, RunOptions, Step, Stream};
use pyrust::limits::{GC_SLACK_PART, MIB, SLICE_FUEL};

/// Fuel of a whole run.
const FUEL_MAX: u64 = 100_000;
/// Fuel of a run that meets a collection at every safepoint, which takes far longer.
const FUEL_CUT_MAX: u64 = 20_000;
/// Fuel of a step above what it was given: the last thing it does is charged when it is done.
const OVERDRAFT_MAX: u64 = 20 * SLICE_FUEL;
/// Steps that burn next to nothing, in a row: more of them is a run that makes no progress.
const IDLE_STEPS_MAX: u32 = 10_000;
/// Processor time of one step or one compilation. A slice takes 100 µs where nothing is instrumented.
const STEP_CPU_MAX: Duration = Duration::from_millis(1_000);
/// Live memory of a run.
const MEMORY_BYTES: usize = 4 * MIB;
/// One step may allocate as much as the limit at once before it is found out.
const HELD_MAX_BYTES: usize = 2 * MEMORY_BYTES + MEMORY_BYTES / GC_SLACK_PART;
/// Output of a run.
const OUTPUT_MAX_BYTES: usize = MIB / 4;

/// Names through which a script sees clocks and identities, which are not the same in two runs.
const CHANGING: &[&str] = &["time", "id", "hash", "__hash__"];

/// How a run is cut.
#[derive(Clone, Copy, Debug)]
enum Cut {
    /// Into slices as the daemon's.
    Daemon,
    /// Into slices of pseudo-random sizes, most of them tiny.
    Random(u64),
}

/// What a run did.
#[derive(Debug)]
struct Ran {
    /// Standard output and standard error as they came, addresses masked.
    output: Vec<u8>,
    outcome: Outcome,
}

impl Ran {
    /// Whether it came to an end of its own.
    fn ended(&self) -> bool {
        !matches!(self.outcome, Outcome::Killed(_))
    }
}

/// Runs a text as a program, in several ways.
pub fn check(text: &str) {
    let mut engine = Engine::new();
    let before = cpu_time();
    let compiled = engine.compile(text, "<fuzz>", Mode::Echo, true);
    assert!(cpu_time() - before < STEP_CPU_MAX, "compiling took {:?}", cpu_time() - before);
    let program = match compiled.program {
        Ok(program) => program,
        Err(error) => {
            assert!(Engine::render_compile_error(&error).ends_with('\n'));
            return;
        }
    };
    let whole = run(&mut engine, &program, Cut::Daemon, GcPressure::Normal, FUEL_MAX);
    let seed =
        text.bytes().fold(1469598103934665603, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(1099511628211));
    let pressure = if seed & 1 == 0 { GcPressure::Whole } else { GcPressure::TinySteps };
    // On the memory that the first run has used.
    let cut = run(&mut engine, &program, Cut::Random(seed), pressure, FUEL_CUT_MAX);
    if !words_of(text).any(|word| CHANGING.contains(&word)) {
        compare(&whole, &cut);
    }
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// Two runs of one program differ in nothing but where they were killed.
fn compare(whole: &Ran, cut: &Ran) {
    let common = whole.output.len().min(cut.output.len());
    let same_start = whole.output[..common] == cut.output[..common];
    let same = match (whole.ended(), cut.ended()) {
        (true, true) => whole.output == cut.output && outcome_of(whole) == outcome_of(cut),
        (true, false) => same_start && cut.output.len() == common,
        (false, true) => same_start && whole.output.len() == common,
        (false, false) => same_start,
    };
    assert!(
        same,
        "differs when it is cut\n--- whole: {:?}\n{}\n--- cut: {:?}\n{}",
        whole.outcome,
        String::from_utf8_lossy(&whole.output),
        cut.outcome,
        String::from_utf8_lossy(&cut.output)
    );
}

/// Runs a program to its end or to a limit, looking at each step.
fn run(engine: &mut Engine, program: &Program, cut: Cut, gc_pressure: GcPressure, fuel_max: u64) -> Ran {
    let options = RunOptions { memory_max_bytes: Some(MEMORY_BYTES), gc_pressure, ..RunOptions::default() };
    let mut run = engine.start(program, options);
    let mut slices = Slices { cut, state: 0, next_audit: 1, count: 0 };
    let mut output = Vec::new();
    let mut stream = None;
    let mut idle_steps = 0;
    let outcome = loop {
        let fuel_before = run.usage().fuel;
        let step = slices.step(&mut run);
        for chunk in run.take_output() {
            assert!(!chunk.bytes.is_empty());
            if stream.replace(chunk.stream) != Some(chunk.stream) {
                output.extend(if chunk.stream == Stream::Stdout { b"<out>" } else { b"<err>" });
            }
            output.extend(chunk.bytes);
        }
        idle_steps = if run.usage().fuel > fuel_before { 0 } else { idle_steps + 1 };
        assert!(idle_steps < IDLE_STEPS_MAX, "{idle_steps} steps burnt nothing");
        match step {
            Step::Done(outcome) => break outcome,
            Step::Sleep(_) => run.kill(Kill::Cancelled),
            _ if run.usage().fuel > fuel_max => run.kill(Kill::Fuel(fuel_max)),
            _ if output.len() > OUTPUT_MAX_BYTES => run.kill(Kill::Output(OUTPUT_MAX_BYTES)),
            Step::OutOfFuel | Step::Output => {}
            Step::ReadStdin => panic!("asks for standard input that was given"),
        }
    };
    audit(&run);
    if let Outcome::Raised { traceback, type_name, .. } = &outcome {
        assert!(traceback.ends_with('\n') && !type_name.is_empty());
    }
    if let Some(mut graveyard) = engine.recycle(run) {
        while !graveyard.bury_some(10_000) {}
    }
    Ran { output: mask(&output), outcome }
}

/// The slices of a run, and what is seen of each.
struct Slices {
    cut: Cut,
    /// Of the pseudo-random sizes.
    state: u64,
    count: u64,
    next_audit: u64,
}

impl Slices {
    fn size(&mut self) -> u64 {
        let Cut::Random(seed) = self.cut else { return SLICE_FUEL };
        self.state = self.state.wrapping_add(seed | 1).wrapping_mul(6364136223846793005);
        match self.state >> 61 {
            0..4 => 1,
            4..7 => 1 + (self.state >> 50) % 64,
            _ => 1 + (self.state >> 40) % 4_000,
        }
    }

    fn step(&mut self, run: &mut Run) -> Step {
        let size = self.size();
        let (fuel_before, cpu_before) = (run.usage().fuel, cpu_time());
        let step = run.step(size);
        let (usage, cpu) = (run.usage(), cpu_time() - cpu_before);
        let burnt = usage.fuel - fuel_before;
        assert!(burnt <= size + OVERDRAFT_MAX, "a step with {size} fuel burnt {burnt}");
        assert!(cpu < STEP_CPU_MAX, "a step that burnt {burnt} fuel took {cpu:?}");
        let held = usage.memory_bytes.max(usage.memory_peak_bytes);
        assert!(held <= HELD_MAX_BYTES, "holds {held} bytes of {MEMORY_BYTES}");
        self.count += 1;
        if self.count == self.next_audit {
            self.next_audit *= 2;
            audit(run);
        }
        step
    }
}

/// The memory that a run has been charged for is what it holds.
fn audit(run: &Run) {
    let (charged, counted) = run.audit();
    assert_eq!(charged, counted, "memory is not what was charged");
}

fn outcome_of(ran: &Ran) -> Vec<u8> {
    mask(format!("{:?}", ran.outcome).as_bytes())
}

/// Addresses (`0x7f0000000010`) tell when an object was made and what was freed before: without their digits.
fn mask(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        out.push(byte);
        rest = tail;
        if out.ends_with(b"0x") {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            rest = &rest[digits..];
        }
    }
    out
}

/// Of this thread: other work on the machine does not count.
fn cpu_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).expect("below a second"))
}
