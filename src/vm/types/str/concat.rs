//! `a + b` of long strings, a piece per step.

use super::{Str, StrBuffer, shared};
use crate::vm::flow::{Flow, R, Resume, Step, Task};
use crate::vm::heap::Tracer;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Bytes of a result up to which it is made in one step.
pub(super) const AT_ONCE_BYTES: usize = 1024 * 1024;
/// Bytes copied in one step.
const STEP_BYTES: usize = 256 * 1024;

/// Puts two strings together in a new buffer, with room for more.
pub(super) fn concat_long(vm: &mut Vm, a: Ref<Str>, b: Ref<Str>) -> R {
    let len = vm.heap.str(a).len() + vm.heap.str(b).len();
    let chars = vm.heap.get(a).chars() + vm.heap.get(b).chars();
    let capacity = len.max((len + len / 4).min(vm.heap.limit()));
    let buffer = vm.heap.alloc(StrBuffer::new(String::with_capacity(capacity)));
    Ok(Flow::task(Concat { parts: [a, b], part: 0, at: 0, chars, buffer }))
}

struct Concat {
    parts: [Ref<Str>; 2],
    /// Which one is being copied, and how much of it is.
    part: usize,
    at: usize,
    chars: usize,
    buffer: Ref<StrBuffer>,
}

impl Task for Concat {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        while let Some(&part) = self.parts.get(self.part) {
            // The buffer has the capacity: nothing that is accounted for changes.
            let mut text = std::mem::take(&mut vm.heap.store_into(self.buffer, Value::Undef).text);
            let source = vm.heap.str(part);
            let to = source.ceil_char_boundary(self.at + STEP_BYTES);
            text.push_str(&source[self.at..to]);
            (self.part, self.at) = if to == source.len() { (self.part + 1, 0) } else { (self.part, to) };
            vm.heap.store_into(self.buffer, Value::Undef).text = text;
            vm.charge(STEP_BYTES / 16);
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
        Ok(Step::Done(shared(vm, self.buffer, self.chars)))
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.parts.iter().for_each(|&part| tracer.object(part));
        tracer.object(self.buffer);
    }
}
