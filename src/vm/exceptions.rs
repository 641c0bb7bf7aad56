//! Raising, matching, grouping: what the exception instructions do.

use super::flow::{Flow, R, Trap};
use super::type_id::TypeId;
use super::types::dict;
use super::types::exception::Exception;
use super::types::traceback::Traceback;
use super::value::{Ref, Value};
use super::vm::Vm;
use crate::bytecode::{CompileError, CompileErrorKind};

/// The attribute under which an exception keeps its "Did you mean" hint. Not a name a script can spell.
pub const HINT: &str = "<hint>";

/// Sets a named attribute of an exception.
pub fn set_attr(vm: &mut Vm, exc: Ref<Exception>, name: &str, v: Value) {
    let attrs = match vm.heap.get(exc).attrs {
        Some(attrs) => attrs,
        None => {
            let attrs = vm.dict();
            vm.heap.get_mut(exc).attrs = Some(attrs);
            attrs
        }
    };
    let name = vm.intern(name);
    dict::insert_str(vm, attrs, name, v);
}

/// A named attribute of an exception.
pub fn attr(vm: &mut Vm, exc: Ref<Exception>, name: &str) -> Option<Value> {
    let attrs = vm.heap.get(exc).attrs?;
    let name = vm.intern(name);
    dict::get_str(vm, attrs, name)
}

/// `raise exc from cause`; `cause` is [`Value::Undef`] without `from`. Always ends in a trap.
pub fn raise(vm: &mut Vm, exc: Value, cause: Value) -> R<Flow> {
    let exc = instance(vm, exc, "exceptions must derive from BaseException")?;
    match cause {
        Value::Undef => {}
        Value::None => {
            let mut e = vm.heap.get_mut(exc);
            e.cause = Value::None;
            e.suppress_context = true;
        }
        cause => {
            let cause = instance(vm, cause, "exception causes must derive from BaseException")?;
            let mut e = vm.heap.get_mut(exc);
            e.cause = Value::Exception(cause);
            e.suppress_context = true;
        }
    }
    Err(Trap::Raise(exc))
}

fn instance(vm: &mut Vm, v: Value, complaint: &str) -> R<Ref<Exception>> {
    match v {
        Value::Exception(e) => Ok(e),
        Value::Type(ty) if ty.is_exception() => {
            let args = super::native::Args::positional(&[]);
            match super::types::construct(vm, ty, args)? {
                Flow::Value(Value::Exception(e)) => Ok(e),
                _ => unreachable!("built-in exceptions are made at once"),
            }
        }
        _ => Err(vm.type_error(complaint)),
    }
}

/// The exception that a bare `raise` raises.
pub fn current(vm: &mut Vm) -> R<Ref<Exception>> {
    match vm.handled {
        Value::Exception(e) => Ok(e),
        _ => Err(vm.raise(TypeId::RuntimeError, "No active exception to reraise")),
    }
}

/// Whether `except ty` takes `exc`.
pub fn matches(vm: &mut Vm, exc: Value, ty: Value) -> R<bool> {
    let Value::Exception(e) = exc else { unreachable!("handlers hold exceptions") };
    let actual = vm.heap.get(e).ty;
    match ty {
        Value::Type(ty) if ty.is_exception() => Ok(actual.is_subtype_of(ty)),
        Value::Tuple(types) => {
            let types = vm.heap.get(types).items.clone();
            if !types.iter().all(|t| matches!(t, Value::Type(t) if t.is_exception())) {
                return Err(not_a_class(vm));
            }
            Ok(types.iter().any(|t| matches!(t, Value::Type(t) if actual.is_subtype_of(*t))))
        }
        _ => Err(not_a_class(vm)),
    }
}

fn not_a_class(vm: &mut Vm) -> Trap {
    vm.type_error("catching classes that do not inherit from BaseException is not allowed")
}

/// The arguments of `__exit__`: type, value, traceback; or three `None`s.
pub fn exit_arguments(vm: &mut Vm, exc: Value) -> [Value; 3] {
    match exc {
        Value::Exception(e) => {
            let traceback = vm.heap.alloc(Traceback { exception: e, depth: 0 });
            [Value::Type(vm.heap.get(e).ty), exc, Value::Traceback(traceback)]
        }
        _ => [Value::None; 3],
    }
}

/// `except* ty`: what of `exc` matches, and the rest (or `None`s).
pub fn split(vm: &mut Vm, _exc: Value, _ty: Value) -> R<(Value, Value)> {
    Err(unsupported(vm, "except*"))
}

/// The end of a `try` with `except*` handlers: what is to be raised, or `None`.
pub fn join(vm: &mut Vm, _orig: Value, _list: Value) -> R<Value> {
    Err(unsupported(vm, "except*"))
}

/// The error for Python that pyrust does not have yet.
pub fn unsupported(vm: &mut Vm, what: &str) -> Trap {
    vm.raise(TypeId::NotImplementedError, format!("pyrust does not support {what} yet"))
}

/// The exception for a text that did not compile.
pub fn syntax_error(vm: &mut Vm, error: &CompileError) -> Trap {
    let ty = match error.kind {
        CompileErrorKind::Syntax | CompileErrorKind::Unsupported => TypeId::SyntaxError,
        CompileErrorKind::Indentation => TypeId::IndentationError,
        CompileErrorKind::Tab => TypeId::TabError,
        CompileErrorKind::Limit => TypeId::MemoryError,
    };
    let message = vm.str(&error.message);
    let filename = vm.str(&error.filename);
    let text = match &error.text {
        Some(text) => vm.str(text),
        None => Value::None,
    };
    let number = |n: u32| Value::Int(i64::from(n));
    let details = [
        ("filename", filename),
        ("lineno", number(error.line)),
        ("offset", number(error.column)),
        ("text", text),
        ("end_lineno", number(error.end_line)),
        ("end_offset", number(error.end_column)),
    ];
    let location = vm.tuple(details.map(|(_, v)| v));
    let args = vm.tuple_ref([message, location]);
    let exc = vm.exception(ty, args);
    set_attr(vm, exc, "msg", message);
    for (name, v) in details {
        set_attr(vm, exc, name, v);
    }
    Trap::Raise(exc)
}
