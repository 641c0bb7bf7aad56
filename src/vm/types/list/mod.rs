//! `list`.
//!
//! Owns the elements and every way to read and change them. Copies beyond one step are made by
//! [`crate::vm::tasks::copy`], comparisons and searches by [`crate::vm::tasks::search`].

mod grow;
mod methods;
mod slices;
mod sort;
#[cfg(test)]
mod tests;

use super::slice::{self, Slice};
use crate::vm::flow::{R, value};
use crate::vm::heap::{HeapObject, Tracer, copy_pieces};
use crate::vm::tasks::{self, Piece, Shape};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

pub use grow::{Growth, append, append_now};
pub use methods::{SPEC, search_range};
pub use slices::{get_slice, piece};
pub use sort::{sort_options, sorted};

/// A list.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The elements.
    pub items: Vec<Value>,
}

impl HeapObject for List {
    #[inline]
    fn payload_bytes(&self) -> usize {
        self.items.capacity() * size_of::<Value>()
    }

    fn trace(&self, tracer: &mut Tracer<'_>, from: usize) -> Option<usize> {
        tracer.slice(&self.items, from)
    }

    fn begin_copy(&self) -> List {
        List { items: Vec::with_capacity(self.items.len()) }
    }

    fn copy_more(&mut self, from: &List, left: &mut isize) -> bool {
        copy_pieces(&mut self.items, &from.items, left)
    }
}

/// Elements below which a list never gives memory back.
const SHRINK_MIN: usize = 1_024;

/// Appends to a list that is known to be short, or grows it in one step.
#[inline]
pub fn push(vm: &mut Vm, list: Ref<List>, v: Value) {
    let l = vm.heap.store_into(list, v);
    if l.items.len() < l.items.capacity() {
        l.items.push(v);
    } else {
        vm.heap.get_mut(list).items.push(v);
    }
}

/// Gives memory back when most of it is unused.
#[inline]
pub fn shrink(vm: &mut Vm, list: Ref<List>) {
    let items = &vm.heap.get(list).items;
    if items.capacity() > SHRINK_MIN && items.len() < items.capacity() / 4 {
        let room = items.len() * 2;
        vm.charge(room / 16);
        vm.heap.get_mut(list).items.shrink_to(room);
    }
}

/// How often a sequence is repeated: negative is not at all.
pub fn times(vm: &mut Vm, count: Value) -> R<usize> {
    match count {
        Value::Int(i) => Ok(usize::try_from(i).unwrap_or(0)),
        Value::Bool(b) => Ok(usize::from(b)),
        _ => Err(vm.overflow_error("cannot fit 'int' into an index-sized integer")),
    }
}

/// `list * n`
pub fn repeat(vm: &mut Vm, l: Ref<List>, count: Value) -> R {
    let times = times(vm, count)?;
    let all = Piece::all(&vm.heap, Value::List(l));
    if all.count == 1 {
        return repeat_one(vm, l, times);
    }
    tasks::copy(vm, [all, Piece { count: 0, ..all }], times, Shape::List)
}

/// `[x] * n`, the usual way to make a list of some length.
fn repeat_one(vm: &mut Vm, l: Ref<List>, times: usize) -> R {
    const AT_ONCE: usize = 65_536;
    let item = vm.heap.get(l).items[0];
    if times <= AT_ONCE {
        vm.reserve_elements(times, 2)?;
        return value(vm.list(vec![item; times]));
    }
    tasks::fill(vm, item, times)
}

/// `list *= n`
pub fn inplace_repeat(vm: &mut Vm, l: Ref<List>, count: Value) -> R {
    let times = times(vm, count)?;
    if times == 0 {
        vm.heap.get_mut(l).items = Vec::new();
        return value(Value::List(l));
    }
    let all = Piece::all(&vm.heap, Value::List(l));
    tasks::append(vm, l, all, times - 1, Shape::List)
}

/// `list + list`
pub fn concat(vm: &mut Vm, a: Ref<List>, b: Ref<List>) -> R {
    let pieces = [a, b].map(|l| Piece::all(&vm.heap, Value::List(l)));
    tasks::copy(vm, pieces, 1, Shape::List)
}

/// `list += iterable`
pub fn inplace_add(vm: &mut Vm, list: Value, other: Value) -> R {
    let Value::List(l) = list else { unreachable!("the caller has a list") };
    extend(vm, l, other, Shape::List)
}

/// Appends the values of any iterable.
pub fn extend(vm: &mut Vm, l: Ref<List>, src: Value, shape: Shape) -> R {
    match src {
        Value::List(_) | Value::Tuple(_) | Value::StructSeq(_) => {
            let all = Piece::all(&vm.heap, src);
            tasks::append(vm, l, all, 1, shape)
        }
        _ => tasks::collect_into(vm, l, src, shape),
    }
}

/// `[*src, …]` of an iterable.
pub fn extend_display(vm: &mut Vm, list: Value, src: Value) -> R {
    let Value::List(l) = list else { unreachable!("the compiler made a list") };
    extend(vm, l, src, Shape::Nothing)
}

/// `list[key]`
pub fn get_item(vm: &mut Vm, l: Ref<List>, key: Value) -> R {
    if let Value::Slice(s) = key {
        let s = *vm.heap.get(s);
        return get_slice(vm, l, &s);
    }
    let i = slice::index(vm, key, "list")?;
    let items = &vm.heap.get(l).items;
    match slice::place(i, items.len()) {
        Some(at) => value(items[at]),
        None => Err(vm.index_error("list index out of range")),
    }
}

/// `list[key] = v`
pub fn set_item(vm: &mut Vm, l: Ref<List>, key: Value, v: Value) -> R {
    if let Value::Slice(s) = key {
        let s = *vm.heap.get(s);
        return slices::set_slice(vm, l, &s, v);
    }
    let i = slice::index(vm, key, "list")?;
    match slice::place(i, vm.heap.get(l).items.len()) {
        Some(at) => {
            vm.heap.store_into(l, v).items[at] = v;
            value(Value::None)
        }
        None => Err(vm.index_error("list assignment index out of range")),
    }
}

/// `del list[key]`
pub fn del_item(vm: &mut Vm, l: Ref<List>, key: Value) -> R {
    if let Value::Slice(s) = key {
        let s: Slice = *vm.heap.get(s);
        return slices::del_slice(vm, l, &s);
    }
    let i = slice::index(vm, key, "list")?;
    match slice::place(i, vm.heap.get(l).items.len()) {
        Some(at) => {
            remove_at(vm, l, at);
            value(Value::None)
        }
        None => Err(vm.index_error("list assignment index out of range")),
    }
}

/// Removes one element.
pub fn remove_at(vm: &mut Vm, l: Ref<List>, at: usize) -> Value {
    let items = &mut vm.heap.rearrange(l).items;
    let moved = items.len() - at;
    let v = if moved == 1 { items.pop().unwrap_or(Value::Undef) } else { items.remove(at) };
    vm.charge(moved / 32);
    shrink(vm, l);
    v
}
