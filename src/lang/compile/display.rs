//! List, tuple, set and dict displays of any length.

use ruff_python_ast::{self as ast, DictItem, Expr};
use ruff_text_size::TextRange;

use super::super::fail::R;
use super::Compiler;
use super::registers::Val;
use crate::bytecode::{Const, NO_REG, Op, Reg};

/// A list of at least this many constants is made from one constant tuple.
const CONSTANT_LIST_MIN: usize = 3;
/// Pairs of constants that one constant tuple carries into a dict display.
const CONSTANT_PAIRS: usize = 25;

impl<'a> Compiler<'a> {
    fn constants(&self, elts: &[Expr]) -> Option<Box<[Const]>> {
        elts.iter().map(|e| self.constant_value(e)).collect()
    }

    /// Evaluates expressions into consecutive new registers; returns the first.
    pub fn run(&mut self, elts: &'a [Expr]) -> R<Reg> {
        let base = self.mark() as Reg;
        for e in elts {
            self.eval_temp(e)?;
        }
        Ok(base)
    }

    /// Whether the elements can all be evaluated into consecutive registers first.
    fn runs(&self, elts: &[Expr]) -> bool {
        self.fits(elts.len()) && !elts.iter().any(Expr::is_starred_expr)
    }

    pub fn tuple(&mut self, elts: &'a [Expr], want: Option<Reg>, range: TextRange) -> R<Val> {
        if let Some(items) = self.constants(elts) {
            return Ok(Val::Const(Const::Tuple(items)));
        }
        let mark = self.mark();
        if self.runs(elts) {
            let base = self.run(elts)?;
            self.release(mark);
            let dst = self.dst(want, range)?;
            self.emit(Op::BuildTuple { dst, base, n: elts.len() as u8 }, range)?;
            return Ok(Val::Reg(dst));
        }
        let list = self.scratch(want, range)?;
        self.fill_list(elts, list, range)?;
        self.release(mark);
        let dst = self.dst(want, range)?;
        self.emit(Op::ListToTuple { dst, list }, range)?;
        Ok(Val::Reg(dst))
    }

    pub fn list(&mut self, elts: &'a [Expr], want: Option<Reg>, range: TextRange) -> R<Val> {
        let mark = self.mark();
        let constant = elts.len() >= CONSTANT_LIST_MIN && self.constants(elts).is_some();
        if !constant && self.runs(elts) {
            let base = self.run(elts)?;
            self.release(mark);
            let dst = self.dst(want, range)?;
            self.emit(Op::BuildList { dst, base, n: elts.len() as u8 }, range)?;
            return Ok(Val::Reg(dst));
        }
        let list = self.scratch(want, range)?;
        self.fill_list(elts, list, range)?;
        self.finish_display(list, mark, want, range)
    }

    /// Ends a display that was built in a scratch register.
    fn finish_display(&mut self, from: Reg, mark: u16, want: Option<Reg>, range: TextRange) -> R<Val> {
        if want.is_some() {
            self.release(mark);
        }
        self.deliver(from, want, range)
    }

    /// Makes a list in `list`, a scratch register.
    pub fn fill_list(&mut self, elts: &'a [Expr], list: Reg, range: TextRange) -> R {
        let mark = self.mark();
        let constants = if elts.len() >= CONSTANT_LIST_MIN { self.constants(elts) } else { None };
        if let Some(items) = constants {
            self.emit(Op::BuildList { dst: list, base: list, n: 0 }, range)?;
            let src = self.temp(range)?;
            self.constant(Const::Tuple(items), src, range)?;
            self.emit(Op::ListExtend { list, src, f: NO_REG }, range)?;
            self.release(mark);
            return Ok(());
        }
        let first = elts.iter().position(Expr::is_starred_expr).unwrap_or(elts.len());
        let first = if self.fits(first) { first } else { 0 };
        let base = self.run(&elts[..first])?;
        self.emit(Op::BuildList { dst: list, base, n: first as u8 }, range)?;
        self.release(mark);
        for e in &elts[first..] {
            match e {
                Expr::Starred(s) => {
                    let src = self.reg(&s.value, None)?;
                    self.emit(Op::ListExtend { list, src, f: NO_REG }, range)?;
                }
                e => {
                    let v = self.reg(e, None)?;
                    self.emit(Op::ListAppend { list, v }, range)?;
                }
            }
            self.release(mark);
        }
        Ok(())
    }

    pub fn set(&mut self, elts: &'a [Expr], want: Option<Reg>, range: TextRange) -> R<Val> {
        let mark = self.mark();
        if self.runs(elts) {
            let base = self.run(elts)?;
            self.release(mark);
            let dst = self.dst(want, range)?;
            self.emit(Op::BuildSet { dst, base, n: elts.len() as u8 }, range)?;
            return Ok(Val::Reg(dst));
        }
        let set = self.scratch(want, range)?;
        let inner = self.mark();
        self.emit(Op::BuildSet { dst: set, base: set, n: 0 }, range)?;
        if let Some(items) = self.constants(elts) {
            let src = self.temp(range)?;
            self.constant(Const::Tuple(items), src, range)?;
            self.emit(Op::SetUpdate { set, src }, range)?;
            return self.finish_display(set, mark, want, range);
        }
        for e in elts {
            match e {
                Expr::Starred(s) => {
                    let src = self.reg(&s.value, None)?;
                    self.emit(Op::SetUpdate { set, src }, range)?;
                }
                e => {
                    let v = self.reg(e, None)?;
                    self.emit(Op::SetAdd { set, v }, range)?;
                }
            }
            self.release(inner);
        }
        self.finish_display(set, mark, want, range)
    }

    pub fn dict(&mut self, d: &'a ast::ExprDict, want: Option<Reg>) -> R<Val> {
        let range = d.range;
        let mark = self.mark();
        if self.fits(2 * d.items.len()) && d.items.iter().all(|item| item.key.is_some()) {
            let base = self.mark() as Reg;
            for item in &d.items {
                if let Some(key) = &item.key {
                    self.eval_temp(key)?;
                }
                self.eval_temp(&item.value)?;
            }
            self.release(mark);
            let dst = self.dst(want, range)?;
            self.emit(Op::BuildDict { dst, base, n: d.items.len() as u8 }, range)?;
            return Ok(Val::Reg(dst));
        }
        let dict = self.scratch(want, range)?;
        let inner = self.mark();
        self.emit(Op::BuildDict { dst: dict, base: dict, n: 0 }, range)?;
        let mut items = &d.items[..];
        while let Some((item, rest)) = items.split_first() {
            items = rest;
            match &item.key {
                None => {
                    let src = self.reg(&item.value, None)?;
                    self.emit(Op::DictUpdate { dict, src }, range)?;
                }
                Some(key) => {
                    if let Some(after) = self.constant_pairs(dict, item, rest, range)? {
                        items = after;
                        continue;
                    }
                    let k = self.reg(key, None)?;
                    let v = self.reg(&item.value, None)?;
                    self.emit(Op::DictInsert { dict, k, v }, range)?;
                }
            }
            self.release(inner);
        }
        self.finish_display(dict, mark, want, range)
    }

    /// Inserts a stretch of constant pairs, carried by one constant. Big tables would need more constants
    /// than an instruction can number.
    fn constant_pairs(
        &mut self,
        dict: Reg,
        first: &'a DictItem,
        rest: &'a [DictItem],
        range: TextRange,
    ) -> R<Option<&'a [DictItem]>> {
        let pair = |item: &DictItem| {
            Some([self.constant_value(item.key.as_ref()?)?, self.constant_value(&item.value)?])
        };
        let Some(head) = pair(first) else { return Ok(None) };
        let tail = rest.iter().map_while(pair).take(CONSTANT_PAIRS - 1);
        let flat: Box<[Const]> = std::iter::once(head).chain(tail).flatten().collect();
        let pairs = flat.len() / 2;
        if pairs < 4 || !self.fits(2 * pairs) {
            return Ok(None);
        }
        let mark = self.mark();
        let base = self.temp(range)?;
        for _ in 1..2 * pairs {
            self.temp(range)?;
        }
        self.constant(Const::Tuple(flat), base, range)?;
        self.emit(Op::Unpack { src: base, base, n: 2 * pairs as u8 }, range)?;
        self.emit(Op::BuildDict { dst: base, base, n: pairs as u8 }, range)?;
        self.emit(Op::DictUpdate { dict, src: base }, range)?;
        self.release(mark);
        Ok(Some(&rest[pairs - 1..]))
    }
}
