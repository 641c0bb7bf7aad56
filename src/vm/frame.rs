//! What can be on the machine's stack.

use std::rc::Rc;

use super::flow::Task;
use super::heap::Tracer;
use super::machine::CodeId;
use super::types::dict::Dict;
use super::types::generator::Generator;
use super::types::tuple::Tuple;
use super::value::{Ref, Value};
use crate::bytecode::{CompileError, CompileOptions, Reg, Source};

/// A frame.
pub enum Frame {
    /// A Python body. May be on top of anything.
    Py(PyFrame),
    /// A task. On top of a Python frame or of a task that awaits it.
    Task(TaskFrame),
}

/// The activation of a code object.
#[derive(Clone, Debug)]
pub struct PyFrame {
    /// What runs.
    pub code: CodeId,
    /// The next instruction; while the frame is not on top, the one after the call.
    pub pc: u32,
    /// Where its window starts on the value stack.
    pub base: u32,
    /// Where its result goes.
    pub on_return: OnReturn,
    /// Module globals.
    pub globals: Ref<Dict>,
    /// Cells of the function's closure.
    pub closure: Option<Ref<Tuple>>,
    /// The generator it belongs to.
    pub generator: Option<Ref<Generator>>,
    /// What few frames have.
    pub extra: Option<Box<FrameExtra>>,
}

/// What few frames have.
#[derive(Clone, Debug, Default)]
pub struct FrameExtra {
    /// Locals mapping of `exec`/`eval` with separate locals.
    pub locals: Option<Ref<Dict>>,
    /// Locals that did not fit the window.
    pub spill: Vec<Value>,
}

/// Where a frame's result goes: to the frame beneath it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnReturn {
    /// Into a register of the Python frame beneath.
    Register(Reg),
    /// Nowhere; the Python frame beneath goes on.
    Discard,
    /// A tuple whose elements go into this many registers from the first on.
    Spread(Reg, u8),
    /// The negated truth of it into a register.
    NotInto(Reg),
    /// `for`: into the register, or to the instruction when it is exhausted.
    ForIter(Reg, u32),
    /// A conditional jump to the instruction when its truth equals the flag.
    JumpIf(bool, u32),
    /// To the task beneath, as [`super::flow::Resume::Value`].
    Task,
    /// As `Task`; `StopIteration` counts as exhausted.
    TaskNext,
    /// It is the run's result: this is the bottom frame.
    Program,
}

/// A task on the stack.
pub struct TaskFrame {
    /// The task.
    pub task: Box<dyn Task>,
    /// Where its result goes.
    pub on_return: OnReturn,
}

/// A native's request that needs the frames: it is answered by the machine.
#[derive(Debug)]
pub enum FrameRequest {
    /// `globals()` of the calling Python frame.
    Globals,
    /// `locals()` of the calling Python frame.
    Locals,
    /// Compile a text (unless that has failed already) and run it.
    Execute {
        /// The text.
        source: Rc<Source>,
        /// How to compile it; `separate_locals` is set by the machine.
        options: CompileOptions,
        /// Globals, or those of the calling frame.
        globals: Option<Ref<Dict>>,
        /// Locals, or those of the calling frame (unless globals are given).
        locals: Option<Ref<Dict>>,
    },
    /// Raise a `SyntaxError`.
    SyntaxError(Rc<CompileError>),
    /// `sys._getframe`-like depth of Python frames, for `sys.setrecursionlimit`.
    Depth,
    /// `sys.exc_info()` as a tuple.
    Handled,
}

impl PyFrame {
    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.globals);
        tracer.option(self.closure);
        tracer.option(self.generator);
        if let Some(extra) = &self.extra {
            tracer.option(extra.locals);
            for &v in &extra.spill {
                tracer.value(v);
            }
        }
    }
}

impl std::fmt::Debug for TaskFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Task -> {:?}", self.on_return)
    }
}

impl TaskFrame {
    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        self.task.trace(tracer);
    }
}
