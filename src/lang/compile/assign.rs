//! Assignment in all forms, and `del`.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::super::fail::R;
use super::super::scope::{Place, ScopeKind};
use super::Compiler;
use super::expressions::{binary_operator, small_int};
use crate::bytecode::{BinOp, Const, Op, Reg};

impl<'a> Compiler<'a> {
    pub fn assign(&mut self, a: &'a ast::StmtAssign) -> R {
        if let [target] = &a.targets[..] {
            if let Expr::Name(name) = target
                && let Some(reg) = self.local_reg(&name.id)
            {
                self.eval(&a.value, reg)?;
                self.mark_bound(reg);
                return Ok(());
            }
            if self.parallel(target, &a.value)? {
                return Ok(());
            }
        }
        let v = self.value(&a.value, None)?;
        let src = self.in_reg(v, None, a.value.range())?;
        a.targets.iter().try_for_each(|t| self.store(t, src))
    }

    /// `a, b = x, y` without making the tuple. `false` when the statement has another shape.
    fn parallel(&mut self, target: &'a Expr, value: &'a Expr) -> R<bool> {
        let targets = match target {
            Expr::Tuple(t) => &t.elts,
            Expr::List(l) => &l.elts,
            _ => return Ok(false),
        };
        let Expr::Tuple(values) = value else { return Ok(false) };
        let starred = |list: &[Expr]| list.iter().any(Expr::is_starred_expr);
        let same = targets.len() == values.elts.len() && !targets.is_empty();
        if !same || starred(targets) || starred(&values.elts) || !self.fits(targets.len()) {
            return Ok(false);
        }
        if let Some(regs) = self.distinct_locals(targets) {
            // Plain locals can be bound in any order, so the last value goes straight to its variable.
            let n = regs.len() - 1;
            let base = self.mark();
            for e in &values.elts[..n] {
                self.eval_temp(e)?;
            }
            self.eval(&values.elts[n], regs[n])?;
            for (i, &dst) in regs[..n].iter().enumerate() {
                let src = (base as usize + i) as Reg;
                self.emit(Op::Move { dst, src }, targets[i].range())?;
            }
            regs.iter().for_each(|&reg| self.mark_bound(reg));
            return Ok(true);
        }
        let base = self.run(&values.elts)?;
        for (i, t) in targets.iter().enumerate() {
            self.store(t, base + i as Reg)?;
        }
        Ok(true)
    }

    /// The registers of targets that are different plain locals, none bound by a walrus.
    fn distinct_locals(&self, targets: &[Expr]) -> Option<Vec<Reg>> {
        let mut regs = Vec::new();
        for t in targets {
            let Expr::Name(name) = t else { return None };
            let reg = self.local_reg(&name.id)?;
            if regs.contains(&reg) || self.scopes.find(self.scope(), &name.id).1.walrus {
                return None;
            }
            regs.push(reg);
        }
        Some(regs)
    }

    /// Binds a target to what is in `src`.
    pub fn store(&mut self, target: &'a Expr, src: Reg) -> R {
        let mark = self.mark();
        match target {
            Expr::Name(n) => self.store_name(&n.id, src, n.range)?,
            Expr::Attribute(a) => {
                let obj = self.reg(&a.value, None)?;
                self.store_attribute(a, obj, src)?;
            }
            Expr::Subscript(s) => {
                let obj = self.reg(&s.value, None)?;
                let key = self.index(&s.slice)?;
                self.emit(Op::SetItem { obj, key, v: src }, s.range)?;
            }
            Expr::Tuple(t) => self.unpack(&t.elts, src, t.range)?,
            Expr::List(l) => self.unpack(&l.elts, src, l.range)?,
            Expr::Starred(s) => self.store(&s.value, src)?,
            other => unreachable!("the parser refused the target {other:?}"),
        }
        self.release(mark);
        Ok(())
    }

    fn store_attribute(&mut self, a: &'a ast::ExprAttribute, obj: Reg, src: Reg) -> R {
        let name = self.name_index(&a.attr, a.range)?;
        let cache = self.cache(a.range)?;
        self.emit(Op::SetAttr { obj, src, name, cache }, self.attribute_range(a, a.range))?;
        Ok(())
    }

    /// Unpacks `src` into targets.
    fn unpack(&mut self, targets: &'a [Expr], src: Reg, range: TextRange) -> R {
        let star = targets.iter().position(Expr::is_starred_expr);
        if !self.fits(targets.len()) {
            return self.unpack_many(targets, star, src, range);
        }
        // Variables that lie in a row get the values at once.
        let row = self.row_of_locals(targets);
        let base = row.unwrap_or(self.mark() as Reg);
        if row.is_none() {
            for _ in targets {
                self.temp(range)?;
            }
        }
        let op = match star {
            None => Op::Unpack { src, base, n: targets.len() as u8 },
            Some(at) => Op::UnpackStar { src, base, before: at as u8, after: (targets.len() - at - 1) as u8 },
        };
        self.emit(op, range)?;
        for (i, t) in targets.iter().enumerate() {
            self.store(t, base + i as Reg)?;
        }
        Ok(())
    }

    /// The first of the registers of targets that are plain variables in consecutive registers.
    fn row_of_locals(&self, targets: &[Expr]) -> Option<Reg> {
        let reg = |target: &Expr| match target {
            Expr::Name(name) => self.local_reg(&name.id),
            _ => None,
        };
        let first = reg(targets.first()?)?;
        let mut rest = targets.iter().zip(u16::from(first)..);
        rest.all(|(target, at)| reg(target).map(u16::from) == Some(at)).then_some(first)
    }

    /// More targets than registers: goes through a list. The count is checked by unpacking in two halves, each
    /// `*rest` taking what the other side does not.
    fn unpack_many(&mut self, targets: &'a [Expr], star: Option<usize>, src: Reg, range: TextRange) -> R {
        const STEP: usize = 40;
        let list = self.temp(range)?;
        let mark = self.mark();
        if let Some(at) = star
            && at <= STEP
        {
            // The short head first, then the tail from the list that the star took.
            return self.unpack_tail(targets, at, src, list, range);
        }
        let base = self.mark() as Reg;
        for _ in 0..=STEP {
            self.temp(range)?;
        }
        self.emit(Op::UnpackStar { src, base, before: STEP as u8, after: 0 }, range)?;
        self.emit(Op::Move { dst: list, src: base + STEP as Reg }, range)?;
        for (i, t) in targets[..STEP].iter().enumerate() {
            self.store(t, base + i as Reg)?;
        }
        self.release(mark);
        let rest = &targets[STEP..];
        if self.fits(rest.len()) {
            return self.unpack(rest, list, range);
        }
        self.unpack_many(rest, star.map(|at| at - STEP), list, range)
    }

    /// `head…, *star, tail…` with a long tail: the star's list is what the tail leaves.
    fn unpack_tail(&mut self, targets: &'a [Expr], at: usize, src: Reg, list: Reg, range: TextRange) -> R {
        let mark = self.mark();
        let base = self.mark() as Reg;
        for _ in 0..=at {
            self.temp(range)?;
        }
        self.emit(Op::UnpackStar { src, base, before: at as u8, after: 0 }, range)?;
        self.emit(Op::Move { dst: list, src: base + at as Reg }, range)?;
        for (i, t) in targets[..at].iter().enumerate() {
            self.store(t, base + i as Reg)?;
        }
        self.release(mark);
        let tail = &targets[at + 1..];
        // Takes the tail off the list's end in steps, the last ones first.
        const STEP: usize = 40;
        let mut end = tail.len();
        while end > 0 {
            let start = end.saturating_sub(STEP);
            let base = self.mark() as Reg;
            for _ in start..=end {
                self.temp(range)?;
            }
            self.emit(Op::UnpackStar { src: list, base, before: 0, after: (end - start) as u8 }, range)?;
            self.emit(Op::Move { dst: list, src: base }, range)?;
            for (i, t) in tail[start..end].iter().enumerate() {
                self.store(t, base + 1 + i as Reg)?;
            }
            self.release(mark);
            end = start;
        }
        self.store(&targets[at], list)
    }

    // ---- augmented ---------------------------------------------------------------------------

    pub fn augmented(&mut self, a: &'a ast::StmtAugAssign) -> R {
        let op = binary_operator(a.op);
        match &*a.target {
            Expr::Name(n) => {
                if let Place::Reg(reg) = self.name_place(&n.id) {
                    self.check_bound(reg, n.range)?;
                    let walrus = self.scopes.find(self.scope(), &n.id).1.walrus;
                    let left = match walrus {
                        true => {
                            let copy = self.temp(n.range)?;
                            self.emit(Op::Move { dst: copy, src: reg }, n.range)?;
                            copy
                        }
                        false => reg,
                    };
                    self.inplace(op, reg, left, &a.value, a.range)?;
                    self.mark_bound(reg);
                    return Ok(());
                }
                let v = self.load_name(&n.id, None, n.range)?;
                let left = self.in_reg(v, None, n.range)?;
                self.inplace(op, left, left, &a.value, a.range)?;
                self.store_name(&n.id, left, n.range)
            }
            Expr::Attribute(t) => {
                let obj = self.reg(&t.value, None)?;
                let dst = self.temp(t.range)?;
                let name = self.name_index(&t.attr, t.range)?;
                let cache = self.cache(t.range)?;
                self.emit(Op::GetAttr { dst, obj, name, cache }, self.attribute_range(t, t.range))?;
                self.inplace(op, dst, dst, &a.value, a.range)?;
                self.store_attribute(t, obj, dst)
            }
            Expr::Subscript(t) => {
                let obj = self.reg(&t.value, None)?;
                let key = self.index(&t.slice)?;
                let dst = self.temp(t.range)?;
                self.emit(Op::GetItem { dst, obj, key }, t.range)?;
                self.inplace(op, dst, dst, &a.value, a.range)?;
                self.emit(Op::SetItem { obj, key, v: dst }, t.range)?;
                Ok(())
            }
            other => unreachable!("the parser refused the target {other:?}"),
        }
    }

    fn inplace(&mut self, op: BinOp, dst: Reg, a: Reg, value: &'a Expr, range: TextRange) -> R {
        let mark = self.mark();
        let v = self.value(value, None)?;
        let instruction = match (op, small_int(&v)) {
            (BinOp::Add, Some(imm)) => Op::IaddInt { dst, a, imm },
            (BinOp::Sub, Some(imm)) => Op::IsubInt { dst, a, imm },
            _ => {
                let b = self.in_reg(v, None, value.range())?;
                Op::Inplace { op, dst, a, b }
            }
        };
        self.emit(instruction, range)?;
        self.release(mark);
        Ok(())
    }

    // ---- annotated ---------------------------------------------------------------------------

    pub fn annotated(&mut self, a: &'a ast::StmtAnnAssign) -> R {
        let mark = self.mark();
        if let Some(value) = &a.value {
            let src = self.reg(value, None)?;
            self.store(&a.target, src)?;
            self.release(mark);
        }
        let module = self.scopes.all[self.unit.home].kind == ScopeKind::Module;
        match &*a.target {
            Expr::Name(name) if a.simple => {
                if module {
                    let v = self.annotation(&a.annotation)?;
                    let annotations = self.load_name("__annotations__", None, a.range)?;
                    let obj = self.in_reg(annotations, None, a.range)?;
                    let key = self.temp(a.range)?;
                    self.constant(Const::Str(name.id.as_str().into()), key, a.range)?;
                    self.emit(Op::SetItem { obj, key, v }, a.range)?;
                    self.release(mark);
                }
                return Ok(());
            }
            // Without a value the target's parts are evaluated all the same.
            Expr::Attribute(t) if a.value.is_none() => {
                self.value(&t.value, None)?;
            }
            Expr::Subscript(t) if a.value.is_none() => {
                self.value(&t.value, None)?;
                self.index(&t.slice)?;
            }
            _ => {}
        }
        self.release(mark);
        if module && !self.string_annotations {
            self.value(&a.annotation, None)?;
            self.release(mark);
        }
        Ok(())
    }

    // ---- del ---------------------------------------------------------------------------------

    pub fn delete(&mut self, target: &'a Expr) -> R {
        let mark = self.mark();
        match target {
            Expr::Name(n) => self.delete_name(&n.id, n.range)?,
            Expr::Attribute(a) => {
                let obj = self.reg(&a.value, None)?;
                let name = self.name_index(&a.attr, a.range)?;
                self.emit(Op::DelAttr { obj, name }, self.attribute_range(a, a.range))?;
            }
            Expr::Subscript(s) => {
                let obj = self.reg(&s.value, None)?;
                let key = self.index(&s.slice)?;
                self.emit(Op::DelItem { obj, key }, s.range)?;
            }
            Expr::Tuple(t) => t.elts.iter().try_for_each(|t| self.delete(t))?,
            Expr::List(l) => l.elts.iter().try_for_each(|t| self.delete(t))?,
            other => unreachable!("the parser refused to delete {other:?}"),
        }
        self.release(mark);
        Ok(())
    }
}
