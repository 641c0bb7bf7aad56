//! What pyrust promises to bear, on a daemon of its own: each requirement with its target, what was measured, and whether
//! it is met.

mod idle;

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::LoadError;
use super::daemon::{Control, Private};
use super::patterns::mixed;
use super::plan::{Expect, Group, Payload, Plan, Protocol, Requests, Stage, Stream, Until};
use super::report::{LatencyNumbers, Report, grouped, rate, size, text, time};
use super::run::{Exit, Generator, daemon_flags, print};
use crate::client::{Client, Pool};
use crate::limits;
use crate::wire::RespValue;

/// How a stream that is to be cancelled is called.
const STREAM_ID: &[u8] = b"tokens";

/// One line of the table.
#[derive(Debug)]
struct Check {
    requirement: String,
    target: String,
    measured: String,
    met: bool,
}

impl Check {
    fn verdict(&self) -> &'static str {
        if self.met { "met" } else { "MISSED" }
    }
}

/// The daemon under test, and what was found so far.
struct Trial<'a> {
    generator: &'a Generator,
    daemon: Private,
    control: Control,
    checks: Vec<Check>,
}

/// Measures everything and prints the table.
///
/// # Errors
/// The daemon cannot be started or goes away; Ctrl-C.
pub fn run(generator: &Generator, program: &Path, result_lines: bool) -> Result<Exit, LoadError> {
    let daemon = Private::start(program, &daemon_flags())?;
    let control = Control::connect(daemon.socket())?;
    let mut trial = Trial { generator, daemon, control, checks: Vec::new() };
    // What is allocated once, for good, is no growth.
    trial.carry_out(
        "warm up",
        vec![quick(8, 500), stream_group(Stream { messages: 200_000, ..plain(100) })],
    )?;
    trial.operations()?;
    trial.streams()?;
    trial.paced_stream()?;
    trial.cancels()?;
    trial.backpressure()?;
    trial.many_clients()?;
    trial.patterns()?;
    trial.idle_connections()?;
    print(&table(&trial.checks, result_lines))?;
    Ok(if trial.checks.iter().all(|check| check.met) { Exit::Fine } else { Exit::Failed })
}

fn table(checks: &[Check], result_lines: bool) -> String {
    let row = |check: &Check| {
        let Check { requirement, target, measured, .. } = check;
        [requirement, target, measured, check.verdict()].map(str::to_owned).to_vec()
    };
    if result_lines {
        return checks.iter().map(|check| format!("RESULT {}\n", row(check).join(" | "))).collect();
    }
    let mut rows = vec![["requirement", "target", "measured", "verdict"].map(str::to_owned).to_vec()];
    rows.extend(checks.iter().map(row));
    text::columns(&rows, 4).join("\n") + "\n"
}

/// Clients that ask for `2+3`.
fn quick(clients: usize, requests: u64) -> Group {
    Group::requests("quick", clients, Protocol::Frames, Requests::count(requests))
}

fn plain(length: usize) -> Stream {
    Stream { length, ..Stream::default() }
}

fn stream_group(stream: Stream) -> Group {
    Group::stream("reader", 1, stream)
}

fn all_right(report: &Report, wanted: u64) -> bool {
    report.total.succeeded == wanted && report.total.failed == 0
}

/// How many of how many went well, and what went wrong first.
fn counted(report: &Report, wanted: u64) -> String {
    let failures = report.total.failures.iter().next();
    let said =
        failures.map(|(kind, failures)| format!(" ({} × {kind}: {})", failures.count, failures.sample));
    format!("{} of {}{}", grouped(report.total.succeeded), grouped(wanted), said.unwrap_or_default())
}

impl Trial<'_> {
    fn check(&mut self, requirement: &str, target: &str, measured: String, met: bool) {
        // A table has its columns between bars.
        let measured = measured.replace(['|', '\n'], " ");
        let (requirement, target) = (requirement.to_owned(), target.to_owned());
        self.checks.push(Check { requirement, target, measured, met });
    }

    fn carry_out(&mut self, name: &str, groups: Vec<Group>) -> Result<Report, LoadError> {
        self.carry_out_plan(Plan::single(name, groups))
    }

    fn carry_out_plan(&mut self, plan: Plan) -> Result<Report, LoadError> {
        let report = self.generator.carry_out(&plan.checked()?, self.daemon.socket())?;
        if report.interrupted { Err(LoadError::Interrupted) } else { Ok(report) }
    }

    /// Carries out a plan whose requests are all to go well.
    fn all(&mut self, requirement: &str, wanted: u64, groups: Vec<Group>) -> Result<Report, LoadError> {
        let report = self.carry_out(requirement, groups)?;
        let target = format!("all {} right", grouped(wanted));
        self.check(requirement, &target, counted(&report, wanted), all_right(&report, wanted));
        Ok(report)
    }

    /// B6
    fn operations(&mut self) -> Result<(), LoadError> {
        self.all("B6 operations, 8 × 100", 800, vec![quick(8, 100)])?;
        let batches = Requests { depth: 10, batch: true, ..Requests::count(50) };
        let batches = Group::requests("batches", 4, Protocol::Run, batches);
        self.all("B6 batches of 10, 4 × 50", 200, vec![batches])?;
        self.all("B6 mixed operations, 6 × 50", 300, mixed(1, 50))?;
        let payload = Payload {
            code: "x = {{request}}\n[x for _ in range(100)][-1]".to_owned(),
            expect: Expect::Text("{{request}}".to_owned()),
            ..Payload::default()
        };
        let ids = Requests { payload, ..Requests::count(100) };
        let ids = Group::requests("ids", 10, Protocol::Eval, ids);
        self.all("B6 unique ids, 10 × 100", 1_000, vec![ids])?;
        let payload = Payload {
            code: "while True: pass".to_owned(),
            expect: Expect::Error("TIMEOUT".to_owned()),
            timeout: Some(Duration::from_millis(100)),
            ..Payload::default()
        };
        let slow = Group::requests("slow", 4, Protocol::Run, Requests { payload, ..Requests::count(5) });
        let report = self.carry_out("time-outs", vec![slow])?;
        let latency = &report.total.latency_us;
        self.check(
            "B6 time-outs of 100 ms, 4 × 5",
            "all 20 killed, within 1 s",
            format!("{}, the last after {}", counted(&report, 20), time(latency.max)),
            all_right(&report, 20) && latency.max < 1e6,
        );
        Ok(())
    }

    /// C2, C3, C4
    fn streams(&mut self) -> Result<(), LoadError> {
        self.stream("C2 1,000,000 messages of 10 characters", 1_000_000, 10, 10_000.0, 60.0, 100)?;
        self.stream("C3 1,000,000 messages of 100 characters", 1_000_000, 100, 5_000.0, 120.0, 500)?;
        // Bounded memory: not what is streamed.
        self.stream("C4 1,000 messages of 10,000 characters", 1_000, 10_000, 100.0, 10.0, 10)
    }

    fn stream(
        &mut self,
        requirement: &str,
        messages: u64,
        length: usize,
        per_second_min: f64,
        seconds_max: f64,
        growth_max_mb: u64,
    ) -> Result<(), LoadError> {
        let report = self.carry_out(requirement, vec![stream_group(Stream { messages, ..plain(length) })])?;
        let (count, per_second) =
            report.total.messages.as_ref().map_or((0, 0.0), |messages| (messages.count, messages.per_second));
        let grown = report.daemon.rss_peak_bytes.saturating_sub(report.daemon.rss_start_bytes);
        let seconds = report.total.seconds;
        let met = all_right(&report, 1)
            && count == messages
            && per_second > per_second_min
            && seconds < seconds_max
            && grown < growth_max_mb * 1_000_000;
        let measured = format!(
            "{} in order, {}/s, {seconds:.2} s, growth {}",
            grouped(count),
            rate(per_second),
            size(grown.cast_signed())
        );
        let target = format!(
            "all in order, > {}/s, < {seconds_max:.0} s, growth < {growth_max_mb} MB",
            rate(per_second_min)
        );
        self.check(requirement, &target, measured, met);
        Ok(())
    }

    /// C5, C8
    fn paced_stream(&mut self) -> Result<(), LoadError> {
        let tokens = Stream {
            pace: Some(Duration::from_micros(10)),
            clump: Duration::from_millis(1),
            messages: 1_000_000,
            ..plain(5)
        };
        let report = self.carry_out("tokens", vec![stream_group(tokens)])?;
        let messages = report.total.messages.as_ref();
        let count = messages.map_or(0, |messages| messages.count);
        let errors = report.total.failed;
        self.check(
            "C5 1,000,000 tokens of 5 characters, one per 10 µs",
            "all in order, no error",
            format!("{} in {:.2} s, {errors} errors", grouped(count), report.total.seconds),
            all_right(&report, 1) && count == 1_000_000,
        );
        let delivery = messages.and_then(|messages| messages.delivery_us.clone()).unwrap_or_default();
        self.check(
            "C8 delivery of those tokens, p99",
            "< 100 ms",
            format!("{} (p50 {}, max {})", time(delivery.p99), time(delivery.p50), time(delivery.max)),
            delivery.count == 1_000_000 && delivery.p99 < 100e3,
        );
        let cpu = report.daemon.cpu_percent;
        self.check("C8 the daemon's processor meanwhile", "< 20 %", format!("{cpu:.1} %"), cpu < 20.0);
        Ok(())
    }

    /// C7, and that of C5
    fn cancels(&mut self) -> Result<(), LoadError> {
        let took = self.cancel_by_hanging_up()?;
        let limit = Duration::from_secs(1);
        let measured = time(took.as_secs_f64() * 1e6);
        self.check("C5, C7 a stream's client hangs up", "it ends within 1 s", measured, took < limit);
        let took = self.cancel_by_another()?;
        let measured = took.map_or("no such answer".to_owned(), |took| time(took.as_secs_f64() * 1e6));
        let met = took.is_some_and(|took| took < limit);
        self.check("C5, C7 another client cancels a stream", "told so within 1 s", measured, met);
        Ok(())
    }

    /// The time from the hang-up until the daemon counts no run.
    fn cancel_by_hanging_up(&mut self) -> Result<Duration, LoadError> {
        let mut client = self.begin_tokens()?;
        client.receive()?;
        drop(client);
        let start = Instant::now();
        loop {
            let running = self.control.status()?.runs_active;
            if running == 0 || start.elapsed() > Duration::from_secs(10) {
                return Ok(start.elapsed());
            }
        }
    }

    /// The time from `PY.CANCEL` until the stream's own client is told; `None` if it is told something else.
    fn cancel_by_another(&mut self) -> Result<Option<Duration>, LoadError> {
        let mut client = self.begin_tokens()?;
        client.receive()?;
        let start = Instant::now();
        let cancelled = self.control.ask(&[b"PY.CANCEL", STREAM_ID])?;
        loop {
            match client.receive()? {
                RespValue::Push(_) => {}
                RespValue::Error(text)
                    if text.starts_with("CANCELLED") && cancelled == RespValue::Integer(1) =>
                {
                    return Ok(Some(start.elapsed()));
                }
                _ => return Ok(None),
            }
        }
    }

    /// A client whose stream goes on for an hour.
    fn begin_tokens(&mut self) -> Result<Control, LoadError> {
        let pace = Some(Duration::from_micros(10));
        let code = super::stream::script(&Stream { pace, messages: 360_000_000, ..plain(5) });
        let mut client = Control::connect(self.daemon.socket())?;
        client.ask(&[b"HELLO", b"3"])?;
        client.send(&[b"PY.RUN", code.as_bytes(), b"STREAM", b"ID", STREAM_ID])?;
        Ok(client)
    }

    /// C6
    fn backpressure(&mut self) -> Result<(), LoadError> {
        let neighbours = |time: Duration| {
            let requests = Requests { until: Until::Time(time), rate: Some(200.0), ..Requests::count(1) };
            Group::requests("neighbours", 4, Protocol::Frames, requests)
        };
        let alone = self.carry_out("neighbours alone", vec![neighbours(Duration::from_secs(3))])?;
        let before = self.control.status()?.suspensions_total;
        let delay = Duration::from_micros(100);
        let slow = Stream { messages: 100_000, reader_delay: delay, ..plain(10) };
        let groups = vec![stream_group(slow), neighbours(Duration::from_secs(10))];
        let report = self.carry_out("backpressure", groups)?;
        let suspended = self.control.status()?.suspensions_total - before;
        let count = report.total.messages.as_ref().map_or(0, |messages| messages.count);
        let grown = report.daemon.rss_peak_bytes.saturating_sub(report.daemon.rss_start_bytes);
        self.check(
            "C6 a reader that takes 100 µs for each of 100,000 messages",
            "none lost, script suspended, growth < 10 MB",
            format!(
                "{} in order, suspended {suspended} times, growth {}",
                grouped(count),
                size(grown.cast_signed())
            ),
            count == 100_000 && report.total.failed == 0 && suspended > 0 && grown < 10_000_000,
        );
        let beside = report
            .groups
            .last()
            .map_or_else(LatencyNumbers::default, |group| group.numbers.latency_us.clone());
        let alone = alone.total.latency_us;
        // A daemon that waited for the slow reader would be away for the 37 ms that it takes for what it reads at once.
        self.check(
            "C6 p99 of neighbours beside it",
            "≤ 10 ms",
            format!("{}, alone {}", time(beside.p99), time(alone.p99)),
            beside.count == 8_000 && beside.p99 <= 10e3,
        );
        Ok(())
    }

    /// D1, D3, D5
    fn many_clients(&mut self) -> Result<(), LoadError> {
        self.all("D1 10 clients × 5", 50, vec![quick(10, 5)])?;
        self.all("D1 50 clients × 3", 150, vec![quick(50, 3)])?;
        self.all("D1 100 clients × 2", 200, vec![quick(100, 2)])?;
        let before = self.control.status()?.connections_total;
        let report = self.carry_out("kept connections", vec![quick(30, 10)])?;
        // One of them asked for the daemon's numbers.
        let opened = self.control.status()?.connections_total - before - 1;
        self.check(
            "D3 30 clients × 10 over kept connections",
            "all 300 right, 30 connections",
            format!("{}, {opened} connections", counted(&report, 300)),
            all_right(&report, 300) && opened == 30,
        );
        self.pool("D3 20 clients × 10 on one pool of 4", 4, 20)?;
        self.pool("D3 30 clients × 10 on one pool of 8", 8, 30)?;
        self.pool("D3 one client × 10 on a pool", 1, 1)?;
        let report = self.carry_out("50 × 5", vec![quick(50, 5)])?;
        let latency = &report.total.latency_us;
        self.check(
            "D5 latency of 50 clients × 5",
            "mean < 100 ms, max < 1 s",
            format!("mean {}, max {}", time(latency.mean), time(latency.max)),
            all_right(&report, 250) && latency.mean < 100e3 && latency.max < 1e6,
        );
        let report = self.carry_out("10 workers", vec![quick(10, 2_000)])?;
        let per_second = report.total.per_second;
        self.check(
            "D5 throughput of 10 workers",
            "> 100 requests/s",
            format!("{} requests/s", rate(per_second)),
            all_right(&report, 20_000) && per_second > 100.0,
        );
        Ok(())
    }

    /// Threads that share a pool of the client library, each with ten requests.
    fn pool(&mut self, requirement: &str, connections_max: usize, clients: u64) -> Result<(), LoadError> {
        let client = Client::builder().path(self.daemon.socket()).timeout(limits::LOAD_PATIENCE);
        let pool = Pool::new(client).connections_max(connections_max).build();
        let ask = |client: u64| {
            let right = |request: &u64| {
                let wanted = client * 1_000 + request;
                let found = pool.get().and_then(|mut connection| connection.eval(&*format!("{wanted} + 0")));
                found.is_ok_and(|found: u64| found == wanted)
            };
            (0..10).filter(right).count() as u64
        };
        let right: u64 = thread::scope(|scope| {
            let threads: Vec<_> = (0..clients).map(|client| scope.spawn(move || ask(client))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or_default()).sum()
        });
        let (wanted, stats) = (clients * 10, pool.stats());
        let (created, reused) = (stats.created, stats.reused);
        self.check(
            requirement,
            &format!("all {wanted} right, ≤ {connections_max} connections, the rest reused"),
            format!("{right} of {wanted}, {created} made, {reused} reused, {} still out", stats.in_use),
            right == wanted
                && created <= connections_max as u64
                && created + reused == wanted
                && stats.in_use == 0,
        );
        Ok(())
    }

    /// D2, D4
    fn patterns(&mut self) -> Result<(), LoadError> {
        let until = Until::Time(Duration::from_secs(3));
        let requests = Requests { until, rate: Some(100.0), ..Requests::count(1) };
        let sustained = Group::requests("workers", 10, Protocol::Frames, requests);
        let report = self.all("D2 sustained, 10 workers × 100/s × 3 s", 3_000, vec![sustained])?;
        let LatencyNumbers { count, p50, p99, p99_99, max, .. } = report.total.latency_us;
        self.check(
            "D4 latency from when each of those was due",
            "all 3,000 counted",
            format!("p50 {}, p99 {}, p99.99 {}, max {}", time(p50), time(p99), time(p99_99), time(max)),
            count == 3_000,
        );
        let stage = |name: String, groups| Stage { name, pause: Duration::ZERO, groups };
        let bursts = (1..=3).map(|number| Stage {
            pause: Duration::from_millis(200),
            ..stage(format!("burst {number}"), vec![quick(50, 1)])
        });
        let ramp = [5, 10, 15, 20].map(|clients| stage(format!("{clients}"), vec![quick(clients, 50)]));
        let spike =
            [stage("spike".to_owned(), vec![quick(50, 1)]), stage("after".to_owned(), vec![quick(1, 10)])];
        let all: [(&str, u64, Vec<Stage>); 4] = [
            ("D2 bursts, 3 × 50", 150, bursts.collect()),
            ("D2 ramp, 5 to 20 clients × 50", 2_500, ramp.into()),
            ("D2 spike of 50, then 10 in sequence", 60, spike.into()),
            ("D2 mixed clients, 12 × 50", 600, vec![stage("mixed".to_owned(), mixed(2, 50))]),
        ];
        for (requirement, wanted, stages) in all {
            let report = self.carry_out_plan(Plan { name: requirement.to_owned(), stages })?;
            let target = format!("all {} right", grouped(wanted));
            self.check(requirement, &target, counted(&report, wanted), all_right(&report, wanted));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_is_missed_in_both_forms() {
        let check = |requirement: &str, met| Check {
            requirement: requirement.to_owned(),
            target: "< 1 s".to_owned(),
            measured: "2 s".to_owned(),
            met,
        };
        let checks = [check("C2 longer", false), check("D1", true)];
        assert_eq!(
            table(&checks, true),
            "RESULT C2 longer | < 1 s | 2 s | MISSED\nRESULT D1 | < 1 s | 2 s | met\n"
        );
        let lines = table(&checks, false);
        assert_eq!(lines.lines().nth(1), Some("C2 longer    < 1 s   2 s       MISSED"));
    }
}
