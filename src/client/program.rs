//! A program with what it is run with.

use std::time::Duration;

use crate::limits;
use crate::wire::write_command;

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program<'a> {
    code: &'a str,
    filename: Option<&'a str>,
    argv: Vec<&'a str>,
    stdin: Option<&'a [u8]>,
    inputs: Vec<(&'a str, &'a str)>,
    pub(super) limits: Limits<'a>,
    echo: bool,
    data: bool,
    stream: bool,
}

/// What a program and a batch of programs have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Limits<'a> {
    pub(super) timeout: Option<Duration>,
    pub(super) memory_max_bytes: Option<usize>,
    pub(super) fuel: Option<u64>,
    pub(super) session: Option<&'a str>,
    pub(super) id: Option<&'a str>,
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
        Program { code, ..Program::default() }
    }

    /// How tracebacks call it; `<string>` if this is not said.
    #[must_use]
    pub fn filename(mut self, name: &'a str) -> Program<'a> {
        self.filename = Some(name);
        self
    }

    /// All of `sys.argv`, its first element included; `['']` if this is not said.
    #[must_use]
    pub fn argv(mut self, argv: impl IntoIterator<Item = &'a str>) -> Program<'a> {
        self.argv = argv.into_iter().collect();
        self
    }

    /// All of `sys.stdin`; empty if this is not said.
    #[must_use]
    pub fn stdin(mut self, bytes: &'a [u8]) -> Program<'a> {
        self.stdin = Some(bytes);
        self
    }

    /// A global that the program finds, a `str`.
    #[must_use]
    pub fn input(mut self, name: &'a str, value: &'a str) -> Program<'a> {
        self.inputs.push((name, value));
        self
    }

    /// Wall time it may take, waiting for its session included. The daemon has a limit of its own, and so does the
    /// client's time-out; the shortest counts.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Program<'a> {
        self.limits.timeout = Some(timeout);
        self
    }

    /// Live memory it may hold, in bytes; at most what the daemon allows.
    #[must_use]
    pub fn memory(mut self, max_bytes: usize) -> Program<'a> {
        self.limits.memory_max_bytes = Some(max_bytes);
        self
    }

    /// Fuel it may burn: instructions and the work of built-in functions.
    #[must_use]
    pub fn fuel(mut self, fuel: u64) -> Program<'a> {
        self.limits.fuel = Some(fuel);
        self
    }

    /// Wants the `repr` of the value of a last expression, as
    /// [`RunReply::value`](crate::wire::RunReply::value).
    #[must_use]
    pub fn echo(mut self) -> Program<'a> {
        self.echo = true;
        self
    }

    /// Wants the value of a last expression in its own type, as [`RunReply::data`](crate::wire::RunReply::data).
    #[must_use]
    pub fn data(mut self) -> Program<'a> {
        self.data = true;
        self
    }

    /// Runs it in this session, whose globals stay. The session is made if there is none of the name.
    #[must_use]
    pub fn session(mut self, name: &'a str) -> Program<'a> {
        self.limits.session = Some(name);
        self
    }

    /// A name by which [`Client::cancel`](super::Client::cancel) finds the run.
    #[must_use]
    pub fn id(mut self, name: &'a str) -> Program<'a> {
        self.limits.id = Some(name);
        self
    }

    /// Wants output in push messages while the program runs.
    pub(crate) fn stream(mut self) -> Program<'a> {
        self.stream = true;
        self
    }

    /// Appends `PY.RUN`. `time` is what the client has left for it.
    pub(super) fn encode(&self, time: Option<Duration>, out: &mut Vec<u8>) {
        let argc = self.argv.len().to_string();
        let numbers = self.limits.numbers(time);
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
        for (name, value) in &self.inputs {
            words.extend([&b"INPUT"[..], name.as_bytes(), value.as_bytes()]);
        }
        self.limits.push_words(&numbers, &mut words);
        let flags = [(self.echo, "ECHO"), (self.data, "DATA"), (self.stream, "STREAM")];
        words.extend(flags.iter().filter(|(raised, _)| *raised).map(|(_, word)| word.as_bytes()));
        write_command(&words, out);
    }
}

impl<'a> Limits<'a> {
    /// The options that are numbers, in digits.
    pub(super) fn numbers(&self, time: Option<Duration>) -> Vec<(&'static str, String)> {
        let timeout = match (self.timeout, time.map(run_timeout)) {
            (Some(wanted), Some(left)) => Some(wanted.min(left)),
            (wanted, left) => wanted.or(left),
        };
        let numbers = [
            // A time-out that rounds to nothing would be none.
            ("TIMEOUT", timeout.map(|timeout| timeout.min(limits::RUN_TIMEOUT_MAX).as_millis().max(1))),
            ("MEMORY", self.memory_max_bytes.map(|bytes| bytes as u128)),
            ("FUEL", self.fuel.map(u128::from)),
        ];
        numbers.into_iter().filter_map(|(name, value)| Some((name, value?.to_string()))).collect()
    }

    /// Appends all of them to a command's words.
    pub(super) fn push_words<'w>(&self, numbers: &'w [(&'static str, String)], words: &mut Vec<&'w [u8]>)
    where
        'a: 'w,
    {
        for (name, digits) in numbers {
            words.extend([name.as_bytes(), digits.as_bytes()]);
        }
        for (name, text) in [("SESSION", self.session), ("ID", self.id)] {
            if let Some(text) = text {
                words.extend([name.as_bytes(), text.as_bytes()]);
            }
        }
    }
}

/// What of a client's time is the program's: the daemon's answer to one that takes longer still comes in time.
fn run_timeout(left: Duration) -> Duration {
    left - (left / 10).min(limits::CLIENT_ANSWER_MARGIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{CommandDecoder, Request, RunRequest, parse_command};

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
            .echo()
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
            echo: true,
            data: true,
            stream: true,
        };
        assert_eq!(parse_command(&args), Ok(Request::Run(expected)));
    }

    #[test]
    fn session_fuel_and_id_are_sent_as_they_are() {
        let program = Program::new("1").session("s").fuel(9).id("me");
        let expected = ["PY.RUN", "1", "FUEL", "9", "SESSION", "s", "ID", "me"];
        assert_eq!(words(|out| program.encode(None, out)), expected);
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
