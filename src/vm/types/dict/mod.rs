//! `dict`.
//!
//! Owns the entries and how keys are found. What takes Python code or much time to hash or compare is
//! handed to [`crate::vm::tasks::keyed`].

mod methods;
#[cfg(test)]
mod tests;
mod update;

use super::str::Str;
use crate::vm::compare::eq_simple;
use crate::vm::flow::{Flow, R, Trap, value};
use crate::vm::hash::{Hashed, hash_simple, hash_str};
use crate::vm::heap::{Heap, HeapObject, Tracer};
use crate::vm::table::Table;
use crate::vm::tasks::{Action, Target, keyed};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

pub use methods::SPEC;
pub use update::{inplace_union, merge_keywords, union, update_display};

/// A dict. Also the globals of a module.
#[derive(Clone, Debug, Default)]
pub struct Dict {
    /// The entries.
    pub table: Table<Value>,
    /// Changes whenever a key is added or removed, or a value [that is seldom replaced](is_lasting) is replaced, to
    /// a number no dict of this run had before: inline caches that found such a value here, or nothing, depend on it.
    pub keys_version: u32,
}

impl HeapObject for Dict {
    #[inline]
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

    fn begin_copy(&self) -> Dict {
        Dict { table: self.table.begin_copy(), keys_version: self.keys_version }
    }

    fn copy_more(&mut self, from: &Dict, left: &mut isize) -> bool {
        self.table.copy_more(&from.table, left)
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

/// Bytes of a string up to which it is compared without being charged for.
const QUICK_BYTES_MAX: usize = 256;

/// The position of an integer or string key that an equal integer or string in the dict decides; `None` when
/// it is not there or takes a closer look.
#[inline]
pub fn quick(vm: &mut Vm, dict: Ref<Dict>, key: &Value) -> Option<usize> {
    match *key {
        Value::Int(i) => {
            vm.heap.get(dict).table.find(vm.keys.int(i), |k| matches!(k, Value::Int(j) if i == j))
        }
        Value::Str(s) => {
            let hash = match vm.heap.get(s).hash.get() {
                0 => match hash_simple(vm, *key) {
                    Hashed::Done(hash) => hash,
                    _ => return None,
                },
                known => known,
            };
            vm.heap.get(dict).table.find(hash, |k| match k {
                Value::Str(other) => {
                    other == s || vm.heap.str(s).len() <= QUICK_BYTES_MAX && vm.heap.str_eq(other, s)
                }
                _ => false,
            })
        }
        _ => None,
    }
}

/// Looks a key up if that needs neither the interpreter nor much time. Unhashable keys raise.
#[inline]
pub fn lookup(vm: &mut Vm, dict: Ref<Dict>, key: Value) -> R<Found> {
    match hash_simple(vm, key) {
        Hashed::Done(hash) => Ok(find(&vm.heap, &vm.heap.get(dict).table, hash, key)),
        Hashed::Deep => Ok(Found::Slow),
        Hashed::Unhashable(v) => Err(unhashable(vm, v)),
    }
}

/// Looks up a key whose hash is known, in the table of a dict or set.
#[inline]
pub fn find<V: Copy>(heap: &Heap, table: &Table<V>, hash: u64, key: Value) -> Found {
    let mut probe = table.probe(hash);
    while let Some(position) = table.next_candidate(&mut probe) {
        let Some(candidate) = table.at(position) else { continue };
        match eq_simple(heap, candidate.key, key) {
            Some(true) => return Found::At(position),
            Some(false) => {}
            None => return Found::Slow,
        }
    }
    Found::Absent(hash)
}

/// `TypeError: unhashable type`
#[cold]
pub fn unhashable(vm: &mut Vm, v: Value) -> Trap {
    let name = vm.type_name(v);
    vm.type_error(format!("unhashable type: '{name}'"))
}

/// The position of a string key.
pub fn position_of_str(vm: &Vm, dict: Ref<Dict>, key: Ref<Str>) -> Option<usize> {
    let hash = hash_str(&vm.heap, vm.keys, key);
    vm.heap.get(dict).table.find(hash, |candidate| match candidate {
        Value::Str(other) => vm.heap.str_eq(other, key),
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
        Some(position) => set_at(vm, dict, position, v),
        None => {
            let hash = hash_str(&vm.heap, vm.keys, key);
            insert_new(vm, dict, hash, Value::Str(key), v);
        }
    }
}

/// Whether inline caches keep a global's value itself, because what defines a program's vocabulary is seldom replaced.
#[inline(always)]
pub fn is_lasting(v: &Value) -> bool {
    matches!(v, Value::Function(..) | Value::Native(_) | Value::Type(_) | Value::Module(_))
}

/// Replaces the value at a position.
#[inline(always)]
pub fn set_at(vm: &mut Vm, dict: Ref<Dict>, position: usize, v: Value) {
    let slot = vm.heap.store_into(dict, v).table.value_mut(position);
    let lasting = is_lasting(slot);
    *slot = v;
    if lasting {
        replaced_lasting(vm, dict);
    }
}

/// A value that inline caches may keep has been replaced.
#[cold]
#[inline(never)]
pub fn replaced_lasting(vm: &mut Vm, dict: Ref<Dict>) {
    let version = vm.next_keys_version();
    vm.heap.get_mut(dict).keys_version = version;
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
            Found::At(position) => set_at(vm, dict, position, pair[1]),
            Found::Absent(hash) => insert_new(vm, dict, hash, pair[0], pair[1]),
            Found::Slow => {
                return Ok(Flow::Task(Box::new(crate::vm::tasks::insert_pairs(dict, &pairs[2 * i..]))));
            }
        }
    }
    value(Value::Dict(dict))
}

/// `dict[k] = v`
pub fn set_item(vm: &mut Vm, dict: Value, key: Value, v: Value) -> R {
    let Value::Dict(dict) = dict else { unreachable!("the caller has a dict") };
    match lookup(vm, dict, key)? {
        Found::At(position) => set_at(vm, dict, position, v),
        Found::Absent(hash) => insert_new(vm, dict, hash, key, v),
        Found::Slow => return keyed(vm, Target::Dict(dict), key, Action::Set(v)),
    }
    value(Value::None)
}

/// `dict[key]`
pub fn get_item(vm: &mut Vm, d: Ref<Dict>, key: Value) -> R {
    match lookup(vm, d, key)? {
        Found::At(position) => value(vm.heap.get(d).table.value_at(position)),
        Found::Absent(_) => Err(vm.key_error(key)),
        Found::Slow => keyed(vm, Target::Dict(d), key, Action::Get),
    }
}

/// `del dict[key]`
pub fn del_item(vm: &mut Vm, d: Ref<Dict>, key: Value) -> R {
    keyed(vm, Target::Dict(d), key, Action::Remove)
}

/// `item in view`
pub fn view_contains(vm: &mut Vm, view: Ref<super::view::View>, item: Value) -> R {
    super::view::contains(vm, view, item)
}

/// The values of the keys of a mapping pattern as a tuple, or `None` when one is missing.
pub fn match_keys(vm: &mut Vm, src: Value, keys: Value) -> R {
    let (Value::Dict(d), Value::Tuple(keys)) = (src, keys) else {
        unreachable!("a dict and a tuple of keys")
    };
    let keys = vm.heap.get(keys).items.clone();
    if let Some(i) =
        (1..keys.len()).find(|&i| keys[..i].iter().any(|&k| eq_simple(&vm.heap, k, keys[i]) == Some(true)))
    {
        let flow = crate::vm::format::repr(vm, keys[i])?;
        return crate::vm::tasks::then(vm, flow, [], |vm, [], text| {
            let Value::Str(text) = text else { unreachable!("a repr is a string") };
            let message = format!("mapping pattern checks duplicate key ({})", vm.heap.str(text));
            Err(vm.value_error(message))
        });
    }
    let mut found = Vec::with_capacity(keys.len());
    for &key in &keys {
        match lookup(vm, d, key)? {
            Found::At(position) => found.push(vm.heap.get(d).table.value_at(position)),
            Found::Absent(_) => return value(Value::None),
            // Patterns have literals and dotted names as keys, of which none is deep.
            Found::Slow => {
                return Err(crate::vm::exceptions::unsupported(vm, "nested keys in mapping patterns"));
            }
        }
    }
    value(vm.tuple(found))
}
