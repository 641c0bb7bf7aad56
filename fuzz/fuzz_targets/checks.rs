//! What every input must satisfy. The fuzz targets call these, and so does a test that replays the corpus.
#![allow(dead_code)] // each target uses one of them

use pyrust::engine::{Engine, Kill, Mode, Outcome, RunOptions, Step};
use pyrust::limits;
use pyrust::wire::{
    CommandDecoder, FrameDecoder, FrameError, ReplyDecoder, RespError, RespValue, RespVersion, Response,
    ResponseDecoder, encode_request, encode_response, parse_command,
};

/// Small, so that the limit is met.
const MESSAGE_MAX_BYTES: usize = 4096;

/// The input whole, then byte by byte, then in the pieces that its own first byte says.
fn each_split<T: PartialEq + std::fmt::Debug>(
    data: &[u8],
    decode: impl Fn(&mut dyn Iterator<Item = &[u8]>) -> T,
) -> T {
    let whole = decode(&mut std::iter::once(data));
    assert_eq!(decode(&mut data.chunks(1)), whole);
    let size = data.first().map_or(1, |&byte| usize::from(byte) % 37 + 1);
    assert_eq!(decode(&mut data.chunks(size)), whole);
    whole
}

/// Frames of both directions.
pub fn frames(data: &[u8]) {
    let (requests, _) = each_split(data, |pieces| {
        let mut decoder = FrameDecoder::new(MESSAGE_MAX_BYTES);
        let mut all: Vec<Vec<u8>> = Vec::new();
        for piece in pieces {
            decoder.feed(piece);
            loop {
                match decoder.next_frame() {
                    Ok(Some(frame)) => all.push(frame.to_vec()),
                    Ok(None) => break,
                    Err(error) => return (all, Some(error)),
                }
            }
        }
        (all, None::<FrameError>)
    });
    let mut out = Vec::new();
    for code in &requests {
        encode_request(code, &mut out).expect("it is short");
    }
    assert_eq!(out, data[..out.len()]);

    let (responses, _) = each_split(data, |pieces| {
        let mut decoder = ResponseDecoder::new(MESSAGE_MAX_BYTES);
        let mut all: Vec<Response> = Vec::new();
        for piece in pieces {
            decoder.feed(piece);
            loop {
                match decoder.next_response() {
                    Ok(Some(response)) => all.push(response),
                    Ok(None) => break,
                    Err(error) => return (all, Some(error)),
                }
            }
        }
        (all, None::<FrameError>)
    });
    out.clear();
    for response in &responses {
        encode_response(response.status, &[&response.body], &mut out);
    }
    assert_eq!(out, data[..out.len()]);
}

/// Commands, and what is understood of them.
pub fn commands(data: &[u8]) {
    each_split(data, |pieces| {
        let mut decoder = CommandDecoder::new(MESSAGE_MAX_BYTES);
        let mut all: Vec<String> = Vec::new();
        for piece in pieces {
            decoder.feed(piece);
            loop {
                match decoder.next_command() {
                    Ok(Some(args)) => match parse_command(&args) {
                        Ok(request) => {
                            let mut out = Vec::new();
                            request.encode(&mut out);
                            let mut again = CommandDecoder::new(usize::MAX);
                            again.feed(&out);
                            let args = again.next_command().expect("well formed").expect("whole");
                            assert_eq!(parse_command(&args).as_ref(), Ok(&request));
                            all.push(format!("{request:?}"));
                        }
                        Err(error) => all.push(error.to_string()),
                    },
                    Ok(None) => break,
                    Err(error) => return (all, Some(error)),
                }
            }
        }
        (all, None::<RespError>)
    });
}

/// Replies: what was read is written and read again, the same.
pub fn replies(data: &[u8]) {
    let (values, _) = each_split(data, |pieces| {
        let mut decoder = ReplyDecoder::new(MESSAGE_MAX_BYTES);
        let mut all: Vec<Vec<u8>> = Vec::new();
        for piece in pieces {
            decoder.feed(piece);
            loop {
                match decoder.next_value() {
                    Ok(Some(value)) => all.push(written(&value)),
                    Ok(None) => break,
                    Err(error) => return (all, Some(error)),
                }
            }
        }
        (all, None::<RespError>)
    });
    for bytes in values {
        let mut decoder = ReplyDecoder::new(usize::MAX);
        decoder.feed(&bytes);
        let value = decoder.next_value().expect("well formed").expect("whole");
        assert_eq!(written(&value), bytes);
    }
}

/// Bytes can be compared where values cannot: NaN is equal to nothing.
fn written(value: &RespValue) -> Vec<u8> {
    let mut out = Vec::new();
    value.encode(RespVersion::Resp3, &mut out);
    out
}

/// A text as a program.
pub fn source(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        run(text);
    }
}

/// Each byte as a word.
pub fn soup(data: &[u8]) {
    let mut text = String::new();
    let mut indent = 0usize;
    for &byte in data {
        match WORDS.get(usize::from(byte) % (WORDS.len() + 3)) {
            Some(word) => {
                text.push_str(word);
                text.push(' ');
            }
            None => {
                // A new line: as deep, deeper, or less deep.
                match usize::from(byte) % (WORDS.len() + 3) - WORDS.len() {
                    1 => indent += 1,
                    2 => indent = indent.saturating_sub(1),
                    _ => {}
                }
                text.push('\n');
                text.push_str(&" ".repeat(indent));
            }
        }
    }
    run(&text);
}

const WORDS: &[&str] = &[
    "a",
    "b",
    "c",
    "x",
    "f",
    "0",
    "1",
    "2",
    "-1",
    "10",
    "1.5",
    "1j",
    "'s'",
    "b'b'",
    "''",
    "f'{a}'",
    "f'{x!r:>{a}}'",
    "None",
    "True",
    "...",
    "=",
    "+=",
    "*=",
    "-=",
    "//=",
    "<<=",
    ":=",
    "+",
    "-",
    "*",
    "**",
    "/",
    "//",
    "%",
    "@",
    "<<",
    ">>",
    "&",
    "|",
    "^",
    "~",
    "<",
    ">",
    "==",
    "!=",
    "<=",
    "is",
    "in",
    "not",
    "and",
    "or",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ".",
    ";",
    "->",
    "if",
    "else",
    "elif",
    "while",
    "for",
    "break",
    "continue",
    "pass",
    "return",
    "def",
    "lambda",
    "try",
    "except",
    "finally",
    "raise",
    "from",
    "with",
    "as",
    "assert",
    "del",
    "global",
    "nonlocal",
    "import",
    "match",
    "case",
    "_",
    "print",
    "len",
    "range",
    "list",
    "dict",
    "set",
    "tuple",
    "str",
    "int",
    "sorted",
    "map",
    "zip",
    "sum",
    "iter",
    "next",
    "repr",
    "isinstance",
    "append",
    "pop",
    "join",
    "split",
    "items",
    "sort",
    "Exception",
    "ValueError",
    "BaseException",
    "key",
    "eval",
    "exec",
];

/// Runs a program to its end, or to the end of its fuel, in small slices.
fn run(text: &str) {
    const FUEL: u64 = 200_000;
    const SLICE: u64 = 1_000;
    let mut engine = Engine::new();
    let compiled = engine.compile(text, "<fuzz>", Mode::Echo, true);
    let program = match compiled.program {
        Ok(program) => program,
        Err(error) => {
            assert!(Engine::render_compile_error(&error).ends_with('\n'));
            return;
        }
    };
    let options = RunOptions { memory_max_bytes: Some(4 * limits::MIB), ..RunOptions::default() };
    let mut run = engine.start(&program, options);
    let outcome = loop {
        let step = run.step(SLICE);
        run.take_output();
        match step {
            Step::Done(outcome) => break outcome,
            _ if run.usage().fuel > FUEL => run.kill(Kill::Fuel(FUEL)),
            Step::Sleep(_) => run.kill(Kill::Cancelled),
            Step::OutOfFuel | Step::Output | Step::ReadStdin => {}
        }
    };
    if let Outcome::Raised { traceback, .. } = outcome {
        assert!(traceback.ends_with('\n'));
    }
    if let Some(mut graveyard) = engine.recycle(run) {
        while !graveyard.bury_some(10_000) {}
    }
}
