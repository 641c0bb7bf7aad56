//! Runs every program of the corpus and compares what it does with what CPython 3.13 did.
//!
//! A program is `tests/python/<area>/<topic>.py` or `tests/jobs/<job>.py`; beside it lie `.out` (stdout), `.err`
//! (stderr, absent when empty), `.code` (exit code, absent when 0) and perhaps `.in` (stdin). They are
//! recorded by `scripts/goldens.sh` and never written by hand.
//!
//! Each program must behave the same however its execution is cut into slices (design, invariant 6) and on a
//! small native stack (invariant 3).
//!
//! `CORPUS=words` limits a run to the programs whose path contains one of the comma-separated words,
//! `CORPUS_SEED=n` replays a random slicing.

mod corpus_harness;

use pyrust::engine::GcPressure;

use corpus_harness::{ORDINARY_STACK_BYTES, SMALL_STACK_BYTES, Slicing, check_corpus, files_below, roots};

/// Programs that the issue asks for.
const PROGRAMS_MIN: usize = 250;

/// A new seed for each run of the tests, or the one that is to be replayed.
fn seed() -> u64 {
    match std::env::var("CORPUS_SEED") {
        Ok(text) => text.parse().expect("CORPUS_SEED is a number"),
        Err(_) => {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            now.map_or(1, |elapsed| elapsed.subsec_nanos().into())
        }
    }
}

#[test]
fn programs_behave_as_recorded_from_cpython() {
    check_corpus("one slice", Slicing::Unlimited, ORDINARY_STACK_BYTES, GcPressure::Normal);
}

#[test]
fn programs_behave_the_same_with_fuel_for_one_step_at_a_time() {
    check_corpus("fuel 1", Slicing::One, ORDINARY_STACK_BYTES, GcPressure::Normal);
}

#[test]
fn programs_behave_the_same_with_random_fuel() {
    let seed = seed();
    println!("replay with CORPUS_SEED={seed}");
    check_corpus("random fuel", Slicing::Random { seed }, ORDINARY_STACK_BYTES, GcPressure::Normal);
}

#[test]
fn programs_need_no_more_than_a_small_native_stack() {
    check_corpus("256 KiB of stack", Slicing::Unlimited, SMALL_STACK_BYTES, GcPressure::Normal);
}

#[test]
fn every_recorded_file_belongs_to_a_program_and_every_program_is_recorded() {
    let mut problems = Vec::new();
    for root in roots() {
        let files = files_below(&root);
        for name in &files {
            let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
            match extension {
                "py" if !files.contains(&format!("{stem}.out")) => {
                    problems.push(format!("{name} is not recorded"))
                }
                "py" => {}
                "out" | "err" | "code" | "in" if files.contains(&format!("{stem}.py")) => {}
                _ => problems.push(format!("{name} belongs to no program")),
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_corpus_is_large_enough() {
    let programs: usize = roots()
        .iter()
        .map(|root| files_below(root).iter().filter(|name| name.ends_with(".py")).count())
        .sum();
    assert!(programs >= PROGRAMS_MIN, "{programs} programs, {PROGRAMS_MIN} wanted");
}
