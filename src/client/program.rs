//! A program with what it is run with.

use std::time::Duration;

use crate::limits;
use crate::wire::RunRequest;

/// A program and its options. A text alone is a program without options.
///
/// ```
/// use pyrust::client::Program;
/// use std::time::Duration;
///
/// let program = Program::new("import sys\nprint(sys.argv, name, sys.stdin.read())")
///     .argv(["greet.py", "-v"])
///     .input("name", "Ada")
///     .stdin(b"some text")
///     .timeout(Duration::from_millis(250))
///     .memory(64 << 20);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program<'a> {
    request: RunRequest<'a>,
}

impl<'a> From<&'a str> for Program<'a> {
    fn from(code: &'a str) -> Program<'a> {
        Program::new(code)
    }
}

impl<'a> From<&'a String> for Program<'a> {
    fn from(code: &'a String) -> Program<'a> {
        Program::new(code)
    }
}

impl<'a> From<&Program<'a>> for Program<'a> {
    fn from(program: &Program<'a>) -> Program<'a> {
        program.clone()
    }
}

impl<'a> Program<'a> {
    /// A program without options.
    pub fn new(code: &'a str) -> Program<'a> {
        Program { request: RunRequest { code, ..RunRequest::default() } }
    }

    /// How tracebacks call it; `<string>` if this is not said.
    #[must_use]
    pub fn filename(mut self, name: &'a str) -> Program<'a> {
        self.request.filename = Some(name);
        self
    }

    /// All of `sys.argv`, its first element included; `['']` if this is not said.
    #[must_use]
    pub fn argv(mut self, argv: impl IntoIterator<Item = &'a str>) -> Program<'a> {
        self.request.argv = argv.into_iter().collect();
        self
    }

    /// All of `sys.stdin`; empty if this is not said.
    #[must_use]
    pub fn stdin(mut self, bytes: &'a [u8]) -> Program<'a> {
        self.request.stdin = Some(bytes);
        self
    }

    /// A global that the program finds, a `str`.
    #[must_use]
    pub fn input(mut self, name: &'a str, value: &'a str) -> Program<'a> {
        self.request.inputs.push((name, value));
        self
    }

    /// Wall time it may take, waiting for its session included. The daemon has a limit of its own, and so does the
    /// client's time-out; the shortest counts.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Program<'a> {
        self.request.timeout = Some(timeout);
        self
    }

    /// Live memory it may hold, in bytes; at most what the daemon allows.
    #[must_use]
    pub fn memory(mut self, max_bytes: usize) -> Program<'a> {
        self.request.memory_max_bytes = Some(max_bytes);
        self
    }

    /// Fuel it may burn: instructions and the work of built-in functions.
    #[must_use]
    pub fn fuel(mut self, fuel: u64) -> Program<'a> {
        self.request.fuel_max = Some(fuel);
        self
    }

    /// Wants an uncaught exception's traceback by itself, not at the end of standard error.
    pub fn traceback(mut self) -> Program<'a> {
        self.request.traceback = true;
        self
    }

    /// Wants the `repr` of the value of a last expression, as
    /// [`RunReply::value`](crate::wire::RunReply::value).
    #[must_use]
    pub fn echo(mut self) -> Program<'a> {
        self.request.echo = true;
        self
    }

    /// Wants the value of a last expression in its own type, as [`RunReply::data`](crate::wire::RunReply::data).
    #[must_use]
    pub fn data(mut self) -> Program<'a> {
        self.request.data = true;
        self
    }

    /// Runs it in this session, whose globals stay. The session is made if there is none of the name.
    #[must_use]
    pub fn session(mut self, name: &'a str) -> Program<'a> {
        self.request.session = Some(name);
        self
    }

    /// A name by which [`Client::cancel`](super::Client::cancel) finds the run.
    #[must_use]
    pub fn id(mut self, name: &'a str) -> Program<'a> {
        self.request.id = Some(name);
        self
    }

    /// Wants output in push messages while the program runs.
    pub(crate) fn stream(mut self) -> Program<'a> {
        self.request.stream = true;
        self
    }

    /// Appends `PY.RUN`. `time` is what the client has left for it.
    pub(super) fn encode(&self, time: Option<Duration>, out: &mut Vec<u8>) {
        let timeout = shortest(self.request.timeout, time);
        RunRequest { timeout, ..self.request.clone() }.encode(out);
    }
}

/// The time-out to be sent: what is wanted, or what of the client's time is the program's if that is less. The daemon's
/// answer to one that takes longer still comes in the client's time.
pub(super) fn shortest(wanted: Option<Duration>, time: Option<Duration>) -> Option<Duration> {
    let allowed = time.map(|time| time - (time / 10).min(limits::CLIENT_ANSWER_MARGIN));
    let timeout = match (wanted, allowed) {
        (Some(wanted), Some(allowed)) => wanted.min(allowed),
        (wanted, allowed) => wanted.or(allowed)?,
    };
    // One that rounds to nothing would be none.
    Some(timeout.clamp(Duration::from_millis(1), limits::RUN_TIMEOUT_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{CommandDecoder, Request, parse_command};

    fn words(encode: impl FnOnce(&mut Vec<u8>)) -> Vec<String> {
        let mut out = Vec::new();
        encode(&mut out);
        let mut decoder = CommandDecoder::new(1 << 20);
        decoder.feed(&out);
        let args = decoder.next_command().unwrap().unwrap();
        args.iter().map(|word| String::from_utf8(word.to_vec()).unwrap()).collect()
    }

    #[test]
    fn a_program_is_read_by_the_daemon_as_it_was_meant() {
        let program = Program::new("code")
            .filename("a.py")
            .argv(["a.py", "-v"])
            .stdin(b"in")
            .input("x", "1")
            .input("y", "2")
            .timeout(Duration::from_secs(1))
            .memory(1 << 20)
            .fuel(9)
            .session("s")
            .id("me")
            .echo()
            .traceback()
            .data()
            .stream();
        let mut out = Vec::new();
        program.encode(None, &mut out);
        let mut decoder = CommandDecoder::new(1 << 20);
        decoder.feed(&out);
        let args = decoder.next_command().unwrap().unwrap();
        let expected = RunRequest {
            code: "code",
            filename: Some("a.py"),
            argv: vec!["a.py", "-v"],
            stdin: Some(b"in"),
            timeout: Some(Duration::from_secs(1)),
            memory_max_bytes: Some(1 << 20),
            inputs: vec![("x", "1"), ("y", "2")],
            fuel_max: Some(9),
            session: Some("s"),
            id: Some("me"),
            echo: true,
            traceback: true,
            data: true,
            stream: true,
        };
        assert_eq!(parse_command(&args), Ok(Request::Run(expected)));
    }

    #[test]
    fn the_client_s_time_less_a_margin_is_the_program_s_limit() {
        let sent = |program: Program<'_>, time: Duration| {
            let words = words(|out| program.encode(Some(time), out));
            words[words.iter().position(|word| word == "TIMEOUT").unwrap() + 1].parse::<u64>().unwrap()
        };
        let second = Duration::from_secs(1);
        assert_eq!(sent("1".into(), second), 900);
        assert_eq!(sent("1".into(), 60 * second), 59_900);
        assert_eq!(sent(Program::new("1").timeout(second / 2), second), 500);
        assert_eq!(sent(Program::new("1").timeout(second), second / 2), 450);
        assert_eq!(sent("1".into(), Duration::from_micros(1)), 1);
        assert_eq!(sent("1".into(), Duration::MAX), limits::RUN_TIMEOUT_MAX.as_millis() as u64);
    }
}
