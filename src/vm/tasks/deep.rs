//! Comparing and hashing nested or large data as worklists.
//!
//! What takes few steps is answered at once. A worklist is as deep as the data are nested, which
//! [`crate::limits::DATA_DEPTH_MAX`] bounds.

use siphasher::sip::SipHasher13;
use std::hash::Hasher;

use super::copy::items;
use super::keyed::{Action, Target, keyed};
use super::set_work::contains_all;
use crate::bytecode::CmpOp;
use crate::limits;
use crate::vm::compare::{eq_charged, eq_numbers, order_simple, text_bytes};
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::hash::{Hashed, beside, hash_simple, text_hashed};
use crate::vm::heap::Tracer;
use crate::vm::ops;
use crate::vm::type_id::TypeId;
use crate::vm::types::dict::{Found, find};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// Elements looked at before the fuel is.
const BATCH: usize = 1_024;
/// Bytes of two long texts that are compared before the fuel is looked at.
const TEXT_STEP_BYTES: usize = 64 * limits::KIB;
/// Bytes compared for one unit of fuel.
const TEXT_BYTES_PER_UNIT: usize = 64;

/// `RecursionError` for data that are nested too deep.
fn too_deep(vm: &mut Vm, doing: &str) -> crate::vm::flow::Trap {
    vm.raise(TypeId::RecursionError, format!("maximum recursion depth exceeded{doing}"))
}

// ---- equality ----------------------------------------------------------------------------------

/// Two containers of equal length that are being compared, and how far that is.
#[derive(Clone, Copy)]
struct Pair {
    a: Value,
    b: Value,
    at: usize,
}

struct Equal {
    stack: Vec<Pair>,
    negate: bool,
    /// Nesting above this comparison.
    depth: usize,
    /// Two containers that must be compared by another task.
    other: Option<(Value, Value)>,
    /// Key and value of a dict whose counterpart is being looked up by another task.
    looked_up: Option<Value>,
}

/// What a stretch of work came to.
enum Work {
    Done(bool),
    More,
    Wants(Flow),
}

/// `a == b` (or `!=`) of nested or large data.
pub fn equal(vm: &mut Vm, a: Value, b: Value, negate: bool) -> R {
    equal_at(vm, a, b, negate, 0)
}

fn equal_at(vm: &mut Vm, a: Value, b: Value, negate: bool, depth: usize) -> R {
    let mut work = Equal { stack: Vec::new(), negate, depth, other: None, looked_up: None };
    if !work.push(vm, a, b)? {
        return value(Value::Bool(negate));
    }
    match work.advance(vm, BATCH)? {
        Work::Done(same) => value(Value::Bool(same != negate)),
        Work::More => Ok(Flow::task(work)),
        Work::Wants(flow) => Ok(Flow::task(Started { flow: Some(flow), work })),
    }
}

/// An [`Equal`] that wanted a flow before it became a task.
struct Started {
    flow: Option<Flow>,
    work: Equal,
}

impl Task for Started {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        match self.flow.take() {
            Some(flow) => Ok(Step::Await(flow)),
            None => self.work.step(vm, resume),
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.work.trace(tracer);
        if let Some(flow) = &self.flow {
            super::then::trace_flow(flow, tracer);
        }
    }
}

impl Equal {
    /// Adds two values that [`eq_charged`] could not compare; false when they are certainly different.
    fn push(&mut self, vm: &mut Vm, a: Value, b: Value) -> R<bool> {
        use Value::*;
        if self.depth + self.stack.len() >= limits::DATA_DEPTH_MAX {
            return Err(too_deep(vm, " in comparison"));
        }
        match (a, b) {
            (List(_), List(_)) | (Tuple(_) | StructSeq(_), Tuple(_) | StructSeq(_)) => {
                if items(&vm.heap, a).len() != items(&vm.heap, b).len() {
                    return Ok(false);
                }
                self.stack.push(Pair { a, b, at: 0 });
            }
            (Dict(x), Dict(y)) => {
                if vm.heap.get(x).table.len() != vm.heap.get(y).table.len() {
                    return Ok(false);
                }
                self.stack.push(Pair { a, b, at: 0 });
            }
            (Str(_), Str(_)) | (Bytes(_), Bytes(_)) => {
                let len = |v| text_bytes(&vm.heap, v).map(<[u8]>::len);
                if len(a) != len(b) {
                    return Ok(false);
                }
                self.stack.push(Pair { a, b, at: 0 });
            }
            // In one step: digits are compared as fast as memory is read.
            (Big(x), Big(_)) => {
                vm.charge(vm.heap.get(x).value.bits() as usize / 8 / TEXT_BYTES_PER_UNIT);
                return Ok(eq_numbers(&vm.heap, a, b));
            }
            (Slice(x), Slice(y)) => {
                let [a, b] = [x, y].map(|s| *vm.heap.get(s)).map(|s| vm.tuple([s.start, s.stop, s.step]));
                self.stack.push(Pair { a, b, at: 0 });
            }
            // Unions whose members are nested too deep to be compared at once are different.
            (Alias(x), Alias(y)) => {
                let (x, y) = (*vm.heap.get(x), *vm.heap.get(y));
                if x.origin.is_none() || x.origin != y.origin {
                    return Ok(false);
                }
                return self.push(vm, Tuple(x.args), Tuple(y.args));
            }
            (Set(_) | FrozenSet(_) | View(_), Set(_) | FrozenSet(_) | View(_)) => self.other = Some((a, b)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn advance(&mut self, vm: &mut Vm, budget: usize) -> R<Work> {
        for _ in 0..budget {
            if let Some((a, b)) = self.other.take() {
                return Ok(Work::Wants(contains_all(vm, a, b, CmpOp::Eq)?));
            }
            let Some(top) = self.stack.last_mut() else { return Ok(Work::Done(true)) };
            if let (Some(a), Some(b)) = (text_bytes(&vm.heap, top.a), text_bytes(&vm.heap, top.b)) {
                let to = a.len().min(top.at + TEXT_STEP_BYTES);
                if a[top.at..to] != b[top.at..to] {
                    return Ok(Work::Done(false));
                }
                top.at = to;
                if to == a.len() {
                    self.stack.pop();
                }
                vm.charge(TEXT_STEP_BYTES / TEXT_BYTES_PER_UNIT);
                if vm.fuel <= 0 {
                    return Ok(Work::More);
                }
                continue;
            }
            let (x, y) = if let (Value::Dict(a), Value::Dict(b)) = (top.a, top.b) {
                let Some((at, entry)) = vm.heap.get(a).table.next_from(top.at) else {
                    self.stack.pop();
                    continue;
                };
                let entry = *entry;
                top.at = at + 1;
                match find(&vm.heap, &vm.heap.get(b).table, entry.hash, entry.key) {
                    Found::At(position) => match vm.heap.get(b).table.at(position) {
                        Some(other) => (entry.value, other.value),
                        None => return Ok(Work::Done(false)),
                    },
                    Found::Absent(_) => return Ok(Work::Done(false)),
                    Found::Slow => {
                        self.looked_up = Some(entry.value);
                        let flow = keyed(vm, Target::Dict(b), entry.key, Action::GetOr(Value::Undef))?;
                        return Ok(Work::Wants(flow));
                    }
                }
            } else {
                let (a, b) = (items(&vm.heap, top.a), items(&vm.heap, top.b));
                match (a.get(top.at), b.get(top.at)) {
                    (Some(&x), Some(&y)) => {
                        top.at += 1;
                        (x, y)
                    }
                    _ => {
                        self.stack.pop();
                        continue;
                    }
                }
            };
            match eq_charged(vm, x, y) {
                Some(true) => vm.charge(1),
                Some(false) => return Ok(Work::Done(false)),
                None => {
                    vm.charge(16);
                    if !self.push(vm, x, y)? {
                        return Ok(Work::Done(false));
                    }
                    if vm.fuel <= 0 {
                        return Ok(Work::More);
                    }
                }
            }
        }
        Ok(Work::More)
    }

    /// Takes the answer of another task; false when the comparison is decided.
    fn answer(&mut self, vm: &mut Vm, v: Value) -> R<bool> {
        let Some(mine) = self.looked_up.take() else { return Ok(ops::truth_of_bool(v)) };
        if v.is_undef() {
            return Ok(false);
        }
        match eq_charged(vm, mine, v) {
            Some(same) => Ok(same),
            None => self.push(vm, mine, v),
        }
    }
}

impl Task for Equal {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Resume::Value(v) = resume
            && !self.answer(vm, v)?
        {
            return Ok(Step::Done(Value::Bool(self.negate)));
        }
        loop {
            match self.advance(vm, BATCH)? {
                Work::Done(same) => return Ok(Step::Done(Value::Bool(same != self.negate))),
                Work::Wants(flow) => return Ok(Step::Await(flow)),
                Work::More if vm.out_of_fuel() => return Ok(Step::Yield),
                Work::More => {}
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        for pair in &self.stack {
            tracer.value(pair.a);
            tracer.value(pair.b);
        }
        if let Some((a, b)) = self.other {
            tracer.value(a);
            tracer.value(b);
        }
        tracer.value(self.looked_up.unwrap_or(Value::Undef));
    }
}

// ---- order -------------------------------------------------------------------------------------

struct Order {
    op: CmpOp,
    a: Value,
    b: Value,
    at: usize,
    depth: usize,
    /// The elements at `at` are being compared by another task.
    asked: bool,
}

/// `a < b` and its like for two lists or two tuples.
pub fn compare_sequences(vm: &mut Vm, op: CmpOp, a: Value, b: Value) -> R {
    let mut order = Order { op, a, b, at: 0, depth: 0, asked: false };
    match order.advance(vm, BATCH)? {
        Some(Step::Become(flow)) => Ok(flow),
        Some(Step::Done(v)) => value(v),
        // The question is asked again by the task; nothing was changed by asking it.
        _ => {
            order.asked = false;
            Ok(Flow::task(order))
        }
    }
}

impl Order {
    fn advance(&mut self, vm: &mut Vm, budget: usize) -> R<Option<Step>> {
        for _ in 0..budget {
            let (a, b) = (items(&vm.heap, self.a), items(&vm.heap, self.b));
            let (Some(&x), Some(&y)) = (a.get(self.at), b.get(self.at)) else {
                let (x, y) = (a.len() as i64, b.len() as i64);
                return Ok(Some(Step::Done(Value::Bool(ops::int_compare(self.op, x, y)))));
            };
            match eq_charged(vm, x, y) {
                Some(true) => self.at += 1,
                Some(false) => match self.decide(vm, x, y)? {
                    Some(flow) => return Ok(Some(Step::Become(flow))),
                    None => continue,
                },
                None => {
                    self.asked = true;
                    return Ok(Some(Step::Await(equal(vm, x, y, false)?)));
                }
            }
            vm.charge(1);
        }
        Ok(None)
    }

    /// The elements `x` and `y` are the first that differ: they decide. Sequences are gone into.
    fn decide(&mut self, vm: &mut Vm, x: Value, y: Value) -> R<Option<Flow>> {
        if let Some(ordering) = order_simple(vm, x, y) {
            return Ok(Some(Flow::Value(Value::Bool(ops::holds(self.op, Some(ordering))))));
        }
        match (x, y) {
            (Value::List(_), Value::List(_))
            | (Value::Tuple(_) | Value::StructSeq(_), Value::Tuple(_) | Value::StructSeq(_)) => {
                self.depth += 1;
                if self.depth >= limits::DATA_DEPTH_MAX {
                    return Err(too_deep(vm, " in comparison"));
                }
                (self.a, self.b, self.at) = (x, y, 0);
                Ok(None)
            }
            _ => ops::compare(vm, self.op, x, y).map(Some),
        }
    }
}

impl Task for Order {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let (Resume::Value(v), true) = (resume, std::mem::take(&mut self.asked)) {
            if ops::truth_of_bool(v) {
                self.at += 1;
            } else {
                let (x, y) = (items(&vm.heap, self.a)[self.at], items(&vm.heap, self.b)[self.at]);
                if let Some(flow) = self.decide(vm, x, y)? {
                    return Ok(Step::Become(flow));
                }
            }
        }
        loop {
            if let Some(step) = self.advance(vm, BATCH)? {
                return Ok(step);
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.a);
        tracer.value(self.b);
    }
}

/// `a < b` and its like for two long strings or bytes.
pub fn compare_texts(vm: &mut Vm, op: CmpOp, a: Value, b: Value) -> R {
    let _ = &vm;
    Ok(Flow::task(TextOrder { op, a, b, at: 0 }))
}

struct TextOrder {
    op: CmpOp,
    a: Value,
    b: Value,
    /// Both are alike up to here.
    at: usize,
}

impl Task for TextOrder {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            let (Some(a), Some(b)) = (text_bytes(&vm.heap, self.a), text_bytes(&vm.heap, self.b)) else {
                unreachable!("two texts are compared")
            };
            let [x, y] = [a, b].map(|t| &t[self.at..t.len().min(self.at + TEXT_STEP_BYTES)]);
            let (ordering, last) = (x.cmp(y), x.len() < TEXT_STEP_BYTES || y.len() < TEXT_STEP_BYTES);
            self.at += x.len().min(y.len());
            vm.charge(TEXT_STEP_BYTES / TEXT_BYTES_PER_UNIT);
            if ordering.is_ne() || last {
                return Ok(Step::Done(Value::Bool(ops::holds(self.op, Some(ordering)))));
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.a);
        tracer.value(self.b);
    }
}

// ---- hashing -----------------------------------------------------------------------------------

/// A value whose hash is being computed.
enum Hashing {
    /// A tuple, from element `at` on; `so_far` is the hash of those before.
    Sequence { of: Value, at: usize, so_far: u64 },
    /// Members of a frozen set, from position `at` on.
    Members { of: Value, at: usize, so_far: u64 },
    /// A long string or bytes, from byte `at` on.
    Bytes { of: Value, at: usize, hasher: SipHasher13 },
}

struct HashTask {
    stack: Vec<Hashing>,
}

/// The table hash of a key for which [`hash_simple`] answers [`Hashed::Deep`], as [`Value::Int`].
pub fn hash_key(vm: &mut Vm, key: Value) -> R {
    let mut task = HashTask { stack: Vec::new() };
    task.push(vm, key)?;
    Ok(Flow::task(task))
}

/// Bytes hashed in one step.
const HASH_STEP_BYTES: usize = 64 * limits::KIB;

impl HashTask {
    fn push(&mut self, vm: &mut Vm, v: Value) -> R<()> {
        if self.stack.len() >= limits::DATA_DEPTH_MAX {
            return Err(too_deep(vm, ""));
        }
        let sequence = |vm: &Vm, of: Value| {
            let so_far = vm.keys.seed(items(&vm.heap, of).len());
            Hashing::Sequence { of, at: 0, so_far }
        };
        let entry = match v {
            Value::Tuple(_) | Value::StructSeq(_) => sequence(vm, v),
            Value::Slice(s) => {
                let s = *vm.heap.get(s);
                let parts = vm.tuple([s.start, s.stop, s.step]);
                sequence(vm, parts)
            }
            Value::FrozenSet(_) => Hashing::Members { of: v, at: 0, so_far: 0 },
            Value::Str(_) | Value::Bytes(_) => Hashing::Bytes { of: v, at: 0, hasher: vm.keys.hasher() },
            other => return Err(crate::vm::types::dict::unhashable(vm, other)),
        };
        self.stack.push(entry);
        Ok(())
    }

    /// Works on the top entry; its hash when it is complete.
    fn advance(&mut self, vm: &mut Vm) -> R<Option<u64>> {
        let keys = vm.keys;
        match self.stack.last_mut().expect("something is being hashed") {
            Hashing::Sequence { of, at, so_far } => {
                for _ in 0..BATCH {
                    let Some(&item) = items(&vm.heap, *of).get(*at) else { return Ok(Some(beside(*so_far))) };
                    *at += 1;
                    vm.charge(1);
                    match hash_simple(vm, item) {
                        Hashed::Done(h) => *so_far = keys.combine(*so_far, h),
                        Hashed::Unhashable(v) => return Err(crate::vm::types::dict::unhashable(vm, v)),
                        Hashed::Deep => {
                            vm.charge(64);
                            self.push(vm, item)?;
                            return Ok(None);
                        }
                    }
                }
            }
            Hashing::Members { of, at, so_far } => {
                let Value::FrozenSet(s) = *of else { unreachable!("members are of frozen sets") };
                let table = &vm.heap.get(s).table;
                let to = table.positions().min(*at + BATCH);
                let entries = (*at..to).filter_map(|i| table.at(i));
                *so_far = entries.fold(*so_far, |acc, e| acc ^ keys.mix(e.hash));
                let (done, len) = (to == table.positions(), table.len());
                vm.charge(to - *at);
                *at = to;
                if done {
                    return Ok(Some(keys.mix(*so_far ^ len as u64)));
                }
            }
            Hashing::Bytes { of, at, hasher } => {
                let Some(bytes) = text_bytes(&vm.heap, *of) else {
                    unreachable!("only strings and bytes are long")
                };
                let to = bytes.len().min(*at + HASH_STEP_BYTES);
                hasher.write(&bytes[*at..to]);
                let done = to == bytes.len();
                let (of, sum) = (*of, hasher.finish());
                vm.charge((to - *at) / 16);
                *at = to;
                if done {
                    return Ok(Some(text_hashed(&vm.heap, of, sum)));
                }
            }
        }
        Ok(None)
    }
}

impl Task for HashTask {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            if let Some(hash) = self.advance(vm)? {
                self.stack.pop();
                let Some(outer) = self.stack.last_mut() else {
                    return Ok(Step::Done(Value::Int(hash as i64)));
                };
                if let Hashing::Sequence { so_far, .. } = outer {
                    *so_far = vm.keys.combine(*so_far, hash);
                }
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        for entry in &self.stack {
            match entry {
                Hashing::Sequence { of, .. } | Hashing::Members { of, .. } | Hashing::Bytes { of, .. } => {
                    tracer.value(*of);
                }
            }
        }
    }
}
