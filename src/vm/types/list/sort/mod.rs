//! `list.sort` and `sorted`.
//!
//! Keys that are all integers, all floats or all strings are mapped to 64 bits whose order is theirs
//! ([`encoded`]), sorted in runs and merged; so are tuples and lists, by their first elements, and then
//! those that have the same ([`ties`]). Other keys are sorted by questions `a < b` ([`asked`]), which
//! may take Python code. Both go on where they stopped when the fuel is used up.

mod asked;
mod encoded;
mod ties;

use super::List;
use crate::bytecode::CmpOp;
use crate::vm::call::call_native;
use crate::vm::compare::order_simple;
use crate::vm::flow::{Flow, R, Resume, Step, Task, Trap, value};
use crate::vm::heap::Tracer;
use crate::vm::native::Args;
use crate::vm::ops;
use crate::vm::tasks;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;
use asked::Asked;
use encoded::Encoded;
use ties::Ties;

/// Elements up to which a list is sorted without a task, when nothing has to be called.
const AT_ONCE: usize = 4_096;
/// Keys, questions or elements worked on before the fuel is looked at.
const BATCH: usize = 2_048;

/// `key` and `reverse` of `sort` and `sorted`.
pub fn sort_options(vm: &mut Vm, args: Args<'_>) -> R<(Value, bool)> {
    let (mut key, mut reverse) = (Value::None, false);
    for (name, v) in args.keywords() {
        let Value::Str(name) = name else { continue };
        match vm.heap.str(name) {
            "key" => key = v,
            "reverse" => reverse = ops::truth_now(vm, v),
            other => {
                let message = format!("sort() got an unexpected keyword argument '{other}'");
                return Err(vm.type_error(message));
            }
        }
    }
    Ok((key, reverse))
}

/// `list.sort(key=None, reverse=False)`
pub fn sort_method(vm: &mut Vm, args: Args<'_>) -> R {
    let list = super::methods::this(vm, args, "sort")?;
    if args.len() > 1 {
        return Err(vm.type_error("sort() takes no positional arguments"));
    }
    let (key, reverse) = sort_options(vm, args)?;
    sort(vm, list, key, reverse, Value::None)
}

/// `sorted(iterable, key=None, reverse=False)`
pub fn sorted(vm: &mut Vm, iterable: Value, key: Value, reverse: bool) -> R {
    let flow = tasks::collect(vm, iterable)?;
    tasks::then(vm, flow, [key, Value::Bool(reverse)], |vm, [key, reverse], made| match made {
        Value::List(list) => sort(vm, list, key, ops::truth_of_bool(reverse), made),
        _ => unreachable!("collecting makes a list"),
    })
}

/// Sorts a list; `result` is the answer.
fn sort(vm: &mut Vm, list: Ref<List>, key: Value, reverse: bool, result: Value) -> R {
    let items = std::mem::take(&mut vm.heap.get_mut(list).items);
    let n = items.len();
    let items = vm.heap.alloc(List { items });
    let keys = if key.is_none() { items } else { vm.heap.alloc(List { items: Vec::with_capacity(n) }) };
    let out = vm.heap.alloc(List::default());
    let phase = if key.is_none() { Phase::Encode } else { Phase::Keys };
    let mut sort = Sort { list, items, keys, out, key, reverse, result, phase, external: 0, failed: false };
    if n <= AT_ONCE {
        loop {
            match sort.work(vm) {
                // A few elements may be long texts.
                Ok(Work::More) if vm.fuel <= 0 => return Ok(Flow::task(sort)),
                Ok(Work::More) => {}
                Ok(Work::Done) => return sort.finish(vm),
                Ok(Work::Wants(flow)) => return Ok(Flow::task(Begun { flow: Some(flow), sort })),
                Err(trap) => {
                    sort.restore(vm);
                    return Err(trap);
                }
            }
        }
    }
    Ok(Flow::task(sort))
}

struct Sort {
    /// The list that is sorted; empty meanwhile.
    list: Ref<List>,
    /// Its elements in their old order.
    items: Ref<List>,
    /// The keys: the elements themselves without a key function.
    keys: Ref<List>,
    /// The elements in their new order.
    out: Ref<List>,
    /// The key function, or `None`.
    key: Value,
    reverse: bool,
    result: Value,
    phase: Phase,
    /// Bytes held outside the heap, which has been told of them.
    external: usize,
    /// An exception is on its way, and the elements are back in the list.
    failed: bool,
}

enum Phase {
    /// The key function is being called.
    Keys,
    /// The keys are about to be mapped to 64 bits.
    Encode,
    Encoded(Encoded),
    Ties(Ties),
    Asked(Asked),
    /// All is in `out`.
    Done,
}

/// What a stretch of work came to.
enum Work {
    More,
    Done,
    Wants(Flow),
}

impl Sort {
    fn work(&mut self, vm: &mut Vm) -> R<Work> {
        match &mut self.phase {
            Phase::Keys => self.compute_keys(vm),
            Phase::Encode => {
                let n = vm.heap.get(self.items).items.len();
                self.account(vm, n * 2 * size_of::<(u64, u32)>());
                let plain = self.keys == self.items;
                self.phase = Phase::Encoded(Encoded::new(self.reverse, plain));
                Ok(Work::More)
            }
            Phase::Encoded(encoded) => {
                match encoded.work(vm, self.keys, self.items, self.out, BATCH) {
                    encoded::Work::More => {}
                    encoded::Work::Done => self.phase = Phase::Done,
                    encoded::Work::Ties(codes) => self.phase = Phase::Ties(Ties::new(codes, self.reverse)),
                    encoded::Work::Impossible => {
                        let n = vm.heap.get(self.keys).items.len();
                        self.phase = Phase::Asked(Asked::new(n, self.reverse));
                    }
                }
                Ok(Work::More)
            }
            Phase::Ties(ties) => match ties.work(vm, self.keys, BATCH)? {
                ties::Work::More => Ok(Work::More),
                ties::Work::Wants(flow) => Ok(Work::Wants(flow)),
                ties::Work::Done => {
                    place(vm, ties.order(), self.items, self.out);
                    self.phase = Phase::Done;
                    Ok(Work::More)
                }
            },
            Phase::Asked(asked) => {
                vm.charge(BATCH / 2);
                for _ in 0..BATCH {
                    let Some((a, b)) = asked.question() else {
                        place(vm, asked.order(), self.items, self.out);
                        self.phase = Phase::Done;
                        return Ok(Work::More);
                    };
                    let keys = &vm.heap.get(self.keys).items;
                    let (a, b) = (keys[a as usize], keys[b as usize]);
                    match order_simple(vm, a, b) {
                        Some(order) => asked.answer(order.is_lt()),
                        None => match ops::compare(vm, CmpOp::Lt, a, b)? {
                            Flow::Value(less) => asked.answer(ops::truth_of_bool(less)),
                            flow => return Ok(Work::Wants(flow)),
                        },
                    }
                    if vm.fuel <= 0 {
                        break;
                    }
                }
                Ok(Work::More)
            }
            Phase::Done => Ok(Work::Done),
        }
    }

    /// Tells the heap of memory outside it.
    fn account(&mut self, vm: &mut Vm, bytes: usize) {
        vm.heap.release_external(self.external);
        vm.heap.charge_external(bytes);
        self.external = bytes;
    }

    fn compute_keys(&mut self, vm: &mut Vm) -> R<Work> {
        for _ in 0..BATCH {
            let at = vm.heap.get(self.keys).items.len();
            let Some(&item) = vm.heap.get(self.items).items.get(at) else {
                self.phase = Phase::Encode;
                return Ok(Work::More);
            };
            vm.charge(1);
            let flow = match self.key {
                Value::Native(_) | Value::Type(_) => call_native(vm, self.key, Args::positional(&[item]))?,
                function => Flow::call(vm, function, &[item]),
            };
            match flow {
                Flow::Value(key) => super::push(vm, self.keys, key),
                flow => return Ok(Work::Wants(flow)),
            }
        }
        Ok(Work::More)
    }

    /// Takes the answer of what [`Sort::work`] wanted.
    fn answer(&mut self, vm: &mut Vm, v: Value) {
        match &mut self.phase {
            Phase::Asked(asked) => asked.answer(ops::truth_of_bool(v)),
            Phase::Ties(ties) => ties.answer(ops::truth_of_bool(v)),
            _ => super::push(vm, self.keys, v),
        }
    }

    fn finish(&mut self, vm: &mut Vm) -> R {
        self.account(vm, 0);
        let items = std::mem::take(&mut vm.heap.get_mut(self.out).items);
        let mut list = vm.heap.get_mut(self.list);
        let modified = list.items.capacity() > 0;
        list.items = items;
        drop(list);
        self.failed = modified;
        if modified {
            return Err(vm.value_error("list modified during sort"));
        }
        value(self.result)
    }

    /// Puts the elements back, in the order they are in, when the sort failed.
    fn restore(&mut self, vm: &mut Vm) {
        self.failed = true;
        self.account(vm, 0);
        let items = match &self.phase {
            Phase::Asked(asked) => {
                place(vm, asked.order(), self.items, self.out);
                self.out
            }
            Phase::Ties(ties) => {
                place(vm, ties.order(), self.items, self.out);
                self.out
            }
            _ => self.items,
        };
        let items = std::mem::take(&mut vm.heap.get_mut(items).items);
        vm.heap.get_mut(self.list).items = items;
    }
}

/// Puts the elements into `out` in the order of these indices.
fn place(vm: &mut Vm, order: Vec<u32>, items: Ref<List>, out: Ref<List>) {
    let items = &vm.heap.get(items).items;
    let placed: Vec<Value> = order.iter().map(|&i| items[i as usize]).collect();
    vm.charge(placed.len() / 4);
    vm.heap.get_mut(out).items = placed;
}

impl Task for Sort {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        match resume {
            Resume::Start => {}
            Resume::Value(v) => self.answer(vm, v),
            Resume::Raised(exc) => {
                self.restore(vm);
                return Err(Trap::Raise(exc));
            }
        }
        loop {
            match self.work(vm) {
                Ok(Work::More) => {}
                Ok(Work::Done) => return self.finish(vm).map(Step::Become),
                Ok(Work::Wants(flow)) => return Ok(Step::Await(flow)),
                Err(trap) => {
                    self.restore(vm);
                    return Err(trap);
                }
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn abandon(&mut self, vm: &mut Vm) {
        if !self.failed {
            let items = std::mem::take(&mut vm.heap.get_mut(self.items).items);
            vm.heap.get_mut(self.list).items = items;
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        for list in [self.list, self.items, self.keys, self.out] {
            tracer.object(list);
        }
        tracer.value(self.key);
        tracer.value(self.result);
    }

    /// An exception in a key function or comparison must not cost the list its elements.
    fn catches(&self) -> bool {
        !self.failed
    }
}

/// A sort that wanted a flow before it became a task.
struct Begun {
    flow: Option<Flow>,
    sort: Sort,
}

impl Task for Begun {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        match self.flow.take() {
            Some(flow) => Ok(Step::Await(flow)),
            None => self.sort.step(vm, resume),
        }
    }

    fn abandon(&mut self, vm: &mut Vm) {
        self.sort.abandon(vm);
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.sort.trace(tracer);
        if let Some(flow) = &self.flow {
            tasks::trace_flow(flow, tracer);
        }
    }

    fn catches(&self) -> bool {
        self.sort.catches()
    }
}
