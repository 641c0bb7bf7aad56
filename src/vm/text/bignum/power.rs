//! Powers, and powers modulo a number, by repeated squaring over sliced products.

use num_bigint::BigUint;

use super::{DivRem, Mul, Sliced};

/// base ^ exponent.
pub struct Pow {
    base: BigUint,
    exponent: u64,
    /// Bits of the exponent that have not been looked at.
    bits_left: u32,
    value: BigUint,
    stage: PowStage,
}

enum PowStage {
    Next,
    Squaring(Mul),
    Multiplying(Mul),
}

impl Pow {
    /// base ^ exponent.
    pub fn new(base: BigUint, exponent: u64) -> Pow {
        let bits_left = 64 - exponent.leading_zeros();
        Pow { base, exponent, bits_left, value: BigUint::from(1u32), stage: PowStage::Next }
    }
}

impl Sliced for Pow {
    type Output = BigUint;

    fn step(&mut self, budget: &mut u64) -> Option<BigUint> {
        loop {
            match &mut self.stage {
                PowStage::Next if self.bits_left == 0 => return Some(std::mem::take(&mut self.value)),
                PowStage::Next => {
                    self.bits_left -= 1;
                    let value = std::mem::take(&mut self.value);
                    self.stage = PowStage::Squaring(Mul::new(value.clone(), value));
                }
                PowStage::Squaring(mul) => {
                    let square = mul.step(budget)?;
                    if self.exponent >> self.bits_left & 1 == 1 {
                        self.stage = PowStage::Multiplying(Mul::new(square, self.base.clone()));
                    } else {
                        self.value = square;
                        self.stage = PowStage::Next;
                    }
                }
                PowStage::Multiplying(mul) => {
                    self.value = mul.step(budget)?;
                    self.stage = PowStage::Next;
                }
            }
        }
    }
}

/// base ^ exponent mod modulus, of magnitudes.
pub struct ModPow {
    base: BigUint,
    exponent: BigUint,
    modulus: BigUint,
    bits_left: u64,
    value: BigUint,
    /// The product in work is the one with the base.
    multiplying: bool,
    stage: ModStage,
}

enum ModStage {
    ReducingBase(DivRem),
    Next,
    Product(Mul),
    Reducing(DivRem),
}

impl ModPow {
    /// base ^ exponent mod modulus; the modulus must not be zero.
    pub fn new(base: &BigUint, exponent: BigUint, modulus: BigUint) -> ModPow {
        ModPow {
            base: BigUint::ZERO,
            bits_left: exponent.bits(),
            exponent,
            value: BigUint::from(u32::from(modulus.bits() > 1)),
            multiplying: false,
            stage: ModStage::ReducingBase(DivRem::new(base, &modulus)),
            modulus,
        }
    }
}

impl Sliced for ModPow {
    type Output = BigUint;

    fn step(&mut self, budget: &mut u64) -> Option<BigUint> {
        loop {
            self.stage = match &mut self.stage {
                ModStage::ReducingBase(div) => {
                    self.base = div.step(budget)?.1;
                    ModStage::Next
                }
                ModStage::Next if self.bits_left == 0 => return Some(std::mem::take(&mut self.value)),
                ModStage::Next => {
                    self.bits_left -= 1;
                    self.multiplying = false;
                    ModStage::Product(Mul::new(self.value.clone(), self.value.clone()))
                }
                ModStage::Product(mul) => ModStage::Reducing(DivRem::new(&mul.step(budget)?, &self.modulus)),
                ModStage::Reducing(div) => {
                    self.value = div.step(budget)?.1;
                    if !self.multiplying && self.exponent.bit(self.bits_left) {
                        self.multiplying = true;
                        ModStage::Product(Mul::new(self.value.clone(), self.base.clone()))
                    } else {
                        ModStage::Next
                    }
                }
            };
        }
    }
}
