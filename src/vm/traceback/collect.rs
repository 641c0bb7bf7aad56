//! What a traceback shows: the exceptions of the chain and of its groups, their frames, their notes.

use rustc_hash::FxHashSet;

use super::syntax::Details;
use crate::bytecode::Op;
use crate::limits;
use crate::vm::exceptions::attr;
use crate::vm::type_id::TypeId;
use crate::vm::types::dict;
use crate::vm::types::exception::{Exception, TraceEntry, is_group, members};
use crate::vm::types::traceback::line;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Members of a group that are shown.
pub const GROUP_WIDTH_MAX: usize = 15;
/// Equal frames in a row that are shown.
pub const REPEATS_SHOWN: usize = 3;

/// One exception of a traceback.
#[derive(Debug, Default)]
pub struct Node {
    /// The class as the last line shows it.
    pub class: String,
    /// `__cause__`
    pub cause: Option<usize>,
    /// `__context__`, unless it is suppressed.
    pub context: Option<usize>,
    /// A cause or context exists but is beyond the limit.
    pub cut: bool,
    /// The members that are shown, for groups.
    pub members: Vec<usize>,
    /// How many there are; `None` when it is no group.
    pub member_count: Option<usize>,
    /// Frames in the order in which they are shown.
    pub shown: Vec<TraceEntry>,
    /// What follows after so many of the shown frames.
    pub remarks: Vec<(usize, String)>,
    /// The innermost frame stopped at a method that its object does not have: only `object.method` is
    /// marked, not the call.
    pub lookup_failed: bool,
    /// For `SyntaxError`.
    pub syntax: Option<Details>,
    /// `str(e)`
    pub message: String,
    /// "Did you mean …?"
    pub hint: String,
    /// Rendered notes.
    pub notes: Vec<String>,
}

/// A text that must be rendered.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// For which node.
    pub node: usize,
    /// Its exception.
    pub exception: Ref<Exception>,
    /// What for.
    pub kind: JobKind,
    /// The value whose text it is.
    pub value: Value,
}

/// What a [`Job`]'s text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// The message.
    Message,
    /// A note.
    Note,
    /// `__notes__` that is no sequence.
    NotesRepr,
}

/// Walks the chain and the groups from an exception, which becomes node 0. The jobs come in reverse.
pub fn collect(vm: &mut Vm, root: Ref<Exception>) -> (Vec<Node>, Vec<Job>) {
    let mut walk = Walk::default();
    walk.add(vm, root);
    while let Some(at) = walk.queue.pop() {
        let e = walk.found[at];
        let exc = vm.heap.get(e);
        let (cause, context, suppressed) = (exc.cause, exc.context, exc.suppress_context);
        if let Value::Exception(cause) = cause
            && !walk.seen.contains(&cause.index())
        {
            walk.nodes[at].cause = walk.add(vm, cause);
            walk.nodes[at].cut |= walk.nodes[at].cause.is_none();
        } else if let Value::Exception(context) = context
            && !suppressed
            && !walk.seen.contains(&context.index())
        {
            walk.nodes[at].context = walk.add(vm, context);
            walk.nodes[at].cut |= walk.nodes[at].context.is_none();
        }
        if is_group(vm, e) {
            let all = members(vm, e);
            walk.nodes[at].member_count = Some(all.len());
            for member in all.into_iter().take(GROUP_WIDTH_MAX) {
                let added = walk.add(vm, member);
                walk.nodes[at].members.extend(added);
            }
        }
    }
    let jobs = jobs(vm, &walk.found);
    (walk.nodes, jobs)
}

#[derive(Default)]
struct Walk {
    seen: FxHashSet<u32>,
    found: Vec<Ref<Exception>>,
    nodes: Vec<Node>,
    /// Nodes whose chain and members have not been looked at.
    queue: Vec<usize>,
}

impl Walk {
    /// Adds a node; `None` at the limit.
    fn add(&mut self, vm: &mut Vm, e: Ref<Exception>) -> Option<usize> {
        if self.nodes.len() >= limits::TRACEBACK_EXCEPTIONS_MAX {
            return None;
        }
        self.seen.insert(e.index());
        let node = node(vm, e);
        self.nodes.push(node);
        self.found.push(e);
        self.queue.push(self.nodes.len() - 1);
        Some(self.nodes.len() - 1)
    }
}

fn node(vm: &mut Vm, e: Ref<Exception>) -> Node {
    let ty = vm.heap.get(e).ty;
    let class = match ty.module() {
        "builtins" => ty.name().to_owned(),
        module => format!("{module}.{}", ty.name()),
    };
    let (shown, remarks) = shown_frames(vm, e);
    let syntax = ty.is_subtype_of(TypeId::SyntaxError).then(|| details(vm, e));
    let lookup_failed = ty == TypeId::AttributeError && method_missing(vm, e);
    Node { class, shown, remarks, lookup_failed, syntax, ..Node::default() }
}

/// Whether what raised an `AttributeError` is a call of the method that it misses.
fn method_missing(vm: &mut Vm, e: Ref<Exception>) -> bool {
    let Some(Value::Str(wrong)) = attr(vm, e, "name") else { return false };
    let Some(entry) = vm.heap.get(e).trace.first() else { return false };
    let code = &vm.codes[entry.code.0 as usize];
    match code.ops.get(entry.pc as usize) {
        Some(Op::CallMethod { name, .. }) => {
            code.names.get(*name as usize).is_some_and(|name| **name == *vm.heap.str(wrong))
        }
        _ => false,
    }
}

impl Node {
    /// What the text of a shown frame depends on.
    pub fn frame_key(&self, at: usize) -> Option<(TraceEntry, bool)> {
        let entry = *self.shown.get(at)?;
        Some((entry, self.lookup_failed && at + 1 == self.shown.len()))
    }
}

/// The frames that are shown, outermost first, and the remarks between them: at most [`REPEATS_SHOWN`] of
/// equal ones in a row, and of too many, the outermost and the innermost half.
fn shown_frames(vm: &mut Vm, e: Ref<Exception>) -> (Vec<TraceEntry>, Vec<(usize, String)>) {
    let trace = vm.heap.get(e).trace.clone();
    vm.charge(trace.len() / 4);
    let mut shown: Vec<TraceEntry> = Vec::new();
    let mut remarks = Vec::new();
    let mut last: Option<(TraceEntry, u32)> = None;
    let mut count = 0;
    let mut repeated = |count: usize, at: usize| {
        if count > REPEATS_SHOWN {
            let more = count - REPEATS_SHOWN;
            let s = if more > 1 { "s" } else { "" };
            remarks.push((at, format!("  [Previous line repeated {more} more time{s}]\n")));
        }
    };
    for &entry in trace.iter().rev() {
        let same = match last {
            Some((previous, _)) if previous == entry => true,
            Some((previous, at)) => same_place(vm, previous, entry) && at == line(vm, entry),
            None => false,
        };
        if !same {
            repeated(count, shown.len());
            last = Some((entry, line(vm, entry)));
            count = 0;
        }
        count += 1;
        if count <= REPEATS_SHOWN {
            shown.push(entry);
        }
    }
    repeated(count, shown.len());
    let most = limits::TRACEBACK_FRAMES_MAX;
    if shown.len() > most {
        let cut = shown.len() - most;
        shown.drain(most / 2..most / 2 + cut);
        remarks.retain_mut(|(at, _)| {
            let outer = *at <= most / 2;
            let inner = *at > most / 2 + cut;
            if inner {
                *at -= cut;
            }
            outer || inner
        });
        let position = remarks.partition_point(|(at, _)| *at <= most / 2);
        remarks.insert(position, (most / 2, format!("  [{cut} frames left out]\n")));
    }
    (shown, remarks)
}

/// Whether two entries have the same file and function name.
fn same_place(vm: &Vm, a: TraceEntry, b: TraceEntry) -> bool {
    let (a, b) = (&vm.codes[a.code.0 as usize], &vm.codes[b.code.0 as usize]);
    a.name == b.name && a.source.filename == b.source.filename
}

/// What a `SyntaxError` carries.
fn details(vm: &mut Vm, e: Ref<Exception>) -> Details {
    let mut text = |name: &str| match attr(vm, e, name) {
        Some(Value::Str(s)) => {
            let text = vm.heap.str(s);
            Some(text[..text.floor_char_boundary(limits::TRACEBACK_MESSAGE_MAX_BYTES)].to_owned())
        }
        _ => None,
    };
    let (filename, line, message) = (text("filename"), text("text"), text("msg"));
    let mut number = |name: &str| match attr(vm, e, name) {
        Some(Value::Int(i)) => Some(i.clamp(i64::from(i32::MIN), i64::from(i32::MAX))),
        _ => None,
    };
    Details {
        filename,
        line: number("lineno"),
        offset: number("offset"),
        end_line: number("end_lineno"),
        end_offset: number("end_offset"),
        text: line,
        message,
    }
}

/// The texts to be rendered: every message and note, the first one last.
fn jobs(vm: &mut Vm, found: &[Ref<Exception>]) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (node, &exception) in found.iter().enumerate() {
        jobs.push(Job { node, exception, kind: JobKind::Message, value: Value::Exception(exception) });
        let notes = vm.intern("__notes__");
        let Some(dict) = vm.heap.get(exception).dict else { continue };
        let Some(notes) = dict::get_str(vm, dict, notes) else { continue };
        let items = match notes {
            Value::List(l) => vm.heap.get(l).items.as_slice(),
            Value::Tuple(t) => &*vm.heap.get(t).items,
            Value::None => &[],
            other => {
                jobs.push(Job { node, exception, kind: JobKind::NotesRepr, value: other });
                continue;
            }
        };
        for &value in items.iter().take(limits::TRACEBACK_NOTES_MAX) {
            jobs.push(Job { node, exception, kind: JobKind::Note, value });
        }
    }
    jobs.reverse();
    jobs
}
