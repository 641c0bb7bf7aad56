//! The commands: one row each in [`COMMANDS`], read from arguments and written back by clients.
//!
//! What starts runs, and what our own clients send, is read into fields here. Everything else is a [`Service`] with
//! its words: the session layer reads those where it answers them.

mod locate;
mod session;
mod table;
#[cfg(test)]
mod tests;

use std::time::Duration;

use thiserror::Error;

use super::resp::{Args, RespVersion, RespWriter};
use crate::limits;
pub use locate::{CommandId, locate};
pub use session::{BatchRequest, SessionRequest};
pub use table::{Action, COMMANDS, CommandSpec, Flag, Parse, Service, SubSpec, find_command, markdown};

/// Who somebody says to be. `Debug` does not show the password.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Credentials<'a> {
    /// The user; `None` for the one whom `AUTH password` means.
    pub user: Option<&'a [u8]>,
    /// The password.
    pub password: &'a [u8],
}

impl std::fmt::Debug for Credentials<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}

/// What a client asks for, borrowed from the decoder that read it.
#[derive(Clone, Debug, PartialEq)]
pub enum Request<'a> {
    /// `HELLO`: choose the protocol version, learn who answers.
    Hello(Hello<'a>),
    /// `AUTH`: the token.
    Auth(Credentials<'a>),
    /// `PING`: the message comes back, or `PONG`.
    Ping(Option<&'a [u8]>),
    /// `PY.RUN`: run a program.
    Run(RunRequest<'a>),
    /// `PY.BATCH`: run several programs on one session.
    Batch(BatchRequest<'a>),
    /// `EVAL`, `EVALSHA`: run a program and answer with its value.
    Eval(EvalRequest<'a>),
    /// `PY.SESSION …`
    Session(SessionRequest<'a>),
    /// What the session layer answers by itself, with all its words.
    Service(Service, Args<'a>),
    /// `CLIENT HELP` and the like.
    Help(&'static CommandSpec),
    /// `PY.STATUS`: the daemon's numbers.
    Status,
    /// `PY.CACHE CLEAR`: empty the compile cache.
    CacheClear,
    /// `SHUTDOWN`: end, when the running programs are over or at once.
    Shutdown {
        /// `NOW`
        now: bool,
    },
}

/// `HELLO [2|3 [AUTH user password] [SETNAME name]]`. Who may speak at all is decided by the socket's
/// owner and mode, and by the token, if the daemon has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hello<'a> {
    /// The version to speak from the reply on; `None` keeps the one in use.
    pub version: Option<RespVersion>,
    /// `AUTH`
    pub auth: Option<Credentials<'a>>,
    /// `SETNAME`
    pub name: Option<&'a str>,
}

/// `PY.RUN code [FILENAME name] [ARGV n arg…] [STDIN bytes] [TIMEOUT ms] [MEMORY bytes]
/// [FUEL units] [INPUT name value]… [SESSION name] [ID name] [ECHO] [DATA] [TRACEBACK] [STREAM]`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunRequest<'a> {
    /// The program.
    pub code: &'a str,
    /// How tracebacks call it; `<string>` if it is `None`.
    pub filename: Option<&'a str>,
    /// All of `sys.argv`, its first element included; `['']` if it is empty.
    pub argv: Vec<&'a str>,
    /// All of `sys.stdin`; empty if it is `None`.
    pub stdin: Option<&'a [u8]>,
    /// Wall time it may take; the daemon's own limit if it is `None` or longer than that.
    pub timeout: Option<Duration>,
    /// Live memory it may hold, in bytes; the daemon's own limit if it is `None` or larger than that.
    pub memory_max_bytes: Option<usize>,
    /// Fuel it may burn; without a limit if it is `None`.
    pub fuel_max: Option<u64>,
    /// The session it runs in; in none if it is `None`.
    pub session: Option<&'a str>,
    /// Globals that the program finds: names and strings.
    pub inputs: Vec<(&'a str, &'a str)>,
    /// What `PY.CANCEL` may call it.
    pub id: Option<&'a str>,
    /// Whether the `repr` of the value of a last expression is wanted.
    pub echo: bool,
    /// Whether the value of a last expression is wanted in its own type.
    pub data: bool,
    /// Whether an uncaught exception's traceback comes in a field of its own, not at the end of standard error.
    pub traceback: bool,
    /// Whether output comes as push messages while the program runs.
    pub stream: bool,
}

/// Where `EVAL` and `EVALSHA` have their program from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvalSource<'a> {
    /// The program.
    Code(&'a str),
    /// What its SHA-1 is said to be, in hexadecimal digits.
    Sha(&'a [u8]),
}

/// `EVAL code numkeys [key…] [arg…]`, `EVALSHA sha1 numkeys [key…] [arg…]`
#[derive(Clone, Debug, PartialEq)]
pub struct EvalRequest<'a> {
    /// The program.
    pub source: EvalSource<'a>,
    /// `KEYS` and `ARGV`, one after the other.
    pub words: Vec<&'a str>,
    /// How many of the words are keys.
    pub keys: usize,
}

/// Why a command was not understood. The text starts with Redis's error code and uses its words.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CommandError {
    /// No row has this name.
    #[error("ERR unknown command '{name}', with args beginning with: {args}")]
    Unknown {
        /// As it was sent.
        name: String,
        /// The first arguments, quoted, each with a blank after it.
        args: String,
    },
    /// Too many or too few arguments.
    #[error("ERR wrong number of arguments for '{0}' command")]
    Arity(String),
    /// A word after a command that has sub-commands.
    #[error("ERR unknown subcommand '{word}'. Try {command} HELP.")]
    UnknownSubcommand {
        /// As it was sent.
        word: String,
        /// The command.
        command: &'static str,
    },
    /// `EVAL code -1`
    #[error("ERR Number of keys can't be negative")]
    NegativeKeys,
    /// `EVAL code 3 a`
    #[error("ERR Number of keys can't be greater than number of args")]
    TooManyKeys,
    /// A number that is none.
    #[error("ERR value is not an integer or out of range")]
    NotAnInteger,
    /// `HELLO 4`
    #[error("NOPROTO unsupported protocol version")]
    Version,
    /// `AUTH a b c`
    #[error("ERR syntax error")]
    Syntax,
    /// An option that is misspelt, doubled, cut off or has a bad value.
    #[error("ERR {command}: {problem}")]
    Option {
        /// The command.
        command: &'static str,
        /// One sentence.
        problem: String,
    },
}

/// Finds the command's row and reads its arguments.
///
/// # Errors
/// Whatever is wrong with it; the connection can go on.
pub fn parse_command<'a>(args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    parse_located(locate(args), args)
}

/// Reads the arguments of a command whose row was looked for with [`locate`].
///
/// # Errors
/// As [`parse_command`].
pub fn parse_located<'a>(id: Option<CommandId>, args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    let Some(id) = id else { return Err(unknown_command(args)) };
    let spec = id.spec();
    check_arity(spec.arity, args, || spec.name.to_ascii_lowercase())?;
    match (spec.action, id.word()) {
        (Action::Parse(parse), _) => parse(args),
        (Action::Container { alone: Some(alone), .. }, _) if args.len() == 1 => alone(args),
        (Action::Container { .. }, Some(word)) => {
            check_arity(word.arity, args, || id.full_name())?;
            (word.parse)(args)
        }
        (Action::Container { .. }, None) => parse_help(spec, args),
    }
}

fn check_arity(arity: i32, args: &Args<'_>, name: impl FnOnce() -> String) -> Result<(), CommandError> {
    let (given, wanted) = (args.len(), arity.unsigned_abs() as usize);
    if given < wanted || (arity > 0 && given > wanted) {
        return Err(CommandError::Arity(name()));
    }
    Ok(())
}

/// A second word that no row has: every command of two words has a `HELP`.
fn parse_help<'a>(spec: &'static CommandSpec, args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    let word = args.get(1).unwrap_or_default();
    if word.eq_ignore_ascii_case(b"HELP") {
        check_arity(2, args, || format!("{}|help", spec.name.to_ascii_lowercase()))?;
        return Ok(Request::Help(spec));
    }
    let word = excerpt(word, limits::ERROR_ARGS_MAX_BYTES);
    Err(CommandError::UnknownSubcommand { word, command: spec.name })
}

/// Redis's wording, with its limits on how much is repeated.
fn unknown_command(args: &Args<'_>) -> CommandError {
    let name = args.get(0).unwrap_or_default();
    let mut shown = String::new();
    for arg in args.iter().skip(1) {
        let Some(room @ 1..) = limits::ERROR_ARGS_MAX_BYTES.checked_sub(shown.len()) else { break };
        shown.push('\'');
        shown.push_str(&excerpt(arg, room));
        shown.push_str("' ");
    }
    CommandError::Unknown { name: excerpt(name, limits::ERROR_ARGS_MAX_BYTES), args: shown }
}

fn excerpt(bytes: &[u8], max_bytes: usize) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(max_bytes)]).into_owned()
}

fn parse_hello<'a>(args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    const COMMAND: &str = "HELLO";
    let mut hello = Hello::default();
    let mut options = Options { command: COMMAND, args: *args, at: 1 };
    let Some(version) = options.next() else { return Ok(Request::Hello(hello)) };
    hello.version = Some(match version {
        b"2" => RespVersion::Resp2,
        b"3" => RespVersion::Resp3,
        _ => return Err(CommandError::Version),
    });
    while let Some(option) = options.next() {
        if option.eq_ignore_ascii_case(b"AUTH") {
            let user = Some(options.value("AUTH", "a user and a password")?);
            let password = options.value("AUTH", "a user and a password")?;
            hello.auth = Some(Credentials { user, password });
        } else if option.eq_ignore_ascii_case(b"SETNAME") {
            hello.name = Some(options.text("SETNAME", "a name")?);
        } else {
            return Err(options.unknown(option));
        }
    }
    Ok(Request::Hello(hello))
}

fn parse_auth<'a>(args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    let (user, password) = match args.len() {
        2 => (None, args.get(1)),
        3 => (args.get(1), args.get(2)),
        _ => return Err(CommandError::Syntax),
    };
    Ok(Request::Auth(Credentials { user, password: password.unwrap_or_default() }))
}

/// There is nothing to save, and nothing that could keep the daemon from ending.
fn parse_shutdown<'a>(args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    let mut now = false;
    for option in args.iter().skip(1) {
        let is = |name: &[u8]| option.eq_ignore_ascii_case(name);
        now |= is(b"NOW");
        if ![&b"NOW"[..], b"SAVE", b"NOSAVE", b"FORCE"].into_iter().any(is) {
            return Err(CommandError::Syntax);
        }
    }
    Ok(Request::Shutdown { now })
}

fn parse_ping<'a>(args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    match args.len() {
        1 | 2 => Ok(Request::Ping(args.get(1))),
        _ => Err(CommandError::Arity("ping".to_owned())),
    }
}

fn parse_eval<'a>(args: &Args<'a>, source: EvalSource<'a>) -> Result<Request<'a>, CommandError> {
    const COMMAND: &str = "EVAL";
    let count = args.get(2).and_then(|bytes| std::str::from_utf8(bytes).ok()?.parse::<i64>().ok());
    let count = count.ok_or(CommandError::NotAnInteger)?;
    let keys = usize::try_from(count).map_err(|_| CommandError::NegativeKeys)?;
    if keys > args.len() - 3 {
        return Err(CommandError::TooManyKeys);
    }
    let mut options = Options { command: COMMAND, args: *args, at: 3 };
    let words = options.texts("ARGV", (args.len() - 3) as u64)?;
    Ok(Request::Eval(EvalRequest { source, words, keys }))
}

fn parse_eval_code<'a>(args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    let mut options = Options { command: "EVAL", args: *args, at: 1 };
    let code = options.text("the program", "the program's text")?;
    parse_eval(args, EvalSource::Code(code))
}

fn parse_eval_sha<'a>(args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    parse_eval(args, EvalSource::Sha(args.get(1).unwrap_or_default()))
}

fn parse_run<'a>(args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    let mut options = Options { command: "PY.RUN", args: *args, at: 1 };
    let mut run =
        RunRequest { code: options.text("the program", "the program's text")?, ..Default::default() };
    let mut argv = None;
    while let Some(option) = options.next() {
        if option.eq_ignore_ascii_case(b"ARGV") {
            let count = options.number("ARGV", "the number of arguments")?;
            let arguments = options.texts("ARGV", count)?;
            options.set("ARGV", &mut argv, arguments)?;
        } else if option.eq_ignore_ascii_case(b"FILENAME") {
            let name = options.text("FILENAME", "a name")?;
            options.set("FILENAME", &mut run.filename, name)?;
        } else if option.eq_ignore_ascii_case(b"STDIN") {
            let bytes = options.value("STDIN", "the bytes of standard input")?;
            options.set("STDIN", &mut run.stdin, bytes)?;
        } else if option.eq_ignore_ascii_case(b"TIMEOUT") {
            let milliseconds = options.number("TIMEOUT", "milliseconds")?;
            options.set("TIMEOUT", &mut run.timeout, Duration::from_millis(milliseconds))?;
        } else if option.eq_ignore_ascii_case(b"MEMORY") {
            let bytes = options.number("MEMORY", "bytes")?;
            let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
            options.set("MEMORY", &mut run.memory_max_bytes, bytes)?;
        } else if option.eq_ignore_ascii_case(b"FUEL") {
            let units = options.number("FUEL", "units")?;
            options.set("FUEL", &mut run.fuel_max, units)?;
        } else if option.eq_ignore_ascii_case(b"SESSION") {
            let name = options.client_name("SESSION")?;
            options.set("SESSION", &mut run.session, name)?;
        } else if option.eq_ignore_ascii_case(b"INPUT") {
            let name = options.name("INPUT")?;
            run.inputs.push((name, options.text("INPUT", "a name and a value")?));
        } else if option.eq_ignore_ascii_case(b"ID") {
            let id = options.client_name("ID")?;
            options.set("ID", &mut run.id, id)?;
        } else if option.eq_ignore_ascii_case(b"DATA") {
            options.raise("DATA", &mut run.data)?;
        } else if option.eq_ignore_ascii_case(b"ECHO") {
            options.raise("ECHO", &mut run.echo)?;
        } else if option.eq_ignore_ascii_case(b"TRACEBACK") {
            options.raise("TRACEBACK", &mut run.traceback)?;
        } else if option.eq_ignore_ascii_case(b"STREAM") {
            options.raise("STREAM", &mut run.stream)?;
        } else {
            return Err(options.unknown(option));
        }
    }
    run.argv = argv.unwrap_or_default();
    Ok(Request::Run(run))
}

/// Reads options off a command's arguments.
struct Options<'a> {
    command: &'static str,
    args: Args<'a>,
    at: usize,
}

impl<'a> Options<'a> {
    fn next(&mut self) -> Option<&'a [u8]> {
        let arg = self.args.get(self.at)?;
        self.at += 1;
        Some(arg)
    }

    fn problem(&self, problem: String) -> CommandError {
        CommandError::Option { command: self.command, problem }
    }

    fn unknown(&self, option: &[u8]) -> CommandError {
        self.problem(format!("unknown option '{}'", excerpt(option, limits::ERROR_ARGS_MAX_BYTES)))
    }

    fn value(&mut self, option: &str, what: &str) -> Result<&'a [u8], CommandError> {
        self.next().ok_or_else(|| self.problem(format!("{option} needs {what}")))
    }

    fn text(&mut self, option: &str, what: &str) -> Result<&'a str, CommandError> {
        let bytes = self.value(option, what)?;
        std::str::from_utf8(bytes).map_err(|error| {
            self.problem(format!("{option} is not valid UTF-8 at byte {}", error.valid_up_to()))
        })
    }

    /// A name that a program can use for a variable.
    fn name(&mut self, option: &str) -> Result<&'a str, CommandError> {
        let name = self.text(option, "a name and a value")?;
        let starts = name.chars().next().is_some_and(|first| first == '_' || first.is_alphabetic());
        if starts && name.chars().all(|letter| letter == '_' || letter.is_alphanumeric()) {
            return Ok(name);
        }
        let shown = excerpt(name.as_bytes(), 32);
        Err(self.problem(format!("{option} needs the name of a variable, got '{shown}'")))
    }

    /// A client's name for a run or a session.
    fn client_name(&mut self, option: &str) -> Result<&'a str, CommandError> {
        let name = self.text(option, "a name")?;
        match name.len() {
            1..=limits::NAME_MAX_BYTES => Ok(name),
            length => Err(self.problem(format!(
                "{option} needs a name of 1 to {} bytes, got {length}",
                limits::NAME_MAX_BYTES
            ))),
        }
    }

    fn number(&mut self, option: &str, what: &str) -> Result<u64, CommandError> {
        let bytes = self.value(option, what)?;
        // `parse` alone would take a sign.
        let digits = bytes.iter().all(u8::is_ascii_digit).then_some(bytes);
        digits
            .and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok())
            .ok_or_else(|| self.problem(format!("{option} needs {what}, got '{}'", excerpt(bytes, 32))))
    }

    fn texts(&mut self, option: &str, count: u64) -> Result<Vec<&'a str>, CommandError> {
        // Checked before anything is reserved: the count is the client's word.
        let left = self.args.len() - self.at;
        if count > left as u64 {
            return Err(self.problem(format!("{option} announces {count} arguments, {left} follow")));
        }
        (0..count).map(|_| self.text(option, "an argument")).collect()
    }

    fn set<T>(&self, option: &str, slot: &mut Option<T>, value: T) -> Result<(), CommandError> {
        match slot.replace(value) {
            None => Ok(()),
            Some(_) => Err(self.problem(format!("{option} is given twice"))),
        }
    }

    fn raise(&self, option: &str, flag: &mut bool) -> Result<(), CommandError> {
        match std::mem::replace(flag, true) {
            false => Ok(()),
            true => Err(self.problem(format!("{option} is given twice"))),
        }
    }
}

impl Request<'_> {
    /// Appends the command as a client sends it: an array of bulk strings.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Request::Hello(hello) => hello.encode(out),
            Request::Auth(Credentials { user: None, password }) => write_command(&[b"AUTH", password], out),
            Request::Auth(Credentials { user: Some(user), password }) => {
                write_command(&[b"AUTH", user, password], out);
            }
            Request::Ping(None) => write_command(&[b"PING"], out),
            Request::Ping(Some(message)) => write_command(&[b"PING", message], out),
            Request::Run(run) => run.encode(out),
            Request::Batch(batch) => batch.encode(out),
            Request::Session(session) => session.encode(out),
            Request::Eval(eval) => eval.encode(out),
            Request::Service(_, args) => write_command(&args.iter().collect::<Vec<_>>(), out),
            Request::Help(spec) => write_command(&[spec.name.as_bytes(), b"HELP"], out),
            Request::Status => write_command(&[b"PY.STATUS"], out),
            Request::CacheClear => write_command(&[b"PY.CACHE", b"CLEAR"], out),
            Request::Shutdown { now: false } => write_command(&[b"SHUTDOWN"], out),
            Request::Shutdown { now: true } => write_command(&[b"SHUTDOWN", b"NOW"], out),
        }
    }
}

impl Hello<'_> {
    fn encode(&self, out: &mut Vec<u8>) {
        let version: &[u8] = match self.version {
            None if *self == Hello::default() => return write_command(&[b"HELLO"], out),
            // Options can only be sent after a version: 2 is what a connection starts with.
            None | Some(RespVersion::Resp2) => b"2",
            Some(RespVersion::Resp3) => b"3",
        };
        let mut words: Vec<&[u8]> = vec![b"HELLO", version];
        if let Some(Credentials { user, password }) = self.auth {
            words.extend([b"AUTH", user.unwrap_or(b"default"), password]);
        }
        if let Some(name) = self.name {
            words.extend([b"SETNAME", name.as_bytes()]);
        }
        write_command(&words, out);
    }
}

impl EvalRequest<'_> {
    fn encode(&self, out: &mut Vec<u8>) {
        let keys = self.keys.to_string();
        let (name, program): (&[u8], &[u8]) = match self.source {
            EvalSource::Code(code) => (b"EVAL", code.as_bytes()),
            EvalSource::Sha(sha) => (b"EVALSHA", sha),
        };
        let mut words = vec![name, program, keys.as_bytes()];
        words.extend(self.words.iter().map(|word| word.as_bytes()));
        write_command(&words, out);
    }
}

impl RunRequest<'_> {
    /// Appends the command.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let timeout = self.timeout.map(|timeout| timeout.as_millis().to_string());
        let memory = self.memory_max_bytes.map(|bytes| bytes.to_string());
        let fuel = self.fuel_max.map(|units| units.to_string());
        let argc = self.argv.len().to_string();
        let mut words: Vec<&[u8]> = vec![b"PY.RUN", self.code.as_bytes()];
        if let Some(name) = self.filename {
            words.extend([&b"FILENAME"[..], name.as_bytes()]);
        }
        if !self.argv.is_empty() {
            words.extend([&b"ARGV"[..], argc.as_bytes()]);
            words.extend(self.argv.iter().map(|arg| arg.as_bytes()));
        }
        if let Some(bytes) = self.stdin {
            words.extend([&b"STDIN"[..], bytes]);
        }
        if let Some(milliseconds) = &timeout {
            words.extend([&b"TIMEOUT"[..], milliseconds.as_bytes()]);
        }
        if let Some(bytes) = &memory {
            words.extend([&b"MEMORY"[..], bytes.as_bytes()]);
        }
        if let Some(units) = &fuel {
            words.extend([&b"FUEL"[..], units.as_bytes()]);
        }
        if let Some(name) = self.session {
            words.extend([&b"SESSION"[..], name.as_bytes()]);
        }
        for (name, value) in &self.inputs {
            words.extend([&b"INPUT"[..], name.as_bytes(), value.as_bytes()]);
        }
        if let Some(id) = self.id {
            words.extend([&b"ID"[..], id.as_bytes()]);
        }
        if self.data {
            words.push(b"DATA");
        }
        if self.traceback {
            words.push(b"TRACEBACK");
        }
        if self.echo {
            words.push(b"ECHO");
        }
        if self.stream {
            words.push(b"STREAM");
        }
        write_command(&words, out);
    }
}

/// Appends a command of these words.
pub fn write_command(words: &[&[u8]], out: &mut Vec<u8>) {
    // Commands look the same in both versions.
    let mut writer = RespWriter::new(RespVersion::Resp2, out);
    writer.array(words.len());
    for word in words {
        writer.bulk(word);
    }
}
