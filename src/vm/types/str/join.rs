//! `str.join`.

use super::methods::this;
use super::{Str, StrBuffer};
use crate::vm::compare::tuple_items;
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::heap::Tracer;
use crate::vm::iter;
use crate::vm::native::Args;
use crate::vm::tasks::{Drain, Sink};
use crate::vm::types::list::{self, List};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Parts that are put together in one step.
const STEP_PARTS: usize = 8 * 1024;
/// Bytes that are put together in one step.
const STEP_BYTES: usize = 4 * 1024 * 1024;

pub(super) fn join(vm: &mut Vm, args: Args<'_>) -> R {
    let separator = this(vm, &args, "join")?;
    let parts = args.get(1);
    if let Value::List(_) | Value::Tuple(_) = parts {
        return join_sequence(vm, separator, parts);
    }
    let iterator = match iter::get_iter_now(vm, parts) {
        Ok(iterator) => iterator,
        Err(_) => return Err(vm.type_error("can only join an iterable")),
    };
    let list = vm.heap.alloc(List::default());
    Ok(Flow::task(Drain::new(iterator, Collect { separator, list, growing: None })))
}

/// Collects the parts, because their number and their sizes must be known first.
struct Collect {
    separator: Ref<Str>,
    list: Ref<List>,
    /// The list was full and long: what appends the last part.
    growing: Option<Flow>,
}

impl Sink for Collect {
    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        self.growing = list::append(vm, self.list, v);
        Ok(None)
    }

    #[inline]
    fn wants(&mut self) -> Option<Flow> {
        self.growing.take()
    }

    fn take_quickly(&mut self, vm: &mut Vm, v: Value) -> bool {
        list::append_now(vm, self.list, v)
    }

    fn finish(&mut self, vm: &mut Vm) -> R<Flow> {
        join_sequence(vm, self.separator, Value::List(self.list))
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.separator);
        tracer.object(self.list);
        if let Some(flow) = &self.growing {
            crate::vm::tasks::trace_flow(flow, tracer);
        }
    }
}

fn parts_of(vm: &Vm, parts: Value) -> &[Value] {
    match parts {
        Value::List(l) => &vm.heap.get(l).items,
        parts => tuple_items(&vm.heap, parts),
    }
}

fn join_sequence(vm: &mut Vm, separator: Ref<Str>, parts: Value) -> R {
    if let [only @ Value::Str(_)] = *parts_of(vm, parts) {
        return value(only);
    }
    let mut work = Join { separator, parts, measured: 0, bytes: 0, chars: 0, written: 0, buffer: None };
    match work.measure(vm)? {
        true if work.bytes <= STEP_BYTES && work.measured <= STEP_PARTS => {
            vm.room_for(work.bytes)?; // what is written is charged as it is
            let mut text = String::with_capacity(work.bytes);
            work.write(vm, &mut text);
            if text.len() <= 1 {
                return value(vm.string(text));
            }
            value(Value::Str(vm.heap.alloc(Str::owning_chars(text, work.chars))))
        }
        _ => Ok(Flow::task(work)),
    }
}

struct Join {
    separator: Ref<Str>,
    parts: Value,
    /// Parts whose size has been added to `bytes` and `chars`.
    measured: usize,
    bytes: usize,
    chars: usize,
    /// Parts that are in the buffer.
    written: usize,
    buffer: Option<Ref<StrBuffer>>,
}

impl Join {
    /// Adds up sizes; true when all parts have been looked at.
    fn measure(&mut self, vm: &mut Vm) -> R<bool> {
        let parts = parts_of(vm, self.parts);
        let to = parts.len().min(self.measured + STEP_PARTS);
        for (i, &part) in parts.iter().enumerate().take(to).skip(self.measured) {
            let Value::Str(part) = part else {
                let name = vm.type_name(part);
                return Err(vm.type_error(format!("sequence item {i}: expected str instance, {name} found")));
            };
            self.bytes += vm.heap.str(part).len();
            self.chars += vm.heap.get(part).chars();
        }
        let work = to - self.measured;
        self.measured = to;
        let done = to == parts.len();
        if done && to > 1 {
            let separator = self.separator;
            self.bytes = self.bytes.saturating_add(vm.heap.str(separator).len().saturating_mul(to - 1));
            self.chars = self.chars.saturating_add(vm.heap.get(separator).chars().saturating_mul(to - 1));
        }
        vm.charge(work);
        Ok(done)
    }

    /// Appends the parts of one step; true when all are written.
    fn write(&mut self, vm: &mut Vm, text: &mut String) -> bool {
        let (before, first) = (text.len(), self.written);
        let parts = parts_of(vm, self.parts);
        let separator = vm.heap.str(self.separator);
        while let Some(&part) = parts.get(self.written) {
            if self.written - first >= STEP_PARTS || text.len() - before >= STEP_BYTES {
                break;
            }
            let Value::Str(part) = part else { unreachable!("all parts have been measured") };
            if self.written > 0 {
                text.push_str(separator);
            }
            text.push_str(vm.heap.str(part));
            self.written += 1;
        }
        let done = self.written == parts.len();
        vm.charge((text.len() - before) / 16);
        done
    }

    fn step_once(&mut self, vm: &mut Vm) -> R<Option<Value>> {
        let Some(buffer) = self.buffer else {
            if self.measured == parts_of(vm, self.parts).len() || self.measure(vm)? {
                vm.room_for(self.bytes)?;
                let text = String::with_capacity(self.bytes);
                self.buffer = Some(vm.heap.alloc(StrBuffer::new(text)));
            }
            return Ok(None);
        };
        // The room is there, so the buffer's size does not change while its text is out.
        let mut text = std::mem::take(&mut vm.heap.store_into(buffer, Value::Undef).text);
        let done = self.write(vm, &mut text);
        let len = text.len();
        vm.heap.store_into(buffer, Value::Undef).text = text;
        if !done {
            return Ok(None);
        }
        Ok(Some(Value::Str(vm.heap.alloc(Str::shared(buffer, len, self.chars)))))
    }
}

impl Task for Join {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            if let Some(joined) = self.step_once(vm)? {
                return Ok(Step::Done(joined));
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.separator);
        tracer.value(self.parts);
        tracer.option(self.buffer);
    }
}

/// `s * count` of more bytes than one step may write.
pub(super) fn repeat_long(vm: &mut Vm, s: Ref<Str>, count: usize) -> R {
    let bytes = vm.heap.str(s).len() * count;
    let buffer = vm.heap.alloc(StrBuffer::new(String::with_capacity(bytes)));
    Ok(Flow::task(Repeat { s, left: count, buffer }))
}

struct Repeat {
    s: Ref<Str>,
    left: usize,
    buffer: Ref<StrBuffer>,
}

impl Task for Repeat {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            let mut text = std::mem::take(&mut vm.heap.store_into(self.buffer, Value::Undef).text);
            let unit = vm.heap.str(self.s);
            let times = (STEP_BYTES / 4 / unit.len()).clamp(1, self.left);
            text.push_str(&unit.repeat(times));
            let work = times * unit.len();
            self.left -= times;
            vm.heap.store_into(self.buffer, Value::Undef).text = text;
            vm.charge(work / 16);
            if self.left == 0 {
                let total = vm.heap.get(self.buffer).text.len();
                let s = vm.heap.get(self.s);
                let chars = s.chars() * (total / vm.heap.str(self.s).len());
                return Ok(Step::Done(super::shared(vm, self.buffer, chars)));
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.s);
        tracer.object(self.buffer);
    }
}
