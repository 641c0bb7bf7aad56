//! pyrust: Python at socket speed.
#[doc(hidden)]
pub mod bytecode;
pub mod engine;
pub mod limits;
pub mod wire;
