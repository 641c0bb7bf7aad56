//! `bytes`: the data, the constructor and the operators.
//!
//! Owns byte strings and the codecs between them and text.

pub mod codec;
pub mod methods;

use super::slice::Slice;
use super::str::index;
use crate::limits;
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::iter;
use crate::vm::native::{Args, Signature};
use crate::vm::tasks::{self, Drain, Places, Sink};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

pub use crate::vm::format::percent_bytes as percent;

/// An immutable byte string.
#[derive(Clone, Debug)]
pub struct Bytes {
    /// The bytes.
    pub data: Box<[u8]>,
}

impl HeapObject for Bytes {
    fn payload_bytes(&self) -> usize {
        self.data.len()
    }

    fn trace(&self, _: &mut Tracer<'_>, _: usize) -> Option<usize> {
        None
    }
}

/// Bytes up to which a repetition is made in one step.
const REPEAT_AT_ONCE_BYTES: usize = 4 * limits::MIB;

/// `b * count`
pub fn repeat(vm: &mut Vm, b: Ref<Bytes>, count: Value) -> R {
    let count = index::repeat_count(vm, count)?;
    let len = vm.heap.get(b).data.len();
    if count == 1 {
        return value(Value::Bytes(b));
    }
    vm.room_for(len.saturating_mul(count).min(usize::MAX / 2))?;
    if len * count > REPEAT_AT_ONCE_BYTES {
        // The result is accounted for from the start, though it is no object yet.
        vm.heap.charge_external(len * count);
        let out = Vec::with_capacity(len * count);
        return Ok(Flow::task(Repeat { b, left: count, out }));
    }
    vm.charge(len * count / 16);
    let data = vm.heap.get(b).data.repeat(count);
    value(vm.bytes(data))
}

struct Repeat {
    b: Ref<Bytes>,
    left: usize,
    out: Vec<u8>,
}

impl Task for Repeat {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            let unit = &vm.heap.get(self.b).data;
            let times = (REPEAT_AT_ONCE_BYTES / 4 / unit.len()).clamp(1, self.left);
            self.out.extend_from_slice(&unit.repeat(times));
            self.left -= times;
            let work = times * unit.len() / 16;
            vm.charge(work);
            if self.left == 0 {
                let out = std::mem::take(&mut self.out);
                vm.heap.release_external(out.len());
                return Ok(Step::Done(vm.bytes(out)));
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.b);
    }
}

/// `a + b`
pub fn concat(vm: &mut Vm, a: Ref<Bytes>, b: Ref<Bytes>) -> R {
    let size = vm.heap.get(a).data.len() + vm.heap.get(b).data.len();
    vm.room_for(size)?;
    if size > REPEAT_AT_ONCE_BYTES {
        vm.heap.charge_external(size);
        return Ok(Flow::task(Concat { parts: [a, b], out: Vec::with_capacity(size) }));
    }
    vm.charge(size / 16);
    let data = [&*vm.heap.get(a).data, &*vm.heap.get(b).data].concat();
    value(vm.bytes(data))
}

/// `a + b` of many bytes.
struct Concat {
    parts: [Ref<Bytes>; 2],
    out: Vec<u8>,
}

impl Task for Concat {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            let [a, b] = self.parts.map(|part| &vm.heap.get(part).data);
            let at = self.out.len();
            let rest = if at < a.len() { &a[at..] } else { &b[at - a.len()..] };
            let piece = rest.len().min(REPEAT_AT_ONCE_BYTES / 16);
            self.out.extend_from_slice(&rest[..piece]);
            let all = a.len() + b.len();
            vm.charge(piece / 16);
            if self.out.len() == all {
                vm.heap.release_external(all);
                let out = std::mem::take(&mut self.out);
                return Ok(Step::Done(vm.bytes(out)));
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.parts.iter().for_each(|&part| tracer.object(part));
    }
}

/// `item in b`
pub fn contains(vm: &mut Vm, b: Ref<Bytes>, item: Value) -> R {
    let needle = methods::needle(vm, item, |name| format!("a bytes-like object is required, not '{name}'"))?;
    let (len, wanted) = (vm.heap.get(b).data.len(), vm.heap.get(needle).data.len());
    if wanted == 0 || wanted > len {
        return value(Value::Bool(wanted == 0));
    }
    tasks::search_text(vm, Value::Bytes(b), Value::Bytes(needle), (0, len), Places::Any)
}

/// `b[key]`
pub fn get_item(vm: &mut Vm, b: Ref<Bytes>, key: Value) -> R {
    match key {
        Value::Slice(slice) => {
            let slice = *vm.heap.get(slice);
            get_slice(vm, b, &slice)
        }
        Value::Int(_) | Value::Bool(_) | Value::Big(_) => {
            let len = vm.heap.get(b).data.len();
            match index::position(vm, key, len)? {
                Some(i) => value(Value::Int(i64::from(vm.heap.get(b).data[i]))),
                None => Err(vm.index_error("index out of range")),
            }
        }
        other => {
            let name = vm.type_name(other);
            Err(vm.type_error(format!("byte indices must be integers or slices, not {name}")))
        }
    }
}

/// `b[start:stop:step]`
pub fn get_slice(vm: &mut Vm, b: Ref<Bytes>, slice: &Slice) -> R {
    let len = vm.heap.get(b).data.len();
    let index::Bounds { start, step, count } = index::bounds(vm, slice, len)?;
    if step == 1 && count == len {
        return value(Value::Bytes(b));
    }
    vm.reserve(count)?;
    let data = &vm.heap.get(b).data;
    let picked: Vec<u8> = match step {
        1 => data[start..start + count].to_vec(),
        _ => (0..count).map(|i| data[(start as i64 + i as i64 * step) as usize]).collect(),
    };
    value(vm.bytes(picked))
}

/// `bytes(source=b'', encoding=…, errors=…)`
pub fn construct(vm: &mut Vm, args: Args<'_>) -> R {
    const SIGNATURE: Signature<3> = Signature {
        function: "bytes",
        names: ["source", "encoding", "errors"],
        positional_only: 0,
        positional: 3,
        required: 0,
    };
    let [source, encoding, errors] = args.bind(vm, &SIGNATURE)?;
    if !encoding.is_undef() || !errors.is_undef() {
        let Value::Str(s) = source else {
            let what = if encoding.is_undef() { "errors" } else { "encoding" };
            return Err(vm.type_error(format!("{what} without a string argument")));
        };
        if encoding.is_undef() {
            return Err(vm.type_error("string argument without an encoding"));
        }
        let (codec, errors) = codec::arguments(vm, "bytes", encoding, errors)?;
        return codec::encode(vm, s, codec, errors).and_then(value);
    }
    match source {
        Value::Undef => value(vm.bytes([])),
        Value::Bytes(_) => value(source),
        Value::Str(_) => Err(vm.type_error("string argument without an encoding")),
        Value::Int(n) => {
            let Ok(n) = usize::try_from(n) else { return Err(vm.value_error("negative count")) };
            vm.reserve(n)?;
            value(vm.bytes(vec![0; n]))
        }
        Value::Bool(b) => value(vm.bytes(vec![0; usize::from(b)])),
        Value::Big(_) => Err(vm.overflow_error("cannot fit 'int' into an index-sized integer")),
        source => match iter::get_iter_now(vm, source) {
            Ok(iterator) => {
                let work = Collect { out: Vec::new(), accounted: 0 };
                Ok(Flow::task(Drain::new(iterator, work)))
            }
            Err(_) => {
                let name = vm.type_name(source);
                Err(vm.type_error(format!("cannot convert '{name}' object to bytes")))
            }
        },
    }
}

/// Collects the integers of an iterable.
struct Collect {
    out: Vec<u8>,
    /// Bytes of `out` that the heap knows about.
    accounted: usize,
}

impl Sink for Collect {
    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        match v {
            Value::Int(i) => match u8::try_from(i) {
                Ok(byte) => self.out.push(byte),
                Err(_) => return Err(vm.value_error("bytes must be in range(0, 256)")),
            },
            Value::Bool(b) => self.out.push(u8::from(b)),
            Value::Big(_) => return Err(vm.value_error("bytes must be in range(0, 256)")),
            other => {
                let name = vm.type_name(other);
                let message = format!("'{name}' object cannot be interpreted as an integer");
                return Err(vm.type_error(message));
            }
        }
        if self.out.capacity() > self.accounted {
            vm.heap.charge_external(self.out.capacity() - self.accounted);
            self.accounted = self.out.capacity();
        }
        Ok(None)
    }

    fn finish(&mut self, vm: &mut Vm) -> R<Flow> {
        vm.heap.release_external(self.accounted);
        let out = std::mem::take(&mut self.out);
        value(vm.bytes(out))
    }

    fn trace(&self, _: &mut Tracer<'_>) {}
}
