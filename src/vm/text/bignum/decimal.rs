//! Decimal digits of a large integer: split by powers of ten until the parts are small.

use num_bigint::BigUint;

use super::{DivRem, Mul, Sliced, spend};

/// 10^19 is the highest power of ten in one limb; level n stands for 10^(19 × 2^n).
const LIMB_DIGITS: usize = 19;
/// Values below this level's power are converted directly.
const LEAF_LEVEL: usize = 5;

enum Stage {
    /// The next power is being squared from the last one.
    Building(Mul),
    Next,
    Splitting(DivRem, usize),
}

/// The decimal digits of a magnitude.
pub struct ToDecimal {
    value: BigUint,
    powers: Vec<BigUint>,
    stage: Stage,
    /// Values to be written, the next one last; each is below its level's power.
    parts: Vec<(BigUint, usize)>,
    out: String,
}

impl ToDecimal {
    /// The digits of `value`.
    pub fn new(value: BigUint) -> ToDecimal {
        let first = BigUint::from(10u64.pow(LIMB_DIGITS as u32));
        let mut work = ToDecimal {
            value,
            powers: vec![first],
            stage: Stage::Next,
            parts: Vec::new(),
            out: String::new(),
        };
        work.stage = work.build_or_start();
        work
    }

    /// Squares the last power until the value is below the square of it.
    fn build_or_start(&mut self) -> Stage {
        let last = self.powers.last().expect("there is a first power");
        if self.value.bits() + 2 > 2 * last.bits() {
            return Stage::Building(Mul::new(last.clone(), last.clone()));
        }
        self.parts.push((std::mem::take(&mut self.value), self.powers.len()));
        Stage::Next
    }

    fn write(&mut self, value: &BigUint, level: usize) {
        let digits = value.to_string();
        if !self.out.is_empty() {
            let zeros = (LIMB_DIGITS << level) - digits.len();
            self.out.extend(std::iter::repeat_n('0', zeros));
        }
        // A highest part that is zero is no digit, unless it is all there is.
        if !self.out.is_empty() || digits != "0" || self.parts.is_empty() {
            self.out.push_str(&digits);
        }
    }
}

impl Sliced for ToDecimal {
    type Output = String;

    fn step(&mut self, budget: &mut u64) -> Option<String> {
        loop {
            match &mut self.stage {
                Stage::Building(mul) => {
                    let power = mul.step(budget)?;
                    self.powers.push(power);
                    self.stage = self.build_or_start();
                }
                Stage::Splitting(div, level) => {
                    let level = *level;
                    let (high, low) = div.step(budget)?;
                    self.parts.push((low, level));
                    self.parts.push((high, level));
                    self.stage = Stage::Next;
                }
                Stage::Next => {
                    if self.parts.is_empty() {
                        return Some(std::mem::take(&mut self.out));
                    }
                    if *budget == 0 {
                        return None;
                    }
                    let (value, level) = self.parts.pop().expect("there is a part");
                    if level <= LEAF_LEVEL {
                        spend(budget, 4 << (2 * level));
                        self.write(&value, level);
                    } else {
                        self.stage =
                            Stage::Splitting(DivRem::new(&value, &self.powers[level - 1]), level - 1);
                    }
                }
            }
        }
    }
}
