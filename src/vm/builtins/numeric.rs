//! `abs`, `round`, `divmod`, `pow`, `bin`, `oct`, `hex`, `hash`.

use num_traits::Signed;

use crate::bytecode::BinOp;
use crate::vm::flow::{R, Trap, value};
use crate::vm::native::{Args, Arity, NativeDef, Signature, function};
use crate::vm::ops;
use crate::vm::tasks;
use crate::vm::text::int_text::{radix_bytes_max, radix_string, radix_string_small};
use crate::vm::types::number::is_number;
use crate::vm::types::{float, int};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// The rows of the table.
pub static FUNCTIONS: &[NativeDef] = &[
    function("abs", Arity::One, abs),
    function("bin", Arity::One, |vm, args| radix(vm, args, 2)),
    function("divmod", Arity::Range(2, 2), divmod),
    function("hash", Arity::One, |vm, args| tasks::hash::hash(vm, args.get(0))),
    function("hex", Arity::One, |vm, args| radix(vm, args, 16)),
    function("oct", Arity::One, |vm, args| radix(vm, args, 8)),
    function("pow", Arity::Free, pow),
    function("round", Arity::Free, round),
];

/// `abs(x)`
pub fn abs(vm: &mut Vm, args: Args<'_>) -> R {
    let v = match args.get(0) {
        Value::Int(i) => match i.checked_abs() {
            Some(i) => Value::Int(i),
            None => vm.int128(i128::from(i).abs()),
        },
        Value::Float(f) => Value::Float(f.abs()),
        Value::Bool(b) => Value::Int(i64::from(b)),
        Value::Big(r) => {
            if !vm.heap.get(r).value.is_negative() {
                return value(args.get(0));
            }
            let magnitude = vm.heap.get(r).value.abs();
            vm.charge((magnitude.bits() / 128) as usize);
            vm.int(magnitude)
        }
        Value::Complex(r) => {
            let c = *vm.heap.get(r);
            let length = c.re.hypot(c.im);
            if length.is_infinite() && c.re.is_finite() && c.im.is_finite() {
                return Err(vm.overflow_error("absolute value too large"));
            }
            Value::Float(length)
        }
        other => {
            let name = vm.type_name(other);
            return Err(vm.type_error(format!("bad operand type for abs(): '{name}'")));
        }
    };
    value(v)
}

fn radix(vm: &mut Vm, args: Args<'_>, radix: u32) -> R {
    let text = match int::index(vm, args.get(0))? {
        Value::Int(i) => radix_string_small(i, radix),
        v => {
            let bits = int::big(&vm.heap, v).bits();
            vm.reserve(radix_bytes_max(bits, radix))?;
            radix_string(&int::big(&vm.heap, v), radix)
        }
    };
    value(vm.string(text))
}

fn divmod(vm: &mut Vm, args: Args<'_>) -> R {
    divmod_of(vm, args.get(0), args.get(1))
}

/// `divmod(a, b)`
pub fn divmod_of(vm: &mut Vm, a: Value, b: Value) -> R {
    use Value::*;
    match (a, b) {
        (Int(_) | Big(_) | Bool(_), Int(_) | Big(_) | Bool(_)) => int::div_mod(vm, a, b),
        (Float(_), Int(_) | Big(_) | Bool(_) | Float(_)) | (Int(_) | Big(_) | Bool(_), Float(_)) => {
            let (x, y) = (float::as_f64(vm, a)?, float::as_f64(vm, b)?);
            float::div_mod(vm, x, y)
        }
        _ => {
            let (a, b) = (vm.type_name(a), vm.type_name(b));
            Err(vm.type_error(format!("unsupported operand type(s) for divmod(): '{a}' and '{b}'")))
        }
    }
}

/// `pow(base, exp, mod=None)`
pub fn pow(vm: &mut Vm, args: Args<'_>) -> R {
    const SIGNATURE: Signature<3> = Signature {
        function: "pow",
        names: ["base", "exp", "mod"],
        positional_only: 0,
        positional: 3,
        required: 2,
    };
    let [base, exponent, modulus] = args.bind(vm, &SIGNATURE)?;
    if matches!(modulus, Value::Undef | Value::None) {
        return ops::binary(vm, BinOp::Pow, base, exponent);
    }
    let all = [base, exponent, modulus];
    if all.iter().all(|v| matches!(v, Value::Int(_) | Value::Big(_) | Value::Bool(_))) {
        return int::power_modulo(vm, base, exponent, modulus);
    }
    Err(no_modulo(vm, all))
}

fn no_modulo(vm: &mut Vm, all: [Value; 3]) -> Trap {
    if all.iter().all(|&v| is_number(v)) {
        if all.iter().any(|v| matches!(v, Value::Complex(_))) {
            return vm.value_error("complex modulo");
        }
        return vm.type_error("pow() 3rd argument not allowed unless all arguments are integers");
    }
    let [base, exponent, modulus] = all.map(|v| vm.type_name(v));
    vm.type_error(format!("unsupported operand type(s) for ** or pow(): '{base}', '{exponent}', '{modulus}'"))
}

fn round(vm: &mut Vm, args: Args<'_>) -> R {
    const SIGNATURE: Signature<2> = Signature {
        function: "round",
        names: ["number", "ndigits"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let bound = args.bind(vm, &SIGNATURE)?;
    round_number(vm, Args::positional(&bound))
}

/// `round(number, ndigits)`, the arguments being bound.
pub fn round_number(vm: &mut Vm, args: Args<'_>) -> R {
    let (number, digits) = (args.get(0), args.get(1));
    match (number, digits) {
        (Value::Float(x), Value::Undef | Value::None) => {
            let i = float::round_to_int(vm, x)?;
            value(i)
        }
        (Value::Float(x), digits) => {
            let digits = int::index(vm, digits)?;
            let digits = match digits {
                Value::Int(n) => n,
                big if int::big(&vm.heap, big).is_negative() => i64::MIN,
                _ => i64::MAX,
            };
            let rounded = float::round_to_digits(vm, x, digits)?;
            value(Value::Float(rounded))
        }
        (Value::Int(_) | Value::Big(_) | Value::Bool(_), Value::Undef | Value::None) => {
            value(int::small(number).map_or(number, Value::Int))
        }
        (Value::Int(_) | Value::Big(_) | Value::Bool(_), digits) => {
            let digits = int::index(vm, digits)?;
            int::round(vm, number, digits)
        }
        _ => {
            let name = vm.type_name(number);
            Err(vm.type_error(format!("type {name} doesn't define __round__ method")))
        }
    }
}
