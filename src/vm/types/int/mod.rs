//! `int` and `bool`: integers beyond 64 bits, operators, methods, constructors.
//!
//! An integer that fits an `i64` is [`Value::Int`]; only larger ones are [`BigInteger`]s. Nothing here may
//! multiply, divide or convert large integers in one go: `text::bignum` says what is cheap, the rest becomes
//! a task (see `tasks::bignum`).

mod methods;
mod ops;
mod round;

use std::borrow::Cow;
use std::cmp::Ordering;

use num_bigint::BigInt;

use crate::vm::flow::R;
use crate::vm::heap::{Heap, HeapObject, Tracer};
use crate::vm::text::int_text;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

pub use methods::{BOOL_SPEC, SPEC, text_error};
pub use ops::{binary, div_mod, power_modulo};
pub use round::round;

/// An integer that does not fit an `i64`.
#[derive(Clone, Debug)]
pub struct BigInteger {
    /// The value, always outside the range of `i64`.
    pub value: BigInt,
}

impl HeapObject for BigInteger {
    fn payload_bytes(&self) -> usize {
        self.value.bits() as usize / 8 + 8
    }

    fn trace(&self, _: &mut Tracer<'_>, _: usize) -> Option<usize> {
        None
    }
}

/// An integer or bool that fits 64 bits.
#[inline]
pub fn small(v: Value) -> Option<i64> {
    match v {
        Value::Int(i) => Some(i),
        Value::Bool(b) => Some(i64::from(b)),
        _ => None,
    }
}

/// An integer of any size, borrowed where it is a big one.
pub fn big(heap: &Heap, v: Value) -> Cow<'_, BigInt> {
    match v {
        Value::Big(r) => Cow::Borrowed(&heap.get(r).value),
        v => Cow::Owned(super::range::big_of(heap, v)),
    }
}

/// An integer of any size as a big one.
pub fn to_big(vm: &Vm, v: Value) -> BigInt {
    super::range::big_of(&vm.heap, v)
}

/// `float(int)`, or `OverflowError`.
pub fn to_f64(vm: &mut Vm, v: Value) -> R<f64> {
    match v {
        Value::Int(i) => Ok(i as f64),
        Value::Bool(b) => Ok(f64::from(u8::from(b))),
        _ => match int_text::big_to_f64(&big(&vm.heap, v)) {
            Some(f) => Ok(f),
            None => Err(vm.overflow_error("int too large to convert to float")),
        },
    }
}

/// The integer that a value stands for where only an integer will do (bools become integers).
#[inline]
pub fn index(vm: &mut Vm, v: Value) -> R<Value> {
    match v {
        Value::Int(_) | Value::Big(_) => Ok(v),
        Value::Bool(b) => Ok(Value::Int(i64::from(b))),
        _ => {
            let name = vm.type_name(v);
            Err(vm.type_error(format!("'{name}' object cannot be interpreted as an integer")))
        }
    }
}

/// Orders two integers of any size.
pub fn compare(vm: &Vm, a: Value, b: Value) -> Ordering {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => x.cmp(&y),
        _ => big(&vm.heap, a).cmp(&big(&vm.heap, b)),
    }
}
