//! The `pyrust` command.
fn main() {}
