//! The built-in plans.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use super::LoadError;
use super::args::{PayloadArgs, PlanArgs, StreamArgs};
use super::plan::{Expect, Group, Payload, Plan, Protocol, Requests, Stage, Stream, Until};
use super::toml_plan;
use crate::limits;

/// The plan that was asked for; `None` for the one that is not a single plan.
///
/// # Errors
/// A file that cannot be read, or a plan that makes no sense.
pub fn plan(args: &PlanArgs, payload: &PayloadArgs) -> Result<Option<Plan>, LoadError> {
    let base = base(payload)?;
    let usual = if matches!(args, PlanArgs::Batch { .. }) { Protocol::Run } else { Protocol::Frames };
    let protocol = payload.protocol.unwrap_or(usual);
    let group = |name: &str, clients, requests| Group {
        reconnect: payload.reconnect,
        ..Group::requests(name, clients, protocol, requests)
    };
    let count = |count| Requests { until: Until::Count(count), ..base.clone() };
    let single = |name: &str, group| Plan::single(name, vec![group]);
    let plan = match args {
        PlanArgs::Sequential { requests } => single("sequential", group("client", 1, count(*requests))),
        PlanArgs::Concurrent { clients, requests } => {
            single("concurrent", group("clients", *clients, count(*requests)))
        }
        PlanArgs::Sustained { clients, rate, time } => {
            let requests = Requests { until: Until::Time(*time), rate: Some(*rate), ..base };
            single("sustained", group("workers", *clients, requests))
        }
        PlanArgs::Burst { bursts, size, pause } => {
            let stages = (1..=*bursts).map(|number| Stage {
                name: format!("burst {number}"),
                pause: if number == 1 { Duration::ZERO } else { *pause },
                groups: vec![group("clients", *size, count(1))],
            });
            Plan { name: "burst".to_owned(), stages: stages.collect() }
        }
        PlanArgs::Ramp { steps, requests } => {
            let stages = steps.iter().map(|&clients| Stage {
                name: format!("{clients} clients"),
                pause: Duration::ZERO,
                groups: vec![group("clients", clients, count(*requests))],
            });
            Plan { name: "ramp".to_owned(), stages: stages.collect() }
        }
        PlanArgs::Spike { clients, cool_down } => {
            let stage = |name: &str, clients, requests| Stage {
                name: name.to_owned(),
                pause: Duration::ZERO,
                groups: vec![group("clients", clients, count(requests))],
            };
            let stages = vec![stage("spike", *clients, 1), stage("cool-down", 1, *cool_down)];
            Plan { name: "spike".to_owned(), stages }
        }
        PlanArgs::Mixed { clients, requests } => Plan::single("mixed", mixed(*clients, *requests)),
        PlanArgs::Stream { clients, stream } => {
            single("stream", Group::stream("readers", *clients, stream_of(stream)))
        }
        PlanArgs::Backpressure { neighbours, rate, messages, length, reader_delay } => {
            let stream = Stream {
                messages: *messages,
                length: *length,
                reader_delay: *reader_delay,
                ..Stream::default()
            };
            let time = reader_delay.mul_f64(*messages as f64).max(Duration::from_millis(100));
            let beside = Requests { until: Until::Time(time), rate: Some(*rate), ..base };
            let slow = Group::stream("slow reader", 1, stream);
            Plan::single("backpressure", vec![slow, group("neighbours", *neighbours, beside)])
        }
        PlanArgs::Batch { clients, batches, size } => {
            let requests = Requests { depth: *size, batch: true, ..count(*batches) };
            single("batch", group("clients", *clients, requests))
        }
        PlanArgs::File { path } => toml_plan::read(path)?,
        PlanArgs::Requirements { .. } => return Ok(None),
    };
    plan.checked().map(Some)
}

fn stream_of(args: &StreamArgs) -> Stream {
    Stream {
        messages: args.messages,
        length: args.length,
        pace: args.pace,
        clump: args.clump,
        reader_delay: args.reader_delay,
        cancel: args.cancel,
    }
}

/// The requests that the command line describes.
fn base(args: &PayloadArgs) -> Result<Requests, LoadError> {
    let mut payload = Payload { timeout: args.timeout, args: args.args.clone(), ..Payload::default() };
    let code = match (&args.code, &args.file) {
        (Some(code), _) => Some(code.clone()),
        (None, Some(path)) => Some(read_text(path)?),
        (None, None) => None,
    };
    if let Some(code) = code {
        payload.code = code;
        payload.expect = Expect::Success;
    }
    if let Some(text) = &args.expect {
        payload.expect = Expect::Text(text.clone());
    }
    if let Some(code) = &args.expect_error {
        payload.expect = Expect::Error(code.clone());
    }
    Ok(Requests { payload, depth: args.depth, ..Requests::count(1) })
}

/// A text file of a size that makes sense.
pub fn read_text(path: &Path) -> Result<String, LoadError> {
    let failed = |source| LoadError::File { verb: "read", path: path.to_owned(), source };
    let mut text = String::new();
    let file = File::open(path).map_err(failed)?;
    file.take(limits::LOAD_FILE_MAX_BYTES).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// Clients with different programs, protocols and time-outs: what each should get is known.
pub fn mixed(clients: usize, requests: u64) -> Vec<Group> {
    let ms = Duration::from_millis;
    let group = |name: &str, protocol, requests, code: &str, expect, timeout| {
        let payload = Payload { code: code.to_owned(), expect, timeout, ..Payload::default() };
        Group::requests(name, clients, protocol, Requests { payload, ..Requests::count(requests) })
    };
    let text = |text: &str| Expect::Text(text.to_owned());
    let error = |code: &str| Expect::Error(code.to_owned());
    let rules = "total = 0\nfor i in range(2000):\n    total += i * i % 7\nprint(total)";
    vec![
        group("small", Protocol::Frames, requests, "2+3", text("5"), None),
        group(
            "own ids",
            Protocol::Eval,
            requests,
            "{{request}} * 2 - {{request}}",
            text("{{request}}"),
            None,
        ),
        group("busy", Protocol::Evalsha, requests, rules, text("3999"), Some(ms(5_000))),
        group("large", Protocol::Frames, requests, "'x' * 100_000 + 'y'", Expect::Success, None),
        group("raising", Protocol::Run, requests, "{}['missing']", error("raised"), Some(ms(1_000))),
        group("too slow", Protocol::Run, requests, "while True: pass", error("TIMEOUT"), Some(ms(20))),
    ]
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::load::args::Args;
    use crate::load::plan::Work;

    fn planned(words: &[&str]) -> Plan {
        let args = Args::parse_from(["pyrust-load"].iter().chain(words));
        plan(&args.plan, &args.payload).unwrap().unwrap()
    }

    #[test]
    fn each_pattern_has_the_stages_and_requests_it_says() {
        let all = [
            (&["sequential"][..], 1, 10_000),
            (&["concurrent", "--clients", "8", "--requests", "100"], 1, 800),
            (&["sustained"], 1, 3_000),
            (&["burst"], 3, 150),
            (&["ramp"], 4, 5_000),
            (&["spike"], 2, 60),
            (&["mixed", "--clients", "1", "--requests", "20"], 1, 120),
            (&["stream", "--messages", "70", "--clients", "2"], 1, 140),
            (&["backpressure", "--messages", "10000"], 1, 10_800),
            (&["batch"], 1, 200),
        ];
        for (words, stages, requests) in all {
            let plan = planned(words);
            assert_eq!((plan.stages.len(), plan.planned()), (stages, Some(requests)), "{words:?}");
        }
    }

    #[test]
    fn code_of_ones_own_may_answer_anything_unless_told_otherwise() {
        let payload = |words: &[&str]| match &planned(words).stages[0].groups[0].work {
            Work::Requests(requests) => requests.payload.clone(),
            Work::Stream(_) => panic!("no stream"),
        };
        assert_eq!(payload(&["sequential"]).expect, Expect::Text("5".to_owned()));
        assert_eq!(payload(&["sequential", "--code", "1"]).expect, Expect::Success);
        assert_eq!(
            payload(&["sequential", "--code", "1", "--expect", "1"]).expect,
            Expect::Text("1".to_owned())
        );
        let payload = payload(&["sequential", "--expect-error", "TIMEOUT", "--timeout", "5ms"]);
        assert_eq!(payload.expect, Expect::Error("TIMEOUT".to_owned()));
        assert_eq!(payload.timeout, Some(Duration::from_millis(5)));
    }

    #[test]
    fn a_plan_that_makes_no_sense_is_told() {
        let args = Args::parse_from(["pyrust-load", "concurrent", "--clients", "0"]);
        let error = plan(&args.plan, &args.payload).unwrap_err().to_string();
        assert_eq!(error, "plan 'concurrent': stage 'concurrent': between 1 and 10000 clients, not 0");
        let args = Args::parse_from(["pyrust-load", "sequential", "--file", "/nonexistent.py"]);
        let error = plan(&args.plan, &args.payload).unwrap_err().to_string();
        assert!(error.starts_with("cannot read /nonexistent.py: "), "{error}");
    }
}
