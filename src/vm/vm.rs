//! [`Vm`]: what native functions see of a run. The stacks are not part of it: a native can neither look at
//! nor change the frames, it answers with a [`super::flow::Flow`] instead.

use std::collections::VecDeque;
use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::ToPrimitive;
use rustc_hash::FxHashMap;

use super::flow::{R, Trap};
use super::hash::HashKeys;
use super::heap::{Heap, Tracer};
use super::native::NativeKind;
use super::type_id::TypeId;
use super::types::complex::Complex;
use super::types::dict::Dict;
use super::types::exception::Exception;
use super::types::int::BigInteger;
use super::types::list::List;
use super::types::module::Module;
use super::types::str::Str;
use super::types::tuple::Tuple;
use super::types::{bytes::Bytes, file::FileKind};
use super::value::{Ref, Value};
use crate::bytecode::{Code, Compiler};
use crate::limits;

/// Why a run must end at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KillReason {
    /// Live memory passed the limit.
    Memory,
}

/// Which standard stream a piece of output belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputStream {
    /// `sys.stdout`
    Stdout,
    /// `sys.stderr`
    Stderr,
}

/// What the script has written and the host has not taken yet, oldest first.
#[derive(Debug, Default)]
pub struct Output {
    /// Pieces; neighbours differ in their stream.
    pub chunks: Vec<(OutputStream, Vec<u8>)>,
    /// Bytes in all pieces.
    pub pending: usize,
    /// At this many bytes the run stops for the host to take them.
    pub step_bytes: usize,
}

impl Output {
    /// Appends to a stream.
    pub fn write(&mut self, stream: OutputStream, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.pending += bytes.len();
        match self.chunks.last_mut() {
            Some((last, buffer)) if *last == stream => buffer.extend_from_slice(bytes),
            _ => self.chunks.push((stream, bytes.to_vec())),
        }
    }

    /// Whether the host should take the output now.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.pending >= self.step_bytes
    }
}

/// Standard input as far as the host has provided it.
#[derive(Debug, Default)]
pub struct Input {
    /// Bytes not read by the script yet.
    pub buffer: VecDeque<u8>,
    /// Nothing more will come.
    pub at_end: bool,
}

/// The state of a run that natives work on.
pub struct Vm {
    /// All objects.
    pub heap: Heap,
    /// Fuel left in this slice; may go below zero, which later slices pay back.
    pub fuel: i64,
    /// Fuel that natives burnt since the start.
    pub native_fuel: u64,
    /// Iterators inside iterators whose next value is being taken on the native stack.
    pub iterators_nested: usize,
    /// What a [`super::flow::Flow::Call`] asks to be called.
    pub callee: Value,
    /// Arguments of that call: positional, then keyword values.
    pub call_args: Vec<Value>,
    /// Names (strings) of the keyword values at the end of [`Vm::call_args`].
    pub call_names: Vec<Value>,
    /// The exception being handled, or `None`.
    pub handled: Value,
    /// The value of the last expression, in echo mode.
    pub result: Value,
    /// What the bottom frame returned.
    pub result_of_program: Value,
    /// Set together with [`Trap::Kill`].
    pub killed: Option<KillReason>,
    /// Output not taken yet.
    pub output: Output,
    /// Standard input.
    pub input: Input,
    /// `sys.argv`
    pub argv: Vec<String>,
    /// Python frames allowed at once.
    pub recursion_limit: usize,
    /// Compiles `eval` and `exec` text.
    pub compiler: Rc<dyn Compiler>,
    /// Keys of the table hash.
    pub keys: HashKeys,
    /// Modules imported so far, by name.
    pub modules: FxHashMap<&'static str, Ref<Module>>,
    /// The shared code of every linked code object, by its number: what functions are called.
    pub codes: Vec<Rc<Code>>,
    /// The last number that [`Vm::next_keys_version`] gave out.
    keys_version: u32,
    /// An empty text with room, for what is put together before its size is known.
    pub scratch: String,
    interned: FxHashMap<Box<str>, Ref<Str>>,
    ascii: Vec<Option<Ref<Str>>>,
    empty_tuple: Option<Ref<Tuple>>,
    /// `sys.stdin`, `sys.stdout`, `sys.stderr` as they were at the start.
    files: [Option<Value>; 3],
}

impl std::fmt::Debug for Vm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vm")
            .field("fuel", &self.fuel)
            .field("bytes", &self.heap.bytes())
            .finish_non_exhaustive()
    }
}

impl Vm {
    /// A fresh run's state. `memory_max` is in bytes, `usize::MAX` for no limit.
    pub fn new(compiler: Rc<dyn Compiler>, memory_max: usize) -> Vm {
        Vm {
            heap: Heap::new(memory_max),
            fuel: 0,
            native_fuel: 0,
            iterators_nested: 0,
            callee: Value::None,
            call_args: Vec::new(),
            call_names: Vec::new(),
            handled: Value::None,
            result: Value::None,
            result_of_program: Value::None,
            killed: None,
            output: Output { step_bytes: usize::MAX, ..Output::default() },
            input: Input::default(),
            argv: Vec::new(),
            recursion_limit: limits::RECURSION_MAX,
            compiler,
            keys: HashKeys::of_process(),
            modules: FxHashMap::default(),
            codes: Vec::new(),
            keys_version: 0,
            scratch: String::new(),
            interned: FxHashMap::default(),
            ascii: Vec::new(),
            empty_tuple: None,
            files: [None; 3],
        }
    }

    // ---- fuel --------------------------------------------------------------------------------

    /// Burns fuel for work done natively: about one unit per element or 16 bytes touched.
    #[inline]
    pub fn charge(&mut self, units: usize) {
        self.fuel -= units as i64;
        self.native_fuel += units as u64;
    }

    /// Whether the slice is over: a task should return [`super::flow::Step::Yield`].
    #[inline]
    pub fn out_of_fuel(&self) -> bool {
        self.fuel <= 0 || self.heap.attention || self.output.is_full()
    }

    /// A number for a dict whose keys have changed.
    #[inline]
    pub fn next_keys_version(&mut self) -> u32 {
        self.keys_version = self.keys_version.wrapping_add(1);
        self.keys_version
    }

    // ---- making values -----------------------------------------------------------------------

    /// A string.
    pub fn str(&mut self, text: &str) -> Value {
        if text.len() <= 1 {
            return self.short_str(text);
        }
        Value::Str(self.heap.alloc(Str::new(text)))
    }

    /// A string of ASCII characters, more than one.
    #[inline]
    pub fn ascii(&mut self, text: &str) -> Value {
        Value::Str(self.heap.alloc(Str::with_chars(text, text.len())))
    }

    /// A string, from an owned one.
    pub fn string(&mut self, text: String) -> Value {
        if text.len() <= 1 {
            return self.short_str(&text);
        }
        Value::Str(self.heap.alloc(Str::owning(text)))
    }

    /// Takes the text back that was in [`Vm::scratch`], unless it has become long.
    #[inline]
    pub fn keep_scratch(&mut self, mut text: String) {
        if text.capacity() <= limits::SCRATCH_MAX_BYTES {
            text.clear();
            self.scratch = text;
        }
    }

    /// A string of one character.
    pub fn char(&mut self, c: char) -> Value {
        self.str(c.encode_utf8(&mut [0; 4]))
    }

    /// A string of one ASCII character.
    #[inline]
    pub fn ascii_char(&mut self, byte: u8) -> Value {
        match self.ascii.get(byte as usize) {
            Some(&Some(r)) => Value::Str(r),
            _ => self.char(byte as char),
        }
    }

    /// Empty and one-byte strings exist once per run.
    fn short_str(&mut self, text: &str) -> Value {
        let slot = text.as_bytes().first().map_or(128, |&b| b as usize);
        if self.ascii.is_empty() {
            // The memory of the run before is used again.
            self.ascii.resize(129, None);
        }
        if let Some(r) = self.ascii[slot] {
            return Value::Str(r);
        }
        let r = self.heap.alloc(Str::new(text));
        self.ascii[slot] = Some(r);
        Value::Str(r)
    }

    /// The one string object of this run for a name in program text. It lives as long as something holds it.
    pub fn intern(&mut self, text: &str) -> Ref<Str> {
        if let Some(&r) = self.interned.get(text)
            && !self.heap.is_condemned(r)
        {
            return r;
        }
        if text.len() <= 1 {
            let Value::Str(r) = self.short_str(text) else { unreachable!("short_str() makes strings") };
            return r;
        }
        let r = self.heap.alloc(Str::interned(text));
        self.interned.insert(text.into(), r);
        r
    }

    /// The interned strings, for a run that begins: those that it begins with.
    pub(super) fn interned_mut(&mut self) -> &mut FxHashMap<Box<str>, Ref<Str>> {
        &mut self.interned
    }

    /// Forgets the interned strings that the collector has freed.
    pub(super) fn forget_interned(&mut self) {
        for (text, index) in std::mem::take(&mut self.heap.dead.interned) {
            // The text may have been interned anew since.
            if self.interned.get(&text).is_some_and(|r| r.index() == index) {
                self.interned.remove(&text);
            }
        }
    }

    /// A list.
    pub fn list(&mut self, items: Vec<Value>) -> Value {
        Value::List(self.heap.alloc(List { items }))
    }

    /// A tuple.
    pub fn tuple(&mut self, items: impl Into<Box<[Value]>>) -> Value {
        Value::Tuple(self.tuple_ref(items))
    }

    /// A tuple, as its handle.
    pub fn tuple_ref(&mut self, items: impl Into<Box<[Value]>>) -> Ref<Tuple> {
        let items = items.into();
        if items.is_empty() {
            if let Some(r) = self.empty_tuple {
                return r;
            }
            let r = self.heap.alloc(Tuple { items });
            self.empty_tuple = Some(r);
            return r;
        }
        self.heap.alloc(Tuple { items })
    }

    /// Bytes.
    pub fn bytes(&mut self, data: impl Into<Box<[u8]>>) -> Value {
        Value::Bytes(self.heap.alloc(Bytes { data: data.into() }))
    }

    /// An empty dict.
    pub fn dict(&mut self) -> Ref<Dict> {
        self.heap.alloc(Dict::default())
    }

    /// An integer of any size, in its one representation.
    pub fn int(&mut self, value: BigInt) -> Value {
        match value.to_i64() {
            Some(small) => Value::Int(small),
            None => Value::Big(self.heap.alloc(BigInteger { value })),
        }
    }

    /// An integer from 128 bits.
    pub fn int128(&mut self, value: i128) -> Value {
        match i64::try_from(value) {
            Ok(small) => Value::Int(small),
            Err(_) => self.int(BigInt::from(value)),
        }
    }

    /// A complex number.
    pub fn complex(&mut self, re: f64, im: f64) -> Value {
        Value::Complex(self.heap.alloc(Complex { re, im }))
    }

    /// The object of a standard stream.
    pub fn file(&mut self, kind: FileKind) -> Value {
        let slot = kind as usize;
        if let Some(v) = self.files[slot] {
            return v;
        }
        let v = Value::File(self.heap.alloc(super::types::file::File { kind, closed: false }));
        self.files[slot] = Some(v);
        v
    }

    // ---- sizes -------------------------------------------------------------------------------

    /// To be called before something is allocated whose size the script chooses: `MemoryError` when it
    /// can never fit, and its cost in fuel.
    #[inline]
    pub fn reserve(&mut self, bytes: usize) -> R<()> {
        self.room_for(bytes)?;
        self.charge(bytes / 16);
        Ok(())
    }

    /// As [`Vm::reserve`] for what is made by a task, which charges for each piece.
    #[inline]
    pub fn room_for(&mut self, bytes: usize) -> R<()> {
        if self.heap.would_exceed(bytes) || bytes >= limits::ALLOCATION_TRIED_BYTES && !can_allocate(bytes) {
            return Err(self.raise(TypeId::MemoryError, ""));
        }
        Ok(())
    }

    /// As [`Vm::room_for`] for `count` elements of `size` bytes; overflow counts as too large.
    pub fn room_for_elements(&mut self, count: usize, size: usize) -> R<()> {
        self.room_for(count.saturating_mul(size))
    }

    /// The longest text that a formatting function may make, in bytes.
    pub fn text_max(&self) -> usize {
        self.heap.limit().min(limits::TEXT_MADE_MAX_BYTES)
    }

    /// As [`Vm::reserve`] for `count` elements of `size` bytes; overflow counts as too large.
    pub fn reserve_elements(&mut self, count: usize, size: usize) -> R<()> {
        self.reserve(count.saturating_mul(size).min(usize::MAX / 2))
    }

    // ---- raising -----------------------------------------------------------------------------

    /// Makes an exception with one string argument (none when it is empty), to be returned as `Err`.
    #[cold]
    pub fn raise(&mut self, ty: TypeId, message: impl AsRef<str>) -> Trap {
        let message = message.as_ref();
        let args = if message.is_empty() {
            self.tuple_ref([])
        } else {
            let text = self.str(message);
            self.tuple_ref([text])
        };
        Trap::Raise(self.exception(ty, args))
    }

    /// Makes an exception with one argument of any kind.
    #[cold]
    pub fn raise_value(&mut self, ty: TypeId, argument: Value) -> Trap {
        let args = self.tuple_ref([argument]);
        Trap::Raise(self.exception(ty, args))
    }

    /// Makes an exception object.
    pub fn exception(&mut self, ty: TypeId, args: Ref<Tuple>) -> Ref<Exception> {
        self.heap.alloc(Exception {
            ty,
            args,
            trace: Vec::new(),
            cause: Value::None,
            context: Value::None,
            suppress_context: false,
            attrs: None,
            dict: None,
        })
    }

    /// `TypeError`
    #[cold]
    pub fn type_error(&mut self, message: impl AsRef<str>) -> Trap {
        self.raise(TypeId::TypeError, message)
    }

    /// `ValueError`
    #[cold]
    pub fn value_error(&mut self, message: impl AsRef<str>) -> Trap {
        self.raise(TypeId::ValueError, message)
    }

    /// `IndexError`
    #[cold]
    pub fn index_error(&mut self, message: impl AsRef<str>) -> Trap {
        self.raise(TypeId::IndexError, message)
    }

    /// `OverflowError`
    #[cold]
    pub fn overflow_error(&mut self, message: impl AsRef<str>) -> Trap {
        self.raise(TypeId::OverflowError, message)
    }

    /// `KeyError` with the key as its argument.
    #[cold]
    pub fn key_error(&mut self, key: Value) -> Trap {
        self.raise_value(TypeId::KeyError, key)
    }

    /// Ends the run.
    #[cold]
    pub fn kill(&mut self, reason: KillReason) -> Trap {
        self.killed = Some(reason);
        Trap::Kill
    }

    /// The class of a value.
    pub fn type_of(&self, v: Value) -> TypeId {
        match v {
            Value::Exception(r) => self.heap.get(r).ty,
            Value::View(r) => match self.heap.get(r).kind {
                super::types::view::ViewKind::Keys => TypeId::DictKeys,
                super::types::view::ViewKind::Values => TypeId::DictValues,
                super::types::view::ViewKind::Items => TypeId::DictItems,
            },
            Value::Iter(r) => self.heap.get(r).type_id(&self.heap),
            Value::Method(r) => match self.heap.get(r).function {
                Value::Native(def) if matches!(def.kind, NativeKind::Slot(_)) => TypeId::MethodWrapper,
                Value::Native(_) => TypeId::BuiltinFunction,
                _ => TypeId::Method,
            },
            Value::Alias(r) if self.heap.get(r).origin.is_some() => TypeId::GenericAlias,
            v => v.type_id(),
        }
    }

    /// `type(v).__name__` as error messages show it.
    pub fn type_name(&self, v: Value) -> &'static str {
        match v {
            Value::StructSeq(r) => self.heap.get(r).ty.name,
            v => self.type_of(v).name(),
        }
    }

    /// A function's `__qualname__`.
    pub fn function_qualname(&self, f: Ref<super::types::function::Function>) -> String {
        let function = self.heap.get(f);
        match function.extra.as_ref().map(|e| e.qualname) {
            Some(Value::Str(name)) => self.heap.str(name).to_owned(),
            _ => self.codes[function.code.0 as usize].qualname.to_string(),
        }
    }

    /// Reports everything that is reachable without the stacks.
    pub(super) fn trace_roots(&self, tracer: &mut Tracer<'_>) {
        for &v in self.call_args.iter().chain(&self.call_names) {
            tracer.value(v);
        }
        tracer.value(self.callee);
        tracer.value(self.handled);
        tracer.value(self.result);
        tracer.value(self.result_of_program);
        for r in self.ascii.iter().flatten() {
            tracer.object(*r);
        }
        tracer.option(self.empty_tuple);
        for &r in self.modules.values() {
            tracer.object(r);
        }
        for v in self.files.iter().flatten() {
            tracer.value(*v);
        }
    }

    /// Makes ready for another run, but for the heap and the interned strings.
    pub fn reset(&mut self) {
        self.rest();
        self.recursion_limit = limits::RECURSION_MAX;
        self.codes.clear();
        self.modules.clear();
        self.ascii.clear();
        self.empty_tuple = None;
        self.files = [None; 3];
    }

    /// Forgets what belonged to a program that has ended, and keeps what it has made.
    pub fn rest(&mut self) {
        self.fuel = 0;
        self.native_fuel = 0;
        self.iterators_nested = 0;
        self.callee = Value::None;
        self.call_args.clear();
        self.call_names.clear();
        self.handled = Value::None;
        self.result = Value::None;
        self.result_of_program = Value::None;
        self.killed = None;
        self.output.chunks.clear();
        self.output.pending = 0;
        self.input = Input::default();
        self.argv.clear();
    }

    /// The state at rest of a copy, with the objects still to be [copied](Heap::copy_some).
    pub fn begin_copy(&self) -> Vm {
        let mut copy = Vm::new(self.compiler.clone(), self.heap.limit());
        copy.output.step_bytes = self.output.step_bytes;
        copy.recursion_limit = self.recursion_limit;
        copy.modules.clone_from(&self.modules);
        copy.keys_version = self.keys_version;
        copy.ascii.clone_from(&self.ascii);
        copy.empty_tuple = self.empty_tuple;
        copy.files = self.files;
        copy
    }

    /// Notes up to `budget` of the strings from index `from` on that are interned; the index to go on from, if there
    /// are more.
    pub fn copy_interned(&mut self, from: u32, budget: u32) -> Option<u32> {
        let all = self.heap.indices::<Str>();
        let to = all.end.min(from.saturating_add(budget));
        for index in from..to {
            if let Some(text) = self.heap.at::<Str>(index)
                && text.is_interned()
            {
                let r = Ref::new(index);
                self.interned.insert(self.heap.str(r).into(), r);
            }
        }
        (to < all.end).then_some(to)
    }
}

/// Whether the system grants an allocation: a failure later would end the process, not the script.
#[cold]
fn can_allocate(bytes: usize) -> bool {
    if bytes > limits::ALLOCATION_MAX_BYTES {
        return false;
    }
    let mut probe = Vec::<u8>::new();
    let granted = probe.try_reserve_exact(bytes).is_ok();
    std::hint::black_box(&probe); // or the optimiser leaves the allocation out
    granted
}
