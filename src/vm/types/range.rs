//! `range`.

use num_bigint::BigInt;
use num_traits::{FromPrimitive, Signed, ToPrimitive, Zero};

use super::TypeSpec;
use super::slice;
use crate::vm::flow::{R, Trap, value};
use crate::vm::heap::{Heap, HeapObject, Tracer};
use crate::vm::native::{Args, Arity, NativeDef, method};
use crate::vm::tasks;
use crate::vm::type_id::TypeId;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

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

/// A range whose bounds fit 64 bits.
#[derive(Clone, Copy, Debug)]
pub struct Small {
    /// First value.
    pub start: i64,
    /// Step.
    pub step: i64,
    /// How many values.
    pub count: u64,
}

impl Range {
    /// The range if its bounds fit 64 bits.
    #[inline]
    pub fn small(&self) -> Option<Small> {
        let (Value::Int(start), Value::Int(stop), Value::Int(step)) = (self.start, self.stop, self.step)
        else {
            return None;
        };
        let (span, distance) = if step > 0 {
            (i128::from(stop) - i128::from(start), i128::from(step))
        } else {
            (i128::from(start) - i128::from(stop), -i128::from(step))
        };
        let count = if span <= 0 {
            0
        } else if distance == 1 {
            span as u64
        } else {
            ((span - 1) / distance + 1) as u64
        };
        Some(Small { start, step, count })
    }
}

impl Small {
    /// The value at an index below the count; it lies between the bounds.
    #[inline]
    pub fn at(self, i: u64) -> i64 {
        self.start.wrapping_add((i as i64).wrapping_mul(self.step))
    }

    /// The index of a value.
    fn position(self, v: i64) -> Option<u64> {
        let offset = i128::from(v) - i128::from(self.start);
        let step = i128::from(self.step);
        let i = offset / step;
        (offset % step == 0 && i >= 0 && i < i128::from(self.count)).then_some(i as u64)
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

/// Whether two ranges hold the same values.
pub fn same(heap: &Heap, a: &Range, b: &Range) -> bool {
    match (a.small(), b.small()) {
        (Some(x), Some(y)) => {
            x.count == y.count && (x.count == 0 || x.start == y.start && (x.count == 1 || x.step == y.step))
        }
        _ => length_text(heap, a) == length_text(heap, b),
    }
}

/// How many values a range has.
pub fn length(heap: &Heap, range: &Range) -> BigInt {
    if let Some(small) = range.small() {
        return BigInt::from(small.count);
    }
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

/// Type row.
pub const SPEC: TypeSpec = TypeSpec {
    methods: METHODS,
    construct: Some(construct),
    attribute: Some(attribute),
    attribute_names: &["start", "stop", "step"],
    set_attribute: Some(super::readonly),
};

static METHODS: &[NativeDef] = &[
    method(TypeId::Range, "count", Arity::One, count),
    method(TypeId::Range, "index", Arity::One, index),
    method(TypeId::Range, "__reversed__", Arity::None, super::common::reversed),
];

fn construct(vm: &mut Vm, args: Args<'_>) -> R {
    args.no_keywords(vm, "range")?;
    super::arity(vm, args, "range", 1, 3)?;
    let mut bounds = [Value::Int(0), Value::Int(0), Value::Int(1)];
    match args.len() {
        1 => bounds[1] = args.get(0),
        n => bounds[..n].copy_from_slice(args.pos()),
    }
    for bound in &mut bounds {
        *bound = match *bound {
            Value::Bool(b) => Value::Int(i64::from(b)),
            v @ (Value::Int(_) | Value::Big(_)) => v,
            v => return Err(not_an_integer(vm, v)),
        };
    }
    let [start, stop, step] = bounds;
    if matches!(step, Value::Int(0)) {
        return Err(vm.value_error("range() arg 3 must not be zero"));
    }
    value(Value::Range(vm.heap.alloc(Range { start, stop, step })))
}

fn not_an_integer(vm: &mut Vm, v: Value) -> Trap {
    let name = vm.type_name(v);
    vm.type_error(format!("'{name}' object cannot be interpreted as an integer"))
}

fn attribute(vm: &mut Vm, v: Value, name: &str) -> R<Option<Value>> {
    let Value::Range(r) = v else { return Ok(None) };
    let range = vm.heap.get(r);
    Ok(match name {
        "start" => Some(range.start),
        "stop" => Some(range.stop),
        "step" => Some(range.step),
        _ => None,
    })
}

fn this(vm: &mut Vm, args: Args<'_>, name: &str) -> R<Ref<Range>> {
    match args.get(0) {
        Value::Range(r) => Ok(r),
        _ => Err(super::wrong_receiver(vm, args, TypeId::Range, name)),
    }
}

/// The index of a value in a range, if it is there.
fn position(vm: &mut Vm, r: Ref<Range>, item: Value) -> Option<Value> {
    let range = *vm.heap.get(r);
    let item = match item {
        Value::Bool(b) => Value::Int(i64::from(b)),
        Value::Int(_) | Value::Big(_) => item,
        Value::Float(f) if f.fract() == 0.0 => vm.int(BigInt::from_f64(f)?),
        Value::Complex(c) if vm.heap.get(c).im == 0.0 => {
            let re = vm.heap.get(c).re;
            return position(vm, r, Value::Float(re));
        }
        _ => return None,
    };
    if let (Some(small), Value::Int(i)) = (range.small(), item) {
        return small.position(i).map(|at| vm.int128(i128::from(at)));
    }
    let offset = big_of(&vm.heap, item) - big_of(&vm.heap, range.start);
    let step = big_of(&vm.heap, range.step);
    if !(&offset % &step).is_zero() {
        return None;
    }
    let at = offset / step;
    (!at.is_negative() && at < length(&vm.heap, &range)).then(|| vm.int(at))
}

/// `item in range`
pub fn contains(vm: &mut Vm, r: Ref<Range>, item: Value) -> R {
    value(Value::Bool(position(vm, r, item).is_some()))
}

fn count(vm: &mut Vm, args: Args<'_>) -> R {
    let r = this(vm, args, "count")?;
    value(Value::Int(i64::from(position(vm, r, args.get(1)).is_some())))
}

fn index(vm: &mut Vm, args: Args<'_>) -> R {
    let r = this(vm, args, "index")?;
    let item = args.get(1);
    match position(vm, r, item) {
        Some(at) => value(at),
        None if matches!(item, Value::Int(_) | Value::Big(_) | Value::Bool(_)) => {
            tasks::raise_with_repr(vm, TypeId::ValueError, item, " is not in range")
        }
        None => Err(vm.value_error("sequence.index(x): x not in sequence")),
    }
}

/// `range[key]`
pub fn get_item(vm: &mut Vm, r: Ref<Range>, key: Value) -> R {
    let range = *vm.heap.get(r);
    let i = match key {
        Value::Int(i) => i,
        Value::Bool(b) => i64::from(b),
        Value::Big(_) => return big_item(vm, &range, key),
        Value::Slice(s) => return slice_of(vm, &range, s),
        _ => return slice::index(vm, key, "range").and_then(|i| value(Value::Int(i))),
    };
    let Some(small) = range.small() else { return big_item(vm, &range, key) };
    let at = if i < 0 { i128::from(i) + i128::from(small.count) } else { i128::from(i) };
    if at < 0 || at >= i128::from(small.count) {
        return Err(vm.index_error("range object index out of range"));
    }
    value(Value::Int(small.at(at as u64)))
}

fn big_item(vm: &mut Vm, range: &Range, key: Value) -> R {
    let length = length(&vm.heap, range);
    let mut at = big_of(&vm.heap, key);
    if at.is_negative() {
        at += &length;
    }
    if at.is_negative() || at >= length {
        return Err(vm.index_error("range object index out of range"));
    }
    let v = big_of(&vm.heap, range.start) + at * big_of(&vm.heap, range.step);
    value(vm.int(v))
}

fn slice_of(vm: &mut Vm, range: &Range, s: Ref<slice::Slice>) -> R {
    let length = length(&vm.heap, range);
    let [start, stop, step] = slice::big_parts(vm, s, &length)?;
    let (first, distance) = (big_of(&vm.heap, range.start), big_of(&vm.heap, range.step));
    let start = vm.int(&first + start * &distance);
    let stop = vm.int(first + stop * &distance);
    let step = vm.int(distance * step);
    value(Value::Range(vm.heap.alloc(Range { start, stop, step })))
}

/// `len(range)`
pub fn len(vm: &mut Vm, r: Ref<Range>) -> R {
    let range = *vm.heap.get(r);
    let length = match range.small() {
        Some(small) => i64::try_from(small.count).ok(),
        None => length(&vm.heap, &range).to_i64(),
    };
    match length {
        Some(n) => value(Value::Int(n)),
        None => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

/// The range backwards.
pub fn reversed(vm: &mut Vm, r: Ref<Range>) -> Range {
    let range = *vm.heap.get(r);
    let length = length(&vm.heap, &range);
    let (start, step) = (big_of(&vm.heap, range.start), big_of(&vm.heap, range.step));
    let last = &start + (length - 1) * &step;
    Range { start: vm.int(last), stop: vm.int(start - &step), step: vm.int(-step) }
}
