//! Running a program: where, and what to make of its end.

use std::time::Instant;

use super::command::RunOptions;
use super::interrupt::Interrupt;
use super::needs::{self, Needs};
use super::output::Output;
use super::profile::Profile;
use super::source::Source;
use super::stdin::{self, Stdin};
use super::{CliError, Exit, local, remote};
use crate::client::{ClientError, RespConnection};
use crate::limits;

/// A program with everything it needs, on its way to where it runs.
#[derive(Debug)]
pub struct Job {
    /// The program.
    pub source: Source,
    /// Its limits, and whether it is profiled.
    pub options: RunOptions,
    /// Ctrl-C.
    pub interrupt: Interrupt,
    /// Where the time goes.
    pub profile: Profile,
}

/// Runs the program of a command line.
///
/// # Errors
/// What is wrong with the program's file, its place or its output; a kill; Ctrl-C.
pub fn run(options: RunOptions) -> Result<Exit, CliError> {
    let started = Instant::now();
    let source = Source::load(&options.program, &options.args)?;
    let interrupt =
        Interrupt::install().map_err(|error| CliError::System { action: "handle Ctrl-C", error })?;
    let mut job = Job { source, options, interrupt, profile: Profile::default() };
    let result = run_somewhere(&mut job);
    job.profile.total = started.elapsed();
    if let Some(form) = job.options.profile {
        Output.complain(&job.profile.render(form))?;
    }
    result
}

fn run_somewhere(job: &mut Job) -> Result<Exit, CliError> {
    if let Some(flag) = job.options.needs_daemon() {
        return run_there(job, flag);
    }
    let mut stdin = match job.source.from_stdin {
        // The program was all of it.
        true => Stdin::Whole(Vec::new()),
        false => Stdin::Here(Vec::new()),
    };
    if let Some(needs) = needs_if_sendable(job)
        && let Some(connection) = connect(job)?
    {
        if !job.source.from_stdin {
            stdin = Stdin::gather(needs);
        }
        if let Stdin::Whole(bytes) = &stdin
            && fits(job, bytes)
        {
            match remote::run(job, connection, bytes) {
                // Nothing was run, so it may be run here.
                Err(CliError::Client(error)) if error.is_undelivered() => {}
                result => return result,
            }
        }
    }
    local::run(job, stdin)
}

/// Runs the program on the daemon, which has what `flag` asks for, or not at all.
fn run_there(job: &mut Job, flag: &'static str) -> Result<Exit, CliError> {
    let needed = |reason| CliError::DaemonNeeded { flag, reason };
    let socket = job.options.socket.clone().ok_or_else(|| needed(ClientError::Disabled))?;
    let started = Instant::now();
    let connection = RespConnection::connect(&socket, limits::CLIENT_CONNECT_TIMEOUT);
    job.profile.connect = started.elapsed();
    let connection = connection.map_err(|error| match error {
        error @ ClientError::NotRunning { .. } => needed(error),
        error => error.into(),
    })?;
    let stdin = match job.source.from_stdin {
        // The program was all of it.
        true => Some(Vec::new()),
        false => stdin::read_whole(needs::scan(&job.source.text), &mut job.interrupt)?,
    };
    let too_large = |what, max| CliError::TooLargeToSend { flag, what, max };
    let stdin = stdin.ok_or_else(|| too_large("standard input", limits::STDIN_SENT_MAX_BYTES))?;
    if !fits(job, &stdin) {
        return Err(too_large("it", limits::REQUEST_SENT_MAX_BYTES));
    }
    remote::run(job, connection, &stdin)
}

/// What the program wants of standard input, if everything else about it can be had on a daemon.
fn needs_if_sendable(job: &Job) -> Option<Needs> {
    // Longer programs may have more tokens than a daemon compiles in one go.
    if job.options.socket.is_none() || job.source.text.len() as u64 > limits::SOURCE_TOKENS_MAX {
        return None;
    }
    let needs = needs::scan(&job.source.text);
    (!needs.files).then_some(needs)
}

fn fits(job: &Job, stdin: &[u8]) -> bool {
    let argv: usize = job.source.argv.iter().map(|arg| arg.len() + limits::RESP_HEADER_MAX_BYTES).sum();
    job.source.argv.len() < limits::RESP_ELEMENTS_MAX - 32
        && job.source.text.len() + argv + stdin.len() <= limits::REQUEST_SENT_MAX_BYTES
}

/// Connects to the daemon; `None` if there is none to speak to.
fn connect(job: &mut Job) -> Result<Option<RespConnection>, CliError> {
    let Some(socket) = &job.options.socket else { return Ok(None) };
    let started = Instant::now();
    let connection = RespConnection::connect(socket, limits::CLIENT_CONNECT_TIMEOUT);
    job.profile.connect = started.elapsed();
    match connection {
        Ok(connection) => Ok(Some(connection)),
        Err(error) if error.is_undelivered() => Ok(None),
        Err(error) => Err(error.into()),
    }
}
