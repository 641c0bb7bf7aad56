//! What the three kinds of numbers share: the check of a method's receiver.

use super::wrong_receiver;
use crate::vm::flow::R;
use crate::vm::native::{Args, NativeFn};
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

/// A row for a method whose receiver is checked.
macro_rules! number_method {
    ($ty:ident, $name:literal, $arity:expr, $f:expr) => {
        $crate::vm::native::method($crate::vm::type_id::TypeId::$ty, $name, $arity, |vm, args| {
            $crate::vm::types::number::checked(vm, args, $crate::vm::type_id::TypeId::$ty, $name, $f)
        })
    };
}
pub(crate) use number_method;
