//! What the rules look at: the tokens around an error and the partial syntax tree.

use ruff_python_ast::token::{Token, TokenFlags, TokenKind};
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, Expr, Mod};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// A text that did not parse.
pub struct Context<'t> {
    pub text: &'t str,
    pub tokens: &'t [Token],
    pub tree: &'t Mod,
}

fn is_trivia(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Comment | TokenKind::NonLogicalNewline)
}

impl<'t> Context<'t> {
    /// Index of the first token that matters at or after `at`.
    pub fn index_at(&self, at: TextSize) -> usize {
        let mut i = self.tokens.partition_point(|t| t.start() < at);
        while i < self.tokens.len() && is_trivia(self.tokens[i].kind()) {
            i += 1;
        }
        i
    }

    fn end_token(&self) -> Token {
        let end = TextRange::empty(TextSize::new(self.text.len() as u32));
        Token::new(TokenKind::EndOfFile, end, TokenFlags::empty())
    }

    fn get(&self, i: Option<usize>) -> Token {
        i.and_then(|i| self.tokens.get(i)).copied().unwrap_or_else(|| self.end_token())
    }

    /// The first token that matters at or after `at`.
    pub fn token_at(&self, at: TextSize) -> Token {
        self.get(Some(self.index_at(at)))
    }

    /// The last token that matters before `at`; end of file when there is none.
    pub fn previous(&self, at: TextSize) -> Token {
        let before = self.tokens.partition_point(|t| t.start() < at);
        self.get((0..before).rev().find(|&i| !is_trivia(self.tokens[i].kind())))
    }

    /// The token after the one at `at`.
    pub fn next(&self, token: Token) -> Token {
        self.token_at(token.end().max(token.start() + TextSize::new(1)))
    }

    /// The range of the token that contains `at`.
    pub fn token_containing(&self, at: TextSize) -> TextRange {
        let i = self.tokens.partition_point(|t| t.end() <= at);
        let token = self.get(Some(i));
        if token.start() <= at { token.range() } else { self.get(i.checked_sub(1)).range() }
    }

    /// A token's range; a line's end counts as one character.
    pub fn range_of(&self, token: Token) -> TextRange {
        match token.kind() {
            TokenKind::Newline | TokenKind::NonLogicalNewline | TokenKind::EndOfFile => {
                TextRange::empty(token.start())
            }
            // CPython shows nothing of an indentation.
            TokenKind::Indent | TokenKind::Dedent => self.range_of_next_line(token),
            _ => token.range(),
        }
    }

    fn range_of_next_line(&self, token: Token) -> TextRange {
        let i = self.tokens.partition_point(|t| t.start() < token.end());
        let next =
            self.tokens[i..].iter().find(|t| !matches!(t.kind(), TokenKind::Indent | TokenKind::Dedent));
        next.map_or(token.range(), Ranged::range)
    }

    /// One character.
    pub fn one(&self, at: TextRange) -> TextRange {
        let len = self.text[at.start().to_usize()..].chars().next().map_or(0, char::len_utf8);
        TextRange::at(at.start(), TextSize::new(len as u32))
    }

    /// The tokens of the logical line up to `at`, from its first one.
    pub fn line_before(&self, at: TextSize) -> &'t [Token] {
        let end = self.tokens.partition_point(|t| t.start() < at);
        let is_break = |t: &Token| {
            matches!(t.kind(), TokenKind::Newline | TokenKind::Semi | TokenKind::Indent | TokenKind::Dedent)
        };
        let start = self.tokens[..end].iter().rposition(is_break).map_or(0, |i| i + 1);
        &self.tokens[start..end]
    }

    /// The keyword that starts the statement around `at`.
    pub fn statement(&self, at: TextSize) -> Token {
        let line = self.line_before(at);
        let skipped = |t: &&Token| !is_trivia(t.kind()) && t.kind() != TokenKind::Async;
        line.iter().find(skipped).copied().unwrap_or_else(|| self.token_at(at))
    }

    /// The innermost bracket that is open before `at`.
    pub fn open_bracket(&self, at: TextSize) -> Option<Token> {
        self.open_brackets(at).pop()
    }

    /// The brackets that are open before `at`.
    pub fn open_brackets(&self, at: TextSize) -> Vec<Token> {
        let end = self.tokens.partition_point(|t| t.start() < at);
        let mut open = Vec::new();
        for token in &self.tokens[..end] {
            match token.kind() {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => open.push(*token),
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                    open.pop();
                }
                _ => {}
            }
        }
        open
    }

    /// The bracket that closes the innermost one open at `at`.
    pub fn closing_bracket(&self, at: TextRange) -> TextRange {
        let start = self.tokens.partition_point(|t| t.start() < at.start());
        let mut depth = 0;
        for token in &self.tokens[start..] {
            match token.kind() {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace if depth == 0 => return token.range(),
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth -= 1,
                _ => {}
            }
        }
        at
    }

    /// The largest expression that satisfies `wanted`.
    pub fn expression(&self, wanted: impl FnMut(&Expr) -> bool) -> Option<&'t Expr> {
        let mut finder = Finder { wanted, found: None };
        finder.visit_mod(self.tree);
        finder.found
    }

    /// The expression with exactly this range.
    pub fn expression_at(&self, range: TextRange) -> Option<&'t Expr> {
        self.expression(|e| e.range() == range)
    }
}

struct Finder<'t, F> {
    wanted: F,
    found: Option<&'t Expr>,
}

impl<'t, F: FnMut(&Expr) -> bool> SourceOrderVisitor<'t> for Finder<'t, F> {
    fn enter_node(&mut self, _: AnyNodeRef<'t>) -> TraversalSignal {
        if self.found.is_some() { TraversalSignal::Skip } else { TraversalSignal::Traverse }
    }

    fn visit_expr(&mut self, expr: &'t Expr) {
        if self.found.is_none() {
            if (self.wanted)(expr) {
                self.found = Some(expr);
            } else {
                ruff_python_ast::visitor::source_order::walk_expr(self, expr);
            }
        }
    }
}
