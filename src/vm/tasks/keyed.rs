//! One operation on a key of a dict or set: at once where hashing and comparing is simple, else as a task.

use super::deep::{equal, hash_key};
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::heap::Tracer;
use crate::vm::ops;
use crate::vm::table::{Probe, Table};
use crate::vm::types::dict::{self, Dict, Found};
use crate::vm::types::set::{self, Set};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;
use crate::vm::{compare::eq_charged, hash::Hashed, hash::hash_simple};

/// Where the key is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// In a dict.
    Dict(Ref<Dict>),
    /// In a set or frozen set.
    Set(Ref<Set>),
}

/// What is done with the key.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    /// Whether it is there.
    Contains,
    /// Its value, or `KeyError`.
    Get,
    /// Its value, or this.
    GetOr(Value),
    /// Binds it.
    Set(Value),
    /// Removes it, or `KeyError`.
    Remove,
    /// Removes it and answers its value; if it is not there, this, or `KeyError` for [`Value::Undef`].
    Pop(Value),
    /// Its value; binds it to this when it is not there.
    SetDefault(Value),
    /// Adds it to a set.
    Add,
    /// Removes it from a set if it is there.
    Discard,
}

impl Action {
    fn value(self) -> Value {
        match self {
            Action::GetOr(v) | Action::Set(v) | Action::Pop(v) | Action::SetDefault(v) => v,
            _ => Value::Undef,
        }
    }
}

/// Does something with a key.
pub fn keyed(vm: &mut Vm, target: Target, key: Value, action: Action) -> R {
    let hash = match hash_simple(vm, key) {
        Hashed::Done(hash) => hash,
        Hashed::Unhashable(v) => return Err(dict::unhashable(vm, v)),
        Hashed::Deep => {
            return Ok(Flow::task(Keyed { target, key, action, state: State::Start(None) }));
        }
    };
    keyed_with_hash(vm, target, hash, key, action)
}

/// As [`keyed`], when the hash is known.
pub fn keyed_with_hash(vm: &mut Vm, target: Target, hash: u64, key: Value, action: Action) -> R {
    let found = match target {
        Target::Dict(d) => dict::find(&vm.heap, &vm.heap.get(d).table, hash, key),
        Target::Set(s) => dict::find(&vm.heap, &vm.heap.get(s).table, hash, key),
    };
    match found {
        Found::At(position) => finish(vm, target, key, Ok(position), action).and_then(value),
        Found::Absent(hash) => finish(vm, target, key, Err(hash), action).and_then(value),
        Found::Slow => Ok(Flow::task(Keyed { target, key, action, state: State::Start(Some(hash)) })),
    }
}

/// Does the action for a key that was found at a position, or is absent and has a hash.
fn finish(vm: &mut Vm, target: Target, key: Value, found: Result<usize, u64>, action: Action) -> R<Value> {
    Ok(match (action, found, target) {
        (Action::Contains, found, _) => Value::Bool(found.is_ok()),
        (Action::Get | Action::GetOr(_) | Action::SetDefault(_), Ok(at), Target::Dict(d)) => {
            vm.heap.get(d).table.at(at).map_or(Value::Undef, |e| e.value)
        }
        (Action::Get | Action::Remove | Action::Pop(Value::Undef), Err(_), _) => {
            return Err(vm.key_error(key));
        }
        (Action::GetOr(v) | Action::Pop(v), Err(_), _) => v,
        (Action::Set(v), Ok(at), Target::Dict(d)) => {
            dict::set_at(vm, d, at, v);
            Value::None
        }
        (Action::Set(v), Err(hash), Target::Dict(d)) => {
            dict::insert_new(vm, d, hash, key, v);
            Value::None
        }
        (Action::SetDefault(v), Err(hash), Target::Dict(d)) => {
            dict::insert_new(vm, d, hash, key, v);
            v
        }
        (Action::Pop(_), Ok(at), Target::Dict(d)) => dict::remove_at(vm, d, at),
        (Action::Remove, Ok(at), Target::Dict(d)) => {
            dict::remove_at(vm, d, at);
            Value::None
        }
        (Action::Add, Err(hash), Target::Set(s)) => {
            set::insert_new(vm, s, hash, key);
            Value::None
        }
        (Action::Remove | Action::Discard, Ok(at), Target::Set(s)) => {
            set::remove_at(vm, s, at);
            Value::None
        }
        (Action::Add, Ok(_), _) | (Action::Discard, Err(_), _) => Value::None,
        (action, _, target) => unreachable!("{action:?} of {target:?}"),
    })
}

struct Keyed {
    target: Target,
    key: Value,
    action: Action,
    state: State,
}

enum State {
    /// Nothing is done yet; the hash if it is known.
    Start(Option<u64>),
    /// The hash is being computed.
    Hashing,
    /// The candidate at a position is being compared; where the search stands.
    Comparing { hash: u64, probe: Probe, position: usize, candidate: Value },
    /// A yielded search; nothing runs meanwhile, so the table cannot have changed.
    Probing { hash: u64, probe: Probe },
}

impl Keyed {
    /// Goes on with a search: candidates that are compared simply are decided here.
    fn search(&mut self, vm: &mut Vm, hash: u64, mut probe: Probe) -> R<Step> {
        loop {
            let candidate = match self.target {
                Target::Dict(d) => candidate(&vm.heap.get(d).table, &mut probe),
                Target::Set(s) => candidate(&vm.heap.get(s).table, &mut probe),
            };
            vm.charge(1);
            let Some((position, candidate)) = candidate else {
                return finish(vm, self.target, self.key, Err(hash), self.action).map(Step::Done);
            };
            match eq_charged(vm, candidate, self.key) {
                Some(true) => {
                    return finish(vm, self.target, self.key, Ok(position), self.action).map(Step::Done);
                }
                Some(false) => {}
                None => {
                    self.state = State::Comparing { hash, probe, position, candidate };
                    return equal(vm, candidate, self.key, false).map(Step::Await);
                }
            }
            if vm.out_of_fuel() {
                self.state = State::Probing { hash, probe };
                return Ok(Step::Yield);
            }
        }
    }

    fn start(&mut self, vm: &mut Vm, hash: u64) -> R<Step> {
        let probe = match self.target {
            Target::Dict(d) => vm.heap.get(d).table.probe(hash),
            Target::Set(s) => vm.heap.get(s).table.probe(hash),
        };
        self.search(vm, hash, probe)
    }

    /// Whether the table is as it was when the comparison began.
    fn unchanged(&self, vm: &Vm, probe: &Probe, position: usize, candidate: Value) -> bool {
        let (key, shape) = match self.target {
            Target::Dict(d) => {
                let table = &vm.heap.get(d).table;
                (table.at(position).map(|e| e.key), table.shape())
            }
            Target::Set(s) => {
                let table = &vm.heap.get(s).table;
                (table.at(position).map(|e| e.key), table.shape())
            }
        };
        key.is_some_and(|k| k.is(candidate)) && shape == probe.shape
    }
}

fn candidate<V: Copy>(table: &Table<V>, probe: &mut Probe) -> Option<(usize, Value)> {
    let position = table.next_candidate(probe)?;
    Some((position, table.at(position)?.key))
}

impl Task for Keyed {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        match (std::mem::replace(&mut self.state, State::Hashing), resume) {
            (State::Start(Some(hash)), _) => self.start(vm, hash),
            (State::Start(None), _) => hash_key(vm, self.key).map(Step::Await),
            (State::Hashing, Resume::Value(Value::Int(hash))) => self.start(vm, hash as u64),
            (State::Comparing { hash, probe, position, candidate }, Resume::Value(same)) => {
                if !self.unchanged(vm, &probe, position, candidate) {
                    return self.start(vm, hash);
                }
                if ops::truth_of_bool(same) {
                    return finish(vm, self.target, self.key, Ok(position), self.action).map(Step::Done);
                }
                self.search(vm, hash, probe)
            }
            (State::Probing { hash, probe }, _) => self.search(vm, hash, probe),
            _ => unreachable!("the state says what is awaited"),
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        match self.target {
            Target::Dict(d) => tracer.object(d),
            Target::Set(s) => tracer.object(s),
        }
        tracer.value(self.key);
        tracer.value(self.action.value());
        if let State::Comparing { candidate, .. } = self.state {
            tracer.value(candidate);
        }
    }
}

/// `key in dict` when hashing or comparing takes a task.
pub fn dict_contains(dict: Ref<Dict>, key: Value) -> Box<dyn Task> {
    Box::new(Keyed { target: Target::Dict(dict), key, action: Action::Contains, state: State::Start(None) })
}

/// Inserts `key, value, …` into a dict; the result is the dict.
pub fn insert_pairs(dict: Ref<Dict>, pairs: &[Value]) -> Box<dyn Task> {
    Box::new(Pairs { dict, pairs: pairs.into(), at: 0 })
}

/// Adds members to a set; the result is the set.
pub fn add_all(set: Ref<Set>, items: &[Value]) -> Box<dyn Task> {
    Box::new(Members { set, items: items.into(), at: 0 })
}

/// Registers of a display that are still to be inserted: at most a window of them.
struct Pairs {
    dict: Ref<Dict>,
    pairs: Box<[Value]>,
    at: usize,
}

impl Task for Pairs {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        while let Some(&[key, v]) = self.pairs.get(self.at..self.at + 2) {
            self.at += 2;
            match keyed(vm, Target::Dict(self.dict), key, Action::Set(v))? {
                Flow::Value(_) => {}
                flow => return Ok(Step::Await(flow)),
            }
        }
        Ok(Step::Done(Value::Dict(self.dict)))
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.dict);
        self.pairs.iter().for_each(|&v| tracer.value(v));
    }
}

struct Members {
    set: Ref<Set>,
    items: Box<[Value]>,
    at: usize,
}

impl Task for Members {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        while let Some(&item) = self.items.get(self.at) {
            self.at += 1;
            match keyed(vm, Target::Set(self.set), item, Action::Add)? {
                Flow::Value(_) => {}
                flow => return Ok(Step::Await(flow)),
            }
        }
        Ok(Step::Done(Value::Set(self.set)))
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.set);
        self.items.iter().for_each(|&v| tracer.value(v));
    }
}
