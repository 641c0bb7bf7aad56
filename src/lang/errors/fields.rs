//! Replacement fields of f-strings: the `invalid_replacement_field` rules.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::super::fail::Fail;
use super::context::Context;

/// Tokens of a field up to which its longest good beginning is looked for.
const FIELD_TOKENS_MAX: usize = 64;

/// The complaint about what stands where a field's expression should.
pub fn instead_of_expression(found: TokenKind) -> &'static str {
    match found {
        TokenKind::Rbrace => "f-string: valid expression required before '}'",
        TokenKind::Exclamation => "f-string: valid expression required before '!'",
        TokenKind::Colon => "f-string: valid expression required before ':'",
        TokenKind::Equal => "f-string: valid expression required before '='",
        _ => "f-string: expecting a valid expression after '{'",
    }
}

impl Context<'_> {
    /// The brace of the innermost replacement field that is open before `at`.
    fn open_field(&self, at: TextSize) -> Option<Token> {
        let mut field = None;
        let mut around: Option<Token> = None;
        for open in self.open_brackets(at) {
            let before = self.previous(open.start()).kind();
            // The colon of a field begins its format, in which there can be fields again.
            let in_field = around.is_some_and(|a| field.is_some_and(|f: Token| f.start() == a.start()));
            let opens_field = match before {
                TokenKind::FStringStart | TokenKind::FStringMiddle => true,
                TokenKind::Colon => in_field,
                _ => false,
            };
            if open.kind() == TokenKind::Lbrace && opens_field {
                field = Some(open);
            }
            around = Some(open);
        }
        field
    }

    /// A replacement field that holds a bare `lambda` or a lone star.
    pub fn field_expression(&self, at: TextRange) -> Option<Fail> {
        use TokenKind as T;
        let open = self.open_bracket(at.start())?;
        let first = self.next(open);
        if self.open_field(at.start()).is_none_or(|field| field.start() != open.start()) {
            return None;
        }
        match first.kind() {
            T::Lambda => {
                let rest = &self.tokens[self.index_at(first.start())..];
                let colon = rest.iter().find(|t| t.kind() == T::Colon)?;
                let message = "f-string: lambda expressions are not allowed without parentheses";
                Some(Fail::syntax(message, TextRange::new(first.start(), colon.end())))
            }
            T::Star | T::DoubleStar
                if self.next(first).start() >= at.start() || first.start() == at.start() =>
            {
                Some(Fail::syntax("f-string: expecting a valid expression after '{'", first.range()))
            }
            _ => None,
        }
    }

    /// Plain "invalid syntax" inside of a replacement field: CPython names what may come after the longest
    /// beginning that is an expression.
    pub fn invalid_field(&self, at: TextRange) -> Option<Fail> {
        let open = self.open_field(at.start())?;
        let from = self.index_at(open.end());
        let to = self.index_at(at.start()).max(from + 1);
        let tokens = self.tokens.get(from..to.min(self.tokens.len()))?;
        if tokens.len() > FIELD_TOKENS_MAX {
            return None;
        }
        let start = tokens.first()?.start();
        let good = tokens.iter().rposition(|last| {
            let text = &self.text[TextRange::new(start, last.end())];
            // Inside of the brace a line's end means nothing.
            ruff_python_parser::parse_expression(&format!("({text})")).is_ok()
        });
        let (next, message) = match good {
            Some(last) => (self.next(tokens[last]), "f-string: expecting '=', or '!', or ':', or '}'"),
            None => (self.next(open), instead_of_expression(self.next(open).kind())),
        };
        Some(Fail::syntax(message, self.range_of(next)))
    }
}
