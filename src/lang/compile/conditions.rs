//! Expressions in condition position: jumps instead of truth values.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::super::fail::R;
use super::super::fold;
use super::Compiler;
use super::expressions::{rich, small_int};
use super::unit::Label;
use crate::bytecode::{CmpOp, Op, Reg};

fn jump_compare(op: CmpOp, a: Reg, b: Reg, sense: bool) -> Op {
    let target = 0;
    match op {
        CmpOp::Lt => Op::JumpLt { a, b, sense, target },
        CmpOp::Le => Op::JumpLe { a, b, sense, target },
        CmpOp::Gt => Op::JumpGt { a, b, sense, target },
        CmpOp::Ge => Op::JumpGe { a, b, sense, target },
        CmpOp::Eq => Op::JumpEq { a, b, sense, target },
        CmpOp::Ne => Op::JumpNe { a, b, sense, target },
    }
}

fn jump_compare_int(op: CmpOp, a: Reg, imm: i16, sense: bool) -> Op {
    let off = 0;
    match op {
        CmpOp::Lt => Op::JumpLtInt { a, sense, imm, off },
        CmpOp::Le => Op::JumpLeInt { a, sense, imm, off },
        CmpOp::Gt => Op::JumpGtInt { a, sense, imm, off },
        CmpOp::Ge => Op::JumpGeInt { a, sense, imm, off },
        CmpOp::Eq => Op::JumpEqInt { a, sense, imm, off },
        CmpOp::Ne => Op::JumpNeInt { a, sense, imm, off },
    }
}

impl<'a> Compiler<'a> {
    /// Goes on behind the test when it is true, to `label` when it is false.
    pub fn jump_unless(&mut self, test: &'a Expr, label: &mut Label) -> R {
        self.jump_if(test, false, label)
    }

    /// Jumps to `label` when the truth of `test` is `sense`, else goes on.
    pub fn jump_if(&mut self, test: &'a Expr, sense: bool, label: &mut Label) -> R {
        let range = test.range();
        if let Some(c) = self.constant_value(test) {
            return if fold::truth(&c) == sense { self.jump(label, range) } else { Ok(()) };
        }
        let mark = self.mark();
        match test {
            Expr::UnaryOp(u) if u.op == ast::UnaryOp::Not => self.jump_if(&u.operand, !sense, label)?,
            Expr::BoolOp(b) => self.jump_bool_op(b, sense, label)?,
            Expr::Compare(c) if c.ops.len() == 1 => {
                self.jump_compare(c.ops[0], &c.left, &c.comparators[0], sense, label, c.range)?;
            }
            Expr::Compare(c) => self.jump_chain(c, sense, label)?,
            Expr::If(i) => {
                let mut orelse = Label::default();
                let mut end = Label::default();
                self.jump_unless(&i.test, &mut orelse)?;
                self.jump_if(&i.body, sense, label)?;
                self.jump(&mut end, i.range)?;
                self.place(orelse);
                self.jump_if(&i.orelse, sense, label)?;
                self.place(end);
            }
            Expr::Named(n) => {
                let a = self.named_reg(n)?;
                self.jump_op(Op::JumpIf { a, sense, target: 0 }, label, range)?;
            }
            _ => {
                let a = self.reg(test, None)?;
                self.jump_op(Op::JumpIf { a, sense, target: 0 }, label, range)?;
            }
        }
        self.release(mark);
        Ok(())
    }

    /// Evaluates `name := value`; when the name is a plain local, straight into its register.
    fn named_reg(&mut self, n: &'a ast::ExprNamed) -> R<Reg> {
        if let Expr::Name(name) = &*n.target
            && let Some(reg) = self.local_reg(&name.id)
        {
            self.eval(&n.value, reg)?;
            self.mark_bound(reg);
            return Ok(reg);
        }
        let v = self.named(n, None)?;
        self.in_reg(v, None, n.range)
    }

    fn jump_bool_op(&mut self, b: &'a ast::ExprBoolOp, sense: bool, label: &mut Label) -> R {
        // `and` is decided by the first false operand, `or` by the first true one.
        let decisive = b.op == ast::BoolOp::Or;
        let (last, rest) = b.values.split_last().expect("an operator has operands");
        if decisive == sense {
            for value in rest {
                self.jump_if(value, sense, label)?;
            }
            return self.jump_if(last, sense, label);
        }
        let mut undecided = Label::default();
        for value in rest {
            self.jump_if(value, decisive, &mut undecided)?;
        }
        self.jump_if(last, sense, label)?;
        self.place(undecided);
        Ok(())
    }

    fn jump_compare(
        &mut self,
        op: ast::CmpOp,
        left: &'a Expr,
        right: &'a Expr,
        sense: bool,
        label: &mut Label,
        range: TextRange,
    ) -> R {
        let is_none = right.is_none_literal_expr() && matches!(op, ast::CmpOp::Is | ast::CmpOp::IsNot);
        let left_value = self.value(left, None)?;
        if is_none {
            let a = self.in_reg(left_value, None, left.range())?;
            let sense = if op == ast::CmpOp::Is { sense } else { !sense };
            return self.jump_op(Op::JumpIfNone { a, sense, target: 0 }, label, range);
        }
        if let Some(op) = rich(op) {
            let right_value = self.value(right, None)?;
            let imm = small_int(&right_value).and_then(|i| i16::try_from(i).ok()).filter(|_| self.near);
            let a = self.in_reg(left_value, None, left.range())?;
            if let Some(imm) = imm {
                return self.jump_op(jump_compare_int(op, a, imm, sense), label, range);
            }
            let b = self.in_reg(right_value, None, right.range())?;
            return self.jump_op(jump_compare(op, a, b, sense), label, range);
        }
        let b = self.container_operand(op, right)?;
        let a = self.in_reg(left_value, None, left.range())?;
        self.jump_membership(op, a, b, sense, label, range)
    }

    /// `is` and `in` have no fused jump.
    fn jump_membership(
        &mut self,
        op: ast::CmpOp,
        a: Reg,
        b: Reg,
        sense: bool,
        label: &mut Label,
        range: TextRange,
    ) -> R {
        let dst = self.temp(range)?;
        let (op, negated) = match op {
            ast::CmpOp::Is => (Op::Is { dst, a, b, negate: false }, false),
            ast::CmpOp::IsNot => (Op::Is { dst, a, b, negate: false }, true),
            ast::CmpOp::In => (Op::In { dst, a, b, negate: false }, false),
            _ => (Op::In { dst, a, b, negate: false }, true),
        };
        self.emit(op, range)?;
        self.jump_op(Op::JumpIf { a: dst, sense: sense != negated, target: 0 }, label, range)
    }

    /// `a < b < c`: each operand is evaluated once, and only while the chain holds.
    fn jump_chain(&mut self, c: &'a ast::ExprCompare, sense: bool, label: &mut Label) -> R {
        let mark = self.mark();
        let mut fails = Label::default();
        let mut a = self.reg(&c.left, None)?;
        let last = c.ops.len() - 1;
        for (i, (op, right)) in c.ops.iter().zip(&c.comparators).enumerate() {
            // Only the last one is not looked at as a value, too.
            let b = if i == last { self.container_operand(*op, right)? } else { self.reg(right, None)? };
            let to_label = i == last || !sense;
            let wanted = i == last && sense;
            let target = if to_label { &mut *label } else { &mut fails };
            match rich(*op) {
                Some(op) => self.jump_op(jump_compare(op, a, b, wanted), target, c.range)?,
                None => self.jump_membership(*op, a, b, wanted, target, c.range)?,
            }
            if i < last {
                a = self.keep_only(b, mark, right.range())?;
            }
        }
        self.place(fails);
        self.release(mark);
        Ok(())
    }
}
