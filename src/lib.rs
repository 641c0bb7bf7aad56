//! pyrust: Python at socket speed.
#[doc(hidden)]
pub mod bytecode;
pub mod cli;
pub mod client;
pub mod engine;
mod lang;
pub mod limits;
pub mod server;
pub mod session;
mod vm;
pub mod wire;
