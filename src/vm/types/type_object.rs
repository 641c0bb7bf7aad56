//! Type objects: `type(x)`, and the attributes of classes.

use super::{PLAIN, TypeSpec};
use crate::vm::exceptions::unsupported;
use crate::vm::flow::{R, value};
use crate::vm::native::Args;
use crate::vm::type_id::TypeId;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// What type objects bring to the registry.
pub const SPEC: TypeSpec = TypeSpec {
    construct: Some(construct),
    attribute: Some(attribute),
    attribute_names: &["__base__", "__bases__", "__module__", "__mro__", "__name__", "__qualname__"],
    ..PLAIN
};

/// `type(x)`
fn construct(vm: &mut Vm, args: Args<'_>) -> R {
    match args.len() {
        1 if !args.has_keywords() => value(Value::Type(vm.type_of(args.get(0)))),
        3 => Err(unsupported(vm, "classes made by type(name, bases, dict)")),
        _ => Err(vm.type_error("type() takes 1 or 3 arguments")),
    }
}

fn attribute(vm: &mut Vm, obj: Value, name: &str) -> R<Option<Value>> {
    let Value::Type(ty) = obj else { return Ok(None) };
    Ok(Some(match name {
        "__name__" | "__qualname__" => {
            let name = ty.name();
            vm.str(name.rsplit('.').next().unwrap_or(name))
        }
        "__module__" => vm.str(ty.module()),
        "__mro__" => {
            let mut mro = vec![Value::Type(ty)];
            mro.extend(std::iter::successors(ty.base(), |t| t.base()).map(Value::Type));
            vm.tuple(mro)
        }
        "__bases__" => {
            // `ExceptionGroup` is the one built-in class with two bases.
            let second = (ty == TypeId::ExceptionGroup).then_some(TypeId::Exception);
            let bases: Vec<Value> = ty.base().into_iter().chain(second).map(Value::Type).collect();
            vm.tuple(bases)
        }
        "__base__" => ty.base().map_or(Value::None, Value::Type),
        _ => return Ok(None),
    }))
}
