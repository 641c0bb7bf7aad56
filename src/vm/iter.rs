//! Iteration: `iter()`, `next()`, unpacking.

use super::flow::{Flow, R, Trap, value};
use super::tasks;
use super::types::iterator::{ExhaustedOf, Iter};
use super::types::list::List;
use super::types::range;
use super::types::view::ViewKind;
use super::value::{Ref, Value};
use super::vm::Vm;
use num_traits::ToPrimitive;

/// `iter(v)`
pub fn get_iter(vm: &mut Vm, v: Value) -> R {
    value(get_iter_now(vm, v)?)
}

/// `iter(v)` of a built-in value.
pub fn get_iter_now(vm: &mut Vm, v: Value) -> R<Value> {
    let iterator = match v {
        Value::Iter(_) | Value::Generator(_) => return Ok(v),
        Value::List(list) => Iter::List { list, index: 0 },
        Value::Tuple(tuple) => Iter::Tuple { tuple, index: 0 },
        Value::StructSeq(s) => Iter::Tuple { tuple: vm.heap.get(s).items, index: 0 },
        Value::Str(text) => Iter::Str { text, offset: 0 },
        Value::Bytes(bytes) => Iter::Bytes { bytes, index: 0 },
        Value::Range(r) => over_range(vm, r),
        Value::Dict(dict) => over_dict(vm, dict, ViewKind::Keys),
        Value::View(view) => {
            let view = *vm.heap.get(view);
            over_dict(vm, view.dict, view.kind)
        }
        Value::Set(set) | Value::FrozenSet(set) => {
            Iter::Set { set, position: 0, expected: vm.heap.get(set).table.len() }
        }
        Value::File(_) => Iter::Lines(v),
        _ => {
            let name = vm.type_name(v);
            return Err(vm.type_error(format!("'{name}' object is not iterable")));
        }
    };
    Ok(Value::Iter(vm.heap.alloc(iterator)))
}

fn over_dict(vm: &Vm, dict: Ref<super::types::dict::Dict>, kind: ViewKind) -> Iter {
    Iter::Dict { dict, kind, position: 0, expected: vm.heap.get(dict).table.len(), reversed: false }
}

/// The iterator over a range, in 64 bits when everything fits.
pub fn over_range(vm: &mut Vm, r: Ref<range::Range>) -> Iter {
    let bounds = *vm.heap.get(r);
    let length = range::length(&vm.heap, &bounds);
    if let (Value::Int(next), Value::Int(step), Value::Int(_)) = (bounds.start, bounds.step, bounds.stop)
        && let Some(left) = length.to_u64()
    {
        return Iter::Range { next, step, left };
    }
    Iter::BigRange { next: bounds.start, step: bounds.step, left: vm.int(length) }
}

/// `next(iterator)`; [`Value::Undef`] when it is exhausted.
pub fn next(vm: &mut Vm, iterator: Value) -> R {
    let r = match iterator {
        Value::Iter(r) => r,
        Value::Generator(g) => return Ok(Flow::Resume(g)),
        _ => {
            let name = vm.type_name(iterator);
            return Err(vm.type_error(format!("'{name}' object is not an iterator")));
        }
    };
    let state = vm.heap.get(r).clone();
    match state {
        Iter::Zip { .. } | Iter::Map { .. } | Iter::Filter { .. } | Iter::Enumerate { .. } => {
            tasks::next_of_combined(vm, r, state)
        }
        Iter::Callable { callable, sentinel } => tasks::next_of_callable(vm, r, callable, sentinel),
        Iter::Lines(file) => super::types::file::next_line(vm, file),
        _ => value(next_now(vm, r, state)?),
    }
}

/// The next value of an iterator that never calls back.
fn next_now(vm: &mut Vm, r: Ref<Iter>, state: Iter) -> R<Value> {
    Ok(match state {
        Iter::Exhausted(_) => Value::Undef,
        Iter::Range { next, step, left } => {
            if left == 0 {
                return Ok(Value::Undef);
            }
            *vm.heap.get_mut(r) = Iter::Range { next: next.wrapping_add(step), step, left: left - 1 };
            Value::Int(next)
        }
        Iter::BigRange { next, step, left } => return next_big(vm, r, next, step, left),
        Iter::List { list, index } => match vm.heap.get(list).items.get(index).copied() {
            Some(v) => {
                *vm.heap.get_mut(r) = Iter::List { list, index: index + 1 };
                v
            }
            None => exhaust(vm, r),
        },
        Iter::ListReversed { list, left } => {
            match left.checked_sub(1).and_then(|i| Some((i, *vm.heap.get(list).items.get(i)?))) {
                Some((i, v)) => {
                    *vm.heap.get_mut(r) = Iter::ListReversed { list, left: i };
                    v
                }
                None => exhaust(vm, r),
            }
        }
        Iter::Tuple { tuple, index } => match vm.heap.get(tuple).items.get(index).copied() {
            Some(v) => {
                *vm.heap.get_mut(r) = Iter::Tuple { tuple, index: index + 1 };
                v
            }
            None => exhaust(vm, r),
        },
        Iter::Str { text, offset } => match vm.heap.str(text)[offset..].chars().next() {
            Some(c) => {
                *vm.heap.get_mut(r) = Iter::Str { text, offset: offset + c.len_utf8() };
                vm.char(c)
            }
            None => exhaust(vm, r),
        },
        Iter::Bytes { bytes, index } => match vm.heap.get(bytes).data.get(index).copied() {
            Some(b) => {
                *vm.heap.get_mut(r) = Iter::Bytes { bytes, index: index + 1 };
                Value::Int(i64::from(b))
            }
            None => exhaust(vm, r),
        },
        Iter::Dict { .. } => return next_in_dict(vm, r, state),
        Iter::Set { set, position, expected } => {
            let table = &vm.heap.get(set).table;
            if table.len() != expected {
                return Err(changed(vm, r, "Set changed size during iteration"));
            }
            match table.next_from(position).map(|(at, e)| (at, e.key)) {
                Some((at, key)) => {
                    *vm.heap.get_mut(r) = Iter::Set { set, position: at + 1, expected };
                    key
                }
                None => exhaust(vm, r),
            }
        }
        Iter::SequenceReversed { sequence, left } => return next_reversed(vm, r, sequence, left),
        Iter::Callable { .. }
        | Iter::Enumerate { .. }
        | Iter::Zip { .. }
        | Iter::Map { .. }
        | Iter::Filter { .. }
        | Iter::Lines(_) => unreachable!("next() hands these to tasks"),
    })
}

/// Leaves the iterator exhausted for good.
pub fn exhaust(vm: &mut Vm, r: Ref<Iter>) -> Value {
    let name = vm.heap.get(r).type_name(&vm.heap);
    *vm.heap.get_mut(r) = Iter::Exhausted(ExhaustedOf(name));
    Value::Undef
}

fn changed(vm: &mut Vm, _r: Ref<Iter>, message: &str) -> Trap {
    vm.raise(super::type_id::TypeId::RuntimeError, message)
}

fn next_big(vm: &mut Vm, r: Ref<Iter>, next: Value, step: Value, left: Value) -> R<Value> {
    let left = range::big_of(&vm.heap, left);
    if left == num_bigint::BigInt::from(0) {
        return Ok(Value::Undef);
    }
    let after = range::big_of(&vm.heap, next) + range::big_of(&vm.heap, step);
    let after = vm.int(after);
    let left = vm.int(left - 1);
    *vm.heap.get_mut(r) = Iter::BigRange { next: after, step, left };
    Ok(next)
}

fn next_in_dict(vm: &mut Vm, r: Ref<Iter>, state: Iter) -> R<Value> {
    let Iter::Dict { dict, kind, position, expected, reversed } = state else { return Ok(Value::Undef) };
    let table = &vm.heap.get(dict).table;
    if table.len() != expected {
        return Err(changed(vm, r, "dictionary changed size during iteration"));
    }
    let found = if reversed { table.prev_before(position) } else { table.next_from(position) };
    let Some((at, entry)) = found.map(|(at, e)| (at, *e)) else { return Ok(exhaust(vm, r)) };
    let position = if reversed { at } else { at + 1 };
    *vm.heap.get_mut(r) = Iter::Dict { dict, kind, position, expected, reversed };
    Ok(match kind {
        ViewKind::Keys => entry.key,
        ViewKind::Values => entry.value,
        ViewKind::Items => vm.tuple([entry.key, entry.value]),
    })
}

fn next_reversed(vm: &mut Vm, r: Ref<Iter>, sequence: Value, left: usize) -> R<Value> {
    let Some(i) = left.checked_sub(1) else { return Ok(exhaust(vm, r)) };
    *vm.heap.get_mut(r) = Iter::SequenceReversed { sequence, left: i };
    match super::ops::get_item(vm, sequence, Value::Int(i as i64))? {
        Flow::Value(v) => Ok(v),
        _ => unreachable!("built-in sequences answer at once"),
    }
}

/// Unpacks lists and tuples of the right length straight into registers; false when it takes more.
pub fn unpack_now(vm: &mut Vm, src: Value, out: &mut [Value]) -> bool {
    let items = match src {
        Value::Tuple(t) => &*vm.heap.get(t).items,
        Value::List(l) => vm.heap.get(l).items.as_slice(),
        _ => return false,
    };
    if items.len() != out.len() {
        return false;
    }
    out.copy_from_slice(items);
    true
}

/// Unpacks `n` values of anything iterable into a tuple.
pub fn unpack(vm: &mut Vm, src: Value, n: usize) -> R {
    let iterator = unpackable(vm, src)?;
    let known = match src {
        Value::List(l) => Some(vm.heap.get(l).items.len()),
        Value::Tuple(t) => Some(vm.heap.get(t).items.len()),
        Value::Dict(d) => Some(vm.heap.get(d).table.len()),
        _ => None,
    };
    Ok(Flow::Task(tasks::unpack(iterator, n, known)))
}

/// Unpacks into `before` values, a list of the rest, and `after` values: a tuple of all of them.
pub fn unpack_star(vm: &mut Vm, src: Value, before: usize, after: usize) -> R {
    let iterator = unpackable(vm, src)?;
    Ok(Flow::Task(tasks::unpack_star(iterator, before, after)))
}

fn unpackable(vm: &mut Vm, src: Value) -> R<Value> {
    match src {
        Value::Int(_)
        | Value::Float(_)
        | Value::None
        | Value::Bool(_)
        | Value::Function(_)
        | Value::Native(_) => {
            let name = vm.type_name(src);
            Err(vm.type_error(format!("cannot unpack non-iterable {name} object")))
        }
        _ => match get_iter_now(vm, src) {
            Ok(iterator) => Ok(iterator),
            Err(_) => {
                let name = vm.type_name(src);
                Err(vm.type_error(format!("cannot unpack non-iterable {name} object")))
            }
        },
    }
}

/// The elements of a list or tuple without iterating, for natives that take any iterable.
pub fn elements_now(vm: &Vm, v: Value) -> Option<Vec<Value>> {
    match v {
        Value::List(l) => Some(vm.heap.get::<List>(l).items.clone()),
        Value::Tuple(_) | Value::StructSeq(_) => Some(super::compare::tuple_items(&vm.heap, v).to_vec()),
        _ => None,
    }
}
