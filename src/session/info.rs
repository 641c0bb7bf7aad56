//! `INFO` and `CONFIG`: the daemon's numbers and limits under names that Redis clients know.

use std::fmt::Write;
use std::time::Duration;

use super::SessionLimits;
use super::service::is_word;
use super::stats::Stats;
use crate::limits;
use crate::wire::{Args, DaemonStatus, RespWriter};

/// What `INFO` says. A field that Redis has too means the same, but for `used_memory`: what is resident, as what the
/// allocator has given out is not counted.
pub(super) fn text(
    status: &DaemonStatus,
    limits: &SessionLimits,
    (scripts, script_bytes): (usize, usize),
    args: &Args<'_>,
) -> String {
    let seconds = status.uptime_us / 1_000_000;
    let rows: &[(&str, &[(&str, String)])] = &[
        (
            "Server",
            &[
                ("server_name", "pyrust".to_owned()),
                ("pyrust_version", status.version.clone()),
                ("redis_mode", "standalone".to_owned()),
                ("process_id", status.pid.to_string()),
                ("tcp_port", "0".to_owned()),
                ("unix_socket", status.socket.clone()),
                ("uptime_in_seconds", seconds.to_string()),
                ("uptime_in_days", (seconds / 86_400).to_string()),
            ],
        ),
        (
            "Clients",
            &[
                ("connected_clients", status.connections_active.to_string()),
                ("maxclients", limits.connections_max.to_string()),
                ("blocked_clients", "0".to_owned()),
            ],
        ),
        (
            "Memory",
            &[
                ("used_memory", status.memory_rss_bytes.to_string()),
                ("used_memory_rss", status.memory_rss_bytes.to_string()),
                ("number_of_cached_scripts", scripts.to_string()),
                ("used_memory_scripts", script_bytes.to_string()),
            ],
        ),
        (
            "Persistence",
            &[
                ("loading", "0".to_owned()),
                ("rdb_bgsave_in_progress", "0".to_owned()),
                ("aof_enabled", "0".to_owned()),
                ("aof_rewrite_in_progress", "0".to_owned()),
            ],
        ),
        (
            "Stats",
            &[
                ("total_connections_received", status.connections_total.to_string()),
                ("rejected_connections", status.connections_rejected.to_string()),
                ("total_commands_processed", status.requests_total.to_string()),
                ("total_error_replies", status.requests_refused.to_string()),
                ("sessions", status.sessions.to_string()),
                ("sessions_memory", status.sessions_memory_bytes.to_string()),
                ("runs_active", status.runs_active.to_string()),
                ("runs_total", status.runs_total.to_string()),
                ("runs_raised", status.runs_raised.to_string()),
                ("runs_killed", status.runs_killed.to_string()),
                ("slices_total", status.slices_total.to_string()),
                ("compile_cache_hits", status.cache_hits.to_string()),
                ("compile_cache_misses", status.cache_misses.to_string()),
            ],
        ),
        ("Replication", &[("role", "master".to_owned()), ("connected_slaves", "0".to_owned())]),
        ("Cluster", &[("cluster_enabled", "0".to_owned())]),
        ("Keyspace", &[]),
    ];
    let all = args.len() == 1
        || args
            .iter()
            .skip(1)
            .any(|word| ["all", "default", "everything"].iter().any(|all| is_word(word, all)));
    let mut text = String::new();
    for (section, fields) in rows {
        if !all && !args.iter().skip(1).any(|word| is_word(word, section)) {
            continue;
        }
        if !text.is_empty() {
            text.push_str("\r\n");
        }
        write!(text, "# {section}\r\n").expect("writing to a string cannot fail");
        for (name, value) in *fields {
            write!(text, "{name}:{value}\r\n").expect("writing to a string cannot fail");
        }
    }
    text
}

/// `# Commandstats` and `# Latencystats`, which have to be asked for, with `all` or by name.
pub(super) fn write_stats(stats: &Stats, args: &Args<'_>, text: &mut String) {
    type Write = fn(&Stats, &mut String);
    let calls: Write = Stats::write_calls;
    let percentiles: Write = Stats::write_percentiles;
    for (section, write) in [("Commandstats", calls), ("Latencystats", percentiles)] {
        if args
            .iter()
            .skip(1)
            .any(|word| ["all", "everything", section].iter().any(|name| is_word(word, name)))
        {
            if !text.is_empty() {
                text.push_str("\r\n");
            }
            text.push_str(&format!("# {section}\r\n"));
            write(stats, text);
        }
    }
}

/// A limit that can be read and changed.
struct Setting {
    name: &'static str,
    min: i64,
    max: i64,
    get: fn(&SessionLimits) -> i64,
    set: fn(&mut SessionLimits, i64),
}

/// All of them. What a connection was given when it began, it keeps.
const SETTINGS: &[Setting] = &[
    Setting {
        name: "run-timeout-ms",
        min: 1,
        max: limits::RUN_TIMEOUT_MAX.as_millis() as i64,
        get: |limits| limits.timeout.as_millis() as i64,
        set: |limits, value| limits.timeout = Duration::from_millis(value as u64),
    },
    Setting {
        name: "max-memory",
        min: 1,
        max: 1 << 53,
        get: |limits| limits.memory_max_bytes as i64,
        set: |limits, value| limits.memory_max_bytes = value as usize,
    },
    Setting {
        name: "max-frame",
        min: 1,
        max: limits::FRAME_CEILING_BYTES as i64,
        get: |limits| limits.frame_max_bytes as i64,
        set: |limits, value| limits.frame_max_bytes = value as usize,
    },
    MAX_CONNECTIONS,
    Setting {
        name: "max-sessions",
        min: 1,
        max: u32::MAX as i64,
        get: |limits| limits.sessions_max as i64,
        set: |limits, value| limits.sessions_max = value as usize,
    },
    Setting {
        name: "max-sessions-memory",
        min: 1,
        max: 1 << 53,
        get: |limits| limits.sessions_memory_max_bytes as i64,
        set: |limits, value| limits.sessions_memory_max_bytes = value as usize,
    },
    // As Redis calls it.
    Setting { name: "maxclients", ..MAX_CONNECTIONS },
    Setting {
        name: "slowlog-log-slower-than",
        min: -1,
        max: i64::MAX,
        get: |limits| limits.slowlog_slower_than_us,
        set: |limits, value| limits.slowlog_slower_than_us = value,
    },
    Setting {
        name: "slowlog-max-len",
        min: 0,
        max: u32::MAX as i64,
        get: |limits| limits.slowlog_entries_max as i64,
        set: |limits, value| limits.slowlog_entries_max = value as usize,
    },
];

const MAX_CONNECTIONS: Setting = Setting {
    name: "max-connections",
    min: 1,
    max: u32::MAX as i64,
    get: |limits| limits.connections_max as i64,
    set: |limits, value| limits.connections_max = value as usize,
};

/// What clients look for, and never changes.
const FIXED: &[(&str, &str)] = &[("save", ""), ("appendonly", "no")];

/// `CONFIG GET pattern…`
pub(super) fn config_get(limits: &SessionLimits, args: &Args<'_>, writer: &mut RespWriter<'_>) {
    let asked = |name: &str| args.iter().skip(2).any(|pattern| matches(pattern, name.as_bytes()));
    let mut pairs: Vec<(&str, String)> = Vec::new();
    for setting in SETTINGS.iter().filter(|setting| asked(setting.name)) {
        pairs.push((setting.name, (setting.get)(limits).to_string()));
    }
    for (name, value) in FIXED.iter().filter(|(name, _)| asked(name)) {
        pairs.push((name, (*value).to_owned()));
    }
    writer.map(pairs.len());
    for (name, value) in pairs {
        writer.bulk(name.as_bytes());
        writer.bulk(value.as_bytes());
    }
}

/// `CONFIG SET name value…`: all or none.
pub(super) fn config_set(limits: &mut SessionLimits, args: &Args<'_>) -> Result<(), String> {
    if !args.len().is_multiple_of(2) {
        return Err("ERR wrong number of arguments for 'config|set' command".to_owned());
    }
    let mut changed = *limits;
    for at in (2..args.len()).step_by(2) {
        let (name, value) = (args.get(at).unwrap_or_default(), args.get(at + 1).unwrap_or_default());
        let shown = String::from_utf8_lossy(&name[..name.len().min(64)]).into_owned();
        let failed =
            |why: String| format!("ERR CONFIG SET failed (possibly related to argument '{shown}') - {why}");
        if FIXED.iter().any(|(fixed, _)| is_word(name, fixed)) {
            return Err(failed("can't set immutable config".to_owned()));
        }
        let Some(setting) = SETTINGS.iter().find(|setting| is_word(name, setting.name)) else {
            return Err(format!("ERR Unknown option or number of arguments for CONFIG SET - '{shown}'"));
        };
        let value = std::str::from_utf8(value).ok().and_then(|text| text.parse::<i64>().ok());
        match value.filter(|value| (setting.min..=setting.max).contains(value)) {
            Some(value) => (setting.set)(&mut changed, value),
            None => {
                return Err(failed(format!(
                    "argument must be between {} and {} inclusive",
                    setting.min, setting.max
                )));
            }
        }
    }
    *limits = changed;
    Ok(())
}

/// Whether a name matches a pattern of letters, `?` and `*`, in any case.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    // Where the last `*` was, and how much of the name it takes.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(&letter) if letter == b'?' || letter.eq_ignore_ascii_case(&name[n]) => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((at, taken)) = star else { return false };
                star = Some((at, taken + 1));
                p = at + 1;
                n = taken + 1;
            }
        }
    }
    pattern[p..].iter().all(|&letter| letter == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_globs_do() {
        for (pattern, fits) in [
            ("*", true),
            ("max-frame", true),
            ("MAX*", true),
            ("*a*a*", true),
            ("m?x-fram?", true),
            ("max", false),
            ("max-frame?", false),
            ("*x", false),
            ("", false),
        ] {
            assert_eq!(matches(pattern.as_bytes(), b"max-frame"), fits, "{pattern}");
        }
    }
}
