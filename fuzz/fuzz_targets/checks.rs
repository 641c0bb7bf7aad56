//! What every input must satisfy. The fuzz targets call these, and so does a test that replays the corpus.
#![allow(dead_code)] // each target uses one of them

#[path = "clients.rs"]
mod clients;
#[path = "grammar.rs"]
pub mod grammar;
#[path = "programs.rs"]
mod programs;
#[path = "words.rs"]
mod words;

use pyrust::limits;
use pyrust::wire::frame::{REQUEST_HEADER_BYTES, RESPONSE_HEADER_BYTES};
use pyrust::wire::{
    CommandDecoder, DaemonStatus, Detected, ErrorReply, FrameDecoder, FrameError, HelloReply, OutputPush,
    ReplyDecoder, RespError, RespValue, RespVersion, Response, ResponseDecoder, RunReply, detect,
    encode_request, encode_response, parse_command,
};

/// Small, so that the limit is met.
const MESSAGE_MAX_BYTES: usize = 4096;

/// What a drained decoder of RESP may hold: a message, and the line that is due next.
const RESP_HELD_MAX_BYTES: usize = MESSAGE_MAX_BYTES + limits::RESP_HEADER_MAX_BYTES;

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

/// Frames of both directions, and how a connection's protocol is told.
pub fn frames(data: &[u8]) {
    protocol(data);
    let (requests, error, held) = each_split(data, |pieces| {
        let mut decoder = FrameDecoder::new(MESSAGE_MAX_BYTES);
        let mut all: Vec<Vec<u8>> = Vec::new();
        for piece in pieces {
            decoder.feed(piece);
            loop {
                match decoder.next_frame() {
                    Ok(Some(frame)) => all.push(frame.to_vec()),
                    Ok(None) => break,
                    Err(error) => {
                        stays_failed(&mut decoder, |d| d.next_frame().map(drop) == Err(error));
                        return (all, Some(error), decoder.buffered_bytes());
                    }
                }
            }
            assert!(decoder.buffered_bytes() < REQUEST_HEADER_BYTES + MESSAGE_MAX_BYTES);
        }
        (all, None::<FrameError>, decoder.buffered_bytes())
    });
    let mut out = Vec::new();
    for code in &requests {
        encode_request(code, &mut out).expect("it is short");
    }
    assert_eq!(out, data[..out.len()]);
    assert_eq!(held, if error.is_some() { 0 } else { data.len() - out.len() });

    let (responses, error) = each_split(data, |pieces| {
        let mut decoder = ResponseDecoder::new(MESSAGE_MAX_BYTES);
        let mut all: Vec<Response> = Vec::new();
        for piece in pieces {
            decoder.feed(piece);
            loop {
                match decoder.next_response() {
                    Ok(Some(response)) => all.push(response),
                    Ok(None) => break,
                    Err(error) => {
                        decoder.feed(b"\0\0\0\0\0");
                        assert_eq!(decoder.next_response(), Err(error));
                        return (all, Some(error));
                    }
                }
            }
        }
        (all, None::<FrameError>)
    });
    out.clear();
    for response in &responses {
        // In however many parts a body is given, the bytes are the same.
        let (left, right) = response.body.split_at(response.body.len() / 2);
        encode_response(response.status, &[left, right], &mut out);
    }
    assert_eq!(out, data[..out.len()]);
    assert!(error.is_some() || data.len() - out.len() < RESPONSE_HEADER_BYTES + MESSAGE_MAX_BYTES);
}

/// Once a protocol is told, more bytes of the same connection do not change it.
fn protocol(data: &[u8]) {
    let mut told = Detected::NeedMore;
    for end in 0..=data.len().min(16) {
        let now = detect(&data[..end]);
        assert!(told == Detected::NeedMore || now == told, "{told:?} became {now:?} after {end} bytes");
        assert!(now != Detected::NeedMore || end < 4);
        told = now;
    }
}

/// A decoder that failed takes nothing in and says the same again.
fn stays_failed(decoder: &mut FrameDecoder, same: impl Fn(&mut FrameDecoder) -> bool) {
    decoder.feed(&[0; 64]);
    assert_eq!(decoder.buffered_bytes(), 0);
    assert!(same(decoder));
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
                        Err(error) => {
                            let text = error.to_string();
                            // What is repeated of the arguments is cut; a lossy byte may take three.
                            assert!(text.len() < 512 + 6 * limits::ERROR_ARGS_MAX_BYTES, "{text}");
                            all.push(text);
                        }
                    },
                    Ok(None) => break,
                    Err(error) => {
                        decoder.feed(b"*1\r\n$4\r\nPING\r\n");
                        assert_eq!(decoder.buffered_bytes(), 0);
                        assert_eq!(decoder.next_command().err().as_ref(), Some(&error));
                        assert!(!error.to_string().contains(['\r', '\n']), "{error}");
                        return (all, Some(error));
                    }
                }
            }
            assert!(decoder.buffered_bytes() <= RESP_HELD_MAX_BYTES);
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
        let value = read_back(&bytes);
        assert_eq!(written(&value), bytes);
        let mut older = Vec::new();
        value.encode(RespVersion::Resp2, &mut older);
        // Poorer than it was, but still one value.
        read_back(&older);
        shapes(value);
    }
}

/// Exactly one value.
fn read_back(bytes: &[u8]) -> RespValue {
    let mut decoder = ReplyDecoder::new(usize::MAX);
    decoder.feed(bytes);
    let value = decoder.next_value().expect("well formed").expect("whole");
    assert_eq!(decoder.next_value(), Ok(None));
    value
}

/// What clients make of a value: a reply that is understood is written and understood again, the same.
fn shapes(value: RespValue) {
    macro_rules! same {
        ($kind:ty) => {
            if let Ok(reply) = <$kind>::decode(value.clone()) {
                let mut out = Vec::new();
                reply.encode(RespVersion::Resp3, &mut out);
                assert_eq!(<$kind>::decode(read_back(&out)), Ok(reply));
            }
        };
    }
    same!(RunReply);
    same!(DaemonStatus);
    same!(HelloReply);
    match value {
        RespValue::Error(text) => {
            let error = ErrorReply::from_text(&text);
            let mut out = Vec::new();
            error.encode(&mut out);
            assert!(matches!(read_back(&out), RespValue::Error(_)));
        }
        RespValue::Push(items) => drop(OutputPush::decode(items)),
        _ => {}
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
        programs::check(text);
    }
}

/// Each byte as a word.
pub fn soup(data: &[u8]) {
    programs::check(&words::soup(data));
}

/// Each byte as a choice of the grammar's.
pub fn grammar(data: &[u8]) {
    programs::check(&grammar::program(data));
}

/// Each byte as a choice of what clients do.
pub fn connections(data: &[u8]) {
    clients::check(data);
}
