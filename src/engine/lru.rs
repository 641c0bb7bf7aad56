//! A bounded store: of what does not fit, the entry that was used longest ago goes first.

use hashbrown::HashTable;
use slab::Slab;

/// Values found by a hash and a comparison, bounded in number and in bytes. Finding, inserting and dropping the oldest
/// take the same time however many there are: entries are linked in the order of their use.
#[derive(Debug)]
pub struct Lru<V> {
    entries: Slab<Entry<V>>,
    /// Places of entries.
    index: HashTable<usize>,
    newest: Option<usize>,
    oldest: Option<usize>,
    bytes: usize,
    entries_max: usize,
    bytes_max: usize,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    hash: u64,
    bytes: usize,
    newer: Option<usize>,
    older: Option<usize>,
}

impl<V> Lru<V> {
    /// An empty store.
    pub fn new(entries_max: usize, bytes_max: usize) -> Lru<V> {
        Lru {
            entries: Slab::new(),
            index: HashTable::new(),
            newest: None,
            oldest: None,
            bytes: 0,
            entries_max,
            bytes_max,
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Bytes of all of them.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether there is such a value. This is no use of it.
    pub fn contains(&self, hash: u64, is: impl Fn(&V) -> bool) -> bool {
        self.place(hash, is).is_some()
    }

    /// Finds a value and counts as a use of it.
    pub fn get(&mut self, hash: u64, is: impl Fn(&V) -> bool) -> Option<&V> {
        let place = self.place(hash, is)?;
        if self.newest != Some(place) {
            self.unlink(place);
            self.link_newest(place);
        }
        Some(&self.entries[place].value)
    }

    fn place(&self, hash: u64, is: impl Fn(&V) -> bool) -> Option<usize> {
        self.index.find(hash, |&place| is(&self.entries[place].value)).copied()
    }

    /// Takes in a value that is not there yet; the oldest ones make room. Returns how many went, or `None` if it is
    /// larger than all may be together and was not taken in.
    pub fn insert(&mut self, hash: u64, bytes: usize, value: V) -> Option<usize> {
        if bytes > self.bytes_max || self.entries_max == 0 {
            return None;
        }
        let mut evicted = 0;
        while self.entries.len() >= self.entries_max || self.bytes + bytes > self.bytes_max {
            self.evict();
            evicted += 1;
        }
        let place = self.entries.insert(Entry { value, hash, bytes, newer: None, older: None });
        let entries = &self.entries;
        self.index.insert_unique(hash, place, |&place| entries[place].hash);
        self.link_newest(place);
        self.bytes += bytes;
        Some(evicted)
    }

    /// Drops everything; returns how many entries there were.
    pub fn clear(&mut self) -> usize {
        let entries = self.entries.len();
        *self = Lru::new(self.entries_max, self.bytes_max);
        entries
    }

    fn evict(&mut self) {
        let place = self.oldest.expect("what is over a limit is not empty");
        self.unlink(place);
        let entry = self.entries.remove(place);
        self.bytes -= entry.bytes;
        if let Ok(found) = self.index.find_entry(entry.hash, |&other| other == place) {
            found.remove();
        }
    }

    fn unlink(&mut self, place: usize) {
        let Entry { newer, older, .. } = self.entries[place];
        match newer {
            Some(newer) => self.entries[newer].older = older,
            None => self.newest = older,
        }
        match older {
            Some(older) => self.entries[older].newer = newer,
            None => self.oldest = newer,
        }
    }

    fn link_newest(&mut self, place: usize) {
        let older = self.newest.replace(place);
        let entry = &mut self.entries[place];
        (entry.newer, entry.older) = (None, older);
        match older {
            Some(older) => self.entries[older].newer = Some(place),
            None => self.oldest = Some(place),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Hashes that often collide: what is found is what was looked for all the same.
    fn hash(key: u8) -> u64 {
        u64::from(key % 4)
    }

    proptest! {
        #[test]
        fn it_does_what_a_list_in_the_order_of_use_does(
            steps in prop::collection::vec((0u8..20, 0usize..40, any::<bool>()), 0..200),
        ) {
            let (entries_max, bytes_max) = (6, 100);
            let mut store = Lru::new(entries_max, bytes_max);
            // Oldest first.
            let mut model: Vec<(u8, usize)> = Vec::new();
            for (key, bytes, only_look) in steps {
                let known = model.iter().position(|entry| entry.0 == key);
                prop_assert_eq!(store.contains(hash(key), |&value| value == key), known.is_some());
                if only_look {
                    continue;
                }
                prop_assert_eq!(store.get(hash(key), |&value| value == key).copied(), known.map(|_| key));
                match known {
                    Some(at) => {
                        let entry = model.remove(at);
                        model.push(entry);
                    }
                    None => {
                        let mut evicted = 0;
                        let held = |model: &[(u8, usize)]| model.iter().map(|entry| entry.1).sum::<usize>();
                        while model.len() >= entries_max || held(&model) + bytes > bytes_max {
                            model.remove(0);
                            evicted += 1;
                        }
                        model.push((key, bytes));
                        prop_assert_eq!(store.insert(hash(key), bytes, key), Some(evicted));
                    }
                }
                prop_assert_eq!(store.len(), model.len());
                prop_assert_eq!(store.bytes(), model.iter().map(|entry| entry.1).sum::<usize>());
                prop_assert_eq!(store.index.len(), model.len());
            }
            prop_assert_eq!(store.clear(), model.len());
            prop_assert_eq!((store.len(), store.bytes()), (0, 0));
        }
    }

    #[test]
    fn what_is_larger_than_all_may_be_is_not_taken_in() {
        let mut store = Lru::new(3, 10);
        assert_eq!(store.insert(1, 10, 'a'), Some(0));
        assert_eq!(store.insert(2, 11, 'b'), None);
        assert!(store.contains(1, |&value| value == 'a'));
    }
}
