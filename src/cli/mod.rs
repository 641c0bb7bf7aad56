//! The command `pyrust`.
//!
//! Reads what was typed ([`args`]), decides what it means ([`command`]), and does it: runs a program
//! ([`run`]) on the daemon ([`remote`]) or in this process ([`local`]), or looks after the daemon
//! ([`daemon`]). Output goes through [`output`], Ctrl-C through [`interrupt`].
//!
//! Must never: run a program twice, or end the process: an [`Exit`] or a [`CliError`] goes up to `main`.

mod args;
mod command;
mod daemon;
mod error;
mod interrupt;
mod local;
mod needs;
mod output;
mod profile;
mod remote;
mod run;
mod source;
mod stdin;
mod units;

use std::ffi::OsString;

pub use error::CliError;

use args::CommandLine;
use command::Command;
use output::Output;

/// How the process is to end when nothing went wrong in pyrust itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// With this code.
    Code(u8),
    /// As a process that wrote to a pipe nobody reads: quietly, by `SIGPIPE`.
    BrokenPipe,
}

impl Exit {
    /// Nothing to complain about.
    pub const SUCCESS: Exit = Exit::Code(0);
}

/// Does what the arguments say; the first of them is the command's own name.
///
/// # Errors
/// What is to be printed on standard error, and the exit code that goes with it.
pub fn run(mut args: impl Iterator<Item = OsString>) -> Result<Exit, CliError> {
    args.next();
    let line = CommandLine::parse(args)?;
    match Command::from_line(line)? {
        Command::Version => {
            Output.print(&format!("pyrust {} (Python 3.13)\n", env!("CARGO_PKG_VERSION")))?;
            Ok(Exit::SUCCESS)
        }
        Command::Run(options) => run::run(options),
        Command::StartDaemon { config, json } => daemon::start(config, json),
        Command::StopDaemon { socket, force, json } => daemon::stop(&socket, force, json),
        Command::DaemonStatus { socket, json } => daemon::status(&socket, json),
        Command::Stats { socket, json } => daemon::stats(&socket, json),
        Command::Ping { socket, json } => daemon::ping(&socket, json),
        Command::Cancel { socket, id, json } => daemon::cancel(&socket, &id, json),
        Command::ClearCache { socket, json } => daemon::clear_cache(&socket, json),
    }
}
