//! Traceback objects (`e.__traceback__`): a handle that keeps the exception's entries reachable.

use super::exception::{Exception, TraceEntry};
use super::{PLAIN, TypeSpec};
use crate::vm::exceptions::unsupported;
use crate::vm::flow::R;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// A traceback: the innermost `len` entries of an exception's trace, of which the outermost is its head.
#[derive(Clone, Copy, Debug)]
pub struct Traceback {
    /// The exception whose traceback it is.
    pub exception: Ref<Exception>,
    /// How many entries: those that were added when it went further out are not part of it, nor are
    /// those that `tb_next` left behind. At least one.
    pub len: usize,
}

impl HeapObject for Traceback {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.object(self.exception);
        None
    }
}

/// What tracebacks bring to the registry.
pub const SPEC: TypeSpec = TypeSpec {
    attribute: Some(attribute),
    attribute_names: &["tb_frame", "tb_lasti", "tb_lineno", "tb_next"],
    ..PLAIN
};

fn attribute(vm: &mut Vm, obj: Value, name: &str) -> R<Option<Value>> {
    let Value::Traceback(r) = obj else { return Ok(None) };
    let traceback = *vm.heap.get(r);
    let trace = &vm.heap.get(traceback.exception).trace;
    let head = trace.get(traceback.len - 1).copied();
    Ok(Some(match name {
        "tb_lineno" => head.map_or(Value::None, |entry| Value::Int(i64::from(line(vm, entry)))),
        "tb_lasti" => head.map_or(Value::None, |entry| Value::Int(i64::from(entry.pc) * 2)),
        "tb_next" if traceback.len > 1 => {
            Value::Traceback(vm.heap.alloc(Traceback { len: traceback.len - 1, ..traceback }))
        }
        "tb_next" => Value::None,
        "tb_frame" => return Err(unsupported(vm, "frame objects (traceback.tb_frame)")),
        _ => return Ok(None),
    }))
}

/// The 1-based line of a traceback entry.
pub fn line(vm: &Vm, entry: TraceEntry) -> u32 {
    let code = &vm.codes[entry.code.0 as usize];
    let span = code.spans.get(entry.pc as usize).copied().unwrap_or_default();
    code.source.position(span.start).line
}
