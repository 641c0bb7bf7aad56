//! Long division (Knuth's algorithm D), one digit of the quotient at a time.

use num_bigint::{BigInt, BigUint, Sign};

use super::{Sliced, from_limbs, spend, to_limbs};

/// Quotient and remainder of two magnitudes.
pub struct DivRem {
    /// The numerator, shifted; what is left of it in the end is the remainder.
    numerator: Vec<u64>,
    /// The divisor, shifted until its highest bit is set.
    divisor: Vec<u64>,
    quotient: Vec<u64>,
    /// Digits of the quotient still to be found.
    left: usize,
    shift: u32,
}

impl DivRem {
    /// a ÷ b; `b` must not be zero.
    pub fn new(a: &BigUint, b: &BigUint) -> DivRem {
        let shift = (b.bits().next_multiple_of(64) - b.bits()) as u32;
        let divisor = to_limbs(&(b << shift));
        let mut numerator = to_limbs(&(a << shift));
        numerator.resize(numerator.len().max(divisor.len()) + 1, 0);
        let left = numerator.len() - divisor.len();
        DivRem { numerator, divisor, quotient: vec![0; left], left, shift }
    }

    /// Finds the digit `at` of the quotient and takes its multiple off the numerator.
    fn digit(&mut self, at: usize) {
        let n = self.divisor.len();
        let mut guess = self.guess(at);
        let window = &mut self.numerator[at..=at + n];
        let mut carry = 0u128;
        for (limb, &d) in window.iter_mut().zip(&self.divisor) {
            let product = u128::from(guess) * u128::from(d) + carry;
            let (difference, borrow) = limb.overflowing_sub(product as u64);
            *limb = difference;
            carry = (product >> 64) + u128::from(borrow);
        }
        let (difference, borrow) = window[n].overflowing_sub(carry as u64);
        window[n] = difference;
        if borrow {
            // The guess was one too high, which is rare.
            guess -= 1;
            let mut carry = false;
            for (limb, &d) in window.iter_mut().zip(&self.divisor) {
                let (sum, first) = limb.overflowing_add(d);
                let (sum, second) = sum.overflowing_add(u64::from(carry));
                *limb = sum;
                carry = first || second;
            }
            window[n] = window[n].wrapping_add(u64::from(carry));
        }
        self.quotient[at] = guess;
    }

    /// The digit from the highest limbs: right, or one too high.
    fn guess(&self, at: usize) -> u64 {
        let n = self.divisor.len();
        let top = u128::from(self.numerator[at + n]) << 64 | u128::from(self.numerator[at + n - 1]);
        let first = u128::from(self.divisor[n - 1]);
        let (mut guess, mut rest) = (top / first, top % first);
        let (second, next) = match n {
            1 => (0, 0),
            _ => (u128::from(self.divisor[n - 2]), u128::from(self.numerator[at + n - 2])),
        };
        while guess >> 64 != 0 || guess * second > (rest << 64 | next) {
            guess -= 1;
            rest += first;
            if rest >> 64 != 0 {
                break;
            }
        }
        guess as u64
    }
}

impl Sliced for DivRem {
    type Output = (BigUint, BigUint);

    fn step(&mut self, budget: &mut u64) -> Option<(BigUint, BigUint)> {
        while self.left > 0 {
            if *budget == 0 {
                return None;
            }
            self.left -= 1;
            self.digit(self.left);
            spend(budget, self.divisor.len() as u64 + 16);
        }
        let remainder = from_limbs(&self.numerator[..self.divisor.len()]) >> self.shift;
        Some((from_limbs(&self.quotient), remainder))
    }
}

/// `divmod(a, b)` of Python: the quotient rounded down, the remainder with the divisor's sign.
pub struct DivFloor {
    inner: DivRem,
    divisor: BigInt,
    negative: bool,
}

impl DivFloor {
    /// a // b and a % b; `b` must not be zero.
    pub fn new(a: &BigInt, b: &BigInt) -> DivFloor {
        let negative = (a.sign() == Sign::Minus) != (b.sign() == Sign::Minus);
        DivFloor { inner: DivRem::new(a.magnitude(), b.magnitude()), divisor: b.clone(), negative }
    }
}

impl Sliced for DivFloor {
    type Output = (BigInt, BigInt);

    fn step(&mut self, budget: &mut u64) -> Option<(BigInt, BigInt)> {
        let (mut quotient, mut remainder) = self.inner.step(budget)?;
        if self.negative && remainder.bits() > 0 {
            quotient += 1u32;
            remainder = self.divisor.magnitude() - remainder;
        }
        let sign = if self.negative { Sign::Minus } else { Sign::Plus };
        Some((BigInt::from_biguint(sign, quotient), BigInt::from_biguint(self.divisor.sign(), remainder)))
    }
}
