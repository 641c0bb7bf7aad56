//! `for`, `while`, `break`, `continue`, and leaving blocks in general.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::super::fail::R;
use super::Compiler;
use super::unit::{Block, Label, Unit};
use crate::bytecode::{NO_REG, Op, Reg};

impl<'a> Compiler<'a> {
    /// Takes the next value of the iterator in `iter` and binds the target, or goes to `end`.
    pub fn for_iter(&mut self, target: &'a Expr, iter: Reg, end: &mut Label, range: TextRange) -> R {
        if let Expr::Name(name) = target
            && let Some(dst) = self.local_reg(&name.id)
        {
            self.jump_op(Op::ForIter { dst, iter, target: 0 }, end, range)?;
            self.mark_bound(dst);
            return Ok(());
        }
        let mark = self.mark();
        let dst = self.temp(range)?;
        self.jump_op(Op::ForIter { dst, iter, target: 0 }, end, range)?;
        self.store(target, dst)?;
        self.release(mark);
        Ok(())
    }

    pub fn for_loop(&mut self, f: &'a ast::StmtFor) -> R {
        let mark = self.mark();
        let range = f.iter.range();
        let iter = self.temp(range)?;
        let src = self.reg(&f.iter, Some(iter))?;
        self.emit(Op::GetIter { dst: iter, src }, range)?;
        self.release(u16::from(iter) + 1);
        if !self.unit.reachable {
            self.release(mark);
            return Ok(());
        }
        let top = self.here();
        let mut done = Label::default();
        self.for_iter(&f.target, iter, &mut done, range)?;
        self.unit.blocks.push(Block::Loop { top, end: Label::default() });
        self.body(&f.body)?;
        self.jump_back(top, range)?;
        let end = self.end_loop();
        self.place(done);
        self.release(mark);
        self.body(&f.orelse)?;
        self.place(end);
        Ok(())
    }

    pub fn while_loop(&mut self, w: &'a ast::StmtWhile) -> R {
        if !self.unit.reachable {
            return Ok(());
        }
        let top = self.here();
        let mut done = Label::default();
        self.jump_unless(&w.test, &mut done)?;
        self.unit.blocks.push(Block::Loop { top, end: Label::default() });
        self.body(&w.body)?;
        self.jump_back(top, w.test.range())?;
        let end = self.end_loop();
        self.place(done);
        self.body(&w.orelse)?;
        self.place(end);
        Ok(())
    }

    fn end_loop(&mut self) -> Label {
        match self.unit.blocks.pop() {
            Some(Block::Loop { end, .. }) => end,
            other => unreachable!("a loop ends inside {other:?}"),
        }
    }

    pub fn break_loop(&mut self, range: TextRange) -> R {
        let at = self.innermost_loop();
        self.leave(at + 1, range, |c| {
            let index = c.emit(Op::Jump { target: 0 }, range)?;
            let Block::Loop { end, .. } = &mut c.unit.blocks[at] else { unreachable!("{at} is a loop") };
            let mut label = std::mem::take(end);
            c.unit.jumps_to(index, &mut label);
            if let Block::Loop { end, .. } = &mut c.unit.blocks[at] {
                *end = label;
            }
            Ok(())
        })
    }

    pub fn continue_loop(&mut self, range: TextRange) -> R {
        let at = self.innermost_loop();
        let Block::Loop { top, .. } = self.unit.blocks[at] else { unreachable!("{at} is a loop") };
        self.leave(at + 1, range, |c| c.jump_back(top, range))
    }

    fn innermost_loop(&self) -> usize {
        let is_loop = |b: &Block<'a>| matches!(b, Block::Loop { .. });
        self.unit.blocks.iter().rposition(is_loop).expect("the symbol pass checked that there is a loop")
    }

    /// Undoes the blocks from `depth` on, innermost first, and emits the final jump. None of it is covered
    /// by the handlers of the blocks already left; afterwards they cover what follows again.
    pub fn leave(&mut self, depth: usize, range: TextRange, jump: impl FnOnce(&mut Self) -> R) -> R {
        let mut left = Vec::new();
        while self.unit.blocks.len() > depth {
            let mut block = self.unit.blocks.pop().expect("there are more than `depth`");
            let here = self.here();
            if let Some(region) = block.region() {
                Unit::pause(region, here);
            }
            self.undo(&block, range)?;
            left.push(block);
        }
        jump(self)?;
        let here = self.here();
        for mut block in left.into_iter().rev() {
            if let Some(region) = block.region() {
                Unit::resume(region, here);
            }
            self.unit.blocks.push(block);
        }
        Ok(())
    }

    /// What leaving one block takes.
    fn undo(&mut self, block: &Block<'a>, range: TextRange) -> R {
        match block {
            Block::Loop { .. } | Block::Protected { .. } => Ok(()),
            Block::Finally { body, .. } => self.body(body),
            Block::With { exit, range, .. } => {
                let mark = self.mark();
                let dst = self.temp(*range)?;
                self.emit(Op::WithExit { dst, exit: *exit, exc: NO_REG }, *range)?;
                self.release(mark);
                Ok(())
            }
            Block::Handler { save, name, .. } => {
                self.emit(Op::PopHandled { save: *save }, range)?;
                name.map_or(Ok(()), |name| self.clear_name(name, range))
            }
        }
    }

    /// Whether leaving the function from here runs statements or calls.
    pub fn leaving_runs_code(&self) -> bool {
        self.unit.blocks.iter().any(|b| matches!(b, Block::Finally { .. } | Block::With { .. }))
    }
}
