//! Incremental mark-sweep.
//!
//! An object is live when its mark equals the current epoch, grey when it waits in the worklist, else
//! white. While marking, a store shades the stored value ([`Heap::store_into`]) or has the whole object traced
//! once more ([`Heap::get_mut`]), so no live object is missed. Objects are born white while marking (what
//! they hold may be white, too, and the short-lived ones need never be traced), else live. Registers are no heap objects: those of frames that wait for others are scanned bit by
//! bit, those of the running one in one go at the end of marking ([`Roots`]).
//!
//! A program that keeps changing a huge object could keep marking from ending, and one that allocates
//! faster than is swept could outgrow the collector. So a collection may only let the heap grow by so much
//! before it finishes; then the script waits for it ([`Heap::must_wait`]).

use super::arena::{AGAIN, GREY, PARTIAL};
use super::{Arenas, Heap, Kind};
use crate::limits;
use crate::vm::machine::CodeId;
use crate::vm::value::{Ref, Value};

/// Where a collection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Idle,
    Marking,
    Sweeping { kind: usize, from: usize },
}

/// How hard the collector works. Anything but [`Pressure::Normal`] is for tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pressure {
    /// As [`limits`] say.
    #[default]
    Normal,
    /// A tiny step at every safepoint after an allocation: the script meets every state of a collection.
    TinySteps,
    /// A whole collection at every such safepoint (steps, while the heap is large): what is not rooted is
    /// freed at once.
    Whole,
}

/// Slots of a [`Pressure::TinySteps`] step.
const TINY_STEP_SLOTS: usize = 16;
/// Slots up to which [`Pressure::Whole`] finishes a collection at each safepoint.
const WHOLE_SLOTS_MAX: usize = 1_500;

/// Slots whose mark is looked at in the time that tracing one object takes.
const SWEPT_PER_VISIT: usize = 4;

/// What holds values outside the heap.
pub trait Roots {
    /// A collection begins.
    fn begin(&mut self);
    /// Reports what does not change while its owner waits, going on where the last call stopped, up to about
    /// `budget` values. True when all of it has been reported.
    fn trace_waiting(&mut self, tracer: &mut Tracer<'_>, budget: usize) -> bool;
    /// Reports the rest, in one go.
    fn trace_running(&self, tracer: &mut Tracer<'_>);
}

#[derive(Clone, Debug)]
pub(super) struct Collector {
    pub phase: Phase,
    /// The mark of live objects: 0 or 1, flipped by each collection.
    pub epoch: u8,
    /// The mark of new objects.
    pub birth: u8,
    /// Bytes allocated since collection work was last done, less what may be allocated before more is due.
    pub debt: isize,
    /// What `debt` was set to last.
    granted: isize,
    /// Bytes allocated since the collection under way began. Most of it survives it, live or not.
    floating: usize,
    pub pressure: Pressure,
    /// Objects to be traced, each at most once, with the element to go on from.
    worklist: Vec<(Kind, u32, usize)>,
    /// Objects that changed after they had been traced. They come last, so that many changes cost one look.
    dirty: Vec<(Kind, u32)>,
    /// Another collection follows at once: the limit wants to know what is live now.
    again: bool,
    /// The size of the heap at which the script must wait for the collection under way.
    wait_at: usize,
    /// Collections finished.
    pub finished: u64,
}

impl Collector {
    /// Whether a collection has begun since the start.
    pub fn has_worked(&self) -> bool {
        self.phase != Phase::Idle || self.finished > 0
    }
}

impl Default for Collector {
    fn default() -> Collector {
        Collector {
            phase: Phase::Idle,
            epoch: 0,
            birth: 0,
            debt: -(limits::GC_FIRST_BYTES as isize),
            granted: -(limits::GC_FIRST_BYTES as isize),
            floating: 0,
            pressure: Pressure::Normal,
            worklist: Vec::new(),
            dirty: Vec::new(),
            again: false,
            wait_at: usize::MAX,
            finished: 0,
        }
    }
}

/// Receives the values that an object (or the machine) holds.
pub struct Tracer<'h> {
    found: &'h mut Vec<(Kind, u32)>,
    budget: usize,
    /// Elements looked at, those that are no heap objects included.
    visited: usize,
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

    /// Reports linked code by its number.
    #[inline]
    pub fn code(&mut self, code: CodeId) {
        self.found.push((Kind::CodeRoots, code.0));
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
        self.visited += to.saturating_sub(from);
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
        Function(r, _) => (Kind::Function, r.index()),
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
        Object(r) => (Kind::Object, r.index()),
        Alias(r) => (Kind::Alias, r.index()),
    })
}

impl Heap {
    #[inline]
    pub(super) fn shade(&mut self, value: Value) {
        if is_inline(value) {
            return;
        }
        if let Some((kind, index)) = heap_index(value) {
            self.grey(kind, index);
        }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn retrace_if_partial(&mut self, kind: Kind, index: u32) {
        if self.arenas.mark(kind, index) == Some(PARTIAL) {
            self.arenas.set_mark(kind, index, AGAIN);
        }
    }

    /// Puts a white object into the worklist. A stale handle (of a dead register) names a free slot, one that
    /// has been reused, or none at all: nothing happens, or garbage is kept until the next collection.
    fn grey(&mut self, kind: Kind, index: u32) {
        let white = self.collector.epoch ^ 1;
        if self.arenas.mark(kind, index) == Some(white) && self.arenas.exists(kind, index) {
            self.arenas.set_mark(kind, index, GREY);
            self.collector.worklist.push((kind, index, 0));
        }
    }

    /// An object is about to change: if it has been traced, trace it again.
    #[cold]
    #[inline(never)]
    pub(super) fn regrey(&mut self, kind: Kind, index: u32) {
        match self.arenas.mark(kind, index) {
            Some(mark) if mark == self.collector.epoch => {
                self.arenas.set_mark(kind, index, GREY);
                self.collector.dirty.push((kind, index));
            }
            Some(PARTIAL) => self.arenas.set_mark(kind, index, AGAIN),
            _ => {}
        }
    }

    /// Whether an object has been found dead and waits to be swept. Only handles that are not traced (the
    /// table of interned strings) can name one.
    pub fn is_condemned<T: super::Stored>(&self, r: Ref<T>) -> bool {
        matches!(self.collector.phase, Phase::Sweeping { .. })
            && self.arenas.mark(T::KIND, r.index()) != Some(self.collector.epoch)
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

    /// Whether the script must wait until the collection under way is done.
    pub fn must_wait(&self) -> bool {
        self.collecting() && self.bytes > self.collector.wait_at
    }

    /// Collections finished so far.
    pub fn collections(&self) -> u64 {
        self.collector.finished
    }

    /// Makes the collector work harder than a program needs, for tests.
    pub fn set_pressure(&mut self, pressure: Pressure) {
        self.collector.pressure = pressure;
        if pressure != Pressure::Normal {
            self.collector.debt = 0;
            self.collector.granted = 0;
        }
    }

    fn start(&mut self, roots: &mut impl Roots) {
        self.collector.birth = self.collector.epoch;
        self.collector.epoch ^= 1;
        self.collector.phase = Phase::Marking;
        let growth = (self.bytes / 100 * limits::GC_GROWTH_PERCENT).max(limits::GC_FIRST_BYTES);
        self.collector.wait_at = self.bytes.saturating_add(growth);
        self.collector.floating = 0;
        roots.begin();
    }

    /// Does a slice of collection work. Returns the work done, in slots visited.
    pub fn collect_some(&mut self, roots: &mut impl Roots) -> u64 {
        self.attention = false;
        if self.collecting() {
            self.collector.floating += (self.collector.debt - self.collector.granted).max(0) as usize;
        }
        let mut work = 0;
        match self.collector.pressure {
            Pressure::Normal => work += self.collect_step(roots, limits::GC_STEP_SLOTS),
            Pressure::Whole if self.slots() <= WHOLE_SLOTS_MAX => {
                work += self.collect_step(roots, usize::MAX);
                while self.collecting() {
                    work += self.collect_step(roots, usize::MAX);
                }
            }
            _ => work += self.collect_step(roots, TINY_STEP_SLOTS),
        }
        self.pace();
        work
    }

    fn collect_step(&mut self, roots: &mut impl Roots, budget: usize) -> u64 {
        match self.collector.phase {
            Phase::Idle => {
                self.start(roots);
                1
            }
            Phase::Marking => self.mark_some(roots, budget),
            Phase::Sweeping { kind, from } => self.sweep_some(roots, kind, from, budget),
        }
    }

    /// Decides how much may be allocated before the next step.
    fn pace(&mut self) {
        let step = match self.collector.pressure {
            Pressure::Normal => limits::GC_STEP_BYTES,
            Pressure::TinySteps | Pressure::Whole => 0,
        };
        self.collector.debt = match self.collector.phase {
            Phase::Idle if step > 0 => -(self.until_next() as isize),
            _ => -(step as isize),
        };
        self.collector.granted = self.collector.debt;
        if self.bytes > self.threshold || self.must_wait() {
            self.attention = true;
        }
    }

    /// Bytes that may be allocated before the next collection: until the heap is twice what is live.
    fn until_next(&self) -> usize {
        let live = self.bytes.saturating_sub(self.collector.floating).max(limits::GC_FIRST_BYTES);
        (2 * live).saturating_sub(self.bytes).max(live / 4)
    }

    fn mark_some(&mut self, roots: &mut impl Roots, budget: usize) -> u64 {
        let mut work = 0;
        loop {
            work += self.mark_worklist(budget.saturating_sub(work));
            if !self.collector.worklist.is_empty() || !self.collector.dirty.is_empty() {
                break;
            }
            // What changes only while it runs, bit by bit; then, in one go, what runs.
            let mut found = Vec::new();
            let mut tracer = Tracer { found: &mut found, budget: usize::MAX, visited: 0 };
            let complete = roots.trace_waiting(&mut tracer, budget.saturating_sub(work));
            if complete {
                roots.trace_running(&mut tracer);
            }
            work += 1 + tracer.visited + found.len();
            for (kind, index) in found {
                self.grey(kind, index);
            }
            // Nothing new: all that is live has been found.
            if complete && self.collector.worklist.is_empty() {
                self.collector.phase = Phase::Sweeping { kind: 0, from: 0 };
                self.collector.birth = self.collector.epoch;
                break;
            }
            if work >= budget {
                break;
            }
        }
        work as u64
    }

    fn mark_worklist(&mut self, budget: usize) -> usize {
        let mut found = Vec::new();
        let mut work = 0;
        while work < budget {
            let Some((kind, index, from)) = self.collector.worklist.pop() else {
                let dirty = std::mem::take(&mut self.collector.dirty);
                if dirty.is_empty() {
                    break;
                }
                self.collector.worklist.extend(dirty.iter().map(|&(kind, index)| (kind, index, 0)));
                continue;
            };
            let changed = self.arenas.mark(kind, index) == Some(AGAIN);
            let mut tracer = Tracer { found: &mut found, budget: budget - work, visited: 0 };
            let rest = self.arenas.trace(kind, index, &mut tracer, from);
            work += 1 + tracer.visited + found.len();
            let mark = match rest {
                Some(next) => {
                    // Before what it holds, so that the list stays as long as the data is deep.
                    self.collector.worklist.push((kind, index, next));
                    if changed { AGAIN } else { PARTIAL }
                }
                None if changed => {
                    self.collector.dirty.push((kind, index));
                    GREY
                }
                None => self.collector.epoch,
            };
            self.arenas.set_mark(kind, index, mark);
            for (kind, index) in found.drain(..) {
                self.grey(kind, index);
            }
        }
        work
    }

    fn sweep_some(&mut self, roots: &mut impl Roots, kind: usize, from: usize, budget: usize) -> u64 {
        let (mut kind, mut from) = (kind, from);
        let mut left = budget;
        while left > 0 {
            let Some(&which) = Arenas::KINDS.get(kind) else {
                self.collector.phase = Phase::Idle;
                self.collector.finished += 1;
                self.threshold =
                    self.limit.max(self.bytes.saturating_add(self.limit / limits::GC_SLACK_PART));
                if std::mem::take(&mut self.collector.again) {
                    self.start(roots);
                }
                return (budget - left) as u64 + 1;
            };
            let epoch = self.collector.epoch;
            let swept = self.arenas.sweep(which, from, left, epoch, &mut self.dead);
            self.bytes -= swept.freed;
            // A look at a mark is cheap, giving memory back is not.
            let work = (swept.next - from) / SWEPT_PER_VISIT
                + swept.objects
                + swept.freed / limits::GC_FREED_BYTES_PER_SLOT;
            left -= work.clamp(1, left);
            (kind, from) = if swept.done { (kind + 1, 0) } else { (kind, swept.next) };
        }
        self.collector.phase = Phase::Sweeping { kind, from };
        budget as u64
    }
}
