//! Type objects: `type(x)`, and the attributes of classes.

use super::{PLAIN, TypeSpec};
use crate::vm::exceptions::unsupported;
use crate::vm::flow::{R, value};
use crate::vm::native::{Args, Arity, NativeDef, method};
use crate::vm::type_id::TypeId;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// What type objects bring to the registry.
pub const SPEC: TypeSpec = TypeSpec {
    methods: METHODS,
    construct: Some(construct),
    attribute: Some(attribute),
    attribute_names: &["__base__", "__bases__", "__module__", "__mro__", "__name__", "__qualname__"],
    ..PLAIN
};

static METHODS: &[NativeDef] = &[
    method(TypeId::Type, "mro", Arity::None, |vm, args| {
        let mro = mro_of(receiver(vm, args, "mro")?);
        value(vm.list(mro))
    }),
    method(TypeId::Type, "__subclasses__", Arity::None, |vm, args| {
        let ty = receiver(vm, args, "__subclasses__")?;
        let below = TypeId::ALL.iter().filter(|t| t.base() == Some(ty)).map(|t| Value::Type(*t));
        value(vm.list(below.collect()))
    }),
    method(TypeId::Type, "__instancecheck__", Arity::One, |vm, args| {
        let ty = receiver(vm, args, "__instancecheck__")?;
        value(Value::Bool(vm.type_of(args.get(1)).is_subtype_of(ty)))
    }),
    method(TypeId::Type, "__subclasscheck__", Arity::One, |vm, args| {
        let ty = receiver(vm, args, "__subclasscheck__")?;
        match args.get(1) {
            Value::Type(below) => value(Value::Bool(below.is_subtype_of(ty))),
            _ => Err(vm.type_error("issubclass() arg 1 must be a class")),
        }
    }),
];

fn receiver(vm: &mut Vm, args: Args<'_>, name: &str) -> R<TypeId> {
    match args.get(0) {
        Value::Type(ty) => Ok(ty),
        _ => Err(super::wrong_receiver(vm, args, TypeId::Type, name)),
    }
}

/// A type and those it inherits from, in order.
fn mro_of(ty: TypeId) -> Vec<Value> {
    let mut mro: Vec<Value> = std::iter::successors(Some(ty), |t| t.base()).map(Value::Type).collect();
    if ty == TypeId::ExceptionGroup {
        // The one built-in class with two bases.
        mro.insert(2, Value::Type(TypeId::Exception));
    }
    mro
}

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
        "__mro__" => vm.tuple(mro_of(ty)),
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
