//! Hostile scripts: each known way to hold, blow up or escape an interpreter, and what must become of it.
//!
//! `tests/hostile/*.py` say in their first lines how they must end. Every one of them runs
//! - in the engine, in slices, where a slice must stay small in fuel (and with `PYRUST_HOSTILE_TIMES=1`, as
//!   `make stress` runs it, in processor time), memory must stay within its limit, and the end must be the
//!   right one;
//! - if it ends by a kill, through a real daemon, eight at a time, beside a neighbour whose small requests
//!   must be answered meanwhile; the answers are counted.
//!
//! `PYRUST_HOSTILE=name` runs the scripts whose names contain `name`, and tells each on standard error as
//! it starts, which is how to find the one that takes the process down.

#[path = "hostile/daemon.rs"]
mod daemon;
#[path = "hostile/engine.rs"]
mod engine;
#[path = "hostile/script.rs"]
mod script;

use script::Script;

#[test]
fn every_script_ends_as_it_must_within_its_limits() {
    let scripts = Script::all();
    let complaints = engine::run_all(scripts);
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn a_neighbour_is_served_while_hostile_scripts_run() {
    let scripts: Vec<Script> = Script::all().into_iter().filter(Script::always_killed).collect();
    let complaints = daemon::run_beside_neighbour(scripts);
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn there_are_scripts_of_every_family() {
    let scripts = Script::all();
    if std::env::var_os("PYRUST_HOSTILE").is_some() {
        return;
    }
    assert!(scripts.len() >= 280, "only {} scripts were found", scripts.len());
    let families =
        "spin callback native int size search mem kill deep hash sort output sleep text free eval source";
    for family in families.split(' ') {
        let count = scripts.iter().filter(|s| s.name.starts_with(&format!("{family}_"))).count();
        assert!(count >= 3, "family {family} has {count} scripts");
    }
}
