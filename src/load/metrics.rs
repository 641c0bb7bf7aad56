//! What was measured: latencies, failures by kind, and both over time.
//!
//! Each thread records into a [`Tally`] of its own; they are merged when it is over.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;

use crate::limits;

/// Latencies in nanoseconds with three digits, up to an hour; what is longer counts as an hour.
#[derive(Clone, Debug)]
pub struct Latencies(Histogram<u64>);

impl Default for Latencies {
    fn default() -> Latencies {
        let max = u64::try_from(limits::LOAD_LATENCY_MAX.as_nanos()).expect("an hour fits");
        Latencies(Histogram::new_with_bounds(1, max, 3).expect("bounds and digits are constants that fit"))
    }
}

impl Latencies {
    /// Notes one.
    pub fn record(&mut self, latency: Duration) {
        self.record_n(latency, 1);
    }

    /// Notes several of one length.
    pub fn record_n(&mut self, latency: Duration, count: u64) {
        self.0.saturating_record_n(u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX), count);
    }

    /// How many were noted.
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The value that this part of all (0 to 1) does not exceed; 0 without any.
    pub fn quantile_us(&self, quantile: f64) -> f64 {
        self.0.value_at_quantile(quantile) as f64 / 1e3
    }

    /// The shortest; 0 without any.
    pub fn min_us(&self) -> f64 {
        if self.0.is_empty() { 0.0 } else { self.0.min() as f64 / 1e3 }
    }

    /// The longest; 0 without any.
    pub fn max_us(&self) -> f64 {
        self.0.max() as f64 / 1e3
    }

    /// The mean; 0 without any.
    pub fn mean_us(&self) -> f64 {
        self.0.mean() / 1e3
    }

    /// The standard deviation.
    pub fn stdev_us(&self) -> f64 {
        self.0.stdev() / 1e3
    }

    /// All values in microseconds, shortest first, each with how many there are.
    pub fn values_us(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        self.0.iter_recorded().map(|step| (step.value_iterated_to() as f64 / 1e3, step.count_at_value()))
    }

    /// Takes in another's.
    pub fn add(&mut self, other: &Latencies) {
        self.0.add(&other.0).expect("both have the same bounds");
    }
}

/// Failures of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u64,
    /// What the first of them said.
    pub sample: String,
}

/// One interval of the time line.
#[derive(Clone, Debug)]
pub struct Interval {
    /// Requests that ended well in it.
    pub succeeded: u64,
    /// Requests that failed in it.
    pub failed: u64,
    /// Messages of streams that arrived in it.
    pub messages: u64,
    latencies: Histogram<u32>,
}

impl Default for Interval {
    fn default() -> Interval {
        let latencies = Histogram::new(2).expect("two digits are allowed");
        Interval { succeeded: 0, failed: 0, messages: 0, latencies }
    }
}

impl Interval {
    /// As [`Latencies::quantile_us`].
    pub fn quantile_us(&self, quantile: f64) -> f64 {
        self.latencies.value_at_quantile(quantile) as f64 / 1e3
    }

    /// As [`Latencies::max_us`].
    pub fn max_us(&self) -> f64 {
        self.latencies.max() as f64 / 1e3
    }

    /// Whether there is anything to tell.
    pub fn is_empty(&self) -> bool {
        self.latencies.is_empty() && self.succeeded + self.failed + self.messages == 0
    }

    fn add(&mut self, other: &Interval) {
        self.succeeded += other.succeeded;
        self.failed += other.failed;
        self.messages += other.messages;
        self.latencies.add(&other.latencies).expect("it grows as needed");
    }
}

/// What happened when, in intervals of one width. There are at most `LOAD_INTERVALS_MAX`: of a longer run they
/// are wider.
#[derive(Clone, Debug)]
pub struct Series {
    width: Duration,
    intervals: Vec<Interval>,
}

impl Default for Series {
    fn default() -> Series {
        Series { width: limits::LOAD_INTERVAL_MIN, intervals: Vec::new() }
    }
}

impl Series {
    /// How long an interval is.
    pub fn width(&self) -> Duration {
        self.width
    }

    /// All intervals from the start on.
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    fn at(&mut self, time: Duration) -> &mut Interval {
        loop {
            let index = (time.as_nanos() / self.width.as_nanos()) as usize;
            if index < limits::LOAD_INTERVALS_MAX {
                if self.intervals.len() <= index {
                    self.intervals.resize_with(index + 1, Interval::default);
                }
                return &mut self.intervals[index];
            }
            self.widen();
        }
    }

    /// Makes one interval of each two.
    fn widen(&mut self) {
        self.width *= 2;
        let halves = std::mem::take(&mut self.intervals);
        for (index, half) in halves.into_iter().enumerate() {
            if index % 2 == 0 {
                self.intervals.push(half);
            } else if let Some(whole) = self.intervals.last_mut() {
                whole.add(&half);
            }
        }
    }

    fn add(&mut self, other: &Series) {
        // Both began with the same width and only ever doubled it.
        let mut other = other.clone();
        while self.width < other.width {
            self.widen();
        }
        while other.width < self.width {
            other.widen();
        }
        if self.intervals.len() < other.intervals.len() {
            self.intervals.resize_with(other.intervals.len(), Interval::default);
        }
        for (own, new) in self.intervals.iter_mut().zip(&other.intervals) {
            own.add(new);
        }
    }
}

/// All that is counted of some requests.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Answered as expected.
    pub succeeded: u64,
    /// Failed, by kind.
    pub failures: BTreeMap<String, Failures>,
    /// Of each request with an answer: from when it was due, or from when it was sent if it had no due time.
    pub latencies: Latencies,
    /// Of each request with a due time: from when it was really sent. What a generator without the correction for
    /// coordinated omission would report.
    pub uncorrected: Latencies,
    /// Of each message of a paced stream: from when the script was to print it until it was here.
    pub deliveries: Latencies,
    /// Messages of streams.
    pub messages: u64,
    /// Push messages of the protocol that brought them.
    pub pushes: u64,
    /// Bytes of output that streams brought.
    pub stream_bytes: u64,
    /// When the last request ended or the last message came, since the start of the plan.
    pub last_at: Duration,
    /// When the first was due or sent.
    pub first_at: Option<Duration>,
    /// Over time.
    pub series: Series,
}

impl Tally {
    /// How many requests ended in any way.
    pub fn total(&self) -> u64 {
        self.succeeded + self.failed()
    }

    /// How many failed.
    pub fn failed(&self) -> u64 {
        self.failures.values().map(|failures| failures.count).sum()
    }

    /// The time from the first request to the last answer.
    pub fn span(&self) -> Duration {
        self.last_at.saturating_sub(self.first_at.unwrap_or_default())
    }

    /// Notes when a request was due or sent.
    pub fn begin(&mut self, at: Duration) {
        self.first_at = Some(self.first_at.map_or(at, |first| first.min(at)));
    }

    /// Notes an answer as expected at a time since the start of the plan.
    pub fn succeed(&mut self, latency: Duration, uncorrected: Option<Duration>, at: Duration) {
        self.succeeded += 1;
        self.latency(latency, uncorrected, at).succeeded += 1;
    }

    /// Notes a failure that was answered.
    pub fn fail(&mut self, kind: &str, sample: &str, latency: Duration, at: Duration) {
        self.count_failures(kind, sample, 1);
        self.latency(latency, None, at).failed += 1;
    }

    /// Notes requests that have no answer.
    pub fn lose(&mut self, kind: &str, sample: &str, count: u64, at: Duration) {
        if count > 0 {
            self.count_failures(kind, sample, count);
            self.last_at = self.last_at.max(at);
            self.series.at(at).failed += count;
        }
    }

    fn count_failures(&mut self, kind: &str, sample: &str, count: u64) {
        let failures = self.failures.entry(kind.to_owned()).or_default();
        if failures.count == 0 {
            failures.sample = sample.trim_end().chars().take(limits::LOAD_SAMPLE_MAX_CHARS).collect();
        }
        failures.count += count;
    }

    fn latency(&mut self, latency: Duration, uncorrected: Option<Duration>, at: Duration) -> &mut Interval {
        self.latencies.record(latency);
        if let Some(uncorrected) = uncorrected {
            self.uncorrected.record(uncorrected);
        }
        self.last_at = self.last_at.max(at);
        let interval = self.series.at(at);
        let nanoseconds = latency.min(limits::LOAD_LATENCY_MAX).as_nanos() as u64;
        interval.latencies.record(nanoseconds).expect("it grows as needed");
        interval
    }

    /// Notes messages of a stream that came together.
    pub fn deliver(&mut self, messages: u64, bytes: u64, at: Duration) {
        self.messages += messages;
        self.stream_bytes += bytes;
        self.last_at = self.last_at.max(at);
        self.series.at(at).messages += messages;
    }

    /// Takes in another's.
    pub fn add(&mut self, other: &Tally) {
        self.succeeded += other.succeeded;
        for (kind, failures) in &other.failures {
            let own = self.failures.entry(kind.clone()).or_default();
            if own.count == 0 {
                own.sample.clone_from(&failures.sample);
            }
            own.count += failures.count;
        }
        self.latencies.add(&other.latencies);
        self.uncorrected.add(&other.uncorrected);
        self.deliveries.add(&other.deliveries);
        self.messages += other.messages;
        self.pushes += other.pushes;
        self.stream_bytes += other.stream_bytes;
        self.last_at = self.last_at.max(other.last_at);
        if let Some(first) = other.first_at {
            self.begin(first);
        }
        self.series.add(&other.series);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn quantiles_are_exact_to_three_digits_up_to_four_nines() {
        let mut latencies = Latencies::default();
        for us in 1..=100_000u64 {
            latencies.record(Duration::from_micros(us));
        }
        for (quantile, wanted) in
            [(0.5, 50_000.0), (0.99, 99_000.0), (0.999, 99_900.0), (0.9999, 99_990.0), (1.0, 100_000.0)]
        {
            let found = latencies.quantile_us(quantile);
            assert!((found - wanted).abs() / wanted < 1e-3, "{quantile}: {found}");
        }
        assert!((latencies.mean_us() - 50_000.5).abs() < 50.0);
        assert!((latencies.min_us() - 1.0).abs() < 0.01);
    }

    #[test]
    fn what_is_longer_than_an_hour_counts_as_an_hour() {
        let mut latencies = Latencies::default();
        latencies.record(Duration::from_secs(1 << 40));
        assert_eq!(latencies.count(), 1);
        assert!((latencies.max_us() / 3.6e9 - 1.0).abs() < 0.01, "{}", latencies.max_us());
    }

    #[test]
    fn an_empty_histogram_is_all_zeros() {
        let empty = Latencies::default();
        assert_eq!(
            (empty.min_us(), empty.max_us(), empty.mean_us(), empty.quantile_us(0.99)),
            (0., 0., 0., 0.)
        );
    }

    #[test]
    fn a_long_time_line_keeps_its_counts_in_wider_intervals() {
        let mut tally = Tally::default();
        let count = 10 * limits::LOAD_INTERVALS_MAX as u32;
        for index in 0..count {
            tally.succeed(MS, None, limits::LOAD_INTERVAL_MIN * index);
        }
        assert!(tally.series.intervals().len() <= limits::LOAD_INTERVALS_MAX);
        assert_eq!(tally.series.width(), limits::LOAD_INTERVAL_MIN * 16);
        let counted: u64 = tally.series.intervals().iter().map(|interval| interval.succeeded).sum();
        assert_eq!(counted, u64::from(count));
        let first = &tally.series.intervals()[0];
        assert_eq!(first.succeeded, 16);
        assert!((first.max_us() - 1_000.0).abs() < 10.0, "{}", first.max_us());
    }

    #[test]
    fn two_threads_with_intervals_of_different_widths_are_merged() {
        let mut short = Tally::default();
        let mut long = Tally::default();
        short.succeed(MS, None, Duration::ZERO);
        short.fail("raised", "1/0\n", MS, Duration::from_secs(1));
        long.succeed(2 * MS, None, limits::LOAD_INTERVAL_MIN * 2 * limits::LOAD_INTERVALS_MAX as u32);
        long.lose("raised", "other", 2, Duration::ZERO);
        short.add(&long);
        assert_eq!((short.total(), short.failed(), short.latencies.count()), (5, 3, 3));
        assert_eq!(short.failures["raised"], Failures { count: 3, sample: "1/0".to_owned() });
        let intervals = short.series.intervals();
        assert_eq!(intervals.iter().map(|interval| interval.succeeded).sum::<u64>(), 2);
        assert_eq!((intervals[0].succeeded, intervals[0].failed), (1, 2));
    }

    #[test]
    fn the_span_is_from_the_first_request_to_the_last_answer() {
        let mut tally = Tally::default();
        assert_eq!(tally.span(), Duration::ZERO);
        tally.begin(3 * MS);
        tally.begin(2 * MS);
        tally.succeed(MS, None, 7 * MS);
        assert_eq!(tally.span(), 5 * MS);
    }
}
