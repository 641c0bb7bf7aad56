//! Karatsuba multiplication on an explicit stack, with num-bigint's products as leaves.

use num_bigint::BigUint;

use super::{Sliced, from_limbs, limbs, spend, to_limbs};

/// Operands up to this many limbs are multiplied directly: about 10 µs.
const LEAF_LIMBS: u64 = 128;

enum Task {
    /// Pushes the product.
    Product(BigUint, BigUint),
    /// Pops low and high, pushes low + high × 2^shift.
    Join(u64),
    /// Pops middle, low and high, pushes the Karatsuba sum.
    Karatsuba(u64),
}

/// The product of two magnitudes.
pub struct Mul {
    tasks: Vec<Task>,
    values: Vec<BigUint>,
}

impl Mul {
    /// a × b.
    pub fn new(a: BigUint, b: BigUint) -> Mul {
        Mul { tasks: vec![Task::Product(a, b)], values: Vec::new() }
    }

    fn pop(&mut self) -> BigUint {
        self.values.pop().expect("each task leaves one value")
    }

    fn product(&mut self, a: BigUint, b: BigUint) -> u64 {
        let (long, short) = if a.bits() >= b.bits() { (a, b) } else { (b, a) };
        let (long_limbs, short_limbs) = (limbs(long.bits()), limbs(short.bits()));
        if long_limbs <= LEAF_LIMBS {
            self.values.push(long * short);
            return long_limbs * short_limbs;
        }
        if short_limbs == 1 {
            // One pass.
            self.values.push(long * short);
            return long_limbs;
        }
        let half = long_limbs.div_ceil(2);
        let (low, high) = split(&long, half);
        if short_limbs <= half {
            self.tasks.push(Task::Join(half * 64));
            self.tasks.push(Task::Product(low, short.clone()));
            self.tasks.push(Task::Product(high, short));
            return long_limbs;
        }
        let (short_low, short_high) = split(&short, half);
        let (sum, short_sum) = (&low + &high, &short_low + &short_high);
        self.tasks.push(Task::Karatsuba(half * 64));
        self.tasks.push(Task::Product(sum, short_sum));
        self.tasks.push(Task::Product(low, short_low));
        self.tasks.push(Task::Product(high, short_high));
        2 * long_limbs
    }

    fn run(&mut self, task: Task) -> u64 {
        match task {
            Task::Product(a, b) => self.product(a, b),
            Task::Join(shift) => {
                let (low, high) = (self.pop(), self.pop());
                let sum = low + (high << shift);
                let work = limbs(sum.bits());
                self.values.push(sum);
                work
            }
            Task::Karatsuba(shift) => {
                let (middle, low, high) = (self.pop(), self.pop(), self.pop());
                let cross = middle - &low - &high;
                let sum = low + (cross << shift) + (high << (2 * shift));
                let work = 3 * limbs(sum.bits());
                self.values.push(sum);
                work
            }
        }
    }
}

/// The lowest `count` limbs, and the rest.
fn split(value: &BigUint, count: u64) -> (BigUint, BigUint) {
    let digits = to_limbs(value);
    let (low, high) = digits.split_at(digits.len().min(count as usize));
    (from_limbs(low), from_limbs(high))
}

impl Sliced for Mul {
    type Output = BigUint;

    fn step(&mut self, budget: &mut u64) -> Option<BigUint> {
        while *budget > 0 {
            let Some(task) = self.tasks.pop() else { return self.values.pop() };
            let work = self.run(task);
            spend(budget, work);
        }
        if self.tasks.is_empty() { self.values.pop() } else { None }
    }
}
