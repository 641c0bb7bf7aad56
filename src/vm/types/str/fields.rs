//! `str.format`, `str.format_map`.

use std::rc::Rc;

use super::Str;
use super::methods::this;
use crate::bytecode::Conversion;
use crate::vm::flow::{Flow, R, Resume, Step, Task, Trap, value};
use crate::vm::format::{self, Form, short_text, text_error};
use crate::vm::heap::Tracer;
use crate::vm::native::Args;
use crate::vm::text::check_size;
use crate::vm::text::str_format::{
    Accessor, AutoNumber, DEPTH_MAX, Field, First, check_conversion, first, index_out_of_range,
    next_accessor, next_piece, recursion_exceeded,
};
use crate::vm::types::dict::{self, Dict};
use crate::vm::types::tuple::Tuple;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;
use crate::vm::{attr, ops};

/// What fields take their values from.
#[derive(Clone, Copy)]
enum Source {
    /// The arguments of `format`.
    Arguments { positional: Ref<Tuple>, keywords: Option<Ref<Dict>> },
    /// The mapping of `format_map`.
    Mapping(Value),
}

/// A format being filled in.
struct Fields {
    format: Rc<str>,
    at: usize,
    source: Source,
    numbering: AutoNumber,
    out: String,
}

enum Progress {
    Done,
    /// Answers the text of the field that has been reached.
    Wants(Flow),
    Full,
}

/// Bytes of output after which a step ends.
const STEP_BYTES: usize = 256 * 1024;

pub(super) fn format(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, &args, "format")?;
    let positional = vm.tuple_ref(&args.pos()[1..]);
    let mut keywords = None;
    if args.has_keywords() {
        let named = vm.dict();
        for (name, v) in args.keywords() {
            if let Value::Str(name) = name {
                dict::insert_str(vm, named, name, v);
            }
        }
        keywords = Some(named);
    }
    start(vm, s, Source::Arguments { positional, keywords })
}

pub(super) fn format_map(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, &args, "format_map")?;
    start(vm, s, Source::Mapping(args.get(1)))
}

fn start(vm: &mut Vm, s: Ref<Str>, source: Source) -> R {
    let format: Rc<str> = vm.heap.str(s).into();
    vm.reserve(format.len())?;
    let mut work = Fields { format, at: 0, source, numbering: AutoNumber::default(), out: String::new() };
    match work.go_on(vm)? {
        Progress::Done => value(vm.string(work.out)),
        Progress::Wants(flow) => Ok(Flow::task(FormatTask { work, flow: Some(flow) })),
        Progress::Full => Ok(Flow::task(FormatTask { work, flow: None })),
    }
}

impl Fields {
    fn go_on(&mut self, vm: &mut Vm) -> R<Progress> {
        let format = self.format.clone();
        let before = self.out.len();
        while let Some(piece) = next_piece(&format, &mut self.at).map_err(|e| text_error(vm, e))? {
            self.out.push_str(piece.literal);
            if let Some(field) = piece.field {
                match self.field(vm, &field, DEPTH_MAX)? {
                    Flow::Value(text) => self.append(vm, text)?,
                    flow => return Ok(Progress::Wants(flow)),
                }
            }
            vm.charge(1);
            if self.out.len() - before > STEP_BYTES {
                return Ok(Progress::Full);
            }
        }
        Ok(Progress::Done)
    }

    fn append(&mut self, vm: &mut Vm, text: Value) -> R<()> {
        let Value::Str(text) = text else { unreachable!("format() makes strings") };
        if vm.heap.would_exceed(self.out.len() + vm.heap.str(text).len()) {
            return Err(vm.raise(crate::vm::type_id::TypeId::MemoryError, ""));
        }
        self.out.push_str(vm.heap.str(text));
        Ok(())
    }

    /// The text of one field.
    fn field(&mut self, vm: &mut Vm, field: &Field<'_>, depth: u32) -> R<Flow> {
        let v = self.look_up(vm, field.name)?;
        let conversion = match field.conversion {
            None => Conversion::None,
            Some(c) => {
                check_conversion(c).map_err(|e| text_error(vm, e))?;
                match c {
                    'r' => Conversion::Repr,
                    'a' => Conversion::Ascii,
                    _ => Conversion::Str,
                }
            }
        };
        let spec = match (field.spec, field.spec_has_fields) {
            ("", _) => Value::Undef,
            (spec, false) => vm.str(spec),
            (spec, true) => self.specification(vm, spec, depth - 1)?,
        };
        format::format_value(vm, v, conversion, spec)
    }

    /// A specification that has fields itself. What it makes is a few characters, or wrong.
    fn specification(&mut self, vm: &mut Vm, spec: &str, depth: u32) -> R<Value> {
        if depth == 0 {
            return Err(text_error(vm, recursion_exceeded()));
        }
        let mut at = 0;
        let mut out = String::new();
        while let Some(piece) = next_piece(spec, &mut at).map_err(|e| text_error(vm, e))? {
            out.push_str(piece.literal);
            let Some(field) = piece.field else { continue };
            match self.field(vm, &field, depth)? {
                Flow::Value(text) => match short_text(vm, text, Form::Str) {
                    Some(text) => out.push_str(&text),
                    None => return Err(invalid(vm)),
                },
                _ => return Err(invalid(vm)),
            }
            check_size(out.len(), vm.text_max()).map_err(|e| text_error(vm, e))?;
        }
        Ok(vm.string(out))
    }

    fn look_up(&mut self, vm: &mut Vm, name: &str) -> R<Value> {
        let (head, mut at) = first(name, &mut self.numbering).map_err(|e| text_error(vm, e))?;
        let mut v = match (head, self.source) {
            (First::Index(i), Source::Arguments { positional, .. }) => {
                match vm.heap.get(positional).items.get(i) {
                    Some(&v) => v,
                    None => return Err(text_error(vm, index_out_of_range(i))),
                }
            }
            (First::Index(_), Source::Mapping(_)) => {
                return Err(vm.value_error("Format string contains positional fields"));
            }
            (First::Name(name), Source::Arguments { keywords, .. }) => {
                let key = vm.intern(name);
                match keywords.and_then(|keywords| dict::get_str(vm, keywords, key)) {
                    Some(v) => v,
                    None => return Err(vm.key_error(Value::Str(key))),
                }
            }
            (First::Name(name), Source::Mapping(mapping)) => {
                let key = vm.str(name);
                now(vm, ops::get_item, mapping, key)?
            }
        };
        while let Some(accessor) = next_accessor(name, &mut at).map_err(|e| text_error(vm, e))? {
            v = match accessor {
                Accessor::Attribute(name) => {
                    let name = vm.intern(name);
                    match attr::get_now(vm, v, name)? {
                        Some(v) => v,
                        None => return Err(attr::missing(vm, v, name)),
                    }
                }
                Accessor::Index(i) => now(vm, ops::get_item, v, Value::Int(i as i64))?,
                Accessor::Key(key) => {
                    let key = vm.str(key);
                    now(vm, ops::get_item, v, key)?
                }
            };
        }
        Ok(v)
    }
}

/// A subscript by a string or a small integer, which built-in containers answer at once.
fn now(vm: &mut Vm, get: fn(&mut Vm, Value, Value) -> R, of: Value, key: Value) -> R<Value> {
    match get(vm, of, key)? {
        Flow::Value(v) => Ok(v),
        _ => Err(invalid(vm)),
    }
}

#[cold]
fn invalid(vm: &mut Vm) -> Trap {
    vm.value_error("Invalid format specifier")
}

struct FormatTask {
    work: Fields,
    /// What must be answered before the work goes on.
    flow: Option<Flow>,
}

impl Task for FormatTask {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Some(flow) = self.flow.take() {
            return Ok(Step::Await(flow));
        }
        if let Resume::Value(text) = resume {
            self.work.append(vm, text)?;
        }
        loop {
            match self.work.go_on(vm)? {
                Progress::Done => {
                    vm.reserve(self.work.out.len())?;
                    let out = std::mem::take(&mut self.work.out);
                    return Ok(Step::Done(vm.string(out)));
                }
                Progress::Wants(flow) => return Ok(Step::Await(flow)),
                Progress::Full if vm.out_of_fuel() => return Ok(Step::Yield),
                Progress::Full => {}
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        match self.work.source {
            Source::Arguments { positional, keywords } => {
                tracer.object(positional);
                tracer.option(keywords);
            }
            Source::Mapping(mapping) => tracer.value(mapping),
        }
        if let Some(Flow::Task(task)) = &self.flow {
            task.trace(tracer);
        }
    }
}
