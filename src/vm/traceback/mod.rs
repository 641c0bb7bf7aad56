//! Uncaught exceptions as text: tracebacks, chains, groups, `SyntaxError` displays, exit codes.
//!
//! Owns the words and the layout, which follow CPython 3.13's `traceback.py`. Never runs Python: what needs
//! the interpreter (`str()` of a message with nested data) is asked for with [`Asked::Flow`], and long work
//! pauses the same way. What a script can make large (chains, frames, messages) is cut at the limits
//! `TRACEBACK_…` of [`crate::limits`].

mod assemble;
mod collect;
mod frames;
mod hints;
mod syntax;
mod wide;

pub use syntax::compile_error;

use rustc_hash::FxHashMap;

use super::flow::{Flow, R, Resume, Step, Task};
use super::format;
use super::heap::Tracer;
use super::machine::Machine;
use super::type_id::TypeId;
use super::types;
use super::types::exception::{Exception, TraceEntry};
use super::value::{Ref, Value};
use super::vm::Vm;
use crate::limits;
use collect::{Job, JobKind, Node};

/// The exception that ended a run.
#[derive(Clone, Copy, Debug)]
pub struct Raised(Ref<Exception>);

impl Raised {
    /// Name of its class.
    pub fn type_name(self, machine: &Machine) -> &'static str {
        machine.vm.heap.get(self.0).ty.name()
    }
}

/// What a [`Report`] needs or has.
#[derive(Debug)]
pub enum Asked {
    /// Follow this and come back with its answer.
    Flow(Flow),
    /// `SystemExit`
    Exit {
        /// Exit code, 0 to 255.
        code: u8,
        /// To be printed on standard error.
        message: Option<String>,
    },
    /// The whole text.
    Ready {
        /// Name of the class.
        type_name: String,
        /// `str(exception)`
        message: String,
        /// The traceback with its last line.
        traceback: String,
    },
}

/// The making of a traceback: rendering an exception's message may need the interpreter, so it is asked
/// for step by step.
#[derive(Debug)]
pub struct Report {
    exception: Ref<Exception>,
    phase: Phase,
    nodes: Vec<Node>,
    /// Texts still to be rendered, the next one last.
    jobs: Vec<Job>,
    /// Frames formatted so far.
    frames: FxHashMap<(TraceEntry, bool), String>,
    frame_bytes: usize,
}

#[derive(Debug)]
enum Phase {
    Start,
    /// The code of `SystemExit` is being rendered.
    Exit,
    /// The last of the jobs is being answered, when `asked`.
    Texts {
        asked: bool,
    },
    /// Frames of this node come next, from this one of its shown frames on.
    Frames {
        node: usize,
        at: usize,
    },
}

/// Frames that are formatted before the slice's fuel is looked at.
const FRAMES_PER_CHECK: usize = 8;

impl Report {
    /// The report of an uncaught exception.
    pub fn new(_machine: &Machine, exception: Ref<Exception>) -> Report {
        Report {
            exception,
            phase: Phase::Start,
            nodes: Vec::new(),
            jobs: Vec::new(),
            frames: FxHashMap::default(),
            frame_bytes: 0,
        }
    }

    /// The exception.
    pub fn exception(&self) -> Raised {
        Raised(self.exception)
    }

    /// Goes on with the answer to the last request.
    pub fn advance(&mut self, machine: &mut Machine, answer: Option<Value>) -> Asked {
        let vm = &mut machine.vm;
        loop {
            match self.phase {
                Phase::Start => {
                    // The collector finds the exception, and all it leads to, here.
                    vm.handled = Value::Exception(self.exception);
                    if vm.heap.get(self.exception).ty.is_subtype_of(TypeId::SystemExit) {
                        if let Some(asked) = self.exit(vm) {
                            return asked;
                        }
                        continue;
                    }
                    (self.nodes, self.jobs) = collect::collect(vm, self.exception);
                    self.phase = Phase::Texts { asked: false };
                }
                Phase::Exit => {
                    let text = text_of(vm, answer.unwrap_or(Value::Undef), "exception str");
                    return Asked::Exit { code: 1, message: Some(text + "\n") };
                }
                Phase::Texts { asked } => {
                    if asked {
                        self.answered(vm, answer.unwrap_or(Value::Undef));
                    }
                    match self.next_text(vm) {
                        Some(flow) => {
                            self.phase = Phase::Texts { asked: true };
                            return Asked::Flow(flow);
                        }
                        None => self.phase = Phase::Frames { node: 0, at: 0 },
                    }
                }
                Phase::Frames { node, at } => {
                    if let Some(flow) = self.format_frames(vm, node, at) {
                        return Asked::Flow(flow);
                    }
                    return self.ready(vm);
                }
            }
        }
    }

    /// What `SystemExit` comes to. `None`: its code must be rendered first.
    fn exit(&mut self, vm: &mut Vm) -> Option<Asked> {
        let code = types::attribute(vm, Value::Exception(self.exception), "code");
        let code = code.ok().flatten().unwrap_or(Value::None);
        let number = match code {
            Value::None => 0,
            Value::Bool(b) => u8::from(b),
            Value::Int(i) => i as u8,
            Value::Big(_) => 255, // CPython's conversion to a C long fails with -1.
            _ => {
                self.phase = Phase::Exit;
                return Some(match format::str(vm, code) {
                    Ok(flow) => Asked::Flow(safely(flow)),
                    Err(_) => Asked::Exit { code: 1, message: None },
                });
            }
        };
        Some(Asked::Exit { code: number, message: None })
    }

    /// Starts rendering texts until one takes a flow.
    fn next_text(&mut self, vm: &mut Vm) -> Option<Flow> {
        while let Some(job) = self.jobs.last() {
            let rendered = match job.kind {
                JobKind::NotesRepr => format::repr(vm, job.value),
                _ => format::str(vm, job.value),
            };
            match rendered {
                Ok(Flow::Value(v)) => self.answered(vm, v),
                Ok(flow) => return Some(safely(flow)),
                Err(_) => self.answered(vm, Value::Undef),
            }
        }
        None
    }

    fn answered(&mut self, vm: &mut Vm, v: Value) {
        let Some(job) = self.jobs.pop() else { return };
        let node = &mut self.nodes[job.node];
        match job.kind {
            JobKind::Message => {
                node.message = text_of(vm, v, "exception str");
                node.hint = hints::hint(vm, job.exception);
            }
            JobKind::Note => node.notes.push(text_of(vm, v, "note str")),
            JobKind::NotesRepr => node.notes.push(text_of(vm, v, "__notes__ repr")),
        }
    }

    /// Formats the frames that are shown, each distinct one once; `Some` is a pause.
    fn format_frames(&mut self, vm: &mut Vm, mut node: usize, mut at: usize) -> Option<Flow> {
        let mut fresh = 0;
        while let Some(current) = self.nodes.get(node) {
            let Some(key) = current.frame_key(at) else {
                (node, at) = (node + 1, 0);
                continue;
            };
            at += 1;
            if self.frame_bytes > limits::TRACEBACK_MAX_BYTES || self.frames.contains_key(&key) {
                continue;
            }
            let text = frames::frame_text(vm, key.0, key.1);
            vm.charge(100 + text.len());
            self.frame_bytes += text.len();
            self.frames.insert(key, text);
            fresh += 1;
            if fresh % FRAMES_PER_CHECK == 0 && vm.out_of_fuel() {
                self.phase = Phase::Frames { node, at };
                return Some(Flow::task(Pause));
            }
        }
        None
    }

    fn ready(&mut self, vm: &mut Vm) -> Asked {
        let traceback = assemble::assemble(&self.nodes, &self.frames);
        vm.charge(traceback.len() / 16);
        let type_name = vm.heap.get(self.exception).ty.name().to_owned();
        let message = self.nodes.first_mut().map(|n| std::mem::take(&mut n.message)).unwrap_or_default();
        Asked::Ready { type_name, message, traceback }
    }
}

/// A rendered text as owned, cut if it is huge; an absent one says that it failed.
fn text_of(vm: &Vm, v: Value, what: &str) -> String {
    let Value::Str(s) = v else { return format!("<{what}() failed>") };
    let text = vm.heap.str(s);
    let cut = text.floor_char_boundary(limits::TRACEBACK_MESSAGE_MAX_BYTES);
    if cut == text.len() {
        return text.to_owned();
    }
    format!("{}... [{} more bytes]", &text[..cut], text.len() - cut)
}

/// A flow whose failure is an absent value.
fn safely(flow: Flow) -> Flow {
    Flow::task(Safely { flow: Some(flow) })
}

struct Safely {
    flow: Option<Flow>,
}

impl Task for Safely {
    fn step(&mut self, _: &mut Vm, resume: Resume) -> R<Step> {
        Ok(match (self.flow.take(), resume) {
            (Some(flow), _) => Step::Await(flow),
            (None, Resume::Value(v)) => Step::Done(v),
            (None, _) => Step::Done(Value::Undef),
        })
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        match &self.flow {
            Some(Flow::Value(v)) => tracer.value(*v),
            Some(Flow::Task(task)) => task.trace(tracer),
            _ => {}
        }
    }

    fn catches(&self) -> bool {
        true
    }
}

/// Lets the next slice come.
struct Pause;

impl Task for Pause {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        Ok(if vm.out_of_fuel() { Step::Yield } else { Step::Done(Value::None) })
    }

    fn trace(&self, _: &mut Tracer<'_>) {}
}
