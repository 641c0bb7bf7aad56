//! Bytes into the command decoder and the parser of commands. See `checks.rs`.
#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::commands(data));
