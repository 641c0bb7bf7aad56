//! The `pyrust` command. Errors become exit codes here and nowhere else.

use std::process::ExitCode;

use pyrust::cli::{self, CliError, Exit};

/// Scripts allocate and free small things all the time, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match cli::run(std::env::args_os()) {
        Ok(Exit::Code(code)) => ExitCode::from(code),
        Ok(Exit::BrokenPipe) => die_of_broken_pipe(),
        Err(CliError::Flags(error)) => {
            // `--help` is printed on standard output, a complaint on standard error.
            let printed = error.print();
            let code = CliError::Flags(error).exit_code();
            ExitCode::from(if printed.is_ok() { code } else { 120 })
        }
        Err(error) if error.is_broken_pipe() => die_of_broken_pipe(),
        Err(error) => {
            // Standard error may be what failed; the exit code tells it too.
            eprint_line(&error.to_line());
            ExitCode::from(error.exit_code())
        }
    }
}

/// Unix tools end by the signal when nobody reads their output (`pyrust … | head`). Rust ignores it.
fn die_of_broken_pipe() -> ExitCode {
    let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGPIPE);
    ExitCode::from(120)
}

fn eprint_line(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{line}");
}
