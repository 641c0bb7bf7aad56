//! Equality of built-in values without the interpreter, within a budget.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::{FromPrimitive, ToPrimitive};

use super::heap::Heap;
use super::ops;
use super::table::Table;
use super::types::view::{View, ViewKind};
use super::value::{Ref, Value};
use super::vm::Vm;

/// Elements of nested containers that are compared in one go.
const NODES_MAX: usize = 256;

/// `a == b` (identity first, as containers compare), or `None` when that would take long or needs Python code.
#[inline]
pub fn eq_simple(heap: &Heap, a: Value, b: Value) -> Option<bool> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => Some(x == y),
        (Value::Str(x), Value::Str(y)) => Some(x == y || heap.str(x) == heap.str(y)),
        _ => eq_budget(heap, a, b, &mut NODES_MAX.clone()),
    }
}

fn eq_budget(heap: &Heap, a: Value, b: Value, budget: &mut usize) -> Option<bool> {
    use Value::*;
    if a.is(b) {
        return Some(true);
    }
    if *budget == 0 {
        return Option::None;
    }
    *budget -= 1;
    let same = match (a, b) {
        (
            Int(_) | Bool(_) | Float(_) | Big(_) | Complex(_),
            Int(_) | Bool(_) | Float(_) | Big(_) | Complex(_),
        ) => {
            return Some(eq_numbers(heap, a, b));
        }
        (Str(x), Str(y)) => heap.str(x) == heap.str(y),
        (Bytes(x), Bytes(y)) => heap.get(x).data == heap.get(y).data,
        (List(x), List(y)) => return eq_slices(heap, &heap.get(x).items, &heap.get(y).items, budget),
        (Tuple(_) | StructSeq(_), Tuple(_) | StructSeq(_)) => {
            return eq_slices(heap, tuple_items(heap, a), tuple_items(heap, b), budget);
        }
        (Set(x) | FrozenSet(x), Set(y) | FrozenSet(y)) => {
            let (x, y) = (&heap.get(x).table, &heap.get(y).table);
            if x.len() != y.len() {
                return Some(false);
            }
            return eq_sets(heap, x, y, budget);
        }
        (Dict(x), Dict(y)) => {
            if heap.get(x).table.len() != heap.get(y).table.len() {
                return Some(false);
            }
            return Option::None;
        }
        (View(x), View(y)) if is_values(heap, x) || is_values(heap, y) => false,
        (View(x), Set(_) | FrozenSet(_)) | (Set(_) | FrozenSet(_), View(x)) if is_values(heap, x) => false,
        (View(_), View(_) | Set(_) | FrozenSet(_)) | (Set(_) | FrozenSet(_), View(_)) => return Option::None,
        (Range(x), Range(y)) => super::types::range::same(heap, heap.get(x), heap.get(y)),
        (Slice(x), Slice(y)) => {
            let (x, y) = (*heap.get(x), *heap.get(y));
            return eq_slices(heap, &[x.start, x.stop, x.step], &[y.start, y.stop, y.step], budget);
        }
        (Method(x), Method(y)) => {
            let (x, y) = (*heap.get(x), *heap.get(y));
            x.receiver.is(y.receiver) && x.function.is(y.function)
        }
        _ => false,
    };
    Some(same)
}

/// Whether a view is one of values, which is equal to itself only.
fn is_values(heap: &Heap, view: Ref<View>) -> bool {
    heap.get(view).kind == ViewKind::Values
}

/// Whether all members of a set are in another one of the same size.
fn eq_sets(heap: &Heap, a: &Table<()>, b: &Table<()>, budget: &mut usize) -> Option<bool> {
    if a.positions() > *budget {
        return None;
    }
    *budget = budget.saturating_sub(15); // bounds the depth of this recursion
    for entry in a.iter() {
        let mut probe = b.probe(entry.hash);
        loop {
            let Some(position) = b.next_candidate(&mut probe) else { return Some(false) };
            let Some(candidate) = b.at(position) else { continue };
            match eq_budget(heap, entry.key, candidate.key, budget) {
                Some(true) => break,
                Some(false) => {}
                None => return None,
            }
        }
    }
    Some(true)
}

/// The elements of a tuple or of a tuple with field names.
pub fn tuple_items(heap: &Heap, v: Value) -> &[Value] {
    match v {
        Value::Tuple(t) => &heap.get(t).items,
        Value::StructSeq(s) => &heap.get(heap.get(s).items).items,
        _ => unreachable!("the caller has a tuple"),
    }
}

fn eq_slices(heap: &Heap, a: &[Value], b: &[Value], budget: &mut usize) -> Option<bool> {
    if a.len() != b.len() {
        return Some(false);
    }
    *budget = budget.saturating_sub(15); // bounds the depth of this recursion
    for (&x, &y) in a.iter().zip(b) {
        match eq_budget(heap, x, y, budget) {
            Some(true) => {}
            other => return other,
        }
    }
    Some(true)
}

/// `a == b` for numbers of any kind.
pub fn eq_numbers(heap: &Heap, a: Value, b: Value) -> bool {
    use Value::*;
    match (a, b) {
        (Bool(x), b) => eq_numbers(heap, Int(i64::from(x)), b),
        (a, Bool(y)) => eq_numbers(heap, a, Int(i64::from(y))),
        (Int(x), Int(y)) => x == y,
        (Float(x), Float(y)) => x == y,
        (Int(x), Float(y)) | (Float(y), Int(x)) => y.fract() == 0.0 && y.to_i64() == Some(x),
        (Big(x), Big(y)) => heap.get(x).value == heap.get(y).value,
        (Big(x), Float(y)) | (Float(y), Big(x)) => {
            y.fract() == 0.0 && BigInt::from_f64(y).is_some_and(|y| y == heap.get(x).value)
        }
        (Complex(x), Complex(y)) => heap.get(x) == heap.get(y),
        (Complex(x), other) | (other, Complex(x)) => {
            let c = *heap.get(x);
            c.im == 0.0 && eq_numbers(heap, Float(c.re), other)
        }
        _ => false,
    }
}

/// Orders two values as `<` does, or `None` when that would take long, when they are not ordered (NaN) or
/// cannot be.
#[inline]
pub fn order_simple(vm: &Vm, a: Value, b: Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => Some(x.cmp(&y)),
        (Value::Str(x), Value::Str(y)) => Some(vm.heap.str(x).cmp(vm.heap.str(y))),
        _ => order_budget(vm, a, b, &mut NODES_MAX.clone()),
    }
}

fn order_budget(vm: &Vm, a: Value, b: Value, budget: &mut usize) -> Option<Ordering> {
    use Value::*;
    *budget = budget.checked_sub(1)?;
    match (a, b) {
        (Float(x), Float(y)) => x.partial_cmp(&y),
        (Int(_) | Bool(_) | Float(_) | Big(_), Int(_) | Bool(_) | Float(_) | Big(_)) => {
            ops::compare_numbers(vm, a, b)
        }
        (Str(x), Str(y)) => Some(vm.heap.str(x).cmp(vm.heap.str(y))),
        (Bytes(x), Bytes(y)) => Some(vm.heap.get(x).data.cmp(&vm.heap.get(y).data)),
        (List(x), List(y)) => order_slices(vm, &vm.heap.get(x).items, &vm.heap.get(y).items, budget),
        (Tuple(_) | StructSeq(_), Tuple(_) | StructSeq(_)) => {
            order_slices(vm, tuple_items(&vm.heap, a), tuple_items(&vm.heap, b), budget)
        }
        _ => Option::None,
    }
}

fn order_slices(vm: &Vm, a: &[Value], b: &[Value], budget: &mut usize) -> Option<Ordering> {
    *budget = budget.saturating_sub(15); // bounds the depth of this recursion
    for (&x, &y) in a.iter().zip(b) {
        match eq_budget(&vm.heap, x, y, budget) {
            Some(true) => {}
            Some(false) => return order_budget(vm, x, y, budget),
            None => return None,
        }
    }
    Some(a.len().cmp(&b.len()))
}
