//! Every sliced operation against num-bigint, with budgets that stop it everywhere.

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use proptest::prelude::*;

use super::*;

/// Runs the work in slices of `budget`, and counts them.
fn finish<W: Sliced>(mut work: W, budget: u64) -> (W::Output, u64) {
    for slices in 1.. {
        if let Some(output) = work.step(&mut budget.clone()) {
            return (output, slices);
        }
    }
    unreachable!("the loop has no end of its own")
}

fn magnitude(limbs_max: usize) -> impl Strategy<Value = BigUint> {
    // Runs of zeros and ones reach the corrections of a division that random limbs never do.
    let limb = prop_oneof![3 => any::<u64>(), 1 => Just(0u64), 1 => Just(u64::MAX), 1 => Just(1u64 << 63)];
    prop::collection::vec(limb, 0..=limbs_max).prop_map(|limbs| from_limbs(&limbs))
}

fn signed(limbs_max: usize) -> impl Strategy<Value = BigInt> {
    (magnitude(limbs_max), any::<bool>())
        .prop_map(|(m, minus)| BigInt::from_biguint(if minus { Sign::Minus } else { Sign::Plus }, m))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn products_are_those_of_num_bigint(a in magnitude(600), b in magnitude(600), budget in 1u64..50_000) {
        prop_assert_eq!(finish(Mul::new(a.clone(), b.clone()), budget).0, a * b);
    }

    #[test]
    fn divisions_round_down_like_python(a in signed(60), b in signed(30), budget in 1u64..5_000) {
        prop_assume!(b.bits() > 0);
        prop_assert_eq!(finish(DivFloor::new(&a, &b), budget).0, a.div_mod_floor(&b));
    }

    #[test]
    fn a_multiple_of_the_divisor_leaves_no_remainder(a in magnitude(30), b in magnitude(30), budget in 1u64..999) {
        prop_assume!(b.bits() > 0);
        prop_assert_eq!(finish(DivRem::new(&(&a * &b), &b), budget).0, (a, BigUint::ZERO));
    }

    #[test]
    fn powers_are_those_of_num_bigint(base in magnitude(6), exponent in 0u64..200, budget in 1u64..50_000) {
        prop_assert_eq!(finish(Pow::new(base.clone(), exponent), budget).0, base.pow(exponent as u32));
    }

    #[test]
    fn modular_powers_are_those_of_num_bigint(b in magnitude(8), e in magnitude(2), m in magnitude(6), budget in 1u64..9_999) {
        prop_assume!(m.bits() > 0);
        prop_assert_eq!(finish(ModPow::new(&b, e.clone(), m.clone()), budget).0, b.modpow(&e, &m));
    }

    #[test]
    fn common_divisors_are_those_of_num_bigint(a in magnitude(30), b in magnitude(30), c in magnitude(9), budget in 1u64..9_999) {
        let (a, b) = (a * &c, b * c);
        prop_assert_eq!(finish(Gcd::new(a.clone(), b.clone()), budget).0, a.gcd(&b));
    }

    #[test]
    fn square_roots_are_those_of_num_bigint(a in magnitude(40), budget in 1u64..9_999) {
        let square = &a * &a;
        prop_assert_eq!(finish(Isqrt::new(square.clone()), budget).0, a.clone());
        prop_assert_eq!(finish(Isqrt::new(&square + 1u32), budget).0, (square + 1u32).sqrt());
        prop_assert_eq!(finish(Isqrt::new(a.clone()), budget).0, a.sqrt());
    }

    #[test]
    fn results_never_have_more_bits_than_was_announced(a in magnitude(20), b in magnitude(20), n in 0u64..90) {
        prop_assert!((&a * &b).bits() <= mul_result_bits(a.bits(), b.bits()));
        prop_assert!((&a << n).bits() <= shl_result_bits(a.bits(), n));
        prop_assert!(a.pow(n as u32).bits() <= pow_result_bits(a.bits(), n));
    }
}

#[test]
fn factorials_are_products() {
    let mut expected = BigUint::from(1u32);
    for n in 0..700u64 {
        expected *= n.max(1);
        assert_eq!(finish(Factorial::new(n), 40 + n).0, expected);
    }
}

#[test]
fn large_work_takes_many_small_slices() {
    let large = (BigUint::from(1u32) << 640_000u32) - 12_345u32;
    let (square, slices) = finish(Mul::new(large.clone(), large.clone()), 20_000);
    assert!(slices > 100, "{slices}");
    assert_eq!(square, &large * &large);
    let (_, slices) = finish(DivRem::new(&square, &large), 20_000);
    assert!(slices > 1_000, "{slices}");
}
