//! Text of single values: `repr`, `ascii`, `format`, `chr`, `ord`.

use crate::vm::flow::{R, value};
use crate::vm::format;
use crate::vm::native::{Args, Arity, NativeDef, function};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// The functions of this family.
pub static FUNCTIONS: &[NativeDef] = &[
    function("repr", Arity::One, repr),
    function("ascii", Arity::One, ascii),
    function("format", Arity::Range(1, 2), format),
    function("chr", Arity::One, chr),
    function("ord", Arity::One, ord),
];

fn repr(vm: &mut Vm, args: Args<'_>) -> R {
    format::repr(vm, args.get(0))
}

fn ascii(vm: &mut Vm, args: Args<'_>) -> R {
    format::ascii(vm, args.get(0))
}

fn format(vm: &mut Vm, args: Args<'_>) -> R {
    match args.get(1) {
        Value::Undef => format::str(vm, args.get(0)),
        spec @ Value::Str(_) => format::format_with(vm, args.get(0), spec),
        other => {
            let name = vm.type_name(other);
            Err(vm.type_error(format!("format() argument 2 must be str, not {name}")))
        }
    }
}

fn chr(vm: &mut Vm, args: Args<'_>) -> R {
    let code = match args.get(0) {
        Value::Int(i) => i,
        Value::Bool(b) => i64::from(b),
        Value::Big(_) => -1,
        other => {
            let name = vm.type_name(other);
            return Err(vm.type_error(format!("'{name}' object cannot be interpreted as an integer")));
        }
    };
    let Some(code) = u32::try_from(code).ok().filter(|c| *c <= 0x10ffff) else {
        return Err(vm.value_error("chr() arg not in range(0x110000)"));
    };
    match char::from_u32(code) {
        Some(c) => value(vm.char(c)),
        None => Err(
            vm.value_error(format!("chr() arg is the surrogate {code:#x}, which pyrust strings cannot hold"))
        ),
    }
}

fn ord(vm: &mut Vm, args: Args<'_>) -> R {
    let length = match args.get(0) {
        Value::Str(s) if vm.heap.get(s).chars() == 1 => {
            return value(Value::Int(i64::from(u32::from(vm.heap.str_char(s, 0)))));
        }
        Value::Bytes(b) if vm.heap.get(b).data.len() == 1 => {
            return value(Value::Int(i64::from(vm.heap.get(b).data[0])));
        }
        Value::Str(s) => vm.heap.get(s).chars(),
        Value::Bytes(b) => vm.heap.get(b).data.len(),
        other => {
            let name = vm.type_name(other);
            let message = format!("ord() expected string of length 1, but {name} found");
            return Err(vm.type_error(message));
        }
    };
    Err(vm.type_error(format!("ord() expected a character, but string of length {length} found")))
}
