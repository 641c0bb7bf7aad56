//! The engine's types: [`Engine`], [`Program`], [`Run`] and what they exchange.

use std::rc::Rc;
use std::time::Duration;

use crate::bytecode::{Code, CompileError, Mode};
use crate::limits;

/// A compiled program: cheap to clone, good for any number of runs.
#[derive(Clone, Debug)]
pub struct Program {
    #[allow(dead_code)]
    code: Rc<Code>,
}

/// The result of [`Engine::compile`].
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
    /// The host is asked with [`Step::ReadStdin`] and answers with [`Run::provide_stdin`].
    Host,
}

/// What a run is started with. [`RunOptions::default`] is a run without arguments, with empty standard
/// input and the default limits.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// `sys.argv`.
    pub argv: Vec<String>,
    /// `sys.stdin`.
    pub stdin: Stdin,
    /// Live memory in bytes; `None` for no limit.
    pub memory_max_bytes: Option<usize>,
    /// [`Step::Output`] is returned when this much output waits in the run, in bytes.
    pub output_step_bytes: usize,
    /// Whether source beyond the size that compiles in one slice is refused for `eval` and `exec` too.
    pub bounded_source: bool,
}

impl Default for RunOptions {
    fn default() -> RunOptions {
        RunOptions {
            argv: vec![String::new()],
            stdin: Stdin::Bytes(Vec::new()),
            memory_max_bytes: Some(limits::RUN_MEMORY_MAX_BYTES),
            output_step_bytes: limits::OUTPUT_LOW_WATER_BYTES,
            bounded_source: true,
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
    /// The last instruction was reached. In [`Mode::Echo`], the `repr` of the last expression's value
    /// unless it is `None`.
    Finished {
        /// `repr` of the value.
        value: Option<String>,
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

/// What a slice ended with.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The fuel is used up; step again.
    OutOfFuel,
    /// Output waits (see [`RunOptions::output_step_bytes`]); take it, then step again.
    Output,
    /// `time.sleep`: step again when this much time has passed. Stepping earlier returns the rest.
    Sleep(Duration),
    /// Standard input is wanted (only with [`Stdin::Host`]); take the output, call [`Run::provide_stdin`], step.
    ReadStdin,
    /// The run is over. Take the rest of the output, then [`Engine::recycle`] the run.
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

/// The compiler, its cache, and spare parts of finished runs. One per thread.
#[derive(Debug, Default)]
pub struct Engine {}

impl Engine {
    /// An engine with an empty cache.
    pub fn new() -> Engine {
        Engine::default()
    }

    /// Compiles a text, or finds it in the cache. `bounded` refuses source that would take more than one
    /// slice to compile ([`limits::SOURCE_TOKENS_MAX`]).
    pub fn compile(&mut self, _source: &str, _filename: &str, _mode: Mode, _bounded: bool) -> Compiled {
        todo!()
    }

    /// The traceback text and `SyntaxError: …` line for a failed compilation, as `python3` prints it.
    pub fn render_compile_error(_error: &CompileError) -> String {
        todo!()
    }

    /// Starts a run; nothing is executed before [`Run::step`].
    pub fn start(&mut self, _program: &Program, _options: RunOptions) -> Run {
        todo!()
    }

    /// Takes back a run that is over (or is to be dropped). A large heap goes to the graveyard that is
    /// returned, which the host empties with [`Graveyard::bury_some`].
    pub fn recycle(&mut self, _run: Run) -> Option<Graveyard> {
        todo!()
    }

    /// Counters of the cache.
    pub fn cache_stats(&self) -> CacheStats {
        todo!()
    }

    /// Empties the cache; returns how many entries it had.
    pub fn clear_cache(&mut self) -> usize {
        todo!()
    }
}

/// A dead heap that is freed in slices.
#[derive(Debug)]
pub struct Graveyard {}

impl Graveyard {
    /// Frees about `budget` objects; true when nothing is left.
    pub fn bury_some(&mut self, _budget: usize) -> bool {
        todo!()
    }
}

/// One execution of a program: its heap, frames and output.
#[derive(Debug)]
pub struct Run {}

impl Run {
    /// Runs until about `fuel` is burnt or something needs the host. After [`Step::Done`] it must not be
    /// called again (it panics).
    pub fn step(&mut self, _fuel: u64) -> Step {
        todo!()
    }

    /// Takes all the output written so far, oldest first; neighbouring pieces of one stream come merged.
    pub fn take_output(&mut self) -> Vec<OutputChunk> {
        todo!()
    }

    /// Bytes of output that wait to be taken.
    pub fn output_pending_bytes(&self) -> usize {
        todo!()
    }

    /// Answers [`Step::ReadStdin`]; an empty slice is the end of the input.
    pub fn provide_stdin(&mut self, _bytes: &[u8]) {
        todo!()
    }

    /// Ends the run: the next [`Run::step`] returns [`Step::Done`] with [`Outcome::Killed`].
    pub fn kill(&mut self, _reason: Kill) {
        todo!()
    }

    /// What it has used so far.
    pub fn usage(&self) -> Usage {
        todo!()
    }
}
