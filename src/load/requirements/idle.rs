//! Ten thousand connections that say nothing.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Resource, getrlimit};

use super::super::LoadError;
use super::super::daemon::usage;
use super::super::report::{grouped, time};
use super::{Trial, quick};
use crate::client::connect;
use crate::limits;
use crate::wire::encode_request;

/// How many there are, if the system grants so many descriptors.
const CONNECTIONS: u64 = 9_900;
/// Descriptors for everything else.
const DESCRIPTORS_KEPT: u64 = 100;
/// Memory of the daemon that each may take, in bytes.
const BYTES_MAX: f64 = 2048.0;
/// How long the daemon is watched while nobody says anything.
const WATCHED: Duration = Duration::from_secs(1);
/// Rounds of the loop that asking for the daemon's numbers takes, twice.
const TICKS_OF_ASKING: u64 = 4;
/// How much longer an active connection's median may be.
const SLOWER_MAX: f64 = 1.10;

impl Trial<'_> {
    /// What they take of the daemon, and what an active one notices of them.
    pub(super) fn idle_connections(&mut self) -> Result<(), LoadError> {
        let granted = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        let wanted = CONNECTIONS.min(granted.saturating_sub(DESCRIPTORS_KEPT));
        let alone = self.median_of_one()?;
        let pid = self.control.status()?.pid;
        let rss = || usage(pid).map_or(0, |usage| usage.rss_bytes);
        let before = rss();
        let idle: Vec<UnixStream> = (0..wanted).map(|_| self.greet()).collect::<Result<_, _>>()?;
        let after = rss();
        let each = after.saturating_sub(before) as f64 / wanted as f64;
        self.check(
            &format!("{} idle connections", grouped(wanted)),
            "≤ 2 KiB of the daemon's memory each",
            format!("{each:.0} bytes each"),
            each <= BYTES_MAX,
        );
        let ticks = self.control.status()?.ticks_total;
        // Nothing is to come on any of them, not even an end.
        let watched = Timespec::try_from(WATCHED).expect("it is a second");
        let mut asked: Vec<PollFd<'_>> =
            idle.iter().map(|stream| PollFd::new(stream, PollFlags::IN)).collect();
        let heard = poll(&mut asked, Some(&watched)).unwrap_or(0);
        drop(asked);
        let more = self.control.status()?.ticks_total - ticks;
        self.check(
            "rounds of the daemon's loop beside them",
            "none in 1 s but those of asking",
            format!("{more}, {TICKS_OF_ASKING} of asking at most"),
            more <= TICKS_OF_ASKING && heard == 0,
        );
        let beside = self.median_of_one()?;
        self.check(
            "p50 of an active connection beside them",
            "≤ 1.10 × alone",
            format!("{}, alone {}, {:.2} ×", time(beside), time(alone), beside / alone),
            beside <= alone * SLOWER_MAX,
        );
        drop(idle);
        Ok(())
    }

    /// The best of several medians: others use the machine, too.
    fn median_of_one(&mut self) -> Result<f64, LoadError> {
        let mut best = f64::INFINITY;
        for _ in 0..7 {
            let report = self.carry_out("one active connection", vec![quick(1, 3_000)])?;
            best = best.min(report.total.latency_us.p50);
        }
        Ok(best)
    }

    /// A connection that has been served once.
    fn greet(&self) -> Result<UnixStream, LoadError> {
        let mut stream =
            connect(self.daemon.socket(), limits::CONTROL_TIMEOUT).map_err(LoadError::NoDaemon)?;
        let lost = |message: String| LoadError::Status { socket: self.daemon.socket().to_owned(), message };
        let mut request = Vec::new();
        encode_request(b"2+3", &mut request).map_err(|error| lost(error.to_string()))?;
        stream.write_all(&request).map_err(|error| lost(error.to_string()))?;
        let mut response = [0; 6];
        stream.read_exact(&mut response).map_err(|error| lost(error.to_string()))?;
        Ok(stream)
    }
}
