//! `format()`, `str()`, `repr()`, `ascii()` of any value.

use super::exceptions::unsupported;
use super::flow::{R, value};
use super::value::Value;
use super::vm::Vm;
use crate::bytecode::Conversion;

/// `format(conv(v), spec)`; `spec` is a string or [`Value::Undef`].
pub fn format_value(vm: &mut Vm, v: Value, conv: Conversion, spec: Value) -> R {
    if !spec.is_undef() {
        return Err(unsupported(vm, "format specifications"));
    }
    match conv {
        Conversion::None | Conversion::Str => str(vm, v),
        Conversion::Repr => repr(vm, v),
        Conversion::Ascii => Err(unsupported(vm, "!a")),
    }
}

/// `str(v)`
pub fn str(vm: &mut Vm, v: Value) -> R {
    match v {
        Value::Str(_) => value(v),
        _ => repr(vm, v),
    }
}

/// `repr(v)`
pub fn repr(vm: &mut Vm, v: Value) -> R {
    let text = match v {
        Value::None => "None".to_owned(),
        Value::Bool(b) => if b { "True" } else { "False" }.to_owned(),
        Value::Int(i) => i.to_string(),
        Value::Float(f) => format!("{f:?}"),
        Value::Str(s) => format!("'{}'", vm.heap.str(s)),
        _ => return Err(unsupported(vm, "repr of this value")),
    };
    value(vm.string(text))
}
