//! Docstrings: which string is one, and how the compiler strips its indentation.

use ruff_python_ast::{Expr, Stmt};

/// Columns from one tab stop to the next.
const TAB_COLUMNS: usize = 8;

/// The docstring of a body, without the indentation that its lines share.
pub fn of_body(body: &[Stmt]) -> Option<String> {
    match body.first() {
        Some(Stmt::Expr(e)) => match &*e.value {
            Expr::StringLiteral(s) => Some(clean(s.value.to_str())),
            _ => None,
        },
        _ => None,
    }
}

/// What CPython 3.13 keeps of a docstring (`_PyCompile_CleanDoc`): the first line without its leading spaces, the
/// others without those that all of them have. Lines of nothing but spaces do not count, and unlike
/// `inspect.cleandoc` no line is dropped.
fn clean(doc: &str) -> String {
    let doc = expand_tabs(doc);
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let mut lines = doc.split('\n');
    let first = lines.next().unwrap_or_default();
    let filled = lines.clone().filter(|line| !line.trim_start_matches(' ').is_empty());
    let margin = filled.map(indentation).min().unwrap_or(0);
    let mut cleaned = String::with_capacity(doc.len());
    cleaned.push_str(first.trim_start_matches(' '));
    for line in lines {
        cleaned.push('\n');
        cleaned.push_str(&line[indentation(line).min(margin)..]);
    }
    cleaned
}

/// `doc.expandtabs()`
fn expand_tabs(doc: &str) -> String {
    let mut expanded = String::with_capacity(doc.len());
    let mut column = 0;
    for c in doc.chars() {
        match c {
            '\t' => {
                let spaces = TAB_COLUMNS - column % TAB_COLUMNS;
                expanded.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            c => {
                expanded.push(c);
                column = if matches!(c, '\n' | '\r') { 0 } else { column + 1 };
            }
        }
    }
    expanded
}
