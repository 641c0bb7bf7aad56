//! What can be on the machine's stack.

use std::rc::Rc;

use super::flow::Task;
use super::heap::Tracer;
use super::machine::CodeId;
use super::types::dict::Dict;
use super::types::exception::Exception;
use super::types::generator::Generator;
use super::types::tuple::Tuple;
use super::value::{Ref, Value};
use crate::bytecode::{CompileError, CompileOptions, Reg, Source};

/// The activation of a code object. Plain data, so that a call writes it in place and a return forgets it.
#[derive(Clone, Copy, Debug)]
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
    /// Whether a [`FrameExtra`] belongs to it.
    pub has_extra: bool,
}

/// What few frames have.
#[derive(Clone, Debug, Default)]
pub struct FrameExtra {
    /// Locals mapping of `exec`/`eval` with separate locals.
    pub locals: Option<Ref<Dict>>,
    /// Locals that did not fit the window.
    pub spill: Vec<Value>,
}

/// The frames of a run: Python frames, and the tasks that lie between them.
#[derive(Default)]
pub struct Frames {
    /// Storage; the first `depth` are in use.
    slots: Vec<PyFrame>,
    depth: usize,
    /// Tasks, each with the number of Python frames beneath it.
    tasks: Vec<(TaskFrame, usize)>,
    /// Extras of those frames in use that have one, in order.
    extras: Vec<FrameExtra>,
}

/// What is on top of the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Top {
    /// Nothing: the program is over.
    Nothing,
    /// A Python body. May be on top of anything.
    Python,
    /// A task. On top of a Python frame or of a task that awaits it.
    Task,
}

impl Frames {
    /// What is on top.
    #[inline]
    pub fn top(&self) -> Top {
        match self.tasks.last() {
            Some((_, beneath)) if *beneath == self.depth => Top::Task,
            _ if self.depth == 0 => Top::Nothing,
            _ => Top::Python,
        }
    }

    /// Python frames in use.
    #[inline]
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Frames of any kind in use.
    pub fn len(&self) -> usize {
        self.depth + self.tasks.len()
    }

    /// The topmost Python frame, tasks above it or not.
    #[inline]
    pub fn python(&self) -> Option<&PyFrame> {
        self.slots.get(self.depth.wrapping_sub(1))
    }

    /// As [`Frames::python`], to change it.
    #[inline]
    pub fn python_mut(&mut self) -> Option<&mut PyFrame> {
        self.slots.get_mut(self.depth.wrapping_sub(1))
    }

    /// Takes the next slot into use; the caller fills every field of it.
    #[inline]
    pub fn push_slot(&mut self, blank: Ref<Dict>) -> &mut PyFrame {
        if self.depth == self.slots.len() {
            self.grow(blank);
        }
        self.depth += 1;
        &mut self.slots[self.depth - 1]
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, globals: Ref<Dict>) {
        let blank = PyFrame {
            code: CodeId(0),
            pc: 0,
            base: 0,
            on_return: OnReturn::Discard,
            globals,
            closure: None,
            generator: None,
            has_extra: false,
        };
        self.slots.resize(self.slots.len() * 2 + 16, blank);
    }

    /// Pushes a whole frame, with its extra if it has one.
    pub fn push(&mut self, frame: PyFrame, extra: Option<FrameExtra>) {
        let has_extra = extra.is_some();
        self.extras.extend(extra);
        *self.push_slot(frame.globals) = PyFrame { has_extra, ..frame };
    }

    /// Drops the topmost Python frame, which must be on top.
    #[inline]
    pub fn pop(&mut self) {
        self.depth -= 1;
        if self.slots[self.depth].has_extra {
            self.extras.pop();
        }
    }

    /// Takes the topmost Python frame, which must be on top, with its extra.
    pub fn take(&mut self) -> (PyFrame, Option<FrameExtra>) {
        self.depth -= 1;
        let frame = self.slots[self.depth];
        (frame, if frame.has_extra { self.extras.pop() } else { None })
    }

    /// The extra of the topmost Python frame.
    pub fn extra(&mut self) -> Option<&mut FrameExtra> {
        if !self.python()?.has_extra {
            return None;
        }
        self.extras.last_mut()
    }

    /// Pushes a task.
    pub fn push_task(&mut self, task: TaskFrame) {
        self.tasks.push((task, self.depth));
    }

    /// The task on top.
    pub fn task(&mut self) -> Option<&mut TaskFrame> {
        if self.top() != Top::Task {
            return None;
        }
        self.tasks.last_mut().map(|(task, _)| task)
    }

    /// Takes the task on top.
    pub fn pop_task(&mut self) -> Option<TaskFrame> {
        if self.top() != Top::Task {
            return None;
        }
        self.tasks.pop().map(|(task, _)| task)
    }

    /// The Python frames in use, the outermost first.
    pub fn python_frames(&self) -> &[PyFrame] {
        &self.slots[..self.depth]
    }

    /// Drops everything but keeps the memory.
    pub fn clear(&mut self) {
        self.depth = 0;
        self.tasks.clear();
        self.extras.clear();
    }

    /// Drops up to `budget` frames, from the top; true when none is left.
    pub fn drop_some(&mut self, budget: usize) -> bool {
        self.tasks.truncate(self.tasks.len().saturating_sub(budget));
        self.depth = self.depth.saturating_sub(budget);
        self.depth == 0 && self.tasks.is_empty()
    }

    /// Reports what the frames hold, their registers apart.
    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        for frame in self.python_frames() {
            frame.trace(tracer);
        }
        for extra in &self.extras {
            extra.trace(tracer);
        }
        for (task, _) in &self.tasks {
            task.task.trace(tracer);
        }
    }
}

impl std::fmt::Debug for Frames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.python_frames()).finish()
    }
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
    /// Raise an exception where a suspended generator stands.
    Throw {
        /// The generator; it has been started and is not over.
        generator: Ref<Generator>,
        /// The exception.
        exc: Ref<Exception>,
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
    }
}

impl FrameExtra {
    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.option(self.locals);
        for &v in &self.spill {
            tracer.value(v);
        }
    }
}

impl std::fmt::Debug for TaskFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Task -> {:?}", self.on_return)
    }
}
