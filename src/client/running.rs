//! A program whose output is read while it runs.

use std::ops::ControlFlow;

use super::deadline::Deadline;
use super::error::error_of;
use super::{Client, ClientError};
use crate::wire::{OutputPush, RespValue, RunReply};

/// A program that runs: an iterator of what it prints. When there is no more, [`reply`](Running::reply) says how it
/// ended. Dropping it before that cancels the program, by closing the connection; the client makes a new one.
///
/// The client's time-out is for all of it, from the start of the program to its reply.
///
/// ```no_run
/// use pyrust::client::Client;
///
/// let mut client = Client::connect()?;
/// let mut running = client.run_streaming("for i in range(3): print(i)")?;
/// for piece in &mut running {
///     print!("{}", String::from_utf8_lossy(&piece.bytes));
/// }
/// assert_eq!(running.reply()?.exit, 0);
/// # Ok::<(), pyrust::client::ClientError>(())
/// ```
#[derive(Debug)]
#[must_use = "dropping it cancels the program"]
pub struct Running<'c> {
    client: &'c mut Client,
    deadline: Deadline,
    state: State,
}

#[derive(Debug)]
enum State {
    Running,
    Ended(Box<Result<RunReply, ClientError>>),
    /// Its end was taken.
    Told,
}

impl<'c> Running<'c> {
    pub(super) fn new(client: &'c mut Client, deadline: Deadline) -> Running<'c> {
        Running { client, deadline, state: State::Running }
    }

    /// How it ended. Output that was not taken yet is dropped.
    ///
    /// # Errors
    /// As [`Client::run`].
    pub fn reply(mut self) -> Result<RunReply, ClientError> {
        while self.next().is_some() {}
        match std::mem::replace(&mut self.state, State::Told) {
            State::Ended(end) => *end,
            State::Running | State::Told => unreachable!("the iterator ends when the program does"),
        }
    }

    /// The next piece of output, or the reply.
    fn receive(&mut self) -> Result<ControlFlow<RunReply, OutputPush>, ClientError> {
        match self.client.receive(&self.deadline)? {
            RespValue::Push(items) => OutputPush::decode(items).map(ControlFlow::Continue),
            RespValue::Error(text) => return Err(error_of(&text)),
            reply => RunReply::decode(reply).map(ControlFlow::Break),
        }
        .map_err(|error| self.client.misunderstood(error))
    }
}

impl Iterator for Running<'_> {
    type Item = OutputPush;

    fn next(&mut self) -> Option<OutputPush> {
        if !matches!(self.state, State::Running) {
            return None;
        }
        let end = match self.receive() {
            Ok(ControlFlow::Continue(piece)) => return Some(piece),
            Ok(ControlFlow::Break(reply)) => Ok(reply),
            Err(error) => Err(error),
        };
        self.state = State::Ended(Box::new(end));
        None
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if matches!(self.state, State::Running) {
            self.client.hang_up();
        }
    }
}
