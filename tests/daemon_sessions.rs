//! Named sessions of a real daemon: what stays from one program to the next, who waits for whom, and what a copy is worth.

mod support;

use pyrust::wire::RespValue;
use support::{Client, Daemon, Place, command};

fn ask(client: &mut Client, words: &[&str]) -> RespValue {
    client.send(&command(words));
    client.value()
}

fn eval(client: &mut Client, session: &str, code: &str) -> RespValue {
    ask(client, &["EVAL", code, "1", session])
}

fn error_code(value: &RespValue) -> &str {
    match value {
        RespValue::Error(text) => text.split(' ').next().unwrap_or_default(),
        other => panic!("no error: {other:?}"),
    }
}

fn started() -> (Place, Daemon) {
    let place = Place::new();
    let daemon = place.start(&[]);
    (place, daemon)
}

#[test]
fn what_a_program_leaves_is_there_for_other_connections() {
    let (_place, daemon) = started();
    eval(
        &mut daemon.connect(),
        "s",
        "import math\nseen = []\ndef note(x):\n    seen.append(x)\n    return len(seen)",
    );
    for at in 1..=5 {
        let mut client = daemon.connect();
        assert_eq!(eval(&mut client, "s", "note('a')"), RespValue::Integer(at));
        assert_eq!(error_code(&ask(&mut client, &["EVAL", "note(1)", "0"])), "PYERR");
        assert_eq!(error_code(&eval(&mut client, "t", "note(1)")), "PYERR");
    }
    let sha = ask(&mut daemon.connect(), &["SCRIPT", "LOAD", "note(ARGV[0]) + len(KEYS)"]);
    let RespValue::Bulk(sha) = sha else { panic!("{sha:?}") };
    let sha = String::from_utf8(sha).unwrap();
    for at in 6..=40 {
        let value = ask(&mut daemon.connect(), &["EVALSHA", &sha, "2", "s", "more", "arg"]);
        assert_eq!(value, RespValue::Integer(at + 2));
    }
}

#[test]
fn a_killed_program_leaves_its_session_usable() {
    let (_place, daemon) = started();
    let mut client = daemon.connect();
    eval(&mut client, "s", "n = 0\nkept = {'a': 1}");
    let endless = "while True: n += 1";
    let killed = ask(&mut client, &["PY.RUN", endless, "SESSION", "s", "TIMEOUT", "30"]);
    assert_eq!(error_code(&killed), "TIMEOUT");
    let killed = ask(&mut client, &["PY.RUN", endless, "SESSION", "s", "FUEL", "5000"]);
    assert_eq!(error_code(&killed), "FUEL");
    let growing = "big = []\nwhile True: big.append(str(n))";
    let killed = ask(&mut client, &["PY.RUN", growing, "SESSION", "s", "MEMORY", "1000000"]);
    assert_eq!(error_code(&killed), "MEMORY");
    let mut other = daemon.connect();
    other.send(&command(&["PY.RUN", endless, "SESSION", "s"]));
    drop(other);
    assert_eq!(eval(&mut client, "s", "n > 1000 and kept['a']"), RespValue::Integer(1));
}

#[test]
fn requests_for_one_session_wait_for_each_other_and_others_do_not() {
    let (_place, daemon) = started();
    let mut clients: Vec<Client> = (0..20).map(|_| daemon.connect()).collect();
    eval(&mut clients[0], "s", "log = []");
    for (at, client) in clients.iter_mut().enumerate() {
        // Longer than one slice: they would mix if they took turns.
        let code = format!("log.append({at})\nfor _ in range(20000): pass\nlog.append({at})");
        client.send(&command(&["EVAL", &code, "1", "s"]));
        // The daemon reads one connection after the other; this settles in which order.
        assert_eq!(ask(&mut daemon.connect(), &["EVAL", "1", "1", "t"]), RespValue::Integer(1));
    }
    for client in &mut clients {
        assert_eq!(client.value(), RespValue::Null);
    }
    let expected: Vec<RespValue> =
        (0..20).flat_map(|at| [RespValue::Integer(at), RespValue::Integer(at)]).collect();
    assert_eq!(eval(&mut clients[0], "s", "log"), RespValue::Array(expected));
}

#[test]
fn a_fork_shares_nothing_and_a_rollback_brings_everything_back() {
    let (_place, daemon) = started();
    let mut client = daemon.connect();
    eval(
        &mut client,
        "s",
        "data = {n: [str(n)] for n in range(50000)}\nodd = (n for n in range(9) if n % 2)\nnext(odd)",
    );
    let ok = RespValue::Simple("OK".into());
    assert_eq!(ask(&mut client, &["PY.SESSION", "FORK", "s", "t"]), ok);
    assert_eq!(ask(&mut client, &["PY.SESSION", "SNAPSHOT", "s"]), ok);
    eval(&mut client, "s", "data.clear(); next(odd)");
    let look = "len(data), sum(len(v[0]) for v in data.values()), next(odd)";
    let whole =
        |odd: i64| RespValue::Array(vec![50_000, 238_890, odd].into_iter().map(RespValue::Integer).collect());
    assert_eq!(eval(&mut client, "t", look), whole(3));
    assert_eq!(ask(&mut client, &["PY.SESSION", "ROLLBACK", "s"]), ok);
    assert_eq!(eval(&mut client, "s", look), whole(3));
    assert_eq!(eval(&mut client, "t", look), whole(5));
    let RespValue::Integer(bytes) = ask(&mut client, &["MEMORY", "USAGE", "s"]) else { panic!("no number") };
    assert!(bytes > 2 * 50_000 * 50, "{bytes}: the session and its snapshot");
    assert_eq!(ask(&mut client, &["MEMORY", "USAGE", "u"]), RespValue::Null);
    for name in ["s", "t"] {
        assert_eq!(ask(&mut client, &["PY.SESSION", "DROP", name]), RespValue::Integer(1));
    }
    assert_eq!(daemon.status().sessions, 0);
    assert_eq!(daemon.status().sessions_memory_bytes, 0);
}

#[test]
fn an_atomic_batch_leaves_no_trace_when_it_fails() {
    let (_place, daemon) = started();
    let mut client = daemon.connect();
    client.hello_3();
    eval(&mut client, "bank", "accounts = {'a': 10, 'b': 0}");
    let move_some = ["accounts['a'] -= 15", "assert accounts['a'] >= 0, 'overdrawn'", "accounts['b'] += 15"];
    let batch = |options: &[&str]| {
        let mut words = vec!["PY.BATCH", "3"];
        words.extend(move_some);
        words.extend(["SESSION", "bank"]);
        words.extend(options);
        command(&words)
    };
    client.send(&batch(&["ATOMIC"]));
    let RespValue::Array(replies) = client.value() else { panic!("no array") };
    assert_eq!(replies.len(), 2, "the third was not run");
    let RespValue::Map(fields) = &replies[1] else { panic!("no map") };
    assert!(fields.contains(&(RespValue::bulk("error"), RespValue::bulk("AssertionError"))), "{fields:?}");
    assert_eq!(eval(&mut client, "bank", "accounts['a']"), RespValue::Integer(10));
    client.send(&batch(&["CONTINUE"]));
    let RespValue::Array(replies) = client.value() else { panic!("no array") };
    assert_eq!(replies.len(), 3);
    assert_eq!(
        eval(&mut client, "bank", "accounts['a'], accounts['b']"),
        RespValue::Array(vec![RespValue::Integer(-5), RespValue::Integer(15)])
    );
}

#[test]
fn a_session_has_a_limit_of_memory_of_its_own() {
    let (_place, daemon) = started();
    let mut client = daemon.connect();
    ask(&mut client, &["PY.SESSION", "NEW", "s", "MEMORY", "2000000"]);
    assert_eq!(
        eval(&mut client, "s", "a = ['x' * 100 + str(n) for n in range(5000)]; len(a)"),
        RespValue::Integer(5000)
    );
    assert_eq!(
        error_code(&eval(&mut client, "s", "b = ['x' * 100 + str(n) for n in range(20000)]")),
        "MEMORY"
    );
    assert_eq!(eval(&mut client, "s", "len(a)"), RespValue::Integer(5000));
}

#[test]
fn commands_in_a_transaction_may_name_sessions() {
    let (_place, daemon) = started();
    let mut client = daemon.connect();
    for said in [
        &["MULTI"][..],
        &["EVAL", "x = 1", "1", "s"],
        &["PY.SESSION", "FORK", "s", "t"],
        &["EVAL", "x + 1", "1", "t"],
    ] {
        assert!(matches!(ask(&mut client, said), RespValue::Simple(_)), "{said:?}");
    }
    let replies = [RespValue::Null, RespValue::Simple("OK".into()), RespValue::Integer(2)];
    assert_eq!(ask(&mut client, &["EXEC"]), RespValue::Array(replies.into()));
}
