//! Stripping characters from the ends of a text, long ones a piece per step.

use super::Str;
use super::methods::{slice_bytes, this};
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::heap::Tracer;
use crate::vm::native::Args;
use crate::vm::text::unicode;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Bytes that one step strips from each end, about.
const STEP_BYTES: usize = 64 * 1024;
/// Bytes stripped for one unit of fuel.
const BYTES_PER_UNIT: usize = 8;

pub(super) fn strip(vm: &mut Vm, args: Args<'_>) -> R {
    stripped(vm, args, "strip", true, true)
}

pub(super) fn lstrip(vm: &mut Vm, args: Args<'_>) -> R {
    stripped(vm, args, "lstrip", true, false)
}

pub(super) fn rstrip(vm: &mut Vm, args: Args<'_>) -> R {
    stripped(vm, args, "rstrip", false, true)
}

fn stripped(vm: &mut Vm, args: Args<'_>, name: &str, left: bool, right: bool) -> R {
    let s = this(vm, &args, name)?;
    let set = match args.get(1) {
        Value::Undef | Value::None => Value::None,
        Value::Str(set) => Value::Str(set),
        _ => return Err(vm.type_error(format!("{name} arg must be None or str"))),
    };
    let to = vm.heap.str(s).len();
    let mut work = Strip { s, set, from: 0, to, left, right };
    if work.advance(vm) {
        return value(slice_bytes(vm, s, work.from, work.to));
    }
    Ok(Flow::task(work))
}

struct Strip {
    s: Ref<Str>,
    /// The characters that go; `None` for white space.
    set: Value,
    /// What is left.
    from: usize,
    to: usize,
    /// Whether more may go from the start, and from the end.
    left: bool,
    right: bool,
}

impl Strip {
    /// Strips about a piece from each end; true when that was all.
    fn advance(&mut self, vm: &mut Vm) -> bool {
        let before = self.to - self.from;
        let text = vm.heap.str(self.s);
        let mut cost = 0;
        match self.set {
            Value::Str(set) => match vm.heap.str(set) {
                set if set.len() <= 1 => {
                    let only = set.chars().next();
                    self.trim(text, |c| Some(c) == only);
                }
                set if set.is_ascii() => {
                    let mut bits = 0u128;
                    set.bytes().for_each(|b| bits |= 1 << b);
                    cost = set.len();
                    self.trim(text, |c| c.is_ascii() && bits >> (c as u32) & 1 == 1);
                }
                set => {
                    cost = 4 * set.len();
                    let set: rustc_hash::FxHashSet<char> = set.chars().collect();
                    self.trim(text, |c| set.contains(&c));
                }
            },
            _ if text.len() <= STEP_BYTES => {
                (self.from, self.to) = trim_space(text, self.left, self.right);
                (self.left, self.right) = (false, false);
            }
            _ => self.trim(text, unicode::is_space),
        }
        vm.charge((before - (self.to - self.from) + cost) / BYTES_PER_UNIT);
        !(self.left || self.right)
    }

    fn trim(&mut self, text: &str, strips: impl Fn(char) -> bool) {
        if self.left {
            let rest = &text[self.from..self.to];
            let piece = &rest[..rest.ceil_char_boundary(STEP_BYTES)];
            let kept = piece.trim_start_matches(&strips).len();
            self.from += piece.len() - kept;
            self.left = kept == 0 && piece.len() < rest.len();
        }
        // What is left decides where the end may go.
        if self.right && !self.left {
            let rest = &text[self.from..self.to];
            let piece = &rest[rest.floor_char_boundary(rest.len().saturating_sub(STEP_BYTES))..];
            let mut kept = piece;
            while let Some(c) = kept.chars().next_back()
                && strips(c)
            {
                kept = &kept[..kept.len() - c.len_utf8()];
            }
            self.to -= piece.len() - kept.len();
            self.right = kept.is_empty() && piece.len() < rest.len();
        }
    }
}

/// What is left of a short text without the white space at its ends. As long as only ASCII is met, bytes are
/// enough.
fn trim_space(text: &str, left: bool, right: bool) -> (usize, usize) {
    let bytes = text.as_bytes();
    let is_space = |b: &u8| matches!(b, b'\t'..=b'\r' | 0x1c..=0x1f | b' ');
    let (mut from, mut to) = (0, bytes.len());
    while left && from < to && is_space(&bytes[from]) {
        from += 1;
    }
    while right && from < to && is_space(&bytes[to - 1]) {
        to -= 1;
    }
    let rest = &bytes[from..to];
    if rest.first().is_none_or(u8::is_ascii) && rest.last().is_none_or(u8::is_ascii) {
        return (from, to);
    }
    let start = if left { text.trim_start_matches(unicode::is_space) } else { text };
    let from = text.len() - start.len();
    let kept = if right { start.trim_end_matches(unicode::is_space) } else { start };
    (from, from + kept.len())
}

impl Task for Strip {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            if self.advance(vm) {
                return Ok(Step::Done(slice_bytes(vm, self.s, self.from, self.to)));
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.s);
        tracer.value(self.set);
    }
}
