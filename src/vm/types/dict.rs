//! `dict`.

use super::str::Str;
use super::view::View;
use crate::vm::compare::eq_simple;
use crate::vm::flow::{Flow, R, Trap, value};
use crate::vm::hash::{Hashed, hash_simple};
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::table::Table;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// A dict. Also the globals of a module.
#[derive(Clone, Debug, Default)]
pub struct Dict {
    /// The entries.
    pub table: Table<Value>,
    /// Changes whenever a key is added or removed, to a number no dict of this run had before: inline
    /// caches that found nothing here depend on it.
    pub keys_version: u32,
}

impl HeapObject for Dict {
    fn payload_bytes(&self) -> usize {
        self.table.bytes()
    }

    fn trace(&self, tracer: &mut Tracer<'_>, from: usize) -> Option<usize> {
        tracer.elements(self.table.positions(), from, |t, i| {
            if let Some(entry) = self.table.at(i) {
                t.value(entry.key);
                t.value(entry.value);
            }
        })
    }
}

/// What looking a key up without the interpreter came to.
#[derive(Clone, Copy, Debug)]
pub enum Found {
    /// It is at this position.
    At(usize),
    /// It is not there; its hash.
    Absent(u64),
    /// It takes a task to tell.
    Slow,
}

/// Looks a key up if that needs neither the interpreter nor much time. Unhashable keys raise.
pub fn lookup(vm: &mut Vm, dict: Ref<Dict>, key: Value) -> R<Found> {
    let hash = match hash_simple(&vm.heap, vm.keys, key) {
        Hashed::Done(hash) => hash,
        Hashed::Deep => return Ok(Found::Slow),
        Hashed::Unhashable(v) => return Err(unhashable(vm, v)),
    };
    let table = &vm.heap.get(dict).table;
    let mut probe = table.probe(hash);
    while let Some(position) = table.next_candidate(&mut probe) {
        let candidate = table.at(position).expect("a candidate is in use").key;
        match eq_simple(&vm.heap, candidate, key) {
            Some(true) => return Ok(Found::At(position)),
            Some(false) => {}
            None => return Ok(Found::Slow),
        }
    }
    Ok(Found::Absent(hash))
}

/// `TypeError: unhashable type`
#[cold]
pub fn unhashable(vm: &mut Vm, v: Value) -> Trap {
    let name = vm.type_name(v);
    vm.type_error(format!("unhashable type: '{name}'"))
}

/// The position of a string key.
pub fn position_of_str(vm: &Vm, dict: Ref<Dict>, key: Ref<Str>) -> Option<usize> {
    let Hashed::Done(hash) = hash_simple(&vm.heap, vm.keys, Value::Str(key)) else { return None };
    vm.heap.get(dict).table.find(hash, |candidate| match candidate {
        Value::Str(other) => other == key || vm.heap.str(other) == vm.heap.str(key),
        _ => false,
    })
}

/// The value of a string key.
pub fn get_str(vm: &Vm, dict: Ref<Dict>, key: Ref<Str>) -> Option<Value> {
    let position = position_of_str(vm, dict, key)?;
    vm.heap.get(dict).table.at(position).map(|e| e.value)
}

/// Binds a string key.
pub fn insert_str(vm: &mut Vm, dict: Ref<Dict>, key: Ref<Str>, v: Value) {
    match position_of_str(vm, dict, key) {
        Some(position) => vm.heap.store_into(dict, v).table.set_value(position, v),
        None => {
            let Hashed::Done(hash) = hash_simple(&vm.heap, vm.keys, Value::Str(key)) else { return };
            insert_new(vm, dict, hash, Value::Str(key), v);
        }
    }
}

/// Adds a key that is known to be absent.
pub fn insert_new(vm: &mut Vm, dict: Ref<Dict>, hash: u64, key: Value, v: Value) {
    let version = vm.next_keys_version();
    let mut d = vm.heap.get_mut(dict);
    d.table.push_new(hash, key, v);
    d.keys_version = version;
}

/// Removes the entry at a position; its value.
pub fn remove_at(vm: &mut Vm, dict: Ref<Dict>, position: usize) -> Value {
    let version = vm.next_keys_version();
    let mut d = vm.heap.get_mut(dict);
    d.keys_version = version;
    d.table.remove_at(position).value
}

/// A new dict from `key, value, …` registers.
pub fn build(vm: &mut Vm, pairs: &[Value]) -> R {
    let dict = vm.dict();
    for (i, pair) in pairs.chunks_exact(2).enumerate() {
        match lookup(vm, dict, pair[0])? {
            Found::At(position) => vm.heap.store_into(dict, pair[1]).table.set_value(position, pair[1]),
            Found::Absent(hash) => insert_new(vm, dict, hash, pair[0], pair[1]),
            Found::Slow => return Ok(Flow::Task(crate::vm::tasks::insert_pairs(dict, &pairs[2 * i..]))),
        }
    }
    value(Value::Dict(dict))
}

/// `dict[k] = v`
pub fn set_item(vm: &mut Vm, dict: Value, key: Value, v: Value) -> R {
    let Value::Dict(dict) = dict else { unreachable!("the caller has a dict") };
    match lookup(vm, dict, key)? {
        Found::At(position) => vm.heap.store_into(dict, v).table.set_value(position, v),
        Found::Absent(hash) => insert_new(vm, dict, hash, key, v),
        Found::Slow => return Ok(Flow::Task(crate::vm::tasks::insert_pairs(dict, &[key, v]))),
    }
    value(Value::None)
}

/// dict |
pub fn union(vm: &mut Vm, _a: Value, _b: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "dict |"))
}

/// dict |=
pub fn inplace_union(vm: &mut Vm, _a: Value, _b: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "dict |="))
}

/// ** in a dict display
pub fn update_display(vm: &mut Vm, _dict: Value, _src: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "** in a dict display"))
}

/// ** in a call
pub fn merge_keywords(vm: &mut Vm, _dict: Value, _src: Value, _who: &str) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "** in a call"))
}

/// subscripts of dict
pub fn get_item(vm: &mut Vm, _d: Ref<Dict>, _key: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "subscripts of dict"))
}

/// item deletion of dict
pub fn del_item(vm: &mut Vm, _d: Ref<Dict>, _key: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "item deletion of dict"))
}

/// in for dict views
pub fn view_contains(vm: &mut Vm, _view: Ref<View>, _item: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "in for dict views"))
}

/// mapping patterns
pub fn match_keys(vm: &mut Vm, _src: Value, _keys: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "mapping patterns"))
}
