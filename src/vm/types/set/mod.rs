//! `set` and `frozenset`.
//!
//! Owns the members. Set algebra is one pass over a source, made by [`crate::vm::tasks::set_work`].

mod methods;
mod operators;

use crate::vm::compare::eq_simple;
use crate::vm::flow::{Flow, R, value};
use crate::vm::hash::{Hashed, hash_simple, hash_str};
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::table::Table;
use crate::vm::tasks::{self, Action, Each, Target, keyed, set_work};
use crate::vm::types::dict::{self, Found};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

pub use methods::{FROZEN_SPEC, SPEC};
pub use operators::{binary, compare, inplace};

/// A set or frozen set: which one is told by the [`crate::vm::value::Value`] that holds the handle.
#[derive(Clone, Debug, Default)]
pub struct Set {
    /// The members, in insertion order.
    pub table: Table<()>,
}

impl HeapObject for Set {
    #[inline]
    fn payload_bytes(&self) -> usize {
        self.table.bytes()
    }

    fn trace(&self, tracer: &mut Tracer<'_>, from: usize) -> Option<usize> {
        tracer.elements(self.table.positions(), from, |t, i| {
            if let Some(entry) = self.table.at(i) {
                t.value(entry.key);
            }
        })
    }

    fn begin_copy(&self) -> Set {
        Set { table: self.table.begin_copy() }
    }

    fn copy_more(&mut self, from: &Set, left: &mut isize) -> bool {
        self.table.copy_more(&from.table, left)
    }
}

/// Adds a member that is known to be absent.
pub fn insert_new(vm: &mut Vm, set: Ref<Set>, hash: u64, key: Value) {
    vm.heap.get_mut(set).table.push_new(hash, key, ());
}

/// Removes the member at a position.
pub fn remove_at(vm: &mut Vm, set: Ref<Set>, position: usize) {
    vm.heap.get_mut(set).table.remove_at(position);
}

/// `{a, b, …}`
pub fn build(vm: &mut Vm, items: &[Value]) -> R {
    let set = vm.heap.alloc(Set::default());
    for (i, &item) in items.iter().enumerate() {
        if let Flow::Task(_) = add(vm, Value::Set(set), item)? {
            return Ok(Flow::Task(Box::new(tasks::add_all(set, &items[i..]))));
        }
    }
    value(Value::Set(set))
}

/// `set.add(v)`
pub fn add(vm: &mut Vm, set: Value, v: Value) -> R {
    let Value::Set(set) = set else { unreachable!("the caller has a set") };
    let hash = match hash_simple(vm, v) {
        Hashed::Done(hash) => hash,
        _ => return keyed(vm, Target::Set(set), v, Action::Add),
    };
    match dict::find(&vm.heap, &vm.heap.get(set).table, hash, v) {
        Found::At(_) => {}
        Found::Absent(hash) => insert_new(vm, set, hash, v),
        Found::Slow => return keyed(vm, Target::Set(set), v, Action::Add),
    }
    value(Value::None)
}

/// `{*src}` and `set.update(src)`
pub fn update(vm: &mut Vm, set: Value, src: Value) -> R {
    let Value::Set(s) = set else { unreachable!("the caller has a set") };
    set_work(vm, Each::Add, src, Some(s), set, Value::None)
}

/// Does something with each value of an iterable to a set; the set is the answer.
pub fn apply(vm: &mut Vm, each: Each, set: Value, src: Value) -> R {
    let (Value::Set(s) | Value::FrozenSet(s)) = set else { unreachable!("the caller has a set") };
    if each == Each::Toggle && !matches!(src, Value::Set(_) | Value::FrozenSet(_) | Value::Dict(_)) {
        // What occurs twice must be toggled once.
        let distinct = vm.heap.alloc(Set::default());
        let made = Value::Set(distinct);
        let flow = set_work(vm, Each::Add, src, Some(distinct), made, made)?;
        return tasks::then(vm, flow, [set], |vm, [set], src| apply(vm, Each::Toggle, set, src));
    }
    let same = matches!(src, Value::Set(x) | Value::FrozenSet(x) if x == s);
    match each {
        Each::Add if same => value(set),
        Each::Discard | Each::Toggle if same => {
            vm.heap.get_mut(s).table.clear();
            value(set)
        }
        _ => set_work(vm, each, src, Some(s), set, set),
    }
}

/// A copy of a set, as a set or a frozen set.
pub fn copy(vm: &mut Vm, s: Ref<Set>, frozen: bool) -> R {
    const CLONE_MAX: usize = 65_536;
    let positions = vm.heap.get(s).table.positions();
    if positions <= CLONE_MAX {
        vm.charge(positions / 2);
        let table = vm.heap.get(s).table.compacted();
        let made = vm.heap.alloc(Set { table });
        return value(of(made, frozen));
    }
    let made = vm.heap.alloc(Set::default());
    set_work(vm, Each::Add, Value::Set(s), Some(made), Value::Set(made), of(made, frozen))
}

/// The value of a set or frozen set.
pub fn of(set: Ref<Set>, frozen: bool) -> Value {
    if frozen { Value::FrozenSet(set) } else { Value::Set(set) }
}

/// A set used as a key stands for the frozen set with its members.
fn as_key(item: Value) -> Value {
    match item {
        Value::Set(s) => Value::FrozenSet(s),
        item => item,
    }
}

/// `item in set`
pub fn contains(vm: &mut Vm, s: Ref<Set>, item: Value) -> R {
    let item = as_key(item);
    match hash_simple(vm, item) {
        Hashed::Done(hash) => match dict::find(&vm.heap, &vm.heap.get(s).table, hash, item) {
            Found::At(_) => value(Value::Bool(true)),
            Found::Absent(_) => value(Value::Bool(false)),
            Found::Slow => keyed(vm, Target::Set(s), item, Action::Contains),
        },
        _ => keyed(vm, Target::Set(s), item, Action::Contains),
    }
}

/// A frozen set of constants of the program text.
pub fn frozen_constant(vm: &mut Vm, items: &[Value]) -> Value {
    let mut table = Table::default();
    for &item in items {
        let hash = match item {
            Value::Str(s) => hash_str(&vm.heap, vm.keys, s),
            _ => match hash_simple(vm, item) {
                Hashed::Done(hash) => hash,
                _ => continue,
            },
        };
        if table.find(hash, |k| eq_simple(&vm.heap, k, item) == Some(true)).is_none() {
            table.push_new(hash, item, ());
        }
    }
    Value::FrozenSet(vm.heap.alloc(Set { table }))
}
