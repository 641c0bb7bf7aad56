//! Incremental mark-sweep.
//!
//! An object is live when its mark equals the current epoch, grey when it waits in the worklist, else
//! white. New objects are born live. While marking, a store shades the stored value
//! ([`Heap::store_into`]) or puts the whole object back into the worklist ([`Heap::get_mut`]), so no live
//! object is missed. Registers are no heap objects: they are scanned at the start and once more,
//! in one go, at the end of marking.

use super::arena::GREY;
use super::{Arenas, Heap, Kind};
use crate::limits;
use crate::vm::value::{Ref, Value};

/// Where a collection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Idle,
    Marking,
    Sweeping { kind: usize, from: usize },
}

#[derive(Clone, Debug)]
pub(super) struct Collector {
    pub phase: Phase,
    /// The mark of live objects: 0 or 1, flipped by each collection.
    pub epoch: u8,
    /// Bytes allocated since collection work was last done, less what may be allocated before more is due.
    pub debt: isize,
    worklist: Vec<(Kind, u32, usize)>,
    /// Another collection follows at once: the limit wants to know what is live now.
    again: bool,
}

impl Default for Collector {
    fn default() -> Collector {
        Collector {
            phase: Phase::Idle,
            epoch: 0,
            debt: -(limits::GC_FIRST_BYTES as isize),
            worklist: Vec::new(),
            again: false,
        }
    }
}

/// Receives the values that an object (or the machine) holds.
pub struct Tracer<'h> {
    found: &'h mut Vec<(Kind, u32)>,
    budget: usize,
}

impl Tracer<'_> {
    /// Reports a value.
    #[inline]
    pub fn value(&mut self, value: Value) {
        if is_inline(value) {
            return;
        }
        if let Some(found) = heap_index(value) {
            self.found.push(found);
        }
    }

    /// Reports an object by its handle.
    #[inline]
    pub fn object<T: super::Stored>(&mut self, r: Ref<T>) {
        self.found.push((T::KIND, r.index()));
    }

    /// Reports an object that may be absent.
    #[inline]
    pub fn option<T: super::Stored>(&mut self, r: Option<Ref<T>>) {
        if let Some(r) = r {
            self.object(r);
        }
    }

    /// Reports `len` elements through `each` from `from` on, as many as the budget allows. Returns what
    /// [`super::HeapObject::trace`] is to return.
    pub fn elements(
        &mut self,
        len: usize,
        from: usize,
        mut each: impl FnMut(&mut Self, usize),
    ) -> Option<usize> {
        let to = len.min(from.saturating_add(self.budget));
        for i in from..to {
            each(self, i);
        }
        if to < len { Some(to) } else { None }
    }

    /// Reports a slice of values, as [`Tracer::elements`].
    pub fn slice(&mut self, values: &[Value], from: usize) -> Option<usize> {
        self.elements(values.len(), from, |t, i| t.value(values[i]))
    }
}

/// Whether a value holds no handle.
#[inline(always)]
fn is_inline(value: Value) -> bool {
    use Value::*;
    matches!(
        value,
        Undef | None | NotImplemented | Ellipsis | Bool(_) | Int(_) | Float(_) | Type(_) | Native(_)
    )
}

fn heap_index(value: Value) -> Option<(Kind, u32)> {
    use Value::*;
    Some(match value {
        Undef | None | NotImplemented | Ellipsis | Bool(_) | Int(_) | Float(_) | Type(_) | Native(_) => {
            return Option::None;
        }
        Big(r) => (Kind::BigInteger, r.index()),
        Complex(r) => (Kind::Complex, r.index()),
        Str(r) => (Kind::Str, r.index()),
        Bytes(r) => (Kind::Bytes, r.index()),
        List(r) => (Kind::List, r.index()),
        Tuple(r) => (Kind::Tuple, r.index()),
        Dict(r) => (Kind::Dict, r.index()),
        Set(r) | FrozenSet(r) => (Kind::Set, r.index()),
        Range(r) => (Kind::Range, r.index()),
        Slice(r) => (Kind::Slice, r.index()),
        Function(r) => (Kind::Function, r.index()),
        Method(r) => (Kind::BoundMethod, r.index()),
        Cell(r) => (Kind::Cell, r.index()),
        Iter(r) => (Kind::Iter, r.index()),
        Generator(r) => (Kind::Generator, r.index()),
        Exception(r) => (Kind::Exception, r.index()),
        Traceback(r) => (Kind::Traceback, r.index()),
        Module(r) => (Kind::Module, r.index()),
        View(r) => (Kind::View, r.index()),
        File(r) => (Kind::File, r.index()),
        StructSeq(r) => (Kind::StructSeq, r.index()),
    })
}

impl Heap {
    #[inline]
    pub(super) fn shade(&mut self, value: Value) {
        if let Some((kind, index)) = heap_index(value) {
            self.grey(kind, index);
        }
    }

    fn grey(&mut self, kind: Kind, index: u32) {
        let mark = self.arenas.mark(kind, index);
        if mark != self.collector.epoch && mark != GREY {
            self.arenas.set_mark(kind, index, GREY);
            self.collector.worklist.push((kind, index, 0));
        }
    }

    /// A live object is about to change: trace it again.
    pub(super) fn regrey(&mut self, kind: Kind, index: u32) {
        if self.arenas.mark(kind, index) == self.collector.epoch {
            self.arenas.set_mark(kind, index, GREY);
            self.collector.worklist.push((kind, index, 0));
        }
    }

    /// Whether a safepoint should run the collector now.
    pub fn collection_due(&self) -> bool {
        self.collector.debt > 0 || (self.bytes > self.limit && self.collector.phase != Phase::Idle)
    }

    /// Begins a collection from scratch, whatever is under way: what it finds is live now.
    pub fn restart_collection(&mut self) {
        if self.collector.phase == Phase::Idle {
            return; // The next step starts one.
        }
        // An unfinished collection is completed first; its garbage counts as freed in its time. Marks of
        // a half-done sweep cannot be reused, so it goes on and `collecting` stays true until it is done.
        self.collector.again = true;
    }

    /// Whether a collection is under way.
    pub fn collecting(&self) -> bool {
        self.collector.phase != Phase::Idle
    }

    fn start(&mut self) {
        self.collector.epoch ^= 1;
        self.collector.phase = Phase::Marking;
    }

    /// Does a slice of collection work. `roots` reports every root; it is called when marking starts and
    /// when it seems complete. Returns the work done, in slots visited.
    pub fn collect_some(&mut self, mut roots: impl FnMut(&mut Tracer<'_>)) -> u64 {
        self.attention = false;
        let mut work = 0;
        match self.collector.phase {
            Phase::Idle => {
                self.start();
                work += self.mark_roots(&mut roots);
            }
            Phase::Marking => {
                work += self.mark_some(limits::GC_STEP_SLOTS);
                if self.collector.worklist.is_empty() {
                    work += self.mark_roots(&mut roots);
                    // What the roots hold is marked in the steps to come, unless there is nothing new.
                    if self.collector.worklist.is_empty() {
                        self.collector.phase = Phase::Sweeping { kind: 0, from: 0 };
                    }
                }
            }
            Phase::Sweeping { kind, from } => work += self.sweep_some(kind, from),
        }
        self.pace();
        work
    }

    /// Decides how much may be allocated before the next step.
    fn pace(&mut self) {
        self.collector.debt = match self.collector.phase {
            Phase::Idle => -(self.bytes.max(limits::GC_FIRST_BYTES) as isize),
            _ => -(limits::GC_STEP_BYTES as isize),
        };
        if self.bytes > self.limit {
            self.attention = true;
        }
    }

    fn mark_roots(&mut self, roots: &mut impl FnMut(&mut Tracer<'_>)) -> u64 {
        let mut found = Vec::new();
        roots(&mut Tracer { found: &mut found, budget: usize::MAX });
        let work = found.len() as u64;
        for (kind, index) in found {
            // A dead register may hold a stale handle of a slot that is free or beyond the arena.
            if self.arenas.exists(kind, index) {
                self.grey(kind, index);
            }
        }
        work
    }

    fn mark_some(&mut self, budget: usize) -> u64 {
        let mut found = Vec::new();
        let mut work = 0;
        while work < budget {
            let Some((kind, index, from)) = self.collector.worklist.pop() else { break };
            self.arenas.set_mark(kind, index, self.collector.epoch);
            let mut tracer = Tracer { found: &mut found, budget: limits::GC_STEP_SLOTS };
            let rest = self.arenas.trace(kind, index, &mut tracer, from);
            if let Some(next) = rest {
                self.collector.worklist.push((kind, index, next));
            }
            work += 1 + found.len();
            for (kind, index) in found.drain(..) {
                self.grey(kind, index);
            }
        }
        work as u64
    }

    fn sweep_some(&mut self, kind: usize, from: usize) -> u64 {
        let mut budget = limits::GC_STEP_SLOTS;
        let (mut kind, mut from) = (kind, from);
        while budget > 0 {
            let Some(&which) = Arenas::KINDS.get(kind) else {
                self.collector.phase = Phase::Idle;
                if std::mem::take(&mut self.collector.again) {
                    self.start();
                }
                return (limits::GC_STEP_SLOTS - budget) as u64;
            };
            let (next, freed, done) = self.arenas.sweep(which, from, budget, self.collector.epoch);
            self.bytes -= freed;
            budget -= (next - from).min(budget);
            (kind, from) = if done { (kind + 1, 0) } else { (kind, next) };
        }
        self.collector.phase = Phase::Sweeping { kind, from };
        limits::GC_STEP_SLOTS as u64
    }
}
