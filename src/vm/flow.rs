//! How a native function answers: with a value, or by asking the machine for something it must not do
//! itself on the native stack.

use super::frame::FrameRequest;
use super::heap::Tracer;
use super::types::exception::Exception;
use super::types::generator::Generator;
use super::value::{Ref, Value};
use super::vm::Vm;

/// The answer of a native function.
pub enum Flow {
    /// The result. For `next`-like functions, [`Value::Undef`] means "exhausted".
    Value(Value),
    /// Call [`Vm::callee`] with the arguments in [`Vm::call_args`]; its result is the answer.
    Call,
    /// Resume this generator; what it yields is the answer, [`Value::Undef`] when it returns.
    Resume(Ref<Generator>),
    /// Run this task; its result is the answer.
    Task(Box<Box<dyn Task>>),
    /// Something that needs the machine's frames.
    Frame(Box<FrameRequest>),
}

impl Flow {
    /// The answer of a task.
    pub fn task(task: impl Task) -> Flow {
        Flow::Task(Box::new(Box::new(task)))
    }

    /// The answer of a callable.
    pub fn call(vm: &mut Vm, callee: Value, args: &[Value]) -> Flow {
        vm.callee = callee;
        vm.call_names.clear();
        vm.call_args.clear();
        vm.call_args.extend_from_slice(args);
        Flow::Call
    }
}

impl std::fmt::Debug for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Flow::Value(v) => write!(f, "Value({v:?})"),
            Flow::Call => write!(f, "Call"),
            Flow::Resume(g) => write!(f, "Resume({g:?})"),
            Flow::Task(_) => write!(f, "Task"),
            Flow::Frame(_) => write!(f, "Frame"),
        }
    }
}

/// Why a function did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trap {
    /// It raised.
    Raise(Ref<Exception>),
    /// The run must end (its reason is in [`Vm::killed`]); no handler in the script sees it.
    Kill,
}

/// The result of a native function, or of an operation that may have to call back into Python.
pub type R<T = Flow> = Result<T, Trap>;

// No tag beside the value's own, which every native would write and every caller read.
const _: () = assert!(size_of::<R>() == 16, "the answer of a native function is two words");

/// Shorthand for a plain result.
#[inline]
pub fn value(v: Value) -> R {
    Ok(Flow::Value(v))
}

/// Work that calls back into Python or takes longer than one step should: a frame of its own on the
/// machine's stack, advanced by [`Task::step`].
pub trait Task: 'static {
    /// Goes on. The first call gets [`Resume::Start`]; after [`Step::Await`] or [`Step::Next`] the answer
    /// comes as [`Resume::Value`]; after [`Step::Yield`] comes [`Resume::Start`] again. Each step must be
    /// bounded: charge [`Vm::charge`] and return [`Step::Yield`] when [`Vm::out_of_fuel`].
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step>;

    /// Offers the next value of the generator that was asked for by [`Step::Next`], while it is still running. A
    /// task that takes it at once and only wants the next one says true, and the generator goes on as if it had
    /// been left and resumed; otherwise nothing has happened.
    fn feed(&mut self, vm: &mut Vm, v: Value) -> bool {
        let _ = (vm, v);
        false
    }

    /// Reports every value the task holds.
    fn trace(&self, tracer: &mut Tracer<'_>);

    /// The run is killed, and the heap lives on as that of a session: puts back what was taken out of objects for the
    /// time of the work. Only what can be done at once.
    fn abandon(&mut self, vm: &mut Vm) {
        let _ = vm;
    }

    /// Whether an exception of an awaited flow comes back as [`Resume::Raised`] instead of ending the task.
    fn catches(&self) -> bool {
        false
    }
}

/// What a task gets when it is stepped.
#[derive(Clone, Copy, Debug)]
pub enum Resume {
    /// It starts, or goes on after [`Step::Yield`].
    Start,
    /// The answer to its request.
    Value(Value),
    /// Its request raised (only for tasks that [`Task::catches`]).
    Raised(Ref<Exception>),
}

/// What a task wants next.
#[derive(Debug)]
pub enum Step {
    /// It is done; its result.
    Done(Value),
    /// It is done, and its result is that of another flow (a tail call).
    Become(Flow),
    /// It needs the answer of a flow.
    Await(Flow),
    /// As `Await` for the next value of an iterator: `StopIteration` comes as [`Value::Undef`].
    Next(Flow),
    /// It wants to go on, but the fuel is used up.
    Yield,
    /// The host must do something first; then it is stepped with [`Resume::Start`].
    Host(HostRequest),
}

/// What only the host can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostRequest {
    /// Wait until this instant.
    Sleep(std::time::Instant),
    /// Provide standard input.
    ReadStdin,
}
