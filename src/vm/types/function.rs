//! Python functions.

use super::dict::{self, Dict};
use super::tuple::Tuple;
use super::{PLAIN, TypeSpec};
use crate::vm::flow::R;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::machine::CodeId;
use crate::vm::native::Args;
use crate::vm::type_id::TypeId;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// A function made by `def` or `lambda`.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its code.
    pub code: CodeId,
    /// A tuple of cells.
    pub closure: Option<Ref<Tuple>>,
    /// `__defaults__`
    pub defaults: Option<Ref<Tuple>>,
    /// `__kwdefaults__`
    pub kw_defaults: Option<Ref<Dict>>,
    /// What few functions have.
    pub extra: Option<Box<FunctionExtra>>,
}

/// Attributes that were set or that few functions have. [`Value::Undef`] means "as the code says".
#[derive(Clone, Copy, Debug)]
pub struct FunctionExtra {
    /// `__name__`
    pub name: Value,
    /// `__qualname__`
    pub qualname: Value,
    /// `__doc__`
    pub doc: Value,
    /// `__annotations__`
    pub annotations: Value,
    /// `__module__`
    pub module: Value,
    /// `__dict__`
    pub dict: Option<Ref<Dict>>,
}

impl Default for FunctionExtra {
    fn default() -> FunctionExtra {
        let undef = Value::Undef;
        FunctionExtra {
            name: undef,
            qualname: undef,
            doc: undef,
            annotations: undef,
            module: undef,
            dict: None,
        }
    }
}

impl HeapObject for Function {
    fn payload_bytes(&self) -> usize {
        self.extra.as_ref().map_or(0, |_| size_of::<FunctionExtra>())
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.code(self.code);
        tracer.option(self.closure);
        tracer.option(self.defaults);
        tracer.option(self.kw_defaults);
        if let Some(extra) = &self.extra {
            for v in [extra.name, extra.qualname, extra.doc, extra.annotations, extra.module] {
                tracer.value(v);
            }
            tracer.option(extra.dict);
        }
        None
    }
}

/// What functions bring to the registry.
pub const SPEC: TypeSpec = TypeSpec {
    construct: Some(construct),
    attribute: Some(attribute),
    attribute_names: &[
        "__annotations__",
        "__call__",
        "__closure__",
        "__defaults__",
        "__dict__",
        "__doc__",
        "__globals__",
        "__kwdefaults__",
        "__module__",
        "__name__",
        "__qualname__",
        "__type_params__",
    ],
    set_attribute: Some(set_attribute),
    ..PLAIN
};

/// `type(f)(code, globals, …)`: there is no way to come by a code object.
fn construct(vm: &mut Vm, args: Args<'_>) -> R {
    let Some(code) = args.get(0).bound() else {
        return Err(vm.type_error("function() missing required argument 'code' (pos 1)"));
    };
    let got = vm.type_name(code);
    Err(vm.type_error(format!("function() argument 'code' must be code, not {got}")))
}

fn extra(vm: &mut Vm, f: Ref<Function>, change: impl FnOnce(&mut FunctionExtra)) {
    change(vm.heap.get_mut(f).extra.get_or_insert_default());
}

/// What was set, unless it never was.
fn set_value(vm: &Vm, f: Ref<Function>, field: impl Fn(&FunctionExtra) -> Value) -> Option<Value> {
    vm.heap.get(f).extra.as_ref().and_then(|e| field(e).bound())
}

/// The name of the module it was defined in, when that is known and not `builtins`.
pub fn module_name(vm: &Vm, f: Ref<Function>) -> Option<String> {
    let module = set_value(vm, f, |e| e.module).or_else(|| {
        let globals = vm.heap.globals_of(vm.heap.get(f).code);
        let entry = vm.heap.get(globals).table.iter().find(|e| match e.key {
            Value::Str(s) => vm.heap.str(s) == "__name__",
            _ => false,
        });
        entry.map(|e| e.value)
    });
    match module {
        Some(Value::Str(s)) if vm.heap.str(s) != "builtins" => Some(vm.heap.str(s).to_owned()),
        _ => None,
    }
}

/// An attribute of a function.
pub fn attribute(vm: &mut Vm, obj: Value, name: &str) -> R<Option<Value>> {
    let Value::Function(f, _) = obj else { return Ok(None) };
    let function = vm.heap.get(f);
    let code = vm.codes[function.code.0 as usize].clone();
    let found = match name {
        "__name__" => match set_value(vm, f, |e| e.name) {
            Some(v) => v,
            None => Value::Str(vm.intern(&code.name)),
        },
        "__qualname__" => match set_value(vm, f, |e| e.qualname) {
            Some(v) => v,
            None => Value::Str(vm.intern(&code.qualname)),
        },
        "__doc__" => match (set_value(vm, f, |e| e.doc), &code.doc) {
            (Some(v), _) => v,
            (None, Some(doc)) => {
                let doc = vm.str(doc);
                extra(vm, f, |e| e.doc = doc);
                doc
            }
            (None, None) => Value::None,
        },
        "__module__" => match set_value(vm, f, |e| e.module) {
            Some(v) => v,
            None => {
                let globals = vm.heap.globals_of(function.code);
                let key = vm.intern("__name__");
                dict::get_str(vm, globals, key).unwrap_or(Value::None)
            }
        },
        "__defaults__" => function.defaults.map_or(Value::None, Value::Tuple),
        "__kwdefaults__" => function.kw_defaults.map_or(Value::None, Value::Dict),
        "__closure__" => function.closure.map_or(Value::None, Value::Tuple),
        "__globals__" => Value::Dict(vm.heap.globals_of(function.code)),
        "__annotations__" => match set_value(vm, f, |e| e.annotations) {
            Some(v) => v,
            None => {
                let annotations = Value::Dict(vm.dict());
                extra(vm, f, |e| e.annotations = annotations);
                annotations
            }
        },
        "__dict__" => Value::Dict(own_dict(vm, f)),
        "__type_params__" => vm.tuple([]),
        "__call__" => obj,
        _ => {
            let Some(dict) = function.extra.as_ref().and_then(|e| e.dict) else { return Ok(None) };
            let key = vm.intern(name);
            return Ok(dict::get_str(vm, dict, key));
        }
    };
    Ok(Some(found))
}

fn own_dict(vm: &mut Vm, f: Ref<Function>) -> Ref<Dict> {
    if let Some(dict) = vm.heap.get(f).extra.as_ref().and_then(|e| e.dict) {
        return dict;
    }
    let dict = vm.dict();
    extra(vm, f, |e| e.dict = Some(dict));
    dict
}

fn set_attribute(vm: &mut Vm, obj: Value, name: &str, v: Option<Value>) -> R<()> {
    let Value::Function(f, _) = obj else { unreachable!("the registry sends functions here") };
    let given = v.unwrap_or(Value::None);
    match name {
        "__name__" | "__qualname__" => {
            if !matches!(v, Some(Value::Str(_))) {
                return Err(vm.type_error(format!("{name} must be set to a string object")));
            }
            extra(vm, f, |e| if name == "__name__" { e.name = given } else { e.qualname = given });
        }
        "__doc__" => extra(vm, f, |e| e.doc = given),
        "__module__" => extra(vm, f, |e| e.module = given),
        "__defaults__" => {
            vm.heap.get_mut(f).defaults = match given {
                Value::None => None,
                Value::Tuple(t) => Some(t),
                _ => return Err(vm.type_error("__defaults__ must be set to a tuple object")),
            }
        }
        "__kwdefaults__" => {
            vm.heap.get_mut(f).kw_defaults = match given {
                Value::None => None,
                Value::Dict(d) => Some(d),
                _ => return Err(vm.type_error("__kwdefaults__ must be set to a dict object")),
            }
        }
        "__annotations__" => match given {
            Value::Dict(_) => extra(vm, f, |e| e.annotations = given),
            Value::None => extra(vm, f, |e| e.annotations = Value::Undef),
            _ => return Err(vm.type_error("__annotations__ must be set to a dict object")),
        },
        "__dict__" => match (v, given) {
            (None, _) => return Err(vm.type_error("cannot delete __dict__")),
            (_, Value::Dict(d)) => extra(vm, f, |e| e.dict = Some(d)),
            (_, other) => {
                let got = vm.type_name(other);
                return Err(vm.type_error(format!("__dict__ must be set to a dictionary, not a '{got}'")));
            }
        },
        "__closure__" | "__globals__" | "__builtins__" => {
            return Err(vm.raise(TypeId::AttributeError, "readonly attribute"));
        }
        "__code__" => return Err(vm.type_error("__code__ must be set to a code object")),
        "__class__" => {
            return Err(vm.type_error(
                "__class__ assignment only supported for mutable types or ModuleType subclasses",
            ));
        }
        _ => return set_own(vm, f, name, v),
    }
    Ok(())
}

/// Attributes of `f.__dict__`.
fn set_own(vm: &mut Vm, f: Ref<Function>, name: &str, v: Option<Value>) -> R<()> {
    let key = vm.intern(name);
    let dict = own_dict(vm, f);
    match (v, dict::position_of_str(vm, dict, key)) {
        (Some(v), _) => dict::insert_str(vm, dict, key, v),
        (None, Some(position)) => {
            dict::remove_at(vm, dict, position);
        }
        (None, None) => {
            let message = format!("'function' object has no attribute '{name}'");
            return Err(vm.raise(TypeId::AttributeError, message));
        }
    }
    Ok(())
}
