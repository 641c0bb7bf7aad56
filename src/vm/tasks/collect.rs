//! Collecting the values of an iterable in a list.

use num_bigint::BigInt;

use super::copy::{Piece, Shape, copy};
use super::drain::{Drain, Sink};
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::heap::Tracer;
use crate::vm::iter;
use crate::vm::types::list::{self, List};
use crate::vm::types::range::{self, Small};
use crate::vm::types::view::ViewKind;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Values of ranges and tables that are collected at once.
const AT_ONCE: usize = 8_192;
/// Values of a range that are made in one step.
const RANGE_STEP: u64 = 32_768;

/// The values of any iterable in a new list.
pub fn collect(vm: &mut Vm, iterable: Value) -> R {
    if let Value::List(_) | Value::Tuple(_) | Value::StructSeq(_) = iterable {
        let all = Piece::all(&vm.heap, iterable);
        return copy(vm, [all, Piece { count: 0, ..all }], 1, Shape::List);
    }
    if let Some(items) = collect_now(vm, iterable) {
        vm.charge(items.len());
        return value(vm.list(items));
    }
    let Value::List(into) = vm.list(Vec::new()) else { unreachable!("list() makes lists") };
    collect_into(vm, into, iterable, Shape::List)
}

/// The values of a container that is no sequence, if they are few.
fn collect_now(vm: &mut Vm, iterable: Value) -> Option<Vec<Value>> {
    match iterable {
        Value::Range(r) => {
            let small = vm.heap.get(r).small()?;
            let few = small.count <= RANGE_STEP;
            few.then(|| (0..small.count).map(|i| Value::Int(small.at(i))).collect())
        }
        Value::Set(s) | Value::FrozenSet(s) => {
            let table = &vm.heap.get(s).table;
            (table.positions() <= AT_ONCE).then(|| table.iter().map(|e| e.key).collect())
        }
        Value::Dict(d) => {
            let table = &vm.heap.get(d).table;
            (table.positions() <= AT_ONCE).then(|| table.iter().map(|e| e.key).collect())
        }
        Value::View(v) => {
            let view = *vm.heap.get(v);
            let table = &vm.heap.get(view.dict).table;
            if table.positions() > AT_ONCE {
                return None;
            }
            Some(match view.kind {
                ViewKind::Keys => table.iter().map(|e| e.key).collect(),
                ViewKind::Values => table.iter().map(|e| e.value).collect(),
                ViewKind::Items => {
                    let pairs: Vec<[Value; 2]> = table.iter().map(|e| [e.key, e.value]).collect();
                    pairs.into_iter().map(|pair| vm.tuple(pair)).collect()
                }
            })
        }
        _ => None,
    }
}

/// Appends the values of any iterable to a list.
pub fn collect_into(vm: &mut Vm, into: Ref<List>, iterable: Value, shape: Shape) -> R {
    let iterator = iter::get_iter_now(vm, iterable)?;
    if let Value::Range(r) = iterable {
        let range = *vm.heap.get(r);
        if range::length(&vm.heap, &range) > BigInt::from(isize::MAX) {
            return Err(vm.overflow_error("Python int too large to convert to C ssize_t"));
        }
    }
    if let Some(n) = known_length(vm, iterable) {
        vm.room_for_elements(n, size_of::<Value>())?;
        vm.heap.get_mut(into).items.reserve(n);
    }
    if let Value::Range(r) = iterable
        && let Some(range) = vm.heap.get(r).small()
    {
        return Ok(Flow::task(FillRange { into, range, at: 0, shape }));
    }
    Ok(Flow::task(Drain::new(iterator, Collect { into, shape, growing: None })))
}

/// Appends the values of a range, many at a step.
struct FillRange {
    into: Ref<List>,
    range: Small,
    at: u64,
    shape: Shape,
}

impl Task for FillRange {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        while self.at < self.range.count {
            let to = self.range.count.min(self.at + RANGE_STEP);
            let range = self.range;
            vm.heap.get_mut(self.into).items.extend((self.at..to).map(|i| Value::Int(range.at(i))));
            vm.charge((to - self.at) as usize / 4);
            self.at = to;
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
        Ok(Step::Done(match self.shape {
            Shape::Nothing => Value::None,
            _ => Value::List(self.into),
        }))
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.into);
    }
}

fn known_length(vm: &Vm, iterable: Value) -> Option<usize> {
    match iterable {
        Value::Range(r) => vm.heap.get(r).small().map(|s| s.count as usize),
        Value::Dict(d) => Some(vm.heap.get(d).table.len()),
        Value::View(v) => Some(vm.heap.get(vm.heap.get(v).dict).table.len()),
        Value::Set(s) | Value::FrozenSet(s) => Some(vm.heap.get(s).table.len()),
        _ => None,
    }
}

struct Collect {
    into: Ref<List>,
    shape: Shape,
    /// The list was full and long: what appends the last value.
    growing: Option<Flow>,
}

impl Sink for Collect {
    #[inline]
    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        self.growing = list::append(vm, self.into, v);
        Ok(None)
    }

    #[inline]
    fn wants(&mut self) -> Option<Flow> {
        self.growing.take()
    }

    fn take_quickly(&mut self, vm: &mut Vm, v: Value) -> bool {
        list::append_now(vm, self.into, v)
    }

    fn finish(&mut self, _: &mut Vm) -> R<Flow> {
        value(match self.shape {
            Shape::Nothing => Value::None,
            _ => Value::List(self.into),
        })
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.into);
        if let Some(flow) = &self.growing {
            super::then::trace_flow(flow, tracer);
        }
    }
}
