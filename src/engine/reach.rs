//! Whether a program can see a global that it has not made itself.
//!
//! Most programs of `EVAL` look at neither `KEYS` nor `ARGV`: those need not be made. Anything that might find them by
//! another way than their names counts as seeing them, and so does every name that a `NameError` could be about, whose
//! hint may name them. A name that the program makes itself may be looked at before (`ARGV = sorted(ARGV)`).

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashSet;

use crate::bytecode::{Code, Const, Op};
use crate::vm::{builtins, suggest};

/// Built-ins through which a program may reach globals by other than their names.
const REFLECTIVE: &[&str] =
    &["__import__", "dir", "eval", "exec", "getattr", "globals", "hasattr", "locals", "vars"];
/// Attributes that read attributes which text names.
const FORMATTING: &[&str] = &["format", "format_map"];
/// Modules that know nothing of the program that imports them.
const BLIND_MODULES: &[&str] = &["json", "math", "time"];

/// What a program can see of globals that are there when it begins.
#[derive(Clone, Debug)]
pub(super) enum Sight {
    /// All of them, or that has to be assumed.
    All,
    /// Those called as one that it makes itself and also looks at.
    Own(Rc<Own>),
}

/// Names that a program makes itself and also looks at.
#[derive(Debug)]
pub(super) struct Own {
    names: Box<[Box<str>]>,
    /// What was asked before, as hosts ask the same for every run, and comparing names for hints takes a while.
    answers: RefCell<Vec<(Box<str>, bool)>>,
}

/// Answers that are kept: inputs that may be left out have few names.
const ANSWERS_MAX: usize = 8;

impl Sight {
    /// What a program sees.
    pub(super) fn of(program: &Code) -> Sight {
        let mut made = FxHashSet::default();
        any_code(program, &mut |code| {
            for op in code.ops.iter() {
                if let Op::StoreGlobal { name, .. } | Op::StoreName { name, .. } = op {
                    made.insert(name_of(code, *name).to_owned());
                }
            }
            false
        });
        let mut own = FxHashSet::default();
        let sees_more = any_code(program, &mut |code| {
            code.consts.iter().any(names_an_attribute)
                || code.ops.iter().any(|op| op_sees(code, op, &made, &mut own))
        });
        if sees_more {
            return Sight::All;
        }
        Sight::Own(Rc::new(Own { names: own.into_iter().collect(), answers: RefCell::default() }))
    }

    /// Whether its result can depend on a global of this name.
    pub(super) fn sees(&self, name: &str) -> bool {
        match self {
            Sight::All => true,
            Sight::Own(own) => own.include(name),
        }
    }
}

impl Own {
    fn include(&self, name: &str) -> bool {
        let mut answers = self.answers.borrow_mut();
        if let Some((_, answer)) = answers.iter().find(|(asked, _)| **asked == *name) {
            return *answer;
        }
        // They may be looked at too early, and then the hint of the NameError could be this one.
        let is_hint = |own: &str| suggest::closest(own, std::iter::once(name)).is_some();
        let answer = self.names.iter().any(|own| **own == *name || is_hint(own));
        if answers.len() < ANSWERS_MAX {
            answers.push((name.into(), answer));
        }
        answer
    }
}

/// Whether an instruction sees a global that the program does not make; the others that it looks at come into `own`.
fn op_sees(code: &Code, op: &Op, made: &FxHashSet<String>, own: &mut FxHashSet<Box<str>>) -> bool {
    match op {
        Op::LoadGlobal { name, .. }
        | Op::LoadName { name, .. }
        | Op::DelGlobal { name }
        | Op::DelName { name } => {
            let name = name_of(code, *name);
            let is_own = made.contains(name);
            if is_own {
                own.insert(name.into());
            }
            REFLECTIVE.contains(&name) || !(is_own || builtins::lookup(name).is_some())
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
fn any_code(code: &Code, ask: &mut impl FnMut(&Code) -> bool) -> bool {
    ask(code) || code.children.iter().any(|child| any_code(child, ask))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Engine, Mode};

    fn sees(source: &str) -> bool {
        let program = Engine::new().compile(source, "<t>", Mode::Echo, true).program.unwrap();
        let sight = Sight::of(&program.code);
        sight.sees("KEYS") || sight.sees("ARGV")
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
            "ARGV = [int(n) for n in ARGV]\nsum(ARGV)",
            "KEYS += ['more']",
            "def f():\n    global ARGV\n    ARGV = ARGV[1:]\nf()",
            "del ARGV\nARGV = 1",
            "for ARGV in ARGV: pass",
            // The hint of the NameError would be about KEYS.
            "print(KEY)\nKEY = 1",
        ] {
            assert!(sees(source), "{source}");
        }
    }
}
