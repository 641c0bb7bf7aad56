//! `object`: instances that have an identity and nothing else.

use super::{PLAIN, TypeSpec};
use crate::vm::flow::{R, value};
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::native::Args;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

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
pub const SPEC: TypeSpec = TypeSpec { construct: Some(construct), ..PLAIN };

fn construct(vm: &mut Vm, args: Args<'_>) -> R {
    if !args.is_empty() || args.has_keywords() {
        return Err(vm.type_error("object() takes no arguments"));
    }
    value(Value::Object(vm.heap.alloc(Object)))
}
