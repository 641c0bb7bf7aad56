//! The methods of `set` and `frozenset`.

use super::operators::{changed_copy, difference, intersection, replace};
use super::{Set, apply, as_key, copy, of};
use crate::bytecode::CmpOp;
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::heap::Tracer;
use crate::vm::native::{Args, Arity, NativeDef, method};
use crate::vm::tasks::{self, Action, Each, Target, contains_all, keyed, set_work};
use crate::vm::type_id::TypeId;
use crate::vm::types::{self, PLAIN, TypeSpec};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Type row of `set`.
pub const SPEC: TypeSpec = TypeSpec { methods: METHODS, construct: Some(construct), ..PLAIN };
/// Type row of `frozenset`.
pub const FROZEN_SPEC: TypeSpec =
    TypeSpec { methods: FROZEN_METHODS, construct: Some(construct_frozen), ..PLAIN };

static METHODS: &[NativeDef] = &[
    method(TypeId::Set, "add", Arity::One, add),
    method(TypeId::Set, "clear", Arity::None, clear),
    method(TypeId::Set, "copy", Arity::None, copy_method),
    method(TypeId::Set, "difference", Arity::Free, difference_method),
    method(TypeId::Set, "difference_update", Arity::Free, difference_update),
    method(TypeId::Set, "discard", Arity::One, discard),
    method(TypeId::Set, "intersection", Arity::Free, intersection_method),
    method(TypeId::Set, "intersection_update", Arity::Free, intersection_update),
    method(TypeId::Set, "isdisjoint", Arity::One, isdisjoint),
    method(TypeId::Set, "issubset", Arity::One, issubset),
    method(TypeId::Set, "issuperset", Arity::One, issuperset),
    method(TypeId::Set, "pop", Arity::None, pop),
    method(TypeId::Set, "remove", Arity::One, remove),
    method(TypeId::Set, "symmetric_difference", Arity::One, symmetric_difference),
    method(TypeId::Set, "symmetric_difference_update", Arity::One, symmetric_difference_update),
    method(TypeId::Set, "union", Arity::Free, union),
    method(TypeId::Set, "update", Arity::Free, update),
    method(TypeId::Set, "__contains__", Arity::One, types::common::contains),
];

static FROZEN_METHODS: &[NativeDef] = &[
    method(TypeId::FrozenSet, "copy", Arity::None, copy_method),
    method(TypeId::FrozenSet, "difference", Arity::Free, difference_method),
    method(TypeId::FrozenSet, "intersection", Arity::Free, intersection_method),
    method(TypeId::FrozenSet, "isdisjoint", Arity::One, isdisjoint),
    method(TypeId::FrozenSet, "issubset", Arity::One, issubset),
    method(TypeId::FrozenSet, "issuperset", Arity::One, issuperset),
    method(TypeId::FrozenSet, "symmetric_difference", Arity::One, symmetric_difference),
    method(TypeId::FrozenSet, "union", Arity::Free, union),
    method(TypeId::FrozenSet, "__contains__", Arity::One, types::common::contains),
];

/// The receiver of a method of `set`.
#[inline]
fn this(vm: &mut Vm, args: Args<'_>, name: &str) -> R<Ref<Set>> {
    match args.get(0) {
        Value::Set(s) => Ok(s),
        _ => Err(types::wrong_receiver(vm, args, TypeId::Set, name)),
    }
}

/// The receiver of a method that both types have, and whether it is frozen.
fn either(vm: &mut Vm, args: Args<'_>, name: &str) -> R<(Ref<Set>, bool)> {
    match args.get(0) {
        Value::Set(s) => Ok((s, false)),
        Value::FrozenSet(s) => Ok((s, true)),
        _ => Err(types::wrong_receiver(vm, args, TypeId::Set, name)),
    }
}

/// `set(iterable)`
fn construct(vm: &mut Vm, args: Args<'_>) -> R {
    args.no_keywords(vm, "set")?;
    types::arity(vm, args, "set", 0, 1)?;
    from_iterable(vm, args.get(0), false)
}

/// `frozenset(iterable)`
fn construct_frozen(vm: &mut Vm, args: Args<'_>) -> R {
    args.no_keywords(vm, "frozenset")?;
    types::arity(vm, args, "frozenset", 0, 1)?;
    match args.get(0) {
        same @ Value::FrozenSet(_) => value(same),
        iterable => from_iterable(vm, iterable, true),
    }
}

fn from_iterable(vm: &mut Vm, iterable: Value, frozen: bool) -> R {
    match iterable {
        Value::Undef => value(of(vm.heap.alloc(Set::default()), frozen)),
        Value::Set(s) | Value::FrozenSet(s) => copy(vm, s, frozen),
        iterable => {
            let made = vm.heap.alloc(Set::default());
            set_work(vm, Each::Add, iterable, Some(made), Value::Set(made), of(made, frozen))
        }
    }
}

fn add(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, args, "add")?;
    super::add(vm, Value::Set(s), args.get(1))
}

fn clear(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, args, "clear")?;
    vm.heap.get_mut(s).table.clear();
    value(Value::None)
}

fn copy_method(vm: &mut Vm, args: Args<'_>) -> R {
    match either(vm, args, "copy")? {
        (s, true) => value(Value::FrozenSet(s)),
        (s, false) => copy(vm, s, false),
    }
}

fn discard(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, args, "discard")?;
    keyed(vm, Target::Set(s), as_key(args.get(1)), Action::Discard)
}

fn remove(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, args, "remove")?;
    keyed(vm, Target::Set(s), as_key(args.get(1)), Action::Remove)
}

fn pop(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, args, "pop")?;
    let Some((position, entry)) = vm.heap.get(s).table.first() else {
        let message = vm.str("pop from an empty set");
        return Err(vm.key_error(message));
    };
    let key = entry.key;
    super::remove_at(vm, s, position);
    value(key)
}

fn isdisjoint(vm: &mut Vm, args: Args<'_>) -> R {
    let (s, _) = either(vm, args, "isdisjoint")?;
    set_work(vm, Each::NoneIn, args.get(1), None, Value::Set(s), Value::None)
}

fn issubset(vm: &mut Vm, args: Args<'_>) -> R {
    let (s, _) = either(vm, args, "issubset")?;
    match args.get(1) {
        other @ (Value::Set(_) | Value::FrozenSet(_)) => contains_all(vm, Value::Set(s), other, CmpOp::Le),
        other => {
            let both = intersection(vm, s, other, false)?;
            tasks::then(vm, both, [Value::Set(s)], |vm, [set], both| contains_all(vm, set, both, CmpOp::Le))
        }
    }
}

fn issuperset(vm: &mut Vm, args: Args<'_>) -> R {
    let (s, _) = either(vm, args, "issuperset")?;
    set_work(vm, Each::AllIn, args.get(1), None, Value::Set(s), Value::None)
}

fn symmetric_difference(vm: &mut Vm, args: Args<'_>) -> R {
    let (s, frozen) = either(vm, args, "symmetric_difference")?;
    changed_copy(vm, s, args.get(1), frozen, Each::Toggle)
}

fn symmetric_difference_update(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, args, "symmetric_difference_update")?;
    let flow = apply(vm, Each::Toggle, Value::Set(s), args.get(1))?;
    tasks::then(vm, flow, [], |_, [], _| value(Value::None))
}

// ---- methods that take any number of iterables --------------------------------------------------

/// What [`Many`] does with each argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Union,
    Intersection,
    Difference,
}

/// Applies an operation to a set and each of several iterables in turn.
struct Many {
    op: Op,
    /// The set so far.
    set: Value,
    sources: Box<[Value]>,
    at: usize,
    /// The set whose contents become the result, for the `…_update` methods.
    into: Option<Value>,
}

fn many(vm: &mut Vm, op: Op, args: Args<'_>, name: &'static str) -> R {
    let (s, frozen) = either(vm, args, name)?;
    args.no_keywords(vm, &format!("{}.{name}", if frozen { "frozenset" } else { "set" }))?;
    match (op, &args.pos()[1..]) {
        (_, []) => copy_method(vm, args),
        (Op::Union, &[other]) => changed_copy(vm, s, other, frozen, Each::Add),
        (Op::Intersection, &[other]) => intersection(vm, s, other, frozen),
        (Op::Difference, &[other]) => difference(vm, s, other, frozen),
        (_, sources) => {
            let set = of(s, frozen);
            Ok(Flow::task(Many { op, set, sources: sources.into(), at: 0, into: None }))
        }
    }
}

fn many_update(vm: &mut Vm, op: Op, args: Args<'_>, name: &'static str) -> R {
    let s = this(vm, args, name)?;
    args.no_keywords(vm, &format!("set.{name}"))?;
    let set = Value::Set(s);
    match (op, &args.pos()[1..]) {
        (_, []) => value(Value::None),
        (Op::Union, &[other]) => super::update(vm, set, other),
        (_, sources) => Ok(Flow::task(Many { op, set, sources: sources.into(), at: 0, into: Some(set) })),
    }
}

impl Task for Many {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Resume::Value(made) = resume {
            self.set = made;
        }
        let Some(&source) = self.sources.get(self.at) else {
            return Ok(Step::Done(match self.into {
                Some(into) => {
                    if self.op == Op::Intersection {
                        replace(vm, into, self.set);
                    }
                    Value::None
                }
                None => self.set,
            }));
        };
        let (Value::Set(s) | Value::FrozenSet(s)) = self.set else { unreachable!("a set was made") };
        let frozen = matches!(self.set, Value::FrozenSet(_));
        self.at += 1;
        let in_place = self.at > 1 || self.into.is_some();
        match (self.op, in_place) {
            (Op::Union, true) => apply(vm, Each::Add, self.set, source),
            (Op::Difference, true) => apply(vm, Each::Discard, self.set, source),
            (Op::Union, false) => changed_copy(vm, s, source, frozen, Each::Add),
            (Op::Difference, false) => changed_copy(vm, s, source, frozen, Each::Discard),
            (Op::Intersection, _) => intersection(vm, s, source, frozen),
        }
        .map(Step::Await)
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.set);
        self.sources.iter().for_each(|&v| tracer.value(v));
        tracer.value(self.into.unwrap_or(Value::Undef));
    }
}

fn union(vm: &mut Vm, args: Args<'_>) -> R {
    many(vm, Op::Union, args, "union")
}

fn intersection_method(vm: &mut Vm, args: Args<'_>) -> R {
    many(vm, Op::Intersection, args, "intersection")
}

fn difference_method(vm: &mut Vm, args: Args<'_>) -> R {
    many(vm, Op::Difference, args, "difference")
}

fn update(vm: &mut Vm, args: Args<'_>) -> R {
    many_update(vm, Op::Union, args, "update")
}

fn intersection_update(vm: &mut Vm, args: Args<'_>) -> R {
    many_update(vm, Op::Intersection, args, "intersection_update")
}

fn difference_update(vm: &mut Vm, args: Args<'_>) -> R {
    many_update(vm, Op::Difference, args, "difference_update")
}
