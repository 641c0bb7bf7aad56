//! Reading, setting and deleting attributes of exceptions.

use super::construct::args_tuple;
use super::{Exception, Layout};
use crate::vm::exceptions::{attr, set_attr};
use crate::vm::flow::R;
use crate::vm::type_id::TypeId;
use crate::vm::types::dict;
use crate::vm::types::traceback::Traceback;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Attributes of every exception.
pub const NAMES: &[&str] =
    &["__cause__", "__context__", "__dict__", "__suppress_context__", "__traceback__", "args"];

fn handle(v: Value) -> Ref<Exception> {
    match v {
        Value::Exception(e) => e,
        _ => unreachable!("the registry sends exceptions here"),
    }
}

/// An attribute that is not a method.
pub fn attribute(vm: &mut Vm, obj: Value, name: &str) -> R<Option<Value>> {
    let Value::Exception(e) = obj else { return Ok(None) };
    let exc = vm.heap.get(e);
    let layout = Layout::of(exc.ty);
    let found = match name {
        "args" => Value::Tuple(exc.args),
        "__cause__" => exc.cause,
        "__context__" => exc.context,
        "__suppress_context__" => Value::Bool(exc.suppress_context),
        "__traceback__" => traceback(vm, e),
        "__dict__" => Value::Dict(own_dict(vm, e)),
        _ if layout.slots().contains(&name) => slot(vm, e, layout, name),
        _ => {
            let Some(dict) = exc.dict else { return Ok(None) };
            let name = vm.intern(name);
            return Ok(dict::get_str(vm, dict, name));
        }
    };
    Ok(Some(found))
}

/// `e.__traceback__`
pub fn traceback(vm: &mut Vm, e: Ref<Exception>) -> Value {
    let len = vm.heap.get(e).trace.len();
    if len == 0 {
        return Value::None;
    }
    Value::Traceback(vm.heap.alloc(Traceback { exception: e, len }))
}

/// The dict of what a script has set on it.
pub fn own_dict(vm: &mut Vm, e: Ref<Exception>) -> Ref<dict::Dict> {
    if let Some(dict) = vm.heap.get(e).dict {
        return dict;
    }
    let dict = vm.dict();
    vm.heap.get_mut(e).dict = Some(dict);
    dict
}

/// A declared attribute: what was set, or what follows from the arguments.
fn slot(vm: &mut Vm, e: Ref<Exception>, layout: Layout, name: &str) -> Value {
    if let Some(v) = attr(vm, e, name) {
        return v;
    }
    let args = vm.heap.get(e).args;
    let items = &vm.heap.get(args).items;
    match (layout, &**items) {
        (Layout::StopIteration, [first, ..]) => *first,
        (Layout::Import, [only]) if name == "msg" => *only,
        (Layout::Syntax, [first, ..]) if name == "msg" => *first,
        (Layout::SystemExit, [only]) => *only,
        (Layout::SystemExit, [_, ..]) => Value::Tuple(args),
        _ => Value::None,
    }
}

/// Sets or deletes an attribute.
pub fn set_attribute(vm: &mut Vm, obj: Value, name: &str, v: Option<Value>) -> R<()> {
    let e = handle(obj);
    match name {
        "args" | "__cause__" | "__context__" | "__traceback__" => {
            let Some(v) = v else { return Err(vm.type_error(format!("{name} may not be deleted"))) };
            set_standard(vm, e, name, v)
        }
        "__suppress_context__" => {
            let message = match v {
                Some(Value::Bool(b)) => {
                    vm.heap.get_mut(e).suppress_context = b;
                    return Ok(());
                }
                Some(_) => "attribute value type must be bool",
                None => "can't delete numeric/char attribute",
            };
            Err(vm.type_error(message))
        }
        "__class__" => Err(vm.type_error(match v {
            Some(_) => "__class__ assignment only supported for mutable types or ModuleType subclasses",
            None => "can't delete __class__ attribute",
        })),
        "__dict__" => match v {
            Some(Value::Dict(d)) => {
                vm.heap.get_mut(e).dict = Some(d);
                Ok(())
            }
            Some(other) => {
                let got = vm.type_name(other);
                Err(vm.type_error(format!("__dict__ must be set to a dictionary, not a '{got}'")))
            }
            None => Err(vm.type_error("cannot delete __dict__")),
        },
        _ => set_named(vm, e, name, v),
    }
}

fn set_standard(vm: &mut Vm, e: Ref<Exception>, name: &str, v: Value) -> R<()> {
    match name {
        "args" => {
            let args = args_tuple(vm, v)?;
            vm.heap.get_mut(e).args = args;
        }
        "__traceback__" => set_traceback(vm, e, v)?,
        _ => {
            if !matches!(v, Value::None | Value::Exception(_)) {
                let what = name.trim_matches('_');
                return Err(
                    vm.type_error(format!("exception {what} must be None or derive from BaseException"))
                );
            }
            let mut exc = vm.heap.get_mut(e);
            if name == "__cause__" {
                exc.cause = v;
                exc.suppress_context = true;
            } else {
                exc.context = v;
            }
        }
    }
    Ok(())
}

/// `e.__traceback__ = v`: the entries of a traceback, or none.
pub fn set_traceback(vm: &mut Vm, e: Ref<Exception>, v: Value) -> R<()> {
    let trace = match v {
        Value::None => Vec::new(),
        Value::Traceback(t) => {
            let t = *vm.heap.get(t);
            let entries = &vm.heap.get(t.exception).trace;
            entries[..t.len.min(entries.len())].to_vec()
        }
        _ => return Err(vm.type_error("__traceback__ must be a traceback or None")),
    };
    vm.charge(trace.len() / 4);
    vm.heap.get_mut(e).trace = trace;
    Ok(())
}

/// Declared attributes and those of `__dict__`.
fn set_named(vm: &mut Vm, e: Ref<Exception>, name: &str, v: Option<Value>) -> R<()> {
    let ty = vm.heap.get(e).ty;
    let layout = Layout::of(ty);
    if layout.slots().contains(&name) {
        let number =
            matches!((layout, name), (Layout::Decode | Layout::Encode | Layout::Translate, "start" | "end"));
        match (layout, v) {
            (Layout::Group, _) => return Err(vm.raise(TypeId::AttributeError, "readonly attribute")),
            (_, None) if number => return Err(vm.type_error("can't delete numeric/char attribute")),
            (_, Some(v)) if number && !matches!(v, Value::Int(_) | Value::Bool(_)) => {
                return Err(vm.type_error("an integer is required"));
            }
            (_, v) => set_attr(vm, e, name, v.unwrap_or(Value::None)),
        }
        return Ok(());
    }
    let key = vm.intern(name);
    match v {
        Some(v) => {
            let dict = own_dict(vm, e);
            dict::insert_str(vm, dict, key, v);
            Ok(())
        }
        None => {
            let dict = vm.heap.get(e).dict;
            match dict.and_then(|d| Some((d, dict::position_of_str(vm, d, key)?))) {
                Some((d, position)) => {
                    dict::remove_at(vm, d, position);
                    Ok(())
                }
                None => {
                    let message = format!("'{}' object has no attribute '{name}'", ty.name());
                    Err(vm.raise(TypeId::AttributeError, message))
                }
            }
        }
    }
}
