//! Generators: frames that are kept instead of dropped.

use super::{PLAIN, TypeSpec};
use crate::vm::exceptions;
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::frame::{FrameExtra, FrameRequest, PyFrame};
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::native::{Args, Arity, NativeDef, method};
use crate::vm::type_id::TypeId;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// A generator (today: of a generator expression).
#[derive(Clone, Debug)]
pub struct Generator {
    /// Where it stands.
    pub state: GeneratorState,
    /// Its frame while it is suspended; the base is set anew when it is resumed.
    pub frame: PyFrame,
    /// What few frames have.
    pub extra: Option<Box<FrameExtra>>,
    /// Its registers while it is suspended. The memory stays while it runs.
    pub registers: Box<[Value]>,
    /// `__name__`
    pub name: Value,
    /// `__qualname__`
    pub qualname: Value,
}

/// Where a generator stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneratorState {
    /// None of its instructions has been executed.
    Created,
    /// At a `yield`.
    Suspended,
    /// On the machine's stack.
    Running,
    /// Returned or raised.
    Finished,
}

impl Generator {
    /// Ends it: it never runs again and holds nothing any more.
    pub fn finish(&mut self) {
        self.state = GeneratorState::Finished;
        self.registers = Box::new([]);
        self.extra = None;
    }
}

/// Puts the registers of a suspended generator into a window and marks it as running. Its frame, the base and
/// what happens when it is popped apart; `None` when there is more to see to.
#[inline]
pub fn resume(vm: &mut Vm, r: Ref<Generator>, window: &mut [Value]) -> Option<PyFrame> {
    let generator = vm.heap.change(r);
    if !matches!(generator.state, GeneratorState::Created | GeneratorState::Suspended)
        || generator.extra.is_some()
    {
        return None;
    }
    generator.state = GeneratorState::Running;
    window[..generator.registers.len()].copy_from_slice(&generator.registers);
    Some(generator.frame)
}

/// Takes the registers of a generator that yields out of its window again.
#[inline]
pub fn suspend(vm: &mut Vm, r: Ref<Generator>, pc: u32, window: &[Value]) {
    let generator = vm.heap.change(r);
    generator.state = GeneratorState::Suspended;
    generator.frame.pc = pc;
    let count = generator.registers.len();
    generator.registers.copy_from_slice(&window[..count]);
}

impl HeapObject for Generator {
    fn payload_bytes(&self) -> usize {
        size_of_val(&*self.registers)
    }

    fn trace(&self, tracer: &mut Tracer<'_>, from: usize) -> Option<usize> {
        tracer.value(self.name);
        tracer.value(self.qualname);
        self.frame.trace(tracer);
        if let Some(extra) = &self.extra {
            extra.trace(tracer);
        }
        match self.state {
            GeneratorState::Created | GeneratorState::Suspended => tracer.slice(&self.registers, from),
            _ => None,
        }
    }
}

/// What generators bring to the registry.
pub const SPEC: TypeSpec = TypeSpec {
    methods: METHODS,
    attribute: Some(attribute),
    attribute_names: &["__name__", "__qualname__", "gi_running", "gi_suspended", "gi_yieldfrom"],
    set_attribute: Some(set_attribute),
    ..PLAIN
};

static METHODS: &[NativeDef] = &[
    method(TypeId::Generator, "close", Arity::None, close),
    method(TypeId::Generator, "send", Arity::One, send),
    method(TypeId::Generator, "throw", Arity::Range(1, 3), throw),
];

fn attribute(vm: &mut Vm, obj: Value, name: &str) -> R<Option<Value>> {
    let Value::Generator(g) = obj else { return Ok(None) };
    let generator = vm.heap.get(g);
    Ok(Some(match name {
        "__name__" => generator.name,
        "__qualname__" => generator.qualname,
        "gi_running" => Value::Bool(generator.state == GeneratorState::Running),
        "gi_suspended" => Value::Bool(generator.state == GeneratorState::Suspended),
        "gi_yieldfrom" => Value::None,
        _ => return Ok(None),
    }))
}

fn set_attribute(vm: &mut Vm, obj: Value, name: &str, v: Option<Value>) -> R<()> {
    let Value::Generator(g) = obj else { unreachable!("the registry sends generators here") };
    match (name, v) {
        ("__name__", Some(v @ Value::Str(_))) => vm.heap.get_mut(g).name = v,
        ("__qualname__", Some(v @ Value::Str(_))) => vm.heap.get_mut(g).qualname = v,
        ("__name__" | "__qualname__", _) => {
            return Err(vm.type_error(format!("{name} must be set to a string object")));
        }
        _ => {
            let message = format!(
                "'generator' object has no attribute '{name}' and no __dict__ for setting new attributes"
            );
            return Err(vm.raise(TypeId::AttributeError, message));
        }
    }
    Ok(())
}

fn receiver(vm: &mut Vm, args: Args<'_>, name: &str) -> R<Ref<Generator>> {
    match args.get(0) {
        Value::Generator(g) => Ok(g),
        other => {
            let got = vm.type_name(other);
            Err(vm.type_error(format!(
                "descriptor '{name}' for 'generator' objects doesn't apply to a '{got}' object"
            )))
        }
    }
}

/// `g.send(v)`
fn send(vm: &mut Vm, args: Args<'_>) -> R {
    let generator = receiver(vm, args, "send")?;
    let fresh = vm.heap.get(generator).state == GeneratorState::Created;
    if fresh && !args.get(1).is_none() {
        return Err(vm.type_error("can't send non-None value to a just-started generator"));
    }
    Ok(Flow::task(Advance { generator }))
}

/// `g.throw(exc)`
fn throw(vm: &mut Vm, args: Args<'_>) -> R {
    let generator = receiver(vm, args, "throw")?;
    let exc = match (args.get(1), args.get(2)) {
        (Value::Exception(e), Value::Undef | Value::None) => e,
        (Value::Exception(_), _) => {
            return Err(vm.type_error("instance exception may not have a separate value"));
        }
        (Value::Type(ty), v) if ty.is_exception() => match v {
            Value::Exception(e) if vm.heap.get(e).ty.is_subtype_of(ty) => e,
            Value::Undef | Value::None => exceptions::instance(vm, Value::Type(ty), "")?,
            v => match super::exception::construct(vm, ty, Args::positional(&[v]))? {
                Flow::Value(Value::Exception(e)) => e,
                _ => unreachable!("built-in exceptions are made at once"),
            },
        },
        (other, _) => {
            let got = vm.type_name(other);
            return Err(vm.type_error(format!(
                "exceptions must be classes or instances deriving from BaseException, not {got}"
            )));
        }
    };
    match vm.heap.get(generator).state {
        GeneratorState::Running => Err(vm.value_error("generator already executing")),
        GeneratorState::Suspended => Ok(Flow::Frame(Box::new(FrameRequest::Throw { generator, exc }))),
        _ => {
            vm.heap.get_mut(generator).finish();
            Err(crate::vm::flow::Trap::Raise(exc))
        }
    }
}

/// `g.close()`. The body of a generator expression cannot catch `GeneratorExit`, so it is just over.
fn close(vm: &mut Vm, args: Args<'_>) -> R {
    let generator = receiver(vm, args, "close")?;
    if vm.heap.get(generator).state == GeneratorState::Running {
        return Err(vm.value_error("generator already executing"));
    }
    vm.heap.get_mut(generator).finish();
    value(Value::None)
}

/// Resumes a generator; `StopIteration` when it is exhausted.
struct Advance {
    generator: Ref<Generator>,
}

impl Task for Advance {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        match resume {
            Resume::Value(Value::Undef) => Err(vm.raise(TypeId::StopIteration, "")),
            Resume::Value(v) => Ok(Step::Done(v)),
            _ => Ok(Step::Await(Flow::Resume(self.generator))),
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.generator);
    }
}
