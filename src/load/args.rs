//! The command line of `pyrust-load`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};

use super::plan::Protocol;
use crate::limits;

const AFTER_HELP: &str = "In --code, --arg and --expect, {{request}} and {{client}} stand for numbers that no other request \
and no other client has. Times are written 10us, 250ms, 1.5s or 2m; a number alone is seconds. \
docs/load.md has the format of plans in TOML.

Exit code: 0 all was answered as expected; 1 something failed, or a requirement was missed; 2 the command line or the plan \
is wrong; 3 there is no daemon to load; 130 Ctrl-C.";

/// What was typed.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "pyrust-load",
    version,
    about = "Puts a pyrust daemon under load and reports what it bears",
    after_help = AFTER_HELP,
    subcommand_value_name = "PLAN",
    subcommand_help_heading = "Plans"
)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub plan: PlanArgs,
    /// The daemon's socket [PYRUST_SOCKET, or /tmp/pyrust.sock]
    #[arg(long, global = true, value_name = "PATH")]
    pub socket: Option<PathBuf>,
    /// Start a daemon of its own, with this program or the `pyrust` beside this one, and stop it afterwards
    #[arg(long, global = true, value_name = "PROGRAM", num_args = 0..=1, conflicts_with = "socket")]
    pub spawn: Option<Option<PathBuf>>,
    /// Threads that drive the clients [processors less one]
    #[arg(long, global = true, value_name = "N")]
    pub threads: Option<usize>,
    /// Print the report as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Write the report as a page with charts
    #[arg(long, global = true, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// What is sent
    #[command(flatten)]
    pub payload: PayloadArgs,
}

/// What each request is; plans in files have their own.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Requests")]
pub struct PayloadArgs {
    /// The program to send [2+3, and 5 is expected]
    #[arg(long, global = true)]
    pub code: Option<String>,
    /// A file with it
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "code")]
    pub file: Option<PathBuf>,
    /// An argument of the program (not with frames); may be repeated
    #[arg(long = "arg", global = true, value_name = "TEXT")]
    pub args: Vec<String>,
    /// The answer that is right: output and value, line breaks at the end left out [any without an error]
    #[arg(long, global = true, value_name = "TEXT")]
    pub expect: Option<String>,
    /// An error that is right: a code such as TIMEOUT, or `raised`
    #[arg(long, global = true, value_name = "CODE", conflicts_with = "expect")]
    pub expect_error: Option<String>,
    /// How requests are sent [frames; batches: run]
    #[arg(long, global = true, value_enum)]
    pub protocol: Option<Protocol>,
    /// Time-out of a request: the client gives up some time after; PY.RUN (run) sends it along
    #[arg(long, global = true, value_name = "TIME", value_parser = parse_time)]
    pub timeout: Option<Duration>,
    /// A new connection for each request
    #[arg(long, global = true)]
    pub reconnect: bool,
    /// Requests that a client writes at once
    #[arg(long, global = true, value_name = "N", default_value_t = 1)]
    pub depth: usize,
}

/// The plans.
#[derive(Clone, Debug, Subcommand)]
pub enum PlanArgs {
    /// One client, one request after the other
    Sequential {
        /// Requests
        #[arg(long, default_value_t = 10_000)]
        requests: u64,
    },
    /// Many clients, each with one request after the other
    Concurrent {
        /// Clients
        #[arg(long, default_value_t = 10)]
        clients: usize,
        /// Requests of each
        #[arg(long, default_value_t = 1_000)]
        requests: u64,
    },
    /// Clients that send at a fixed rate; latency counts from when a request was due
    Sustained {
        /// Clients
        #[arg(long, default_value_t = 10)]
        clients: usize,
        /// Requests a second of each
        #[arg(long, default_value_t = 100.0)]
        rate: f64,
        /// How long
        #[arg(long, default_value = "3s", value_parser = parse_time)]
        time: Duration,
    },
    /// Bursts of clients with one request each
    Burst {
        /// Bursts
        #[arg(long, default_value_t = 3)]
        bursts: usize,
        /// Clients of each
        #[arg(long, default_value_t = 50)]
        size: usize,
        /// Time between two
        #[arg(long, default_value = "200ms", value_parser = parse_time)]
        pause: Duration,
    },
    /// More and more clients
    Ramp {
        /// Clients of each step
        #[arg(long, value_delimiter = ',', default_value = "5,10,15,20")]
        steps: Vec<usize>,
        /// Requests of each client in each step
        #[arg(long, default_value_t = 100)]
        requests: u64,
    },
    /// Many clients at once, then one alone, to see whether all is well again
    Spike {
        /// Clients
        #[arg(long, default_value_t = 50)]
        clients: usize,
        /// Requests of the one that comes after
        #[arg(long, default_value_t = 10)]
        cool_down: u64,
    },
    /// Clients that differ: small programs, large ones, failing ones, ones that time out
    Mixed {
        /// Clients of each kind
        #[arg(long, default_value_t = 2)]
        clients: usize,
        /// Requests of each
        #[arg(long, default_value_t = 50)]
        requests: u64,
    },
    /// A script prints numbered messages; all must arrive in order
    Stream {
        /// Clients, each with a script of its own
        #[arg(long, default_value_t = 1)]
        clients: usize,
        /// What the script does and how it is read
        #[command(flatten)]
        stream: StreamArgs,
    },
    /// A stream whose reader is slow, and quick neighbours that must not notice
    Backpressure {
        /// Neighbours
        #[arg(long, default_value_t = 4)]
        neighbours: usize,
        /// Requests a second of each neighbour
        #[arg(long, default_value_t = 200.0)]
        rate: f64,
        /// Messages of the stream
        #[arg(long, default_value_t = 100_000)]
        messages: u64,
        /// Characters of each
        #[arg(long, default_value_t = 10)]
        length: usize,
        /// How long the reader takes for each
        #[arg(long, default_value = "100us", value_parser = parse_time)]
        reader_delay: Duration,
    },
    /// Batches of requests that succeed or fail as one: PY.BATCH, or in other protocols pipelines
    Batch {
        /// Clients
        #[arg(long, default_value_t = 4)]
        clients: usize,
        /// Batches of each
        #[arg(long, default_value_t = 50)]
        batches: u64,
        /// Requests of a batch
        #[arg(long, default_value_t = 10)]
        size: usize,
    },
    /// A plan of one's own, in TOML
    File {
        /// The plan
        #[arg(value_name = "PLAN.toml")]
        path: PathBuf,
    },
    /// Everything that pyrust promises to bear, each with its target, on a daemon of its own
    Requirements {
        /// Print lines `RESULT requirement | target | measured | verdict` for scripts
        #[arg(long)]
        result_lines: bool,
    },
}

/// A stream's script and its reader.
#[derive(Clone, Debug, clap::Args)]
pub struct StreamArgs {
    /// Messages
    #[arg(long, default_value_t = 1_000_000)]
    pub messages: u64,
    /// Characters of each
    #[arg(long, default_value_t = 10)]
    pub length: usize,
    /// Time between two in the script [as fast as it goes]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub pace: Option<Duration>,
    /// With --pace: how much longer than necessary the script sleeps when it is ahead; what is due meanwhile comes at once
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "0s")]
    pub clump: Duration,
    /// How long the reader takes for each message
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "0s")]
    pub reader_delay: Duration,
    /// Hang up after this time
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub cancel: Option<Duration>,
}

/// Reads `10us`, `250ms`, `1.5s`, `2m`; a number alone is seconds.
///
/// # Errors
/// Anything else.
pub fn parse_time(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == 'µ');
    let factor = match &text[digits.len()..] {
        "us" | "µs" => 1e-6,
        "ms" => 1e-3,
        "" | "s" => 1.0,
        "m" => 60.0,
        _ => return Err(format!("'{text}' is no time; write 10us, 250ms, 1.5s or 2m")),
    };
    let number: f64 =
        digits.parse().map_err(|_| format!("'{text}' is no time; write 10us, 250ms, 1.5s or 2m"))?;
    seconds(number * factor)
}

/// A time of this many seconds.
///
/// # Errors
/// None, or one beyond what makes sense.
pub fn seconds(seconds: f64) -> Result<Duration, String> {
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if time <= limits::LOAD_TIME_MAX => Ok(time),
        Ok(_) => Err(format!("{seconds} s is longer than the limit of {:?}", limits::LOAD_TIME_MAX)),
        Err(error) => Err(format!("{seconds} s: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_table_of_flags_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn times_have_units() {
        let all = [("10us", 10), ("1.5ms", 1_500), ("2s", 2_000_000), ("2", 2_000_000), ("1m", 60_000_000)];
        for (text, us) in all {
            assert_eq!(parse_time(text), Ok(Duration::from_micros(us)), "{text}");
        }
        for bad in ["", "s", "-1s", "1h", "1e400", "nan", "1.5.2s", "20000m"] {
            assert!(parse_time(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn options_stand_before_or_after_the_plan() {
        let args = Args::parse_from(["pyrust-load", "--protocol", "eval", "burst", "--size", "7", "--json"]);
        assert!(args.json && args.payload.protocol == Some(Protocol::Eval));
        assert!(matches!(args.plan, PlanArgs::Burst { size: 7, bursts: 3, .. }));
        assert!(Args::try_parse_from(["pyrust-load", "burst", "--code", "1", "--file", "x"]).is_err());
        let spawned = Args::parse_from(["pyrust-load", "sequential", "--spawn"]);
        assert_eq!(spawned.spawn, Some(None));
    }
}
