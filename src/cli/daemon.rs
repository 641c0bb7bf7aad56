//! Looking after the daemon.

use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};

use super::output::Output;
use super::{CliError, Exit};
use crate::client::{Client, ClientError};
use crate::limits;
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

/// `--stop-daemon`, by force if it must be. That there is none is what was wanted.
///
/// # Errors
/// A daemon that is not ours or does not end.
pub fn stop(socket: &Path, force: bool, json: bool) -> Result<Exit, CliError> {
    let (stopped, how) =
        if force { (server::kill(socket)?, "was killed") } else { (server::stop(socket)?, "has ended") };
    match stopped {
        Stopped::Pid(pid) => {
            print(json, json!({"stopped": true, "pid": pid}), &format!("the daemon (pid {pid}) {how}"))?;
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
        Err(ServerError::NotRunning { socket }) => not_running(&socket, json),
        Err(error) => Err(error.into()),
    }
}

fn not_running(socket: &Path, json: bool) -> Result<Exit, CliError> {
    let text = format!("no daemon is running on {}", socket.display());
    print(json, json!({"running": false}), &text)?;
    Ok(Exit::Code(1))
}

/// Connects, with the patience of one who looks after a daemon.
fn connect(socket: &Path) -> Result<Client, ClientError> {
    Client::builder().path(socket).timeout(limits::CONTROL_TIMEOUT).connect()
}

/// `--stats`: exit code 1 if it does not run.
///
/// # Errors
/// A daemon that cannot be asked.
pub fn stats(socket: &Path, json: bool) -> Result<Exit, CliError> {
    match connect(socket).and_then(|mut client| client.stats()) {
        Ok(stats) => {
            let rows = stats.rows();
            let lines: Vec<String> =
                rows.iter().map(|(key, value)| format!("{key} {}", to_text(value))).collect();
            let fields = rows.into_iter().map(|(key, value)| (key.to_owned(), to_json(value)));
            print(json, serde_json::Map::from_iter(fields).into(), &lines.join("\n"))?;
            Ok(Exit::SUCCESS)
        }
        Err(ClientError::NotRunning { path }) => not_running(&path, json),
        Err(error) => Err(error.into()),
    }
}

/// `--ping`: exit code 1 if it does not run.
///
/// # Errors
/// A daemon that does not answer, or not as one of ours.
pub fn ping(socket: &Path, json: bool) -> Result<Exit, CliError> {
    let mut client = match connect(socket) {
        Ok(client) => client,
        Err(ClientError::NotRunning { path }) => return not_running(&path, json),
        Err(error) => return Err(error.into()),
    };
    let started = Instant::now();
    client.ping()?;
    let us = started.elapsed().as_secs_f64() * 1e6;
    let text = format!("the daemon on {} answered in {:.3} ms", socket.display(), us / 1e3);
    print(json, json!({"running": true, "us": us}), &text)?;
    Ok(Exit::SUCCESS)
}

/// `--cancel`: exit code 1 if there was nothing to cancel.
///
/// # Errors
/// No daemon, or one that cannot be asked.
pub fn cancel(socket: &Path, id: &str, json: bool) -> Result<Exit, CliError> {
    let count = connect(socket)?.cancel(id)?;
    let text = match count {
        0 => format!("nothing runs that is called '{id}'"),
        1 => "1 run was cancelled".to_owned(),
        count => format!("{count} runs were cancelled"),
    };
    print(json, json!({"cancelled": count}), &text)?;
    Ok(Exit::Code(u8::from(count == 0)))
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

fn to_text(value: &RespValue) -> String {
    match value {
        RespValue::Integer(value) => value.to_string(),
        other => String::from_utf8_lossy(other.as_bytes().unwrap_or_default()).into_owned(),
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
