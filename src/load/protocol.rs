//! Requests as bytes, and what an answer means, in each of the protocols.

use std::ops::Range;
use std::time::Duration;

use super::plan::{Expect, Payload, Protocol, fill};
use crate::limits;
use crate::wire::{
    BatchRequest, Credentials, ErrorReply, EvalRequest, EvalSource, Hello, OutputPush, ReplyDecoder, Request,
    RespValue, RespVersion, ResponseDecoder, RunReply, RunRequest, Status, encode_request, write_command,
};

/// What the daemon answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The program ran; what it printed and its value, without line breaks at the end.
    Text(String),
    /// It failed: a kind that many failures share, and what was said.
    Failed {
        /// An error code of the protocol, or `raised`.
        kind: String,
        /// The message or traceback.
        text: String,
    },
}

/// One message from the daemon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A piece of output while the program runs.
    Output(Vec<u8>),
    /// The end of a request.
    Answer(Answer),
    /// The end of a `PY.BATCH`: an answer to each program that was run.
    Batch(Vec<Answer>),
}

/// Bytes to messages, whatever the protocol.
#[derive(Debug)]
pub enum Decoder {
    /// Frames.
    Frames(ResponseDecoder),
    /// RESP; of `PY.RUN` the reply is a map of its own.
    Resp {
        /// The codec.
        values: ReplyDecoder,
        /// Whether replies are those of `PY.RUN`.
        run: bool,
    },
}

impl Decoder {
    /// For a new connection.
    pub fn new(protocol: Protocol) -> Decoder {
        match protocol {
            Protocol::Frames => Decoder::Frames(ResponseDecoder::new(limits::REPLY_MAX_BYTES)),
            Protocol::Eval | Protocol::Evalsha | Protocol::Run => Decoder::Resp {
                values: ReplyDecoder::new(limits::REPLY_MAX_BYTES),
                run: protocol == Protocol::Run,
            },
        }
    }

    /// Takes in what was read.
    pub fn feed(&mut self, bytes: &[u8]) {
        match self {
            Decoder::Frames(decoder) => decoder.feed(bytes),
            Decoder::Resp { values, .. } => values.feed(bytes),
        }
    }

    /// The next message; call it until there is none.
    ///
    /// # Errors
    /// Bytes that are no message of the protocol.
    pub fn next_message(&mut self) -> Result<Option<Message>, String> {
        match self {
            Decoder::Frames(decoder) => {
                let response = decoder.next_response().map_err(|error| error.to_string())?;
                Ok(response.map(|response| {
                    let text = String::from_utf8_lossy(&response.body).into_owned();
                    Message::Answer(match response.status {
                        Status::Ok => answer_text(text),
                        Status::Raised => raised(text),
                        Status::Refused => refused(&text),
                    })
                }))
            }
            Decoder::Resp { values, run } => {
                let Some(value) = values.next_value().map_err(|error| error.to_string())? else {
                    return Ok(None);
                };
                let message = match value {
                    RespValue::Push(items) => {
                        let push = OutputPush::decode(items).map_err(|error| error.to_string())?;
                        Message::Output(push.bytes)
                    }
                    RespValue::Error(text) => Message::Answer(refused(&text)),
                    RespValue::Array(items) if *run => {
                        let answers = items.into_iter().map(|item| match item {
                            RespValue::Error(text) => Ok(refused(&text)),
                            value => run_answer(value),
                        });
                        Message::Batch(answers.collect::<Result<_, _>>()?)
                    }
                    value if *run => Message::Answer(run_answer(value)?),
                    value => Message::Answer(answer_text(shown(&value))),
                };
                Ok(Some(message))
            }
        }
    }

    /// The next RESP value as it is, for what is said before the first request.
    ///
    /// # Errors
    /// Bytes that are no RESP.
    pub fn next_value(&mut self) -> Result<Option<RespValue>, String> {
        match self {
            Decoder::Frames(_) => Err("frames have no values".to_owned()),
            Decoder::Resp { values, .. } => values.next_value().map_err(|error| error.to_string()),
        }
    }
}

fn answer_text(mut text: String) -> Answer {
    text.truncate(text.trim_end_matches('\n').len());
    Answer::Text(text)
}

fn raised(text: String) -> Answer {
    Answer::Failed { kind: "raised".to_owned(), text }
}

fn refused(text: &str) -> Answer {
    let error = ErrorReply::from_text(text);
    match error.code.as_str() {
        "PYERR" => raised(error.message),
        code => Answer::Failed { kind: code.to_owned(), text: error.message },
    }
}

fn run_answer(value: RespValue) -> Result<Answer, String> {
    let reply = RunReply::decode(value).map_err(|error| error.to_string())?;
    let mut text = String::from_utf8_lossy(&reply.stdout).into_owned();
    if reply.exit != 0 || reply.error.is_some() {
        text.push_str(&String::from_utf8_lossy(&reply.stderr));
        return Ok(raised(text));
    }
    text.push_str(reply.value.as_deref().unwrap_or_default());
    Ok(answer_text(text))
}

/// A value of `EVAL` as text: what Python would print for a scalar, its words for the rest.
fn shown(value: &RespValue) -> String {
    match value {
        RespValue::Integer(number) => number.to_string(),
        RespValue::Boolean(true) => "True".to_owned(),
        RespValue::Boolean(false) => "False".to_owned(),
        RespValue::Double(number) => format!("{number:?}"),
        RespValue::BigNumber(digits) => digits.clone(),
        RespValue::Null => String::new(),
        RespValue::Array(items) | RespValue::Set(items) | RespValue::Push(items) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        RespValue::Map(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| format!("{}: {}", shown(key), shown(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
        value => String::from_utf8_lossy(value.as_bytes().unwrap_or_default()).into_owned(),
    }
}

/// Whether an answer is right; if not, the kind of failure and what to say of it.
pub fn judge(expect: &Expect, answer: &Answer, request: u64, client: u64) -> Result<(), (String, String)> {
    match (expect, answer) {
        (Expect::Success, Answer::Text(_)) => Ok(()),
        (Expect::Text(wanted), Answer::Text(found)) => {
            let wanted = fill(wanted, request, client);
            if wanted.trim_end_matches('\n') == found {
                return Ok(());
            }
            Err(("wrong answer".to_owned(), format!("{found:?} instead of {wanted:?}")))
        }
        (Expect::Error(wanted), Answer::Failed { kind, .. }) if wanted == kind => Ok(()),
        (Expect::Error(wanted), Answer::Text(found)) => {
            Err(("wrong answer".to_owned(), format!("{found:?} instead of the error {wanted}")))
        }
        (_, Answer::Failed { kind, text }) => Err((kind.clone(), last_line(text).to_owned())),
    }
}

/// Of a traceback, what it is about.
fn last_line(text: &str) -> &str {
    text.trim_end().lines().last().unwrap_or_default()
}

/// Appends what a connection says before its first request. Returns how many replies come; the last of `EVALSHA`'s is the
/// program's hash.
pub fn greet(protocol: Protocol, token: Option<&[u8]>, code: &str, out: &mut Vec<u8>) -> usize {
    let auth = token.map(|password| Credentials { user: Some(b"default"), password });
    let mut replies = 0;
    if let Some(auth) = auth
        && matches!(protocol, Protocol::Eval | Protocol::Evalsha)
    {
        Request::Auth(auth).encode(out);
        replies += 1;
    }
    match protocol {
        // Frames cannot say who they are; a daemon with a token refuses them.
        Protocol::Frames | Protocol::Eval => {}
        Protocol::Evalsha => {
            write_command(&[b"SCRIPT", b"LOAD", code.as_bytes()], out);
            replies += 1;
        }
        Protocol::Run => {
            Request::Hello(Hello { version: Some(RespVersion::Resp3), auth, name: None }).encode(out);
            replies += 1;
        }
    }
    replies
}

/// What a request needs that is known from its connection only.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The program's hash, for `EVALSHA`.
    pub sha: Vec<u8>,
}

/// Appends one request.
pub fn encode(
    protocol: Protocol,
    payload: &Payload,
    known: &Known,
    request: u64,
    client: u64,
    out: &mut Vec<u8>,
) {
    let code = fill(&payload.code, request, client);
    let args: Vec<String> = payload.args.iter().map(|arg| fill(arg, request, client)).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match protocol {
        Protocol::Frames => {
            encode_request(code.as_bytes(), out).expect("a file's size is limited far below 4 GiB");
        }
        Protocol::Eval => {
            let source = EvalSource::Code(&code);
            Request::Eval(EvalRequest { source, words, keys: 0 }).encode(out);
        }
        Protocol::Evalsha => {
            let source = EvalSource::Sha(&known.sha);
            Request::Eval(EvalRequest { source, words, keys: 0 }).encode(out);
        }
        Protocol::Run => {
            let argv = if words.is_empty() { Vec::new() } else { [vec!["-c"], words].concat() };
            let run =
                RunRequest { code: &code, argv, echo: true, timeout: payload.timeout, ..Default::default() };
            run.encode(out);
        }
    }
}

/// Appends one `PY.BATCH` of the requests with these numbers.
pub fn encode_batch(payload: &Payload, requests: Range<u64>, client: u64, out: &mut Vec<u8>) {
    let codes: Vec<String> = requests.map(|request| fill(&payload.code, request, client)).collect();
    let codes = codes.iter().map(String::as_str).collect();
    BatchRequest { codes, echo: true, timeout: payload.timeout, ..Default::default() }.encode(out);
}

/// Appends the request that starts a stream's script.
pub fn encode_stream(code: &str, timeout: Duration, out: &mut Vec<u8>) {
    RunRequest { code, stream: true, timeout: Some(timeout), ..Default::default() }.encode(out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(protocol: Protocol, bytes: &[u8]) -> Vec<Message> {
        let mut decoder = Decoder::new(protocol);
        decoder.feed(bytes);
        std::iter::from_fn(|| decoder.next_message().unwrap()).collect()
    }

    fn failed(kind: &str, text: &str) -> Message {
        Message::Answer(Answer::Failed { kind: kind.to_owned(), text: text.to_owned() })
    }

    fn said(text: &str) -> Message {
        Message::Answer(Answer::Text(text.to_owned()))
    }

    #[test]
    fn answers_of_all_protocols_mean_the_same() {
        let frames = b"\0\0\0\0\x02hi\x01\0\0\0\x03oh\n\x02\0\0\0\x0cTIMEOUT long";
        let all = answers(Protocol::Frames, frames);
        assert_eq!(all, [said("hi"), failed("raised", "oh\n"), failed("TIMEOUT", "long")]);
        let all = answers(
            Protocol::Eval,
            b":5\r\n$3\r\nhi\n\r\n-PYERR oh\r\n-BUSY no\r\n$-1\r\n*2\r\n:1\r\n,1\r\n",
        );
        assert_eq!(
            all,
            [said("5"), said("hi"), failed("raised", "oh"), failed("BUSY", "no"), said(""), said("[1, 1.0]")]
        );
    }

    #[test]
    fn a_runs_reply_is_its_output_and_value_or_its_traceback() {
        let mut bytes = Vec::new();
        let fine = RunReply { stdout: b"hi\n".to_vec(), value: Some("5".to_owned()), ..Default::default() };
        let bad = RunReply { exit: 1, stderr: b"oh".to_vec(), ..Default::default() };
        fine.encode(RespVersion::Resp3, &mut bytes);
        bad.encode(RespVersion::Resp3, &mut bytes);
        assert_eq!(answers(Protocol::Run, &bytes), [said("hi\n5"), failed("raised", "oh")]);
    }

    #[test]
    fn a_batchs_reply_has_an_answer_for_each_program_that_was_run() {
        let mut bytes = b"*2\r\n".to_vec();
        RunReply { value: Some("5".to_owned()), ..Default::default() }.encode(RespVersion::Resp3, &mut bytes);
        bytes.extend(b"-FUEL killed\r\n");
        let killed = Answer::Failed { kind: "FUEL".to_owned(), text: "killed".to_owned() };
        let all = [Message::Batch(vec![Answer::Text("5".to_owned()), killed])];
        assert_eq!(answers(Protocol::Run, &bytes), all);
        let mut out = Vec::new();
        let payload = Payload { code: "{{request}}".to_owned(), ..Payload::default() };
        encode_batch(&payload, 8..10, 0, &mut out);
        assert_eq!(out, b"*5\r\n$8\r\nPY.BATCH\r\n$1\r\n2\r\n$1\r\n8\r\n$1\r\n9\r\n$4\r\nECHO\r\n");
    }

    #[test]
    fn a_connection_says_its_token_before_anything_else() {
        let said = |protocol, token: Option<&[u8]>| {
            let mut out = Vec::new();
            let replies = greet(protocol, token, "2+3", &mut out);
            (replies, out.escape_ascii().to_string())
        };
        assert_eq!(said(Protocol::Eval, None), (0, String::new()));
        let (replies, words) = said(Protocol::Evalsha, Some(b"secret"));
        assert_eq!(replies, 2);
        assert!(words.starts_with(r"*3\r\n$4\r\nAUTH") && words.contains("LOAD"), "{words}");
        let (replies, words) = said(Protocol::Run, Some(b"secret"));
        assert!(replies == 1 && words.contains("HELLO") && words.contains("secret"), "{words}");
    }

    #[test]
    fn an_answer_is_judged_by_what_was_expected() {
        let text = |text: &str| Answer::Text(text.to_owned());
        let error = Answer::Failed { kind: "TIMEOUT".to_owned(), text: "a\nb\n".to_owned() };
        let expect = Expect::Text("{{request}}:{{client}}\n".to_owned());
        assert_eq!(judge(&expect, &text("3:1"), 3, 1), Ok(()));
        assert_eq!(judge(&expect, &text("4:1"), 3, 1).unwrap_err().0, "wrong answer");
        assert_eq!(judge(&expect, &error, 3, 1), Err(("TIMEOUT".to_owned(), "b".to_owned())));
        assert_eq!(judge(&Expect::Error("TIMEOUT".to_owned()), &error, 0, 0), Ok(()));
        assert_eq!(judge(&Expect::Error("MEMORY".to_owned()), &error, 0, 0).unwrap_err().0, "TIMEOUT");
        assert!(judge(&Expect::Error("TIMEOUT".to_owned()), &text("5"), 0, 0).is_err());
        assert_eq!(judge(&Expect::Success, &text("anything"), 0, 0), Ok(()));
    }

    #[test]
    fn a_request_has_its_numbers_filled_in() {
        let payload = Payload { code: "{{request}}".to_owned(), ..Payload::default() };
        let mut out = Vec::new();
        encode(Protocol::Frames, &payload, &Known::default(), 12, 0, &mut out);
        assert_eq!(out, b"\0\0\0\x0212");
        out.clear();
        let payload = Payload { args: vec!["{{client}}".to_owned()], ..Payload::default() };
        encode(Protocol::Eval, &payload, &Known::default(), 0, 7, &mut out);
        assert_eq!(out, b"*4\r\n$4\r\nEVAL\r\n$3\r\n2+3\r\n$1\r\n0\r\n$1\r\n7\r\n");
    }
}
