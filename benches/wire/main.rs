//! Requirement A7 and the first aim of the design: the round trip of a cached `2+3`, against a mio server that
//! answers a constant. Both are processes of their own, and both are asked in turns, batch by batch, so that
//! whatever else the machine does falls on both alike. All three share one core: on two, most of a round trip would be
//! the wake-up of the other one, and whether there is one is up to the kernel's scheduler. It is measured twice: as the
//! scheduler likes, where a reply's wake-up may or may not preempt the server before it has come to an end, and under
//! SCHED_BATCH (chrt(1)), where it never does and only the work counts.
//!
//! `cargo bench --bench wire` prints the table; `cargo bench --bench wire -- --check` also fails if the promise
//! is broken: a mean of at most 190 µs, batch means that vary by less than 10 %, no degradation from the first
//! to the last tenth.

mod constant_server;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use support::Place;

/// Tells a process of this program that it is the yardstick.
const CONSTANT_SERVER: &str = "PYRUST_BENCH_CONSTANT_SERVER";
/// Tells a process of this program that it runs under SCHED_BATCH.
const BATCH: &str = "PYRUST_BENCH_BATCH";
const BATCHES: usize = 100;
const BATCH_REQUESTS: usize = 1_000;
const WARM_UP_REQUESTS: usize = 5_000;
const MEAN_MAX: Duration = Duration::from_micros(190);
const VARIATION_MAX: f64 = 0.10;
/// The last tenth may be this much slower than the first.
const DEGRADATION_MAX: f64 = 1.10;

fn main() -> ExitCode {
    if let Some(socket) = std::env::var_os(CONSTANT_SERVER) {
        constant_server::serve(Path::new(&socket)).expect("the yardstick serves");
        return ExitCode::SUCCESS;
    }
    if std::env::var_os(BATCH).is_none() {
        println!("as the scheduler likes:");
        let code = measure();
        println!("\nwithout preemption by those who are woken (chrt -b 0):");
        let again = Command::new("chrt")
            .args(["-b", "0"])
            .arg(std::env::current_exe().expect("it has a path"))
            .args(std::env::args_os().skip(1))
            .env(BATCH, "1")
            .status();
        return match again {
            Ok(status) if status.success() => code,
            Ok(_) => ExitCode::FAILURE,
            Err(error) => {
                println!("not measured: chrt: {error}");
                code
            }
        };
    }
    measure()
}

fn measure() -> ExitCode {
    stay_on_one_core();
    let place = Place::new();
    let daemon = place.start(&[]);
    let yardstick = Yardstick::start(place.dir().join("constant.sock"));
    let mut pyrust = Series::new("pyrust, cached 2+3", &place.socket());
    let mut constant = Series::new("mio server, constant", &yardstick.socket);
    for series in [&mut pyrust, &mut constant] {
        series.ask(WARM_UP_REQUESTS);
        series.reset();
    }
    for batch in 0..BATCHES {
        // Who goes first changes from batch to batch.
        let order = if batch % 2 == 0 { [&mut pyrust, &mut constant] } else { [&mut constant, &mut pyrust] };
        for series in order {
            series.ask(BATCH_REQUESTS);
        }
    }
    println!(
        "{BATCHES} batches of {BATCH_REQUESTS} round trips each, in turns, over one connection each; in µs"
    );
    println!(
        "{:22} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}   {:>6}  {:>13}",
        "", "mean", "p50", "p90", "p99", "p99.9", "max", "CV", "last/first 10%"
    );
    let (ours, theirs) = (pyrust.report(), constant.report());
    println!("ratio of the p50s: {:.2} (aim: at most 1.3)", ours.p50 / theirs.p50);
    assert_eq!(daemon.status().runs_raised, 0);
    if std::env::args().any(|arg| arg == "--check") {
        return check(&ours);
    }
    ExitCode::SUCCESS
}

/// For this process and those it starts.
fn stay_on_one_core() {
    let allowed = rustix::thread::sched_getaffinity(None).expect("Linux tells");
    let last = (0..rustix::thread::CpuSet::MAX_CPU).rev().find(|&cpu| allowed.is_set(cpu));
    let mut one = rustix::thread::CpuSet::new();
    one.set(last.expect("it runs somewhere"));
    rustix::thread::sched_setaffinity(None, &one).expect("a core that is allowed");
}

fn check(ours: &Report) -> ExitCode {
    let mut broken = Vec::new();
    if ours.mean > MEAN_MAX.as_secs_f64() * 1e6 {
        broken.push(format!("the mean is {:.1} µs, promised are {MEAN_MAX:?}", ours.mean));
    }
    if ours.variation >= VARIATION_MAX {
        broken.push(format!("batch means vary by {:.1} %, promised are 10 %", ours.variation * 100.0));
    }
    if ours.degradation > DEGRADATION_MAX {
        broken.push(format!("the last tenth takes {:.2} times the first", ours.degradation));
    }
    for promise in &broken {
        println!("FAILED: {promise}");
    }
    if broken.is_empty() {
        println!("ok: mean, variation and steadiness are as promised");
        return ExitCode::SUCCESS;
    }
    ExitCode::FAILURE
}

/// Round trips over one connection.
struct Series {
    name: &'static str,
    stream: UnixStream,
    nanos: Vec<u64>,
    batch_means: Vec<f64>,
}

struct Report {
    mean: f64,
    p50: f64,
    variation: f64,
    degradation: f64,
}

impl Series {
    fn new(name: &'static str, socket: &Path) -> Series {
        let stream = UnixStream::connect(socket).expect("it listens");
        stream.set_read_timeout(Some(support::PATIENCE)).expect("a time limit");
        Series { name, stream, nanos: Vec::new(), batch_means: Vec::new() }
    }

    /// Asks one after the other.
    fn ask(&mut self, requests: usize) {
        let request = support::frame(b"2+3");
        let mut response = [0; 6];
        let mut sum = 0;
        for _ in 0..requests {
            let begun = Instant::now();
            self.stream.write_all(&request).expect("it reads");
            self.stream.read_exact(&mut response).expect("it answers");
            let nanos = begun.elapsed().as_nanos() as u64;
            assert_eq!(&response, b"\0\0\0\0\x015");
            self.nanos.push(nanos);
            sum += nanos;
        }
        self.batch_means.push(sum as f64 / requests as f64);
    }

    fn reset(&mut self) {
        self.nanos.clear();
        self.batch_means.clear();
    }

    fn report(&self) -> Report {
        let tenth = self.nanos.len() / 10;
        let degradation = mean(&self.nanos[self.nanos.len() - tenth..]) / mean(&self.nanos[..tenth]);
        let mut sorted = self.nanos.clone();
        sorted.sort_unstable();
        let at = |part: f64| sorted[((sorted.len() - 1) as f64 * part) as usize] as f64 / 1e3;
        let batches = self.batch_means.len() as f64;
        let centre = self.batch_means.iter().sum::<f64>() / batches;
        let spread = self.batch_means.iter().map(|mean| (mean - centre).powi(2)).sum::<f64>() / batches;
        let report = Report {
            mean: mean(&self.nanos) / 1e3,
            p50: at(0.5),
            variation: spread.sqrt() / centre,
            degradation,
        };
        println!(
            "{:22} {:8.2} {:8.2} {:8.2} {:8.2} {:8.2} {:8.2}  {:5.1} %  {:13.2}",
            self.name,
            report.mean,
            report.p50,
            at(0.9),
            at(0.99),
            at(0.999),
            at(1.0),
            report.variation * 100.0,
            report.degradation
        );
        report
    }
}

fn mean(nanos: &[u64]) -> f64 {
    nanos.iter().sum::<u64>() as f64 / nanos.len() as f64
}

/// The yardstick's process.
struct Yardstick {
    child: Child,
    socket: PathBuf,
}

impl Yardstick {
    fn start(socket: PathBuf) -> Yardstick {
        let program = std::env::current_exe().expect("this program");
        let mut child = Command::new(program)
            .env(CONSTANT_SERVER, &socket)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the yardstick starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        assert_eq!(line, "ready\n");
        Yardstick { child, socket }
    }
}

impl Drop for Yardstick {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
