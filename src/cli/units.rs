//! Sizes and times as people write them.

use std::time::Duration;

/// Reads `1.5`, `30s`, `250ms`, `2m`, `1h`; a bare number is seconds.
///
/// # Errors
/// One sentence that says what is wrong.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text, "a time", "30, 1.5s or 250ms")?;
    let seconds = match unit {
        "" | "s" | "sec" => number,
        "us" | "µs" => number / 1e6,
        "ms" => number / 1e3,
        "m" | "min" => number * 60.0,
        "h" => number * 3600.0,
        _ => return Err(format!("'{unit}' is no unit of time; use us, ms, s, m or h")),
    };
    let duration = Duration::try_from_secs_f64(seconds).map_err(|_| "it is too long".to_owned())?;
    if duration.is_zero() { Err("it must be more than zero".to_owned()) } else { Ok(duration) }
}

/// Reads `64MiB`, `64M`, `1.5GB`, `4096`; `K`, `M` and `G` alone are powers of 1024, as is usual for memory.
///
/// # Errors
/// One sentence that says what is wrong.
pub fn parse_size(text: &str) -> Result<usize, String> {
    let (number, unit) = split(text, "a size", "4096, 64MiB or 1GB")?;
    let factor: f64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kib" => 1024.0,
        "m" | "mib" => 1024.0 * 1024.0,
        "g" | "gib" => 1024.0 * 1024.0 * 1024.0,
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        _ => return Err(format!("'{unit}' is no unit of size; use B, KiB, MiB, GiB, kB, MB or GB")),
    };
    let bytes = (number * factor).round();
    if bytes < 1.0 {
        return Err("it must be at least one byte".to_owned());
    }
    // Every f64 below 2^53 is an exact integer, and nobody has more memory.
    if bytes > 2f64.powi(53) { Err("it is too large".to_owned()) } else { Ok(bytes as usize) }
}

/// Splits a decimal number from its unit.
fn split<'a>(text: &'a str, what: &str, examples: &str) -> Result<(f64, &'a str), String> {
    let text = text.trim();
    if text.starts_with('-') {
        return Err("it cannot be negative".to_owned());
    }
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    match number.parse::<f64>() {
        Ok(number) => Ok((number, unit.trim_start())),
        Err(_) => Err(format!("it is not {what} such as {examples}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units_and_decimals() {
        for (text, milliseconds) in [
            ("30", 30_000),
            ("1.5", 1_500),
            (".25s", 250),
            ("250ms", 250),
            ("2 m", 120_000),
            ("1h", 3_600_000),
            ("2000us", 2),
        ] {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn sizes_have_units_and_decimals() {
        for (text, bytes) in [
            ("4096", 4096),
            ("64MiB", 64 << 20),
            ("64m", 64 << 20),
            ("1.5K", 1536),
            ("1GB", 1_000_000_000),
            ("2 kB", 2000),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn bad_ones_say_what_is_wrong() {
        for (text, problem) in [
            ("", "it is not a time such as 30, 1.5s or 250ms"),
            ("soon", "it is not a time such as 30, 1.5s or 250ms"),
            ("1.2.3", "it is not a time such as 30, 1.5s or 250ms"),
            ("-1", "it cannot be negative"),
            ("0", "it must be more than zero"),
            ("3 days", "'days' is no unit of time; use us, ms, s, m or h"),
            ("1e99999999", "'e99999999' is no unit of time; use us, ms, s, m or h"),
            ("99999999999999999999999999", "it is too long"),
        ] {
            assert_eq!(parse_duration(text), Err(problem.to_owned()), "{text}");
        }
        for (text, problem) in [
            ("MiB", "it is not a size such as 4096, 64MiB or 1GB"),
            ("64 apples", "'apples' is no unit of size; use B, KiB, MiB, GiB, kB, MB or GB"),
            ("0", "it must be at least one byte"),
            ("0.1", "it must be at least one byte"),
            ("-5M", "it cannot be negative"),
            ("99999999999G", "it is too large"),
        ] {
            assert_eq!(parse_size(text), Err(problem.to_owned()), "{text}");
        }
    }
}
