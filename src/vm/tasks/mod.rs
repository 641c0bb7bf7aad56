//! Tasks: work that calls back into Python, or that takes longer than one step may.
//!
//! Owns the drivers that many natives share: draining an iterator into a sink, collecting, copying,
//! unpacking, searching, comparing and hashing nested data, keys of dicts and sets. Each is a state machine
//! on the machine's stack; none may loop without charging fuel, none may call another's `step`.

pub mod bignum;
mod collect;
mod combine;
mod copy;
mod deep;
mod drain;
mod extremum;
mod fold;
pub mod hash;
mod keyed;
mod search;
mod set_work;
mod text_search;
mod then;
mod unpack;

pub use collect::{collect, collect_into};
pub use combine::{next_of_callable, next_of_combined};
pub use copy::{Piece, Shape, append, copy, fill, items};
pub use deep::{compare_sequences, compare_texts, equal};
pub use drain::{Drain, Sink, drain};
pub use extremum::extremum;
pub use fold::{all, any, sum};
pub use keyed::{Action, Target, add_all, dict_contains, insert_pairs, keyed, keyed_with_hash};
pub use search::{SearchFor, search, search_for, search_iterator};
pub use set_work::{Each, contains_all, set_work};
pub use text_search::{Places, search_text};
pub use then::{next_or, raise_with_repr, then, trace_flow};
pub use unpack::{unpack, unpack_star};
