//! Expressions back to text, for annotations that are kept as strings (PEP 563).

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;

/// The text of an annotation.
pub fn unparse(expr: &Expr, source: &str) -> String {
    let range = expr.range();
    source[range.start().to_usize()..range.end().to_usize()].to_owned()
}
