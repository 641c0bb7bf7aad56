//! What an engine, a run and their host exchange.

use std::borrow::Cow;
use std::rc::Rc;
use std::time::Duration;

use super::Data;
use super::reach::Sight;
use crate::bytecode::{Code, CompileError, Mode};
use crate::limits;
pub use crate::vm::heap::Pressure as GcPressure;

/// A compiled program: cheap to clone, good for any number of runs.
#[derive(Clone, Debug)]
pub struct Program {
    pub(super) code: Rc<Code>,
    pub(super) mode: Mode,
    /// On which globals that are there when it begins its result can depend.
    pub(super) sight: Sight,
}

/// The result of [`super::Engine::compile`].
#[derive(Debug)]
pub struct Compiled {
    /// The program, or why the text did not compile.
    pub program: Result<Program, Rc<CompileError>>,
    /// Whether the compile cache had it.
    pub cache_hit: bool,
}

/// Counters of the compile cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStats {
    /// Programs held now.
    pub entries: usize,
    /// Source bytes held now.
    pub source_bytes: usize,
    /// Compilations avoided since the start.
    pub hits: u64,
    /// Compilations done since the start.
    pub misses: u64,
    /// Programs dropped to make room since the start.
    pub evictions: u64,
}

/// Where a run's standard input comes from.
#[derive(Clone, Debug)]
pub enum Stdin {
    /// All of it is known now.
    Bytes(Vec<u8>),
    /// The host is asked with [`Step::ReadStdin`] and answers with [`super::Run::provide_stdin`].
    Host,
}

/// As what the value of a last expression comes back, in [`Mode::Echo`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResultForm {
    /// As its `repr`.
    #[default]
    Repr,
    /// As data.
    Data,
    /// As both.
    Both,
}

/// What a run is started with. [`RunOptions::default`] is a run without arguments, with empty standard
/// input and the default limits.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// `sys.argv`; if empty, that is `['']`.
    pub argv: Vec<String>,
    /// `sys.stdin`.
    pub stdin: Stdin,
    /// Globals that the program finds.
    pub inputs: Vec<(Cow<'static, str>, Data)>,
    /// Whether they need not be made for a program that cannot see them. None may have the name of a built-in.
    pub skip_unseen_inputs: bool,
    /// As what the result is wanted.
    pub result: ResultForm,
    /// Live memory in bytes; `None` for no limit.
    pub memory_max_bytes: Option<usize>,
    /// Fuel that the run may burn; `None` for no limit.
    pub fuel_max: Option<u64>,
    /// [`Step::Output`] is returned when this much output waits in the run, in bytes.
    pub output_step_bytes: usize,
    /// Whether source beyond the size that compiles in one slice is refused for `eval` and `exec` too.
    pub bounded_source: bool,
    /// How hard the garbage collector works; anything but the default is for tests.
    pub gc_pressure: GcPressure,
}

impl Default for RunOptions {
    fn default() -> RunOptions {
        RunOptions {
            argv: Vec::new(),
            stdin: Stdin::Bytes(Vec::new()),
            inputs: Vec::new(),
            skip_unseen_inputs: false,
            result: ResultForm::Repr,
            memory_max_bytes: Some(limits::RUN_MEMORY_MAX_BYTES),
            fuel_max: None,
            output_step_bytes: limits::OUTPUT_LOW_WATER_BYTES,
            bounded_source: true,
            gc_pressure: GcPressure::Normal,
        }
    }
}

/// Which standard stream a piece of output belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// `sys.stdout`
    Stdout,
    /// `sys.stderr`
    Stderr,
}

/// A piece of output, in the order in which the script wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputChunk {
    /// Where it goes.
    pub stream: Stream,
    /// The bytes, never empty.
    pub bytes: Vec<u8>,
}

/// Why a run was ended from outside the script. No handler in the script sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kill {
    /// Its wall time was over; the limit it had.
    Timeout(Duration),
    /// It held more live memory than its limit, in bytes.
    Memory(usize),
    /// Its fuel budget was used up (hosts that set one).
    Fuel(u64),
    /// It printed more than is held for one reply, in bytes.
    Output(usize),
    /// Its result, wanted as data, has more values or bytes than [`limits::RESULT_VALUES_MAX`] or
    /// [`limits::RESULT_MAX_BYTES`].
    Result,
    /// Its client asked for the end, or Ctrl-C.
    Cancelled,
    /// Its client is gone.
    Disconnected,
    /// The daemon is shutting down.
    Shutdown,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The last instruction was reached. In [`Mode::Echo`], with the last expression's value unless it is `None`.
    Finished {
        /// `repr` of the value, if that was wanted.
        value: Option<String>,
        /// The value as data, if that was wanted.
        data: Option<Data>,
    },
    /// `SystemExit`: the process's exit code, and what is to be printed on standard error
    /// (`sys.exit("message")`).
    Exit {
        /// 0 to 255.
        code: u8,
        /// Message with its newline, or nothing.
        message: Option<String>,
    },
    /// An uncaught exception.
    Raised {
        /// Name of the class: `ZeroDivisionError`.
        type_name: String,
        /// `str()` of the exception.
        message: String,
        /// The whole traceback, newline at the end.
        traceback: String,
    },
    /// Ended from outside.
    Killed(Kill),
}

/// Exit code after an exception.
const RAISED_EXIT: u8 = 1;
/// Exit code after an uncaught `KeyboardInterrupt`: 128 and the number of SIGINT, which `python3` dies of.
const INTERRUPTED_EXIT: u8 = 130;

impl Outcome {
    /// The exit code that `python3` would have ended with; `None` for what never happens to it.
    pub fn exit_code(&self) -> Option<u8> {
        match self {
            Outcome::Finished { .. } => Some(0),
            Outcome::Exit { code, .. } => Some(*code),
            Outcome::Raised { type_name, .. } if type_name == "KeyboardInterrupt" => Some(INTERRUPTED_EXIT),
            Outcome::Raised { .. } => Some(RAISED_EXIT),
            Outcome::Killed(_) => None,
        }
    }
}

/// What a slice ended with.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The fuel is used up; step again.
    OutOfFuel,
    /// Output waits (see [`RunOptions::output_step_bytes`]); take it, then step again.
    Output,
    /// `time.sleep`: step again when this much time has passed. Stepping earlier returns the rest.
    Sleep(Duration),
    /// Standard input is wanted (only with [`Stdin::Host`]); take the output, call [`super::Run::provide_stdin`], step.
    ReadStdin,
    /// The run is over. Take the rest of the output, then [`super::Engine::recycle`] the run.
    Done(Outcome),
}

/// What a run has used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Fuel burnt: instructions plus the work of natives.
    pub fuel: u64,
    /// Instructions (estimated at jumps and returns).
    pub instructions: u64,
    /// Live memory now, in bytes.
    pub memory_bytes: usize,
    /// The most it ever was, in bytes.
    pub memory_peak_bytes: usize,
}
