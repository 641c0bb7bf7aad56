//! The load generator: drives any daemon over its socket by a plan, and reports.
//!
//! A [`plan::Plan`] (built in, or read from a TOML file) is carried out by a [`driver::Drive`]: few threads, each of which
//! drives many [`worker::Worker`]s. They count into [`metrics::Tally`]s, of which a [`report::Report`] is made.
//! [`requirements`] runs one plan after the other and compares what was measured with what was promised.
//!
//! Must never: measure from when a request was sent where it was due before (coordinated omission); wait in any other way
//! than in `poll`; start more threads than `--threads` says (but to try the client's pool, which is for threads); know the daemon from inside: it knows the wire alone.

pub mod args;
pub mod daemon;
pub mod driver;
mod error;
pub mod metrics;
mod patterns;
pub mod plan;
mod progress;
pub mod protocol;
pub mod report;
mod requirements;
mod run;
pub mod stream;
mod toml_plan;
pub mod worker;

pub use error::LoadError;
pub use run::{Exit, run};
