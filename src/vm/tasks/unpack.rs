//! Unpacking an iterator into a fixed number of values.

use crate::vm::flow::{Flow, R, Resume, Step, Task};
use crate::vm::heap::Tracer;
use crate::vm::iter;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

struct Unpack {
    iterator: Value,
    want: usize,
    /// The number of values when it is known beforehand, for the complaint.
    known: Option<usize>,
    taken: Vec<Value>,
}

/// Exactly `want` values, as a tuple.
pub fn unpack(iterator: Value, want: usize, known: Option<usize>) -> Box<dyn Task> {
    Box::new(Unpack { iterator, want, known, taken: Vec::with_capacity(want) })
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
                    let got = self.known.map_or(String::new(), |n| format!(", got {n}"));
                    return Err(vm.value_error(format!("too many values to unpack (expected {want}{got})")));
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
    taken: Vec<Value>,
}

/// `before` values, a list with the rest, `after` values: all of them as a tuple.
pub fn unpack_star(iterator: Value, before: usize, after: usize) -> Box<dyn Task> {
    Box::new(UnpackStar { iterator, before, after, taken: Vec::new() })
}

impl UnpackStar {
    fn finish(&mut self, vm: &mut Vm) -> R<Step> {
        let (got, least) = (self.taken.len(), self.before + self.after);
        if got < least {
            return Err(
                vm.value_error(format!("not enough values to unpack (expected at least {least}, got {got})"))
            );
        }
        let mut taken = std::mem::take(&mut self.taken);
        let tail = taken.split_off(got - self.after);
        let rest = taken.split_off(self.before);
        let rest = vm.list(rest);
        taken.push(rest);
        taken.extend(tail);
        Ok(Step::Done(vm.tuple(taken)))
    }
}

impl Task for UnpackStar {
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
            if v.is_undef() {
                return self.finish(vm);
            }
            vm.charge(1);
            self.taken.push(v);
            if self.taken.len() == self.taken.capacity() {
                vm.reserve_elements(self.taken.len() * 2, size_of::<Value>())?;
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.iterator);
        self.taken.iter().for_each(|&v| tracer.value(v));
    }
}
