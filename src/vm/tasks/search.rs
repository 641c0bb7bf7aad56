//! Searching sequences and iterators: `in`, `index`, `count`, `remove`.

use std::ops::Range;

use super::copy::items;
use super::deep::equal;
use super::drain::{Sink, drain};
use super::then::raise_with_repr;
use crate::vm::compare::{eq_charged, eq_counted};
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::heap::{Heap, Tracer};
use crate::vm::ops;
use crate::vm::type_id::TypeId;
use crate::vm::types::list;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// Elements looked at before the fuel is.
const BATCH: usize = 4_096;

/// What a search is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchFor {
    /// Whether the item is there.
    Contains,
    /// Its index, or `ValueError`.
    Index,
    /// How often it is there.
    Count,
    /// Removes the first one from the list, or `ValueError`.
    Remove,
}

struct Search {
    sequence: Value,
    item: Value,
    at: usize,
    stop: usize,
    what: SearchFor,
    count: i64,
    /// The element before `at` is being compared by another task.
    asked: bool,
}

/// `item in sequence` for lists and tuples.
pub fn search(vm: &mut Vm, sequence: Value, item: Value) -> R {
    search_for(vm, sequence, item, 0..usize::MAX, SearchFor::Contains)
}

/// Searches part of a list or tuple.
pub fn search_for(vm: &mut Vm, sequence: Value, item: Value, range: Range<usize>, what: SearchFor) -> R {
    let mut search =
        Search { sequence, item, at: range.start, stop: range.end, what, count: 0, asked: false };
    match search.advance(vm)? {
        Progress::Done(flow) => Ok(flow),
        Progress::More => Ok(Flow::task(search)),
        Progress::Ask => {
            // The task asks again.
            search.at -= 1;
            search.asked = false;
            Ok(Flow::task(search))
        }
    }
}

enum Progress {
    Done(Flow),
    More,
    /// The element before `at` takes a task to compare.
    Ask,
}

/// The first element equal to `item`, or the first that takes longer to compare or at which `nodes`, what has
/// been compared, is beyond a step's work.
fn scan(heap: &Heap, elements: &[Value], item: Value, nodes: &mut usize) -> Option<(usize, bool)> {
    if let Value::Int(i) = item {
        // Most lists that are searched for an integer hold nothing else.
        let plain = elements.iter().position(|v| !matches!(v, Value::Int(x) if *x != i))?;
        return match elements[plain] {
            Value::Int(_) => Some((plain, true)),
            _ => scan_any(heap, &elements[plain..], item, nodes).map(|(at, same)| (plain + at, same)),
        };
    }
    scan_any(heap, elements, item, nodes)
}

fn scan_any(heap: &Heap, elements: &[Value], item: Value, nodes: &mut usize) -> Option<(usize, bool)> {
    elements.iter().enumerate().find_map(|(i, &v)| match eq_counted(heap, v, item, nodes) {
        Some(true) => Some((i, true)),
        // The question is asked once more by a task, which does no harm.
        Some(false) if *nodes > 2 * BATCH => Some((i, false)),
        Some(false) => None,
        None => Some((i, false)),
    })
}

impl Search {
    fn advance(&mut self, vm: &mut Vm) -> R<Progress> {
        let all = items(&vm.heap, self.sequence);
        let stop = self.stop.min(all.len());
        if self.at >= stop {
            return self.finish(vm).map(Progress::Done);
        }
        let to = stop.min(self.at + BATCH);
        let mut nodes = 0;
        let found = scan(&vm.heap, &all[self.at..to], self.item, &mut nodes);
        let from = self.at;
        self.at = found.map_or(to, |(i, _)| self.at + i + 1);
        vm.charge((self.at - from) / 2 + nodes / 4 + 1);
        match found {
            Some((_, true)) => self.hit(vm).map(|hit| hit.map_or(Progress::More, Progress::Done)),
            Some((_, false)) => Ok(Progress::Ask),
            None if self.at >= stop => self.finish(vm).map(Progress::Done),
            None => Ok(Progress::More),
        }
    }

    /// The element before `at` is the item.
    fn hit(&mut self, vm: &mut Vm) -> R<Option<Flow>> {
        Ok(Some(Flow::Value(match self.what {
            SearchFor::Contains => Value::Bool(true),
            SearchFor::Index => Value::Int(self.at as i64 - 1),
            SearchFor::Count => {
                self.count += 1;
                return Ok(None);
            }
            SearchFor::Remove => {
                let Value::List(l) = self.sequence else { unreachable!("only lists have remove()") };
                if self.at <= vm.heap.get(l).items.len() {
                    list::remove_at(vm, l, self.at - 1);
                }
                Value::None
            }
        })))
    }

    fn finish(&mut self, vm: &mut Vm) -> R {
        match (self.what, self.sequence) {
            (SearchFor::Contains, _) => value(Value::Bool(false)),
            (SearchFor::Count, _) => value(Value::Int(self.count)),
            (SearchFor::Remove, _) => Err(vm.value_error("list.remove(x): x not in list")),
            (SearchFor::Index, Value::List(_)) => {
                raise_with_repr(vm, TypeId::ValueError, self.item, " is not in list")
            }
            (SearchFor::Index, _) => Err(vm.value_error("tuple.index(x): x not in tuple")),
        }
    }
}

impl Task for Search {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let (Resume::Value(v), true) = (resume, std::mem::take(&mut self.asked))
            && ops::truth_of_bool(v)
            && let Some(done) = self.hit(vm)?
        {
            return Ok(Step::Become(done));
        }
        loop {
            match self.advance(vm)? {
                Progress::Done(flow) => return Ok(Step::Become(flow)),
                Progress::Ask => {
                    self.asked = true;
                    let element = items(&vm.heap, self.sequence)[self.at - 1];
                    return equal(vm, element, self.item, false).map(Step::Await);
                }
                Progress::More if vm.out_of_fuel() => return Ok(Step::Yield),
                Progress::More => {}
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.sequence);
        tracer.value(self.item);
    }
}

/// `item in iterator`
pub fn search_iterator(vm: &mut Vm, iterator: Value, item: Value) -> R {
    drain(vm, iterator, Until { item, pending: None })
}

/// Takes values until one is equal to the item.
struct Until {
    item: Value,
    pending: Option<Flow>,
}

impl Sink for Until {
    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        match eq_charged(vm, v, self.item) {
            Some(true) => return Ok(Some(Flow::Value(Value::Bool(true)))),
            Some(false) => {}
            None => match equal(vm, v, self.item, false)? {
                Flow::Value(Value::Bool(true)) => return Ok(Some(Flow::Value(Value::Bool(true)))),
                Flow::Value(_) => {}
                flow => self.pending = Some(flow),
            },
        }
        Ok(None)
    }

    fn wants(&mut self) -> Option<Flow> {
        self.pending.take()
    }

    fn answered(&mut self, _: &mut Vm, v: Value) -> R<Option<Flow>> {
        Ok(ops::truth_of_bool(v).then_some(Flow::Value(Value::Bool(true))))
    }

    fn finish(&mut self, _: &mut Vm) -> R {
        value(Value::Bool(false))
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.item);
        if let Some(flow) = &self.pending {
            super::then::trace_flow(flow, tracer);
        }
    }
}
