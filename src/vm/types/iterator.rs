//! Built-in iterators: their state. What `next` does with it is in [`crate::vm::iter`].

use super::bytes::Bytes;
use super::dict::Dict;
use super::list::List;
use super::set::Set;
use super::str::Str;
use super::tuple::Tuple;
use super::view::ViewKind;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::{Ref, Value};

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
    /// The name of the iterator's type.
    pub fn type_name(&self, heap: &crate::vm::heap::Heap) -> &'static str {
        match self {
            Iter::Exhausted(of) => of.0,
            Iter::Range { .. } => "range_iterator",
            Iter::BigRange { .. } => "longrange_iterator",
            Iter::List { .. } => "list_iterator",
            Iter::ListReversed { .. } => "list_reverseiterator",
            Iter::Tuple { .. } => "tuple_iterator",
            Iter::Str { text, .. } if heap.get(*text).chars == heap.str(*text).len() => "str_ascii_iterator",
            Iter::Str { .. } => "str_iterator",
            Iter::Bytes { .. } => "bytes_iterator",
            Iter::Dict { kind, reversed, .. } => match (kind, reversed) {
                (ViewKind::Keys, false) => "dict_keyiterator",
                (ViewKind::Values, false) => "dict_valueiterator",
                (ViewKind::Items, false) => "dict_itemiterator",
                (ViewKind::Keys, true) => "dict_reversekeyiterator",
                (ViewKind::Values, true) => "dict_reversevalueiterator",
                (ViewKind::Items, true) => "dict_reverseitemiterator",
            },
            Iter::Set { .. } => "set_iterator",
            Iter::SequenceReversed { .. } => "reversed",
            Iter::Callable { .. } => "callable_iterator",
            Iter::Enumerate { .. } => "enumerate",
            Iter::Zip { .. } => "zip",
            Iter::Map { .. } => "map",
            Iter::Filter { .. } => "filter",
            Iter::Lines(_) => "_io.TextIOWrapper",
        }
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
