//! One function per family of errors, after the `invalid_*` rules of CPython's grammar.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_ast::{Expr, Mod, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::super::fail::{End, Fail};
use super::context::Context;

/// What CPython calls a kind of expression (`_PyPegen_get_expr_name`).
fn expression_name(e: &Expr) -> &'static str {
    match e {
        Expr::Attribute(_) => "attribute",
        Expr::Subscript(_) => "subscript",
        Expr::Starred(_) => "starred",
        Expr::Name(_) => "name",
        Expr::List(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Lambda(_) => "lambda",
        Expr::Call(_) => "function call",
        Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) => "expression",
        Expr::Generator(_) => "generator expression",
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Await(_) => "await expression",
        Expr::ListComp(_) => "list comprehension",
        Expr::SetComp(_) => "set comprehension",
        Expr::DictComp(_) => "dict comprehension",
        Expr::Dict(_) => "dict literal",
        Expr::Set(_) => "set display",
        Expr::FString(_) | Expr::TString(_) => "f-string expression",
        Expr::BooleanLiteral(b) if b.value => "True",
        Expr::BooleanLiteral(_) => "False",
        Expr::NoneLiteral(_) => "None",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::Compare(_) => "comparison",
        Expr::If(_) => "conditional expression",
        Expr::Named(_) => "named expression",
        _ => "literal",
    }
}

/// `+=` and its like.
pub fn is_augmented(kind: TokenKind) -> bool {
    use TokenKind as T;
    let simple =
        matches!(kind, T::PlusEqual | T::MinusEqual | T::StarEqual | T::SlashEqual | T::PercentEqual);
    let bits = matches!(
        kind,
        T::AmperEqual | T::VbarEqual | T::CircumflexEqual | T::LeftShiftEqual | T::RightShiftEqual
    );
    simple || bits || matches!(kind, T::DoubleStarEqual | T::DoubleSlashEqual | T::AtEqual)
}

/// Whether CPython's `bitwise_or` can produce an expression.
fn is_operand(e: &Expr) -> bool {
    !matches!(e, Expr::Compare(_) | Expr::BoolOp(_) | Expr::Lambda(_) | Expr::If(_) | Expr::Starred(_))
        && !matches!(e, Expr::UnaryOp(u) if u.op == ruff_python_ast::UnaryOp::Not)
}

impl Context<'_> {
    // ---- targets -----------------------------------------------------------------------------

    pub fn target(&self, at: TextRange, message: impl Fn(&str) -> String) -> Fail {
        match self.expression_at(at) {
            Some(e) => Fail::syntax(message(expression_name(e)), at),
            None => self.invalid_at(at),
        }
    }

    pub fn assignment_target(&self, at: TextRange) -> Fail {
        let Some(e) = self.expression_at(at) else { return self.invalid_at(at) };
        let name = expression_name(e);
        let parenthesized = self.previous(at.start()).kind() == TokenKind::Lpar;
        if matches!(e, Expr::Yield(_) | Expr::YieldFrom(_)) && !parenthesized {
            return Fail::syntax("assignment to yield expression not possible", at);
        }
        let excluded = matches!(
            e,
            Expr::Name(_) | Expr::List(_) | Expr::Tuple(_) | Expr::Generator(_) | Expr::BooleanLiteral(_)
        ) || e.is_none_literal_expr();
        if !excluded && is_operand(e) && self.is_only_target(at) {
            let message = format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?");
            return Fail::syntax(message, at);
        }
        if let Expr::Compare(c) = e
            && self.statement(at.start()).kind() == TokenKind::For
        {
            // `for i < x in y`: CPython takes what it can as the target and stumbles over the operator.
            return Fail::syntax("invalid syntax", self.range_of(self.token_at(c.left.end())));
        }
        Fail::syntax(format!("cannot assign to {name}"), at)
    }

    /// Whether the expression is the whole target of an assignment with one `=`.
    fn is_only_target(&self, at: TextRange) -> bool {
        let mut found = false;
        let check = &mut |s: &Stmt| {
            if let Stmt::Assign(a) = s
                && let [target] = &a.targets[..]
                && target.range() == at
            {
                found = is_operand(&a.value);
            }
        };
        if let Mod::Module(m) = self.tree {
            each_statement(&m.body, check);
        }
        found
    }

    // ---- missing tokens ----------------------------------------------------------------------

    pub fn expected(&self, expected: TokenKind, found: TokenKind, at: TextRange) -> Fail {
        use TokenKind as T;
        let statement = self.statement(at.start());
        let place = self.range_of(self.token_at(at.start()));
        if found == T::Equal
            && let Some(fail) = self.equal_sign(at)
        {
            return fail;
        }
        if is_augmented(found) {
            let end = self.previous(at.start()).end();
            if let Some(Expr::Tuple(t)) = self.expression(|e| e.is_tuple_expr() && e.end() == end) {
                let message = "'tuple' is an illegal expression for augmented assignment";
                return Fail::syntax(message, t.range);
            }
        }
        match expected {
            T::Colon if self.open_bracket(at.start()).is_some_and(|b| b.kind() == T::Lbrace) => {
                return self.dict_colon(at);
            }
            T::Colon if statement.kind() == T::Def && self.line_has(at, T::Lpar) && found != T::Newline => {
                return match self.parenthesized_parameters(at) {
                    Some(fail) => fail,
                    None => Fail::syntax("expected ':'", place),
                };
            }
            T::Colon if found == T::Newline || found == T::EndOfFile => {
                return Fail::syntax("expected ':'", place);
            }
            T::Colon if matches!(statement.kind(), T::Else | T::Try | T::Finally) => {
                return Fail::syntax("expected ':'", place);
            }
            T::Lpar if statement.kind() == T::Def => return Fail::syntax("expected '('", place),
            T::Else => return self.conditional_without_else(found, at),
            T::In => {
                let comprehension = self.open_bracket(at.start()).is_some();
                if comprehension {
                    return Fail::syntax("'in' expected after for-loop variables", place);
                }
            }
            T::Comma if found == T::Star && self.previous(at.start()).kind() == T::Slash => {
                return Fail::syntax("expected comma between / and *", place);
            }
            _ => {}
        }
        if found == T::Lpar
            && let Some(fail) = self.parenthesized_parameters(at)
        {
            return fail;
        }
        if found == T::For
            && let Some(fail) = self.comprehension_target(at)
        {
            return fail;
        }
        self.forgotten_comma(at).unwrap_or_else(|| self.invalid_at(at))
    }

    pub fn line_has(&self, at: TextRange, kind: TokenKind) -> bool {
        self.line_before(at.start()).iter().any(|t| t.kind() == kind)
    }

    /// `{a: 1, b}` and `{a: }`.
    fn dict_colon(&self, at: TextRange) -> Fail {
        let previous = self.previous(at.start());
        let last = TextRange::new(previous.end() - TextSize::new(1), previous.end());
        let missing = Fail::syntax("':' expected after dictionary key", last).ending(End::Zero);
        if !self.is_first_in_bracket(previous) {
            return missing;
        }
        if let Some(fail) = self.forgotten_comma(at) {
            return fail;
        }
        match self.token_at(at.start()).kind() {
            TokenKind::Comma | TokenKind::Rbrace => missing,
            _ => self.invalid_at(at),
        }
    }

    /// Whether there is no comma before a token in the bracket around it.
    fn is_first_in_bracket(&self, token: Token) -> bool {
        let Some(bracket) = self.open_bracket(token.start()) else { return true };
        let (from, to) = (self.index_at(bracket.end()), self.index_at(token.start()));
        let mut depth = 0i32;
        for token in self.tokens.get(from..to).unwrap_or_default() {
            match token.kind() {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth -= 1,
                TokenKind::Comma if depth == 0 => return false,
                _ => {}
            }
        }
        true
    }

    /// `if a = 1:`, `f(a.b=1)`, `[a=1]`: an assignment where an expression is wanted.
    pub fn equal_sign(&self, at: TextRange) -> Option<Fail> {
        let equal = self.token_at(at.start());
        let left_end = self.previous(equal.start()).end();
        let left = self.expression(|e| e.end() == left_end && is_operand(e))?;
        let value = self.next(equal);
        let starred = self.previous(left.start());
        if starred.kind() == TokenKind::DoubleStar {
            let range = TextRange::new(starred.start(), self.expression_end(value.start()));
            return Some(Fail::syntax("cannot assign to keyword argument unpacking", range));
        }
        let in_call = self.open_bracket(at.start()).is_some_and(|b| {
            b.kind() == TokenKind::Lpar
                && matches!(
                    self.previous(b.start()).kind(),
                    TokenKind::Name | TokenKind::Rpar | TokenKind::Rsqb
                )
        });
        let end = self.operand_end(value.start());
        if self.token_at(end).kind() == TokenKind::Equal || end == value.start() {
            return None;
        }
        match left {
            Expr::Name(_) if in_call => None,
            Expr::Name(_) => {
                let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
                Some(Fail::syntax(message, TextRange::new(left.start(), end)))
            }
            Expr::List(_)
            | Expr::Tuple(_)
            | Expr::Generator(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_) => None,
            other => {
                let name = expression_name(other);
                let message = format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?");
                Some(Fail::syntax(message, other.range()))
            }
        }
    }

    /// Where the tokens of an operand (`bitwise_or`) that starts at `at` end, roughly: at the next separator or
    /// comparison outside of brackets.
    pub fn operand_end(&self, at: TextSize) -> TextSize {
        use TokenKind as T;
        let mut depth = 0u32;
        let mut end = at;
        for token in &self.tokens[self.index_at(at)..] {
            match token.kind() {
                T::Lpar | T::Lsqb | T::Lbrace => depth += 1,
                T::Rpar | T::Rsqb | T::Rbrace if depth == 0 => break,
                T::Rpar | T::Rsqb | T::Rbrace => depth -= 1,
                T::Comma | T::Colon | T::Newline | T::Equal | T::Semi | T::EndOfFile if depth == 0 => break,
                T::If | T::Else | T::And | T::Or | T::Not | T::In | T::Is | T::For | T::Less | T::Greater
                    if depth == 0 =>
                {
                    break;
                }
                T::EqEqual | T::NotEqual | T::LessEqual | T::GreaterEqual | T::Lambda if depth == 0 => break,
                _ => {}
            }
            end = token.end();
        }
        end
    }

    /// Where the expression that starts at `at` ends, in the partial tree.
    fn expression_end(&self, at: TextSize) -> TextSize {
        let found = self.expression(|e| e.start() == at && !e.range().is_empty());
        found.map_or_else(|| self.operand_end(at), Ranged::end)
    }

    /// Two expressions next to each other inside of brackets.
    pub fn forgotten_comma(&self, at: TextRange) -> Option<Fail> {
        let token = self.token_at(at.start());
        let previous = self.previous(token.start());
        let bracket = self.open_bracket(at.start())?;
        if token.kind() == TokenKind::String && previous.kind() == TokenKind::Name {
            return None;
        }
        let starts_expression = matches!(
            token.kind(),
            TokenKind::Name
                | TokenKind::Int
                | TokenKind::Float
                | TokenKind::Complex
                | TokenKind::String
                | TokenKind::FStringStart
                | TokenKind::None
                | TokenKind::True
                | TokenKind::False
                | TokenKind::Lambda
                | TokenKind::Lbrace
                | TokenKind::Ellipsis
                | TokenKind::Tilde
                | TokenKind::Not
        );
        if !starts_expression || previous.end() > token.start() {
            return None;
        }
        let fits = |e: &Expr| {
            e.end() == previous.end()
                && e.start() >= bracket.end()
                && !matches!(
                    e,
                    Expr::Starred(_) | Expr::Lambda(_) | Expr::If(_) | Expr::Tuple(_) | Expr::Named(_)
                )
        };
        let left = self.expression(fits)?;
        let soft = matches!(left, Expr::Name(n) if matches!(n.id.as_str(), "match" | "case" | "type" | "_"));
        if soft && self.token_at(left.start()).end() == previous.end() {
            return None;
        }
        let end = self.expression_end(token.start());
        let message = "invalid syntax. Perhaps you forgot a comma?";
        Some(Fail::syntax(message, TextRange::new(left.start(), end)))
    }

    /// `a if b` without `else`.
    fn conditional_without_else(&self, found: TokenKind, at: TextRange) -> Fail {
        let node = self.expression(
            |e| matches!(e, Expr::If(i) if i.test.end() <= at.start() && i.orelse.range().is_empty()),
        );
        let Some(Expr::If(node)) = node else { return self.invalid_at(at) };
        if self.previous(node.start()).kind() == TokenKind::For {
            let keyword = self.token_at(node.body.end());
            return Fail::syntax("'in' expected after for-loop variables", self.range_of(keyword));
        }
        if found == TokenKind::Colon {
            return self.invalid_at(at);
        }
        let range = TextRange::new(node.start(), node.test.end());
        Fail::syntax("expected 'else' after 'if' expression", range)
    }

    /// `[a, b for a in c]`
    pub fn comprehension_target(&self, at: TextRange) -> Option<Fail> {
        let bracket = self.open_bracket(at.start())?;
        let end = self.previous(at.start()).end();
        if !matches!(bracket.kind(), TokenKind::Lsqb | TokenKind::Lbrace) {
            return None;
        }
        let start = self.token_at(bracket.end()).start();
        if start >= end {
            return None; // `[for …`: there is no target
        }
        let message = "did you forget parentheses around the comprehension target?";
        Some(Fail::syntax(message, TextRange::new(start, end)))
    }

    /// `def f((a, b))`
    fn parenthesized_parameters(&self, at: TextRange) -> Option<Fail> {
        let open = self.token_at(at.start());
        if open.kind() != TokenKind::Lpar {
            return None;
        }
        let statement = self.statement(at.start()).kind();
        let lambda = self.line_has(at, TokenKind::Lambda);
        if statement != TokenKind::Def && !lambda {
            return None;
        }
        let inside = self.next(open);
        let close = self.closing_bracket(TextRange::empty(inside.start()));
        if inside.kind() != TokenKind::Name {
            return None;
        }
        let what = if lambda { "Lambda expression" } else { "Function" };
        let message = format!("{what} parameters cannot be parenthesized");
        Some(Fail::syntax(message, TextRange::new(open.start(), close.end())))
    }

    // ---- missing expressions -----------------------------------------------------------------

    pub fn expected_expression(&self, at: TextRange) -> Fail {
        use TokenKind as T;
        let token = self.token_at(at.start());
        let previous = self.previous(token.start());
        let before = self.previous(previous.start());
        let bracket = self.open_bracket(at.start());
        let here = self.range_of(token);
        if let Some(fail) = self.field_expression(at) {
            return fail;
        }
        match (previous.kind(), bracket.map(|b| b.kind())) {
            (T::Lbrace, _) if before.kind() == T::FStringMiddle || before.kind() == T::FStringStart => {
                let message = super::fields::instead_of_expression(token.kind());
                Fail::syntax(message, self.one(here))
            }
            (T::Equal, Some(T::Lpar)) if self.statement(at.start()).kind() == T::Def => {
                Fail::syntax("expected default value expression", previous.range())
            }
            (T::Equal, None)
                if self.line_has(at, T::Lambda) && matches!(token.kind(), T::Comma | T::Colon) =>
            {
                Fail::syntax("expected default value expression", previous.range())
            }
            (T::Equal, Some(T::Lpar))
                if before.kind() == T::Name && matches!(token.kind(), T::Comma | T::Rpar) =>
            {
                let range = TextRange::new(before.start(), previous.end());
                Fail::syntax("expected argument value expression", range)
            }
            (T::Colon, Some(T::Lbrace)) if matches!(token.kind(), T::Comma | T::Rbrace) => {
                Fail::syntax("expression expected after dictionary key and ':'", previous.range())
            }
            (T::Star, Some(_)) if matches!(token.kind(), T::Comma | T::Rpar | T::Rsqb | T::Colon) => {
                Fail::syntax("Invalid star expression", here)
            }
            _ => self.invalid_at(at),
        }
    }

    /// `a, b += 1`: what is before the operator is not an expression to the parser.
    pub fn augmented_tuple(&self, at: TextRange) -> Option<Fail> {
        let token = self.token_at(at.start());
        if !is_augmented(token.kind()) || !self.line_has(at, TokenKind::Comma) {
            return None;
        }
        let range = TextRange::new(self.statement(at.start()).start(), self.previous(token.start()).end());
        Some(Fail::syntax("'tuple' is an illegal expression for augmented assignment", range))
    }

    /// A tuple without parentheses where only one expression may be.
    pub fn tuple(&self, at: TextRange) -> Fail {
        match self.expression_at(at) {
            Some(Expr::Tuple(t)) => {
                let comma = t.elts.first().map_or(at, |e| self.range_of(self.token_at(e.end())));
                Fail::syntax("invalid syntax", comma)
            }
            _ => self.invalid_at(at),
        }
    }

    /// Two simple statements on a line without a separator.
    pub fn juxtaposed(&self, at: TextRange) -> Fail {
        let token = self.token_at(at.start());
        let previous = self.previous(at.start());
        let word = &self.text[previous.range()];
        if matches!(word, "print" | "exec") && self.line_before(at.start()).len() == 1 {
            let end = self.expression_end(token.start());
            let message = format!("Missing parentheses in call to '{word}'. Did you mean {word}(...)?");
            if end > token.start() {
                return Fail::syntax(message, TextRange::new(previous.start(), end));
            }
        }
        let statement = self.statement(at.start());
        if statement.kind() == TokenKind::Import && token.kind() == TokenKind::From {
            let names = self.line_end(token.start());
            // CPython's range reaches to where its tokenizer stands, one token further.
            let end = self.token_at(names).end().max(names + TextSize::new(1)) - TextSize::new(1);
            let message = "Did you mean to use 'from ... import ...' instead?";
            return Fail::syntax(message, TextRange::new(statement.start(), end));
        }
        self.invalid_at(at)
    }

    /// Where the dotted name after `from` ends.
    fn line_end(&self, from: TextSize) -> TextSize {
        let tokens = &self.tokens[self.index_at(from)..];
        let name = |t: &&ruff_python_ast::token::Token| {
            matches!(t.kind(), TokenKind::Name | TokenKind::Dot | TokenKind::From)
        };
        tokens.iter().take_while(name).last().map_or(from, Ranged::end)
    }

    // ---- indentation -------------------------------------------------------------------------

    pub fn unexpected_indent(&self, at: TextRange) -> Fail {
        let token = self.token_at(at.start());
        let end = if token.kind() == TokenKind::Indent { token.end() } else { at.start() };
        let line = self.text[..end.to_usize()].rfind(['\n', '\r']).map_or(0, |i| i + 1);
        let last = TextSize::new(end.to_u32().saturating_sub(1).max(line as u32));
        Fail::indentation("unexpected indent", TextRange::new(last, end.max(last))).ending(End::MinusOne)
    }

    /// A compound statement without its block. `what` is ruff's name for it.
    pub fn missing_block(&self, what: &str, at: TextRange) -> Fail {
        let token = self.token_at(at.start());
        // The header is on the logical line that ends before the token.
        let newline = self.tokens.partition_point(|t| t.start() < at.start());
        let mut header_end = at.start();
        for t in self.tokens[..newline].iter().rev() {
            match t.kind() {
                TokenKind::Newline
                | TokenKind::Dedent
                | TokenKind::Comment
                | TokenKind::NonLogicalNewline => {
                    header_end = t.start();
                }
                _ => break,
            }
        }
        let header = self.statement(header_end);
        let before = &self.text[..header.start().to_usize()];
        let line = before.matches('\n').count() + 1;
        let word = what.split('`').nth(1).unwrap_or(what);
        let subject = match word {
            "class" => "class definition".to_owned(),
            _ if what.starts_with("function") => "function definition".to_owned(),
            "except" if self.next(header).kind() == TokenKind::Star => "'except*' statement".to_owned(),
            word => format!("'{word}' statement"),
        };
        let message = format!("expected an indented block after {subject} on line {line}");
        let token = if token.kind() == TokenKind::Newline { self.next(token) } else { token };
        let fail = Fail::indentation(message, self.range_of(token));
        if self.is_end(token) {
            return fail.ending(End::OfInput);
        }
        if token.kind() == TokenKind::Dedent {
            // It is not a piece of text: the place is where CPython's tokenizer stands.
            return fail.ending(End::Unread);
        }
        fail
    }

    /// A `try` without handlers.
    pub fn missing_handlers(&self, at: TextRange) -> Fail {
        let rest = self.tokens[self.index_at(at.start())..].iter();
        let mut rest = rest.skip_while(|t| matches!(t.kind(), TokenKind::Newline | TokenKind::Dedent));
        let token = rest.next().copied().unwrap_or_else(|| self.token_at(at.start()));
        let fail = Fail::syntax("expected 'except' or 'finally' block", self.range_of(token));
        if self.is_end(token) { fail.ending(End::OfInput) } else { fail }
    }

    /// Whether nothing but the ends of blocks comes from a token on.
    fn is_end(&self, token: Token) -> bool {
        use TokenKind as T;
        let rest = &self.tokens[self.tokens.partition_point(|t| t.start() < token.start())..];
        let nothing = [T::Dedent, T::EndOfFile, T::Newline, T::NonLogicalNewline, T::Comment];
        rest.iter().all(|t| nothing.contains(&t.kind()))
    }
}

/// Calls `f` with every statement, however nested.
fn each_statement(body: &[Stmt], f: &mut dyn FnMut(&Stmt)) {
    for s in body {
        f(s);
        match s {
            Stmt::FunctionDef(d) => each_statement(&d.body, f),
            Stmt::ClassDef(c) => each_statement(&c.body, f),
            Stmt::For(l) => {
                each_statement(&l.body, f);
                each_statement(&l.orelse, f);
            }
            Stmt::While(l) => {
                each_statement(&l.body, f);
                each_statement(&l.orelse, f);
            }
            Stmt::If(i) => {
                each_statement(&i.body, f);
                i.elif_else_clauses.iter().for_each(|c| each_statement(&c.body, f));
            }
            Stmt::With(w) => each_statement(&w.body, f),
            Stmt::Match(m) => m.cases.iter().for_each(|c| each_statement(&c.body, f)),
            Stmt::Try(t) => {
                each_statement(&t.body, f);
                for ruff_python_ast::ExceptHandler::ExceptHandler(h) in &t.handlers {
                    each_statement(&h.body, f);
                }
                each_statement(&t.orelse, f);
                each_statement(&t.finalbody, f);
            }
            _ => {}
        }
    }
}
