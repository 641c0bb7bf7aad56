//! On the daemon if there is one, else here. The only part of the client that knows an engine.

use std::cell::RefCell;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{ClientError, DaemonClient, daemon_disabled, default_socket};
use crate::engine::{Engine, Kill, Mode, Outcome, Run, RunOptions, Step};
use crate::limits;
use crate::wire::{ErrorCode, ErrorReply};

thread_local! {
    static CLIENT: RefCell<Option<DaemonClient>> = const { RefCell::new(None) };
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

/// See [`DaemonClient::execute_or_fallback`].
pub(super) fn execute_or_fallback(code: &str) -> Result<String, ClientError> {
    if !daemon_disabled() {
        match on_daemon(&default_socket(), code) {
            Err(error) if error.is_undelivered() => {}
            result => return result,
        }
    }
    ENGINE.with_borrow_mut(|engine| in_process(engine.get_or_insert_default(), code))
}

fn on_daemon(path: &Path, code: &str) -> Result<String, ClientError> {
    CLIENT.with_borrow_mut(|slot| {
        // The environment may name another daemon than it did before.
        let client = match slot {
            Some(client) if client.path() == path => client,
            _ => slot.insert(DaemonClient::unconnected(path)),
        };
        client.execute(code)
    })
}

/// Runs a program as the daemon runs a frame's: echo, no arguments, empty standard input, its limits.
fn in_process(engine: &mut Engine, code: &str) -> Result<String, ClientError> {
    let compiled = engine.compile(code, "<string>", Mode::Echo, false);
    let program = match compiled.program {
        Ok(program) => program,
        Err(error) => return Err(ClientError::Raised { output: Engine::render_compile_error(&error) }),
    };
    let mut run = engine.start(&program, RunOptions { bounded_source: false, ..RunOptions::default() });
    let mut output = Vec::new();
    let outcome = drive(&mut run, &mut output);
    if let Some(mut graveyard) = engine.recycle(run) {
        while !graveyard.bury_some(usize::MAX) {}
    }
    let mut output = String::from_utf8_lossy(&output).into_owned();
    match outcome {
        Outcome::Finished { value, .. } => {
            output.push_str(&value.unwrap_or_default());
            Ok(output)
        }
        Outcome::Exit { code: 0, message } => {
            output.push_str(&message.unwrap_or_default());
            Ok(output)
        }
        Outcome::Exit { code, message } => {
            output.push_str(&message.unwrap_or_else(|| format!("SystemExit: {code}\n")));
            Err(ClientError::Raised { output })
        }
        Outcome::Raised { traceback, .. } => {
            output.push_str(&traceback);
            Err(ClientError::Raised { output })
        }
        Outcome::Killed(kill) => Err(killed(kill)),
    }
}

fn drive(run: &mut Run, output: &mut Vec<u8>) -> Outcome {
    let started = Instant::now();
    loop {
        let step = run.step(limits::LOCAL_SLICE_FUEL);
        output.extend(run.take_output().into_iter().flat_map(|chunk| chunk.bytes));
        if output.len() > limits::OUTPUT_HELD_MAX_BYTES {
            run.kill(Kill::Output(limits::OUTPUT_HELD_MAX_BYTES));
        }
        let left = limits::RUN_TIMEOUT.saturating_sub(started.elapsed());
        match step {
            Step::Done(outcome) => return outcome,
            _ if left.is_zero() => run.kill(Kill::Timeout(limits::RUN_TIMEOUT)),
            Step::Sleep(duration) => wait(duration.min(left)),
            Step::ReadStdin => run.provide_stdin(b""),
            Step::OutOfFuel | Step::Output => {}
        }
    }
}

/// Waits in the kernel. A signal may end it early; the run asks again for what is left.
fn wait(duration: Duration) {
    if let Ok(timeout) = duration.try_into() {
        let _ = rustix::event::poll(&mut [], Some(&timeout));
    }
}

fn killed(kill: Kill) -> ClientError {
    let (code, message) = match kill {
        Kill::Timeout(limit) => {
            (ErrorCode::Timeout, format!("killed: it ran longer than its limit of {limit:?}"))
        }
        Kill::Memory(bytes) => {
            (ErrorCode::Memory, format!("killed: it held more memory than its limit of {bytes} bytes"))
        }
        Kill::Output(bytes) => (
            ErrorCode::Output,
            format!("killed: it printed more than the {bytes} bytes that are held for one reply"),
        ),
        Kill::Fuel(fuel) => {
            (ErrorCode::Fuel, format!("killed: it used up its limit of {fuel} units of fuel"))
        }
        // Its result is wanted as text.
        Kill::Result => (ErrorCode::Result, "killed: its result is too large".to_owned()),
        Kill::Cancelled | Kill::Disconnected | Kill::Shutdown => {
            (ErrorCode::Cancelled, "killed: it was cancelled".to_owned())
        }
    };
    ClientError::Killed(ErrorReply::new(code, message))
}
