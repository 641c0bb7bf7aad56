//! The table against a plain list of pairs, and its worst single operation.

use proptest::prelude::*;

use super::{SCAN_MAX, Table};
use crate::vm::value::Value;

/// What a test does to a table.
#[derive(Clone, Copy, Debug)]
enum Step {
    Insert(i64, i64),
    Remove(i64),
    Lookup(i64),
    PopLast,
    PopFirst,
    Clear,
    Compact,
}

fn step(keys: i64) -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..keys, any::<i64>()).prop_map(|(k, v)| Step::Insert(k, v)),
        4 => (0..keys).prop_map(Step::Remove),
        4 => (0..keys).prop_map(Step::Lookup),
        2 => Just(Step::PopLast),
        2 => Just(Step::PopFirst),
        1 => Just(Step::Compact),
    ]
}

/// Many keys share a hash, as they may in a hostile program or by chance.
fn hash(key: i64, distinct: u64) -> u64 {
    (key as u64 % distinct).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

struct Model {
    table: Table<i64>,
    pairs: Vec<(i64, i64)>,
    distinct: u64,
}

impl Model {
    fn find(&self, key: i64) -> Option<usize> {
        self.table.find(hash(key, self.distinct), |k| matches!(k, Value::Int(i) if i == key))
    }

    fn apply(&mut self, step: Step) {
        match step {
            Step::Insert(key, v) => match self.find(key) {
                Some(position) => {
                    *self.table.value_mut(position) = v;
                    self.pairs.iter_mut().find(|p| p.0 == key).expect("the model has it, too").1 = v;
                }
                None => {
                    self.table.push_new(hash(key, self.distinct), Value::Int(key), v);
                    self.pairs.push((key, v));
                }
            },
            Step::Remove(key) => {
                let at = self.pairs.iter().position(|p| p.0 == key);
                let position = self.find(key);
                assert_eq!(position.is_some(), at.is_some());
                if let (Some(position), Some(at)) = (position, at) {
                    assert_eq!(self.table.remove_at(position).value, self.pairs.remove(at).1);
                }
            }
            Step::Lookup(key) => {
                let found = self.find(key).map(|p| self.table.value_at(p));
                assert_eq!(found, self.pairs.iter().find(|p| p.0 == key).map(|p| p.1));
            }
            Step::PopLast => {
                let last = self.table.prev_before(self.table.positions()).map(|(p, e)| (p, e.value));
                assert_eq!(last.map(|l| l.1), self.pairs.pop().map(|p| p.1));
                last.map(|(position, _)| self.table.remove_at(position));
            }
            Step::PopFirst => {
                let first = self.table.first().map(|(p, e)| (p, e.value));
                assert_eq!(first.map(|f| f.1), self.pairs.first().map(|p| p.1));
                if let Some((position, _)) = first {
                    self.table.remove_at(position);
                    self.pairs.remove(0);
                }
            }
            Step::Clear => {
                self.table.clear();
                self.pairs.clear();
            }
            Step::Compact => self.table = self.table.compacted(),
        }
        assert_eq!(self.table.len(), self.pairs.len());
    }

    fn check(&self) {
        let pairs: Vec<(i64, i64)> = self
            .table
            .iter()
            .map(|e| match e.key {
                Value::Int(i) => (i, e.value),
                other => panic!("a key that was never inserted: {other:?}"),
            })
            .collect();
        assert_eq!(pairs, self.pairs);
        let mut at = 0;
        let mut walked = 0;
        while let Some((position, _)) = self.table.next_from(at) {
            at = position + 1;
            walked += 1;
        }
        assert_eq!(walked, self.pairs.len());
        for &(key, v) in &self.pairs {
            assert_eq!(self.find(key).map(|p| self.table.value_at(p)), Some(v));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn behaves_as_a_list_of_pairs(
        steps in prop::collection::vec(step(64), 0..400),
        distinct in prop_oneof![Just(1u64), Just(5), Just(u64::MAX)],
    ) {
        let mut model = Model { table: Table::default(), pairs: Vec::new(), distinct };
        for step in steps {
            model.apply(step);
        }
        model.check();
        model.apply(Step::Clear);
        model.check();
    }

    #[test]
    fn behaves_while_it_grows(
        many in 1_000i64..9_000,
        removed in 1i64..7,
        steps in prop::collection::vec(step(9_000), 0..400),
    ) {
        let mut model = Model { table: Table::default(), pairs: Vec::new(), distinct: u64::MAX };
        for key in 0..many {
            model.apply(Step::Insert(key, key));
        }
        for key in (0..many).filter(|k| k % 7 < removed) {
            let position = model.find(key).expect("it was inserted");
            model.table.remove_at(position);
        }
        model.pairs.retain(|p| p.0 % 7 >= removed);
        for step in steps {
            model.apply(step);
        }
        model.check();
    }
}

/// A table of these keys; the hash is as good as the real one.
fn filled(n: i64) -> Table<i64> {
    let mut table = Table::default();
    for key in 0..n {
        table.push_new(hash(key, u64::MAX), Value::Int(key), key);
    }
    table
}

#[test]
fn taking_turns_at_the_end_stays_small() {
    let mut table = filled(100);
    let bytes = table.bytes();
    for key in 100..200_000 {
        let (last, _) = table.prev_before(table.positions()).expect("it is not empty");
        table.remove_at(last);
        table.push_new(hash(key, u64::MAX), Value::Int(key), key);
    }
    assert_eq!(table.len(), 100);
    assert!(table.bytes() <= bytes * 4, "{} bytes have become {}", bytes, table.bytes());
}

#[test]
fn a_queue_stays_small() {
    let mut table = filled(1_000);
    let bytes = table.bytes();
    for key in 1_000..200_000 {
        let (first, _) = table.first().expect("it is not empty");
        assert_eq!(table.remove_at(first).value, key - 1_000);
        table.push_new(hash(key, u64::MAX), Value::Int(key), key);
    }
    assert!(table.bytes() <= bytes * 4, "{} bytes have become {}", bytes, table.bytes());
}

#[test]
fn renewal_takes_a_bounded_step_per_insertion() {
    let mut table = filled(300_000);
    for position in 0..290_000 {
        table.remove_at(position * 31 % 300_000);
    }
    let live = table.len();
    let mut renewals = 0;
    for key in 0..400_000i64 {
        let before = table.renewal.as_ref().map(|r| r.read);
        table.push_new(hash(key, u64::MAX), Value::Int(key), key);
        if let (Some(before), Some(now)) = (before, table.renewal.as_ref().map(|r| r.read)) {
            assert!(now - before <= super::RENEW_STEP);
        }
        renewals += usize::from(before.is_none() && table.renewal.is_some());
        assert!(!table.index.is_full() || table.renewal.is_none(), "the new index filled up too early");
    }
    assert!(renewals > 0, "nothing was renewed");
    assert_eq!(table.len(), live + 400_000);
}

#[test]
fn a_large_index_is_made_before_it_is_needed() {
    let mut table: Table<i64> = Table::default();
    let mut large = 0;
    for key in 0..500_000 {
        let ready = table.coming.as_ref().map_or(0, |c| c.slots.len());
        let before = table.index.slots.len();
        table.push_new(hash(key, u64::MAX), Value::Int(key), key);
        if table.index.slots.len() > before && before >= super::PREPARE_MIN {
            assert_eq!(ready, table.index.slots.len(), "slots had to be made in one go");
            large += 1;
        }
    }
    assert!(large >= 2);
}

#[test]
fn small_tables_have_no_index() {
    let table = filled(SCAN_MAX as i64);
    assert!(table.index.slots.is_empty());
    assert!(!filled(SCAN_MAX as i64 + 1).index.slots.is_empty());
}
