//! Bytes as a sequence of Python's words, so that much of it compiles and runs. See `checks.rs`.
#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::soup(data));
