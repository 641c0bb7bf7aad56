//! `try` in all forms. A `finally` body is written once per way out: normal, exceptional, and each
//! `return`, `break` and `continue`.

use ruff_python_ast::{self as ast, ExceptHandler, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::super::fail::R;
use super::Compiler;
use super::unit::{Block, Label, RegSet, Region, Unit};
use crate::bytecode::{Op, Reg};

impl<'a> Compiler<'a> {
    pub fn try_stmt(&mut self, t: &'a ast::StmtTry) -> R {
        if t.finalbody.is_empty() {
            return self.try_handlers(t);
        }
        let range = t.range;
        let bound = self.unit.bound;
        let vars = self.unit.comprehension_regs.len();
        let region = self.unit.open_region();
        self.unit.blocks.push(Block::Finally { body: &t.finalbody, region });
        if t.handlers.is_empty() {
            self.body(&t.body)?;
        } else {
            self.try_handlers(t)?;
        }
        let region = self.pop_region();
        let mut end = Label::default();
        self.body(&t.finalbody)?;
        self.jump(&mut end, last_range(&t.finalbody, range))?;
        self.exceptional(region, bound, vars, range, |c| c.body(&t.finalbody))?;
        self.place(end);
        Ok(())
    }

    /// Ends the innermost block and its region here.
    pub fn pop_region(&mut self) -> Region {
        let here = self.here();
        let mut block = self.unit.blocks.pop().expect("the block was pushed before");
        let mut region = std::mem::take(block.region().expect("the block has a region"));
        Unit::pause(&mut region, here);
        region
    }

    /// The exceptional way out of a `finally` or `with`: `body` runs while the exception is the handled one,
    /// then it goes on.
    pub fn exceptional(
        &mut self,
        region: Region,
        bound: RegSet,
        vars: usize,
        range: TextRange,
        body: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let mark = self.mark();
        let exc = self.temp(range)?;
        let save = self.temp(range)?;
        if self.enter_handler(region, exc, bound, vars, range)? {
            self.emit(Op::PushHandled { save, exc }, range)?;
            let bound = self.unit.bound;
            let region = self.unit.open_region();
            self.unit.blocks.push(Block::Handler { save, name: None, region });
            body(self)?;
            let region = self.pop_region();
            self.rethrow(region, save, exc, None, bound, range)?;
        }
        self.release(mark);
        Ok(())
    }

    /// Starts a handler for `region`. Variables of comprehensions that the exception ended are cleared. `false`
    /// when the region covers nothing.
    fn enter_handler(
        &mut self,
        region: Region,
        exc: Reg,
        bound: RegSet,
        vars: usize,
        range: TextRange,
    ) -> R<bool> {
        debug_assert!(!self.unit.reachable, "control falls into a handler");
        if !self.unit.handle(region, exc, bound) {
            return Ok(false);
        }
        let mut regs = self.unit.comprehension_regs[vars..].to_vec();
        regs.sort_unstable();
        regs.dedup();
        for reg in regs {
            self.emit(Op::ClearLocal { reg }, range)?;
        }
        Ok(true)
    }

    /// The end of a handler that did not take the exception, which is also where exceptions raised inside the
    /// handler go: the handled exception is restored and the one in `exc` goes on.
    fn rethrow(
        &mut self,
        region: Region,
        save: Reg,
        exc: Reg,
        name: Option<&'a str>,
        bound: RegSet,
        range: TextRange,
    ) -> R {
        let falls = self.unit.reachable;
        let covered = self.unit.handle(region, exc, bound);
        if falls || covered {
            self.unit.reachable = true;
            self.emit(Op::PopHandled { save }, range)?;
            if let Some(name) = name {
                self.clear_name(name, range)?;
            }
            self.emit(Op::Reraise { exc }, range)?;
        }
        Ok(())
    }

    /// `try`/`except`/`else`, without the `finally`.
    fn try_handlers(&mut self, t: &'a ast::StmtTry) -> R {
        let range = t.range;
        let bound = self.unit.bound;
        let vars = self.unit.comprehension_regs.len();
        let region = self.unit.open_region();
        self.unit.blocks.push(Block::Protected { region });
        self.body(&t.body)?;
        let region = self.pop_region();
        self.body(&t.orelse)?;
        let mut end = Label::default();
        self.jump(&mut end, last_range(&t.body, range))?;
        let mark = self.mark();
        let exc = self.temp(range)?;
        let save = self.temp(range)?;
        if self.enter_handler(region, exc, bound, vars, range)? {
            self.emit(Op::PushHandled { save, exc }, range)?;
            let bound = self.unit.bound;
            let region = self.unit.open_region();
            self.unit.blocks.push(Block::Handler { save, name: None, region });
            if t.is_star {
                self.star_handlers(t, exc, save, &mut end)?;
            } else {
                self.handlers(t, exc, save, &mut end)?;
            }
            let region = self.pop_region();
            self.rethrow(region, save, exc, None, bound, range)?;
        }
        self.release(mark);
        self.place(end);
        Ok(())
    }

    /// The `except` clauses; falls through when none takes the exception.
    fn handlers(&mut self, t: &'a ast::StmtTry, exc: Reg, save: Reg, end: &mut Label) -> R {
        for handler in &t.handlers {
            let ExceptHandler::ExceptHandler(h) = handler;
            let mut next = Label::default();
            if let Some(ty) = &h.type_ {
                let mark = self.mark();
                let ty_reg = self.reg(ty, None)?;
                let dst = self.temp(ty.range())?;
                self.emit(Op::MatchExc { dst, exc, ty: ty_reg }, h.range)?;
                self.jump_op(Op::JumpIf { a: dst, sense: false, target: 0 }, &mut next, ty.range())?;
                self.release(mark);
            }
            self.handler_body(h, exc, save)?;
            self.jump(end, last_range(&h.body, h.range))?;
            self.place(next);
        }
        Ok(())
    }

    /// The body of one handler, up to where the handled exception is restored.
    fn handler_body(&mut self, h: &'a ast::ExceptHandlerExceptHandler, exc: Reg, save: Reg) -> R {
        let Some(name) = &h.name else {
            self.body(&h.body)?;
            self.emit(Op::PopHandled { save }, last_range(&h.body, h.range))?;
            return Ok(());
        };
        self.store_name(name, exc, h.range)?;
        let bound = self.unit.bound;
        // The clause's own block takes the place of the one around all clauses, since leaving it clears the
        // name as well.
        let here = self.here();
        let mut around = self.unit.blocks.pop().expect("the handlers' block");
        if let Some(region) = around.region() {
            Unit::pause(region, here);
        }
        let region = self.unit.open_region();
        self.unit.blocks.push(Block::Handler { save, name: Some(name), region });
        self.body(&h.body)?;
        let region = self.pop_region();
        let at = last_range(&h.body, h.range);
        self.emit(Op::PopHandled { save }, at)?;
        let mut done = Label::default();
        if self.unit.reachable {
            self.clear_name(name, at)?;
            self.jump(&mut done, at)?;
        }
        self.rethrow(region, save, exc, Some(name), bound, h.range)?;
        self.place(done);
        let here = self.here();
        if let Some(region) = around.region() {
            Unit::resume(region, here);
        }
        self.unit.blocks.push(around);
        Ok(())
    }

    /// The `except*` clauses. Each takes its share of the group; what they raise and what is left over is
    /// put together at the end.
    fn star_handlers(&mut self, t: &'a ast::StmtTry, orig: Reg, save: Reg, end: &mut Label) -> R {
        let range = t.range;
        let list = self.temp(range)?;
        let rest = self.temp(range)?;
        self.emit(Op::BuildList { dst: list, base: list, n: 0 }, range)?;
        self.emit(Op::Move { dst: rest, src: orig }, range)?;
        for handler in &t.handlers {
            let ExceptHandler::ExceptHandler(h) = handler;
            let ty = h.type_.as_deref().expect("the parser asks for a type after `except*`");
            let mark = self.mark();
            let taken = self.temp(range)?;
            let left = self.temp(range)?;
            let mut next = Label::default();
            let ty_reg = self.reg(ty, None)?;
            self.emit(Op::SplitExc { dst: taken, exc: rest, ty: ty_reg }, h.range)?;
            self.emit(Op::Move { dst: rest, src: left }, ty.range())?;
            self.jump_op(Op::JumpIfNone { a: taken, sense: true, target: 0 }, &mut next, ty.range())?;
            self.star_body(h, taken, left, list)?;
            self.place(next);
            self.release(mark);
        }
        self.emit(Op::ListAppend { list, v: rest }, range)?;
        let dst = rest;
        self.emit(Op::JoinExc { dst, orig, list }, range)?;
        let mut done = Label::default();
        self.jump_op(Op::JumpIfNone { a: dst, sense: true, target: 0 }, &mut done, range)?;
        self.emit(Op::Reraise { exc: dst }, range)?;
        self.place(done);
        self.emit(Op::PopHandled { save }, range)?;
        self.jump(end, range)
    }

    /// One `except*` body; what it raises is added to the list.
    fn star_body(&mut self, h: &'a ast::ExceptHandlerExceptHandler, taken: Reg, save: Reg, list: Reg) -> R {
        let name = h.name.as_ref().map(|n| n.as_str());
        if let Some(name) = name {
            self.store_name(name, taken, h.range)?;
        }
        self.emit(Op::PushHandled { save, exc: taken }, h.range)?;
        let bound = self.unit.bound;
        let vars = self.unit.comprehension_regs.len();
        let region = self.unit.open_region();
        self.unit.blocks.push(Block::Handler { save, name, region });
        self.body(&h.body)?;
        let region = self.pop_region();
        let at = last_range(&h.body, h.range);
        let mut done = Label::default();
        if self.unit.reachable {
            self.emit(Op::PopHandled { save }, at)?;
            name.map_or(Ok(()), |name| self.clear_name(name, at))?;
            self.jump(&mut done, at)?;
        }
        if self.enter_handler(region, taken, bound, vars, h.range)? {
            self.emit(Op::PopHandled { save }, h.range)?;
            name.map_or(Ok(()), |name| self.clear_name(name, h.range))?;
            self.emit(Op::ListAppend { list, v: taken }, h.range)?;
        }
        self.place(done);
        Ok(())
    }
}

/// Where control is when a body has run through.
fn last_range(body: &[Stmt], or: TextRange) -> TextRange {
    body.last().map_or(or, Ranged::range)
}
