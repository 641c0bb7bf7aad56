//! What a connection keeps for a client that uses more than runs: its name, its last traceback, its transaction.

use crate::limits;

/// Made when it is first needed: most connections have none.
#[derive(Debug, Default)]
pub(super) struct Peer {
    /// `CLIENT SETNAME`
    pub(super) name: String,
    /// `CLIENT SETINFO LIB-NAME`
    pub(super) library: String,
    /// `CLIENT SETINFO LIB-VER`
    pub(super) library_version: String,
    /// Of the last program that raised.
    pub(super) traceback: Option<String>,
    /// Between `MULTI` and `EXEC`.
    pub(super) transaction: Option<Transaction>,
    /// `CLIENT REPLY`
    pub(super) replies: Replies,
}

/// Whether a client wants replies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Replies {
    #[default]
    On,
    Off,
    /// Not that of the next command.
    SkipNext,
    /// Not that of the command under way.
    Skipping,
}

/// Commands that wait for `EXEC`.
#[derive(Debug, Default)]
pub(super) struct Transaction {
    /// As they will be read again.
    pub(super) queued: Vec<u8>,
    pub(super) count: usize,
    /// One of them was refused: nothing will be run.
    pub(super) refused: bool,
}

impl Peer {
    /// Keeps a traceback, of a very long one the end.
    pub(super) fn keep_traceback(&mut self, text: &str) {
        let from = text.ceil_char_boundary(text.len().saturating_sub(limits::TRACEBACK_KEPT_MAX_BYTES));
        self.traceback = Some(text[from..].to_owned());
    }
}
