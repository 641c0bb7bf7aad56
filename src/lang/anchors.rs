//! What a traceback marks inside a source segment: the operator of an operation, the brackets of a call
//! or subscript. Follows `_extract_caret_anchors_from_line_segment` and `_should_show_carets` of
//! CPython 3.13's `traceback.py`.

use ruff_python_ast::{Expr, Mod, Stmt};
use ruff_python_parser::{Mode, parse_unchecked};
use ruff_text_size::Ranged;

use super::prescan;

/// Which part of a segment the less striking carets (`^`) go to: bytes `left_end..right_start`. The rest of the
/// segment gets `~`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchors {
    /// First byte of the operator or the opening bracket.
    pub left_end: usize,
    /// One past the operator or the closing bracket.
    pub right_start: usize,
}

/// The anchors of a segment, if it is a binary operation, a subscript or a call.
pub fn caret_anchors(segment: &str) -> Option<Anchors> {
    let wrapped = format!("(\n{segment}\n)");
    with_module(&wrapped, |body| {
        let [Stmt::Expr(statement)] = body else { return None };
        let shift = 2;
        let end_of = |e: &Expr| (e.end().to_usize()).checked_sub(shift);
        let (from, to) = match &*statement.value {
            Expr::BinOp(b) => {
                let from = skip(segment, end_of(&b.left)?, |c| !c.is_whitespace() && c != ')')?;
                let second = segment[from..].chars().next().map_or(0, char::len_utf8) + from;
                let right = b.right.start().to_usize().checked_sub(shift)?;
                let next = segment[second..].chars().next();
                let two =
                    second < right && next.is_some_and(|c| !c.is_whitespace() && !matches!(c, '\\' | '#'));
                (from, if two { second + 1 } else { second })
            }
            Expr::Subscript(s) => {
                (skip(segment, end_of(&s.value)?, |c| c == '[')?, end_of(&statement.value)?)
            }
            Expr::Call(c) => (skip(segment, end_of(&c.func)?, |c| c == '(')?, end_of(&statement.value)?),
            _ => return None,
        };
        (to <= segment.len()).then_some(Anchors { left_end: from, right_start: to })
    })
}

/// The first position from `at` on whose character stops, comments and line continuations skipped.
fn skip(text: &str, mut at: usize, stop: impl Fn(char) -> bool) -> Option<usize> {
    loop {
        let c = text.get(at..)?.chars().next()?;
        if matches!(c, '\\' | '#') {
            at += text[at..].find('\n')? + 1;
        } else if c != '\n' && c != '\r' && stop(c) {
            return Some(at);
        } else {
            at += c.len_utf8();
        }
    }
}

/// Whether carets under bytes `start..end` of `lines` would say nothing: the statement is
/// `return name(…)` or `name = call(…)` and the call is all of what is marked. `lines` is the statement's text.
pub fn marks_whole_call(lines: &str, start: usize, end: usize) -> bool {
    let found = with_module(lines, |body| {
        let value = match body.first()? {
            Stmt::Return(r) => match r.value.as_deref()? {
                Expr::Call(c) if c.func.is_name_expr() => r.value.as_deref()?,
                _ => return None,
            },
            Stmt::Assign(a)
                if a.targets.len() == 1 && a.targets[0].is_name_expr() && a.value.is_call_expr() =>
            {
                &a.value
            }
            _ => return None,
        };
        let range = value.range();
        Some(range.start().to_usize() == start && range.end().to_usize() == end)
    });
    found == Some(true)
}

/// Parses a text and hands over its statements, unless it is invalid.
fn with_module<T>(text: &str, f: impl FnOnce(&[Stmt]) -> Option<T>) -> Option<T> {
    let measure = prescan::prescan(text, Mode::Module, false).ok()?;
    let stack = super::stack_bytes(measure);
    stacker::maybe_grow(stack, stack, || {
        let parsed = parse_unchecked(text, super::parse_options(Mode::Module));
        if !parsed.has_no_syntax_errors() {
            return None;
        }
        match parsed.syntax() {
            Mod::Module(module) => f(&module.body),
            Mod::Expression(_) => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(segment: &str) -> Option<&str> {
        caret_anchors(segment).map(|a| &segment[a.left_end..a.right_start])
    }

    #[test]
    fn operators_and_brackets_are_found() {
        assert_eq!(marked("a + b"), Some("+"));
        assert_eq!(marked("(a) // (b)"), Some("//"));
        assert_eq!(marked("a**b"), Some("**"));
        assert_eq!(marked("a-b"), Some("-"));
        assert_eq!(marked("a +\n  # b\n  b"), Some("+"));
        assert_eq!(marked("a # + \n + b"), Some("+"));
        assert_eq!(marked("x[1:2]"), Some("[1:2]"));
        assert_eq!(marked("(x)[(1)]"), Some("[(1)]"));
        assert_eq!(marked("f(a)(b, c)"), Some("(b, c)"));
        assert_eq!(marked("ä.f(é)"), Some("(é)"));
        assert_eq!(marked("a.b"), None);
        assert_eq!(marked("a < b"), None);
        assert_eq!(marked("raise x"), None);
        assert_eq!(marked("-a"), None);
        assert_eq!(marked(")("), None);
    }

    #[test]
    fn a_statement_that_is_one_call_needs_no_carets() {
        assert!(marks_whole_call("return f(x)", 7, 11));
        assert!(marks_whole_call("y = a.f(x)", 4, 10));
        assert!(!marks_whole_call("return a.f(x)", 7, 13));
        assert!(!marks_whole_call("y.z = f(x)", 6, 10));
        assert!(!marks_whole_call("y = f(x)", 4, 5));
        assert!(!marks_whole_call("f(x)", 0, 4));
    }
}
