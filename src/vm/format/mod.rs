//! `format()`, `str()`, `repr()`, `ascii()` of any value.
//!
//! Owns how values become text: small ones at once, large or nested ones through [`Renderer`], whose work
//! is cut into pieces so that neither the loop nor the native stack feels the size of the data. Never
//! builds a text twice.

mod exception_text;
mod percent;
mod render;
mod spec;

pub use exception_text::own_text;
pub use percent::{percent_bytes, percent_str};
pub use render::{Form, Renderer, address};
pub use spec::{format_with, integer_text};

use super::exceptions::type_of_text_error;
use super::flow::{Flow, R, Resume, Step, Task, Trap, value};
use super::heap::Tracer;
use super::text::TextError;
use super::value::Value;
use super::vm::Vm;
use crate::bytecode::Conversion;

/// The exception for an error of the text library.
#[cold]
pub fn text_error(vm: &mut Vm, error: TextError) -> Trap {
    vm.raise(type_of_text_error(error.kind), error.message)
}

/// `format(conv(v), spec)`; `spec` is a string or [`Value::Undef`].
pub fn format_value(vm: &mut Vm, v: Value, conv: Conversion, spec: Value) -> R {
    let shown = match conv {
        Conversion::None => {
            return match spec {
                Value::Undef => str(vm, v),
                spec => format_with(vm, v, spec),
            };
        }
        Conversion::Str => str(vm, v)?,
        Conversion::Repr => repr(vm, v)?,
        Conversion::Ascii => ascii(vm, v)?,
    };
    match (shown, spec) {
        (flow, Value::Undef) => Ok(flow),
        (Flow::Value(text), spec) => format_with(vm, text, spec),
        (flow, spec) => Ok(Flow::task(ThenFormat { shown: Some(flow), spec })),
    }
}

/// `str(v)`
#[inline]
pub fn str(vm: &mut Vm, v: Value) -> R {
    match v {
        Value::Str(_) => value(v),
        Value::Int(i) => value(integer_text(vm, i)),
        _ => render::render(vm, v, Form::Str),
    }
}

/// `repr(v)`
#[inline]
pub fn repr(vm: &mut Vm, v: Value) -> R {
    match v {
        Value::Int(i) => value(integer_text(vm, i)),
        _ => render::render(vm, v, Form::Repr),
    }
}

/// `ascii(v)`
pub fn ascii(vm: &mut Vm, v: Value) -> R {
    render::render(vm, v, Form::Ascii)
}

/// `str(v)` as an owned text when it is short enough to be had at once, for error messages and hosts.
pub fn short_text(vm: &mut Vm, v: Value, form: Form) -> Option<String> {
    render::render_now(vm, v, form).ok().flatten()
}

/// Formats the text that a task makes.
struct ThenFormat {
    shown: Option<Flow>,
    spec: Value,
}

impl Task for ThenFormat {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        match (self.shown.take(), resume) {
            (Some(flow), _) => Ok(Step::Await(flow)),
            (None, Resume::Value(text)) => format_with(vm, text, self.spec).map(Step::Become),
            (None, _) => unreachable!("an awaited flow answers with a value"),
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.spec);
        if let Some(Flow::Task(task)) = &self.shown {
            task.trace(tracer);
        }
    }
}
