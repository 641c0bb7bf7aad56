//! `builtins`: the names that every program finds, as a module. They cannot be changed: what a name means is known
//! before a program runs.

use super::ModuleDef;
use crate::vm::builtins;
use crate::vm::types::dict::{self, Dict};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// The module's row.
pub const MODULE: ModuleDef = ModuleDef {
    name: "builtins",
    doc: "Built-in functions, types, exceptions, and other objects.\n\nThis module provides direct access to all \
          'built-in'\nidentifiers of Python; for example, builtins.len is\nthe full name for the built-in function \
          len().\n\nThis module is not normally accessed explicitly by most\napplications, but can be useful in \
          modules that provide\nobjects with the same name as a built-in value, but in\nwhich the built-in of that \
          name is also needed.",
    functions: &[],
    fill,
};

fn fill(vm: &mut Vm, dict: Ref<Dict>) {
    let constants = [("None", Value::None), ("True", Value::Bool(true)), ("False", Value::Bool(false))];
    let named = builtins::names().filter_map(|name| Some((name, builtins::lookup(name)?)));
    for (name, v) in named.chain(constants) {
        let name = vm.intern(name);
        dict::insert_str(vm, dict, name, v);
    }
}
