//! Statements.

use ruff_python_ast::{self as ast, Stmt};
use ruff_text_size::Ranged;

use super::super::fail::R;
use super::super::fold;
use super::Compiler;
use super::registers::Val;
use super::unit::Label;
use crate::bytecode::{Const, NO_REG, Op};

impl<'a> Compiler<'a> {
    pub fn body(&mut self, body: &'a [Stmt]) -> R {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    pub fn stmt(&mut self, stmt: &'a Stmt) -> R {
        if !self.unit.reachable {
            return Ok(());
        }
        let mark = self.mark();
        self.statement(stmt)?;
        debug_assert!(self.mark() >= mark);
        self.release(mark);
        Ok(())
    }

    fn statement(&mut self, stmt: &'a Stmt) -> R {
        match stmt {
            Stmt::FunctionDef(def) => self.function(def),
            Stmt::Return(r) => self.return_stmt(r),
            Stmt::Delete(d) => d.targets.iter().try_for_each(|t| self.delete(t)),
            Stmt::Assign(a) => self.assign(a),
            Stmt::AugAssign(a) => self.augmented(a),
            Stmt::AnnAssign(a) => self.annotated(a),
            Stmt::For(f) => self.for_loop(f),
            Stmt::While(w) => self.while_loop(w),
            Stmt::If(s) => self.if_stmt(s),
            Stmt::With(w) => self.with(&w.items, &w.body),
            Stmt::Match(m) => self.match_stmt(m),
            Stmt::Raise(r) => self.raise(r),
            Stmt::Try(t) => self.try_stmt(t),
            Stmt::Assert(a) => self.assert(a),
            Stmt::Import(i) => self.import(i),
            Stmt::ImportFrom(i) => self.import_from(i),
            Stmt::Expr(e) => {
                if self.constant_value(&e.value).is_none() {
                    self.value(&e.value, None)?;
                }
                Ok(())
            }
            Stmt::Global(_) | Stmt::Nonlocal(_) | Stmt::Pass(_) => Ok(()),
            Stmt::Break(b) => self.break_loop(b.range),
            Stmt::Continue(c) => self.continue_loop(c.range),
            other => unreachable!("the symbol pass refused {other:?}"),
        }
    }

    fn if_stmt(&mut self, s: &'a ast::StmtIf) -> R {
        let mut end = Label::default();
        let mut next = Label::default();
        self.jump_unless(&s.test, &mut next)?;
        self.body(&s.body)?;
        for clause in &s.elif_else_clauses {
            self.jump(&mut end, clause.range)?;
            self.place(std::mem::take(&mut next));
            if let Some(test) = &clause.test {
                self.jump_unless(test, &mut next)?;
            }
            self.body(&clause.body)?;
        }
        self.place(next);
        self.place(end);
        Ok(())
    }

    fn return_stmt(&mut self, r: &'a ast::StmtReturn) -> R {
        let v = match &r.value {
            None => Val::Const(Const::None),
            Some(e) if self.leaving_runs_code() => match self.constant_value(e) {
                Some(c) => Val::Const(c),
                // What runs on the way out must not change the value.
                None => Val::Reg(self.eval_temp(e)?),
            },
            Some(e) => self.value(e, None)?,
        };
        self.leave(0, r.range, |c| {
            if let Val::Const(Const::None) = v {
                c.emit(Op::ReturnNone { cost: 0 }, r.range)?;
                return Ok(());
            }
            let src = c.in_reg(v, None, r.range)?;
            c.emit(Op::Return { src, cost: 0 }, r.range)?;
            Ok(())
        })
    }

    fn raise(&mut self, r: &'a ast::StmtRaise) -> R {
        let Some(exc) = &r.exc else {
            self.emit(Op::RaiseCurrent, r.range)?;
            return Ok(());
        };
        let exc = self.reg(exc, None)?;
        let cause = match &r.cause {
            Some(cause) => self.reg(cause, None)?,
            None => NO_REG,
        };
        self.emit(Op::Raise { exc, cause }, r.range)?;
        Ok(())
    }

    fn assert(&mut self, a: &'a ast::StmtAssert) -> R {
        if !self.options.assertions {
            return Ok(());
        }
        if let Some(c) = self.constant_value(&a.test)
            && fold::truth(&c)
        {
            return Ok(());
        }
        let mut end = Label::default();
        self.jump_if(&a.test, true, &mut end)?;
        let range = a.test.range();
        let f = self.temp(range)?;
        self.emit(Op::LoadAssertionError { dst: f }, range)?;
        if let Some(msg) = &a.msg {
            self.eval_temp(msg)?;
            self.emit(Op::Call { dst: f, f, argc: 1 }, a.range)?;
        }
        self.emit(Op::Raise { exc: f, cause: NO_REG }, range)?;
        self.place(end);
        Ok(())
    }
}
