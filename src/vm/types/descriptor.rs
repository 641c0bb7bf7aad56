//! Attributes of instances as their type shows them: `int.real`, `ValueError.args`.
//!
//! Each is a function of the registry that cannot be called; reading it through an instance is left to the type's
//! own `attribute`.

use std::sync::OnceLock;

use super::{TypeSpec, spec};
use crate::vm::attr;
use crate::vm::flow::{R, value};
use crate::vm::native::{Args, Arity, NativeDef, NativeKind, method};
use crate::vm::type_id::TypeId;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// What descriptors of attributes bring to the registry.
pub const SPEC: TypeSpec = TypeSpec { methods: METHODS, ..super::method::NATIVE_SPEC };

/// What a method that is looked up on its type brings.
pub const METHOD_SPEC: TypeSpec = TypeSpec { methods: METHOD_METHODS, ..super::method::NATIVE_SPEC };

static METHODS: &[NativeDef] = &[method(TypeId::GetSetDescriptor, "__get__", Arity::Range(1, 2), get)];
static METHOD_METHODS: &[NativeDef] =
    &[method(TypeId::MethodDescriptor, "__get__", Arity::Range(1, 2), bind)];

/// The receiver of a descriptor's method: the descriptor, and the instance it is asked about if there is one.
fn asked(vm: &mut Vm, args: Args<'_>) -> R<(&'static NativeDef, Option<Value>)> {
    let Value::Native(def) = args.get(0) else {
        return Err(super::wrong_receiver(vm, args, TypeId::MethodDescriptor, "__get__"));
    };
    let Some(instance) = args.get(1).bound().filter(|v| !v.is_none()) else { return Ok((def, None)) };
    let owner = def.kind.owner().unwrap_or(TypeId::Object);
    if !vm.type_of(instance).is_subtype_of(owner) {
        let (name, owner, got) = (def.name, owner.name(), vm.type_name(instance));
        return Err(vm.type_error(format!(
            "descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object"
        )));
    }
    Ok((def, Some(instance)))
}

/// `int.real.__get__(5)`
fn get(vm: &mut Vm, args: Args<'_>) -> R {
    let (def, instance) = asked(vm, args)?;
    let Some(instance) = instance else { return value(args.get(0)) };
    let name = vm.intern(def.name);
    attr::get(vm, instance, name)
}

/// `str.upper.__get__("a")`
fn bind(vm: &mut Vm, args: Args<'_>) -> R {
    let (def, instance) = asked(vm, args)?;
    value(match instance {
        Some(instance) => attr::bind(vm, def, instance),
        None => args.get(0),
    })
}

/// Whether CPython keeps the attribute in a slot of the object's structure (`<member …>`) or computes it
/// (`<attribute …>`).
fn is_member(ty: TypeId, name: &str) -> bool {
    match ty {
        TypeId::Complex | TypeId::Range | TypeId::Slice => true,
        TypeId::Method => name.starts_with("__"),
        TypeId::Function => matches!(name, "__closure__" | "__globals__" | "__module__" | "__doc__"),
        TypeId::Traceback => matches!(name, "tb_frame" | "tb_lasti"),
        ty if ty.is_exception() => !matches!(
            name,
            "args" | "__traceback__" | "__context__" | "__cause__" | "__dict__" | "characters_written"
        ),
        _ => false,
    }
}

/// One function for each attribute of each type, ordered by type.
fn table() -> &'static [NativeDef] {
    static TABLE: OnceLock<Box<[NativeDef]>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut types: Vec<TypeId> = TypeId::ALL.to_vec();
        types.sort_unstable();
        let rows = types.into_iter().flat_map(|ty| {
            spec(ty).attribute_names.iter().map(move |&name| NativeDef {
                name,
                kind: NativeKind::Attribute { ty, member: is_member(ty, name) },
                arity: Arity::Never,
                call: |_, args| value(args.get(0)),
            })
        });
        rows.collect()
    })
}

/// The attribute of a type's instances, as the type shows it.
pub fn find(ty: TypeId, name: &str) -> Option<&'static NativeDef> {
    let table = table();
    let mut at = Some(ty);
    while let Some(ty) = at {
        let from = table.partition_point(|row| row.kind.owner() < Some(ty));
        let rows = table[from..].iter().take_while(|row| row.kind.owner() == Some(ty));
        if let Some(row) = rows.into_iter().find(|row| row.name == name) {
            return Some(row);
        }
        at = ty.base();
    }
    None
}
