//! Methods, attributes and constructors of `int` and `bool`.

use num_bigint::{BigInt, Sign};
use num_traits::{Signed, ToPrimitive};

use super::{big, index, small};
use crate::limits;
use crate::vm::builtins::round_number;
use crate::vm::flow::{Flow, R, Trap, value};
use crate::vm::native::{Args, Arity, NativeDef, Signature, static_method};
use crate::vm::ops;
use crate::vm::tasks::{self, Sink};
use crate::vm::text::escape::bytes_repr;
use crate::vm::text::int_text::{IntError, ParsedInt, invalid_literal, parse_int};
use crate::vm::text::{TextError, TextErrorKind};
use crate::vm::type_id::TypeId;
use crate::vm::types::number::number_method;
use crate::vm::types::{TypeSpec, float};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// What `int` brings.
pub const SPEC: TypeSpec = TypeSpec {
    methods: METHODS,
    construct: Some(construct),
    attribute: Some(attribute),
    attribute_names: &["real", "imag", "numerator", "denominator"],
    set_attribute: None,
};

/// What `bool` brings; the rest it has from `int`.
pub const BOOL_SPEC: TypeSpec = TypeSpec {
    methods: &[],
    construct: Some(construct_bool),
    attribute: None,
    attribute_names: &[],
    set_attribute: None,
};

const INT: TypeId = TypeId::Int;

static METHODS: &[NativeDef] = &[
    number_method!(Int, "as_integer_ratio", Arity::None, as_integer_ratio),
    number_method!(Int, "bit_count", Arity::None, bit_count),
    number_method!(Int, "bit_length", Arity::None, bit_length),
    number_method!(Int, "conjugate", Arity::None, itself),
    static_method(INT, "from_bytes", Arity::Free, from_bytes),
    number_method!(Int, "is_integer", Arity::None, |_, _| value(Value::Bool(true))),
    number_method!(Int, "to_bytes", Arity::Free, to_bytes),
    number_method!(Int, "__ceil__", Arity::None, itself),
    number_method!(Int, "__float__", Arity::None, |vm, args| {
        let f = super::to_f64(vm, args.get(0))?;
        value(Value::Float(f))
    }),
    number_method!(Int, "__floor__", Arity::None, itself),
    number_method!(Int, "__index__", Arity::None, itself),
    number_method!(Int, "__int__", Arity::None, itself),
    number_method!(Int, "__trunc__", Arity::None, itself),
    number_method!(Int, "__round__", Arity::Range(0, 1), round_number),
];

/// An `int` equal to the value, which may be a `bool`.
fn as_int(v: Value) -> Value {
    small(v).map_or(v, Value::Int)
}

fn itself(_: &mut Vm, args: Args<'_>) -> R {
    value(as_int(args.get(0)))
}

fn attribute(_: &mut Vm, v: Value, name: &str) -> R<Option<Value>> {
    if !matches!(v, Value::Int(_) | Value::Big(_) | Value::Bool(_)) {
        return Ok(None);
    }
    Ok(match name {
        "real" | "numerator" => Some(as_int(v)),
        "imag" => Some(Value::Int(0)),
        "denominator" => Some(Value::Int(1)),
        _ => None,
    })
}

fn as_integer_ratio(vm: &mut Vm, args: Args<'_>) -> R {
    value(vm.tuple([as_int(args.get(0)), Value::Int(1)]))
}

fn bit_length(vm: &mut Vm, args: Args<'_>) -> R {
    let bits = match small(args.get(0)) {
        Some(i) => u64::from(64 - i.unsigned_abs().leading_zeros()),
        None => big(&vm.heap, args.get(0)).bits(),
    };
    value(Value::Int(bits as i64))
}

fn bit_count(vm: &mut Vm, args: Args<'_>) -> R {
    let ones = match small(args.get(0)) {
        Some(i) => u64::from(i.unsigned_abs().count_ones()),
        None => big(&vm.heap, args.get(0)).magnitude().count_ones(),
    };
    value(Value::Int(ones as i64))
}

// ---- bytes -----------------------------------------------------------------------------------

/// Whether the order is little-endian; big-endian when it is not given.
fn is_little(vm: &mut Vm, function: &str, order: Value) -> R<bool> {
    let order = match order {
        Value::Undef => return Ok(false),
        Value::Str(s) => vm.heap.str(s),
        other => {
            let name = vm.type_name(other);
            return Err(vm.type_error(format!("{function}() argument 'byteorder' must be str, not {name}")));
        }
    };
    match order {
        "big" => Ok(false),
        "little" => Ok(true),
        _ => Err(vm.value_error("byteorder must be either 'little' or 'big'")),
    }
}

fn to_bytes(vm: &mut Vm, args: Args<'_>) -> R {
    const SIGNATURE: Signature<3> = Signature {
        function: "to_bytes",
        names: ["length", "byteorder", "signed"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let number = args.get(0);
    let [length, order, signed] = args.rest().bind(vm, &SIGNATURE)?;
    let length = match length.bound() {
        None => 1,
        Some(v) => match index(vm, v)? {
            Value::Int(n) => n,
            _ => return Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
        },
    };
    let little = is_little(vm, "to_bytes", order)?;
    let signed = ops::truth_now(vm, signed);
    let Ok(length) = usize::try_from(length) else {
        return Err(vm.value_error("length argument must be non-negative"));
    };
    vm.reserve(length)?;
    let number = super::to_big(vm, number);
    if number.is_negative() && !signed {
        return Err(vm.overflow_error("can't convert negative int to unsigned"));
    }
    let mut bytes = if signed { number.to_signed_bytes_le() } else { number.magnitude().to_bytes_le() };
    let fill = if number.is_negative() { 0xff } else { 0 };
    // Zero takes no byte, and neither does what is nothing but sign: -1 fits no bytes at all.
    let minus_one = number.sign() == Sign::Minus && number.magnitude().bits() == 1;
    if number.sign() == Sign::NoSign || minus_one && length == 0 {
        bytes.clear();
    }
    if bytes.len() > length {
        return Err(vm.overflow_error("int too big to convert"));
    }
    bytes.resize(length, fill);
    if !little {
        bytes.reverse();
    }
    value(vm.bytes(bytes))
}

/// How `from_bytes` reads its bytes.
#[derive(Clone, Copy)]
struct Reading {
    little: bool,
    signed: bool,
}

impl Reading {
    fn read(self, vm: &mut Vm, bytes: &[u8]) -> Value {
        let number = match (self.little, self.signed) {
            (false, false) => BigInt::from_bytes_be(Sign::Plus, bytes),
            (true, false) => BigInt::from_bytes_le(Sign::Plus, bytes),
            (false, true) => BigInt::from_signed_bytes_be(bytes),
            (true, true) => BigInt::from_signed_bytes_le(bytes),
        };
        vm.charge(bytes.len() / 16);
        vm.int(number)
    }
}

fn from_bytes(vm: &mut Vm, args: Args<'_>) -> R {
    const SIGNATURE: Signature<3> = Signature {
        function: "from_bytes",
        names: ["bytes", "byteorder", "signed"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [bytes, order, signed] = args.bind(vm, &SIGNATURE)?;
    let reading = Reading { little: is_little(vm, "from_bytes", order)?, signed: ops::truth_now(vm, signed) };
    match bytes {
        Value::Bytes(b) => {
            let data = vm.heap.get(b).data.clone();
            value(reading.read(vm, &data))
        }
        Value::Str(_) | Value::Int(_) | Value::Big(_) | Value::Bool(_) | Value::Float(_) | Value::None => {
            let name = vm.type_name(bytes);
            Err(vm.type_error(format!("cannot convert '{name}' object to bytes")))
        }
        iterable => tasks::drain(vm, iterable, ByteSink { reading, bytes: Vec::new() }),
    }
}

/// Collects the integers of an iterable as bytes.
struct ByteSink {
    reading: Reading,
    bytes: Vec<u8>,
}

impl Sink for ByteSink {
    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        let Some(byte) = small(index(vm, v)?).and_then(|i| u8::try_from(i).ok()) else {
            return Err(vm.value_error("bytes must be in range(0, 256)"));
        };
        if self.bytes.len() == self.bytes.capacity() {
            vm.reserve(self.bytes.len() * 2)?;
        }
        self.bytes.push(byte);
        Ok(None)
    }

    fn finish(&mut self, vm: &mut Vm) -> R<Flow> {
        value(self.reading.read(vm, &self.bytes))
    }

    fn trace(&self, _: &mut crate::vm::heap::Tracer<'_>) {}
}

// ---- constructors ----------------------------------------------------------------------------

/// A [`TextError`] as an exception.
pub fn text_error(vm: &mut Vm, error: &TextError) -> Trap {
    let ty = match error.kind {
        TextErrorKind::Value => TypeId::ValueError,
        TextErrorKind::Overflow => TypeId::OverflowError,
        TextErrorKind::Index => TypeId::IndexError,
        TextErrorKind::TooLarge => TypeId::MemoryError,
    };
    vm.raise(ty, &error.message)
}

fn construct(vm: &mut Vm, args: Args<'_>) -> R {
    const SIGNATURE: Signature<2> =
        Signature { function: "int", names: ["", "base"], positional_only: 1, positional: 2, required: 0 };
    if !args.has_keywords() && args.len() > 2 {
        let given = args.len();
        return Err(vm.type_error(format!("int expected at most 2 arguments, got {given}")));
    }
    let [x, base] = args.bind(vm, &SIGNATURE)?;
    match (x, base) {
        (Value::Undef, Value::Undef) => value(Value::Int(0)),
        (Value::Undef, _) => Err(vm.type_error("int() missing string argument")),
        (x, Value::Undef) => convert(vm, x),
        (x, base) => {
            let base = index(vm, base)?;
            let base = small(base).unwrap_or(-1);
            if !matches!(base, 0 | 2..=36) {
                return Err(vm.value_error("int() base must be >= 2 and <= 36, or 0"));
            }
            if !matches!(x, Value::Str(_) | Value::Bytes(_)) {
                return Err(vm.type_error("int() can't convert non-string with explicit base"));
            }
            parse(vm, x, base)
        }
    }
}

/// `int(x)`
fn convert(vm: &mut Vm, x: Value) -> R {
    match x {
        Value::Int(_) | Value::Big(_) => value(x),
        Value::Bool(b) => value(Value::Int(i64::from(b))),
        Value::Float(f) => {
            let i = float::to_int(vm, f)?;
            value(i)
        }
        Value::Str(_) | Value::Bytes(_) => parse(vm, x, 10),
        _ => {
            let name = vm.type_name(x);
            Err(vm.type_error(format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{name}'"
            )))
        }
    }
}

/// `int(text, base)` of a string or of bytes.
fn parse(vm: &mut Vm, text: Value, base: i64) -> R {
    let parsed = match text {
        Value::Str(s) => {
            let text = vm.heap.str(s);
            parse_int(text, base, limits::INT_DIGITS_MAX).map_err(|error| match error {
                IntError::Invalid => invalid_literal(text, base),
                IntError::Other(error) => error,
            })
        }
        Value::Bytes(b) => {
            let bytes = &vm.heap.get(b).data;
            let invalid = || {
                let shown = bytes_repr(&bytes[..bytes.len().min(200)]);
                TextError::value(format!("invalid literal for int() with base {base}: {shown}"))
            };
            match std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii()) {
                Some(text) => parse_int(text, base, limits::INT_DIGITS_MAX).map_err(|error| match error {
                    IntError::Invalid => invalid(),
                    IntError::Other(error) => error,
                }),
                None => Err(invalid()),
            }
        }
        _ => unreachable!("the caller has text"),
    };
    match parsed {
        Ok(ParsedInt::Small(i)) => value(Value::Int(i)),
        Ok(ParsedInt::Big(big)) => {
            vm.charge(big.bits().to_usize().unwrap_or(usize::MAX) / 128);
            value(vm.int(big))
        }
        Err(error) => Err(text_error(vm, &error)),
    }
}

fn construct_bool(vm: &mut Vm, args: Args<'_>) -> R {
    args.no_keywords(vm, "bool")?;
    match args.len() {
        0 => value(Value::Bool(false)),
        1 => ops::truth(vm, args.get(0)),
        given => Err(vm.type_error(format!("bool expected at most 1 argument, got {given}"))),
    }
}
