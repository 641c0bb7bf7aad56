//! Where a text does not compile: the line, the carets, the message.

use crate::bytecode::{CompileError, CompileErrorKind};
use crate::limits::TRACEBACK_SPAN_MAX_BYTES;

/// What a `SyntaxError` knows, with CPython's 1-based columns in characters.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// `filename`
    pub filename: Option<String>,
    /// `lineno`
    pub line: Option<i64>,
    /// `offset`
    pub offset: Option<i64>,
    /// `end_lineno`
    pub end_line: Option<i64>,
    /// `end_offset`
    pub end_offset: Option<i64>,
    /// `text`
    pub text: Option<String>,
    /// `msg`
    pub message: Option<String>,
}

/// `TracebackException._format_syntax_error`
pub fn display(class: &str, d: &Details) -> String {
    let mut out = String::new();
    let mut suffix = String::new();
    match (d.line, &d.filename) {
        (Some(line), filename) => {
            let filename = filename.as_deref().filter(|f| !f.is_empty()).unwrap_or("<string>");
            out.push_str(&format!("  File \"{filename}\", line {line}\n"));
        }
        (None, Some(filename)) => suffix = format!(" ({filename})"),
        (None, None) => {}
    }
    if let Some(text) = d.text.as_deref().filter(|t| t.len() <= TRACEBACK_SPAN_MAX_BYTES) {
        push_text(&mut out, text, d);
    }
    let message = d.message.as_deref().filter(|m| !m.is_empty()).unwrap_or("<no detail available>");
    out.push_str(&format!("{class}: {message}{suffix}\n"));
    out
}

fn push_text(out: &mut String, text: &str, d: &Details) {
    let right = text.trim_end_matches('\n');
    let left = right.trim_start_matches([' ', '\n', '\x0c']);
    let (right_len, text_len) = (right.chars().count() as i64, text.chars().count() as i64);
    let spaces = right_len - left.chars().count() as i64;
    out.push_str(&format!("    {left}\n"));
    let Some(mut offset) = d.offset else { return };
    let mut end = match d.line == d.end_line {
        true => d.end_offset.filter(|&e| e != 0).unwrap_or(offset),
        false => right_len + 1,
    };
    if text_len > 0 && offset > text_len {
        offset = right_len + 1;
    }
    if text_len > 0 && end > text_len {
        end = right_len + 1;
    }
    if offset >= end || end < 0 {
        end = offset + 1;
    }
    let (column, end_column) = (offset - 1 - spaces, end - 1 - spaces);
    if column < 0 {
        return;
    }
    // White space other than blanks must stay, or the caret would stand in another column.
    let mut indent: String =
        left.chars().take(column as usize).map(|c| if c.is_whitespace() { c } else { ' ' }).collect();
    if left.is_empty() {
        indent.clear();
    }
    out.push_str(&format!("    {indent}{}\n", "^".repeat((end_column - column) as usize)));
}

/// What `python3` prints for a text that does not compile.
pub fn compile_error(error: &CompileError) -> String {
    let class = match error.kind {
        CompileErrorKind::Syntax | CompileErrorKind::Unsupported => "SyntaxError",
        CompileErrorKind::Indentation => "IndentationError",
        CompileErrorKind::Tab => "TabError",
        CompileErrorKind::Limit => "MemoryError",
    };
    let known = |n: i64| (n != 0).then_some(n);
    let details = Details {
        filename: Some(error.filename.clone()),
        line: Some(i64::from(error.line)),
        offset: known(i64::from(error.column)),
        end_line: Some(i64::from(error.end_line)),
        end_offset: known(i64::from(error.end_column)),
        text: error.text.clone(),
        message: Some(error.message.clone()),
    };
    display(class, &details)
}
