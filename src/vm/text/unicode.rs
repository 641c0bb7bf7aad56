//! Character classes and case mappings with the Unicode version of Python 3.13, whatever the standard library has.

use super::tables;

/// A set of code points: inclusive ranges, sorted, the basic plane apart to halve its size.
pub(super) struct Ranges {
    pub low: &'static [(u16, u16)],
    pub high: &'static [(u32, u32)],
}

impl Ranges {
    fn contains(&self, c: char) -> bool {
        fn find<T: Copy + Ord>(ranges: &[(T, T)], c: T) -> bool {
            let after = ranges.partition_point(|r| r.0 <= c);
            after > 0 && c <= ranges[after - 1].1
        }
        match u16::try_from(u32::from(c)) {
            Ok(low) => find(self.low, low),
            Err(_) => find(self.high, u32::from(c)),
        }
    }
}

/// A case mapping: runs of (start, end, stride, delta), and the characters that become several.
pub(super) struct CaseMap {
    pub runs: &'static [(u32, u32, u8, i32)],
    pub many: &'static [(u32, &'static str)],
}

impl CaseMap {
    fn push(&self, c: char, out: &mut String) {
        let code = u32::from(c);
        let after = self.runs.partition_point(|r| r.0 <= code);
        if after > 0 {
            let (start, end, stride, delta) = self.runs[after - 1];
            if code <= end && (code - start).is_multiple_of(u32::from(stride)) {
                let mapped = code.wrapping_add_signed(delta);
                out.push(char::from_u32(mapped).expect("tables map characters to characters"));
                return;
            }
        }
        match self.many.binary_search_by_key(&code, |m| m.0) {
            Ok(at) => out.push_str(self.many[at].1),
            Err(_) => out.push(c),
        }
    }
}

/// `str.isalpha` of one character.
pub fn is_alpha(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { tables::ALPHA.contains(c) }
}

/// The value of a decimal digit of any script.
pub fn decimal_value(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    let code = u32::from(c);
    let after = tables::DECIMAL_ZEROS.partition_point(|&zero| zero <= code);
    let value = code - tables::DECIMAL_ZEROS[after.checked_sub(1)?];
    (value < 10).then_some(value)
}

/// `str.isdecimal` of one character.
pub fn is_decimal(c: char) -> bool {
    decimal_value(c).is_some()
}

/// `str.isdigit` of one character.
pub fn is_digit(c: char) -> bool {
    is_decimal(c) || !c.is_ascii() && tables::DIGIT.contains(c)
}

/// `str.isnumeric` of one character.
pub fn is_numeric(c: char) -> bool {
    is_digit(c) || !c.is_ascii() && tables::NUMERIC.contains(c)
}

/// `str.isalnum` of one character.
pub fn is_alnum(c: char) -> bool {
    is_alpha(c) || is_numeric(c)
}

/// `str.isspace` of one character.
pub fn is_space(c: char) -> bool {
    match c {
        '\t'..='\r' | '\x1c'..='\x1f' | ' ' => true,
        _ => !c.is_ascii() && tables::SPACE.contains(c),
    }
}

/// `str.isprintable` of one character.
pub fn is_printable(c: char) -> bool {
    if c.is_ascii() { (' '..='~').contains(&c) } else { !tables::NOT_PRINTABLE.contains(c) }
}

/// `str.islower` of one character.
pub fn is_lower(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_lowercase() } else { tables::LOWER.contains(c) }
}

/// `str.isupper` of one character.
pub fn is_upper(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_uppercase() } else { tables::UPPER.contains(c) }
}

/// A title case letter, such as 'ǅ'.
pub fn is_title(c: char) -> bool {
    !c.is_ascii() && tables::TITLE.contains(c)
}

/// May start an identifier.
pub fn is_identifier_start(c: char) -> bool {
    if c.is_ascii() { c == '_' || c.is_ascii_alphabetic() } else { tables::XID_START.contains(c) }
}

/// May continue an identifier.
pub fn is_identifier_continue(c: char) -> bool {
    is_identifier_start(c) || c.is_ascii_digit() || !c.is_ascii() && tables::XID_MORE.contains(c)
}

fn is_cased(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { tables::CASED.contains(c) }
}

fn is_case_ignorable(c: char) -> bool {
    tables::CASE_IGNORABLE.contains(c)
}

fn all(s: &str, predicate: fn(char) -> bool) -> bool {
    !s.is_empty() && s.chars().all(predicate)
}

/// `str.isalpha`.
pub fn str_is_alpha(s: &str) -> bool {
    all(s, is_alpha)
}

/// `str.isdecimal`.
pub fn str_is_decimal(s: &str) -> bool {
    all(s, is_decimal)
}

/// `str.isdigit`.
pub fn str_is_digit(s: &str) -> bool {
    all(s, is_digit)
}

/// `str.isnumeric`.
pub fn str_is_numeric(s: &str) -> bool {
    all(s, is_numeric)
}

/// `str.isalnum`.
pub fn str_is_alnum(s: &str) -> bool {
    all(s, is_alnum)
}

/// `str.isspace`.
pub fn str_is_space(s: &str) -> bool {
    all(s, is_space)
}

/// `str.isprintable`: true of the empty string.
pub fn str_is_printable(s: &str) -> bool {
    s.chars().all(is_printable)
}

/// `str.isidentifier`.
pub fn str_is_identifier(s: &str) -> bool {
    let mut chars = s.chars();
    chars.next().is_some_and(is_identifier_start) && chars.all(is_identifier_continue)
}

/// `str.islower`: some cased character, and none that is upper or title case.
pub fn str_is_lower(s: &str) -> bool {
    let mut cased = false;
    for c in s.chars() {
        if is_upper(c) || is_title(c) {
            return false;
        }
        cased = cased || is_lower(c);
    }
    cased
}

/// `str.isupper`: some cased character, and none that is lower or title case.
pub fn str_is_upper(s: &str) -> bool {
    let mut cased = false;
    for c in s.chars() {
        if is_lower(c) || is_title(c) {
            return false;
        }
        cased = cased || is_upper(c);
    }
    cased
}

/// `str.istitle`: upper or title case starts each word, lower case goes on.
pub fn str_is_title(s: &str) -> bool {
    let (mut cased, mut in_word) = (false, false);
    for c in s.chars() {
        if is_upper(c) || is_title(c) {
            if in_word {
                return false;
            }
            (cased, in_word) = (true, true);
        } else if is_lower(c) {
            if !in_word {
                return false;
            }
        } else {
            in_word = false;
        }
    }
    cased
}

/// Lower case of the character at byte `at`, which for a capital sigma depends on what is around it.
fn push_lower(s: &str, at: usize, c: char, out: &mut String) {
    if c != 'Σ' {
        return tables::TO_LOWER.push(c, out);
    }
    // A sigma is itself not ignorable, so these scans never overlap: all of them together are linear.
    let before = s[..at].chars().rev().find(|&c| !is_case_ignorable(c));
    let after = s[at + c.len_utf8()..].chars().find(|&c| !is_case_ignorable(c));
    let is_final = before.is_some_and(is_cased) && !after.is_some_and(is_cased);
    out.push(if is_final { 'ς' } else { 'σ' });
}

/// `str.upper`.
pub fn upper(s: &str) -> String {
    if s.is_ascii() {
        return s.to_ascii_uppercase();
    }
    let mut out = String::with_capacity(s.len());
    s.chars().for_each(|c| tables::TO_UPPER.push(c, &mut out));
    out
}

/// `str.lower`.
pub fn lower(s: &str) -> String {
    if s.is_ascii() {
        return s.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(s.len());
    s.char_indices().for_each(|(at, c)| push_lower(s, at, c, &mut out));
    out
}

/// `str.casefold`.
pub fn casefold(s: &str) -> String {
    if s.is_ascii() {
        return s.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(s.len());
    s.chars().for_each(|c| tables::TO_FOLD.push(c, &mut out));
    out
}

/// `str.capitalize`.
pub fn capitalize(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    for (at, c) in s.char_indices() {
        if at == 0 { tables::TO_TITLE.push(c, &mut out) } else { push_lower(s, at, c, &mut out) }
    }
    out
}

/// `str.title`.
pub fn title(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    let mut in_word = false;
    for (at, c) in s.char_indices() {
        if in_word {
            push_lower(s, at, c, &mut out)
        } else {
            tables::TO_TITLE.push(c, &mut out)
        }
        in_word = is_cased(c);
    }
    out
}

/// `str.swapcase`.
pub fn swapcase(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    for (at, c) in s.char_indices() {
        if is_upper(c) {
            push_lower(s, at, c, &mut out);
        } else if is_lower(c) {
            tables::TO_UPPER.push(c, &mut out);
        } else {
            out.push(c);
        }
    }
    out
}
