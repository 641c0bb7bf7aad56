//! The importable modules: one file each, and the `import` instructions.
//!
//! Owns the table of modules. A module is made when it is first imported; nothing is read from disk.

mod builtins;
mod json;
mod math;
mod sys;
mod time;

use super::flow::R;
use super::native::NativeDef;
use super::type_id::TypeId;
use super::types::dict::{self, Dict};
use super::types::module::Module;
use super::types::str::Str;
use super::value::{Ref, Value};
use super::vm::Vm;

/// `__name__` of the module of the built-ins, which cannot be changed.
pub const BUILTINS: &str = "builtins";

/// A row of the table of modules.
pub struct ModuleDef {
    /// `__name__`
    pub name: &'static str,
    /// `__doc__`
    pub doc: &'static str,
    /// Its functions.
    pub functions: &'static [NativeDef],
    /// Adds what is not a function.
    pub fill: fn(&mut Vm, Ref<Dict>),
}

/// Every importable module. A static, so that a function is one object wherever it is looked up.
pub static MODULES: &[ModuleDef] =
    &[sys::MODULE, time::MODULE, json::MODULE, json::DECODER, math::MODULE, builtins::MODULE];

/// `import a.b` (the value is `a`, or `a.b` when `leaf`).
pub fn import(vm: &mut Vm, name: Ref<Str>, leaf: bool) -> R<Value> {
    let text = vm.heap.str(name).to_owned();
    let Some(def) = MODULES.iter().find(|m| m.name == text) else { return Err(not_found(vm, &text)) };
    if let (false, Some((package, _))) = (leaf, text.split_once('.')) {
        import(vm, name, true)?;
        let package = vm.intern(package);
        return import(vm, package, true);
    }
    if let Some(&module) = vm.modules.get(def.name) {
        return Ok(Value::Module(module));
    }
    let dict = vm.dict();
    let set = |vm: &mut Vm, key: &str, v: Value| {
        let key = vm.intern(key);
        dict::insert_str(vm, dict, key, v);
    };
    set(vm, "__name__", Value::Str(name));
    let doc = vm.str(def.doc);
    set(vm, "__doc__", doc);
    for function in def.functions {
        set(vm, function.name, Value::Native(function));
    }
    (def.fill)(vm, dict);
    let module = vm.heap.alloc(Module { name, dict });
    vm.modules.insert(def.name, module);
    if let Some(&sys) = vm.modules.get("sys") {
        // `sys.modules` knows what is imported.
        let (sys, key) = (vm.heap.get(sys).dict, vm.intern("modules"));
        if let Some(Value::Dict(modules)) = dict::get_str(vm, sys, key) {
            dict::insert_str(vm, modules, name, Value::Module(module));
        }
    }
    Ok(Value::Module(module))
}

/// `ModuleNotFoundError` for the first part of a dotted name that does not exist.
fn not_found(vm: &mut Vm, name: &str) -> super::flow::Trap {
    let exists = |name: &str| MODULES.iter().any(|m| m.name == name);
    let ends = name.match_indices('.').map(|(at, _)| at).chain([name.len()]);
    let missing = ends.map(|end| &name[..end]).find(|part| !exists(part)).unwrap_or(name);
    let message = match missing.rsplit_once('.') {
        Some((parent, _)) => format!("No module named '{missing}'; '{parent}' is not a package"),
        None => format!("No module named '{missing}'"),
    };
    let trap = vm.raise(TypeId::ModuleNotFoundError, message);
    if let super::flow::Trap::Raise(exc) = trap {
        let missing = vm.str(missing);
        super::exceptions::set_attr(vm, exc, "name", missing);
    }
    trap
}

/// The module of the built-ins.
pub fn builtins_module(vm: &mut Vm) -> R<Value> {
    let name = vm.intern(BUILTINS);
    import(vm, name, true)
}

/// `__builtins__` as a global: put there when a program can see it.
pub fn show_builtins(vm: &mut Vm, globals: Ref<Dict>) -> R<()> {
    let name = vm.intern("__builtins__");
    if dict::get_str(vm, globals, name).is_none() {
        let module = builtins_module(vm)?;
        dict::insert_str(vm, globals, name, module);
    }
    Ok(())
}

/// `from module import name`
pub fn import_from(vm: &mut Vm, module: Value, name: Ref<Str>) -> R<Value> {
    if let Value::Module(m) = module {
        let m = *vm.heap.get(m);
        if let Some(v) = dict::get_str(vm, m.dict, name) {
            return Ok(v);
        }
        let (what, from) = (vm.heap.str(name).to_owned(), vm.heap.str(m.name).to_owned());
        let message = format!("cannot import name '{what}' from '{from}' (unknown location)");
        let trap = vm.raise(TypeId::ImportError, message);
        if let super::flow::Trap::Raise(exc) = trap {
            super::exceptions::set_attr(vm, exc, "name", Value::Str(m.name));
            super::exceptions::set_attr(vm, exc, "name_from", Value::Str(name));
        }
        return Err(trap);
    }
    super::attr::get_now(vm, module, name)?.ok_or_else(|| super::attr::missing(vm, module, name))
}

/// `from module import *`
pub fn import_star(vm: &mut Vm, module: Value, into: Ref<Dict>) -> R<()> {
    let Value::Module(m) = module else { unreachable!("imports make modules") };
    let from = vm.heap.get(m).dict;
    let entries: Vec<(Value, Value)> = vm.heap.get(from).table.iter().map(|e| (e.key, e.value)).collect();
    for (key, v) in entries {
        if let Value::Str(name) = key
            && !vm.heap.str(name).starts_with('_')
        {
            dict::insert_str(vm, into, name, v);
        }
    }
    Ok(())
}
