//! `tuple`.

use super::slice::{self, Slice};
use super::{PLAIN, TypeSpec};
use crate::vm::compare::tuple_items;
use crate::vm::flow::{R, value};
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::native::{Args, Arity, NativeDef, method};
use crate::vm::tasks::{self, Piece, SearchFor, Shape};
use crate::vm::type_id::TypeId;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// A tuple.
#[derive(Clone, Debug)]
pub struct Tuple {
    /// The elements.
    pub items: Box<[Value]>,
}

impl HeapObject for Tuple {
    fn payload_bytes(&self) -> usize {
        self.items.len() * size_of::<Value>()
    }

    fn trace(&self, tracer: &mut Tracer<'_>, from: usize) -> Option<usize> {
        tracer.slice(&self.items, from)
    }
}

/// Type row.
pub const SPEC: TypeSpec = TypeSpec { methods: METHODS, construct: Some(construct), ..PLAIN };

static METHODS: &[NativeDef] = &[
    method(TypeId::Tuple, "count", Arity::One, count),
    method(TypeId::Tuple, "index", Arity::Range(1, 3), index),
];

fn this(vm: &mut Vm, args: Args<'_>, name: &str) -> R<Value> {
    match args.get(0) {
        v @ (Value::Tuple(_) | Value::StructSeq(_)) => Ok(v),
        _ => Err(super::wrong_receiver(vm, args, TypeId::Tuple, name)),
    }
}

/// `tuple(iterable)`
fn construct(vm: &mut Vm, args: Args<'_>) -> R {
    args.no_keywords(vm, "tuple")?;
    super::arity(vm, args, "tuple", 0, 1)?;
    match args.get(0) {
        Value::Undef => value(vm.tuple([])),
        same @ Value::Tuple(_) => value(same),
        source @ (Value::List(_) | Value::StructSeq(_)) => {
            let all = Piece::all(&vm.heap, source);
            tasks::copy(vm, [all, Piece { count: 0, ..all }], 1, Shape::Tuple)
        }
        iterable => {
            let flow = tasks::collect(vm, iterable)?;
            tasks::then(vm, flow, [], |vm, [], list| {
                let Value::List(l) = list else { unreachable!("collecting makes a list") };
                let items = std::mem::take(&mut vm.heap.get_mut(l).items);
                value(vm.tuple(items))
            })
        }
    }
}

fn count(vm: &mut Vm, args: Args<'_>) -> R {
    let t = this(vm, args, "count")?;
    tasks::search_for(vm, t, args.get(1), 0..usize::MAX, SearchFor::Count)
}

fn index(vm: &mut Vm, args: Args<'_>) -> R {
    let t = this(vm, args, "index")?;
    let len = tuple_items(&vm.heap, t).len();
    let range = super::list::search_range(vm, args, len)?;
    tasks::search_for(vm, t, args.get(1), range, SearchFor::Index)
}

/// `tuple * n`
pub fn repeat(vm: &mut Vm, t: Value, count: Value) -> R {
    let times = super::list::times(vm, count)?;
    if times == 1 && matches!(t, Value::Tuple(_)) {
        return value(t);
    }
    let all = Piece::all(&vm.heap, t);
    tasks::copy(vm, [all, Piece { count: 0, ..all }], times, Shape::Tuple)
}

/// `tuple + tuple`
pub fn concat(vm: &mut Vm, a: Value, b: Value) -> R {
    let pieces = [a, b].map(|t| Piece::all(&vm.heap, t));
    match (a, b) {
        (Value::Tuple(_), _) if pieces[1].count == 0 => value(a),
        (_, Value::Tuple(_)) if pieces[0].count == 0 => value(b),
        _ => tasks::copy(vm, pieces, 1, Shape::Tuple),
    }
}

/// `tuple[key]`
pub fn get_item(vm: &mut Vm, t: Value, key: Value) -> R {
    if let Value::Slice(s) = key {
        let s = *vm.heap.get(s);
        return get_slice(vm, t, &s);
    }
    let i = slice::index(vm, key, "tuple")?;
    let items = tuple_items(&vm.heap, t);
    match slice::place(i, items.len()) {
        Some(at) => value(items[at]),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

/// `tuple[slice]`
pub fn get_slice(vm: &mut Vm, t: Value, s: &Slice) -> R {
    let len = tuple_items(&vm.heap, t).len();
    let span = slice::resolve(vm, s, len)?;
    if span.count == len && span.step == 1 && matches!(t, Value::Tuple(_)) {
        return value(t);
    }
    let piece = super::list::piece(t, span);
    tasks::copy(vm, [piece, Piece { count: 0, ..piece }], 1, Shape::Tuple)
}
