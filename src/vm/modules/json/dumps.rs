//! Writing JSON: a stack of open containers, the text in a buffer on the heap.

use rustc_hash::FxHashSet;

use super::options::Dumping;
use super::text::push_escaped;
use crate::limits::{INT_DIGITS_MAX, JSON_DEPTH_MAX};
use crate::vm::flow::{Flow, R, Resume, Step, Task, Trap};
use crate::vm::format;
use crate::vm::heap::Tracer;
use crate::vm::text::float_repr::push_float_repr;
use crate::vm::text::int_text::big_to_string;
use crate::vm::type_id::TypeId;
use crate::vm::types::dict::Dict;
use crate::vm::types::list::{self, List};
use crate::vm::types::str::{Str, StrBuffer, shared};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// `json.dumps(obj)`
pub fn dumps(vm: &mut Vm, obj: Value, options: Dumping) -> R {
    let mut writer = Writer {
        options,
        item_separator: vm.heap.str(options.item_separator).to_owned(),
        key_separator: vm.heap.str(options.key_separator).to_owned(),
        indent: options.indent.map(|s| vm.heap.str(s).to_owned()),
        next: Some(obj),
        line: None,
        separated: false,
        open: Vec::new(),
        entered: FxHashSet::default(),
        piece: String::new(),
        buffer: None,
        chars: 0,
    };
    // Most values are small and call nothing: they are written at once, without a frame of their own.
    if options.default.is_none()
        && let Step::Done(v) = writer.step(vm, Resume::Start)?
    {
        return Ok(Flow::Value(v));
    }
    Ok(Flow::task(writer))
}

/// A container that is not closed yet.
#[derive(Clone, Copy)]
enum Open {
    /// The next element.
    List { of: Value, at: usize },
    /// The next position, and whether nothing has been written yet.
    Dict { dict: Ref<Dict>, at: usize, first: bool },
    /// As `Dict`, in the order of these keys.
    Sorted { dict: Ref<Dict>, keys: Ref<List>, at: usize, first: bool },
    /// `default` was called with this; what it returned is being written.
    Default(Value),
    /// The rest of a long string.
    Text { text: Ref<Str>, at: usize },
    /// After a long key: its value.
    Pair(Value),
}

/// What became of a key.
enum Key {
    /// It is written, or opened, and its value comes next.
    Written,
    /// JSON has no such keys, and the caller wants them left out.
    Skipped,
    /// The line before it has to be written first.
    Waits,
}

struct Writer {
    options: Dumping,
    item_separator: String,
    key_separator: String,
    indent: Option<String>,
    /// What is to be written next.
    next: Option<Value>,
    /// The rest of a long indentation, before that: levels, and the byte at which the first begins.
    line: Option<(usize, usize)>,
    /// That line was the one before the next element, which has nothing else to wait for.
    separated: bool,
    open: Vec<Open>,
    /// Containers being written, by arena and index.
    entered: FxHashSet<(u8, u32)>,
    /// Text that has not been moved to the buffer.
    piece: String,
    buffer: Option<Ref<StrBuffer>>,
    /// Code points in the buffer.
    chars: usize,
}

/// Values written before the slice's fuel is looked at.
const BATCH: usize = 32;
/// Text that is collected before it goes to the buffer.
const PIECE_BYTES: usize = 4 * 1024;

impl Task for Writer {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Resume::Value(v) = resume {
            self.next = Some(v); // what `default` made of a value
        }
        loop {
            for _ in 0..BATCH {
                vm.charge(2);
                if let Some((levels, at)) = self.line {
                    self.indent(levels, at);
                    break;
                }
                match self.next.take() {
                    Some(v) => {
                        if let Some(flow) = self.value(vm, v)? {
                            return Ok(Step::Await(flow));
                        }
                    }
                    None => match self.open.last().copied() {
                        None => return self.finish(vm).map(Step::Done),
                        Some(open) => self.go_on(vm, open)?,
                    },
                }
                if self.piece.len() >= PIECE_BYTES {
                    break;
                }
            }
            if self.piece.len() >= PIECE_BYTES {
                self.flush(vm)?;
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.options.trace(tracer);
        if let Some(v) = self.next {
            tracer.value(v);
        }
        for open in &self.open {
            match *open {
                Open::List { of, .. } | Open::Default(of) | Open::Pair(of) => tracer.value(of),
                Open::Text { text, .. } => tracer.object(text),
                Open::Dict { dict, .. } => tracer.object(dict),
                Open::Sorted { dict, keys, .. } => {
                    tracer.object(dict);
                    tracer.object(keys);
                }
            }
        }
        tracer.option(self.buffer);
    }
}

impl Writer {
    /// Moves the piece to the buffer, whose size the memory limit sees.
    fn flush(&mut self, vm: &mut Vm) -> R<()> {
        let buffer = match self.buffer {
            Some(buffer) => buffer,
            None => {
                let buffer = vm.heap.alloc(StrBuffer::new(String::new()));
                self.buffer = Some(buffer);
                buffer
            }
        };
        vm.reserve(vm.heap.get(buffer).text.len() + self.piece.len())?;
        vm.fuel += (vm.heap.get(buffer).text.len() / 16) as i64; // only the piece is copied
        self.chars += if self.piece.is_ascii() { self.piece.len() } else { self.piece.chars().count() };
        vm.heap.get_mut(buffer).text.push_str(&self.piece);
        self.piece.clear();
        Ok(())
    }

    fn finish(&mut self, vm: &mut Vm) -> R<Value> {
        if self.buffer.is_none() {
            vm.charge(self.piece.len() / 16);
            return Ok(vm.string(std::mem::take(&mut self.piece)));
        }
        self.flush(vm)?;
        let buffer = self.buffer.expect("flushing makes it");
        Ok(shared(vm, buffer, self.chars))
    }

    /// Writes a value, or opens it; a flow is a call of `default`.
    fn value(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        match v {
            Value::Str(s) => self.string(vm, s),
            Value::None => self.piece.push_str("null"),
            Value::Bool(true) => self.piece.push_str("true"),
            Value::Bool(false) => self.piece.push_str("false"),
            Value::Int(_) | Value::Big(_) | Value::Float(_) => self.number(vm, v)?,
            Value::List(_) | Value::Tuple(_) | Value::StructSeq(_) => self.enter_list(vm, v)?,
            Value::Dict(d) => self.enter_dict(vm, d)?,
            _ => return self.other(vm, v).map(Some),
        }
        Ok(None)
    }

    /// A string; a long one is opened, and written in pieces.
    fn string(&mut self, vm: &mut Vm, s: Ref<Str>) {
        let text = vm.heap.str(s);
        self.piece.push('"');
        if text.len() > PIECE_BYTES {
            self.open.push(Open::Text { text: s, at: 0 });
            return;
        }
        let units = text.len() / 16;
        push_escaped(text, self.options.ensure_ascii, &mut self.piece);
        self.piece.push('"');
        vm.charge(units);
    }

    /// The next piece of a long string.
    fn text(&mut self, vm: &mut Vm, text: Ref<Str>, at: usize) {
        let rest = &vm.heap.str(text)[at..];
        let end = rest.floor_char_boundary(PIECE_BYTES);
        push_escaped(&rest[..end], self.options.ensure_ascii, &mut self.piece);
        if end < rest.len() {
            *self.open.last_mut().expect("it is open") = Open::Text { text, at: at + end };
        } else {
            self.piece.push('"');
            self.open.pop();
        }
        vm.charge(end / 16);
    }

    fn number(&mut self, vm: &mut Vm, v: Value) -> R<()> {
        match v {
            Value::Int(i) => push_int(i, &mut self.piece),
            Value::Big(b) => {
                let text = big_to_string(&vm.heap.get(b).value, INT_DIGITS_MAX);
                match text {
                    Ok(text) => self.piece.push_str(&text),
                    Err(error) => return Err(format::text_error(vm, error)),
                }
            }
            Value::Float(f) if f.is_finite() => push_float_repr(f, &mut self.piece),
            Value::Float(f) => {
                if !self.options.allow_nan {
                    let shown = if f.is_nan() {
                        "nan"
                    } else if f > 0.0 {
                        "inf"
                    } else {
                        "-inf"
                    };
                    return Err(
                        vm.value_error(format!("Out of range float values are not JSON compliant: {shown}"))
                    );
                }
                self.piece.push_str(match f {
                    f if f.is_nan() => "NaN",
                    f if f > 0.0 => "Infinity",
                    _ => "-Infinity",
                });
            }
            _ => unreachable!("only numbers come here"),
        }
        Ok(())
    }

    /// Marks a container as being written.
    fn enter(&mut self, vm: &mut Vm, v: Value) -> R<()> {
        if self.open.len() >= JSON_DEPTH_MAX {
            return Err(vm.raise(
                TypeId::RecursionError,
                "maximum recursion depth exceeded while encoding a JSON object",
            ));
        }
        if self.options.check_circular && !self.entered.insert(identity(v)) {
            return Err(vm.value_error("Circular reference detected"));
        }
        Ok(())
    }

    fn leave(&mut self, v: Value) {
        self.open.pop();
        self.entered.remove(&identity(v));
    }

    fn enter_list(&mut self, vm: &mut Vm, v: Value) -> R<()> {
        if items(vm, v).is_empty() {
            self.piece.push_str("[]");
            return Ok(());
        }
        self.enter(vm, v)?;
        self.piece.push('[');
        self.open.push(Open::List { of: v, at: 0 });
        Ok(())
    }

    fn enter_dict(&mut self, vm: &mut Vm, dict: Ref<Dict>) -> R<()> {
        if vm.heap.get(dict).table.is_empty() {
            self.piece.push_str("{}");
            return Ok(());
        }
        self.enter(vm, Value::Dict(dict))?;
        self.piece.push('{');
        self.open.push(match self.options.sort_keys {
            false => Open::Dict { dict, at: 0, first: true },
            true => Open::Sorted { dict, keys: sorted_keys(vm, dict)?, at: 0, first: true },
        });
        Ok(())
    }

    /// What JSON has no form for.
    fn other(&mut self, vm: &mut Vm, v: Value) -> R<Flow> {
        if self.options.default.is_none() {
            let name = vm.type_name(v);
            return Err(vm.type_error(format!("Object of type {name} is not JSON serializable")));
        }
        self.enter(vm, v)?;
        self.open.push(Open::Default(v));
        Ok(Flow::call(vm, self.options.default, &[v]))
    }

    /// A new line with the indentation of what is open, `closing` levels less; false when it is so long that it
    /// is written in pieces first.
    fn new_line(&mut self, vm: &mut Vm, closing: usize) -> R<bool> {
        let Some(indent) = &self.indent else { return Ok(true) };
        // Calls of `default` are no levels.
        let levels = self.open.iter().filter(|o| !matches!(o, Open::Default(_))).count() - closing;
        vm.charge(levels / 8);
        self.piece.push('\n');
        if levels.saturating_mul(indent.len()) > PIECE_BYTES {
            vm.room_for_elements(levels, indent.len())?;
            self.line = Some((levels, 0));
            self.separated = true;
            return Ok(false);
        }
        for _ in 0..levels {
            self.piece.push_str(indent);
        }
        Ok(true)
    }

    /// The next piece of a long indentation: so many levels of it, the first from this byte on.
    fn indent(&mut self, levels: usize, at: usize) {
        let rest = self.indent.as_ref().map_or("", |indent| &indent[at..]);
        let end = rest.floor_char_boundary(PIECE_BYTES);
        self.piece.push_str(&rest[..end]);
        self.line = match levels - usize::from(end == rest.len()) {
            0 => None,
            _ if end < rest.len() => Some((levels, at + end)),
            levels => Some((levels, 0)),
        };
    }

    /// What is before an element; false when it is not all written yet, and the element has to wait.
    fn separate(&mut self, vm: &mut Vm, first: bool) -> R<bool> {
        if std::mem::take(&mut self.separated) {
            return Ok(true);
        }
        if !first {
            self.piece.push_str(&self.item_separator);
        }
        self.new_line(vm, 0)
    }

    fn close(&mut self, vm: &mut Vm, v: Value, bracket: char) -> R<()> {
        if std::mem::take(&mut self.separated) || self.new_line(vm, 1)? {
            self.piece.push(bracket);
            self.leave(v);
        }
        Ok(())
    }

    /// The next element of the container on top, or its end.
    fn go_on(&mut self, vm: &mut Vm, open: Open) -> R<()> {
        match open {
            Open::Default(v) => self.leave(v),
            Open::Text { text, at } => self.text(vm, text, at),
            Open::Pair(v) => {
                self.open.pop();
                self.piece.push_str(&self.key_separator);
                self.next = Some(v);
            }
            Open::List { of, at } => match items(vm, of).get(at).copied() {
                None => self.close(vm, of, ']')?,
                Some(_) if !self.separate(vm, at == 0)? => {}
                Some(item) => {
                    *self.open.last_mut().expect("it is open") = Open::List { of, at: at + 1 };
                    self.next = Some(item);
                }
            },
            Open::Dict { dict, at, first } => {
                let entry = vm.heap.get(dict).table.next_from(at).map(|(at, e)| (at, e.key, e.value));
                let Some((at, key, v)) = entry else {
                    return self.close(vm, Value::Dict(dict), '}');
                };
                let place = self.open.len() - 1;
                let first = match self.pair(vm, key, v, first)? {
                    Key::Written => false,
                    Key::Skipped => first,
                    Key::Waits => return Ok(()),
                };
                self.open[place] = Open::Dict { dict, at: at + 1, first };
            }
            Open::Sorted { dict, keys, at, first } => {
                let Some(key) = vm.heap.get(keys).items.get(at).copied() else {
                    return self.close(vm, Value::Dict(dict), '}');
                };
                let found = crate::vm::types::dict::lookup(vm, dict, key)?;
                let place = self.open.len() - 1;
                let mut first = first;
                if let crate::vm::types::dict::Found::At(position) = found {
                    let v = vm.heap.get(dict).table.at(position).map_or(Value::None, |e| e.value);
                    first = match self.pair(vm, key, v, first)? {
                        Key::Written => false,
                        Key::Skipped => first,
                        Key::Waits => return Ok(()),
                    };
                }
                self.open[place] = Open::Sorted { dict, keys, at: at + 1, first };
            }
        }
        Ok(())
    }

    /// Writes a key; its value comes next.
    fn pair(&mut self, vm: &mut Vm, key: Value, v: Value, first: bool) -> R<Key> {
        let can_be_key = matches!(
            key,
            Value::Str(_) | Value::None | Value::Bool(_) | Value::Int(_) | Value::Big(_) | Value::Float(_)
        );
        if can_be_key && !self.separate(vm, first)? {
            return Ok(Key::Waits);
        }
        match key {
            Value::Str(s) => {
                if vm.heap.str(s).len() > PIECE_BYTES {
                    self.open.push(Open::Pair(v));
                    self.string(vm, s);
                    return Ok(Key::Written);
                }
                self.string(vm, s);
            }
            _ if can_be_key => {
                self.piece.push('"');
                self.value(vm, key)?;
                self.piece.push('"');
            }
            _ if self.options.skipkeys => return Ok(Key::Skipped),
            other => {
                let got = vm.type_name(other);
                return Err(vm.type_error(format!("keys must be str, int, float, bool or None, not {got}")));
            }
        }
        self.piece.push_str(&self.key_separator);
        self.next = Some(v);
        Ok(Key::Written)
    }
}

/// The elements of a list or tuple.
fn items(vm: &Vm, v: Value) -> &[Value] {
    match v {
        Value::List(l) => vm.heap.get(l).items.as_slice(),
        _ => crate::vm::compare::tuple_items(&vm.heap, v),
    }
}

/// What tells containers apart.
fn identity(v: Value) -> (u8, u32) {
    match v {
        Value::List(r) => (0, r.index()),
        Value::Tuple(r) => (1, r.index()),
        Value::StructSeq(r) => (2, r.index()),
        Value::Dict(r) => (3, r.index()),
        Value::Set(r) | Value::FrozenSet(r) => (4, r.index()),
        Value::Bytes(r) => (5, r.index()),
        Value::Complex(r) => (6, r.index()),
        Value::Function(r, _) => (7, r.index()),
        Value::Iter(r) => (8, r.index()),
        Value::Generator(r) => (9, r.index()),
        Value::Exception(r) => (10, r.index()),
        Value::Range(r) => (11, r.index()),
        Value::View(r) => (12, r.index()),
        Value::Method(r) => (13, r.index()),
        Value::Module(r) => (14, r.index()),
        Value::Slice(r) => (15, r.index()),
        Value::Cell(r) => (16, r.index()),
        Value::Traceback(r) => (17, r.index()),
        Value::File(r) => (18, r.index()),
        Value::Object(r) => (23, r.index()),
        Value::Alias(r) => (24, r.index()),
        Value::Type(ty) => (19, ty as u32),
        Value::Native(def) => (20, std::ptr::from_ref(def) as usize as u32),
        Value::NotImplemented => (21, 0),
        _ => (22, 0),
    }
}

/// The keys of a dict in order: strings among strings, numbers among numbers.
fn sorted_keys(vm: &mut Vm, dict: Ref<Dict>) -> R<Ref<List>> {
    let mut keys: Vec<Value> = vm.heap.get(dict).table.iter().map(|e| e.key).collect();
    vm.reserve_elements(keys.len(), size_of::<Value>())?;
    vm.charge(keys.len() * 8);
    if keys.iter().all(|k| matches!(k, Value::Str(_))) {
        let text = |v: &Value| match v {
            Value::Str(s) => vm.heap.str(*s),
            _ => "",
        };
        keys.sort_by(|a, b| text(a).cmp(text(b)));
    } else {
        let mut numbers = Vec::with_capacity(keys.len());
        for (i, &key) in keys.iter().enumerate() {
            match as_float(vm, key) {
                Some(number) => numbers.push((number, key)),
                None if keys.len() == 1 => numbers.push((0.0, key)),
                None => return Err(unordered(vm, &keys, i)),
            }
        }
        numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
        keys = numbers.into_iter().map(|(_, key)| key).collect();
    }
    let sorted = vm.heap.alloc(List { items: Vec::new() });
    for key in keys {
        list::push(vm, sorted, key);
    }
    Ok(sorted)
}

fn as_float(vm: &Vm, v: Value) -> Option<f64> {
    match v {
        Value::Int(i) => Some(i as f64),
        Value::Bool(b) => Some(f64::from(u8::from(b))),
        Value::Float(f) => Some(f),
        Value::Big(b) => short_float(&vm.heap.get(b).value),
        _ => None,
    }
}

fn short_float(b: &num_bigint::BigInt) -> Option<f64> {
    num_traits::ToPrimitive::to_f64(b)
}

/// `TypeError` for keys that have no order: the first one out of line against its neighbour.
fn unordered(vm: &mut Vm, keys: &[Value], at: usize) -> Trap {
    let other = if at > 0 { keys[at - 1] } else { keys[1] };
    let (a, b) = if at > 0 { (keys[at], other) } else { (other, keys[at]) };
    let (a, b) = (vm.type_name(a), vm.type_name(b));
    vm.type_error(format!("'<' not supported between instances of '{a}' and '{b}'"))
}

fn push_int(i: i64, out: &mut String) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = i.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if i < 0 {
        out.push('-');
    }
    out.extend(digits[at..].iter().map(|&d| char::from(d)));
}
