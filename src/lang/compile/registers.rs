//! Temporaries, values that are not in a register yet, constants, and jumps.

use ruff_python_ast::Expr;
use ruff_text_size::TextRange;

use super::super::fail::{Fail, R};
use super::Compiler;
use super::unit::Label;
use crate::bytecode::{Const, Op, Reg};

/// The highest number of registers of a frame; 255 means "no register".
const REGISTERS_MAX: u16 = 255;
/// Temporaries that a run of consecutive registers may take at once.
pub const RUN_MAX: usize = 60;
/// Registers that are kept free for what nests inside a run.
const RESERVE: usize = 24;

/// The value of an expression.
#[derive(Clone, Debug)]
pub enum Val {
    /// Known now; no instruction has been emitted.
    Const(Const),
    /// In a register.
    Reg(Reg),
}

impl<'a> Compiler<'a> {
    /// Where the temporaries end, for [`Compiler::release`].
    pub fn mark(&self) -> u16 {
        self.unit.next_temp
    }

    /// Frees all temporaries allocated since `mark`.
    pub fn release(&mut self, mark: u16) {
        self.unit.next_temp = mark;
    }

    /// A new temporary, next to the one allocated before it.
    pub fn temp(&mut self, range: TextRange) -> R<Reg> {
        let reg = self.unit.next_temp;
        if reg >= REGISTERS_MAX {
            let message =
                format!("expression nested too deeply: it needs more than {REGISTERS_MAX} registers");
            return Err(Fail::limit(message, range));
        }
        self.unit.next_temp += 1;
        self.unit.registers = self.unit.registers.max(self.unit.next_temp);
        Ok(reg as Reg)
    }

    /// Whether `n` consecutive temporaries can be had with room to spare.
    pub fn fits(&self, n: usize) -> bool {
        n <= RUN_MAX && self.unit.next_temp as usize + n + RESERVE <= REGISTERS_MAX as usize
    }

    /// Whether `reg` can hold intermediate results: a temporary, not a variable.
    pub fn is_scratch(&self, reg: Reg) -> bool {
        u16::from(reg) >= self.unit.first_temp
    }

    /// `want` when it can hold intermediate results, else a new temporary.
    pub fn scratch(&mut self, want: Option<Reg>, range: TextRange) -> R<Reg> {
        match want {
            Some(reg) if self.is_scratch(reg) => Ok(reg),
            _ => self.temp(range),
        }
    }

    /// `want`, else a new temporary.
    pub fn dst(&mut self, want: Option<Reg>, range: TextRange) -> R<Reg> {
        want.map_or_else(|| self.temp(range), Ok)
    }

    /// Moves a finished result from a scratch register to where it is wanted.
    pub fn deliver(&mut self, from: Reg, want: Option<Reg>, range: TextRange) -> R<Val> {
        match want {
            Some(dst) if dst != from => {
                self.emit(Op::Move { dst, src: from }, range)?;
                Ok(Val::Reg(dst))
            }
            _ => Ok(Val::Reg(from)),
        }
    }

    /// Loads a constant.
    pub fn constant(&mut self, c: Const, dst: Reg, range: TextRange) -> R {
        let op = match c {
            Const::None => Op::LoadNone { dst },
            Const::Bool(v) => Op::LoadBool { dst, v },
            Const::Int(i) if i32::try_from(i).is_ok() => Op::LoadInt { dst, v: i as i32 },
            c => Op::LoadConst { dst, k: self.const_index(c, range)? },
        };
        self.emit(op, range)?;
        Ok(())
    }

    /// The index of a constant.
    pub fn const_index(&mut self, c: Const, range: TextRange) -> R<u16> {
        if !self.unit.reachable {
            return Ok(0);
        }
        let index = self.unit.constant(c);
        u16::try_from(index).map_err(|_| Fail::limit("more than 65536 constants in one function", range))
    }

    /// The index of a name.
    pub fn name_index(&mut self, name: &str, range: TextRange) -> R<u16> {
        if !self.unit.reachable {
            return Ok(0);
        }
        let index = self.unit.name(name);
        u16::try_from(index).map_err(|_| Fail::limit("more than 65536 names in one function", range))
    }

    /// A new inline-cache slot.
    pub fn cache(&mut self, range: TextRange) -> R<u16> {
        if !self.unit.reachable {
            return Ok(0);
        }
        let slot = self.unit.caches;
        if slot >= usize::from(u16::MAX) {
            return Err(Fail::limit("more than 65535 attribute accesses in one function", range));
        }
        self.unit.caches += 1;
        Ok(slot as u16)
    }

    /// Puts a value into a register, `want` or a new temporary unless it is in one already.
    pub fn in_reg(&mut self, v: Val, want: Option<Reg>, range: TextRange) -> R<Reg> {
        match v {
            Val::Reg(reg) => Ok(reg),
            Val::Const(c) => {
                let dst = self.scratch(want, range)?;
                self.constant(c, dst, range)?;
                Ok(dst)
            }
        }
    }

    /// Evaluates into some register: a variable's own, `want`, or a new temporary.
    pub fn reg(&mut self, expr: &'a Expr, want: Option<Reg>) -> R<Reg> {
        let v = self.value(expr, want)?;
        self.in_reg(v, want, ruff_text_size::Ranged::range(expr))
    }

    /// Evaluates into `dst`.
    pub fn eval(&mut self, expr: &'a Expr, dst: Reg) -> R {
        let range = ruff_text_size::Ranged::range(expr);
        let mark = self.mark();
        let v = self.value(expr, Some(dst))?;
        self.release(mark);
        match v {
            Val::Const(c) => self.constant(c, dst, range),
            Val::Reg(src) if src == dst => Ok(()),
            Val::Reg(src) => self.emit(Op::Move { dst, src }, range).map(|_| ()),
        }
    }

    /// Evaluates into a new temporary, the one that [`Compiler::mark`] names. It is allocated last, so that a
    /// chain like `f()()()` needs one register and not one per link.
    pub fn eval_temp(&mut self, expr: &'a Expr) -> R<Reg> {
        let range = ruff_text_size::Ranged::range(expr);
        let mark = self.mark();
        let v = self.value(expr, None)?;
        self.release(mark);
        let dst = self.temp(range)?;
        match v {
            Val::Const(c) => self.constant(c, dst, range)?,
            Val::Reg(src) if src == dst => {}
            Val::Reg(src) => {
                self.emit(Op::Move { dst, src }, range)?;
            }
        }
        Ok(dst)
    }

    // ---- jumps -------------------------------------------------------------------------------

    /// Jumps forward to `label`.
    pub fn jump(&mut self, label: &mut Label, range: TextRange) -> R {
        self.jump_op(Op::Jump { target: 0 }, label, range)
    }

    /// Emits a jump instruction whose target is `label`.
    pub fn jump_op(&mut self, op: Op, label: &mut Label, range: TextRange) -> R {
        let bound_before = self.unit.bound;
        let index = self.emit(op, range)?;
        debug_assert_eq!(bound_before, self.unit.bound);
        self.unit.jumps_to(index, label);
        Ok(())
    }

    /// The label is here.
    pub fn place(&mut self, label: Label) {
        self.unit.place(label);
    }

    /// Jumps back to the instruction at `target`.
    pub fn jump_back(&mut self, target: u32, range: TextRange) -> R {
        let jump = match self.unit.ops.get(target as usize) {
            Some(&Op::ForIter { dst, iter, .. }) => Op::ForNext { dst, iter, target },
            _ => Op::JumpBack { target },
        };
        self.emit(jump, range).map(|_| ())
    }

    /// Index of the next instruction.
    pub fn here(&self) -> u32 {
        self.unit.here()
    }
}
