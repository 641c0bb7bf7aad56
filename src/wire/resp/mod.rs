//! RESP2 and RESP3, the Redis protocol (<https://redis.io/docs/latest/develop/reference/protocol-spec/>).

mod command_decoder;
mod convert;
mod line;
mod reply_decoder;
mod value;
mod writer;

pub use command_decoder::{Args, CommandDecoder};
pub use convert::{FromValue, WrongType};
pub use reply_decoder::ReplyDecoder;
pub use value::{RespValue, RespVersion};
pub use writer::RespWriter;

use thiserror::Error;

/// A stream of RESP that cannot be followed any further.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RespError {
    /// A command that is not an array.
    #[error(
        "Protocol error: inline commands are not supported, send an array of bulk strings \
         (the first byte was '{}')", .0.escape_ascii()
    )]
    Inline(u8),
    /// Something else was due; Redis's words.
    #[error("Protocol error: expected '{}', got '{}'", .expected.escape_ascii(), .found.escape_ascii())]
    Unexpected {
        /// Due here.
        expected: u8,
        /// Came instead.
        found: u8,
    },
    /// A byte that starts no RESP type that is supported here.
    #[error("Protocol error: unknown type '{}'", .0.escape_ascii())]
    UnknownType(u8),
    /// The count of an array, map, set or push is no number or out of range.
    #[error("Protocol error: invalid multibulk length")]
    InvalidCount,
    /// The length of a bulk string is no number or negative.
    #[error("Protocol error: invalid bulk length")]
    InvalidBulkLength,
    /// A scalar that does not read as its type.
    #[error("Protocol error: invalid {0}")]
    InvalidValue(&'static str),
    /// More elements than one aggregate may have.
    #[error("Protocol error: {count} elements, the limit is {max}")]
    TooManyElements {
        /// Declared.
        count: u64,
        /// Allowed.
        max: usize,
    },
    /// The message is too large as a whole.
    #[error("Protocol error: the message has at least {bytes} bytes, the limit is {max} (--max-frame)")]
    TooLarge {
        /// Declared so far.
        bytes: u64,
        /// Allowed.
        max: usize,
    },
    /// Aggregates inside aggregates inside …
    #[error("Protocol error: values nest deeper than {0}")]
    TooDeep(usize),
    /// No end of line where one had to be.
    #[error("Protocol error: a line is longer than {0} bytes")]
    LineTooLong(usize),
    /// A line or a bulk string does not end with CR LF.
    #[error("Protocol error: expected CR LF at the end of {0}")]
    BadEnd(&'static str),
}
