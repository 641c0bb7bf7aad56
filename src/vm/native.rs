//! Built-in functions and methods: their descriptors, and the arguments they receive.

use super::flow::{R, Trap};
use super::type_id::TypeId;
use super::value::Value;
use super::vm::Vm;

/// A built-in function. It gets its receiver (for methods) as the first positional argument.
pub type NativeFn = fn(&mut Vm, Args<'_>) -> R;

/// What a [`NativeDef`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NativeKind {
    /// A function of the built-ins.
    Function,
    /// A function of the module with this name, which error messages show.
    Module(&'static str),
    /// A method of a type; the first argument must be an instance.
    Method(TypeId),
    /// A special method of a type (see [`super::types::slots`]); the first argument is checked to be an instance.
    Slot(TypeId),
    /// A function that lives on a type (`dict.fromkeys`, `str.maketrans`).
    Static(TypeId),
    /// Not a function but an attribute of a type's instances (see [`super::types::descriptor`]).
    Attribute {
        /// The type.
        ty: TypeId,
        /// Whether CPython keeps it in the object's structure.
        member: bool,
    },
}

impl NativeKind {
    /// The type of the unbound object.
    pub fn type_id(self) -> TypeId {
        match self {
            NativeKind::Method(_) => TypeId::MethodDescriptor,
            NativeKind::Slot(_) => TypeId::SlotWrapper,
            NativeKind::Attribute { member: false, .. } => TypeId::GetSetDescriptor,
            NativeKind::Attribute { member: true, .. } => TypeId::MemberDescriptor,
            _ => TypeId::BuiltinFunction,
        }
    }

    /// Whether it is called with a receiver.
    #[inline]
    pub fn has_receiver(self) -> bool {
        matches!(self, NativeKind::Method(_) | NativeKind::Slot(_))
    }

    /// The type that it belongs to.
    pub fn owner(self) -> Option<TypeId> {
        match self {
            NativeKind::Function | NativeKind::Module(_) => None,
            NativeKind::Method(ty) | NativeKind::Slot(ty) | NativeKind::Static(ty) => Some(ty),
            NativeKind::Attribute { ty, .. } => Some(ty),
        }
    }
}

/// How many positional arguments a native takes (its receiver apart), and the words of the complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// No arguments: `list.clear() takes no arguments (1 given)`.
    None,
    /// One: `len() takes exactly one argument (2 given)`.
    One,
    /// From, to: `pop expected at most 1 argument, got 2`.
    Range(u8, u8),
    /// Checked by the function, which may take keywords too (see [`Args::bind`]).
    Free,
    /// From, to, in the words of a special method: `expected 1 argument, got 0`.
    Slot(u8, u8),
    /// It cannot be called.
    Never,
}

/// A row of a table of built-in functions or methods.
#[derive(Debug)]
pub struct NativeDef {
    /// `__name__`
    pub name: &'static str,
    /// What it is.
    pub kind: NativeKind,
    /// How many arguments.
    pub arity: Arity,
    /// The function.
    pub call: NativeFn,
}

/// A row for a function of the built-ins.
pub const fn function(name: &'static str, arity: Arity, call: NativeFn) -> NativeDef {
    NativeDef { name, kind: NativeKind::Function, arity, call }
}

/// A row for a method of a type.
pub const fn method(ty: TypeId, name: &'static str, arity: Arity, call: NativeFn) -> NativeDef {
    NativeDef { name, kind: NativeKind::Method(ty), arity, call }
}

/// A row for a static or class method of a type.
pub const fn static_method(ty: TypeId, name: &'static str, arity: Arity, call: NativeFn) -> NativeDef {
    NativeDef { name, kind: NativeKind::Static(ty), arity, call }
}

/// Arguments of a native call: positional values, then the values of the keywords in `names`.
#[derive(Clone, Copy, Debug)]
pub struct Args<'a> {
    values: &'a [Value],
    names: &'a [Value],
}

/// The parameters of a native that takes keywords, as [`Args::bind`] wants them.
#[derive(Debug)]
pub struct Signature<const N: usize> {
    /// The function's name in error messages.
    pub function: &'static str,
    /// Parameter names in order.
    pub names: [&'static str; N],
    /// How many of them are positional-only.
    pub positional_only: usize,
    /// How many may be given by position (the rest is keyword-only).
    pub positional: usize,
    /// How many of the first ones must be given.
    pub required: usize,
}

impl<'a> Args<'a> {
    /// Positional arguments only.
    #[inline]
    pub fn positional(values: &'a [Value]) -> Args<'a> {
        Args { values, names: &[] }
    }

    /// The last `names.len()` values belong to the keywords in `names` (strings).
    pub fn with_keywords(values: &'a [Value], names: &'a [Value]) -> Args<'a> {
        Args { values, names }
    }

    /// The positional arguments.
    #[inline]
    pub fn pos(&self) -> &'a [Value] {
        &self.values[..self.values.len() - self.names.len()]
    }

    /// How many positional arguments there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.values.len() - self.names.len()
    }

    /// Whether there are no positional arguments.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The `i`-th positional argument; [`Value::Undef`] when absent.
    #[inline]
    pub fn get(&self, i: usize) -> Value {
        self.pos().get(i).copied().unwrap_or(Value::Undef)
    }

    /// Whether there are keyword arguments.
    #[inline]
    pub fn has_keywords(&self) -> bool {
        !self.names.is_empty()
    }

    /// Keyword arguments: (name, value).
    pub fn keywords(&self) -> impl Iterator<Item = (Value, Value)> + 'a {
        let values = &self.values[self.values.len() - self.names.len()..];
        self.names.iter().copied().zip(values.iter().copied())
    }

    /// The arguments without the first positional one (a method's receiver).
    pub fn rest(&self) -> Args<'a> {
        Args { values: &self.values[1..], names: self.names }
    }

    /// `TypeError` when keywords are given to a function that takes none.
    pub fn no_keywords(&self, vm: &mut Vm, function: &str) -> Result<(), Trap> {
        if self.names.is_empty() {
            return Ok(());
        }
        Err(vm.type_error(format!("{function}() takes no keyword arguments")))
    }

    /// Distributes positional and keyword arguments over parameters; absent ones are [`Value::Undef`].
    /// The complaints are worded as CPython's argument clinic words them.
    pub fn bind<const N: usize>(&self, vm: &mut Vm, sig: &Signature<N>) -> Result<[Value; N], Trap> {
        let mut bound = [Value::Undef; N];
        let given = self.len();
        if given > sig.positional {
            return Err(self.too_many(vm, sig));
        }
        bound[..given].copy_from_slice(self.pos());
        for (name, value) in self.keywords() {
            let Value::Str(r) = name else { continue };
            let text = vm.heap.str(r);
            match sig.names.iter().position(|n| *n == text) {
                Some(i) if i >= sig.positional_only => {
                    if !bound[i].is_undef() {
                        return Err(vm.type_error(format!(
                            "argument for {}() given by name ('{}') and position ({})",
                            sig.function,
                            sig.names[i],
                            i + 1
                        )));
                    }
                    bound[i] = value;
                }
                _ => {
                    let text = text.to_owned();
                    return Err(vm.type_error(format!(
                        "{}() got an unexpected keyword argument '{text}'",
                        sig.function
                    )));
                }
            }
        }
        if let Some(i) = bound[..sig.required].iter().position(|v| v.is_undef()) {
            return Err(self.missing(vm, sig, i));
        }
        Ok(bound)
    }

    fn too_many<const N: usize>(&self, vm: &mut Vm, sig: &Signature<N>) -> Trap {
        let given = self.len() + self.names.len();
        let most = sig.positional;
        let plural = if most == 1 { "" } else { "s" };
        let message = if most == 0 {
            format!("{}() takes no positional arguments", sig.function)
        } else if sig.names.len() == most && sig.required == most {
            format!("{}() takes exactly {most} argument{plural} ({given} given)", sig.function)
        } else if sig.names.len() == most {
            format!("{}() takes at most {most} argument{plural} ({given} given)", sig.function)
        } else if sig.required == most {
            format!(
                "{}() takes exactly {most} positional argument{plural} ({} given)",
                sig.function,
                self.len()
            )
        } else {
            format!(
                "{}() takes at most {most} positional argument{plural} ({} given)",
                sig.function,
                self.len()
            )
        };
        vm.type_error(message)
    }

    fn missing<const N: usize>(&self, vm: &mut Vm, sig: &Signature<N>, i: usize) -> Trap {
        if i < sig.positional_only {
            let least = sig.required.min(sig.positional_only);
            let plural = if least == 1 { "" } else { "s" };
            let bound = if sig.required < sig.positional { "at least" } else { "exactly" };
            return vm.type_error(format!(
                "{}() takes {bound} {least} positional argument{plural} ({} given)",
                sig.function,
                self.len()
            ));
        }
        vm.type_error(format!(
            "{}() missing required argument '{}' (pos {})",
            sig.function,
            sig.names[i],
            i + 1
        ))
    }
}

impl NativeDef {
    /// Checks the number of arguments as the table row says, then calls the function. Part of every call instruction.
    #[inline(always)]
    pub fn invoke(&'static self, vm: &mut Vm, args: Args<'_>) -> R {
        let receiver = matches!(self.kind, NativeKind::Method(_)) as usize;
        if self.arity == Arity::Free {
            if receiver > args.len() {
                return Err(self.unbound(vm));
            }
            return (self.call)(vm, args);
        }
        let ok = match self.arity {
            Arity::None => args.len() == receiver,
            Arity::One => args.len() == receiver + 1,
            Arity::Range(least, most) => {
                (least as usize + receiver..=most as usize + receiver).contains(&args.len())
            }
            Arity::Free => true,
            Arity::Slot(..) | Arity::Never => return self.invoke_special(vm, args),
        };
        if !ok || args.has_keywords() {
            return Err(self.complain(vm, args, receiver));
        }
        (self.call)(vm, args)
    }

    /// The name as error messages show it: `len()`, `list.append()`.
    pub fn display_name(&self) -> String {
        match self.kind {
            NativeKind::Function => self.name.to_owned(),
            NativeKind::Module(module) => format!("{module}.{}", self.name),
            NativeKind::Method(ty)
            | NativeKind::Slot(ty)
            | NativeKind::Static(ty)
            | NativeKind::Attribute { ty, .. } => {
                let class = ty.name().rsplit('.').next().unwrap_or_default();
                format!("{class}.{}", self.name)
            }
        }
    }

    /// As [`NativeDef::invoke`], for special methods that are called by name and for what cannot be called: out of
    /// the way of the rest.
    #[cold]
    #[inline(never)]
    fn invoke_special(&'static self, vm: &mut Vm, args: Args<'_>) -> R {
        let Arity::Slot(least, most) = self.arity else { return Err(self.not_callable(vm)) };
        self.check_slot(vm, args, least, most)?;
        (self.call)(vm, args)
    }

    #[cold]
    fn not_callable(&self, vm: &mut Vm) -> Trap {
        vm.type_error(format!("'{}' object is not callable", self.kind.type_id().name()))
    }

    /// Checks the receiver and the number of arguments of a special method.
    fn check_slot(&self, vm: &mut Vm, args: Args<'_>, least: u8, most: u8) -> Result<(), Trap> {
        let (name, owner) = (self.name, self.kind.owner().unwrap_or(TypeId::Object));
        let ty = owner.name();
        if args.is_empty() {
            return Err(vm.type_error(format!("descriptor '{name}' of '{ty}' object needs an argument")));
        }
        if !vm.type_of(args.get(0)).is_subtype_of(owner) {
            let got = vm.type_name(args.get(0));
            return Err(
                vm.type_error(format!("descriptor '{name}' requires a '{ty}' object but received a '{got}'"))
            );
        }
        if args.has_keywords() {
            return Err(vm.type_error(format!("wrapper {name}() takes no keyword arguments")));
        }
        let given = args.len() - 1;
        if (usize::from(least)..=usize::from(most)).contains(&given) {
            return Ok(());
        }
        let (bound, n) = match given < usize::from(least) {
            _ if least == most => ("", least),
            true => ("at least ", least),
            false => ("at most ", most),
        };
        let plural = if n == 1 { "" } else { "s" };
        // CPython puts the name of a function here, and then has none.
        let name = if most == 1 { "" } else { " " };
        Err(vm.type_error(format!("{name}expected {bound}{n} argument{plural}, got {given}")))
    }

    fn unbound(&self, vm: &mut Vm) -> Trap {
        vm.type_error(format!("unbound method {}() needs an argument", self.display_name()))
    }

    #[cold]
    fn complain(&self, vm: &mut Vm, args: Args<'_>, receiver: usize) -> Trap {
        if args.len() < receiver {
            return self.unbound(vm);
        }
        if args.has_keywords() {
            return vm.type_error(format!("{}() takes no keyword arguments", self.display_name()));
        }
        let given = args.len() - receiver;
        let plural = |n: u8| if n == 1 { "" } else { "s" };
        vm.type_error(match self.arity {
            Arity::None => format!("{}() takes no arguments ({given} given)", self.display_name()),
            Arity::One => format!("{}() takes exactly one argument ({given} given)", self.display_name()),
            Arity::Range(n, m) if n == m => {
                format!("{} expected {n} argument{}, got {given}", self.name, plural(n))
            }
            Arity::Range(n, _) if given < n as usize => {
                format!("{} expected at least {n} argument{}, got {given}", self.name, plural(n))
            }
            Arity::Range(_, m) => {
                format!("{} expected at most {m} argument{}, got {given}", self.name, plural(m))
            }
            Arity::Free | Arity::Slot(..) | Arity::Never => {
                unreachable!("these are not complained about here")
            }
        })
    }
}
