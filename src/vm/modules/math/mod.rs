//! `math`.
//!
//! Owns the table of the module and what its functions share: numbers in, domain and range errors out.
//! The results are CPython's to the last bit: C's functions where it calls C, its own algorithms where it
//! has them. Nothing here loops over data without charging fuel.

mod integers;
mod real;
mod special;
mod sums;

use crate::vm::flow::{R, Trap, value};
use crate::vm::modules::ModuleDef;
use crate::vm::native::{Args, Arity, NativeDef, NativeFn, NativeKind};
use crate::vm::types::{dict, float};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// The row of the table of modules.
pub const MODULE: ModuleDef = ModuleDef {
    name: "math",
    doc: "This module provides access to the mathematical functions\ndefined by the C standard.",
    functions: FUNCTIONS,
    fill: |vm, module| {
        let constants = [
            ("pi", std::f64::consts::PI),
            ("e", std::f64::consts::E),
            ("tau", std::f64::consts::TAU),
            ("inf", f64::INFINITY),
            ("nan", f64::NAN),
        ];
        for (name, x) in constants {
            let name = vm.intern(name);
            dict::insert_str(vm, module, name, Value::Float(x));
        }
    },
};

const fn row(name: &'static str, arity: Arity, call: NativeFn) -> NativeDef {
    NativeDef { name, kind: NativeKind::Module("math"), arity, call }
}

static FUNCTIONS: &[NativeDef] = &[
    row("acos", Arity::One, real::acos),
    row("acosh", Arity::One, real::acosh),
    row("asin", Arity::One, real::asin),
    row("asinh", Arity::One, real::asinh),
    row("atan", Arity::One, real::atan),
    row("atan2", Arity::Range(2, 2), real::atan2),
    row("atanh", Arity::One, real::atanh),
    row("cbrt", Arity::One, real::cbrt),
    row("ceil", Arity::One, real::ceil),
    row("comb", Arity::Range(2, 2), integers::comb),
    row("copysign", Arity::Range(2, 2), real::copysign),
    row("cos", Arity::One, real::cos),
    row("cosh", Arity::One, real::cosh),
    row("degrees", Arity::One, real::degrees),
    row("dist", Arity::Range(2, 2), sums::dist),
    row("erf", Arity::One, real::erf),
    row("erfc", Arity::One, real::erfc),
    row("exp", Arity::One, real::exp),
    row("exp2", Arity::One, real::exp2),
    row("expm1", Arity::One, real::expm1),
    row("fabs", Arity::One, real::fabs),
    row("factorial", Arity::One, integers::factorial),
    row("floor", Arity::One, real::floor),
    row("fma", Arity::Range(3, 3), real::fma),
    row("fmod", Arity::Range(2, 2), real::fmod),
    row("frexp", Arity::One, real::frexp),
    row("fsum", Arity::One, sums::fsum),
    row("gamma", Arity::One, real::gamma),
    row("gcd", Arity::Free, integers::gcd),
    row("hypot", Arity::Free, sums::hypot),
    row("isclose", Arity::Free, real::isclose),
    row("isfinite", Arity::One, real::isfinite),
    row("isinf", Arity::One, real::isinf),
    row("isnan", Arity::One, real::isnan),
    row("isqrt", Arity::One, integers::isqrt),
    row("lcm", Arity::Free, integers::lcm),
    row("ldexp", Arity::Range(2, 2), real::ldexp),
    row("lgamma", Arity::One, real::lgamma),
    row("log", Arity::Range(1, 2), real::log),
    row("log10", Arity::One, real::log10),
    row("log1p", Arity::One, real::log1p),
    row("log2", Arity::One, real::log2),
    row("modf", Arity::One, real::modf),
    row("nextafter", Arity::Free, real::nextafter),
    row("perm", Arity::Range(1, 2), integers::perm),
    row("pow", Arity::Range(2, 2), real::pow),
    row("prod", Arity::Free, sums::prod),
    row("radians", Arity::One, real::radians),
    row("remainder", Arity::Range(2, 2), real::remainder),
    row("sin", Arity::One, real::sin),
    row("sinh", Arity::One, real::sinh),
    row("sqrt", Arity::One, real::sqrt),
    row("sumprod", Arity::Range(2, 2), sums::sumprod),
    row("tan", Arity::One, real::tan),
    row("tanh", Arity::One, real::tanh),
    row("trunc", Arity::One, real::trunc),
    row("ulp", Arity::One, real::ulp),
];

/// A real number as a float.
#[inline]
fn real_number(vm: &mut Vm, v: Value) -> R<f64> {
    match v {
        Value::Float(f) => Ok(f),
        Value::Int(i) => Ok(i as f64),
        Value::Bool(_) | Value::Big(_) => float::as_f64(vm, v),
        _ => {
            let name = vm.type_name(v);
            Err(vm.type_error(format!("must be real number, not {name}")))
        }
    }
}

#[cold]
fn domain_error(vm: &mut Vm) -> Trap {
    vm.value_error("math domain error")
}

#[cold]
fn range_error(vm: &mut Vm) -> Trap {
    vm.overflow_error("math range error")
}

/// What an infinite result of a finite argument means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Infinite {
    /// It is too large: a range error.
    Overflow,
    /// The function has a pole there: a domain error.
    Pole,
    /// Nothing: it is the result.
    Unchecked,
}

/// The function of one argument `f`, with CPython's rules about its result.
#[inline(always)]
fn unary(vm: &mut Vm, args: Args<'_>, infinite: Infinite, f: impl Fn(f64) -> f64) -> R {
    let x = real_number(vm, args.get(0))?;
    let result = f(x);
    if !result.is_finite() {
        check(vm, x, result, infinite)?;
    }
    value(Value::Float(result))
}

#[cold]
fn check(vm: &mut Vm, x: f64, result: f64, infinite: Infinite) -> R<()> {
    if result.is_nan() && !x.is_nan() {
        return Err(domain_error(vm));
    }
    if result.is_infinite() && x.is_finite() {
        return Err(match infinite {
            Infinite::Overflow => range_error(vm),
            Infinite::Pole => domain_error(vm),
            Infinite::Unchecked => return Ok(()),
        });
    }
    Ok(())
}
