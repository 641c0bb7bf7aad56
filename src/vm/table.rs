//! The hash table under `dict` and `set`: entries in insertion order, an index that grows a little at
//! each insertion, so that no single insertion takes long.
//!
//! Finding a key may need Python's `==`, which may need the interpreter. So the table does not compare
//! keys itself: [`Table::probe`] walks the candidates with an equal hash, and the caller decides.

use super::value::Value;

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
    entries: Vec<Entry<V>>,
    live: usize,
    index: Index,
    /// The index that is being replaced, and how far its entries have been moved.
    old: Option<(Index, usize)>,
}

/// Open addressing with linear probing over entry numbers (plus one; 0 is empty).
#[derive(Clone, Debug, Default)]
struct Index {
    slots: Vec<u32>,
    /// Slots that are not empty, those that name a removed entry included.
    used: usize,
}

/// Entries up to which no index is kept: a scan over the hashes is faster.
const SCAN_MAX: usize = 8;
/// Slots of the old index moved by each insertion while the table grows.
const MOVE_STEP: usize = 16;

/// Where a search for a key stands.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    hash: u64,
    at: usize,
    in_old: bool,
    steps: u32,
}

impl Index {
    fn with_slots(slots: usize) -> Index {
        Index { slots: vec![0; slots], used: 0 }
    }

    fn mask(&self) -> usize {
        self.slots.len() - 1
    }

    fn insert(&mut self, hash: u64, entry: usize) {
        let mask = self.mask();
        let mut at = hash as usize & mask;
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = entry as u32 + 1;
        self.used += 1;
    }
}

impl<V> Default for Table<V> {
    fn default() -> Table<V> {
        Table { entries: Vec::new(), live: 0, index: Index::default(), old: None }
    }
}

impl<V: Copy> Table<V> {
    /// A table with room for `n` entries.
    pub fn with_capacity(n: usize) -> Table<V> {
        let mut table = Table { entries: Vec::with_capacity(n), ..Table::default() };
        if n > SCAN_MAX {
            table.index = Index::with_slots((n * 2).next_power_of_two());
        }
        table
    }

    /// Live entries.
    #[inline]
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.live == 0
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

    /// The entry at a position, deleted or not.
    #[inline]
    pub fn slot(&self, position: usize) -> Option<&Entry<V>> {
        self.entries.get(position)
    }

    /// The first live entry at or after a position, with its position.
    #[inline]
    pub fn next_from(&self, position: usize) -> Option<(usize, &Entry<V>)> {
        let rest = self.entries.get(position..)?;
        rest.iter().enumerate().find(|(_, e)| !e.key.is_undef()).map(|(i, e)| (position + i, e))
    }

    /// The last live entry before a position, with its position.
    pub fn prev_before(&self, position: usize) -> Option<(usize, &Entry<V>)> {
        let end = position.min(self.entries.len());
        self.entries[..end].iter().enumerate().rev().find(|(_, e)| !e.key.is_undef())
    }

    /// Live entries in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry<V>> + '_ {
        self.entries.iter().filter(|e| !e.key.is_undef())
    }

    /// Replaces the value at a position.
    #[inline]
    pub fn set_value(&mut self, position: usize, value: V) {
        self.entries[position].value = value;
    }

    /// Starts a search.
    #[inline]
    pub fn probe(&self, hash: u64) -> Probe {
        let at = if self.index.slots.is_empty() { 0 } else { hash as usize & self.index.mask() };
        Probe { hash, at, in_old: false, steps: 0 }
    }

    /// The next position whose entry has the hash, or `None` when the key is not there.
    #[inline]
    pub fn next_candidate(&self, probe: &mut Probe) -> Option<usize> {
        if self.index.slots.is_empty() {
            while let Some(entry) = self.entries.get(probe.at) {
                probe.at += 1;
                if entry.hash == probe.hash && !entry.key.is_undef() {
                    return Some(probe.at - 1);
                }
            }
            return None;
        }
        loop {
            let index = match &self.old {
                Some((old, _)) if probe.in_old => old,
                _ => &self.index,
            };
            let slot = index.slots[probe.at];
            if slot == 0 || probe.steps as usize >= index.slots.len() {
                if let (false, Some((old, _))) = (probe.in_old, &self.old) {
                    *probe = Probe {
                        hash: probe.hash,
                        at: probe.hash as usize & old.mask(),
                        in_old: true,
                        steps: 0,
                    };
                    continue;
                }
                return None;
            }
            probe.at = (probe.at + 1) & index.mask();
            probe.steps += 1;
            // A slot may name an entry that was removed and compacted away: the hash check fails then.
            if let Some(entry) = self.entries.get(slot as usize - 1)
                && entry.hash == probe.hash
                && !entry.key.is_undef()
            {
                return Some(slot as usize - 1);
            }
        }
    }

    /// Finds the position of a key by identity-or-equality as `same` decides without the interpreter.
    #[inline]
    pub fn find(&self, hash: u64, mut same: impl FnMut(Value) -> bool) -> Option<usize> {
        let mut probe = self.probe(hash);
        while let Some(position) = self.next_candidate(&mut probe) {
            if same(self.entries[position].key) {
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
        if !self.index.slots.is_empty() {
            self.index.insert(hash, position);
        }
        position
    }

    /// Deletes the entry at a position; later positions stay as they are.
    pub fn remove_at(&mut self, position: usize) -> Entry<V> {
        let entry = self.entries[position];
        self.entries[position].key = Value::Undef;
        self.live -= 1;
        if self.live == 0 {
            self.forget_index();
            self.entries.clear();
        } else if position + 1 == self.entries.len() {
            // Popping from the end must not leave a trail that the next pop walks over. The index keeps
            // naming the positions; should one be reused, it is merely a candidate twice.
            while self.entries.last().is_some_and(|e| e.key.is_undef()) {
                self.entries.pop();
            }
        }
        entry
    }

    fn forget_index(&mut self) {
        self.index = Index::default();
        self.old = None;
    }

    /// Removes everything and gives the memory back.
    pub fn clear(&mut self) {
        *self = Table::default();
    }

    /// Bytes held, by capacity.
    pub fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry<V>>()
            + self.index.slots.capacity() * 4
            + self.old.as_ref().map_or(0, |(o, _)| o.slots.capacity() * 4)
    }

    /// Bytes the table will hold once `more` entries have been added.
    pub fn bytes_with(&self, more: usize) -> usize {
        (self.entries.len() + more) * (size_of::<Entry<V>>() + 8)
    }

    fn make_room(&mut self) {
        self.move_some();
        if self.entries.len() == self.entries.capacity() && self.live < self.entries.len() / 2 {
            self.compact();
        }
        if self.index.slots.is_empty() {
            if self.entries.len() >= SCAN_MAX {
                self.build_index();
            }
        } else if (self.index.used + 1) * 3 > self.index.slots.len() * 2 {
            self.grow_index();
        }
    }

    /// Small tables only: the index is built in one go when the scan ends.
    fn build_index(&mut self) {
        let mut index = Index::with_slots((self.entries.len() * 4).next_power_of_two());
        for (i, e) in self.entries.iter().enumerate() {
            index.insert(e.hash, i);
        }
        self.index = index;
    }

    fn grow_index(&mut self) {
        while self.old.is_some() {
            self.move_some();
        }
        let fresh = Index::with_slots(((self.entries.len() + 1) * 4).next_power_of_two());
        let old = std::mem::replace(&mut self.index, fresh);
        self.old = Some((old, 0));
    }

    /// Moves some entries of the old index to the new one.
    fn move_some(&mut self) {
        let Some((old, at)) = &mut self.old else { return };
        let to = (*at + MOVE_STEP).min(old.slots.len());
        for &slot in &old.slots[*at..to] {
            if slot != 0
                && let Some(entry) = self.entries.get(slot as usize - 1)
                && !entry.key.is_undef()
            {
                self.index.insert(entry.hash, slot as usize - 1);
            }
        }
        *at = to;
        if to == old.slots.len() {
            self.old = None;
        }
    }

    /// Closes the gaps that deletions left. Its cost is paid for by the deletions before it.
    fn compact(&mut self) {
        self.entries.retain(|e| !e.key.is_undef());
        self.forget_index();
        if self.entries.len() >= SCAN_MAX {
            self.build_index();
        }
    }
}
