//! The wire: bytes in, messages out.
//!
//! Owns the codecs of both protocols on the daemon's socket: frames (four bytes of length, then code) and
//! RESP2/RESP3 (the Redis protocol), how they are told apart, the commands, and the replies that server and
//! client share. `docs/protocol.md` describes all of it with examples that a test checks against this code.
//!
//! Must never: open, read or write a socket; read a clock; know an engine or a connection. Every decoder is
//! incremental (any split of the input gives the same messages), refuses a message by its declared size
//! before it buffers it, looks at no byte twice, and stays failed once it failed. Drain a decoder until it
//! returns `None` after each `feed`: then it never holds more than one message and one feed.

mod buffer;
pub mod command;
pub mod detect;
pub mod frame;
pub mod reply;
pub mod resp;

pub use command::{
    Action, BatchRequest, COMMANDS, CommandError, CommandId, CommandSpec, Credentials, EvalRequest,
    EvalSource, Hello, Request, RunRequest, Service, SessionRequest, find_command, locate, parse_command,
    parse_located, write_command,
};
pub use detect::{Detected, detect};
pub use frame::{
    FrameDecoder, FrameError, Response, ResponseDecoder, Status, encode_request, encode_response,
};
pub use reply::{
    DaemonStatus, ErrorCode, ErrorReply, HelloReply, OutputPush, OutputStream, ReplyError, RunReply,
};
pub use resp::{
    Args, CommandDecoder, FromValue, ReplyDecoder, RespError, RespValue, RespVersion, RespWriter, WrongType,
};
