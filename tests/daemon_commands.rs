//! Commands that need no session, as bytes on the socket: `EVAL` and its like, transactions, and what Redis clients
//! ask when they connect.

mod support;

use std::path::Path;
use std::process::Command;

use pyrust::wire::{COMMANDS, RespValue};
use support::{Client, Daemon, Place, command, text};

/// Sends commands, one at a time, and gives the bytes of each answer.
struct Raw {
    client: Client,
    _daemon: Daemon,
    _place: Place,
}

impl Raw {
    fn new() -> Raw {
        let place = Place::new();
        let daemon = place.start(&[]);
        Raw { client: daemon.connect(), _daemon: daemon, _place: place }
    }

    fn resp3() -> Raw {
        let mut raw = Raw::new();
        raw.client.hello_3();
        raw
    }

    fn ask(&mut self, words: &[&str]) -> RespValue {
        self.client.send(&command(words));
        self.client.value()
    }

    /// The answer exactly as it came: its bytes are read up to those of the `PING` after it.
    fn bytes(&mut self, words: &[&str]) -> String {
        const END: &[u8] = b"$7\r\nthe end\r\n";
        self.client.send(&[command(words), command(&["PING", "the end"])].concat());
        let mut received = Vec::new();
        while !received.ends_with(END) {
            received.extend(self.client.receive().expect("an answer"));
        }
        received.truncate(received.len() - END.len());
        text(&received)
    }

    fn check(&mut self, words: &[&str], answer: &str) {
        assert_eq!(self.bytes(words), answer, "{words:?}");
    }
}

#[test]
fn eval_answers_with_the_value_in_its_own_type() {
    for (code, resp2, resp3) in [
        ("2+3", ":5\r\n", ":5\r\n"),
        ("None", "$-1\r\n", "_\r\n"),
        ("x = 1", "$-1\r\n", "_\r\n"),
        ("2 > 1", ":1\r\n", "#t\r\n"),
        ("1/4", "$4\r\n0.25\r\n", ",0.25\r\n"),
        ("float('-inf')", "$4\r\n-inf\r\n", ",-inf\r\n"),
        ("-2**64", "$21\r\n-18446744073709551616\r\n", "(-18446744073709551616\r\n"),
        ("'a\\r\\nb'", "$4\r\na\r\nb\r\n", "$4\r\na\r\nb\r\n"),
        ("b'a\\0b'", "$3\r\na\0b\r\n", "$3\r\na\0b\r\n"),
        ("[1, (None, 'x')]", "*2\r\n:1\r\n*2\r\n$-1\r\n$1\r\nx\r\n", "*2\r\n:1\r\n*2\r\n_\r\n$1\r\nx\r\n"),
        ("{'k': [True]}", "*2\r\n$1\r\nk\r\n*1\r\n:1\r\n", "%1\r\n$1\r\nk\r\n*1\r\n#t\r\n"),
        ("{7}", "*1\r\n:7\r\n", "~1\r\n:7\r\n"),
        ("range(3)", "$11\r\nrange(0, 3)\r\n", "$11\r\nrange(0, 3)\r\n"),
        ("a = []; a.append(a); a", "*1\r\n$7\r\n[[...]]\r\n", "*1\r\n$7\r\n[[...]]\r\n"),
    ] {
        Raw::new().check(&["EVAL", code, "0"], resp2);
        Raw::resp3().check(&["eval", code, "0"], resp3);
    }
}

#[test]
fn what_was_printed_is_the_answer_where_there_is_no_value() {
    let mut raw = Raw::new();
    raw.check(&["EVAL", "print('hi')", "0"], "$3\r\nhi\n\r\n");
    raw.check(&["EVAL", "print('hi')\n3", "0"], ":3\r\n");
    raw.check(
        &["EVAL", "import sys\nprint('a')\nprint('b', file=sys.stderr)\nsys.exit(0)", "0"],
        "$4\r\na\nb\n\r\n",
    );
    raw.check(&["EVAL", "import sys; sys.exit(3)", "0"], "-PYERR SystemExit: 3\r\n");
}

#[test]
fn a_script_sees_its_arguments_and_nothing_of_earlier_ones() {
    let mut raw = Raw::new();
    raw.check(&["EVAL", "KEYS, ARGV", "0", "zwölf", ""], "*2\r\n*0\r\n*2\r\n$6\r\nzwölf\r\n$0\r\n\r\n");
    raw.check(&["EVAL", "x = ARGV", "0", "secret"], "$-1\r\n");
    raw.check(&["EVAL", "ARGV = [int(n) for n in ARGV]\nsum(ARGV)", "0", "2", "3"], ":5\r\n");
    raw.check(&["EVAL", "x", "0"], "-PYERR NameError: name 'x' is not defined\r\n");
}

#[test]
fn an_exception_is_one_line_and_its_traceback_can_be_fetched() {
    let mut raw = Raw::new();
    raw.check(&["PY.TRACEBACK"], "$-1\r\n");
    raw.check(&["EVAL", "def f():\n    1/0\nf()", "0"], "-PYERR ZeroDivisionError: division by zero\r\n");
    let RespValue::Bulk(traceback) = raw.ask(&["PY.TRACEBACK"]) else { panic!("no traceback") };
    let traceback = text(&traceback);
    assert!(traceback.starts_with("Traceback (most recent call last):\n"), "{traceback}");
    assert!(traceback.contains("in f\n") && traceback.ends_with("ZeroDivisionError: division by zero\n"));
    // What works does not forget it; another connection never had it.
    raw.check(&["EVAL", "1", "0"], ":1\r\n");
    assert_eq!(raw.ask(&["PY.TRACEBACK"]), RespValue::bulk(traceback));
    assert_eq!(Raw { client: raw._daemon.connect(), ..raw }.ask(&["PY.TRACEBACK"]), RespValue::Null);
}

#[test]
fn errors_of_a_script_have_codes() {
    let mut raw = Raw::new();
    raw.check(&["EVAL", "raise ValueError('two\\nlines')", "0"], "-PYERR ValueError: two lines\r\n");
    raw.check(&["EVAL", "raise KeyError", "0"], "-PYERR KeyError\r\n");
    raw.check(&["EVAL", "1 +", "0"], "-PYERR SyntaxError: invalid syntax\r\n");
    let long = raw.bytes(&["EVAL", "raise ValueError('ü' * 100_000)", "0"]);
    assert!(long.starts_with("-PYERR ValueError: ü") && long.len() < 5_000, "{}", long.len());
    let result = raw.bytes(&["EVAL", "[0] * 1_000_000", "0"]);
    assert!(result.starts_with("-RESULT killed: its result has more than"), "{result}");
    raw.check(&["CONFIG", "SET", "max-memory", "8000000"], "+OK\r\n");
    let memory = raw.bytes(&["EVAL", "a = []\nwhile True: a.append('x' * 100)", "0"]);
    assert!(memory.starts_with("-MEMORY killed:"), "{memory}");
    raw.check(&["CONFIG", "SET", "run-timeout-ms", "50"], "+OK\r\n");
    let timeout = raw.bytes(&["EVAL", "while True: pass", "0"]);
    assert!(timeout.starts_with("-TIMEOUT killed:"), "{timeout}");
}

#[test]
fn scripts_are_found_by_their_sha() {
    const SHA: &str = "f0de4e0d4d3bd0cc5fb9ca8a2d8e5c9a4ebdb24c";
    let mut raw = Raw::new();
    raw.check(&["EVALSHA", SHA, "0"], "-NOSCRIPT No matching script. Please use EVAL.\r\n");
    let RespValue::Bulk(sha) = raw.ask(&["SCRIPT", "LOAD", "ARGV[0] * 2"]) else { panic!("no sha") };
    let sha = text(&sha);
    raw.check(&["EVALSHA", &sha, "0", "ab"], "$4\r\nabab\r\n");
    raw.check(&["EVALSHA", &sha.to_uppercase(), "0", "c"], "$2\r\ncc\r\n");
    raw.check(&["SCRIPT", "EXISTS", &sha, SHA, "x"], "*3\r\n:1\r\n:0\r\n:0\r\n");
    raw.check(&["SCRIPT", "FLUSH", "NOW"], "-ERR SCRIPT FLUSH only support SYNC|ASYNC option\r\n");
    raw.check(&["SCRIPT", "FLUSH"], "+OK\r\n");
    raw.check(&["EVALSHA", &sha, "0"], "-NOSCRIPT No matching script. Please use EVAL.\r\n");
    // EVAL brings it, too; another connection finds it.
    raw.check(&["EVAL", "ARGV[0] * 2", "0", "x"], "$2\r\nxx\r\n");
    Raw { client: raw._daemon.connect(), ..raw }.check(&["EVALSHA", &sha, "0", "y"], "$2\r\nyy\r\n");
}

#[test]
fn a_run_has_inputs_and_a_typed_result() {
    let mut raw = Raw::resp3();
    let reply = raw.ask(&["PY.RUN", "print(x)\n{x: [y]}", "INPUT", "x", "1", "INPUT", "y", "ü", "DATA"]);
    let RespValue::Map(pairs) = reply else { panic!("{reply:?}") };
    let field = |name: &str| {
        let found = pairs.iter().find(|(key, _)| key.as_bytes() == Some(name.as_bytes()));
        found.map(|(_, value)| value.clone()).expect("the field")
    };
    assert_eq!(field("stdout"), RespValue::bulk("1\n"));
    assert_eq!(field("value"), RespValue::Null);
    let list = RespValue::Array(vec![RespValue::bulk("ü")]);
    assert_eq!(field("data"), RespValue::Map(vec![(RespValue::bulk("1"), list)]));
}

#[test]
fn a_transaction_s_replies_come_as_one_array() {
    let mut raw = Raw::new();
    assert_eq!(raw.ask(&["EXEC"]), RespValue::Error("ERR EXEC without MULTI".into()));
    assert_eq!(raw.ask(&["DISCARD"]), RespValue::Error("ERR DISCARD without MULTI".into()));
    assert_eq!(raw.ask(&["MULTI"]), RespValue::Simple("OK".into()));
    assert_eq!(raw.ask(&["MULTI"]), RespValue::Error("ERR MULTI calls can not be nested".into()));
    assert_eq!(raw.ask(&["DISCARD"]), RespValue::Simple("OK".into()));
    let mut sent = Vec::new();
    for words in [
        &["MULTI"][..],
        &["EVAL", "for i in range(100_000): pass\n[1]", "0"],
        &["EVAL", "1/0", "0"],
        &["CLIENT", "GETNAME"],
        &["ECHO", "e"],
        &["EXEC"],
        &["PING"],
    ] {
        sent.extend(command(words));
    }
    raw.client.send(&sent);
    let mut answers: Vec<RespValue> = (0..7).map(|_| raw.client.value()).collect();
    assert_eq!(answers.pop(), Some(RespValue::Simple("PONG".into())));
    let all = RespValue::Array(vec![
        RespValue::Array(vec![RespValue::Integer(1)]),
        RespValue::Error("PYERR ZeroDivisionError: division by zero".into()),
        RespValue::Null,
        RespValue::bulk("e"),
    ]);
    assert_eq!(answers.pop(), Some(all));
    assert_eq!(answers.pop(), Some(RespValue::Simple("QUEUED".into())));
}

#[test]
fn a_transaction_with_a_refused_command_runs_nothing() {
    let mut raw = Raw::resp3();
    for refused in
        [&["NONSENSE"][..], &["EVAL", "1"], &["HELLO", "2"], &["SHUTDOWN"], &["PY.RUN", "1", "STREAM"]]
    {
        assert_eq!(raw.ask(&["MULTI"]), RespValue::Simple("OK".into()));
        assert_eq!(raw.ask(&["ECHO", "x"]), RespValue::Simple("QUEUED".into()));
        let RespValue::Error(error) = raw.ask(refused) else { panic!("{refused:?} was kept") };
        assert!(error.starts_with("ERR "), "{error}");
        assert_eq!(
            raw.ask(&["EXEC"]),
            RespValue::Error("EXECABORT Transaction discarded because of previous errors.".into())
        );
    }
    assert_eq!(raw.ask(&["MULTI"]), RespValue::Simple("OK".into()));
    assert_eq!(raw.ask(&["EXEC"]), RespValue::Array(Vec::new()));
}

#[test]
fn connections_have_names_and_are_listed() {
    let mut raw = Raw::new();
    raw.check(&["CLIENT", "GETNAME"], "$-1\r\n");
    raw.check(&["CLIENT", "SETNAME", "me"], "+OK\r\n");
    raw.check(&["CLIENT", "GETNAME"], "$2\r\nme\r\n");
    raw.check(
        &["CLIENT", "SETNAME", "a b"],
        "-ERR Client names cannot contain spaces, newlines or special characters.\r\n",
    );
    raw.check(&["CLIENT", "SETINFO", "lib-name", "redis-py"], "+OK\r\n");
    raw.check(&["CLIENT", "SETINFO", "LIB-VER", "8.0"], "+OK\r\n");
    raw.check(&["CLIENT", "SETINFO", "x", "y"], "-ERR Unrecognized option 'x'\r\n");
    raw.check(&["CLIENT", "NO-EVICT", "on"], "+OK\r\n");
    let RespValue::Integer(id) = raw.ask(&["CLIENT", "ID"]) else { panic!("no number") };
    let mut other = raw._daemon.connect();
    other.send(&command(&["PING"]));
    assert_eq!(other.value(), RespValue::Simple("PONG".into()));
    let RespValue::Bulk(own) = raw.ask(&["CLIENT", "INFO"]) else { panic!("no text") };
    let own = text(&own);
    assert!(own.starts_with(&format!("id={id} name=me ")), "{own}");
    assert!(own.ends_with("cmd=client|info user=default resp=2 lib-name=redis-py lib-ver=8.0\n"), "{own}");
    let RespValue::Bulk(all) = raw.ask(&["CLIENT", "LIST"]) else { panic!("no text") };
    assert_eq!(text(&all).lines().count(), 2, "{}", text(&all));
    raw.check(&["RESET"], "+RESET\r\n");
    raw.check(&["CLIENT", "GETNAME"], "$-1\r\n");
}

#[test]
fn a_run_is_cancelled_from_another_connection() {
    let mut raw = Raw::new();
    raw.check(&["PY.CANCEL", "mine"], ":0\r\n");
    raw.check(&["PY.CANCEL"], "-ERR wrong number of arguments for 'py.cancel' command\r\n");
    raw.check(&["PY.RUN", "1", "ID", ""], "-ERR PY.RUN: ID needs a name of 1 to 256 bytes, got 0\r\n");
    raw.check(&["PY.RUN", "1", "ID", "a", "ID", "b"], "-ERR PY.RUN: ID is given twice\r\n");
    for code in [
        "while True: pass",
        "import time; time.sleep(1000)",
        "while True: sorted(range(10**4), key=lambda n: -n)",
    ] {
        let mut other = raw._daemon.connect();
        other.send(&command(&["PY.RUN", code, "ID", "mine"]));
        raw._daemon.status_when(|status| status.runs_active == 1);
        raw.check(&["PY.CANCEL", "mine"], ":1\r\n");
        assert_eq!(other.value(), RespValue::Error("CANCELLED killed: it was cancelled".into()), "{code}");
        other.send(&command(&["EVAL", "2+3", "0"]));
        assert_eq!(other.value(), RespValue::Integer(5));
    }
}

#[test]
fn script_kill_and_client_kill_end_what_runs() {
    let mut raw = Raw::new();
    raw.check(&["SCRIPT", "KILL"], "-NOTBUSY No scripts in execution right now.\r\n");
    let mut other = raw._daemon.connect();
    other.send(&command(&["CLIENT", "ID"]));
    let RespValue::Integer(number) = other.value() else { panic!("no number") };
    other.send(&command(&["EVAL", "while True: pass", "0"]));
    raw._daemon.status_when(|status| status.runs_active == 1);
    raw.check(&["SCRIPT", "KILL"], "+OK\r\n");
    assert_eq!(other.value(), RespValue::Error("CANCELLED killed: it was cancelled".into()));
    other.send(&command(&["EVAL", "while True: pass", "0"]));
    raw._daemon.status_when(|status| status.runs_active == 1);
    raw.check(&["CLIENT", "KILL", "ID", &number.to_string()], ":1\r\n");
    assert_eq!(other.receive(), None, "it is closed without a word");
    raw._daemon.status_when(|status| status.runs_active == 0);
    // The connection that asked for the status may be there still.
    let is_alone = |raw: &mut Raw| {
        let RespValue::Bulk(list) = raw.ask(&["CLIENT", "LIST"]) else { panic!("no text") };
        list.iter().filter(|&&byte| byte == b'\n').count() == 1
    };
    assert!((0..10_000).any(|_| is_alone(&mut raw)));
    raw.client.send(&command(&["CLIENT", "KILL", "MAXAGE", "0", "SKIPME", "no"]));
    assert_eq!(text(&raw.client.receive().unwrap()), ":1\r\n");
    assert_eq!(raw.client.receive(), None);
}

#[test]
fn a_client_that_wants_no_replies_gets_none() {
    let mut raw = Raw::new();
    let mut sent = Vec::new();
    for words in [
        &["CLIENT", "REPLY", "SKIP"][..],
        &["EVAL", "print('x' * 1000)", "0"],
        &["ECHO", "a"],
        &["CLIENT", "REPLY", "OFF"],
        &["ECHO", "b"],
        &["NONSENSE"],
        &["CLIENT", "REPLY", "ON"],
    ] {
        sent.extend(command(words));
    }
    raw.client.send(&sent);
    raw.check(&["ECHO", "c"], "$1\r\na\r\n+OK\r\n$1\r\nc\r\n");
}

#[test]
fn a_slow_request_is_logged_with_what_it_took_and_where_it_was() {
    let mut raw = Raw::resp3();
    raw.check(&["SLOWLOG", "LEN"], ":0\r\n");
    raw.check(&["CLIENT", "SETNAME", "me"], "+OK\r\n");
    let code = "def f():\n    n = 0\n    while True:\n        n += 1\n\nf()";
    let killed = raw.bytes(&["PY.RUN", code, "TIMEOUT", "50"]);
    assert!(killed.starts_with("-TIMEOUT "), "{killed}");
    raw.check(&["SLOWLOG", "LEN"], ":1\r\n");
    let RespValue::Array(log) = raw.ask(&["SLOWLOG", "GET"]) else { panic!("no array") };
    let RespValue::Array(fields) = &log[0] else { panic!("{log:?}") };
    let words: Vec<RespValue> = ["PY.RUN", code, "TIMEOUT", "50"].map(RespValue::bulk).into();
    assert_eq!(fields[3..6], [RespValue::Array(words), RespValue::bulk(""), RespValue::bulk("me")]);
    let [RespValue::Integer(0), RespValue::Integer(at), RespValue::Integer(took)] = fields[..3] else {
        panic!("{fields:?}")
    };
    assert!(at > 1_700_000_000 && took >= 50_000, "{at} {took}");
    let RespValue::Map(more) = &fields[6] else { panic!("{fields:?}") };
    let RespValue::Integer(line) = more[2].1 else { panic!("{more:?}") };
    assert!((3..=4).contains(&line), "it was in the loop, not at the call: {line}");
    assert_eq!(more[3], (RespValue::bulk("outcome"), RespValue::bulk("killed TIMEOUT")));
    assert!(
        matches!((&more[0].1, &more[1].1), (RespValue::Integer(1000..), RespValue::Integer(1..))),
        "{more:?}"
    );
    raw.check(&["SLOWLOG", "RESET"], "+OK\r\n");
    raw.check(&["SLOWLOG", "GET"], "*0\r\n");
}

#[test]
fn what_commands_were_asked_can_be_read_as_from_a_redis() {
    let mut raw = Raw::new();
    raw.check(&["EVAL", "2+3", "0"], ":5\r\n");
    raw.check(&["EVAL", "1/0", "0"], "-PYERR ZeroDivisionError: division by zero\r\n");
    let RespValue::Bulk(info) = raw.ask(&["INFO", "everything"]) else { panic!("no text") };
    let info = text(&info);
    assert!(info.contains("\r\ncmdstat_eval:calls=2,usec=") && info.contains("failed_calls=1\r\n"), "{info}");
    assert!(info.contains("\r\nlatency_percentiles_usec_eval:p50="), "{info}");
    let RespValue::Bulk(info) = raw.ask(&["INFO"]) else { panic!("no text") };
    assert!(!text(&info).contains("cmdstat_"), "they have to be asked for");
    let RespValue::Array(histogram) = raw.ask(&["LATENCY", "HISTOGRAM", "eval"]) else { panic!("no array") };
    assert_eq!(histogram[0], RespValue::bulk("eval"));
    raw.check(&["CONFIG", "SET", "slowlog-log-slower-than", "-1"], "+OK\r\n");
    raw.check(
        &["CONFIG", "GET", "slowlog-*"],
        "*4\r\n$23\r\nslowlog-log-slower-than\r\n$2\r\n-1\r\n$15\r\nslowlog-max-len\r\n$3\r\n128\r\n",
    );
}

#[test]
fn the_daemon_is_a_cluster_of_one_node_that_has_all_slots() {
    let mut raw = Raw::new();
    let RespValue::Bulk(id) = raw.ask(&["CLUSTER", "MYID"]) else { panic!("no name") };
    let id = text(&id);
    assert!(id.len() == 40 && id.bytes().all(|digit| digit.is_ascii_hexdigit()), "{id}");
    let slots = format!("*1\r\n*3\r\n:0\r\n:16383\r\n*4\r\n$0\r\n\r\n:0\r\n$40\r\n{id}\r\n*0\r\n");
    raw.check(&["CLUSTER", "SLOTS"], &slots);
    let line = format!("{id} :0@0 myself,master - 0 0 1 connected 0-16383\n");
    raw.check(&["CLUSTER", "NODES"], &format!("${}\r\n{line}\r\n", line.len()));
    let RespValue::Bulk(info) = raw.ask(&["CLUSTER", "INFO"]) else { panic!("no text") };
    assert!(text(&info).starts_with("cluster_state:ok\r\ncluster_slots_assigned:16384\r\n"));
    // As Redis itself says.
    raw.check(&["CLUSTER", "KEYSLOT", "foo"], ":12182\r\n");
    raw.check(&["CLUSTER", "KEYSLOT", "a{foo}b"], ":12182\r\n");
    raw.check(&["CLUSTER", "RESET"], "-ERR unknown subcommand 'RESET'. Try CLUSTER HELP.\r\n");
    let RespValue::Array(shards) = Raw::resp3().ask(&["CLUSTER", "SHARDS"]) else { panic!("no array") };
    let RespValue::Map(shard) = &shards[0] else { panic!("{shards:?}") };
    let range = RespValue::Array(vec![RespValue::Integer(0), RespValue::Integer(16383)]);
    assert_eq!(shard[0], (RespValue::bulk("slots"), range));
}

#[test]
fn the_keys_of_a_command_are_found() {
    let mut raw = Raw::new();
    let (keys, flags) = (["COMMAND", "GETKEYS"], ["COMMAND", "GETKEYSANDFLAGS"]);
    let with = |start: [&'static str; 2], rest: &[&'static str]| [&start[..], rest].concat();
    raw.check(&with(keys, &["eval", "1", "2", "a", "b", "c"]), "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
    raw.check(
        &with(flags, &["EVALSHA", "1", "1", "a"]),
        "*1\r\n*2\r\n$1\r\na\r\n*3\r\n+RW\r\n+access\r\n+update\r\n",
    );
    raw.check(&with(keys, &["eval", "1", "0", "a"]), "-ERR The command has no key arguments\r\n");
    raw.check(&with(keys, &["PING"]), "-ERR The command has no key arguments\r\n");
    raw.check(&with(keys, &["eval", "1", "2", "a"]), "-ERR Invalid arguments specified for command\r\n");
    raw.check(&with(keys, &["eval"]), "-ERR Invalid arguments specified for command\r\n");
    raw.check(&with(keys, &["set", "a", "b"]), "-ERR Invalid command specified\r\n");
}

#[test]
fn what_a_redis_has_and_a_daemon_has_not_is_unknown() {
    let mut raw = Raw::new();
    for words in [["OBJECT", "HELP"], ["DEBUG", "SLEEP"], ["GET", "a"]] {
        let said = raw.bytes(&words);
        assert!(said.starts_with("-ERR unknown command '"), "{said}");
    }
}

#[test]
fn quit_ends_the_connection_after_its_answer() {
    let mut raw = Raw::new();
    raw.client.send(&[command(&["QUIT"]), command(&["PING"])].concat());
    let mut received = Vec::new();
    while let Some(more) = raw.client.receive() {
        received.extend(more);
    }
    assert_eq!(text(&received), "+OK\r\n");
}

#[test]
fn limits_are_read_and_changed_all_or_none() {
    let mut raw = Raw::new();
    raw.check(&["CONFIG", "GET", "save"], "*2\r\n$4\r\nsave\r\n$0\r\n\r\n");
    raw.check(&["CONFIG", "GET", "append*"], "*2\r\n$10\r\nappendonly\r\n$2\r\nno\r\n");
    raw.check(&["CONFIG", "SET", "run-timeout-ms", "1234"], "+OK\r\n");
    raw.check(&["CONFIG", "GET", "run-*"], "*2\r\n$14\r\nrun-timeout-ms\r\n$4\r\n1234\r\n");
    raw.check(
        &["CONFIG", "SET", "run-timeout-ms", "9", "nonsense", "1"],
        "-ERR Unknown option or number of arguments for CONFIG SET - 'nonsense'\r\n",
    );
    raw.check(
        &["CONFIG", "SET", "run-timeout-ms", "9", "max-connections", "0"],
        "-ERR CONFIG SET failed (possibly related to argument 'max-connections') - argument must be between 1 and \
         4294967295 inclusive\r\n",
    );
    raw.check(&["CONFIG", "GET", "RUN-TIMEOUT-MS"], "*2\r\n$14\r\nrun-timeout-ms\r\n$4\r\n1234\r\n");
}

#[test]
fn the_daemon_tells_about_itself_as_a_redis_does() {
    let mut raw = Raw::new();
    raw.check(&["SELECT", "0"], "+OK\r\n");
    raw.check(&["SELECT", "1"], "-ERR DB index is out of range\r\n");
    raw.check(&["SELECT", "x"], "-ERR value is not an integer or out of range\r\n");
    let RespValue::Bulk(info) = raw.ask(&["INFO"]) else { panic!("no text") };
    let info = text(&info);
    for line in ["# Server", "redis_mode:standalone", "connected_clients:1", "loading:0", "role:master"] {
        assert!(info.lines().any(|found| found == line), "{line} in {info}");
    }
    let RespValue::Bulk(clients) = raw.ask(&["INFO", "clients"]) else { panic!("no text") };
    assert!(text(&clients).starts_with("# Clients\r\n") && !text(&clients).contains("# Server"));
}

#[test]
fn the_table_of_commands_describes_itself() {
    let mut raw = Raw::resp3();
    raw.check(&["COMMAND", "COUNT"], &format!(":{}\r\n", COMMANDS.len()));
    let RespValue::Array(all) = raw.ask(&["COMMAND"]) else { panic!("no array") };
    assert_eq!(all.len(), COMMANDS.len());
    let RespValue::Array(names) = raw.ask(&["COMMAND", "LIST"]) else { panic!("no array") };
    assert_eq!(names.len(), COMMANDS.len());
    let RespValue::Array(some) = raw.ask(&["COMMAND", "INFO", "eval", "nonsense"]) else {
        panic!("no array")
    };
    let RespValue::Array(eval) = &some[0] else { panic!("{some:?}") };
    assert_eq!(eval[..2], [RespValue::bulk("eval"), RespValue::Integer(-3)]);
    assert_eq!((eval.len(), &some[1]), (10, &RespValue::Null));
    let RespValue::Map(docs) = raw.ask(&["COMMAND", "DOCS", "client"]) else { panic!("no map") };
    let RespValue::Map(client) = &docs[0].1 else { panic!("{docs:?}") };
    assert!(client.iter().any(|(key, _)| key.as_bytes() == Some(b"subcommands")), "{client:?}");
    let RespValue::Map(docs) = raw.ask(&["COMMAND", "DOCS"]) else { panic!("no map") };
    assert_eq!(docs.len(), COMMANDS.len());
    let many = [vec!["COMMAND", "INFO"], vec!["client"; 60_000]].concat();
    let RespValue::Error(error) = raw.ask(&many) else { panic!("they were all described") };
    assert!(error.starts_with("ERR at most "), "{error}");
    let RespValue::Array(help) = raw.ask(&["PY.CACHE", "HELP"]) else { panic!("no array") };
    assert_eq!(help[1], RespValue::Simple("CLEAR".into()));
}

/// Where Redis's own tools are installed; they are no condition for the tests above.
fn redis_tool(name: &str) -> Option<Command> {
    let path = Path::new("/usr/bin").join(name);
    if !path.exists() {
        println!("{name} is not installed: its part of the test is skipped");
        return None;
    }
    Some(Command::new(path))
}

#[test]
fn redis_cli_works() {
    let place = Place::new();
    let _daemon = place.start(&[]);
    for (arguments, printed) in [
        (&["EVAL", "2+3", "0"][..], "5\n"),
        (&["-3", "EVAL", "{'a': 1.5}", "0"], "a 1.5\n"),
        (&["EVAL", "1/0", "0"], "PYERR ZeroDivisionError: division by zero\n\n"),
        (&["PING"], "PONG\n"),
    ] {
        let Some(mut tool) = redis_tool("redis-cli") else { return };
        let output = tool.arg("-s").arg(place.socket()).args(arguments).output().expect("it runs");
        assert_eq!(text(&output.stdout), printed, "{arguments:?}");
    }
    let Some(mut tool) = redis_tool("redis-cli") else { return };
    let output = tool.arg("-s").arg(place.socket()).args(["INFO", "server"]).output().expect("it runs");
    assert!(text(&output.stdout).contains("server_name:pyrust"));
}

#[test]
fn redis_benchmark_works() {
    let place = Place::new();
    let _daemon = place.start(&[]);
    let Some(mut tool) = redis_tool("redis-benchmark") else { return };
    tool.arg("-s").arg(place.socket()).args(["-n", "2000", "-q", "-P", "4", "eval", "2+3", "0"]);
    let output = tool.output().expect("it runs");
    assert!(text(&output.stdout).contains("requests per second"), "{}", text(&output.stdout));
    assert!(!text(&output.stderr).to_lowercase().contains("error"), "{}", text(&output.stderr));
}
