//! `< <= == != > >=` and `in`.

use std::cmp::Ordering;

use crate::bytecode::CmpOp;
use crate::vm::compare::{eq_charged, order_simple, tuple_items};
use crate::vm::flow::{Flow, R, Trap, value};
use crate::vm::tasks;
use crate::vm::types::{bytes, dict, float, int, range, set, str};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// Compares two small integers.
#[inline]
pub fn int_compare(op: CmpOp, x: i64, y: i64) -> bool {
    match op {
        CmpOp::Lt => x < y,
        CmpOp::Le => x <= y,
        CmpOp::Eq => x == y,
        CmpOp::Ne => x != y,
        CmpOp::Gt => x > y,
        CmpOp::Ge => x >= y,
    }
}

/// Whether an ordering satisfies an operator; `None` is unordered (NaN).
pub fn holds(op: CmpOp, ordering: Option<Ordering>) -> bool {
    match (op, ordering) {
        (CmpOp::Ne, o) => o != Some(Ordering::Equal),
        (_, None) => false,
        (CmpOp::Lt, Some(o)) => o.is_lt(),
        (CmpOp::Le, Some(o)) => o.is_le(),
        (CmpOp::Eq, Some(o)) => o.is_eq(),
        (CmpOp::Gt, Some(o)) => o.is_gt(),
        (CmpOp::Ge, Some(o)) => o.is_ge(),
    }
}

/// As [`compare`], for a jump: the truth of the result.
pub fn compare_truth(vm: &mut Vm, op: CmpOp, a: Value, b: Value) -> R {
    compare(vm, op, a, b)
}

/// `a op b`
#[inline(never)]
pub fn compare(vm: &mut Vm, op: CmpOp, a: Value, b: Value) -> R {
    use Value::*;
    if matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return equality(vm, op, a, b);
    }
    let ordering = match (a, b) {
        (Big(x), Big(y)) => {
            let bits = vm.heap.get(x).value.bits().min(vm.heap.get(y).value.bits());
            vm.charge(bits as usize / 512);
            compare_numbers(vm, a, b)
        }
        (Int(_) | Bool(_) | Float(_) | Big(_), Int(_) | Bool(_) | Float(_) | Big(_)) => {
            compare_numbers(vm, a, b)
        }
        (Str(_), Str(_)) | (Bytes(_), Bytes(_)) => match order_simple(vm, a, b) {
            Option::None => return tasks::compare_texts(vm, op, a, b),
            found => found,
        },
        (List(_), List(_)) | (Tuple(_) | StructSeq(_), Tuple(_) | StructSeq(_)) => {
            return tasks::compare_sequences(vm, op, a, b);
        }
        (Slice(x), Slice(y)) => {
            let [a, b] = [x, y].map(|s| *vm.heap.get(s)).map(|s| vm.tuple([s.start, s.stop, s.step]));
            return tasks::compare_sequences(vm, op, a, b);
        }
        (Set(_) | FrozenSet(_) | View(_), Set(_) | FrozenSet(_) | View(_)) => {
            return match set::compare(vm, op, a, b)? {
                Some(flow) => Ok(flow),
                Option::None => Err(unorderable(vm, op, a, b)),
            };
        }
        _ => return Err(unorderable(vm, op, a, b)),
    };
    value(Bool(holds(op, ordering)))
}

/// Orders two numbers that are not complex.
pub fn compare_numbers(vm: &Vm, a: Value, b: Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Float(x), Value::Float(y)) => x.partial_cmp(&y),
        (Value::Float(_), _) | (_, Value::Float(_)) => float::compare_mixed(vm, a, b),
        _ => Some(int::compare(vm, a, b)),
    }
}

/// `TypeError: '<' not supported between instances of …`
#[cold]
pub fn unorderable(vm: &mut Vm, op: CmpOp, a: Value, b: Value) -> Trap {
    let (a, b) = (vm.type_name(a), vm.type_name(b));
    vm.type_error(format!("'{}' not supported between instances of '{a}' and '{b}'", op.symbol()))
}

fn equality(vm: &mut Vm, op: CmpOp, a: Value, b: Value) -> R {
    let negate = op == CmpOp::Ne;
    if let (Value::Float(x), Value::Float(y)) = (a, b) {
        return value(Value::Bool((x == y) != negate));
    }
    match eq_charged(vm, a, b) {
        Some(same) => value(Value::Bool(same != negate)),
        None => tasks::equal(vm, a, b, negate),
    }
}

/// `item in container`
pub fn contains(vm: &mut Vm, container: Value, item: Value) -> R {
    use Value::*;
    match container {
        Dict(d) => match dict::lookup(vm, d, item)? {
            dict::Found::At(_) => value(Bool(true)),
            dict::Found::Absent(_) => value(Bool(false)),
            dict::Found::Slow => Ok(Flow::Task(Box::new(tasks::dict_contains(d, item)))),
        },
        Set(s) | FrozenSet(s) => set::contains(vm, s, item),
        Str(s) => str::contains(vm, s, item),
        Bytes(b) => bytes::contains(vm, b, item),
        List(l) => tasks::search(vm, List(l), item),
        Tuple(_) | StructSeq(_) => {
            if tuple_items(&vm.heap, container).is_empty() {
                return value(Bool(false));
            }
            tasks::search(vm, container, item)
        }
        Range(r) => range::contains(vm, r, item),
        View(v) => dict::view_contains(vm, v, item),
        Iter(_) | Generator(_) | File(_) => tasks::search_iterator(vm, container, item),
        _ => {
            let name = vm.type_name(container);
            Err(vm.type_error(format!("argument of type '{name}' is not iterable")))
        }
    }
}
