//! Unpacking an iterator into a fixed number of values.

use crate::vm::flow::{Flow, R, Resume, Step, Task};
use crate::vm::heap::Tracer;
use crate::vm::iter;
use crate::vm::types::list::{self, List};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

struct Unpack {
    iterator: Value,
    want: usize,
    taken: Vec<Value>,
}

/// Exactly `want` values, as a tuple.
pub fn unpack(iterator: Value, want: usize) -> Box<dyn Task> {
    Box::new(Unpack { iterator, want, taken: Vec::with_capacity(want) })
}

impl Task for Unpack {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        let mut arrived = match resume {
            Resume::Value(v) => Some(v),
            _ => None,
        };
        loop {
            let v = match arrived.take() {
                Some(v) => v,
                None => match iter::next(vm, self.iterator)? {
                    Flow::Value(v) => v,
                    flow => return Ok(Step::Next(flow)),
                },
            };
            vm.charge(1);
            match (v.is_undef(), self.taken.len() == self.want) {
                (true, true) => return Ok(Step::Done(vm.tuple(std::mem::take(&mut self.taken)))),
                (true, false) => {
                    let (want, got) = (self.want, self.taken.len());
                    return Err(
                        vm.value_error(format!("not enough values to unpack (expected {want}, got {got})"))
                    );
                }
                (false, true) => {
                    let want = self.want;
                    return Err(vm.value_error(format!("too many values to unpack (expected {want})")));
                }
                (false, false) => self.taken.push(v),
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.iterator);
        self.taken.iter().for_each(|&v| tracer.value(v));
    }
}

struct UnpackStar {
    iterator: Value,
    before: usize,
    after: usize,
    /// A list, so that the memory limit sees it.
    taken: Option<Ref<List>>,
}

/// `before` values, a list with the rest, `after` values: all of them as a tuple.
pub fn unpack_star(iterator: Value, before: usize, after: usize) -> Box<dyn Task> {
    Box::new(UnpackStar { iterator, before, after, taken: None })
}

impl UnpackStar {
    fn finish(&mut self, vm: &mut Vm, taken: Ref<List>) -> R<Step> {
        let (got, least) = (vm.heap.get(taken).items.len(), self.before + self.after);
        if got < least {
            return Err(
                vm.value_error(format!("not enough values to unpack (expected at least {least}, got {got})"))
            );
        }
        // What was taken becomes the list of the rest.
        let mut list = vm.heap.get_mut(taken);
        let tail = list.items.split_off(got - self.after);
        let mut values: Vec<Value> = list.items.drain(..self.before).collect();
        drop(list);
        vm.charge(got / 16);
        values.push(Value::List(taken));
        values.extend(tail);
        Ok(Step::Done(vm.tuple(values)))
    }
}

impl Task for UnpackStar {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        let taken = match self.taken {
            Some(taken) => taken,
            None => *self.taken.insert(vm.heap.alloc(List::default())),
        };
        let mut arrived = match resume {
            Resume::Value(v) => Some(v),
            _ => None,
        };
        loop {
            let v = match arrived.take() {
                Some(v) => v,
                None => match iter::next(vm, self.iterator)? {
                    Flow::Value(v) => v,
                    flow => return Ok(Step::Next(flow)),
                },
            };
            if v.is_undef() {
                return self.finish(vm, taken);
            }
            vm.charge(1);
            list::push(vm, taken, v);
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.iterator);
        tracer.option(self.taken);
    }
}
