//! Parameters, stars, and the errors that ruff gives as text.

use ruff_python_ast::Expr;
use ruff_python_ast::token::TokenKind;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::super::fail::{Fail, Stage};
use super::context::Context;

fn is_string(kind: TokenKind) -> bool {
    use TokenKind as T;
    matches!(kind, T::String | T::FStringStart | T::FStringMiddle | T::FStringEnd)
}

/// Whether a list of expressions, stars and all, may follow: whether it may be used there is seen later.
fn precedes_expressions(kind: TokenKind) -> bool {
    use TokenKind as T;
    super::rules::is_augmented(kind)
        || matches!(kind, T::Newline | T::Indent | T::Dedent | T::Semi | T::EndOfFile)
        || matches!(kind, T::Equal | T::In | T::Return | T::Yield)
}

impl Context<'_> {
    // ---- parameters and stars ----------------------------------------------------------------

    pub fn variadic_default(&self, at: TextRange) -> Fail {
        let equal = self.tokens[self.index_at(at.start())..].iter().find(|t| t.kind() == TokenKind::Equal);
        let place = equal.map_or(at, Ranged::range);
        let line = self.line_before(place.start());
        let star = line.iter().rev().find(|t| matches!(t.kind(), TokenKind::Star | TokenKind::DoubleStar));
        let kind = match star.map(|t| t.kind()) {
            Some(TokenKind::DoubleStar) => "var-keyword",
            _ => "var-positional",
        };
        Fail::syntax(format!("{kind} argument cannot have default value"), place)
    }

    pub fn bare_star(&self, at: TextRange) -> Fail {
        let line = self.line_before(at.end().max(at.start() + TextSize::new(1)));
        let star = line.iter().rev().find(|t| t.kind() == TokenKind::Star).copied();
        let star = star.unwrap_or_else(|| self.token_at(at.start()));
        let next = self.next(star);
        if !matches!(next.kind(), TokenKind::Comma | TokenKind::Rpar | TokenKind::Colon) {
            return Fail::syntax("invalid syntax", self.range_of(next));
        }
        let place = if self.line_has(at, TokenKind::Lambda) { next.range() } else { star.range() };
        Fail::syntax("named arguments must follow bare *", place)
    }

    pub fn starred(&self, at: TextRange) -> Fail {
        let previous = self.previous(at.start());
        let bracket = self.open_bracket(at.start());
        match (previous.kind(), bracket.map(|b| b.kind())) {
            (TokenKind::Colon, Some(TokenKind::Lbrace)) => {
                Fail::syntax("cannot use a starred expression in a dictionary value", at)
            }
            (TokenKind::Lpar, Some(TokenKind::Lpar)) => {
                Fail::syntax("cannot use starred expression here", at)
            }
            (_, Some(TokenKind::Lsqb)) if self.token_at(at.end()).kind() == TokenKind::Colon => {
                self.invalid_at(self.token_at(at.end()).range())
            }
            (kind, None) if precedes_expressions(kind) => {
                let fail = Fail::syntax("can't use starred expression here", at);
                Fail { stage: Stage::Compiler, ..fail }
            }
            _ => self.invalid_at(at),
        }
    }

    // ---- errors that ruff gives as text ------------------------------------------------------

    pub fn other(&self, message: &str, at: TextRange) -> Fail {
        if let Some(what) = message.strip_prefix("Expected an indented block after ") {
            return self.missing_block(what, at);
        }
        let token = self.token_at(at.start());
        let here = self.range_of(token);
        let say = |message: &str| Fail::syntax(message, at);
        let at_token = |message: &str| Fail::syntax(message, here);
        match message {
            "Expected a parameter name" => self.keyword_argument(at),
            "Only one '*' parameter allowed"
            | "Only one '*' separator allowed"
            | "Keyword-only parameter separator not allowed after '*' parameter" => {
                at_token("* argument may appear only once")
            }
            "Only one '**' parameter allowed" => at_token("arguments cannot follow var-keyword argument"),
            "Only one '/' separator allowed" => at_token("/ may appear only once"),
            "'/' parameter must appear before '*' parameter" => at_token("/ must be ahead of *"),
            "Position-only parameter separator not allowed as first parameter" => {
                match self.next(token).kind() {
                    TokenKind::Comma => at_token("at least one argument must precede /"),
                    _ => self.invalid_at(at),
                }
            }
            "Trailing comma not allowed" => {
                let next = self.next(token);
                let place = self.range_of(next);
                match self.statement(at.start()).kind() {
                    TokenKind::From => {
                        Fail::syntax("trailing comma not allowed without surrounding parentheses", place)
                    }
                    _ => Fail::syntax("invalid syntax", place),
                }
            }
            "Expected `except` or `finally` after `try` block" => self.missing_handlers(at),
            "Cannot have both 'except' and 'except*' on the same 'try'" => {
                let star = Some(self.next(token)).filter(|t| t.kind() == TokenKind::Star);
                let end = star.map_or(here.end(), |star| star.end());
                let message = "cannot have both 'except' and 'except*' on the same 'try'";
                Fail::syntax(message, TextRange::new(here.start(), end))
            }
            "Multiple exception types must be parenthesized when using `as`" => {
                // The range reaches to where CPython's tokenizer stands: behind the colon after the name.
                let name = self.next(self.token_at(at.end()));
                let end = self.next(name).end().max(at.end() + TextSize::new(1)) - TextSize::new(1);
                Fail::syntax(
                    "multiple exception types must be parenthesized",
                    TextRange::new(at.start(), end),
                )
            }
            "Expected one or more exception types" => at_token("expected one or more exception types"),
            "Only single target (not tuple) can be annotated" => {
                let range = match self.expression_at(at) {
                    Some(Expr::Tuple(t)) if !t.parenthesized => t.elts.first().map_or(at, Ranged::range),
                    _ => at,
                };
                Fail::syntax("only single target (not tuple) can be annotated", range)
            }
            "Only single target (not list) can be annotated" => {
                say("only single target (not list) can be annotated")
            }
            "Boolean 'not' expression cannot be used here" => {
                say("'not' after an operator must be parenthesized")
            }
            "Bytes literal cannot be mixed with non-bytes literals" => {
                let mut next = token;
                while is_string(next.kind()) {
                    next = self.next(next);
                }
                Fail::syntax("cannot mix bytes and nonbytes literals", self.range_of(next))
            }
            "Positional patterns cannot follow keyword patterns" => {
                say("positional patterns follow keyword patterns")
            }
            "Star import must be the only import" => {
                let comma = self.next(token);
                Fail::syntax("invalid syntax", self.range_of(comma))
            }
            "Expected an expression or a ']'"
            | "Expected an expression or a '}'"
            | "Expected an expression or a ')'"
            | "Expected an expression" => match token.kind() {
                TokenKind::Equal => self.equal_sign(at).unwrap_or_else(|| self.invalid_at(at)),
                TokenKind::For => self.comprehension_target(at).unwrap_or_else(|| self.invalid_at(at)),
                _ => self.forgotten_comma(at).unwrap_or_else(|| self.invalid_at(at)),
            },
            _ => self.invalid_at(at),
        }
    }

    /// `f(1=2)`
    fn keyword_argument(&self, at: TextRange) -> Fail {
        let equal = self.token_at(at.end());
        let range = TextRange::new(at.start(), equal.end());
        match &self.text[at] {
            word @ ("True" | "False" | "None") => Fail::syntax(format!("cannot assign to {word}"), range),
            unpacking if unpacking.starts_with('*') => {
                let end = self.operand_end(self.next(equal).start());
                Fail::syntax("cannot assign to iterable argument unpacking", TextRange::new(at.start(), end))
            }
            _ => Fail::syntax("expression cannot contain assignment, perhaps you meant \"==\"?", range),
        }
    }
}
