//! Curves as inline SVG.

use std::fmt::Write as _;

/// One curve.
pub struct Curve {
    /// In the legend.
    pub name: &'static str,
    /// A colour.
    pub colour: &'static str,
    /// Ascending in x.
    pub points: Vec<(f64, f64)>,
}

/// How an axis is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// From 0 on.
    Linear,
    /// By powers of ten.
    Log,
}

/// A chart.
pub struct Chart {
    /// Above it.
    pub title: String,
    /// Ticks of the x axis: where (0 to 1) and what they say.
    pub x_ticks: Vec<(f64, String)>,
    /// The largest x.
    pub x_max: f64,
    /// How y is divided.
    pub y_scale: Scale,
    /// How a value of y is written.
    pub y_text: fn(f64) -> String,
    /// What is drawn.
    pub curves: Vec<Curve>,
}

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 30.0;

impl Chart {
    /// The chart as an `<svg>` element.
    pub fn svg(&self) -> String {
        let mut out = String::new();
        self.write(&mut out).expect("a string takes everything");
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let (low, high) = self.y_range();
        let x = |value: f64| LEFT + value / self.x_max.max(f64::MIN_POSITIVE) * (WIDTH - LEFT - RIGHT);
        let y = |value: f64| {
            let part = match self.y_scale {
                Scale::Linear => (value - low) / (high - low),
                Scale::Log => (value.max(low) / low).ln() / (high / low).ln(),
            };
            HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)
        };
        writeln!(
            out,
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{0}\"><text x=\"{LEFT}\" y=\"18\" \
             class=\"title\">{0}</text>",
            self.title
        )?;
        for value in self.y_ticks(low, high) {
            let at = y(value);
            writeln!(
                out,
                "<line x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\" class=\"grid\"/><text x=\"{:.1}\" \
                 y=\"{:.1}\" class=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 6.0,
                at + 4.0,
                (self.y_text)(value)
            )?;
        }
        for (part, text) in &self.x_ticks {
            let at = LEFT + part * (WIDTH - LEFT - RIGHT);
            let y = HEIGHT - BOTTOM;
            writeln!(
                out,
                "<line x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{y}\" class=\"grid\"/><text x=\"{at:.1}\" \
                 y=\"{:.1}\" class=\"middle\">{text}</text>",
                HEIGHT - BOTTOM + 16.0
            )?;
        }
        for (index, curve) in self.curves.iter().enumerate() {
            let points: Vec<String> =
                curve.points.iter().map(|point| format!("{:.1},{:.1}", x(point.0), y(point.1))).collect();
            let legend = WIDTH - RIGHT - 90.0 * (self.curves.len() - index) as f64;
            writeln!(
                out,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{1}\" stroke-width=\"1.5\"/><rect x=\"{legend}\" \
                 y=\"9\" width=\"10\" height=\"10\" fill=\"{1}\"/><text x=\"{2}\" y=\"18\">{3}</text>",
                points.join(" "),
                curve.colour,
                legend + 14.0,
                curve.name
            )?;
        }
        writeln!(out, "</svg>")
    }

    fn y_range(&self) -> (f64, f64) {
        let values = || self.curves.iter().flat_map(|curve| &curve.points).map(|point| point.1);
        let high = values().fold(0.0, f64::max);
        match self.y_scale {
            Scale::Linear => (0.0, if high > 0.0 { high * 1.05 } else { 1.0 }),
            Scale::Log => {
                let low = values().filter(|value| *value > 0.0).fold(f64::INFINITY, f64::min);
                let low = if low.is_finite() { 10f64.powf(low.log10().floor()) } else { 1.0 };
                (low, (10f64.powf(high.max(low * 10.0).log10().ceil())).max(low * 10.0))
            }
        }
    }

    fn y_ticks(&self, low: f64, high: f64) -> Vec<f64> {
        match self.y_scale {
            Scale::Linear => (0..=4).map(|quarter| low + (high - low) * f64::from(quarter) / 4.0).collect(),
            Scale::Log => {
                let decades = (high / low).log10().round() as i32;
                (0..=decades).map(|decade| low * 10f64.powi(decade)).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(y_scale: Scale, points: Vec<(f64, f64)>) -> Chart {
        Chart {
            title: "t".to_owned(),
            x_ticks: vec![(0.0, "0".to_owned())],
            x_max: 2.0,
            y_scale,
            y_text: |value| format!("{value:.0}"),
            curves: vec![Curve { name: "c", colour: "red", points }],
        }
    }

    #[test]
    fn points_lie_where_their_values_say() {
        let svg = chart(Scale::Log, vec![(0.0, 10.0), (1.0, 100.0), (2.0, 1_000.0)]).svg();
        assert!(svg.contains("points=\"80.0,270.0 510.0,155.0 940.0,40.0\""), "{svg}");
        let svg = chart(Scale::Linear, vec![(0.0, 0.0), (2.0, 100.0)]).svg();
        assert!(svg.contains("points=\"80.0,270.0 940.0,51.0\""), "{svg}");
    }

    #[test]
    fn an_empty_or_flat_chart_has_only_numbers_in_it() {
        for scale in [Scale::Linear, Scale::Log] {
            for points in [vec![], vec![(0.0, 0.0)], vec![(0.0, 5.0), (2.0, 5.0)]] {
                let svg = chart(scale, points).svg();
                assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            }
        }
    }
}
