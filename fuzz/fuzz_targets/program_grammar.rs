//! Bytes as choices of a grammar, so that all of it compiles and most of it runs. See `checks.rs`.
#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::grammar(data));
