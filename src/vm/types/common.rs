//! Methods that many containers have and that do what an operator does: `__len__`, `__contains__`, ….

use super::wrong_receiver;
use crate::vm::flow::{R, value};
use crate::vm::native::Args;
use crate::vm::type_id::TypeId;
use crate::vm::value::Value;
use crate::vm::vm::Vm;
use crate::vm::{iter as iteration, ops};

/// `x.__len__()`
pub fn len(vm: &mut Vm, args: Args<'_>) -> R {
    ops::len(vm, args.get(0))
}

/// `x.__contains__(item)`
pub fn contains(vm: &mut Vm, args: Args<'_>) -> R {
    ops::contains(vm, args.get(0), args.get(1))
}

/// `x.__getitem__(key)`
pub fn get_item(vm: &mut Vm, args: Args<'_>) -> R {
    ops::get_item(vm, args.get(0), args.get(1))
}

/// `x.__setitem__(key, v)`
pub fn set_item(vm: &mut Vm, args: Args<'_>) -> R {
    ops::set_item(vm, args.get(0), args.get(1), args.get(2))
}

/// `x.__delitem__(key)`
pub fn del_item(vm: &mut Vm, args: Args<'_>) -> R {
    ops::del_item(vm, args.get(0), args.get(1))
}

/// `x.__iter__()`
pub fn iter(vm: &mut Vm, args: Args<'_>) -> R {
    iteration::get_iter(vm, args.get(0))
}

/// `x.__reversed__()`
pub fn reversed(vm: &mut Vm, args: Args<'_>) -> R {
    value(iteration::reversed(vm, args.get(0))?)
}

/// `it.__next__()`
pub fn next(vm: &mut Vm, args: Args<'_>) -> R {
    match args.get(0) {
        it @ (Value::Iter(_) | Value::Generator(_)) => {
            let flow = iteration::next(vm, it)?;
            crate::vm::tasks::next_or(vm, flow, Value::Undef)
        }
        _ => Err(wrong_receiver(vm, args, TypeId::Iterator, "__next__")),
    }
}
