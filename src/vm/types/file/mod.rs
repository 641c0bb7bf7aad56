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
use crate::vm::value::{Ref, Value};
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
    /// Whether the program has closed it. The host's stream stays open.
    pub closed: bool,
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
        method(FILE, "close", Arity::None, close),
        method(FILE, "flush", Arity::None, |vm, args| {
            receiver(vm, &args, "flush")?;
            value(Value::None)
        }),
        method(FILE, "isatty", Arity::None, isatty),
        method(FILE, "fileno", Arity::None, fileno),
        method(FILE, "readable", Arity::None, readable),
        method(FILE, "writable", Arity::None, writable),
        method(FILE, "seekable", Arity::None, seekable),
        method(FILE, "__enter__", Arity::None, |vm, args| itself(vm, args, "__enter__")),
        method(FILE, "__exit__", Arity::Free, close),
        method(FILE, "__iter__", Arity::None, |vm, args| itself(vm, args, "__iter__")),
        method(FILE, "__next__", Arity::None, dunder_next),
    ],
    attribute: Some(attribute),
    attribute_names: &["closed", "encoding", "errors", "line_buffering", "mode", "name", "newlines"],
    ..PLAIN
};

fn attribute(vm: &mut Vm, file: Value, name: &str) -> R<Option<Value>> {
    let Value::File(f) = file else { return Ok(None) };
    let File { kind, closed } = *vm.heap.get(f);
    Ok(Some(match name {
        "closed" => Value::Bool(closed),
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

/// The receiver of a method.
fn this(vm: &mut Vm, args: &Args<'_>, name: &str) -> R<Ref<File>> {
    match args.get(0) {
        Value::File(f) => Ok(f),
        other => {
            let other = vm.type_name(other);
            Err(vm.type_error(format!(
                "descriptor '{name}' for '_io.TextIOWrapper' objects doesn't apply to a '{other}' object"
            )))
        }
    }
}

/// The stream of a method's receiver, which must be open.
fn receiver(vm: &mut Vm, args: &Args<'_>, name: &str) -> R<FileKind> {
    let file = this(vm, args, name)?;
    check_open(vm, file)?;
    Ok(vm.heap.get(file).kind)
}

/// The stream of a receiver that CPython asks the layer beneath about: its complaint has no full stop.
fn receiver_beneath(vm: &mut Vm, args: &Args<'_>, name: &str) -> R<FileKind> {
    let file = this(vm, args, name)?;
    match vm.heap.get(file).closed {
        true => Err(vm.value_error("I/O operation on closed file")),
        false => Ok(vm.heap.get(file).kind),
    }
}

/// `ValueError` when the program has closed the stream.
#[inline]
pub fn check_open(vm: &mut Vm, file: Ref<File>) -> R<()> {
    if vm.heap.get(file).closed {
        return Err(closed(vm));
    }
    Ok(())
}

#[cold]
fn closed(vm: &mut Vm) -> Trap {
    vm.value_error("I/O operation on closed file.")
}

/// `ValueError` when the program has closed its standard input.
pub fn check_stdin(vm: &mut Vm) -> R<()> {
    match vm.file(FileKind::Stdin) {
        Value::File(f) => check_open(vm, f),
        _ => Ok(()),
    }
}

fn close(vm: &mut Vm, args: Args<'_>) -> R {
    let file = this(vm, &args, "close")?;
    vm.heap.get_mut(file).closed = true;
    value(Value::None)
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
pub fn output_of(vm: &mut Vm, file: Ref<File>) -> R<OutputStream> {
    check_open(vm, file)?;
    match vm.heap.get(file).kind {
        FileKind::Stdout => Ok(OutputStream::Stdout),
        FileKind::Stderr => Ok(OutputStream::Stderr),
        FileKind::Stdin => Err(not_writable(vm)),
    }
}

fn write(vm: &mut Vm, args: Args<'_>) -> R {
    let file = this(vm, &args, "write")?;
    let stream = output_of(vm, file)?;
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
    let file = this(vm, &args, "writelines")?;
    let stream = output_of(vm, file)?;
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

fn itself(vm: &mut Vm, args: Args<'_>, name: &str) -> R {
    receiver(vm, &args, name)?;
    value(args.get(0))
}

fn isatty(vm: &mut Vm, args: Args<'_>) -> R {
    receiver_beneath(vm, &args, "isatty")?;
    value(Value::Bool(false))
}

fn fileno(vm: &mut Vm, args: Args<'_>) -> R {
    let kind = receiver_beneath(vm, &args, "fileno")?;
    value(Value::Int(kind as i64))
}

/// A stream of the other direction says no without being looked at.
fn goes(vm: &mut Vm, args: Args<'_>, name: &str, input: bool) -> R {
    let file = this(vm, &args, name)?;
    if (vm.heap.get(file).kind == FileKind::Stdin) != input {
        return value(Value::Bool(false));
    }
    receiver_beneath(vm, &args, name)?;
    value(Value::Bool(true))
}

fn readable(vm: &mut Vm, args: Args<'_>) -> R {
    goes(vm, args, "readable", true)
}

fn writable(vm: &mut Vm, args: Args<'_>) -> R {
    goes(vm, args, "writable", false)
}

fn seekable(vm: &mut Vm, args: Args<'_>) -> R {
    receiver_beneath(vm, &args, "seekable")?;
    value(Value::Bool(false))
}

fn dunder_next(vm: &mut Vm, args: Args<'_>) -> R {
    receiver(vm, &args, "__next__")?;
    read_line(vm, Purpose::Next)
}
