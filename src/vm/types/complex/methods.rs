//! Methods, attributes and constructor of `complex`.

use super::{Complex, as_complex};
use crate::vm::flow::{R, value};
use crate::vm::native::{Args, Arity, NativeDef, Signature};
use crate::vm::text::complex_text::parse_complex;
use crate::vm::types::number::{is_number, number_method};
use crate::vm::types::{TypeSpec, int};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// What `complex` brings.
pub const SPEC: TypeSpec = TypeSpec {
    methods: METHODS,
    construct: Some(construct),
    attribute: Some(attribute),
    attribute_names: &["real", "imag"],
    set_attribute: None,
};

static METHODS: &[NativeDef] = &[
    number_method!(Complex, "conjugate", Arity::None, conjugate),
    number_method!(Complex, "__complex__", Arity::None, |_, args| value(args.get(0))),
];

fn conjugate(vm: &mut Vm, args: Args<'_>) -> R {
    let Complex { re, im } = as_complex(vm, args.get(0))?;
    value(vm.complex(re, -im))
}

fn attribute(vm: &mut Vm, v: Value, name: &str) -> R<Option<Value>> {
    let Value::Complex(r) = v else { return Ok(None) };
    let c = *vm.heap.get(r);
    Ok(match name {
        "real" => Some(Value::Float(c.re)),
        "imag" => Some(Value::Float(c.im)),
        _ => None,
    })
}

fn construct(vm: &mut Vm, args: Args<'_>) -> R {
    const SIGNATURE: Signature<2> = Signature {
        function: "complex",
        names: ["real", "imag"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [re, im] = args.bind(vm, &SIGNATURE)?;
    if let Value::Str(s) = re {
        if !im.is_undef() {
            return Err(vm.type_error("complex() can't take second arg if first is a string"));
        }
        return match parse_complex(vm.heap.str(s)) {
            Ok((re, im)) => value(vm.complex(re, im)),
            Err(error) => Err(int::text_error(vm, &error)),
        };
    }
    if matches!(im, Value::Str(_)) {
        return Err(vm.type_error("complex() second arg can't be a string"));
    }
    if !re.is_undef() && !is_number(re) {
        let name = vm.type_name(re);
        let message = format!("complex() first argument must be a string or a number, not '{name}'");
        return Err(vm.type_error(message));
    }
    if !im.is_undef() && !is_number(im) {
        let name = vm.type_name(im);
        return Err(vm.type_error(format!("complex() second argument must be a number, not '{name}'")));
    }
    if matches!(re, Value::Complex(_)) && im.is_undef() {
        return value(re);
    }
    let zero = Complex { re: 0.0, im: 0.0 };
    let x = if re.is_undef() { zero } else { as_complex(vm, re)? };
    let y = if im.is_undef() { zero } else { as_complex(vm, im)? };
    // What is not complex has no imaginary part, which is not the same as one of 0.0 in signs of zero.
    let re_part = if matches!(im, Value::Complex(_)) { x.re - y.im } else { x.re };
    let im_part = if matches!(re, Value::Complex(_)) { y.re + x.im } else { y.re };
    value(vm.complex(re_part, im_part))
}
