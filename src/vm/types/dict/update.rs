//! `dict.update`, `|`, `|=`, `**`: entries of one dict, or pairs, into another dict.

use super::{Dict, Found, find, insert_new, set_at};
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::heap::Tracer;
use crate::vm::iter;
use crate::vm::tasks::{self, Action, Sink, Target, drain, keyed, keyed_with_hash, trace_flow};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Entries merged before the fuel is looked at.
const BATCH: usize = 1_024;
/// Positions of a table that is copied as a whole: a few hundred µs.
const CLONE_MAX: usize = 65_536;

/// `dict | dict`
pub fn union(vm: &mut Vm, a: Value, b: Value) -> R {
    let (Value::Dict(a), Value::Dict(b)) = (a, b) else { unreachable!("the caller has dicts") };
    let flow = copy(vm, a)?;
    tasks::then(vm, flow, [Value::Dict(b)], |vm, [b], made| match (made, b) {
        (Value::Dict(made), Value::Dict(b)) => merge(vm, made, b, Value::Dict(made)),
        _ => unreachable!("a dict was made"),
    })
}

/// `dict |= dict or pairs`
pub fn inplace_union(vm: &mut Vm, a: Value, b: Value) -> R {
    let Value::Dict(d) = a else { unreachable!("the caller has a dict") };
    update(vm, d, b, a)
}

/// `{**src}`
pub fn update_display(vm: &mut Vm, dict: Value, src: Value) -> R {
    match (dict, src) {
        (Value::Dict(d), Value::Dict(from)) => merge(vm, d, from, Value::None),
        _ => {
            let name = vm.type_name(src);
            Err(vm.type_error(format!("'{name}' object is not a mapping")))
        }
    }
}

/// `f(**src)`: keys must be strings and new. `who` is the callee as errors name it.
pub fn merge_keywords(vm: &mut Vm, dict: Value, src: Value, who: &str) -> R {
    let Value::Dict(d) = dict else { unreachable!("the compiler made a dict") };
    let Value::Dict(from) = src else {
        let name = vm.type_name(src);
        return Err(vm.type_error(format!("{who} argument after ** must be a mapping, not {name}")));
    };
    let mut at = 0;
    while let Some((position, entry)) = vm.heap.get(from).table.next_from(at) {
        let entry = *entry;
        at = position + 1;
        let Value::Str(name) = entry.key else { return Err(vm.type_error("keywords must be strings")) };
        if super::position_of_str(vm, d, name).is_some() {
            let name = vm.heap.str(name).to_owned();
            return Err(vm.type_error(format!("{who} got multiple values for keyword argument '{name}'")));
        }
        insert_new(vm, d, entry.hash, entry.key, entry.value);
        vm.charge(1);
    }
    value(Value::None)
}

/// `dict.copy()`
pub fn copy(vm: &mut Vm, d: Ref<Dict>) -> R {
    let table = &vm.heap.get(d).table;
    if table.positions() <= CLONE_MAX {
        vm.charge(table.positions() / 2);
        let table = vm.heap.get(d).table.compacted();
        let keys_version = vm.next_keys_version();
        return value(Value::Dict(vm.heap.alloc(Dict { table, keys_version })));
    }
    let made = vm.dict();
    merge(vm, made, d, Value::Dict(made))
}

/// Takes the entries of a dict, or the pairs of any iterable, into a dict. `result` is the answer.
pub fn update(vm: &mut Vm, d: Ref<Dict>, src: Value, result: Value) -> R {
    match src {
        Value::Dict(from) => merge(vm, d, from, result),
        _ => drain(vm, src, Pairs { dict: d, count: 0, pending: None, unpacking: false, result }),
    }
}

/// Takes the entries of a dict into another one.
pub fn merge(vm: &mut Vm, into: Ref<Dict>, from: Ref<Dict>, result: Value) -> R {
    if into == from {
        return value(result);
    }
    let mut merge = Merge { into, from, at: 0, result };
    match merge.advance(vm, BATCH)? {
        Some(Flow::Value(v)) => value(v),
        // The task asks again for the entry that takes longer.
        Some(_) => {
            merge.at -= 1;
            Ok(Flow::task(merge))
        }
        None => Ok(Flow::task(merge)),
    }
}

struct Merge {
    into: Ref<Dict>,
    from: Ref<Dict>,
    at: usize,
    result: Value,
}

impl Merge {
    /// Merges up to `budget` entries: the result when all are, or a flow that one entry takes.
    fn advance(&mut self, vm: &mut Vm, budget: usize) -> R<Option<Flow>> {
        for _ in 0..budget {
            let Some((position, entry)) = vm.heap.get(self.from).table.next_from(self.at) else {
                return Ok(Some(Flow::Value(self.result)));
            };
            let entry = *entry;
            self.at = position + 1;
            vm.charge(1);
            match find(&vm.heap, &vm.heap.get(self.into).table, entry.hash, entry.key) {
                Found::At(at) => set_at(vm, self.into, at, entry.value),
                Found::Absent(hash) => insert_new(vm, self.into, hash, entry.key, entry.value),
                Found::Slow => {
                    let target = Target::Dict(self.into);
                    let action = Action::Set(entry.value);
                    return keyed_with_hash(vm, target, entry.hash, entry.key, action).map(Some);
                }
            }
        }
        Ok(None)
    }
}

impl Task for Merge {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            match self.advance(vm, BATCH)? {
                Some(Flow::Value(v)) => return Ok(Step::Done(v)),
                Some(flow) => return Ok(Step::Await(flow)),
                None if vm.out_of_fuel() => return Ok(Step::Yield),
                None => {}
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.into);
        tracer.object(self.from);
        tracer.value(self.result);
    }
}

/// Takes pairs into a dict.
struct Pairs {
    dict: Ref<Dict>,
    /// Pairs taken.
    count: usize,
    pending: Option<Flow>,
    /// The pending flow collects a pair that is neither list nor tuple.
    unpacking: bool,
    result: Value,
}

impl Pairs {
    fn insert(&mut self, vm: &mut Vm, pair: Value) -> R<()> {
        let items = tasks::items(&vm.heap, pair);
        let &[key, v] = items else {
            let (at, n) = (self.count, items.len());
            return Err(vm.value_error(format!(
                "dictionary update sequence element #{at} has length {n}; 2 is required"
            )));
        };
        self.count += 1;
        match keyed(vm, Target::Dict(self.dict), key, Action::Set(v))? {
            Flow::Value(_) => {}
            flow => self.pending = Some(flow),
        }
        Ok(())
    }
}

impl Sink for Pairs {
    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        if matches!(v, Value::List(_) | Value::Tuple(_) | Value::StructSeq(_)) {
            self.insert(vm, v)?;
            return Ok(None);
        }
        if !iter::is_iterable(v) {
            let at = self.count;
            return Err(vm.type_error(format!(
                "cannot convert dictionary update sequence element #{at} to a sequence"
            )));
        }
        match tasks::collect(vm, v)? {
            Flow::Value(list) => self.insert(vm, list)?,
            flow => {
                self.pending = Some(flow);
                self.unpacking = true;
            }
        }
        Ok(None)
    }

    fn wants(&mut self) -> Option<Flow> {
        self.pending.take()
    }

    fn answered(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        if std::mem::take(&mut self.unpacking) {
            self.insert(vm, v)?;
        }
        Ok(None)
    }

    fn finish(&mut self, _: &mut Vm) -> R {
        value(self.result)
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.dict);
        tracer.value(self.result);
        if let Some(flow) = &self.pending {
            trace_flow(flow, tracer);
        }
    }
}
