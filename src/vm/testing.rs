//! For unit tests: a run without a program, whose natives are called one by one.

use std::rc::Rc;

use super::flow::{Flow, R, Resume, Step, Task, Trap};
use super::native::Args;
use super::type_id::TypeId;
use super::types;
use super::value::Value;
use super::vm::Vm;
use crate::bytecode::{Code, CompileError, CompileOptions, Compiler, Source};

struct NoCompiler;

impl Compiler for NoCompiler {
    fn compile(&self, _: Rc<Source>, _: CompileOptions) -> Result<Rc<Code>, CompileError> {
        unreachable!("these tests run no programs")
    }
}

/// A run's state without a program.
pub fn vm() -> Vm {
    Vm::new(Rc::new(NoCompiler), usize::MAX)
}

/// The value that a flow comes to, stepping its tasks with little fuel; the type of the exception if it
/// raises.
pub fn settle(vm: &mut Vm, flow: R) -> Result<Value, TypeId> {
    let mut answer = flow;
    loop {
        match answer {
            Ok(Flow::Value(v)) => return Ok(v),
            Ok(Flow::Task(task)) => answer = run(vm, *task),
            Ok(other) => panic!("nothing in these tests needs a frame: {other:?}"),
            Err(Trap::Raise(exc)) => return Err(vm.heap.get(exc).ty),
            Err(Trap::Kill) => panic!("nothing kills these runs"),
        }
    }
}

fn run(vm: &mut Vm, mut task: Box<dyn Task>) -> R {
    let mut resume = Resume::Start;
    loop {
        vm.fuel = 5;
        resume = match task.step(vm, resume)? {
            Step::Done(v) => return Ok(Flow::Value(v)),
            Step::Become(flow) => return Ok(flow),
            Step::Yield => Resume::Start,
            Step::Await(flow) | Step::Next(flow) => match settle(vm, Ok(flow)) {
                Ok(v) => Resume::Value(v),
                Err(ty) => return Err(vm.raise(ty, "")),
            },
            Step::Host(request) => panic!("nothing in these tests needs the host: {request:?}"),
        };
    }
}

/// Calls a method of a type; the receiver comes first.
pub fn call(vm: &mut Vm, ty: TypeId, name: &str, args: &[Value]) -> Result<Value, TypeId> {
    let def = types::method(ty, name).expect("the type has the method");
    let flow = def.invoke(vm, Args::positional(args));
    settle(vm, flow)
}
