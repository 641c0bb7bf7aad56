//! Sorting by 64-bit codes: of integers and floats, whose order is that of their codes, and of strings,
//! whose codes are their first eight bytes.

use std::cmp::Ordering;

use super::super::List;
use crate::vm::heap::Heap;
use crate::vm::tasks::items;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Codes sorted in one go.
const RUN: usize = 1_024;

/// What a stretch of work came to.
pub enum Work {
    /// There is more.
    More,
    /// The elements are in `out`.
    Done,
    /// The codes are in order, but equal ones say nothing about their keys: see [`super::ties`].
    Ties(Vec<Code>),
    /// The keys are of several or other types.
    Impossible,
}

/// A key's code and its number. Reversed order is the order of the reversed codes, so that equal keys
/// keep theirs.
pub type Code = (u64, u32);

/// The state of a sort.
pub struct Encoded {
    reverse: bool,
    /// The elements themselves are the keys.
    plain: bool,
    kind: Option<Kind>,
    codes: Vec<Code>,
    spare: Vec<Code>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Int,
    Float,
    Str,
    /// Tuples or lists, by their first elements.
    First(First),
}

/// What the first elements are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum First {
    Int,
    Float,
    Str,
}

#[derive(Clone, Copy)]
enum State {
    /// Keys are being encoded; whether those so far are in order.
    Encode { ascending: bool, descending: bool },
    /// Runs from here on are to be sorted.
    Runs { at: usize },
    /// Runs of a length are being merged pair by pair into `spare`: the pair that starts at `lo`, from `i`
    /// and `j` on.
    Merge { length: usize, lo: usize, i: usize, j: usize },
    /// The elements are being put into place.
    Place,
}

impl Encoded {
    /// A sort that has not begun.
    pub fn new(reverse: bool, plain: bool) -> Encoded {
        let state = State::Encode { ascending: true, descending: true };
        Encoded { reverse, plain, kind: None, codes: Vec::new(), spare: Vec::new(), state }
    }

    /// Works on about `budget` elements.
    pub fn work(
        &mut self,
        vm: &mut Vm,
        keys: Ref<List>,
        items: Ref<List>,
        out: Ref<List>,
        budget: usize,
    ) -> Work {
        match self.state {
            State::Encode { ascending, descending } => {
                let from = self.codes.len();
                if from == 0 {
                    self.codes.reserve_exact(vm.heap.get(keys).items.len());
                }
                let Some((ascending, descending)) =
                    self.encode(&vm.heap, keys, budget, ascending, descending)
                else {
                    return Work::Impossible;
                };
                vm.charge((self.codes.len() - from) / 4);
                let whole = self.codes.len() == vm.heap.get(keys).items.len();
                self.state = match (whole, ascending, descending) {
                    (false, ..) => State::Encode { ascending, descending },
                    (true, true, _) => State::Place,
                    (true, _, true) => {
                        self.codes.reverse();
                        State::Place
                    }
                    _ => State::Runs { at: 0 },
                };
            }
            State::Runs { at } => {
                let to = (at + RUN).min(self.codes.len());
                let (reverse, kind) = (self.reverse, self.kind);
                let run = &mut self.codes[at..to];
                if kind == Some(Kind::Str) {
                    let strings = &vm.heap.get(keys).items;
                    run.sort_unstable_by(|a, b| compare_strings(&vm.heap, strings, reverse, *a, *b));
                } else {
                    run.sort_unstable();
                }
                vm.charge((to - at) * 2);
                self.state = if to < self.codes.len() { State::Runs { at: to } } else { self.pass(RUN) };
            }
            State::Merge { length, lo, i, j } => {
                self.state = self.merge(&vm.heap, keys, budget, length, lo, i, j);
                vm.charge(budget / 2);
            }
            State::Place if matches!(self.kind, Some(Kind::First(_))) => {
                return Work::Ties(std::mem::take(&mut self.codes));
            }
            State::Place => return self.place(vm, items, out, budget * 2),
        }
        Work::More
    }

    /// Encodes some keys; whether all so far are ascending, or strictly descending. `None` when one has
    /// no code.
    fn encode(
        &mut self,
        heap: &Heap,
        keys: Ref<List>,
        budget: usize,
        mut ascending: bool,
        mut descending: bool,
    ) -> Option<(bool, bool)> {
        let keys = &heap.get(keys).items;
        let from = self.codes.len();
        let to = keys.len().min(from + budget);
        for (i, &key) in keys.iter().enumerate().take(to).skip(from) {
            let (kind, code) = code(heap, key)?;
            if *self.kind.get_or_insert(kind) != kind {
                return None;
            }
            let code = if self.reverse { !code } else { code };
            if let Some(&(last, _)) = self.codes.last() {
                // Equal codes of strings say nothing about the strings.
                ascending &= last < code || last == code && kind != Kind::Str;
                descending &= last > code;
            }
            self.codes.push((code, u32::try_from(i).ok()?));
        }
        Some((ascending, descending))
    }

    /// Starts merging runs of a length, unless one run is all.
    fn pass(&mut self, length: usize) -> State {
        if length >= self.codes.len() {
            return State::Place;
        }
        self.spare.clear();
        self.spare.reserve_exact(self.codes.len());
        State::Merge { length, lo: 0, i: 0, j: length }
    }

    /// Merges about `budget` codes.
    #[allow(clippy::too_many_arguments)] // They are the fields of `State::Merge`.
    fn merge(
        &mut self,
        heap: &Heap,
        keys: Ref<List>,
        budget: usize,
        length: usize,
        lo: usize,
        mut i: usize,
        mut j: usize,
    ) -> State {
        let n = self.codes.len();
        let (middle, end) = ((lo + length).min(n), (lo + 2 * length).min(n));
        let strings = (self.kind == Some(Kind::Str)).then(|| &heap.get(keys).items);
        let after = |a: Code, b: Code| match strings {
            Some(strings) => compare_strings(heap, strings, self.reverse, a, b).is_gt(),
            None => a > b,
        };
        let codes = &self.codes;
        if i == lo && j == middle && middle < end && !after(codes[middle - 1], codes[middle]) {
            // In order as they are.
            self.spare.extend_from_slice(&codes[lo..end]);
            (i, j) = (middle, end);
        }
        let limit = self.spare.len() + budget;
        while i < middle && j < end && self.spare.len() < limit {
            let right = after(codes[i], codes[j]);
            self.spare.push(if right { codes[j] } else { codes[i] });
            i += usize::from(!right);
            j += usize::from(right);
        }
        if i < middle && j < end {
            return State::Merge { length, lo, i, j };
        }
        self.spare.extend_from_slice(&codes[i..middle]);
        self.spare.extend_from_slice(&codes[j.min(end)..end]);
        if end < n {
            return State::Merge { length, lo: end, i: end, j: (end + length).min(n) };
        }
        std::mem::swap(&mut self.codes, &mut self.spare);
        self.pass(length * 2)
    }

    /// Puts elements into place.
    fn place(&mut self, vm: &mut Vm, items: Ref<List>, out: Ref<List>, budget: usize) -> Work {
        let n = self.codes.len();
        let mut placed = std::mem::take(&mut vm.heap.get_mut(out).items);
        let from = placed.len();
        placed.reserve_exact(n - from);
        let to = n.min(from + budget);
        let codes = &self.codes[from..to];
        if self.plain && self.kind == Some(Kind::Int) {
            let flip = if self.reverse { u64::MAX } else { 0 };
            placed.extend(codes.iter().map(|&(code, _)| Value::Int(((code ^ flip) ^ SIGN) as i64)));
        } else {
            let items = &vm.heap.get(items).items;
            placed.extend(codes.iter().map(|&(_, i)| items[i as usize]));
        }
        vm.heap.get_mut(out).items = placed;
        vm.charge((to - from) / 4);
        if to == n { Work::Done } else { Work::More }
    }
}

const SIGN: u64 = 1 << 63;
/// Strings up to this long are compared by the thousand in one step. Longer ones may begin alike for long, so
/// they are compared one question at a time, each charged for.
const STRING_MAX_BYTES: usize = 256;

/// The code of a key.
#[inline]
fn code(heap: &Heap, key: Value) -> Option<(Kind, u64)> {
    match key {
        Value::Int(i) => Some((Kind::Int, i as u64 ^ SIGN)),
        Value::Float(f) if !f.is_nan() => {
            // Adding 0.0 turns -0.0, which is equal to it, into 0.0.
            let bits = (f + 0.0).to_bits();
            Some((Kind::Float, if bits & SIGN == 0 { bits ^ SIGN } else { !bits }))
        }
        Value::Str(s) => {
            let bytes = heap.str(s).as_bytes();
            if bytes.len() > STRING_MAX_BYTES {
                return None;
            }
            let mut prefix = [0; 8];
            let n = bytes.len().min(8);
            prefix[..n].copy_from_slice(&bytes[..n]);
            Some((Kind::Str, u64::from_be_bytes(prefix)))
        }
        Value::Tuple(_) | Value::List(_) => {
            let first = match items(heap, key).first()? {
                Value::Tuple(_) | Value::List(_) => return None,
                &first => first,
            };
            let (kind, code) = code(heap, first)?;
            let kind = match kind {
                Kind::Int => First::Int,
                Kind::Float => First::Float,
                Kind::Str => First::Str,
                Kind::First(_) => return None,
            };
            Some((Kind::First(kind), code))
        }
        _ => None,
    }
}

/// Orders two strings of the list by their codes, then by themselves, then by their numbers.
#[inline]
fn compare_strings(heap: &Heap, strings: &[Value], reverse: bool, a: Code, b: Code) -> Ordering {
    a.0.cmp(&b.0).then_with(|| {
        let (Value::Str(x), Value::Str(y)) = (strings[a.1 as usize], strings[b.1 as usize]) else {
            unreachable!("all keys are strings")
        };
        let order = heap.str(x).cmp(heap.str(y));
        let order = if reverse { order.reverse() } else { order };
        order.then(a.1.cmp(&b.1))
    })
}
