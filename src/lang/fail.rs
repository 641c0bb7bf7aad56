//! The compiler's internal error: what went wrong and at which bytes. Turned into a
//! [`CompileError`] with line and column at the edge.

use ruff_text_size::TextRange;

use crate::bytecode::{CompileError, CompileErrorKind, Mode, Source};

/// Why compilation stopped.
#[derive(Debug)]
pub struct Fail {
    /// Which exception it becomes.
    pub kind: CompileErrorKind,
    /// The message, in CPython's words where CPython has it.
    pub message: String,
    /// The bytes it is about.
    pub range: TextRange,
    /// What `end_offset` says.
    pub end: End,
    /// Which part of CPython would have found it.
    pub stage: Stage,
}

/// What an error's `end_offset` says. CPython's parts leave it in different states where there is no range to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The end of the range.
    Range,
    /// The same as `offset`.
    Start,
    /// 0
    Zero,
    /// -1
    MinusOne,
    /// -1, and the place is one column before the range.
    Unread,
    /// -1, and the place is the end of the input, where a file has no columns.
    OfInput,
}

/// Which part of CPython finds an error: it shows in the exception's `text`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The tokenizer: the line.
    Lexer,
    /// The parser: the line with its end.
    Parser,
    /// What comes after: no text, unless the source is a file.
    Compiler,
}

/// Result of a compiler step.
pub type R<T = ()> = Result<T, Fail>;

impl Fail {
    /// A `SyntaxError`.
    pub fn syntax(message: impl Into<String>, range: TextRange) -> Fail {
        Fail::of(CompileErrorKind::Syntax, message, range)
    }

    /// The source is beyond a limit.
    pub fn limit(message: impl Into<String>, range: TextRange) -> Fail {
        Fail::of(CompileErrorKind::Limit, message, range)
    }

    /// Python that pyrust does not have yet.
    pub fn unsupported(message: impl Into<String>, range: TextRange) -> Fail {
        Fail::of(CompileErrorKind::Unsupported, message, range)
    }

    /// An `IndentationError`.
    pub fn indentation(message: impl Into<String>, range: TextRange) -> Fail {
        Fail::of(CompileErrorKind::Indentation, message, range)
    }

    /// A `SyntaxError` that CPython's tokenizer raises: it knows no end.
    pub fn lexical(message: impl Into<String>, range: TextRange) -> Fail {
        Fail { stage: Stage::Lexer, end: End::Start, ..Fail::syntax(message, range) }
    }

    /// Any kind.
    pub fn of(kind: CompileErrorKind, message: impl Into<String>, range: TextRange) -> Fail {
        Fail { kind, message: message.into(), range, end: End::Range, stage: Stage::Parser }
    }

    /// With another `end_offset`.
    pub fn ending(self, end: End) -> Fail {
        Fail { end, ..self }
    }

    /// The public error, with line, columns and the line's text.
    pub fn locate(self, source: &Source, mode: Mode) -> CompileError {
        let clamp = |offset: u32| offset.min(source.text.len() as u32);
        let mut start = source.position(clamp(self.range.start().to_u32()));
        if self.end == End::OfInput {
            start = source.last_position();
        }
        let mut end = source.position(clamp(self.range.end().to_u32()));
        if self.range.is_empty() {
            // One character at the line's end, as CPython shows a missing token.
            end.column += 1;
        }
        let column = |line: u32, bytes: u32| {
            let text = source.line(line).unwrap_or("");
            let past = (bytes as usize).saturating_sub(text.len()) as u32;
            let upto = text.get(..(bytes as usize).min(text.len())).unwrap_or(text);
            upto.chars().count() as u32 + past + 1
        };
        let first_column = match self.end {
            End::OfInput if !source.filename.starts_with('<') => 0,
            End::Unread => column(start.line, start.column) - 1,
            _ => column(start.line, start.column),
        };
        let text = source.line(start.line);
        let in_string = match self.stage {
            Stage::Lexer => text.map(str::to_owned),
            // CPython ends the last line of statements, though not of an expression.
            Stage::Parser => {
                let ended = mode != Mode::Eval || source.line(start.line + 1).is_some();
                text.map(|text| format!("{text}{}", if ended { "\n" } else { "" }))
            }
            Stage::Compiler => None,
        };
        CompileError {
            kind: self.kind,
            message: self.message,
            filename: source.filename.to_string(),
            line: start.line,
            column: first_column,
            end_line: if self.end == End::Range { end.line } else { start.line },
            end_column: match self.end {
                End::Range => column(end.line, end.column) as i32,
                End::Start => first_column as i32,
                End::Zero => 0,
                End::MinusOne | End::Unread | End::OfInput => -1,
            },
            text: text.map(str::to_owned),
            in_string,
        }
    }
}
