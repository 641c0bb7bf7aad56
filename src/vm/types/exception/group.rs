//! Exception groups: making them, splitting them, joining what `except*` left.
//!
//! Groups nest as deep as a script likes, so every walk keeps its own stack.

use rustc_hash::FxHashSet;

use super::Exception;
use crate::vm::exceptions::{attr, set_attr};
use crate::vm::flow::{Flow, R, Resume, Step, Task};
use crate::vm::heap::Tracer;
use crate::vm::native::Args;
use crate::vm::ops;
use crate::vm::type_id::TypeId;
use crate::vm::types::dict;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// `ExceptionGroup(message, exceptions)`
pub fn construct(vm: &mut Vm, ty: TypeId, args: Args<'_>) -> R<Ref<Exception>> {
    if args.has_keywords() {
        return Err(vm.type_error(format!("{}() takes no keyword arguments", ty.name())));
    }
    if args.len() != 2 {
        let given = args.len();
        return Err(
            vm.type_error(format!("BaseExceptionGroup.__new__() takes exactly 2 arguments ({given} given)"))
        );
    }
    if !matches!(args.get(0), Value::Str(_)) {
        let got = vm.type_name(args.get(0));
        return Err(vm.type_error(format!("BaseExceptionGroup.__new__() argument 1 must be str, not {got}")));
    }
    make(vm, ty, args.get(0), args.get(1))
}

/// A group; `BaseExceptionGroup` of nothing but `Exception`s becomes an `ExceptionGroup`.
pub fn make(vm: &mut Vm, ty: TypeId, message: Value, members: Value) -> R<Ref<Exception>> {
    let items = match members {
        Value::Set(_) | Value::FrozenSet(_) | Value::Dict(_) => None,
        _ => super::construct::elements(vm, members).ok(),
    };
    let Some(items) = items else {
        return Err(vm.type_error("second argument (exceptions) must be a sequence"));
    };
    if items.is_empty() {
        return Err(vm.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    vm.charge(items.len());
    let mut plain = true;
    for (i, item) in items.iter().enumerate() {
        match item {
            Value::Exception(e) => plain &= vm.heap.get(*e).ty.is_subtype_of(TypeId::Exception),
            _ => {
                return Err(
                    vm.value_error(format!("Item {i} of second argument (exceptions) is not an exception"))
                );
            }
        }
    }
    let ty = match ty {
        TypeId::BaseExceptionGroup if plain => TypeId::ExceptionGroup,
        TypeId::ExceptionGroup if !plain => {
            return Err(vm.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
        }
        ty => ty,
    };
    let args = vm.tuple_ref([message, members]);
    let exc = vm.exception(ty, args);
    set_attr(vm, exc, "message", message);
    let members = vm.tuple(items);
    set_attr(vm, exc, "exceptions", members);
    Ok(exc)
}

/// `group.message`
pub fn message(vm: &mut Vm, group: Ref<Exception>) -> Value {
    attr(vm, group, "message").unwrap_or(Value::None)
}

/// `group.exceptions`
pub fn members(vm: &mut Vm, group: Ref<Exception>) -> Vec<Ref<Exception>> {
    let Some(Value::Tuple(t)) = attr(vm, group, "exceptions") else { return Vec::new() };
    let items = &vm.heap.get(t).items;
    items.iter().filter_map(|v| if let Value::Exception(e) = v { Some(*e) } else { None }).collect()
}

/// How many members a group has.
pub fn member_count(vm: &Vm, group: Ref<Exception>) -> usize {
    let Some(attrs) = vm.heap.get(group).attrs else { return 0 };
    let entry = vm.heap.get(attrs).table.iter().find(|e| match e.key {
        Value::Str(s) => vm.heap.str(s) == "exceptions",
        _ => false,
    });
    match entry.map(|e| e.value) {
        Some(Value::Tuple(t)) => vm.heap.get(t).items.len(),
        _ => 0,
    }
}

/// Whether it is a group.
pub fn is_group(vm: &Vm, e: Ref<Exception>) -> bool {
    vm.heap.get(e).ty.is_subtype_of(TypeId::BaseExceptionGroup)
}

/// A group of part of a group's members, with its message, traceback, cause, context and notes.
pub fn derive(vm: &mut Vm, group: Ref<Exception>, members: Vec<Value>) -> R<Value> {
    if members.is_empty() {
        return Ok(Value::None);
    }
    let message = message(vm, group);
    let members = vm.list(members);
    let made = make(vm, TypeId::BaseExceptionGroup, message, members)?;
    let original = vm.heap.get(group);
    let (trace, cause, context, dict) =
        (original.trace.clone(), original.cause, original.context, original.dict);
    vm.charge(trace.len() / 4);
    let mut part = vm.heap.get_mut(made);
    part.trace = trace;
    part.cause = cause;
    part.context = context;
    part.suppress_context = true; // setting a cause does, even when it is None
    drop(part);
    let notes = vm.intern("__notes__");
    if let Some(Value::List(list)) = dict.and_then(|d| dict::get_str(vm, d, notes)) {
        let copy = vm.heap.get(list).items.clone();
        let copy = vm.list(copy);
        let own = super::attributes::own_dict(vm, made);
        dict::insert_str(vm, own, notes, copy);
    }
    Ok(Value::Exception(made))
}

/// A naked exception in a group of its own, as `except*` binds it.
pub fn wrap(vm: &mut Vm, e: Ref<Exception>) -> R<Value> {
    let message = vm.str("");
    let members = vm.tuple([Value::Exception(e)]);
    Ok(Value::Exception(make(vm, TypeId::BaseExceptionGroup, message, members)?))
}

/// Several exceptions as one: itself when there is one, else a group without a message.
pub fn concat_groups(vm: &mut Vm, mut raised: Vec<Value>) -> R<Value> {
    match raised.len() {
        0 => Ok(Value::None),
        1 => Ok(raised.remove(0)),
        _ => {
            let message = vm.str("");
            let members = vm.list(raised);
            Ok(Value::Exception(make(vm, TypeId::BaseExceptionGroup, message, members)?))
        }
    }
}

/// The classes of a condition, when it is a class or a tuple of classes.
pub fn classes(vm: &Vm, condition: Value) -> Option<Vec<TypeId>> {
    let one = |v: &Value| match v {
        Value::Type(ty) if ty.is_exception() => Some(*ty),
        _ => None,
    };
    match condition {
        Value::Tuple(t) => vm.heap.get(t).items.iter().map(one).collect(),
        v => one(&v).map(|ty| vec![ty]),
    }
}

/// The part of `group` whose leaves are those of the groups in `keep`.
pub fn project(vm: &mut Vm, group: Ref<Exception>, keep: &[Ref<Exception>]) -> R<Value> {
    let mut leaves = FxHashSet::default();
    let mut stack = keep.to_vec();
    while let Some(e) = stack.pop() {
        vm.charge(1);
        if is_group(vm, e) {
            stack.extend(members(vm, e));
        } else {
            leaves.insert(e.index());
        }
    }
    let mut splitter = Splitter::new(group);
    let (kept, _) = splitter.drive(vm, |vm, e| !is_group(vm, e) && leaves.contains(&e.index()))?;
    Ok(kept)
}

/// One group on the way down.
#[derive(Debug)]
struct Level {
    group: Ref<Exception>,
    members: Vec<Ref<Exception>>,
    next: usize,
    matching: Vec<Value>,
    rest: Vec<Value>,
}

/// Splits a group by a condition, which is asked about groups before their members.
#[derive(Debug)]
pub struct Splitter {
    root: Ref<Exception>,
    levels: Vec<Level>,
    /// What the condition is to be asked about.
    asked: Option<Ref<Exception>>,
    answer: Option<(Value, Value)>,
}

impl Splitter {
    /// Starts with the group itself.
    pub fn new(root: Ref<Exception>) -> Splitter {
        Splitter { root, levels: Vec::new(), asked: Some(root), answer: None }
    }

    /// Splits by classes.
    pub fn run(&mut self, vm: &mut Vm, types: &[TypeId]) -> R<(Value, Value)> {
        self.drive(vm, |vm, e| {
            let ty = vm.heap.get(e).ty;
            types.iter().any(|t| ty.is_subtype_of(*t))
        })
    }

    /// Splits by a condition that answers at once.
    fn drive(
        &mut self,
        vm: &mut Vm,
        mut matches: impl FnMut(&Vm, Ref<Exception>) -> bool,
    ) -> R<(Value, Value)> {
        while let Some(e) = self.asked {
            vm.charge(2);
            let answer = matches(vm, e);
            self.answered(vm, answer)?;
        }
        Ok(self.answer.expect("a splitter that asks no more has its answer"))
    }

    /// Takes the condition's answer about [`Splitter::asked`] and finds the next question.
    fn answered(&mut self, vm: &mut Vm, matches: bool) -> R<()> {
        let Some(e) = self.asked.take() else { return Ok(()) };
        if matches {
            self.found(Value::Exception(e), Value::None);
        } else if is_group(vm, e) {
            let members = members(vm, e);
            self.levels.push(Level { group: e, members, next: 0, matching: Vec::new(), rest: Vec::new() });
        } else {
            self.found(Value::None, Value::Exception(e));
        }
        while self.answer.is_none() {
            let Some(level) = self.levels.last_mut() else { break };
            if let Some(&member) = level.members.get(level.next) {
                level.next += 1;
                self.asked = Some(member);
                return Ok(());
            }
            let level = self.levels.pop().expect("there is a last one");
            let matching = derive(vm, level.group, level.matching)?;
            let rest = derive(vm, level.group, level.rest)?;
            self.found(matching, rest);
        }
        Ok(())
    }

    /// Hands the two parts of one exception to the group it is in.
    fn found(&mut self, matching: Value, rest: Value) {
        match self.levels.last_mut() {
            Some(level) => {
                level.matching.extend((!matching.is_none()).then_some(matching));
                level.rest.extend((!rest.is_none()).then_some(rest));
            }
            None => self.answer = Some((matching, rest)),
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.root);
        tracer.option(self.asked);
        for level in &self.levels {
            tracer.object(level.group);
            for &e in &level.members {
                tracer.object(e);
            }
            for &v in level.matching.iter().chain(&level.rest) {
                tracer.value(v);
            }
        }
    }
}

/// `split` and `subgroup` with a function as their condition.
pub struct SplitTask {
    splitter: Splitter,
    condition: Value,
    both: bool,
    truth: bool,
}

impl SplitTask {
    /// Splits `group` by what `condition` says about each exception.
    pub fn new(group: Ref<Exception>, condition: Value, both: bool) -> SplitTask {
        SplitTask { splitter: Splitter::new(group), condition, both, truth: false }
    }
}

impl Task for SplitTask {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        vm.charge(4);
        if let Resume::Value(v) = resume {
            // The function's result first, then its truth.
            if !self.truth {
                self.truth = true;
                return Ok(Step::Await(ops::truth(vm, v)?));
            }
            self.truth = false;
            self.splitter.answered(vm, matches!(v, Value::Bool(true)))?;
        }
        let Some(e) = self.splitter.asked else {
            let (matching, rest) = self.splitter.answer.expect("asked about everything");
            let result = if self.both { vm.tuple([matching, rest]) } else { matching };
            return Ok(Step::Done(result));
        };
        Ok(Step::Await(Flow::call(vm, self.condition, &[Value::Exception(e)])))
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.condition);
        self.splitter.trace(tracer);
    }
}
