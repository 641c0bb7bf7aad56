//! `str`: the data, and the operators. Text is UTF-8; positions are code points.
//!
//! Owns how text is stored, indexed and put together. Never holds a lone surrogate.

mod concat;
mod fields;
pub mod index;
mod join;
mod long;
pub mod methods;
mod search;
mod split;
mod strip;
mod translate;

use std::cell::{Cell, OnceCell};

use super::super::value::{Ref, Value};
use super::slice::Slice;
use crate::limits;
use crate::vm::flow::{R, value};
use crate::vm::heap::{Dead, Heap, HeapObject, Tracer};
use crate::vm::native::{Args, Signature};
use crate::vm::tasks::{self, Places};
use crate::vm::types::bytes::codec;
use crate::vm::vm::Vm;

pub use crate::vm::format::percent_str as percent;

/// A string. Its text is read with [`crate::vm::heap::Heap::str`], because it may be part of a shared buffer.
#[derive(Clone, Debug)]
pub struct Str {
    pub(in crate::vm) text: Text,
    /// Code points. Equal to the length in bytes for ASCII.
    pub chars: usize,
    /// The table hash once it has been computed, else 0.
    pub hash: Cell<u64>,
    /// Byte offsets of every 64th code point, made when a non-ASCII string is first indexed.
    pub(in crate::vm) index: OnceCell<Box<[u32]>>,
    /// Whether the run's table of interned strings names it.
    pub(in crate::vm) interned: bool,
}

/// Bytes that an interned string takes in the table, its text apart.
const INTERNED_BYTES: usize = 48;

/// Where the text is.
#[derive(Clone, Debug)]
pub(in crate::vm) enum Text {
    /// It is this string's own.
    Owned(Box<str>),
    /// It is the first `len` bytes of a buffer that `s += x` appends to.
    Shared { buffer: Ref<StrBuffer>, len: usize },
}

/// The result of a growing concatenation. Appending never changes what the strings that share it see,
/// because each knows its length; only the one that ends where the buffer ends can append in place.
#[derive(Clone, Debug)]
pub struct StrBuffer {
    /// The text.
    pub text: String,
}

impl Str {
    /// A string with its own text.
    pub fn new(text: Box<str>) -> Str {
        let chars = if text.is_ascii() { text.len() } else { text.chars().count() };
        Str::with_chars(text, chars)
    }

    /// As [`Str::new`] when the number of code points is known.
    pub fn with_chars(text: Box<str>, chars: usize) -> Str {
        Str { text: Text::Owned(text), chars, hash: Cell::new(0), index: OnceCell::new(), interned: false }
    }
}

impl HeapObject for Str {
    fn payload_bytes(&self) -> usize {
        match &self.text {
            Text::Owned(text) if self.interned => 2 * text.len() + INTERNED_BYTES,
            Text::Owned(text) => text.len(),
            Text::Shared { .. } => 0,
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        if let Text::Shared { buffer, .. } = self.text {
            tracer.object(buffer);
        }
        None
    }

    fn bury(self, index: u32, dead: &mut Dead) {
        if self.interned
            && let Text::Owned(text) = self.text
        {
            dead.interned.push((text, index));
        }
    }
}

impl HeapObject for StrBuffer {
    fn payload_bytes(&self) -> usize {
        self.text.capacity()
    }

    fn trace(&self, _: &mut Tracer<'_>, _: usize) -> Option<usize> {
        None
    }
}

impl Heap {
    /// The text of a string.
    #[inline]
    pub fn str(&self, r: Ref<Str>) -> &str {
        match &self.get(r).text {
            Text::Owned(text) => text,
            Text::Shared { buffer, len } => &self.get(*buffer).text[..*len],
        }
    }

    /// The length of a string in code points.
    #[inline]
    pub fn str_len(&self, r: Ref<Str>) -> usize {
        self.get(r).chars
    }

    /// Whether a string is ASCII: positions in code points are positions in bytes.
    #[inline]
    pub fn str_is_ascii(&self, r: Ref<Str>) -> bool {
        self.get(r).chars == self.str(r).len()
    }

    /// The offset in bytes of the `i`-th code point, `i <= chars`.
    pub fn str_offset(&self, r: Ref<Str>, i: usize) -> usize {
        let text = self.str(r);
        let s = self.get(r);
        if s.chars == text.len() {
            return i;
        }
        if i == s.chars {
            return text.len();
        }
        let index = s.index.get_or_init(|| sample_offsets(text));
        let from = index[i / SAMPLE] as usize;
        let rest = text[from..].char_indices().nth(i % SAMPLE).map_or(0, |(at, _)| at);
        from + rest
    }

    /// The `i`-th code point, `i < chars`.
    pub fn str_char(&self, r: Ref<Str>, i: usize) -> char {
        let text = self.str(r);
        if self.get(r).chars == text.len() {
            return text.as_bytes()[i] as char;
        }
        text[self.str_offset(r, i)..].chars().next().expect("i is below the length")
    }
}

/// Code points between two sampled offsets.
const SAMPLE: usize = 64;

fn sample_offsets(text: &str) -> Box<[u32]> {
    text.char_indices().step_by(SAMPLE).map(|(at, _)| at as u32).collect()
}

/// `a + b`. A left operand that is itself the result of a concatenation is extended in place.
pub fn concat(vm: &mut Vm, a: Ref<Str>, b: Ref<Str>) -> R {
    let (a_len, b_len) = (vm.heap.str(a).len(), vm.heap.str(b).len());
    if a_len == 0 {
        return value(Value::Str(b));
    }
    if b_len == 0 {
        return value(Value::Str(a));
    }
    let len = a_len + b_len;
    let chars = vm.heap.get(a).chars + vm.heap.get(b).chars;
    if len < limits::STR_BUFFER_MIN_BYTES {
        let mut text = String::with_capacity(len);
        text.push_str(vm.heap.str(a));
        text.push_str(vm.heap.str(b));
        return value(Value::Str(vm.heap.alloc(Str::with_chars(text.into_boxed_str(), chars))));
    }
    if vm.heap.would_exceed(len) {
        vm.reserve(len)?;
    }
    let buffer = match vm.heap.get(a).text {
        Text::Shared { buffer, len: a_end }
            if vm.heap.get(buffer).text.len() == a_end
                && (len <= concat::AT_ONCE_BYTES
                    || b_len <= concat::AT_ONCE_BYTES && vm.heap.get(buffer).text.capacity() >= len) =>
        {
            vm.charge(b_len / 16);
            append_to_buffer(vm, buffer, b);
            buffer
        }
        _ if len > concat::AT_ONCE_BYTES => return concat::concat_long(vm, a, b),
        _ => {
            vm.charge(len / 16);
            let mut text = String::with_capacity(len + len / 4);
            text.push_str(vm.heap.str(a));
            text.push_str(vm.heap.str(b));
            vm.heap.alloc(StrBuffer { text })
        }
    };
    let text = Text::Shared { buffer, len };
    let hash = Cell::new(0);
    value(Value::Str(vm.heap.alloc(Str { text, chars, hash, index: OnceCell::new(), interned: false })))
}

fn append_to_buffer(vm: &mut Vm, buffer: Ref<StrBuffer>, b: Ref<Str>) {
    // The right operand may live in the same buffer, so its text is copied first.
    let right = vm.heap.str(b).to_owned();
    vm.heap.get_mut(buffer).text.push_str(&right);
}

/// The string that is the whole text of a buffer; `chars` is its number of code points.
pub fn shared(vm: &mut Vm, buffer: Ref<StrBuffer>, chars: usize) -> Value {
    let len = vm.heap.get(buffer).text.len();
    let text = Text::Shared { buffer, len };
    Value::Str(vm.heap.alloc(Str {
        text,
        chars,
        hash: Cell::new(0),
        index: OnceCell::new(),
        interned: false,
    }))
}

/// Bytes up to which a repetition is made in one step.
const REPEAT_AT_ONCE_BYTES: usize = 4 * limits::MIB;

/// `s * count`
pub fn repeat(vm: &mut Vm, s: Ref<Str>, count: Value) -> R {
    let count = index::repeat_count(vm, count)?;
    let (len, chars) = (vm.heap.str(s).len(), vm.heap.get(s).chars);
    if count == 1 {
        return value(Value::Str(s));
    }
    if len.checked_mul(count).is_none_or(|bytes| bytes > isize::MAX as usize) {
        return Err(vm.overflow_error("repeated string is too long"));
    }
    vm.room_for(len * count)?;
    if len * count > REPEAT_AT_ONCE_BYTES {
        return join::repeat_long(vm, s, count);
    }
    vm.charge(len * count / 16);
    let text = vm.heap.str(s).repeat(count);
    if text.len() <= 1 {
        return value(vm.string(text));
    }
    value(Value::Str(vm.heap.alloc(Str::with_chars(text.into_boxed_str(), chars * count))))
}

/// `item in s`
pub fn contains(vm: &mut Vm, s: Ref<Str>, item: Value) -> R {
    let Value::Str(item) = item else {
        let name = vm.type_name(item);
        return Err(vm.type_error(format!("'in <string>' requires string as left operand, not {name}")));
    };
    let (len, wanted) = (vm.heap.str(s).len(), vm.heap.str(item).len());
    if wanted == 0 || wanted > len {
        return value(Value::Bool(wanted == 0));
    }
    tasks::search_text(vm, Value::Str(s), Value::Str(item), (0, len), Places::Any)
}

/// `s[key]`
pub fn get_item(vm: &mut Vm, s: Ref<Str>, key: Value) -> R {
    let i = match key {
        Value::Slice(slice) => {
            let slice = *vm.heap.get(slice);
            return get_slice(vm, s, &slice);
        }
        Value::Int(_) | Value::Bool(_) | Value::Big(_) => key,
        _ => {
            let name = vm.type_name(key);
            return Err(vm.type_error(format!("string indices must be integers, not '{name}'")));
        }
    };
    let chars = vm.heap.get(s).chars;
    let Some(i) = index::position(vm, i, chars)? else {
        return Err(vm.index_error("string index out of range"));
    };
    let c = vm.heap.str_char(s, i);
    value(vm.char(c))
}

/// `s[start:stop:step]`
pub fn get_slice(vm: &mut Vm, s: Ref<Str>, slice: &Slice) -> R {
    let chars = vm.heap.get(s).chars;
    let index::Bounds { start, step, count } = index::bounds(vm, slice, chars)?;
    if step == 1 {
        if count == chars {
            return value(Value::Str(s));
        }
        return value(substring(vm, s, start, start + count));
    }
    vm.room_for(count)?;
    if count > long::AT_ONCE_BYTES {
        return long::work_on(vm, s, long::Work::Pick { next: start, step, left: count });
    }
    vm.charge(count / 4);
    let ascii = vm.heap.str_is_ascii(s);
    let text = vm.heap.str(s);
    let at = |i: usize| (start as i64 + i as i64 * step) as usize;
    let picked: String = if ascii {
        (0..count).map(|i| char::from(text.as_bytes()[at(i)])).collect()
    } else if step == -1 {
        let (from, to) = (at(count.saturating_sub(1)), start + 1);
        let (from, to) = if count == 0 { (0, 0) } else { (from, to) };
        text[vm.heap.str_offset(s, from)..vm.heap.str_offset(s, to)].chars().rev().collect()
    } else {
        (0..count).map(|i| vm.heap.str_char(s, at(i))).collect()
    };
    value(vm.string(picked))
}

/// The code points from `start` to `stop` as a string.
pub fn substring(vm: &mut Vm, s: Ref<Str>, start: usize, stop: usize) -> Value {
    let (from, to) = (vm.heap.str_offset(s, start), vm.heap.str_offset(s, stop));
    vm.charge((to - from) / 16);
    if to - from <= 1 {
        let text = vm.heap.str(s)[from..to].to_owned();
        return vm.string(text);
    }
    let text: Box<str> = vm.heap.str(s)[from..to].into();
    Value::Str(vm.heap.alloc(Str::with_chars(text, stop - start)))
}

/// The parts of an f-string, all of them strings, put together.
pub fn build(vm: &mut Vm, parts: &[Value]) -> R<Value> {
    let (mut len, mut chars) = (0, 0);
    for &part in parts {
        let Value::Str(part) = part else { unreachable!("format() makes strings") };
        len += vm.heap.str(part).len();
        chars += vm.heap.get(part).chars;
    }
    vm.reserve(len)?;
    let mut text = String::with_capacity(len);
    for &part in parts {
        let Value::Str(part) = part else { continue };
        text.push_str(vm.heap.str(part));
    }
    if len <= 1 {
        return Ok(vm.string(text));
    }
    Ok(Value::Str(vm.heap.alloc(Str::with_chars(text.into_boxed_str(), chars))))
}

/// `str(object='')`, `str(bytes, encoding, errors)`
pub fn construct(vm: &mut Vm, args: Args<'_>) -> R {
    if args.len() == 1 && !args.has_keywords() {
        return crate::vm::format::str(vm, args.get(0));
    }
    if args.len() > 3 {
        let given = args.len();
        return Err(vm.type_error(format!("str expected at most 3 arguments, got {given}")));
    }
    const SIGNATURE: Signature<3> = Signature {
        function: "str",
        names: ["object", "encoding", "errors"],
        positional_only: 0,
        positional: 3,
        required: 0,
    };
    let [object, encoding, errors] = args.bind(vm, &SIGNATURE)?;
    if object.is_undef() {
        return value(vm.str(""));
    }
    if encoding.is_undef() && errors.is_undef() {
        return crate::vm::format::str(vm, object);
    }
    let (codec, errors) = codec::arguments(vm, "str", encoding, errors)?;
    match object {
        Value::Bytes(b) => codec::decode(vm, b, codec, errors).and_then(value),
        Value::Str(_) => Err(vm.type_error("decoding str is not supported")),
        other => {
            let name = vm.type_name(other);
            Err(vm.type_error(format!("decoding to str: need a bytes-like object, {name} found")))
        }
    }
}
