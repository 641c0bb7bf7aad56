//! Dicts with numbers as keys against a list of pairs.

use num_bigint::BigInt;
use num_traits::ToPrimitive;
use proptest::prelude::*;

use crate::bytecode::BinOp;
use crate::vm::ops;
use crate::vm::testing::{call, settle, vm};
use crate::vm::type_id::TypeId;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// What a test does with a key.
#[derive(Clone, Copy, Debug)]
enum Step {
    Set(i64),
    Get,
    Contains,
    Pop,
    SetDefault(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => any::<i64>().prop_map(Step::Set),
        2 => Just(Step::Get),
        1 => Just(Step::Contains),
        2 => Just(Step::Pop),
        1 => any::<i64>().prop_map(Step::SetDefault),
    ]
}

/// A key as the sum of two numbers: small ones meet often, large ones leave 64 bits.
fn summands() -> impl Strategy<Value = (i64, i64)> {
    prop_oneof![
        4 => (0..20i64, 0..20i64),
        1 => (i64::MAX - 2..=i64::MAX, 0..4i64),
        1 => (i64::MIN..=i64::MIN + 2, -3..1i64),
        1 => (Just(1i64 << 60), 0..4i64),
    ]
}

/// The number as an integer, or as something else that is equal to it.
fn spelled(vm: &mut Vm, (a, b): (i64, i64), as_float: bool) -> Value {
    let flow = ops::binary(vm, BinOp::Add, Value::Int(a), Value::Int(b));
    let sum = settle(vm, flow).expect("integers can be added");
    let exact = BigInt::from(a) + b;
    match (as_float, sum, exact.to_f64()) {
        (true, Value::Int(1), _) => Value::Bool(true),
        (true, Value::Int(0), _) => Value::Float(-0.0),
        (true, _, Some(f)) if num_traits::FromPrimitive::from_f64(f) == Some(exact) => Value::Float(f),
        _ => sum,
    }
}

fn same(got: Result<Value, TypeId>, expected: Option<i64>) -> bool {
    match (got, expected) {
        (Ok(Value::Int(v)), Some(e)) => v == e,
        (Err(TypeId::KeyError), None) => true,
        _ => false,
    }
}

proptest! {
    #[test]
    fn equal_numbers_are_one_key(
        steps in prop::collection::vec((summands(), any::<bool>(), step()), 0..200),
    ) {
        let mut vm = vm();
        let dict = Value::Dict(vm.dict());
        let mut model: Vec<(BigInt, i64)> = Vec::new();
        for (summands, as_float, step) in steps {
            let key = spelled(&mut vm, summands, as_float);
            let number = BigInt::from(summands.0) + summands.1;
            let at = model.iter().position(|p| p.0 == number);
            let known = at.map(|at| model[at].1);
            match step {
                Step::Set(v) => {
                    let flow = ops::set_item(&mut vm, dict, key, Value::Int(v));
                    prop_assert!(settle(&mut vm, flow).is_ok());
                    match at {
                        Some(at) => model[at].1 = v,
                        None => model.push((number, v)),
                    }
                }
                Step::Get => {
                    let flow = ops::get_item(&mut vm, dict, key);
                    prop_assert!(same(settle(&mut vm, flow), known));
                }
                Step::Contains => {
                    let flow = ops::contains(&mut vm, dict, key);
                    let found = settle(&mut vm, flow);
                    prop_assert!(matches!(found, Ok(Value::Bool(b)) if b == at.is_some()));
                }
                Step::Pop => {
                    prop_assert!(same(call(&mut vm, TypeId::Dict, "pop", &[dict, key]), known));
                    at.map(|at| model.remove(at));
                }
                Step::SetDefault(v) => {
                    let got = call(&mut vm, TypeId::Dict, "setdefault", &[dict, key, Value::Int(v)]);
                    prop_assert!(same(got, Some(known.unwrap_or(v))));
                    if at.is_none() {
                        model.push((number, v));
                    }
                }
            }
        }
        let Value::Dict(d) = dict else { unreachable!("it is a dict") };
        let values: Vec<i64> = vm.heap.get(d).table.iter().map(|e| match e.value {
            Value::Int(i) => i,
            other => panic!("not an int: {other:?}"),
        }).collect();
        prop_assert_eq!(values, model.iter().map(|p| p.1).collect::<Vec<_>>());
    }
}
