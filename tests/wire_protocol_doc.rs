//! Every example of `docs/protocol.md` is read by the codecs, sent to a daemon, and answered as it says.

mod support;

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use pyrust::wire::command::markdown;
use pyrust::wire::{CommandDecoder, FrameDecoder, parse_command};
use support::{PATIENCE, Place};

struct Example {
    kind: String,
    line: usize,
    /// What is sent, and what is answered to it.
    turns: Vec<(Vec<u8>, Vec<u8>)>,
}

fn examples() -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut inside = false;
    for (index, line) in include_str!("../docs/protocol.md").lines().enumerate() {
        match (line.strip_prefix("```"), inside) {
            (Some(kind), false) => {
                examples.push(Example { kind: kind.to_owned(), line: index + 1, turns: Vec::new() });
                inside = true;
            }
            (Some(_), true) => inside = false,
            (None, true) => {
                let turns = &mut examples.last_mut().unwrap().turns;
                if let Some(sent) = line.strip_prefix("> ") {
                    if turns.last().is_none_or(|turn| !turn.1.is_empty()) {
                        turns.push((Vec::new(), Vec::new()));
                    }
                    turns.last_mut().unwrap().0.extend(unescape(sent));
                } else {
                    let answered = line.strip_prefix("< ").expect("a line of an example");
                    turns.last_mut().expect("something was sent").1.extend(unescape(answered));
                }
            }
            (None, false) => {}
        }
    }
    examples
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next().expect("something is escaped") {
            b'r' => b'\r',
            b'n' => b'\n',
            b'0' => 0,
            b'x' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            other => panic!("unknown escape {}", other as char),
        });
    }
    bytes
}

/// Reads as many bytes as the example has, `?` standing for any number.
fn expect(stream: &mut UnixStream, pattern: &[u8], line: usize) {
    let mut received = Vec::new();
    let mut next = |received: &mut Vec<u8>| {
        let mut byte = [0];
        let count = stream.read(&mut byte).expect("an answer");
        assert_eq!(count, 1, "line {line}: the answer ends early: {}", received.escape_ascii());
        received.push(byte[0]);
        byte[0]
    };
    let mut at = 0;
    while at < pattern.len() {
        let byte = next(&mut received);
        if pattern[at] == b'?' {
            if byte.is_ascii_digit() {
                continue;
            }
            at += 1;
        }
        assert_eq!(
            byte as char,
            pattern[at] as char,
            "line {line}: got {}, the example says {}",
            received.escape_ascii(),
            pattern.escape_ascii()
        );
        at += 1;
    }
}

#[test]
fn every_example_is_answered_as_it_says() {
    let mut count = 0;
    for example in examples() {
        // A daemon of its own: the examples tell what the cache holds.
        let place = Place::new();
        let _daemon = place.start(&[]);
        let mut stream = UnixStream::connect(place.socket()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        if example.kind == "resp3" {
            stream.write_all(b"*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n").unwrap();
            let hello = "%7\r\n$6\r\nserver\r\n$6\r\npyrust\r\n$7\r\nversion\r\n$5\r\n?.?.?\r\n$5\r\nproto\r\n:3\r\n\
                         $2\r\nid\r\n:?\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n\
                         $7\r\nmodules\r\n*0\r\n";
            expect(&mut stream, hello.as_bytes(), example.line);
        }
        for (sent, answered) in &example.turns {
            stream.write_all(sent).unwrap();
            expect(&mut stream, answered, example.line);
            count += 1;
        }
        if example.kind == "resp-closed" {
            assert_eq!(stream.read(&mut [0]).unwrap(), 0, "line {}: it is closed", example.line);
        }
    }
    assert!(count >= 15, "the examples were found: {count}");
}

/// With `PYRUST_WRITE_DOCS=1` the table is written anew.
#[test]
fn the_table_of_commands_is_the_daemon_s_own() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/protocol.md");
    let text = std::fs::read_to_string(path).unwrap();
    let from = text.find("<!-- commands:").and_then(|at| Some(at + text[at..].find('\n')? + 1)).unwrap();
    let to = text.find("<!-- end of commands -->").unwrap();
    let table = format!("\n{}\n", markdown());
    if std::env::var_os("PYRUST_WRITE_DOCS").is_some() {
        std::fs::write(path, [&text[..from], &table, &text[to..]].concat()).unwrap();
        return;
    }
    assert_eq!(
        text[from..to],
        table,
        "write it anew with PYRUST_WRITE_DOCS=1 cargo test --test wire_protocol_doc"
    );
}

#[test]
fn every_request_is_read_by_the_codecs() {
    for example in examples() {
        for (sent, answered) in &example.turns {
            let line = example.line;
            if example.kind == "frames" {
                let mut decoder = FrameDecoder::new(1000);
                decoder.feed(sent);
                assert!(decoder.next_frame().unwrap().is_some(), "line {line}");
                assert_eq!(decoder.buffered_bytes(), 0, "line {line}");
                continue;
            }
            let mut decoder = CommandDecoder::new(1000);
            decoder.feed(sent);
            let said = match decoder.next_command() {
                Ok(args) => match parse_command(&args.expect("a whole command")) {
                    Ok(_) => continue,
                    Err(error) => error.to_string(),
                },
                Err(error) => format!("ERR {error}"),
            };
            assert_eq!(format!("-{said}\r\n").as_bytes(), answered, "line {line}");
        }
    }
}
