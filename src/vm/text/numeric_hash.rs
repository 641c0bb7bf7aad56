//! `hash()` of numbers and of the containers whose hash is a function of their items' hashes.
//!
//! Numbers that are equal hash equal: all are reduced modulo the prime 2^61 - 1, as CPython does.

use num_bigint::{BigInt, Sign};

const PRIME_BITS: u32 = 61;
const PRIME: u64 = (1 << PRIME_BITS) - 1;
const INFINITY_HASH: i64 = 314_159;
const IMAGINARY_FACTOR: u64 = 1_000_003;

/// `hash(None)`.
pub const NONE_HASH: i64 = 0xFCA8_6420;

/// -1 is reserved for errors in CPython, and so never is a hash.
fn finish(negative: bool, magnitude: u64) -> i64 {
    let hash = if negative { -(magnitude as i64) } else { magnitude as i64 };
    if hash == -1 { -2 } else { hash }
}

/// `hash(int)` of a machine word; `bool` hashes as 0 and 1.
pub fn hash_i64(value: i64) -> i64 {
    finish(value < 0, value.unsigned_abs() % PRIME)
}

/// `hash(int)`: linear in the size.
pub fn hash_big(value: &BigInt) -> i64 {
    let mut hash = 0u64;
    for digit in value.iter_u64_digits().rev() {
        hash = ((u128::from(hash) << 64 | u128::from(digit)) % u128::from(PRIME)) as u64;
    }
    finish(value.sign() == Sign::Minus, hash)
}

/// `hash(float)`; `None` for NaN, whose hash is its object's identity.
pub fn hash_float(x: f64) -> Option<i64> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { INFINITY_HASH } else { -INFINITY_HASH });
    }
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52 & 0x7ff) as i32;
    let (mantissa, exponent) =
        if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    // 2^61 is 1 modulo the prime: a power of two is a rotation of 61 bits.
    let shift = exponent.rem_euclid(PRIME_BITS as i32) as u32;
    let hash = ((u128::from(mantissa) << shift) % u128::from(PRIME)) as u64;
    Some(finish(x < 0.0, hash))
}

/// `hash(complex)` from the hashes of its parts.
pub fn hash_complex(re: i64, im: i64) -> i64 {
    let hash = (re as u64).wrapping_add((im as u64).wrapping_mul(IMAGINARY_FACTOR)) as i64;
    if hash == -1 { -2 } else { hash }
}

const XX_PRIME_1: u64 = 11_400_714_785_074_694_791;
const XX_PRIME_2: u64 = 14_029_467_366_897_019_727;
const XX_PRIME_5: u64 = 2_870_177_450_012_600_261;

/// `hash(tuple)`, item by item: a suspended caller keeps this.
#[derive(Clone, Copy, Debug)]
pub struct TupleHash {
    state: u64,
    items: u64,
}

impl Default for TupleHash {
    fn default() -> TupleHash {
        TupleHash { state: XX_PRIME_5, items: 0 }
    }
}

impl TupleHash {
    /// Adds the next item's hash.
    pub fn add(&mut self, hash: i64) {
        let mixed = self.state.wrapping_add((hash as u64).wrapping_mul(XX_PRIME_2));
        self.state = mixed.rotate_left(31).wrapping_mul(XX_PRIME_1);
        self.items += 1;
    }

    /// The tuple's hash.
    pub fn finish(self) -> i64 {
        let hash = self.state.wrapping_add(self.items ^ (XX_PRIME_5 ^ 3_527_539)) as i64;
        if hash == -1 { 1_546_275_796 } else { hash }
    }
}

impl TupleHash {
    /// The hash of a slice from the hashes of its three parts, which does not mix in their number.
    pub fn finish_slice(self) -> i64 {
        if self.state as i64 == -1 { 1_546_275_796 } else { self.state as i64 }
    }
}

/// `hash(tuple)` from the hashes of the items.
pub fn hash_tuple(items: impl IntoIterator<Item = i64>) -> i64 {
    let mut hash = TupleHash::default();
    items.into_iter().for_each(|item| hash.add(item));
    hash.finish()
}

/// `hash(frozenset)`, item by item, in any order.
#[derive(Clone, Copy, Debug, Default)]
pub struct FrozensetHash {
    state: u64,
    items: u64,
}

impl FrozensetHash {
    /// Adds an item's hash.
    pub fn add(&mut self, hash: i64) {
        let hash = hash as u64;
        self.state ^= (hash ^ 89_869_747 ^ hash << 16).wrapping_mul(3_644_798_167);
        self.items += 1;
    }

    /// The set's hash.
    pub fn finish(self) -> i64 {
        let mut hash = self.state ^ (self.items + 1).wrapping_mul(1_927_868_237);
        hash ^= hash >> 11 ^ hash >> 25;
        let hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923) as i64;
        if hash == -1 { 590_923_713 } else { hash }
    }
}

/// `hash(frozenset)` from the hashes of the items.
#[cfg(test)]
pub fn hash_frozenset(items: impl IntoIterator<Item = i64>) -> i64 {
    let mut hash = FrozensetHash::default();
    items.into_iter().for_each(|item| hash.add(item));
    hash.finish()
}
