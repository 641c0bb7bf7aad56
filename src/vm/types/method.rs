//! Bound methods, and the attributes of built-in functions.

use super::{PLAIN, TypeSpec, function};
use crate::vm::flow::R;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::native::{Arity, NativeDef, NativeKind};
use crate::vm::type_id::TypeId;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// A callable together with its first argument.
#[derive(Clone, Copy, Debug)]
pub struct BoundMethod {
    /// What is called.
    pub function: Value,
    /// Its first argument.
    pub receiver: Value,
}

impl HeapObject for BoundMethod {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.value(self.function);
        tracer.value(self.receiver);
        None
    }
}

/// What bound methods of Python functions bring to the registry.
pub const SPEC: TypeSpec = TypeSpec {
    attribute: Some(attribute),
    attribute_names: &["__call__", "__doc__", "__func__", "__name__", "__qualname__", "__self__"],
    set_attribute: Some(set_attribute),
    ..PLAIN
};

/// What built-in functions and methods bring to the registry.
pub const NATIVE_SPEC: TypeSpec = TypeSpec {
    attribute: Some(native_attribute),
    attribute_names: &[
        "__call__",
        "__doc__",
        "__module__",
        "__name__",
        "__qualname__",
        "__self__",
        "__text_signature__",
    ],
    ..PLAIN
};

fn attribute(vm: &mut Vm, obj: Value, name: &str) -> R<Option<Value>> {
    let Value::Method(m) = obj else { return Ok(None) };
    let method = *vm.heap.get(m);
    match name {
        "__self__" => Ok(Some(method.receiver)),
        "__func__" => Ok(Some(method.function)),
        "__call__" => Ok(Some(obj)),
        _ => function::attribute(vm, method.function, name),
    }
}

fn set_attribute(vm: &mut Vm, _: Value, name: &str, _: Option<Value>) -> R<()> {
    Err(vm.raise(TypeId::AttributeError, format!("'method' object has no attribute '{name}'")))
}

fn native_attribute(vm: &mut Vm, obj: Value, name: &str) -> R<Option<Value>> {
    let (def, receiver) = match obj {
        Value::Native(def) => (def, None),
        Value::Method(m) => {
            let method = *vm.heap.get(m);
            match method.function {
                Value::Native(def) => (def, Some(method.receiver)),
                _ => return Ok(None),
            }
        }
        _ => return Ok(None),
    };
    Ok(Some(match name {
        "__name__" => vm.str(def.name),
        "__qualname__" => qualified(vm, def),
        "__module__" => match def.kind {
            NativeKind::Function => vm.str("builtins"),
            NativeKind::Module(module) => vm.str(module),
            _ => Value::None,
        },
        "__text_signature__" => Value::None,
        "__self__" => match (receiver, def.kind) {
            (Some(receiver), _) => receiver,
            (None, NativeKind::Static(ty)) => Value::Type(ty),
            (None, NativeKind::Function | NativeKind::Module(_)) => Value::None,
            (None, _) => return Ok(None),
        },
        "__objclass__" => match (receiver, def.kind) {
            (None, NativeKind::Method(ty) | NativeKind::Slot(ty) | NativeKind::Attribute { ty, .. }) => {
                Value::Type(ty)
            }
            (Some(_), NativeKind::Slot(ty)) => Value::Type(ty),
            _ => return Ok(None),
        },
        "__call__" if def.arity != Arity::Never => obj,
        _ => return Ok(None),
    }))
}

fn qualified(vm: &mut Vm, def: &'static NativeDef) -> Value {
    match def.kind.owner() {
        None => vm.str(def.name),
        Some(ty) => vm.string(format!("{}.{}", ty.name(), def.name)),
    }
}
