//! Raising, matching, grouping: what the exception instructions do.

use super::flow::{Flow, R, Trap};
use super::text::TextErrorKind;
use super::type_id::TypeId;
use super::types::dict;
use super::types::exception::{self, Exception, Splitter};
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

/// An instance of an exception class, or the exception itself.
pub fn instance(vm: &mut Vm, v: Value, complaint: &str) -> R<Ref<Exception>> {
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
            let traceback = exception::traceback(vm, e);
            [Value::Type(vm.heap.get(e).ty), exc, traceback]
        }
        _ => [Value::None; 3],
    }
}

/// `except* ty`: what of `exc` matches, and the rest (or `None`s). A naked exception that matches comes in
/// a group of its own.
pub fn split(vm: &mut Vm, exc: Value, ty: Value) -> R<(Value, Value)> {
    let Value::Exception(e) = exc else { return Ok((Value::None, Value::None)) };
    let types = star_classes(vm, ty)?;
    let actual = vm.heap.get(e).ty;
    let is_group = actual.is_subtype_of(TypeId::BaseExceptionGroup);
    if types.iter().any(|t| actual.is_subtype_of(*t)) {
        let matching = if is_group { exc } else { exception::wrap(vm, e)? };
        return Ok((matching, Value::None));
    }
    if !is_group {
        return Ok((Value::None, exc));
    }
    Splitter::new(e).run(vm, &types)
}

/// The classes of an `except*` clause; groups are not among them.
fn star_classes(vm: &mut Vm, ty: Value) -> R<Vec<TypeId>> {
    let listed = match ty {
        Value::Tuple(t) => vm.heap.get(t).items.to_vec(),
        v => vec![v],
    };
    let mut types = Vec::with_capacity(listed.len());
    for v in listed {
        match v {
            Value::Type(ty) if ty.is_subtype_of(TypeId::BaseExceptionGroup) => {
                return Err(
                    vm.type_error("catching ExceptionGroup with except* is not allowed. Use except instead.")
                );
            }
            Value::Type(ty) if ty.is_exception() => types.push(ty),
            _ => return Err(not_a_class(vm)),
        }
    }
    Ok(types)
}

/// The end of a `try` with `except*` handlers: what is to be raised, or `None`. Parts of the original group
/// that the handlers let pass or raised again are merged into one group of its shape; what they raised
/// themselves comes beside it.
pub fn join(vm: &mut Vm, orig: Value, list: Value) -> R<Value> {
    let (Value::Exception(orig), Value::List(list)) = (orig, list) else { return Ok(Value::None) };
    let outcomes: Vec<Value> = vm.heap.get(list).items.iter().copied().filter(|v| !v.is_none()).collect();
    if !vm.heap.get(orig).ty.is_subtype_of(TypeId::BaseExceptionGroup) {
        // A naked exception: at most one clause has run.
        return Ok(outcomes.first().copied().unwrap_or(Value::None));
    }
    let mut raised = Vec::new();
    let mut reraised = Vec::new();
    for v in outcomes {
        match v {
            Value::Exception(e) if same_origin(vm, e, orig) => reraised.push(e),
            v => raised.push(v),
        }
    }
    let rest = match reraised.is_empty() {
        true => Value::None,
        false => exception::project(vm, orig, &reraised)?,
    };
    if raised.is_empty() {
        return Ok(rest);
    }
    if !rest.is_none() {
        raised.push(rest);
    }
    exception::concat_groups(vm, raised)
}

/// Whether `e` is `orig` or a part of it that was not raised anew.
fn same_origin(vm: &Vm, e: Ref<Exception>, orig: Ref<Exception>) -> bool {
    let (a, b) = (vm.heap.get(e), vm.heap.get(orig));
    e == orig
        || (a.ty.is_subtype_of(TypeId::BaseExceptionGroup)
            && a.trace == b.trace
            && a.cause.is(b.cause)
            && a.context.is(b.context))
}

/// The exception's type for an error of the text library.
pub fn type_of_text_error(kind: TextErrorKind) -> TypeId {
    match kind {
        TextErrorKind::Value => TypeId::ValueError,
        TextErrorKind::Overflow => TypeId::OverflowError,
        TextErrorKind::Index => TypeId::IndexError,
        TextErrorKind::TooLarge => TypeId::MemoryError,
    }
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
    let text = match &error.in_string {
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
        ("end_offset", Value::Int(i64::from(error.end_column))),
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
