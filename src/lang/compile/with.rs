//! `with`: the exit is called on every way out; a true result swallows the exception.

use ruff_python_ast::{Stmt, WithItem};
use ruff_text_size::Ranged;

use super::super::fail::R;
use super::Compiler;
use super::unit::{Block, Label};
use crate::bytecode::{NO_REG, Op};

impl<'a> Compiler<'a> {
    pub fn with(&mut self, items: &'a [WithItem], body: &'a [Stmt]) -> R {
        let Some((item, rest)) = items.split_first() else { return self.body(body) };
        let range = item.context_expr.range();
        let mark = self.mark();
        let exit = self.temp(range)?;
        let dst = self.temp(range)?;
        let mgr = self.reg(&item.context_expr, Some(dst))?;
        self.emit(Op::WithEnter { dst, mgr, exit }, range)?;
        let bound = self.unit.bound;
        let vars = self.unit.comprehension_regs.len();
        let region = self.unit.open_region();
        self.unit.blocks.push(Block::With { exit, region, range });
        if let Some(target) = &item.optional_vars {
            self.store(target, dst)?;
        }
        self.release(u16::from(exit) + 1);
        self.with(rest, body)?;
        let region = self.pop_region();
        let mut end = Label::default();
        if self.unit.reachable {
            let dst = self.temp(range)?;
            self.emit(Op::WithExit { dst, exit, exc: NO_REG }, range)?;
            self.jump(&mut end, range)?;
            self.release(u16::from(exit) + 1);
        }
        let mut swallowed = Label::default();
        // The same registers as `exceptional` takes: the exception first, then what was handled before.
        let exc = u16::from(exit) as u8 + 1;
        let save = exc + 1;
        self.exceptional(region, bound, vars, range, |c| {
            let dst = c.temp(range)?;
            c.emit(Op::WithExit { dst, exit, exc }, range)?;
            c.jump_op(Op::JumpIf { a: dst, sense: true, target: 0 }, &mut swallowed, range)
        })?;
        if swallowed.used() {
            self.place(swallowed);
            self.emit(Op::PopHandled { save }, range)?;
        }
        self.place(end);
        self.release(mark);
        Ok(())
    }
}
