//! pyrust: Python at socket speed.
#[doc(hidden)]
pub mod bytecode;
pub mod engine;
mod lang;
pub mod limits;
mod vm;
