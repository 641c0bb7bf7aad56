//! Indices and slice bounds against a length, shared by `str` and `bytes`.

use num_traits::{Signed, ToPrimitive};

use crate::vm::flow::{R, Trap};
use crate::vm::type_id::TypeId;
use crate::vm::types::slice::Slice;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// What a slice picks out of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The first position.
    pub start: usize,
    /// The distance between positions, never 0.
    pub step: i64,
    /// How many.
    pub count: usize,
}

/// The position that an integer names in a sequence; `None` when it is out of range.
pub fn position(vm: &mut Vm, index: Value, len: usize) -> R<Option<usize>> {
    let i = match index {
        Value::Int(i) => i,
        Value::Bool(b) => i64::from(b),
        _ => return Err(vm.index_error("cannot fit 'int' into an index-sized integer")),
    };
    let i = if i < 0 { i.saturating_add(len as i64) } else { i };
    Ok(usize::try_from(i).ok().filter(|i| *i < len))
}

/// How often a sequence is to be repeated; never below 0.
pub fn repeat_count(vm: &mut Vm, count: Value) -> R<usize> {
    match count {
        Value::Int(i) => Ok(usize::try_from(i).unwrap_or(0)),
        Value::Bool(b) => Ok(usize::from(b)),
        _ => Err(too_large(vm)),
    }
}

#[cold]
fn too_large(vm: &mut Vm) -> Trap {
    vm.raise(TypeId::OverflowError, "cannot fit 'int' into an index-sized integer")
}

/// A part of a slice as an integer, clamped to 64 bits; `None` for `None`.
pub fn slice_part(vm: &mut Vm, part: Value) -> R<Option<i64>> {
    match part {
        Value::Undef | Value::None => Ok(None),
        Value::Int(i) => Ok(Some(i)),
        Value::Bool(b) => Ok(Some(i64::from(b))),
        Value::Big(b) => {
            let big = &vm.heap.get(b).value;
            Ok(Some(big.to_i64().unwrap_or(if big.is_negative() { i64::MIN } else { i64::MAX })))
        }
        _ => Err(vm.type_error("slice indices must be integers or None or have an __index__ method")),
    }
}

/// What a slice picks out of a sequence of `len` elements.
pub fn bounds(vm: &mut Vm, slice: &Slice, len: usize) -> R<Bounds> {
    let step = slice_part(vm, slice.step)?.unwrap_or(1);
    if step == 0 {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let step = step.max(-i64::MAX);
    let (start, stop) = (slice_part(vm, slice.start)?, slice_part(vm, slice.stop)?);
    let len = len as i64;
    let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let clamp = |i: i64| (if i < 0 { i.saturating_add(len) } else { i }).clamp(low, high);
    let start = start.map_or(if step < 0 { high } else { low }, clamp);
    let stop = stop.map_or(if step < 0 { low } else { high }, clamp);
    let span = if step < 0 { start - stop } else { stop - start };
    let count = if span > 0 { ((span - 1) / step.abs() + 1) as usize } else { 0 };
    Ok(Bounds { start: start.max(0) as usize, step, count })
}

/// `start` and `end` arguments of a search in a sequence, as CPython clamps them; `None` when `start` is
/// behind `end`.
pub fn search_range(vm: &mut Vm, start: Value, end: Value, len: usize) -> R<Option<(usize, usize)>> {
    let (start, end) = (slice_part(vm, start)?.unwrap_or(0), slice_part(vm, end)?.unwrap_or(i64::MAX));
    let len = len as i64;
    let end = (if end < 0 { end.saturating_add(len) } else { end }).clamp(0, len);
    let start = (if start < 0 { start.saturating_add(len) } else { start }).max(0);
    Ok(if start <= end { Some((start as usize, end as usize)) } else { None })
}
