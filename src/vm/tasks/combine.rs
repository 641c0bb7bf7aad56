//! `next` of iterators that are built on others or on functions: `map`, `filter`, `zip`, `enumerate`,
//! `iter(callable, sentinel)`. Where the inner iterators and functions are built in, the answer is there
//! at once.

use num_bigint::BigInt;

use super::deep::equal;
use super::then::trace_flow;
use crate::vm::call::call_native;
use crate::vm::compare::eq_charged;
use crate::vm::flow::{Flow, R, Resume, Step, Task, Trap, value};
use crate::vm::heap::Tracer;
use crate::vm::iter;
use crate::vm::native::Args;
use crate::vm::ops;
use crate::vm::type_id::TypeId;
use crate::vm::types::iterator::Iter;
use crate::vm::types::range::big_of;
use crate::vm::types::tuple::Tuple;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Values that `filter` drops in one go.
const SKIP_MAX: usize = 256;

/// The next value of `map`, `filter`, `zip`, `enumerate`.
pub fn next_of_combined(vm: &mut Vm, r: Ref<Iter>, state: Iter) -> R {
    match state {
        Iter::Enumerate { inner, count } => match iter::next(vm, inner)? {
            Flow::Value(v) => value(numbered(vm, r, count, v)),
            flow => Ok(Flow::task(Numbered { r, flow: Some(flow) })),
        },
        Iter::Zip { inner, strict: false } => next_of_zip(vm, inner),
        Iter::Zip { inner, strict: true } => {
            Ok(Flow::task(Zip { inner, strict: true, taken: Vec::new(), flow: None, ended: false }))
        }
        Iter::Map { function, inner } => next_of_map(vm, function, inner),
        Iter::Filter { function, inner } => next_of_filter(vm, function, inner),
        _ => unreachable!("next() hands over combined iterators"),
    }
}

/// `call_native` where `StopIteration` ends the iteration.
fn call_now(vm: &mut Vm, function: Value, args: &[Value]) -> R {
    match call_native(vm, function, Args::positional(args)) {
        Err(Trap::Raise(exc)) if vm.heap.get(exc).ty == TypeId::StopIteration => value(Value::Undef),
        result => result,
    }
}

fn is_native(function: Value) -> bool {
    matches!(function, Value::Native(_) | Value::Type(_))
}

// ---- enumerate ---------------------------------------------------------------------------------

fn numbered(vm: &mut Vm, r: Ref<Iter>, count: Value, v: Value) -> Value {
    if v.is_undef() {
        return v;
    }
    let after = match count {
        Value::Int(i) if i < i64::MAX => Value::Int(i + 1),
        count => {
            let after = big_of(&vm.heap, count) + BigInt::from(1);
            vm.int(after)
        }
    };
    if let Iter::Enumerate { count, .. } = vm.heap.store_into(r, after) {
        *count = after;
    }
    vm.tuple([count, v])
}

struct Numbered {
    r: Ref<Iter>,
    flow: Option<Flow>,
}

impl Task for Numbered {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Some(flow) = self.flow.take() {
            return Ok(Step::Next(flow));
        }
        let Resume::Value(v) = resume else { unreachable!("an awaited flow answers with a value") };
        let Iter::Enumerate { count, .. } = *vm.heap.get(self.r) else { return Ok(Step::Done(Value::Undef)) };
        Ok(Step::Done(numbered(vm, self.r, count, v)))
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.r);
        if let Some(flow) = &self.flow {
            trace_flow(flow, tracer);
        }
    }
}

// ---- zip ---------------------------------------------------------------------------------------

fn next_of_zip(vm: &mut Vm, inner: Ref<Tuple>) -> R {
    let n = vm.heap.get(inner).items.len();
    if n == 0 {
        return value(Value::Undef);
    }
    let mut taken = Vec::with_capacity(n);
    for i in 0..n {
        let iterator = vm.heap.get(inner).items[i];
        match iter::next(vm, iterator)? {
            Flow::Value(Value::Undef) => return value(Value::Undef),
            Flow::Value(v) => taken.push(v),
            flow => {
                return Ok(Flow::task(Zip { inner, strict: false, taken, flow: Some(flow), ended: false }));
            }
        }
    }
    vm.charge(n / 4);
    value(vm.tuple(taken))
}

struct Zip {
    inner: Ref<Tuple>,
    strict: bool,
    /// One value for each inner iterator that was asked.
    taken: Vec<Value>,
    flow: Option<Flow>,
    /// The first iterator is exhausted: with `strict` the others must be, too.
    ended: bool,
}

impl Zip {
    /// Takes the value of the next inner iterator; `Some` is the result.
    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Value>> {
        let at = self.taken.len();
        let mismatch = match (self.ended, v.is_undef()) {
            (false, true) if !self.strict => return Ok(Some(Value::Undef)),
            (false, true) if at == 0 => {
                self.ended = true;
                None
            }
            (false, true) => Some("shorter"),
            (true, false) => Some("longer"),
            _ => None,
        };
        if let Some(how) = mismatch {
            let others = if at == 1 { " 1".to_owned() } else { format!("s 1-{at}") };
            return Err(vm.value_error(format!("zip() argument {} is {how} than argument{others}", at + 1)));
        }
        self.taken.push(v);
        Ok(None)
    }
}

impl Task for Zip {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Some(flow) = self.flow.take() {
            return Ok(Step::Next(flow));
        }
        if let Resume::Value(v) = resume
            && let Some(result) = self.take(vm, v)?
        {
            return Ok(Step::Done(result));
        }
        while let Some(&iterator) = vm.heap.get(self.inner).items.get(self.taken.len()) {
            match iter::next(vm, iterator)? {
                Flow::Value(v) => {
                    if let Some(result) = self.take(vm, v)? {
                        return Ok(Step::Done(result));
                    }
                }
                flow => return Ok(Step::Next(flow)),
            }
        }
        if self.ended || self.taken.is_empty() {
            return Ok(Step::Done(Value::Undef));
        }
        Ok(Step::Done(vm.tuple(std::mem::take(&mut self.taken))))
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.inner);
        self.taken.iter().for_each(|&v| tracer.value(v));
        if let Some(flow) = &self.flow {
            trace_flow(flow, tracer);
        }
    }
}

// ---- map ---------------------------------------------------------------------------------------

fn next_of_map(vm: &mut Vm, function: Value, inner: Ref<Tuple>) -> R {
    if let [iterator] = *vm.heap.get(inner).items {
        return match iter::next(vm, iterator)? {
            Flow::Value(Value::Undef) => value(Value::Undef),
            Flow::Value(v) if is_native(function) => call_now(vm, function, &[v]),
            Flow::Value(v) => Ok(Flow::call(vm, function, &[v])),
            flow => Ok(Flow::task(Map { function, inner, taken: Vec::new(), flow: Some(flow) })),
        };
    }
    let n = vm.heap.get(inner).items.len();
    let mut taken = Vec::with_capacity(n);
    for i in 0..n {
        let iterator = vm.heap.get(inner).items[i];
        match iter::next(vm, iterator)? {
            Flow::Value(Value::Undef) => return value(Value::Undef),
            Flow::Value(v) => taken.push(v),
            flow => return Ok(Flow::task(Map { function, inner, taken, flow: Some(flow) })),
        }
    }
    if is_native(function) { call_now(vm, function, &taken) } else { Ok(Flow::call(vm, function, &taken)) }
}

struct Map {
    function: Value,
    inner: Ref<Tuple>,
    taken: Vec<Value>,
    flow: Option<Flow>,
}

impl Task for Map {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Some(flow) = self.flow.take() {
            return Ok(Step::Next(flow));
        }
        if let Resume::Value(v) = resume {
            if v.is_undef() {
                return Ok(Step::Done(v));
            }
            self.taken.push(v);
        }
        while let Some(&iterator) = vm.heap.get(self.inner).items.get(self.taken.len()) {
            match iter::next(vm, iterator)? {
                Flow::Value(Value::Undef) => return Ok(Step::Done(Value::Undef)),
                Flow::Value(v) => self.taken.push(v),
                flow => return Ok(Step::Next(flow)),
            }
        }
        Ok(Step::Become(Flow::call(vm, self.function, &self.taken)))
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.function);
        tracer.object(self.inner);
        self.taken.iter().for_each(|&v| tracer.value(v));
        if let Some(flow) = &self.flow {
            trace_flow(flow, tracer);
        }
    }
}

// ---- filter ------------------------------------------------------------------------------------

fn next_of_filter(vm: &mut Vm, function: Value, inner: Value) -> R {
    let mut task = Filter { function, inner, item: Value::Undef, flow: None, asked: false };
    match task.advance(vm)? {
        Some(Step::Done(v)) => value(v),
        Some(Step::Next(flow)) => {
            task.flow = Some(flow);
            Ok(Flow::task(task))
        }
        _ => Ok(Flow::task(task)),
    }
}

struct Filter {
    function: Value,
    inner: Value,
    /// The value that the predicate is asked about.
    item: Value,
    flow: Option<Flow>,
    /// The next answer is the predicate's.
    asked: bool,
}

impl Filter {
    fn advance(&mut self, vm: &mut Vm) -> R<Option<Step>> {
        for _ in 0..SKIP_MAX {
            vm.charge(1);
            match iter::next(vm, self.inner)? {
                Flow::Value(v) => {
                    if let Some(step) = self.test(vm, v)? {
                        return Ok(Some(step));
                    }
                }
                flow => return Ok(Some(Step::Next(flow))),
            }
        }
        Ok(None)
    }

    /// Asks the predicate about a value.
    fn test(&mut self, vm: &mut Vm, v: Value) -> R<Option<Step>> {
        if v.is_undef() {
            return Ok(Some(Step::Done(v)));
        }
        let flow = match self.function {
            Value::None | Value::Type(TypeId::Bool) => Flow::Value(v),
            function if is_native(function) => call_now(vm, function, &[v])?,
            function => Flow::call(vm, function, &[v]),
        };
        match flow {
            Flow::Value(Value::Undef) => Ok(Some(Step::Done(Value::Undef))),
            Flow::Value(answer) => Ok(ops::truth_now(vm, answer).then_some(Step::Done(v))),
            flow => {
                self.item = v;
                self.asked = true;
                Ok(Some(Step::Next(flow)))
            }
        }
    }
}

impl Task for Filter {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Some(flow) = self.flow.take() {
            return Ok(Step::Next(flow));
        }
        if let Resume::Value(v) = resume {
            if std::mem::take(&mut self.asked) {
                if v.is_undef() {
                    return Ok(Step::Done(v));
                }
                if ops::truth_now(vm, v) {
                    return Ok(Step::Done(self.item));
                }
            } else if let Some(step) = self.test(vm, v)? {
                return Ok(step);
            }
        }
        loop {
            if let Some(step) = self.advance(vm)? {
                return Ok(step);
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.function);
        tracer.value(self.inner);
        tracer.value(self.item);
        if let Some(flow) = &self.flow {
            trace_flow(flow, tracer);
        }
    }
}

// ---- iter(callable, sentinel) ------------------------------------------------------------------

/// The next value of `iter(callable, sentinel)`.
pub fn next_of_callable(vm: &mut Vm, r: Ref<Iter>, callable: Value, sentinel: Value) -> R {
    let _ = vm;
    Ok(Flow::task(UntilSentinel { r, callable, sentinel, stage: Stage::Start }))
}

struct UntilSentinel {
    r: Ref<Iter>,
    callable: Value,
    sentinel: Value,
    stage: Stage,
}

enum Stage {
    Start,
    Called,
    Compared(Value),
}

impl UntilSentinel {
    fn decide(&self, vm: &mut Vm, v: Value, ends: bool) -> Step {
        Step::Done(if ends { iter::exhaust(vm, self.r) } else { v })
    }
}

impl Task for UntilSentinel {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        match (std::mem::replace(&mut self.stage, Stage::Start), resume) {
            (Stage::Start, _) => {
                self.stage = Stage::Called;
                Ok(Step::Next(Flow::call(vm, self.callable, &[])))
            }
            (Stage::Called, Resume::Value(v)) => {
                if v.is_undef() {
                    return Ok(self.decide(vm, v, true));
                }
                match eq_charged(vm, v, self.sentinel) {
                    Some(ends) => Ok(self.decide(vm, v, ends)),
                    None => {
                        self.stage = Stage::Compared(v);
                        equal(vm, v, self.sentinel, false).map(Step::Await)
                    }
                }
            }
            (Stage::Compared(v), Resume::Value(ends)) => Ok(self.decide(vm, v, ops::truth_of_bool(ends))),
            _ => unreachable!("an awaited flow answers with a value"),
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.r);
        tracer.value(self.callable);
        tracer.value(self.sentinel);
        if let Stage::Compared(v) = self.stage {
            tracer.value(v);
        }
    }
}
