//! Operators, comparisons, boolean operators, conditional expressions, attributes and subscripts in
//! value position.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::super::fail::R;
use super::super::{fold, literal};
use super::Compiler;
use super::registers::Val;
use super::unit::Label;
use crate::bytecode::{BinOp, CmpOp, Const, Op, Reg, UnaryOp};

/// The bytecode's name for an operator.
pub fn binary_operator(op: ast::Operator) -> BinOp {
    match op {
        ast::Operator::Add => BinOp::Add,
        ast::Operator::Sub => BinOp::Sub,
        ast::Operator::Mult => BinOp::Mul,
        ast::Operator::MatMult => BinOp::MatMul,
        ast::Operator::Div => BinOp::TrueDiv,
        ast::Operator::Mod => BinOp::Mod,
        ast::Operator::Pow => BinOp::Pow,
        ast::Operator::LShift => BinOp::Shl,
        ast::Operator::RShift => BinOp::Shr,
        ast::Operator::BitOr => BinOp::Or,
        ast::Operator::BitXor => BinOp::Xor,
        ast::Operator::BitAnd => BinOp::And,
        ast::Operator::FloorDiv => BinOp::FloorDiv,
    }
}

/// A rich comparison, `None` for `is` and `in`.
pub fn rich(op: ast::CmpOp) -> Option<CmpOp> {
    match op {
        ast::CmpOp::Eq => Some(CmpOp::Eq),
        ast::CmpOp::NotEq => Some(CmpOp::Ne),
        ast::CmpOp::Lt => Some(CmpOp::Lt),
        ast::CmpOp::LtE => Some(CmpOp::Le),
        ast::CmpOp::Gt => Some(CmpOp::Gt),
        ast::CmpOp::GtE => Some(CmpOp::Ge),
        _ => None,
    }
}

fn compare_op(op: ast::CmpOp, dst: Reg, a: Reg, b: Reg) -> Op {
    match op {
        ast::CmpOp::Is => Op::Is { dst, a, b, negate: false },
        ast::CmpOp::IsNot => Op::Is { dst, a, b, negate: true },
        ast::CmpOp::In => Op::In { dst, a, b, negate: false },
        ast::CmpOp::NotIn => Op::In { dst, a, b, negate: true },
        other => Op::Compare { op: rich(other).expect("the rest is rich"), dst, a, b },
    }
}

fn binary_op(op: BinOp, dst: Reg, a: Reg, b: Reg) -> Op {
    match op {
        BinOp::Add => Op::Add { dst, a, b },
        BinOp::Sub => Op::Sub { dst, a, b },
        BinOp::Mul => Op::Mul { dst, a, b },
        BinOp::FloorDiv => Op::FloorDiv { dst, a, b },
        BinOp::Mod => Op::Mod { dst, a, b },
        BinOp::TrueDiv => Op::TrueDiv { dst, a, b },
        op => Op::Binary { op, dst, a, b },
    }
}

/// The 32-bit integer that a value is, for instructions with an immediate operand.
pub fn small_int(v: &Val) -> Option<i32> {
    match v {
        Val::Const(Const::Int(i)) => i32::try_from(*i).ok(),
        _ => None,
    }
}

impl<'a> Compiler<'a> {
    /// Evaluates an expression. The result goes to `want` if a new one is made, else to a new temporary; it can
    /// also be a variable's own register or a constant not loaded yet. A variable's register is written by
    /// the last instruction only, so that an exception leaves the variable alone.
    pub fn value(&mut self, expr: &'a Expr, want: Option<Reg>) -> R<Val> {
        if let Some(c) = literal::literal(expr) {
            return Ok(Val::Const(c));
        }
        let range = expr.range();
        match expr {
            Expr::Name(n) => self.load_name(&n.id, want, range),
            Expr::BinOp(b) => self.binary(b, want),
            Expr::UnaryOp(u) => self.unary(u, want),
            Expr::BoolOp(b) => self.bool_op(b, want),
            Expr::Compare(c) => self.compare(c, want),
            Expr::If(i) => self.if_expression(i, want),
            Expr::Named(n) => self.named(n, want),
            Expr::Call(c) => self.call(c, want),
            Expr::Attribute(a) => self.attribute(a, want),
            Expr::Subscript(s) => self.subscript(s, want),
            Expr::Slice(s) => self.slice(s, want),
            Expr::Tuple(t) => self.tuple(&t.elts, want, range),
            Expr::List(l) => self.list(&l.elts, want, range),
            Expr::Set(s) => self.set(&s.elts, want, range),
            Expr::Dict(d) => self.dict(d, want),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) => self.comprehension(expr, want),
            Expr::Generator(g) => self.generator(g, want),
            Expr::Lambda(l) => self.lambda(l, want),
            Expr::FString(f) => self.fstring(f, want),
            other => unreachable!("the symbol pass refused {other:?}"),
        }
    }

    /// The value of an expression that consists of constants, without emitting anything.
    pub fn constant_value(&self, expr: &Expr) -> Option<Const> {
        if let Some(c) = literal::literal(expr) {
            return Some(c);
        }
        match expr {
            Expr::Name(n) if n.id.as_str() == "__debug__" => Some(Const::Bool(self.options.assertions)),
            Expr::Tuple(t) => {
                t.elts.iter().map(|e| self.constant_value(e)).collect::<Option<Box<[_]>>>().map(Const::Tuple)
            }
            Expr::UnaryOp(u) => {
                let c = self.constant_value(&u.operand)?;
                fold_unary(u.op, &c)
            }
            Expr::BinOp(b) => {
                let left = self.constant_value(&b.left)?;
                fold::binary(binary_operator(b.op), &left, &self.constant_value(&b.right)?)
            }
            _ => None,
        }
    }

    fn binary(&mut self, b: &'a ast::ExprBinOp, want: Option<Reg>) -> R<Val> {
        let mark = self.mark();
        let op = binary_operator(b.op);
        let left_want = want.filter(|&r| self.is_scratch(r));
        let left = self.value(&b.left, left_want)?;
        let right = self.value(&b.right, None)?;
        if let (Val::Const(x), Val::Const(y)) = (&left, &right)
            && let Some(c) = fold::binary(op, x, y)
        {
            return Ok(Val::Const(c));
        }
        let imm = small_int(&right).filter(|_| matches!(op, BinOp::Add | BinOp::Sub));
        // A constant on the left is loaded after the right side: nobody can tell, and no register is
        // held meanwhile.
        let x = match left {
            Val::Reg(reg) => reg,
            left => self.in_reg(left, None, b.left.range())?,
        };
        let y = match imm {
            Some(_) => 0,
            None => self.in_reg(right, None, b.right.range())?,
        };
        self.release(mark);
        let dst = self.dst(want, b.range)?;
        let op = match (op, imm) {
            (BinOp::Add, Some(imm)) => Op::AddInt { dst, a: x, imm },
            (BinOp::Sub, Some(imm)) => Op::SubInt { dst, a: x, imm },
            _ => binary_op(op, dst, x, y),
        };
        self.emit(op, b.range)?;
        Ok(Val::Reg(dst))
    }

    fn unary(&mut self, u: &'a ast::ExprUnaryOp, want: Option<Reg>) -> R<Val> {
        let mark = self.mark();
        let inner_want = want.filter(|&r| self.is_scratch(r));
        let v = self.value(&u.operand, inner_want)?;
        if let Val::Const(c) = &v
            && let Some(folded) = fold_unary(u.op, c)
        {
            return Ok(Val::Const(folded));
        }
        let a = self.in_reg(v, None, u.operand.range())?;
        self.release(mark);
        let dst = self.dst(want, u.range)?;
        let op = match u.op {
            ast::UnaryOp::Not => Op::Not { dst, a },
            ast::UnaryOp::Invert => Op::Unary { op: UnaryOp::Invert, dst, a },
            ast::UnaryOp::UAdd => Op::Unary { op: UnaryOp::Pos, dst, a },
            ast::UnaryOp::USub => Op::Unary { op: UnaryOp::Neg, dst, a },
        };
        self.emit(op, u.range)?;
        Ok(Val::Reg(dst))
    }

    /// `a and b`, `a or b` for their value.
    fn bool_op(&mut self, b: &'a ast::ExprBoolOp, want: Option<Reg>) -> R<Val> {
        let stop_at = b.op == ast::BoolOp::Or;
        let mark = self.mark();
        let dst = self.scratch(want, b.range)?;
        let mut end = Label::default();
        let (last, rest) = b.values.split_last().expect("an operator has operands");
        let mut decided = false;
        for value in rest {
            if let Some(c) = self.constant_value(value) {
                if fold::truth(&c) == stop_at {
                    self.constant(c, dst, value.range())?;
                    decided = true;
                    break;
                }
                continue;
            }
            self.eval(value, dst)?;
            self.jump_op(Op::JumpIf { a: dst, sense: stop_at, target: 0 }, &mut end, value.range())?;
        }
        if !decided {
            self.eval(last, dst)?;
        }
        self.place(end);
        if want.is_some() {
            self.release(mark);
        }
        self.deliver(dst, want, b.range)
    }

    fn if_expression(&mut self, i: &'a ast::ExprIf, want: Option<Reg>) -> R<Val> {
        if let Some(c) = self.constant_value(&i.test) {
            return self.value(if fold::truth(&c) { &i.body } else { &i.orelse }, want);
        }
        let dst = self.dst(want, i.range)?;
        let mut orelse = Label::default();
        let mut end = Label::default();
        self.jump_unless(&i.test, &mut orelse)?;
        self.eval(&i.body, dst)?;
        self.jump(&mut end, i.range)?;
        self.place(orelse);
        self.eval(&i.orelse, dst)?;
        self.place(end);
        Ok(Val::Reg(dst))
    }

    /// `(name := value)`
    pub fn named(&mut self, n: &'a ast::ExprNamed, want: Option<Reg>) -> R<Val> {
        let dst = self.scratch(want, n.range)?;
        self.eval(&n.value, dst)?;
        if let Expr::Name(name) = &*n.target {
            self.store_name(&name.id, dst, n.range)?;
        }
        self.deliver(dst, want, n.range)
    }

    fn compare(&mut self, c: &'a ast::ExprCompare, want: Option<Reg>) -> R<Val> {
        let mark = self.mark();
        if let ([op], [right]) = (&*c.ops, &*c.comparators) {
            let left_want = want.filter(|&r| self.is_scratch(r));
            let left = self.value(&c.left, left_want)?;
            let b = self.container_operand(*op, right)?;
            let a = self.in_reg(left, None, c.left.range())?;
            self.release(mark);
            let dst = self.dst(want, c.range)?;
            self.emit(compare_op(*op, dst, a, b), c.range)?;
            return Ok(Val::Reg(dst));
        }
        let dst = self.scratch(want, c.range)?;
        let inner = self.mark();
        let mut end = Label::default();
        let mut a = self.reg(&c.left, None)?;
        let last = c.ops.len() - 1;
        for (i, (op, right)) in c.ops.iter().zip(&c.comparators).enumerate() {
            // Only the last one is not looked at as a value, too.
            let b = if i == last { self.container_operand(*op, right)? } else { self.reg(right, None)? };
            self.emit(compare_op(*op, dst, a, b), c.range)?;
            if i < last {
                self.jump_op(Op::JumpIf { a: dst, sense: false, target: 0 }, &mut end, c.range)?;
                a = self.keep_only(b, inner, right.range())?;
            }
        }
        self.place(end);
        self.release(if want.is_some() { mark } else { inner });
        self.deliver(dst, want, c.range)
    }

    /// Frees all temporaries from `mark` on but the one in `reg`, which moves down if it must.
    pub fn keep_only(&mut self, reg: Reg, mark: u16, range: TextRange) -> R<Reg> {
        self.release(mark);
        if u16::from(reg) < mark {
            return Ok(reg);
        }
        let dst = self.temp(range)?;
        if dst != reg {
            self.emit(Op::Move { dst, src: reg }, range)?;
        }
        Ok(dst)
    }

    /// The right operand of a comparison; for `in`, a display of constants is a constant.
    pub fn container_operand(&mut self, op: ast::CmpOp, right: &'a Expr) -> R<Reg> {
        if matches!(op, ast::CmpOp::In | ast::CmpOp::NotIn) {
            let items =
                |elts: &[Expr]| elts.iter().map(|e| self.constant_value(e)).collect::<Option<Box<[_]>>>();
            let folded = match right {
                Expr::List(l) => items(&l.elts).map(Const::Tuple),
                Expr::Set(s) => items(&s.elts).map(Const::FrozenSet),
                _ => None,
            };
            if let Some(c) = folded {
                return self.in_reg(Val::Const(c), None, right.range());
            }
        }
        self.reg(right, None)
    }

    // ---- attributes and subscripts -----------------------------------------------------------

    /// The source range that CPython gives an attribute access: only the name when the expression spans
    /// lines.
    pub fn attribute_range(&self, a: &ast::ExprAttribute, whole: TextRange) -> TextRange {
        let text = &self.source.text;
        let first = whole.start().to_usize();
        let name = a.attr.range;
        if !text[first..name.end().to_usize()].contains(['\n', '\r']) {
            return whole;
        }
        let last = self.source.position(whole.end().to_u32());
        let end = self.source.position(name.end().to_u32());
        if last.line == end.line {
            return name;
        }
        // The end is CPython's mixture of the last line with the name's column.
        let line_start = whole.end().to_u32() - last.column;
        let limit = self.source.line(last.line).map_or(0, str::len) as u32;
        TextRange::new(name.start(), TextSize::new(line_start + end.column.min(limit)).max(name.start()))
    }

    fn attribute(&mut self, a: &'a ast::ExprAttribute, want: Option<Reg>) -> R<Val> {
        let mark = self.mark();
        let obj = self.reg(&a.value, want.filter(|&r| self.is_scratch(r)))?;
        self.release(mark);
        let dst = self.dst(want, a.range)?;
        let name = self.name_index(&a.attr, a.range)?;
        let cache = self.cache(a.range)?;
        self.emit(Op::GetAttr { dst, obj, name, cache }, self.attribute_range(a, a.range))?;
        Ok(Val::Reg(dst))
    }

    fn subscript(&mut self, s: &'a ast::ExprSubscript, want: Option<Reg>) -> R<Val> {
        let mark = self.mark();
        let obj = self.value(&s.value, want.filter(|&r| self.is_scratch(r)))?;
        let op = match &*s.slice {
            Expr::Slice(slice) if slice.step.is_none() => {
                let obj = self.in_reg(obj, None, s.value.range())?;
                let base = self.slice_parts(slice, 2)?;
                self.release(mark);
                let dst = self.dst(want, s.range)?;
                (dst, Op::GetSlice { dst, obj, base })
            }
            index => {
                let key = self.index(index)?;
                let obj = self.in_reg(obj, None, s.value.range())?;
                self.release(mark);
                let dst = self.dst(want, s.range)?;
                (dst, Op::GetItem { dst, obj, key })
            }
        };
        self.emit(op.1, s.range)?;
        Ok(Val::Reg(op.0))
    }

    /// The key of a subscription; `a[*b]` is a tuple.
    pub fn index(&mut self, index: &'a Expr) -> R<Reg> {
        match index {
            Expr::Starred(_) => match self.tuple(std::slice::from_ref(index), None, index.range())? {
                Val::Reg(reg) => Ok(reg),
                v => self.in_reg(v, None, index.range()),
            },
            other => self.reg(other, None),
        }
    }

    /// The first `n` parts of a slice in consecutive registers.
    fn slice_parts(&mut self, s: &'a ast::ExprSlice, n: usize) -> R<Reg> {
        let base = self.mark() as Reg;
        for part in [&s.lower, &s.upper, &s.step].into_iter().take(n) {
            match part {
                Some(e) => {
                    self.eval_temp(e)?;
                }
                None => {
                    let dst = self.temp(s.range)?;
                    self.emit(Op::LoadNone { dst }, s.range)?;
                }
            }
        }
        Ok(base)
    }

    fn slice(&mut self, s: &'a ast::ExprSlice, want: Option<Reg>) -> R<Val> {
        let mark = self.mark();
        let base = self.slice_parts(s, 3)?;
        self.release(mark);
        let dst = self.dst(want, s.range)?;
        self.emit(Op::BuildSlice { dst, base }, s.range)?;
        Ok(Val::Reg(dst))
    }
}

fn fold_unary(op: ast::UnaryOp, c: &Const) -> Option<Const> {
    match op {
        ast::UnaryOp::Not => Some(Const::Bool(!fold::truth(c))),
        ast::UnaryOp::Invert => fold::unary(UnaryOp::Invert, c),
        ast::UnaryOp::UAdd => fold::unary(UnaryOp::Pos, c),
        ast::UnaryOp::USub => fold::unary(UnaryOp::Neg, c),
    }
}
