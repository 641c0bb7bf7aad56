//! What the three kinds of numbers share: their operators as methods (`__add__`, `__radd__`, …), and the check
//! of a method's receiver.

use super::wrong_receiver;
use crate::bytecode::{BinOp, CmpOp, UnaryOp};
use crate::vm::flow::{R, value};
use crate::vm::native::{Args, NativeFn};
use crate::vm::ops;
use crate::vm::type_id::TypeId;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// Whether a value is a number.
pub fn is_number(v: Value) -> bool {
    matches!(v, Value::Int(_) | Value::Big(_) | Value::Bool(_) | Value::Float(_) | Value::Complex(_))
}

/// Calls `f` if the receiver is an instance of `ty`.
pub fn checked(vm: &mut Vm, args: Args<'_>, ty: TypeId, name: &str, f: NativeFn) -> R {
    if !vm.type_of(args.get(0)).is_subtype_of(ty) {
        return Err(wrong_receiver(vm, args, ty, name));
    }
    f(vm, args)
}

/// Whether `ty` knows how to compute with a value itself: integers only with integers, complex numbers
/// with any number.
fn takes(ty: TypeId, v: Value) -> bool {
    match ty {
        TypeId::Int => matches!(v, Value::Int(_) | Value::Big(_) | Value::Bool(_)),
        TypeId::Float => is_number(v) && !matches!(v, Value::Complex(_)),
        _ => is_number(v),
    }
}

/// `x.__add__(y)` and its like.
pub fn binary(vm: &mut Vm, args: Args<'_>, ty: TypeId, op: BinOp) -> R {
    if !takes(ty, args.get(1)) {
        return value(Value::NotImplemented);
    }
    ops::binary(vm, op, args.get(0), args.get(1))
}

/// `x.__radd__(y)` and its like.
pub fn reflected(vm: &mut Vm, args: Args<'_>, ty: TypeId, op: BinOp) -> R {
    if !takes(ty, args.get(1)) {
        return value(Value::NotImplemented);
    }
    ops::binary(vm, op, args.get(1), args.get(0))
}

/// `x.__lt__(y)` and its like.
pub fn compare(vm: &mut Vm, args: Args<'_>, ty: TypeId, op: CmpOp) -> R {
    let ordered = !matches!(op, CmpOp::Eq | CmpOp::Ne);
    if !takes(ty, args.get(1)) || ordered && ty == TypeId::Complex {
        return value(Value::NotImplemented);
    }
    ops::compare(vm, op, args.get(0), args.get(1))
}

/// `x.__neg__()` and its like.
pub fn unary(vm: &mut Vm, args: Args<'_>, op: UnaryOp) -> R {
    ops::unary(vm, op, args.get(0))
}

/// `x.__divmod__(y)`
pub fn div_mod(vm: &mut Vm, args: Args<'_>, ty: TypeId, swapped: bool) -> R {
    if !takes(ty, args.get(1)) {
        return value(Value::NotImplemented);
    }
    let (a, b) = if swapped { (args.get(1), args.get(0)) } else { (args.get(0), args.get(1)) };
    crate::vm::builtins::divmod_of(vm, a, b)
}

/// `x.__bool__()`
pub fn truth(vm: &mut Vm, args: Args<'_>) -> R {
    ops::truth(vm, args.get(0))
}

/// A row for a method whose receiver is checked.
macro_rules! number_method {
    ($ty:ident, $name:literal, $arity:expr, $f:expr) => {
        $crate::vm::native::method($crate::vm::type_id::TypeId::$ty, $name, $arity, |vm, args| {
            $crate::vm::types::number::checked(vm, args, $crate::vm::type_id::TypeId::$ty, $name, $f)
        })
    };
}
pub(crate) use number_method;

/// A row for an operator: how it is called, its name, which it is.
macro_rules! operator_method {
    ($ty:ident, binary, $name:literal, $op:ident) => {
        $crate::vm::types::number::number_method!($ty, $name, Arity::One, |vm, args| {
            $crate::vm::types::number::binary(vm, args, TypeId::$ty, $crate::bytecode::BinOp::$op)
        })
    };
    ($ty:ident, reflected, $name:literal, $op:ident) => {
        $crate::vm::types::number::number_method!($ty, $name, Arity::One, |vm, args| {
            $crate::vm::types::number::reflected(vm, args, TypeId::$ty, $crate::bytecode::BinOp::$op)
        })
    };
    ($ty:ident, compare, $name:literal, $op:ident) => {
        $crate::vm::types::number::number_method!($ty, $name, Arity::One, |vm, args| {
            $crate::vm::types::number::compare(vm, args, TypeId::$ty, $crate::bytecode::CmpOp::$op)
        })
    };
    ($ty:ident, unary, $name:literal, $op:ident) => {
        $crate::vm::types::number::number_method!($ty, $name, Arity::None, |vm, args| {
            $crate::vm::types::number::unary(vm, args, $crate::bytecode::UnaryOp::$op)
        })
    };
}
pub(crate) use operator_method;
