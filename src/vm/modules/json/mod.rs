//! `json`: reading and writing, as tasks with stacks of their own: neither a deeply nested text nor a
//! deeply nested value takes native stack, and both stop when the slice is over.

mod dumps;
mod loads;
mod options;
mod text;

use super::ModuleDef;
use crate::vm::attr;
use crate::vm::builtins::write_text;
use crate::vm::exceptions::unsupported;
use crate::vm::flow::{Flow, R, Resume, Step, Task};
use crate::vm::heap::Tracer;
use crate::vm::native::{Args, Arity, NativeDef, NativeFn, NativeKind};
use crate::vm::type_id::TypeId;
use crate::vm::types::dict::{self, Dict};
use crate::vm::types::file::output_of;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::{OutputStream, Vm};

/// The module's row.
pub const MODULE: ModuleDef = ModuleDef {
    name: "json",
    doc: "JSON (JavaScript Object Notation) encoder and decoder.",
    functions: FUNCTIONS,
    fill: |vm, dict| {
        fill(vm, dict);
        let name = vm.intern("decoder");
        let full = vm.intern("json.decoder");
        if let Ok(decoder) = super::import(vm, full, true) {
            dict::insert_str(vm, dict, name, decoder);
        }
    },
};

/// `json.decoder`, where `JSONDecodeError` is at home.
pub const DECODER: ModuleDef =
    ModuleDef { name: "json.decoder", doc: "Implementation of JSONDecoder", functions: &[], fill };

/// A row for a function of this module.
const fn function(name: &'static str, arity: Arity, call: NativeFn) -> NativeDef {
    NativeDef { name, kind: NativeKind::Module("json"), arity, call }
}

static FUNCTIONS: &[NativeDef] = &[
    function("dump", Arity::Free, dump),
    function("dumps", Arity::Free, dumps),
    function("load", Arity::Free, load),
    function("loads", Arity::Free, loads),
    function("JSONEncoder", Arity::Free, |vm, _| Err(unsupported(vm, "json.JSONEncoder (use json.dumps)"))),
    function("JSONDecoder", Arity::Free, |vm, _| Err(unsupported(vm, "json.JSONDecoder (use json.loads)"))),
];

fn fill(vm: &mut Vm, dict: Ref<Dict>) {
    let name = vm.intern("JSONDecodeError");
    dict::insert_str(vm, dict, name, Value::Type(TypeId::JsonDecodeError));
}

/// `json.dumps(obj, *, …)`
fn dumps(vm: &mut Vm, args: Args<'_>) -> R {
    let ([obj], options) = options::dumping(vm, "dumps", ["obj"], args)?;
    dumps::dumps(vm, obj, options)
}

/// `json.dump(obj, fp, *, …)`
fn dump(vm: &mut Vm, args: Args<'_>) -> R {
    let ([obj, file], options) = options::dumping(vm, "dump", ["obj", "fp"], args)?;
    let stream = match file {
        Value::File(f) => output_of(vm, f)?,
        other => {
            let got = vm.type_name(other);
            let message = format!("'{got}' object has no attribute 'write'");
            return Err(vm.raise(TypeId::AttributeError, message));
        }
    };
    let text = dumps::dumps(vm, obj, options)?;
    Ok(Flow::task(Dump { text: Some(text), stream }))
}

/// Writes what `dumps` makes.
struct Dump {
    text: Option<Flow>,
    stream: OutputStream,
}

impl Task for Dump {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        match (self.text.take(), resume) {
            (Some(flow), _) => Ok(Step::Await(flow)),
            (None, Resume::Value(Value::Str(s))) => {
                Ok(Step::Become(write_text(vm, self.stream, s, Value::None)?))
            }
            (None, _) => Ok(Step::Done(Value::None)),
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Some(Flow::Task(task)) = &self.text {
            task.trace(tracer);
        }
    }
}

/// `json.loads(s, *, …)`
fn loads(vm: &mut Vm, args: Args<'_>) -> R {
    let ([source], options) = options::loading(vm, "loads", ["s"], args)?;
    loads::loads(vm, source, options)
}

/// `json.load(fp, *, …)`
fn load(vm: &mut Vm, args: Args<'_>) -> R {
    let ([file], options) = options::loading(vm, "load", ["fp"], args)?;
    Ok(Flow::task(Load { file, options, read: false }))
}

/// Reads a file to its end, then its JSON.
struct Load {
    file: Value,
    options: options::Loading,
    read: bool,
}

impl Task for Load {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Resume::Value(source) = resume {
            return Ok(Step::Become(loads::loads(vm, source, self.options)?));
        }
        self.read = true;
        let name = vm.intern("read");
        let Some(read) = attr::get_now(vm, self.file, name)? else {
            return Err(attr::missing(vm, self.file, name));
        };
        Ok(Step::Await(Flow::call(vm, read, &[])))
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.file);
        self.options.trace(tracer);
    }
}
