//! Looking after the daemon.

use std::path::Path;

use serde_json::{Value, json};

use super::output::Output;
use super::{CliError, Exit};
use crate::server::{self, DaemonConfig, ServerError, Stopped};
use crate::wire::{DaemonStatus, RespValue};

/// `--daemon`: in the background, or here until it ends.
///
/// # Errors
/// Whatever keeps it from listening.
pub fn start(config: DaemonConfig, json: bool) -> Result<Exit, CliError> {
    if config.foreground {
        server::run(config)?;
        return Ok(Exit::SUCCESS);
    }
    let pid = server::start_background(&config)?;
    let socket = config.socket.to_string_lossy();
    print(json, json!({"pid": pid, "socket": socket}), &format!("the daemon runs on {socket} (pid {pid})"))?;
    Ok(Exit::SUCCESS)
}

/// `--stop-daemon`. That there is none is what was wanted.
///
/// # Errors
/// A daemon that is not ours or does not end.
pub fn stop(socket: &Path, json: bool) -> Result<Exit, CliError> {
    match server::stop(socket)? {
        Stopped::Pid(pid) => {
            print(json, json!({"stopped": true, "pid": pid}), &format!("the daemon (pid {pid}) has ended"))?;
        }
        Stopped::NotRunning => {
            let text = format!("no daemon is running on {}", socket.display());
            print(json, json!({"stopped": false}), &text)?;
        }
    }
    Ok(Exit::SUCCESS)
}

/// `--daemon-status`: exit code 1 if it does not run.
///
/// # Errors
/// A daemon that cannot be asked.
pub fn status(socket: &Path, json: bool) -> Result<Exit, CliError> {
    match server::status(socket) {
        Ok(status) => {
            let mut fields = serde_json::Map::from_iter([("running".to_owned(), json!(true))]);
            fields.extend(status.rows().into_iter().map(|(key, value)| (key.to_owned(), to_json(value))));
            print(json, fields.into(), &describe(&status))?;
            Ok(Exit::SUCCESS)
        }
        Err(ServerError::NotRunning { socket }) => {
            let text = format!("no daemon is running on {}", socket.display());
            print(json, json!({"running": false}), &text)?;
            Ok(Exit::Code(1))
        }
        Err(error) => Err(error.into()),
    }
}

/// `--clear-cache`
///
/// # Errors
/// No daemon, or one that cannot be asked.
pub fn clear_cache(socket: &Path, json: bool) -> Result<Exit, CliError> {
    let entries = server::clear_cache(socket)?;
    let text = format!("the cache is empty now; it held {entries} programs");
    print(json, json!({"cleared": entries}), &text)?;
    Ok(Exit::SUCCESS)
}

fn print(json: bool, value: Value, text: &str) -> Result<(), CliError> {
    if json { Output.print(&format!("{value}\n")) } else { Output.print(&format!("{text}\n")) }
}

fn to_json(value: RespValue) -> Value {
    match value {
        RespValue::Integer(value) => value.into(),
        other => other.as_bytes().map(String::from_utf8_lossy).into(),
    }
}

fn describe(status: &DaemonStatus) -> String {
    let lookups = status.cache_hits + status.cache_misses;
    let hit_rate = if lookups == 0 { 0.0 } else { 100.0 * status.cache_hits as f64 / lookups as f64 };
    [
        format!("pyrust {} runs on {} (pid {})", status.version, status.socket, status.pid),
        format!("uptime       {:.1} s", status.uptime_us as f64 / 1e6),
        format!(
            "connections  {} now, {} in all, {} turned away",
            status.connections_active, status.connections_total, status.connections_rejected
        ),
        format!(
            "programs     {} now, {} in all, {} raised, {} killed",
            status.runs_active, status.runs_total, status.runs_raised, status.runs_killed
        ),
        format!("event loop   {} wake-ups, {} slices", status.wakeups_total, status.slices_total),
        format!(
            "cache        {} programs, {} bytes of source, {hit_rate:.1} % hits, {} evicted",
            status.cache_entries, status.cache_source_bytes, status.cache_evictions
        ),
        format!("memory       {:.1} MiB resident", status.memory_rss_bytes as f64 / (1 << 20) as f64),
    ]
    .join("\n")
}
