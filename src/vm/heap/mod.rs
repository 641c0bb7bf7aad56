//! The heap of one run: typed arenas, exact accounting, incremental mark-sweep.
//!
//! Objects are reached through [`Ref`] handles only, so a heap can be measured, cloned and dropped whole.
//! Every mutation goes through [`Heap::get_mut`] (or one of the small stores built on it), which is where
//! the write barrier and the accounting live. Collection work happens in [`Heap::collect_some`], which the
//! machine calls at safepoints; native code never sees an object vanish.

mod arena;
mod code_roots;
mod gc;

use std::ops::{Deref, DerefMut};

use super::types::{
    alias::Alias, bytes::Bytes, cell::Cell, complex::Complex, dict::Dict, exception::Exception, file::File,
    function::Function, generator::Generator, int::BigInteger, iterator::Iter, list::List,
    method::BoundMethod, module::Module, object::Object, range::Range, set::Set, slice::Slice, str::Str,
    str::StrBuffer, struct_seq::StructSeq, traceback::Traceback, tuple::Tuple, view::View,
};
use super::value::{Ref, Value};
use arena::Arena;
pub use code_roots::CodeRoots;
use gc::{Collector, Phase};
pub use gc::{Pressure, Roots, Tracer};

/// An object on the heap.
pub trait HeapObject: Sized {
    /// Bytes held outside the slot (buffers, boxes), by capacity.
    fn payload_bytes(&self) -> usize;
    /// Reports every value this object holds, from element `from` on; returns `Some(next)` when it
    /// stopped early because the tracer's budget was used up.
    fn trace(&self, tracer: &mut Tracer<'_>, from: usize) -> Option<usize>;
    /// A copy for another heap; of a large object only a beginning, with which [`HeapObject::copy_more`] goes on.
    fn begin_copy(&self) -> Self
    where
        Self: Clone,
    {
        self.clone()
    }
    /// Copies more of `from`, whose copy this is, and takes its bytes off `left`; stops when nothing is left of that.
    /// True when the copy is whole.
    fn copy_more(&mut self, from: &Self, left: &mut isize) -> bool {
        *left -= from.payload_bytes() as isize;
        true
    }
    /// It has been found dead. What is known of it outside the heap is noted in `dead`.
    fn bury(self, index: u32, dead: &mut Dead) {
        let _ = (index, dead);
    }
}

/// What the collector has freed and others must forget.
#[derive(Clone, Debug, Default)]
pub struct Dead {
    /// Numbers of linked code.
    pub codes: Vec<u32>,
    /// Interned strings: the text and the handle's index.
    pub interned: Vec<(Box<str>, u32)>,
}

/// A heap object with an arena of its own.
#[allow(private_interfaces)]
pub trait Stored: HeapObject {
    #[doc(hidden)]
    fn of(arenas: &Arenas) -> &Arena<Self>;
    #[doc(hidden)]
    fn of_mut(arenas: &mut Arenas) -> &mut Arena<Self>;
    /// Which arena.
    const KIND: Kind;
}

/// What a part of a sweep has done.
struct Swept {
    /// The next slot.
    next: usize,
    /// Bytes freed.
    freed: usize,
    /// Objects freed.
    objects: usize,
    /// Whether the arena is done.
    done: bool,
}

macro_rules! arenas {
    ($($field:ident: $ty:ident),* $(,)?) => {
        /// Which arena a handle belongs to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        #[allow(missing_docs)]
        pub enum Kind { $($ty),* }

        const KINDS: &[Kind] = &[$(Kind::$ty),*];

        #[derive(Clone, Debug, Default)]
        pub struct Arenas { $($field: Arena<$ty>),* }

        $(#[allow(private_interfaces)] impl Stored for $ty {
            #[inline]
            fn of(arenas: &Arenas) -> &Arena<$ty> { &arenas.$field }
            #[inline]
            fn of_mut(arenas: &mut Arenas) -> &mut Arena<$ty> { &mut arenas.$field }
            const KIND: Kind = Kind::$ty;
        })*

        impl Arenas {
            const KINDS: &'static [Kind] = &[$(Kind::$ty),*];

            fn mark(&self, kind: Kind, index: u32) -> Option<u8> {
                match kind { $(Kind::$ty => self.$field.mark(index)),* }
            }

            fn exists(&self, kind: Kind, index: u32) -> bool {
                match kind { $(Kind::$ty => self.$field.try_get(index).is_some()),* }
            }

            fn set_mark(&mut self, kind: Kind, index: u32, mark: u8) {
                match kind { $(Kind::$ty => self.$field.set_mark(index, mark)),* }
            }

            /// Traces one object; a slot that is free (a stale handle) is nothing.
            fn trace(&self, kind: Kind, index: u32, tracer: &mut Tracer<'_>, from: usize) -> Option<usize> {
                match kind { $(Kind::$ty => self.$field.try_get(index)?.trace(tracer, from)),* }
            }

            /// Sweeps up to `budget` slots of one arena.
            fn sweep(
                &mut self,
                kind: Kind,
                from: usize,
                budget: usize,
                epoch: u8,
                dead: &mut Dead,
            ) -> Swept {
                match kind { $(Kind::$ty => {
                    let (mut freed, mut objects) = (0, 0);
                    let next = self.$field.sweep(from, budget, epoch, |index, object| {
                        freed += Arena::<$ty>::SLOT_BYTES + object.payload_bytes();
                        objects += 1;
                        object.bury(index, dead);
                    });
                    Swept { next, freed, objects, done: next >= self.$field.len() }
                }),* }
            }

            /// The bytes of all objects, counted anew.
            fn recount(&self) -> usize {
                0 $(+ self.$field.objects().map(|o| Arena::<$ty>::SLOT_BYTES + o.payload_bytes()).sum::<usize>())*
            }

            fn drain_some(&mut self, budget: &mut usize) -> bool {
                $(self.$field.drain_some(budget) &&)* true
            }

            /// See [`Arena::copy_some`].
            fn copy_some(&mut self, from: &Arenas, left: &mut isize, bytes: &mut usize) -> bool {
                $(self.$field.copy_some(&from.$field, left, bytes) &&)* true
            }

            fn reset(&mut self) {
                $(self.$field.reset();)*
            }

            fn mark_birth(&mut self) {
                $(self.$field.mark_birth();)*
            }

            fn rewind(&mut self, kind: Kind) {
                match kind { $(Kind::$ty => self.$field.rewind()),* }
            }

            fn set_limit(&mut self, bytes: usize) {
                $(self.$field.set_limit(bytes);)*
            }

            fn slots(&self) -> usize {
                0 $(+ self.$field.len())*
            }
        }
    };
}

arenas! {
    bigs: BigInteger, complexes: Complex, strs: Str, buffers: StrBuffer, bytes: Bytes, lists: List,
    tuples: Tuple, dicts: Dict, sets: Set, ranges: Range, slices: Slice, functions: Function,
    methods: BoundMethod, cells: Cell, iters: Iter, generators: Generator, exceptions: Exception,
    tracebacks: Traceback, modules: Module, views: View, files: File, struct_seqs: StructSeq, objects: Object,
    aliases: Alias, codes: CodeRoots,
}

/// The heap of one run.
#[derive(Clone, Debug)]
pub struct Heap {
    arenas: Arenas,
    collector: Collector,
    bytes: usize,
    bytes_peak: usize,
    /// What `bytes` was at [`Heap::mark_birth`].
    born_bytes: usize,
    /// The kinds (as bits) of which something has been made since [`Heap::begin_anew`].
    touched: u32,
    /// The part of `bytes` that lies outside the arenas.
    external: usize,
    /// … of which this is what [`Heap::set_machine_bytes`] was told last.
    machine_bytes: usize,
    limit: usize,
    /// At this size it must be known what is live. The limit, or a little more when a collection has just
    /// shown that the live data comes close to it: one collection must not follow on the next.
    threshold: usize,
    /// What the last steps freed and others must forget.
    pub dead: Dead,
    /// Set when the machine should call [`Heap::collect_some`] at the next safepoint: a collection is
    /// due or the memory limit is passed.
    pub attention: bool,
}

/// Copies elements in pieces, as [`HeapObject::copy_more`] has it.
pub fn copy_pieces<T: Copy>(to: &mut Vec<T>, from: &[T], left: &mut isize) -> bool {
    const PIECE_BYTES: usize = 64 * crate::limits::KIB;
    while to.len() < from.len() {
        if *left <= 0 {
            return false;
        }
        let until = from.len().min(to.len() + PIECE_BYTES / size_of::<T>());
        *left -= ((until - to.len()) * size_of::<T>()) as isize;
        to.extend_from_slice(&from[to.len()..until]);
    }
    true
}

/// Write access to an object. Its payload is measured again when the guard goes.
pub struct Mut<'h, T: HeapObject> {
    object: &'h mut T,
    before: usize,
    account: Account<'h>,
}

/// The counters that an allocation changes.
struct Account<'h> {
    bytes: &'h mut usize,
    peak: &'h mut usize,
    debt: &'h mut isize,
    attention: &'h mut bool,
    threshold: usize,
}

impl Account<'_> {
    #[inline]
    fn add(&mut self, n: usize) {
        *self.bytes += n;
        *self.debt += n as isize;
        if *self.bytes > *self.peak {
            *self.peak = *self.bytes;
        }
        if *self.debt > 0 || *self.bytes > self.threshold {
            *self.attention = true;
        }
    }

    fn sub(&mut self, n: usize) {
        *self.bytes -= n;
    }
}

impl<T: HeapObject> Deref for Mut<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        self.object
    }
}

impl<T: HeapObject> DerefMut for Mut<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.object
    }
}

impl<T: HeapObject> Drop for Mut<'_, T> {
    #[inline]
    fn drop(&mut self) {
        let after = self.object.payload_bytes();
        if after > self.before {
            self.account.add(after - self.before);
        } else if after < self.before {
            self.account.sub(self.before - after);
        }
    }
}

impl Heap {
    /// An empty heap that may hold `limit` bytes (`usize::MAX` for no limit).
    pub fn new(limit: usize) -> Heap {
        let mut arenas = Arenas::default();
        arenas.set_limit(limit);
        Heap {
            arenas,
            collector: Collector::default(),
            bytes: 0,
            bytes_peak: 0,
            born_bytes: 0,
            touched: 0,
            external: 0,
            machine_bytes: 0,
            limit,
            threshold: limit,
            dead: Dead::default(),
            attention: false,
        }
    }

    /// Puts an object on the heap. Never fails: what could be large is checked first with
    /// [`Heap::would_exceed`], and the sum of small things is checked at the next safepoint.
    #[inline]
    pub fn alloc<T: Stored>(&mut self, object: T) -> Ref<T> {
        let size = Arena::<T>::SLOT_BYTES + object.payload_bytes();
        self.account().add(size);
        let mark = self.collector.birth;
        self.touched |= 1 << T::KIND as u32;
        T::of_mut(&mut self.arenas).insert(object, mark)
    }

    /// Reads an object.
    #[inline]
    pub fn get<T: Stored>(&self, r: Ref<T>) -> &T {
        T::of(&self.arenas).get(r)
    }

    /// Write access, with barrier and accounting. The one way to change an object.
    #[inline]
    pub fn get_mut<T: Stored>(&mut self, r: Ref<T>) -> Mut<'_, T> {
        if self.collector.phase == Phase::Marking {
            self.regrey(T::KIND, r.index());
        }
        let object = T::of_mut(&mut self.arenas).get_mut(r);
        let before = object.payload_bytes();
        Mut {
            object,
            before,
            account: Account {
                bytes: &mut self.bytes,
                peak: &mut self.bytes_peak,
                debt: &mut self.collector.debt,
                attention: &mut self.attention,
                threshold: self.threshold,
            },
        }
    }

    /// Write access for changes that keep the payload's size: the barrier of [`Heap::get_mut`] without its
    /// measuring.
    #[inline]
    pub fn change<T: Stored>(&mut self, r: Ref<T>) -> &mut T {
        if self.collector.phase == Phase::Marking {
            self.regrey(T::KIND, r.index());
        }
        T::of_mut(&mut self.arenas).get_mut(r)
    }

    /// Write access for a store that replaces values but keeps the payload's size; `stored` is what is
    /// written. Cheaper than [`Heap::get_mut`]: the barrier shades the one value, nothing is measured.
    /// The other values must stay where they are: see [`Heap::rearrange`].
    #[inline]
    pub fn store_into<T: Stored>(&mut self, r: Ref<T>, stored: Value) -> &mut T {
        if self.collector.phase == Phase::Marking {
            self.shade(stored);
        }
        T::of_mut(&mut self.arenas).get_mut(r)
    }

    /// As [`Heap::store_into`], but looks at what is written only when it must.
    #[inline(always)]
    pub fn store_from<T: Stored>(&mut self, r: Ref<T>, stored: &Value) -> &mut T {
        if self.collector.phase == Phase::Marking {
            self.shade(*stored);
        }
        T::of_mut(&mut self.arenas).get_mut(r)
    }

    /// Write access that moves values within an object or takes some out, but puts none in and keeps the
    /// payload's size. A value could move from the part that is yet to be traced into the part that has been,
    /// so an object that is being traced is traced once more.
    #[inline]
    pub fn rearrange<T: Stored>(&mut self, r: Ref<T>) -> &mut T {
        if self.collector.phase == Phase::Marking {
            self.retrace_if_partial(T::KIND, r.index());
        }
        T::of_mut(&mut self.arenas).get_mut(r)
    }

    #[inline]
    fn account(&mut self) -> Account<'_> {
        Account {
            bytes: &mut self.bytes,
            peak: &mut self.bytes_peak,
            debt: &mut self.collector.debt,
            attention: &mut self.attention,
            threshold: self.threshold,
        }
    }

    /// Accounts for memory that a run holds outside its arenas (the buffers of a task).
    pub fn charge_external(&mut self, bytes: usize) {
        self.external += bytes;
        self.account().add(bytes);
    }

    /// Gives back what [`Heap::charge_external`] took.
    pub fn release_external(&mut self, bytes: usize) {
        self.external -= bytes;
        self.account().sub(bytes);
    }

    /// Accounts for what the machine holds now: its stacks, input, output.
    pub fn set_machine_bytes(&mut self, bytes: usize) {
        let before = std::mem::replace(&mut self.machine_bytes, bytes);
        if bytes > before {
            self.charge_external(bytes - before);
        } else if bytes < before {
            self.release_external(before - bytes);
        }
    }

    /// What [`Heap::bytes`] must be, counted anew: a check of the accounting for tests.
    pub fn recount(&self) -> usize {
        self.arenas.recount() + self.external
    }

    /// Whether allocating this many bytes at once can never fit: the case of `MemoryError`.
    #[inline]
    pub fn would_exceed(&self, bytes: usize) -> bool {
        bytes > self.limit
    }

    /// Whether the heap has passed its limit so far that it must be known what of it is live.
    pub fn is_over(&self) -> bool {
        self.bytes > self.threshold
    }

    /// Live bytes now (garbage not yet collected included).
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The most it ever was.
    pub fn bytes_peak(&self) -> usize {
        self.bytes_peak
    }

    /// The limit in bytes, `usize::MAX` for none.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Frees about `budget` objects of a dead heap; true when nothing is left.
    pub fn bury_some(&mut self, mut budget: usize) -> bool {
        self.arenas.drain_some(&mut budget)
    }

    /// Copies objects of another heap that does not change meanwhile into this one, which holds nothing else: about
    /// `budget` bytes. True when all of them are there, under the same handles.
    pub fn copy_some(&mut self, from: &Heap, budget: usize) -> bool {
        let (mut left, mut bytes) = (budget as isize, 0);
        let done = self.arenas.copy_some(&from.arenas, &mut left, &mut bytes);
        self.bytes += bytes;
        self.bytes_peak = self.bytes;
        done
    }

    /// The indices of a kind's slots that were in use or free when this was asked.
    pub fn indices<T: Stored>(&self) -> std::ops::Range<u32> {
        0..T::of(&self.arenas).len() as u32
    }

    /// The object of a slot, if it is in use.
    pub fn at<T: Stored>(&self, index: u32) -> Option<&T> {
        T::of(&self.arenas).try_get(index)
    }

    /// A program has ended, and what it left behind outside of the arenas is gone. The next one begins with what there
    /// is now.
    pub fn rest(&mut self) {
        self.release_external(self.external);
        self.machine_bytes = 0;
        self.bytes_peak = self.bytes;
    }

    /// Slots in use or free: how large the arenas have grown.
    pub fn slots(&self) -> usize {
        self.arenas.slots()
    }

    /// Sets the limit in bytes before a run.
    pub fn set_limit(&mut self, limit: usize) {
        if limit != self.limit {
            self.arenas.set_limit(limit);
            self.limit = limit;
            self.threshold = limit;
        }
    }

    /// Empties the heap for the next run but keeps the arenas' memory and the limit. Only for small heaps: it is
    /// one step.
    pub fn reset(&mut self) {
        self.arenas.reset();
        self.born_bytes = 0;
        self.begin_anew();
    }

    /// What there is now is what every run on this heap begins with.
    pub fn mark_birth(&mut self) {
        self.arenas.mark_birth();
        self.born_bytes = self.bytes - self.external;
    }

    /// Goes back to [`Heap::mark_birth`], if all of what there was then is still there: false, and nothing is done,
    /// once the collector has been at work. What has changed in it is the caller's to [restore](Heap::restore).
    pub fn rewind(&mut self) -> bool {
        if self.collector.has_worked() {
            return false;
        }
        while self.touched != 0 {
            let kind = KINDS[self.touched.trailing_zeros() as usize];
            self.arenas.rewind(kind);
            self.touched &= self.touched - 1;
        }
        self.begin_anew();
        true
    }

    /// Puts an object back as it was at birth; the accounts are as they were then already.
    pub fn restore<T: Stored>(&mut self, r: Ref<T>, object: T) {
        *T::of_mut(&mut self.arenas).get_mut(r) = object;
    }

    fn begin_anew(&mut self) {
        self.touched = 0;
        self.collector = Collector::default();
        self.bytes = self.born_bytes;
        self.bytes_peak = self.born_bytes;
        self.external = 0;
        self.machine_bytes = 0;
        self.threshold = self.limit;
        self.dead = Dead::default();
        self.attention = false;
    }
}
