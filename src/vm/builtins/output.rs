//! `print`.

use crate::vm::exceptions::unsupported;
use crate::vm::flow::{Flow, R, value};
use crate::vm::format;
use crate::vm::native::{Args, Arity, NativeDef, function};
use crate::vm::value::Value;
use crate::vm::vm::{OutputStream, Vm};

/// The functions of this family.
pub const FUNCTIONS: &[NativeDef] = &[function("print", Arity::Free, print)];

/// `print(*objects, sep=' ', end='\n', file=None, flush=False)`
fn print(vm: &mut Vm, args: Args<'_>) -> R {
    if args.has_keywords() {
        return Err(unsupported(vm, "print with keywords"));
    }
    let mut line = String::new();
    for (i, &v) in args.pos().iter().enumerate() {
        if i > 0 {
            line.push(' ');
        }
        match format::str(vm, v)? {
            Flow::Value(Value::Str(s)) => line.push_str(vm.heap.str(s)),
            _ => return Err(unsupported(vm, "print of this value")),
        }
    }
    line.push('\n');
    vm.output.write(OutputStream::Stdout, line.as_bytes());
    value(Value::None)
}
