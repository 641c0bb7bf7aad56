//! Draining an iterator into a sink: `list(it)`, `sum(it)`, `any(it)`, `''.join(it)`, ….

use crate::vm::flow::{Flow, R, Resume, Step, Task};
use crate::vm::heap::Tracer;
use crate::vm::iter;
use crate::vm::ops;
use crate::vm::types::iterator::Iter;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// What a drained value is given to.
pub trait Sink: 'static {
    /// Takes one value. `Some(result)` ends the iteration early with that result.
    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>>;
    /// The result when the iterator is exhausted.
    fn finish(&mut self, vm: &mut Vm) -> R<Flow>;
    /// Takes the answer of the flow from [`Sink::wants`]. `Some(result)` ends the iteration.
    fn answered(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        let _ = (vm, v);
        Ok(None)
    }
    /// Takes as many of these values as it can without the interpreter; how many. Called for what lies in a
    /// list or tuple, before [`Sink::take`].
    fn take_some(&mut self, values: &[Value]) -> usize {
        let _ = values;
        0
    }
    /// Takes one value if that needs neither the interpreter nor can fail or end the iteration.
    fn take_quickly(&mut self, vm: &mut Vm, v: Value) -> bool {
        let _ = vm;
        self.take_some(&[v]) == 1
    }
    /// A flow that must be answered before the next value is taken.
    fn wants(&mut self) -> Option<Flow> {
        None
    }
    /// Reports every value the sink holds.
    fn trace(&self, tracer: &mut Tracer<'_>);
}

/// The task that feeds a [`Sink`].
pub struct Drain<S> {
    iterator: Value,
    sink: S,
    state: State,
    judged: Value,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// A value is asked for next.
    Ready,
    /// The next answer is a value of the iterator.
    AwaitsNext,
    /// The next answer is what the sink wanted.
    AwaitsSink,
    /// The next answer is what the predicate of `filter` says about the value in `judged`.
    AwaitsVerdict,
}

/// Values taken from an iterator that does not call back, per unit of fuel check.
const BATCH: usize = 64;

/// Elements of a list or tuple that a sink is offered in one go.
const RUN: usize = 4_096;

/// Feeds all values of an iterable to a sink; the result is what the sink makes of them.
pub fn drain<S: Sink>(vm: &mut Vm, iterable: Value, sink: S) -> R {
    let iterator = iter::get_iter_now(vm, iterable)?;
    Ok(Flow::task(Drain { iterator, sink, state: State::Ready, judged: Value::Undef }))
}

impl<S: Sink> Drain<S> {
    /// A task that drains an iterator.
    pub fn new(iterator: Value, sink: S) -> Drain<S> {
        Drain { iterator, sink, state: State::Ready, judged: Value::Undef }
    }

    /// Hands the sink a run of a list's or tuple's elements; how many it took.
    fn take_run(&mut self, vm: &mut Vm) -> usize {
        let Value::Iter(r) = self.iterator else { return 0 };
        let (elements, from) = match *vm.heap.get(r) {
            Iter::List { list, index } => (vm.heap.get(list).items.as_slice(), index),
            Iter::Tuple { tuple, index } => (&*vm.heap.get(tuple).items, index),
            _ => return 0,
        };
        let to = elements.len().min(from + RUN);
        let taken = self.sink.take_some(elements.get(from..to).unwrap_or_default());
        if let Iter::List { index, .. } | Iter::Tuple { index, .. } = vm.heap.store_into(r, Value::Undef) {
            *index = from + taken;
        }
        vm.charge(taken / 4);
        taken
    }

    /// Gives a value to the sink; `Some` is what the task does next.
    fn give(&mut self, vm: &mut Vm, v: Value) -> R<Option<Step>> {
        if v.is_undef() {
            return self.sink.finish(vm).map(|flow| Some(Step::Become(flow)));
        }
        if let Some(result) = self.sink.take(vm, v)? {
            return Ok(Some(Step::Become(result)));
        }
        Ok(self.ask())
    }

    fn ask(&mut self) -> Option<Step> {
        let wanted = self.sink.wants()?;
        self.state = State::AwaitsSink;
        Some(Step::Await(wanted))
    }
}

impl<S: Sink> Task for Drain<S> {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Resume::Value(v) = resume {
            let was = std::mem::replace(&mut self.state, State::Ready);
            let next = match was {
                State::AwaitsSink => match self.sink.answered(vm, v)? {
                    Some(result) => Some(Step::Become(result)),
                    None => self.ask(),
                },
                // `StopIteration` out of a predicate ends the iteration.
                State::AwaitsVerdict if !v.is_undef() => match ops::truth_now(vm, v) {
                    true => self.give(vm, self.judged)?,
                    false => None,
                },
                _ => self.give(vm, v)?,
            };
            if let Some(step) = next {
                return Ok(step);
            }
        }
        loop {
            while self.take_run(vm) > 0 {
                if vm.out_of_fuel() {
                    return Ok(Step::Yield);
                }
            }
            for _ in 0..BATCH {
                vm.charge(1);
                if let Some(v) = iter::fast_next(vm, self.iterator) {
                    if let Some(step) = self.give(vm, v)? {
                        return Ok(step);
                    }
                    continue;
                }
                if let Some((flow, argument, state)) = called(vm, self.iterator) {
                    self.judged = argument;
                    self.state = state;
                    return Ok(Step::Next(flow));
                }
                match iter::next(vm, self.iterator)? {
                    Flow::Value(v) => {
                        if let Some(step) = self.give(vm, v)? {
                            return Ok(step);
                        }
                    }
                    flow => {
                        self.state = State::AwaitsNext;
                        return Ok(Step::Next(flow));
                    }
                }
                if vm.fuel <= 0 {
                    break;
                }
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn feed(&mut self, vm: &mut Vm, v: Value) -> bool {
        vm.charge(2);
        self.state == State::AwaitsNext
            && matches!(self.iterator, Value::Generator(_))
            && self.sink.take_quickly(vm, v)
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.iterator);
        tracer.value(self.judged);
        self.sink.trace(tracer);
    }
}

/// For `filter` and `map` with a Python function over one plain iterator: the call of the function, its
/// argument and what the answer is. So draining them takes no task for each value.
fn called(vm: &mut Vm, iterator: Value) -> Option<(Flow, Value, State)> {
    let Value::Iter(r) = iterator else { return None };
    let (function, inner, state) = match *vm.heap.get(r) {
        Iter::Filter { function, inner } => (function, inner, State::AwaitsVerdict),
        Iter::Map { function, inner } => match *vm.heap.get(inner).items {
            [inner] => (function, inner, State::AwaitsNext),
            _ => return None,
        },
        _ => return None,
    };
    let Value::Function(..) = function else { return None };
    let v = iter::fast_next(vm, inner).filter(|v| !v.is_undef())?;
    Some((Flow::call(vm, function, &[v]), v, state))
}
