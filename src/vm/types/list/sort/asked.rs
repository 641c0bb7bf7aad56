//! A stable merge sort that asks its caller `a < b`, one question at a time.
//!
//! The questions come in CPython's order as far as runs go: an ascending or strictly descending run is
//! counted, short runs are extended by binary insertion.

/// The state of a sort of `n` keys known by their numbers.
#[derive(Debug)]
pub struct Asked {
    order: Vec<u32>,
    spare: Vec<u32>,
    reverse: bool,
    /// Runs are extended to this length.
    min_run: usize,
    /// Where each run ends, in order.
    ends: Vec<usize>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// A run from `lo` on has `n` keys so far.
    Count {
        lo: usize,
        n: usize,
        descending: bool,
    },
    /// The key at `at` belongs somewhere in `left..right` of the run from `lo` on, which is to reach `end`.
    Insert {
        lo: usize,
        end: usize,
        at: usize,
        left: usize,
        right: usize,
    },
    /// Are runs `run` and `run + 1` in order as they are?
    Check {
        run: usize,
    },
    /// The runs are being merged: `i` in the first, `j` in the second is next.
    Merge {
        run: usize,
        i: usize,
        j: usize,
    },
    Done,
}

/// CPython's: between 32 and 64, such that `n` divided by it is close to a power of two.
fn min_run(mut n: usize) -> usize {
    let mut odd = 0;
    while n >= 64 {
        odd |= n & 1;
        n >>= 1;
    }
    n + odd
}

impl Asked {
    /// A sort of `n` keys. With `reverse` equal keys still keep their order.
    pub fn new(n: usize, reverse: bool) -> Asked {
        let n32 = u32::try_from(n).expect("the memory limit is below 2^32 elements");
        let order = if reverse { (0..n32).rev().collect() } else { (0..n32).collect() };
        let state = if n < 2 { State::Done } else { State::Count { lo: 0, n: 1, descending: false } };
        let mut sort =
            Asked { order, spare: Vec::new(), reverse, min_run: min_run(n), ends: Vec::new(), state };
        sort.settle();
        sort
    }

    /// The keys' numbers in the order reached so far: sorted when there is no question left.
    pub fn order(&self) -> Vec<u32> {
        let mut order = self.order.clone();
        if self.reverse {
            order.reverse();
        }
        order
    }

    /// `(a, b)`: is key `a` less than key `b`?
    #[inline]
    pub fn question(&self) -> Option<(u32, u32)> {
        let at = |i: usize| self.order[i];
        Some(match self.state {
            State::Count { lo, n, .. } => (at(lo + n), at(lo + n - 1)),
            State::Insert { at: pivot, left, right, .. } => (at(pivot), at(left + (right - left) / 2)),
            State::Check { run } => (at(self.ends[run]), at(self.ends[run] - 1)),
            State::Merge { i, j, .. } => (at(j), at(i)),
            State::Done => return None,
        })
    }

    /// Takes the answer to the question.
    #[inline]
    pub fn answer(&mut self, less: bool) {
        match &mut self.state {
            State::Count { lo, n, descending } => {
                if *n == 1 {
                    *descending = less;
                }
                if *descending == less {
                    *n += 1;
                    if *lo + *n == self.order.len() {
                        self.counted();
                    }
                } else {
                    self.counted();
                }
            }
            State::Insert { left, right, .. } => {
                let middle = *left + (*right - *left) / 2;
                if less {
                    *right = middle;
                } else {
                    *left = middle + 1;
                }
                if left == right {
                    self.insert();
                }
            }
            State::Check { run } => {
                let run = *run;
                if less {
                    let i = if run == 0 { 0 } else { self.ends[run - 1] };
                    self.spare.clear();
                    self.state = State::Merge { run, i, j: self.ends[run] };
                } else {
                    self.ends.remove(run);
                    self.state = State::Check { run: run + 1 };
                    self.settle();
                }
            }
            State::Merge { run, i, j } => {
                let from = if less { &mut *j } else { &mut *i };
                self.spare.push(self.order[*from]);
                *from += 1;
                let (run, i, j) = (*run, *i, *j);
                if i == self.ends[run] || j == self.ends[run + 1] {
                    self.merged(run, i, j);
                }
            }
            State::Done => {}
        }
    }

    /// The run is as long as it gets by itself.
    fn counted(&mut self) {
        let State::Count { lo, n, descending } = self.state else { return };
        if descending {
            self.order[lo..lo + n].reverse();
        }
        let end = (lo + self.min_run).min(self.order.len());
        if lo + n < end {
            self.state = State::Insert { lo, end, at: lo + n, left: lo, right: lo + n };
        } else {
            self.run_ends(lo + n);
        }
    }

    /// The place of the key at `at` is found.
    fn insert(&mut self) {
        let State::Insert { lo, end, at, left, .. } = self.state else { return };
        self.order[left..=at].rotate_right(1);
        if at + 1 == end {
            self.run_ends(end);
        } else {
            self.state = State::Insert { lo, end, at: at + 1, left: lo, right: at + 1 };
        }
    }

    fn run_ends(&mut self, end: usize) {
        self.ends.push(end);
        self.state = if end < self.order.len() {
            State::Count { lo: end, n: 1, descending: false }
        } else {
            State::Check { run: 0 }
        };
        self.settle();
    }

    fn merged(&mut self, run: usize, i: usize, j: usize) {
        let start = if run == 0 { 0 } else { self.ends[run - 1] };
        // What is left of the first run goes to the end; what is left of the second is there already.
        let left_over = self.ends[run] - i;
        self.order.copy_within(i..i + left_over, j - left_over);
        self.order[start..start + self.spare.len()].copy_from_slice(&self.spare);
        self.ends.remove(run);
        self.state = State::Check { run: run + 1 };
        self.settle();
    }

    /// Goes on to a state that has a question.
    fn settle(&mut self) {
        match self.state {
            // A last run of one key.
            State::Count { lo, n, .. } if lo + n == self.order.len() => self.counted(),
            State::Check { run } if self.ends.len() < 2 => {
                let _ = run;
                self.state = State::Done;
            }
            // A pass over the pairs of runs is over.
            State::Check { run } if run + 1 >= self.ends.len() => self.state = State::Check { run: 0 },
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Asked;
    use proptest::prelude::*;

    fn sorted(keys: &[i32], reverse: bool) -> Vec<u32> {
        let mut sort = Asked::new(keys.len(), reverse);
        while let Some((a, b)) = sort.question() {
            sort.answer(keys[a as usize] < keys[b as usize]);
        }
        sort.order()
    }

    proptest! {
        #[test]
        fn sorts_stably(keys in prop::collection::vec(0..50i32, 0..700), reverse: bool) {
            let mut expected: Vec<u32> = (0..keys.len() as u32).collect();
            expected.sort_by(|&a, &b| {
                let order = keys[a as usize].cmp(&keys[b as usize]);
                if reverse { order.reverse() } else { order }
            });
            prop_assert_eq!(sorted(&keys, reverse), expected);
        }

        #[test]
        fn ends_whatever_it_is_told(answers in prop::collection::vec(any::<bool>(), 1..64), n in 0usize..400) {
            let mut sort = Asked::new(n, false);
            let mut told = answers.iter().cycle();
            let mut questions = 0;
            while sort.question().is_some() {
                sort.answer(*told.next().expect("a cycle does not end"));
                questions += 1;
                prop_assert!(questions < 20 * n + 20);
            }
            let mut order = sort.order();
            order.sort_unstable();
            prop_assert_eq!(order, (0..n as u32).collect::<Vec<_>>());
        }
    }
}
