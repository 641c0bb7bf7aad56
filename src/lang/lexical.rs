//! Finds what is lexically wrong with a text that the lexer refused, in CPython's words: strings that do
//! not end, brackets that do not match, characters that start no token.
//!
//! Runs on the error path only and skips what it need not understand.

use ruff_text_size::{TextRange, TextSize};

use super::fail::{End, Fail, R};
use crate::bytecode::CompileErrorKind;

/// A position where something was opened.
#[derive(Clone, Copy, Debug)]
struct Open {
    bracket: u8,
    at: usize,
}

/// An f-string that the scan is inside of: quote, its length, and how many brackets were open before it.
#[derive(Clone, Copy, Debug)]
struct FString {
    quote: u8,
    triple: bool,
    raw: bool,
    at: usize,
    brackets: usize,
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    brackets: Vec<Open>,
    strings: Vec<FString>,
    /// Stop when this many brackets are open.
    stop_at: usize,
}

fn range(from: usize, to: usize) -> TextRange {
    TextRange::new(TextSize::new(from as u32), TextSize::new(to.max(from) as u32))
}

/// The lexical error of a text, if this scan finds one.
pub fn diagnose(text: &str) -> Option<Fail> {
    // Nothing that comes later counts when the first line is indented.
    if let Some(range) = first_indentation(text) {
        return Some(Fail::indentation("unexpected indent", range).ending(End::MinusOne));
    }
    let mut scanner = Scanner::new(text, usize::MAX);
    match scanner.run() {
        Err(fail) => Some(fail),
        Ok(()) => indentation(text).or_else(|| scanner.unclosed()),
    }
}

/// Where the bracket that is one too many opens.
pub fn bracket_at_depth(text: &str, depth: u32) -> Option<TextRange> {
    let mut scanner = Scanner::new(text, depth as usize + 1);
    let _ = scanner.run();
    scanner.brackets.get(depth as usize).map(|open| range(open.at, open.at + 1))
}

/// The line whose indentation is one too many.
pub fn indent_at_depth(text: &str, depth: u32) -> Option<TextRange> {
    let mut widths = vec![0];
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_start_matches([' ', '\t', '\x0c']);
        let width = line.len() - body.len();
        if !body.trim().is_empty() && !body.starts_with('#') {
            while widths.last().is_some_and(|&w| w > width) {
                widths.pop();
            }
            if widths.last() != Some(&width) {
                widths.push(width);
            }
            if widths.len() > depth as usize {
                return Some(range(start, start + line.trim_end().len()));
            }
        }
        start += line.len();
    }
    None
}

fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, stop_at: usize) -> Scanner<'t> {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Scanner { text, bytes: text.as_bytes(), at, brackets: Vec::new(), strings: Vec::new(), stop_at }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn line_of(&self, at: usize) -> usize {
        self.text.get(..at).map_or(1, |t| t.matches('\n').count() + 1)
    }

    fn unclosed(&self) -> Option<Fail> {
        let open = self.brackets.last()?;
        let message = format!("'{}' was never closed", open.bracket as char);
        let place = range(open.at, open.at + 1);
        // The line as the tokenizer left it: without its end if it has gone on to others.
        let fail = if self.text[open.at..].trim_end().contains('\n') {
            Fail::lexical(message, place)
        } else {
            Fail::syntax(message, place)
        };
        Some(fail.ending(End::Zero))
    }

    fn run(&mut self) -> R {
        while self.at < self.bytes.len() && self.brackets.len() < self.stop_at {
            match self.strings.last().copied() {
                Some(s) if self.brackets.len() == s.brackets => self.literal_text(s)?,
                _ => self.code()?,
            }
        }
        let in_field = self.strings.last().is_some_and(|s| self.brackets.len() > s.brackets);
        match self.strings.first() {
            // A replacement field that the text ends in, or a comment.
            Some(_) if in_field && self.brackets.len() < self.stop_at => {
                Err(self.unclosed().expect("a brace is open"))
            }
            Some(s) if self.brackets.len() < self.stop_at => Err(self.unterminated(*s, self.bytes.len())),
            _ => Ok(()),
        }
    }

    fn unterminated(&self, s: FString, end: usize) -> Fail {
        let kind = if s.triple { "triple-quoted f-string" } else { "f-string" };
        let line = self.line_of(end.min(self.bytes.len()));
        let message = format!("unterminated {kind} literal (detected at line {line})");
        Fail::lexical(message, range(s.at, s.at + 1))
    }

    /// The literal part of an f-string, up to a replacement field or the end.
    fn literal_text(&mut self, s: FString) -> R {
        while self.at < self.bytes.len() {
            let b = self.peek(0);
            match b {
                b'\\' if !s.raw && self.peek(1) == b'N' && self.peek(2) == b'{' => {
                    while self.at < self.bytes.len() && self.peek(0) != b'}' {
                        self.at += 1;
                    }
                }
                b'\\' => {
                    // A backslash does not hide a brace.
                    self.at += if matches!(self.peek(1), b'{' | b'}') { 1 } else { 2 };
                    continue;
                }
                b'{' if self.peek(1) == b'{' => self.at += 1,
                b'{' => {
                    self.brackets.push(Open { bracket: b'{', at: self.at });
                    self.at += 1;
                    return Ok(());
                }
                b'}' if self.peek(1) == b'}' => self.at += 1,
                b'}' => {
                    return Err(Fail::lexical(
                        "f-string: single '}' is not allowed",
                        range(self.at, self.at + 1),
                    ));
                }
                b'\n' if !s.triple => return Err(self.unterminated(s, self.at)),
                _ if b == s.quote && (!s.triple || (self.peek(1) == b && self.peek(2) == b)) => {
                    self.at += if s.triple { 3 } else { 1 };
                    self.strings.pop();
                    return Ok(());
                }
                _ => {}
            }
            self.at += 1;
        }
        Ok(())
    }

    /// One token outside of strings.
    fn code(&mut self) -> R {
        let b = self.peek(0);
        match b {
            b'#' => {
                let rest = &self.bytes[self.at..];
                self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                Ok(())
            }
            b'"' | b'\'' => self.string("", self.at),
            b'(' | b'[' | b'{' => {
                self.brackets.push(Open { bracket: b, at: self.at });
                self.at += 1;
                Ok(())
            }
            b')' | b']' | b'}' => self.close(b),
            b'\\' => self.continuation(),
            b'0'..=b'9' => self.number(),
            b'!' if self.peek(1) == b'=' || !self.strings.is_empty() => {
                self.at += 1;
                Ok(())
            }
            b'$' | b'?' | b'!' | b'`' => {
                let message = match self.in_field() {
                    true => "f-string: expecting '=', or '!', or ':', or '}'",
                    false => "invalid syntax",
                };
                // A token to the tokenizer, if one that the parser has no use for.
                Err(Fail::syntax(message, range(self.at, self.at + 1)))
            }
            0x01..=0x08 | 0x0e..=0x1f | 0x7f => Err(bad_character(b as char, self.at)),
            b':' if self.in_field() => {
                // A format specification: literal text up to the closing brace.
                self.at += 1;
                self.specification()
            }
            _ if is_name(b) => self.name(),
            _ => {
                self.at += 1;
                Ok(())
            }
        }
    }

    /// Whether the scan is directly inside a replacement field.
    fn in_field(&self) -> bool {
        self.strings.last().is_some_and(|s| self.brackets.len() == s.brackets + 1)
    }

    fn specification(&mut self) -> R {
        let Some(s) = self.strings.last().copied() else { return Ok(()) };
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'}' => return Ok(()),
                b'{' => {
                    // A nested field: skip it by brackets.
                    let depth = self.brackets.len();
                    self.brackets.push(Open { bracket: b'{', at: self.at });
                    self.at += 1;
                    while self.at < self.bytes.len() && self.brackets.len() > depth {
                        self.code()?;
                    }
                }
                b'\n' if !s.triple => return Err(self.unterminated(s, self.at)),
                b if b == s.quote && !s.triple => {
                    let message = "f-string: expecting '}', or format specs";
                    return Err(Fail::syntax(message, range(self.at, self.at + 1)));
                }
                _ => self.at += 1,
            }
        }
        Ok(())
    }

    fn close(&mut self, b: u8) -> R {
        let at = range(self.at, self.at + 1);
        if let Some(s) = self.strings.last()
            && self.brackets.len() == s.brackets + 1
            && b != b'}'
        {
            return Err(Fail::lexical(format!("f-string: unmatched '{}'", b as char), at));
        }
        let Some(open) = self.brackets.pop() else {
            return Err(Fail::lexical(format!("unmatched '{}'", b as char), at));
        };
        let matches = matches!((open.bracket, b), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
        if matches {
            self.at += 1;
            return Ok(());
        }
        let (opened, closed) = (self.line_of(open.at), self.line_of(self.at));
        let mut message = format!(
            "closing parenthesis '{}' does not match opening parenthesis '{}'",
            b as char, open.bracket as char
        );
        if opened != closed {
            message.push_str(&format!(" on line {opened}"));
        }
        Err(Fail::lexical(message, at))
    }

    fn end_of_input(&self) -> Fail {
        Fail::syntax("unexpected EOF while parsing", range(self.at + 1, self.at + 1)).ending(End::MinusOne)
    }

    fn continuation(&mut self) -> R {
        match self.peek(1) {
            b'\n' | b'\r' if self.at + 2 >= self.bytes.len() => Err(self.end_of_input()),
            b'\n' | b'\r' => {
                self.at += 2;
                Ok(())
            }
            0 => Err(self.end_of_input()),
            _ => {
                let message = "unexpected character after line continuation character";
                Err(Fail::syntax(message, range(self.at + 1, self.at + 2)).ending(End::Zero))
            }
        }
    }

    fn name(&mut self) -> R {
        let start = self.at;
        while is_name(self.peek(0)) && self.at < self.bytes.len() {
            let c = self.text[self.at..].chars().next().unwrap_or(' ');
            if !c.is_ascii() && !c.is_alphanumeric() && !is_identifier_char(c) {
                return Err(bad_character(c, self.at));
            }
            self.at += c.len_utf8();
        }
        let word = &self.text[start..self.at];
        if matches!(self.peek(0), b'"' | b'\'') && word.len() <= 2 {
            let prefix = word.to_ascii_lowercase();
            if matches!(&*prefix, "r" | "u" | "b" | "br" | "rb" | "f" | "fr" | "rf") {
                return self.string(&prefix, start);
            }
        }
        Ok(())
    }

    fn string(&mut self, prefix: &str, start: usize) -> R {
        let quote = self.peek(0);
        let triple = self.peek(1) == quote && self.peek(2) == quote;
        self.at += if triple { 3 } else { 1 };
        if prefix.contains('f') {
            let raw = prefix.contains('r');
            self.strings.push(FString { quote, triple, raw, at: start, brackets: self.brackets.len() });
            return Ok(());
        }
        let mut escaped = false;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' if self.peek(1) == b'\r' && self.peek(2) == b'\n' => self.at += 3,
                b'\\' => {
                    escaped |= self.peek(1) == quote;
                    self.at += 2;
                }
                b'\n' | b'\r' if !triple => break,
                b if b == quote && (!triple || (self.peek(1) == b && self.peek(2) == b)) => {
                    self.at += if triple { 3 } else { 1 };
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
        if let Some(s) = self.strings.last()
            && s.quote == quote
            && s.triple == triple
            && prefix.is_empty()
        {
            // The quote was meant to end the f-string around it.
            return Err(Fail::lexical("f-string: expecting '}'", range(start, start + 1)));
        }
        let end = self.at.min(self.bytes.len());
        let kind = if triple { "triple-quoted string" } else { "string" };
        let line = self.line_of(if triple { end.saturating_sub(1) } else { end });
        let hint = if escaped { "; perhaps you escaped the end quote?" } else { "" };
        let message = format!("unterminated {kind} literal (detected at line {line}){hint}");
        Err(Fail::lexical(message, range(start, start + 1)))
    }

    /// A number, with CPython's complaints about malformed ones.
    fn number(&mut self) -> R {
        let start = self.at;
        let (digits, what): (fn(u8) -> bool, &str) = match (self.peek(0), self.peek(1) | 0x20) {
            (b'0', b'x') => (|b| b.is_ascii_hexdigit(), "hexadecimal"),
            (b'0', b'o') => (|b| matches!(b, b'0'..=b'7'), "octal"),
            (b'0', b'b') => (|b| matches!(b, b'0' | b'1'), "binary"),
            _ => return self.decimal(start),
        };
        self.at += 2;
        let first = self.at;
        loop {
            while digits(self.peek(0)) {
                self.at += 1;
            }
            if self.peek(0) == b'_' && digits(self.peek(1)) {
                self.at += 1;
                continue;
            }
            break;
        }
        let b = self.peek(0);
        if b.is_ascii_digit() {
            let message = format!("invalid digit '{}' in {what} literal", b as char);
            return Err(Fail::lexical(message, range(self.at, self.at + 1)));
        }
        if self.at == first || is_name(b) {
            return Err(Fail::lexical(
                format!("invalid {what} literal"),
                range(self.at.max(start + 1) - 1, self.at),
            ));
        }
        Ok(())
    }

    fn digits(&mut self) {
        while self.peek(0).is_ascii_digit() || (self.peek(0) == b'_' && self.peek(1).is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn decimal(&mut self, start: usize) -> R {
        self.digits();
        let integer = self.at;
        let mut whole = true;
        if self.peek(0) == b'.' {
            whole = false;
            self.at += 1;
            self.digits();
        }
        if self.peek(0) | 0x20 == b'e' {
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if self.peek(1 + sign).is_ascii_digit() {
                whole = false;
                self.at += 1 + sign;
                self.digits();
            }
        }
        if self.peek(0) | 0x20 == b'j' {
            self.at += 1;
            whole = false;
        }
        let text = &self.text[start..integer];
        if whole && text.len() > 1 && text.starts_with('0') && text.bytes().any(|b| matches!(b, b'1'..=b'9'))
        {
            let message = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for \
                           octal integers";
            let zeros = text.len() - text.trim_start_matches(['0', '_']).len();
            return Err(Fail::lexical(message, range(start, start + zeros)).ending(End::Range));
        }
        if is_name(self.peek(0)) && !self.keyword_follows() {
            let message = if self.bytes[self.at - 1] | 0x20 == b'j' {
                "invalid imaginary literal"
            } else {
                "invalid decimal literal"
            };
            let at = if self.peek(0) == b'_' { self.at } else { self.at - 1 };
            return Err(Fail::lexical(message, range(at, at + 1)));
        }
        Ok(())
    }

    /// `1if x else 2` is allowed.
    fn keyword_follows(&self) -> bool {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|&b| !is_name(b)).unwrap_or(rest.len());
        matches!(&rest[..end], b"and" | b"else" | b"for" | b"if" | b"in" | b"is" | b"or" | b"not")
    }
}

fn is_identifier_char(c: char) -> bool {
    // Marks and connectors that identifiers may contain; anything else non-ASCII was refused.
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '·' | '‿' | '⁀')
}

fn bad_character(c: char, at: usize) -> Fail {
    let code = c as u32;
    let printable =
        !c.is_control() && !c.is_whitespace() && !matches!(code, 0x200b..=0x200f | 0xfeff | 0x2028..=0x202e);
    let message = if printable {
        format!("invalid character '{c}' (U+{code:04X})")
    } else {
        format!("invalid non-printable character U+{code:04X}")
    };
    Fail::lexical(message, range(at, at + c.len_utf8()))
}

/// The width of an indentation with tabs to every eighth column, and with tabs as one column. CPython
/// asks that both measures agree on what is deeper.
fn widths(indent: &str) -> (usize, usize) {
    let column = indent.bytes().fold(0, |w, b| if b == b'\t' { (w / 8 + 1) * 8 } else { w + 1 });
    (column, indent.len())
}

/// What is wrong with a line's indentation under the levels so far, which it changes.
fn indent_problem(
    levels: &mut Vec<(usize, usize)>,
    (column, alternate): (usize, usize),
) -> Option<CompileErrorKind> {
    let top = levels.last().copied().unwrap_or_default();
    if column > top.0 {
        levels.push((column, alternate));
        return (alternate <= top.1).then_some(CompileErrorKind::Tab);
    }
    while levels.last().is_some_and(|l| l.0 > column) {
        levels.pop();
    }
    match levels.last() {
        Some(level) if level.0 < column => Some(CompileErrorKind::Indentation),
        Some(level) if level.1 != alternate => Some(CompileErrorKind::Tab),
        _ => None,
    }
}

/// The last character of the first line's indentation, if it has one.
fn first_indentation(text: &str) -> Option<TextRange> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_start_matches([' ', '\t', '\x0c']);
        let indent = line.len() - body.len();
        if !body.trim().is_empty() && !body.starts_with('#') {
            return (indent > 0).then(|| range(start + indent - 1, start + indent));
        }
        start += line.len();
    }
    None
}

/// A dedent that matches no outer level, or tabs and spaces that do not fit together.
fn indentation(text: &str) -> Option<Fail> {
    let mut levels = vec![(0, 0)];
    let mut start = 0;
    let mut scanner = Scanner::new(text, usize::MAX);
    for line in text.split_inclusive('\n') {
        let continues = !scanner.brackets.is_empty() || !scanner.strings.is_empty() || scanner.at > start;
        let body = line.trim_start_matches([' ', '\t', '\x0c']);
        let blank = body.trim().is_empty() || body.starts_with('#');
        if !continues && !blank {
            let indent = widths(&line[..line.len() - body.len()]);
            let end = start + line.trim_end().len();
            if let Some(kind) = indent_problem(&mut levels, indent) {
                let (message, range, ends) = match kind {
                    CompileErrorKind::Tab => {
                        let message = "inconsistent use of tabs and spaces in indentation";
                        (message, range(start, start + 1), End::Range)
                    }
                    _ => {
                        let message = "unindent does not match any outer indentation level";
                        (message, range(end, end), End::MinusOne)
                    }
                };
                return Some(Fail::of(kind, message, range).ending(ends));
            }
        }
        start += line.len();
        while scanner.at < start {
            let step = match scanner.strings.last().copied() {
                Some(s) if scanner.brackets.len() == s.brackets => scanner.literal_text(s),
                _ => scanner.code(),
            };
            if step.is_err() {
                return None;
            }
        }
    }
    None
}

/// What is wrong with the first malformed escape of a string token, as CPython's decoders word it.
pub fn bad_escape(token: &str) -> Option<String> {
    let quote = token.find(['"', '\''])?;
    let prefix = token[..quote].to_ascii_lowercase();
    let mark = &token[quote..=quote];
    let width = if token[quote..].starts_with(&mark.repeat(3)) { 3 } else { 1 };
    let body = token.get(quote + width..)?;
    let bytes = prefix.contains('b');
    // Positions count what the decoder sees: a non-ASCII character is a ten-byte escape there.
    let mut position = 0;
    let mut chars = body.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            position += if c.is_ascii() { 1 } else { 10 };
            continue;
        }
        let Some((_, kind)) = chars.next() else { break };
        let digits = match kind {
            'x' => 2,
            'u' if !bytes => 4,
            'U' if !bytes => 8,
            'N' if !bytes => {
                if let Some(problem) = bad_name(&body[at..], position) {
                    return Some(problem);
                }
                position += 2;
                continue;
            }
            _ => {
                position += 2;
                continue;
            }
        };
        let rest = &body[at + 2..];
        let found = rest.bytes().take(digits).take_while(u8::is_ascii_hexdigit).count();
        if found < digits {
            if bytes {
                return Some(format!("(value error) invalid \\x escape at position {position}"));
            }
            let shape = format!("\\{kind}{}", "X".repeat(digits));
            let end = position + 1 + found;
            return Some(format!(
                "(unicode error) 'unicodeescape' codec can't decode bytes in position {position}-{end}: truncated \
                 {shape} escape"
            ));
        }
        if kind == 'U' && u32::from_str_radix(&rest[..8], 16).is_ok_and(|n| n > 0x10ffff) {
            let end = position + 9;
            return Some(format!(
                "(unicode error) 'unicodeescape' codec can't decode bytes in position {position}-{end}: illegal \
                 Unicode character"
            ));
        }
        position += 2;
    }
    None
}

/// `\N{…}`: malformed or unknown. The lexer has refused one; the first that looks wrong is it.
fn bad_name(rest: &str, position: usize) -> Option<String> {
    let codec = "(unicode error) 'unicodeescape' codec can't decode bytes in position";
    let Some(open) = rest.strip_prefix("\\N{") else {
        return Some(format!("{codec} {position}-{}: malformed \\N character escape", position + 1));
    };
    let Some(close) = open.find('}') else {
        let end = position + 2 + open.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == ' ').count();
        return Some(format!("{codec} {position}-{end}: malformed \\N character escape"));
    };
    let end = position + 3 + close;
    if is_character_name(&open[..close]) {
        return None;
    }
    Some(format!("{codec} {position}-{end}: unknown Unicode character name"))
}

/// Whether the parser knows a character's name: it accepts the one-character string with it.
fn is_character_name(name: &str) -> bool {
    let text = format!("'\\N{{{name}}}'");
    ruff_python_parser::parse_expression(&text).is_ok()
}
