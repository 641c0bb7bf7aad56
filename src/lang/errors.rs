//! The parser's errors in CPython's words.

use ruff_python_ast::Mod;
use ruff_python_parser::Parsed;

use super::fail::Fail;

/// The error to report for a text that does not parse.
pub fn first(_text: &str, parsed: &Parsed<Mod>) -> Option<Fail> {
    if let Some(e) = parsed.errors().first() {
        return Some(Fail::syntax(e.error.to_string(), e.location));
    }
    let e = parsed.unsupported_syntax_errors().first()?;
    Some(Fail::syntax(e.to_string(), e.range))
}
