//! Structure tests; behaviour is tested by running programs.

use std::rc::Rc;

use super::PyCompiler;
use crate::bytecode::{Code, CompileOptions, Compiler, Mode, Source, disassemble};

fn compile(text: &str) -> Rc<Code> {
    let source = Source::new("<test>", text);
    match (PyCompiler { bounded: false }).compile(source, CompileOptions::new(Mode::Program)) {
        Ok(code) => code,
        Err(e) => panic!("{e}\n{text}"),
    }
}

#[test]
fn a_sum_compiles() {
    let text = disassemble(&compile("x = a + 1\nprint(x)\n"));
    assert!(text.contains("AddInt"), "{text}");
}

/// Compiles on a small native stack; what counts is that it returns at all.
fn on_small_stack(text: String) -> Result<(), String> {
    let run = move || {
        let source = Source::new("<test>", text);
        let options = CompileOptions::new(Mode::Program);
        (PyCompiler { bounded: false }).compile(source, options).map(|_| ()).map_err(|e| e.message)
    };
    let thread = std::thread::Builder::new().stack_size(256 * 1024).spawn(run).expect("a thread");
    thread.join().expect("no panic")
}

#[test]
fn deep_sources_at_the_caps_do_not_exhaust_a_small_stack() {
    let n = 2_900;
    let rep = |s: &str, n: usize| s.repeat(n);
    let tower: String = (0..99).map(|i| format!("{}if x:\n", " ".repeat(i))).collect();
    let comprehension = (0..60).fold("x".to_owned(), |inner, _| format!("[{inner} for a in b if a]"));
    let fstrings = (0..60).fold("x".to_owned(), |inner, _| format!("f'{{{inner}}}'"));
    let ternary = rep("x if y else ", n) + "z";
    let fine = [
        ("parentheses", format!("x = {}1{}", rep("(", 190), rep(")", 190))),
        ("nested lists", format!("x = {}1{}", rep("[", 190), rep("]", 190))),
        ("sum", format!("x = {}1", rep("1+", n))),
        ("names", format!("x = {}a", rep("a+", n))),
        ("not", format!("x = {}a", rep("not ", n))),
        ("minus", format!("x = {}a", rep("-", n))),
        ("attributes", format!("x = a{}", rep(".b", n))),
        ("lambda", format!("x = {}a", rep("lambda: ", 119))),
        ("ternary", format!("x = {ternary}")),
        ("ternary condition", format!("if {ternary}: pass")),
        ("calls", format!("x = f{}", rep("()", n))),
        ("subscripts", format!("x = f{}", rep("[0]", n))),
        ("and", format!("x = a{}", rep(" and a", n))),
        ("or of and", format!("if a{}: pass", rep(" and a or b", n))),
        ("comparison", format!("x = a{}", rep(" < a", n))),
        ("ifs", format!("{tower}{}pass\n", " ".repeat(99))),
        ("elifs", format!("if x:\n  pass\n{}", rep("elif x:\n  pass\n", 5_000))),
        ("comprehensions", comprehension),
        ("comprehension clauses", format!("[a {}]", rep("for a in b ", 200))),
        ("f-strings", fstrings),
        ("strings", format!("x = {}", rep("'abc' ", 5_000))),
        ("list of ints", format!("x = [{}]", (0..50_000).map(|i| format!("{i},")).collect::<String>())),
        ("list of names", format!("x = [{}]", rep("a,", 50_000))),
        ("dict", format!("x = {{{}}}", (0..50_000).map(|i| format!("'k{i}': 'v{i}',")).collect::<String>())),
        ("dict of names", format!("x = {{{}}}", rep("a: b,", 50_000))),
        ("call with many arguments", format!("f({})", rep("a,", 5_000))),
        ("targets", format!("{} = x", (0..300).map(|i| format!("a{i},")).collect::<String>())),
        ("targets with star", format!("*s, {} = x", (0..300).map(|i| format!("a{i},")).collect::<String>())),
        ("long f-string", format!("f'{}'", rep("{a}b", 2_000))),
    ];
    for (name, text) in fine {
        assert_eq!(on_small_stack(text), Ok(()), "{name}");
    }
    let power = on_small_stack(format!("x = {}a", rep("a**", n)));
    assert!(power.as_ref().is_err_and(|e| e.contains("registers")), "{power:?}");
    let refused = [
        ("too many nested parentheses", rep("(", 100_000)),
        ("too many nested parentheses", rep("f'{", 100_000)),
        ("functions nested", format!("x = {}a", rep("lambda: ", n))),
        ("source nested too deeply", rep("-", 100_000)),
        ("source nested too deeply", rep("lambda x, y: ", 100_000)),
        ("source nested too deeply", format!("x = {}a", rep("a**", 100_000))),
        ("f-string: expecting '}'", format!("f'{{a'{}", rep("((((", 10_000))),
    ];
    for (message, text) in refused {
        let result = on_small_stack(text);
        assert!(result.as_ref().is_err_and(|e| e.contains(message)), "{message}: {result:?}");
    }
    // Recovery from an error inside brackets sees the lines as statements.
    let recovered: String = (0..900).map(|i| format!("{}if x:\n", " ".repeat(i))).collect();
    assert!(on_small_stack(format!("f(a if\n{recovered})")).is_err());
}
