//! Modules.

use super::dict::{self, Dict};
use super::str::Str;
use super::{PLAIN, TypeSpec};
use crate::vm::exceptions::unsupported;
use crate::vm::flow::R;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::modules::BUILTINS;
use crate::vm::type_id::TypeId;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// A module.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    /// `__name__`
    pub name: Ref<Str>,
    /// `__dict__`
    pub dict: Ref<Dict>,
}

impl HeapObject for Module {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.object(self.name);
        tracer.object(self.dict);
        None
    }
}

/// What modules bring to the registry.
pub const SPEC: TypeSpec =
    TypeSpec { attribute: Some(attribute), set_attribute: Some(set_attribute), ..PLAIN };

fn attribute(vm: &mut Vm, obj: Value, name: &str) -> R<Option<Value>> {
    let Value::Module(m) = obj else { return Ok(None) };
    let dict = vm.heap.get(m).dict;
    if name == "__dict__" && is_builtins(vm, m) {
        // A copy: the names of the built-ins mean the same for a whole program.
        let table = vm.heap.get(dict).table.compacted();
        let keys_version = vm.next_keys_version();
        return Ok(Some(Value::Dict(vm.heap.alloc(Dict { table, keys_version }))));
    }
    if name == "__dict__" {
        return Ok(Some(Value::Dict(dict)));
    }
    let key = vm.intern(name);
    Ok(dict::get_str(vm, dict, key))
}

fn is_builtins(vm: &Vm, m: Ref<Module>) -> bool {
    vm.heap.str(vm.heap.get(m).name) == BUILTINS
}

fn set_attribute(vm: &mut Vm, obj: Value, name: &str, v: Option<Value>) -> R<()> {
    let Value::Module(m) = obj else { unreachable!("the registry sends modules here") };
    let dict = vm.heap.get(m).dict;
    if name == "__dict__" {
        return Err(vm.raise(TypeId::AttributeError, "readonly attribute"));
    }
    if is_builtins(vm, m) {
        return Err(unsupported(vm, "changing the built-ins (define a global)"));
    }
    let key = vm.intern(name);
    match v {
        Some(v) => dict::insert_str(vm, dict, key, v),
        None => match dict::position_of_str(vm, dict, key) {
            Some(position) => {
                dict::remove_at(vm, dict, position);
            }
            None => {
                let message = format!("'module' object has no attribute '{name}'");
                return Err(vm.raise(TypeId::AttributeError, message));
            }
        },
    }
    Ok(())
}
