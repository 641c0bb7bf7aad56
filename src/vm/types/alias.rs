//! Types with parameters and unions of types: `list[int]`, `int | None`. What annotations are made of, and what
//! `isinstance` takes.

use super::{PLAIN, TypeSpec};
use crate::limits::UNION_MEMBERS_MAX;
use crate::vm::compare::eq_charged;
use crate::vm::flow::{R, Trap, value};
use crate::vm::format::{Form, short_text};
use crate::vm::heap::{Heap, HeapObject, Tracer};
use crate::vm::native::{Args, Arity, NativeDef, method};
use crate::vm::type_id::TypeId;
use crate::vm::types::tuple::Tuple;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// A type that is made of others.
#[derive(Clone, Copy, Debug)]
pub struct Alias {
    /// The type that has the parameters; none for a union.
    pub origin: Option<TypeId>,
    /// The parameters, or the members of the union, each once.
    pub args: Ref<Tuple>,
}

impl HeapObject for Alias {
    fn payload_bytes(&self) -> usize {
        0
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.object(self.args);
        None
    }
}

/// What unions bring to the registry.
pub const UNION_SPEC: TypeSpec =
    TypeSpec { attribute: Some(attribute), attribute_names: &["__args__", "__parameters__"], ..PLAIN };

/// What types with parameters bring to the registry.
pub const GENERIC_SPEC: TypeSpec = TypeSpec {
    methods: GENERIC_METHODS,
    attribute: Some(attribute),
    attribute_names: &["__args__", "__origin__", "__parameters__", "__unpacked__"],
    ..PLAIN
};

static GENERIC_METHODS: &[NativeDef] = &[
    method(TypeId::GenericAlias, "__instancecheck__", Arity::One, |vm, _| Err(not_checked(vm, "isinstance"))),
    method(TypeId::GenericAlias, "__subclasscheck__", Arity::One, |vm, _| Err(not_checked(vm, "issubclass"))),
];

/// The complaint about `isinstance(x, list[int])`.
#[cold]
pub fn not_checked(vm: &mut Vm, function: &str) -> Trap {
    vm.type_error(format!("{function}() argument 2 cannot be a parameterized generic"))
}

/// Types that take parameters (`__class_getitem__`).
const GENERIC: &[TypeId] = &[
    TypeId::List,
    TypeId::Tuple,
    TypeId::Dict,
    TypeId::Set,
    TypeId::FrozenSet,
    TypeId::Type,
    TypeId::Enumerate,
    TypeId::Generator,
    TypeId::BaseExceptionGroup,
    TypeId::ExceptionGroup,
];

/// `list[int]`
pub fn parametrize(vm: &mut Vm, ty: TypeId, key: Value) -> R {
    if !GENERIC.contains(&ty) {
        return Err(vm.type_error(format!("type '{}' is not subscriptable", ty.name())));
    }
    let args = match key {
        Value::Tuple(args) => args,
        only => vm.tuple_ref([only]),
    };
    value(Value::Alias(vm.heap.alloc(Alias { origin: Some(ty), args })))
}

/// Whether a value can be a member of a union: `None` stands for its type.
pub fn is_member(v: Value) -> bool {
    matches!(v, Value::Type(_) | Value::None | Value::Alias(_))
}

/// `a | b`, of two values that can be members.
pub fn union(vm: &mut Vm, a: Value, b: Value) -> R {
    let mut members: Vec<Value> = Vec::new();
    for side in [a, b] {
        let added = match side {
            Value::Alias(r) if vm.heap.get(r).origin.is_none() => {
                vm.heap.get(vm.heap.get(r).args).items.to_vec()
            }
            Value::None => vec![Value::Type(TypeId::NoneType)],
            v => vec![v],
        };
        for v in added {
            // What is nested too deep to be compared at once is kept beside its equal.
            if members.iter().any(|&m| eq_charged(vm, m, v) == Some(true)) {
                continue;
            }
            if members.len() == UNION_MEMBERS_MAX {
                return Err(vm.value_error(format!("a union of more than {UNION_MEMBERS_MAX} types")));
            }
            members.push(v);
        }
    }
    if let [only] = *members {
        return value(only);
    }
    let args = vm.tuple_ref(members);
    value(Value::Alias(vm.heap.alloc(Alias { origin: None, args })))
}

/// Calling `list[int]` is calling `list`.
pub fn construct(vm: &mut Vm, alias: Ref<Alias>, args: Args<'_>) -> R {
    match vm.heap.get(alias).origin {
        Some(ty) => super::construct(vm, ty, args),
        None => Err(vm.type_error("'types.UnionType' object is not callable")),
    }
}

/// `int | None` has its own attributes, `list[int]` also those of `list`.
fn attribute(vm: &mut Vm, v: Value, name: &str) -> R<Option<Value>> {
    let Value::Alias(r) = v else { return Ok(None) };
    let alias = *vm.heap.get(r);
    Ok(match (name, alias.origin) {
        ("__args__", _) => Some(Value::Tuple(alias.args)),
        ("__parameters__", _) => Some(vm.tuple([])),
        ("__origin__", Some(ty)) => Some(Value::Type(ty)),
        ("__unpacked__", Some(_)) => Some(Value::Bool(false)),
        (_, Some(ty)) if !name.starts_with("__") || name == "__name__" || name == "__qualname__" => {
            let name = vm.intern(name);
            crate::vm::attr::get_now(vm, Value::Type(ty), name)?
        }
        _ => None,
    })
}

/// `list[int][str]`: there are no type variables, so nothing is left to be given.
pub fn get_item(vm: &mut Vm, alias: Ref<Alias>) -> R {
    let text = short_text(vm, Value::Alias(alias), Form::Repr).unwrap_or_else(|| "it".to_owned());
    Err(vm.type_error(format!("{text} is not a generic class")))
}

/// What equal aliases have in common, for their hash: their origin and the types among their parameters.
pub fn summary(heap: &Heap, alias: Ref<Alias>) -> u32 {
    let alias = heap.get(alias);
    let looked_at = heap.get(alias.args).items.iter().take(UNION_MEMBERS_MAX);
    let types = looked_at.filter_map(|v| match v {
        Value::Type(ty) => Some(1u32 << (*ty as u32 % 31)),
        _ => None,
    });
    let members = types.fold(0, |all, one| all | one);
    members ^ alias.origin.map_or(0, |ty| (ty as u32 + 1).wrapping_mul(0x9e37_79b9))
}

/// Whether two aliases are equal: `budget` bounds what is compared, `None` says that it was not enough.
pub fn equal(
    heap: &Heap,
    a: Ref<Alias>,
    b: Ref<Alias>,
    mut eq: impl FnMut(Value, Value) -> Option<bool>,
) -> Option<bool> {
    let (a, b) = (heap.get(a), heap.get(b));
    if a.origin != b.origin {
        return Some(false);
    }
    if a.origin.is_some() {
        return eq(Value::Tuple(a.args), Value::Tuple(b.args));
    }
    let (a, b) = (&heap.get(a.args).items, &heap.get(b.args).items);
    if a.len() != b.len() {
        return Some(false);
    }
    // In any order.
    for &x in a.iter() {
        let mut found = false;
        for &y in b.iter() {
            if eq(x, y)? {
                found = true;
                break;
            }
        }
        if !found {
            return Some(false);
        }
    }
    Some(true)
}
