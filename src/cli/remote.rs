//! A program on the daemon.

use std::cell::Cell;
use std::io;
use std::time::{Duration, Instant};

use super::output::Output;
use super::profile::{Place, Used};
use super::run::Job;
use super::{CliError, Exit, error as exit_codes};
use crate::client::{ClientError, Program, RespConnection};
use crate::wire::{ErrorCode, ErrorReply, OutputStream, RunReply};

/// Runs the program, passing its output on while it runs.
///
/// # Errors
/// [`CliError::Client`] that may be undelivered; a kill; Ctrl-C; output that could not be written.
pub fn run(job: &mut Job, connection: RespConnection, stdin: &[u8]) -> Result<Exit, CliError> {
    let mut program = Program::new(&job.source.text)
        .filename(&job.source.filename)
        .argv(job.source.argv.iter().map(String::as_str));
    if !stdin.is_empty() {
        program = program.stdin(stdin);
    }
    if let Some(timeout) = job.options.timeout {
        program = program.timeout(timeout);
    }
    if let Some(bytes) = job.options.memory_max_bytes {
        program = program.memory(bytes);
    }
    if let Some(name) = &job.options.session {
        program = program.session(name);
    }
    if let Some(id) = &job.options.id {
        program = program.id(id);
    }
    if job.source.echo {
        program = program.echo();
    }
    let interrupt =
        job.interrupt.descriptor().map_err(|error| CliError::System { action: "handle Ctrl-C", error })?;
    let started = Instant::now();
    // The client's error is about the connection; what went wrong with our own output is kept beside it.
    let failed = Cell::new(None);
    let result = connection.run(program, Some(interrupt), |push| {
        Output.write(push.stream, &push.bytes).map_err(|error| {
            failed.set(Some(error));
            io::ErrorKind::Other.into()
        })
    });
    let exchange = started.elapsed();
    job.profile.place = Place::Daemon;
    if let Some(error) = failed.take() {
        return Err(error);
    }
    let reply = result.map_err(explain)?;
    job.profile.used = Some(used(&reply, exchange));
    finish(&reply)
}

/// Prints what was not streamed: the value of a last expression.
fn finish(reply: &RunReply) -> Result<Exit, CliError> {
    Output.write(OutputStream::Stdout, &reply.stdout)?;
    if let Some(value) = &reply.value {
        Output.print(&format!("{value}\n"))?;
    }
    Output.write(OutputStream::Stderr, &reply.stderr)?;
    Ok(Exit::Code(reply.exit))
}

fn used(reply: &RunReply, exchange: Duration) -> Used {
    let compile = Duration::from_micros(reply.compile_us);
    let run = Duration::from_micros(reply.run_us);
    Used {
        compile,
        run,
        reply: exchange.saturating_sub(compile).saturating_sub(run),
        fuel: reply.fuel,
        instructions: reply.instructions,
        memory_peak_bytes: reply.memory_peak_bytes,
        cached: reply.cached,
    }
}

fn explain(error: ClientError) -> CliError {
    match error {
        ClientError::Interrupted => CliError::Interrupted,
        ClientError::Killed(ErrorReply { code, message }) => {
            let exit = if code == ErrorCode::Timeout { exit_codes::TIMED_OUT } else { exit_codes::KILLED };
            CliError::Killed { message, exit }
        }
        error => CliError::Client(error),
    }
}
