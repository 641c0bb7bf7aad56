//! `hash()`: CPython's own values for numbers and for what is made of them, keyed ones for text.

use std::hash::Hasher;

use num_bigint::BigInt;
use siphasher::sip::SipHasher13;

use crate::limits;
use crate::vm::compare::text_bytes;
use crate::vm::flow::{Flow, R, Resume, Step, Task, Trap, value};
use crate::vm::hash::{Hashed, hash_simple, text_hashed};
use crate::vm::heap::Tracer;
use crate::vm::text::numeric_hash::{
    FrozensetHash, NONE_HASH, TupleHash, hash_big, hash_complex, hash_float, hash_i64, hash_tuple,
};
use crate::vm::type_id::TypeId;
use crate::vm::types::range;
use crate::vm::types::set::Set;
use crate::vm::types::tuple::Tuple;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Elements hashed per look at the fuel.
const BATCH: usize = 64;

/// The hash of a NaN: it equals nothing, so any number will do.
const NAN_HASH: i64 = 0x7ff8;

/// `hash(v)`
pub fn hash(vm: &mut Vm, v: Value) -> R {
    match leaf(vm, v)? {
        Some(hash) => value(Value::Int(hash)),
        None => {
            let mut work = HashTask { open: vec![Open::of(vm, v)] };
            // What is small needs no frame.
            match work.some(vm)? {
                Some(hash) => value(Value::Int(hash)),
                None => Ok(Flow::task(work)),
            }
        }
    }
}

/// The hash of what has no elements to be hashed; `None` for tuples, frozen sets and long texts.
fn leaf(vm: &mut Vm, v: Value) -> R<Option<i64>> {
    let float = |x: f64| hash_float(x).unwrap_or(NAN_HASH);
    Ok(Some(match v {
        Value::Int(i) => hash_i64(i),
        Value::Bool(b) => i64::from(b),
        Value::Float(x) => float(x),
        Value::None => NONE_HASH,
        Value::Big(r) => {
            let (hash, bits) = (hash_big(&vm.heap.get(r).value), vm.heap.get(r).value.bits());
            vm.charge((bits / 64) as usize);
            hash
        }
        Value::Complex(r) => {
            let c = *vm.heap.get(r);
            hash_complex(float(c.re), float(c.im))
        }
        Value::Str(_) | Value::Bytes(_) => match hash_simple(vm, v) {
            Hashed::Done(hash) => text_hash(v, hash),
            _ => return Ok(None),
        },
        Value::Tuple(_) | Value::StructSeq(_) | Value::FrozenSet(_) | Value::Slice(_) => return Ok(None),
        Value::Range(r) => {
            let bounds = *vm.heap.get(r);
            range_hash(vm, &bounds)
        }
        other => match hash_simple(vm, other) {
            Hashed::Done(hash) => keyed(hash),
            Hashed::Unhashable(_) | Hashed::Deep => return Err(unhashable(vm, other)),
        },
    }))
}

/// A table hash as a Python one, which is never -1.
fn keyed(hash: u64) -> i64 {
    match hash as i64 {
        -1 => -2,
        hash => hash,
    }
}

/// The hash of a text from its table hash: bytes have the one of the string that looks alike.
fn text_hash(text: Value, table_hash: u64) -> i64 {
    keyed(if matches!(text, Value::Bytes(_)) { table_hash ^ 1 } else { table_hash })
}

/// `TypeError: unhashable type`
#[cold]
fn unhashable(vm: &mut Vm, v: Value) -> Trap {
    let name = vm.type_name(v);
    vm.type_error(format!("unhashable type: '{name}'"))
}

/// The hash of (length, start, step), with `None` for what does not matter.
fn range_hash(vm: &Vm, bounds: &range::Range) -> i64 {
    let length = range::length(&vm.heap, bounds);
    let start = || hash_big(&range::big_of(&vm.heap, bounds.start));
    let step = || hash_big(&range::big_of(&vm.heap, bounds.step));
    let parts = if length == BigInt::from(0) {
        [0, NONE_HASH, NONE_HASH]
    } else if length == BigInt::from(1) {
        [1, start(), NONE_HASH]
    } else {
        [hash_big(&length), start(), step()]
    };
    hash_tuple(parts)
}

/// A container in work: where it is, and what its elements have come to.
enum Open {
    Tuple { tuple: Ref<Tuple>, next: usize, hash: TupleHash },
    Set { set: Ref<Set>, next: usize, hash: FrozensetHash },
    Slice { parts: [Value; 3], next: usize, hash: TupleHash },
    Text { of: Value, next: usize, hasher: SipHasher13 },
}

/// Bytes of a long text that are hashed at once.
const PIECE_BYTES: usize = 4 * limits::KIB;

enum Found {
    /// A piece of a text.
    Piece,
    Element(Value),
    Done(i64),
}

impl Open {
    fn of(vm: &Vm, v: Value) -> Open {
        match v {
            Value::Tuple(tuple) => Open::Tuple { tuple, next: 0, hash: TupleHash::default() },
            Value::StructSeq(s) => {
                Open::Tuple { tuple: vm.heap.get(s).items, next: 0, hash: TupleHash::default() }
            }
            Value::FrozenSet(set) => Open::Set { set, next: 0, hash: FrozensetHash::default() },
            Value::Slice(s) => {
                let s = vm.heap.get(s);
                Open::Slice { parts: [s.start, s.stop, s.step], next: 0, hash: TupleHash::default() }
            }
            text => Open::Text { of: text, next: 0, hasher: vm.keys.hasher() },
        }
    }

    fn advance(&mut self, vm: &mut Vm) -> Found {
        match self {
            Open::Text { of, next, hasher } => {
                let Some(bytes) = text_bytes(&vm.heap, *of) else {
                    unreachable!("all else is a leaf or has elements")
                };
                let to = bytes.len().min(*next + PIECE_BYTES);
                hasher.write(&bytes[*next..to]);
                let last = to == bytes.len();
                *next = to;
                vm.charge(PIECE_BYTES / 16);
                if last {
                    Found::Done(text_hash(*of, text_hashed(&vm.heap, *of, hasher.finish())))
                } else {
                    Found::Piece
                }
            }
            Open::Tuple { tuple, next, hash } => match vm.heap.get(*tuple).items.get(*next) {
                Some(&v) => {
                    *next += 1;
                    Found::Element(v)
                }
                None => Found::Done(hash.finish()),
            },
            Open::Set { set, next, hash } => match vm.heap.get(*set).table.next_from(*next) {
                Some((at, entry)) => {
                    *next = at + 1;
                    Found::Element(entry.key)
                }
                None => Found::Done(hash.finish()),
            },
            Open::Slice { parts, next, hash } => match parts.get(*next) {
                Some(&v) => {
                    *next += 1;
                    Found::Element(v)
                }
                None => Found::Done(hash.finish_slice()),
            },
        }
    }

    fn add(&mut self, element: i64) {
        match self {
            Open::Tuple { hash, .. } | Open::Slice { hash, .. } => hash.add(element),
            Open::Set { hash, .. } => hash.add(element),
            Open::Text { .. } => unreachable!("a text has no elements"),
        }
    }
}

/// Hashes nested containers, innermost last.
struct HashTask {
    open: Vec<Open>,
}

impl HashTask {
    /// Hashes a batch of elements; the hash when that was all.
    fn some(&mut self, vm: &mut Vm) -> R<Option<i64>> {
        for _ in 0..BATCH {
            vm.charge(1);
            let top = self.open.last_mut().expect("there is a container until the end");
            match top.advance(vm) {
                Found::Element(v) => match leaf(vm, v)? {
                    Some(hash) => top.add(hash),
                    None => {
                        if self.open.len() >= limits::DATA_DEPTH_MAX {
                            return Err(vm.raise(TypeId::RecursionError, "maximum recursion depth exceeded"));
                        }
                        self.open.push(Open::of(vm, v));
                    }
                },
                Found::Piece if vm.fuel <= 0 => return Ok(None),
                Found::Piece => {}
                Found::Done(hash) => {
                    self.open.pop();
                    match self.open.last_mut() {
                        Some(outer) => outer.add(hash),
                        None => return Ok(Some(hash)),
                    }
                }
            }
        }
        Ok(None)
    }
}

impl Task for HashTask {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            if let Some(hash) = self.some(vm)? {
                return Ok(Step::Done(Value::Int(hash)));
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        for open in &self.open {
            match open {
                Open::Tuple { tuple, .. } => tracer.object(*tuple),
                Open::Set { set, .. } => tracer.object(*set),
                Open::Text { of, .. } => tracer.value(*of),
                Open::Slice { parts, .. } => parts.iter().for_each(|&v| tracer.value(v)),
            }
        }
    }
}
