//! The methods of `list`.

use super::{List, extend, remove_at, shrink};
use crate::vm::flow::{R, value};
use crate::vm::native::{Args, Arity, NativeDef, method};
use crate::vm::tasks::{self, Piece, SearchFor, Shape};
use crate::vm::type_id::TypeId;
use crate::vm::types::{self, PLAIN, TypeSpec, slice};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Type row.
pub const SPEC: TypeSpec = TypeSpec { methods: METHODS, construct: Some(construct), ..PLAIN };

static METHODS: &[NativeDef] = &[
    method(TypeId::List, "append", Arity::One, append),
    method(TypeId::List, "clear", Arity::None, clear),
    method(TypeId::List, "copy", Arity::None, copy),
    method(TypeId::List, "count", Arity::One, count),
    method(TypeId::List, "extend", Arity::One, extend_method),
    method(TypeId::List, "index", Arity::Range(1, 3), index),
    method(TypeId::List, "insert", Arity::Range(2, 2), insert),
    method(TypeId::List, "pop", Arity::Range(0, 1), pop),
    method(TypeId::List, "remove", Arity::One, remove),
    method(TypeId::List, "reverse", Arity::None, reverse),
    method(TypeId::List, "sort", Arity::Free, super::sort::sort_method),
    method(TypeId::List, "__getitem__", Arity::One, types::common::get_item),
    method(TypeId::List, "__reversed__", Arity::None, types::common::reversed),
];

/// The receiver of a method of `list`.
#[inline]
pub fn this(vm: &mut Vm, args: Args<'_>, name: &str) -> R<Ref<List>> {
    match args.get(0) {
        Value::List(l) => Ok(l),
        _ => Err(types::wrong_receiver(vm, args, TypeId::List, name)),
    }
}

/// `list(iterable)`
fn construct(vm: &mut Vm, args: Args<'_>) -> R {
    args.no_keywords(vm, "list")?;
    types::arity(vm, args, "list", 0, 1)?;
    match args.get(0) {
        Value::Undef => value(vm.list(Vec::new())),
        iterable => tasks::collect(vm, iterable),
    }
}

fn append(vm: &mut Vm, args: Args<'_>) -> R {
    let l = this(vm, args, "append")?;
    match super::append(vm, l, args.get(1)) {
        Some(flow) => Ok(flow),
        None => value(Value::None),
    }
}

fn clear(vm: &mut Vm, args: Args<'_>) -> R {
    let l = this(vm, args, "clear")?;
    vm.heap.get_mut(l).items = Vec::new();
    value(Value::None)
}

fn copy(vm: &mut Vm, args: Args<'_>) -> R {
    let l = this(vm, args, "copy")?;
    let all = Piece::all(&vm.heap, Value::List(l));
    tasks::copy(vm, [all, Piece { count: 0, ..all }], 1, Shape::List)
}

fn count(vm: &mut Vm, args: Args<'_>) -> R {
    let l = this(vm, args, "count")?;
    tasks::search_for(vm, Value::List(l), args.get(1), 0..usize::MAX, SearchFor::Count)
}

fn extend_method(vm: &mut Vm, args: Args<'_>) -> R {
    let l = this(vm, args, "extend")?;
    extend(vm, l, args.get(1), Shape::Nothing)
}

fn index(vm: &mut Vm, args: Args<'_>) -> R {
    let l = this(vm, args, "index")?;
    let len = vm.heap.get(l).items.len();
    let range = search_range(vm, args, len)?;
    tasks::search_for(vm, Value::List(l), args.get(1), range, SearchFor::Index)
}

/// The bounds of `index(x, start, stop)`.
pub fn search_range(vm: &mut Vm, args: Args<'_>, len: usize) -> R<std::ops::Range<usize>> {
    let start = match args.get(2) {
        Value::Undef => 0,
        v => slice::bound(vm, v, len)?,
    };
    let stop = match args.get(3) {
        Value::Undef => usize::MAX,
        v => slice::bound(vm, v, len)?,
    };
    Ok(start..stop)
}

fn insert(vm: &mut Vm, args: Args<'_>) -> R {
    let l = this(vm, args, "insert")?;
    let i = slice::integer(vm, args.get(1))?;
    let len = vm.heap.get(l).items.len() as i64;
    let at = if i < 0 { (i.saturating_add(len)).max(0) } else { i.min(len) };
    vm.charge((len - at) as usize / 32);
    vm.heap.get_mut(l).items.insert(at as usize, args.get(2));
    value(Value::None)
}

fn pop(vm: &mut Vm, args: Args<'_>) -> R {
    let l = this(vm, args, "pop")?;
    if args.len() == 1 {
        let items = &mut vm.heap.store_into(l, Value::Undef).items;
        let Some(v) = items.pop() else { return Err(vm.index_error("pop from empty list")) };
        if items.len() < items.capacity() / 4 {
            shrink(vm, l);
        }
        return value(v);
    }
    let i = slice::integer(vm, args.get(1))?;
    let len = vm.heap.get(l).items.len();
    match slice::place(i, len) {
        Some(at) => value(remove_at(vm, l, at)),
        None if len == 0 => Err(vm.index_error("pop from empty list")),
        None => Err(vm.index_error("pop index out of range")),
    }
}

fn remove(vm: &mut Vm, args: Args<'_>) -> R {
    let l = this(vm, args, "remove")?;
    tasks::search_for(vm, Value::List(l), args.get(1), 0..usize::MAX, SearchFor::Remove)
}

fn reverse(vm: &mut Vm, args: Args<'_>) -> R {
    let l = this(vm, args, "reverse")?;
    vm.charge(vm.heap.get(l).items.len() / 8);
    vm.heap.get_mut(l).items.reverse();
    value(Value::None)
}
