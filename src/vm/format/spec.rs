//! `format(value, spec)`: the mini-language, applied to the built-in types.

use super::text_error;
use crate::limits;
use crate::vm::flow::{R, Trap, value};
use crate::vm::text::format_spec::{
    FormatSpec, Target, format_big, format_complex, format_float_spec, format_i64, format_str,
};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// `format(v, spec)`; `spec` is a string.
pub fn format_with(vm: &mut Vm, v: Value, spec: Value) -> R {
    let Value::Str(spec) = spec else { unreachable!("the caller has a string") };
    if vm.heap.get(spec).chars() == 0 {
        return super::str(vm, v);
    }
    let target = match v {
        Value::Str(_) => Target::Str,
        Value::Int(_) | Value::Big(_) | Value::Bool(_) => Target::Int,
        Value::Float(_) => Target::Float,
        Value::Complex(_) => Target::Complex,
        _ => return Err(refuse_spec(vm, v)),
    };
    let type_name = vm.type_name(v);
    let max = vm.text_max();
    let parsed = FormatSpec::parse(vm.heap.str(spec), target, type_name);
    let formatted = parsed.and_then(|spec| match v {
        Value::Str(s) => format_str(vm.heap.str(s), &spec, type_name, max),
        Value::Int(i) => format_i64(i, &spec, type_name, max),
        Value::Bool(b) => format_i64(i64::from(b), &spec, type_name, max),
        Value::Big(b) => format_big(&vm.heap.get(b).value, &spec, type_name, limits::INT_DIGITS_MAX, max),
        Value::Float(x) => format_float_spec(x, &spec, type_name, max),
        Value::Complex(c) => {
            let c = vm.heap.get(c);
            format_complex(c.re, c.im, &spec, type_name, max)
        }
        _ => unreachable!("only these have a target"),
    });
    match formatted {
        Ok(text) => {
            vm.charge(text.len() / 16);
            value(vm.string(text))
        }
        Err(error) => Err(text_error(vm, error)),
    }
}

/// The error of `object.__format__` for a specification that is not empty.
#[cold]
fn refuse_spec(vm: &mut Vm, v: Value) -> Trap {
    let name = vm.type_name(v);
    vm.type_error(format!("unsupported format string passed to {name}.__format__"))
}

/// `str(i)`
pub fn integer_text(vm: &mut Vm, i: i64) -> Value {
    match i {
        0..10 => vm.ascii_char(b'0' + i as u8),
        _ => vm.ascii(itoa::Buffer::new().format(i)),
    }
}
