//! Calls in every argument form.

use ruff_python_ast::{self as ast, Expr, Keyword};
use ruff_text_size::{Ranged, TextRange};

use super::super::fail::R;
use super::super::scope::Place;
use super::Compiler;
use super::registers::Val;
use crate::bytecode::{Const, Op, Reg};

impl<'a> Compiler<'a> {
    /// A call; the callee goes to a fresh run of registers with the arguments behind it.
    pub fn call(&mut self, c: &'a ast::ExprCall, want: Option<Reg>) -> R<Val> {
        let mark = self.mark();
        let range = c.range();
        let args = &c.arguments.args;
        let keywords = &c.arguments.keywords;
        let count = args.len() + keywords.len();
        let spread = args.iter().any(Expr::is_starred_expr) || keywords.iter().any(|k| k.arg.is_none());
        let op = if spread || !self.fits(count + 1) {
            let f = self.eval_temp(&c.func)?;
            self.spread_arguments(f, args, keywords, range)?;
            Shape::Spread { f }
        } else if let (Expr::Attribute(a), true) = (&*c.func, keywords.is_empty()) {
            return self.method_call(a, args, want, range);
        } else {
            let f = self.eval_temp(&c.func)?;
            for arg in args {
                self.eval_temp(arg)?;
            }
            for keyword in keywords {
                self.eval_temp(&keyword.value)?;
            }
            let argc = count as u8;
            if keywords.is_empty() {
                Shape::Positional { f, argc }
            } else {
                Shape::Keywords { f, argc, names: self.keyword_names(keywords, range)? }
            }
        };
        let span = match &*c.func {
            Expr::Attribute(a) if !spread => self.attribute_range(a, range),
            _ => range,
        };
        self.release(mark);
        let dst = self.dst(want, range)?;
        self.emit(op.instruction(dst), span)?;
        Ok(Val::Reg(dst))
    }

    fn keyword_names(&mut self, keywords: &'a [Keyword], range: TextRange) -> R<u16> {
        let names = keywords.iter().filter_map(|k| k.arg.as_ref());
        let names: Box<[Const]> = names.map(|n| Const::Str(n.as_str().into())).collect();
        self.const_index(Const::Tuple(names), range)
    }

    fn method_call(
        &mut self,
        a: &'a ast::ExprAttribute,
        args: &'a [Expr],
        want: Option<Reg>,
        range: TextRange,
    ) -> R<Val> {
        let mark = self.mark();
        let base = self.eval_temp(&a.value)?;
        let name = self.name_index(&a.attr, range)?;
        let cache = self.cache(range)?;
        // Python looks the method up before it evaluates the arguments.
        if !args.iter().all(|arg| self.is_inert(arg)) {
            self.emit(Op::CheckMethod { obj: base, name, cache }, self.attribute_range(a, a.range))?;
        }
        for arg in args {
            self.eval_temp(arg)?;
        }
        self.release(mark);
        let dst = self.dst(want, range)?;
        let argc = args.len() as u8;
        self.emit(Op::CallMethod { dst, base, argc, name, cache }, self.attribute_range(a, range))?;
        Ok(Val::Reg(dst))
    }

    /// Whether evaluating `expr` can neither raise nor be noticed.
    fn is_inert(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Name(n) => {
                matches!(self.name_place(&n.id), Place::Reg(reg) if self.unit.bound.contains(reg))
            }
            Expr::Lambda(l) => l.parameters.as_ref().is_none_or(|p| p.is_empty()),
            Expr::Tuple(t) => t.elts.iter().all(|e| self.is_inert(e)),
            other => self.constant_value(other).is_some(),
        }
    }

    /// Puts the positional arguments as a list into `f + 1`, the keyword ones as a dict into `f + 2`.
    fn spread_arguments(&mut self, f: Reg, args: &'a [Expr], keywords: &'a [Keyword], range: TextRange) -> R {
        let list = self.temp(range)?;
        // An iterable that is the only argument is looked at last, and is an argument of a callee with a name.
        let only = match args {
            [Expr::Starred(s)] => {
                let src = self.reg(&s.value, Some(list))?;
                if src != list {
                    self.emit(Op::Move { dst: list, src }, s.range)?;
                }
                true
            }
            _ => {
                self.fill_list(args, list, range)?;
                false
            }
        };
        let dict = self.temp(range)?;
        let mark = self.mark();
        // Names before the first `**` cannot be repeated; later ones are merged, which checks.
        let first_spread = keywords.iter().position(|k| k.arg.is_none()).unwrap_or(keywords.len());
        self.emit(Op::BuildDict { dst: dict, base: dict, n: 0 }, range)?;
        for (i, keyword) in keywords.iter().enumerate() {
            match &keyword.arg {
                None => {
                    let src = self.reg(&keyword.value, None)?;
                    self.emit(Op::DictMerge { dict, src, f }, range)?;
                }
                Some(name) => {
                    let k = self.temp(range)?;
                    self.constant(Const::Str(name.as_str().into()), k, keyword.range)?;
                    let v = self.eval_temp(&keyword.value)?;
                    if i < first_spread {
                        self.emit(Op::DictInsert { dict, k, v }, range)?;
                    } else {
                        self.emit(Op::BuildDict { dst: k, base: k, n: 1 }, range)?;
                        self.emit(Op::DictMerge { dict, src: k, f }, range)?;
                    }
                }
            }
            self.release(mark);
        }
        if only {
            let made = self.temp(range)?;
            self.emit(Op::BuildList { dst: made, base: made, n: 0 }, range)?;
            self.emit(Op::ListExtend { list: made, src: list, f }, range)?;
            self.emit(Op::Move { dst: list, src: made }, range)?;
            self.release(mark);
        }
        Ok(())
    }
}

/// The three call instructions before their destination is known.
enum Shape {
    Positional { f: Reg, argc: u8 },
    Keywords { f: Reg, argc: u8, names: u16 },
    Spread { f: Reg },
}

impl Shape {
    fn instruction(self, dst: Reg) -> Op {
        match self {
            Shape::Positional { f, argc } => Op::Call { dst, f, argc },
            Shape::Keywords { f, argc, names } => Op::CallKw { dst, f, argc, names },
            Shape::Spread { f } => Op::CallEx { dst, f },
        }
    }
}
