//! The second half of sorting tuples and lists: their first elements have put them in order, those with
//! equal codes are still to be compared as a whole.

use super::super::List;
use super::asked::Asked;
use super::encoded::Code;
use crate::bytecode::CmpOp;
use crate::vm::compare::order_simple;
use crate::vm::flow::{Flow, R};
use crate::vm::ops;
use crate::vm::value::Ref;
use crate::vm::vm::Vm;

/// The state of it.
pub struct Ties {
    /// Codes in order, each with the number of its key.
    codes: Vec<Code>,
    reverse: bool,
    /// All before this are in their places.
    at: usize,
    /// The sort of the keys from `at` on that have one code.
    group: Option<Asked>,
}

/// What a stretch of work came to.
pub enum Work {
    /// There is more.
    More,
    /// The order is complete.
    Done,
    /// A question takes a flow.
    Wants(Flow),
}

impl Ties {
    /// Codes in order, with their numbers in order where they are equal.
    pub fn new(codes: Vec<Code>, reverse: bool) -> Ties {
        Ties { codes, reverse, at: 0, group: None }
    }

    /// The keys' numbers in the order reached so far.
    pub fn order(&self) -> Vec<u32> {
        let mut codes = self.codes.clone();
        if let Some(group) = &self.group {
            settle(&mut codes[self.at..], &group.order());
        }
        codes.iter().map(|c| c.1).collect()
    }

    /// Takes the answer of a question.
    pub fn answer(&mut self, less: bool) {
        if let Some(group) = &mut self.group {
            group.answer(less);
        }
    }

    /// Asks about `budget` questions.
    pub fn work(&mut self, vm: &mut Vm, keys: Ref<List>, budget: usize) -> R<Work> {
        vm.charge(budget / 2);
        for _ in 0..budget {
            let Some(group) = &mut self.group else {
                if !self.next_group() {
                    return Ok(Work::Done);
                }
                continue;
            };
            let Some((a, b)) = group.question() else {
                let order = group.order();
                settle(&mut self.codes[self.at..], &order);
                self.at += order.len();
                self.group = None;
                continue;
            };
            let keys = &vm.heap.get(keys).items;
            let key = |i: u32| keys[self.codes[self.at + i as usize].1 as usize];
            let (a, b) = (key(a), key(b));
            match order_simple(vm, a, b) {
                Some(order) => group.answer(order.is_lt()),
                None => match ops::compare(vm, CmpOp::Lt, a, b)? {
                    Flow::Value(less) => group.answer(ops::truth_of_bool(less)),
                    flow => return Ok(Work::Wants(flow)),
                },
            }
            if vm.fuel <= 0 {
                break;
            }
        }
        Ok(Work::More)
    }

    /// Goes on to the next keys with one code; false when there are none.
    fn next_group(&mut self) -> bool {
        let Some(&(code, _)) = self.codes.get(self.at) else { return false };
        let rest = &self.codes[self.at..];
        let size = rest.iter().position(|c| c.0 != code).unwrap_or(rest.len());
        if size == 1 {
            self.at += 1;
        } else {
            self.group = Some(Asked::new(size, self.reverse));
        }
        true
    }
}

/// Puts the first codes into an order.
fn settle(codes: &mut [Code], order: &[u32]) {
    let sorted: Vec<Code> = order.iter().map(|&i| codes[i as usize]).collect();
    codes[..sorted.len()].copy_from_slice(&sorted);
}
