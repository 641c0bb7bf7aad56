//! [`Value`]: what a register, a list slot or a dict entry holds.

use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::num::NonZeroU32;

use super::machine::CodeId;
use super::native::NativeDef;
use super::type_id::TypeId;
use super::types::{
    alias::Alias, bytes::Bytes, cell::Cell, complex::Complex, dict::Dict, exception::Exception, file::File,
    function::Function, generator::Generator, int::BigInteger, iterator::Iter, list::List,
    method::BoundMethod, module::Module, object::Object, range::Range, set::Set, slice::Slice, str::Str,
    struct_seq::StructSeq, traceback::Traceback, tuple::Tuple, view::View,
};

/// A handle to a heap object of type `T`: an index into that type's arena. Meaningless outside its heap.
pub struct Ref<T> {
    /// One more than the index, so that `Option<Ref<T>>` takes no more room.
    slot: NonZeroU32,
    of: PhantomData<fn() -> T>,
}

impl<T> Ref<T> {
    pub(super) fn new(index: u32) -> Ref<T> {
        Ref { slot: NonZeroU32::new(index + 1).expect("indices stay below u32::MAX"), of: PhantomData }
    }

    /// The slot's index in its arena.
    #[inline]
    pub fn index(self) -> u32 {
        self.slot.get() - 1
    }
}

impl<T> Clone for Ref<T> {
    #[inline]
    fn clone(&self) -> Ref<T> {
        *self
    }
}
impl<T> Copy for Ref<T> {}
impl<T> PartialEq for Ref<T> {
    #[inline]
    fn eq(&self, other: &Ref<T>) -> bool {
        self.slot == other.slot
    }
}
impl<T> Eq for Ref<T> {}
impl<T> Hash for Ref<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.slot.hash(state);
    }
}
impl<T> std::fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.index())
    }
}

/// A Python value: 16 bytes, `Copy`. Small things are inline, the rest are handles into the run's heap.
///
/// The layout is fixed to a tag and a payload at offset 8: two plain moves. Left to itself the compiler
/// packs payloads right behind the tag and then copies values in overlapping pieces, which stalls the
/// processor's store forwarding.
#[derive(Clone, Copy, Debug)]
#[repr(C, u8)]
pub enum Value {
    /// No value: an unbound variable, a missing argument, an exhausted iterator. Never visible to a script.
    Undef,
    /// `None`
    None,
    /// `NotImplemented`
    NotImplemented,
    /// `...`
    Ellipsis,
    /// `True`, `False`
    Bool(bool),
    /// An integer that fits 64 bits; larger ones are `Big`, and never the other way round.
    Int(i64),
    /// A float.
    Float(f64),
    /// A built-in type.
    Type(TypeId),
    /// A built-in function.
    Native(&'static NativeDef),
    /// An integer beyond 64 bits.
    Big(Ref<BigInteger>),
    /// `complex`
    Complex(Ref<Complex>),
    /// `str`
    Str(Ref<Str>),
    /// `bytes`
    Bytes(Ref<Bytes>),
    /// `list`
    List(Ref<List>),
    /// `tuple`
    Tuple(Ref<Tuple>),
    /// `dict`
    Dict(Ref<Dict>),
    /// `set`
    Set(Ref<Set>),
    /// `frozenset`
    FrozenSet(Ref<Set>),
    /// `range`
    Range(Ref<Range>),
    /// `slice`
    Slice(Ref<Slice>),
    /// A Python function, with its code at hand for calls.
    Function(Ref<Function>, CodeId),
    /// A method with its receiver.
    Method(Ref<BoundMethod>),
    /// A variable shared with inner functions.
    Cell(Ref<Cell>),
    /// A built-in iterator.
    Iter(Ref<Iter>),
    /// A generator.
    Generator(Ref<Generator>),
    /// An exception.
    Exception(Ref<Exception>),
    /// A traceback object.
    Traceback(Ref<Traceback>),
    /// A module.
    Module(Ref<Module>),
    /// `dict_keys`, `dict_values`, `dict_items`
    View(Ref<View>),
    /// A standard stream.
    File(Ref<File>),
    /// A tuple with field names (`sys.version_info`).
    StructSeq(Ref<StructSeq>),
    /// An instance of `object`.
    Object(Ref<Object>),
    /// `list[int]`, `int | None`
    Alias(Ref<Alias>),
}

const _: () = assert!(size_of::<Value>() == 16, "a value is 16 bytes");

impl Value {
    /// `a is b`.
    #[inline]
    pub fn is(self, other: Value) -> bool {
        use Value::*;
        match (self, other) {
            (Undef, Undef) | (None, None) | (NotImplemented, NotImplemented) | (Ellipsis, Ellipsis) => true,
            (Bool(a), Bool(b)) => a == b,
            (Int(a), Int(b)) => a == b,
            (Float(a), Float(b)) => a.to_bits() == b.to_bits(),
            (Type(a), Type(b)) => a == b,
            (Native(a), Native(b)) => std::ptr::eq(a, b),
            (Big(a), Big(b)) => a == b,
            (Complex(a), Complex(b)) => a == b,
            (Str(a), Str(b)) => a == b,
            (Bytes(a), Bytes(b)) => a == b,
            (List(a), List(b)) => a == b,
            (Tuple(a), Tuple(b)) => a == b,
            (Dict(a), Dict(b)) => a == b,
            (Set(a), Set(b)) | (FrozenSet(a), FrozenSet(b)) => a == b,
            (Range(a), Range(b)) => a == b,
            (Slice(a), Slice(b)) => a == b,
            (Function(a, _), Function(b, _)) => a == b,
            (Method(a), Method(b)) => a == b,
            (Cell(a), Cell(b)) => a == b,
            (Iter(a), Iter(b)) => a == b,
            (Generator(a), Generator(b)) => a == b,
            (Exception(a), Exception(b)) => a == b,
            (Traceback(a), Traceback(b)) => a == b,
            (Module(a), Module(b)) => a == b,
            (View(a), View(b)) => a == b,
            (File(a), File(b)) => a == b,
            (StructSeq(a), StructSeq(b)) => a == b,
            (Object(a), Object(b)) => a == b,
            (Alias(a), Alias(b)) => a == b,
            _ => false,
        }
    }

    /// Whether this is [`Value::Undef`].
    #[inline]
    pub fn is_undef(self) -> bool {
        matches!(self, Value::Undef)
    }

    /// Whether this is `None`.
    #[inline]
    pub fn is_none(self) -> bool {
        matches!(self, Value::None)
    }

    /// `None` for [`Value::Undef`], for optional arguments.
    #[inline]
    pub fn bound(self) -> Option<Value> {
        if self.is_undef() { None } else { Some(self) }
    }

    /// Whether [`Value::type_id`] is all there is to its type: what these share is looked at by [`super::vm::Vm::type_of`].
    pub fn has_one_type(self) -> bool {
        !matches!(
            self,
            Value::Exception(_) | Value::View(_) | Value::Iter(_) | Value::Method(_) | Value::Alias(_)
        )
    }

    /// The built-in type this value is an instance of.
    #[inline]
    pub fn type_id(self) -> TypeId {
        use Value::*;
        match self {
            Undef | None => TypeId::NoneType,
            NotImplemented => TypeId::NotImplementedType,
            Ellipsis => TypeId::Ellipsis,
            Bool(_) => TypeId::Bool,
            Int(_) | Big(_) => TypeId::Int,
            Float(_) => TypeId::Float,
            Type(_) => TypeId::Type,
            Native(def) => def.kind.type_id(),
            Complex(_) => TypeId::Complex,
            Str(_) => TypeId::Str,
            Bytes(_) => TypeId::Bytes,
            List(_) => TypeId::List,
            Tuple(_) => TypeId::Tuple,
            Dict(_) => TypeId::Dict,
            Set(_) => TypeId::Set,
            FrozenSet(_) => TypeId::FrozenSet,
            Range(_) => TypeId::Range,
            Slice(_) => TypeId::Slice,
            Function(..) => TypeId::Function,
            Method(_) => TypeId::Method,
            Cell(_) => TypeId::Cell,
            Iter(_) => TypeId::Iterator,
            Generator(_) => TypeId::Generator,
            Exception(_) => TypeId::BaseException,
            Traceback(_) => TypeId::Traceback,
            Module(_) => TypeId::Module,
            View(_) => TypeId::DictKeys,
            File(_) => TypeId::TextIoWrapper,
            StructSeq(_) => TypeId::Tuple,
            Object(_) => TypeId::Object,
            Alias(_) => TypeId::UnionType,
        }
    }
}
