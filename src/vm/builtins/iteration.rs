//! `len`, `iter`, `next`, `sorted`, `min`, `max`, `sum`, `any`, `all`.

use crate::vm::flow::{R, value};
use crate::vm::iter;
use crate::vm::native::{Args, Arity, NativeDef, Signature, function};
use crate::vm::ops;
use crate::vm::tasks;
use crate::vm::types::iterator::Iter;
use crate::vm::types::list;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// The functions.
pub static FUNCTIONS: &[NativeDef] = &[
    function("all", Arity::One, all),
    function("any", Arity::One, any),
    function("iter", Arity::Range(1, 2), iter_of),
    function("len", Arity::One, len),
    function("max", Arity::Free, max),
    function("min", Arity::Free, min),
    function("next", Arity::Range(1, 2), next),
    function("sorted", Arity::Free, sorted),
    function("sum", Arity::Free, sum),
];

fn len(vm: &mut Vm, args: Args<'_>) -> R {
    ops::len(vm, args.get(0))
}

fn iter_of(vm: &mut Vm, args: Args<'_>) -> R {
    let (object, sentinel) = (args.get(0), args.get(1));
    if sentinel.is_undef() {
        return iter::get_iter(vm, object);
    }
    if !matches!(object, Value::Function(..) | Value::Native(_) | Value::Method(_) | Value::Type(_)) {
        return Err(vm.type_error("iter(v, w): v must be callable"));
    }
    value(Value::Iter(vm.heap.alloc(Iter::Callable { callable: object, sentinel })))
}

fn next(vm: &mut Vm, args: Args<'_>) -> R {
    let flow = iter::next(vm, args.get(0))?;
    tasks::next_or(vm, flow, args.get(1))
}

fn any(vm: &mut Vm, args: Args<'_>) -> R {
    tasks::any(vm, args.get(0))
}

fn all(vm: &mut Vm, args: Args<'_>) -> R {
    tasks::all(vm, args.get(0))
}

fn sum(vm: &mut Vm, args: Args<'_>) -> R {
    let [iterable, start] = args.bind(
        vm,
        &Signature {
            function: "sum",
            names: ["iterable", "start"],
            positional_only: 1,
            positional: 2,
            required: 1,
        },
    )?;
    tasks::sum(vm, iterable, start.bound().unwrap_or(Value::Int(0)))
}

fn min(vm: &mut Vm, args: Args<'_>) -> R {
    tasks::extremum(vm, args, false)
}

fn max(vm: &mut Vm, args: Args<'_>) -> R {
    tasks::extremum(vm, args, true)
}

fn sorted(vm: &mut Vm, args: Args<'_>) -> R {
    if args.len() != 1 {
        let given = args.len();
        return Err(vm.type_error(format!("sorted expected 1 argument, got {given}")));
    }
    let (key, reverse) = list::sort_options(vm, args)?;
    list::sorted(vm, args.get(0), key, reverse)
}
