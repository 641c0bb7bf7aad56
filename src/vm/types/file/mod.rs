//! Standard streams: the objects of `sys.stdin`, `sys.stdout`, `sys.stderr`.
//!
//! Owns their methods. Reads what the host has provided ([`crate::vm::vm::Input`]) and asks for more by a
//! step; never reads or writes a descriptor itself.

mod read;

pub use read::{Purpose, next_line, read_line};

use crate::vm::builtins::write_text;
use crate::vm::flow::{Flow, R, Trap, value};
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::iter;
use crate::vm::native::{Args, Arity, method};
use crate::vm::tasks::{Drain, Sink};
use crate::vm::type_id::TypeId;
use crate::vm::types::{PLAIN, TypeSpec};
use crate::vm::value::Value;
use crate::vm::vm::{OutputStream, Vm};

/// Which standard stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `sys.stdin`
    Stdin,
    /// `sys.stdout`
    Stdout,
    /// `sys.stderr`
    Stderr,
}

/// A standard stream of the run.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// Which one.
    pub kind: FileKind,
}

impl HeapObject for File {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, _: &mut Tracer<'_>, _: usize) -> Option<usize> {
        None
    }
}

const FILE: TypeId = TypeId::TextIoWrapper;

/// What streams bring.
pub const SPEC: TypeSpec = TypeSpec {
    methods: &[
        method(FILE, "read", Arity::Range(0, 1), read::read),
        method(FILE, "readline", Arity::Range(0, 1), read::readline),
        method(FILE, "readlines", Arity::Range(0, 1), read::readlines),
        method(FILE, "write", Arity::One, write),
        method(FILE, "writelines", Arity::One, writelines),
        method(FILE, "flush", Arity::None, nothing),
        method(FILE, "isatty", Arity::None, isatty),
        method(FILE, "fileno", Arity::None, fileno),
        method(FILE, "readable", Arity::None, readable),
        method(FILE, "writable", Arity::None, writable),
        method(FILE, "seekable", Arity::None, seekable),
        method(FILE, "__enter__", Arity::None, itself),
        method(FILE, "__exit__", Arity::Free, nothing),
        method(FILE, "__iter__", Arity::None, itself),
        method(FILE, "__next__", Arity::None, dunder_next),
    ],
    attribute: Some(attribute),
    attribute_names: &["closed", "encoding", "errors", "line_buffering", "mode", "name", "newlines"],
    ..PLAIN
};

fn attribute(vm: &mut Vm, file: Value, name: &str) -> R<Option<Value>> {
    let kind = kind_of(vm, file);
    Ok(Some(match name {
        "closed" => Value::Bool(false),
        "encoding" => vm.str("utf-8"),
        "errors" => vm.str(if kind == FileKind::Stderr { "backslashreplace" } else { "strict" }),
        "line_buffering" => Value::Bool(kind == FileKind::Stderr),
        "mode" => vm.str(if kind == FileKind::Stdin { "r" } else { "w" }),
        "name" => vm.str(match kind {
            FileKind::Stdin => "<stdin>",
            FileKind::Stdout => "<stdout>",
            FileKind::Stderr => "<stderr>",
        }),
        "newlines" => Value::None,
        _ => return Ok(None),
    }))
}

fn kind_of(vm: &Vm, file: Value) -> FileKind {
    match file {
        Value::File(f) => vm.heap.get(f).kind,
        _ => FileKind::Stdin,
    }
}

/// The stream of a method's receiver.
fn receiver(vm: &mut Vm, args: &Args<'_>, name: &str) -> R<FileKind> {
    match args.get(0) {
        Value::File(f) => Ok(vm.heap.get(f).kind),
        other => {
            let other = vm.type_name(other);
            Err(vm.type_error(format!(
                "descriptor '{name}' for '_io.TextIOWrapper' objects doesn't apply to a '{other}' object"
            )))
        }
    }
}

/// The error of writing to standard input.
#[cold]
pub fn not_writable(vm: &mut Vm) -> Trap {
    unsupported_operation(vm, "not writable")
}

/// CPython raises `io.UnsupportedOperation`, which is an `OSError`.
#[cold]
fn unsupported_operation(vm: &mut Vm, what: &str) -> Trap {
    vm.raise(TypeId::OSError, what)
}

/// Where a stream's output goes.
pub fn output_of(vm: &mut Vm, kind: FileKind) -> R<OutputStream> {
    match kind {
        FileKind::Stdout => Ok(OutputStream::Stdout),
        FileKind::Stderr => Ok(OutputStream::Stderr),
        FileKind::Stdin => Err(not_writable(vm)),
    }
}

fn write(vm: &mut Vm, args: Args<'_>) -> R {
    let kind = receiver(vm, &args, "write")?;
    let stream = output_of(vm, kind)?;
    match args.get(1) {
        Value::Str(s) => {
            let chars = vm.heap.get(s).chars();
            write_text(vm, stream, s, Value::Int(chars as i64))
        }
        other => Err(not_text(vm, other)),
    }
}

#[cold]
fn not_text(vm: &mut Vm, v: Value) -> Trap {
    let name = if v.is_none() { "None" } else { vm.type_name(v) };
    vm.type_error(format!("write() argument must be str, not {name}"))
}

fn writelines(vm: &mut Vm, args: Args<'_>) -> R {
    let kind = receiver(vm, &args, "writelines")?;
    let stream = output_of(vm, kind)?;
    let iterator = iter::get_iter_now(vm, args.get(1))?;
    Ok(Flow::task(Drain::new(iterator, Lines { stream, waiting: None })))
}

struct Lines {
    stream: OutputStream,
    /// A line too long for one step, being written.
    waiting: Option<Flow>,
}

impl Sink for Lines {
    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        let Value::Str(s) = v else { return Err(not_text(vm, v)) };
        match write_text(vm, self.stream, s, Value::None)? {
            Flow::Value(_) => {}
            flow => self.waiting = Some(flow),
        }
        Ok(None)
    }

    fn finish(&mut self, _: &mut Vm) -> R<Flow> {
        value(Value::None)
    }

    fn wants(&mut self) -> Option<Flow> {
        self.waiting.take()
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Some(Flow::Task(task)) = &self.waiting {
            task.trace(tracer);
        }
    }
}

fn nothing(_: &mut Vm, _: Args<'_>) -> R {
    value(Value::None)
}

fn itself(_: &mut Vm, args: Args<'_>) -> R {
    value(args.get(0))
}

fn isatty(_: &mut Vm, _: Args<'_>) -> R {
    value(Value::Bool(false))
}

fn fileno(vm: &mut Vm, args: Args<'_>) -> R {
    let kind = receiver(vm, &args, "fileno")?;
    value(Value::Int(kind as i64))
}

fn readable(vm: &mut Vm, args: Args<'_>) -> R {
    let kind = receiver(vm, &args, "readable")?;
    value(Value::Bool(kind == FileKind::Stdin))
}

fn writable(vm: &mut Vm, args: Args<'_>) -> R {
    let kind = receiver(vm, &args, "writable")?;
    value(Value::Bool(kind != FileKind::Stdin))
}

fn seekable(_: &mut Vm, _: Args<'_>) -> R {
    value(Value::Bool(false))
}

fn dunder_next(vm: &mut Vm, args: Args<'_>) -> R {
    receiver(vm, &args, "__next__")?;
    read_line(vm, Purpose::Next)
}
