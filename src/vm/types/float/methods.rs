//! Methods, attributes and constructor of `float`.

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::frexp;
use crate::vm::builtins::round_number;
use crate::vm::flow::{R, value};
use crate::vm::native::{Args, Arity, NativeDef, static_method};
use crate::vm::text::escape::bytes_repr;
use crate::vm::text::float_repr::{float_fromhex, float_hex, float_parse_error, parse_float};
use crate::vm::type_id::TypeId;
use crate::vm::types::number::number_method;
use crate::vm::types::{TypeSpec, int};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// What `float` brings.
pub const SPEC: TypeSpec = TypeSpec {
    methods: METHODS,
    construct: Some(construct),
    attribute: Some(attribute),
    attribute_names: &["real", "imag"],
    set_attribute: None,
};

const FLOAT: TypeId = TypeId::Float;

static METHODS: &[NativeDef] = &[
    number_method!(Float, "as_integer_ratio", Arity::None, as_integer_ratio),
    number_method!(Float, "conjugate", Arity::None, |_, args| value(args.get(0))),
    static_method(FLOAT, "fromhex", Arity::One, fromhex),
    number_method!(Float, "hex", Arity::None, |vm, args| {
        let text = float_hex(receiver(args));
        value(vm.string(text))
    }),
    number_method!(Float, "is_integer", Arity::None, |_, args| {
        let x = receiver(args);
        value(Value::Bool(x.is_finite() && x.fract() == 0.0))
    }),
    number_method!(Float, "__ceil__", Arity::None, |vm, args| to_int(vm, receiver(args).ceil())
        .and_then(value)),
    number_method!(Float, "__float__", Arity::None, |_, args| value(args.get(0))),
    number_method!(Float, "__floor__", Arity::None, |vm, args| to_int(vm, receiver(args).floor())
        .and_then(value)),
    number_method!(Float, "__int__", Arity::None, |vm, args| to_int(vm, receiver(args)).and_then(value)),
    number_method!(Float, "__trunc__", Arity::None, |vm, args| to_int(vm, receiver(args)).and_then(value)),
    number_method!(Float, "__round__", Arity::Range(0, 1), round_number),
];

fn receiver(args: Args<'_>) -> f64 {
    match args.get(0) {
        Value::Float(f) => f,
        _ => f64::NAN,
    }
}

fn attribute(_: &mut Vm, v: Value, name: &str) -> R<Option<Value>> {
    if !matches!(v, Value::Float(_)) {
        return Ok(None);
    }
    Ok(match name {
        "real" => Some(v),
        "imag" => Some(Value::Float(0.0)),
        _ => None,
    })
}

/// The integer part of a float, towards zero; NaN and infinities have none.
pub fn to_int(vm: &mut Vm, x: f64) -> R<Value> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&x) {
        return Ok(Value::Int(x as i64));
    }
    match BigInt::from_f64(x) {
        Some(big) => Ok(vm.int(big)),
        None if x.is_nan() => Err(vm.value_error("cannot convert float NaN to integer")),
        None => Err(vm.overflow_error("cannot convert float infinity to integer")),
    }
}

fn as_integer_ratio(vm: &mut Vm, args: Args<'_>) -> R {
    let x = receiver(args);
    if x.is_nan() {
        return Err(vm.value_error("cannot convert NaN to integer ratio"));
    }
    if x.is_infinite() {
        return Err(vm.overflow_error("cannot convert Infinity to integer ratio"));
    }
    let (mantissa, exponent) = frexp(x);
    // 53 bits as an integer, without its trailing zeros.
    let whole = (mantissa * 2f64.powi(53)) as i64;
    let zeros = if whole == 0 { 0 } else { i64::from(whole.trailing_zeros()) };
    let (whole, exponent) = (BigInt::from(whole >> zeros), exponent - 53 + zeros);
    let (numerator, denominator) = match (whole == BigInt::from(0), exponent) {
        (true, _) => (whole, BigInt::from(1)),
        (false, 0..) => (whole << exponent, BigInt::from(1)),
        (false, _) => (whole, BigInt::from(1) << -exponent),
    };
    let (numerator, denominator) = (vm.int(numerator), vm.int(denominator));
    value(vm.tuple([numerator, denominator]))
}

fn fromhex(vm: &mut Vm, args: Args<'_>) -> R {
    let Value::Str(s) = args.get(0) else {
        return Err(vm.type_error("bad argument type for built-in operation"));
    };
    match float_fromhex(vm.heap.str(s)) {
        Ok(x) => value(Value::Float(x)),
        Err(error) => Err(int::text_error(vm, &error)),
    }
}

fn construct(vm: &mut Vm, args: Args<'_>) -> R {
    args.no_keywords(vm, "float")?;
    if args.len() > 1 {
        let given = args.len();
        return Err(vm.type_error(format!("float expected at most 1 argument, got {given}")));
    }
    match args.get(0) {
        Value::Undef => value(Value::Float(0.0)),
        v @ (Value::Float(_) | Value::Int(_) | Value::Big(_) | Value::Bool(_)) => {
            let x = super::as_f64(vm, v)?;
            value(Value::Float(x))
        }
        Value::Str(s) => {
            let text = vm.heap.str(s);
            match parse_float(text) {
                Some(x) => value(Value::Float(x)),
                None => {
                    let error = float_parse_error(text);
                    Err(int::text_error(vm, &error))
                }
            }
        }
        Value::Bytes(b) => {
            let bytes = &vm.heap.get(b).data;
            match std::str::from_utf8(bytes).ok().filter(|t| t.is_ascii()).and_then(parse_float) {
                Some(x) => value(Value::Float(x)),
                None => {
                    let shown = bytes_repr(bytes);
                    Err(vm.value_error(format!("could not convert string to float: {shown}")))
                }
            }
        }
        other => {
            let name = vm.type_name(other);
            Err(vm.type_error(format!("float() argument must be a string or a real number, not '{name}'")))
        }
    }
}
