//! The parser's errors in CPython's words, at CPython's places.
//!
//! CPython words many errors by rules that look at what the parser has read so far (`invalid_*` in its
//! grammar); here the same is read off the tokens and the partial tree that ruff leaves. Whatever no rule
//! knows is "invalid syntax" at the offending token, as in CPython.

mod context;
mod fields;
mod rules;
mod worded;

use ruff_python_ast::Mod;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{
    InterpolatedStringErrorType, LexicalErrorType, ParseError, ParseErrorType, Parsed,
    UnsupportedSyntaxErrorKind,
};
use ruff_text_size::{Ranged, TextRange};

use super::fail::{End, Fail};
use super::lexical;
use crate::bytecode::CompileErrorKind;
use context::Context;

/// The error to report for a text that does not parse.
pub fn first(text: &str, parsed: &Parsed<Mod>) -> Option<Fail> {
    let context = Context { text, tokens: parsed.tokens(), tree: parsed.syntax() };
    if let Some(first) = parsed.errors().first() {
        let lexical = lexical::diagnose(text);
        let tabs = lexical.as_ref().is_some_and(|fail| fail.kind == CompileErrorKind::Tab);
        if first.error == ParseErrorType::UnexpectedIndentation && !tabs {
            return Some(context.describe(first));
        }
        // CPython reads the rest of the text after an error and prefers what its tokenizer finds. A bracket
        // that is never closed counts only if the error is on a later line.
        let described = context.describe(first);
        // A rule that words an error has looked one token further.
        let place = match &*described.message {
            "invalid syntax" => described.range,
            _ => context.token_at(described.range.end()).range(),
        };
        return Some(match lexical {
            Some(fail) if !fail.message.ends_with("was never closed") => fail,
            Some(fail) if context.is_past(place, fail.range) => fail,
            _ => described,
        });
    }
    let e = parsed.unsupported_syntax_errors().first()?;
    Some(unsupported(&e.kind, e.range, &context))
}

/// Syntax that came after Python 3.13, as 3.13 complains about it.
fn unsupported(kind: &UnsupportedSyntaxErrorKind, range: TextRange, c: &Context<'_>) -> Fail {
    use ruff_python_parser::UnsupportedSyntaxErrorKind as K;
    match kind {
        K::UnparenthesizedExceptionTypes => {
            Fail::syntax("multiple exception types must be parenthesized", range)
        }
        K::UnpackingInComprehension(_) => {
            let first = c.token_at(range.start());
            if first.kind() == TokenKind::DoubleStar {
                Fail::syntax("dict unpacking cannot be used in dict comprehension", c.range_of(first))
            } else {
                Fail::syntax("iterable unpacking cannot be used in comprehension", range)
            }
        }
        _ => c.invalid_at(range),
    }
}

impl Context<'_> {
    /// Whether an error is at the text's end or on a later line than `bracket`.
    fn is_past(&self, error: TextRange, bracket: TextRange) -> bool {
        let between = self.text.get(bracket.start().to_usize()..error.start().to_usize());
        let rest = &self.text[error.start().to_usize()..];
        rest.trim().is_empty() || between.is_some_and(|t| t.contains('\n'))
    }

    fn describe(&self, e: &ParseError) -> Fail {
        let fail = self.word(e);
        if fail.message != "invalid syntax" {
            return fail;
        }
        let known = self.invalid_field(fail.range).or_else(|| self.augmented_tuple(fail.range));
        known.unwrap_or(fail)
    }

    fn word(&self, e: &ParseError) -> Fail {
        use ParseErrorType as E;
        let at = e.location;
        let say = |message: &str| Fail::syntax(message, at);
        match &e.error {
            E::Lexical(kind) => self.lexical(kind, at),
            E::FStringError(kind) | E::TStringError(kind) => self.fstring(kind, at),
            E::ExpectedToken { expected, found } => self.expected(*expected, *found, at),
            E::ExpectedExpression => self.expected_expression(at),
            E::SimpleStatementsOnSameLine => self.juxtaposed(at),
            E::UnexpectedIndentation => self.unexpected_indent(at),
            E::InvalidAssignmentTarget => self.assignment_target(at),
            E::InvalidAugmentedAssignmentTarget => {
                self.target(at, |name| format!("'{name}' is an illegal expression for augmented assignment"))
            }
            E::InvalidDeleteTarget => self.target(at, |name| format!("cannot delete {name}")),
            E::InvalidNamedAssignmentTarget => {
                self.target(at, |name| format!("cannot use assignment expressions with {name}"))
            }
            E::InvalidAnnotatedAssignmentTarget => say("illegal target for annotation"),
            E::PositionalAfterKeywordArgument => {
                Fail::syntax("positional argument follows keyword argument", self.closing_bracket(at))
            }
            E::PositionalAfterKeywordUnpacking => Fail::syntax(
                "positional argument follows keyword argument unpacking",
                self.closing_bracket(at),
            ),
            E::InvalidArgumentUnpackingOrder => {
                let comma = self.previous(at.start());
                let message = "iterable argument unpacking follows keyword argument unpacking";
                Fail::syntax(message, TextRange::new(self.range_of(comma).start(), at.end()))
            }
            E::UnparenthesizedGeneratorExpression => say("Generator expression must be parenthesized"),
            E::NonDefaultParamAfterDefaultParam => {
                say("parameter without a default follows parameter with a default")
            }
            E::ParamAfterVarKeywordParam => {
                let token = self.token_at(at.start());
                Fail::syntax("arguments cannot follow var-keyword argument", self.range_of(token))
            }
            E::VarParameterWithDefault => self.variadic_default(at),
            E::ExpectedKeywordParam => self.bare_star(at),
            E::EmptyImportNames => {
                let message = "Expected one or more names after 'import'";
                Fail::syntax(message, TextRange::empty(at.start())).ending(End::Start)
            }
            E::IterableUnpackingInComprehension => say("iterable unpacking cannot be used in comprehension"),
            E::InvalidStarredExpressionUsage => self.starred(at),
            E::InvalidYieldExpressionUsage => say("assignment to yield expression not possible"),
            E::InvalidMatchPatternTarget => say("cannot use '_' as a target"),
            E::EmptyTypeParams => {
                Fail::syntax("Type parameter list cannot be empty", self.closing_bracket(at))
                    .ending(End::Start)
            }
            E::UnparenthesizedTupleExpression => self.tuple(at),
            E::ExpectedImaginaryNumber => say("imaginary number required in complex literal"),
            E::ExpectedRealNumber => say("real number required in complex literal"),
            E::OtherError(message) => self.other(message, at),
            _ => self.invalid_at(at),
        }
    }

    /// Plain "invalid syntax" at a token.
    pub fn invalid_at(&self, at: TextRange) -> Fail {
        let token = self.token_at(at.start());
        let previous = self.previous(token.start());
        if token.kind() == TokenKind::Greater
            && previous.kind() == TokenKind::Less
            && previous.end() == token.start()
        {
            // Python 2's `<>` is one token in CPython.
            return Fail::syntax("invalid syntax", TextRange::new(previous.start(), token.end()));
        }
        let operand =
            matches!(previous.kind(), TokenKind::Name | TokenKind::Int | TokenKind::Rpar | TokenKind::Rsqb);
        if token.kind() == TokenKind::Not && operand && self.next(token).kind() != TokenKind::In {
            // `a not b`: only what follows shows that it is not `not in`.
            return Fail::syntax("invalid syntax", self.range_of(self.next(token)));
        }
        Fail::syntax("invalid syntax", self.range_of(token))
    }

    fn lexical(&self, kind: &LexicalErrorType, at: TextRange) -> Fail {
        let token = self.token_containing(at.start());
        match kind {
            LexicalErrorType::UnicodeError
            | LexicalErrorType::MissingUnicodeLbrace
            | LexicalErrorType::MissingUnicodeRbrace => match lexical::bad_escape(&self.text[token]) {
                Some(message) => Fail::syntax(message, token),
                None => Fail::syntax("(unicode error) malformed escape in string literal", token),
            },
            LexicalErrorType::InvalidByteLiteral => {
                Fail::syntax("bytes can only contain ASCII literal characters", token)
            }
            LexicalErrorType::IndentationError => {
                Fail::indentation("unindent does not match any outer indentation level", at)
            }
            _ => Fail::syntax("invalid syntax", token),
        }
    }

    fn fstring(&self, kind: &InterpolatedStringErrorType, at: TextRange) -> Fail {
        use InterpolatedStringErrorType as I;
        match kind {
            I::UnclosedLbrace => {
                let previous = self.previous(at.start());
                if self.previous(self.range_of(previous).start()).kind() == TokenKind::Exclamation {
                    return Fail::syntax("f-string: expecting ':' or '}'", at);
                }
                match self.forgotten_comma(at) {
                    Some(fail) => fail,
                    None => Fail::syntax("f-string: expecting '=', or '!', or ':', or '}'", self.one(at)),
                }
            }
            I::InvalidConversionFlag => {
                let token = self.token_at(at.start());
                if token.kind() == TokenKind::Name {
                    let name = &self.text[self.range_of(token)];
                    let message =
                        format!("f-string: invalid conversion character '{name}': expected 's', 'r', or 'a'");
                    return Fail::syntax(message, self.range_of(token));
                }
                Fail::syntax("f-string: missing conversion character", self.one(at))
            }
            I::ConversionFlagNotImmediatelyAfterExclamation => {
                Fail::syntax("f-string: conversion type must come right after the exclamation mark", at)
            }
            I::LambdaWithoutParentheses => {
                Fail::syntax("f-string: lambda expressions are not allowed without parentheses", at)
            }
            I::SingleRbrace => Fail::syntax("f-string: single '}' is not allowed", at),
            _ => self.invalid_at(at),
        }
    }
}
