//! The hash table under `dict` and `set`: entries in insertion order, and an index that is renewed a
//! little at each insertion, so that no single insertion takes long.
//!
//! Finding a key may need Python's `==`, which may need the interpreter. So the table does not compare
//! keys itself: [`Table::probe`] walks the candidates with an equal hash, and the caller decides.

mod entries;
#[cfg(test)]
mod tests;

use super::heap::copy_pieces;
use super::value::Value;
use entries::Entries;

/// One entry; a deleted one has the key [`Value::Undef`].
#[derive(Clone, Copy, Debug)]
pub struct Entry<V> {
    /// Hash of the key (the table's own, not the script's `hash()`).
    pub hash: u64,
    /// The key.
    pub key: Value,
    /// What belongs to it; `()` for sets.
    pub value: V,
}

/// An insertion-ordered hash table.
#[derive(Clone, Debug)]
pub struct Table<V> {
    entries: Entries<V>,
    live: usize,
    /// All entries before this position are deleted.
    front: usize,
    index: Index,
    /// The renewal of the index that is under way.
    renewal: Option<Box<Renewal>>,
    /// The next index, when this one will soon be full.
    coming: Option<Box<Coming>>,
    /// Changes when positions or the index do.
    shape: u32,
}

/// Open addressing. A key's first slot is told by the lower half of its hash, which for integers that are
/// neighbours names neighbouring slots ([`super::hash::HashKeys::int`]). If that is taken by another key,
/// the search goes on from the slot told by the upper half, in steps told by it: neighbours fill whole
/// stretches of slots, which a search must not walk along.
///
/// A slot is 0, or one more than a position in its lower half and the upper half of the hash in its upper
/// half. It may name a position whose entry has been deleted or replaced: the hash of the entry tells.
#[derive(Clone, Debug, Default)]
struct Index {
    slots: Vec<u64>,
    /// Slots that are not 0.
    used: usize,
}

/// Entries from `read` on are known to the old index only. Those before have been moved to close the gaps
/// that deletions left, the next one would go to `write`, and are known to the new index.
#[derive(Clone, Debug)]
struct Renewal {
    old: Index,
    read: usize,
    write: usize,
}

/// An index that is being made: as many of its slots as there are yet.
#[derive(Clone, Debug)]
struct Coming {
    slots: Vec<u64>,
}

/// Entries up to which no index is kept: a scan over the hashes is faster.
const SCAN_MAX: usize = 8;
/// Positions up to which an index is renewed in one go.
const RENEW_AT_ONCE: usize = 1_024;
/// Slots from which on an index is made ahead of its use, some slots at each insertion.
const PREPARE_MIN: usize = 65_536;
/// Slots that each insertion makes.
const PREPARE_STEP: usize = 64;
/// Positions that each insertion renews while a renewal is under way.
const RENEW_STEP: usize = 32;

/// Where a search for a key stands.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    hash: u64,
    at: usize,
    stage: Stage,
    /// [`Table::shape`] when the search began: if it is another one now, the search must begin again.
    pub shape: u32,
}

/// Which slots a search looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The first slot.
    First,
    /// Those after the second one.
    Chain,
    /// The first slot of the index that is being replaced.
    OldFirst,
    /// Its other slots.
    OldChain,
}

impl Index {
    fn with_slots(slots: usize) -> Index {
        Index { slots: vec![0; slots], used: 0 }
    }

    fn begin_copy(&self) -> Index {
        Index { slots: Vec::with_capacity(self.slots.len()), used: self.used }
    }

    #[inline]
    fn mask(&self) -> usize {
        self.slots.len() - 1
    }

    #[inline]
    fn insert(&mut self, hash: u64, position: usize) {
        let mask = self.mask();
        let mut at = hash as usize & mask;
        if self.slots[at] != 0 {
            at = second_slot(hash) & mask;
            while self.slots[at] != 0 {
                at = (at + step(hash)) & mask;
            }
        }
        self.slots[at] = (hash & UPPER) | (position as u64 + 1);
        self.used += 1;
    }

    fn is_full(&self) -> bool {
        (self.used + 1) * 3 > self.slots.len() * 2
    }
}

/// Where the search goes on when the first slot is another key's.
#[inline]
fn second_slot(hash: u64) -> usize {
    (hash >> 32) as usize
}

/// How far apart the slots after the second are: odd, so that all slots are met.
#[inline]
fn step(hash: u64) -> usize {
    (hash >> 40) as usize | 1
}

/// The half of a hash that slots keep.
const UPPER: u64 = 0xffff_ffff_0000_0000;

impl<V> Default for Table<V> {
    fn default() -> Table<V> {
        Table {
            entries: Entries::default(),
            live: 0,
            front: 0,
            index: Index::default(),
            renewal: None,
            coming: None,
            shape: 0,
        }
    }
}

impl<V: Copy> Table<V> {
    /// A table with room for `n` entries.
    pub fn with_capacity(n: usize) -> Table<V> {
        let mut table = Table { entries: Entries::with_capacity(n), ..Table::default() };
        if n > SCAN_MAX {
            table.index = Index::with_slots((n * 2).next_power_of_two());
        }
        table
    }

    /// The beginning of a copy, with which [`Table::copy_more`] goes on. It must not be looked at before it is whole.
    pub fn begin_copy(&self) -> Table<V> {
        Table {
            entries: self.entries.begin_copy(),
            live: self.live,
            front: self.front,
            index: self.index.begin_copy(),
            renewal: self.renewal.as_ref().map(|renewal| {
                let Renewal { old, read, write } = &**renewal;
                Box::new(Renewal { old: old.begin_copy(), read: *read, write: *write })
            }),
            coming: self
                .coming
                .as_ref()
                .map(|coming| Box::new(Coming { slots: Vec::with_capacity(coming.slots.len()) })),
            shape: self.shape,
        }
    }

    /// Copies more of `from`; true when the copy is whole.
    pub fn copy_more(&mut self, from: &Table<V>, left: &mut isize) -> bool {
        let renewals = self.renewal.as_mut().zip(from.renewal.as_ref());
        let comings = self.coming.as_mut().zip(from.coming.as_ref());
        self.entries.copy_more(&from.entries, left)
            && copy_pieces(&mut self.index.slots, &from.index.slots, left)
            && renewals.is_none_or(|(to, from)| copy_pieces(&mut to.old.slots, &from.old.slots, left))
            && comings.is_none_or(|(to, from)| copy_pieces(&mut to.slots, &from.slots, left))
    }

    /// A copy without gaps.
    pub fn compacted(&self) -> Table<V> {
        if self.live == self.entries.len() && self.renewal.is_none() {
            return self.clone();
        }
        let mut copy = Table::with_capacity(self.live);
        for entry in self.iter() {
            copy.push_new(entry.hash, entry.key, entry.value);
        }
        copy
    }

    /// Live entries.
    #[inline]
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Changes when positions or the index do.
    #[inline]
    pub fn shape(&self) -> u32 {
        self.shape
    }

    /// Entries, deleted ones included: the range of positions.
    #[inline]
    pub fn positions(&self) -> usize {
        self.entries.len()
    }

    /// The entry at a position, unless it is deleted or past the end.
    #[inline]
    pub fn at(&self, position: usize) -> Option<&Entry<V>> {
        self.entries.get(position).filter(|e| !e.key.is_undef())
    }

    /// The entry at a position, deleted ones included: their key is [`Value::Undef`].
    #[inline]
    pub fn slot(&self, position: usize) -> Option<&Entry<V>> {
        self.entries.get(position)
    }

    /// The value at a position that is in use.
    #[inline]
    pub fn value_at(&self, position: usize) -> V {
        self.entries.get(position).expect("the caller has found it").value
    }

    /// The first live entry, with its position.
    pub fn first(&self) -> Option<(usize, &Entry<V>)> {
        self.next_from(0)
    }

    /// The first live entry at or after a position, with its position.
    #[inline]
    pub fn next_from(&self, position: usize) -> Option<(usize, &Entry<V>)> {
        let position = position.max(self.front);
        let entry = self.entries.get(position)?;
        if !entry.key.is_undef() {
            return Some((position, entry));
        }
        self.entries.live(position, usize::MAX).next()
    }

    /// The last live entry before a position, with its position.
    pub fn prev_before(&self, position: usize) -> Option<(usize, &Entry<V>)> {
        self.entries.live(self.front, position).next_back()
    }

    /// Live entries from one position up to another.
    pub fn live_between(&self, from: usize, to: usize) -> usize {
        if self.live == self.entries.len() {
            return to.saturating_sub(from);
        }
        self.entries.live(from, to).count()
    }

    /// Live entries in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry<V>> + '_ {
        self.entries.live(self.front, usize::MAX).map(|(_, e)| e)
    }

    /// The value at a position, to replace it.
    #[inline]
    pub fn value_mut(&mut self, position: usize) -> &mut V {
        &mut self.entries.get_mut(position).value
    }

    /// Starts a search.
    #[inline]
    pub fn probe(&self, hash: u64) -> Probe {
        Probe { hash, at: self.front, stage: Stage::First, shape: self.shape }
    }

    /// The next position whose entry has the hash, or `None` when the key is not there.
    #[inline]
    pub fn next_candidate(&self, probe: &mut Probe) -> Option<usize> {
        if self.index.slots.is_empty() {
            return self.scan(probe);
        }
        if probe.stage == Stage::First {
            let slot = self.index.slots[probe.hash as usize & self.index.mask()];
            if slot == 0 && self.renewal.is_none() {
                return None;
            }
            probe.stage = if slot == 0 { Stage::OldFirst } else { Stage::Chain };
            probe.at = second_slot(probe.hash);
            if let Some(position) = self.named_by(slot, probe.hash) {
                return Some(position);
            }
        }
        self.next_in_chain(probe)
    }

    /// [`Table::next_candidate`] without an index.
    fn scan(&self, probe: &mut Probe) -> Option<usize> {
        while let Some(entry) = self.entries.get(probe.at) {
            probe.at += 1;
            if entry.hash == probe.hash && !entry.key.is_undef() {
                return Some(probe.at - 1);
            }
        }
        None
    }

    /// [`Table::next_candidate`] past the first slot.
    fn next_in_chain(&self, probe: &mut Probe) -> Option<usize> {
        loop {
            let index = match (probe.stage, &self.renewal) {
                (Stage::First | Stage::Chain, _) => &self.index,
                (_, Some(renewal)) => &renewal.old,
                (_, None) => return None,
            };
            let slot = if probe.stage == Stage::OldFirst {
                index.slots[probe.hash as usize & index.mask()]
            } else {
                let at = probe.at & index.mask();
                probe.at = at + step(probe.hash);
                index.slots[at]
            };
            probe.stage = match (probe.stage, slot) {
                (Stage::OldFirst, 0) | (Stage::OldChain, 0) => return None,
                (Stage::OldFirst, _) => {
                    probe.at = second_slot(probe.hash);
                    Stage::OldChain
                }
                (Stage::First | Stage::Chain, 0) => Stage::OldFirst,
                (stage, _) => stage,
            };
            if let Some(position) = self.named_by(slot, probe.hash) {
                return Some(position);
            }
        }
    }

    /// The position that a slot names, if its entry has the hash.
    #[inline]
    fn named_by(&self, slot: u64, hash: u64) -> Option<usize> {
        if (slot ^ hash) & UPPER != 0 {
            return None;
        }
        let position = (slot as u32 as usize).checked_sub(1)?;
        let entry = self.entries.get(position)?;
        (entry.hash == hash && !entry.key.is_undef()).then_some(position)
    }

    /// Finds the position of a key by identity-or-equality as `same` decides without the interpreter.
    #[inline]
    pub fn find(&self, hash: u64, mut same: impl FnMut(Value) -> bool) -> Option<usize> {
        let mut probe = self.probe(hash);
        while let Some(position) = self.next_candidate(&mut probe) {
            if self.entries.get(position).is_some_and(|e| same(e.key)) {
                return Some(position);
            }
        }
        None
    }

    /// Appends an entry for a key that is known to be absent. Returns its position.
    pub fn push_new(&mut self, hash: u64, key: Value, value: V) -> usize {
        self.make_room();
        let position = self.entries.len();
        self.entries.push(Entry { hash, key, value });
        self.live += 1;
        // While the index is renewed, what is appended is in the new one at once: reading stops before it
        // only if no gap is to be closed, so it may be found twice, which does no harm.
        if !self.index.slots.is_empty() {
            self.index.insert(hash, position);
        }
        position
    }

    /// Deletes the entry at a position; later positions stay as they are.
    pub fn remove_at(&mut self, position: usize) -> Entry<V> {
        let removed = self.entries.get_mut(position);
        let entry = *removed;
        removed.key = Value::Undef;
        self.live -= 1;
        if self.live == 0 {
            self.empty();
        } else if position + 1 == self.entries.len() {
            // Popping from the end must not leave a trail that the next pop walks over. The index keeps
            // naming the positions; should one be reused, it is merely a candidate twice.
            self.entries.trim();
        } else if position == self.front {
            while self.entries.get(self.front).is_some_and(|e| e.key.is_undef()) {
                self.front += 1;
            }
        }
        entry
    }

    /// Forgets what deleted entries left behind when the last one is gone.
    fn empty(&mut self) {
        self.index = Index::default();
        self.renewal = None;
        self.coming = None;
        self.shape = self.shape.wrapping_add(1);
        self.entries.clear();
        self.front = 0;
    }

    /// Removes everything and gives the memory back.
    pub fn clear(&mut self) {
        *self = Table { shape: self.shape.wrapping_add(1), ..Table::default() };
    }

    /// Bytes held, by capacity.
    #[inline]
    pub fn bytes(&self) -> usize {
        self.entries.bytes()
            + self.index.slots.capacity() * size_of::<u64>()
            + self.renewal.as_ref().map_or(0, |r| r.old.slots.capacity() * size_of::<u64>())
            + self.coming.as_ref().map_or(0, |c| c.slots.capacity() * size_of::<u64>())
    }

    #[inline]
    fn make_room(&mut self) {
        if self.renewal.is_some() {
            self.renew(RENEW_STEP);
            return;
        }
        let full = self.entries.is_full();
        let mostly_gaps = full && self.live < self.entries.len() / 2;
        if self.index.slots.is_empty() {
            if mostly_gaps || self.entries.len() >= SCAN_MAX {
                self.leave_scanning();
            }
        } else if mostly_gaps || self.index.is_full() {
            self.start_renewal();
        } else if self.index.slots.len() >= PREPARE_MIN && self.index.used * 3 > self.index.slots.len() {
            self.prepare();
        }
    }

    /// Closes the gaps of a table without an index, and makes an index if there are many entries still.
    fn leave_scanning(&mut self) {
        self.entries.compact_head();
        self.front = 0;
        self.shape = self.shape.wrapping_add(1);
        if self.entries.len() >= SCAN_MAX {
            self.index = Index::with_slots(SCAN_MAX * 4);
            for (i, e) in self.entries.live(0, usize::MAX) {
                self.index.insert(e.hash, i);
            }
        }
    }

    /// Makes some more slots of the index that will be needed when this one is full.
    #[cold]
    fn prepare(&mut self) {
        let wanted = self.index.slots.len() * 2;
        let coming =
            self.coming.get_or_insert_with(|| Box::new(Coming { slots: Vec::with_capacity(wanted) }));
        if coming.slots.len() < wanted {
            let more = (coming.slots.len() + PREPARE_STEP).min(wanted);
            coming.slots.resize(more, 0);
        }
    }

    /// Starts to move the entries to a new index, and together.
    ///
    /// The new index cannot become full before that is done: a step of it goes with each insertion.
    #[cold]
    fn start_renewal(&mut self) {
        let positions = self.entries.len();
        let slots = (self.live * 2).max(positions / 2).max(SCAN_MAX * 4).next_power_of_two();
        let fresh = match self.coming.take() {
            Some(coming) if coming.slots.len() == slots => Index { slots: coming.slots, used: 0 },
            _ => Index::with_slots(slots),
        };
        let old = std::mem::replace(&mut self.index, fresh);
        self.shape = self.shape.wrapping_add(1);
        self.renewal = Some(Box::new(Renewal { old, read: 0, write: 0 }));
        if positions <= RENEW_AT_ONCE {
            self.renew(usize::MAX);
        }
    }

    /// Moves some entries to the new index, and to where the gaps are closed.
    fn renew(&mut self, steps: usize) {
        let Some(renewal) = &mut self.renewal else { return };
        let to = self.entries.len().min(renewal.read.saturating_add(steps));
        self.shape = self.shape.wrapping_add(1);
        self.front = self.front.min(renewal.write);
        for read in renewal.read..to {
            let entry = *self.entries.get_mut(read);
            if entry.key.is_undef() {
                continue;
            }
            if renewal.write < read {
                *self.entries.get_mut(renewal.write) = entry;
                self.entries.get_mut(read).key = Value::Undef;
            }
            self.index.insert(entry.hash, renewal.write);
            renewal.write += 1;
        }
        renewal.read = to;
        if to == self.entries.len() {
            self.entries.truncate(renewal.write);
            self.renewal = None;
            self.entries.shrink();
        }
    }
}
