//! Several clients at the session layer, the real engine behind it. See `clients.rs`.
#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::connections(data));
