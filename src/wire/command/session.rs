//! `PY.SESSION` and `PY.BATCH`: what runs on what earlier programs have left.

use std::time::Duration;

use super::{Args, CommandError, Options, Request, write_command};

/// `PY.SESSION NEW name [TTL seconds] [MEMORY bytes]`, `LIST`, `INFO name`, `DROP name`, `FORK name new`,
/// `SNAPSHOT name`, `ROLLBACK name`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionRequest<'a> {
    /// Makes one.
    New {
        /// What it is called.
        name: &'a str,
        /// How long it may be left alone before it is dropped; the daemon's default if it is `None`, for ever if it is
        /// zero.
        ttl: Option<Duration>,
        /// Live memory it may hold, in bytes; the daemon's limit if it is `None` or larger than that.
        memory_max_bytes: Option<usize>,
    },
    /// Asks for the names of all.
    List,
    /// Asks about one.
    Info(&'a str),
    /// Drops one.
    Drop(&'a str),
    /// Makes a copy of the first, called as the second says.
    Fork(&'a str, &'a str),
    /// Keeps a copy of how it is now.
    Snapshot(&'a str),
    /// Makes it as it was at its snapshot.
    Rollback(&'a str),
}

/// `PY.BATCH n code… [SESSION name] [ID name] [TIMEOUT ms] [MEMORY bytes] [FUEL units] [ATOMIC] [CONTINUE] [ECHO] [DATA] [TRACEBACK]`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchRequest<'a> {
    /// The programs, in order.
    pub codes: Vec<&'a str>,
    /// The session they run in; a fresh one that nobody else sees if it is `None`.
    pub session: Option<&'a str>,
    /// What `PY.CANCEL` may call it.
    pub id: Option<&'a str>,
    /// Wall time of all together; see [`super::RunRequest::timeout`].
    pub timeout: Option<Duration>,
    /// Live memory, in bytes; see [`super::RunRequest::memory_max_bytes`].
    pub memory_max_bytes: Option<usize>,
    /// Fuel that each may burn.
    pub fuel_max: Option<u64>,
    /// Whether the session is brought back to where it was before when one of them fails.
    pub atomic: bool,
    /// Whether those after one that fails are run.
    pub keep_going: bool,
    /// Whether tracebacks come in a field of their own.
    pub traceback: bool,
    /// Whether the `repr` of the values of last expressions are wanted.
    pub echo: bool,
    /// Whether the values of last expressions are wanted in their own types.
    pub data: bool,
}

pub(super) fn parse_new<'a>(args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    let mut options = Options { command: "PY.SESSION NEW", args: *args, at: 2 };
    let name = options.client_name("the name")?;
    let (mut ttl, mut memory) = (None, None);
    while let Some(option) = options.next() {
        if option.eq_ignore_ascii_case(b"TTL") {
            let seconds = options.number("TTL", "seconds")?;
            options.set("TTL", &mut ttl, Duration::from_secs(seconds))?;
        } else if option.eq_ignore_ascii_case(b"MEMORY") {
            let bytes = usize::try_from(options.number("MEMORY", "bytes")?).unwrap_or(usize::MAX);
            options.set("MEMORY", &mut memory, bytes)?;
        } else {
            return Err(options.unknown(option));
        }
    }
    Ok(Request::Session(SessionRequest::New { name, ttl, memory_max_bytes: memory }))
}

/// Reads the one name of `PY.SESSION INFO` and its like.
pub(super) fn parse_name<'a>(
    args: &Args<'a>,
    request: impl FnOnce(&'a str) -> SessionRequest<'a>,
) -> Result<Request<'a>, CommandError> {
    let mut options = Options { command: "PY.SESSION", args: *args, at: 2 };
    Ok(Request::Session(request(options.client_name("the name")?)))
}

pub(super) fn parse_fork<'a>(args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    let mut options = Options { command: "PY.SESSION FORK", args: *args, at: 2 };
    let name = options.client_name("the name")?;
    Ok(Request::Session(SessionRequest::Fork(name, options.client_name("the name of the copy")?)))
}

pub(super) fn parse_batch<'a>(args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    let mut options = Options { command: "PY.BATCH", args: *args, at: 1 };
    let count = options.number("the batch", "the number of programs")?;
    let mut batch = BatchRequest { codes: options.texts("the batch", count)?, ..BatchRequest::default() };
    while let Some(option) = options.next() {
        if option.eq_ignore_ascii_case(b"SESSION") {
            let name = options.client_name("SESSION")?;
            options.set("SESSION", &mut batch.session, name)?;
        } else if option.eq_ignore_ascii_case(b"ID") {
            let name = options.client_name("ID")?;
            options.set("ID", &mut batch.id, name)?;
        } else if option.eq_ignore_ascii_case(b"TIMEOUT") {
            let milliseconds = options.number("TIMEOUT", "milliseconds")?;
            options.set("TIMEOUT", &mut batch.timeout, Duration::from_millis(milliseconds))?;
        } else if option.eq_ignore_ascii_case(b"MEMORY") {
            let bytes = usize::try_from(options.number("MEMORY", "bytes")?).unwrap_or(usize::MAX);
            options.set("MEMORY", &mut batch.memory_max_bytes, bytes)?;
        } else if option.eq_ignore_ascii_case(b"FUEL") {
            let units = options.number("FUEL", "units")?;
            options.set("FUEL", &mut batch.fuel_max, units)?;
        } else if option.eq_ignore_ascii_case(b"ATOMIC") {
            options.raise("ATOMIC", &mut batch.atomic)?;
        } else if option.eq_ignore_ascii_case(b"CONTINUE") {
            options.raise("CONTINUE", &mut batch.keep_going)?;
        } else if option.eq_ignore_ascii_case(b"ECHO") {
            options.raise("ECHO", &mut batch.echo)?;
        } else if option.eq_ignore_ascii_case(b"TRACEBACK") {
            options.raise("TRACEBACK", &mut batch.traceback)?;
        } else if option.eq_ignore_ascii_case(b"DATA") {
            options.raise("DATA", &mut batch.data)?;
        } else {
            return Err(options.unknown(option));
        }
    }
    Ok(Request::Batch(batch))
}

impl SessionRequest<'_> {
    /// Appends the command.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let (mut ttl_text, mut memory_text) = (String::new(), String::new());
        let mut words: Vec<&str> = vec!["PY.SESSION"];
        match self {
            SessionRequest::New { name, ttl, memory_max_bytes } => {
                words.extend(["NEW", name]);
                if let Some(ttl) = ttl {
                    ttl_text = ttl.as_secs().to_string();
                }
                if let Some(bytes) = memory_max_bytes {
                    memory_text = bytes.to_string();
                }
                for (option, value) in [("TTL", &ttl_text), ("MEMORY", &memory_text)] {
                    if !value.is_empty() {
                        words.extend([option, value]);
                    }
                }
            }
            SessionRequest::List => words.push("LIST"),
            SessionRequest::Info(name) => words.extend(["INFO", name]),
            SessionRequest::Drop(name) => words.extend(["DROP", name]),
            SessionRequest::Fork(name, new) => words.extend(["FORK", name, new]),
            SessionRequest::Snapshot(name) => words.extend(["SNAPSHOT", name]),
            SessionRequest::Rollback(name) => words.extend(["ROLLBACK", name]),
        }
        write_command(&words.iter().map(|word| word.as_bytes()).collect::<Vec<_>>(), out);
    }
}

impl BatchRequest<'_> {
    /// Appends the command.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let count = self.codes.len().to_string();
        let numbers = [
            ("TIMEOUT", self.timeout.map(|timeout| timeout.as_millis().to_string())),
            ("MEMORY", self.memory_max_bytes.map(|bytes| bytes.to_string())),
            ("FUEL", self.fuel_max.map(|units| units.to_string())),
        ];
        let names = [("SESSION", self.session), ("ID", self.id)];
        let flags = [
            ("ATOMIC", self.atomic),
            ("CONTINUE", self.keep_going),
            ("ECHO", self.echo),
            ("TRACEBACK", self.traceback),
            ("DATA", self.data),
        ];
        let mut words: Vec<&str> = vec!["PY.BATCH", &count];
        words.extend(&self.codes);
        for (option, value) in &numbers {
            words.extend(value.iter().flat_map(|value| [*option, value]));
        }
        for (option, value) in names {
            words.extend(value.iter().flat_map(|value| [option, *value]));
        }
        words.extend(flags.iter().filter(|(_, raised)| *raised).map(|(flag, _)| *flag));
        write_command(&words.iter().map(|word| word.as_bytes()).collect::<Vec<_>>(), out);
    }
}
