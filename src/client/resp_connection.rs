//! The RESP3 connection of the command line.

use std::io;
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::{error_of, protocol};
use super::link::{Link, Patience};
use super::{ClientError, Program, greeting, token};
use crate::wire::{OutputPush, RespValue, RunReply};

/// A connection that speaks RESP3. Dropping it hangs up, which cancels what runs on it.
#[derive(Debug)]
pub struct RespConnection {
    path: PathBuf,
    link: Link,
}

impl RespConnection {
    /// Connects. The greeting goes out with the program: it costs no round trip of its own.
    ///
    /// # Errors
    /// See [`connect`](super::connect).
    pub fn connect(path: &Path, timeout: Duration) -> Result<RespConnection, ClientError> {
        Ok(RespConnection { path: path.to_owned(), link: Link::open(path, timeout)? })
    }

    /// Runs a program. `on_output` gets what it prints while it runs, in order. Waits as long as it takes: the daemon
    /// has the run's time-out. `interrupt` becoming readable ends it.
    ///
    /// # Errors
    /// A killed run, a refused request, a broken connection, Ctrl-C, or `on_output`'s own error.
    pub fn run(
        mut self,
        program: Program<'_>,
        interrupt: Option<BorrowedFd<'_>>,
        mut on_output: impl FnMut(OutputPush) -> io::Result<()>,
    ) -> Result<RunReply, ClientError> {
        let patience = Patience { deadline: None, interrupt };
        let mut out = Vec::new();
        greeting::encode(None, token::default_file().as_deref(), &mut out)?;
        program.stream().encode(None, &mut out);
        self.link.send(&out, &patience)?;
        greeting::check(&self.path, self.link.receive(&patience)?)?;
        loop {
            match self.link.receive(&patience)? {
                RespValue::Push(items) => {
                    let push = OutputPush::decode(items).map_err(protocol)?;
                    on_output(push).map_err(ClientError::Output)?;
                }
                RespValue::Error(text) => return Err(error_of(&text)),
                reply => return RunReply::decode(reply).map_err(protocol),
            }
        }
    }
}
