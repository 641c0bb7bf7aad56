//! Structure tests; behaviour is tested by running programs.

use std::rc::Rc;

use super::PyCompiler;
use crate::bytecode::{
    Code, CompileErrorKind, CompileOptions, Compiler, Mode, Op, Source, disassemble, verify,
};

fn compile(text: &str) -> Rc<Code> {
    let source = Source::new("<test>", text);
    match (PyCompiler { bounded: false }).compile(source, CompileOptions::new(Mode::Program)) {
        Ok(code) => code,
        Err(e) => panic!("{e}\n{text}"),
    }
}

fn tests_dir(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// `UPDATE_GOLDENS=1` writes the listings anew.
#[test]
fn programs_compile_to_their_recorded_instructions() {
    let mut seen = 0;
    for entry in std::fs::read_dir(tests_dir("disasm")).expect("the directory is there") {
        let path = entry.expect("readable").path();
        if path.extension().is_none_or(|e| e != "py") {
            continue;
        }
        seen += 1;
        let listing = disassemble(&compile(&std::fs::read_to_string(&path).expect("readable")));
        let golden = path.with_extension("txt");
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            std::fs::write(&golden, &listing).expect("writable");
        }
        let expected = std::fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(listing, expected, "{}", path.display());
    }
    assert!(seen >= 3);
}

/// The table is recorded from CPython 3.13 by `tests/syntax/record.py`.
#[test]
fn syntax_errors_are_worded_and_placed_as_cpython_does() {
    let text = std::fs::read_to_string(tests_dir("syntax").join("errors.json")).expect("the table is there");
    let table: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let rows = table.as_array().expect("a list");
    assert!(rows.len() > 200);
    for row in rows {
        let source = Source::new("<test>", row["source"].as_str().expect("a text"));
        let result = (PyCompiler { bounded: false }).compile(source, CompileOptions::new(Mode::Program));
        let e = result.expect_err("CPython refuses it too");
        let kind = match e.kind {
            CompileErrorKind::Syntax => "SyntaxError",
            CompileErrorKind::Indentation => "IndentationError",
            CompileErrorKind::Tab => "TabError",
            other => panic!("{other:?}: {e}"),
        };
        let got = (kind, &*e.message, u64::from(e.line), u64::from(e.column));
        let number = |key: &str| row[key].as_u64().expect("a number");
        let string = |key: &str| row[key].as_str().expect("a text");
        let expected = (string("type"), string("message"), number("line"), number("column"));
        assert_eq!(got, expected, "{}", row["source"]);
    }
}

fn refused(text: &str) -> (CompileErrorKind, String) {
    let source = Source::new("<test>", text);
    let e = (PyCompiler { bounded: false }).compile(source, CompileOptions::new(Mode::Program)).unwrap_err();
    (e.kind, e.message)
}

#[test]
fn what_is_missing_is_named() {
    for (text, name) in [
        ("class C: pass", "`class`"),
        ("def f():\n  yield 1", "`yield`"),
        ("def f():\n  x = yield from y", "`yield from`"),
        ("async def f(): pass", "`async def`"),
        ("type X = int", "`type`"),
        ("def f[T](x: T): pass", "type parameters"),
        ("match x:\n  case C(): pass", "class patterns"),
        ("x = '\\ud800'", "surrogates"),
    ] {
        let (kind, message) = refused(text);
        assert_eq!(kind, CompileErrorKind::Unsupported, "{text}");
        assert!(message.contains(name), "{text}: {message}");
    }
}

#[test]
fn many_locals_spill_and_many_jumps_reach_far() {
    let names: String = (0..400).map(|i| format!("  v{i} = x + {i}\n")).collect();
    let code = compile(&format!("def f(x):\n{names}  return v0 + v399\n"));
    let f = &code.children[0];
    assert!(f.spilled.len() > 100, "{}", f.spilled.len());
    assert!(f.ops.iter().any(|op| matches!(op, Op::StoreSpill { .. })));
    let body = "    y = x * 2\n".repeat(40_000);
    let code = compile(&format!("def f(x):\n  if x < 1:\n{body}  return x\n"));
    let f = &code.children[0];
    assert!(f.ops.iter().any(|op| matches!(op, Op::JumpLt { .. })), "no far compare-jump");
    assert!(f.ops.iter().any(|op| matches!(op, Op::Safepoint)), "no safepoint in straight code");
}

#[test]
fn a_variable_that_may_be_unbound_is_checked() {
    let text = disassemble(&compile("def f(c):\n  if c: x = 1\n  return x\n"));
    assert!(text.contains("CheckLocal"), "{text}");
    let text = disassemble(&compile("def f(c):\n  if c: x = 1\n  else: x = 2\n  return x\n"));
    assert!(!text.contains("CheckLocal"), "{text}");
    let text = disassemble(&compile("def f(c):\n  for x in c: pass\n  return x\n"));
    assert!(text.contains("CheckLocal"), "{text}");
}

#[test]
fn positions_count_characters_and_eval_compiles_one_expression() {
    let source = Source::new("<test>", "é = 'ä' = 1");
    let e = (PyCompiler { bounded: false }).compile(source, CompileOptions::new(Mode::Program)).unwrap_err();
    assert_eq!((e.line, e.column, e.text.as_deref()), (1, 5, Some("é = 'ä' = 1")));
    let source = Source::new("<test>", "a + b");
    let code = (PyCompiler { bounded: true }).compile(source, CompileOptions::new(Mode::Eval)).unwrap();
    assert!(matches!(code.ops.last(), Some(Op::Return { .. })));
    let source = Source::new("<test>", "a = b");
    assert!((PyCompiler { bounded: true }).compile(source, CompileOptions::new(Mode::Eval)).is_err());
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

#[test]
fn the_verifier_sees_broken_code() {
    fn with_first(code: &Code, op: Op) -> Rc<[Op]> {
        [op].into_iter().chain(code.ops[1..].iter().copied()).collect()
    }
    let broken = |change: fn(&mut Code)| {
        let mut code = Rc::into_inner(compile("while x:\n  x = y + 1\n")).expect("nobody else holds it");
        change(&mut code);
        verify(&code)
    };
    assert_eq!(broken(|_| ()), Ok(()));
    assert!(broken(|c| c.registers = 0).is_err());
    assert!(broken(|c| c.ops = with_first(c, Op::Jump { target: 0 })).is_err());
    assert!(broken(|c| c.ops = with_first(c, Op::JumpBack { target: 2 })).is_err());
    assert!(broken(|c| c.ops = with_first(c, Op::LoadConst { dst: 0, k: 99 })).is_err());
    assert!(broken(|c| c.ops = c.ops.iter().copied().chain([Op::LoadNone { dst: 0 }]).collect()).is_err());
    assert!(broken(|c| c.spans = Box::new([])).is_err());
}
