//! The entries of a table, in blocks: appending one never copies more than the first block.

use super::Entry;
use crate::vm::heap::copy_pieces;
use crate::vm::value::Value;

/// Entries of the first block, which grows as a vector does, and of each block after it. A power of two.
const BLOCK: usize = 8_192;

/// A growing sequence of entries.
#[derive(Clone, Debug)]
pub struct Entries<V> {
    head: Vec<Entry<V>>,
    /// What does not fit the head: full blocks, and one that is not.
    tail: Vec<Vec<Entry<V>>>,
}

impl<V> Default for Entries<V> {
    fn default() -> Entries<V> {
        Entries { head: Vec::new(), tail: Vec::new() }
    }
}

impl<V: Copy> Entries<V> {
    /// Room for `n` entries, or for the first block of them.
    pub fn with_capacity(n: usize) -> Entries<V> {
        Entries { head: Vec::with_capacity(n.min(BLOCK)), tail: Vec::new() }
    }

    /// The beginning of a copy.
    pub fn begin_copy(&self) -> Entries<V> {
        Entries { head: Vec::with_capacity(self.head.len()), tail: Vec::new() }
    }

    /// Copies more of `from`, a block at a time; true when the copy is whole.
    pub fn copy_more(&mut self, from: &Entries<V>, left: &mut isize) -> bool {
        if !copy_pieces(&mut self.head, &from.head, left) {
            return false;
        }
        while let Some(block) = from.tail.get(self.tail.len()) {
            if *left <= 0 {
                return false;
            }
            *left -= size_of_val(&**block) as isize;
            self.tail.push(block.clone());
        }
        true
    }

    /// How many.
    #[inline]
    pub fn len(&self) -> usize {
        match self.tail.last() {
            None => self.head.len(),
            Some(last) => self.tail.len() * BLOCK + last.len(),
        }
    }

    /// The entry at a position.
    #[inline]
    pub fn get(&self, position: usize) -> Option<&Entry<V>> {
        match self.head.get(position) {
            None if !self.tail.is_empty() => {
                self.tail.get((position / BLOCK).checked_sub(1)?)?.get(position % BLOCK)
            }
            found => found,
        }
    }

    /// The entry at a position that is in use.
    #[inline]
    pub fn get_mut(&mut self, position: usize) -> &mut Entry<V> {
        if position < self.head.len() {
            return &mut self.head[position];
        }
        &mut self.tail[position / BLOCK - 1][position % BLOCK]
    }

    /// Whether the next entry needs memory that is not there.
    #[inline]
    pub fn is_full(&self) -> bool {
        match self.tail.last() {
            None => self.head.len() == self.head.capacity(),
            Some(last) => last.len() == BLOCK,
        }
    }

    /// Appends an entry.
    #[inline]
    pub fn push(&mut self, entry: Entry<V>) {
        if self.head.len() < BLOCK {
            if self.head.len() == self.head.capacity() {
                self.grow_head();
            }
            self.head.push(entry);
            return;
        }
        if self.tail.last().is_none_or(|last| last.len() == BLOCK) {
            self.tail.push(Vec::with_capacity(BLOCK));
        }
        if let Some(last) = self.tail.last_mut() {
            last.push(entry);
        }
    }

    #[cold]
    fn grow_head(&mut self) {
        let more = self.head.len().max(4).min(BLOCK - self.head.len());
        self.head.reserve_exact(more);
    }

    /// Removes deleted entries from the end.
    pub fn trim(&mut self) {
        loop {
            let last = match self.tail.last_mut() {
                Some(block) if block.is_empty() => {
                    self.tail.pop();
                    continue;
                }
                Some(block) => block,
                None => &mut self.head,
            };
            match last.last() {
                Some(e) if e.key.is_undef() => last.pop(),
                _ => return,
            };
        }
    }

    /// Removes all entries from a position on.
    pub fn truncate(&mut self, len: usize) {
        if len <= BLOCK {
            self.tail = Vec::new();
            self.head.truncate(len);
            return;
        }
        self.tail.truncate((len - 1) / BLOCK);
        if let Some(last) = self.tail.last_mut() {
            last.truncate((len - 1) % BLOCK + 1);
        }
    }

    /// Gives memory back when most of the first block is unused.
    pub fn shrink(&mut self) {
        if self.tail.is_empty() && self.head.len() < self.head.capacity() / 4 {
            self.head.shrink_to(self.head.len() * 2);
        }
    }

    /// Removes the deleted entries of a table that is in its first block.
    pub fn compact_head(&mut self) {
        self.head.retain(|e| !e.key.is_undef());
    }

    /// Removes everything; keeps a little memory for what comes.
    pub fn clear(&mut self) {
        self.tail = Vec::new();
        self.head.clear();
        if self.head.capacity() > BLOCK / 2 {
            self.head = Vec::new();
        }
    }

    /// Live entries from one position up to another, each with its position.
    pub fn live(&self, from: usize, to: usize) -> impl DoubleEndedIterator<Item = (usize, &Entry<V>)> + '_ {
        (from..to.min(self.len())).filter_map(|i| self.get(i).map(|e| (i, e))).filter(|(_, e)| !is_deleted(e))
    }

    /// Bytes held, by capacity.
    #[inline]
    pub fn bytes(&self) -> usize {
        if self.tail.is_empty() {
            return self.head.capacity() * size_of::<Entry<V>>();
        }
        (BLOCK + self.tail.len() * BLOCK) * size_of::<Entry<V>>()
            + self.tail.capacity() * size_of::<Vec<Entry<V>>>()
    }
}

/// Whether an entry is a deleted one.
#[inline]
pub fn is_deleted<V>(entry: &Entry<V>) -> bool {
    matches!(entry.key, Value::Undef)
}
