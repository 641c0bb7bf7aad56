//! Just enough of Rust's lexical grammar to look at code without being fooled by comments and strings.

/// The text with comments and the insides of string and character literals replaced by spaces. Line
/// breaks stay, so line numbers do; every other character becomes one space per byte.
pub fn blank(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let end = skip(bytes, i);
        if end == i {
            out.push(bytes[i]);
            i += 1;
        } else {
            out.extend(bytes[i..end].iter().map(|&b| if b == b'\n' { b'\n' } else { b' ' }));
            i = end;
        }
    }
    String::from_utf8(out).expect("what is kept whole is UTF-8")
}

/// The end of the comment or literal that starts at `i`, or `i` when none does.
fn skip(bytes: &[u8], i: usize) -> usize {
    let previous_is_word = i > 0 && is_word(bytes[i - 1]);
    match bytes[i] {
        b'/' if bytes.get(i + 1) == Some(&b'/') => line_end(bytes, i),
        b'/' if bytes.get(i + 1) == Some(&b'*') => block_end(bytes, i),
        b'"' => string_end(bytes, i + 1),
        b'r' if !previous_is_word => raw_string_end(bytes, i + 1).unwrap_or(i),
        b'b' if !previous_is_word && bytes.get(i + 1) == Some(&b'r') => {
            raw_string_end(bytes, i + 2).unwrap_or(i)
        }
        b'\'' => char_end(bytes, i),
        _ => i,
    }
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

fn line_end(bytes: &[u8], i: usize) -> usize {
    bytes[i..].iter().position(|&b| b == b'\n').map_or(bytes.len(), |n| i + n)
}

fn block_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0;
    let mut i = start;
    while i < bytes.len() {
        match (bytes[i], bytes.get(i + 1)) {
            (b'/', Some(b'*')) => {
                depth += 1;
                i += 2;
            }
            (b'*', Some(b'/')) => {
                depth -= 1;
                i += 2;
                if depth == 0 {
                    return i;
                }
            }
            _ => i += 1,
        }
    }
    i
}

fn string_end(bytes: &[u8], mut i: usize) -> usize {
    while i < bytes.len() {
        match bytes[i] {
            b'\\' => i += 2,
            b'"' => return i + 1,
            _ => i += 1,
        }
    }
    bytes.len()
}

/// `i` is just after the `r`; `None` when no raw string starts there (`r#type`, a word that starts with r).
fn raw_string_end(bytes: &[u8], i: usize) -> Option<usize> {
    let hashes = bytes[i..].iter().take_while(|&&b| b == b'#').count();
    if bytes.get(i + hashes) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.extend(std::iter::repeat_n(b'#', hashes));
    let from = i + hashes + 1;
    let found = bytes[from..].windows(close.len()).position(|w| w == close);
    Some(found.map_or(bytes.len(), |n| from + n + close.len()))
}

/// A character literal, as opposed to a lifetime, which has no quote two or more characters on.
fn char_end(bytes: &[u8], i: usize) -> usize {
    if bytes.get(i + 1) == Some(&b'\\') {
        let close = bytes[(i + 3).min(bytes.len())..].iter().position(|&b| b == b'\'');
        return close.map_or(i, |n| i + 3 + n + 1);
    }
    let text = &bytes[i + 1..bytes.len().min(i + 6)];
    let width = match text.first() {
        Some(0xF0..) => 4,
        Some(0xE0..) => 3,
        Some(0xC0..) => 2,
        _ => 1,
    };
    if text.get(width) == Some(&b'\'') { i + width + 2 } else { i }
}

/// The text without `#[cfg(test)]` items, whose lines are made blank. Takes and gives blanked text.
pub fn without_tests(blanked: &str) -> String {
    let mut out = blanked.to_string();
    let mut from = 0;
    while let Some(found) = out[from..].find("#[cfg(test)]") {
        let start = from + found;
        let end = item_end(&out, start + "#[cfg(test)]".len());
        let spaces: String = out[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        let tail = out.split_off(end);
        out.truncate(start);
        out.push_str(&spaces);
        from = out.len();
        out.push_str(&tail);
    }
    out
}

/// The end of an item that starts at `i`: its `;`, or the brace that closes its body.
fn item_end(text: &str, i: usize) -> usize {
    let mut depth = 0usize;
    for (n, c) in text[i..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return i + n + 1;
                }
            }
            ';' if depth == 0 => return i + n + 1,
            _ => {}
        }
    }
    text.len()
}

/// Where `word` stands as a whole word: byte offsets.
pub fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let bytes = text.as_bytes();
    text.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let before = at.checked_sub(1).is_some_and(|i| is_word(bytes[i]));
        let after = bytes.get(at + word.len()).is_some_and(|&b| is_word(b));
        !before && !after
    })
}

/// The 1-based line of a byte offset.
pub fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].bytes().filter(|&b| b == b'\n').count() + 1
}

#[test]
fn comments_and_literals_are_blanked_and_lines_stay() {
    let text = "let a = \"unsafe // x\"; // unsafe\n/* unsafe\n /* */ */ let c = '\"'; let d: &'a str = r#\"un\"safe\"#;";
    let blanked = blank(text);
    assert!(!blanked.contains("unsafe"), "{blanked}");
    assert!(!blanked.contains("safe"), "{blanked}");
    assert!(blanked.contains("let d: &'a str ="), "{blanked}");
    assert_eq!(blanked.lines().count(), text.lines().count());
    assert_eq!(blanked.len(), text.len());
}

#[test]
fn escaped_quotes_do_not_end_a_literal() {
    let blanked = blank(r#"let q = '\''; let s = "\"}"; let t = '\u{1F600}'; let u = 'é'; end"#);
    assert_eq!(blanked.split_whitespace().last(), Some("end"));
    assert!(!blanked.contains('}'), "{blanked}");
}

#[test]
fn test_items_are_left_out() {
    let text =
        "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { {} }\n}\nfn c() {}\n#[cfg(test)]\nmod t;\nfn d() {}";
    let rest = without_tests(&blank(text));
    assert!(rest.contains("fn a") && rest.contains("fn c") && rest.contains("fn d"), "{rest}");
    assert!(!rest.contains("fn b") && !rest.contains("mod t"), "{rest}");
    assert_eq!(rest.lines().count(), text.lines().count());
}
