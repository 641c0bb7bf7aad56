//! Names: globals and built-ins with their inline caches, and the errors for what is unbound.

use std::cell::Cell;

use super::builtins;
use super::flow::{R, Trap};
use super::machine::Cache;
use super::modules;
use super::suggest;
use super::type_id::TypeId;
use super::types::dict::{self, Dict};
use super::types::exception::Exception;
use super::types::str::Str;
use super::value::{Ref, Value};
use super::vm::Vm;
use crate::bytecode::{Code, Reg};

/// The global at a cached position, if it is still the one of that name.
#[inline(always)]
pub fn global_at(vm: &Vm, globals: Ref<Dict>, name: Ref<Str>, position: u32) -> Option<&Value> {
    let entry = vm.heap.get(globals).table.slot(position as usize)?;
    match entry.key {
        Value::Str(key) if key == name => Some(&entry.value),
        _ => None,
    }
}

/// Looks a name up in the globals, then in the built-ins, and fills the cache.
pub fn load_global(vm: &mut Vm, globals: Ref<Dict>, name: Ref<Str>, cache: &Cell<Cache>) -> R<Value> {
    if let Some(position) = dict::position_of_str(vm, globals, name) {
        let entry = vm.heap.get(globals).table.at(position).expect("a found position is in use");
        if dict::is_lasting(&entry.value) {
            cache.set(Cache::Known(vm.heap.get(globals).keys_version, entry.value));
        } else if matches!(entry.key, Value::Str(key) if key == name) {
            cache.set(Cache::Global(position as u32, name));
        }
        return Ok(entry.value);
    }
    match builtins::lookup(vm.heap.str(name)) {
        Some(v) => {
            cache.set(Cache::Known(vm.heap.get(globals).keys_version, v));
            Ok(v)
        }
        None => undefined(vm, name),
    }
}

/// What a name means that is neither a global nor a built-in: `__builtins__`, which is made when it is asked for.
#[cold]
fn undefined(vm: &mut Vm, name: Ref<Str>) -> R<Value> {
    match vm.heap.str(name) {
        "__builtins__" => modules::builtins_module(vm),
        _ => Err(not_defined(vm, name)),
    }
}

/// Overwrites the global that a cache points at; false when it does not.
#[inline(always)]
pub fn store_cached_global(vm: &mut Vm, globals: Ref<Dict>, v: Value, cache: Cache) -> bool {
    let Cache::Global(position, name) = cache else { return false };
    match vm.heap.get(globals).table.at(position as usize) {
        Some(entry) if matches!(entry.key, Value::Str(key) if key == name) => {}
        _ => return false,
    }
    dict::set_at(vm, globals, position as usize, v);
    true
}

/// Binds a global and fills the cache.
pub fn store_global(vm: &mut Vm, globals: Ref<Dict>, name: Ref<Str>, v: Value, cache: &Cell<Cache>) {
    dict::insert_str(vm, globals, name, v);
    if let Some(position) = dict::position_of_str(vm, globals, name) {
        cache.set(Cache::Global(position as u32, name));
    }
}

/// Unbinds a name in a namespace.
pub fn del_global(vm: &mut Vm, namespace: Ref<Dict>, name: Ref<Str>) -> R<()> {
    match dict::position_of_str(vm, namespace, name) {
        Some(position) => {
            dict::remove_at(vm, namespace, position);
            Ok(())
        }
        None => Err(not_defined(vm, name)),
    }
}

/// Looks a name up in a locals mapping, the globals, the built-ins.
pub fn load_name(vm: &mut Vm, locals: Option<Ref<Dict>>, globals: Ref<Dict>, name: Ref<Str>) -> R<Value> {
    for namespace in locals.into_iter().chain([globals]) {
        if let Some(v) = dict::get_str(vm, namespace, name) {
            return Ok(v);
        }
    }
    match builtins::lookup(vm.heap.str(name)) {
        Some(v) => Ok(v),
        None => undefined(vm, name),
    }
}

/// Gives a `NameError` the closest of the names that its frame could see.
#[cold]
pub fn add_hint(vm: &mut Vm, exc: Ref<Exception>, namespaces: [Ref<Dict>; 2]) {
    let Some(Value::Str(wrong)) = super::exceptions::attr(vm, exc, "name") else { return };
    let wrong = vm.heap.str(wrong).to_owned();
    let entries = namespaces.iter().flat_map(|namespace| vm.heap.get(*namespace).table.iter());
    let names = entries.filter_map(|e| match e.key {
        Value::Str(name) => Some(vm.heap.str(name)),
        _ => None,
    });
    // `closest` looks at a bounded number of them.
    let hint = suggest::closest(&wrong, names.chain(builtins::names().map(shorter))).map(str::to_owned);
    if let Some(hint) = hint {
        let hint = vm.string(hint);
        super::exceptions::set_attr(vm, exc, super::exceptions::HINT, hint);
    }
}

/// A name that lives as long as the program, among names that do not.
fn shorter<'a>(name: &'static str) -> &'a str {
    name
}

#[cold]
fn not_defined(vm: &mut Vm, name: Ref<Str>) -> Trap {
    let text = vm.heap.str(name).to_owned();
    let trap = vm.raise(TypeId::NameError, format!("name '{text}' is not defined"));
    with_name(vm, trap, Value::Str(name))
}

/// Sets `e.name`.
fn with_name(vm: &mut Vm, trap: Trap, name: Value) -> Trap {
    if let Trap::Raise(exc) = trap {
        super::exceptions::set_attr(vm, exc, "name", name);
    }
    trap
}

/// `UnboundLocalError` for a local.
#[cold]
pub fn unbound_local(vm: &mut Vm, name: &str) -> Trap {
    vm.raise(
        TypeId::UnboundLocalError,
        format!("cannot access local variable '{name}' where it is not associated with a value"),
    )
}

/// The error for an empty cell: the function's own variable, or one of an outer function.
#[cold]
pub fn unbound_cell(vm: &mut Vm, code: &Code, reg: Reg) -> Trap {
    if let Some(own) = code.cells.iter().find(|c| c.reg == reg) {
        return unbound_local(vm, &own.name);
    }
    let name = code.free.iter().find(|c| c.reg == reg).map_or("?", |c| &*c.name);
    let trap = vm.raise(
        TypeId::NameError,
        format!(
            "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
        ),
    );
    let name = vm.str(name);
    with_name(vm, trap, name)
}
