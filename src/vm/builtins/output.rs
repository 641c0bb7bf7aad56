//! `print`.

use crate::vm::exceptions::unsupported;
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::format::{Form, Renderer};
use crate::vm::heap::Tracer;
use crate::vm::native::{Args, Arity, NativeDef, function};

use crate::vm::types::dict;
use crate::vm::types::file::{FileKind, output_of};
use crate::vm::types::str::Str;
use crate::vm::types::tuple::Tuple;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::{OutputStream, Vm};

/// The functions of this family.
pub static FUNCTIONS: &[NativeDef] = &[function("print", Arity::Free, print)];

/// Arguments up to which a call is tried without a task.
const FEW: usize = 16;
/// Text that waits before it is written, in bytes.
const PIECE_BYTES: usize = 16 * 1024;

/// `print(*objects, sep=' ', end='\n', file=None, flush=False)`
fn print(vm: &mut Vm, args: Args<'_>) -> R {
    let (mut sep, mut end, mut file) = (None, None, Value::None);
    for (name, v) in args.keywords() {
        let Value::Str(name) = name else { continue };
        match vm.heap.str(name) {
            "sep" => sep = text_option(vm, "sep", v)?,
            "end" => end = text_option(vm, "end", v)?,
            "file" => file = v,
            "flush" => {}
            other => {
                let message = format!("print() got an unexpected keyword argument '{other}'");
                return Err(vm.type_error(message));
            }
        }
    }
    let Some(stream) = target(vm, file)? else { return value(Value::None) };
    let (renderer, text) = (Renderer::default(), String::new());
    let mut line = Line { stream, sep, end, at: 0, separated: false, renderer, text, settled: 0 };
    if args.len() <= FEW && line.go_on(vm, args.pos())? {
        return value(Value::None);
    }
    let objects = vm.tuple_ref(args.pos());
    Ok(Flow::task(Print { objects, line, result: Value::None }))
}

/// Writes a string to a stream, in pieces when it is long; the answer is `result`.
pub fn write_text(vm: &mut Vm, stream: OutputStream, s: Ref<Str>, result: Value) -> R {
    let len = vm.heap.str(s).len();
    if len <= PIECE_BYTES {
        vm.charge(len / 16);
        vm.output.write(stream, vm.heap.str(s).as_bytes());
        return value(result);
    }
    let objects = vm.tuple_ref([Value::Str(s)]);
    let Value::Str(end) = vm.str("") else { unreachable!("str() makes strings") };
    let (renderer, text) = (Renderer::default(), String::new());
    let line =
        Line { stream, sep: None, end: Some(end), at: 0, separated: false, renderer, text, settled: 0 };
    Ok(Flow::task(Print { objects, line, result }))
}

fn text_option(vm: &mut Vm, name: &str, v: Value) -> R<Option<Ref<Str>>> {
    match v {
        Value::None => Ok(None),
        Value::Str(s) => Ok(Some(s)),
        other => {
            let type_name = vm.type_name(other);
            Err(vm.type_error(format!("{name} must be None or a string, not {type_name}")))
        }
    }
}

/// The stream to write to; `None` where `sys.stdout` is `None`.
fn target(vm: &mut Vm, file: Value) -> R<Option<OutputStream>> {
    let file = match file {
        Value::None => match current_stdout(vm) {
            Value::None => return Ok(None),
            file => file,
        },
        file => file,
    };
    match file {
        Value::File(f) => output_of(vm, f).map(Some),
        other => {
            let name = vm.intern("write");
            match crate::vm::attr::get_now(vm, other, name)? {
                None => Err(crate::vm::attr::missing(vm, other, name)),
                Some(_) => Err(unsupported(vm, "print to this kind of file")),
            }
        }
    }
}

/// `sys.stdout`, which a program may have replaced.
fn current_stdout(vm: &mut Vm) -> Value {
    if let Some(&sys) = vm.modules.get("sys") {
        let dict = vm.heap.get(sys).dict;
        let name = vm.intern("stdout");
        if let Some(file) = dict::get_str(vm, dict, name) {
            return file;
        }
    }
    vm.file(FileKind::Stdout)
}

/// A line on its way out.
struct Line {
    stream: OutputStream,
    sep: Option<Ref<Str>>,
    end: Option<Ref<Str>>,
    /// The next object; one more than there are when only the end is left.
    at: usize,
    /// The separator before the next object is written.
    separated: bool,
    renderer: Renderer,
    text: String,
    /// How much of the text stays if the object being written fails, as none of that object is out yet.
    settled: usize,
}

impl Line {
    /// Writes until everything is written (true) or the slice is over.
    fn go_on(&mut self, vm: &mut Vm, objects: &[Value]) -> R<bool> {
        self.settled = self.text.len();
        loop {
            if !self.renderer.is_done()
                && let Err(trap) = self.renderer.advance(vm, &mut self.text)
            {
                self.text.truncate(self.settled);
                self.flush(vm);
                return Err(trap);
            }
            if self.text.len() >= PIECE_BYTES || self.at > objects.len() {
                self.flush(vm);
            }
            if self.renderer.is_done() {
                if self.at > objects.len() {
                    return Ok(true);
                }
                self.settled = self.text.len();
                if let Err(trap) = self.next(vm, objects) {
                    self.text.truncate(self.settled);
                    self.flush(vm);
                    return Err(trap);
                }
                vm.charge(1);
            } else {
                self.flush(vm);
                self.settled = 0;
                if vm.out_of_fuel() {
                    return Ok(false);
                }
            }
            if self.at.is_multiple_of(FEW) && vm.out_of_fuel() {
                self.flush(vm);
                return Ok(false);
            }
        }
    }

    /// Starts with the separator, the next object or the end. A separator of any length is written in pieces,
    /// as an object is.
    fn next(&mut self, vm: &mut Vm, objects: &[Value]) -> R<()> {
        let at = self.at;
        let Some(&object) = objects.get(at) else {
            self.at += 1;
            match self.end {
                None => self.text.push('\n'),
                Some(end) => self.renderer.start(vm, Value::Str(end), Form::Str, &mut self.text)?,
            }
            return Ok(());
        };
        if at > 0 && !std::mem::replace(&mut self.separated, true) {
            match self.sep {
                None => {
                    self.text.push(' ');
                    self.settled = self.text.len();
                }
                Some(sep) => return self.renderer.start(vm, Value::Str(sep), Form::Str, &mut self.text),
            }
        }
        self.separated = false;
        self.at += 1;
        self.renderer.start(vm, object, Form::Str, &mut self.text)
    }

    fn flush(&mut self, vm: &mut Vm) {
        vm.output.write(self.stream, self.text.as_bytes());
        self.text.clear();
    }
}

/// A call of `print` that takes more than one step.
struct Print {
    objects: Ref<Tuple>,
    line: Line,
    result: Value,
}

impl Task for Print {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        let objects = std::mem::take(&mut vm.heap.store_into(self.objects, Value::Undef).items);
        let done = self.line.go_on(vm, &objects);
        vm.heap.store_into(self.objects, Value::Undef).items = objects;
        Ok(if done? { Step::Done(self.result) } else { Step::Yield })
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.objects);
        tracer.value(self.result);
        tracer.option(self.line.sep);
        tracer.option(self.line.end);
        self.line.renderer.trace(tracer);
    }
}
