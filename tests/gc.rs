//! The garbage collector, the accounting of memory and the limits, as a script and its host meet them.

mod corpus_harness;

use pyrust::engine::GcPressure;

use corpus_harness::{ORDINARY_STACK_BYTES, Slicing, check_corpus};

#[test]
fn programs_behave_the_same_when_whatever_is_not_rooted_is_freed_at_once() {
    check_corpus("whole collections", Slicing::Daemon, ORDINARY_STACK_BYTES, GcPressure::Whole);
}

#[test]
fn programs_behave_the_same_when_every_safepoint_meets_a_collection_half_done() {
    check_corpus("tiny steps", Slicing::Daemon, ORDINARY_STACK_BYTES, GcPressure::TinySteps);
}
