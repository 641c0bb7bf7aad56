//! pyrust: Python at socket speed.
#[doc(hidden)]
pub mod bytecode;
pub mod engine;
#[doc(hidden)]
pub mod lang;
pub mod limits;
mod vm;
