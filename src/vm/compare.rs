//! Equality and order of built-in values without the interpreter, within a budget.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::{FromPrimitive, ToPrimitive};

use super::heap::Heap;
use super::ops;
use super::table::Table;
use super::types::alias;
use super::types::view::{View, ViewKind};
use super::value::{Ref, Value};
use super::vm::Vm;

/// What is compared in one go: elements of nested containers, and pieces of long texts and integers.
const NODES_MAX: usize = 256;
/// Bytes of a text, or of an integer's digits, whose comparison takes as long as one element.
const NODE_BYTES: usize = 64;
/// Elements whose comparison costs one unit of fuel.
const NODES_PER_UNIT: usize = 4;

/// `a == b` (identity first, as containers compare), or `None` when that would take long or needs Python code.
#[inline]
pub fn eq_simple(heap: &Heap, a: Value, b: Value) -> Option<bool> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => Some(x == y),
        _ => eq_budget(heap, a, b, &mut NODES_MAX.clone()),
    }
}

/// As [`eq_simple`], and charges for it.
#[inline]
pub fn eq_charged(vm: &mut Vm, a: Value, b: Value) -> Option<bool> {
    if let (Value::Int(x), Value::Int(y)) = (a, b) {
        return Some(x == y);
    }
    let mut budget = NODES_MAX;
    let same = eq_budget(&vm.heap, a, b, &mut budget);
    vm.charge((NODES_MAX - budget) / NODES_PER_UNIT);
    same
}

/// As [`eq_simple`], and counts what it compares into `nodes`.
#[inline]
pub fn eq_counted(heap: &Heap, a: Value, b: Value, nodes: &mut usize) -> Option<bool> {
    let mut budget = NODES_MAX;
    let same = eq_budget(heap, a, b, &mut budget);
    *nodes += NODES_MAX - budget;
    same
}

/// Takes the comparison of `bytes` bytes from the budget; whether it suffices.
#[inline]
fn afford(budget: &mut usize, bytes: usize) -> bool {
    let nodes = bytes / NODE_BYTES;
    let enough = nodes <= *budget;
    *budget -= nodes.min(*budget);
    enough
}

/// Equality of two texts; `None` when they begin alike for longer than the budget suffices.
#[inline]
fn eq_bytes(a: &[u8], b: &[u8], budget: &mut usize) -> Option<bool> {
    if a.len() != b.len() {
        return Some(false);
    }
    let start = a.len().min(*budget * NODE_BYTES);
    if a[..start] != b[..start] {
        // Where they differ is not known; most texts that do differ early.
        *budget -= (*budget).min(start / NODE_BYTES / 4);
        return Some(false);
    }
    if afford(budget, a.len()) { Some(true) } else { None }
}

/// Order of two texts; `None` when they begin alike for longer than the budget suffices.
#[inline]
fn order_bytes(a: &[u8], b: &[u8], budget: &mut usize) -> Option<Ordering> {
    let start = a.len().min(b.len()).min(*budget * NODE_BYTES);
    match a[..start].cmp(&b[..start]) {
        Ordering::Equal if start == a.len().min(b.len()) => {
            afford(budget, start);
            Some(a.len().cmp(&b.len()))
        }
        Ordering::Equal => {
            *budget = 0;
            None
        }
        found => {
            *budget -= (*budget).min(start / NODE_BYTES / 4);
            Some(found)
        }
    }
}

/// The bytes of a value's text if it is one.
pub fn text_bytes(heap: &Heap, v: Value) -> Option<&[u8]> {
    match v {
        Value::Str(s) => Some(heap.str(s).as_bytes()),
        Value::Bytes(b) => Some(&heap.get(b).data),
        _ => None,
    }
}

fn eq_budget(heap: &Heap, a: Value, b: Value, budget: &mut usize) -> Option<bool> {
    use Value::*;
    // Before anything is decided: ten million identical elements take their time too.
    if *budget == 0 {
        return Option::None;
    }
    *budget -= 1;
    if a.is(b) {
        return Some(true);
    }
    let same = match (a, b) {
        (Big(x), Big(y)) => {
            let bits = heap.get(x).value.bits();
            if bits == heap.get(y).value.bits() && !afford(budget, bits as usize / 8) {
                return Option::None;
            }
            return Some(eq_numbers(heap, a, b));
        }
        (
            Int(_) | Bool(_) | Float(_) | Big(_) | Complex(_),
            Int(_) | Bool(_) | Float(_) | Big(_) | Complex(_),
        ) => {
            return Some(eq_numbers(heap, a, b));
        }
        (Str(x), Str(y)) => return eq_bytes(heap.str(x).as_bytes(), heap.str(y).as_bytes(), budget),
        (Bytes(x), Bytes(y)) => return eq_bytes(&heap.get(x).data, &heap.get(y).data, budget),
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
        (Alias(x), Alias(y)) => {
            return alias::equal(heap, x, y, |a, b| eq_budget(heap, a, b, budget));
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
/// cannot be. Charges for it.
#[inline]
pub fn order_simple(vm: &mut Vm, a: Value, b: Value) -> Option<Ordering> {
    if let (Value::Int(x), Value::Int(y)) = (a, b) {
        return Some(x.cmp(&y));
    }
    let mut budget = NODES_MAX;
    let order = order_budget(vm, a, b, &mut budget);
    vm.charge((NODES_MAX - budget) / NODES_PER_UNIT);
    order
}

fn order_budget(vm: &Vm, a: Value, b: Value, budget: &mut usize) -> Option<Ordering> {
    use Value::*;
    *budget = budget.checked_sub(1)?;
    match (a, b) {
        (Float(x), Float(y)) => x.partial_cmp(&y),
        (Big(x), Big(y)) => {
            let bits = vm.heap.get(x).value.bits().min(vm.heap.get(y).value.bits());
            if !afford(budget, bits as usize / 8) {
                return Option::None;
            }
            ops::compare_numbers(vm, a, b)
        }
        (Int(_) | Bool(_) | Float(_) | Big(_), Int(_) | Bool(_) | Float(_) | Big(_)) => {
            ops::compare_numbers(vm, a, b)
        }
        (Str(x), Str(y)) => order_bytes(vm.heap.str(x).as_bytes(), vm.heap.str(y).as_bytes(), budget),
        (Bytes(x), Bytes(y)) => order_bytes(&vm.heap.get(x).data, &vm.heap.get(y).data, budget),
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
