//! Tasks: work that calls back into Python, or that takes longer than one step may.
//!
//! Owns the drivers that many natives share: draining an iterator into a sink, unpacking, searching,
//! comparing and hashing nested data. Each is a state machine on the machine's stack; none may loop
//! without charging fuel, none may call another's `step`.

pub mod bignum;
mod combine;
mod deep;
mod drain;
pub mod hash;
mod unpack;

pub use combine::{next_of_callable, next_of_combined};
pub use deep::{compare_sequences, dict_contains, equal, insert_pairs, search, search_iterator};
pub use drain::{Drain, Sink, drain};
pub use unpack::{unpack, unpack_star};
