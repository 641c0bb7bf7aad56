//! Greatest common divisor, integer square root and factorial, over sliced products and divisions.

use std::collections::VecDeque;

use num_bigint::BigUint;
use num_integer::Integer;

use super::{DivRem, Mul, Sliced, gcd_is_cheap, limbs, spend};

/// Euclid's algorithm; num-bigint finishes it once both values are small.
pub struct Gcd {
    a: BigUint,
    b: BigUint,
    division: Option<DivRem>,
}

impl Gcd {
    /// gcd(a, b).
    pub fn new(a: BigUint, b: BigUint) -> Gcd {
        Gcd { a, b, division: None }
    }
}

impl Sliced for Gcd {
    type Output = BigUint;

    fn step(&mut self, budget: &mut u64) -> Option<BigUint> {
        loop {
            if let Some(division) = &mut self.division {
                let (_, remainder) = division.step(budget)?;
                self.a = std::mem::replace(&mut self.b, remainder);
                self.division = None;
            }
            if self.b.bits() == 0 {
                return Some(std::mem::take(&mut self.a));
            }
            if *budget == 0 {
                return None;
            }
            if gcd_is_cheap(self.a.bits(), self.b.bits()) {
                spend(budget, 64 * limbs(self.a.bits()));
                return Some(self.a.gcd(&self.b));
            }
            spend(budget, 2 * limbs(self.a.bits()));
            self.division = Some(DivRem::new(&self.a, &self.b));
        }
    }
}

/// The integer square root, by Newton's method with a precision that doubles.
///
/// The method is that of CPython's `math.isqrt`: each step takes one division of growing length, and
/// the last approximation is right or one too high.
pub struct Isqrt {
    value: BigUint,
    /// Half of the value's bits: the root's precision.
    precision: u64,
    /// Doublings still to be made.
    left: u32,
    reached: u64,
    root: BigUint,
    stage: RootStage,
}

enum RootStage {
    Next,
    Dividing(DivRem, u64),
    Checking(Mul),
}

impl Isqrt {
    /// The root of `value`, rounded down.
    pub fn new(value: BigUint) -> Isqrt {
        let precision = value.bits().saturating_sub(1) / 2;
        Isqrt {
            value,
            precision,
            left: 64 - precision.leading_zeros(),
            reached: 0,
            root: BigUint::from(1u32),
            stage: RootStage::Next,
        }
    }
}

impl Sliced for Isqrt {
    type Output = BigUint;

    fn step(&mut self, budget: &mut u64) -> Option<BigUint> {
        if self.value.bits() == 0 {
            return Some(BigUint::ZERO);
        }
        loop {
            self.stage = match &mut self.stage {
                RootStage::Next if self.left == 0 => {
                    RootStage::Checking(Mul::new(self.root.clone(), self.root.clone()))
                }
                RootStage::Next => {
                    self.left -= 1;
                    let before = std::mem::replace(&mut self.reached, self.precision >> self.left);
                    let top = &self.value >> (2 * self.precision + 1 - before - self.reached);
                    spend(budget, limbs(self.value.bits()));
                    RootStage::Dividing(DivRem::new(&top, &self.root), self.reached - before - 1)
                }
                RootStage::Dividing(division, shift) => {
                    let (quotient, _) = division.step(budget)?;
                    self.root = (std::mem::take(&mut self.root) << *shift) + quotient;
                    RootStage::Next
                }
                RootStage::Checking(mul) => {
                    let too_high = mul.step(budget)? > self.value;
                    let root = std::mem::take(&mut self.root);
                    return Some(if too_high { root - 1u32 } else { root });
                }
            };
        }
    }
}

/// Limbs of the products that a factorial starts from.
const FACTORIAL_LEAF_LIMBS: u64 = 16;

/// n!, as a tree of products of equal size.
pub struct Factorial {
    next: u64,
    n: u64,
    factors: VecDeque<BigUint>,
    product: Option<Mul>,
}

impl Factorial {
    /// n!.
    pub fn new(n: u64) -> Factorial {
        Factorial { next: 2, n, factors: VecDeque::new(), product: None }
    }

    fn collect_leaf(&mut self, budget: &mut u64) {
        let mut leaf = BigUint::from(1u32);
        while self.next <= self.n && limbs(leaf.bits()) < FACTORIAL_LEAF_LIMBS {
            leaf *= self.next;
            self.next += 1;
            spend(budget, FACTORIAL_LEAF_LIMBS);
        }
        self.factors.push_back(leaf);
    }
}

impl Sliced for Factorial {
    type Output = BigUint;

    fn step(&mut self, budget: &mut u64) -> Option<BigUint> {
        loop {
            if let Some(mul) = &mut self.product {
                let product = mul.step(budget)?;
                self.factors.push_back(product);
                self.product = None;
            }
            if *budget == 0 {
                return None;
            }
            if self.next <= self.n || self.factors.is_empty() {
                self.collect_leaf(budget);
                continue;
            }
            let first = self.factors.pop_front().expect("there is a factor");
            match self.factors.pop_front() {
                Some(second) => self.product = Some(Mul::new(first, second)),
                None => return Some(first),
            }
        }
    }
}
