//! Python at socket speed: scripts that are compiled once, run in slices, metered, and can be suspended between any two
//! instructions.
//!
//! - [`engine`] evaluates Python in this process: [`engine::Engine`] compiles and starts, [`engine::Run`] is stepped.
//! - [`client`] talks to a daemon: [`client::Client`] with values in Rust's own types, [`client::Pool`] for threads,
//!   [`client::DaemonClient`] in text alone, and with a fallback to this process.
//! - [`server`] is the daemon, [`cli`] the command; [`session`] and [`wire`] are what it serves, without a socket.
//! - [`load`] is the load generator, `pyrust-load`.
//! - [`limits`] has every limit, with its unit and its flag.
//!
//! How the parts fit together is in `docs/architecture.md`.

#[doc(hidden)]
pub mod bytecode;
pub mod cli;
pub mod client;
pub mod engine;
mod lang;
pub mod limits;
pub mod load;
pub mod server;
pub mod session;
mod vm;
pub mod wire;

/// The README's Rust is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

/// So is what the client's page shows.
#[cfg(doctest)]
#[doc = include_str!("../docs/client.md")]
pub struct ClientGuide;
