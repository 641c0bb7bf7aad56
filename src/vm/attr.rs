//! Attributes: finding methods, reading, setting and deleting attributes of built-in objects.

use super::flow::{R, Trap, value};
use super::native::NativeDef;
use super::type_id::TypeId;
use super::types;
use super::types::method::BoundMethod;
use super::types::str::Str;
use super::value::{Ref, Value};
use super::vm::Vm;

/// What [`find_method`] found.
#[derive(Clone, Copy, Debug)]
pub enum Found {
    /// A method of the receiver's type: call it with the receiver first.
    Method(&'static NativeDef),
    /// An attribute: call it without the receiver.
    Value(Value),
}

/// Finds what `obj.name(…)` calls.
pub fn find_method(vm: &mut Vm, obj: Value, name: Ref<Str>) -> R<Found> {
    if !matches!(obj, Value::Type(_) | Value::Module(_) | Value::Function(..)) {
        let ty = vm.type_of(obj);
        if let Some(def) = types::method(ty, vm.heap.str(name)) {
            return Ok(if def.kind.has_receiver() {
                Found::Method(def)
            } else {
                Found::Value(Value::Native(def))
            });
        }
    }
    match get_now(vm, obj, name)? {
        Some(v) => Ok(Found::Value(v)),
        None => Err(missing(vm, obj, name)),
    }
}

/// `obj.name`
pub fn get(vm: &mut Vm, obj: Value, name: Ref<Str>) -> R {
    match get_now(vm, obj, name)? {
        Some(v) => value(v),
        None => Err(missing(vm, obj, name)),
    }
}

/// `obj.name`, or `None` when there is no such attribute.
pub fn get_now(vm: &mut Vm, obj: Value, name: Ref<Str>) -> R<Option<Value>> {
    let text = vm.heap.str(name).to_owned();
    if let Some(v) = types::attribute(vm, obj, &text)? {
        return Ok(Some(v));
    }
    if let Value::Type(ty) = obj {
        return Ok(of_type(vm, ty, &text));
    }
    let ty = vm.type_of(obj);
    let Some(def) = types::method(ty, &text) else { return Ok(None) };
    Ok(Some(bind(vm, def, obj)))
}

/// What a type has under a name: a method or an attribute of its instances, else a method of types.
fn of_type(vm: &mut Vm, ty: TypeId, name: &str) -> Option<Value> {
    let own = types::method(ty, name).or_else(|| types::descriptor::find(ty, name));
    match own {
        Some(def) => Some(Value::Native(def)),
        None if name == "__hash__" => Some(Value::None),
        None => types::method(TypeId::Type, name).map(|def| bind(vm, def, Value::Type(ty))),
    }
}

/// The name of an attribute that was given as an argument.
pub fn name_of(vm: &mut Vm, v: Value) -> R<Ref<Str>> {
    match v {
        Value::Str(name) => Ok(name),
        other => {
            let got = vm.type_name(other);
            Err(vm.type_error(format!("attribute name must be string, not '{got}'")))
        }
    }
}

/// A method bound to its receiver.
pub fn bind(vm: &mut Vm, def: &'static NativeDef, receiver: Value) -> Value {
    if !def.kind.has_receiver() {
        return Value::Native(def);
    }
    Value::Method(vm.heap.alloc(BoundMethod { function: Value::Native(def), receiver }))
}

/// `AttributeError`. It keeps the object, from which a traceback finds names that are close.
#[cold]
pub fn missing(vm: &mut Vm, obj: Value, name: Ref<Str>) -> Trap {
    let text = vm.heap.str(name).to_owned();
    let message = match obj {
        Value::Type(ty) => format!("type object '{}' has no attribute '{text}'", ty.name()),
        Value::Alias(a) if vm.heap.get(a).origin.is_some() && !text.starts_with("__") => {
            let ty = vm.heap.get(a).origin.expect("it has one");
            format!("type object '{}' has no attribute '{text}'", ty.name())
        }
        Value::Module(m) => {
            let module = vm.heap.str(vm.heap.get(m).name);
            format!("module '{module}' has no attribute '{text}'")
        }
        _ => format!("'{}' object has no attribute '{text}'", vm.type_name(obj)),
    };
    let trap = vm.raise(TypeId::AttributeError, message);
    if let Trap::Raise(exc) = trap {
        super::exceptions::set_attr(vm, exc, "name", Value::Str(name));
        super::exceptions::set_attr(vm, exc, "obj", obj);
    }
    trap
}

/// `obj.name = v`
pub fn set(vm: &mut Vm, obj: Value, name: Ref<Str>, v: Value) -> R {
    types::set_attribute(vm, obj, name, Some(v))?;
    value(Value::None)
}

/// `del obj.name`
pub fn delete(vm: &mut Vm, obj: Value, name: Ref<Str>) -> R {
    types::set_attribute(vm, obj, name, None)?;
    value(Value::None)
}

/// `__enter__` and `__exit__` of a context manager, bound.
pub fn context_manager(vm: &mut Vm, manager: Value) -> R<(Value, Value)> {
    let ty = vm.type_of(manager);
    let (Some(enter), Some(exit)) = (types::method(ty, "__enter__"), types::method(ty, "__exit__")) else {
        let name = vm.type_name(manager);
        return Err(vm.type_error(format!("'{name}' object does not support the context manager protocol")));
    };
    Ok((bind(vm, enter, manager), bind(vm, exit, manager)))
}
