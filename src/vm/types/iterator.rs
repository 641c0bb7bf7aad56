//! Built-in iterators: their state. What `next` does with it is in [`crate::vm::iter`].

use super::bytes::Bytes;
use super::dict::Dict;
use super::list::List;
use super::set::Set;
use super::str::Str;
use super::tuple::Tuple;
use super::view::ViewKind;
use super::{PLAIN, TypeSpec};
use crate::vm::flow::{R, value};
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::iter;
use crate::vm::native::{Args, Arity, NativeDef, method};
use crate::vm::ops;
use crate::vm::type_id::TypeId;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// A built-in iterator.
#[derive(Clone, Debug)]
pub enum Iter {
    /// Nothing is left.
    Exhausted(ExhaustedOf),
    /// Over a range that fits 64 bits: `left` values from `next` on.
    Range {
        /// The next value.
        next: i64,
        /// Added after each.
        step: i64,
        /// How many are left.
        left: u64,
    },
    /// Over a range beyond 64 bits.
    BigRange {
        /// The next value.
        next: Value,
        /// Added after each.
        step: Value,
        /// How many are left.
        left: Value,
    },
    /// Over a list.
    List {
        /// What is iterated over.
        list: Ref<List>,
        /// The next index.
        index: usize,
    },
    /// Backwards over a list; `left` elements are left.
    ListReversed {
        /// What is iterated over.
        list: Ref<List>,
        /// Elements left.
        left: usize,
    },
    /// Over a tuple.
    Tuple {
        /// What is iterated over.
        tuple: Ref<Tuple>,
        /// The next index.
        index: usize,
    },
    /// Over a string.
    Str {
        /// What is iterated over.
        text: Ref<Str>,
        /// The next code point's offset in bytes.
        offset: usize,
    },
    /// Over bytes.
    Bytes {
        /// What is iterated over.
        bytes: Ref<Bytes>,
        /// The next index.
        index: usize,
    },
    /// Over a dict or one of its views.
    Dict {
        /// What is iterated over.
        dict: Ref<Dict>,
        /// Keys, values or items.
        kind: ViewKind,
        /// The next position in the table, or one past it when `reversed`.
        position: usize,
        /// The dict's length when the iteration began; a change is an error.
        expected: usize,
        /// From the last to the first.
        reversed: bool,
    },
    /// Over a set.
    Set {
        /// What is iterated over.
        set: Ref<Set>,
        /// The next position in the table.
        position: usize,
        /// The set's length when the iteration began; a change is an error.
        expected: usize,
    },
    /// Backwards over anything with a length and subscripts.
    SequenceReversed {
        /// What is iterated over.
        sequence: Value,
        /// Elements left.
        left: usize,
    },
    /// `iter(callable, sentinel)`
    Callable {
        /// Called without arguments.
        callable: Value,
        /// Ends the iteration.
        sentinel: Value,
    },
    /// `enumerate`
    Enumerate {
        /// The inner iterator.
        inner: Value,
        /// The next index, an integer of any size.
        count: Value,
    },
    /// `zip`
    Zip {
        /// The inner iterators.
        inner: Ref<Tuple>,
        /// Whether different lengths are an error.
        strict: bool,
    },
    /// `map`
    Map {
        /// The function.
        function: Value,
        /// The inner iterators.
        inner: Ref<Tuple>,
    },
    /// `filter`
    Filter {
        /// The predicate, or `None` for truth.
        function: Value,
        /// The inner iterator.
        inner: Value,
    },
    /// Lines of standard input.
    Lines(Value),
}

/// What an exhausted iterator was over, for its type's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExhaustedOf(pub &'static str);

impl Iter {
    /// The iterator's type.
    pub fn type_id(&self, heap: &crate::vm::heap::Heap) -> TypeId {
        match self {
            Iter::Exhausted(of) => {
                TypeId::ALL.iter().copied().find(|ty| ty.name() == of.0).unwrap_or(TypeId::Iterator)
            }
            Iter::Range { .. } => TypeId::RangeIterator,
            Iter::BigRange { .. } => TypeId::LongRangeIterator,
            Iter::List { .. } => TypeId::ListIterator,
            Iter::ListReversed { .. } => TypeId::ListReverseIterator,
            Iter::Tuple { .. } => TypeId::TupleIterator,
            Iter::Str { text, .. } if heap.str_is_ascii(*text) => TypeId::StrAsciiIterator,
            Iter::Str { .. } => TypeId::StrIterator,
            Iter::Bytes { .. } => TypeId::BytesIterator,
            Iter::Dict { kind, reversed, .. } => match (kind, reversed) {
                (ViewKind::Keys, false) => TypeId::DictKeyIterator,
                (ViewKind::Values, false) => TypeId::DictValueIterator,
                (ViewKind::Items, false) => TypeId::DictItemIterator,
                (ViewKind::Keys, true) => TypeId::DictReverseKeyIterator,
                (ViewKind::Values, true) => TypeId::DictReverseValueIterator,
                (ViewKind::Items, true) => TypeId::DictReverseItemIterator,
            },
            Iter::Set { .. } => TypeId::SetIterator,
            Iter::SequenceReversed { .. } => TypeId::Reversed,
            Iter::Callable { .. } => TypeId::CallableIterator,
            Iter::Enumerate { .. } => TypeId::Enumerate,
            Iter::Zip { .. } => TypeId::Zip,
            Iter::Map { .. } => TypeId::Map,
            Iter::Filter { .. } => TypeId::Filter,
            Iter::Lines(_) => TypeId::TextIoWrapper,
        }
    }

    /// The name of the iterator's type.
    pub fn type_name(&self, heap: &crate::vm::heap::Heap) -> &'static str {
        self.type_id(heap).name()
    }
}

impl HeapObject for Iter {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        match *self {
            Iter::Exhausted(_) | Iter::Range { .. } => {}
            Iter::BigRange { next, step, left } => {
                tracer.value(next);
                tracer.value(step);
                tracer.value(left);
            }
            Iter::List { list, .. } | Iter::ListReversed { list, .. } => tracer.object(list),
            Iter::Tuple { tuple, .. } => tracer.object(tuple),
            Iter::Str { text, .. } => tracer.object(text),
            Iter::Bytes { bytes, .. } => tracer.object(bytes),
            Iter::Dict { dict, .. } => tracer.object(dict),
            Iter::Set { set, .. } => tracer.object(set),
            Iter::SequenceReversed { sequence, .. } => tracer.value(sequence),
            Iter::Callable { callable, sentinel } => {
                tracer.value(callable);
                tracer.value(sentinel);
            }
            Iter::Enumerate { inner, count } => {
                tracer.value(inner);
                tracer.value(count);
            }
            Iter::Zip { inner, .. } => tracer.object(inner),
            Iter::Map { function, inner } => {
                tracer.value(function);
                tracer.object(inner);
            }
            Iter::Filter { function, inner } => {
                tracer.value(function);
                tracer.value(inner);
            }
            Iter::Lines(file) => tracer.value(file),
        }
        None
    }
}

/// Type row of the iterators over containers.
pub const SPEC: TypeSpec = TypeSpec { methods: METHODS, ..PLAIN };
/// Type row of `enumerate`.
pub const ENUMERATE: TypeSpec = TypeSpec { methods: METHODS, construct: Some(enumerate), ..PLAIN };
/// Type row of `zip`.
pub const ZIP: TypeSpec = TypeSpec { methods: METHODS, construct: Some(zip), ..PLAIN };
/// Type row of `map`.
pub const MAP: TypeSpec = TypeSpec { methods: METHODS, construct: Some(map), ..PLAIN };
/// Type row of `filter`.
pub const FILTER: TypeSpec = TypeSpec { methods: METHODS, construct: Some(filter), ..PLAIN };
/// Type row of `reversed`.
pub const REVERSED: TypeSpec = TypeSpec { methods: METHODS, construct: Some(reversed), ..PLAIN };

static METHODS: &[NativeDef] = &[method(TypeId::Iterator, "__length_hint__", Arity::None, length_hint)];

fn made(vm: &mut Vm, iterator: Iter) -> R {
    value(Value::Iter(vm.heap.alloc(iterator)))
}

/// `enumerate(iterable, start=0)`
fn enumerate(vm: &mut Vm, args: Args<'_>) -> R {
    let given = args.len() + args.keywords().count();
    if args.len() > 2 || given > 2 {
        return Err(vm.type_error(format!("enumerate() takes at most 2 arguments ({given} given)")));
    }
    let mut bound = [args.get(0), args.get(1)];
    for (name, v) in args.keywords() {
        let Value::Str(name) = name else { continue };
        let at = ["iterable", "start"].iter().position(|n| *n == vm.heap.str(name));
        match at {
            Some(at) if bound[at].is_undef() && (at == 0 || given == 2) => bound[at] = v,
            _ => {
                let name = vm.heap.str(name).to_owned();
                let message = format!("'{name}' is an invalid keyword argument for enumerate()");
                return Err(vm.type_error(message));
            }
        }
    }
    let [iterable, start] = bound;
    if iterable.is_undef() {
        return Err(vm.type_error("enumerate() missing required argument 'iterable'"));
    }
    let count = match start {
        Value::Undef => Value::Int(0),
        Value::Int(_) | Value::Big(_) => start,
        Value::Bool(b) => Value::Int(i64::from(b)),
        other => {
            let name = vm.type_name(other);
            return Err(vm.type_error(format!("'{name}' object cannot be interpreted as an integer")));
        }
    };
    let inner = iter::get_iter_now(vm, iterable)?;
    made(vm, Iter::Enumerate { inner, count })
}

/// The iterators over several iterables, as a tuple.
fn iterators(vm: &mut Vm, iterables: &[Value]) -> R<Ref<Tuple>> {
    let mut inner = Vec::with_capacity(iterables.len());
    for &iterable in iterables {
        inner.push(iter::get_iter_now(vm, iterable)?);
    }
    Ok(vm.tuple_ref(inner))
}

/// `zip(*iterables, strict=False)`
fn zip(vm: &mut Vm, args: Args<'_>) -> R {
    let mut strict = false;
    for (name, v) in args.keywords() {
        let Value::Str(name) = name else { continue };
        if vm.heap.str(name) != "strict" {
            let name = vm.heap.str(name).to_owned();
            return Err(vm.type_error(format!("zip() got an unexpected keyword argument '{name}'")));
        }
        strict = ops::truth_now(vm, v);
    }
    let inner = iterators(vm, args.pos())?;
    made(vm, Iter::Zip { inner, strict })
}

/// `map(function, *iterables)`
fn map(vm: &mut Vm, args: Args<'_>) -> R {
    args.no_keywords(vm, "map")?;
    let [function, iterables @ ..] = args.pos() else {
        return Err(vm.type_error("map() must have at least two arguments."));
    };
    if iterables.is_empty() {
        return Err(vm.type_error("map() must have at least two arguments."));
    }
    let inner = iterators(vm, iterables)?;
    made(vm, Iter::Map { function: *function, inner })
}

/// `filter(function, iterable)`
fn filter(vm: &mut Vm, args: Args<'_>) -> R {
    args.no_keywords(vm, "filter")?;
    super::arity(vm, args, "filter", 2, 2)?;
    let inner = iter::get_iter_now(vm, args.get(1))?;
    made(vm, Iter::Filter { function: args.get(0), inner })
}

/// `reversed(sequence)`
fn reversed(vm: &mut Vm, args: Args<'_>) -> R {
    args.no_keywords(vm, "reversed")?;
    super::arity(vm, args, "reversed", 1, 1)?;
    value(iter::reversed(vm, args.get(0))?)
}

/// `it.__length_hint__()`
fn length_hint(vm: &mut Vm, args: Args<'_>) -> R {
    let Value::Iter(r) = args.get(0) else {
        return Err(super::wrong_receiver(vm, args, TypeId::Iterator, "__length_hint__"));
    };
    let left = match *vm.heap.get(r) {
        Iter::Range { left, .. } => left as usize,
        Iter::List { list, index } => vm.heap.get(list).items.len().saturating_sub(index),
        Iter::Tuple { tuple, index } => vm.heap.get(tuple).items.len().saturating_sub(index),
        Iter::Bytes { bytes, index } => vm.heap.get(bytes).data.len().saturating_sub(index),
        Iter::Str { text, offset } => vm.heap.str(text).len().saturating_sub(offset),
        Iter::ListReversed { left, .. } | Iter::SequenceReversed { left, .. } => left,
        Iter::Dict { dict, position, expected, reversed, .. } => {
            let table = &vm.heap.get(dict).table;
            let before = if reversed { position } else { table.positions() };
            let after = if reversed { 0 } else { position };
            if table.len() == expected { table.live_between(after, before) } else { 0 }
        }
        Iter::Set { set, position, expected } => {
            let table = &vm.heap.get(set).table;
            if table.len() == expected { table.live_between(position, table.positions()) } else { 0 }
        }
        _ => 0,
    };
    value(Value::Int(left as i64))
}
