//! Taking text apart: `split` and its relatives.
//!
//! The parts of a long text are made by a task, a bounded number per step.

use super::Str;
use super::methods::{index_argument, slice_bytes, this};
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::heap::Tracer;
use crate::vm::native::{Args, Signature};
use crate::vm::text::search as text_search;
use crate::vm::text::unicode;
use crate::vm::types::list::{self, List};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// What separates the parts.
#[derive(Clone, Copy, Debug)]
enum Separator {
    /// Runs of white space, which also is no part at the ends.
    Space,
    /// A text.
    Text(Ref<Str>),
    /// The end of a line; whether it belongs to the line.
    Line { keep: bool },
}

/// A text being taken apart.
#[derive(Debug)]
struct Splitter {
    s: Ref<Str>,
    separator: Separator,
    /// From the right end.
    reversed: bool,
    /// How often it may still be cut.
    left: usize,
    /// The bytes that are not in a part yet.
    from: usize,
    to: usize,
    parts: Ref<List>,
    done: bool,
}

/// Parts that one step makes.
const STEP_PARTS: usize = 1024;
/// Bytes of parts after which a step ends.
const STEP_BYTES: usize = 256 * 1024;

impl Splitter {
    /// Makes parts until the text is used up (true) or a step's work is done.
    fn go_on(&mut self, vm: &mut Vm) -> bool {
        let before = self.to - self.from;
        let mut made = 0;
        while !self.done {
            if made >= STEP_PARTS || before - (self.to - self.from) >= STEP_BYTES {
                break;
            }
            match self.separator {
                Separator::Space => self.cut_at_space(vm),
                Separator::Text(separator) => self.cut_at(vm, separator),
                Separator::Line { keep } => self.cut_line(vm, keep),
            }
            made += 1;
        }
        vm.charge(made + (before - (self.to - self.from)) / 16);
        if self.done && self.reversed {
            vm.heap.get_mut(self.parts).items.reverse();
        }
        self.done
    }

    fn push(&mut self, vm: &mut Vm, from: usize, to: usize) {
        let part = slice_bytes(vm, self.s, from, to);
        list::push(vm, self.parts, part);
    }

    fn cut_at(&mut self, vm: &mut Vm, separator: Ref<Str>) {
        let text = &vm.heap.str(self.s).as_bytes()[self.from..self.to];
        let separator = vm.heap.str(separator).as_bytes();
        let width = separator.len();
        let found = match (self.left, separator, self.reversed) {
            (0, _, _) => None,
            (_, [byte], false) => memchr::memchr(*byte, text),
            (_, [byte], true) => memchr::memrchr(*byte, text),
            (_, separator, false) => text_search::find(text, separator),
            (_, separator, true) => text_search::rfind(text, separator),
        };
        let Some(at) = found.map(|at| self.from + at) else {
            self.push(vm, self.from, self.to);
            self.from = self.to;
            self.done = true;
            return;
        };
        self.left -= 1;
        if self.reversed {
            self.push(vm, at + width, self.to);
            self.to = at;
        } else {
            self.push(vm, self.from, at);
            self.from = at + width;
        }
    }

    fn cut_at_space(&mut self, vm: &mut Vm) {
        let text = &vm.heap.str(self.s)[self.from..self.to];
        let text = if self.reversed { trim_end(text) } else { trim_start(text) };
        // Where the word ends that starts here.
        let cut = match (self.left, self.reversed) {
            (0, _) => None,
            (_, true) => text.char_indices().rev().find(|(_, c)| unicode::is_space(*c)),
            (_, false) => first_space(text),
        };
        let len = text.len();
        if self.reversed {
            self.to = self.from + len;
        } else {
            self.from = self.to - len;
        }
        if len == 0 {
            self.done = true;
            return;
        }
        let Some((at, c)) = cut else {
            self.push(vm, self.from, self.to);
            self.from = self.to;
            self.done = true;
            return;
        };
        self.left -= 1;
        if self.reversed {
            self.push(vm, self.from + at + c.len_utf8(), self.to);
            self.to = self.from + at;
        } else {
            let at = self.from + at;
            self.push(vm, self.from, at);
            self.from = at;
        }
    }

    fn cut_line(&mut self, vm: &mut Vm, keep: bool) {
        if self.from == self.to {
            self.done = true;
            return;
        }
        let text = &vm.heap.str(self.s)[self.from..self.to];
        let (line, end) = match text.char_indices().find(|(_, c)| ends_line(*c)) {
            None => (text.len(), text.len()),
            Some((at, '\r')) if text.as_bytes().get(at + 1) == Some(&b'\n') => (at, at + 2),
            Some((at, c)) => (at, at + c.len_utf8()),
        };
        self.push(vm, self.from, self.from + if keep { end } else { line });
        self.from += end;
    }
}

/// The first white space; ASCII text is looked at by bytes.
fn first_space(text: &str) -> Option<(usize, char)> {
    let stop = |b: &u8| matches!(b, b'\t'..=b'\r' | 0x1c..=0x1f | b' ' | 0x80..);
    let at = text.as_bytes().iter().position(stop)?;
    let found = text[at..].char_indices().find(|(_, c)| unicode::is_space(*c))?;
    Some((at + found.0, found.1))
}

fn trim_start(text: &str) -> &str {
    let is_space = |b: &&u8| matches!(b, b'\t'..=b'\r' | 0x1c..=0x1f | b' ');
    let spaces = text.as_bytes().iter().take_while(is_space).count();
    match text.as_bytes().get(spaces) {
        Some(0x80..) => text.trim_start_matches(unicode::is_space),
        _ => &text[spaces..],
    }
}

fn trim_end(text: &str) -> &str {
    text.trim_end_matches(unicode::is_space)
}

fn ends_line(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

struct Split(Splitter);

impl Task for Split {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            if self.0.go_on(vm) {
                return Ok(Step::Done(Value::List(self.0.parts)));
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.0.s);
        tracer.object(self.0.parts);
        if let Separator::Text(separator) = self.0.separator {
            tracer.object(separator);
        }
    }
}

fn start(vm: &mut Vm, s: Ref<Str>, separator: Separator, reversed: bool, left: usize) -> R {
    let parts = vm.heap.alloc(List::default());
    let to = vm.heap.str(s).len();
    let mut splitter = Splitter { s, separator, reversed, left, from: 0, to, parts, done: false };
    if splitter.go_on(vm) {
        return value(Value::List(parts));
    }
    Ok(Flow::task(Split(splitter)))
}

fn split_arguments(vm: &mut Vm, args: Args<'_>, name: &'static str, reversed: bool) -> R {
    let s = this(vm, &args, name)?;
    let signature: Signature<2> = Signature {
        function: name,
        names: ["sep", "maxsplit"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [separator, most] = args.rest().bind(vm, &signature)?;
    let most = if most.is_undef() { -1 } else { index_argument(vm, most)? };
    let left = usize::try_from(most).unwrap_or(usize::MAX);
    let separator = match separator {
        Value::Undef | Value::None => Separator::Space,
        Value::Str(text) if vm.heap.get(text).chars() == 0 => return Err(vm.value_error("empty separator")),
        Value::Str(text) => Separator::Text(text),
        other => {
            let name = vm.type_name(other);
            return Err(vm.type_error(format!("must be str or None, not {name}")));
        }
    };
    start(vm, s, separator, reversed, left)
}

pub(super) fn split(vm: &mut Vm, args: Args<'_>) -> R {
    split_arguments(vm, args, "split", false)
}

pub(super) fn rsplit(vm: &mut Vm, args: Args<'_>) -> R {
    split_arguments(vm, args, "rsplit", true)
}

pub(super) fn splitlines(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, &args, "splitlines")?;
    const SIGNATURE: Signature<1> = Signature {
        function: "splitlines",
        names: ["keepends"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let [keep] = args.rest().bind(vm, &SIGNATURE)?;
    let keep = crate::vm::ops::truth_now(vm, keep);
    start(vm, s, Separator::Line { keep }, false, usize::MAX)
}

fn parted(vm: &mut Vm, args: Args<'_>, name: &str, last: bool) -> R {
    let s = this(vm, &args, name)?;
    let Value::Str(separator) = args.get(1) else {
        let name = vm.type_name(args.get(1));
        return Err(vm.type_error(format!("must be str, not {name}")));
    };
    let (text, wanted) = (vm.heap.str(s), vm.heap.str(separator));
    if wanted.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let (len, width) = (text.len(), wanted.len());
    let find = if last { text_search::rfind } else { text_search::find };
    let found = find(text.as_bytes(), wanted.as_bytes());
    vm.charge(len / 64);
    let empty = vm.str("");
    let parts = match found {
        Some(at) => [slice_bytes(vm, s, 0, at), Value::Str(separator), slice_bytes(vm, s, at + width, len)],
        None if last => [empty, empty, Value::Str(s)],
        None => [Value::Str(s), empty, empty],
    };
    value(vm.tuple(parts))
}

pub(super) fn partition(vm: &mut Vm, args: Args<'_>) -> R {
    parted(vm, args, "partition", false)
}

pub(super) fn rpartition(vm: &mut Vm, args: Args<'_>) -> R {
    parted(vm, args, "rpartition", true)
}
