//! Data crosses the boundary both ways, whatever the slices.

use std::borrow::Cow;

use super::Data;
use crate::engine::{Engine, Kill, Mode, Outcome, ResultForm, RunOptions, Step};
use crate::limits;

fn outcome(source: &str, inputs: Vec<(Cow<'static, str>, Data)>, result: ResultForm, fuel: u64) -> Outcome {
    let mut engine = Engine::new();
    let program = engine.compile(source, "<t>", Mode::Echo, true).program.unwrap();
    let mut run = engine.start(&program, RunOptions { inputs, result, ..RunOptions::default() });
    loop {
        if let Step::Done(outcome) = run.step(fuel) {
            let (charged, counted) = run.audit();
            assert_eq!(charged, counted, "the heap's account is right");
            return outcome;
        }
    }
}

/// The result as data, the same for any slicing.
fn result_with(source: &str, inputs: Vec<(Cow<'static, str>, Data)>) -> Data {
    let whole = outcome(source, inputs.clone(), ResultForm::Data, u64::MAX >> 2);
    assert_eq!(outcome(source, inputs, ResultForm::Data, 1), whole, "{source}");
    match whole {
        Outcome::Finished { value: None, data: Some(data) } => data,
        other => panic!("{source}: {other:?}"),
    }
}

fn result(source: &str) -> Data {
    result_with(source, Vec::new())
}

fn text(text: &str) -> Data {
    Data::Str(text.to_owned())
}

#[test]
fn each_type_of_a_result_has_its_own_data() {
    assert_eq!(result("2+3"), Data::Int(5));
    assert_eq!(result("3 > 2"), Data::Bool(true));
    assert_eq!(result("2**64"), Data::Big(num_bigint::BigInt::from(1u8) << 64));
    assert_eq!(result("1/2"), Data::Float(0.5));
    assert_eq!(result("'zwölf'"), text("zwölf"));
    assert_eq!(result("b'\\xff'"), Data::Bytes(vec![0xff]));
    assert_eq!(result("[1, (2, None)]"), {
        Data::List(vec![Data::Int(1), Data::Tuple(vec![Data::Int(2), Data::None])])
    });
    assert_eq!(result("{'b': 1, 'a': [2]}"), {
        Data::Dict(vec![(text("b"), Data::Int(1)), (text("a"), Data::List(vec![Data::Int(2)]))])
    });
    assert_eq!(result("{7}"), Data::Set(vec![Data::Int(7)]));
    assert_eq!(result("frozenset()"), Data::Set(Vec::new()));
    assert_eq!(result("[range(3), int, {}.keys()]"), {
        let others = ["range(0, 3)", "<class 'int'>", "dict_keys([])"];
        Data::List(others.map(|other| Data::Other(other.to_owned())).to_vec())
    });
}

#[test]
fn a_dict_that_lost_entries_keeps_its_order() {
    let expected = [1, 3].map(|n| (Data::Int(n), Data::Int(-n)));
    assert_eq!(result("d = {n: -n for n in range(4)}\ndel d[0], d[2]\nd"), Data::Dict(expected.to_vec()));
}

#[test]
fn what_contains_itself_or_nests_too_deep_becomes_its_repr() {
    assert_eq!(result("a = [1]\na.append(a)\na"), {
        Data::List(vec![Data::Int(1), Data::Other("[1, [...]]".to_owned())])
    });
    let mut data = result("a = 1\nfor _ in range(5000): a = [a]\na");
    for _ in 0..limits::RESULT_DEPTH_MAX {
        let Data::List(mut items) = data else { panic!("not deep enough") };
        data = items.remove(0);
    }
    let left = 5000 - limits::RESULT_DEPTH_MAX;
    assert_eq!(data, Data::Other("[".repeat(left) + "1" + &"]".repeat(left)));
}

#[test]
fn shared_parts_come_once_for_each_place() {
    let data = result("a = [1]\n[a, a]");
    let one = Data::List(vec![Data::Int(1)]);
    assert_eq!(data, Data::List(vec![one.clone(), one]));
}

#[test]
fn a_result_beyond_its_limits_is_an_end_of_its_own() {
    for source in [
        "[0] * 300_000",
        "'x' * (17 << 20)",
        "['x' * 9_000_000] * 2",
        "a = [0]*1000\nfor _ in range(3): a = [a]*1000\na",
    ] {
        let ended = outcome(source, Vec::new(), ResultForm::Data, 20_000);
        assert_eq!(ended, Outcome::Killed(Kill::Result), "{source}");
    }
}

#[test]
fn gathering_a_large_result_is_charged_and_can_be_suspended() {
    const LISTS: u64 = 30_000;
    let mut engine = Engine::new();
    let source = format!("[[n] for n in range({LISTS})]");
    // Slices and fuel: without and with a result.
    let [program, echo] = [Mode::Program, Mode::Echo].map(|mode| {
        let program = engine.compile(&source, "<t>", mode, true).program.unwrap();
        let options = RunOptions { result: ResultForm::Data, ..RunOptions::default() };
        let mut run = engine.start(&program, options);
        let mut slices = 0;
        while !matches!(run.step(5_000), Step::Done(_)) {
            slices += 1;
        }
        (slices, run.usage().fuel)
    });
    assert!(echo.1 >= program.1 + 2 * LISTS, "{program:?} {echo:?}");
    assert!(echo.0 >= program.0 + 10, "{program:?} {echo:?}");
}

#[test]
fn both_forms_come_when_both_are_wanted_and_neither_for_none() {
    let both = outcome("[1]", Vec::new(), ResultForm::Both, 1);
    let data = Some(Data::List(vec![Data::Int(1)]));
    assert_eq!(both, Outcome::Finished { value: Some("[1]".to_owned()), data });
    let none = outcome("None", Vec::new(), ResultForm::Both, 1);
    assert_eq!(none, Outcome::Finished { value: None, data: None });
}

#[test]
fn inputs_come_back_as_they_went_in() {
    let nested = Data::Dict(vec![
        (text("list"), Data::List(vec![Data::Int(1), Data::None, Data::Float(2.5), Data::Bool(false)])),
        (Data::Tuple(vec![Data::Int(1), text("k")]), Data::Set(vec![Data::Bytes(vec![0, 255])])),
        (Data::Big(num_bigint::BigInt::from(1u8) << 100), Data::Tuple(Vec::new())),
    ]);
    let inputs = vec![("x".into(), nested.clone()), ("y".into(), text("ü"))];
    assert_eq!(result_with("(x, y)", inputs), Data::Tuple(vec![nested, text("ü")]));
}

#[test]
fn an_input_may_hide_a_builtin_but_does_not_outlive_its_run() {
    assert_eq!(result_with("len", vec![("len".into(), Data::Int(3))]), Data::Int(3));
    let mut engine = Engine::new();
    for (name, found) in [("x", true), ("y", false)] {
        let program = engine.compile("x", "<t>", Mode::Echo, true).program.unwrap();
        let inputs = vec![(name.into(), Data::Int(1))];
        let mut run = engine.start(&program, RunOptions { inputs, ..RunOptions::default() });
        let Step::Done(outcome) = run.step(1 << 30) else { panic!("it is short") };
        assert_eq!(matches!(outcome, Outcome::Finished { .. }), found, "{outcome:?}");
        engine.recycle(run);
        engine.refresh_one();
    }
}

#[test]
fn inputs_that_python_would_not_take_raise_as_in_python() {
    let unhashable = Data::Set(vec![Data::List(Vec::new())]);
    let ended = outcome("x", vec![("x".into(), unhashable)], ResultForm::Data, 1);
    let Outcome::Raised { type_name, message, .. } = ended else { panic!("{ended:?}") };
    assert_eq!((type_name.as_str(), message.as_str()), ("TypeError", "unhashable type: 'list'"));
}

#[test]
fn deep_inputs_take_no_native_stack() {
    let mut deep = Data::Int(1);
    for _ in 0..200_000 {
        deep = Data::List(vec![deep]);
    }
    let counted = "n = 0\nwhile type(x) is list: x = x[0]; n += 1\nn";
    let ended = outcome(counted, vec![("x".into(), deep)], ResultForm::Data, 20_000);
    assert_eq!(ended, Outcome::Finished { value: None, data: Some(Data::Int(200_000)) });
}

#[test]
fn inputs_count_as_memory_of_the_run() {
    let mut engine = Engine::new();
    let program = engine.compile("1", "<t>", Mode::Echo, true).program.unwrap();
    let inputs = vec![("x".into(), Data::Bytes(vec![0; 8 << 20]))];
    let options = RunOptions { inputs, memory_max_bytes: Some(4 << 20), ..RunOptions::default() };
    let mut run = engine.start(&program, options);
    loop {
        if let Step::Done(outcome) = run.step(1000) {
            assert_eq!(outcome, Outcome::Killed(Kill::Memory(4 << 20)));
            break;
        }
    }
}
