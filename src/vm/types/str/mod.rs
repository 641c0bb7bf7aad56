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
mod text;
mod translate;

use compact_str::CompactString;

use super::super::value::{Ref, Value};
use super::slice::Slice;
use crate::limits;
use crate::vm::flow::{R, value};
use crate::vm::native::{Args, Signature};
use crate::vm::tasks::{self, Places};
use crate::vm::text::float_repr::push_float_repr;
use crate::vm::types::bytes::codec;
use crate::vm::vm::Vm;

pub use crate::vm::format::percent_str as percent;
pub use text::{Str, StrBuffer};

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
    let chars = vm.heap.get(a).chars() + vm.heap.get(b).chars();
    if len < limits::STR_BUFFER_MIN_BYTES {
        let joined = Str::joined(vm.heap.str(a), vm.heap.str(b), chars);
        return value(Value::Str(vm.heap.alloc(joined)));
    }
    if vm.heap.would_exceed(len) {
        vm.reserve(len)?;
    }
    let buffer = match vm.heap.get(a).buffer() {
        Some((buffer, a_end))
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
            vm.heap.alloc(StrBuffer::new(text))
        }
    };
    value(Value::Str(vm.heap.alloc(Str::shared(buffer, len, chars))))
}

fn append_to_buffer(vm: &mut Vm, buffer: Ref<StrBuffer>, b: Ref<Str>) {
    // The right operand may live in the same buffer, so its text is copied first, mostly to this stack.
    let right = CompactString::new(vm.heap.str(b));
    vm.heap.get_mut(buffer).text.push_str(&right);
}

/// The string that is the whole text of a buffer; `chars` is its number of code points.
pub fn shared(vm: &mut Vm, buffer: Ref<StrBuffer>, chars: usize) -> Value {
    let len = vm.heap.get(buffer).text.len();
    Value::Str(vm.heap.alloc(Str::shared(buffer, len, chars)))
}

/// Bytes up to which a repetition is made in one step.
const REPEAT_AT_ONCE_BYTES: usize = 4 * limits::MIB;

/// `s * count`
pub fn repeat(vm: &mut Vm, s: Ref<Str>, count: Value) -> R {
    let count = index::repeat_count(vm, count)?;
    let (len, chars) = (vm.heap.str(s).len(), vm.heap.get(s).chars());
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
    value(Value::Str(vm.heap.alloc(Str::owning_chars(text, chars * count))))
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
    let chars = vm.heap.get(s).chars();
    let Some(i) = index::position(vm, i, chars)? else {
        return Err(vm.index_error("string index out of range"));
    };
    let c = vm.heap.str_char(s, i);
    value(vm.char(c))
}

/// `s[start:stop:step]`
pub fn get_slice(vm: &mut Vm, s: Ref<Str>, slice: &Slice) -> R {
    let chars = vm.heap.get(s).chars();
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
    let part = Str::with_chars(&vm.heap.str(s)[from..to], stop - start);
    Value::Str(vm.heap.alloc(part))
}

/// Longest number in an f-string without a specification, in bytes.
const NUMBER_BYTES_MAX: usize = 32;

/// The parts of an f-string put together: strings, and numbers that are yet to be written.
pub fn build(vm: &mut Vm, parts: &[Value]) -> R<Value> {
    if let [only @ Value::Str(_)] = *parts {
        return Ok(only);
    }
    let (mut len, mut chars) = (0, 0);
    for &part in parts {
        if let Value::Str(part) = part {
            len += vm.heap.str(part).len();
            chars += vm.heap.get(part).chars();
        } else {
            len += NUMBER_BYTES_MAX;
        }
    }
    vm.reserve(len)?;
    let mut text = std::mem::take(&mut vm.scratch);
    for &part in parts {
        match part {
            Value::Str(part) => text.push_str(vm.heap.str(part)),
            number => {
                let before = text.len();
                push_number(number, &mut text);
                chars += text.len() - before;
            }
        }
    }
    let built = match text.len() {
        ..=1 => vm.str(&text),
        _ => Value::Str(vm.heap.alloc(Str::with_chars(&text, chars))),
    };
    vm.keep_scratch(text);
    Ok(built)
}

fn push_number(number: Value, out: &mut String) {
    match number {
        Value::Int(i) => out.push_str(itoa::Buffer::new().format(i)),
        Value::Float(x) => push_float_repr(x, out),
        _ => unreachable!("Op::Format leaves strings, integers and floats"),
    }
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
    codec::names(vm, "str", encoding, errors)?;
    match object {
        // CPython does not look up the codec for nothing.
        Value::Bytes(b) if vm.heap.get(b).data.is_empty() => value(vm.str("")),
        Value::Bytes(b) => {
            let (codec, errors) = codec::arguments(vm, "str", encoding, errors)?;
            codec::decode(vm, b, codec, errors).and_then(value)
        }
        Value::Str(_) => Err(vm.type_error("decoding str is not supported")),
        other => {
            let name = vm.type_name(other);
            Err(vm.type_error(format!("decoding to str: need a bytes-like object, {name} found")))
        }
    }
}
