//! `sum`, `any`, `all`.

use super::copy::items;
use super::drain::{Sink, drain};
use super::then::trace_flow;
use crate::bytecode::BinOp;
use crate::vm::flow::{Flow, R, value};
use crate::vm::heap::Tracer;
use crate::vm::ops;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// Elements of a list or tuple that are looked at in one go.
const AT_ONCE: usize = 16_384;

/// `any(iterable)`
pub fn any(vm: &mut Vm, iterable: Value) -> R {
    until(vm, iterable, true)
}

/// `all(iterable)`
pub fn all(vm: &mut Vm, iterable: Value) -> R {
    until(vm, iterable, false)
}

fn until(vm: &mut Vm, iterable: Value, stop: bool) -> R {
    if let Value::List(_) | Value::Tuple(_) = iterable {
        let elements = items(&vm.heap, iterable);
        if elements.len() <= AT_ONCE {
            let at = elements.iter().position(|&v| ops::truth_now(vm, v) == stop);
            vm.charge(at.unwrap_or(items(&vm.heap, iterable).len()) / 4);
            return value(Value::Bool(at.is_some() == stop));
        }
    }
    drain(vm, iterable, Until { stop })
}

/// Ends with `stop` at the first value whose truth is `stop`.
struct Until {
    stop: bool,
}

impl Sink for Until {
    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        Ok((ops::truth_now(vm, v) == self.stop).then_some(Flow::Value(Value::Bool(self.stop))))
    }

    fn take_quickly(&mut self, vm: &mut Vm, v: Value) -> bool {
        ops::truth_now(vm, v) != self.stop
    }

    fn finish(&mut self, _: &mut Vm) -> R {
        value(Value::Bool(!self.stop))
    }

    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// `sum(iterable, start)`
pub fn sum(vm: &mut Vm, iterable: Value, start: Value) -> R {
    match start {
        Value::Str(_) => return Err(vm.type_error("sum() can't sum strings [use ''.join(seq) instead]")),
        Value::Bytes(_) => return Err(vm.type_error("sum() can't sum bytes [use b''.join(seq) instead]")),
        _ => {}
    }
    let mut sum = Sum { total: Total::of(start), pending: None };
    match iterable {
        Value::List(_) | Value::Tuple(_) => {
            // As much as is plain numbers is added without iterating.
            let elements = items(&vm.heap, iterable);
            let few = &elements[..elements.len().min(AT_ONCE)];
            let taken = few.iter().position(|&v| !sum.total.add_number(v)).unwrap_or(few.len());
            let whole = taken == elements.len();
            vm.charge(taken / 4);
            if whole {
                return value(sum.total.value());
            }
            let rest = match iterable {
                Value::List(list) => crate::vm::types::iterator::Iter::List { list, index: taken },
                Value::Tuple(tuple) => crate::vm::types::iterator::Iter::Tuple { tuple, index: taken },
                _ => unreachable!("matched above"),
            };
            let rest = Value::Iter(vm.heap.alloc(rest));
            drain(vm, rest, sum)
        }
        _ => drain(vm, iterable, sum),
    }
}

/// A sum so far.
#[derive(Clone, Copy, Debug)]
enum Total {
    /// Integers only, and they fit.
    Int(i64),
    /// Floats: the sum, and what rounding has lost of it (Neumaier's summation, as CPython's).
    Float(f64, f64),
    /// Anything, added by the general operator from here on, as CPython does.
    Other(Value),
}

impl Total {
    fn of(v: Value) -> Total {
        match v {
            Value::Int(i) => Total::Int(i),
            Value::Bool(b) => Total::Int(i64::from(b)),
            Value::Float(f) => Total::Float(f, 0.0),
            v => Total::Other(v),
        }
    }

    /// Adds a number if that is simple.
    #[inline]
    fn add_number(&mut self, v: Value) -> bool {
        match (&mut *self, v) {
            (Total::Int(sum), Value::Int(i)) => match sum.checked_add(i) {
                Some(more) => *sum = more,
                None => return false,
            },
            (Total::Int(sum), Value::Bool(b)) if *sum < i64::MAX => *sum += i64::from(b),
            (Total::Int(sum), Value::Float(f)) => *self = Total::Float(*sum as f64 + f, 0.0),
            (Total::Float(sum, lost), Value::Float(x)) => {
                let more = *sum + x;
                *lost += if sum.abs() >= x.abs() { (*sum - more) + x } else { (x - more) + *sum };
                *sum = more;
            }
            (Total::Float(sum, _), Value::Int(i)) => *sum += i as f64,
            (Total::Float(sum, _), Value::Bool(b)) => *sum += f64::from(u8::from(b)),
            _ => return false,
        }
        true
    }

    fn value(self) -> Value {
        match self {
            Total::Int(i) => Value::Int(i),
            Total::Float(sum, lost) if lost != 0.0 && lost.is_finite() => Value::Float(sum + lost),
            Total::Float(sum, _) => Value::Float(sum),
            Total::Other(v) => v,
        }
    }
}

struct Sum {
    total: Total,
    pending: Option<Flow>,
}

impl Sink for Sum {
    fn take_some(&mut self, values: &[Value]) -> usize {
        values.iter().position(|&v| !self.total.add_number(v)).unwrap_or(values.len())
    }

    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        if self.total.add_number(v) {
            return Ok(None);
        }
        match ops::binary(vm, BinOp::Add, self.total.value(), v)? {
            Flow::Value(total) => self.total = Total::Other(total),
            flow => self.pending = Some(flow),
        }
        Ok(None)
    }

    fn wants(&mut self) -> Option<Flow> {
        self.pending.take()
    }

    fn answered(&mut self, _: &mut Vm, v: Value) -> R<Option<Flow>> {
        self.total = Total::Other(v);
        Ok(None)
    }

    fn finish(&mut self, _: &mut Vm) -> R {
        value(self.total.value())
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.total.value());
        if let Some(flow) = &self.pending {
            trace_flow(flow, tracer);
        }
    }
}
