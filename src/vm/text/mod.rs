//! Text of Python values: parsing, formatting, escaping, hashing and searching as pure functions.
//!
//! Owns what CPython's number formatter, number parser and string tables do, over `&str`, `i64`, `f64`
//! and `BigInt`. Knows no VM type, raises nothing by itself (callers turn [`TextError`] into exceptions)
//! and must never build a result that is larger than the caller's limit. Work that can grow with a
//! script's numbers is sliced in [`bignum`].

pub mod bignum;
pub mod complex_text;
pub mod escape;
pub mod float_repr;
pub mod format_spec;
pub mod int_text;
pub mod numeric_hash;
pub mod percent;
#[cfg(test)]
mod replay;
pub mod search;
pub mod str_format;
#[rustfmt::skip]
mod tables;
pub mod unicode;

use std::borrow::Cow;

/// Which exception a caller raises for a [`TextError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextErrorKind {
    /// `ValueError`.
    Value,
    /// `OverflowError`.
    Overflow,
    /// `IndexError`.
    Index,
    /// The result would be larger than the limit the caller gave: `MemoryError`.
    TooLarge,
}

/// An error with CPython's words, not yet an exception.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TextError {
    /// The exception's type.
    pub kind: TextErrorKind,
    /// The exception's message.
    pub message: Cow<'static, str>,
}

impl TextError {
    /// A `ValueError`.
    pub fn value(message: impl Into<Cow<'static, str>>) -> TextError {
        TextError { kind: TextErrorKind::Value, message: message.into() }
    }

    /// An `OverflowError`.
    pub fn overflow(message: impl Into<Cow<'static, str>>) -> TextError {
        TextError { kind: TextErrorKind::Overflow, message: message.into() }
    }

    /// The result does not fit the caller's limit.
    pub fn too_large() -> TextError {
        TextError { kind: TextErrorKind::TooLarge, message: Cow::Borrowed("") }
    }
}

/// Appends a character `count` times.
pub fn push_fill(fill: char, count: usize, out: &mut String) {
    const SPACES: &str = "                                ";
    const ZEROS: &str = "00000000000000000000000000000000";
    match fill {
        ' ' if count <= SPACES.len() => out.push_str(&SPACES[..count]),
        '0' if count <= ZEROS.len() => out.push_str(&ZEROS[..count]),
        fill => out.extend(std::iter::repeat_n(fill, count)),
    }
}

/// `Ok` if `bytes` fit into `max`: asked before the bytes are allocated.
pub fn check_size(bytes: usize, max: usize) -> Result<(), TextError> {
    if bytes <= max { Ok(()) } else { Err(TextError::too_large()) }
}
