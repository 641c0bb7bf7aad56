//! Growth of long lists, a piece per step: moving tens of megabytes to a larger block takes long.

use super::List;
use crate::vm::flow::{Flow, R, Resume, Step, Task};
use crate::vm::heap::Tracer;
use crate::vm::type_id::TypeId;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Elements from which on a list is moved in pieces: 2 MiB.
const LARGE: usize = 128 * 1024;
/// Elements moved in one step.
const STEP_ELEMENTS: usize = 64 * 1024;

/// `list.append(v)`; a flow that does it where the list is long and full.
#[inline]
pub fn append(vm: &mut Vm, list: Ref<List>, v: Value) -> Option<Flow> {
    let l = vm.heap.store_into(list, v);
    if l.items.len() < l.items.capacity() {
        l.items.push(v);
        return None;
    }
    append_full(vm, list, v)
}

/// `list.append(v)` if that is done in one step; whether it was.
#[inline]
pub fn append_now(vm: &mut Vm, list: Ref<List>, v: Value) -> bool {
    let l = vm.heap.store_into(list, v);
    if l.items.len() < l.items.capacity() {
        l.items.push(v);
        return true;
    }
    let short = l.items.len() < LARGE;
    if short {
        vm.heap.get_mut(list).items.push(v);
    }
    short
}

#[cold]
#[inline(never)]
fn append_full(vm: &mut Vm, list: Ref<List>, v: Value) -> Option<Flow> {
    match Growth::new(vm, list, 1) {
        Some(growth) => Some(Flow::task(Append { list, v, growth })),
        None => {
            vm.heap.get_mut(list).items.push(v);
            None
        }
    }
}

/// The move of a list's elements to a larger block.
pub struct Growth {
    fresh: Vec<Value>,
    capacity: usize,
}

impl Growth {
    /// `None` where `more` elements fit, or where the list is so short that it can grow at once.
    pub fn new(vm: &Vm, list: Ref<List>, more: usize) -> Option<Growth> {
        let items = &vm.heap.get(list).items;
        if items.len() < LARGE || items.capacity() - items.len() >= more {
            return None;
        }
        let capacity = (items.len() + more).max(items.len() + items.len() / 2);
        Some(Growth { fresh: Vec::new(), capacity })
    }

    /// Moves a piece; true when all is moved.
    pub fn advance(&mut self, vm: &mut Vm, list: Ref<List>) -> R<bool> {
        if self.fresh.capacity() == 0 && self.fresh.try_reserve_exact(self.capacity).is_err() {
            return Err(vm.raise(TypeId::MemoryError, ""));
        }
        // Nothing else runs meanwhile, so what has been moved has not changed.
        let items = &vm.heap.get(list).items;
        let to = items.len().min(self.fresh.len() + STEP_ELEMENTS);
        let moved = to - self.fresh.len();
        self.fresh.extend_from_slice(&items[self.fresh.len()..to]);
        let done = to == items.len();
        vm.charge(moved / 8);
        if done {
            vm.heap.get_mut(list).items = std::mem::take(&mut self.fresh);
        }
        Ok(done)
    }
}

struct Append {
    list: Ref<List>,
    v: Value,
    growth: Growth,
}

impl Task for Append {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        while !self.growth.advance(vm, self.list)? {
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
        vm.heap.get_mut(self.list).items.push(self.v);
        Ok(Step::Done(Value::None))
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.list);
        tracer.value(self.v);
    }
}
