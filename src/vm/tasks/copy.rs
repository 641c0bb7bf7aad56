//! Copying elements: slices, concatenation, repetition, `list()` of a sequence.
//!
//! What fits one step is copied at once; more is copied by a task, a piece at each step.

use crate::vm::compare::tuple_items;
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::heap::{Heap, Tracer};
use crate::vm::types::list::{Growth, List};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Elements copied in one step: 1 MiB, about 100 µs.
const STEP_ELEMENTS: usize = 65_536;

/// Elements of a list or tuple: `count` from `start` on, `step` apart.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// A list, a tuple or a tuple with field names.
    pub source: Value,
    /// Index of the first.
    pub start: usize,
    /// Distance; negative for backwards.
    pub step: isize,
    /// How many.
    pub count: usize,
}

/// What the copied elements become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A list: the answer is the list that was appended to.
    List,
    /// A tuple.
    Tuple,
    /// The answer is `None`.
    Nothing,
}

impl Piece {
    /// All elements of a list or tuple.
    pub fn all(heap: &Heap, source: Value) -> Piece {
        Piece { source, start: 0, step: 1, count: items(heap, source).len() }
    }

    fn append(self, heap: &Heap, from: usize, n: usize, out: &mut Vec<Value>) {
        let items = items(heap, self.source);
        if self.step == 1 {
            let start = self.start + from;
            // The source cannot have shrunk: nothing runs while a copy is under way.
            out.extend_from_slice(&items[start..start + n]);
            return;
        }
        let at = |i: usize| (self.start as isize + (from + i) as isize * self.step) as usize;
        out.extend((0..n).map(|i| items[at(i)]));
    }
}

/// The elements of a list or tuple.
#[inline]
pub fn items(heap: &Heap, v: Value) -> &[Value] {
    match v {
        Value::List(l) => &heap.get(l).items,
        other => tuple_items(heap, other),
    }
}

/// A new list or tuple of two pieces (the second may be empty), repeated.
pub fn copy(vm: &mut Vm, pieces: [Piece; 2], times: usize, shape: Shape) -> R {
    let total = reserve(vm, &pieces, times, 0)?;
    if total <= STEP_ELEMENTS {
        vm.charge(total / 8);
        let mut out = Vec::with_capacity(total);
        for _ in 0..times {
            for piece in pieces {
                piece.append(&vm.heap, 0, piece.count, &mut out);
            }
            if total == 0 {
                break;
            }
        }
        return value(match shape {
            Shape::Tuple => vm.tuple(out),
            _ => vm.list(out),
        });
    }
    let Value::List(into) = vm.list(Vec::with_capacity(total)) else { unreachable!("list() makes lists") };
    Ok(Flow::task(Copy { into, pieces, times, shape, piece: 0, done: 0, growth: None }))
}

/// Appends a piece, repeated, to a list; the piece may be of that very list.
pub fn append(vm: &mut Vm, into: Ref<List>, piece: Piece, times: usize, shape: Shape) -> R {
    let none = Piece { count: 0, ..piece };
    let have = vm.heap.get(into).items.len();
    let total = reserve(vm, &[piece, none], times, have)?;
    let growth = Growth::new(vm, into, total);
    let grows = growth.is_some();
    if !grows {
        vm.heap.get_mut(into).items.reserve(total);
    }
    let mut task = Copy { into, pieces: [piece, none], times, shape, piece: 0, done: 0, growth };
    if grows || total > STEP_ELEMENTS {
        return Ok(Flow::task(task));
    }
    task.advance(vm, STEP_ELEMENTS);
    value(task.finish(vm))
}

/// A list of one value, repeated: as [`copy`] for more than one step.
pub fn fill(vm: &mut Vm, item: Value, times: usize) -> R {
    let piece = Piece { source: item, start: 0, step: 1, count: 1 };
    let total = reserve(vm, &[piece, Piece { count: 0, ..piece }], times, 0)?;
    let Value::List(into) = vm.list(Vec::with_capacity(total)) else { unreachable!("list() makes lists") };
    Ok(Flow::task(Fill { into, item, total }))
}

struct Fill {
    into: Ref<List>,
    item: Value,
    total: usize,
}

impl Task for Fill {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            // The room is there: the payload's size does not change.
            let items = &mut vm.heap.change(self.into).items;
            let len = self.total.min(items.len() + STEP_ELEMENTS);
            items.resize(len, self.item);
            vm.charge(STEP_ELEMENTS / 8);
            if len == self.total {
                return Ok(Step::Done(Value::List(self.into)));
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.into);
        tracer.value(self.item);
    }
}

/// How many elements the copy has; `MemoryError` when they can never fit.
fn reserve(vm: &mut Vm, pieces: &[Piece; 2], times: usize, have: usize) -> R<usize> {
    let total = (pieces[0].count + pieces[1].count).saturating_mul(times);
    vm.room_for_elements(total.saturating_add(have), size_of::<Value>())?;
    Ok(total)
}

struct Copy {
    into: Ref<List>,
    pieces: [Piece; 2],
    /// Rounds left.
    times: usize,
    shape: Shape,
    /// Which piece is being copied, and how much of it is.
    piece: usize,
    done: usize,
    /// The list that is appended to is moved to a larger block first.
    growth: Option<Growth>,
}

impl Copy {
    /// Copies at most `budget` elements; true when everything is copied.
    fn advance(&mut self, vm: &mut Vm, mut budget: usize) -> bool {
        let mut out = std::mem::take(&mut vm.heap.get_mut(self.into).items);
        let before = out.len();
        while self.times > 0 && budget > 0 {
            let piece = self.pieces[self.piece];
            let n = (piece.count - self.done).min(budget);
            if piece.source.is(Value::List(self.into)) {
                out.extend_from_within(piece.start + self.done..piece.start + self.done + n);
            } else {
                piece.append(&vm.heap, self.done, n, &mut out);
            }
            self.done += n;
            budget -= n;
            if self.done == piece.count {
                self.done = 0;
                self.piece += 1;
                if self.piece == self.pieces.len() {
                    self.piece = 0;
                    self.times -= 1;
                    if self.pieces.iter().all(|p| p.count == 0) {
                        self.times = 0;
                    }
                }
            }
        }
        vm.charge((out.len() - before) / 8);
        vm.heap.get_mut(self.into).items = out;
        self.times == 0
    }

    fn finish(&mut self, vm: &mut Vm) -> Value {
        match self.shape {
            Shape::List => Value::List(self.into),
            Shape::Nothing => Value::None,
            Shape::Tuple => {
                let items = std::mem::take(&mut vm.heap.get_mut(self.into).items);
                vm.tuple(items)
            }
        }
    }
}

impl Task for Copy {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        while let Some(growth) = &mut self.growth {
            if growth.advance(vm, self.into)? {
                self.growth = None;
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
        loop {
            if self.advance(vm, STEP_ELEMENTS) {
                return Ok(Step::Done(self.finish(vm)));
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.into);
        self.pieces.iter().for_each(|p| tracer.value(p.source));
    }
}
