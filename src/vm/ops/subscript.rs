//! `a[b]`, `a[b] = c`, `del a[b]`, `a[b:c]`, `len(a)`.

use crate::vm::flow::{R, Trap, value};
use crate::vm::types::slice::{self, Slice};
use crate::vm::types::{alias, bytes, dict, list, range, str, tuple};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// `obj[key]`
pub fn get_item(vm: &mut Vm, obj: Value, key: Value) -> R {
    match obj {
        Value::List(l) => list::get_item(vm, l, key),
        Value::Tuple(_) | Value::StructSeq(_) => tuple::get_item(vm, obj, key),
        Value::Dict(d) => dict::get_item(vm, d, key),
        Value::Str(s) => str::get_item(vm, s, key),
        Value::Bytes(b) => bytes::get_item(vm, b, key),
        Value::Range(r) => range::get_item(vm, r, key),
        Value::Type(ty) => alias::parametrize(vm, ty, key),
        Value::Alias(a) => alias::get_item(vm, a),
        _ => Err(complain(vm, obj, "is not subscriptable")),
    }
}

/// `obj[key] = v`
pub fn set_item(vm: &mut Vm, obj: Value, key: Value, v: Value) -> R {
    match obj {
        Value::List(l) => list::set_item(vm, l, key, v),
        Value::Dict(_) => dict::set_item(vm, obj, key, v),
        _ => {
            if has_places(obj) && matches!(key, Value::Big(_)) {
                slice::index(vm, key, "sequence")?;
            }
            Err(complain(vm, obj, "does not support item assignment"))
        }
    }
}

/// Whether CPython takes a number for a place in it; that it can be reached is another question.
fn has_places(obj: Value) -> bool {
    matches!(
        obj,
        Value::Str(_)
            | Value::Bytes(_)
            | Value::Tuple(_)
            | Value::StructSeq(_)
            | Value::Range(_)
            | Value::Set(_)
            | Value::FrozenSet(_)
            | Value::View(_)
    )
}

/// `del obj[key]`
pub fn del_item(vm: &mut Vm, obj: Value, key: Value) -> R {
    match obj {
        Value::List(l) => list::del_item(vm, l, key),
        Value::Dict(d) => dict::del_item(vm, d, key),
        // Worded in two ways in CPython: here what has places for elements is asked for one by its number.
        _ if has_places(obj) && matches!(key, Value::Int(_) | Value::Bool(_) | Value::Big(_)) => {
            slice::index(vm, key, "sequence")?;
            Err(complain(vm, obj, "doesn't support item deletion"))
        }
        _ => Err(complain(vm, obj, "does not support item deletion")),
    }
}

/// `obj[start:stop]`
pub fn get_slice(vm: &mut Vm, obj: Value, start: Value, stop: Value) -> R {
    let slice = Slice { start, stop, step: Value::None };
    match obj {
        Value::List(l) => list::get_slice(vm, l, &slice),
        Value::Tuple(_) | Value::StructSeq(_) => tuple::get_slice(vm, obj, &slice),
        Value::Str(s) => str::get_slice(vm, s, &slice),
        Value::Bytes(b) => bytes::get_slice(vm, b, &slice),
        _ => {
            let slice = Value::Slice(vm.heap.alloc(slice));
            get_item(vm, obj, slice)
        }
    }
}

/// `len(obj)`
pub fn len(vm: &mut Vm, obj: Value) -> R {
    let n = match obj {
        Value::Str(s) => vm.heap.str_len(s),
        Value::Bytes(b) => vm.heap.get(b).data.len(),
        Value::List(l) => vm.heap.get(l).items.len(),
        Value::Tuple(_) | Value::StructSeq(_) => crate::vm::compare::tuple_items(&vm.heap, obj).len(),
        Value::Dict(d) => vm.heap.get(d).table.len(),
        Value::Set(s) | Value::FrozenSet(s) => vm.heap.get(s).table.len(),
        Value::View(v) => vm.heap.get(vm.heap.get(v).dict).table.len(),
        Value::Range(r) => return range::len(vm, r),
        _ => {
            let name = vm.type_name(obj);
            return Err(vm.type_error(format!("object of type '{name}' has no len()")));
        }
    };
    value(Value::Int(n as i64))
}

#[cold]
fn complain(vm: &mut Vm, obj: Value, what: &str) -> Trap {
    let name = vm.type_name(obj);
    vm.type_error(format!("'{name}' object {what}"))
}
