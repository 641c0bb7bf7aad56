//! Bytes into both frame decoders: one split gives what another gives. See `checks.rs`.
#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::frames(data));
