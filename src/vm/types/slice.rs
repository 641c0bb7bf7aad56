//! `slice`, and what indices and slices mean for a sequence of a given length.

use num_bigint::{BigInt, Sign};
use num_traits::{Signed, Zero};

use super::TypeSpec;
use super::range::big_of;
use crate::vm::flow::{R, Trap, value};
use crate::vm::heap::{Heap, HeapObject, Tracer};
use crate::vm::native::{Args, Arity, NativeDef, method};
use crate::vm::type_id::TypeId;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// A slice object; any part may be `None`.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    /// Where it starts.
    pub start: Value,
    /// Where it stops, exclusive.
    pub stop: Value,
    /// The step.
    pub step: Value,
}

impl HeapObject for Slice {
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

/// What a slice selects of a sequence of known length: `count` elements from `start` on, `step` apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Index of the first element; only meaningful when there is one, or for insertion.
    pub start: i64,
    /// Where it stops, exclusive.
    pub stop: i64,
    /// Never 0.
    pub step: i64,
    /// How many elements.
    pub count: usize,
}

impl Span {
    /// The selected indices in ascending order: first, distance, how many.
    pub fn ascending(self) -> (usize, usize, usize) {
        if self.count == 0 {
            return (self.start.max(0) as usize, 1, 0);
        }
        let distance = self.step.unsigned_abs() as usize;
        let first = if self.step > 0 { self.start } else { self.start + self.step * (self.count as i64 - 1) };
        (first as usize, distance, self.count)
    }
}

/// What a slice selects of `len` elements.
pub fn resolve(vm: &mut Vm, slice: &Slice, len: usize) -> R<Span> {
    let step = match part(vm, slice.step)? {
        None => 1,
        Some(0) => return Err(vm.value_error("slice step cannot be zero")),
        Some(step) => step.max(-i64::MAX),
    };
    let len = len as i64;
    let (lowest, highest) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let clamp = |bound: i64| {
        let from_start = if bound < 0 { bound.saturating_add(len) } else { bound };
        from_start.clamp(lowest, highest)
    };
    let start = part(vm, slice.start)?.map_or(if step < 0 { highest } else { lowest }, clamp);
    let stop = part(vm, slice.stop)?.map_or(if step < 0 { lowest } else { highest }, clamp);
    let count = if step < 0 && stop < start {
        (start - stop - 1) / -step + 1
    } else if step > 0 && start < stop {
        (stop - start - 1) / step + 1
    } else {
        0
    };
    Ok(Span { start, stop, step, count: count as usize })
}

/// A part of a slice; integers beyond 64 bits are as good as the largest.
fn part(vm: &mut Vm, v: Value) -> R<Option<i64>> {
    Ok(Some(match v {
        Value::None => return Ok(None),
        Value::Int(i) => i,
        Value::Bool(b) => i64::from(b),
        Value::Big(r) if vm.heap.get(r).value.sign() == Sign::Minus => i64::MIN,
        Value::Big(_) => i64::MAX,
        _ => return Err(not_an_index(vm)),
    }))
}

fn not_an_index(vm: &mut Vm) -> Trap {
    vm.type_error("slice indices must be integers or None or have an __index__ method")
}

/// An index into a sequence as it was given; `what` is the sequence's type in the complaint.
#[inline]
pub fn index(vm: &mut Vm, key: Value, what: &str) -> R<i64> {
    match key {
        Value::Int(i) => Ok(i),
        Value::Bool(b) => Ok(i64::from(b)),
        _ => Err(bad_index(vm, key, what)),
    }
}

#[cold]
fn bad_index(vm: &mut Vm, key: Value, what: &str) -> Trap {
    if let Value::Big(_) = key {
        return vm.index_error("cannot fit 'int' into an index-sized integer");
    }
    let name = vm.type_name(key);
    vm.type_error(format!("{what} indices must be integers or slices, not {name}"))
}

/// An index counted from the start, if there is such an element.
#[inline]
pub fn place(index: i64, len: usize) -> Option<usize> {
    let at = if index < 0 { index.wrapping_add(len as i64) } else { index };
    if (at as u64) < len as u64 { Some(at as usize) } else { None }
}

/// An integer argument (a count, a position); what does not fit 64 bits is an `OverflowError`.
pub fn integer(vm: &mut Vm, v: Value) -> R<i64> {
    match v {
        Value::Int(i) => Ok(i),
        Value::Bool(b) => Ok(i64::from(b)),
        Value::Big(_) => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
        _ => {
            let name = vm.type_name(v);
            Err(vm.type_error(format!("'{name}' object cannot be interpreted as an integer")))
        }
    }
}

/// A bound as `list.index` takes it: too large integers are clamped.
pub fn bound(vm: &mut Vm, v: Value, len: usize) -> R<usize> {
    let i = match v {
        Value::None => return Err(not_an_index_strict(vm)),
        v => part(vm, v).map_err(|_| not_an_index_strict(vm))?.unwrap_or(0),
    };
    let at = if i < 0 { i.saturating_add(len as i64).max(0) } else { i };
    Ok(usize::try_from(at).unwrap_or(usize::MAX))
}

fn not_an_index_strict(vm: &mut Vm) -> Trap {
    vm.type_error("slice indices must be integers or have an __index__ method")
}

/// Type row.
pub const SPEC: TypeSpec = TypeSpec {
    methods: METHODS,
    construct: Some(construct),
    attribute: Some(attribute),
    attribute_names: &["start", "stop", "step"],
    set_attribute: Some(super::readonly),
};

static METHODS: &[NativeDef] = &[method(TypeId::Slice, "indices", Arity::One, indices)];

fn construct(vm: &mut Vm, args: Args<'_>) -> R {
    args.no_keywords(vm, "slice")?;
    super::arity(vm, args, "slice", 1, 3)?;
    let or_none = |v: Value| v.bound().unwrap_or(Value::None);
    let slice = match args.len() {
        1 => Slice { start: Value::None, stop: args.get(0), step: Value::None },
        _ => Slice { start: args.get(0), stop: args.get(1), step: or_none(args.get(2)) },
    };
    value(Value::Slice(vm.heap.alloc(slice)))
}

fn attribute(vm: &mut Vm, v: Value, name: &str) -> R<Option<Value>> {
    let Value::Slice(r) = v else { return Ok(None) };
    let slice = vm.heap.get(r);
    Ok(match name {
        "start" => Some(slice.start),
        "stop" => Some(slice.stop),
        "step" => Some(slice.step),
        _ => None,
    })
}

/// `slice.indices(len)`, for integers of any size.
fn indices(vm: &mut Vm, args: Args<'_>) -> R {
    let (Value::Slice(r), len) = (args.get(0), args.get(1)) else {
        return Err(super::wrong_receiver(vm, args, TypeId::Slice, "indices"));
    };
    let Some(len) = any_integer(&vm.heap, len) else {
        let name = vm.type_name(len);
        return Err(vm.type_error(format!("'{name}' object cannot be interpreted as an integer")));
    };
    if len.is_negative() {
        return Err(vm.value_error("length should not be negative"));
    }
    let parts = big_parts(vm, r, &len)?;
    let parts = parts.map(|p| vm.int(p));
    value(vm.tuple(parts))
}

fn any_integer(heap: &Heap, v: Value) -> Option<BigInt> {
    matches!(v, Value::Int(_) | Value::Bool(_) | Value::Big(_)).then(|| big_of(heap, v))
}

/// Start, stop and step of a slice of `len` elements.
pub fn big_parts(vm: &mut Vm, r: Ref<Slice>, len: &BigInt) -> R<[BigInt; 3]> {
    let slice = *vm.heap.get(r);
    let mut given = |v: Value| match v {
        Value::None => Ok(None),
        v => any_integer(&vm.heap, v).map(Some).ok_or_else(|| not_an_index(vm)),
    };
    let (step, start, stop) = (given(slice.step)?, given(slice.start)?, given(slice.stop)?);
    let step = step.unwrap_or_else(|| BigInt::from(1));
    if step.is_zero() {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let down = step.is_negative();
    let (lowest, highest) = if down { (BigInt::from(-1), len - 1) } else { (BigInt::from(0), len.clone()) };
    let clamp = |bound: BigInt| {
        let bound = if bound.is_negative() { bound + len } else { bound };
        bound.clamp(lowest.clone(), highest.clone())
    };
    let start = start.map_or_else(|| if down { highest.clone() } else { lowest.clone() }, clamp);
    let stop = stop.map_or_else(|| if down { lowest.clone() } else { highest.clone() }, clamp);
    Ok([start, stop, step])
}
