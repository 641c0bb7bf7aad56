//! A pass over the tokens before anything recurses: refuses what is nested too deeply or too long, and
//! says how deep the parser and the compiler will have to go.
//!
//! The tokens come from the parser's own lexer, so that the two cannot disagree about what is inside a
//! string. Text that is lexically broken never reaches the parser: its error recovery may see other
//! tokens than were measured here.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::Mode;
use ruff_python_parser::lexer::{Lexer, lex};
use ruff_text_size::{TextRange, TextSize};

use super::fail::{Fail, R};
use super::lexical;
use crate::limits::{
    SOURCE_BRACKETS_MAX, SOURCE_BYTES_MAX, SOURCE_DEPTH_MAX, SOURCE_INDENTS_MAX, SOURCE_TOKENS_MAX,
};

/// What the scan found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// Levels of native recursion that parsing and compiling take at most.
    pub depth: u32,
    /// Tokens.
    pub tokens: u64,
}

/// Levels that one level of indentation counts for.
const LEVELS_PER_INDENT: u32 = 2;

/// Measures a text, or refuses it.
pub fn prescan(text: &str, mode: Mode, bounded: bool) -> R<Measure> {
    if text.len() > SOURCE_BYTES_MAX {
        let message = format!("source of {} bytes is above the limit of {SOURCE_BYTES_MAX}", text.len());
        return Err(Fail::limit(message, TextRange::default()));
    }
    if let Some(at) = memchr::memchr(0, text.as_bytes()) {
        let at = TextRange::empty(TextSize::new(at as u32));
        return Err(Fail::syntax("source code string cannot contain null bytes", at));
    }
    let mut scan = Scan::new(bounded);
    match scan.run(lex(text, mode)) {
        Ok(()) if scan.dubious => {
            if let Some(fail) = lexical::diagnose(text) {
                return Err(fail);
            }
        }
        Ok(()) => {}
        Err(Refusal::Lexical) => {
            return Err(lexical::diagnose(text)
                .unwrap_or_else(|| Fail::syntax("invalid syntax", TextRange::default())));
        }
        Err(Refusal::Brackets) => {
            let at = lexical::bracket_at_depth(text, SOURCE_BRACKETS_MAX).unwrap_or_default();
            return Err(Fail::syntax("too many nested parentheses", at));
        }
        Err(Refusal::Indents) => {
            let at = lexical::indent_at_depth(text, SOURCE_INDENTS_MAX).unwrap_or_default();
            return Err(Fail::indentation("too many levels of indentation", at));
        }
        Err(Refusal::Depth) => {
            let message = format!("source nested too deeply: more than {SOURCE_DEPTH_MAX} levels");
            return Err(Fail::limit(message, TextRange::default()));
        }
        Err(Refusal::Tokens) => {
            let message = format!("source too long: more than {SOURCE_TOKENS_MAX} tokens");
            return Err(Fail::limit(message, TextRange::default()));
        }
    }
    let recovery = recovered_indents(text);
    Ok(Measure { depth: scan.deepest + LEVELS_PER_INDENT * recovery, tokens: scan.tokens })
}

/// How many levels of indentation the parser can see at most, whatever its recovery from errors makes of the
/// brackets: lines inside of brackets count too. A new level needs a longer line, so there are at
/// most `sqrt(2n)` in `n` bytes.
fn recovered_indents(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let mut widest = 0;
    let mut start = 0;
    for end in memchr::memchr2_iter(b'\n', b'\r', bytes).chain(std::iter::once(bytes.len())) {
        let line = &bytes[start..end];
        let width = line.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\x0c')).count();
        if width < line.len() {
            widest = widest.max(width);
        }
        start = end + 1;
    }
    let by_size = (2 * bytes.len()).isqrt();
    widest.min(by_size) as u32
}

enum Refusal {
    Lexical,
    Brackets,
    Indents,
    Depth,
    Tokens,
}

/// One open bracket (or f-string, or replacement field), or the statement itself. The counters are what
/// the syntax tree can nest by since the last separator.
#[derive(Clone, Copy)]
struct Level {
    opener: TokenKind,
    /// Depth around the bracket.
    base: u32,
    /// Prefixes that reach to the next separator: `lambda`, `if … else`, statement keywords, `:=`.
    sticky: u32,
    /// `not`, which reaches to the next `and` or `or`.
    nots: u32,
    /// Arithmetic operators since the last comparison or boolean operator.
    operators: u32,
    /// Calls, subscripts and attributes of the current operand.
    trailers: u32,
    /// `lambda`s whose colon has not come: their commas separate parameters, not expressions.
    lambdas: u32,
}

impl Level {
    fn new(opener: TokenKind, base: u32) -> Level {
        Level { opener, base, sticky: 0, nots: 0, operators: 0, trailers: 0, lambdas: 0 }
    }

    fn depth(&self) -> u32 {
        self.base + self.sticky + self.nots + self.operators + self.trailers
    }

    /// A new operand of an operator that binds more loosely than arithmetic.
    fn operand(&mut self) {
        self.operators = 0;
        self.trailers = 0;
    }

    /// A new expression.
    fn separate(&mut self) {
        self.operand();
        self.nots = 0;
        if self.lambdas == 0 {
            self.sticky = 0;
        }
    }
}

struct Scan {
    levels: Vec<Level>,
    brackets: u32,
    indents: u32,
    deepest: u32,
    tokens: u64,
    bounded: bool,
    /// A string ends at a line's end inside an f-string: it may be one that is not closed, which the parser
    /// would read again as the end of the f-string.
    dubious: bool,
    previous: TokenKind,
}

impl Scan {
    fn new(bounded: bool) -> Scan {
        let ground = Level::new(TokenKind::EndOfFile, 0);
        Scan {
            levels: vec![ground],
            brackets: 0,
            indents: 0,
            deepest: 0,
            tokens: 0,
            bounded,
            dubious: false,
            previous: TokenKind::Newline,
        }
    }

    fn run(&mut self, mut lexer: Lexer<'_>) -> Result<(), Refusal> {
        let mut ended = false;
        loop {
            let kind = lexer.next_token();
            let ends_line = matches!(
                kind,
                TokenKind::Newline | TokenKind::NonLogicalNewline | TokenKind::Comment | TokenKind::EndOfFile
            );
            if ends_line && self.previous == TokenKind::String && self.brackets > 0 {
                self.dubious |= self.levels.iter().any(|l| l.opener == TokenKind::FStringStart);
            }
            self.previous = kind;
            if kind == TokenKind::EndOfFile {
                break;
            }
            if kind == TokenKind::Unknown && self.brackets > 0 && !ended {
                // If the text ends here, inside of a bracket: the parser knows better what is wrong.
                ended = true;
                continue;
            }
            if ended && !matches!(kind, TokenKind::Newline | TokenKind::NonLogicalNewline | TokenKind::Dedent)
            {
                return Err(Refusal::Lexical);
            }
            self.tokens += 1;
            if self.bounded && self.tokens > SOURCE_TOKENS_MAX {
                return Err(Refusal::Tokens);
            }
            self.token(kind)?;
            let depth = self.top().depth();
            self.deepest = self.deepest.max(depth);
            if depth > SOURCE_DEPTH_MAX {
                return Err(Refusal::Depth);
            }
        }
        // The parser copes with brackets that are never closed: its recovery only takes nesting away (see
        // `recovered_indents`). Strings are another matter.
        let string = |l: &Level| matches!(l.opener, TokenKind::FStringStart | TokenKind::TStringStart);
        if self.levels.iter().any(string) { Err(Refusal::Lexical) } else { Ok(()) }
    }

    fn top(&mut self) -> &mut Level {
        self.levels.last_mut().expect("the ground level stays")
    }

    fn open(&mut self, opener: TokenKind) -> Result<(), Refusal> {
        let top = self.top();
        top.trailers += 1;
        let base = top.depth() + 1;
        self.levels.push(Level::new(opener, base));
        self.brackets += 1;
        if self.brackets > SOURCE_BRACKETS_MAX { Err(Refusal::Brackets) } else { Ok(()) }
    }

    fn close(&mut self, opener: TokenKind) -> Result<(), Refusal> {
        if self.top().opener != opener {
            return Err(Refusal::Lexical);
        }
        self.levels.pop();
        self.brackets -= 1;
        Ok(())
    }

    fn token(&mut self, kind: TokenKind) -> Result<(), Refusal> {
        use TokenKind as T;
        match kind {
            T::Unknown => return Err(Refusal::Lexical),
            T::Lpar | T::Lsqb | T::Lbrace | T::FStringStart | T::TStringStart => return self.open(kind),
            T::Rpar => return self.close(T::Lpar),
            T::Rsqb => return self.close(T::Lsqb),
            T::Rbrace => return self.close(T::Lbrace),
            T::FStringEnd => return self.close(T::FStringStart),
            T::TStringEnd => return self.close(T::TStringStart),
            T::Indent => {
                self.indents += 1;
                if self.indents >= SOURCE_INDENTS_MAX {
                    return Err(Refusal::Indents);
                }
                self.top().base += LEVELS_PER_INDENT;
            }
            T::Dedent => {
                self.indents = self.indents.saturating_sub(1);
                let top = self.top();
                top.base = top.base.saturating_sub(LEVELS_PER_INDENT);
            }
            T::Newline | T::Semi => {
                let top = self.top();
                top.lambdas = 0;
                top.separate();
            }
            T::Comma => self.top().separate(),
            T::Colon => {
                let top = self.top();
                if top.lambdas > 0 {
                    top.lambdas -= 1;
                }
                top.operand();
                top.nots = 0;
            }
            T::Equal | T::And | T::Or | T::Else => {
                let top = self.top();
                top.operand();
                top.nots = 0;
            }
            T::Less
            | T::Greater
            | T::EqEqual
            | T::NotEqual
            | T::LessEqual
            | T::GreaterEqual
            | T::In
            | T::Is => {
                self.top().operand();
            }
            T::Not => self.top().nots += 1,
            T::Lambda => {
                let top = self.top();
                top.lambdas += 1;
                top.sticky += 1;
            }
            T::Dot => self.top().trailers += 1,
            T::Plus
            | T::Minus
            | T::Star
            | T::Slash
            | T::Vbar
            | T::Amper
            | T::Percent
            | T::Tilde
            | T::CircumFlex
            | T::LeftShift
            | T::RightShift
            | T::DoubleStar
            | T::DoubleSlash
            | T::At => {
                let top = self.top();
                top.operators += 1;
                top.trailers = 0;
            }
            // Names, literals and the like end nothing and nest nothing. Any other keyword may prefix what
            // follows.
            T::Name | T::Int | T::Float | T::Complex | T::String | T::FStringMiddle | T::TStringMiddle => {}
            T::Comment | T::NonLogicalNewline | T::None | T::True | T::False | T::Ellipsis => {}
            T::Match | T::Case | T::Type | T::Lazy => {}
            _ => {
                let top = self.top();
                top.sticky += 1;
                top.operand();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(text: &str) -> u32 {
        prescan(text, Mode::Module, false).map(|m| m.depth).unwrap_or(u32::MAX)
    }

    #[test]
    fn separators_end_what_nests() {
        assert!(depth(&"a.b.c + d(e)\n".repeat(10_000)) < 20);
        assert!(depth(&format!("[{}]", "lambda x, y: x + y, ".repeat(10_000))) < 20);
        assert!(depth(&format!("x = {}", "a.b(c) == d and ".repeat(5_000) + "e")) < 20);
        assert!(depth(&format!("if a: b\n{}", "elif c: d\n".repeat(5_000))) < 20);
    }

    #[test]
    fn what_nests_is_counted() {
        for text in ["1+", "-", "not ", "lambda: ", "lambda a, b: ", "x if y else ", "a**", "a:=", "await "] {
            assert!(depth(&format!("({}x)", text.repeat(500))) >= 500, "{text}");
        }
        assert!(depth(&format!("x{}", "()".repeat(500))) >= 500);
        assert!(depth(&format!("x{}", ".a".repeat(500))) >= 500);
        assert!(depth(&format!("[x {}]", "for a in b ".repeat(500))) >= 500);
    }

    #[test]
    fn limits_are_refused_by_name() {
        let message = |text: &str, bounded| prescan(text, Mode::Module, bounded).unwrap_err().message;
        assert_eq!(message(&"(".repeat(201), false), "too many nested parentheses");
        let tower: String = (0..101).map(|i| format!("{}if x:\n", " ".repeat(i))).collect();
        assert_eq!(message(&tower, false), "too many levels of indentation");
        assert!(message(&"-".repeat(3_001), false).contains("3000"));
        let tokens = format!("more than {SOURCE_TOKENS_MAX} tokens");
        assert!(message(&"a\n".repeat(SOURCE_TOKENS_MAX as usize), true).contains(&tokens));
        assert_eq!(message("a\0b", false), "source code string cannot contain null bytes");
    }
}
