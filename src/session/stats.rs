//! What each command was asked, how often it failed and how long it took: `INFO commandstats`, `LATENCY HISTOGRAM`.
//!
//! Counting one request is a handful of additions: it happens for every one.

use std::fmt::Write;
use std::time::Duration;

use crate::wire::{Args, CommandId, RespWriter};

/// Where a request is counted: its command's place, or this for a frame, which has no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(u16);

impl Place {
    pub(super) const FRAME: Place = Place(CommandId::COUNT as u16);

    pub(super) fn of(command: CommandId) -> Place {
        Place(command.index() as u16)
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine,
    /// It was begun, and its reply tells of a failure: an error, an uncaught exception, a kill.
    Failed,
    /// It was not begun.
    Rejected,
}

/// Bucket `k` has what took at most 2^k µs and more than half of that. The last one reaches beyond the longest time-out.
const BUCKETS: usize = 38;

#[derive(Clone, Debug)]
struct Row {
    rejected: u64,
    failed: u64,
    calls: u64,
    nanos: u64,
    /// Since the latencies were last forgotten.
    buckets: [u64; BUCKETS],
}

const EMPTY: Row = Row { rejected: 0, failed: 0, calls: 0, nanos: 0, buckets: [0; BUCKETS] };

impl Row {
    fn measured(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// The time below which this part of all calls stayed, in microseconds: as if those of one bucket were spread evenly.
    fn percentile_us(&self, part: f64) -> f64 {
        let wanted = part * self.measured() as f64;
        let mut below = 0.0;
        for (bucket, &count) in self.buckets.iter().enumerate().filter(|(_, count)| **count > 0) {
            let count = count as f64;
            if below + count >= wanted {
                let to = bucket_max_us(bucket) as f64;
                let from = if bucket == 0 { 0.0 } else { to / 2.0 };
                return from + (to - from) * (wanted - below) / count;
            }
            below += count;
        }
        0.0
    }
}

/// A time as one number; some 500 years are the most.
pub(super) fn nanos(time: Duration) -> u64 {
    time.as_secs().wrapping_mul(1_000_000_000).wrapping_add(u64::from(time.subsec_nanos()))
}

fn bucket_of(nanos: u64) -> usize {
    // One less, rounded up: 0 for up to 1 µs, 1 for up to 2.
    let micros_before = nanos.saturating_sub(1) / 1000;
    let bucket = u64::BITS - micros_before.leading_zeros();
    (bucket as usize).min(BUCKETS - 1)
}

fn bucket_max_us(bucket: usize) -> u64 {
    1 << bucket
}

/// All commands, and frames.
#[derive(Debug)]
pub(super) struct Stats {
    rows: Box<[Row; CommandId::COUNT + 1]>,
}

impl Default for Stats {
    fn default() -> Stats {
        Stats { rows: Box::new([EMPTY; CommandId::COUNT + 1]) }
    }
}

impl Stats {
    /// Counts a request that is answered.
    pub(super) fn count(&mut self, place: Place, nanos: u64, verdict: Verdict) {
        let Some(row) = self.rows.get_mut(usize::from(place.0)) else { return };
        if verdict == Verdict::Rejected {
            row.rejected += 1;
            return;
        }
        row.calls += 1;
        row.failed += u64::from(verdict == Verdict::Failed);
        row.nanos = row.nanos.wrapping_add(nanos);
        row.buckets[bucket_of(nanos)] += 1;
    }

    /// The rows with their names, in the order of the table, frames last.
    fn named(&self) -> impl Iterator<Item = (String, &Row)> {
        let names = CommandId::all().map(CommandId::full_name).chain(["frame".to_owned()]);
        names.zip(self.rows.iter())
    }

    /// The fields of `# Commandstats`, with Redis's names.
    pub(super) fn write_calls(&self, out: &mut String) {
        for (name, row) in self.named().filter(|(_, row)| row.calls + row.rejected > 0) {
            let micros = row.nanos / 1000;
            let each = if row.calls == 0 { 0.0 } else { row.nanos as f64 / 1000.0 / row.calls as f64 };
            write!(
                out,
                "cmdstat_{name}:calls={},usec={micros},usec_per_call={each:.2},rejected_calls={},failed_calls={}\r\n",
                row.calls, row.rejected, row.failed
            )
            .expect("writing to a string cannot fail");
        }
    }

    /// The fields of `# Latencystats`, with Redis's names.
    pub(super) fn write_percentiles(&self, out: &mut String) {
        for (name, row) in self.named().filter(|(_, row)| row.measured() > 0) {
            let [p50, p99, p999] = [0.5, 0.99, 0.999].map(|part| row.percentile_us(part));
            write!(out, "latency_percentiles_usec_{name}:p50={p50:.3},p99={p99:.3},p99.9={p999:.3}\r\n")
                .expect("writing to a string cannot fail");
        }
    }

    /// `LATENCY HISTOGRAM [command …]`: a command of two words stands for all of its second words, too.
    pub(super) fn histogram(&self, args: &Args<'_>, writer: &mut RespWriter<'_>) {
        let asked = |name: &str| {
            let first = name.split('|').next().unwrap_or(name);
            args.len() == 2
                || args.iter().skip(2).any(|word| {
                    word.eq_ignore_ascii_case(name.as_bytes()) || word.eq_ignore_ascii_case(first.as_bytes())
                })
        };
        let rows: Vec<(String, &Row)> =
            self.named().filter(|(name, row)| row.measured() > 0 && asked(name)).collect();
        writer.map(rows.len());
        for (name, row) in rows {
            writer.bulk(name.as_bytes());
            writer.map(2);
            writer.bulk(b"calls");
            writer.unsigned(row.measured());
            writer.bulk(b"histogram_usec");
            writer.map(row.buckets.iter().filter(|&&count| count > 0).count());
            let mut calls = 0;
            for (bucket, &count) in row.buckets.iter().enumerate().filter(|(_, count)| **count > 0) {
                calls += count;
                writer.unsigned(bucket_max_us(bucket));
                writer.unsigned(calls);
            }
        }
    }

    /// `LATENCY RESET`: forgets how long calls took; returns of how many commands.
    pub(super) fn forget_latencies(&mut self) -> usize {
        let mut forgotten = 0;
        for row in self.rows.iter_mut().filter(|row| row.measured() > 0) {
            row.buckets = EMPTY.buckets;
            forgotten += 1;
        }
        forgotten
    }

    /// `CONFIG RESETSTAT`
    pub(super) fn forget(&mut self) {
        *self = Stats::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_time_falls_into_the_bucket_that_holds_it() {
        for (nanos, micros_max) in [
            (0, 1),
            (1, 1),
            (1_000, 1),
            (1_001, 2),
            (2_000, 2),
            (2_001, 4),
            (4_000, 4),
            (1_000_000, 1024),
            (u64::MAX, 1 << (BUCKETS - 1)),
        ] {
            assert_eq!(bucket_max_us(bucket_of(nanos)), micros_max, "{nanos}");
        }
        let longest = crate::limits::RUN_TIMEOUT_MAX.as_micros() as u64;
        assert!(bucket_max_us(BUCKETS - 1) >= longest);
    }

    #[test]
    fn percentiles_are_within_a_factor_of_two() {
        let mut stats = Stats::default();
        for micros in 1..=1000 {
            stats.count(Place::FRAME, micros * 1000, Verdict::Fine);
        }
        let row = stats.rows.last().unwrap();
        for (part, exact) in [(0.5, 500.0), (0.99, 990.0), (0.999, 999.0)] {
            let found = row.percentile_us(part);
            assert!((exact / 2.0..=exact * 2.0).contains(&found), "{part}: {found}");
        }
        let mut text = String::new();
        stats.write_calls(&mut text);
        let line =
            "cmdstat_frame:calls=1000,usec=500500,usec_per_call=500.50,rejected_calls=0,failed_calls=0\r\n";
        assert_eq!(text, line);
    }
}
