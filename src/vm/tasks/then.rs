//! One function after another: what is to be done with a flow's answer.

use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::heap::Tracer;
use crate::vm::type_id::TypeId;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// What follows: it gets the captured values and the answer.
type Next<const N: usize> = fn(&mut Vm, [Value; N], Value) -> R;

struct Then<const N: usize> {
    flow: Option<Flow>,
    captured: [Value; N],
    next: Next<N>,
}

/// Follows `flow` and hands its answer to `next`, at once when it is there already.
pub fn then<const N: usize>(vm: &mut Vm, flow: Flow, captured: [Value; N], next: Next<N>) -> R {
    match flow {
        Flow::Value(v) => next(vm, captured, v),
        flow => Ok(Flow::task(Then { flow: Some(flow), captured, next })),
    }
}

impl<const N: usize> Task for Then<N> {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Some(flow) = self.flow.take() {
            return Ok(Step::Await(flow));
        }
        let Resume::Value(v) = resume else { unreachable!("an awaited flow answers with a value") };
        (self.next)(vm, self.captured, v).map(Step::Become)
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.captured.iter().for_each(|&v| tracer.value(v));
        if let Some(flow) = &self.flow {
            trace_flow(flow, tracer);
        }
    }
}

/// Reports the values of a flow that a task keeps for its next step.
pub fn trace_flow(flow: &Flow, tracer: &mut Tracer<'_>) {
    match flow {
        Flow::Value(v) => tracer.value(*v),
        Flow::Resume(g) => tracer.object(*g),
        Flow::Task(task) => task.trace(tracer),
        // What is to be called is among the roots.
        Flow::Call | Flow::Frame(_) => {}
    }
}

/// Raises an exception whose message is a value's `repr` and some words after it.
pub fn raise_with_repr(vm: &mut Vm, ty: TypeId, v: Value, words: &'static str) -> R {
    let flow = crate::vm::format::repr(vm, v)?;
    let words = vm.str(words);
    then(vm, flow, [Value::Type(ty), words], |vm, [ty, words], text| {
        let (Value::Type(ty), Value::Str(words), Value::Str(text)) = (ty, words, text) else {
            unreachable!("a repr is a string")
        };
        let message = format!("{}{}", vm.heap.str(text), vm.heap.str(words));
        Err(vm.raise(ty, message))
    })
}

/// The answer of a `next` flow as `next()` gives it: `default` instead of exhaustion, or `StopIteration`
/// when there is none.
pub fn next_or(vm: &mut Vm, flow: Flow, default: Value) -> R {
    match flow {
        Flow::Value(v) => next_answer(vm, v, default).and_then(value),
        flow => Ok(Flow::task(NextOr { flow: Some(flow), default })),
    }
}

fn next_answer(vm: &mut Vm, v: Value, default: Value) -> R<Value> {
    match (v, default) {
        (Value::Undef, Value::Undef) => Err(vm.raise(TypeId::StopIteration, "")),
        (Value::Undef, default) => Ok(default),
        (v, _) => Ok(v),
    }
}

struct NextOr {
    flow: Option<Flow>,
    default: Value,
}

impl Task for NextOr {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Some(flow) = self.flow.take() {
            // Without a default the script's own `StopIteration` goes through as it is.
            return Ok(if self.default.is_undef() && !matches!(flow, Flow::Resume(_) | Flow::Task(_)) {
                Step::Await(flow)
            } else {
                Step::Next(flow)
            });
        }
        let Resume::Value(v) = resume else { unreachable!("an awaited flow answers with a value") };
        next_answer(vm, v, self.default).map(Step::Done)
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.default);
        if let Some(flow) = &self.flow {
            trace_flow(flow, tracer);
        }
    }
}
