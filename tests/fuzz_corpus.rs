//! Every input that the fuzzers start from or have found, through the same checks as theirs.

#[path = "../fuzz/fuzz_targets/checks.rs"]
mod checks;

use std::path::Path;

fn replay(target: &str, check: fn(&[u8])) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut count = 0;
    for entry in std::fs::read_dir(&directory).unwrap() {
        let path = entry.unwrap().path();
        // Shown if the check fails.
        println!("{}", path.display());
        check(&std::fs::read(&path).unwrap());
        count += 1;
    }
    assert!(count > 0, "{} is empty", directory.display());
}

#[test]
fn frames() {
    replay("frame_decoder", checks::frames);
}

#[test]
fn commands() {
    replay("resp_decoder", checks::commands);
}

#[test]
fn replies() {
    replay("resp_reply", checks::replies);
}

#[test]
fn programs() {
    replay("source_text", checks::source);
}

#[test]
fn soups() {
    replay("token_soup", checks::soup);
}

#[test]
fn programs_of_the_grammar() {
    replay("program_grammar", checks::grammar);
}

#[test]
fn connections() {
    replay("connection", checks::connections);
}
