//! Cells: variables that inner functions share with their outer function.

use super::{PLAIN, TypeSpec};
use crate::vm::flow::R;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::type_id::TypeId;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// A shared variable.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// Its value, [`Value::Undef`] while unbound.
    pub value: Value,
}

impl HeapObject for Cell {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.value(self.value);
        None
    }
}

/// What cells bring to the registry.
pub const SPEC: TypeSpec = TypeSpec {
    attribute: Some(attribute),
    attribute_names: &["cell_contents"],
    set_attribute: Some(set_attribute),
    ..PLAIN
};

fn handle(v: Value) -> Ref<Cell> {
    match v {
        Value::Cell(r) => r,
        _ => unreachable!("the registry sends cells here"),
    }
}

fn attribute(vm: &mut Vm, obj: Value, name: &str) -> R<Option<Value>> {
    if !matches!(obj, Value::Cell(_)) || name != "cell_contents" {
        return Ok(None);
    }
    match vm.heap.get(handle(obj)).value {
        Value::Undef => Err(vm.value_error("cell is empty")),
        v => Ok(Some(v)),
    }
}

fn set_attribute(vm: &mut Vm, obj: Value, name: &str, v: Option<Value>) -> R<()> {
    if name != "cell_contents" {
        return Err(vm.raise(
            TypeId::AttributeError,
            format!("'cell' object has no attribute '{name}' and no __dict__ for setting new attributes"),
        ));
    }
    vm.heap.get_mut(handle(obj)).value = v.unwrap_or(Value::Undef);
    Ok(())
}
