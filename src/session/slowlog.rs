//! The slow log: requests that took longer than `slowlog-log-slower-than`, the latest ones, bounded in number and bytes.

use std::collections::VecDeque;

use super::task::Measured;
use crate::limits;
use crate::wire::RespWriter;

/// A request's words, cut as Redis cuts them.
pub(super) type Words = Vec<Box<[u8]>>;

/// Cuts a request's words: so many of them, so much of each.
pub(super) fn cut<'a>(words: impl ExactSizeIterator<Item = &'a [u8]>) -> Words {
    let count = words.len();
    let shown = if count > limits::SLOWLOG_WORDS_MAX { limits::SLOWLOG_WORDS_MAX - 1 } else { count };
    let mut cut: Words = words.take(shown).map(cut_word).collect();
    if shown < count {
        cut.push(format!("... ({} more arguments)", count - shown).into_bytes().into());
    }
    cut
}

fn cut_word(word: &[u8]) -> Box<[u8]> {
    match word.split_at_checked(limits::SLOWLOG_WORD_MAX_BYTES) {
        Some((head, rest @ [_, ..])) => {
            let more = format!("... ({} more bytes)", rest.len());
            [head, more.as_bytes()].concat().into()
        }
        _ => word.into(),
    }
}

/// What is known of a run, or of the runs of a batch, that was slow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RunFacts {
    pub(super) fuel: u64,
    pub(super) memory_peak_bytes: usize,
    /// Where it was when it was ended from outside.
    pub(super) line: Option<u32>,
}

impl RunFacts {
    /// Takes in one run.
    pub(super) fn add(&mut self, measured: &Measured, line: Option<u32>) {
        let usage = measured.usage;
        self.fuel = self.fuel.saturating_add(usage.fuel);
        self.memory_peak_bytes = self.memory_peak_bytes.max(usage.memory_peak_bytes);
        self.line = self.line.or(line);
    }
}

/// A slow request.
#[derive(Debug)]
pub(super) struct Slow {
    pub(super) at_unix_s: u64,
    pub(super) took_us: u64,
    pub(super) words: Words,
    /// Of its client.
    pub(super) name: String,
    /// `None` for a request that ran nothing.
    pub(super) run: Option<RunFacts>,
    pub(super) outcome: String,
}

impl Slow {
    fn bytes(&self) -> usize {
        let words: usize = self.words.iter().map(|word| word.len() + size_of::<Box<[u8]>>()).sum();
        words + self.name.len() + self.outcome.len() + size_of::<(u64, Slow)>()
    }
}

/// The latest slow requests.
#[derive(Debug, Default)]
pub(super) struct Slowlog {
    /// Newest first, each with its number.
    entries: VecDeque<(u64, Slow)>,
    bytes: usize,
    next_number: u64,
}

impl Slowlog {
    /// Takes in a request; the oldest ones make room for it.
    pub(super) fn add(&mut self, slow: Slow, entries_max: usize) {
        self.bytes += slow.bytes();
        self.entries.push_front((self.next_number, slow));
        self.next_number += 1;
        while self.entries.len() > entries_max || self.bytes > limits::SLOWLOG_MAX_BYTES {
            let Some((_, oldest)) = self.entries.pop_back() else { return };
            self.bytes -= oldest.bytes();
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Forgets all; numbers go on.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.bytes = 0;
    }

    /// `SLOWLOG GET`: the newest ones, in Redis's shape, and one field more with what a run took.
    pub(super) fn write(&self, count: usize, writer: &mut RespWriter<'_>) {
        writer.array(count.min(self.entries.len()));
        for (number, slow) in self.entries.iter().take(count) {
            writer.array(7);
            writer.unsigned(*number);
            writer.unsigned(slow.at_unix_s);
            writer.unsigned(slow.took_us);
            writer.array(slow.words.len());
            slow.words.iter().for_each(|word| writer.bulk(word));
            // The client's address: those of a Unix socket have none.
            writer.bulk(b"");
            writer.bulk(slow.name.as_bytes());
            writer.map(4);
            let run = slow.run;
            let numbers = [
                ("fuel", run.map(|run| run.fuel)),
                ("memory_peak", run.map(|run| run.memory_peak_bytes as u64)),
                ("line", run.and_then(|run| run.line).map(u64::from)),
            ];
            for (key, number) in numbers {
                writer.bulk(key.as_bytes());
                match number {
                    Some(number) => writer.unsigned(number),
                    None => writer.null(),
                }
            }
            writer.bulk(b"outcome");
            writer.bulk(slow.outcome.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow(word: Vec<u8>) -> Slow {
        let words = vec![word.into()];
        Slow { at_unix_s: 0, took_us: 1, words, name: String::new(), run: None, outcome: String::new() }
    }

    #[test]
    fn words_are_cut_as_redis_cuts_them() {
        let all: Vec<Vec<u8>> = (0..40).map(|_| vec![b'x'; 130]).collect();
        let cut_all = cut(all.iter().map(Vec::as_slice));
        assert_eq!(cut_all.len(), 32);
        assert_eq!(&*cut_all[31], b"... (9 more arguments)");
        assert_eq!(*cut_all[30], *[&[b'x'; 128][..], b"... (2 more bytes)"].concat());
        let exact: Vec<&[u8]> = vec![&[b'y'; 128]; 32];
        assert_eq!(cut(exact.iter().copied()), exact.iter().map(|&word| word.into()).collect::<Words>());
    }

    #[test]
    fn the_oldest_go_first_by_number_and_by_bytes() {
        let mut log = Slowlog::default();
        for n in 0..10u8 {
            log.add(slow(vec![n]), 3);
        }
        let numbers: Vec<u64> = log.entries.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [9, 8, 7]);
        for _ in 0..10 {
            log.add(slow(vec![0; limits::SLOWLOG_MAX_BYTES / 4]), 1000);
            assert!(log.bytes <= limits::SLOWLOG_MAX_BYTES);
        }
        assert_eq!(log.len(), 3);
        log.clear();
        assert_eq!((log.len(), log.bytes, log.next_number), (0, 0, 20));
    }
}
