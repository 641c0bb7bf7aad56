//! One type's slots: allocation, access, marks and sweeping.

use super::super::value::Ref;
use super::HeapObject;
use crate::limits;

/// Slots of one type. A freed slot is reused; its handle must not be reachable any more, which the
/// collector guarantees.
#[derive(Clone, Debug)]
pub(in crate::vm) struct Arena<T> {
    slots: Vec<Option<T>>,
    marks: Vec<u8>,
    free: Vec<u32>,
    /// Slots that [`Arena::rewind`] keeps.
    born: usize,
    /// Slots that are whole copies of another arena's, in one that is a copy.
    copied: usize,
    /// Slots that are asked for at once when the arena has grown large: as many as the run's limit allows, if that is
    /// not more than what is [reserved at most](limits::ARENA_RESERVE_MAX_BYTES).
    slots_max: usize,
}

/// Bytes of slots from which on an arena asks for all the memory that it may ever need. What is not touched
/// takes address space only, and no later growth moves tens of megabytes in one step.
const RESERVE_FROM_BYTES: usize = 2 * limits::MIB;

/// The mark of an object that waits in the collector's worklist.
pub(super) const GREY: u8 = 2;
/// The mark of an object of which a part has been traced; the rest waits in the worklist.
pub(super) const PARTIAL: u8 = 3;
/// As [`PARTIAL`], but it has changed since: it is to be traced again from the start when it is done.
pub(super) const AGAIN: u8 = 4;

impl<T> Default for Arena<T> {
    fn default() -> Arena<T> {
        Arena { slots: Vec::new(), marks: Vec::new(), free: Vec::new(), born: 0, copied: 0, slots_max: 0 }
    }
}

impl<T> Arena<T> {
    /// Bytes that one slot takes, payload apart.
    pub const SLOT_BYTES: usize = size_of::<Option<T>>() + 1;

    #[inline]
    pub fn insert(&mut self, object: T, mark: u8) -> Ref<T> {
        if let Some(index) = self.free.pop() {
            self.slots[index as usize] = Some(object);
            self.marks[index as usize] = mark;
            return Ref::new(index);
        }
        if self.slots.len() == self.slots.capacity() {
            self.grow();
        }
        let index =
            u32::try_from(self.slots.len()).expect("the memory limit is below 2^32 objects of one type");
        self.slots.push(Some(object));
        self.marks.push(mark);
        Ref::new(index)
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let (len, size) = (self.slots.len(), size_of::<Option<T>>());
        let wanted = if len * size < RESERVE_FROM_BYTES || len >= self.slots_max {
            len.max(16)
        } else {
            self.slots_max - len
        };
        // Where the system does not promise that much, growing by pushing is what is left.
        if self.slots.try_reserve_exact(wanted).is_ok() {
            let _ = self.marks.try_reserve_exact(self.slots.capacity() - len);
            if len * size >= RESERVE_FROM_BYTES {
                let _ = self.free.try_reserve_exact(self.slots.capacity() - self.free.len());
            }
        }
    }

    /// How many bytes the run may hold.
    pub fn set_limit(&mut self, bytes: usize) {
        let slots = bytes.min(limits::ARENA_RESERVE_MAX_BYTES) / size_of::<Option<T>>();
        // A little more than the limit is held before it is looked at.
        self.slots_max = slots + slots / 8;
    }

    #[inline]
    pub fn get(&self, r: Ref<T>) -> &T {
        match &self.slots[r.index() as usize] {
            Some(object) => object,
            None => dangling(r.index()),
        }
    }

    #[inline]
    pub fn get_mut(&mut self, r: Ref<T>) -> &mut T {
        match &mut self.slots[r.index() as usize] {
            Some(object) => object,
            None => dangling(r.index()),
        }
    }

    /// The object if the slot is in use; the collector may meet stale handles in dead registers.
    pub fn try_get(&self, index: u32) -> Option<&T> {
        self.slots.get(index as usize)?.as_ref()
    }

    /// The mark of a slot, which may be beyond the arena when the handle is stale.
    #[inline]
    pub fn mark(&self, index: u32) -> Option<u8> {
        self.marks.get(index as usize).copied()
    }

    #[inline]
    pub fn set_mark(&mut self, index: u32, mark: u8) {
        self.marks[index as usize] = mark;
    }

    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Frees unmarked slots from `from` on, at most `budget` slots. Returns the next position and gives
    /// each dead object to `on_free`.
    pub fn sweep(&mut self, from: usize, budget: usize, epoch: u8, mut on_free: impl FnMut(u32, T)) -> usize {
        let to = self.slots.len().min(from + budget);
        for index in from..to {
            if self.marks[index] == epoch {
                continue;
            }
            if let Some(object) = self.slots[index].take() {
                self.free.push(index as u32);
                on_free(index as u32, object);
            }
        }
        to
    }

    /// The objects, for a recount of their bytes.
    pub fn objects(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().flatten()
    }

    /// Drops up to `budget` slots from the end; true when none is left.
    pub fn drain_some(&mut self, budget: &mut usize) -> bool {
        let n = self.slots.len().min(*budget);
        self.slots.truncate(self.slots.len() - n);
        *budget -= n;
        if !self.slots.is_empty() {
            return false;
        }
        // Shrinking it bit by bit would copy what is left again and again.
        self.slots = Vec::new();
        true
    }

    /// Copies slots of another arena, from where this one ends, until `left` bytes have been copied; adds the bytes of
    /// the objects to `bytes`. True when nothing is left to copy.
    pub fn copy_some(&mut self, from: &Arena<T>, left: &mut isize, bytes: &mut usize) -> bool
    where
        T: HeapObject + Clone,
    {
        while self.copied < from.slots.len() {
            if *left <= 0 {
                return false;
            }
            let original = &from.slots[self.copied];
            if self.slots.len() == self.copied {
                if self.slots.len() == self.slots.capacity() {
                    self.grow();
                }
                if original.is_none() {
                    self.free.push(self.slots.len() as u32);
                }
                let copy = original.as_ref().map(HeapObject::begin_copy);
                *bytes += copy.as_ref().map_or(0, |copy| Self::SLOT_BYTES + copy.payload_bytes());
                self.slots.push(copy);
                // The mark of what lives, for a collector that has never worked.
                self.marks.push(0);
                *left -= Self::SLOT_BYTES as isize;
            }
            if let (Some(copy), Some(original)) = (&mut self.slots[self.copied], original) {
                // A copy that is broken off is in the account as far as it has come.
                let before = copy.payload_bytes();
                let is_whole = copy.copy_more(original, left);
                *bytes += copy.payload_bytes() - before;
                if !is_whole {
                    return false;
                }
            }
            self.copied += 1;
        }
        true
    }

    /// Empties the arena but keeps its memory for the next run.
    pub fn reset(&mut self) {
        self.born = 0;
        self.rewind();
    }

    /// What there is now is what [`Arena::rewind`] goes back to.
    pub fn mark_birth(&mut self) {
        self.born = self.slots.len();
    }

    /// Forgets what has been made since, if nothing from before has been freed.
    pub fn rewind(&mut self) {
        self.slots.truncate(self.born);
        self.marks.truncate(self.born);
        self.free.clear();
    }
}

#[cold]
#[inline(never)]
fn dangling(index: u32) -> ! {
    panic!("heap handle #{index} outlived its object")
}
