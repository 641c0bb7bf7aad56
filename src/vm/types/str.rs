//! `str`: the data. Text is UTF-8; positions are code points.

use super::slice::Slice;
use std::cell::{Cell, OnceCell};

use super::super::value::{Ref, Value};
use crate::limits;
use crate::vm::flow::R;
use crate::vm::heap::{Heap, HeapObject, Tracer};
use crate::vm::vm::Vm;

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
}

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
        Str { text: Text::Owned(text), chars, hash: Cell::new(0), index: OnceCell::new() }
    }
}

impl HeapObject for Str {
    fn payload_bytes(&self) -> usize {
        match &self.text {
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
pub fn concat(vm: &mut Vm, a: Ref<Str>, b: Ref<Str>) -> R<Value> {
    let (a_len, b_len) = (vm.heap.str(a).len(), vm.heap.str(b).len());
    if a_len == 0 {
        return Ok(Value::Str(b));
    }
    if b_len == 0 {
        return Ok(Value::Str(a));
    }
    let len = a_len + b_len;
    let chars = vm.heap.get(a).chars + vm.heap.get(b).chars;
    if len < limits::STR_BUFFER_MIN_BYTES {
        let mut text = String::with_capacity(len);
        text.push_str(vm.heap.str(a));
        text.push_str(vm.heap.str(b));
        return Ok(Value::Str(vm.heap.alloc(Str::with_chars(text.into_boxed_str(), chars))));
    }
    if vm.heap.would_exceed(len) {
        vm.reserve(len)?;
    }
    let buffer = match vm.heap.get(a).text {
        Text::Shared { buffer, len } if vm.heap.get(buffer).text.len() == len => {
            vm.charge(b_len / 16);
            append_to_buffer(vm, buffer, b);
            buffer
        }
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
    Ok(Value::Str(vm.heap.alloc(Str { text, chars, hash, index: OnceCell::new() })))
}

fn append_to_buffer(vm: &mut Vm, buffer: Ref<StrBuffer>, b: Ref<Str>) {
    // The right operand may live in the same buffer, so its text is copied first.
    let right = vm.heap.str(b).to_owned();
    vm.heap.get_mut(buffer).text.push_str(&right);
}

/// % formatting of str
pub fn percent(vm: &mut Vm, _a: Value, _b: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "% formatting of str"))
}

/// str repetition
pub fn repeat(vm: &mut Vm, _s: Ref<Str>, _count: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "str repetition"))
}

/// in for str
pub fn contains(vm: &mut Vm, _s: Ref<Str>, _item: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "in for str"))
}

/// subscripts of str
pub fn get_item(vm: &mut Vm, _s: Ref<Str>, _key: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "subscripts of str"))
}

/// slices of str
pub fn get_slice(vm: &mut Vm, _s: Ref<Str>, _slice: &Slice) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "slices of str"))
}

/// f-strings
pub fn build(vm: &mut Vm, _parts: &[Value]) -> R<Value> {
    Err(crate::vm::exceptions::unsupported(vm, "f-strings"))
}
