//! Whether a program can see a global that it has not made itself.
//!
//! Most programs of `EVAL` look at neither `KEYS` nor `ARGV`: those need not be made. Anything that might find them by
//! another way than their names counts as seeing them, and so does every name that a `NameError` could be about, whose
//! hint may name them.

use rustc_hash::FxHashSet;

use crate::bytecode::{Code, Const, Op};
use crate::vm::builtins;

/// Built-ins through which a program may reach globals by other than their names.
const REFLECTIVE: &[&str] =
    &["__import__", "dir", "eval", "exec", "getattr", "globals", "hasattr", "locals", "vars"];
/// Attributes that read attributes which text names.
const FORMATTING: &[&str] = &["format", "format_map"];
/// Modules that know nothing of the program that imports them.
const BLIND_MODULES: &[&str] = &["json", "math", "time"];

/// Whether a program's result can depend on globals that are there when it begins.
pub(super) fn sees_foreign_globals(program: &Code) -> bool {
    let mut made = FxHashSet::default();
    each_code(program, &mut |code| {
        for op in code.ops.iter() {
            if let Op::StoreGlobal { name, .. } | Op::StoreName { name, .. } = op {
                made.insert(name_of(code, *name).to_owned());
            }
        }
        false
    });
    each_code(program, &mut |code| {
        code.consts.iter().any(names_an_attribute) || code.ops.iter().any(|op| op_sees(code, op, &made))
    })
}

fn op_sees(code: &Code, op: &Op, made: &FxHashSet<String>) -> bool {
    match op {
        Op::LoadGlobal { name, .. }
        | Op::LoadName { name, .. }
        | Op::DelGlobal { name }
        | Op::DelName { name } => {
            let name = name_of(code, *name);
            REFLECTIVE.contains(&name) || !(made.contains(name) || builtins::lookup(name).is_some())
        }
        Op::CallMethod { name, .. }
        | Op::CheckMethod { name, .. }
        | Op::GetAttr { name, .. }
        | Op::SetAttr { name, .. }
        | Op::DelAttr { name, .. } => {
            let name = name_of(code, *name);
            name.starts_with("__") || FORMATTING.contains(&name)
        }
        Op::Import { name, .. } => !BLIND_MODULES.contains(&name_of(code, *name)),
        Op::ImportStar { .. } => true,
        _ => false,
    }
}

/// `'{0.__globals__}'`
fn names_an_attribute(constant: &Const) -> bool {
    match constant {
        Const::Str(text) => text.contains("__"),
        Const::Tuple(items) => items.iter().any(names_an_attribute),
        _ => false,
    }
}

fn name_of(code: &Code, name: u16) -> &str {
    code.names.get(name as usize).map_or("", |name| name)
}

/// Asks about a code object and all within; as deep as functions nest, which is limited.
fn each_code(code: &Code, ask: &mut impl FnMut(&Code) -> bool) -> bool {
    ask(code) || code.children.iter().any(|child| each_code(child, ask))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Engine, Mode};

    fn sees(source: &str) -> bool {
        let program = Engine::new().compile(source, "<t>", Mode::Echo, true).program.unwrap();
        sees_foreign_globals(&program.code)
    }

    #[test]
    fn programs_that_keep_to_their_own_names_see_nothing() {
        for source in [
            "",
            "2+3",
            "x = 1\nx + len([x])",
            "import math, json\nmath.pi, json.dumps([1])",
            "def f(n): return n if n < 2 else f(n-1) + f(n-2)\nf(10)",
            "[n.upper() for n in 'abc']",
            "total = 0\nfor i in range(10): total += i\nprint(f'{total:>5}')",
            "try:\n    1/0\nexcept ZeroDivisionError as e: print(e)",
        ] {
            assert!(!sees(source), "{source}");
        }
    }

    #[test]
    fn whatever_might_find_a_global_by_another_way_sees_all() {
        for source in [
            "ARGV",
            "len(ARGV)",
            "def f(): return KEYS[0]\nf()",
            "ARGS",
            "del ARGV",
            "globals()",
            "[v for v in vars()]",
            "g = globals\ng()",
            "eval('AR' + 'GV')",
            "dir()",
            "def f(): pass\nf.__globals__",
            "def f(): pass\ngetattr(f, '_' + '_globals__')",
            "def f(): pass\n'{0.__globals__}'.format(f)",
            "def f(): pass\n('{0._' + '_globals__}').format(f)",
            "import sys",
            "import builtins\nbuiltins.globals()",
            "from math import *\npi",
            "lambda: ARGV",
        ] {
            assert!(sees(source), "{source}");
        }
    }
}
