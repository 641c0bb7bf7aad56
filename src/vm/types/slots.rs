//! The special methods of built-in types by name (`"a".__add__("b")`, `int.__lt__`): a table of operations, each with
//! the types that have it. What CPython calls slot wrappers.
//!
//! Owns which type has which. The operations themselves are those of [`crate::vm::ops`], which operators use; what
//! is added here is where CPython answers `NotImplemented`. Special methods that CPython defines like any other
//! method (`list.__getitem__`, `dict.__contains__`, `__format__`, …) are rows of their type's own table.

use std::sync::OnceLock;

use super::common;
use super::view::ViewKind;
use crate::bytecode::{BinOp, CmpOp, UnaryOp};
use crate::vm::flow::{R, value};
use crate::vm::native::{Args, Arity, NativeDef, NativeFn, NativeKind};
use crate::vm::type_id::TypeId;
use crate::vm::value::Value;
use crate::vm::vm::Vm;
use crate::vm::{attr, builtins, format, ops, tasks};

/// A row: an operation and the types that have it.
struct Slot {
    name: &'static str,
    /// Arguments besides the receiver: from, to.
    arguments: (u8, u8),
    call: NativeFn,
    types: &'static [&'static [TypeId]],
}

use TypeId as T;

const REAL: &[T] = &[T::Int, T::Float];
const NUMBERS: &[T] = &[T::Int, T::Float, T::Complex];
const TEXTS: &[T] = &[T::Str, T::Bytes];
const SEQUENCES: &[T] = &[T::Str, T::Bytes, T::List, T::Tuple];
const SETS: &[T] = &[T::Set, T::FrozenSet];
const SET_LIKE: &[T] = &[T::Set, T::FrozenSet, T::DictKeys, T::DictItems];
const BITS: &[T] = &[T::Int, T::Bool, T::Set, T::FrozenSet, T::DictKeys, T::DictItems];
const VIEWS: &[T] = &[T::DictKeys, T::DictValues, T::DictItems];
const ITERATORS: &[T] = &[
    T::Iterator,
    T::ListIterator,
    T::ListReverseIterator,
    T::TupleIterator,
    T::StrIterator,
    T::StrAsciiIterator,
    T::BytesIterator,
    T::RangeIterator,
    T::LongRangeIterator,
    T::DictKeyIterator,
    T::DictValueIterator,
    T::DictItemIterator,
    T::DictReverseKeyIterator,
    T::DictReverseValueIterator,
    T::DictReverseItemIterator,
    T::SetIterator,
    T::CallableIterator,
    T::Enumerate,
    T::Zip,
    T::Map,
    T::Filter,
    T::Reversed,
    T::Generator,
];
/// What is compared by its contents; everything else by its identity, as `object` does.
const COMPARED: &[T] = &[T::Object, T::Range, T::Slice, T::Dict, T::Method];
const NAMED: &[T] = &[T::NoneType, T::NotImplementedType, T::Ellipsis, T::Bool, T::Type, T::Module];
const CALLABLE: &[T] = &[T::Function, T::Method, T::BuiltinFunction, T::MethodDescriptor, T::SlotWrapper];

const fn slot(
    name: &'static str,
    arguments: (u8, u8),
    types: &'static [&'static [T]],
    call: NativeFn,
) -> Slot {
    Slot { name, arguments, call, types }
}

const NONE: (u8, u8) = (0, 0);
const ONE: (u8, u8) = (1, 1);
const TWO: (u8, u8) = (2, 2);

/// Rows of a binary operator and of its reflected form.
macro_rules! operators {
    ($($name:literal $reflected:literal $op:ident $types:expr;)*) => {
        &[$(
            slot($name, ONE, $types, |vm, args| left(vm, args, BinOp::$op)),
            slot($reflected, ONE, $types, |vm, args| right(vm, args, BinOp::$op)),
        )*]
    };
}

const OPERATORS: &[Slot] = operators! {
    "__sub__" "__rsub__" Sub &[NUMBERS, SET_LIKE];
    "__truediv__" "__rtruediv__" TrueDiv &[NUMBERS];
    "__floordiv__" "__rfloordiv__" FloorDiv &[REAL];
    "__mod__" "__rmod__" Mod &[REAL, TEXTS];
    "__lshift__" "__rlshift__" Shl &[&[T::Int]];
    "__rshift__" "__rrshift__" Shr &[&[T::Int]];
    "__and__" "__rand__" And &[BITS];
    "__or__" "__ror__" Or &[BITS, &[T::Dict, T::Type, T::UnionType, T::GenericAlias]];
    "__xor__" "__rxor__" Xor &[BITS];
};

/// Rows of an augmented assignment.
macro_rules! inplace {
    ($($name:literal $op:ident $types:expr;)*) => {
        &[$(slot($name, ONE, $types, |vm, args| inplace(vm, args, BinOp::$op)),)*]
    };
}

const INPLACE: &[Slot] = inplace! {
    "__iadd__" Add &[&[T::List]];
    "__imul__" Mul &[&[T::List]];
    "__ior__" Or &[&[T::Set, T::Dict]];
    "__iand__" And &[&[T::Set]];
    "__ixor__" Xor &[&[T::Set]];
    "__isub__" Sub &[&[T::Set]];
};

/// Rows of a comparison.
macro_rules! comparisons {
    ($($name:literal $op:ident;)*) => {
        &[$(slot(
            $name,
            ONE,
            &[COMPARED, NUMBERS, SEQUENCES, SET_LIKE, &[T::UnionType, T::GenericAlias]],
            |vm, args| compare(vm, args, CmpOp::$op),
        ),)*]
    };
}

const COMPARISONS: &[Slot] = comparisons! {
    "__lt__" Lt;
    "__le__" Le;
    "__eq__" Eq;
    "__ne__" Ne;
    "__gt__" Gt;
    "__ge__" Ge;
};

const OTHERS: &[Slot] = &[
    slot("__add__", ONE, &[NUMBERS, SEQUENCES], |vm, args| left(vm, args, BinOp::Add)),
    slot("__radd__", ONE, &[NUMBERS], |vm, args| right(vm, args, BinOp::Add)),
    slot("__mul__", ONE, &[NUMBERS, SEQUENCES], |vm, args| left(vm, args, BinOp::Mul)),
    slot("__rmul__", ONE, &[NUMBERS, SEQUENCES], |vm, args| right(vm, args, BinOp::Mul)),
    slot("__pow__", (1, 2), &[NUMBERS], power),
    slot("__rpow__", (1, 2), &[NUMBERS], |vm, args| right(vm, args, BinOp::Pow)),
    slot("__divmod__", ONE, &[REAL], |vm, args| div_mod(vm, args, false)),
    slot("__rdivmod__", ONE, &[REAL], |vm, args| div_mod(vm, args, true)),
    slot("__neg__", NONE, &[NUMBERS], |vm, args| ops::unary(vm, UnaryOp::Neg, args.get(0))),
    slot("__pos__", NONE, &[NUMBERS], |vm, args| ops::unary(vm, UnaryOp::Pos, args.get(0))),
    slot("__invert__", NONE, &[&[T::Int]], |vm, args| ops::unary(vm, UnaryOp::Invert, args.get(0))),
    slot("__abs__", NONE, &[NUMBERS], builtins::abs),
    slot("__bool__", NONE, &[NUMBERS, &[T::NoneType, T::NotImplementedType, T::Range]], |vm, args| {
        ops::truth(vm, args.get(0))
    }),
    slot("__len__", NONE, &[SEQUENCES, SETS, VIEWS, &[T::Dict, T::Range]], common::len),
    slot("__contains__", ONE, &[SEQUENCES, &[T::Range, T::DictKeys, T::DictItems]], common::contains),
    slot(
        "__getitem__",
        ONE,
        &[TEXTS, &[T::Tuple, T::Range, T::UnionType, T::GenericAlias]],
        common::get_item,
    ),
    slot("__setitem__", TWO, &[&[T::List, T::Dict]], common::set_item),
    slot("__delitem__", ONE, &[&[T::List, T::Dict]], common::del_item),
    slot("__iter__", NONE, &[SEQUENCES, SETS, VIEWS, ITERATORS, &[T::Dict, T::Range]], common::iter),
    slot("__next__", NONE, &[ITERATORS], common::next),
    slot(
        "__hash__",
        NONE,
        &[NUMBERS, TEXTS, &[T::Tuple, T::FrozenSet, T::Range, T::Slice, T::NoneType, T::Object]],
        |vm, args| tasks::hash::hash(vm, args.get(0)),
    ),
    slot(
        "__repr__",
        NONE,
        &[
            NUMBERS,
            SEQUENCES,
            SETS,
            VIEWS,
            NAMED,
            CALLABLE,
            &[
                T::Dict,
                T::Range,
                T::Slice,
                T::Generator,
                T::Cell,
                T::UnionType,
                T::GenericAlias,
                T::TextIoWrapper,
                T::BaseException,
                T::Object,
            ],
        ],
        |vm, args| format::repr(vm, args.get(0)),
    ),
    slot("__str__", NONE, &[TEXTS, &[T::BaseException, T::Object]], |vm, args| format::str(vm, args.get(0))),
    slot("__getattribute__", ONE, &[&[T::Object]], |vm, args| {
        let name = attr::name_of(vm, args.get(1))?;
        attr::get(vm, args.get(0), name)
    }),
    slot("__setattr__", TWO, &[&[T::Object]], |vm, args| {
        let name = attr::name_of(vm, args.get(1))?;
        attr::set(vm, args.get(0), name, args.get(2))
    }),
    slot("__delattr__", ONE, &[&[T::Object]], |vm, args| {
        let name = attr::name_of(vm, args.get(1))?;
        attr::delete(vm, args.get(0), name)
    }),
];

/// Whether the type of `a` knows how to compute `a op b` or `b op a` itself.
fn takes(op: BinOp, a: Value, b: Value) -> bool {
    use Value::*;
    match a {
        Int(_) | Big(_) | Bool(_) => matches!(b, Int(_) | Big(_) | Bool(_)),
        Float(_) => matches!(b, Int(_) | Big(_) | Bool(_) | Float(_)),
        Complex(_) => matches!(b, Int(_) | Big(_) | Bool(_) | Float(_) | Complex(_)),
        Set(_) | FrozenSet(_) => matches!(b, Set(_) | FrozenSet(_)),
        Dict(_) => matches!(b, Dict(_)),
        Type(_) | Alias(_) => op == BinOp::Or && super::alias::is_member(b),
        _ => true,
    }
}

/// `a.__add__(b)`
fn left(vm: &mut Vm, args: Args<'_>, op: BinOp) -> R {
    let (a, b) = (args.get(0), args.get(1));
    if !takes(op, a, b) {
        return value(Value::NotImplemented);
    }
    check_count(vm, op, a, b)?;
    ops::binary(vm, op, a, b)
}

/// `a.__radd__(b)`
fn right(vm: &mut Vm, args: Args<'_>, op: BinOp) -> R {
    let (a, b) = (args.get(0), args.get(1));
    let same = match a {
        Value::Str(_) if op == BinOp::Mod => matches!(b, Value::Str(_)),
        Value::Bytes(_) if op == BinOp::Mod => matches!(b, Value::Bytes(_)),
        _ => takes(op, a, b),
    };
    if !same {
        return value(Value::NotImplemented);
    }
    check_count(vm, op, a, b)?;
    ops::binary(vm, op, b, a)
}

/// A sequence is repeated an integer number of times.
fn check_count(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> R<()> {
    let sequence = matches!(a, Value::Str(_) | Value::Bytes(_) | Value::List(_) | Value::Tuple(_));
    if op != BinOp::Mul || !sequence || matches!(b, Value::Int(_) | Value::Big(_) | Value::Bool(_)) {
        return Ok(());
    }
    let name = vm.type_name(b);
    Err(vm.type_error(format!("'{name}' object cannot be interpreted as an integer")))
}

/// `a.__iadd__(b)`
fn inplace(vm: &mut Vm, args: Args<'_>, op: BinOp) -> R {
    let (a, b) = (args.get(0), args.get(1));
    if matches!(a, Value::Set(_)) && !takes(op, a, b) {
        return value(Value::NotImplemented);
    }
    check_count(vm, op, a, b)?;
    ops::inplace(vm, op, a, b)
}

/// `a.__pow__(b, modulus=None)`
fn power(vm: &mut Vm, args: Args<'_>) -> R {
    let modulus = args.get(2);
    if matches!(modulus, Value::Undef | Value::None) {
        return left(vm, args, BinOp::Pow);
    }
    let taken = takes(BinOp::Pow, args.get(0), args.get(1)) && takes(BinOp::Pow, args.get(0), modulus);
    if taken { builtins::power(vm, args) } else { value(Value::NotImplemented) }
}

/// `a.__divmod__(b)`
fn div_mod(vm: &mut Vm, args: Args<'_>, swapped: bool) -> R {
    let (a, b) = (args.get(0), args.get(1));
    if !takes(BinOp::FloorDiv, a, b) {
        return value(Value::NotImplemented);
    }
    if swapped { builtins::divmod_of(vm, b, a) } else { builtins::divmod_of(vm, a, b) }
}

/// `a.__lt__(b)`
fn compare(vm: &mut Vm, args: Args<'_>, op: CmpOp) -> R {
    use Value::*;
    let (a, b) = (args.get(0), args.get(1));
    let equality = matches!(op, CmpOp::Eq | CmpOp::Ne);
    let known = match (a, b) {
        (Complex(_), _) => equality && takes(BinOp::Add, a, b),
        (Int(_) | Big(_) | Bool(_) | Float(_), _) => takes(BinOp::Add, a, b),
        (Str(_), Str(_)) | (Bytes(_), Bytes(_)) | (List(_), List(_)) | (Slice(_), Slice(_)) => true,
        (Tuple(_) | StructSeq(_), Tuple(_) | StructSeq(_)) => true,
        (Set(_) | FrozenSet(_), Set(_) | FrozenSet(_)) => true,
        (View(v), Set(_) | FrozenSet(_) | View(_)) => vm.heap.get(v).kind != ViewKind::Values,
        (Dict(_), Dict(_)) | (Range(_), Range(_)) | (Method(_), Method(_)) | (Alias(_), Alias(_)) => equality,
        // By its identity: whatever it is not, it may still be equal to.
        _ => equality && a.is(b),
    };
    if known { ops::compare(vm, op, a, b) } else { value(NotImplemented) }
}

/// All rows as functions, ordered by type and name.
fn table() -> &'static [NativeDef] {
    static TABLE: OnceLock<Box<[NativeDef]>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let slots = [OPERATORS, INPLACE, COMPARISONS, OTHERS].into_iter().flatten();
        let rows = slots.flat_map(|slot| {
            slot.types.iter().copied().flatten().map(move |&ty| NativeDef {
                name: slot.name,
                kind: NativeKind::Slot(ty),
                arity: Arity::Slot(slot.arguments.0, slot.arguments.1),
                call: slot.call,
            })
        });
        let mut rows: Box<[NativeDef]> = rows.collect();
        rows.sort_unstable_by_key(|row| (row.kind.owner(), row.name));
        rows
    })
}

/// The special methods that a type itself has, by name.
pub fn of(ty: TypeId) -> &'static [NativeDef] {
    let table = table();
    let from = table.partition_point(|row| row.kind.owner() < Some(ty));
    let to = table.partition_point(|row| row.kind.owner() <= Some(ty));
    &table[from..to]
}

/// A special method that a type itself has.
pub fn find(ty: TypeId, name: &str) -> Option<&'static NativeDef> {
    let rows = of(ty);
    rows.binary_search_by_key(&name, |row| row.name).ok().map(|at| &rows[at])
}

/// Whether instances of a type cannot be hashed: their `__hash__` is `None`.
pub fn is_unhashable(ty: TypeId) -> bool {
    matches!(ty, T::List | T::Dict | T::Set | T::DictKeys | T::DictItems)
}
