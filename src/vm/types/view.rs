//! `dict_keys`, `dict_values`, `dict_items`.

use super::dict::{self, Dict, Found};
use super::set::{self, Set};
use super::{PLAIN, TypeSpec};
use crate::bytecode::BinOp;
use crate::vm::flow::{Flow, R, value};
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::iter;
use crate::vm::native::{Args, Arity, NativeDef, method};
use crate::vm::tasks::{self, Action, Each, Target, keyed, set_work};
use crate::vm::type_id::TypeId;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// What a view shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewKind {
    /// `d.keys()`
    Keys,
    /// `d.values()`
    Values,
    /// `d.items()`
    Items,
}

/// A view of a dict.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// The dict.
    pub dict: Ref<Dict>,
    /// What it shows.
    pub kind: ViewKind,
}

impl HeapObject for View {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.object(self.dict);
        None
    }
}

/// Type row of the views of keys and items.
pub const SET_LIKE: TypeSpec =
    TypeSpec { methods: SET_METHODS, attribute: Some(attribute), attribute_names: &["mapping"], ..PLAIN };

/// Type row of the view of values.
pub const VALUES: TypeSpec =
    TypeSpec { methods: VALUES_METHODS, attribute: Some(attribute), attribute_names: &["mapping"], ..PLAIN };

static SET_METHODS: &[NativeDef] = &[
    method(TypeId::DictKeys, "isdisjoint", Arity::One, isdisjoint),
    method(TypeId::DictKeys, "__reversed__", Arity::None, super::common::reversed),
];

static VALUES_METHODS: &[NativeDef] =
    &[method(TypeId::DictValues, "__reversed__", Arity::None, super::common::reversed)];

/// `view.mapping` is the dict itself: pyrust has no read-only proxies yet.
fn attribute(vm: &mut Vm, v: Value, name: &str) -> R<Option<Value>> {
    let Value::View(view) = v else { return Ok(None) };
    Ok((name == "mapping").then(|| Value::Dict(vm.heap.get(view).dict)))
}

fn isdisjoint(vm: &mut Vm, args: Args<'_>) -> R {
    match args.get(0) {
        v @ Value::View(_) => set_work(vm, Each::NoneIn, args.get(1), None, v, Value::None),
        _ => Err(super::wrong_receiver(vm, args, TypeId::DictKeys, "isdisjoint")),
    }
}

/// `item in view`
pub fn contains(vm: &mut Vm, view: Ref<View>, item: Value) -> R {
    let view = *vm.heap.get(view);
    match view.kind {
        ViewKind::Keys => keyed(vm, Target::Dict(view.dict), item, Action::Contains),
        ViewKind::Values => {
            let iterator = iter::over_dict(vm, view.dict, ViewKind::Values, false);
            let iterator = Value::Iter(vm.heap.alloc(iterator));
            tasks::search_iterator(vm, iterator, item)
        }
        ViewKind::Items => {
            let (Value::Tuple(_) | Value::StructSeq(_)) = item else { return value(Value::Bool(false)) };
            let &[key, v] = tasks::items(&vm.heap, item) else { return value(Value::Bool(false)) };
            let flow = match dict::lookup(vm, view.dict, key)? {
                Found::At(position) => Flow::Value(vm.heap.get(view.dict).table.value_at(position)),
                Found::Absent(_) => return value(Value::Bool(false)),
                Found::Slow => keyed(vm, Target::Dict(view.dict), key, Action::GetOr(Value::Undef))?,
            };
            tasks::then(vm, flow, [v], |vm, [v], mine| {
                if mine.is_undef() {
                    return value(Value::Bool(false));
                }
                match crate::vm::compare::eq_charged(vm, mine, v) {
                    Some(same) => value(Value::Bool(same)),
                    None => tasks::equal(vm, mine, v, false),
                }
            })
        }
    }
}

/// `view & iterable` and the like: a new set.
pub fn binary(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> R<Option<Flow>> {
    if is_values(vm, a) || is_values(vm, b) && !matches!(a, Value::View(_)) {
        return Ok(None);
    }
    let made = vm.heap.alloc(Set::default());
    let result = Value::Set(made);
    let each = match op {
        BinOp::And => Each::AddIfIn,
        BinOp::Or | BinOp::Xor | BinOp::Sub => Each::Add,
        _ => return Ok(None),
    };
    if each == Each::AddIfIn {
        let (source, other) = if iterates_itself(vm, a, b) { (a, b) } else { (b, a) };
        return set_work(vm, each, source, Some(made), other, result).map(Some);
    }
    let flow = set_work(vm, Each::Add, a, Some(made), result, result)?;
    let next: fn(&mut Vm, [Value; 1], Value) -> R = match op {
        BinOp::Or => |vm, [b], made| set::apply(vm, Each::Add, made, b),
        BinOp::Sub => |vm, [b], made| set::apply(vm, Each::Discard, made, b),
        _ => |vm, [b], made| set::apply(vm, Each::Toggle, made, b),
    };
    tasks::then(vm, flow, [b], next).map(Some)
}

/// Whether `a & b` takes the elements of `a` and looks each up in `b`, rather than the other way round:
/// as CPython chooses, which shows in the order and in what must be hashable.
fn iterates_itself(vm: &Vm, a: Value, b: Value) -> bool {
    let length = |v: Ref<View>| vm.heap.get(vm.heap.get(v).dict).table.len();
    match (a, b) {
        (Value::View(x), Value::View(y)) => length(y) > length(x),
        (Value::View(x), Value::Set(s)) => length(x) <= vm.heap.get(s).table.len(),
        (Value::View(_), _) => false,
        _ => true,
    }
}

fn is_values(vm: &Vm, v: Value) -> bool {
    matches!(v, Value::View(r) if vm.heap.get(r).kind == ViewKind::Values)
}
