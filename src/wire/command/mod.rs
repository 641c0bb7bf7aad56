//! The commands: one row each in [`COMMANDS`], read from arguments and written back by clients.

use std::time::Duration;

use thiserror::Error;

use super::resp::{Args, RespVersion, RespWriter};
use crate::limits;

/// What a client asks for, borrowed from the decoder that read it.
#[derive(Clone, Debug, PartialEq)]
pub enum Request<'a> {
    /// `HELLO`: choose the protocol version, learn who answers.
    Hello(Hello<'a>),
    /// `PING`: the message comes back, or `PONG`.
    Ping(Option<&'a [u8]>),
    /// `PY.RUN`: run a program.
    Run(RunRequest<'a>),
    /// `PY.STATUS`: the daemon's numbers.
    Status,
    /// `PY.CACHE CLEAR`: empty the compile cache.
    CacheClear,
    /// `SHUTDOWN`: let running programs finish, then end.
    Shutdown,
}

/// `HELLO [2|3 [AUTH user password] [SETNAME name]]`. Who may speak at all is decided by the socket's
/// owner and mode; `AUTH` is accepted for the user `default`, as by a Redis that has no password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hello<'a> {
    /// The version to speak from the reply on; `None` keeps the one in use.
    pub version: Option<RespVersion>,
    /// `SETNAME`
    pub name: Option<&'a str>,
}

/// `PY.RUN code [FILENAME name] [ARGV n arg…] [STDIN bytes] [TIMEOUT ms] [MEMORY bytes] [ECHO] [STREAM]`
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
    /// Whether the value of a last expression is wanted.
    pub echo: bool,
    /// Whether output comes as push messages while the program runs.
    pub stream: bool,
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
    Arity(&'static str),
    /// A word after a command that has sub-commands.
    #[error("ERR unknown subcommand '{0}'. Try PY.CACHE CLEAR.")]
    UnknownSubcommand(String),
    /// `HELLO 4`
    #[error("NOPROTO unsupported protocol version")]
    Version,
    /// `HELLO 3 AUTH somebody secret`
    #[error("WRONGPASS invalid username-password pair or user is disabled.")]
    Auth,
    /// An option that is misspelt, doubled, cut off or has a bad value.
    #[error("ERR {command}: {problem}")]
    Option {
        /// The command.
        command: &'static str,
        /// One sentence.
        problem: String,
    },
}

/// What is worth knowing of a command before it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// Answered at once, in constant time.
    Fast,
    /// Runs a program: answered when that is over.
    Script,
    /// For whoever runs the daemon.
    Admin,
}

/// How a command's arguments become a request.
pub type Parse = for<'a> fn(&Args<'a>) -> Result<Request<'a>, CommandError>;

/// One command.
#[derive(Clone, Copy, Debug)]
pub struct CommandSpec {
    /// In capitals; clients may write it in any case.
    pub name: &'static str,
    /// Arguments with the name, Redis's way: 2 is exactly two, -2 is two or more.
    pub arity: i32,
    /// See [`Flag`].
    pub flags: &'static [Flag],
    /// One sentence for people.
    pub summary: &'static str,
    /// Reads the arguments; the arity was checked.
    pub parse: Parse,
}

/// Every command there is.
pub const COMMANDS: &[CommandSpec] = &[
    CommandSpec {
        name: "HELLO",
        arity: -1,
        flags: &[Flag::Fast],
        summary: "Chooses the protocol version and tells who answers.",
        parse: parse_hello,
    },
    CommandSpec {
        name: "PING",
        arity: -1,
        flags: &[Flag::Fast],
        summary: "Answers PONG, or the message it was given.",
        parse: parse_ping,
    },
    CommandSpec {
        name: "PY.RUN",
        arity: -2,
        flags: &[Flag::Script],
        summary: "Runs a Python program.",
        parse: parse_run,
    },
    CommandSpec {
        name: "PY.STATUS",
        arity: 1,
        flags: &[Flag::Fast],
        summary: "Returns the daemon's numbers.",
        parse: |_| Ok(Request::Status),
    },
    CommandSpec {
        name: "PY.CACHE",
        arity: -2,
        flags: &[Flag::Admin],
        summary: "CLEAR empties the compile cache and returns how many programs it held.",
        parse: parse_cache,
    },
    CommandSpec {
        name: "SHUTDOWN",
        arity: 1,
        flags: &[Flag::Admin],
        summary: "Ends the daemon when the programs that run now are over.",
        parse: |_| Ok(Request::Shutdown),
    },
];

/// Finds the command's row and reads its arguments.
///
/// # Errors
/// Whatever is wrong with it; the connection can go on.
pub fn parse_command<'a>(args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    let name = args.get(0).unwrap_or_default();
    let Some(spec) = COMMANDS.iter().find(|spec| name.eq_ignore_ascii_case(spec.name.as_bytes())) else {
        return Err(unknown_command(name, args));
    };
    let given = args.len();
    let wanted = spec.arity.unsigned_abs() as usize;
    if given < wanted || (spec.arity > 0 && given > wanted) {
        return Err(CommandError::Arity(spec.name));
    }
    (spec.parse)(args)
}

/// Redis's wording, with its limits on how much is repeated.
fn unknown_command(name: &[u8], args: &Args<'_>) -> CommandError {
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
            let user = options.value("AUTH", "a user and a password")?;
            options.value("AUTH", "a user and a password")?;
            if user != b"default" {
                return Err(CommandError::Auth);
            }
        } else if option.eq_ignore_ascii_case(b"SETNAME") {
            hello.name = Some(options.text("SETNAME", "a name")?);
        } else {
            return Err(options.unknown(option));
        }
    }
    Ok(Request::Hello(hello))
}

fn parse_ping<'a>(args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    match args.len() {
        1 | 2 => Ok(Request::Ping(args.get(1))),
        _ => Err(CommandError::Arity("PING")),
    }
}

fn parse_cache<'a>(args: &Args<'a>) -> Result<Request<'a>, CommandError> {
    match args.get(1) {
        Some(word) if word.eq_ignore_ascii_case(b"CLEAR") => match args.len() {
            2 => Ok(Request::CacheClear),
            _ => Err(CommandError::Arity("PY.CACHE")),
        },
        word => Err(CommandError::UnknownSubcommand(excerpt(
            word.unwrap_or_default(),
            limits::ERROR_ARGS_MAX_BYTES,
        ))),
    }
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
        } else if option.eq_ignore_ascii_case(b"ECHO") {
            options.raise("ECHO", &mut run.echo)?;
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
            Request::Ping(None) => write_command(&[b"PING"], out),
            Request::Ping(Some(message)) => write_command(&[b"PING", message], out),
            Request::Run(run) => run.encode(out),
            Request::Status => write_command(&[b"PY.STATUS"], out),
            Request::CacheClear => write_command(&[b"PY.CACHE", b"CLEAR"], out),
            Request::Shutdown => write_command(&[b"SHUTDOWN"], out),
        }
    }
}

impl Hello<'_> {
    fn encode(&self, out: &mut Vec<u8>) {
        // A name can only be sent after a version: 2 is what a connection starts with.
        let version = match (self.version, self.name) {
            (None, None) => return write_command(&[b"HELLO"], out),
            (None | Some(RespVersion::Resp2), _) => b"2",
            (Some(RespVersion::Resp3), _) => b"3",
        };
        match self.name {
            None => write_command(&[b"HELLO", version], out),
            Some(name) => write_command(&[b"HELLO", version, b"SETNAME", name.as_bytes()], out),
        }
    }
}

impl RunRequest<'_> {
    /// Appends the command.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let timeout = self.timeout.map(|timeout| timeout.as_millis().to_string());
        let memory = self.memory_max_bytes.map(|bytes| bytes.to_string());
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
        if self.echo {
            words.push(b"ECHO");
        }
        if self.stream {
            words.push(b"STREAM");
        }
        write_command(&words, out);
    }
}

fn write_command(words: &[&[u8]], out: &mut Vec<u8>) {
    // Commands look the same in both versions.
    let mut writer = RespWriter::new(RespVersion::Resp2, out);
    writer.array(words.len());
    for word in words {
        writer.bulk(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::CommandDecoder;

    fn encoded(words: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        write_command(words, &mut out);
        out
    }

    /// The error's text, or how the request prints.
    fn parsed(words: &[&[u8]]) -> String {
        let mut decoder = CommandDecoder::new(100_000);
        decoder.feed(&encoded(words));
        let args = decoder.next_command().unwrap().unwrap();
        match parse_command(&args) {
            Ok(request) => format!("{request:?}"),
            Err(error) => error.to_string(),
        }
    }

    fn round_trip(request: &Request<'_>) {
        let mut out = Vec::new();
        request.encode(&mut out);
        let mut decoder = CommandDecoder::new(100_000);
        decoder.feed(&out);
        let args = decoder.next_command().unwrap().unwrap();
        assert_eq!(parse_command(&args).as_ref(), Ok(request));
    }

    #[test]
    fn every_request_reads_back_as_it_was_written() {
        let full = RunRequest {
            code: "print(1)",
            filename: Some("a.py"),
            argv: vec!["a.py", "STREAM", ""],
            stdin: Some(b"\r\n\xff"),
            timeout: Some(Duration::from_millis(1500)),
            memory_max_bytes: Some(1 << 20),
            echo: true,
            stream: true,
        };
        round_trip(&Request::Run(full));
        round_trip(&Request::Run(RunRequest { code: "", ..RunRequest::default() }));
        round_trip(&Request::Hello(Hello { version: Some(RespVersion::Resp3), name: Some("cli") }));
        round_trip(&Request::Hello(Hello { version: Some(RespVersion::Resp2), name: None }));
        round_trip(&Request::Hello(Hello::default()));
        for request in [Request::Ping(None), Request::Ping(Some(b"hi")), Request::Status] {
            round_trip(&request);
        }
        round_trip(&Request::CacheClear);
        round_trip(&Request::Shutdown);
    }

    #[test]
    fn names_and_options_may_be_written_in_any_case() {
        assert_eq!(parsed(&[b"ping"]), "Ping(None)");
        assert_eq!(parsed(&[b"Py.Run", b"1", b"echo"]), parsed(&[b"PY.RUN", b"1", b"ECHO"]));
        assert_eq!(
            parsed(&[b"hello", b"3", b"auth", b"default", b"x", b"setname", b"me"]),
            "Hello(Hello { version: Some(Resp3), name: Some(\"me\") })"
        );
    }

    #[test]
    fn errors_read_as_those_of_redis() {
        for (words, text) in [
            (&[&b"foo"[..]][..], "ERR unknown command 'foo', with args beginning with: "),
            (&[b"foo", b"a", b"b c"], "ERR unknown command 'foo', with args beginning with: 'a' 'b c' "),
            (&[b""], "ERR unknown command '', with args beginning with: "),
            (&[b"py.run"], "ERR wrong number of arguments for 'PY.RUN' command"),
            (&[b"PING", b"a", b"b"], "ERR wrong number of arguments for 'PING' command"),
            (&[b"SHUTDOWN", b"NOW"], "ERR wrong number of arguments for 'SHUTDOWN' command"),
            (&[b"HELLO", b"4"], "NOPROTO unsupported protocol version"),
            (
                &[b"HELLO", b"3", b"AUTH", b"me", b"x"],
                "WRONGPASS invalid username-password pair or user is disabled.",
            ),
            (&[b"HELLO", b"3", b"AUTH", b"me"], "ERR HELLO: AUTH needs a user and a password"),
            (&[b"PY.CACHE", b"X"], "ERR unknown subcommand 'X'. Try PY.CACHE CLEAR."),
        ] {
            assert_eq!(parsed(words), text);
        }
    }

    #[test]
    fn bad_options_of_a_run_say_what_is_wrong() {
        for (options, problem) in [
            (&[&b"STREM"[..]][..], "unknown option 'STREM'"),
            (&[b"STREAM", b"STREAM"], "STREAM is given twice"),
            (&[b"TIMEOUT"], "TIMEOUT needs milliseconds"),
            (&[b"TIMEOUT", b"1s"], "TIMEOUT needs milliseconds, got '1s'"),
            (&[b"TIMEOUT", b"-1"], "TIMEOUT needs milliseconds, got '-1'"),
            (&[b"TIMEOUT", b""], "TIMEOUT needs milliseconds, got ''"),
            (&[b"TIMEOUT", b"1", b"TIMEOUT", b"1"], "TIMEOUT is given twice"),
            (&[b"MEMORY", b"99999999999999999999"], "MEMORY needs bytes, got '99999999999999999999'"),
            (&[b"ARGV"], "ARGV needs the number of arguments"),
            (&[b"ARGV", b"18446744073709551615"], "ARGV announces 18446744073709551615 arguments, 0 follow"),
            (&[b"ARGV", b"2", b"a"], "ARGV announces 2 arguments, 1 follow"),
            (&[b"ARGV", b"1", b"\xff"], "ARGV is not valid UTF-8 at byte 0"),
            (&[b"STDIN", b"", b"STDIN", b""], "STDIN is given twice"),
        ] {
            let words: Vec<&[u8]> =
                [&b"PY.RUN"[..], b"1"].into_iter().chain(options.iter().copied()).collect();
            assert_eq!(parsed(&words), format!("ERR PY.RUN: {problem}"));
        }
        assert_eq!(parsed(&[b"PY.RUN", b"a\xff"]), "ERR PY.RUN: the program is not valid UTF-8 at byte 1");
    }

    #[test]
    fn an_unknown_command_repeats_a_bounded_part_of_its_arguments() {
        let long = vec![b'x'; 10_000];
        let text = parsed(&[&long, &long, b"b", b"c"]);
        assert!(text.len() < 400, "{}", text.len());
    }

    #[test]
    fn the_table_has_no_name_twice_and_every_row_is_documented() {
        for (index, spec) in COMMANDS.iter().enumerate() {
            assert_eq!(spec.name, spec.name.to_ascii_uppercase());
            assert!(spec.summary.ends_with('.') && spec.arity != 0);
            assert!(COMMANDS[..index].iter().all(|other| other.name != spec.name));
        }
    }
}
