//! Looks at the daemon and at the plan's progress while it is carried out.

use std::io::IsTerminal;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::daemon::{Usage, usage};
use super::driver::Live;
use crate::limits;

/// The daemon at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Since the start.
    pub at: Duration,
    /// Memory and time.
    pub usage: Usage,
    /// Clients that were connected.
    pub active: u64,
}

/// What there is to know of the daemon's process; nothing if it cannot be seen, because it is in another container.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// From the start to the end.
    pub all: Vec<Sample>,
}

impl Samples {
    fn push(&mut self, sample: Sample) {
        if self.all.len() >= limits::LOAD_SAMPLES_MAX {
            let mut keep = false;
            self.all.retain(|_| {
                keep = !keep;
                keep
            });
        }
        self.all.push(sample);
    }

    /// How much more memory it has at the end than at the start, in bytes; negative if it has less.
    pub fn growth_bytes(&self) -> i64 {
        let at = |sample: Option<&Sample>| sample.map_or(0, |sample| sample.usage.rss_bytes.cast_signed());
        at(self.all.last()) - at(self.all.first())
    }

    /// The most memory it had, in bytes.
    pub fn rss_peak_bytes(&self) -> u64 {
        self.all.iter().map(|sample| sample.usage.rss_bytes).max().unwrap_or_default()
    }

    /// Processor time from the first look to the last.
    pub fn cpu(&self) -> Duration {
        match (self.all.first(), self.all.last()) {
            (Some(first), Some(last)) => last.usage.cpu.saturating_sub(first.usage.cpu),
            _ => Duration::ZERO,
        }
    }

    /// The part of a processor that it used, from 0 to 1.
    pub fn cpu_share(&self) -> f64 {
        let span = match (self.all.first(), self.all.last()) {
            (Some(first), Some(last)) => last.at.saturating_sub(first.at),
            _ => Duration::ZERO,
        };
        if span.is_zero() { 0.0 } else { self.cpu().as_secs_f64() / span.as_secs_f64() }
    }
}

/// Looks until `over` is hung up.
pub fn watch(pid: u64, live: &Live, planned: Option<u64>, name: &str, over: &Receiver<()>) -> Samples {
    let bar = bar(planned, name);
    let start = Instant::now();
    let mut samples = Samples::default();
    loop {
        if let Some(usage) = usage(pid) {
            samples.push(Sample { at: start.elapsed(), usage, active: live.active() });
        }
        bar.set_position(live.done());
        let failed = live.failed();
        if failed > 0 {
            bar.set_message(format!("{failed} failed"));
        }
        if let Ok(()) | Err(RecvTimeoutError::Disconnected) = over.recv_timeout(limits::LOAD_SAMPLE_INTERVAL)
        {
            bar.finish_and_clear();
            if let Some(usage) = usage(pid) {
                samples.push(Sample { at: start.elapsed(), usage, active: live.active() });
            }
            return samples;
        }
    }
}

/// On a terminal only.
fn bar(planned: Option<u64>, name: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::with_draw_target(planned, ProgressDrawTarget::hidden());
    }
    let (bar, template) = match planned {
        Some(planned) => {
            (ProgressBar::new(planned), "{prefix} {bar:40} {human_pos}/{human_len} {per_sec} {eta} {msg}")
        }
        None => (ProgressBar::new_spinner(), "{prefix} {spinner} {human_pos} {per_sec} {elapsed} {msg}"),
    };
    let style = ProgressStyle::with_template(template).expect("the template is a constant that is right");
    bar.with_style(style).with_prefix(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(ms: u64, rss_bytes: u64, cpu_ms: u64) -> Sample {
        let usage = Usage { rss_bytes, cpu: Duration::from_millis(cpu_ms) };
        Sample { at: Duration::from_millis(ms), usage, active: 0 }
    }

    #[test]
    fn growth_peak_and_share_are_told_from_first_and_last() {
        let mut samples = Samples::default();
        assert_eq!((samples.growth_bytes(), samples.rss_peak_bytes(), samples.cpu_share()), (0, 0, 0.0));
        samples.push(sample(0, 100, 50));
        samples.push(sample(500, 300, 60));
        samples.push(sample(1000, 90, 250));
        assert_eq!((samples.growth_bytes(), samples.rss_peak_bytes()), (-10, 300));
        assert!((samples.cpu_share() - 0.2).abs() < 1e-9);
    }

    #[test]
    fn the_samples_of_a_long_run_are_thinned_out_but_the_first_and_last_stay() {
        let mut samples = Samples::default();
        let count = 3 * limits::LOAD_SAMPLES_MAX as u64;
        (0..count).for_each(|ms| samples.push(sample(ms, ms, 0)));
        assert!(samples.all.len() <= limits::LOAD_SAMPLES_MAX);
        assert_eq!(samples.growth_bytes(), count as i64 - 1);
    }
}
