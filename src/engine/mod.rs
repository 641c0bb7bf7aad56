//! What a host sees: compile a text once, run it in slices, read what it printed, end it at any time.
//!
//! Owns the compile cache and the life of a run. Knows no socket, no connection and no protocol; reads no
//! clock except for the script's own `time` module; never blocks. The order of calls is
//! [`Engine::compile`] → [`Engine::start`] → [`Run::step`] until [`Step::Done`] → [`Engine::recycle`].

mod api;

pub use crate::bytecode::{CompileError, CompileErrorKind, Mode};
pub use api::{
    CacheStats, Compiled, Engine, Graveyard, Kill, Outcome, OutputChunk, Program, Run, RunOptions, Stdin,
    Step, Stream, Usage,
};
