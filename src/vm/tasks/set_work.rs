//! Set algebra: one pass over the keys of a source, each looked up in a table and then added, removed or
//! counted.

use super::keyed::{Action, Target, keyed, keyed_with_hash};
use crate::bytecode::CmpOp;
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::hash::{Hashed, hash_simple};
use crate::vm::heap::Tracer;
use crate::vm::iter;
use crate::vm::ops;
use crate::vm::types::dict::{self, Found};
use crate::vm::types::set::{self, Set};
use crate::vm::types::view::ViewKind;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Keys worked on before the fuel is looked at.
const BATCH: usize = 1_024;

/// What is done with each key of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Each {
    /// Adds it to the target.
    Add,
    /// Removes it from the target.
    Discard,
    /// Removes it from the target if it is there, else adds it.
    Toggle,
    /// Adds it to the target if the other container has it.
    AddIfIn,
    /// Adds it to the target unless the other container has it.
    AddIfNotIn,
    /// The answer is whether the other container has none of them.
    NoneIn,
    /// The answer is whether the other container has all of them.
    AllIn,
}

/// Where the keys come from.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// The table of a set.
    Set(Ref<Set>, usize),
    /// The keys of a dict.
    Dict(Ref<dict::Dict>, usize),
    /// An iterator.
    Iterator(Value),
}

struct SetWork {
    each: Each,
    source: Source,
    /// What is changed, for the first five.
    target: Option<Ref<Set>>,
    /// What is looked at: the target itself, or another set, dict or view.
    other: Value,
    /// The answer at the end.
    result: Value,
    /// For the last two: the answer when nothing speaks against it.
    truth: bool,
    stage: Stage,
    /// The keys of the source are distinct and the target was empty: what is added is not there yet.
    fresh: bool,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    /// The next key is wanted.
    Ready,
    /// An iterator is being asked.
    Asked,
    /// Whether the other container has this key.
    Testing(Value),
    /// The target is being changed.
    Changing,
}

/// Does `each` with all keys of `source`, any iterable. `other` is looked at, `target` changed, `result`
/// the answer. Unlike an iteration it works on the source as it is, so nothing of it may be changed.
pub fn set_work(
    vm: &mut Vm,
    each: Each,
    source: Value,
    target: Option<Ref<Set>>,
    other: Value,
    result: Value,
) -> R {
    let source = source_of(vm, source)?;
    let fresh = !matches!(source, Source::Iterator(_))
        && target.is_some_and(|target| vm.heap.get(target).table.is_empty());
    start(vm, SetWork { each, source, target, other, result, truth: true, stage: Stage::Ready, fresh })
}

fn source_of(vm: &mut Vm, source: Value) -> R<Source> {
    Ok(match source {
        Value::Set(s) | Value::FrozenSet(s) => Source::Set(s, 0),
        Value::Dict(d) => Source::Dict(d, 0),
        Value::View(v) if vm.heap.get(v).kind == ViewKind::Keys => Source::Dict(vm.heap.get(v).dict, 0),
        other => Source::Iterator(iter::get_iter_now(vm, other)?),
    })
}

fn start(vm: &mut Vm, mut work: SetWork) -> R {
    match work.advance(vm, BATCH)? {
        Some(Step::Done(v)) => value(v),
        Some(Step::Await(flow) | Step::Next(flow)) => Ok(Flow::task(Begun { flow: Some(flow), work })),
        _ => Ok(Flow::task(work)),
    }
}

/// Work that wanted a flow before it became a task.
struct Begun {
    flow: Option<Flow>,
    work: SetWork,
}

impl Task for Begun {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        match self.flow.take() {
            Some(flow) if matches!(self.work.stage, Stage::Asked) => Ok(Step::Next(flow)),
            Some(flow) => Ok(Step::Await(flow)),
            None => self.work.step(vm, resume),
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.work.trace(tracer);
        if let Some(flow) = &self.flow {
            super::then::trace_flow(flow, tracer);
        }
    }
}

/// `a == b`, `a <= b` and the like for sets, frozen sets and views of keys and items.
pub fn contains_all(vm: &mut Vm, a: Value, b: Value, op: CmpOp) -> R {
    let (x, y) = (length(vm, a), length(vm, b));
    let possible = match op {
        CmpOp::Eq | CmpOp::Ne => x == y,
        CmpOp::Le => x <= y,
        CmpOp::Lt => x < y,
        CmpOp::Ge => x >= y,
        CmpOp::Gt => x > y,
    };
    let negate = op == CmpOp::Ne;
    if !possible {
        return value(Value::Bool(negate));
    }
    let (small, large) = if matches!(op, CmpOp::Ge | CmpOp::Gt) { (b, a) } else { (a, b) };
    let source = source_of(vm, small)?;
    let stage = Stage::Ready;
    let other = large;
    start(
        vm,
        SetWork {
            each: Each::AllIn,
            source,
            target: None,
            other,
            result: Value::None,
            truth: !negate,
            stage,
            fresh: false,
        },
    )
}

fn length(vm: &Vm, v: Value) -> usize {
    match v {
        Value::Set(s) | Value::FrozenSet(s) => vm.heap.get(s).table.len(),
        Value::View(v) => vm.heap.get(vm.heap.get(v).dict).table.len(),
        _ => unreachable!("the caller has set-like values"),
    }
}

impl SetWork {
    /// Whether an intersection has every member of the set that is looked at.
    fn has_all(&self, vm: &Vm) -> bool {
        let (Each::AddIfIn, Some(target)) = (self.each, self.target) else { return false };
        let Value::Set(other) = self.other else { return false }; // views are asked to the end
        let found = vm.heap.get(target).table.len();
        found > 0 && found >= vm.heap.get(other).table.len()
    }

    /// Works on up to `budget` keys.
    fn advance(&mut self, vm: &mut Vm, budget: usize) -> R<Option<Step>> {
        for _ in 0..budget {
            vm.charge(1);
            let (key, hash) = match self.source {
                Source::Set(s, at) => match vm.heap.get(s).table.next_from(at) {
                    None => return Ok(Some(Step::Done(self.answer()))),
                    Some((position, e)) => {
                        self.source = Source::Set(s, position + 1);
                        (e.key, Some(e.hash))
                    }
                },
                Source::Dict(d, at) => match vm.heap.get(d).table.next_from(at) {
                    None => return Ok(Some(Step::Done(self.answer()))),
                    Some((position, e)) => {
                        self.source = Source::Dict(d, position + 1);
                        (e.key, Some(e.hash))
                    }
                },
                // As CPython: more cannot be in both, so the rest of the iterator is left alone.
                Source::Iterator(_) if self.has_all(vm) => return Ok(Some(Step::Done(self.answer()))),
                Source::Iterator(iterator) => match iter::next(vm, iterator)? {
                    Flow::Value(Value::Undef) => return Ok(Some(Step::Done(self.answer()))),
                    Flow::Value(key) => (key, None),
                    flow => {
                        self.stage = Stage::Asked;
                        return Ok(Some(Step::Next(flow)));
                    }
                },
            };
            if let Some(step) = self.key(vm, key, hash)? {
                return Ok(Some(step));
            }
        }
        Ok(None)
    }

    /// Works on one key.
    fn key(&mut self, vm: &mut Vm, key: Value, hash: Option<u64>) -> R<Option<Step>> {
        let hash = match hash.map_or_else(|| hash_simple(vm, key), Hashed::Done) {
            Hashed::Done(hash) => Some(hash),
            Hashed::Deep => None,
            Hashed::Unhashable(v) => return Err(dict::unhashable(vm, v)),
        };
        if let (true, Each::Add, Some(target), Some(hash)) = (self.fresh, self.each, self.target, hash) {
            set::insert_new(vm, target, hash, key);
            return Ok(None);
        }
        let table = match (self.other, hash) {
            (Value::Set(s) | Value::FrozenSet(s), Some(hash)) => {
                dict::find(&vm.heap, &vm.heap.get(s).table, hash, key)
            }
            (Value::Dict(d), Some(hash)) => dict::find(&vm.heap, &vm.heap.get(d).table, hash, key),
            _ => Found::Slow,
        };
        match (table, self.each, self.target) {
            (Found::Slow, ..) => self.test(vm, key),
            (Found::At(at), Each::Discard | Each::Toggle, Some(target)) => {
                set::remove_at(vm, target, at);
                Ok(None)
            }
            (Found::Absent(hash), Each::Add | Each::Toggle, Some(target)) => {
                set::insert_new(vm, target, hash, key);
                Ok(None)
            }
            (found, ..) => self.decide(vm, key, matches!(found, Found::At(_)), hash),
        }
    }

    /// Asks whether the other container has a key.
    fn test(&mut self, vm: &mut Vm, key: Value) -> R<Option<Step>> {
        let flow = match self.other {
            Value::Set(s) | Value::FrozenSet(s) => keyed(vm, Target::Set(s), key, Action::Contains)?,
            Value::Dict(d) => keyed(vm, Target::Dict(d), key, Action::Contains)?,
            other => ops::contains(vm, other, key)?,
        };
        match flow {
            Flow::Value(v) => self.decide(vm, key, ops::truth_of_bool(v), None),
            flow => {
                self.stage = Stage::Testing(key);
                Ok(Some(Step::Await(flow)))
            }
        }
    }

    /// The other container has the key, or has not.
    fn decide(&mut self, vm: &mut Vm, key: Value, there: bool, hash: Option<u64>) -> R<Option<Step>> {
        let action = match (self.each, there) {
            (Each::Add | Each::Toggle, false) | (Each::AddIfIn, true) | (Each::AddIfNotIn, false) => {
                Action::Add
            }
            (Each::Discard | Each::Toggle, true) => Action::Discard,
            (Each::NoneIn, true) | (Each::AllIn, false) => {
                return Ok(Some(Step::Done(Value::Bool(!self.truth))));
            }
            _ => return Ok(None),
        };
        let target = self.target.expect("what changes a set has one");
        if let (true, Action::Add, Some(hash)) = (self.fresh, action, hash) {
            set::insert_new(vm, target, hash, key);
            return Ok(None);
        }
        let target = Target::Set(target);
        let flow = match hash {
            Some(hash) => keyed_with_hash(vm, target, hash, key, action)?,
            None => keyed(vm, target, key, action)?,
        };
        match flow {
            Flow::Value(_) => Ok(None),
            flow => {
                self.stage = Stage::Changing;
                Ok(Some(Step::Await(flow)))
            }
        }
    }

    fn answer(&self) -> Value {
        match self.each {
            Each::NoneIn | Each::AllIn => Value::Bool(self.truth),
            _ => self.result,
        }
    }
}

impl Task for SetWork {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        let step = match (std::mem::replace(&mut self.stage, Stage::Ready), resume) {
            (Stage::Asked, Resume::Value(Value::Undef)) => Some(Step::Done(self.answer())),
            (Stage::Asked, Resume::Value(key)) => self.key(vm, key, None)?,
            (Stage::Testing(key), Resume::Value(v)) => self.decide(vm, key, ops::truth_of_bool(v), None)?,
            _ => None,
        };
        if let Some(step) = step {
            return Ok(step);
        }
        loop {
            if let Some(step) = self.advance(vm, BATCH)? {
                return Ok(step);
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        match self.source {
            Source::Set(s, _) => tracer.object(s),
            Source::Dict(d, _) => tracer.object(d),
            Source::Iterator(v) => tracer.value(v),
        }
        tracer.option(self.target);
        tracer.value(self.other);
        tracer.value(self.result);
        if let Stage::Testing(key) = self.stage {
            tracer.value(key);
        }
    }
}
