//! Methods of exceptions.

use super::attributes::{own_dict, set_traceback};
use super::group;
use super::{Exception, Splitter};
use crate::vm::flow::{Flow, R, value};
use crate::vm::native::{Args, Arity, NativeDef, method};
use crate::vm::type_id::TypeId;
use crate::vm::types::{dict, list};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Methods of every exception.
pub static METHODS: &[NativeDef] = &[
    method(TypeId::BaseException, "add_note", Arity::One, add_note),
    method(TypeId::BaseException, "with_traceback", Arity::One, with_traceback),
];

/// Methods of exception groups.
pub static GROUP_METHODS: &[NativeDef] = &[
    method(TypeId::BaseExceptionGroup, "derive", Arity::One, derive),
    method(TypeId::BaseExceptionGroup, "split", Arity::One, split),
    method(TypeId::BaseExceptionGroup, "subgroup", Arity::One, subgroup),
];

/// The receiver of a method that was reached through its class.
fn receiver(vm: &mut Vm, args: Args<'_>, name: &str, ty: TypeId) -> R<Ref<Exception>> {
    match args.get(0) {
        Value::Exception(e) if vm.heap.get(e).ty.is_subtype_of(ty) => Ok(e),
        other => {
            let got = vm.type_name(other);
            let class = ty.name();
            Err(vm.type_error(format!(
                "descriptor '{name}' for '{class}' objects doesn't apply to a '{got}' object"
            )))
        }
    }
}

/// `e.add_note(note)`: appends to `e.__notes__`.
fn add_note(vm: &mut Vm, args: Args<'_>) -> R {
    let e = receiver(vm, args, "add_note", TypeId::BaseException)?;
    let note = args.get(1);
    if !matches!(note, Value::Str(_)) {
        let got = vm.type_name(note);
        return Err(vm.type_error(format!("note must be a str, not '{got}'")));
    }
    let dict = own_dict(vm, e);
    let key = vm.intern("__notes__");
    match dict::get_str(vm, dict, key) {
        Some(Value::List(notes)) => list::push(vm, notes, note),
        Some(_) => return Err(vm.type_error("Cannot add note: __notes__ is not a list")),
        None => {
            let notes = vm.list(vec![note]);
            dict::insert_str(vm, dict, key, notes);
        }
    }
    value(Value::None)
}

/// `e.with_traceback(tb)`
fn with_traceback(vm: &mut Vm, args: Args<'_>) -> R {
    let e = receiver(vm, args, "with_traceback", TypeId::BaseException)?;
    set_traceback(vm, e, args.get(1))?;
    value(Value::Exception(e))
}

/// `group.derive(exceptions)`
fn derive(vm: &mut Vm, args: Args<'_>) -> R {
    let e = receiver(vm, args, "derive", TypeId::BaseExceptionGroup)?;
    let message = group::message(vm, e);
    let made = group::make(vm, TypeId::BaseExceptionGroup, message, args.get(1))?;
    value(Value::Exception(made))
}

/// `group.split(condition)`: a pair of what matches and the rest.
fn split(vm: &mut Vm, args: Args<'_>) -> R {
    let e = receiver(vm, args, "split", TypeId::BaseExceptionGroup)?;
    divide(vm, e, args.get(1), true)
}

/// `group.subgroup(condition)`
fn subgroup(vm: &mut Vm, args: Args<'_>) -> R {
    let e = receiver(vm, args, "subgroup", TypeId::BaseExceptionGroup)?;
    divide(vm, e, args.get(1), false)
}

fn divide(vm: &mut Vm, e: Ref<Exception>, condition: Value, both: bool) -> R {
    if let Some(types) = group::classes(vm, condition) {
        let mut splitter = Splitter::new(e);
        let (matching, rest) = splitter.run(vm, &types)?;
        return value(if both { vm.tuple([matching, rest]) } else { matching });
    }
    match condition {
        Value::Function(..) | Value::Method(_) | Value::Native(_) => {
            Ok(Flow::task(group::SplitTask::new(e, condition, both)))
        }
        _ => Err(vm.type_error(
            "expected an exception type, a tuple of exception types, or a callable (other than a class)",
        )),
    }
}
