//! Properties of both codecs: any split of the input gives the same messages, what is written reads back,
//! large payloads pass both ways, and hostile lengths cost nothing.

use proptest::collection::vec;
use proptest::prelude::*;
use pyrust::limits;
use pyrust::wire::{
    CommandDecoder, FrameDecoder, ReplyDecoder, Request, RespError, RespValue, RespVersion, Response,
    ResponseDecoder, RunRequest, Status, encode_request, encode_response, parse_command,
};

const MAX_BYTES: usize = 4 * limits::MIB;

/// Feeds `bytes` in the pieces that `cuts` say, draining after each, as a connection does.
fn in_pieces(bytes: &[u8], cuts: &[usize], mut feed: impl FnMut(&[u8])) {
    let mut rest = bytes;
    for cut in cuts {
        let (piece, tail) = rest.split_at((*cut).min(rest.len()));
        feed(piece);
        rest = tail;
    }
    feed(rest);
}

fn frames(bytes: &[u8], cuts: &[usize]) -> Vec<Vec<u8>> {
    let mut decoder = FrameDecoder::new(MAX_BYTES);
    let mut all = Vec::new();
    in_pieces(bytes, cuts, |piece| {
        decoder.feed(piece);
        while let Some(frame) = decoder.next_frame().unwrap() {
            all.push(frame.to_vec());
        }
    });
    assert_eq!(decoder.buffered_bytes(), 0);
    all
}

fn responses(bytes: &[u8], cuts: &[usize]) -> Vec<Response> {
    let mut decoder = ResponseDecoder::new(MAX_BYTES);
    let mut all = Vec::new();
    in_pieces(bytes, cuts, |piece| {
        decoder.feed(piece);
        while let Some(response) = decoder.next_response().unwrap() {
            all.push(response);
        }
    });
    all
}

fn commands(bytes: &[u8], cuts: &[usize]) -> Vec<Vec<Vec<u8>>> {
    let mut decoder = CommandDecoder::new(MAX_BYTES);
    let mut all = Vec::new();
    in_pieces(bytes, cuts, |piece| {
        decoder.feed(piece);
        while let Some(args) = decoder.next_command().unwrap() {
            all.push(args.iter().map(<[u8]>::to_vec).collect());
        }
    });
    assert_eq!(decoder.buffered_bytes(), 0);
    all
}

fn values(bytes: &[u8], cuts: &[usize]) -> Vec<RespValue> {
    let mut decoder = ReplyDecoder::new(MAX_BYTES);
    let mut all = Vec::new();
    in_pieces(bytes, cuts, |piece| {
        decoder.feed(piece);
        while let Some(value) = decoder.next_value().unwrap() {
            all.push(value);
        }
    });
    all
}

fn encode_command(words: &[Vec<u8>]) -> Vec<u8> {
    let words = words.iter().map(RespValue::bulk).collect();
    encode_value(&RespValue::Array(words), RespVersion::Resp2)
}

fn encode_value(value: &RespValue, version: RespVersion) -> Vec<u8> {
    let mut out = Vec::new();
    value.encode(version, &mut out);
    out
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![Just(Status::Ok), Just(Status::Raised), Just(Status::Refused)]
}

/// Any RESP3 value; no NaN, which is equal to nothing.
fn value() -> impl Strategy<Value = RespValue> {
    let line = "[^\r\n]{0,20}";
    let leaf = prop_oneof![
        line.prop_map(RespValue::Simple),
        line.prop_map(RespValue::Error),
        any::<i64>().prop_map(RespValue::Integer),
        vec(any::<u8>(), 0..60).prop_map(RespValue::Bulk),
        Just(RespValue::Null),
        any::<bool>().prop_map(RespValue::Boolean),
        any::<f64>().prop_filter("NaN", |value| !value.is_nan()).prop_map(RespValue::Double),
        "-?[0-9]{1,40}".prop_map(RespValue::BigNumber),
        vec(any::<u8>(), 0..60).prop_map(|text| RespValue::Verbatim { format: *b"txt", text }),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(RespValue::Array),
            vec(inner.clone(), 0..6).prop_map(RespValue::Set),
            vec(inner.clone(), 0..6).prop_map(RespValue::Push),
            vec((inner.clone(), inner), 0..4).prop_map(RespValue::Map),
        ]
    })
}

proptest! {
    #[test]
    fn frames_survive_any_split(
        codes in vec(vec(any::<u8>(), 0..40), 0..8), cuts in vec(0usize..20, 0..40),
    ) {
        let mut bytes = Vec::new();
        for code in &codes {
            encode_request(code, &mut bytes).unwrap();
        }
        prop_assert_eq!(frames(&bytes, &cuts), codes);
    }

    #[test]
    fn responses_survive_any_split(
        sent in vec((status(), vec(vec(any::<u8>(), 0..20), 0..3)), 0..8), cuts in vec(0usize..20, 0..40),
    ) {
        let mut bytes = Vec::new();
        let mut expected = Vec::new();
        for (status, parts) in &sent {
            let slices: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            encode_response(*status, &slices, &mut bytes);
            expected.push(Response { status: *status, body: parts.concat() });
        }
        prop_assert_eq!(responses(&bytes, &cuts), expected);
    }

    #[test]
    fn commands_survive_any_split(
        sent in vec(vec(vec(any::<u8>(), 0..30), 1..6), 0..6), cuts in vec(0usize..20, 0..60),
    ) {
        let bytes: Vec<u8> = sent.iter().flat_map(|words| encode_command(words)).collect();
        prop_assert_eq!(commands(&bytes, &cuts), sent);
    }

    #[test]
    fn values_survive_any_split(sent in vec(value(), 0..5), cuts in vec(0usize..20, 0..60)) {
        let bytes: Vec<u8> = sent.iter().flat_map(|value| encode_value(value, RespVersion::Resp3)).collect();
        prop_assert_eq!(values(&bytes, &cuts), sent);
    }

    #[test]
    fn every_value_has_a_form_that_resp2_can_read(sent in value()) {
        let bytes = encode_value(&sent, RespVersion::Resp2);
        let read = values(&bytes, &[]);
        prop_assert_eq!(read.len(), 1);
        prop_assert!(only_resp2(&read[0]), "{:?}", read[0]);
    }

    #[test]
    fn decoders_never_panic_and_stay_failed(bytes in vec(any::<u8>(), 0..200), cuts in vec(0usize..20, 0..20)) {
        let mut frames = FrameDecoder::new(50);
        let mut responses = ResponseDecoder::new(50);
        let mut commands = CommandDecoder::new(50);
        let mut values = ReplyDecoder::new(50);
        let mut failed = [false; 4];
        in_pieces(&bytes, &cuts, |piece| {
            frames.feed(piece);
            responses.feed(piece);
            commands.feed(piece);
            values.feed(piece);
            let now = [
                drained(|| frames.next_frame().map(|frame| frame.is_some()).map_err(|_| ())),
                drained(|| responses.next_response().map(|response| response.is_some()).map_err(|_| ())),
                drained(|| commands.next_command().map(|command| command.is_some()).map_err(|_| ())),
                drained(|| values.next_value().map(|value| value.is_some()).map_err(|_| ())),
            ];
            for (before, now) in failed.iter_mut().zip(now) {
                assert!(now || !*before, "a failed decoder must not recover");
                *before = now;
            }
        });
        prop_assert!(commands.buffered_bytes() <= 50 + bytes.len());
    }

    #[test]
    fn commands_that_look_right_never_panic_the_parser(
        words in vec(prop_oneof![
            "(?i)(HELLO|PING|PY.RUN|PY.STATUS|PY.CACHE|SHUTDOWN|CLEAR|AUTH|SETNAME|EVAL|EVALSHA|CLIENT|HELP|INFO|MULTI)".prop_map(String::into_bytes),
            "(?i)(ARGV|STDIN|TIMEOUT|MEMORY|STREAM|ECHO|FILENAME|INPUT|DATA)".prop_map(String::into_bytes),
            "[0-9]{1,20}".prop_map(String::into_bytes),
            vec(any::<u8>(), 0..5),
        ], 1..12),
    ) {
        let mut decoder = CommandDecoder::new(MAX_BYTES);
        decoder.feed(&encode_command(&words));
        let args = decoder.next_command().unwrap().unwrap();
        // What is understood is written and understood again, the same.
        if let Ok(request) = parse_command(&args) {
            let mut out = Vec::new();
            request.encode(&mut out);
            let mut again = CommandDecoder::new(MAX_BYTES);
            again.feed(&out);
            prop_assert_eq!(parse_command(&again.next_command().unwrap().unwrap()), Ok(request));
        }
    }
}

/// Calls until nothing more comes; whether that is because of a failure.
fn drained(mut next: impl FnMut() -> Result<bool, ()>) -> bool {
    loop {
        match next() {
            Ok(true) => {}
            Ok(false) => return false,
            Err(()) => return true,
        }
    }
}

fn only_resp2(value: &RespValue) -> bool {
    match value {
        RespValue::Simple(_)
        | RespValue::Error(_)
        | RespValue::Integer(_)
        | RespValue::Bulk(_)
        | RespValue::Null => true,
        RespValue::Array(items) => items.iter().all(only_resp2),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn payloads_above_a_megabyte_pass_both_ways(
        length in limits::MIB..3 * limits::MIB, seed in any::<u8>(), cuts in vec(1usize..300_000, 0..20),
    ) {
        let payload: Vec<u8> = (0..length).map(|index| (index as u8).wrapping_mul(31) ^ seed).collect();
        let mut bytes = Vec::new();
        encode_request(&payload, &mut bytes).unwrap();
        prop_assert!(frames(&bytes, &cuts) == [payload.clone()]);

        bytes.clear();
        encode_response(Status::Ok, &[&payload], &mut bytes);
        let expected = Response { status: Status::Ok, body: payload.clone() };
        prop_assert!(responses(&bytes, &cuts) == [expected]);

        let words = vec![b"PY.RUN".to_vec(), payload.clone()];
        prop_assert!(commands(&encode_command(&words), &cuts) == [words]);

        let value = RespValue::Map(vec![(RespValue::bulk("stdout"), RespValue::Bulk(payload))]);
        prop_assert!(values(&encode_value(&value, RespVersion::Resp3), &cuts) == [value]);
    }
}

#[test]
fn every_split_point_of_a_pipeline_gives_the_same_messages() {
    let mut bytes = Vec::new();
    for code in ["2+3", "", "print('hi')\n"] {
        encode_request(code.as_bytes(), &mut bytes).unwrap();
    }
    let whole = frames(&bytes, &[]);
    assert_eq!(whole.len(), 3);
    for cut in 0..=bytes.len() {
        assert_eq!(frames(&bytes, &[cut]), whole, "cut at {cut}");
    }

    bytes.clear();
    let argv = vec!["a", "\r\n", ""];
    let run = RunRequest { code: "1", argv, stdin: Some(b"$3\r\n"), stream: true, ..RunRequest::default() };
    Request::Run(run).encode(&mut bytes);
    Request::Ping(None).encode(&mut bytes);
    let whole = commands(&bytes, &[]);
    assert_eq!(whole.len(), 2);
    for cut in 0..=bytes.len() {
        assert_eq!(commands(&bytes, &[cut]), whole, "cut at {cut}");
    }
    assert_eq!(commands(&bytes, &vec![1; bytes.len()]), whole, "byte by byte");

    let bytes = b"%2\r\n+a\r\n*2\r\n:-1\r\n$5\r\n\r\n\r\n\n\r\n$1\r\nb\r\n=7\r\ntxt:a\r\n\r\n,1.5\r\n>1\r\n#t\r\n!5\r\nE x\ny\r\n";
    let whole = values(bytes, &[]);
    assert_eq!(whole.len(), 4);
    for cut in 0..=bytes.len() {
        assert_eq!(values(bytes, &[cut]), whole, "cut at {cut}");
    }
}

#[test]
fn the_line_of_a_header_is_not_searched_again_with_every_byte() {
    // 60,000 bytes of a line, one at a time: quadratic work would look at 1.8 billion bytes.
    let mut decoder = ReplyDecoder::new(MAX_BYTES);
    let started = std::time::Instant::now();
    decoder.feed(b"+");
    for _ in 0..60_000 {
        decoder.feed(b"x");
        assert_eq!(decoder.next_value(), Ok(None));
    }
    decoder.feed(b"\r\n");
    assert!(matches!(decoder.next_value(), Ok(Some(RespValue::Simple(text))) if text.len() == 60_000));
    assert!(started.elapsed().as_secs() < 10);
}

#[test]
fn a_command_with_too_many_or_too_long_words_is_refused_by_its_headers() {
    let mut decoder = CommandDecoder::new(MAX_BYTES);
    decoder.feed(b"*65537\r\n");
    assert!(matches!(decoder.next_command(), Err(RespError::TooManyElements { count: 65_537, .. })));

    // Many words that fit alone and not together.
    let mut decoder = CommandDecoder::new(1000);
    decoder.feed(b"*65536\r\n");
    let mut fed = 0;
    let error = loop {
        decoder.feed(b"$90\r\n");
        decoder.feed(&[b'x'; 90]);
        decoder.feed(b"\r\n");
        fed += 1;
        match decoder.next_command() {
            Ok(None) => assert!(fed < 20),
            Ok(Some(_)) => panic!("65,536 words did not come"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, RespError::TooLarge { max: 1000, .. }), "{error}");
}
