//! The `pyrust-load` command. Errors become exit codes here and nowhere else.

use std::process::ExitCode;

use clap::Parser;
use pyrust::load::args::Args;
use pyrust::load::{Exit, LoadError, run};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A wrong command line ends here, with exit code 2.
    match run(&Args::parse()) {
        Ok(Exit::Fine) => ExitCode::SUCCESS,
        Ok(Exit::Failed) => ExitCode::from(1),
        Ok(Exit::Interrupted) => ExitCode::from(130),
        Err(error) => {
            eprintln!("pyrust-load: {error}");
            ExitCode::from(match error {
                LoadError::Plan { .. } | LoadError::File { verb: "read", .. } => 2,
                LoadError::NoDaemon(_) | LoadError::Spawn { .. } => 3,
                LoadError::Interrupted => 130,
                LoadError::File { .. } | LoadError::Status { .. } | LoadError::System { .. } => 1,
            })
        }
    }
}
