//! Commands as they are read, written and refused.

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
        fuel_max: Some(7),
        session: Some("s"),
        inputs: vec![("a", "1"), ("_b2", "")],
        id: Some("mine"),
        data: true,
        traceback: true,
        echo: true,
        stream: true,
    };
    round_trip(&Request::Run(full));
    round_trip(&Request::Run(RunRequest { code: "", ..RunRequest::default() }));
    round_trip(&Request::Hello(Hello { version: Some(RespVersion::Resp3), auth: None, name: Some("cli") }));
    round_trip(&Request::Hello(Hello { version: Some(RespVersion::Resp2), ..Hello::default() }));
    let auth = Some(Credentials { user: Some(b"default"), password: b"secret" });
    round_trip(&Request::Hello(Hello { version: Some(RespVersion::Resp3), auth, name: Some("cli") }));
    for user in [None, Some(&b"default"[..])] {
        round_trip(&Request::Auth(Credentials { user, password: b"s\r\n" }));
    }
    round_trip(&Request::Hello(Hello::default()));
    for request in [Request::Ping(None), Request::Ping(Some(b"hi")), Request::Status] {
        round_trip(&request);
    }
    for source in [EvalSource::Code("2+3"), EvalSource::Sha(b"abc")] {
        round_trip(&Request::Eval(EvalRequest { source, words: vec!["k", "", "a"], keys: 1 }));
    }
    let batch = BatchRequest {
        codes: vec!["a = 1", "SESSION"],
        session: Some("s"),
        id: Some("mine"),
        timeout: Some(Duration::from_millis(20)),
        memory_max_bytes: Some(1 << 20),
        fuel_max: Some(7),
        atomic: true,
        keep_going: true,
        traceback: true,
        echo: true,
        data: true,
    };
    round_trip(&Request::Batch(batch));
    round_trip(&Request::Batch(BatchRequest { codes: vec![""], ..BatchRequest::default() }));
    for session in [
        SessionRequest::New { name: "s", ttl: Some(Duration::from_secs(3)), memory_max_bytes: Some(5) },
        SessionRequest::New { name: "TTL", ttl: None, memory_max_bytes: None },
        SessionRequest::List,
        SessionRequest::Info("s"),
        SessionRequest::Drop("s"),
        SessionRequest::Fork("s", "t"),
        SessionRequest::Snapshot("s"),
        SessionRequest::Rollback("s"),
    ] {
        round_trip(&Request::Session(session));
    }
    round_trip(&Request::Help(find_command(b"client").unwrap()));
    round_trip(&Request::CacheClear);
    for now in [false, true] {
        round_trip(&Request::Shutdown { now });
    }
}

#[test]
fn names_and_options_may_be_written_in_any_case() {
    assert_eq!(parsed(&[b"ping"]), "Ping(None)");
    assert_eq!(parsed(&[b"Py.Run", b"1", b"echo"]), parsed(&[b"PY.RUN", b"1", b"ECHO"]));
    assert_eq!(
        parsed(&[b"hello", b"3", b"auth", b"default", b"x", b"setname", b"me"]),
        "Hello(Hello { version: Some(Resp3), auth: Some(Credentials { user: Some([100, 101, 102, 97, 117, 108, \
         116]), .. }), name: Some(\"me\") })",
        "the password is not shown"
    );
}

#[test]
fn errors_read_as_those_of_redis() {
    for (words, text) in [
        (&[&b"foo"[..]][..], "ERR unknown command 'foo', with args beginning with: "),
        (&[b"foo", b"a", b"b c"], "ERR unknown command 'foo', with args beginning with: 'a' 'b c' "),
        (&[b""], "ERR unknown command '', with args beginning with: "),
        (&[b"py.run"], "ERR wrong number of arguments for 'py.run' command"),
        (&[b"PING", b"a", b"b"], "ERR wrong number of arguments for 'ping' command"),
        (&[b"EVAL", b"1"], "ERR wrong number of arguments for 'eval' command"),
        (&[b"EVAL", b"1", b"-1"], "ERR Number of keys can't be negative"),
        (&[b"EVAL", b"1", b"2", b"k"], "ERR Number of keys can't be greater than number of args"),
        (&[b"EVAL", b"1", b"x"], "ERR value is not an integer or out of range"),
        (&[b"EVAL", b"1", b"0", b"\xff"], "ERR EVAL: ARGV is not valid UTF-8 at byte 0"),
        (&[b"CLIENT"], "ERR wrong number of arguments for 'client' command"),
        (&[b"client", b"SetName"], "ERR wrong number of arguments for 'client|setname' command"),
        (&[b"CLIENT", b"foo"], "ERR unknown subcommand 'foo'. Try CLIENT HELP."),
        (&[b"COMMAND", b"COUNT", b"x"], "ERR wrong number of arguments for 'command|count' command"),
        (&[b"HELLO", b"4"], "NOPROTO unsupported protocol version"),
        (&[b"AUTH", b"a", b"b", b"c"], "ERR syntax error"),
        (&[b"SHUTDOWN", b"NOSAVE", b"ABORT"], "ERR syntax error"),
        (&[b"HELLO", b"3", b"AUTH", b"me"], "ERR HELLO: AUTH needs a user and a password"),
        (&[b"PY.CACHE", b"X"], "ERR unknown subcommand 'X'. Try PY.CACHE HELP."),
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
        (&[b"INPUT", b"x"], "INPUT needs a name and a value"),
        (&[b"INPUT", b"1x", b"y"], "INPUT needs the name of a variable, got '1x'"),
        (&[b"INPUT", b"", b"y"], "INPUT needs the name of a variable, got ''"),
        (&[b"DATA", b"DATA"], "DATA is given twice"),
    ] {
        let words: Vec<&[u8]> = [&b"PY.RUN"[..], b"1"].into_iter().chain(options.iter().copied()).collect();
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
        assert!(spec.summary.ends_with('.') && spec.arity != 0 && !spec.group.is_empty());
        assert!(COMMANDS[..index].iter().all(|other| other.name != spec.name));
        let subcommands = spec.subcommands();
        for (index, sub) in subcommands.iter().enumerate() {
            assert_eq!(sub.name, sub.name.to_ascii_uppercase());
            assert!(sub.summary.ends_with('.') && sub.arity.unsigned_abs() >= 2, "{}", sub.name);
            assert!(subcommands[..index].iter().all(|other| other.name != sub.name));
        }
    }
}
