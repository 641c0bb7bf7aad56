//! The virtual machine: values, heap, collector, frames, dispatch, tasks, types, built-ins, modules.
//!
//! Owns the execution of code objects. Keeps no Python state on the native stack: what calls back into
//! Python answers with a [`flow::Flow`], frames and tasks live on the machine's own stack. Never compiles
//! (it is handed a [`crate::bytecode::Compiler`]), never does I/O.

mod attr;
pub mod builtins;
mod call;
pub mod compare;
mod dispatch;
mod docs;
pub mod exceptions;
pub mod flow;
pub mod format;
pub mod frame;
mod hash;
pub mod heap;
mod iter;
pub mod machine;
mod modules;
mod names;
pub mod native;
mod ops;
pub mod suggest;
mod table;
mod tasks;
#[cfg(test)]
mod testing;
pub mod text;
pub mod traceback;
pub mod type_id;
pub mod types;
pub mod value;
#[allow(clippy::module_inception)] // The state of a run has no better name.
pub mod vm;
