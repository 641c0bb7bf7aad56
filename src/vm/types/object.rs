//! `object`: instances that have an identity and nothing else, and the methods that everything has.

use super::{PLAIN, TypeSpec};
use crate::vm::flow::{R, value};
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::native::{Args, Arity, NativeDef, method};
use crate::vm::type_id::TypeId;
use crate::vm::value::Value;
use crate::vm::vm::Vm;
use crate::vm::{builtins, format};

/// An instance of `object`.
#[derive(Clone, Copy, Debug)]
pub struct Object;

impl HeapObject for Object {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, _: &mut Tracer<'_>, _: usize) -> Option<usize> {
        None
    }
}

/// What `object` brings to the registry.
pub const SPEC: TypeSpec = TypeSpec { methods: METHODS, construct: Some(construct), ..PLAIN };

fn construct(vm: &mut Vm, args: Args<'_>) -> R {
    if !args.is_empty() || args.has_keywords() {
        return Err(vm.type_error("object() takes no arguments"));
    }
    value(Value::Object(vm.heap.alloc(Object)))
}

const OBJECT: TypeId = TypeId::Object;

static METHODS: &[NativeDef] = &[
    method(OBJECT, "__dir__", Arity::None, builtins::dir),
    method(OBJECT, "__format__", Arity::One, to_format),
];

fn to_format(vm: &mut Vm, args: Args<'_>) -> R {
    let spec = args.get(1);
    if !matches!(spec, Value::Str(_)) {
        let name = vm.type_name(spec);
        return Err(vm.type_error(format!("__format__() argument must be str, not {name}")));
    }
    format::format_with(vm, args.get(0), spec)
}
