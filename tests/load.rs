//! `pyrust-load` against a daemon of its own: what it counts, how its report is shaped, how it ends. No times are asserted.

#[path = "support/mod.rs"]
mod support;

use std::process::{Command, Output, Stdio};

use serde_json::Value;
use support::{Place, text};

fn load(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pyrust-load"));
    command.env_remove("PYRUST_SOCKET").args(args).stdin(Stdio::null());
    command.output().expect("pyrust-load runs")
}

/// Carries out a plan on a daemon of its own and returns its report.
fn report(args: &[&str], exit: i32) -> Value {
    let pyrust = env!("CARGO_BIN_EXE_pyrust");
    let output = load(&[args, &["--json", "--spawn", pyrust]].concat());
    assert_eq!(output.status.code(), Some(exit), "{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(text(&output.stderr), "");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn counts(numbers: &Value) -> (u64, u64, u64) {
    let count = |key: &str| numbers[key].as_u64().expect("a count");
    (count("requests"), count("succeeded"), count("failed"))
}

#[test]
fn every_pattern_counts_what_it_sends_in_every_protocol() {
    for protocol in ["frames", "eval", "evalsha", "run"] {
        let plans: [(&[&str], u64); 3] = [
            (&["sequential", "--requests", "20"], 20),
            (&["concurrent", "--clients", "5", "--requests", "8", "--threads", "2"], 40),
            (&["batch", "--clients", "3", "--batches", "4", "--size", "10"], 12),
        ];
        for (plan, count) in plans {
            let report = report(&[plan, &["--protocol", protocol]].concat(), 0);
            assert_eq!(counts(&report["total"]), (count, count, 0), "{plan:?} {protocol}");
        }
    }
}

#[test]
fn stages_and_groups_are_told_apart() {
    let report = report(&["ramp", "--steps", "1,2,3", "--requests", "4"], 0);
    assert_eq!(counts(&report["total"]), (24, 24, 0));
    let groups = report["groups"].as_array().unwrap();
    let stages: Vec<_> = groups.iter().map(|group| group["stage"].as_str().unwrap()).collect();
    assert_eq!(stages, ["1 clients", "2 clients", "3 clients"]);
    assert_eq!(counts(&groups[2]["numbers"]), (12, 12, 0));
    assert_eq!(report["clients_peak"], 3);
}

#[test]
fn bursts_and_spikes_come_at_once_and_are_over() {
    let burst = report(&["burst", "--bursts", "2", "--size", "30", "--pause", "1ms"], 0);
    assert_eq!((counts(&burst["total"]), &burst["clients_peak"]), ((60, 60, 0), &Value::from(30)));
    let spike = report(&["spike", "--clients", "300", "--cool-down", "5"], 0);
    assert_eq!(counts(&spike["total"]), (305, 305, 0));
}

#[test]
fn a_fixed_rate_sends_what_is_due_and_reports_both_latencies() {
    let report = report(&["sustained", "--clients", "4", "--rate", "50", "--time", "200ms"], 0);
    assert_eq!(counts(&report["total"]), (40, 40, 0));
    let total = &report["total"];
    assert_eq!(total["latency_us"]["count"], 40);
    assert_eq!(total["uncorrected_us"]["count"], 40);
    assert!(
        total["latency_us"]["p99.99"].as_f64().unwrap() >= total["uncorrected_us"]["p50"].as_f64().unwrap()
    );
}

#[test]
fn a_daemon_that_is_held_up_shows_in_the_corrected_latency() {
    // Each takes 40 ms, and one is due every 10 ms: the last is answered long after it was due.
    let code = "import time\ntime.sleep(0.04)";
    let args = ["sustained", "--clients", "1", "--rate", "100", "--time", "100ms", "--code", code];
    let report = report(&args, 0);
    let total = &report["total"];
    assert_eq!(counts(total), (10, 10, 0));
    let longest = |key: &str| total[key]["max"].as_f64().unwrap();
    assert!(
        longest("latency_us") > 250_000.0 && longest("latency_us") > 2.0 * longest("uncorrected_us"),
        "{total}"
    );
}

#[test]
fn a_batch_is_one_command_by_default_and_ends_with_its_first_failure() {
    let report_of = |code: &str, exit| {
        report(&["batch", "--clients", "2", "--batches", "3", "--size", "5", "--code", code], exit)
    };
    let fine = report_of("x = {{request}}", 0);
    assert_eq!(counts(&fine["total"]), (6, 6, 0));
    let bad = report_of("if {{request}} % 5 == 3: 1/0", 1);
    assert_eq!(counts(&bad["total"]), (6, 0, 6));
    let failures = &bad["total"]["failures"]["raised"];
    assert_eq!(failures["sample"], "ZeroDivisionError: division by zero");
}

#[test]
fn a_daemon_with_a_token_is_told_it() {
    let place = Place::new();
    let token = place.dir().join("token");
    std::fs::write(&token, "secret-secret-secret-secret-1234\n").unwrap();
    std::fs::set_permissions(&token, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let _daemon = place.start(&["--token-file", token.to_str().unwrap()]);
    let with_token = |protocol: &str, file: &std::path::Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pyrust-load"));
        command.args(["sequential", "--requests", "3", "--protocol", protocol, "--socket"]);
        command.arg(place.socket()).env("PYRUST_TOKEN_FILE", file).output().expect("pyrust-load runs")
    };
    for protocol in ["eval", "evalsha", "run"] {
        let output = with_token(protocol, &token);
        assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
    }
    assert_eq!(with_token("frames", &token).status.code(), Some(1), "frames cannot say who they are");
    let output = with_token("eval", std::path::Path::new("/nonexistent"));
    assert!(
        text(&output.stderr).contains("cannot read the token in /nonexistent"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn clients_that_differ_each_get_what_they_should() {
    let report = report(&["mixed", "--clients", "2", "--requests", "10"], 0);
    assert_eq!(counts(&report["total"]), (120, 120, 0));
    assert_eq!(report["groups"].as_array().unwrap().len(), 6);
}

#[test]
fn failures_are_counted_by_kind_and_end_with_exit_code_1() {
    let wrong = report(&["sequential", "--requests", "3", "--code", "2+3", "--expect", "6"], 1);
    assert_eq!(counts(&wrong["total"]), (3, 0, 3));
    assert_eq!(wrong["total"]["failures"]["wrong answer"]["count"], 3);
    assert_eq!(wrong["total"]["failures"]["wrong answer"]["sample"], "\"5\" instead of \"6\"");
    let raised = report(&["batch", "--clients", "1", "--batches", "2", "--size", "3", "--code", "1/0"], 1);
    assert_eq!(raised["total"]["failures"]["raised"]["count"], 2, "a batch fails once");
    let code = "while True: pass";
    let args = ["sequential", "--requests", "1", "--protocol", "run", "--timeout", "20ms", "--code", code];
    assert_eq!(report(&args, 1)["total"]["failures"]["TIMEOUT"]["count"], 1);
    assert_eq!(counts(&report(&[&args[..], &["--expect-error", "TIMEOUT"]].concat(), 0)["total"]), (1, 1, 0));
}

#[test]
fn numbers_in_programs_and_arguments_are_unique() {
    for args in [
        &["--protocol", "frames", "--code", "{{request}} * 3", "--expect", "no"][..],
        &["--protocol", "evalsha", "--code", "ARGV[0]", "--arg", "{{request}}", "--expect", "{{request}}"],
        &[
            "--protocol",
            "run",
            "--code",
            "import sys; print(sys.argv[1])",
            "--arg",
            "{{client}}",
            "--expect",
            "{{client}}",
        ],
    ] {
        let wanted = i32::from(args.contains(&"no"));
        let plan = ["concurrent", "--clients", "4", "--requests", "5"];
        report(&[&plan[..], args].concat(), wanted);
    }
}

#[test]
fn a_connection_for_each_request_gives_the_same_counts() {
    let report = report(&["concurrent", "--clients", "3", "--requests", "20", "--reconnect"], 0);
    assert_eq!(counts(&report["total"]), (60, 60, 0));
}

#[test]
fn a_stream_arrives_whole_and_in_order() {
    let plain = report(&["stream", "--messages", "50000", "--length", "3", "--clients", "2"], 0);
    let messages = &plain["total"]["messages"];
    assert_eq!((&messages["count"], &messages["bytes"]), (&Value::from(100_000), &Value::from(400_000)));
    assert_eq!(messages["delivery_us"], Value::Null);
    let paced =
        report(&["stream", "--messages", "2000", "--length", "5", "--pace", "50us", "--clump", "2ms"], 0);
    assert_eq!(paced["total"]["messages"]["delivery_us"]["count"], 2_000);
    let long = report(&["stream", "--messages", "50", "--length", "10000"], 0);
    assert_eq!(long["total"]["messages"]["count"], 50);
}

#[test]
fn a_stream_that_is_hung_up_on_ends_early_and_well() {
    let args = ["stream", "--messages", "1000000", "--pace", "1ms", "--cancel", "150ms"];
    let report = report(&args, 0);
    assert_eq!(counts(&report["total"]), (1, 1, 0));
    assert!(report["total"]["messages"]["count"].as_u64().unwrap() < 1_000_000);
}

#[test]
fn a_slow_reader_loses_nothing_and_its_neighbours_are_served() {
    let args = [
        "backpressure",
        "--messages",
        "100000",
        "--reader-delay",
        "2us",
        "--neighbours",
        "2",
        "--rate",
        "100",
    ];
    let report = report(&args, 0);
    assert_eq!(report["total"]["messages"]["count"], 100_000);
    let neighbours = &report["groups"][1]["numbers"];
    assert_eq!(counts(neighbours), (40, 40, 0));
}

#[test]
fn a_plan_in_a_file_runs_with_files_beside_it() {
    let place = Place::new();
    std::fs::write(place.dir().join("rule.py"), "print('rule', {{client}})").unwrap();
    let plan = place.dir().join("own.toml");
    let stages = r#"
        [[stage]]
        name = "both"
        [[stage.group]]
        name = "rules"
        clients = 3
        requests = 5
        file = "rule.py"
        expect = "rule {{client}}"
        [[stage.group]]
        name = "reader"
        [stage.group.stream]
        messages = 100
    "#;
    std::fs::write(&plan, stages).unwrap();
    let report = report(&["file", plan.to_str().unwrap()], 0);
    assert_eq!(report["plan"], "own");
    assert_eq!(counts(&report["groups"][0]["numbers"]), (15, 15, 0));
    assert_eq!(report["groups"][1]["numbers"]["messages"]["count"], 100);
    std::fs::write(&plan, "[[stage]]\nname = 3").unwrap();
    let output = load(&["file", plan.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("pyrust-load: plan 'own': "), "{}", text(&output.stderr));
}

#[test]
fn the_plan_in_the_documentation_does_what_it_says() {
    let page = include_str!("../docs/load.md");
    let plan = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a plan");
    let place = Place::new();
    let file = place.dir().join("morning.toml");
    // All of it but the waiting.
    std::fs::write(&file, plan.replace("time = \"5s\"", "time = \"100ms\"")).unwrap();
    let report = report(&["file", file.to_str().unwrap()], 0);
    assert_eq!(report["plan"], "a morning");
    let sent: Vec<_> =
        report["groups"].as_array().unwrap().iter().map(|group| counts(&group["numbers"])).collect();
    assert_eq!(sent, [(100, 100, 0), (20, 20, 0), (1, 1, 0), (100, 100, 0)]);
    assert_eq!(report["total"]["messages"]["count"], 100_000);
}

#[test]
fn the_summary_and_the_page_are_written() {
    let place = Place::new();
    let page = place.dir().join("report.html");
    let pyrust = env!("CARGO_BIN_EXE_pyrust");
    let html = page.to_str().unwrap();
    let output = load(&["sequential", "--requests", "50", "--spawn", pyrust, "--html", html]);
    let said = text(&output.stdout);
    assert!(
        output.status.success() && said.contains("50 succeeded, 0 failed") && said.contains("p99.99"),
        "{said}"
    );
    let page = std::fs::read_to_string(&page).unwrap();
    assert_eq!(page.matches("<svg").count(), 3);
    assert!(page.contains("50 succeeded, 0 failed"));
}

#[test]
fn a_running_daemon_is_found_and_goes_on() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let socket = place.socket();
    let output = load(&["sequential", "--requests", "10", "--socket", socket.to_str().unwrap(), "--json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["daemon"]["pid"], daemon.pid());
    assert_eq!(daemon.run("2+3"), (0, "5".to_owned()));
    assert!(report["daemon"]["rss_peak_bytes"].as_u64().unwrap() > 0);
}

#[test]
fn without_a_daemon_it_says_so_and_ends_with_exit_code_3() {
    let place = Place::new();
    let output = load(&["sequential", "--socket", place.socket().to_str().unwrap()]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(3), String::new()));
    let said = text(&output.stderr);
    assert!(said.starts_with("pyrust-load: no daemon is running on ") && said.contains("--spawn"), "{said}");
}

#[test]
fn a_wrong_command_line_ends_with_exit_code_2() {
    for args in [&["nonsense"][..], &["sustained", "--rate", "0"], &["stream", "--length", "0"], &[]] {
        let output = load(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", text(&output.stderr));
    }
}

#[test]
fn ctrl_c_ends_the_plan_with_what_was_counted_so_far() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let socket = place.socket();
    let child = Command::new(env!("CARGO_BIN_EXE_pyrust-load"))
        .args(["sustained", "--clients", "2", "--time", "1m", "--json", "--socket"])
        .arg(&socket)
        .stdout(Stdio::piped())
        .spawn()
        .expect("pyrust-load runs");
    daemon.status_when(|status| status.runs_total >= 10);
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("it is our child");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["interrupted"], true);
    assert!(report["total"]["succeeded"].as_u64().unwrap() >= 5);
}

#[test]
fn a_daemon_that_goes_away_is_a_failure_of_each_request_and_no_endless_loop() {
    let place = Place::new();
    let mut daemon = place.start(&[]);
    let socket = place.socket();
    let child = Command::new(env!("CARGO_BIN_EXE_pyrust-load"))
        .args(["sustained", "--clients", "2", "--rate", "100", "--time", "3s", "--json", "--socket"])
        .arg(&socket)
        .stdout(Stdio::piped())
        .spawn()
        .expect("pyrust-load runs");
    daemon.status_when(|status| status.runs_total >= 10);
    daemon.crash();
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let failures = &report["total"]["failures"];
    assert_eq!(report["total"]["requests"], 600, "{failures}");
    assert!(failures["cannot connect"]["count"].as_u64().unwrap() >= 1, "{failures}");
    assert!(failures["not sent"]["count"].as_u64().unwrap() >= 500, "{failures}");
}
