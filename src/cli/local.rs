//! A program in this process: no limits but those given, standard input and Ctrl-C of our own.

use std::time::{Duration, Instant};

use super::interrupt::Woken;
use super::output::Output;
use super::profile::{Place, Used};
use super::run::Job;
use super::stdin::{Stdin, read_waiting};
use super::{CliError, Exit, error as exit_codes};
use crate::engine::{self, Engine, Kill, Outcome, Run, RunOptions, Step, Stream};
use crate::limits;
use crate::wire::OutputStream;

/// Compiles and runs the program.
///
/// # Errors
/// A kill, Ctrl-C, or output that could not be written.
pub fn run(job: &mut Job, stdin: Stdin) -> Result<Exit, CliError> {
    job.profile.place = Place::Here;
    let mut engine = Engine::new();
    let started = Instant::now();
    let compiled = engine.compile(&job.source.text, &job.source.filename, job.source.mode(), false);
    let compile = started.elapsed();
    let program = match compiled.program {
        Ok(program) => program,
        Err(error) => {
            Output.complain(&Engine::render_compile_error(&error))?;
            return Ok(Exit::Code(exit_codes::RAISED));
        }
    };
    let (stdin, read_already) = match stdin {
        Stdin::Whole(bytes) => (engine::Stdin::Bytes(bytes), None),
        Stdin::Here(bytes) if bytes.is_empty() => (engine::Stdin::Host, None),
        Stdin::Here(bytes) => (engine::Stdin::Host, Some(bytes)),
    };
    let options = RunOptions {
        argv: std::mem::take(&mut job.source.argv),
        stdin,
        memory_max_bytes: job.options.memory_max_bytes,
        output_step_bytes: limits::OUTPUT_LOW_WATER_BYTES,
        bounded_source: false,
        ..RunOptions::default()
    };
    let started = Instant::now();
    let run = engine.start(&program, options);
    let mut driver = Driver { job, run, started, read_already };
    let result = driver.drive().and_then(finish);
    let usage = driver.run.usage();
    let run = started.elapsed();
    // The process ends now, and its memory with it: taking the heap apart would only take time.
    std::mem::forget(driver.run);
    job.profile.used = Some(Used {
        compile,
        run,
        reply: Duration::ZERO,
        fuel: usage.fuel,
        instructions: usage.instructions,
        memory_peak_bytes: usage.memory_peak_bytes as u64,
        cached: compiled.cache_hit,
    });
    result
}

struct Driver<'a> {
    job: &'a mut Job,
    run: Run,
    started: Instant,
    /// Standard input that was read before it was decided that the program runs here.
    read_already: Option<Vec<u8>>,
}

impl Driver<'_> {
    /// Steps the run to its end.
    fn drive(&mut self) -> Result<Outcome, CliError> {
        loop {
            let step = self.run.step(limits::LOCAL_SLICE_FUEL);
            self.pass_output_on()?;
            if let Step::Done(outcome) = step {
                return Ok(outcome);
            }
            if let Some(kill) = self.due_kill() {
                self.run.kill(kill);
                continue;
            }
            match step {
                Step::OutOfFuel | Step::Output | Step::Done(_) => {}
                Step::Sleep(duration) => {
                    let left = self.time_left().map_or(duration, |left| left.min(duration));
                    // Whatever woke it: the next step tells how much sleep is left.
                    let _: Woken = self.job.interrupt.wait(None, Some(left)).map_err(wait_failed)?;
                }
                Step::ReadStdin => self.serve_stdin()?,
            }
        }
    }

    fn pass_output_on(&mut self) -> Result<(), CliError> {
        for chunk in self.run.take_output() {
            let stream = match chunk.stream {
                Stream::Stdout => OutputStream::Stdout,
                Stream::Stderr => OutputStream::Stderr,
            };
            Output.write(stream, &chunk.bytes)?;
        }
        Ok(())
    }

    fn due_kill(&self) -> Option<Kill> {
        if self.job.interrupt.is_raised() {
            return Some(Kill::Cancelled);
        }
        let limit = self.job.options.timeout?;
        self.time_left().is_some_and(|left| left.is_zero()).then_some(Kill::Timeout(limit))
    }

    fn time_left(&self) -> Option<Duration> {
        Some(self.job.options.timeout?.saturating_sub(self.started.elapsed()))
    }

    fn serve_stdin(&mut self) -> Result<(), CliError> {
        let mut bytes = self.read_already.take();
        while bytes.is_none() {
            if let Some(kill) = self.due_kill() {
                self.run.kill(kill);
                return Ok(());
            }
            let left = self.time_left();
            bytes = read_waiting(&mut self.job.interrupt, left).map_err(wait_failed)?;
        }
        self.run.provide_stdin(&bytes.expect("the loop ends with some"));
        Ok(())
    }
}

fn wait_failed(error: std::io::Error) -> CliError {
    CliError::System { action: "wait", error }
}

fn finish(outcome: Outcome) -> Result<Exit, CliError> {
    let code = outcome.exit_code().unwrap_or(exit_codes::KILLED);
    match outcome {
        Outcome::Finished { value, .. } => {
            if let Some(value) = value {
                Output.print(&format!("{value}\n"))?;
            }
            Ok(Exit::SUCCESS)
        }
        Outcome::Exit { message, .. } => {
            Output.complain(&message.unwrap_or_default())?;
            Ok(Exit::Code(code))
        }
        Outcome::Raised { traceback, .. } => {
            Output.complain(&traceback)?;
            Ok(Exit::Code(code))
        }
        Outcome::Killed(kill) => Err(killed(kill)),
    }
}

fn killed(kill: Kill) -> CliError {
    let (message, exit) = match kill {
        Kill::Cancelled => return CliError::Interrupted,
        Kill::Timeout(limit) => {
            (format!("killed: it ran longer than its limit of {limit:?} (--timeout)"), exit_codes::TIMED_OUT)
        }
        Kill::Memory(bytes) => (
            format!("killed: it held more memory than its limit of {bytes} bytes (--max-memory)"),
            exit_codes::KILLED,
        ),
        Kill::Fuel(_) | Kill::Output(_) | Kill::Result | Kill::Disconnected | Kill::Shutdown => {
            (format!("killed: {kill:?}"), exit_codes::KILLED)
        }
    };
    CliError::Killed { message, exit }
}
