//! A host for tests: programs are lists of words that say what each slice does, and the clock is turned
//! by hand (every slice takes [`SLICE`]).
//!
//! `print:TEXT` prints, `eprint:TEXT` prints on standard error, `burn:N` takes N slices, `sleep:MS` sleeps,
//! `flood:N:BYTES` prints BYTES in each of N slices, `panic` panics, `forever` never ends, `raise` raises,
//! `exit:N` exits, `tell` prints what the session's programs have noted, `value:TEXT` finishes with a value, `bulk:N`
//! with one of N characters; a slice that begins with `instant` takes no time; a program that begins with `syntax` does
//! not compile, and takes half a slice to find that out if it begins with `syntax-slow`.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::{Counters, Execution, Host, NotCompiled, SessionState, Started};
use crate::engine::{CompileErrorKind, Mode, Outcome, OutputChunk, RunOptions, Step, Stream, Usage};
use crate::wire::DaemonStatus;

/// Time that a slice takes.
pub(crate) const SLICE: Duration = Duration::from_micros(100);

#[derive(Debug)]
pub(crate) struct FakeRun {
    words: Vec<String>,
    output: Vec<OutputChunk>,
    clock: Rc<Cell<Instant>>,
    wake_at: Option<Instant>,
    alive: Rc<Cell<usize>>,
    notes: Vec<String>,
}

impl Drop for FakeRun {
    fn drop(&mut self) {
        self.alive.set(self.alive.get() - 1);
    }
}

impl FakeRun {
    fn print(&mut self, stream: Stream, text: &str) {
        match self.output.last_mut() {
            Some(last) if last.stream == stream => last.bytes.extend_from_slice(text.as_bytes()),
            _ => self.output.push(OutputChunk { stream, bytes: text.into() }),
        }
    }

    /// Replaces the first word by one that counts one less, or drops it.
    fn count_down(&mut self, word: &str, left: u64, rest: &str) {
        match left - 1 {
            0 => drop(self.words.remove(0)),
            left => self.words[0] = format!("{word}:{left}{rest}"),
        }
    }
}

/// Words that programs in a session have left: `note:TEXT` leaves one, `notes` finishes with all of them.
#[derive(Debug)]
pub(crate) struct FakeSession {
    notes: Vec<String>,
    alive: Rc<Cell<usize>>,
}

impl FakeSession {
    fn new(notes: Vec<String>, alive: &Rc<Cell<usize>>) -> FakeSession {
        alive.set(alive.get() + 1);
        FakeSession { notes, alive: alive.clone() }
    }
}

impl Drop for FakeSession {
    fn drop(&mut self) {
        self.alive.set(self.alive.get() - 1);
    }
}

impl SessionState for FakeSession {
    fn memory_bytes(&self) -> usize {
        self.notes.len() * 100
    }

    fn begin_copy(&self) -> FakeSession {
        FakeSession::new(Vec::new(), &self.alive)
    }

    fn copy_some(&mut self, from: &FakeSession) -> bool {
        let at = self.notes.len();
        self.notes.extend(from.notes.get(at).cloned());
        self.notes.len() == from.notes.len()
    }
}

impl Execution for FakeRun {
    type Session = FakeSession;

    fn step(&mut self, _fuel: u64) -> Step {
        if self.words.first().is_none_or(|word| word != "instant") {
            self.clock.set(self.clock.get() + SLICE);
        }
        loop {
            let Some(word) = self.words.first().cloned() else {
                return Step::Done(Outcome::Finished { value: None, data: None });
            };
            let mut parts = word.splitn(3, ':');
            let (name, first) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
            match name {
                "print" => self.print(Stream::Stdout, first),
                "eprint" => self.print(Stream::Stderr, first),
                "burn" => {
                    self.count_down("burn", first.parse().unwrap(), "");
                    return Step::OutOfFuel;
                }
                "flood" => {
                    let bytes: usize = parts.next().unwrap().parse().unwrap();
                    self.print(Stream::Stdout, &"x".repeat(bytes));
                    self.count_down("flood", first.parse().unwrap(), &format!(":{bytes}"));
                    return Step::Output;
                }
                "sleep" => {
                    let time = Duration::from_micros(first.parse().unwrap());
                    let wake_at = *self.wake_at.get_or_insert(self.clock.get() + time);
                    if self.clock.get() < wake_at {
                        return Step::Sleep(wake_at - self.clock.get());
                    }
                    self.wake_at = None;
                }
                // Without the message that a panic prints.
                "panic" => std::panic::resume_unwind(Box::new("a bug for the test")),
                "forever" => return Step::OutOfFuel,
                "raise" => {
                    return Step::Done(Outcome::Raised {
                        type_name: "ValueError".into(),
                        message: "bad".into(),
                        traceback: "Traceback\nValueError: bad\n".into(),
                    });
                }
                "exit" => {
                    let code = first.parse().unwrap();
                    let message = parts.next().map(|text| format!("{text}\n"));
                    return Step::Done(Outcome::Exit { code, message });
                }
                "tell" => self.print(Stream::Stdout, &self.notes.join(",")),
                "instant" => {}
                "bulk" => {
                    let value = Some("x".repeat(first.parse().unwrap()));
                    return Step::Done(Outcome::Finished { value, data: None });
                }
                "note" => self.notes.push(first.to_owned()),
                "notes" => {
                    let value = Some(self.notes.join(","));
                    return Step::Done(Outcome::Finished { value, data: None });
                }
                "value" => {
                    return Step::Done(Outcome::Finished { value: Some(first.to_owned()), data: None });
                }
                other => panic!("no such word: {other}"),
            }
            self.words.remove(0);
        }
    }

    fn take_output(&mut self) -> Vec<OutputChunk> {
        std::mem::take(&mut self.output)
    }

    fn output_pending_bytes(&self) -> usize {
        self.output.iter().map(|chunk| chunk.bytes.len()).sum()
    }

    fn usage(&self) -> Usage {
        Usage { fuel: 7, ..Usage::default() }
    }

    fn line(&self) -> Option<u32> {
        Some(3)
    }
}

#[derive(Debug)]
pub(crate) struct FakeHost {
    pub(crate) clock: Rc<Cell<Instant>>,
    /// Runs that were made and not dropped yet.
    pub(crate) alive: Rc<Cell<usize>>,
    /// States of sessions that were made and not dropped yet.
    pub(crate) sessions_alive: Rc<Cell<usize>>,
    pub(crate) log: Vec<String>,
    /// The options of the last run.
    pub(crate) options: Option<RunOptions>,
}

impl FakeHost {
    pub(crate) fn new() -> FakeHost {
        FakeHost {
            clock: Rc::new(Cell::new(Instant::now())),
            alive: Rc::default(),
            sessions_alive: Rc::default(),
            log: Vec::new(),
            options: None,
        }
    }
}

impl Host for FakeHost {
    type Run = FakeRun;

    fn now(&self) -> Instant {
        self.clock.get()
    }

    fn unix_time_s(&self) -> u64 {
        1_700_000_000
    }

    fn start(
        &mut self,
        source: &str,
        _filename: &str,
        _mode: Mode,
        options: RunOptions,
        session: Option<FakeSession>,
    ) -> Started<FakeRun> {
        self.options = Some(options);
        if source.starts_with("syntax-slow") {
            self.clock.set(self.clock.get() + SLICE / 2);
        }
        let run = if source.starts_with("syntax") {
            let rendered = "SyntaxError: invalid syntax\n".to_owned();
            Err((NotCompiled { kind: CompileErrorKind::Syntax, rendered }, session))
        } else {
            self.alive.set(self.alive.get() + 1);
            Ok(FakeRun {
                words: source.split_whitespace().map(str::to_owned).collect(),
                output: Vec::new(),
                clock: self.clock.clone(),
                wake_at: None,
                alive: self.alive.clone(),
                notes: session.map_or_else(Vec::new, |session| session.notes.clone()),
            })
        };
        Started { run, cache_hit: false }
    }

    fn open_session(&mut self) -> FakeSession {
        FakeSession::new(Vec::new(), &self.sessions_alive)
    }

    fn leave(&mut self, run: FakeRun) -> FakeSession {
        FakeSession::new(run.notes.clone(), &self.sessions_alive)
    }

    fn close_session(&mut self, session: FakeSession) {
        drop(session);
    }

    fn recycle(&mut self, run: FakeRun) {
        drop(run);
    }

    fn bury_some(&mut self) -> bool {
        true
    }

    fn clear_cache(&mut self) -> usize {
        3
    }

    fn status(&self, counters: &Counters) -> DaemonStatus {
        DaemonStatus { requests_total: counters.requests_total, ..DaemonStatus::default() }
    }

    fn log(&mut self, message: &str) {
        self.log.push(message.to_owned());
    }
}
