//! Arithmetic of large integers in slices: each operation is a state machine that works off a budget.
//!
//! Owns the operations whose time grows faster than their operands. A caller asks the `*_is_cheap`
//! functions first and calls num-bigint directly where they agree (well under 20 µs); it asks the
//! `*_result_bits` functions before either, and refuses what its memory limit does not allow. One unit
//! of budget is about one multiplication of 64-bit limbs. A single unit of work that cannot be
//! interrupted is a product of two leaves or one pass over an operand, never a product of operands.

mod div;
mod mul;
mod number_theory;
mod power;
#[cfg(test)]
mod tests;

pub use div::{DivFloor, DivRem};
pub use mul::Mul;
pub use number_theory::{Factorial, Gcd, Isqrt};
pub use power::{ModPow, Pow};

use num_bigint::BigUint;

/// Work that is done in slices. After `Some`, it must not be stepped again.
pub trait Sliced {
    /// What the work gives.
    type Output;

    /// Works until the budget is used up (it may be overdrawn by one small unit of work, and is 0 then),
    /// or until the work is done. What is left of the budget stays in it.
    fn step(&mut self, budget: &mut u64) -> Option<Self::Output>;
}

/// Limb products that a direct call may take.
const CHEAP_PRODUCTS: u64 = 16_384;

fn limbs(bits: u64) -> u64 {
    bits.div_ceil(64).max(1)
}

fn spend(budget: &mut u64, work: u64) {
    *budget = budget.saturating_sub(work.max(1));
}

/// A product of values with this many bits may be computed directly.
pub fn mul_is_cheap(a_bits: u64, b_bits: u64) -> bool {
    limbs(a_bits).saturating_mul(limbs(b_bits)) <= CHEAP_PRODUCTS
}

/// A quotient or remainder may be computed directly.
pub fn div_is_cheap(a_bits: u64, b_bits: u64) -> bool {
    let quotient = limbs(a_bits.saturating_sub(b_bits)) + 1;
    quotient.saturating_mul(limbs(b_bits)).saturating_mul(2) <= CHEAP_PRODUCTS
}

/// A power may be computed directly.
pub fn pow_is_cheap(base_bits: u64, exponent: u64) -> bool {
    let result = pow_result_bits(base_bits, exponent);
    mul_is_cheap(result, result)
}

/// A modular power may be computed directly.
pub fn mod_pow_is_cheap(exponent_bits: u64, modulus_bits: u64) -> bool {
    let square = limbs(modulus_bits).saturating_mul(limbs(modulus_bits));
    square.saturating_mul(exponent_bits).saturating_mul(8) <= CHEAP_PRODUCTS
}

/// A greatest common divisor may be computed directly.
pub fn gcd_is_cheap(a_bits: u64, b_bits: u64) -> bool {
    limbs(a_bits.max(b_bits)) <= 12
}

/// An integer square root may be computed directly.
pub fn isqrt_is_cheap(bits: u64) -> bool {
    limbs(bits) <= 16
}

/// The most bits of a product.
pub fn mul_result_bits(a_bits: u64, b_bits: u64) -> u64 {
    a_bits.saturating_add(b_bits)
}

/// The most bits of a power.
pub fn pow_result_bits(base_bits: u64, exponent: u64) -> u64 {
    // Powers of 0, 1 and -1 do not grow.
    if base_bits <= 1 { 1 } else { base_bits.saturating_mul(exponent).max(1) }
}

/// The most bits of a left shift.
pub fn shl_result_bits(bits: u64, count: u64) -> u64 {
    if bits == 0 { 0 } else { bits.saturating_add(count) }
}

fn to_limbs(value: &BigUint) -> Vec<u64> {
    value.iter_u64_digits().collect()
}

fn from_limbs(limbs: &[u64]) -> BigUint {
    BigUint::new(limbs.iter().flat_map(|&limb| [limb as u32, (limb >> 32) as u32]).collect())
}
