//! The virtual machine: values, heap, frames, dispatch. Must never block or recurse on a script's data.

pub mod text;
