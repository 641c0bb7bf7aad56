//! Reading, assigning and deleting slices of lists.

use super::{List, shrink};
use crate::vm::flow::{R, value};
use crate::vm::iter;
use crate::vm::tasks::{self, Piece, Shape};
use crate::vm::types::slice::{self, Slice, Span};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// `list[slice]`
pub fn get_slice(vm: &mut Vm, l: Ref<List>, s: &Slice) -> R {
    let span = slice::resolve(vm, s, vm.heap.get(l).items.len())?;
    let piece = piece(Value::List(l), span);
    tasks::copy(vm, [piece, Piece { count: 0, ..piece }], 1, Shape::List)
}

/// The elements of a list or tuple that a span selects.
pub fn piece(source: Value, span: Span) -> Piece {
    Piece { source, start: span.start.max(0) as usize, step: span.step as isize, count: span.count }
}

/// `list[slice] = src`
pub fn set_slice(vm: &mut Vm, l: Ref<List>, s: &Slice, src: Value) -> R {
    let span = slice::resolve(vm, s, vm.heap.get(l).items.len())?;
    match src {
        Value::List(from) if from != l => assign(vm, l, span, src),
        Value::Tuple(_) | Value::StructSeq(_) => assign(vm, l, span, src),
        _ if !iter::is_iterable(src) => {
            // `a[i:j] = 5` and `a[::2] = 5` are worded alike in CPython 3.13.
            Err(vm.type_error("must assign iterable to extended slice"))
        }
        _ => {
            let flow = tasks::collect(vm, src)?;
            let s = Value::Slice(vm.heap.alloc(*s));
            tasks::then(vm, flow, [Value::List(l), s], |vm, [l, s], items| {
                let (Value::List(l), Value::Slice(s)) = (l, s) else { unreachable!("as captured") };
                let s = *vm.heap.get(s);
                let span = slice::resolve(vm, &s, vm.heap.get(l).items.len())?;
                assign(vm, l, span, items)
            })
        }
    }
}

fn assign(vm: &mut Vm, l: Ref<List>, span: Span, src: Value) -> R {
    let new = tasks::items(&vm.heap, src).to_vec();
    if span.step != 1 {
        if new.len() != span.count {
            let (given, wanted) = (new.len(), span.count);
            return Err(vm.value_error(format!(
                "attempt to assign sequence of size {given} to extended slice of size {wanted}"
            )));
        }
        vm.charge(new.len() / 4);
        let items = &mut vm.heap.get_mut(l).items;
        let mut at = span.start;
        for v in new {
            items[at as usize] = v;
            at += span.step;
        }
        return value(Value::None);
    }
    let start = span.start as usize;
    let stop = start + span.count;
    let len = vm.heap.get(l).items.len();
    vm.reserve_elements(len - span.count + new.len(), 1)?;
    vm.charge(((len - stop) + new.len()) / 8);
    vm.heap.get_mut(l).items.splice(start..stop, new);
    shrink(vm, l);
    value(Value::None)
}

/// `del list[slice]`
pub fn del_slice(vm: &mut Vm, l: Ref<List>, s: &Slice) -> R {
    let len = vm.heap.get(l).items.len();
    let (first, distance, count) = slice::resolve(vm, s, len)?.ascending();
    if count == 0 {
        return value(Value::None);
    }
    vm.charge((len - first) / 8);
    let mut list = vm.heap.get_mut(l);
    let items = &mut list.items;
    if distance == 1 {
        items.drain(first..first + count);
    } else {
        let mut to = first;
        for i in 0..count {
            let gap = first + i * distance;
            let end = if i + 1 == count { len } else { gap + distance };
            items.copy_within(gap + 1..end, to);
            to += end - gap - 1;
        }
        items.truncate(to);
    }
    drop(list);
    shrink(vm, l);
    value(Value::None)
}
