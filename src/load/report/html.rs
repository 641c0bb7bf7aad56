//! One page that needs nothing else: no script, no font, no other file.

use super::svg::{Chart, Curve, Scale};
use super::text::summary;
use super::{QUANTILES, Report, rate, time};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;\
color:#222;background:#fff}pre{background:#f5f5f5;padding:1em;overflow:auto;line-height:1.3}svg{width:100%;\
height:auto;margin:1em 0}svg text{font-size:12px;fill:#444}.title{font-size:15px;font-weight:600}.end{text-anchor:end}\
.middle{text-anchor:middle}.grid{stroke:#ddd;stroke-width:1}";

/// The report as a page: the summary, latency over time, throughput over time, latency by percentile.
pub fn page(report: &Report) -> String {
    let title = escaped(&format!("pyrust-load: {}", report.plan));
    let mut charts = vec![latency_chart(report), throughput_chart(report)];
    if report.total.messages.is_some() {
        charts.push(message_chart(report));
    }
    charts.push(percentile_chart(report));
    let charts: String = charts.iter().map(Chart::svg).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style>\
         </head><body>\n<h1>{title}</h1>\n{charts}<pre>{}</pre>\n</body></html>\n",
        escaped(&summary(report))
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The time line's length and its ticks.
fn time_axis(report: &Report) -> (f64, Vec<(f64, String)>) {
    let end = report.timeline.last().map_or(1.0, |moment| moment.at_s + moment.seconds);
    let tick = |eighth: u32| {
        let part = f64::from(eighth) / 8.0;
        (part, format!("{:.*} s", usize::from(end < 20.0) + usize::from(end < 2.0), end * part))
    };
    (end, (0..=8).map(tick).collect())
}

fn latency_chart(report: &Report) -> Chart {
    let (x_max, x_ticks) = time_axis(report);
    let curve = |name, colour, value: fn(&super::Moment) -> f64| {
        let moments = report.timeline.iter().filter(|moment| moment.max_us > 0.0);
        let points = moments.map(|moment| (moment.at_s + moment.seconds / 2.0, value(moment))).collect();
        Curve { name, colour, points }
    };
    Chart {
        title: "Latency over time".to_owned(),
        x_ticks,
        x_max,
        y_scale: Scale::Log,
        y_text: time,
        curves: vec![
            curve("p50", "#2b7", |moment| moment.p50_us),
            curve("p99", "#e80", |moment| moment.p99_us),
            curve("max", "#d33", |moment| moment.max_us),
        ],
    }
}

fn throughput_chart(report: &Report) -> Chart {
    let curve = |name, colour, value: fn(&super::Moment) -> u64| rate_curve(report, name, colour, value);
    let (x_max, x_ticks) = time_axis(report);
    Chart {
        title: "Requests a second over time".to_owned(),
        x_ticks,
        x_max,
        y_scale: Scale::Linear,
        y_text: rate,
        curves: vec![
            curve("succeeded", "#2b7", |moment| moment.succeeded),
            curve("failed", "#d33", |moment| moment.failed),
        ],
    }
}

fn message_chart(report: &Report) -> Chart {
    let (x_max, x_ticks) = time_axis(report);
    Chart {
        title: "Messages a second over time".to_owned(),
        x_ticks,
        x_max,
        y_scale: Scale::Linear,
        y_text: rate,
        curves: vec![rate_curve(report, "messages", "#27c", |moment| moment.messages)],
    }
}

fn rate_curve(
    report: &Report,
    name: &'static str,
    colour: &'static str,
    value: fn(&super::Moment) -> u64,
) -> Curve {
    let point =
        |moment: &super::Moment| (moment.at_s + moment.seconds / 2.0, value(moment) as f64 / moment.seconds);
    Curve { name, colour, points: report.timeline.iter().map(point).collect() }
}

/// The x axis is what wrk2 draws: one over the part that is slower, by powers of ten.
fn percentile_chart(report: &Report) -> Chart {
    const NINES: f64 = 4.0;
    let x = |quantile: f64| (-(1.0 - quantile).log10()).min(NINES);
    let curve = |name, colour, latencies: &crate::load::metrics::Latencies| {
        let at = |step: i32| 1.0 - 10f64.powf(-f64::from(step) / 50.0 * NINES);
        let points = (0..=50).map(|step| (x(at(step)), latencies.quantile_us(at(step)))).collect();
        Curve { name, colour, points }
    };
    let tally = &report.tally;
    let mut curves = vec![curve("latency", "#27c", &tally.latencies)];
    if tally.uncorrected.count() > 0 {
        curves.push(curve("as sent", "#999", &tally.uncorrected));
    }
    if tally.deliveries.count() > 0 {
        curves.push(curve("delivery", "#a3c", &tally.deliveries));
    }
    let ticks = QUANTILES.iter().filter(|(_, quantile)| *quantile < 1.0);
    Chart {
        title: "Latency by percentile".to_owned(),
        x_ticks: ticks.map(|(name, quantile)| (x(*quantile) / NINES, (*name).to_owned())).collect(),
        x_max: NINES,
        y_scale: Scale::Log,
        y_text: time,
        curves,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::report::sample_report;

    #[test]
    fn the_page_is_whole_needs_nothing_else_and_escapes_what_scripts_said() {
        let page = page(&sample_report());
        assert_eq!(page.matches("<svg").count(), 4);
        assert_eq!(page.matches("</svg>").count(), 4);
        assert!(page.contains("&lt;slow&gt; &amp; &quot;late&quot;") && !page.contains("<slow>"));
        for outside in ["<script", "http:", "https:", "src=", "url("] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(!page.contains("NaN") && !page.contains("inf\""));
    }

    #[test]
    fn each_nine_takes_the_same_room_in_the_percentile_plot() {
        let chart = percentile_chart(&sample_report());
        let at = |name: &str| chart.x_ticks.iter().find(|(_, text)| text == name).unwrap().0;
        assert!((at("p90") - 0.25).abs() < 1e-9 && (at("p99.99") - 1.0).abs() < 1e-9);
        assert_eq!(chart.curves.len(), 3);
    }
}
