//! The operators of sets, frozen sets and dict views.

use super::{apply, copy, of};
use crate::bytecode::{BinOp, CmpOp};
use crate::vm::flow::{Flow, R};
use crate::vm::tasks::{self, Each, contains_all, set_work};
use crate::vm::types::set::Set;
use crate::vm::types::view::{self, ViewKind};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// `a | b`, `a & b`, `a - b`, `a ^ b`; `None` when the operands do not go together.
pub fn binary(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> R<Option<Flow>> {
    match (a, b) {
        (Value::Set(x) | Value::FrozenSet(x), Value::Set(_) | Value::FrozenSet(_)) => {
            let frozen = matches!(a, Value::FrozenSet(_));
            match op {
                BinOp::And => intersection(vm, x, b, frozen).map(Some),
                BinOp::Sub => difference(vm, x, b, frozen).map(Some),
                BinOp::Or => changed_copy(vm, x, b, frozen, Each::Add).map(Some),
                BinOp::Xor => changed_copy(vm, x, b, frozen, Each::Toggle).map(Some),
                _ => Ok(None),
            }
        }
        _ => view::binary(vm, op, a, b),
    }
}

/// A copy of a set to which something is done with each value of an iterable.
pub fn changed_copy(vm: &mut Vm, s: Ref<Set>, src: Value, frozen: bool, each: Each) -> R {
    let flow = copy(vm, s, frozen)?;
    let next: fn(&mut Vm, [Value; 1], Value) -> R = match each {
        Each::Add => |vm, [src], made| apply(vm, Each::Add, made, src),
        Each::Discard => |vm, [src], made| apply(vm, Each::Discard, made, src),
        _ => |vm, [src], made| apply(vm, Each::Toggle, made, src),
    };
    tasks::then(vm, flow, [src], next)
}

/// The members that any iterable has, too.
pub fn intersection(vm: &mut Vm, s: Ref<Set>, src: Value, frozen: bool) -> R {
    let made = vm.heap.alloc(Set::default());
    let (source, other) = match src {
        Value::Set(b) | Value::FrozenSet(b) if vm.heap.get(b).table.len() > vm.heap.get(s).table.len() => {
            (Value::Set(s), src)
        }
        _ => (src, Value::Set(s)),
    };
    set_work(vm, Each::AddIfIn, source, Some(made), other, of(made, frozen))
}

/// The members that any iterable has not.
pub fn difference(vm: &mut Vm, s: Ref<Set>, src: Value, frozen: bool) -> R {
    if !matches!(src, Value::Set(_) | Value::FrozenSet(_) | Value::Dict(_)) {
        return changed_copy(vm, s, src, frozen, Each::Discard);
    }
    let made = vm.heap.alloc(Set::default());
    set_work(vm, Each::AddIfNotIn, Value::Set(s), Some(made), src, of(made, frozen))
}

/// `a |= b` and the like.
pub fn inplace(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> R {
    if let Value::View(v) = b
        && vm.heap.get(v).kind == ViewKind::Values
    {
        return Err(crate::vm::ops::unsupported(vm, op, a, b, true));
    }
    let Value::Set(s) = a else { unreachable!("the caller has a set") };
    match op {
        BinOp::Or => apply(vm, Each::Add, a, b),
        BinOp::Sub => apply(vm, Each::Discard, a, b),
        BinOp::Xor => apply(vm, Each::Toggle, a, b),
        _ => {
            let flow = intersection(vm, s, b, false)?;
            tasks::then(vm, flow, [a], |vm, [a], made| {
                replace(vm, a, made);
                Ok(Flow::Value(a))
            })
        }
    }
}

/// Makes a set hold what a new one holds.
pub fn replace(vm: &mut Vm, set: Value, made: Value) {
    if let (Value::Set(s), Value::Set(made)) = (set, made) {
        let table = std::mem::take(&mut vm.heap.get_mut(made).table);
        vm.heap.get_mut(s).table = table;
    }
}

/// `a < b` and the like; `None` when the operands do not go together.
pub fn compare(vm: &mut Vm, op: CmpOp, a: Value, b: Value) -> R<Option<Flow>> {
    let is_values = |v: Value| matches!(v, Value::View(r) if vm.heap.get(r).kind == ViewKind::Values);
    if is_values(a) || is_values(b) {
        return Ok(None);
    }
    contains_all(vm, a, b, op).map(Some)
}
