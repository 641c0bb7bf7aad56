//! [`Machine`]: the stacks of a run, and how values and exceptions travel between frames.
//!
//! The dispatch loop is in [`super::dispatch`]; here is what happens at its edges: linking code, pushing
//! and popping frames, delivering results, unwinding, tasks, collection of garbage.

use std::cell::Cell;
use std::rc::Rc;

use super::flow::{Flow, HostRequest, R, Resume, Step, Trap};
use super::frame::{Ending, FrameExtra, FrameRequest, Frames, OnReturn, PyFrame, TaskFrame, Top};
use super::heap::{CodeRoots, Roots, Tracer};
use super::native::NativeDef;
use super::type_id::TypeId;
use super::types::dict::Dict;
use super::types::exception::{Exception, TraceEntry};
use super::types::generator::{Generator, GeneratorState};
use super::types::str::Str;
use super::value::{Ref, Value};
use super::vm::{KillReason, Vm};
use crate::bytecode::{Code, CodeKind, Const, Op, Span};
use crate::limits;

/// A code object linked into a run: its number in [`Machine::codes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CodeId(pub u32);

/// Values that a window spans: every register a `u8` can name.
pub const WINDOW: usize = 256;

/// An inline cache.
#[derive(Clone, Copy, Debug)]
pub enum Cache {
    /// Nothing yet.
    Empty,
    /// The global of this name is at this position of the globals.
    Global(u32, Ref<Str>),
    /// With this key version of the globals, the name means this: a function or the like, or a built-in.
    Known(u32, Value),
    /// Receivers of this type have this method.
    Method(TypeId, &'static NativeDef),
}

/// A code object with what a run adds to it.
#[derive(Clone, Debug)]
pub struct LinkedCode {
    /// The shared part.
    pub code: Rc<Code>,
    /// Its instructions.
    pub ops: Rc<[Op]>,
    /// Constants as values of this run.
    pub consts: Rc<[Value]>,
    /// Names as strings of this run.
    pub names: Rc<[Ref<Str>]>,
    /// Linked children, once they are needed.
    pub children: Box<[Cell<Option<CodeId>>]>,
    /// The globals that its names mean.
    pub globals: Ref<Dict>,
    /// Inline caches.
    pub caches: Box<[Cell<Cache>]>,
    /// The number of positional arguments with which a call needs no binding, or `u32::MAX`.
    pub simple_argc: u32,
    /// Registers of local variables: they must be unbound when a call begins. Temporaries need not be
    /// cleared; what a dead one still holds only keeps garbage a little longer.
    pub locals: u16,
}

/// What ends a slice.
#[derive(Clone, Debug)]
pub enum Exit {
    /// Out of fuel.
    Fuel,
    /// Output waits.
    Output,
    /// The host must do something.
    Host(HostRequest),
    /// The program returned this.
    Done(Value),
    /// An exception was not caught.
    Raised(Ref<Exception>),
    /// The run was killed; the reason is in [`Vm::killed`].
    Killed,
}

/// A run: state, stacks and linked code.
#[derive(Debug)]
pub struct Machine {
    /// State that natives see.
    pub vm: Vm,
    /// Registers of all frames.
    pub stack: Vec<Value>,
    /// Frames.
    pub frames: Frames,
    /// Linked code.
    pub codes: Vec<LinkedCode>,
    /// What all code without names shares.
    no_names: Rc<[Ref<Str>]>,
    /// What the task on top is resumed with.
    pub resume: Option<Resume>,
    /// The exception under way has this frame's traceback entry already.
    pub reraising: bool,
    /// Set while the memory limit waits for a collection to finish.
    collecting_for_limit: bool,
    /// What every program begins with, once there has been one.
    newborn: Option<Newborn>,
    /// The globals of programs, `__main__`'s.
    globals: Ref<Dict>,
    /// Programs that were linked to them last, with their text as it is shared: the last of all at the end. A session
    /// links what it runs again and again only once.
    programs: Vec<(Rc<Code>, CodeId)>,
    /// An exception that has frames yet to leave, because the slice's fuel was used up.
    pub unwinding: Option<Ref<Exception>>,
}

/// The heap as every program finds it: what is needed to go back there.
#[derive(Debug)]
struct Newborn {
    dict: Dict,
    interned: rustc_hash::FxHashMap<Box<str>, Ref<Str>>,
}

/// What [`Machine::unwind`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwound {
    /// A handler, or a frame that goes on.
    Handled,
    /// Nobody handles it: the run is over.
    Uncaught(Ref<Exception>),
}

impl LinkedCode {
    /// What stands in place of dropped code: nothing that could run.
    fn vacant(code: Rc<Code>, globals: Ref<Dict>) -> LinkedCode {
        LinkedCode {
            ops: code.ops.clone(),
            code,
            consts: Rc::new([]),
            names: Rc::new([]),
            children: Box::default(),
            globals,
            caches: Box::default(),
            simple_argc: u32::MAX,
            locals: 0,
        }
    }
}

/// Bytes that a code object takes when it is linked, the shared part with its text included: it may have
/// no other owner.
fn linked_bytes(code: &Code) -> usize {
    let text = if code.kind == CodeKind::Module { code.source.text.len() } else { 0 };
    size_of::<LinkedCode>()
        + size_of::<Code>()
        + text
        + code.ops.len() * (size_of::<Op>() + size_of::<Span>())
        + code.consts.len() * (size_of::<Value>() + size_of::<Const>())
        + code.names.len() * 32
        + code.caches as usize * size_of::<Cache>()
        + code.children.len() * 16
}

impl Machine {
    /// A machine with an empty stack.
    pub fn new(vm: Vm) -> Machine {
        let mut frames = Frames::default();
        frames.set_limit(vm.recursion_limit);
        let mut machine = Machine {
            vm,
            stack: Vec::new(),
            frames,
            codes: Vec::new(),
            no_names: Rc::new([]),
            resume: None,
            reraising: false,
            collecting_for_limit: false,
            newborn: None,
            // Set at birth.
            globals: Ref::new(0),
            programs: Vec::new(),
            unwinding: None,
        };
        machine.return_to_birth();
        machine
    }

    /// Makes ready for another program on the same heap: what is left of the one before is dropped, what it has made
    /// stays. The frames that it was in the middle of, if it was killed, are returned: dropping them may take a while.
    pub fn rest(&mut self) -> Frames {
        for task in self.frames.tasks_mut().rev() {
            task.task.abandon(&mut self.vm);
        }
        let broken_off = self.frames.python_frames().iter().filter_map(PyFrame::generator);
        for generator in broken_off.collect::<Vec<_>>() {
            self.vm.heap.get_mut(generator).finish();
        }
        let frames = std::mem::take(&mut self.frames);
        self.frames.set_limit(self.vm.recursion_limit);
        self.vm.rest();
        self.stack.truncate(WINDOW);
        self.stack.shrink_to(WINDOW);
        self.resume = None;
        self.reraising = false;
        self.collecting_for_limit = false;
        self.unwinding = None;
        self.vm.heap.rest();
        frames
    }

    /// The state at rest of a copy of this one, which is at rest too; its objects are still to be copied.
    pub fn begin_copy(&self) -> Machine {
        let mut frames = Frames::default();
        frames.set_limit(self.vm.recursion_limit);
        let mut vm = self.vm.begin_copy();
        vm.codes.clone_from(&self.vm.codes);
        Machine {
            vm,
            stack: Vec::new(),
            frames,
            codes: self.codes.clone(),
            no_names: self.no_names.clone(),
            resume: None,
            reraising: false,
            collecting_for_limit: false,
            newborn: None,
            globals: self.globals,
            programs: self.programs.clone(),
            unwinding: None,
        }
    }

    /// Makes ready for another program, as far as that can be done before it is known.
    pub fn reset(&mut self) {
        self.vm.reset();
        // What a run is charged for must not depend on the run before.
        self.stack.truncate(WINDOW);
        self.stack.shrink_to(WINDOW);
        self.frames.clear();
        self.frames.set_limit(self.vm.recursion_limit);
        self.codes.clear();
        self.programs.clear();
        self.resume = None;
        self.reraising = false;
        self.collecting_for_limit = false;
        self.unwinding = None;
        self.return_to_birth();
    }

    /// Brings the heap to where every program begins: with globals of its own, and nothing else.
    fn return_to_birth(&mut self) {
        let Some(newborn) = self.newborn.as_ref().filter(|_| self.vm.heap.rewind()) else {
            self.vm.heap.reset();
            self.vm.interned_mut().clear();
            let globals = self.new_globals();
            let interned = self.vm.interned_mut().clone();
            // As a copy, so that it takes exactly what its copies will take.
            let dict = self.vm.heap.get(globals).clone();
            *self.vm.heap.get_mut(globals) = dict.clone();
            self.vm.heap.mark_birth();
            self.newborn = Some(Newborn { dict, interned });
            self.globals = globals;
            return;
        };
        let (now, then) = (self.vm.heap.get(self.globals), &newborn.dict);
        let same = now.keys_version == then.keys_version
            && now.table.iter().zip(then.table.iter()).all(|(now, then)| now.value.is(then.value));
        if !same {
            self.vm.heap.restore(self.globals, newborn.dict.clone());
        }
        let interned = self.vm.interned_mut();
        if interned.len() != newborn.interned.len() {
            interned.clone_from(&newborn.interned);
        }
    }

    /// Puts a program's frame on the stack.
    pub fn start(&mut self, code: Rc<Code>) {
        let (code, _) = self.prepare(code);
        self.begin(code);
    }

    /// Links a program, unless it was linked before; its globals may be filled before it begins.
    pub fn prepare(&mut self, code: Rc<Code>) -> (CodeId, Ref<Dict>) {
        let known = self.programs.iter().position(|(known, _)| Rc::ptr_eq(known, &code));
        let id = match known {
            Some(at) => self.programs.remove(at).1,
            None => self.link(code.clone(), self.globals),
        };
        if self.programs.len() == limits::SESSION_PROGRAMS_MAX {
            self.programs.remove(0);
        }
        self.programs.push((code, id));
        (id, self.globals)
    }

    /// Puts the frame of a program that was prepared on the stack.
    pub fn begin(&mut self, code: CodeId) {
        self.push_code(code, None, OnReturn::Program);
        self.measure();
    }

    fn new_globals(&mut self) -> Ref<Dict> {
        let globals = self.vm.dict();
        let name = self.vm.intern("__name__");
        let main = self.vm.str("__main__");
        super::types::dict::insert_str(&mut self.vm, globals, name, main);
        let doc = self.vm.intern("__doc__");
        super::types::dict::insert_str(&mut self.vm, globals, doc, Value::None);
        globals
    }

    // ---- code --------------------------------------------------------------------------------

    /// Links a code object: its constants become values of this run, its global names those of a dict.
    pub fn link(&mut self, code: Rc<Code>, globals: Ref<Dict>) -> CodeId {
        let consts: Rc<[Value]> = code.consts.iter().map(|c| self.constant(c)).collect();
        let names = match &*code.names {
            [] => self.no_names.clone(),
            names => names.iter().map(|n| self.vm.intern(n)).collect(),
        };
        let roots = CodeRoots {
            globals,
            consts: consts.clone(),
            names: names.clone(),
            children: Vec::new(),
            bytes: linked_bytes(&code),
        };
        // Its slot in the heap is its number here.
        let id = CodeId(self.vm.heap.alloc(roots).index());
        let simple = code.params.is_simple() && !code.is_generator;
        let linked = LinkedCode {
            globals,
            consts,
            names,
            children: vec![Cell::new(None); code.children.len()].into(),
            caches: vec![Cell::new(Cache::Empty); code.caches as usize].into(),
            locals: code.locals.len() as u16,
            simple_argc: if simple && code.spilled.is_empty() {
                u32::from(code.params.positional)
            } else {
                u32::MAX
            },
            ops: code.ops.clone(),
            code: code.clone(),
        };
        if id.0 as usize == self.codes.len() {
            self.codes.push(linked);
            self.vm.codes.push(code);
        } else {
            self.codes[id.0 as usize] = linked;
            self.vm.codes[id.0 as usize] = code;
        }
        id
    }

    /// Drops the code that the collector has found dead.
    fn drop_codes(&mut self) {
        for index in std::mem::take(&mut self.vm.heap.dead.codes) {
            // The running program's own code is never dead, and is as good as any to fill the gap.
            let (program, _) = self.programs.last().expect("what collects garbage runs a program");
            self.vm.codes[index as usize] = program.clone();
            self.codes[index as usize] = LinkedCode::vacant(program.clone(), self.globals);
        }
    }

    fn constant(&mut self, constant: &Const) -> Value {
        let vm = &mut self.vm;
        match constant {
            Const::None => Value::None,
            Const::Ellipsis => Value::Ellipsis,
            Const::Bool(b) => Value::Bool(*b),
            Const::Int(i) => Value::Int(*i),
            Const::Big(b) => vm.int(b.clone()),
            Const::Float(f) => Value::Float(*f),
            Const::Complex(re, im) => vm.complex(*re, *im),
            Const::Str(s) if s.len() <= 64 => Value::Str(vm.intern(s)),
            Const::Str(s) => vm.str(s),
            Const::Bytes(b) => vm.bytes(b.clone()),
            Const::Tuple(items) => {
                let items: Vec<Value> = items.iter().map(|c| self.constant(c)).collect();
                self.vm.tuple(items)
            }
            Const::FrozenSet(items) => {
                let items: Vec<Value> = items.iter().map(|c| self.constant(c)).collect();
                super::types::set::frozen_constant(&mut self.vm, &items)
            }
        }
    }

    /// The linked child of a code object.
    pub fn child(&mut self, parent: CodeId, child: usize) -> CodeId {
        let linked = &self.codes[parent.0 as usize];
        if let Some(id) = linked.children[child].get() {
            return id;
        }
        let (code, globals) = (linked.code.children[child].clone(), linked.globals);
        let id = self.link(code, globals);
        self.codes[parent.0 as usize].children[child].set(Some(id));
        self.vm.heap.get_mut(Ref::<CodeRoots>::new(parent.0)).children.push(id);
        id
    }

    // ---- frames ------------------------------------------------------------------------------

    /// Where the next frame's window may start: past the registers of the topmost Python frame.
    fn next_base(&self) -> usize {
        let top = self.frames.python();
        top.map_or(0, |f| f.base as usize + self.codes[f.code.0 as usize].code.registers as usize)
    }

    /// Grows the stack so that a window fits at `base`.
    pub fn make_window(&mut self, base: usize) {
        if self.stack.len() < base + WINDOW {
            let more = (base + WINDOW).max(self.stack.len() * 2) - self.stack.len();
            self.stack.resize(self.stack.len() + more, Value::Undef);
            self.measure();
        }
    }

    /// Pushes a frame without arguments; the caller has checked the depth.
    pub fn push_code(&mut self, code: CodeId, locals: Option<Ref<Dict>>, on_return: OnReturn) {
        let base = self.next_base();
        self.make_window(base);
        let shared = &self.codes[code.0 as usize].code;
        self.stack[base..base + shared.registers as usize].fill(Value::Undef);
        let extra = frame_extra(shared, locals);
        let frame =
            PyFrame { code, pc: 0, base: base as u32, function: None, ending: Ending::into(on_return) };
        self.frames.push(frame, extra);
    }

    /// Pushes a frame for a function whose arguments have been bound into `registers`.
    pub fn push_bound(
        &mut self,
        function: Ref<super::types::function::Function>,
        base: usize,
        on_return: OnReturn,
    ) -> R<()> {
        self.check_depth()?;
        let f = self.vm.heap.get(function);
        let code = f.code;
        let extra = frame_extra(&self.codes[code.0 as usize].code, None);
        let ending = Ending::into(on_return);
        let frame = PyFrame { code, pc: 0, base: base as u32, function: Some(function), ending };
        self.frames.push(frame, extra);
        Ok(())
    }

    /// `RecursionError` when no more Python frames are allowed.
    pub fn check_depth(&mut self) -> R<()> {
        if self.frames.depth() >= self.vm.recursion_limit || self.frames.len() >= crate::limits::FRAMES_MAX {
            return Err(self.vm.raise(TypeId::RecursionError, "maximum recursion depth exceeded"));
        }
        Ok(())
    }

    // ---- flows -------------------------------------------------------------------------------

    /// Follows a flow: the result goes where `on_return` says, now or later.
    pub fn follow(&mut self, flow: Flow, on_return: OnReturn) -> R<()> {
        match flow {
            Flow::Value(v) => self.deliver(v, on_return),
            Flow::Call => {
                let callee = self.vm.callee;
                let args = std::mem::take(&mut self.vm.call_args);
                let names = std::mem::take(&mut self.vm.call_names);
                let result = self.call(callee, &args, &names, on_return);
                self.give_back(args, names);
                result
            }
            Flow::Resume(generator) => self.resume_generator(generator, on_return),
            Flow::Task(task) => {
                if self.frames.len() >= crate::limits::FRAMES_MAX {
                    return Err(self.vm.raise(TypeId::RecursionError, "maximum recursion depth exceeded"));
                }
                // Tasks that begin tasks come to no safepoint of their own.
                self.vm.charge(8);
                self.frames.push_task(TaskFrame { task: *task, on_return });
                self.resume = Some(Resume::Start);
                Ok(())
            }
            Flow::Frame(request) => self.answer(*request, on_return),
        }
    }

    /// Returns the scratch buffers of a call, so that the next one need not allocate.
    fn give_back(&mut self, mut args: Vec<Value>, mut names: Vec<Value>) {
        if self.vm.call_args.is_empty() && self.vm.call_names.is_empty() {
            args.clear();
            names.clear();
            self.vm.call_args = args;
            self.vm.call_names = names;
        }
    }

    /// Calls anything callable with arguments that do not lie in the caller's window.
    pub fn call(&mut self, callee: Value, args: &[Value], names: &[Value], on_return: OnReturn) -> R<()> {
        match callee {
            Value::Function(f, _) => {
                let base = self.next_base();
                self.make_window(base);
                self.bind(f, args, names, base)?;
                self.enter_function(f, base, on_return)
            }
            Value::Method(m) => {
                let m = *self.vm.heap.get(m);
                let mut all = Vec::with_capacity(args.len() + 1);
                all.push(m.receiver);
                all.extend_from_slice(args);
                self.call(m.function, &all, names, on_return)
            }
            other => {
                let args = super::native::Args::with_keywords(args, names);
                let flow = super::call::call_native(&mut self.vm, other, args)?;
                self.follow(flow, on_return)
            }
        }
    }

    /// Enters a function whose arguments are bound in the window at `base`; a generator function's frame
    /// becomes a generator instead.
    pub fn enter_function(
        &mut self,
        f: Ref<super::types::function::Function>,
        base: usize,
        on_return: OnReturn,
    ) -> R<()> {
        let code = self.vm.heap.get(f).code;
        if !self.codes[code.0 as usize].code.is_generator {
            return self.push_bound(f, base, on_return);
        }
        let generator = self.make_generator(f, base);
        self.deliver(generator, on_return)
    }

    fn make_generator(&mut self, f: Ref<super::types::function::Function>, base: usize) -> Value {
        let function = self.vm.heap.get(f);
        let code = function.code;
        let shared = self.codes[code.0 as usize].code.clone();
        let registers: Box<[Value]> = self.stack[base..base + shared.registers as usize].into();
        let ending = Ending::into(OnReturn::Discard);
        let frame = PyFrame { code, pc: 0, base: 0, function: Some(f), ending };
        let extra = frame_extra(&shared, None).map(Box::new);
        let name = Value::Str(self.vm.intern(&shared.name));
        let qualname = Value::Str(self.vm.intern(&shared.qualname));
        let state = GeneratorState::Created;
        Value::Generator(self.vm.heap.alloc(Generator { state, frame, extra, registers, name, qualname }))
    }

    /// Puts a generator's frame on the stack; a finished one answers that it is exhausted.
    pub fn resume_generator(&mut self, g: Ref<Generator>, on_return: OnReturn) -> R<()> {
        self.check_depth()?;
        match self.vm.heap.get(g).state {
            GeneratorState::Finished => return self.deliver(Value::Undef, on_return),
            GeneratorState::Running => return Err(self.vm.value_error("generator already executing")),
            GeneratorState::Created | GeneratorState::Suspended => {}
        }
        let base = self.next_base();
        self.make_window(base);
        let generator = self.vm.heap.change(g);
        generator.state = GeneratorState::Running;
        self.stack[base..base + generator.registers.len()].copy_from_slice(&generator.registers);
        let ending = Ending::of_generator(g, on_return);
        let frame = PyFrame { base: base as u32, ending, ..generator.frame };
        let extra = generator.extra.take();
        self.frames.push(frame, extra.map(|e| *e));
        Ok(())
    }

    /// Suspends the generator whose frame is on top and delivers what it yields.
    pub fn yield_value(&mut self, v: Value) -> R<()> {
        let (frame, extra) = self.frames.take();
        let generator = frame.generator().expect("only generators yield");
        let base = frame.base as usize;
        let generator = self.vm.heap.change(generator);
        generator.state = GeneratorState::Suspended;
        generator.frame.pc = frame.pc;
        generator.extra = extra.map(Box::new);
        let count = generator.registers.len();
        generator.registers.copy_from_slice(&self.stack[base..base + count]);
        self.deliver(v, frame.on_return())
    }

    /// Pops the Python frame on top and delivers its result.
    pub fn return_value(&mut self, v: Value) -> R<()> {
        let (frame, _) = self.frames.take();
        let v = match frame.generator() {
            Some(generator) => {
                self.vm.heap.get_mut(generator).finish();
                Value::Undef
            }
            None => v,
        };
        self.deliver(v, frame.on_return())
    }

    /// Hands a result to the frame on top, as its `on_return` says.
    pub fn deliver(&mut self, v: Value, on_return: OnReturn) -> R<()> {
        match on_return {
            OnReturn::Register(reg) => {
                let base = self.top_py().base as usize;
                self.stack[base + reg as usize] = v;
            }
            OnReturn::Discard => {}
            OnReturn::NotInto(reg) => {
                let truth = super::ops::truth_of_bool(v);
                let base = self.top_py().base as usize;
                self.stack[base + reg as usize] = Value::Bool(!truth);
            }
            OnReturn::ForIter(reg, target) => {
                let frame = self.top_py();
                if v.is_undef() {
                    frame.pc = target;
                } else {
                    let base = frame.base as usize;
                    self.stack[base + reg as usize] = v;
                }
            }
            OnReturn::JumpIf(sense, target) => {
                if super::ops::truth_of_bool(v) == sense {
                    self.top_py().pc = target;
                }
            }
            OnReturn::Spread(first, n) => {
                let Value::Tuple(t) = v else { unreachable!("unpacking makes a tuple") };
                let base = self.top_py().base as usize + first as usize;
                self.stack[base..base + n as usize].copy_from_slice(&self.vm.heap.get(t).items);
            }
            OnReturn::Task | OnReturn::TaskNext => self.resume = Some(Resume::Value(v)),
            OnReturn::Program => self.vm.result_of_program = v,
        }
        Ok(())
    }

    fn top_py(&mut self) -> &mut PyFrame {
        self.frames.python_mut().expect("a register result needs a Python frame beneath")
    }

    // ---- tasks -------------------------------------------------------------------------------

    /// Steps the task on top until something else is on top or the slice ends.
    pub fn run_task(&mut self) -> R<Option<Exit>> {
        let resume = self.resume.take().unwrap_or(Resume::Start);
        let Some(top) = self.frames.task() else { unreachable!("a task is on top") };
        let step = match top.task.step(&mut self.vm, resume) {
            Ok(step) => step,
            Err(trap) => {
                // Its own failure ends a task, whether or not it catches those of others.
                let on_return = self.pop_task();
                return match trap {
                    Trap::Raise(exc) if self.end_iteration(exc, on_return) => Ok(None),
                    trap => Err(trap),
                };
            }
        };
        match step {
            Step::Done(v) => {
                let on_return = self.pop_task();
                self.deliver(v, on_return)?;
            }
            Step::Become(flow) => {
                let on_return = self.pop_task();
                self.follow(flow, on_return)?;
            }
            Step::Await(flow) => self.follow(flow, OnReturn::Task)?,
            Step::Next(flow) => self.follow(flow, OnReturn::TaskNext)?,
            Step::Yield => {
                self.resume = Some(Resume::Start);
                if self.vm.fuel <= 0 {
                    return Ok(Some(Exit::Fuel));
                }
                if self.vm.output.is_full() {
                    return Ok(Some(Exit::Output));
                }
            }
            Step::Host(request) => {
                self.resume = Some(Resume::Start);
                return Ok(Some(Exit::Host(request)));
            }
        }
        Ok(None)
    }

    fn pop_task(&mut self) -> OnReturn {
        self.frames.pop_task().expect("the task that was stepped is on top").on_return
    }

    // ---- exceptions --------------------------------------------------------------------------

    /// Finds the handler of an exception, popping the frames that have none and noting each in the
    /// traceback.
    pub fn unwind(&mut self, exc: Ref<Exception>) -> Unwound {
        let mut exc = exc;
        let mut record = !std::mem::take(&mut self.reraising);
        if self.unwinding.take().is_none() {
            self.link_context(exc);
        }
        let mut left = limits::UNWIND_STEP_FRAMES;
        loop {
            left -= 1;
            if left == 0 {
                self.vm.charge(limits::UNWIND_STEP_FRAMES);
                self.unwinding = Some(exc);
                self.reraising = !record;
                return Unwound::Handled;
            }
            match self.frames.top() {
                Top::Nothing => return Unwound::Uncaught(exc),
                Top::Task => {
                    let top = self.frames.task().expect("a task is on top");
                    if top.task.catches() {
                        self.resume = Some(Resume::Raised(exc));
                        return Unwound::Handled;
                    }
                    let on_return = self.pop_task();
                    if self.end_iteration(exc, on_return) {
                        return Unwound::Handled;
                    }
                }
                Top::Python => {
                    let frame = self.top_py();
                    // `pc` is already past the instruction that raised.
                    let at = frame.pc - 1;
                    let code = frame.code;
                    let base = frame.base as usize;
                    let handlers = &self.codes[code.0 as usize].code.handlers;
                    let handler = handlers.iter().find(|h| h.start <= at && at < h.end).copied();
                    if std::mem::replace(&mut record, true) {
                        self.vm.heap.get_mut(exc).trace.push(TraceEntry { code, pc: at });
                        if self.vm.heap.get(exc).ty.is_subtype_of(TypeId::NameError) {
                            self.add_name_hint(exc);
                        }
                    }
                    if let Some(handler) = handler {
                        self.top_py().pc = handler.target;
                        self.stack[base + handler.reg as usize] = Value::Exception(exc);
                        return Unwound::Handled;
                    }
                    let (frame, _) = self.frames.take();
                    if let Some(generator) = frame.generator() {
                        self.vm.heap.get_mut(generator).finish();
                        exc = self.generator_raised(exc);
                    }
                    if frame.on_return() == OnReturn::Program {
                        return Unwound::Uncaught(exc);
                    }
                    if self.end_iteration(exc, frame.on_return()) {
                        return Unwound::Handled;
                    }
                }
            }
        }
    }

    /// Notes for the traceback which name was meant: this is the last moment when the locals are known.
    #[cold]
    fn add_name_hint(&mut self, exc: Ref<Exception>) {
        if self.vm.heap.get(exc).trace.len() > 1 {
            return;
        }
        let globals = self.calling_globals();
        if let Value::Dict(locals) = self.locals() {
            super::names::add_hint(&mut self.vm, exc, [locals, globals]);
        }
    }

    /// `StopIteration` out of a `next` call is the end of the iteration.
    fn end_iteration(&mut self, exc: Ref<Exception>, on_return: OnReturn) -> bool {
        let ends = matches!(on_return, OnReturn::TaskNext | OnReturn::ForIter(..));
        if !ends || self.vm.heap.get(exc).ty != TypeId::StopIteration {
            return false;
        }
        self.deliver(Value::Undef, on_return).is_ok()
    }

    /// PEP 479: `StopIteration` must not leave a generator.
    fn generator_raised(&mut self, exc: Ref<Exception>) -> Ref<Exception> {
        if self.vm.heap.get(exc).ty != TypeId::StopIteration {
            return exc;
        }
        let Trap::Raise(replaced) = self.vm.raise(TypeId::RuntimeError, "generator raised StopIteration")
        else {
            return exc;
        };
        let mut new = self.vm.heap.get_mut(replaced);
        new.cause = Value::Exception(exc);
        new.context = Value::Exception(exc);
        new.suppress_context = true;
        drop(new);
        let trace = self.vm.heap.get(exc).trace.last().copied();
        self.vm.heap.get_mut(replaced).trace.extend(trace);
        replaced
    }

    /// Sets `__context__` to the exception being handled, as `raise` does.
    fn link_context(&mut self, exc: Ref<Exception>) {
        let Value::Exception(handled) = self.vm.handled else { return };
        if handled == exc || !self.vm.heap.get(exc).context.is_none() {
            return;
        }
        // Not into a cycle: cut the chain where it would come back to `exc`.
        let mut at = handled;
        let mut steps = 0;
        while let Value::Exception(next) = self.vm.heap.get(at).context {
            if next == exc {
                self.vm.heap.get_mut(at).context = Value::None;
                break;
            }
            steps += 1;
            if steps > 1_000 {
                return;
            }
            at = next;
        }
        self.vm.heap.get_mut(exc).context = Value::Exception(handled);
    }

    // ---- garbage -----------------------------------------------------------------------------

    /// Accounts for what lies outside the heap.
    fn measure(&mut self) {
        let bytes = self.stack.capacity() * size_of::<Value>()
            + self.frames.bytes()
            + self.vm.output.pending
            + self.vm.input.buffer.capacity();
        self.vm.heap.set_machine_bytes(bytes);
    }

    /// Does collection work at a safepoint. When the memory limit is passed, the script does not go on
    /// before a whole collection has shown that enough is free; if it is not, the run is killed.
    /// Returns true when the script may go on.
    pub fn collect(&mut self) -> R<bool> {
        self.measure();
        if self.vm.heap.is_over() && !self.collecting_for_limit {
            self.collecting_for_limit = true;
            self.vm.heap.restart_collection();
        }
        let Machine { vm, stack, frames, codes, resume, unwinding, globals, programs, .. } = self;
        let mut heap = std::mem::replace(&mut vm.heap, super::heap::Heap::new(0));
        let roots =
            &mut MachineRoots { vm, stack, frames, codes, resume, unwinding, globals: *globals, programs };
        let work = heap.collect_some(roots);
        vm.heap = heap;
        vm.charge(work as usize);
        self.vm.forget_interned();
        self.drop_codes();
        if !self.collecting_for_limit {
            return Ok(!self.vm.heap.must_wait());
        }
        if self.vm.heap.collecting() {
            self.vm.heap.attention = true;
            return Ok(false);
        }
        self.collecting_for_limit = false;
        if self.vm.heap.bytes() > self.vm.heap.limit() {
            return Err(self.vm.kill(KillReason::Memory));
        }
        Ok(true)
    }

    /// Answers what needs the frames.
    fn answer(&mut self, request: FrameRequest, on_return: OnReturn) -> R<()> {
        let v = match request {
            FrameRequest::Globals => {
                let globals = self.calling_globals();
                super::modules::show_builtins(&mut self.vm, globals)?;
                Value::Dict(globals)
            }
            FrameRequest::Locals => {
                let locals = self.locals();
                let globals = self.calling_globals();
                if locals.is(Value::Dict(globals)) {
                    super::modules::show_builtins(&mut self.vm, globals)?;
                }
                locals
            }
            FrameRequest::LimitDepth(limit) => {
                let depth = self.frames.depth();
                if limit <= depth {
                    let message = format!(
                        "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
                    );
                    return Err(self.vm.raise(TypeId::RecursionError, message));
                }
                self.vm.recursion_limit = limit.min(limits::RECURSION_CEILING);
                self.frames.set_limit(self.vm.recursion_limit);
                Value::None
            }
            FrameRequest::Throw { generator, exc } => {
                self.resume_generator(generator, on_return)?;
                return Err(Trap::Raise(exc));
            }
            FrameRequest::Execute { source, mut options, globals, locals } => {
                self.check_depth()?;
                let frame_globals = self.calling_globals();
                let (globals, locals) = match (globals, locals) {
                    (Some(g), Some(l)) => (g, Some(l)),
                    (Some(g), None) => (g, None),
                    (None, Some(l)) => (frame_globals, Some(l)),
                    (None, None) => {
                        let Value::Dict(own) = self.locals() else { unreachable!("locals() is a dict") };
                        (frame_globals, Some(own))
                    }
                };
                let locals = locals.filter(|l| *l != globals);
                options.separate_locals = locals.is_some();
                // Where sources are bounded, what is beyond the bound is not looked at.
                let looked_at = source.text.len().min(crate::limits::SOURCE_TOKENS_MAX as usize);
                self.vm.charge(looked_at * 4 + source.text.len() / 64);
                let compiler = self.vm.compiler.clone();
                let code = match compiler.compile(source, options) {
                    Ok(code) => code,
                    Err(error) => return Err(super::exceptions::syntax_error(&mut self.vm, &error)),
                };
                let code = self.link(code, globals);
                self.push_code(code, locals, on_return);
                return Ok(());
            }
        };
        self.deliver(v, on_return)
    }

    /// The globals of the topmost Python frame.
    fn calling_globals(&self) -> Ref<Dict> {
        self.codes[self.calling_frame().code.0 as usize].globals
    }

    /// The topmost Python frame.
    fn calling_frame(&self) -> &PyFrame {
        self.frames.python().expect("natives are called from Python frames")
    }

    /// `locals()` of the topmost Python frame: at module level its globals, else a fresh dict; as CPython has it since
    /// PEP 709, a fresh dict of the comprehension's variables in a comprehension at module level.
    fn locals(&mut self) -> Value {
        let extra = self.frames.extra().cloned().unwrap_or_default();
        let frame = self.calling_frame();
        let shared = self.codes[frame.code.0 as usize].code.clone();
        let base = frame.base as usize;
        let registers: Vec<Value> = self.stack[base..base + shared.registers as usize].to_vec();
        let dict = self.vm.dict();
        let cells = shared.cells.iter().chain(&shared.free).map(|c| (&c.name, registers[c.reg as usize]));
        let plain = shared.locals.iter().zip(registers.iter().copied());
        let spilled = shared.spilled.iter().zip(extra.spill);
        for (name, value) in plain.chain(cells).chain(spilled) {
            let value = match value {
                Value::Cell(c) => self.vm.heap.get(c).value,
                v => v,
            };
            if value.is_undef() || name.starts_with('.') {
                continue;
            }
            let name = self.vm.intern(name);
            if super::types::dict::get_str(&self.vm, dict, name).is_none() {
                super::types::dict::insert_str(&mut self.vm, dict, name, value);
            }
        }
        // What a module keeps in registers are the variables of the comprehensions that are being evaluated.
        if shared.kind == CodeKind::Module && self.vm.heap.get(dict).table.is_empty() {
            return Value::Dict(extra.locals.unwrap_or(self.calling_globals()));
        }
        Value::Dict(dict)
    }
}

fn frame_extra(code: &Code, locals: Option<Ref<Dict>>) -> Option<FrameExtra> {
    if locals.is_none() && code.spilled.is_empty() {
        return None;
    }
    Some(FrameExtra { locals, spill: vec![Value::Undef; code.spilled.len()] })
}

/// What the machine holds, for the collector.
struct MachineRoots<'m> {
    vm: &'m Vm,
    stack: &'m [Value],
    frames: &'m mut Frames,
    codes: &'m [LinkedCode],
    resume: &'m Option<Resume>,
    unwinding: &'m Option<Ref<Exception>>,
    globals: Ref<Dict>,
    programs: &'m [(Rc<Code>, CodeId)],
}

fn trace_registers(tracer: &mut Tracer<'_>, frame: &PyFrame, stack: &[Value], codes: &[LinkedCode]) -> usize {
    let base = frame.base as usize;
    let count = codes[frame.code.0 as usize].code.registers as usize;
    for &v in &stack[base..base + count] {
        tracer.value(v);
    }
    count
}

impl Roots for MachineRoots<'_> {
    fn begin(&mut self) {
        self.frames.begin_scan();
    }

    fn trace_waiting(&mut self, tracer: &mut Tracer<'_>, budget: usize) -> bool {
        let (stack, codes) = (self.stack, self.codes);
        self.frames.scan_waiting(tracer, budget, |t, frame| trace_registers(t, frame, stack, codes))
    }

    fn trace_running(&self, tracer: &mut Tracer<'_>) {
        self.vm.trace_roots(tracer);
        self.frames.scan_running(tracer, |t, frame| trace_registers(t, frame, self.stack, self.codes));
        tracer.object(self.globals);
        // The running program among them: an uncaught exception's report shows its text.
        for (_, program) in self.programs {
            tracer.code(*program);
        }
        tracer.option(*self.unwinding);
        match self.resume {
            Some(Resume::Value(v)) => tracer.value(*v),
            Some(Resume::Raised(exc)) => tracer.object(*exc),
            Some(Resume::Start) | None => {}
        }
    }
}
