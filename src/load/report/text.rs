//! The summary on a terminal: what hyperfine and wrk2 show, and a histogram drawn in characters.

use std::fmt::Write as _;

use super::{LatencyNumbers, Numbers, QUANTILES, Report, grouped, rate, size, time};
use crate::load::metrics::Latencies;

/// Rows of the histogram.
const HISTOGRAM_ROWS: usize = 12;
/// Fewer values than this are told by their mean and range alone.
const HISTOGRAM_COUNT_MIN: u64 = 5;
/// Characters of its longest bar.
const HISTOGRAM_WIDTH: usize = 50;

/// The whole summary.
pub fn summary(report: &Report) -> String {
    let mut out = String::new();
    write_summary(report, &mut out).expect("a string takes everything");
    out
}

fn write_summary(report: &Report, out: &mut String) -> std::fmt::Result {
    let total = &report.total;
    let daemon = &report.daemon;
    writeln!(out, "Plan: {}{}", report.plan, if report.interrupted { " (interrupted)" } else { "" })?;
    writeln!(out, "  daemon      {} ({}, pid {})", report.socket, daemon.version, daemon.pid)?;
    writeln!(
        out,
        "  requests    {} in {:.2} s by up to {} clients: {} succeeded, {} failed",
        grouped(total.requests),
        total.seconds,
        report.clients_peak,
        grouped(total.succeeded),
        grouped(total.failed)
    )?;
    for (kind, failures) in &total.failures {
        writeln!(out, "    {:>9} × {kind}: {}", grouped(failures.count), failures.sample)?;
    }
    writeln!(out, "  throughput  {} requests/s", rate(total.per_second))?;
    if let Some(messages) = &total.messages {
        writeln!(
            out,
            "  messages    {} ({}) at {} messages/s in {} pushes",
            grouped(messages.count),
            size(messages.bytes.cast_signed()),
            rate(messages.per_second),
            grouped(messages.pushes)
        )?;
    }
    writeln!(
        out,
        "  memory      {} to {} (peak {}, growth {})",
        size(daemon.rss_start_bytes.cast_signed()),
        size(daemon.rss_end_bytes.cast_signed()),
        size(daemon.rss_peak_bytes.cast_signed()),
        size(daemon.rss_growth_bytes)
    )?;
    writeln!(out, "  processor   {:.2} s, {:.0} % of one", daemon.cpu_seconds, daemon.cpu_percent)?;
    if report.groups.len() > 1 {
        write_groups(report, out)?;
    }
    if total.latency_us.count > 0 {
        write_latencies(total, &report.tally.latencies, out)?;
    }
    if let Some(delivery) = total.messages.as_ref().and_then(|messages| messages.delivery_us.as_ref()) {
        writeln!(out, "\n  Delivery of {} messages, from when each was due", grouped(delivery.count))?;
        write_spread(delivery, out)?;
        writeln!(
            out,
            "    p50 {}, p90 {}, p99 {}, p99.9 {}, p99.99 {}",
            time(delivery.p50),
            time(delivery.p90),
            time(delivery.p99),
            time(delivery.p99_9),
            time(delivery.p99_99)
        )?;
    }
    Ok(())
}

fn write_spread(latency: &LatencyNumbers, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "    mean {} ± {}, range {} … {}",
        time(latency.mean),
        time(latency.stdev),
        time(latency.min),
        time(latency.max)
    )
}

fn write_groups(report: &Report, out: &mut String) -> std::fmt::Result {
    let mut rows = vec![
        ["stage", "group", "clients", "requests", "failed", "per s", "p50", "p99", "max"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for group in &report.groups {
        let numbers = &group.numbers;
        let latency = &numbers.latency_us;
        rows.push(vec![
            group.stage.clone(),
            group.group.clone(),
            group.clients.to_string(),
            grouped(numbers.requests),
            grouped(numbers.failed),
            rate(numbers.per_second),
            time(latency.p50),
            time(latency.p99),
            time(latency.max),
        ]);
    }
    writeln!(out)?;
    for line in columns(&rows, 2) {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

/// Lines of columns that are as wide as they need to be; the first `left` are texts, the rest numbers.
pub fn columns(rows: &[Vec<String>], left: usize) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            let blanks = " ".repeat(width - cell.chars().count());
            if column < left { format!("{cell}{blanks}") } else { format!("{blanks}{cell}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn write_latencies(total: &Numbers, latencies: &Latencies, out: &mut String) -> std::fmt::Result {
    match total.uncorrected_us {
        Some(_) => {
            writeln!(out, "\n  Latency from when a request was due (corrected for coordinated omission)")?
        }
        None => writeln!(out, "\n  Latency")?,
    }
    write_spread(&total.latency_us, out)?;
    if latencies.count() < HISTOGRAM_COUNT_MIN {
        return Ok(());
    }
    for line in histogram(latencies) {
        writeln!(out, "    {line}")?;
    }
    let sent = total.uncorrected_us.as_ref().map(|_| "   from when it was sent").unwrap_or_default();
    writeln!(out, "\n    percentile    latency{sent}")?;
    let uncorrected = total.uncorrected_us.as_ref().map(by_quantile);
    for (index, (name, value)) in by_quantile(&total.latency_us).into_iter().enumerate() {
        let other =
            uncorrected.as_ref().map(|all| format!("   {:>21}", time(all[index].1))).unwrap_or_default();
        writeln!(out, "    {name:<10}  {:>9}{other}", time(value))?;
    }
    Ok(())
}

fn by_quantile(latency: &LatencyNumbers) -> [(&'static str, f64); 8] {
    let values = [
        latency.p50,
        latency.p75,
        latency.p90,
        latency.p95,
        latency.p99,
        latency.p99_9,
        latency.p99_99,
        latency.max,
    ];
    std::array::from_fn(|index| (QUANTILES[index].0, values[index]))
}

/// Bars over ranges that grow by the same factor, from the shortest to the longest.
fn histogram(latencies: &Latencies) -> Vec<String> {
    let (min, max) = (latencies.min_us().max(0.001), latencies.max_us().max(0.002));
    let factor = (max / min).powf(1.0 / HISTOGRAM_ROWS as f64).max(1.001);
    let mut rows: Vec<(f64, u64)> =
        (1..=HISTOGRAM_ROWS).map(|row| ((min * factor.powi(row as i32)).min(max), 0)).collect();
    for (value, count) in latencies.values_us() {
        let row = rows.iter().position(|(to, _)| value <= *to).unwrap_or(HISTOGRAM_ROWS - 1);
        rows[row].1 += count;
    }
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or_default().max(1);
    let line = |(to, count): &(f64, u64)| {
        // Whatever is there is seen.
        let eighths = (*count as f64 / most as f64 * HISTOGRAM_WIDTH as f64 * 8.0).ceil() as usize;
        let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
        let bar = format!("{}{rest}", "█".repeat(eighths / 8));
        format!("up to {:>9} │{bar:<HISTOGRAM_WIDTH$}│ {:>10}", time(*to), grouped(*count))
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::load::report::sample_report;

    #[test]
    fn the_summary_tells_all_that_was_measured() {
        let text = summary(&sample_report());
        for words in [
            "Plan: sample\n",
            "1,002 in 1.00 s by up to 0 clients: 1,001 succeeded, 1 failed",
            "1 × TIMEOUT: killed: <slow> & \"late\"",
            "messages    500 (5500 B)",
            "8000 kB to 8500 kB (peak 8500 kB, growth 500 kB)",
            "0.25 s, 25 % of one",
            "corrected for coordinated omission",
            "Delivery of 1 messages",
        ] {
            assert!(text.contains(words), "{words} is not in\n{text}");
        }
        let rows: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("  stage")).take(3).collect();
        assert!(rows[1].starts_with("  first   quick         4     1,001       1"), "{rows:#?}");
    }

    #[test]
    fn every_latency_is_in_one_bar_and_the_longest_bar_fills_its_line() {
        let mut latencies = Latencies::default();
        for us in [1u64, 10, 10, 10, 10, 100, 1_000, 10_000, 1_000_000] {
            latencies.record(Duration::from_micros(us));
        }
        let lines = histogram(&latencies);
        assert_eq!(lines.len(), HISTOGRAM_ROWS);
        let counts = lines.iter().map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap());
        assert_eq!(counts.sum::<u64>(), 9);
        assert!(lines.iter().any(|line| line.contains(&"█".repeat(HISTOGRAM_WIDTH))));
    }

    #[test]
    fn a_single_latency_has_a_histogram_too() {
        let mut latencies = Latencies::default();
        latencies.record(Duration::from_micros(5));
        let lines = histogram(&latencies);
        assert_eq!(lines.iter().filter(|line| line.ends_with(" 1")).count(), 1, "{lines:#?}");
    }
}
