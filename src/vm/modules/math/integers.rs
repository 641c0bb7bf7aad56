//! Functions of integers: factorial, combinations, common divisors, square root.

use std::collections::VecDeque;

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

use crate::vm::flow::{R, Trap, value};
use crate::vm::native::Args;
use crate::vm::tasks::bignum as task;
use crate::vm::text::bignum::{self, DivRem, Factorial, Gcd, Isqrt, Mul, Sliced};
use crate::vm::types::int::{self, index};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// The largest factorial that fits 64 bits.
const SMALL_FACTORIAL_MAX: u64 = 20;
/// Combinations of this many are computed in 128 bits, if they fit.
const SMALL_COMB_MAX: u64 = 64;

fn magnitude(vm: &mut Vm, magnitude: BigUint) -> R {
    value(vm.int(BigInt::from(magnitude)))
}

// ---- factorial, perm, comb -------------------------------------------------------------------

/// `math.factorial`
pub fn factorial(vm: &mut Vm, args: Args<'_>) -> R {
    let n = index(vm, args.get(0))?;
    factorial_of(vm, n)
}

fn factorial_of(vm: &mut Vm, n: Value) -> R {
    let n = match n {
        Value::Int(n) if n >= 0 => n as u64,
        Value::Int(_) => return Err(no_factorial(vm)),
        big if int::big(&vm.heap, big).is_negative() => return Err(no_factorial(vm)),
        _ => {
            let message = format!("factorial() argument should not exceed {}", i64::MAX);
            return Err(vm.overflow_error(message));
        }
    };
    if n <= SMALL_FACTORIAL_MAX {
        return value(Value::Int((2..=n as i64).product()));
    }
    let bits = factorial_bits(n);
    task::reserve_bits(vm, bits)?;
    task::run(vm, Factorial::new(n), bits, magnitude)
}

#[cold]
fn no_factorial(vm: &mut Vm) -> Trap {
    vm.value_error("factorial() not defined for negative values")
}

/// About the bits of n!, by Stirling's formula.
fn factorial_bits(n: u64) -> u64 {
    let n = n as f64;
    (n * n.log2() - n * std::f64::consts::LOG2_E + n.log2() + 8.0) as u64
}

/// The product of `count` numbers downwards from `top`.
struct FallingProduct {
    next: BigUint,
    left: u64,
    factors: VecDeque<BigUint>,
    product: Option<Mul>,
}

impl FallingProduct {
    fn new(top: BigUint, count: u64) -> FallingProduct {
        FallingProduct { next: top, left: count, factors: VecDeque::new(), product: None }
    }

    /// A factor of a few limbs.
    fn collect_leaf(&mut self, budget: &mut u64) {
        const LEAF_BITS: u64 = 1024;
        let mut leaf = BigUint::from(1u32);
        while self.left > 0 && leaf.bits() < LEAF_BITS {
            leaf *= &self.next;
            self.next -= 1u32;
            self.left -= 1;
            *budget = budget.saturating_sub(16 + leaf.bits() / 64);
        }
        self.factors.push_back(leaf);
    }
}

impl Sliced for FallingProduct {
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
            if self.left > 0 || self.factors.is_empty() {
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

/// Two non-negative integers: how many there are, and how many are taken.
fn counts(vm: &mut Vm, args: Args<'_>) -> R<(BigUint, BigUint)> {
    let (n, k) = (index(vm, args.get(0))?, index(vm, args.get(1))?);
    let Some(n) = int::to_big(vm, n).to_biguint() else {
        return Err(vm.value_error("n must be a non-negative integer"));
    };
    let Some(k) = int::to_big(vm, k).to_biguint() else {
        return Err(vm.value_error("k must be a non-negative integer"));
    };
    Ok((n, k))
}

fn fits(k: &BigUint) -> Option<u64> {
    k.to_u64().filter(|&k| i64::try_from(k).is_ok())
}

/// `math.perm`
pub fn perm(vm: &mut Vm, args: Args<'_>) -> R {
    if matches!(args.get(1), Value::Undef | Value::None) {
        return factorial(vm, args);
    }
    let (n, k) = counts(vm, args)?;
    if k > n {
        return value(Value::Int(0));
    }
    let Some(k) = fits(&k) else {
        return Err(vm.overflow_error(format!("k must not exceed {}", i64::MAX)));
    };
    let bits = n.bits().saturating_mul(k);
    task::reserve_bits(vm, bits)?;
    task::run(vm, FallingProduct::new(n, k), bits, magnitude)
}

/// `math.comb`
pub fn comb(vm: &mut Vm, args: Args<'_>) -> R {
    let (n, k) = counts(vm, args)?;
    if k > n {
        return value(Value::Int(0));
    }
    let k = k.clone().min(&n - &k);
    let Some(k) = fits(&k) else {
        return Err(vm.overflow_error(format!("min(n - k, k) must not exceed {}", i64::MAX)));
    };
    if let Some(small) = n.to_u64().and_then(|n| small_comb(n, k)) {
        return value(vm.int128(small));
    }
    let bits = n.bits().saturating_mul(k);
    task::reserve_bits(vm, bits)?;
    task::run(vm, FallingProduct::new(n, k), bits, move |vm, product| {
        task::run(vm, Factorial::new(k), bits, move |vm, orders| {
            task::run(vm, DivRem::new(&product, &orders), bits, |vm, (quotient, _)| magnitude(vm, quotient))
        })
    })
}

/// A combination whose every step fits 127 bits.
fn small_comb(n: u64, k: u64) -> Option<i128> {
    if k > SMALL_COMB_MAX {
        return None;
    }
    let mut result = 1i128;
    for i in 0..k {
        // Each quotient is a combination itself, so it is exact.
        result = result.checked_mul(i128::from(n - i))? / i128::from(i + 1);
    }
    Some(result)
}

// ---- common divisors and multiples -----------------------------------------------------------

/// `math.gcd`
pub fn gcd(vm: &mut Vm, args: Args<'_>) -> R {
    args.no_keywords(vm, "math.gcd")?;
    let mut result = 0u64;
    for (at, &v) in args.pos().iter().enumerate() {
        vm.charge(1);
        match index(vm, v)? {
            Value::Int(i) => result = result.gcd(&i.unsigned_abs()),
            _ => return fold(vm, gcd_of, result, &args.pos()[at..]),
        }
    }
    value(vm.int128(i128::from(result)))
}

/// `math.lcm`
pub fn lcm(vm: &mut Vm, args: Args<'_>) -> R {
    args.no_keywords(vm, "math.lcm")?;
    let mut result = 1u64;
    for (at, &v) in args.pos().iter().enumerate() {
        vm.charge(1);
        let multiple = match index(vm, v)? {
            Value::Int(0) => Some(0),
            Value::Int(i) if result != 0 => {
                (result / result.gcd(&i.unsigned_abs())).checked_mul(i.unsigned_abs())
            }
            Value::Int(_) => Some(0),
            _ => None,
        };
        match multiple {
            Some(multiple) => result = multiple,
            None => return fold(vm, lcm_of, result, &args.pos()[at..]),
        }
    }
    value(vm.int128(i128::from(result)))
}

type Combine = fn(&mut Vm, BigUint, BigUint, Value) -> R;

/// Combines what there is with the rest of the arguments, one after the other.
fn fold(vm: &mut Vm, combine: Combine, so_far: u64, rest: &[Value]) -> R {
    let rest = vm.tuple(rest);
    fold_next(vm, combine, BigUint::from(so_far), rest, 0)
}

fn fold_next(vm: &mut Vm, combine: Combine, so_far: BigUint, rest: Value, at: usize) -> R {
    let Value::Tuple(items) = rest else { unreachable!("the rest is a tuple") };
    let Some(&v) = vm.heap.get(items).items.get(at) else { return magnitude(vm, so_far) };
    let v = index(vm, v)?;
    let next = int::to_big(vm, v).into_parts().1;
    let position = vm.int128(at as i128 + 1);
    let kept = vm.tuple([rest, position]);
    combine(vm, so_far, next, kept)
}

/// Goes on after one step of a fold.
fn fold_on(vm: &mut Vm, combine: Combine, so_far: BigUint, kept: Value) -> R {
    let Value::Tuple(pair) = kept else { unreachable!("a fold keeps a pair") };
    let [rest, Value::Int(at)] = *vm.heap.get(pair).items else { unreachable!("a fold keeps a pair") };
    fold_next(vm, combine, so_far, rest, at as usize)
}

fn gcd_of(vm: &mut Vm, a: BigUint, b: BigUint, kept: Value) -> R {
    let bits = a.bits().max(b.bits());
    task::run_keeping(vm, Gcd::new(a, b), bits, kept, |vm, gcd, kept| fold_on(vm, gcd_of, gcd, kept))
}

fn lcm_of(vm: &mut Vm, a: BigUint, b: BigUint, kept: Value) -> R {
    if a.is_zero() || b.is_zero() {
        return fold_on(vm, lcm_of, BigUint::ZERO, kept);
    }
    let bits = bignum::mul_result_bits(a.bits(), b.bits());
    task::reserve_bits(vm, bits)?;
    let work = Gcd::new(a.clone(), b.clone());
    task::run_keeping(vm, work, bits, kept, move |vm, gcd, kept| {
        let work = DivRem::new(&a, &gcd);
        task::run_keeping(vm, work, bits, kept, move |vm, (quotient, _), kept| {
            let work = Mul::new(quotient, b);
            task::run_keeping(vm, work, bits, kept, |vm, lcm, kept| fold_on(vm, lcm_of, lcm, kept))
        })
    })
}

// ---- square root -----------------------------------------------------------------------------

/// `math.isqrt`
pub fn isqrt(vm: &mut Vm, args: Args<'_>) -> R {
    let n = index(vm, args.get(0))?;
    let negative = |vm: &mut Vm| Err(vm.value_error("isqrt() argument must be nonnegative"));
    if let Value::Int(i) = n {
        return match i.checked_isqrt() {
            Some(root) => value(Value::Int(root)),
            None => negative(vm),
        };
    }
    let Some(n) = int::to_big(vm, n).to_biguint() else { return negative(vm) };
    let bits = n.bits();
    if bignum::isqrt_is_cheap(bits) {
        vm.charge(16);
        return magnitude(vm, n.sqrt());
    }
    task::run(vm, Isqrt::new(n), bits, magnitude)
}
