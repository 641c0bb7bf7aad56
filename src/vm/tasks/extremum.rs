//! `min` and `max`.

use super::drain::{Drain, Sink};
use super::then::trace_flow;
use crate::bytecode::CmpOp;
use crate::vm::call::call_native;
use crate::vm::compare::order_simple;
use crate::vm::flow::{Flow, R, value};
use crate::vm::heap::Tracer;
use crate::vm::iter;
use crate::vm::native::Args;
use crate::vm::ops;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// `min(…)` or `max(…)`
pub fn extremum(vm: &mut Vm, args: Args<'_>, largest: bool) -> R {
    if let Some(v) = of_small_integers(&args, largest) {
        return value(v);
    }
    let name = if largest { "max" } else { "min" };
    let (mut key, mut default) = (Value::None, Value::Undef);
    if args.is_empty() {
        return Err(vm.type_error(format!("{name} expected at least 1 argument, got 0")));
    }
    for (keyword, v) in args.keywords() {
        let Value::Str(keyword) = keyword else { continue };
        match vm.heap.str(keyword) {
            "key" => key = v,
            "default" => default = v,
            other => {
                let message = format!("{name}() got an unexpected keyword argument '{other}'");
                return Err(vm.type_error(message));
            }
        }
    }
    let mut best = Best {
        largest,
        key,
        default,
        best: Value::Undef,
        best_key: Value::Undef,
        item: Value::Undef,
        item_key: Value::Undef,
        pending: None,
    };
    if let [iterable] = *args.pos() {
        let iterator = iter::get_iter_now(vm, iterable)?;
        return Ok(Flow::task(Drain::new(iterator, best)));
    }
    if !default.is_undef() {
        return Err(vm.type_error(format!(
            "Cannot specify a default for {name}() with multiple positional arguments"
        )));
    }
    if key.is_none() {
        // A few arguments of simple types: no iteration.
        for (i, &v) in args.pos().iter().enumerate() {
            if i > 0 && order_simple(vm, v, best.best).is_none() {
                break;
            }
            best.take(vm, v)?;
            if i + 1 == args.len() {
                return best.finish(vm);
            }
        }
        (best.best, best.best_key) = (Value::Undef, Value::Undef);
    }
    let all = vm.tuple(args.pos());
    let iterator = iter::get_iter_now(vm, all)?;
    Ok(Flow::task(Drain::new(iterator, best)))
}

/// The common case of a few small integers.
fn of_small_integers(args: &Args<'_>, largest: bool) -> Option<Value> {
    if args.has_keywords() || args.len() < 2 {
        return None;
    }
    let Value::Int(mut best) = args.get(0) else { return None };
    for &v in &args.pos()[1..] {
        let Value::Int(i) = v else { return None };
        best = if largest { best.max(i) } else { best.min(i) };
    }
    Some(Value::Int(best))
}

struct Best {
    largest: bool,
    /// The key function, or `None`.
    key: Value,
    default: Value,
    best: Value,
    best_key: Value,
    /// The value at hand while its key is computed or compared.
    item: Value,
    item_key: Value,
    pending: Option<Flow>,
}

impl Best {
    /// The key of the item is there.
    fn compare(&mut self, vm: &mut Vm, key: Value) -> R<()> {
        self.item_key = key;
        if self.best.is_undef() {
            self.adopt();
            return Ok(());
        }
        if let Some(order) = order_simple(vm, key, self.best_key) {
            if if self.largest { order.is_gt() } else { order.is_lt() } {
                self.adopt();
            }
            self.item_key = Value::Undef;
            return Ok(());
        }
        let op = if self.largest { CmpOp::Gt } else { CmpOp::Lt };
        match ops::compare(vm, op, key, self.best_key)? {
            Flow::Value(better) => self.decide(better),
            flow => self.pending = Some(flow),
        }
        Ok(())
    }

    fn decide(&mut self, better: Value) {
        if ops::truth_of_bool(better) {
            self.adopt();
        }
        self.item_key = Value::Undef;
    }

    fn adopt(&mut self) {
        (self.best, self.best_key) = (self.item, self.item_key);
        self.item_key = Value::Undef;
    }
}

impl Sink for Best {
    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        self.item = v;
        match self.key {
            Value::None => self.compare(vm, v)?,
            function @ (Value::Native(_) | Value::Type(_)) => {
                match call_native(vm, function, Args::positional(&[v]))? {
                    Flow::Value(key) => self.compare(vm, key)?,
                    flow => self.pending = Some(flow),
                }
            }
            function => self.pending = Some(Flow::call(vm, function, &[v])),
        }
        Ok(None)
    }

    /// Plain numbers that follow one another are compared without a look at the interpreter.
    fn take_some(&mut self, values: &[Value]) -> usize {
        if !self.key.is_none() || values.is_empty() {
            return 0;
        }
        let start = usize::from(self.best.is_undef());
        let first = if start == 1 { values[0] } else { self.best };
        let (best, taken) = match first {
            Value::Int(first) => {
                let ints = values[start..].iter().map_while(|v| match v {
                    Value::Int(i) => Some(*i),
                    _ => None,
                });
                let (mut best, mut taken) = (first, start);
                for i in ints {
                    best = if self.largest { best.max(i) } else { best.min(i) };
                    taken += 1;
                }
                (Value::Int(best), taken)
            }
            Value::Float(first) => {
                let (mut best, mut taken) = (first, start);
                for v in &values[start..] {
                    let Value::Float(f) = *v else { break };
                    // As written, so that NaN is never better and an equal one later neither.
                    if if self.largest { f > best } else { f < best } {
                        best = f;
                    }
                    taken += 1;
                }
                (Value::Float(best), taken)
            }
            _ => return 0,
        };
        (self.best, self.best_key) = (best, best);
        taken
    }

    fn wants(&mut self) -> Option<Flow> {
        self.pending.take()
    }

    fn answered(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        if self.item_key.is_undef() {
            self.compare(vm, v)?;
        } else {
            self.decide(v);
        }
        Ok(None)
    }

    fn finish(&mut self, vm: &mut Vm) -> R {
        match (self.best, self.default) {
            (Value::Undef, Value::Undef) => {
                let name = if self.largest { "max" } else { "min" };
                Err(vm.value_error(format!("{name}() iterable argument is empty")))
            }
            (Value::Undef, default) => value(default),
            (best, _) => value(best),
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        for v in [self.key, self.default, self.best, self.best_key, self.item, self.item_key] {
            tracer.value(v);
        }
        if let Some(flow) = &self.pending {
            trace_flow(flow, tracer);
        }
    }
}
