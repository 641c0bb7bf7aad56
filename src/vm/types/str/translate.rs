//! `str.maketrans`, `str.translate`.

use super::methods::{text_argument, this};
use super::{Str, StrBuffer, shared};
use crate::vm::flow::{Flow, R, Resume, Step, Task, Trap, value};
use crate::vm::heap::Tracer;
use crate::vm::native::Args;
use crate::vm::ops;
use crate::vm::type_id::TypeId;
use crate::vm::types::dict;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// `str.maketrans(x[, y[, z]])`
pub(super) fn maketrans(vm: &mut Vm, args: Args<'_>) -> R {
    let table = vm.dict();
    if args.get(1).is_undef() {
        let Value::Dict(from) = args.get(0) else {
            return Err(vm.type_error("if you give only one argument to maketrans it must be a dict"));
        };
        let positions = vm.heap.get(from).table.positions();
        for at in 0..positions {
            let Some(entry) = vm.heap.get(from).table.at(at) else { continue };
            let (key, v) = (entry.key, entry.value);
            let key = match key {
                Value::Int(_) | Value::Bool(_) | Value::Big(_) => key,
                Value::Str(s) if vm.heap.get(s).chars() == 1 => Value::Int(vm.heap.str_char(s, 0) as i64),
                Value::Str(_) => {
                    return Err(vm.value_error("string keys in translate table must be of length 1"));
                }
                _ => return Err(vm.type_error("keys in translate table must be strings or integers")),
            };
            dict::set_item(vm, Value::Dict(table), key, v)?;
        }
        vm.charge(positions);
        return value(Value::Dict(table));
    }
    let Value::Str(from) = args.get(0) else {
        return Err(vm.type_error("first maketrans argument must be a string if there is a second argument"));
    };
    let to = text_argument(vm, args.get(1), "maketrans", " 2")?;
    if vm.heap.get(from).chars() != vm.heap.get(to).chars() {
        return Err(vm.value_error("the first two maketrans arguments must have equal length"));
    }
    let pairs: Vec<(char, char)> = vm.heap.str(from).chars().zip(vm.heap.str(to).chars()).collect();
    vm.charge(pairs.len() * 4);
    for (from, to) in pairs {
        dict::set_item(vm, Value::Dict(table), Value::Int(from as i64), Value::Int(to as i64))?;
    }
    if !args.get(2).is_undef() {
        let gone = text_argument(vm, args.get(2), "maketrans", " 3")?;
        let gone: Vec<char> = vm.heap.str(gone).chars().collect();
        for c in gone {
            dict::set_item(vm, Value::Dict(table), Value::Int(c as i64), Value::None)?;
        }
    }
    value(Value::Dict(table))
}

/// What becomes of a character.
#[derive(Clone, Copy)]
enum Image {
    Same,
    Gone,
    Char(char),
    Text(Ref<Str>),
}

/// Characters that one step maps.
const STEP_CHARS: usize = 8 * 1024;

struct Translate {
    s: Ref<Str>,
    table: Value,
    at: usize,
    /// What has been asked for ASCII characters.
    known: [Option<Image>; 128],
    buffer: Option<Ref<StrBuffer>>,
    chars: usize,
}

pub(super) fn translate(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, &args, "translate")?;
    let table = args.get(1);
    let mut work = Translate { s, table, at: 0, known: [None; 128], buffer: None, chars: 0 };
    let mut text = String::with_capacity(vm.heap.str(s).len().min(STEP_CHARS));
    if work.go_on(vm, &mut text)? {
        return value(vm.string(text));
    }
    work.store(vm, &text)?;
    Ok(Flow::task(work))
}

impl Translate {
    /// Maps characters until all are mapped (true) or the step is over.
    fn go_on(&mut self, vm: &mut Vm, out: &mut String) -> R<bool> {
        for _ in 0..STEP_CHARS {
            let Some(c) = vm.heap.str(self.s)[self.at..].chars().next() else {
                vm.charge(STEP_CHARS / 16);
                return Ok(true);
            };
            self.at += c.len_utf8();
            let image = match self.known.get(c as usize) {
                Some(Some(image)) => *image,
                _ => self.look_up(vm, c)?,
            };
            match image {
                Image::Same => out.push(c),
                Image::Gone => {}
                Image::Char(c) => out.push(c),
                Image::Text(text) => {
                    let text = vm.heap.str(text);
                    out.push_str(text);
                    if out.len() > STEP_CHARS * 16 {
                        break;
                    }
                }
            }
        }
        vm.charge(STEP_CHARS / 4);
        Ok(false)
    }

    fn look_up(&mut self, vm: &mut Vm, c: char) -> R<Image> {
        vm.charge(2);
        let image = match ops::get_item(vm, self.table, Value::Int(c as i64)) {
            Ok(Flow::Value(v)) => image_of(vm, v)?,
            Ok(_) => return Err(vm.type_error("character mapping must return integer, None or str")),
            Err(Trap::Raise(e)) if vm.heap.get(e).ty.is_subtype_of(TypeId::LookupError) => Image::Same,
            Err(trap) => return Err(trap),
        };
        if let Some(known) = self.known.get_mut(c as usize) {
            *known = Some(image);
        }
        Ok(image)
    }

    fn store(&mut self, vm: &mut Vm, piece: &str) -> R<()> {
        let buffer = match self.buffer {
            Some(buffer) => buffer,
            None => {
                let buffer = vm.heap.alloc(StrBuffer::new(String::new()));
                *self.buffer.insert(buffer)
            }
        };
        let len = vm.heap.get(buffer).text.len() + piece.len();
        if vm.heap.would_exceed(len) {
            return Err(vm.raise(TypeId::MemoryError, ""));
        }
        vm.heap.get_mut(buffer).text.push_str(piece);
        self.chars += piece.chars().count();
        Ok(())
    }
}

fn image_of(vm: &mut Vm, v: Value) -> R<Image> {
    match v {
        Value::None => Ok(Image::Gone),
        Value::Str(text) => Ok(Image::Text(text)),
        Value::Int(code) => match u32::try_from(code).ok().filter(|c| *c < 0x110000).map(char::from_u32) {
            Some(Some(c)) => Ok(Image::Char(c)),
            Some(None) => Err(vm.value_error("character mapping must not give a surrogate")),
            None => Err(vm.value_error("character mapping must be in range(0x110000)")),
        },
        Value::Big(_) => Err(vm.value_error("character mapping must be in range(0x110000)")),
        Value::Bool(b) => Ok(Image::Char(if b { '\x01' } else { '\0' })),
        _ => Err(vm.type_error("character mapping must return integer, None or str")),
    }
}

impl Task for Translate {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            let mut piece = String::new();
            let done = self.go_on(vm, &mut piece)?;
            self.store(vm, &piece)?;
            if done {
                let buffer = self.buffer.expect("a piece has been stored");
                return Ok(Step::Done(shared(vm, buffer, self.chars)));
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.s);
        tracer.value(self.table);
        tracer.option(self.buffer);
        for image in self.known.iter().flatten() {
            if let Image::Text(text) = image {
                tracer.object(*text);
            }
        }
    }
}
