//! The compiler's internal error: what went wrong and at which bytes. Turned into a
//! [`CompileError`] with line and column at the edge.

use ruff_text_size::TextRange;

use crate::bytecode::{CompileError, CompileErrorKind, Source};

/// Why compilation stopped.
#[derive(Debug)]
pub struct Fail {
    /// Which exception it becomes.
    pub kind: CompileErrorKind,
    /// The message, in CPython's words where CPython has it.
    pub message: String,
    /// The bytes it is about.
    pub range: TextRange,
}

/// Result of a compiler step.
pub type R<T = ()> = Result<T, Fail>;

impl Fail {
    /// A `SyntaxError`.
    pub fn syntax(message: impl Into<String>, range: TextRange) -> Fail {
        Fail { kind: CompileErrorKind::Syntax, message: message.into(), range }
    }

    /// The source is beyond a limit.
    pub fn limit(message: impl Into<String>, range: TextRange) -> Fail {
        Fail { kind: CompileErrorKind::Limit, message: message.into(), range }
    }

    /// Python that pyrust does not have yet.
    pub fn unsupported(message: impl Into<String>, range: TextRange) -> Fail {
        Fail { kind: CompileErrorKind::Unsupported, message: message.into(), range }
    }

    /// The public error, with line, columns and the line's text.
    pub fn locate(self, source: &Source) -> CompileError {
        let clamp = |offset: u32| offset.min(source.text.len() as u32);
        let start = source.position(clamp(self.range.start().to_u32()));
        let end = source.position(clamp(self.range.end().to_u32()));
        let column = |line: u32, bytes: u32| {
            let text = source.line(line).unwrap_or("");
            let upto = text.get(..(bytes as usize).min(text.len())).unwrap_or(text);
            upto.chars().count() as u32 + 1
        };
        CompileError {
            kind: self.kind,
            message: self.message,
            filename: source.filename.to_string(),
            line: start.line,
            column: column(start.line, start.column),
            end_line: end.line,
            end_column: column(end.line, end.column),
            text: source.line(start.line).map(str::to_owned),
        }
    }
}
