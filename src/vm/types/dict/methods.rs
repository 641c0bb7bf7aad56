//! The methods of `dict`.

use super::update::{copy, merge, update};
use super::{Dict, Found, insert_new, lookup, quick};
use crate::vm::flow::{Flow, R, value};
use crate::vm::heap::Tracer;
use crate::vm::native::{Args, Arity, NativeDef, method, static_method};
use crate::vm::tasks::{self, Action, Sink, Target, drain, keyed, trace_flow};
use crate::vm::type_id::TypeId;
use crate::vm::types::view::{View, ViewKind};
use crate::vm::types::{self, PLAIN, TypeSpec};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Type row.
pub const SPEC: TypeSpec = TypeSpec { methods: METHODS, construct: Some(construct), ..PLAIN };

static METHODS: &[NativeDef] = &[
    method(TypeId::Dict, "clear", Arity::None, clear),
    method(TypeId::Dict, "copy", Arity::None, copy_method),
    static_method(TypeId::Dict, "fromkeys", Arity::Range(1, 2), fromkeys),
    method(TypeId::Dict, "get", Arity::Range(1, 2), get),
    method(TypeId::Dict, "items", Arity::None, items),
    method(TypeId::Dict, "keys", Arity::None, keys),
    method(TypeId::Dict, "pop", Arity::Range(1, 2), pop),
    method(TypeId::Dict, "popitem", Arity::None, popitem),
    method(TypeId::Dict, "setdefault", Arity::Range(1, 2), setdefault),
    method(TypeId::Dict, "update", Arity::Free, update_method),
    method(TypeId::Dict, "values", Arity::None, values),
    method(TypeId::Dict, "__contains__", Arity::One, types::common::contains),
    method(TypeId::Dict, "__getitem__", Arity::One, types::common::get_item),
    method(TypeId::Dict, "__reversed__", Arity::None, types::common::reversed),
];

#[inline]
fn this(vm: &mut Vm, args: Args<'_>, name: &str) -> R<Ref<Dict>> {
    match args.get(0) {
        Value::Dict(d) => Ok(d),
        _ => Err(types::wrong_receiver(vm, args, TypeId::Dict, name)),
    }
}

/// `dict(mapping or pairs, **more)`
fn construct(vm: &mut Vm, args: Args<'_>) -> R {
    types::arity(vm, args, "dict", 0, 1)?;
    if let (Value::Dict(from), false) = (args.get(0), args.has_keywords()) {
        return copy(vm, from);
    }
    let d = vm.dict();
    take(vm, d, args.get(0), args, Value::Dict(d))
}

fn update_method(vm: &mut Vm, args: Args<'_>) -> R {
    let d = this(vm, args, "update")?;
    types::arity(vm, args.rest(), "update", 0, 1)?;
    take(vm, d, args.get(1), args, Value::None)
}

/// Takes what `src` holds, if it is given, and then the keyword arguments.
fn take(vm: &mut Vm, d: Ref<Dict>, src: Value, args: Args<'_>, result: Value) -> R {
    let more = if args.has_keywords() { Value::Dict(keywords(vm, args)) } else { Value::Undef };
    let flow = match src {
        Value::Undef => Flow::Value(result),
        src => update(vm, d, src, result)?,
    };
    if more.is_undef() {
        return Ok(flow);
    }
    tasks::then(vm, flow, [Value::Dict(d), more], |vm, [d, more], result| match (d, more) {
        (Value::Dict(d), Value::Dict(more)) => merge(vm, d, more, result),
        _ => unreachable!("as captured"),
    })
}

/// The keyword arguments of a call as a dict.
pub fn keywords(vm: &mut Vm, args: Args<'_>) -> Ref<Dict> {
    let d = vm.dict();
    for (name, v) in args.keywords() {
        if let Value::Str(name) = name {
            super::insert_str(vm, d, name, v);
        }
    }
    d
}

fn clear(vm: &mut Vm, args: Args<'_>) -> R {
    let d = this(vm, args, "clear")?;
    let version = vm.next_keys_version();
    let mut dict = vm.heap.get_mut(d);
    dict.table.clear();
    dict.keys_version = version;
    value(Value::None)
}

fn copy_method(vm: &mut Vm, args: Args<'_>) -> R {
    let d = this(vm, args, "copy")?;
    copy(vm, d)
}

fn fromkeys(vm: &mut Vm, args: Args<'_>) -> R {
    let d = vm.dict();
    let v = args.get(1).bound().unwrap_or(Value::None);
    drain(vm, args.get(0), Keys { dict: d, v, pending: None })
}

/// Binds keys to one value.
struct Keys {
    dict: Ref<Dict>,
    v: Value,
    pending: Option<Flow>,
}

impl Sink for Keys {
    fn take(&mut self, vm: &mut Vm, key: Value) -> R<Option<Flow>> {
        match keyed(vm, Target::Dict(self.dict), key, Action::Set(self.v))? {
            Flow::Value(_) => {}
            flow => self.pending = Some(flow),
        }
        Ok(None)
    }

    fn wants(&mut self) -> Option<Flow> {
        self.pending.take()
    }

    fn finish(&mut self, _: &mut Vm) -> R {
        value(Value::Dict(self.dict))
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.dict);
        tracer.value(self.v);
        if let Some(flow) = &self.pending {
            trace_flow(flow, tracer);
        }
    }
}

fn get(vm: &mut Vm, args: Args<'_>) -> R {
    let d = this(vm, args, "get")?;
    let (key, default) = (args.get(1), args.get(2).bound().unwrap_or(Value::None));
    if let Some(position) = quick(vm, d, &key) {
        return value(vm.heap.get(d).table.value_at(position));
    }
    match lookup(vm, d, key)? {
        Found::At(position) => value(vm.heap.get(d).table.value_at(position)),
        Found::Absent(_) => value(default),
        Found::Slow => keyed(vm, Target::Dict(d), key, Action::GetOr(default)),
    }
}

fn view(vm: &mut Vm, dict: Ref<Dict>, kind: ViewKind) -> R {
    value(Value::View(vm.heap.alloc(View { dict, kind })))
}

fn items(vm: &mut Vm, args: Args<'_>) -> R {
    let d = this(vm, args, "items")?;
    view(vm, d, ViewKind::Items)
}

fn keys(vm: &mut Vm, args: Args<'_>) -> R {
    let d = this(vm, args, "keys")?;
    view(vm, d, ViewKind::Keys)
}

fn values(vm: &mut Vm, args: Args<'_>) -> R {
    let d = this(vm, args, "values")?;
    view(vm, d, ViewKind::Values)
}

fn pop(vm: &mut Vm, args: Args<'_>) -> R {
    let d = this(vm, args, "pop")?;
    if vm.heap.get(d).table.is_empty() {
        // The key is not even hashed.
        return match args.get(2) {
            Value::Undef => Err(vm.key_error(args.get(1))),
            default => value(default),
        };
    }
    keyed(vm, Target::Dict(d), args.get(1), Action::Pop(args.get(2)))
}

fn popitem(vm: &mut Vm, args: Args<'_>) -> R {
    let d = this(vm, args, "popitem")?;
    let table = &vm.heap.get(d).table;
    let Some((position, entry)) = table.prev_before(table.positions()) else {
        let message = vm.str("popitem(): dictionary is empty");
        return Err(vm.key_error(message));
    };
    let entry = *entry;
    super::remove_at(vm, d, position);
    value(vm.tuple([entry.key, entry.value]))
}

fn setdefault(vm: &mut Vm, args: Args<'_>) -> R {
    let d = this(vm, args, "setdefault")?;
    let (key, default) = (args.get(1), args.get(2).bound().unwrap_or(Value::None));
    match lookup(vm, d, key)? {
        Found::At(position) => value(vm.heap.get(d).table.value_at(position)),
        Found::Absent(hash) => {
            insert_new(vm, d, hash, key, default);
            value(default)
        }
        Found::Slow => keyed(vm, Target::Dict(d), key, Action::SetDefault(default)),
    }
}
