//! pyrust: Python at socket speed.
#[doc(hidden)]
pub mod bytecode;
pub mod cli;
pub mod client;
pub mod engine;
pub mod limits;
pub mod server;
pub mod session;
pub mod wire;
