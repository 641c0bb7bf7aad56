//! The daemon's log: a file of limited size, or standard error, or nothing.
//!
//! A log that cannot be written must not disturb the daemon: errors are counted and otherwise ignored.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::limits;

/// Where lines go.
#[derive(Debug)]
enum Target {
    Nowhere,
    Stderr,
    File { file: File, path: PathBuf, bytes: u64 },
}

/// The log.
#[derive(Debug)]
pub struct Log {
    target: Target,
    errors: u64,
}

impl Log {
    /// A log that keeps nothing.
    pub fn nowhere() -> Log {
        Log { target: Target::Nowhere, errors: 0 }
    }

    /// A log on standard error.
    pub fn stderr() -> Log {
        Log { target: Target::Stderr, errors: 0 }
    }

    /// A log that appends to a file.
    ///
    /// # Errors
    /// If it cannot be opened: that is told at the start, while somebody listens.
    pub fn append_to(path: &Path) -> io::Result<Log> {
        let file = open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Log { target: Target::File { file, path: path.to_owned(), bytes }, errors: 0 })
    }

    /// Lines that could not be written since the start.
    pub fn errors(&self) -> u64 {
        self.errors
    }

    /// Adds a line: the time in UTC, the process, the message. Line ends in it become spaces.
    pub fn line(&mut self, message: &str) {
        if matches!(self.target, Target::Nowhere) {
            return;
        }
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let stamp = utc(since_epoch.as_secs(), since_epoch.subsec_millis());
        let message = message.replace(['\n', '\r'], " ");
        let line = format!("{stamp} [{}] {message}\n", std::process::id());
        if self.write(line.as_bytes()).is_err() {
            self.errors += 1;
        }
    }

    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        match &mut self.target {
            Target::Nowhere => Ok(()),
            Target::Stderr => io::stderr().write_all(line),
            Target::File { file, path, bytes } => {
                if *bytes >= limits::LOG_MAX_BYTES {
                    std::fs::rename(&*path, old_name(path))?;
                    *file = open(path)?;
                    *bytes = 0;
                }
                file.write_all(line)?;
                *bytes += line.len() as u64;
                Ok(())
            }
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

fn old_name(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".old");
    name.into()
}

/// `2025-01-31T12:00:00.000Z`. Days become a date by Howard Hinnant's `civil_from_days`.
fn utc(seconds: u64, millis: u32) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_stamps_are_utc_dates() {
        assert_eq!(utc(0, 0), "1970-01-01T00:00:00.000Z");
        assert_eq!(utc(951_782_399, 999), "2000-02-28T23:59:59.999Z");
        assert_eq!(utc(951_782_400, 1), "2000-02-29T00:00:00.001Z");
        assert_eq!(utc(1_735_689_599, 5), "2024-12-31T23:59:59.005Z");
        assert_eq!(utc(4_107_542_400, 0), "2100-03-01T00:00:00.000Z");
    }

    #[test]
    fn lines_are_appended_and_a_full_file_is_put_aside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("daemon.log");
        std::fs::write(&path, "before\n").unwrap();
        let mut log = Log::append_to(&path).unwrap();
        log.line("one\ntwo");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("before\n") && text.ends_with("] one two\n"), "{text}");
        if let Target::File { bytes, .. } = &mut log.target {
            *bytes = limits::LOG_MAX_BYTES;
        }
        log.line("three");
        assert!(std::fs::read_to_string(old_name(&path)).unwrap().ends_with("] one two\n"));
        assert!(std::fs::read_to_string(&path).unwrap().ends_with("] three\n"));
        assert_eq!(log.errors(), 0);
    }

    #[test]
    fn a_full_disk_is_counted_and_ignored() {
        let mut log = Log::append_to(Path::new("/dev/full")).unwrap();
        log.line("one");
        log.line("two");
        assert_eq!(log.errors(), 2);
    }
}
