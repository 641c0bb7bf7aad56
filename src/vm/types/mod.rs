//! One file or folder per Python type: its data, its methods, its formats.
//!
//! Owns what a type is and what its methods do. Never touches frames or the value stack, never calls back
//! into Python except by answering with a [`super::flow::Flow`].

pub mod alias;
pub mod bytes;
pub mod cell;
pub mod common;
pub mod complex;
pub mod descriptor;
pub mod dict;
pub mod exception;
pub mod file;
pub mod float;
pub mod function;
pub mod generator;
pub mod int;
pub mod iterator;
pub mod list;
pub mod method;
pub mod module;
pub mod number;
pub mod object;
pub mod range;
pub mod set;
pub mod slice;
pub mod slots;
pub mod str;
pub mod struct_seq;
pub mod traceback;
pub mod tuple;
pub mod type_object;
pub mod view;

use super::docs;
use super::flow::{Flow, R, Trap};
use super::native::{Args, NativeDef, NativeFn, NativeKind};
use super::type_id::TypeId;
use super::value::{Ref, Value};
use super::vm::Vm;
use str::Str;

/// Reads an attribute; `None` when there is no such one.
pub type ReadAttribute = fn(&mut Vm, Value, &str) -> R<Option<Value>>;
/// Sets (`Some`) or deletes an attribute.
pub type WriteAttribute = fn(&mut Vm, Value, &str, Option<Value>) -> R<()>;

/// What a type brings beside its data: a row of [`spec`].
#[derive(Clone, Copy)]
pub struct TypeSpec {
    /// Its methods.
    pub methods: &'static [NativeDef],
    /// What calling the type does; `None` when instances cannot be made that way.
    pub construct: Option<NativeFn>,
    /// Attributes that are not methods; `None` when there is no such attribute.
    pub attribute: Option<ReadAttribute>,
    /// Names that [`TypeSpec::attribute`] knows, for `dir` and hints.
    pub attribute_names: &'static [&'static str],
    /// Sets (`Some`) or deletes an attribute. `None`: the type's attributes cannot be changed.
    pub set_attribute: Option<WriteAttribute>,
}

/// A type without anything of its own.
pub const PLAIN: TypeSpec =
    TypeSpec { methods: &[], construct: None, attribute: None, attribute_names: &[], set_attribute: None };

/// The registry: what each type brings.
pub fn spec(ty: TypeId) -> TypeSpec {
    match ty {
        TypeId::Int => int::SPEC,
        TypeId::Bool => int::BOOL_SPEC,
        TypeId::Float => float::SPEC,
        TypeId::Complex => complex::SPEC,
        TypeId::Str => TypeSpec { methods: str::methods::METHODS, construct: Some(str::construct), ..PLAIN },
        TypeId::Bytes => {
            TypeSpec { methods: bytes::methods::METHODS, construct: Some(bytes::construct), ..PLAIN }
        }
        TypeId::TextIoWrapper => file::SPEC,
        ty if ty.is_exception() => exception::spec(ty),
        TypeId::Object => object::SPEC,
        TypeId::Traceback => traceback::SPEC,
        TypeId::Function => function::SPEC,
        TypeId::Method => method::SPEC,
        TypeId::BuiltinFunction | TypeId::MethodWrapper => method::NATIVE_SPEC,
        TypeId::MethodDescriptor | TypeId::SlotWrapper => descriptor::METHOD_SPEC,
        TypeId::GetSetDescriptor | TypeId::MemberDescriptor => descriptor::SPEC,
        TypeId::UnionType => alias::UNION_SPEC,
        TypeId::GenericAlias => alias::GENERIC_SPEC,
        TypeId::Type => type_object::SPEC,
        TypeId::Generator => generator::SPEC,
        TypeId::Module => module::SPEC,
        TypeId::Cell => cell::SPEC,
        TypeId::List => list::SPEC,
        TypeId::Tuple => tuple::SPEC,
        TypeId::Dict => dict::SPEC,
        TypeId::Set => set::SPEC,
        TypeId::FrozenSet => set::FROZEN_SPEC,
        TypeId::Range => range::SPEC,
        TypeId::Slice => slice::SPEC,
        TypeId::DictKeys | TypeId::DictItems => view::SET_LIKE,
        TypeId::DictValues => view::VALUES,
        ty if ty >= TypeId::Iterator && ty <= TypeId::CallableIterator => iterator::SPEC,
        TypeId::Enumerate => iterator::ENUMERATE,
        TypeId::Zip => iterator::ZIP,
        TypeId::Map => iterator::MAP,
        TypeId::Filter => iterator::FILTER,
        TypeId::Reversed => iterator::REVERSED,
        _ => PLAIN,
    }
}

/// The method of a type (or of its bases) with this name.
pub fn method(ty: TypeId, name: &str) -> Option<&'static NativeDef> {
    let special = name.starts_with("__");
    if special && name == "__hash__" && slots::is_unhashable(ty) {
        return None;
    }
    let mut at = Some(ty);
    while let Some(ty) = at {
        if let Some(def) = spec(ty).methods.iter().find(|m| m.name == name) {
            return Some(def);
        }
        if special && let Some(def) = slots::find(ty, name) {
            return Some(def);
        }
        at = ty.base();
    }
    None
}

/// Calls a type.
pub fn construct(vm: &mut Vm, ty: TypeId, args: Args<'_>) -> R<Flow> {
    if ty.is_exception() {
        return exception::construct(vm, ty, args);
    }
    let single = match ty {
        TypeId::NoneType => Some(Value::None),
        TypeId::Ellipsis => Some(Value::Ellipsis),
        TypeId::NotImplementedType => Some(Value::NotImplemented),
        _ => None,
    };
    if let Some(v) = single {
        if !args.is_empty() || args.has_keywords() {
            let name = if ty == TypeId::Ellipsis { "EllipsisType" } else { ty.name() };
            return Err(vm.type_error(format!("{name} takes no arguments")));
        }
        return super::flow::value(v);
    }
    match spec(ty).construct {
        Some(construct) => construct(vm, args),
        None => Err(vm.type_error(format!("cannot create '{}' instances", ty.name()))),
    }
}

/// The complaint about a method that is called on an instance of another type.
#[cold]
pub fn wrong_receiver(vm: &mut Vm, args: Args<'_>, ty: TypeId, name: &str) -> Trap {
    let given = vm.type_name(args.get(0));
    let ty = ty.name();
    vm.type_error(format!("descriptor '{name}' for '{ty}' objects doesn't apply to a '{given}' object"))
}

/// Refuses to change an attribute of an object whose attributes are fixed.
pub fn readonly(vm: &mut Vm, obj: Value, name: &str, _: Option<Value>) -> R<()> {
    let ty = vm.type_of(obj);
    if spec(ty).attribute_names.contains(&name) {
        return Err(vm.raise(TypeId::AttributeError, "readonly attribute"));
    }
    let ty = ty.name();
    let message = match method(vm.type_of(obj), name) {
        Some(_) => format!("'{ty}' object attribute '{name}' is read-only"),
        None => format!("'{ty}' object has no attribute '{name}' and no __dict__ for setting new attributes"),
    };
    Err(vm.raise(TypeId::AttributeError, message))
}

/// Checks the number of positional arguments of a type or function that has no row with an arity.
pub fn arity(vm: &mut Vm, args: Args<'_>, name: &str, least: usize, most: usize) -> R<()> {
    let given = args.len();
    if (least..=most).contains(&given) {
        return Ok(());
    }
    let (bound, n) = match given < least {
        _ if least == most => ("", least),
        true => ("at least ", least),
        false => ("at most ", most),
    };
    let plural = if n == 1 { "" } else { "s" };
    Err(vm.type_error(format!("{name} expected {bound}{n} argument{plural}, got {given}")))
}

/// An attribute of an object that is not a method.
pub fn attribute(vm: &mut Vm, obj: Value, name: &str) -> R<Option<Value>> {
    let ty = vm.type_of(obj);
    match name {
        "__class__" => return Ok(Some(Value::Type(ty))),
        "__hash__" if slots::is_unhashable(ty) => return Ok(Some(Value::None)),
        "__doc__" if !matches!(obj, Value::Function(..) | Value::Method(_) | Value::Module(_)) => {
            return Ok(Some(doc(vm, obj)));
        }
        _ => {}
    }
    if let Value::StructSeq(s) = obj
        && let Some(v) = struct_seq::field(vm, s, name)
    {
        return Ok(Some(v));
    }
    let mut at = Some(ty);
    while let Some(ty) = at {
        if let Some(attribute) = spec(ty).attribute
            && let Some(v) = attribute(vm, obj, name)?
        {
            return Ok(Some(v));
        }
        at = ty.base();
    }
    Ok(None)
}

/// The docstring of a type or a built-in function, or of the type of anything else that has none of its own.
fn doc(vm: &mut Vm, obj: Value) -> Value {
    let (table, name) = match obj {
        Value::Native(def) => match def.kind {
            NativeKind::Function => (docs::FUNCTIONS, def.name),
            _ => return Value::None,
        },
        Value::Type(ty) => (docs::TYPES, ty.name()),
        obj => (docs::TYPES, vm.type_of(obj).name()),
    };
    let name = name.rsplit('.').next().unwrap_or(name);
    match table.binary_search_by_key(&name, |row| row.0) {
        Ok(at) => vm.str(table[at].1),
        Err(_) => Value::None,
    }
}

/// The type that has an attribute which is not a method.
fn owner_of_attribute(ty: TypeId, name: &str) -> Option<TypeId> {
    let mut at = Some(ty);
    while let Some(ty) = at {
        if spec(ty).attribute_names.contains(&name) {
            return Some(ty);
        }
        at = ty.base();
    }
    None
}

/// Sets or deletes an attribute of an object.
pub fn set_attribute(vm: &mut Vm, obj: Value, name: Ref<Str>, v: Option<Value>) -> R<()> {
    let text = vm.heap.str(name).to_owned();
    let mut at = Some(vm.type_of(obj));
    while let Some(ty) = at {
        if let Some(set) = spec(ty).set_attribute {
            return set(vm, obj, &text, v);
        }
        at = ty.base();
    }
    let message = match obj {
        Value::Type(ty) => {
            return Err(
                vm.type_error(format!("cannot set '{text}' attribute of immutable type '{}'", ty.name()))
            );
        }
        _ => {
            let type_name = vm.type_name(obj);
            if let Some(ty) = owner_of_attribute(vm.type_of(obj), &text) {
                format!("attribute '{text}' of '{}' objects is not writable", ty.name())
            } else if super::attr::get_now(vm, obj, name)?.is_some() {
                format!("'{type_name}' object attribute '{text}' is read-only")
            } else {
                format!(
                    "'{type_name}' object has no attribute '{text}' and no __dict__ for setting new attributes"
                )
            }
        }
    };
    Err(vm.raise(TypeId::AttributeError, message))
}

/// The names of all attributes of an object, for hints and `dir`.
pub fn attribute_names(vm: &Vm, obj: Value) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = Some(match obj {
        Value::Type(ty) => ty,
        obj => vm.type_of(obj),
    });
    while let Some(ty) = at {
        let spec = spec(ty);
        names.extend(spec.methods.iter().chain(slots::of(ty)).map(|m| m.name.to_owned()));
        names.extend(spec.attribute_names.iter().map(|&n| n.to_owned()));
        at = ty.base();
    }
    if let Value::Module(m) = obj {
        let dict = vm.heap.get(m).dict;
        names.extend(vm.heap.get(dict).table.iter().filter_map(|e| match e.key {
            Value::Str(s) => Some(vm.heap.str(s).to_owned()),
            _ => None,
        }));
    }
    names.sort_unstable();
    names.dedup();
    names
}
