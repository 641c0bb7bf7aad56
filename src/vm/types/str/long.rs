//! Work on long texts, a piece per step: mapping, replacing, picking characters.

use super::{Str, StrBuffer, shared};
use crate::vm::flow::{Flow, R, Resume, Step, Task};
use crate::vm::heap::Tracer;
use crate::vm::text::search::Searcher;
use crate::vm::type_id::TypeId;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Texts up to this many bytes are worked on in one step.
pub const AT_ONCE_BYTES: usize = 1024 * 1024;
/// Bytes that one step of a longer one looks at.
const STEP_BYTES: usize = 256 * 1024;

/// What is done with a text, piece by piece.
pub enum Work {
    /// Each piece is mapped, the first one by another function than the rest.
    Map {
        /// For the first piece.
        first: fn(&str) -> String,
        /// For all others.
        rest: fn(&str) -> String,
    },
    /// Places of a text are replaced.
    Replace {
        /// What is replaced; not empty.
        old: Ref<Str>,
        /// By what.
        new: Ref<Str>,
        /// How often, at most.
        left: usize,
    },
    /// Every `step`-th code point is taken.
    Pick {
        /// The next one.
        next: usize,
        /// The distance to the one after.
        step: i64,
        /// How many are still to be taken.
        left: usize,
    },
}

/// Works on a text in steps; the result is the new text.
pub fn work_on(vm: &mut Vm, s: Ref<Str>, work: Work) -> R {
    let buffer = vm.heap.alloc(StrBuffer::new(String::new()));
    Ok(Flow::task(Long { s, work, at: 0, buffer, chars: 0 }))
}

struct Long {
    s: Ref<Str>,
    work: Work,
    /// Bytes that are done.
    at: usize,
    buffer: Ref<StrBuffer>,
    chars: usize,
}

impl Long {
    /// One piece of the result, and whether it is the last one.
    fn piece(&mut self, vm: &Vm) -> (String, bool) {
        let text = vm.heap.str(self.s);
        match &mut self.work {
            Work::Map { first, rest } => {
                let end = piece_end(text, self.at);
                let map = if self.at == 0 { first } else { rest };
                let mapped = map(&text[self.at..end]);
                self.at = end;
                (mapped, end == text.len())
            }
            Work::Replace { old, new, left } => {
                let (old, new) = (vm.heap.str(*old), vm.heap.str(*new));
                let end = replace_some(text, self.at, old, new, left);
                self.at = end.0;
                (end.1, end.0 == text.len())
            }
            Work::Pick { next, step, left } => {
                let count = (*left).min(STEP_BYTES / 4);
                let ascii = vm.heap.str_is_ascii(self.s);
                let mut out = String::with_capacity(count);
                for _ in 0..count {
                    out.push(if ascii {
                        char::from(text.as_bytes()[*next])
                    } else {
                        vm.heap.str_char(self.s, *next)
                    });
                    *next = (*next as i64).saturating_add(*step).max(0) as usize;
                }
                *left -= count;
                (out, *left == 0)
            }
        }
    }
}

/// Where a piece ends that starts at `at`: behind a space, since what a character becomes may depend on its
/// neighbours in a word. A word longer than a piece is cut at a character.
fn piece_end(text: &str, at: usize) -> usize {
    if text.len() - at <= STEP_BYTES {
        return text.len();
    }
    let mut end = at + STEP_BYTES;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    memchr::memrchr2(b' ', b'\n', &text.as_bytes()[at..end]).map_or(end, |space| at + space + 1)
}

/// Replaces in about a piece from `at` on: where it got to, and the text made.
fn replace_some(text: &str, at: usize, old: &str, new: &str, left: &mut usize) -> (usize, String) {
    let mut window = text.len().min(at + STEP_BYTES.max(2 * old.len()));
    while !text.is_char_boundary(window) {
        window += 1;
    }
    let searcher = Searcher::new(old.as_bytes());
    let mut out = String::new();
    let mut copied = at;
    while *left > 0
        && out.len() < 4 * STEP_BYTES
        && let Some(found) = searcher.next(&text.as_bytes()[..window], copied)
    {
        out.push_str(&text[copied..found]);
        out.push_str(new);
        copied = found + old.len();
        *left -= 1;
    }
    if out.len() >= 4 * STEP_BYTES {
        return (copied, out);
    }
    // A place may begin before the window's end and reach behind it.
    let mut end = window;
    if window < text.len() {
        end = copied.max(window.saturating_sub(old.len() - 1));
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        end = end.max(copied);
    }
    out.push_str(&text[copied..end]);
    (end, out)
}

impl Task for Long {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            let (piece, done) = self.piece(vm);
            vm.charge((STEP_BYTES + piece.len()) / 16);
            let len = vm.heap.get(self.buffer).text.len() + piece.len();
            if vm.heap.would_exceed(len) {
                return Err(vm.raise(TypeId::MemoryError, ""));
            }
            self.chars += piece.chars().count();
            vm.heap.get_mut(self.buffer).text.push_str(&piece);
            if done {
                return Ok(Step::Done(shared(vm, self.buffer, self.chars)));
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.s);
        tracer.object(self.buffer);
        if let Work::Replace { old, new, .. } = self.work {
            tracer.value(Value::Str(old));
            tracer.value(Value::Str(new));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replace_all(text: &str, old: &str, new: &str) -> String {
        let (mut at, mut left, mut out) = (0, usize::MAX, String::new());
        while at < text.len() {
            let (end, piece) = replace_some(text, at, old, new, &mut left);
            assert!(end > at, "each step gets on");
            at = end;
            out += &piece;
        }
        out
    }

    #[test]
    fn places_across_the_borders_of_pieces_are_replaced_once() {
        for (unit, old) in [("abc", "ca"), ("aé", "éa"), ("aaaa", "aa"), ("x😀", "😀")] {
            let text = unit.repeat(STEP_BYTES);
            assert_eq!(replace_all(&text, old, "-"), text.replace(old, "-"), "{unit}");
        }
    }

    #[test]
    fn pieces_end_behind_spaces_or_at_characters() {
        let text = "aé ".repeat(STEP_BYTES);
        assert_eq!(text.as_bytes()[piece_end(&text, 0) - 1], b' ');
        let text = "é".repeat(STEP_BYTES);
        assert!(text.is_char_boundary(piece_end(&text, 0)));
    }
}
