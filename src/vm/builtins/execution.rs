//! Functions that run text, and those that look at the running frame.

use crate::bytecode::{CompileOptions, Mode, Source};
use crate::vm::exceptions::unsupported;
use crate::vm::flow::{Flow, R, value};
use crate::vm::frame::FrameRequest;
use crate::vm::modules;
use crate::vm::native::{Args, Arity, NativeDef, Signature, function};
use crate::vm::type_id::TypeId;
use crate::vm::types::dict::Dict;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// The functions of this family.
pub static FUNCTIONS: &[NativeDef] = &[
    function("eval", Arity::Free, eval),
    function("exec", Arity::Free, exec),
    function("globals", Arity::None, |_, _| Ok(Flow::Frame(Box::new(FrameRequest::Globals)))),
    function("locals", Arity::None, |_, _| Ok(Flow::Frame(Box::new(FrameRequest::Locals)))),
    function("__import__", Arity::Free, import),
    function("compile", Arity::Free, |vm, _| {
        Err(unsupported(vm, "compile() and code objects (pass the text to eval or exec)"))
    }),
];

/// `eval(source, /, globals=None, locals=None)`
fn eval(vm: &mut Vm, args: Args<'_>) -> R {
    let sig = Signature {
        function: "eval",
        names: ["", "globals", "locals"],
        positional_only: 1,
        positional: 3,
        required: 1,
    };
    let [source, globals, locals] = args.bind(vm, &sig)?;
    if !matches!(locals, Value::Undef | Value::None | Value::Dict(_)) {
        return Err(vm.type_error("locals must be a mapping"));
    }
    if !matches!(globals, Value::Undef | Value::None | Value::Dict(_)) {
        return Err(vm.type_error("globals must be a dict"));
    }
    execute(vm, "eval", source, Mode::Eval, globals, locals)
}

/// `exec(source, /, globals=None, locals=None, *, closure=None)`
fn exec(vm: &mut Vm, args: Args<'_>) -> R {
    let sig = Signature {
        function: "exec",
        names: ["", "globals", "locals", "closure"],
        positional_only: 1,
        positional: 3,
        required: 1,
    };
    let [source, globals, locals, closure] = args.bind(vm, &sig)?;
    if !matches!(globals, Value::Undef | Value::None | Value::Dict(_)) {
        let got = vm.type_name(globals);
        return Err(vm.type_error(format!("exec() globals must be a dict, not {got}")));
    }
    if !matches!(locals, Value::Undef | Value::None | Value::Dict(_)) {
        let got = vm.type_name(locals);
        return Err(vm.type_error(format!("locals must be a mapping or None, not {got}")));
    }
    if !matches!(closure, Value::Undef | Value::None) {
        return Err(vm.type_error("closure can only be used when source is a code object"));
    }
    execute(vm, "exec", source, Mode::Exec, globals, locals)
}

fn execute(vm: &mut Vm, name: &str, source: Value, mode: Mode, globals: Value, locals: Value) -> R {
    let text = match source {
        Value::Str(s) => vm.heap.str(s).to_owned(),
        Value::Bytes(b) => {
            let data = vm.heap.get(b).data.clone();
            let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&data).to_vec();
            match String::from_utf8(data) {
                Ok(text) => text,
                Err(_) => return Err(vm.raise(TypeId::SyntaxError, "source code is not valid UTF-8")),
            }
        }
        _ => {
            return Err(vm.type_error(format!("{name}() arg 1 must be a string, bytes or code object")));
        }
    };
    vm.reserve(text.len())?;
    let text = match mode {
        Mode::Eval => text.trim_start_matches([' ', '\t']),
        _ => &text,
    };
    Ok(Flow::Frame(Box::new(FrameRequest::Execute {
        source: Source::evaluated(text),
        options: CompileOptions::new(mode),
        globals: namespace(globals),
        locals: namespace(locals),
    })))
}

fn namespace(v: Value) -> Option<Ref<Dict>> {
    match v {
        Value::Dict(d) => Some(d),
        _ => None,
    }
}

/// `__import__(name, globals=None, locals=None, fromlist=(), level=0)`
fn import(vm: &mut Vm, args: Args<'_>) -> R {
    let sig = Signature {
        function: "__import__",
        names: ["name", "globals", "locals", "fromlist", "level"],
        positional_only: 0,
        positional: 5,
        required: 1,
    };
    let [name, _, _, fromlist, _] = args.bind(vm, &sig)?;
    let Value::Str(name) = name else { return Err(vm.type_error("module name must be a string")) };
    let leaf = !matches!(fromlist, Value::Undef | Value::None) && crate::vm::ops::truth_now(vm, fromlist);
    value(modules::import(vm, name, leaf)?)
}
