//! [`Data`]: values that cross the engine's boundary, as inputs of a run and as its result.
//!
//! Neither direction recurses over the data: both are tasks on the machine's stack that keep what is open in a list,
//! are charged for each value, and can be suspended between any two of them.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use num_bigint::BigInt;

use crate::limits;
use crate::vm::compare::tuple_items;
use crate::vm::flow::{Flow, R, Resume, Step, Task};
use crate::vm::format;
use crate::vm::heap::Tracer;
use crate::vm::type_id::TypeId;
use crate::vm::types::{dict, set};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// A value without a heap. What a run returns nests at most [`limits::RESULT_DEPTH_MAX`] deep; inputs may nest deeper
/// (but a host that drops deep data itself does so on its own native stack).
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// `None`
    None,
    /// `True`, `False`
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// An integer of any size.
    Big(BigInt),
    /// A float.
    Float(f64),
    /// `str`
    Str(String),
    /// `bytes`
    Bytes(Vec<u8>),
    /// `list`
    List(Vec<Data>),
    /// `tuple`
    Tuple(Vec<Data>),
    /// `dict`: its entries in their order.
    Dict(Vec<(Data, Data)>),
    /// `set` or `frozenset`; as an input a `set`.
    Set(Vec<Data>),
    /// Anything else in a result, as its `repr`: objects, what contains itself, what nests too deep. As an input it is
    /// that text.
    Other(String),
}

// ---- inputs ----------------------------------------------------------------------------------

/// Bytes copied for one unit of fuel.
const BYTES_PER_FUEL: usize = 16;

/// What is left to be made.
enum Job {
    Make(Data),
    /// A container of the last so many values.
    List(usize),
    Tuple(usize),
    Dict(usize),
    Set(usize),
    /// The global of this name from the last value.
    Global(Cow<'static, str>),
}

/// Makes globals of inputs.
pub(super) struct Inputs {
    globals: Ref<dict::Dict>,
    jobs: Vec<Job>,
    values: Vec<Value>,
}

impl Inputs {
    pub(super) fn new(globals: Ref<dict::Dict>, inputs: Vec<(Cow<'static, str>, Data)>) -> Inputs {
        let mut jobs = Vec::with_capacity(2 * inputs.len());
        for (name, data) in inputs.into_iter().rev() {
            jobs.extend([Job::Global(name), Job::Make(data)]);
        }
        Inputs { globals, jobs, values: Vec::new() }
    }

    /// Does one job; a flow if its value is not there at once.
    fn work(&mut self, vm: &mut Vm, job: Job) -> R<Option<Flow>> {
        vm.charge(1);
        let made = match job {
            Job::Make(data) => match self.make(vm, data) {
                Some(value) => value,
                None => return Ok(None),
            },
            Job::Global(name) => {
                let value = self.values.pop().expect("a global's value was made");
                let name = vm.intern(&name);
                dict::insert_str(vm, self.globals, name, value);
                return Ok(None);
            }
            Job::List(count) => {
                let items = self.values.split_off(self.values.len() - count);
                vm.list(items)
            }
            Job::Tuple(count) => {
                let items = self.values.split_off(self.values.len() - count);
                vm.tuple(items)
            }
            Job::Dict(count) => return self.built(count, |values| dict::build(vm, values)),
            Job::Set(count) => return self.built(count, |values| set::build(vm, values)),
        };
        self.values.push(made);
        Ok(None)
    }

    /// What holds no other values; containers become jobs.
    fn make(&mut self, vm: &mut Vm, data: Data) -> Option<Value> {
        let (job, items) = match data {
            Data::None => return Some(Value::None),
            Data::Bool(value) => return Some(Value::Bool(value)),
            Data::Int(value) => return Some(Value::Int(value)),
            Data::Float(value) => return Some(Value::Float(value)),
            Data::Big(value) => {
                vm.charge(value.bits() as usize / 8 / BYTES_PER_FUEL);
                return Some(vm.int(value));
            }
            Data::Str(text) | Data::Other(text) => {
                vm.charge(text.len() / BYTES_PER_FUEL);
                return Some(vm.string(text));
            }
            Data::Bytes(bytes) => {
                vm.charge(bytes.len() / BYTES_PER_FUEL);
                return Some(vm.bytes(bytes));
            }
            Data::List(items) => (Job::List(items.len()), items),
            Data::Tuple(items) => (Job::Tuple(items.len()), items),
            Data::Set(items) => (Job::Set(items.len()), items),
            Data::Dict(pairs) => {
                vm.charge(pairs.len());
                self.jobs.push(Job::Dict(2 * pairs.len()));
                self.jobs.extend(pairs.into_iter().rev().flat_map(|(k, v)| [Job::Make(v), Job::Make(k)]));
                return None;
            }
        };
        vm.charge(items.len());
        self.jobs.push(job);
        self.jobs.extend(items.into_iter().rev().map(Job::Make));
        None
    }

    fn built(&mut self, count: usize, build: impl FnOnce(&[Value]) -> R) -> R<Option<Flow>> {
        let from = self.values.len() - count;
        let flow = build(&self.values[from..])?;
        match flow {
            Flow::Value(made) => {
                self.values.truncate(from);
                self.values.push(made);
                Ok(None)
            }
            flow => {
                // The flow holds what it still needs.
                self.values.truncate(from);
                Ok(Some(flow))
            }
        }
    }
}

impl Task for Inputs {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Resume::Value(made) = resume {
            self.values.push(made);
        }
        while let Some(job) = self.jobs.pop() {
            if let Some(flow) = self.work(vm, job)? {
                return Ok(Step::Await(flow));
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
        Ok(Step::Done(Value::None))
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.values.iter().for_each(|&value| tracer.value(value));
    }
}

// ---- results ---------------------------------------------------------------------------------

/// Where a result is put that is being gathered: `None` is one that is larger than it may be.
pub(super) type Gathered = Rc<RefCell<Option<Data>>>;

/// A container of which some values are gathered.
struct Level {
    of: Value,
    /// Where its next value is.
    at: usize,
    /// A dict's value, while its key is gathered.
    entry: Option<Value>,
    /// Of a dict: keys and values in turn.
    gathered: Vec<Data>,
}

/// The data of a value that takes no work.
pub(super) fn data_at_once(vm: &Vm, v: Value) -> Option<Data> {
    const AT_ONCE_BYTES: usize = 64;
    Some(match v {
        Value::Bool(value) => Data::Bool(value),
        Value::Int(value) => Data::Int(value),
        Value::Float(value) => Data::Float(value),
        Value::Str(text) if vm.heap.str(text).len() <= AT_ONCE_BYTES => {
            Data::Str(vm.heap.str(text).to_owned())
        }
        _ => return None,
    })
}

/// Makes data of a value.
pub(super) struct Gather {
    into: Gathered,
    next: Option<Value>,
    levels: Vec<Level>,
    values: usize,
    bytes: usize,
}

impl Gather {
    pub(super) fn new(value: Value) -> (Gather, Gathered) {
        let into = Gathered::default();
        let gather =
            Gather { into: into.clone(), next: Some(value), levels: Vec::new(), values: 0, bytes: 0 };
        (gather, into)
    }

    /// Takes in a value: at once, as a new level, or as the flow of its `repr`.
    fn visit(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        let data = match v {
            Value::Undef | Value::None => Data::None,
            Value::Bool(value) => Data::Bool(value),
            Value::Int(value) => Data::Int(value),
            Value::Float(value) => Data::Float(value),
            // Beyond this size it has no digits either: `repr` says so.
            Value::Big(big) if vm.heap.get(big).value.bits() <= limits::RESULT_INT_MAX_BITS => {
                Data::Big(vm.heap.get(big).value.clone())
            }
            // What is larger than the whole may be is not copied first.
            Value::Str(text) if vm.heap.str(text).len() <= limits::RESULT_MAX_BYTES => {
                Data::Str(vm.heap.str(text).to_owned())
            }
            Value::Bytes(bytes) if vm.heap.get(bytes).data.len() <= limits::RESULT_MAX_BYTES => {
                Data::Bytes(vm.heap.get(bytes).data.to_vec())
            }
            Value::Str(_) | Value::Bytes(_) => {
                self.bytes = usize::MAX;
                return Ok(None);
            }
            Value::List(_)
            | Value::Tuple(_)
            | Value::StructSeq(_)
            | Value::Dict(_)
            | Value::Set(_)
            | Value::FrozenSet(_)
                if self.levels.len() < limits::RESULT_DEPTH_MAX
                    && !self.levels.iter().any(|level| level.of.is(v)) =>
            {
                self.levels.push(Level { of: v, at: 0, entry: None, gathered: Vec::new() });
                return Ok(None);
            }
            v => {
                return match format::repr(vm, v)? {
                    Flow::Value(text) => {
                        self.put_text(vm, text);
                        Ok(None)
                    }
                    flow => Ok(Some(flow)),
                };
            }
        };
        self.put(vm, data);
        Ok(None)
    }

    fn put_text(&mut self, vm: &mut Vm, text: Value) {
        let Value::Str(text) = text else { unreachable!("repr() makes strings") };
        if vm.heap.str(text).len() > limits::RESULT_MAX_BYTES {
            self.bytes = usize::MAX;
            return;
        }
        let text = vm.heap.str(text).to_owned();
        self.put(vm, Data::Other(text));
    }

    /// Puts finished data in its place.
    fn put(&mut self, vm: &mut Vm, data: Data) {
        let bytes = match &data {
            Data::Str(text) | Data::Other(text) => text.len(),
            Data::Bytes(bytes) => bytes.len(),
            Data::Big(value) => value.bits() as usize / 8,
            _ => 0,
        };
        vm.charge(1 + bytes / BYTES_PER_FUEL);
        self.values += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        match self.levels.last_mut() {
            Some(level) => level.gathered.push(data),
            None => *self.into.borrow_mut() = Some(data),
        }
    }

    /// The next value of the container on top; ends it when there is none.
    fn advance(&mut self, vm: &mut Vm) -> Option<Value> {
        let level = self.levels.last_mut()?;
        let next = match level.of {
            Value::List(list) => vm.heap.get(list).items.get(level.at).map(|&item| (level.at, item, None)),
            Value::Tuple(_) | Value::StructSeq(_) => {
                tuple_items(&vm.heap, level.of).get(level.at).map(|&item| (level.at, item, None))
            }
            Value::Set(set) | Value::FrozenSet(set) => {
                vm.heap.get(set).table.next_from(level.at).map(|(at, entry)| (at, entry.key, None))
            }
            Value::Dict(dict) => match level.entry.take() {
                Some(value) => Some((level.at - 1, value, None)),
                None => {
                    let next = vm.heap.get(dict).table.next_from(level.at);
                    next.map(|(at, entry)| (at, entry.key, Some(entry.value)))
                }
            },
            _ => unreachable!("only containers are opened"),
        };
        if let Some((at, value, entry)) = next {
            level.at = at + 1;
            level.entry = entry;
            return Some(value);
        }
        let Level { of, gathered, .. } = self.levels.pop().expect("it was there");
        let data = match of {
            Value::List(_) => Data::List(gathered),
            Value::Dict(_) => Data::Dict(pairs(gathered)),
            Value::Set(_) | Value::FrozenSet(_) => Data::Set(gathered),
            _ => Data::Tuple(gathered),
        };
        if let Data::Dict(pairs) = &data {
            vm.charge(pairs.len());
        }
        self.put(vm, data);
        None
    }

    fn is_too_large(&self) -> bool {
        self.values > limits::RESULT_VALUES_MAX || self.bytes > limits::RESULT_MAX_BYTES
    }
}

fn pairs(gathered: Vec<Data>) -> Vec<(Data, Data)> {
    let mut gathered = gathered.into_iter();
    let mut pairs = Vec::with_capacity(gathered.len() / 2);
    while let (Some(key), Some(value)) = (gathered.next(), gathered.next()) {
        pairs.push((key, value));
    }
    pairs
}

impl Task for Gather {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Resume::Value(text) = resume {
            self.put_text(vm, text);
        }
        loop {
            if self.is_too_large() {
                *self.into.borrow_mut() = None;
                return Ok(Step::Done(Value::None));
            }
            // It is memory of the run as much as what it copies.
            if vm.heap.would_exceed(self.bytes + self.values * size_of::<Data>()) {
                return Err(vm.raise(TypeId::MemoryError, ""));
            }
            let next = match self.next.take() {
                None => self.advance(vm),
                first => first,
            };
            match next {
                Some(value) => {
                    if let Some(flow) = self.visit(vm, value)? {
                        return Ok(Step::Await(flow));
                    }
                }
                None if self.levels.is_empty() => return Ok(Step::Done(Value::None)),
                None => {}
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Some(value) = self.next {
            tracer.value(value);
        }
        for level in &self.levels {
            tracer.value(level.of);
            if let Some(value) = level.entry {
                tracer.value(value);
            }
        }
    }
}

#[cfg(test)]
#[path = "data_tests.rs"]
mod tests;
