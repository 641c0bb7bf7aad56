//! Functions about objects: their classes, identities and attributes.

use crate::vm::attr;
use crate::vm::exceptions::unsupported;
use crate::vm::flow::{Flow, R, Resume, Step, Task, Trap, value};
use crate::vm::format;
use crate::vm::frame::FrameRequest;
use crate::vm::heap::Tracer;
use crate::vm::native::{Args, Arity, NativeDef, function};
use crate::vm::type_id::TypeId;
use crate::vm::types;
use crate::vm::types::str::Str;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// The functions of this family.
pub static FUNCTIONS: &[NativeDef] = &[
    function("isinstance", Arity::Range(2, 2), isinstance),
    function("issubclass", Arity::Range(2, 2), issubclass),
    function("id", Arity::One, id),
    function("callable", Arity::One, callable),
    function("getattr", Arity::Range(2, 3), getattr),
    function("setattr", Arity::Range(3, 3), setattr),
    function("delattr", Arity::Range(2, 2), delattr),
    function("hasattr", Arity::Range(2, 2), hasattr),
    function("dir", Arity::Range(0, 1), dir),
    function("vars", Arity::Range(0, 1), vars),
    function("exit", Arity::Range(0, 1), exit),
    function("quit", Arity::Range(0, 1), exit),
    function("super", Arity::Free, |vm, _| Err(unsupported(vm, "classes (super)"))),
    function("property", Arity::Free, |vm, _| Err(unsupported(vm, "classes (property)"))),
    function("classmethod", Arity::Free, |vm, _| Err(unsupported(vm, "classes (classmethod)"))),
    function("staticmethod", Arity::Free, |vm, _| Err(unsupported(vm, "classes (staticmethod)"))),
    function("bytearray", Arity::Free, |vm, _| Err(unsupported(vm, "bytearray (use bytes or a list)"))),
    function("memoryview", Arity::Free, |vm, _| Err(unsupported(vm, "memoryview (slice the bytes)"))),
    function("breakpoint", Arity::Free, |vm, _| Err(unsupported(vm, "breakpoint (there is no debugger)"))),
    function("open", Arity::Free, |vm, _| Err(unsupported(vm, "open (scripts have no files)"))),
];

/// Whether any class of `cls` (a class, a union, or a tuple of those) is a base of `ty`.
fn is_kind(vm: &mut Vm, ty: TypeId, cls: Value, function: &str, complaint: &str) -> R<bool> {
    let mut pending = vec![cls];
    while let Some(cls) = pending.pop() {
        vm.charge(1);
        match cls {
            Value::Type(base) if ty.is_subtype_of(base) => return Ok(true),
            Value::Type(_) => {}
            Value::Alias(alias) => {
                let alias = *vm.heap.get(alias);
                let members = &vm.heap.get(alias.args).items;
                let generic = |v: &Value| matches!(v, Value::Alias(_));
                if alias.origin.is_some() || members.iter().any(generic) {
                    return Err(types::alias::not_checked(vm, function));
                }
                pending.extend(members.iter().rev());
            }
            Value::Tuple(t) => pending.extend(vm.heap.get(t).items.iter().rev()),
            _ => return Err(vm.type_error(complaint)),
        }
    }
    Ok(false)
}

fn isinstance(vm: &mut Vm, args: Args<'_>) -> R {
    let ty = vm.type_of(args.get(0));
    let complaint = "isinstance() arg 2 must be a type, a tuple of types, or a union";
    value(Value::Bool(is_kind(vm, ty, args.get(1), "isinstance", complaint)?))
}

fn issubclass(vm: &mut Vm, args: Args<'_>) -> R {
    let Value::Type(ty) = args.get(0) else {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    };
    let complaint = "issubclass() arg 2 must be a class, a tuple of classes, or a union";
    value(Value::Bool(is_kind(vm, ty, args.get(1), "issubclass", complaint)?))
}

/// `id(v)`: equal for what `is` calls the same, as long as it lives.
fn id(vm: &mut Vm, args: Args<'_>) -> R {
    let address = format::address(args.get(0));
    value(vm.int128(i128::from(address)))
}

fn callable(vm: &mut Vm, args: Args<'_>) -> R {
    value(Value::Bool(match args.get(0) {
        Value::Native(def) => def.arity != Arity::Never,
        Value::Alias(alias) => vm.heap.get(alias).origin.is_some(),
        other => matches!(other, Value::Function(..) | Value::Method(_) | Value::Type(_)),
    }))
}

/// An attribute, or `None` when there is none.
fn find(vm: &mut Vm, obj: Value, name: Ref<Str>) -> R<Option<Value>> {
    match attr::get_now(vm, obj, name) {
        Err(Trap::Raise(e)) if vm.heap.get(e).ty.is_subtype_of(TypeId::AttributeError) => Ok(None),
        found => found,
    }
}

fn getattr(vm: &mut Vm, args: Args<'_>) -> R {
    let (obj, name) = (args.get(0), attr::name_of(vm, args.get(1))?);
    match (find(vm, obj, name)?, args.get(2)) {
        (Some(v), _) => value(v),
        (None, Value::Undef) => attr::get(vm, obj, name),
        (None, default) => value(default),
    }
}

fn hasattr(vm: &mut Vm, args: Args<'_>) -> R {
    let name = attr::name_of(vm, args.get(1))?;
    value(Value::Bool(find(vm, args.get(0), name)?.is_some()))
}

fn setattr(vm: &mut Vm, args: Args<'_>) -> R {
    let name = attr::name_of(vm, args.get(1))?;
    attr::set(vm, args.get(0), name, args.get(2))
}

fn delattr(vm: &mut Vm, args: Args<'_>) -> R {
    let name = attr::name_of(vm, args.get(1))?;
    attr::delete(vm, args.get(0), name)
}

/// `dir()`, `dir(obj)`: sorted names.
pub fn dir(vm: &mut Vm, args: Args<'_>) -> R {
    let obj = args.get(0);
    if obj.is_undef() {
        return Ok(Flow::task(LocalNames));
    }
    let own = match obj {
        Value::Module(m) => return value(sorted_names(vm, Vec::new(), Some(vm.heap.get(m).dict))),
        Value::Exception(e) => vm.heap.get(e).dict,
        Value::Function(f, _) => vm.heap.get(f).extra.as_ref().and_then(|e| e.dict),
        _ => None,
    };
    let mut names = types::attribute_names(vm, obj);
    names.extend(["__class__", "__doc__"].map(str::to_owned));
    value(sorted_names(vm, names, own))
}

/// A list of names and of a dict's string keys, sorted, each once.
fn sorted_names(vm: &mut Vm, mut names: Vec<String>, dict: Option<Ref<types::dict::Dict>>) -> Value {
    if let Some(dict) = dict {
        let table = &vm.heap.get(dict).table;
        names.extend(table.iter().filter_map(|e| match e.key {
            Value::Str(s) => Some(vm.heap.str(s).to_owned()),
            _ => None,
        }));
    }
    vm.charge(names.len() * 4);
    names.sort_unstable();
    names.dedup();
    let names = names.iter().map(|n| Value::Str(vm.intern(n))).collect();
    vm.list(names)
}

/// `dir()` of the calling frame.
struct LocalNames;

impl Task for LocalNames {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        match resume {
            Resume::Value(Value::Dict(dict)) => Ok(Step::Done(sorted_names(vm, Vec::new(), Some(dict)))),
            _ => Ok(Step::Await(Flow::Frame(Box::new(FrameRequest::Locals)))),
        }
    }

    fn trace(&self, _: &mut Tracer<'_>) {}
}

fn vars(vm: &mut Vm, args: Args<'_>) -> R {
    let obj = args.get(0);
    if obj.is_undef() {
        return Ok(Flow::Frame(Box::new(FrameRequest::Locals)));
    }
    let name = vm.intern("__dict__");
    match find(vm, obj, name)? {
        Some(dict) => value(dict),
        None => Err(vm.type_error("vars() argument must have __dict__ attribute")),
    }
}

/// `exit(code=None)`
fn exit(vm: &mut Vm, args: Args<'_>) -> R {
    let code = args.get(0).bound().unwrap_or(Value::None);
    Err(vm.raise_value(TypeId::SystemExit, code))
}
