//! What the daemon answers: written by the server, read by clients.

use std::fmt;

use thiserror::Error;

use super::resp::{RespValue, RespVersion, RespWriter};

/// A reply that does not have the shape it should have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReplyError {
    /// Another type than expected.
    #[error("expected {0} in the daemon's reply")]
    Shape(&'static str),
    /// A field is missing or has another type than it should.
    #[error("the daemon's reply has no usable field '{0}'; are client and daemon of different versions?")]
    Field(&'static str),
}

/// Declares a map of a fixed set of fields once, for writer and reader.
macro_rules! reply_map {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident / $key:literal : $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $kind,)*
        }

        impl $name {
            /// Appends the reply as a map, its keys in the order of the fields.
            pub fn encode(&self, version: RespVersion, out: &mut Vec<u8>) {
                let mut writer = RespWriter::new(version, out);
                writer.map([$($key),*].len());
                $(
                    writer.bulk($key.as_bytes());
                    self.$field.write(&mut writer);
                )*
            }

            /// Reads the reply out of a map (RESP2: a flat array). Fields it does not know are skipped.
            ///
            /// # Errors
            /// A missing field, or one of another type.
            pub fn decode(value: RespValue) -> Result<$name, ReplyError> {
                let mut fields = Fields::new(value)?;
                Ok($name { $($field: fields.take($key)?,)* })
            }

            /// Each field's key and its value, to be printed.
            pub fn rows(&self) -> Vec<(&'static str, RespValue)> {
                vec![$(($key, self.$field.value()),)*]
            }
        }
    };
}

reply_map! {
    /// How a program ended, and what it took.
    RunReply {
        /// What it printed and was not streamed before.
        stdout / "stdout": Vec<u8>,
        /// What it wrote to standard error and was not streamed before, an uncaught exception's traceback last.
        stderr / "stderr": Vec<u8>,
        /// The exit code that `python3` would have ended with.
        exit / "exit": u8,
        /// `repr` of a last expression's value, with `ECHO` and unless it is `None`.
        value / "value": Option<String>,
        /// The last expression's value in its own type, with `DATA` and unless it is `None`.
        data / "data": Option<RespValue>,
        /// Name of the class of an uncaught exception, `SyntaxError` included.
        error / "error": Option<String>,
        /// `str()` of that exception, of a long one the beginning.
        message / "message": Option<String>,
        /// Its traceback, with `TRACEBACK`; without, it ends [`RunReply::stderr`].
        traceback / "traceback": Option<String>,
        /// Fuel burnt.
        fuel / "fuel": u64,
        /// Instructions executed, about.
        instructions / "instructions": u64,
        /// The most live memory it held, in bytes.
        memory_peak_bytes / "memory_peak": u64,
        /// Time to compile, or to find the compiled program, in microseconds.
        compile_us / "compile_us": u64,
        /// Time from the start of the program to its end, pauses included, in microseconds.
        run_us / "run_us": u64,
        /// Whether the compile cache had it.
        cached / "cached": bool,
    }
}

reply_map! {
    /// The daemon's numbers.
    DaemonStatus {
        /// Version of the daemon.
        version / "version": String,
        /// Its process.
        pid / "pid": u64,
        /// Where it listens.
        socket / "socket": String,
        /// Since it listens, in microseconds.
        uptime_us / "uptime_us": u64,
        /// Connections now.
        connections_active / "connections_active": u64,
        /// Connections accepted since the start.
        connections_total / "connections_total": u64,
        /// Connections turned away because there were too many, or of a foreign user.
        connections_rejected / "connections_rejected": u64,
        /// Requests of every kind.
        requests_total / "requests_total": u64,
        /// … of which could not be understood.
        requests_refused / "requests_refused": u64,
        /// Programs that run now.
        runs_active / "runs_active": u64,
        /// Programs started since the start.
        runs_total / "runs_total": u64,
        /// … of which ended with an uncaught exception or did not compile.
        runs_raised / "runs_raised": u64,
        /// … of which were killed by a limit, a cancel or a hang-up.
        runs_killed / "runs_killed": u64,
        /// … of which were lost to a fault of pyrust's own.
        runs_internal_errors / "runs_internal_errors": u64,
        /// Sessions now.
        sessions / "sessions": u64,
        /// Live memory of sessions and their snapshots when they were last at rest, in bytes.
        sessions_memory_bytes / "sessions_memory_bytes": u64,
        /// Slices that programs ran.
        slices_total / "slices_total": u64,
        /// Times a program was suspended because its client did not read.
        suspensions_total / "suspensions_total": u64,
        /// Rounds of the event loop.
        ticks_total / "ticks_total": u64,
        /// Rounds that began with waiting.
        wakeups_total / "wakeups_total": u64,
        /// Programs in the compile cache.
        cache_entries / "cache_entries": u64,
        /// Their source, in bytes.
        cache_source_bytes / "cache_source_bytes": u64,
        /// Compilations avoided.
        cache_hits / "cache_hits": u64,
        /// Compilations done.
        cache_misses / "cache_misses": u64,
        /// Programs that left the cache to make room.
        cache_evictions / "cache_evictions": u64,
        /// Resident memory of the process, in bytes; 0 if the system does not say.
        memory_rss_bytes / "memory_rss_bytes": u64,
        /// Lines that could not be written to the log.
        log_errors / "log_errors": u64,
    }
}

reply_map! {
    /// Who answers a `HELLO`.
    HelloReply {
        /// `pyrust`
        server / "server": String,
        /// Version of the daemon.
        version / "version": String,
        /// Version of the protocol from here on.
        proto / "proto": u64,
        /// Number of the connection.
        id / "id": u64,
        /// `standalone`, for clients that look for it.
        mode / "mode": String,
        /// `master`, for clients that look for it.
        role / "role": String,
        /// Nothing, for clients that look for it.
        modules / "modules": (),
    }
}

/// How a field crosses the wire.
trait Field: Sized {
    fn write(&self, writer: &mut RespWriter<'_>) {
        self.value().write(writer);
    }
    fn value(&self) -> RespValue;
    fn read(value: RespValue) -> Option<Self>;
}

impl Field for Vec<u8> {
    fn write(&self, writer: &mut RespWriter<'_>) {
        writer.bulk(self);
    }
    fn value(&self) -> RespValue {
        RespValue::bulk(self)
    }
    fn read(value: RespValue) -> Option<Vec<u8>> {
        match value {
            RespValue::Bulk(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl Field for String {
    fn write(&self, writer: &mut RespWriter<'_>) {
        writer.bulk(self.as_bytes());
    }
    fn value(&self) -> RespValue {
        RespValue::bulk(self)
    }
    fn read(value: RespValue) -> Option<String> {
        String::from_utf8(Field::read(value)?).ok()
    }
}

impl Field for Option<String> {
    fn write(&self, writer: &mut RespWriter<'_>) {
        match self {
            Some(text) => text.write(writer),
            None => writer.null(),
        }
    }
    fn value(&self) -> RespValue {
        self.as_ref().map_or(RespValue::Null, RespValue::bulk)
    }
    fn read(value: RespValue) -> Option<Option<String>> {
        match value {
            RespValue::Null => Some(None),
            value => String::read(value).map(Some),
        }
    }
}

impl Field for Option<RespValue> {
    fn value(&self) -> RespValue {
        self.clone().unwrap_or(RespValue::Null)
    }
    fn write(&self, writer: &mut RespWriter<'_>) {
        match self {
            Some(value) => value.write(writer),
            None => writer.null(),
        }
    }
    fn read(value: RespValue) -> Option<Option<RespValue>> {
        match value {
            RespValue::Null => Some(None),
            value => Some(Some(value)),
        }
    }
}

impl Field for u64 {
    fn value(&self) -> RespValue {
        RespValue::Integer(i64::try_from(*self).unwrap_or(i64::MAX))
    }
    fn read(value: RespValue) -> Option<u64> {
        match value {
            RespValue::Integer(value) => value.try_into().ok(),
            _ => None,
        }
    }
}

impl Field for u8 {
    fn value(&self) -> RespValue {
        RespValue::Integer(i64::from(*self))
    }
    fn read(value: RespValue) -> Option<u8> {
        u64::read(value)?.try_into().ok()
    }
}

impl Field for bool {
    fn value(&self) -> RespValue {
        RespValue::Boolean(*self)
    }
    fn read(value: RespValue) -> Option<bool> {
        match value {
            RespValue::Boolean(value) => Some(value),
            RespValue::Integer(value @ (0 | 1)) => Some(value == 1),
            _ => None,
        }
    }
}

/// An empty list.
impl Field for () {
    fn value(&self) -> RespValue {
        RespValue::Array(Vec::new())
    }
    fn read(_: RespValue) -> Option<()> {
        Some(())
    }
}

/// The pairs of a map, of either version.
struct Fields(Vec<(RespValue, RespValue)>);

impl Fields {
    fn new(value: RespValue) -> Result<Fields, ReplyError> {
        match value {
            RespValue::Map(pairs) => Ok(Fields(pairs)),
            RespValue::Array(items) if items.len() % 2 == 0 => {
                let mut items = items.into_iter();
                let mut pairs = Vec::new();
                while let (Some(key), Some(value)) = (items.next(), items.next()) {
                    pairs.push((key, value));
                }
                Ok(Fields(pairs))
            }
            _ => Err(ReplyError::Shape("a map")),
        }
    }

    fn take<F: Field>(&mut self, key: &'static str) -> Result<F, ReplyError> {
        let pair = self.0.iter_mut().find(|(found, _)| found.as_bytes() == Some(key.as_bytes()));
        let value = pair.map(|(_, value)| std::mem::replace(value, RespValue::Null));
        value.and_then(F::read).ok_or(ReplyError::Field(key))
    }
}

/// Which standard stream a piece of output belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl OutputStream {
    /// How it is called on the wire.
    pub fn name(self) -> &'static str {
        match self {
            OutputStream::Stdout => "stdout",
            OutputStream::Stderr => "stderr",
        }
    }
}

/// A push message: a piece of output of the program that runs (`STREAM`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputPush {
    /// Where it goes.
    pub stream: OutputStream,
    /// What was written.
    pub bytes: Vec<u8>,
}

impl OutputPush {
    /// Appends the push message for `bytes`.
    pub fn encode(stream: OutputStream, bytes: &[u8], version: RespVersion, out: &mut Vec<u8>) {
        let mut writer = RespWriter::new(version, out);
        writer.push(2);
        writer.bulk(stream.name().as_bytes());
        writer.bulk(bytes);
    }

    /// Reads a push message's items.
    ///
    /// # Errors
    /// Anything but a stream's name and bytes.
    pub fn decode(items: Vec<RespValue>) -> Result<OutputPush, ReplyError> {
        let [name, RespValue::Bulk(bytes)] =
            <[RespValue; 2]>::try_from(items).map_err(|_| ReplyError::Shape("a stream and bytes"))?
        else {
            return Err(ReplyError::Shape("a stream and bytes"));
        };
        let stream = match name.as_bytes() {
            Some(b"stdout") => OutputStream::Stdout,
            Some(b"stderr") => OutputStream::Stderr,
            _ => return Err(ReplyError::Shape("'stdout' or 'stderr'")),
        };
        Ok(OutputPush { stream, bytes })
    }
}

/// The first word of an error reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The request was not understood.
    Err,
    /// `HELLO` with a version that is not spoken here.
    NoProto,
    /// The daemon wants a token first (`--token-file`).
    NoAuth,
    /// `AUTH` with another token than the daemon's, or of a user that does not exist.
    WrongPass,
    /// The peer may not speak to this daemon.
    NoPerm,
    /// The run was killed: its wall time was over.
    Timeout,
    /// The run was killed: it held too much memory.
    Memory,
    /// The run was killed: its fuel was used up.
    Fuel,
    /// The run was killed: it printed more than is held for one reply.
    Output,
    /// The run was killed: its result, wanted as data, was too large.
    Result,
    /// The run raised an exception that it did not catch (`EVAL`).
    PyErr,
    /// `EVALSHA` of a script that is not known.
    NoScript,
    /// `EXEC` of a transaction of which a command was refused.
    ExecAbort,
    /// The run was killed: somebody asked for it.
    Cancelled,
    /// Too many connections, sessions or requests; nothing was run.
    Busy,
    /// There is no session of that name.
    NoSession,
    /// The session has no snapshot.
    NoSnapshot,
    /// There is a session of that name already.
    BusyKey,
    /// The daemon is ending.
    Shutdown,
    /// A fault of pyrust's own; the run is lost, the daemon goes on.
    Internal,
}

impl ErrorCode {
    const ALL: [ErrorCode; 20] = [
        ErrorCode::Err,
        ErrorCode::NoProto,
        ErrorCode::NoAuth,
        ErrorCode::WrongPass,
        ErrorCode::NoPerm,
        ErrorCode::Timeout,
        ErrorCode::Memory,
        ErrorCode::Fuel,
        ErrorCode::Output,
        ErrorCode::Result,
        ErrorCode::PyErr,
        ErrorCode::NoScript,
        ErrorCode::ExecAbort,
        ErrorCode::Cancelled,
        ErrorCode::Busy,
        ErrorCode::NoSession,
        ErrorCode::NoSnapshot,
        ErrorCode::BusyKey,
        ErrorCode::Shutdown,
        ErrorCode::Internal,
    ];

    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorCode::Err => "ERR",
            ErrorCode::NoProto => "NOPROTO",
            ErrorCode::NoAuth => "NOAUTH",
            ErrorCode::WrongPass => "WRONGPASS",
            ErrorCode::NoPerm => "NOPERM",
            ErrorCode::Timeout => "TIMEOUT",
            ErrorCode::Memory => "MEMORY",
            ErrorCode::Fuel => "FUEL",
            ErrorCode::Output => "OUTPUT",
            ErrorCode::Result => "RESULT",
            ErrorCode::PyErr => "PYERR",
            ErrorCode::NoScript => "NOSCRIPT",
            ErrorCode::ExecAbort => "EXECABORT",
            ErrorCode::Cancelled => "CANCELLED",
            ErrorCode::Busy => "BUSY",
            ErrorCode::NoSession => "NOSESSION",
            ErrorCode::NoSnapshot => "NOSNAPSHOT",
            ErrorCode::BusyKey => "BUSYKEY",
            ErrorCode::Shutdown => "SHUTDOWN",
            ErrorCode::Internal => "INTERNAL",
        }
    }
}

/// An error reply: its code and one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorReply {
    /// Told apart by programs.
    pub code: ErrorCode,
    /// Read by people.
    pub message: String,
}

impl ErrorReply {
    /// An error reply.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> ErrorReply {
        ErrorReply { code, message: message.into() }
    }

    /// Reads an error's text. A first word that is no known code belongs to the sentence.
    pub fn from_text(text: &str) -> ErrorReply {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        match ErrorCode::ALL.into_iter().find(|code| code.as_str() == word) {
            Some(code) => ErrorReply::new(code, rest),
            None => ErrorReply::new(ErrorCode::Err, text),
        }
    }

    /// Appends the error reply; it looks the same in both versions.
    pub fn encode(&self, out: &mut Vec<u8>) {
        RespWriter::new(RespVersion::Resp2, out).error(&self.to_string());
    }
}

impl fmt::Display for ErrorReply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.code.as_str(), self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::ReplyDecoder;

    fn decoded(bytes: &[u8]) -> RespValue {
        let mut decoder = ReplyDecoder::new(10_000);
        decoder.feed(bytes);
        decoder.next_value().unwrap().unwrap()
    }

    #[test]
    fn a_run_reply_round_trips_in_both_versions() {
        let reply = RunReply {
            stdout: b"hi\r\n\xff".to_vec(),
            stderr: b"".to_vec(),
            exit: 3,
            value: Some("5".into()),
            data: Some(RespValue::Integer(5)),
            error: Some("KeyError".into()),
            message: Some("'x'".into()),
            traceback: None,
            fuel: 7,
            instructions: 4,
            memory_peak_bytes: 1 << 40,
            compile_us: 1,
            run_us: 2,
            cached: true,
        };
        for version in [RespVersion::Resp2, RespVersion::Resp3] {
            let mut out = Vec::new();
            reply.encode(version, &mut out);
            assert_eq!(RunReply::decode(decoded(&out)), Ok(reply.clone()));
        }
    }

    #[test]
    fn a_reply_without_a_field_names_it() {
        let value = RespValue::Map(vec![(RespValue::bulk("stdout"), RespValue::bulk("x"))]);
        assert_eq!(RunReply::decode(value), Err(ReplyError::Field("stderr")));
        assert_eq!(RunReply::decode(RespValue::Integer(1)), Err(ReplyError::Shape("a map")));
    }

    #[test]
    fn status_and_hello_round_trip() {
        let status = DaemonStatus { pid: 7, socket: "/tmp/x".into(), ..DaemonStatus::default() };
        let hello = HelloReply { server: "pyrust".into(), proto: 3, ..HelloReply::default() };
        let mut out = Vec::new();
        status.encode(RespVersion::Resp3, &mut out);
        assert_eq!(DaemonStatus::decode(decoded(&out)), Ok(status));
        out.clear();
        hello.encode(RespVersion::Resp3, &mut out);
        assert_eq!(HelloReply::decode(decoded(&out)), Ok(hello));
    }

    #[test]
    fn output_comes_as_a_push_message() {
        let mut out = Vec::new();
        OutputPush::encode(OutputStream::Stderr, b"oh\n", RespVersion::Resp3, &mut out);
        assert_eq!(out, b">2\r\n$6\r\nstderr\r\n$3\r\noh\n\r\n");
        let RespValue::Push(items) = decoded(&out) else { panic!("no push") };
        let push = OutputPush { stream: OutputStream::Stderr, bytes: b"oh\n".to_vec() };
        assert_eq!(OutputPush::decode(items), Ok(push));
        assert!(OutputPush::decode(vec![RespValue::bulk("stdin"), RespValue::bulk("")]).is_err());
        assert!(OutputPush::decode(vec![]).is_err());
    }

    #[test]
    fn an_error_reply_keeps_its_code_and_stays_on_one_line() {
        let error = ErrorReply::new(ErrorCode::Timeout, "the time-out of 30 s is over");
        let mut out = Vec::new();
        error.encode(&mut out);
        assert_eq!(out, b"-TIMEOUT the time-out of 30 s is over\r\n");
        let RespValue::Error(text) = decoded(&out) else { panic!("no error") };
        assert_eq!(ErrorReply::from_text(&text), error);
        assert_eq!(ErrorReply::from_text("WEIRD x"), ErrorReply::new(ErrorCode::Err, "WEIRD x"));
        assert_eq!(ErrorReply::from_text("BUSY"), ErrorReply::new(ErrorCode::Busy, ""));
    }
}
