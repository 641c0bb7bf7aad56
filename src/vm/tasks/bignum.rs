//! Large integers: the sliced operations of `text::bignum` as tasks.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{One, Zero};

use crate::vm::flow::{Flow, R, Resume, Step, Task};
use crate::vm::heap::Tracer;
use crate::vm::text::bignum::{DivRem, Mul, Sliced, div_is_cheap, mul_is_cheap};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// Limb products per unit of fuel.
const PRODUCTS_PER_FUEL: u64 = 4;
/// Limb products of the shortest step: less would be spent on suspending.
const STEP_PRODUCTS_MIN: u64 = 256;
/// Limb products of the longest step, however much fuel there is: about 100 µs.
const STEP_PRODUCTS_MAX: u64 = 80_000;
/// Intermediate values of an operation take at most this many times its result.
const WORKING_FACTOR: u64 = 3;

/// To be asked before an integer of this many bits is made: `MemoryError` when it can never fit.
pub fn reserve_bits(vm: &mut Vm, bits: u64) -> R<()> {
    vm.room_for(usize::try_from(bits / 8).unwrap_or(usize::MAX))
}

/// Runs a sliced operation whose result has at most `bits` bits, and finishes with its output.
pub fn run<S, F>(vm: &mut Vm, work: S, bits: u64, finish: F) -> R
where
    S: Sliced + 'static,
    F: FnOnce(&mut Vm, S::Output) -> R + 'static,
{
    run_keeping(vm, work, bits, Value::Undef, move |vm, output, _| finish(vm, output))
}

/// As [`run`]; `kept` stays alive meanwhile and is handed to `finish`.
pub fn run_keeping<S, F>(vm: &mut Vm, mut work: S, bits: u64, kept: Value, finish: F) -> R
where
    S: Sliced + 'static,
    F: FnOnce(&mut Vm, S::Output, Value) -> R + 'static,
{
    let bytes = usize::try_from(bits / 8 * WORKING_FACTOR).unwrap_or(usize::MAX);
    vm.room_for(bytes)?;
    // What is small enough is done before a task is worth its frame.
    let mut budget = STEP_PRODUCTS_MIN * 8;
    let all = budget;
    let output = work.step(&mut budget);
    vm.charge(((all - budget) / PRODUCTS_PER_FUEL) as usize);
    if let Some(output) = output {
        return finish(vm, output, kept);
    }
    vm.heap.charge_external(bytes);
    Ok(Flow::task(Work { work, bytes, kept, finish: Some(finish) }))
}

struct Work<S, F> {
    work: S,
    /// Bytes charged for the values in work. Only a kill drops a task before it gives them back.
    bytes: usize,
    kept: Value,
    finish: Option<F>,
}

impl<S, F> Task for Work<S, F>
where
    S: Sliced + 'static,
    F: FnOnce(&mut Vm, S::Output, Value) -> R + 'static,
{
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            let affordable = (vm.fuel.max(0) as u64).saturating_mul(PRODUCTS_PER_FUEL);
            let all = affordable.clamp(STEP_PRODUCTS_MIN, STEP_PRODUCTS_MAX);
            let mut budget = all;
            let output = self.work.step(&mut budget);
            vm.charge(((all - budget) / PRODUCTS_PER_FUEL) as usize);
            if let Some(output) = output {
                vm.heap.release_external(std::mem::take(&mut self.bytes));
                let finish = self.finish.take().expect("a task finishes once");
                return finish(vm, output, self.kept).map(Step::Become);
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.kept);
    }
}

/// The inverse of a number modulo another, by Euclid's extended algorithm; `None` when there is none.
pub struct Inverse {
    modulus: BigUint,
    /// Remainders, the larger first.
    r: (BigUint, BigUint),
    /// What the number must be multiplied with to give the remainders, modulo the modulus.
    t: (BigInt, BigInt),
    stage: Stage,
}

enum Stage {
    Next,
    Dividing(DivRem),
    Multiplying(Mul, BigUint),
}

impl Inverse {
    /// The inverse of `value` modulo `modulus`, which must not be zero.
    pub fn new(value: BigUint, modulus: BigUint) -> Inverse {
        let stage = Stage::Dividing(DivRem::new(&value, &modulus));
        Inverse { r: (modulus.clone(), BigUint::ZERO), t: (BigInt::zero(), BigInt::one()), modulus, stage }
    }

    /// Goes from (r0, r1) to (r1, r0 - q × r1), and so with t; `product` is q × t1.
    fn advance(&mut self, product: BigInt, remainder: BigUint) {
        let next = std::mem::take(&mut self.t.0) - product;
        self.t.0 = std::mem::replace(&mut self.t.1, next);
        self.r.0 = std::mem::replace(&mut self.r.1, remainder);
    }

    fn divided(&mut self, quotient: BigUint, remainder: BigUint) -> Stage {
        if mul_is_cheap(quotient.bits(), self.t.1.bits()) {
            let product = BigInt::from(quotient) * &self.t.1;
            self.advance(product, remainder);
            return Stage::Next;
        }
        Stage::Multiplying(Mul::new(quotient, self.t.1.magnitude().clone()), remainder)
    }
}

impl Sliced for Inverse {
    type Output = Option<BigUint>;

    fn step(&mut self, budget: &mut u64) -> Option<Option<BigUint>> {
        let mut started = self.r.1.bits() > 0 || !matches!(self.stage, Stage::Dividing(_));
        while *budget > 0 {
            self.stage = match &mut self.stage {
                Stage::Dividing(division) => {
                    let (quotient, remainder) = division.step(budget)?;
                    if started {
                        self.divided(quotient, remainder)
                    } else {
                        // The number itself, reduced.
                        started = true;
                        self.r.1 = remainder;
                        Stage::Next
                    }
                }
                Stage::Multiplying(mul, remainder) => {
                    let product = BigInt::from_biguint(self.t.1.sign(), mul.step(budget)?);
                    let remainder = std::mem::take(remainder);
                    self.advance(product, remainder);
                    Stage::Next
                }
                Stage::Next if self.r.1.is_zero() => {
                    if !self.r.0.is_one() {
                        return Some(None);
                    }
                    let inverse = self.t.0.mod_floor(&BigInt::from(self.modulus.clone()));
                    return Some(inverse.to_biguint());
                }
                Stage::Next => {
                    let limbs = self.r.0.bits() / 64 + 1;
                    *budget = budget.saturating_sub(8 + 4 * limbs);
                    if div_is_cheap(self.r.0.bits(), self.r.1.bits()) {
                        let (quotient, remainder) = self.r.0.div_rem(&self.r.1);
                        self.divided(quotient, remainder)
                    } else {
                        Stage::Dividing(DivRem::new(&self.r.0, &self.r.1))
                    }
                }
            };
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inverse(value: u64, modulus: u64, budget: u64) -> Option<BigUint> {
        let mut work = Inverse::new(value.into(), modulus.into());
        loop {
            if let Some(result) = work.step(&mut budget.clone()) {
                return result;
            }
        }
    }

    #[test]
    fn a_number_times_its_inverse_is_one() {
        for modulus in 1..60u64 {
            for value in 0..130u64 {
                let expected = value.gcd(&modulus) == 1;
                for budget in [1, 10, 100_000] {
                    let found = inverse(value, modulus, budget);
                    assert_eq!(found.is_some(), expected, "{value} {modulus}");
                    if let Some(found) = found {
                        assert!(found < modulus.into());
                        assert_eq!(found * value % modulus, BigUint::from(1 % modulus));
                    }
                }
            }
        }
    }
}
