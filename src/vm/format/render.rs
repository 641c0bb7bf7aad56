//! `str` and `repr` of nested data as a worklist that is worked off piece by piece.

use std::fmt::Write;

use rustc_hash::FxHashSet;

use crate::limits;
use crate::vm::compare::tuple_items;
use crate::vm::flow::{Flow, R, Resume, Step, Task, Trap, value};
use crate::vm::heap::{Heap, Tracer};
use crate::vm::native::{NativeDef, NativeKind};
use crate::vm::text::complex_text::complex_repr;
use crate::vm::text::escape::{push_bytes_escaped, push_escape, push_escaped, push_str_repr, quote_of};
use crate::vm::text::float_repr::push_float_repr;
use crate::vm::text::int_text::big_to_string;
use crate::vm::type_id::TypeId;
use crate::vm::types::alias::Alias;
use crate::vm::types::bytes::Bytes;
use crate::vm::types::dict::Dict;
use crate::vm::types::exception::Exception;
use crate::vm::types::file::FileKind;
use crate::vm::types::set::Set;
use crate::vm::types::str::{Str, StrBuffer, shared};
use crate::vm::types::view::ViewKind;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Which text of a value is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `str(v)`
    Str,
    /// `repr(v)`
    Repr,
    /// `ascii(v)`
    Ascii,
}

/// Something that is not finished yet; the last one is worked on.
#[derive(Clone, Copy, Debug)]
enum Level {
    /// `repr` of this value.
    Repr(Value),
    /// A constant.
    Text(&'static str),
    /// The elements of a list or tuple from `at` on.
    Items { of: Value, at: usize },
    /// The fields of a tuple with field names.
    Fields { of: Value, at: usize },
    /// The parameters of a type, or the members of a union, from `at` on.
    Parameters { of: Ref<Alias>, at: usize },
    /// The entries of a dict.
    Entries { dict: Ref<Dict>, position: usize, first: bool },
    /// What a dict view shows.
    Viewed { view: Value, position: usize, first: bool },
    /// The members of a set.
    Members { of: Value, set: Ref<Set>, position: usize, first: bool },
    /// A long string from byte `at` on: as it is, or escaped for this quote.
    Long { text: Ref<Str>, at: usize, quote: Option<char> },
    /// A long byte string, escaped.
    LongBytes { bytes: Ref<Bytes>, at: usize, quote: char },
}

/// Bytes of text after which a renderer lets go.
const PIECE_BYTES: usize = 32 * 1024;
/// Strings up to this many bytes are written in one go.
const SHORT_BYTES: usize = 4 * 1024;
/// Nesting from which on open containers are looked up in a set.
const DEEP: usize = 64;

/// Writes texts of values, one piece after another.
#[derive(Debug, Default)]
pub struct Renderer {
    levels: Vec<Level>,
    /// The containers among `levels`, once there are more than [`DEEP`].
    open: FxHashSet<(u8, u32)>,
}

impl Renderer {
    /// Starts with a value; what fits is written to `out` at once.
    #[inline]
    pub fn start(&mut self, vm: &mut Vm, v: Value, form: Form, out: &mut String) -> R<()> {
        match v {
            Value::Str(text) if form == Form::Str => {
                let s = vm.heap.str(text);
                if s.len() <= SHORT_BYTES {
                    out.push_str(s);
                } else {
                    self.levels.push(Level::Long { text, at: 0, quote: None });
                }
                Ok(())
            }
            Value::Exception(e) if form == Form::Str => self.exception_text(vm, e, out),
            v => self.value(vm, v, out),
        }
    }

    /// Whether everything has been written.
    #[inline]
    pub fn is_done(&self) -> bool {
        self.levels.is_empty()
    }

    /// Goes on until everything is written or `out` holds a piece.
    pub fn advance(&mut self, vm: &mut Vm, out: &mut String) -> R<()> {
        let before = out.len();
        while let Some(&level) = self.levels.last()
            && out.len() < PIECE_BYTES
        {
            self.go_on(vm, level, out)?;
        }
        vm.charge((out.len().saturating_sub(before)) / 8 + 1);
        Ok(())
    }

    fn set_top(&mut self, level: Level) {
        *self.levels.last_mut().expect("a level is being worked on") = level;
    }

    fn go_on(&mut self, vm: &mut Vm, level: Level, out: &mut String) -> R<()> {
        match level {
            Level::Repr(v) => {
                self.levels.pop();
                self.value(vm, v, out)
            }
            Level::Text(text) => {
                self.levels.pop();
                out.push_str(text);
                Ok(())
            }
            Level::Items { of, at } => self.items(vm, of, at, out),
            Level::Fields { of, at } => self.fields(vm, of, at, out),
            Level::Parameters { of, at } => self.parameters(vm, of, at, out),
            Level::Entries { dict, position, first } => self.entries(vm, dict, position, first, out),
            Level::Viewed { view, position, first } => self.viewed(vm, view, position, first, out),
            Level::Members { of, set, position, first } => {
                let next = vm.heap.get(set).table.next_from(position).map(|(at, e)| (at, e.key));
                let Some((at, key)) = next else {
                    out.push_str(if matches!(of, Value::Set(_)) { "}" } else { "})" });
                    self.leave(of);
                    return Ok(());
                };
                separate(first, out);
                self.set_top(Level::Members { of, set, position: at + 1, first: false });
                self.value(vm, key, out)
            }
            Level::Long { text, at, quote } => {
                let rest = &vm.heap.str(text)[at..];
                let end = floor_char_boundary(rest, PIECE_BYTES);
                match quote {
                    Some(quote) => push_escaped(&rest[..end], quote, out),
                    None => out.push_str(&rest[..end]),
                }
                if end < rest.len() {
                    self.set_top(Level::Long { text, at: at + end, quote });
                } else {
                    out.extend(quote);
                    self.levels.pop();
                }
                Ok(())
            }
            Level::LongBytes { bytes, at, quote } => {
                let rest = &vm.heap.get(bytes).data[at..];
                let end = rest.len().min(PIECE_BYTES);
                push_bytes_escaped(&rest[..end], quote, out);
                if end < rest.len() {
                    self.set_top(Level::LongBytes { bytes, at: at + end, quote });
                } else {
                    out.push(quote);
                    self.levels.pop();
                }
                Ok(())
            }
        }
    }

    fn items(&mut self, vm: &mut Vm, of: Value, mut at: usize, out: &mut String) -> R<()> {
        let depth = self.levels.len();
        loop {
            let items = match of {
                Value::List(l) => vm.heap.get(l).items.as_slice(),
                of => tuple_items(&vm.heap, of),
            };
            let Some(&item) = items.get(at) else {
                out.push_str(match (of, at) {
                    (Value::List(_), _) => "]",
                    (_, 1) => ",)",
                    _ => ")",
                });
                self.leave(of);
                return Ok(());
            };
            separate(at == 0, out);
            at += 1;
            // What is written at once needs no record of where this level stands.
            if let Value::Int(i) = item {
                push_int(i, out);
            } else {
                self.set_top(Level::Items { of, at });
                self.value(vm, item, out)?;
            }
            if self.levels.len() > depth || out.len() >= PIECE_BYTES {
                self.levels[depth - 1] = Level::Items { of, at };
                return Ok(());
            }
        }
    }

    fn fields(&mut self, vm: &mut Vm, of: Value, at: usize, out: &mut String) -> R<()> {
        let Value::StructSeq(s) = of else { unreachable!("only these have fields") };
        let names = vm.heap.get(s).ty.fields;
        let Some(&item) = tuple_items(&vm.heap, of).get(at) else {
            out.push(')');
            self.leave(of);
            return Ok(());
        };
        separate(at == 0, out);
        if let Some(name) = names.get(at) {
            out.push_str(name);
            out.push('=');
        }
        self.set_top(Level::Fields { of, at: at + 1 });
        self.value(vm, item, out)
    }

    fn alias(&mut self, vm: &mut Vm, of: Ref<Alias>, out: &mut String) -> R<()> {
        self.deepen(vm, 1)?;
        if let Some(ty) = vm.heap.get(of).origin {
            out.push_str(&full_name(ty));
            out.push('[');
        }
        self.levels.push(Level::Parameters { of, at: 0 });
        Ok(())
    }

    fn parameters(&mut self, vm: &mut Vm, of: Ref<Alias>, at: usize, out: &mut String) -> R<()> {
        let alias = *vm.heap.get(of);
        let items = &vm.heap.get(alias.args).items;
        let Some(&item) = items.get(at) else {
            out.push_str(match alias.origin {
                None => "",
                Some(_) if items.is_empty() => "()]",
                Some(_) => "]",
            });
            self.levels.pop();
            return Ok(());
        };
        if at > 0 {
            out.push_str(if alias.origin.is_some() { ", " } else { " | " });
        }
        self.set_top(Level::Parameters { of, at: at + 1 });
        match item {
            Value::Type(TypeId::NoneType) if alias.origin.is_none() => out.push_str("None"),
            Value::Type(ty) => out.push_str(&full_name(ty)),
            Value::Ellipsis => out.push_str("..."),
            v => self.value(vm, v, out)?,
        }
        Ok(())
    }

    fn entries(&mut self, vm: &mut Vm, dict: Ref<Dict>, at: usize, first: bool, out: &mut String) -> R<()> {
        let next = vm.heap.get(dict).table.next_from(at).map(|(at, e)| (at, e.key, e.value));
        let Some((at, key, v)) = next else {
            out.push('}');
            self.leave(Value::Dict(dict));
            return Ok(());
        };
        separate(first, out);
        self.set_top(Level::Entries { dict, position: at + 1, first: false });
        self.pair(vm, key, ": ", v, out)
    }

    /// Writes two values; the second one waits where the first takes a level.
    fn pair(&mut self, vm: &mut Vm, a: Value, between: &'static str, b: Value, out: &mut String) -> R<()> {
        let depth = self.levels.len();
        self.value(vm, a, out)?;
        if self.levels.len() == depth {
            out.push_str(between);
            return self.value(vm, b, out);
        }
        self.levels.splice(depth..depth, [Level::Repr(b), Level::Text(between)]);
        Ok(())
    }

    fn viewed(&mut self, vm: &mut Vm, view: Value, at: usize, first: bool, out: &mut String) -> R<()> {
        let Value::View(r) = view else { unreachable!("the level is a view's") };
        let shown = *vm.heap.get(r);
        let next = vm.heap.get(shown.dict).table.next_from(at).map(|(at, e)| (at, e.key, e.value));
        let Some((at, key, v)) = next else {
            out.push_str("])");
            self.leave(view);
            return Ok(());
        };
        separate(first, out);
        self.set_top(Level::Viewed { view, position: at + 1, first: false });
        match shown.kind {
            ViewKind::Keys => self.value(vm, key, out),
            ViewKind::Values => self.value(vm, v, out),
            ViewKind::Items => {
                out.push('(');
                self.levels.push(Level::Text(")"));
                self.pair(vm, key, ", ", v, out)
            }
        }
    }

    /// `repr` of a value: at once, or as a new level.
    fn value(&mut self, vm: &mut Vm, v: Value, out: &mut String) -> R<()> {
        match v {
            Value::Undef | Value::None => out.push_str("None"),
            Value::Bool(b) => out.push_str(if b { "True" } else { "False" }),
            Value::Int(i) => push_int(i, out),
            Value::Float(x) => push_float_repr(x, out),
            Value::Str(s) => self.string(vm, s, out),
            Value::Bytes(b) => self.bytes(vm, b, out),
            Value::List(l) => {
                let close = if vm.heap.get(l).items.is_empty() { Some("[]") } else { None };
                self.enter(vm, v, ["[", "[...]"], close, Level::Items { of: v, at: 0 }, out)?;
            }
            Value::Tuple(t) => {
                let close = if vm.heap.get(t).items.is_empty() { Some("()") } else { None };
                self.enter(vm, v, ["(", "(...)"], close, Level::Items { of: v, at: 0 }, out)?;
            }
            Value::Dict(dict) => {
                let close = if vm.heap.get(dict).table.is_empty() { Some("{}") } else { None };
                let level = Level::Entries { dict, position: 0, first: true };
                self.enter(vm, v, ["{", "{...}"], close, level, out)?;
            }
            Value::Set(set) => {
                let close = if vm.heap.get(set).table.is_empty() { Some("set()") } else { None };
                let level = Level::Members { of: v, set, position: 0, first: true };
                self.enter(vm, v, ["{", "set(...)"], close, level, out)?;
            }
            Value::FrozenSet(set) => {
                let close = if vm.heap.get(set).table.is_empty() { Some("frozenset()") } else { None };
                let level = Level::Members { of: v, set, position: 0, first: true };
                self.enter(vm, v, ["frozenset({", "frozenset(...)"], close, level, out)?;
            }
            Value::View(r) => {
                let open = match vm.heap.get(r).kind {
                    ViewKind::Keys => "dict_keys([",
                    ViewKind::Values => "dict_values([",
                    ViewKind::Items => "dict_items([",
                };
                let level = Level::Viewed { view: v, position: 0, first: true };
                self.enter(vm, v, [open, "..."], None, level, out)?;
            }
            Value::StructSeq(s) => {
                out.push_str(vm.heap.get(s).ty.name);
                self.enter(vm, v, ["(", "(...)"], None, Level::Fields { of: v, at: 0 }, out)?;
            }
            Value::Exception(e) => {
                out.push_str(vm.heap.get(e).ty.name());
                self.arguments(vm, e, out)?;
            }
            Value::Alias(r) => self.alias(vm, r, out)?,
            Value::Slice(r) => {
                let slice = *vm.heap.get(r);
                out.push_str("slice(");
                self.deepen(vm, 6)?;
                self.levels.extend([
                    Level::Text(")"),
                    Level::Repr(slice.step),
                    Level::Text(", "),
                    Level::Repr(slice.stop),
                    Level::Text(", "),
                    Level::Repr(slice.start),
                ]);
            }
            Value::Method(r) if !matches!(vm.heap.get(r).function, Value::Native(_)) => {
                let method = *vm.heap.get(r);
                let _ = write!(out, "<bound method {} of ", function_name(vm, method.function));
                self.deepen(vm, 2)?;
                self.levels.extend([Level::Text(">"), Level::Repr(method.receiver)]);
            }
            Value::Big(b) => match big_to_string(&vm.heap.get(b).value, limits::INT_DIGITS_MAX) {
                Ok(digits) => out.push_str(&digits),
                Err(error) => return Err(super::text_error(vm, error)),
            },
            v => push_plain(vm, v, out),
        }
        Ok(())
    }

    fn string(&mut self, vm: &Vm, text: Ref<Str>, out: &mut String) {
        let s = vm.heap.str(text);
        if s.len() <= SHORT_BYTES {
            return push_str_repr(s, out);
        }
        let quote = quote_of(s.as_bytes());
        out.push(quote);
        self.levels.push(Level::Long { text, at: 0, quote: Some(quote) });
    }

    fn bytes(&mut self, vm: &Vm, bytes: Ref<Bytes>, out: &mut String) {
        let data = &vm.heap.get(bytes).data;
        let quote = quote_of(data);
        out.push('b');
        out.push(quote);
        if data.len() <= SHORT_BYTES {
            push_bytes_escaped(data, quote, out);
            out.push(quote);
        } else {
            self.levels.push(Level::LongBytes { bytes, at: 0, quote });
        }
    }

    /// `(arg)`, or all arguments as a tuple.
    fn arguments(&mut self, vm: &mut Vm, e: Ref<Exception>, out: &mut String) -> R<()> {
        let args = vm.heap.get(e).args;
        match *vm.heap.get(args).items {
            [only] => {
                self.deepen(vm, 2)?;
                out.push('(');
                self.levels.extend([Level::Text(")"), Level::Repr(only)]);
                Ok(())
            }
            _ => self.value(vm, Value::Tuple(args), out),
        }
    }

    /// `str(exception)`
    fn exception_text(&mut self, vm: &mut Vm, e: Ref<Exception>, out: &mut String) -> R<()> {
        if let Some(text) = super::own_text(vm, e) {
            return self.start(vm, text, Form::Str, out);
        }
        let Exception { ty, args, .. } = *vm.heap.get(e);
        match *vm.heap.get(args).items {
            [] => Ok(()),
            [only] if ty.is_subtype_of(TypeId::KeyError) => self.value(vm, only, out),
            [Value::Exception(inner)] => {
                let innermost = innermost_exception(vm, inner)?;
                self.exception_text(vm, innermost, out)
            }
            [only] => self.start(vm, only, Form::Str, out),
            _ => self.value(vm, Value::Tuple(args), out),
        }
    }

    /// Opens a container, unless it is empty or open already.
    fn enter(
        &mut self,
        vm: &mut Vm,
        v: Value,
        [open, again]: [&'static str; 2],
        empty: Option<&'static str>,
        level: Level,
        out: &mut String,
    ) -> R<()> {
        if let Some(empty) = empty {
            out.push_str(empty);
            return Ok(());
        }
        if self.is_open(v) {
            let shown = if matches!(v, Value::StructSeq(_)) { "(...)" } else { again };
            out.push_str(shown);
            return Ok(());
        }
        self.deepen(vm, 1)?;
        out.push_str(open);
        self.levels.push(level);
        if self.levels.len() == DEEP + 1 {
            self.open.extend(self.levels.iter().filter_map(|l| l.container()).map(key));
        } else if self.levels.len() > DEEP {
            self.open.insert(key(v));
        }
        Ok(())
    }

    /// Ends the container on top.
    fn leave(&mut self, v: Value) {
        self.levels.pop();
        if self.levels.len() >= DEEP {
            self.open.remove(&key(v));
        } else if !self.open.is_empty() {
            self.open.clear();
        }
    }

    fn is_open(&self, v: Value) -> bool {
        if self.levels.len() > DEEP {
            return self.open.contains(&key(v));
        }
        self.levels.iter().any(|l| l.container().is_some_and(|c| c.is(v)))
    }

    fn deepen(&self, vm: &mut Vm, more: usize) -> R<()> {
        if self.levels.len() + more > limits::RENDER_DEPTH_MAX { Err(too_deep(vm)) } else { Ok(()) }
    }

    /// Reports every value it holds.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        for level in &self.levels {
            match *level {
                Level::Repr(v) => tracer.value(v),
                Level::Long { text, .. } => tracer.object(text),
                Level::Parameters { of, .. } => tracer.object(of),
                Level::LongBytes { bytes, .. } => tracer.object(bytes),
                level => {
                    if let Some(v) = level.container() {
                        tracer.value(v);
                    }
                }
            }
        }
    }
}

impl Level {
    fn container(self) -> Option<Value> {
        match self {
            Level::Items { of, .. } | Level::Fields { of, .. } | Level::Members { of, .. } => Some(of),
            Level::Entries { dict, .. } => Some(Value::Dict(dict)),
            Level::Viewed { view, .. } => Some(view),
            _ => None,
        }
    }
}

#[cold]
fn too_deep(vm: &mut Vm) -> Trap {
    vm.raise(TypeId::RecursionError, "maximum recursion depth exceeded while getting the repr of an object")
}

/// The exception whose text an exception shows that has only another exception to show.
fn innermost_exception(vm: &mut Vm, mut e: Ref<Exception>) -> R<Ref<Exception>> {
    for seen in 0..limits::RENDER_DEPTH_MAX {
        match only_exception(vm, e) {
            Some(inner) => e = inner,
            None => {
                vm.charge(seen);
                return Ok(e);
            }
        }
    }
    Err(too_deep(vm))
}

fn only_exception(vm: &Vm, e: Ref<Exception>) -> Option<Ref<Exception>> {
    let e = vm.heap.get(e);
    match *vm.heap.get(e.args).items {
        [Value::Exception(inner)] if !e.ty.is_subtype_of(TypeId::KeyError) => Some(inner),
        _ => None,
    }
}

#[inline]
fn separate(first: bool, out: &mut String) {
    if !first {
        out.push_str(", ");
    }
}

fn push_int(i: i64, out: &mut String) {
    out.push_str(itoa::Buffer::new().format(i));
}

/// The last character boundary at or before `at`.
fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn key(v: Value) -> (u8, u32) {
    match v {
        Value::List(r) => (0, r.index()),
        Value::Tuple(r) => (1, r.index()),
        Value::Dict(r) => (2, r.index()),
        Value::Set(r) | Value::FrozenSet(r) => (3, r.index()),
        Value::View(r) => (4, r.index()),
        Value::StructSeq(r) => (5, r.index()),
        _ => unreachable!("only containers are opened"),
    }
}

/// What `id()` answers and what `repr` shows as an address: unique among live objects, stable, never a real
/// address.
pub fn address(v: Value) -> u64 {
    let heap = |kind: u64, index: u32| 0x7f00_0000_0000 + (kind << 36) + (u64::from(index) + 1) * 16;
    match v {
        Value::Undef => 0,
        Value::None => 0x7e00_0000_0010,
        Value::NotImplemented => 0x7e00_0000_0020,
        Value::Ellipsis => 0x7e00_0000_0030,
        Value::Bool(b) => 0x7e00_0000_0040 + u64::from(b) * 32,
        // Integers and floats have no identity of their own: equal ones share it, as `is` has it.
        Value::Int(i) => 0x1000_0000_0000_0000 ^ (i as u64).wrapping_mul(16),
        Value::Float(x) => 0x2000_0000_0000_0000 ^ x.to_bits().rotate_left(8) & !15,
        Value::Type(ty) => 0x7e00_0001_0000 + (ty as u64) * 0x200,
        Value::Native(def) => std::ptr::from_ref(def) as u64,
        Value::Big(r) => heap(0, r.index()),
        Value::Complex(r) => heap(1, r.index()),
        Value::Str(r) => heap(2, r.index()),
        Value::Bytes(r) => heap(3, r.index()),
        Value::List(r) => heap(4, r.index()),
        Value::Tuple(r) => heap(5, r.index()),
        Value::Dict(r) => heap(6, r.index()),
        Value::Set(r) | Value::FrozenSet(r) => heap(7, r.index()),
        Value::Range(r) => heap(8, r.index()),
        Value::Slice(r) => heap(9, r.index()),
        Value::Function(r, _) => heap(10, r.index()),
        Value::Method(r) => heap(11, r.index()),
        Value::Cell(r) => heap(12, r.index()),
        Value::Iter(r) => heap(13, r.index()),
        Value::Generator(r) => heap(14, r.index()),
        Value::Exception(r) => heap(15, r.index()),
        Value::Traceback(r) => heap(16, r.index()),
        Value::Module(r) => heap(17, r.index()),
        Value::View(r) => heap(18, r.index()),
        Value::File(r) => heap(19, r.index()),
        Value::StructSeq(r) => heap(20, r.index()),
        Value::Object(r) => heap(21, r.index()),
        Value::Alias(r) => heap(22, r.index()),
    }
}

fn function_name(vm: &Vm, v: Value) -> String {
    match v {
        Value::Function(f, _) => vm.function_qualname(f),
        _ => vm.type_name(v).to_owned(),
    }
}

fn full_name(ty: TypeId) -> String {
    match ty.module() {
        module if module != "builtins" && !ty.name().contains('.') => format!("{module}.{}", ty.name()),
        _ => ty.name().to_owned(),
    }
}

/// `repr` of what holds no other values that are shown.
fn push_plain(vm: &mut Vm, v: Value, out: &mut String) {
    let at = address(v);
    let heap = &vm.heap;
    let written = match v {
        Value::NotImplemented => out.write_str("NotImplemented"),
        Value::Ellipsis => out.write_str("Ellipsis"),
        Value::Type(ty) => write!(out, "<class '{}'>", full_name(ty)),
        Value::Native(def) => push_native(def, out),
        Value::Complex(c) => {
            let c = heap.get(c);
            out.write_str(&complex_repr(c.re, c.im))
        }
        Value::Range(r) => push_range(heap, r, out),
        Value::Function(f, _) => write!(out, "<function {} at {at:#x}>", vm.function_qualname(f)),
        Value::Method(m) => {
            let m = *heap.get(m);
            let (what, name) = match m.function {
                Value::Native(def) if matches!(def.kind, NativeKind::Slot(_)) => {
                    ("method-wrapper", format!("'{}'", def.name))
                }
                Value::Native(def) => ("built-in method", def.name.to_owned()),
                _ => ("built-in method", "?".to_owned()),
            };
            let (of, at) = (vm.type_name(m.receiver), address(m.receiver));
            write!(out, "<{what} {name} of {of} object at {at:#x}>")
        }
        Value::Cell(c) => match heap.get(c).value {
            Value::Undef => write!(out, "<cell at {at:#x}: empty>"),
            held => {
                let name = vm.type_name(held);
                write!(out, "<cell at {at:#x}: {name} object at {:#x}>", address(held))
            }
        },
        Value::Generator(g) => {
            let name = match heap.get(g).qualname {
                Value::Str(s) => heap.str(s),
                _ => "<genexpr>",
            };
            write!(out, "<generator object {name} at {at:#x}>")
        }
        Value::Module(m) => {
            write!(out, "<module '{}' (built-in)>", heap.str(heap.get(m).name))
        }
        Value::File(f) => {
            let (name, mode) = match heap.get(f).kind {
                FileKind::Stdin => ("<stdin>", "r"),
                FileKind::Stdout => ("<stdout>", "w"),
                FileKind::Stderr => ("<stderr>", "w"),
            };
            write!(out, "<_io.TextIOWrapper name='{name}' mode='{mode}' encoding='utf-8'>")
        }
        v => write!(out, "<{} object at {at:#x}>", vm.type_name(v)),
    };
    written.expect("writing to a string cannot fail");
}

fn push_native(def: &'static NativeDef, out: &mut String) -> std::fmt::Result {
    match def.kind {
        NativeKind::Function | NativeKind::Module(_) => write!(out, "<built-in function {}>", def.name),
        NativeKind::Method(ty) => write!(out, "<method '{}' of '{}' objects>", def.name, ty.name()),
        NativeKind::Slot(ty) => write!(out, "<slot wrapper '{}' of '{}' objects>", def.name, ty.name()),
        NativeKind::Attribute { ty, member } => {
            let what = if member { "member" } else { "attribute" };
            write!(out, "<{what} '{}' of '{}' objects>", def.name, ty.name())
        }
        NativeKind::Static(ty) => {
            let at = address(Value::Type(ty));
            write!(out, "<built-in method {} of type object at {at:#x}>", def.name)
        }
    }
}

fn push_range(heap: &Heap, r: Ref<crate::vm::types::range::Range>, out: &mut String) -> std::fmt::Result {
    let range = heap.get(r);
    let text = |v| crate::vm::types::range::big_of(heap, v);
    write!(out, "range({}, {}", text(range.start), text(range.stop))?;
    match range.step {
        Value::Int(1) => {}
        step => write!(out, ", {}", text(step))?,
    }
    out.write_char(')')
}

/// The text of a value if it is no longer than one piece.
pub(super) fn render_now(vm: &mut Vm, v: Value, form: Form) -> R<Option<String>> {
    let mut renderer = Renderer::default();
    let mut out = String::new();
    renderer.start(vm, v, form, &mut out)?;
    renderer.advance(vm, &mut out)?;
    Ok(if renderer.is_done() { Some(finish_piece(out, form)) } else { None })
}

/// The text of a value, at once or as a task.
pub(super) fn render(vm: &mut Vm, v: Value, form: Form) -> R {
    let mut renderer = Renderer::default();
    let mut out = String::new();
    renderer.start(vm, v, form, &mut out)?;
    if !renderer.is_done() {
        renderer.advance(vm, &mut out)?;
    }
    let piece = finish_piece(out, form);
    if renderer.is_done() {
        return value(vm.string(piece));
    }
    let chars = piece.chars().count();
    let buffer = vm.heap.alloc(StrBuffer::new(piece));
    Ok(Flow::task(Render { renderer, form, buffer, chars }))
}

/// `ascii` escapes what `repr` lets through.
fn finish_piece(piece: String, form: Form) -> String {
    if form != Form::Ascii || piece.is_ascii() {
        return piece;
    }
    let mut out = String::with_capacity(piece.len() * 2);
    for c in piece.chars() {
        if c.is_ascii() { out.push(c) } else { push_escape(c, &mut out) }
    }
    out
}

/// A text too long for one step.
struct Render {
    renderer: Renderer,
    form: Form,
    buffer: Ref<StrBuffer>,
    chars: usize,
}

impl Task for Render {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            let mut piece = String::new();
            self.renderer.advance(vm, &mut piece)?;
            let piece = finish_piece(piece, self.form);
            self.chars += piece.chars().count();
            let len = vm.heap.get(self.buffer).text.len() + piece.len();
            if vm.heap.would_exceed(len) {
                return Err(vm.raise(TypeId::MemoryError, ""));
            }
            vm.heap.get_mut(self.buffer).text.push_str(&piece);
            if self.renderer.is_done() {
                return Ok(Step::Done(shared(vm, self.buffer, self.chars)));
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.renderer.trace(tracer);
        tracer.object(self.buffer);
    }
}
