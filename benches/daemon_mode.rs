//! Requirement A9: what a request to the daemon takes, by kind of program. Each group starts a daemon of its
//! own on a private socket, warms it up, and stops it. `cargo bench --bench daemon_mode`.

#[path = "../tests/support/mod.rs"]
mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pyrust::engine::{Engine, Mode, Outcome, RunOptions, Step};
use pyrust::limits::SLICE_FUEL;
use support::{Client, Daemon, Place};

const WARM_UP_REQUESTS: usize = 200;

/// A warm daemon and a connection to it.
struct Warm {
    client: Client,
    _daemon: Daemon,
    _place: Place,
}

impl Warm {
    fn new(programs: &[&str]) -> Warm {
        let place = Place::new();
        let daemon = place.start(&[]);
        let mut client = daemon.connect();
        for _ in 0..WARM_UP_REQUESTS {
            for program in programs {
                client.run(program);
            }
        }
        Warm { client, _daemon: daemon, _place: place }
    }

    /// One request; its status must be as expected, or the measurement means nothing.
    fn ask(&mut self, program: &str, status: u8) -> String {
        let (found, text) = self.client.run(program);
        assert_eq!(found, status, "{program}: {text}");
        text
    }
}

/// Named programs, each measured alone on a warm daemon.
fn measure(criterion: &mut Criterion, group: &str, status: u8, programs: &[(&str, &str)]) {
    let mut warm = Warm::new(&programs.iter().map(|&(_, program)| program).collect::<Vec<_>>());
    let mut group = criterion.benchmark_group(group);
    for (name, program) in programs {
        group.bench_function(*name, |bencher| bencher.iter(|| warm.ask(program, status)));
    }
    group.finish();
}

fn programs(criterion: &mut Criterion) {
    measure(
        criterion,
        "programs",
        0,
        &[
            ("simple arithmetic", "2+3"),
            ("complex expression", "((17 * 23 + 4) ** 2 - 99) // 7 % 1000 + (3.5 * 2 - 1) / 4"),
            ("variables", "a = 10\nb = 32\nc = a * b + a\nc - b"),
            ("print", "print('hello, world')"),
            ("several operations", "a = 1\nb = 2\nprint(a + b)\nprint(a * b)\nprint(b ** 10)\na - b"),
        ],
    );
}

fn complexity(criterion: &mut Criterion) {
    let program = |rounds: usize| format!("n = 0\ni = 0\nwhile i < {rounds}:\n    n += i * 2\n    i += 1\nn");
    let sizes = [1, 10, 100, 1_000, 10_000].map(|rounds| (format!("loop of {rounds}"), program(rounds)));
    let rows: Vec<(&str, &str)> = sizes.iter().map(|(name, program)| (&name[..], &program[..])).collect();
    measure(criterion, "by complexity", 0, &rows);
}

fn cache(criterion: &mut Criterion) {
    let mut warm = Warm::new(&["x = 1\nx + 1"]);
    let mut group = criterion.benchmark_group("cache");
    group.bench_function("hit", |bencher| bencher.iter(|| warm.ask("x = 1\nx + 1", 0)));
    let mut count = 0u64;
    group.bench_function("miss", |bencher| {
        bencher.iter(|| {
            count += 1;
            warm.ask(&format!("x = {count}\nx + 1"), 0)
        })
    });
    group.finish();
}

fn throughput(criterion: &mut Criterion) {
    const REQUESTS: usize = 1_000;
    let mut warm = Warm::new(&["2+3"]);
    let mut group = criterion.benchmark_group("throughput of 1,000 requests");
    group.throughput(Throughput::Elements(REQUESTS as u64)).sample_size(20);
    group.bench_function("one after the other", |bencher| {
        bencher.iter(|| {
            for _ in 0..REQUESTS {
                warm.ask("2+3", 0);
            }
        })
    });
    let pipeline = support::frame(b"2+3").repeat(REQUESTS);
    group.bench_function("pipelined", |bencher| {
        bencher.iter(|| {
            warm.client.send(&pipeline);
            for _ in 0..REQUESTS {
                assert_eq!(warm.client.response().1, "5");
            }
        })
    });
    group.finish();
}

fn overhead(criterion: &mut Criterion) {
    measure(
        criterion,
        "minimal overhead",
        0,
        &[("empty program", ""), ("a constant", "5"), ("pass", "pass")],
    );
}

fn errors(criterion: &mut Criterion) {
    measure(
        criterion,
        "errors",
        1,
        &[("syntax", "2 + * 3"), ("runtime", "1 / 0"), ("undefined name", "print(undefined_name)")],
    );
}

fn payload(criterion: &mut Criterion) {
    const BYTES: usize = 1 << 20;
    let there = format!("x = '{}'\n1", "x".repeat(BYTES));
    let back = format!("print('y' * {BYTES})");
    let mut warm = Warm::new(&[]);
    let mut group = criterion.benchmark_group("payload of 1 MiB");
    group.throughput(Throughput::Bytes(BYTES as u64)).sample_size(20);
    group.bench_function("there", |bencher| bencher.iter(|| warm.ask(&there, 0)));
    group.bench_function("back", |bencher| bencher.iter(|| assert_eq!(warm.ask(&back, 0).len(), BYTES + 1)));
    group.finish();
}

/// Requirement B7: the same programs in this process, on an engine that has compiled them, and through the daemon.
fn direct(criterion: &mut Criterion) {
    let programs = [
        ("2+3", "2+3"),
        ("100 squares", "sum([n * n for n in range(100)])"),
        ("a loop of 10,000", "n = 0\nfor i in range(10000): n += i\nn"),
    ];
    let mut warm = Warm::new(&programs.map(|(_, program)| program));
    let mut engine = Engine::new();
    let mut group = criterion.benchmark_group("daemon against direct");
    for (name, program) in programs {
        group.bench_function(format!("direct, {name}"), |bencher| {
            bencher.iter(|| evaluate(&mut engine, program))
        });
        group.bench_function(format!("daemon, {name}"), |bencher| bencher.iter(|| warm.ask(program, 0)));
        assert_eq!(evaluate(&mut engine, program), warm.ask(program, 0));
    }
    group.finish();
}

fn evaluate(engine: &mut Engine, source: &str) -> String {
    let program = engine.compile(source, "<string>", Mode::Echo, true).program.expect("it compiles");
    let mut run = engine.start(&program, RunOptions::default());
    let outcome = loop {
        if let Step::Done(outcome) = run.step(SLICE_FUEL) {
            break outcome;
        }
    };
    assert!(engine.recycle(run).is_none(), "small programs leave nothing to bury");
    match outcome {
        Outcome::Finished { value, .. } => value.unwrap_or_default(),
        other => panic!("{source}: {other:?}"),
    }
}

criterion_group!(benches, programs, complexity, cache, throughput, overhead, errors, payload, direct);
criterion_main!(benches);
