//! Comprehensions: list, set and dict ones run in the enclosing function's frame (PEP 709), generator
//! expressions are functions of their own.

use ruff_python_ast::{self as ast, Comprehension, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::super::fail::R;
use super::super::scope::{Place, ScopeId, node_key};
use super::Compiler;
use super::registers::Val;
use super::unit::Label;
use crate::bytecode::{CodeKind, Op, Reg};

/// What a comprehension does with each element.
#[derive(Clone, Copy)]
enum Sink<'a> {
    List(Reg, &'a Expr),
    Set(Reg, &'a Expr),
    Dict(Reg, &'a Expr, &'a Expr),
    Yield(&'a Expr),
}

impl<'a> Compiler<'a> {
    /// A list, set or dict comprehension.
    pub fn comprehension(&mut self, expr: &'a Expr, want: Option<Reg>) -> R<Val> {
        let range = expr.range();
        let mark = self.mark();
        let result = self.scratch(want, range)?;
        let inner = self.mark();
        let (key, generators, sink, make) = match expr {
            Expr::ListComp(c) => (
                node_key(c),
                &c.generators,
                Sink::List(result, &c.elt),
                Op::BuildList { dst: result, base: result, n: 0 },
            ),
            Expr::SetComp(c) => (
                node_key(c),
                &c.generators,
                Sink::Set(result, &c.elt),
                Op::BuildSet { dst: result, base: result, n: 0 },
            ),
            Expr::DictComp(c) => {
                let key = c.key.as_deref().expect("the symbol pass refused `**`");
                let make = Op::BuildDict { dst: result, base: result, n: 0 };
                (node_key(c), &c.generators, Sink::Dict(result, key, &c.value), make)
            }
            other => unreachable!("{other:?} is not a comprehension"),
        };
        // The outermost iterable is evaluated in the enclosing scope.
        let first = &generators[0];
        let iter = self.temp(first.iter.range())?;
        let src = self.reg(&first.iter, Some(iter))?;
        self.emit(Op::GetIter { dst: iter, src }, first.iter.range())?;
        self.release(inner + 1);
        let scope = self.scopes.by_node[&key];
        let outer = std::mem::replace(&mut self.unit.scope, scope);
        let bound = self.unit.bound;
        let vars = self.enter_comprehension(scope, range)?;
        self.emit(make, range)?;
        self.generator_loop(generators, iter, sink, range)?;
        for &reg in &vars {
            self.emit(Op::ClearLocal { reg }, range)?;
            // What the loop has bound is the same as before, but for walrus targets; those are looked up anew.
            if !bound.contains(reg) {
                self.unit.bound.remove(reg);
            }
        }
        self.unit.scope = outer;
        self.release(if want.is_some() { mark } else { inner });
        self.deliver(result, want, range)
    }

    /// Makes the cells of the comprehension's variables; returns the registers of all of them.
    fn enter_comprehension(&mut self, scope: ScopeId, range: TextRange) -> R<Vec<Reg>> {
        let scopes = self.scopes;
        let mut vars = Vec::new();
        for name in &scopes.all[scope].order {
            match scopes.all[scope].get(name) {
                s if !s.bound => {}
                s => match s.place {
                    Some(Place::Reg(reg)) => vars.push(reg),
                    Some(Place::Cell(reg)) => {
                        self.emit(Op::MakeCell { reg }, range)?;
                        vars.push(reg);
                    }
                    Some(Place::Spill(slot)) => {
                        self.emit(Op::DelSpill { slot, check: false }, range)?;
                    }
                    _ => {}
                },
            }
        }
        self.unit.comprehension_regs.extend(&vars);
        Ok(vars)
    }

    /// The nested loops; `iter` holds the first iterator.
    fn generator_loop(
        &mut self,
        generators: &'a [Comprehension],
        iter: Reg,
        sink: Sink<'a>,
        range: TextRange,
    ) -> R {
        let (generator, rest) = generators.split_first().expect("a comprehension has a generator");
        let mark = self.mark();
        let at = generator.iter.range();
        let top = self.here();
        let mut end = Label::default();
        let mut next = Label::default();
        self.for_iter(&generator.target, iter, &mut end, at)?;
        for test in &generator.ifs {
            self.jump_unless(test, &mut next)?;
        }
        match rest.first() {
            None => self.sink(sink, range)?,
            Some(inner) => {
                let inner_iter = self.temp(inner.iter.range())?;
                let src = self.reg(&inner.iter, Some(inner_iter))?;
                self.emit(Op::GetIter { dst: inner_iter, src }, inner.iter.range())?;
                self.generator_loop(rest, inner_iter, sink, range)?;
            }
        }
        self.place(next);
        self.jump_back(top, range)?;
        self.place(end);
        self.release(mark);
        Ok(())
    }

    fn sink(&mut self, sink: Sink<'a>, range: TextRange) -> R {
        let mark = self.mark();
        match sink {
            Sink::List(list, elt) => {
                let v = self.reg(elt, None)?;
                self.emit(Op::ListAppend { list, v }, elt.range())?;
            }
            Sink::Set(set, elt) => {
                let v = self.reg(elt, None)?;
                self.emit(Op::SetAdd { set, v }, elt.range())?;
            }
            Sink::Dict(dict, key, value) => {
                let k = self.reg(key, None)?;
                let v = self.reg(value, None)?;
                self.emit(Op::DictInsert { dict, k, v }, TextRange::new(key.start(), value.end()))?;
            }
            Sink::Yield(elt) => {
                let src = self.reg(elt, None)?;
                let dst = self.temp(range)?;
                self.emit(Op::Yield { dst, src }, elt.range())?;
            }
        }
        self.release(mark);
        Ok(())
    }

    /// A generator expression: its function is called at once with the outermost iterator.
    pub fn generator(&mut self, g: &'a ast::ExprGenerator, want: Option<Reg>) -> R<Val> {
        let mark = self.mark();
        let range = g.range;
        let scope = self.scopes.by_node[&node_key(g)];
        let first = &g.generators[0];
        let f = self.temp(range)?;
        let child = self.child(scope, CodeKind::GeneratorExpression, "<genexpr>", None, range, |c| {
            c.generator_loop(&g.generators, 0, Sink::Yield(&g.elt), range)
        })?;
        self.make_function(f, f, scope, 0, child, range)?;
        let arg = self.temp(range)?;
        let src = self.reg(&first.iter, Some(arg))?;
        self.emit(Op::GetIter { dst: arg, src }, first.iter.range())?;
        self.release(mark);
        let dst = self.dst(want, range)?;
        self.emit(Op::Call { dst, f, argc: 1 }, range)?;
        Ok(Val::Reg(dst))
    }
}
