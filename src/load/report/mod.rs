//! What a plan came to, as numbers, and in three forms: text for a terminal, JSON for programs, a page for a browser.

mod html;
mod svg;
pub(super) mod text;

use std::collections::BTreeMap;

use serde::Serialize;

pub use html::page;
pub use text::summary;

use super::driver::{Live, StageResult};
use super::metrics::{Latencies, Tally};
use super::progress::Samples;
use crate::wire::DaemonStatus;

/// The quantiles that are told.
pub const QUANTILES: [(&str, f64); 8] = [
    ("p50", 0.5),
    ("p75", 0.75),
    ("p90", 0.9),
    ("p95", 0.95),
    ("p99", 0.99),
    ("p99.9", 0.999),
    ("p99.99", 0.9999),
    ("p100", 1.0),
];

/// All numbers of a plan that was carried out.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The plan's name.
    pub plan: String,
    /// Where the daemon listened.
    pub socket: String,
    /// Whether Ctrl-C ended it before its time.
    pub interrupted: bool,
    /// The most clients that were connected at once.
    pub clients_peak: u64,
    /// All groups together.
    pub total: Numbers,
    /// Each group of each stage.
    pub groups: Vec<GroupNumbers>,
    /// The daemon's process.
    pub daemon: DaemonNumbers,
    /// Over time.
    pub timeline: Vec<Moment>,
    #[serde(skip)]
    pub(super) tally: Tally,
}

/// What was counted of some requests.
#[derive(Clone, Debug, Serialize)]
pub struct Numbers {
    /// Requests (batches, streams) that ended.
    pub requests: u64,
    /// … as expected.
    pub succeeded: u64,
    /// … otherwise.
    pub failed: u64,
    /// By kind.
    pub failures: BTreeMap<String, FailureNumbers>,
    /// From the first request to the last answer.
    pub seconds: f64,
    /// Requests that ended as expected, in each second.
    pub per_second: f64,
    /// Of each answer.
    pub latency_us: LatencyNumbers,
    /// At a fixed rate: the same, measured from when requests were really sent.
    pub uncorrected_us: Option<LatencyNumbers>,
    /// Of streams.
    pub messages: Option<MessageNumbers>,
}

/// Failures of one kind.
#[derive(Clone, Debug, Serialize)]
pub struct FailureNumbers {
    /// How many.
    pub count: u64,
    /// What the first said.
    pub sample: String,
}

/// Latencies in microseconds.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "each is what its name says")]
pub struct LatencyNumbers {
    pub count: u64,
    pub min: f64,
    pub mean: f64,
    pub stdev: f64,
    pub p50: f64,
    pub p75: f64,
    pub p90: f64,
    pub p95: f64,
    pub p99: f64,
    #[serde(rename = "p99.9")]
    pub p99_9: f64,
    #[serde(rename = "p99.99")]
    pub p99_99: f64,
    pub max: f64,
}

/// Messages of streams.
#[derive(Clone, Debug, Serialize)]
pub struct MessageNumbers {
    /// How many arrived, each in its order.
    pub count: u64,
    /// In each second.
    pub per_second: f64,
    /// Push messages of the protocol that brought them.
    pub pushes: u64,
    /// Bytes of output.
    pub bytes: u64,
    /// Of paced streams: from when a message was due in the script until it was here.
    pub delivery_us: Option<LatencyNumbers>,
}

/// One group of one stage.
#[derive(Clone, Debug, Serialize)]
pub struct GroupNumbers {
    /// The stage's name.
    pub stage: String,
    /// The group's name.
    pub group: String,
    /// Its clients.
    pub clients: usize,
    /// What was counted.
    pub numbers: Numbers,
}

/// The daemon's process.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "each is what its name says")]
pub struct DaemonNumbers {
    pub version: String,
    pub pid: u64,
    pub rss_start_bytes: u64,
    pub rss_end_bytes: u64,
    pub rss_peak_bytes: u64,
    pub rss_growth_bytes: i64,
    pub cpu_seconds: f64,
    /// Of one processor.
    pub cpu_percent: f64,
}

/// An interval of the time line.
#[derive(Clone, Debug, Serialize)]
pub struct Moment {
    /// Its start.
    pub at_s: f64,
    /// Its length.
    pub seconds: f64,
    /// Requests that ended as expected.
    pub succeeded: u64,
    /// Requests that failed.
    pub failed: u64,
    /// Messages of streams.
    pub messages: u64,
    /// Latencies of its answers.
    pub p50_us: f64,
    /// …
    pub p99_us: f64,
    /// …
    pub max_us: f64,
}

impl LatencyNumbers {
    /// Out of a histogram.
    pub fn of(latencies: &Latencies) -> LatencyNumbers {
        let at = |quantile| latencies.quantile_us(quantile);
        LatencyNumbers {
            count: latencies.count(),
            min: latencies.min_us(),
            mean: latencies.mean_us(),
            stdev: latencies.stdev_us(),
            p50: at(0.5),
            p75: at(0.75),
            p90: at(0.9),
            p95: at(0.95),
            p99: at(0.99),
            p99_9: at(0.999),
            p99_99: at(0.9999),
            max: latencies.max_us(),
        }
    }
}

impl Numbers {
    /// Out of a tally.
    pub fn of(tally: &Tally) -> Numbers {
        let seconds = tally.span().as_secs_f64();
        let rate = |count: u64| if seconds > 0.0 { count as f64 / seconds } else { 0.0 };
        let some = |latencies: &Latencies| (latencies.count() > 0).then(|| LatencyNumbers::of(latencies));
        let failures = tally.failures.iter().map(|(kind, failures)| {
            let numbers = FailureNumbers { count: failures.count, sample: failures.sample.clone() };
            (kind.clone(), numbers)
        });
        Numbers {
            requests: tally.total(),
            succeeded: tally.succeeded,
            failed: tally.failed(),
            failures: failures.collect(),
            seconds,
            per_second: rate(tally.succeeded),
            latency_us: LatencyNumbers::of(&tally.latencies),
            uncorrected_us: some(&tally.uncorrected),
            messages: (tally.messages > 0).then(|| MessageNumbers {
                count: tally.messages,
                per_second: rate(tally.messages),
                pushes: tally.pushes,
                bytes: tally.stream_bytes,
                delivery_us: some(&tally.deliveries),
            }),
        }
    }
}

impl Report {
    /// Puts together what was counted.
    pub(super) fn new(
        plan: &str,
        results: &[StageResult],
        status: &DaemonStatus,
        samples: &Samples,
        live: &Live,
    ) -> Report {
        let mut all = Tally::default();
        let mut groups = Vec::new();
        for stage in results {
            for (name, clients, tally) in &stage.groups {
                all.add(tally);
                groups.push(GroupNumbers {
                    stage: stage.name.clone(),
                    group: name.clone(),
                    clients: *clients,
                    numbers: Numbers::of(tally),
                });
            }
        }
        let rss =
            |sample: Option<&super::progress::Sample>| sample.map_or(0, |sample| sample.usage.rss_bytes);
        Report {
            plan: plan.to_owned(),
            socket: status.socket.clone(),
            interrupted: live.is_interrupted(),
            clients_peak: live.active_peak(),
            total: Numbers::of(&all),
            groups,
            daemon: DaemonNumbers {
                version: status.version.clone(),
                pid: status.pid,
                rss_start_bytes: rss(samples.all.first()),
                rss_end_bytes: rss(samples.all.last()),
                rss_peak_bytes: samples.rss_peak_bytes(),
                rss_growth_bytes: samples.growth_bytes(),
                cpu_seconds: samples.cpu().as_secs_f64(),
                cpu_percent: samples.cpu_share() * 100.0,
            },
            timeline: timeline(&all),
            tally: all,
        }
    }

    /// As JSON.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("numbers and texts can be written")
    }
}

fn timeline(tally: &Tally) -> Vec<Moment> {
    let width = tally.series.width();
    let moments = tally.series.intervals().iter().enumerate().map(|(index, interval)| Moment {
        at_s: (width * index as u32).as_secs_f64(),
        seconds: width.as_secs_f64(),
        succeeded: interval.succeeded,
        failed: interval.failed,
        messages: interval.messages,
        p50_us: interval.quantile_us(0.5),
        p99_us: interval.quantile_us(0.99),
        max_us: interval.max_us(),
    });
    moments.collect()
}

/// A time in microseconds with a unit that suits it.
pub fn time(us: f64) -> String {
    if us >= 1e6 {
        format!("{:.2} s", us / 1e6)
    } else if us >= 1e3 {
        format!("{:.2} ms", us / 1e3)
    } else {
        format!("{us:.1} µs")
    }
}

/// A number with commas at the thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Bytes with a unit that suits them.
pub fn size(bytes: i64) -> String {
    let magnitude = bytes.unsigned_abs();
    let sign = if bytes < 0 { "-" } else { "" };
    match magnitude {
        0..=9_999 => format!("{sign}{magnitude} B"),
        10_000..=9_999_999 => format!("{sign}{:.0} kB", magnitude as f64 / 1e3),
        _ => format!("{sign}{:.1} MB", magnitude as f64 / 1e6),
    }
}

/// A rate.
pub fn rate(per_second: f64) -> String {
    if per_second >= 100.0 { grouped(per_second.round() as u64) } else { format!("{per_second:.1}") }
}

#[cfg(test)]
pub(super) fn sample_report() -> Report {
    use std::time::Duration;

    use super::progress::Sample;
    let ms = Duration::from_millis;
    let mut quick = Tally::default();
    for index in 0..1_000u64 {
        let at = ms(index);
        quick.begin(at);
        quick.succeed(Duration::from_micros(50 + index / 10), Some(Duration::from_micros(50)), at);
    }
    quick.fail("TIMEOUT", "killed: <slow> & \"late\"", ms(20), ms(1_000));
    let mut stream = Tally::default();
    stream.begin(ms(0));
    stream.deliver(500, 5_500, ms(700));
    stream.deliveries.record(ms(2));
    stream.succeed(ms(700), None, ms(700));
    let stage = |name: &str, group: &str, tally| StageResult {
        name: name.to_owned(),
        groups: vec![(group.to_owned(), 4, tally)],
    };
    let results = [stage("first", "quick", quick), stage("second", "stream", stream)];
    let status =
        DaemonStatus { version: "1.2.3".into(), pid: 7, socket: "/x/d.sock".into(), ..Default::default() };
    let usage = |rss_bytes, cpu_ms| super::daemon::Usage { rss_bytes, cpu: ms(cpu_ms) };
    let samples = Samples {
        all: vec![
            Sample { at: ms(0), usage: usage(8_000_000, 100), active: 0 },
            Sample { at: ms(1_000), usage: usage(8_500_000, 350), active: 4 },
        ],
    };
    Report::new("sample", &results, &status, &samples, &Live::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!([time(12.34), time(1_234.0), time(2.5e6)], ["12.3 µs", "1.23 ms", "2.50 s"]);
        assert_eq!([grouped(0), grouped(999), grouped(1_234_567)], ["0", "999", "1,234,567"]);
        assert_eq!([size(-512), size(123_456), size(12_345_678)], ["-512 B", "123 kB", "12.3 MB"]);
        assert_eq!([rate(7.25), rate(12_345.6)], ["7.2", "12,346"]);
    }

    #[test]
    fn the_json_has_all_numbers_under_stable_names() {
        let json: serde_json::Value = serde_json::from_str(&sample_report().json()).unwrap();
        assert_eq!(json["total"]["requests"], 1_002);
        assert_eq!(json["total"]["failures"]["TIMEOUT"]["count"], 1);
        assert_eq!(json["total"]["messages"]["count"], 500);
        assert_eq!(json["groups"][1]["group"], "stream");
        assert_eq!(json["groups"][0]["numbers"]["messages"], serde_json::Value::Null);
        assert_eq!(json["daemon"]["rss_growth_bytes"], 500_000);
        assert_eq!(json["daemon"]["cpu_percent"], 25.0);
        let latency = &json["groups"][0]["numbers"]["latency_us"];
        for key in ["min", "mean", "stdev", "p50", "p75", "p90", "p95", "p99", "p99.9", "p99.99", "max"] {
            assert!(latency[key].as_f64().unwrap() > 0.0, "{key}");
        }
        assert!(
            json["groups"][0]["numbers"]["uncorrected_us"]["p50"].as_f64().unwrap()
                < latency["p50"].as_f64().unwrap()
        );
        assert_eq!(json["timeline"].as_array().unwrap().len(), 51);
    }
}
