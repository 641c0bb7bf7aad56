//! What can be on the machine's stack.

use std::rc::Rc;

use super::flow::Task;
use super::heap::Tracer;
use super::machine::CodeId;
use super::types::dict::Dict;
use super::types::exception::Exception;
use super::types::function::Function;
use super::types::generator::Generator;
use super::value::{Ref, Value};
use crate::bytecode::{CompileOptions, Reg, Source};

/// The activation of a code object. Plain data, so that a call writes it in place and a return forgets it.
#[derive(Clone, Copy, Debug)]
pub struct PyFrame {
    /// What runs.
    pub code: CodeId,
    /// The next instruction; while the frame is not on top, the one after the call.
    pub pc: u32,
    /// Where its window starts on the value stack.
    pub base: u32,
    /// The function that was called.
    pub function: Option<Ref<Function>>,
    /// What happens when it is popped.
    pub ending: Ending,
}

/// What happens when a frame is popped.
#[derive(Clone, Copy, Debug)]
pub enum Ending {
    /// Its result goes into this register of the Python frame beneath, and that is all: what most calls are,
    /// and written with two stores.
    Quick(Reg),
    /// There may be more to it.
    Full {
        /// Where its result goes.
        on_return: OnReturn,
        /// The generator it belongs to.
        generator: Option<Ref<Generator>>,
        /// Whether it needs a closer look: a [`FrameExtra`] belongs to it, or the collector has scanned the
        /// frame beneath.
        closer_look: bool,
    },
}

impl Ending {
    /// Of a frame that is not a generator's.
    pub fn into(on_return: OnReturn) -> Ending {
        match on_return {
            OnReturn::Register(dst) => Ending::Quick(dst),
            on_return => Ending::Full { on_return, generator: None, closer_look: false },
        }
    }

    /// Of a generator's frame.
    pub fn of_generator(generator: Ref<Generator>, on_return: OnReturn) -> Ending {
        Ending::Full { on_return, generator: Some(generator), closer_look: false }
    }

    fn and_closer_look(self) -> Ending {
        match self {
            Ending::Quick(dst) => {
                Ending::Full { on_return: OnReturn::Register(dst), generator: None, closer_look: true }
            }
            Ending::Full { on_return, generator, .. } => {
                Ending::Full { on_return, generator, closer_look: true }
            }
        }
    }
}

impl PyFrame {
    /// Where its result goes.
    pub fn on_return(&self) -> OnReturn {
        match self.ending {
            Ending::Quick(dst) => OnReturn::Register(dst),
            Ending::Full { on_return, .. } => on_return,
        }
    }

    /// The generator it belongs to.
    pub fn generator(&self) -> Option<Ref<Generator>> {
        match self.ending {
            Ending::Quick(_) => None,
            Ending::Full { generator, .. } => generator,
        }
    }

    fn needs_closer_look(&self) -> bool {
        matches!(self.ending, Ending::Full { closer_look: true, .. })
    }
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
    /// Storage; the first `depth` are in use. Never more than the recursion limit allows, so that a call that
    /// finds a slot need not ask.
    slots: Vec<PyFrame>,
    /// The recursion limit.
    limit: usize,
    depth: usize,
    /// Tasks, each with the number of Python frames beneath it.
    tasks: Vec<(TaskFrame, usize)>,
    /// Extras of those frames in use that have one, in order, with the number of frames beneath.
    extras: Vec<(FrameExtra, usize)>,
    /// How much the collection under way has scanned, from the bottom. Never what is on top, and never what
    /// has been on top since.
    scanned: Scanned,
}

/// Counts of frames, extras and tasks.
#[derive(Clone, Copy, Debug, Default)]
struct Scanned {
    frames: usize,
    extras: usize,
    tasks: usize,
}

/// Slots that are made at first.
const FIRST_SLOTS: usize = 16;

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

    /// Sets the recursion limit, which must not be below the depth.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.slots.truncate(limit.max(self.depth));
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

    /// The topmost Python frame, which calls, and the slot for the frame of what it calls, if there is one: the caller
    /// fills every field of it before [`Frames::enter`].
    #[inline(always)]
    pub fn caller_and_slot(&mut self) -> Option<(&mut PyFrame, &mut PyFrame)> {
        match self.slots.get_mut(..self.depth + 1) {
            Some([.., caller, slot]) => Some((caller, slot)),
            _ => None,
        }
    }

    /// Takes the slot that [`Frames::caller_and_slot`] gave into use.
    #[inline(always)]
    pub fn enter(&mut self) {
        self.depth += 1;
    }

    /// Takes the next slot into use; the caller fills every field of it.
    #[inline]
    fn push_slot(&mut self) -> &mut PyFrame {
        let at = self.depth;
        if at >= self.slots.len() {
            self.grow();
        }
        self.depth = at + 1;
        &mut self.slots[at]
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let blank = PyFrame { code: CodeId(0), pc: 0, base: 0, function: None, ending: Ending::Quick(0) };
        let len = (self.slots.len() * 2).max(FIRST_SLOTS).min(self.limit).max(self.depth + 1);
        self.slots.resize(len, blank);
    }

    /// Pushes a whole frame, with its extra if it has one.
    pub fn push(&mut self, frame: PyFrame, extra: Option<FrameExtra>) {
        let mut ending = frame.ending;
        if let Some(extra) = extra {
            self.extras.push((extra, self.depth));
            ending = ending.and_closer_look();
        }
        *self.push_slot() = PyFrame { ending, ..frame };
    }

    /// Drops the topmost Python frame, which must be on top, if its result goes to a register of the frame
    /// beneath and nothing else happens: that register, and the frame beneath.
    #[inline(always)]
    pub fn pop_quick(&mut self) -> Option<(Reg, &PyFrame)> {
        let Some([.., below, top]) = self.slots.get(..self.depth) else { return None };
        let Ending::Quick(dst) = top.ending else { return None };
        self.depth -= 1;
        Some((dst, below))
    }

    /// The frame above `depth` has been popped and has asked for this.
    #[cold]
    #[inline(never)]
    fn look_closer(&mut self) -> Option<FrameExtra> {
        let extra = match self.extras.last() {
            Some((_, beneath)) if *beneath == self.depth => self.extras.pop().map(|(extra, _)| extra),
            _ => None,
        };
        // The frame that is on top now will change.
        let scanned = &mut self.scanned;
        scanned.frames = scanned.frames.min(self.depth.saturating_sub(1));
        while scanned.extras > 0
            && self.extras.get(scanned.extras - 1).is_none_or(|(_, beneath)| *beneath >= scanned.frames)
        {
            scanned.extras -= 1;
        }
        extra
    }

    /// The task that the topmost Python frame, which must be on top, yields its values to.
    #[inline]
    pub fn consumer(&mut self) -> Option<&mut TaskFrame> {
        let beneath = self.depth.wrapping_sub(1);
        if self.slots.get(beneath)?.on_return() != OnReturn::TaskNext {
            return None;
        }
        self.tasks.last_mut().filter(|(_, at)| *at == beneath).map(|(task, _)| task)
    }

    /// Drops the topmost Python frame, which must be on top, if it is a generator's that the frame beneath loops
    /// over and needs no closer look: the generator, the register for the item, and the frame beneath.
    #[inline(always)]
    pub fn pop_generator(&mut self) -> Option<(Ref<Generator>, Reg, &PyFrame)> {
        let Some([.., below, top]) = self.slots.get(..self.depth) else { return None };
        let Ending::Full {
            on_return: OnReturn::ForIter(reg, _),
            generator: Some(generator),
            closer_look: false,
        } = top.ending
        else {
            return None;
        };
        self.depth -= 1;
        Some((generator, reg, below))
    }

    /// Takes the topmost Python frame, which must be on top, with its extra.
    pub fn take(&mut self) -> (PyFrame, Option<FrameExtra>) {
        self.depth -= 1;
        let frame = self.slots[self.depth];
        (frame, if frame.needs_closer_look() { self.look_closer() } else { None })
    }

    /// The extra of the topmost Python frame.
    pub fn extra(&mut self) -> Option<&mut FrameExtra> {
        let top = self.depth.wrapping_sub(1);
        self.extras.last_mut().filter(|(_, beneath)| *beneath == top).map(|(extra, _)| extra)
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
        let popped = self.tasks.pop();
        // The task that is topmost now may be stepped next.
        self.scanned.tasks = self.scanned.tasks.min(self.tasks.len().saturating_sub(1));
        popped.map(|(task, _)| task)
    }

    /// The Python frames in use, the outermost first.
    pub fn python_frames(&self) -> &[PyFrame] {
        &self.slots[..self.depth]
    }

    /// Drops everything and all memory but that of a few frames.
    pub fn clear(&mut self) {
        self.depth = 0;
        self.slots.truncate(FIRST_SLOTS);
        self.slots.shrink_to(FIRST_SLOTS);
        self.tasks.clear();
        self.extras.clear();
        self.scanned = Scanned::default();
    }

    /// The tasks in use, the outermost first.
    pub fn tasks_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut TaskFrame> {
        self.tasks.iter_mut().map(|(task, _)| task)
    }

    /// Drops up to `budget` frames, from the top; true when none is left.
    pub fn drop_some(&mut self, budget: usize) -> bool {
        self.tasks.truncate(self.tasks.len().saturating_sub(budget));
        self.extras.truncate(self.extras.len().saturating_sub(budget));
        self.depth = self.depth.saturating_sub(budget);
        self.depth == 0 && self.tasks.is_empty() && self.extras.is_empty()
    }

    /// Bytes that the frames take; what a task allocates for itself apart.
    pub fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<PyFrame>()
            + self.tasks.capacity() * size_of::<(TaskFrame, usize)>()
            + self.tasks.len() * TASK_BYTES
            + self.extras.capacity() * size_of::<(FrameExtra, usize)>()
    }

    /// A collection begins: nothing has been scanned.
    pub(super) fn begin_scan(&mut self) {
        self.scanned = Scanned::default();
    }

    /// Reports what frames and tasks beneath the top hold, going on where the last call stopped, up to about
    /// `budget` values. `registers` reports those of a frame. True when all of it has been reported.
    pub(super) fn scan_waiting(
        &mut self,
        tracer: &mut Tracer<'_>,
        budget: usize,
        mut registers: impl FnMut(&mut Tracer<'_>, &PyFrame) -> usize,
    ) -> bool {
        let mut left = budget;
        let (frames, tasks) = (self.depth.saturating_sub(1), self.tasks.len().saturating_sub(1));
        while self.scanned.frames < frames && left > 0 {
            let at = self.scanned.frames;
            let frame = &self.slots[at];
            frame.trace(tracer);
            left = left.saturating_sub(4 + registers(tracer, frame));
            if let Some((extra, beneath)) = self.extras.get(self.scanned.extras)
                && *beneath == at
            {
                extra.trace(tracer);
                left = left.saturating_sub(extra.spill.len());
                self.scanned.extras += 1;
            }
            // Should the frame above be popped, this one runs again.
            let above = &mut self.slots[at + 1];
            above.ending = above.ending.and_closer_look();
            self.scanned.frames += 1;
        }
        while self.scanned.tasks < tasks && left > 0 {
            self.tasks[self.scanned.tasks].0.task.trace(tracer);
            left = left.saturating_sub(8);
            self.scanned.tasks += 1;
        }
        self.scanned.frames >= frames && self.scanned.tasks >= tasks
    }

    /// Reports what [`Frames::scan_waiting`] leaves out: the topmost frame and task.
    pub(super) fn scan_running(
        &self,
        tracer: &mut Tracer<'_>,
        mut registers: impl FnMut(&mut Tracer<'_>, &PyFrame) -> usize,
    ) {
        for frame in &self.slots[self.scanned.frames..self.depth] {
            frame.trace(tracer);
            registers(tracer, frame);
        }
        for (extra, _) in &self.extras[self.scanned.extras..] {
            extra.trace(tracer);
        }
        for (task, _) in &self.tasks[self.scanned.tasks..] {
            task.task.trace(tracer);
        }
    }
}

/// What a task is taken to weigh: few are larger.
const TASK_BYTES: usize = 96;

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
    /// `sys.setrecursionlimit`: at most so many Python frames from now on.
    LimitDepth(usize),
}

impl PyFrame {
    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.code(self.code);
        tracer.option(self.function);
        tracer.option(self.generator());
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
