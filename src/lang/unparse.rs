//! Expressions back to text, for annotations that are kept as strings (PEP 563). Follows CPython's
//! `ast_unparse.c`: one form per syntax node, parentheses only where they are needed.

use ruff_python_ast::{self as ast, Expr, Number};
use ruff_text_size::Ranged;

/// Binding strength of a position, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arith,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    fn tighter(self) -> Level {
        const ORDER: [Level; 16] = [
            Level::Tuple,
            Level::Test,
            Level::Or,
            Level::And,
            Level::Not,
            Level::Compare,
            Level::BitOr,
            Level::BitXor,
            Level::BitAnd,
            Level::Shift,
            Level::Arith,
            Level::Term,
            Level::Factor,
            Level::Power,
            Level::Await,
            Level::Atom,
        ];
        ORDER[(self as usize + 1).min(ORDER.len() - 1)]
    }
}

/// The text of an annotation.
pub fn unparse(expr: &Expr, source: &str) -> String {
    let mut writer = Writer { source, out: String::new() };
    writer.expr(expr, Level::Test);
    writer.out
}

struct Writer<'s> {
    source: &'s str,
    out: String,
}

fn operator(op: ast::Operator) -> (&'static str, Level, bool) {
    use ast::Operator as O;
    match op {
        O::Add => (" + ", Level::Arith, false),
        O::Sub => (" - ", Level::Arith, false),
        O::Mult => (" * ", Level::Term, false),
        O::MatMult => (" @ ", Level::Term, false),
        O::Div => (" / ", Level::Term, false),
        O::Mod => (" % ", Level::Term, false),
        O::FloorDiv => (" // ", Level::Term, false),
        O::LShift => (" << ", Level::Shift, false),
        O::RShift => (" >> ", Level::Shift, false),
        O::BitOr => (" | ", Level::BitOr, false),
        O::BitXor => (" ^ ", Level::BitXor, false),
        O::BitAnd => (" & ", Level::BitAnd, false),
        O::Pow => (" ** ", Level::Power, true),
    }
}

impl Writer<'_> {
    fn text(&mut self, s: &str) {
        self.out.push_str(s);
    }

    /// Parentheses around `f` when the position binds more tightly than `own`.
    fn wrapped(&mut self, own: Level, position: Level, f: impl FnOnce(&mut Self)) {
        let needed = position > own;
        if needed {
            self.text("(");
        }
        f(self);
        if needed {
            self.text(")");
        }
    }

    fn list(&mut self, items: &[Expr], level: Level) {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.text(", ");
            }
            self.expr(item, level);
        }
    }

    fn expr(&mut self, expr: &Expr, position: Level) {
        match expr {
            Expr::Name(n) => self.text(&n.id),
            Expr::Attribute(a) => {
                self.expr(&a.value, Level::Atom);
                // `1.real` would be a malformed number.
                if matches!(&*a.value, Expr::NumberLiteral(n) if n.value.is_int()) {
                    self.text(" ");
                }
                self.text(".");
                self.text(&a.attr);
            }
            Expr::Subscript(s) => {
                self.expr(&s.value, Level::Atom);
                self.text("[");
                self.expr(&s.slice, Level::Tuple);
                self.text("]");
            }
            Expr::Tuple(t) if t.elts.is_empty() => self.text("()"),
            Expr::Tuple(t) => self.wrapped(Level::Tuple, position, |w| {
                w.list(&t.elts, Level::Test);
                if t.elts.len() == 1 {
                    w.text(",");
                }
            }),
            Expr::List(l) => {
                self.text("[");
                self.list(&l.elts, Level::Test);
                self.text("]");
            }
            Expr::Set(s) => {
                self.text("{");
                self.list(&s.elts, Level::Test);
                self.text("}");
            }
            Expr::Dict(d) => self.dict(d),
            Expr::StringLiteral(s) => {
                if s.value.is_unicode() {
                    self.text("u");
                }
                let text = repr(s.value.to_str());
                self.text(&text);
            }
            Expr::BooleanLiteral(b) => self.text(if b.value { "True" } else { "False" }),
            Expr::NoneLiteral(_) => self.text("None"),
            Expr::EllipsisLiteral(_) => self.text("..."),
            Expr::NumberLiteral(n) => match &n.value {
                Number::Int(i) if i.as_u64().is_some() => self.text(&i.to_string()),
                _ => self.source_text(expr),
            },
            Expr::BinOp(b) => {
                let (symbol, level, right_to_left) = operator(b.op);
                self.wrapped(level, position, |w| {
                    w.expr(&b.left, if right_to_left { level.tighter() } else { level });
                    w.text(symbol);
                    w.expr(&b.right, if right_to_left { level } else { level.tighter() });
                });
            }
            Expr::UnaryOp(u) => self.unary(u, position),
            Expr::BoolOp(b) => {
                let (symbol, level) = match b.op {
                    ast::BoolOp::And => (" and ", Level::And),
                    ast::BoolOp::Or => (" or ", Level::Or),
                };
                self.wrapped(level, position, |w| {
                    for (i, value) in b.values.iter().enumerate() {
                        if i > 0 {
                            w.text(symbol);
                        }
                        w.expr(value, level.tighter());
                    }
                });
            }
            Expr::Compare(c) => self.wrapped(Level::Compare, position, |w| {
                w.expr(&c.left, Level::Compare.tighter());
                for (op, right) in c.ops.iter().zip(&c.comparators) {
                    w.text(" ");
                    w.text(op.as_str());
                    w.text(" ");
                    w.expr(right, Level::Compare.tighter());
                }
            }),
            Expr::If(i) => self.wrapped(Level::Test, position, |w| {
                w.expr(&i.body, Level::Test.tighter());
                w.text(" if ");
                w.expr(&i.test, Level::Test.tighter());
                w.text(" else ");
                w.expr(&i.orelse, Level::Test);
            }),
            Expr::Call(c) => self.call(c),
            Expr::Starred(s) => {
                self.text("*");
                self.expr(&s.value, Level::BitOr);
            }
            Expr::Slice(s) => self.slice(s),
            Expr::Named(n) => self.wrapped(Level::Tuple, Level::Atom, |w| {
                w.expr(&n.target, Level::Atom);
                w.text(" := ");
                w.expr(&n.value, Level::Atom);
            }),
            // What hardly occurs in an annotation stays as it was written.
            other => self.source_text(other),
        }
    }

    fn source_text(&mut self, expr: &Expr) {
        let range = expr.range();
        let text = &self.source[range.start().to_usize()..range.end().to_usize()];
        self.out.push_str(text);
    }

    fn dict(&mut self, d: &ast::ExprDict) {
        self.text("{");
        for (i, item) in d.items.iter().enumerate() {
            if i > 0 {
                self.text(", ");
            }
            match &item.key {
                Some(key) => {
                    self.expr(key, Level::Test);
                    self.text(": ");
                    self.expr(&item.value, Level::Test);
                }
                None => {
                    self.text("**");
                    self.expr(&item.value, Level::BitOr);
                }
            }
        }
        self.text("}");
    }

    fn unary(&mut self, u: &ast::ExprUnaryOp, position: Level) {
        let (symbol, level) = match u.op {
            ast::UnaryOp::Invert => ("~", Level::Factor),
            ast::UnaryOp::UAdd => ("+", Level::Factor),
            ast::UnaryOp::USub => ("-", Level::Factor),
            ast::UnaryOp::Not => ("not ", Level::Not),
        };
        self.wrapped(level, position, |w| {
            w.text(symbol);
            w.expr(&u.operand, level);
        });
    }

    fn call(&mut self, c: &ast::ExprCall) {
        self.expr(&c.func, Level::Atom);
        if let ([Expr::Generator(_)], []) = (&c.arguments.args[..], &c.arguments.keywords[..]) {
            self.text("(");
            self.source_text(&c.arguments.args[0]);
            self.text(")");
            return;
        }
        self.text("(");
        self.list(&c.arguments.args, Level::Test);
        for (i, keyword) in c.arguments.keywords.iter().enumerate() {
            if i > 0 || !c.arguments.args.is_empty() {
                self.text(", ");
            }
            match &keyword.arg {
                Some(name) => {
                    self.text(name);
                    self.text("=");
                }
                None => self.text("**"),
            }
            self.expr(&keyword.value, Level::Test);
        }
        self.text(")");
    }

    fn slice(&mut self, s: &ast::ExprSlice) {
        if let Some(lower) = &s.lower {
            self.expr(lower, Level::Test);
        }
        self.text(":");
        if let Some(upper) = &s.upper {
            self.expr(upper, Level::Test);
        }
        if let Some(step) = &s.step {
            self.text(":");
            self.expr(step, Level::Test);
        }
    }
}

/// `repr` of a string.
fn repr(s: &str) -> String {
    let quote = if s.contains('\'') && !s.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in s.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if (c as u32) < 0x20 || c as u32 == 0x7f => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_normalised() {
        let cases = [
            ("Dict[ str,int ]", "Dict[str, int]"),
            ("a|b | (c|d)", "a | b | (c | d)"),
            ("(a+b)*c ** -d", "(a + b) * c ** (-d)"),
            ("\"x\"", "'x'"),
            ("Callable[..., T]", "Callable[..., T]"),
            ("Tuple[()]", "Tuple[()]"),
            ("x[1:2, ::3]", "x[1:2, ::3]"),
            ("f(a, *b, c=1, **d)", "f(a, *b, c=1, **d)"),
            ("not a and b or c if d else e", "not a and b or c if d else e"),
            ("(a if b else c) if d else (e)", "(a if b else c) if d else e"),
            ("a < (b < c)", "a < (b < c)"),
            ("{'a': 1, **b}", "{'a': 1, **b}"),
            ("(a, )", "(a,)"),
            ("0x10", "16"),
        ];
        for (source, expected) in cases {
            let parsed = ruff_python_parser::parse_expression(source).expect("valid");
            assert_eq!(unparse(parsed.expr(), source), expected);
        }
    }
}
