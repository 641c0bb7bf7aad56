//! Lists against vectors.

use proptest::prelude::*;

use crate::vm::ops;
use crate::vm::testing::{call, settle, vm};
use crate::vm::type_id::TypeId;
use crate::vm::types::slice::Slice;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// The bounds of a slice as a program writes them.
type Bounds = (Option<i64>, Option<i64>, Option<i64>);

/// What a test does to a list.
#[derive(Clone, Debug)]
enum Step {
    Append(i64),
    Insert(i64, i64),
    Pop(i64),
    Get(Bounds),
    Assign(Bounds, Vec<i64>),
    Delete(Bounds),
    Extend(Vec<i64>),
    Repeat(i64),
    Remove(i64),
    Index(i64),
    Reverse,
    Sort,
}

fn bounds() -> impl Strategy<Value = Bounds> {
    let bound = || prop::option::of(-12..12i64);
    (bound(), bound(), prop::option::of(-4..5i64))
}

fn step() -> impl Strategy<Value = Step> {
    let values = || prop::collection::vec(0..9i64, 0..7);
    prop_oneof![
        any::<i8>().prop_map(|v| Step::Append(v.into())),
        (-12..12i64, 0..9i64).prop_map(|(i, v)| Step::Insert(i, v)),
        (-12..12i64).prop_map(Step::Pop),
        bounds().prop_map(Step::Get),
        (bounds(), values()).prop_map(|(b, v)| Step::Assign(b, v)),
        bounds().prop_map(Step::Delete),
        values().prop_map(Step::Extend),
        (-1..3i64).prop_map(Step::Repeat),
        (0..9i64).prop_map(Step::Remove),
        (0..9i64).prop_map(Step::Index),
        Just(Step::Reverse),
        Just(Step::Sort),
    ]
}

/// The indices a slice selects, counted one by one as the language reference describes; `None` for step 0.
fn indices((start, stop, step): Bounds, len: usize) -> Option<Vec<usize>> {
    let (len, step) = (len as i64, step.unwrap_or(1));
    let from_start = |i: i64| if i < 0 { i + len } else { i };
    let mut selected = Vec::new();
    match step {
        0 => return None,
        1.. => {
            let mut i = from_start(start.unwrap_or(0)).max(0);
            let stop = stop.map_or(len, from_start).min(len);
            while i < stop {
                selected.push(i as usize);
                i += step;
            }
        }
        _ => {
            let mut i = start.map_or(len - 1, from_start).min(len - 1);
            let stop = stop.map_or(-1, |s| from_start(s).max(-1));
            while i > stop {
                selected.push(i as usize);
                i += step;
            }
        }
    }
    Some(selected)
}

fn list_of(vm: &mut Vm, values: &[i64]) -> Value {
    vm.list(values.iter().map(|&v| Value::Int(v)).collect())
}

fn values_of(vm: &Vm, list: Value) -> Vec<i64> {
    let Value::List(l) = list else { panic!("not a list: {list:?}") };
    let int = |v: &Value| match v {
        Value::Int(i) => *i,
        other => panic!("not an int: {other:?}"),
    };
    vm.heap.get(l).items.iter().map(int).collect()
}

fn slice_of(vm: &mut Vm, (start, stop, step): Bounds) -> Value {
    let part = |p: Option<i64>| p.map_or(Value::None, Value::Int);
    let slice = Slice { start: part(start), stop: part(stop), step: part(step) };
    Value::Slice(vm.heap.alloc(slice))
}

fn assign(model: &mut Vec<i64>, bounds: Bounds, new: &[i64]) -> Result<(), TypeId> {
    let selected = indices(bounds, model.len()).ok_or(TypeId::ValueError)?;
    if bounds.2.unwrap_or(1) == 1 {
        let from_start = |i: i64| if i < 0 { i + model.len() as i64 } else { i };
        let start = from_start(bounds.0.unwrap_or(0)).clamp(0, model.len() as i64) as usize;
        model.splice(start..start + selected.len(), new.iter().copied());
        return Ok(());
    }
    if selected.len() != new.len() {
        return Err(TypeId::ValueError);
    }
    selected.into_iter().zip(new).for_each(|(i, &v)| model[i] = v);
    Ok(())
}

fn apply(vm: &mut Vm, list: Value, model: &mut Vec<i64>, step: Step) -> Result<(), TestCaseError> {
    let method = |vm: &mut Vm, name: &str, args: &[Value]| {
        let mut all = vec![list];
        all.extend_from_slice(args);
        call(vm, TypeId::List, name, &all)
    };
    match step {
        Step::Append(v) => {
            prop_assert!(method(vm, "append", &[Value::Int(v)]).is_ok());
            model.push(v);
        }
        Step::Insert(i, v) => {
            prop_assert!(method(vm, "insert", &[Value::Int(i), Value::Int(v)]).is_ok());
            let len = model.len() as i64;
            let at = if i < 0 { (i + len).max(0) } else { i.min(len) };
            model.insert(at as usize, v);
        }
        Step::Pop(i) => {
            let len = model.len() as i64;
            let at = if i < 0 { i + len } else { i };
            let popped = method(vm, "pop", &[Value::Int(i)]);
            if (0..len).contains(&at) {
                let expected = model.remove(at as usize);
                prop_assert!(matches!(popped, Ok(Value::Int(v)) if v == expected));
            } else {
                prop_assert_eq!(popped.err(), Some(TypeId::IndexError));
            }
        }
        Step::Get(bounds) => {
            let slice = slice_of(vm, bounds);
            let flow = ops::get_item(vm, list, slice);
            match (settle(vm, flow), indices(bounds, model.len())) {
                (Ok(part), Some(selected)) => {
                    let expected: Vec<i64> = selected.iter().map(|&i| model[i]).collect();
                    prop_assert_eq!(values_of(vm, part), expected);
                }
                (got, selected) => prop_assert_eq!(got.err().is_some(), selected.is_none()),
            }
        }
        Step::Assign(bounds, new) => {
            let slice = slice_of(vm, bounds);
            let src = list_of(vm, &new);
            let flow = ops::set_item(vm, list, slice, src);
            let got = settle(vm, flow).map(|_| ());
            prop_assert_eq!(got, assign(model, bounds, &new));
        }
        Step::Delete(bounds) => {
            let slice = slice_of(vm, bounds);
            let flow = ops::del_item(vm, list, slice);
            let got = settle(vm, flow);
            match indices(bounds, model.len()) {
                Some(mut selected) => {
                    prop_assert!(got.is_ok());
                    selected.sort_unstable();
                    for i in selected.into_iter().rev() {
                        model.remove(i);
                    }
                }
                None => prop_assert_eq!(got.err(), Some(TypeId::ValueError)),
            }
        }
        Step::Extend(new) => {
            let src = list_of(vm, &new);
            prop_assert!(method(vm, "extend", &[src]).is_ok());
            model.extend(new);
        }
        Step::Repeat(n) if model.len() < 100 => {
            let flow = ops::inplace(vm, crate::bytecode::BinOp::Mul, list, Value::Int(n));
            prop_assert!(settle(vm, flow).is_ok());
            *model = model.repeat(n.max(0) as usize);
        }
        Step::Repeat(_) => {}
        Step::Remove(v) => {
            let removed = method(vm, "remove", &[Value::Int(v)]);
            let at = model.iter().position(|&x| x == v);
            prop_assert_eq!(removed.is_ok(), at.is_some());
            at.map(|at| model.remove(at));
        }
        Step::Index(v) => {
            let found = method(vm, "count", &[Value::Int(v)]);
            let count = model.iter().filter(|&&x| x == v).count() as i64;
            prop_assert!(matches!(found, Ok(Value::Int(n)) if n == count));
            if let Some(at) = model.iter().position(|&x| x == v) {
                let found = method(vm, "index", &[Value::Int(v)]);
                prop_assert!(matches!(found, Ok(Value::Int(i)) if i == at as i64));
            }
        }
        Step::Reverse => {
            prop_assert!(method(vm, "reverse", &[]).is_ok());
            model.reverse();
        }
        Step::Sort => {
            prop_assert!(method(vm, "sort", &[]).is_ok());
            model.sort_unstable();
        }
    }
    prop_assert_eq!(&values_of(vm, list), model);
    Ok(())
}

/// The place of each value after a stable sort.
fn sorted_by<T>(values: &[T], less: impl Fn(&T, &T) -> std::cmp::Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| less(&values[a], &values[b]));
    order
}

proptest! {
    #[test]
    fn behaves_as_a_vector(start in prop::collection::vec(0..9i64, 0..12), steps in prop::collection::vec(step(), 0..40)) {
        let mut vm = vm();
        let list = list_of(&mut vm, &start);
        let mut model = start;
        for step in steps {
            apply(&mut vm, list, &mut model, step)?;
        }
    }

    #[test]
    fn long_lists_of_integers_are_sorted(values in prop::collection::vec(any::<i64>(), 0..9_000), few: bool) {
        let values: Vec<i64> = values.iter().map(|v| if few { v % 7 } else { *v }).collect();
        let mut vm = vm();
        let list = list_of(&mut vm, &values);
        prop_assert!(call(&mut vm, TypeId::List, "sort", &[list]).is_ok());
        let mut expected = values;
        expected.sort_unstable();
        prop_assert_eq!(values_of(&vm, list), expected);
    }

    #[test]
    fn pairs_are_sorted_stably(
        pairs in prop::collection::vec((0..40i64, prop_oneof!["[ab]{0,3}", "abcdefgh[a-c]{0,2}"]), 0..3_000),
        words_first: bool,
    ) {
        let mut vm = vm();
        let mut tuples = Vec::new();
        for (n, word) in &pairs {
            let word = vm.str(word);
            let both = if words_first { [word, Value::Int(*n)] } else { [Value::Int(*n), word] };
            tuples.push(vm.tuple(both));
        }
        let before = tuples.clone();
        let list = vm.list(tuples);
        prop_assert!(call(&mut vm, TypeId::List, "sort", &[list]).is_ok());
        let order = if words_first {
            sorted_by(&pairs, |a, b| (&a.1, a.0).cmp(&(&b.1, b.0)))
        } else {
            sorted_by(&pairs, |a, b| a.cmp(b))
        };
        let Value::List(l) = list else { unreachable!("it is a list") };
        let sorted = &vm.heap.get(l).items;
        prop_assert_eq!(sorted.len(), order.len());
        prop_assert!(sorted.iter().zip(order).all(|(v, i)| v.is(before[i])));
    }

    #[test]
    fn floats_and_strings_are_sorted_stably(
        floats in prop::collection::vec(prop_oneof![Just(0.0), Just(-0.0), -2.0..2.0f64], 0..3_000),
        words in prop::collection::vec("[a-c\u{e9}]{0,10}", 0..3_000),
    ) {
        let mut vm = vm();
        let list = vm.list(floats.iter().map(|&f| Value::Float(f)).collect());
        prop_assert!(call(&mut vm, TypeId::List, "sort", &[list]).is_ok());
        let order = sorted_by(&floats, |a, b| a.partial_cmp(b).expect("there is no NaN"));
        let Value::List(l) = list else { unreachable!("it is a list") };
        let sorted = vm.heap.get(l).items.iter().zip(order);
        for (v, i) in sorted {
            prop_assert!(v.is(Value::Float(floats[i])), "{:?} is not {}", v, floats[i]);
        }
        let strings: Vec<Value> = words.iter().map(|w| vm.str(w)).collect();
        let list = vm.list(strings.clone());
        prop_assert!(call(&mut vm, TypeId::List, "sort", &[list]).is_ok());
        let Value::List(l) = list else { unreachable!("it is a list") };
        let order = sorted_by(&words, |a, b| a.cmp(b));
        prop_assert!(vm.heap.get(l).items.iter().zip(order).all(|(v, i)| v.is(strings[i])));
    }
}
