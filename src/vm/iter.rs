//! Iteration: `iter()`, `next()`, `reversed()`, unpacking.

use super::flow::{Flow, R, Resume, Step, Task, Trap, value};
use super::heap::Tracer;
use super::tasks;
use super::type_id::TypeId;
use super::types::dict::Dict;
use super::types::iterator::{ExhaustedOf, Iter};
use super::types::list::List;
use super::types::range;
use super::types::view::ViewKind;
use super::value::{Ref, Value};
use super::vm::Vm;
use crate::limits;

/// `iter(v)`
pub fn get_iter(vm: &mut Vm, v: Value) -> R {
    value(get_iter_now(vm, v)?)
}

/// Whether `iter(v)` works.
pub fn is_iterable(v: Value) -> bool {
    use Value::*;
    matches!(
        v,
        Iter(_)
            | Generator(_)
            | List(_)
            | Tuple(_)
            | StructSeq(_)
            | Str(_)
            | Bytes(_)
            | Range(_)
            | Dict(_)
            | View(_)
            | Set(_)
            | FrozenSet(_)
            | File(_)
    )
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
        Value::Range(r) => {
            let range = *vm.heap.get(r);
            over_range(vm, &range)
        }
        Value::Dict(dict) => over_dict(vm, dict, ViewKind::Keys, false),
        Value::View(view) => {
            let view = *vm.heap.get(view);
            over_dict(vm, view.dict, view.kind, false)
        }
        Value::Set(set) | Value::FrozenSet(set) => {
            Iter::Set { set, position: 0, expected: vm.heap.get(set).table.len() }
        }
        Value::File(f) => {
            super::types::file::check_open(vm, f)?;
            Iter::Lines(v)
        }
        _ => {
            let name = vm.type_name(v);
            return Err(vm.type_error(format!("'{name}' object is not iterable")));
        }
    };
    Ok(Value::Iter(vm.heap.alloc(iterator)))
}

/// `reversed(v)`
pub fn reversed(vm: &mut Vm, v: Value) -> R<Value> {
    let iterator = match v {
        Value::List(list) => Iter::ListReversed { list, left: vm.heap.get(list).items.len() },
        Value::Tuple(_) | Value::StructSeq(_) => {
            Iter::SequenceReversed { sequence: v, left: tasks::items(&vm.heap, v).len() }
        }
        Value::Str(s) => Iter::SequenceReversed { sequence: v, left: vm.heap.str_len(s) },
        Value::Bytes(b) => Iter::SequenceReversed { sequence: v, left: vm.heap.get(b).data.len() },
        Value::Range(r) => {
            let range = range::reversed(vm, r);
            over_range(vm, &range)
        }
        Value::Dict(dict) => over_dict(vm, dict, ViewKind::Keys, true),
        Value::View(view) => {
            let view = *vm.heap.get(view);
            over_dict(vm, view.dict, view.kind, true)
        }
        _ => {
            let name = vm.type_name(v);
            return Err(vm.type_error(format!("'{name}' object is not reversible")));
        }
    };
    Ok(Value::Iter(vm.heap.alloc(iterator)))
}

/// The iterator over a dict or what a view shows.
pub fn over_dict(vm: &Vm, dict: Ref<Dict>, kind: ViewKind, reversed: bool) -> Iter {
    let table = &vm.heap.get(dict).table;
    let position = if reversed { table.positions() } else { 0 };
    Iter::Dict { dict, kind, position, expected: table.len(), reversed }
}

/// The iterator over a range, in 64 bits when everything fits.
pub fn over_range(vm: &mut Vm, bounds: &range::Range) -> Iter {
    if let Some(small) = bounds.small() {
        return Iter::Range { next: small.start, step: small.step, left: small.count };
    }
    let length = range::length(&vm.heap, bounds);
    Iter::BigRange { next: bounds.start, step: bounds.step, left: vm.int(length) }
}

/// `next(iterator)`; [`Value::Undef`] when it is exhausted.
pub fn next(vm: &mut Vm, iterator: Value) -> R {
    if let Some(v) = fast_next(vm, iterator) {
        return value(v);
    }
    let r = match iterator {
        Value::Iter(r) => r,
        Value::Generator(g) => return Ok(Flow::Resume(g)),
        Value::File(_) => return super::types::file::next_line(vm, iterator),
        _ => {
            let name = vm.type_name(iterator);
            return Err(vm.type_error(format!("'{name}' object is not an iterator")));
        }
    };
    if let Some(v) = next_plain(vm, r) {
        return value(v);
    }
    let state = vm.heap.get(r).clone();
    match state {
        Iter::Zip { .. } | Iter::Map { .. } | Iter::Filter { .. } | Iter::Enumerate { .. } => {
            if vm.iterators_nested >= limits::ITERATORS_NESTED_MAX {
                return Ok(Flow::task(NextLater { iterator }));
            }
            vm.iterators_nested += 1;
            let next = tasks::next_of_combined(vm, r, state);
            vm.iterators_nested -= 1;
            next
        }
        Iter::Callable { callable, sentinel } => tasks::next_of_callable(vm, r, callable, sentinel),
        Iter::Lines(file) => super::types::file::next_line(vm, file),
        _ => value(next_now(vm, r, state)?),
    }
}

/// The next value of an iterator that has many others inside, without them on the native stack.
struct NextLater {
    iterator: Value,
}

impl Task for NextLater {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        vm.charge(1);
        Ok(match next(vm, self.iterator)? {
            Flow::Value(v) => Step::Done(v),
            flow => Step::Become(flow),
        })
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.iterator);
    }
}

/// The next value of the iterators that programs use most, changed in place; `None` for the others and
/// at the end of some.
#[inline]
fn next_plain(vm: &mut Vm, r: Ref<Iter>) -> Option<Value> {
    match vm.heap.store_into(r, Value::Undef) {
        Iter::Range { next, step, left } => {
            if *left == 0 {
                return Some(Value::Undef);
            }
            *left -= 1;
            let v = *next;
            *next = v.wrapping_add(*step);
            Some(Value::Int(v))
        }
        Iter::List { list, index } => {
            let (list, at) = (*list, *index);
            *index = at + 1;
            match vm.heap.get(list).items.get(at) {
                Some(&v) => Some(v),
                None => Some(exhaust(vm, r)),
            }
        }
        Iter::Tuple { tuple, index } => {
            let (tuple, at) = (*tuple, *index);
            *index = at + 1;
            match vm.heap.get(tuple).items.get(at) {
                Some(&v) => Some(v),
                None => Some(exhaust(vm, r)),
            }
        }
        &mut Iter::Dict { dict, kind, position: at, expected, reversed: false } => {
            let table = &vm.heap.get(dict).table;
            if table.len() != expected {
                return None;
            }
            let (found, entry) = table.next_from(at)?;
            let (key, v) = (entry.key, entry.value);
            if let Iter::Dict { position, .. } = vm.heap.store_into(r, Value::Undef) {
                *position = found + 1;
            }
            Some(match kind {
                ViewKind::Keys => key,
                ViewKind::Values => v,
                ViewKind::Items => vm.tuple([key, v]),
            })
        }
        &mut Iter::Set { set, position: at, expected } => {
            let table = &vm.heap.get(set).table;
            if table.len() != expected {
                return None;
            }
            let (found, entry) = table.next_from(at)?;
            let key = entry.key;
            if let Iter::Set { position, .. } = vm.heap.store_into(r, Value::Undef) {
                *position = found + 1;
            }
            Some(key)
        }
        _ => None,
    }
}

/// What [`store_next`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The value is there.
    Stored,
    /// The iterator is exhausted.
    Exhausted,
    /// The iterator is of another kind; nothing has been taken from it.
    Other,
}

/// The next value of the two most common iterators straight into a register: on its way through an
/// `Option<Value>` it would be written in parts and read as a whole, which stalls.
#[inline(always)]
pub fn store_next(vm: &mut Vm, r: Ref<Iter>, out: &mut Value) -> Next {
    let state = vm.heap.store_into(r, Value::Undef);
    if let Iter::Range { next, step, left } = state {
        if *left == 0 {
            return Next::Exhausted;
        }
        *left -= 1;
        *out = Value::Int(*next);
        *next = next.wrapping_add(*step);
        return Next::Stored;
    }
    if let Iter::List { list, index } = state {
        let (list, at) = (*list, *index);
        if let Some(v) = vm.heap.get(list).items.get(at) {
            *out = *v;
            if let Iter::List { index, .. } = vm.heap.store_into(r, Value::Undef) {
                *index = at + 1;
            }
            return Next::Stored;
        }
    }
    Next::Other
}

/// The next value of the most common iterators: [`Value::Undef`] at the end, `None` for other kinds and for
/// what has to raise.
#[inline]
pub fn fast_next(vm: &mut Vm, iterator: Value) -> Option<Value> {
    let Value::Iter(r) = iterator else { return None };
    // The first two are asked for one by one: predicted branches, where a `match` would jump by a table.
    let state = vm.heap.store_into(r, Value::Undef);
    if let Iter::Range { next, step, left } = state {
        if *left == 0 {
            return Some(Value::Undef);
        }
        *left -= 1;
        let v = *next;
        *next = v.wrapping_add(*step);
        return Some(Value::Int(v));
    }
    if let Iter::List { list, index } = state {
        let (list, at) = (*list, *index);
        *index = at + 1;
        if let Some(&v) = vm.heap.get(list).items.get(at) {
            return Some(v);
        }
        return Some(exhaust(vm, r));
    }
    next_of_others(vm, r)
}

/// [`fast_next`] for what is less common.
#[inline(never)]
fn next_of_others(vm: &mut Vm, r: Ref<Iter>) -> Option<Value> {
    match vm.heap.store_into(r, Value::Undef) {
        Iter::Tuple { tuple, index } => {
            let (tuple, at) = (*tuple, *index);
            *index = at + 1;
            match vm.heap.get(tuple).items.get(at) {
                Some(&v) => Some(v),
                None => Some(exhaust(vm, r)),
            }
        }
        Iter::Str { text, offset } => {
            let (text, at) = (*text, *offset);
            match vm.heap.str(text).as_bytes().get(at) {
                Some(&byte) if byte < 0x80 => {
                    if let Iter::Str { offset, .. } = vm.heap.store_into(r, Value::Undef) {
                        *offset = at + 1;
                    }
                    Some(vm.ascii_char(byte))
                }
                _ => None,
            }
        }
        Iter::Dict {
            dict,
            kind: kind @ (ViewKind::Keys | ViewKind::Values),
            position,
            expected,
            reversed: false,
        } => {
            let keys = *kind == ViewKind::Keys;
            let (dict, at, expected) = (*dict, *position, *expected);
            let table = &vm.heap.get(dict).table;
            let (found, entry) = table.next_from(at)?;
            if table.len() != expected {
                return None;
            }
            let v = if keys { entry.key } else { entry.value };
            if let Iter::Dict { position, .. } = vm.heap.store_into(r, Value::Undef) {
                *position = found + 1;
            }
            Some(v)
        }
        _ => None,
    }
}

/// What [`next_pair`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pair {
    /// Both values are there.
    Stored,
    /// The iterator is exhausted.
    Exhausted,
    /// The iterator is of another kind; nothing has been taken from it.
    Other,
}

/// The next pair of `enumerate`, `zip` or `dict.items()` straight into two registers, without the tuple
/// that a loop would take apart at once.
pub fn next_pair(vm: &mut Vm, iterator: Value, out: &mut [Value]) -> Pair {
    let Value::Iter(r) = iterator else { return Pair::Other };
    match *vm.heap.get(r) {
        Iter::Enumerate { inner, count: Value::Int(i) } if i < i64::MAX => match fast_next(vm, inner) {
            None => Pair::Other,
            Some(Value::Undef) => Pair::Exhausted,
            Some(v) => {
                let after = Value::Int(i + 1);
                if let Iter::Enumerate { count, .. } = vm.heap.store_into(r, after) {
                    *count = after;
                }
                out[0] = Value::Int(i);
                out[1] = v;
                Pair::Stored
            }
        },
        Iter::Zip { inner, strict: false } => match *vm.heap.get(inner).items {
            [a, b] if is_fast(vm, b) => match fast_next(vm, a) {
                None => Pair::Other,
                Some(Value::Undef) => Pair::Exhausted,
                Some(first) => match fast_next(vm, b) {
                    Some(Value::Undef) | None => Pair::Exhausted,
                    Some(second) => {
                        out[0] = first;
                        out[1] = second;
                        Pair::Stored
                    }
                },
            },
            _ => Pair::Other,
        },
        Iter::Dict { dict, kind: ViewKind::Items, position, expected, reversed: false } => {
            let table = &vm.heap.get(dict).table;
            let Some((at, entry)) = table.next_from(position) else { return Pair::Other };
            if table.len() != expected {
                return Pair::Other;
            }
            (out[0], out[1]) = (entry.key, entry.value);
            if let Iter::Dict { position, .. } = vm.heap.store_into(r, Value::Undef) {
                *position = at + 1;
            }
            Pair::Stored
        }
        _ => Pair::Other,
    }
}

/// Whether [`fast_next`] always answers for an iterator.
fn is_fast(vm: &Vm, iterator: Value) -> bool {
    let Value::Iter(r) = iterator else { return false };
    matches!(vm.heap.get(r), Iter::Range { .. } | Iter::List { .. } | Iter::Tuple { .. })
}

/// The next value of an iterator that never calls back.
fn next_now(vm: &mut Vm, r: Ref<Iter>, state: Iter) -> R<Value> {
    Ok(match state {
        Iter::Exhausted(_) => Value::Undef,
        Iter::BigRange { next, step, left } => return next_big(vm, r, next, step, left),
        Iter::ListReversed { list, left } => {
            match left.checked_sub(1).and_then(|i| Some((i, *vm.heap.get(list).items.get(i)?))) {
                Some((i, v)) => {
                    *vm.heap.get_mut(r) = Iter::ListReversed { list, left: i };
                    v
                }
                None => exhaust(vm, r),
            }
        }
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
        Iter::Set { set, expected, .. } => {
            if vm.heap.get(set).table.len() != expected {
                return Err(changed(vm, "Set changed size during iteration"));
            }
            exhaust(vm, r)
        }
        Iter::SequenceReversed { sequence, left } => return next_reversed(vm, r, sequence, left),
        Iter::Range { .. } | Iter::List { .. } | Iter::Tuple { .. } => {
            unreachable!("next_plain() answers these")
        }
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

/// What is iterated over has another size than at the start.
#[cold]
fn changed(vm: &mut Vm, message: &str) -> Trap {
    vm.raise(TypeId::RuntimeError, message)
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
        return Err(changed(vm, "dictionary changed size during iteration"));
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
    Ok(Flow::Task(Box::new(tasks::unpack(iterator, n))))
}

/// Unpacks into `before` values, a list of the rest, and `after` values: a tuple of all of them.
pub fn unpack_star(vm: &mut Vm, src: Value, before: usize, after: usize) -> R {
    let iterator = unpackable(vm, src)?;
    Ok(Flow::Task(Box::new(tasks::unpack_star(iterator, before, after))))
}

fn unpackable(vm: &mut Vm, src: Value) -> R<Value> {
    if !is_iterable(src) {
        let name = vm.type_name(src);
        return Err(vm.type_error(format!("cannot unpack non-iterable {name} object")));
    }
    get_iter_now(vm, src)
}

/// The elements of a list or tuple without iterating, for natives that take any iterable.
pub fn elements_now(vm: &Vm, v: Value) -> Option<Vec<Value>> {
    match v {
        Value::List(l) => Some(vm.heap.get::<List>(l).items.clone()),
        Value::Tuple(_) | Value::StructSeq(_) => Some(super::compare::tuple_items(&vm.heap, v).to_vec()),
        _ => None,
    }
}
