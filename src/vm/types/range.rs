//! `range`.

use crate::vm::flow::R;
use crate::vm::value::Ref;
use crate::vm::vm::Vm;
use num_bigint::BigInt;
use num_traits::{Signed, Zero};

use crate::vm::heap::{Heap, HeapObject, Tracer};
use crate::vm::value::Value;

/// A range. The bounds are integers of any size ([`Value::Int`] or [`Value::Big`]).
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// First value.
    pub start: Value,
    /// End, exclusive.
    pub stop: Value,
    /// Step, never 0.
    pub step: Value,
}

impl HeapObject for Range {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.value(self.start);
        tracer.value(self.stop);
        tracer.value(self.step);
        None
    }
}

/// What two equal ranges have in common, as bytes to hash: length, first value and step as far as they matter.
pub fn length_text(heap: &Heap, range: &Range) -> String {
    let start = big_of(heap, range.start);
    let length = length(heap, range);
    if length.is_zero() {
        return "0".to_owned();
    }
    if length == BigInt::from(1) {
        return format!("1,{start}");
    }
    format!("{length},{start},{}", big_of(heap, range.step))
}

/// How many values a range has.
pub fn length(heap: &Heap, range: &Range) -> BigInt {
    let (start, stop, step) = (big_of(heap, range.start), big_of(heap, range.stop), big_of(heap, range.step));
    let (span, step) = if step.is_negative() { (start - stop, -step) } else { (stop - start, step) };
    if span.is_positive() { (span - 1) / step + 1 } else { BigInt::from(0) }
}

/// An integer value as a big integer.
pub fn big_of(heap: &Heap, value: Value) -> BigInt {
    match value {
        Value::Int(i) => BigInt::from(i),
        Value::Bool(b) => BigInt::from(u8::from(b)),
        Value::Big(r) => heap.get(r).value.clone(),
        _ => unreachable!("range bounds are integers"),
    }
}

/// in for range
pub fn contains(vm: &mut Vm, _r: Ref<Range>, _item: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "in for range"))
}

/// subscripts of range
pub fn get_item(vm: &mut Vm, _r: Ref<Range>, _key: Value) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "subscripts of range"))
}

/// len of range
pub fn len(vm: &mut Vm, _r: Ref<Range>) -> R {
    Err(crate::vm::exceptions::unsupported(vm, "len of range"))
}
