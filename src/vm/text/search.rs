//! Searching text and bytes in linear time, and code points against byte offsets.

use memchr::memmem;

use super::{TextError, check_size};

/// The first place of `needle`, in bytes. Linear in the worst case.
pub fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [byte] => memchr::memchr(*byte, haystack),
        [first, ..] if haystack.len() <= SHORT_BYTES => find_in_short(haystack, *first, needle),
        _ => memmem::find(haystack, needle),
    }
}

/// Texts up to this many bytes are searched without preparations, which would take longer than the search.
const SHORT_BYTES: usize = 64;

fn find_in_short(haystack: &[u8], first: u8, needle: &[u8]) -> Option<usize> {
    let places = &haystack[..(haystack.len() + 1).checked_sub(needle.len())?];
    let mut at = 0;
    loop {
        at += memchr::memchr(first, &places[at..])?;
        if haystack[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
}

/// The last place of `needle`, in bytes. Linear in the worst case.
pub fn rfind(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memmem::rfind(haystack, needle)
}

/// A search that can be left and taken up again: `needle` is prepared once.
pub struct Searcher<'n> {
    finder: memmem::Finder<'n>,
}

impl<'n> Searcher<'n> {
    /// Prepares `needle`.
    pub fn new(needle: &'n [u8]) -> Searcher<'n> {
        Searcher { finder: memmem::Finder::new(needle) }
    }

    /// The next place at or after `from`. Matches that do not overlap: go on behind the needle.
    pub fn next(&self, haystack: &[u8], from: usize) -> Option<usize> {
        self.finder.find(haystack.get(from..)?).map(|found| from + found)
    }
}

/// `bytes.count`.
pub fn count_bytes(haystack: &[u8], needle: &[u8]) -> usize {
    match needle {
        [] => haystack.len() + 1,
        [byte] => memchr::memchr_iter(*byte, haystack).count(),
        _ => memmem::find_iter(haystack, needle).count(),
    }
}

/// `str.replace` of the first `count` places (`None`: all); the result's size is known before it is built.
pub fn replace(
    text: &str,
    old: &str,
    new: &str,
    count: Option<usize>,
    max: usize,
) -> Result<String, TextError> {
    if old.is_empty() {
        return insert_between(text, new, count, max);
    }
    let bytes = replace_bytes(text.as_bytes(), old.as_bytes(), new.as_bytes(), count, max)?;
    Ok(String::from_utf8(bytes).expect("whole characters were replaced by whole characters"))
}

/// [`replace`] of at most `left` places of a text that is not empty, appended to `out`: for short texts.
pub fn push_replaced(text: &str, old: &str, new: &str, left: usize, out: &mut String) {
    let mut copied = 0;
    for _ in 0..left {
        let Some(found) = find(&text.as_bytes()[copied..], old.as_bytes()) else { break };
        out.push_str(&text[copied..copied + found]);
        out.push_str(new);
        copied += found + old.len();
    }
    out.push_str(&text[copied..]);
}

fn insert_between(text: &str, new: &str, count: Option<usize>, max: usize) -> Result<String, TextError> {
    let places = (chars(text) + 1).min(count.unwrap_or(usize::MAX));
    let size = places.saturating_mul(new.len()).saturating_add(text.len());
    check_size(size, max)?;
    let mut out = String::with_capacity(size);
    let mut left = places;
    for c in text.chars() {
        if left > 0 {
            out.push_str(new);
            left -= 1;
        }
        out.push(c);
    }
    if left > 0 {
        out.push_str(new);
    }
    Ok(out)
}

/// `bytes.replace`.
pub fn replace_bytes(
    text: &[u8],
    old: &[u8],
    new: &[u8],
    count: Option<usize>,
    max: usize,
) -> Result<Vec<u8>, TextError> {
    let limit = count.unwrap_or(usize::MAX);
    let places = count_bytes(text, old).min(limit);
    let size = (text.len() - places * old.len()).saturating_add(places.saturating_mul(new.len()));
    check_size(size, max)?;
    let mut out = Vec::with_capacity(size);
    let mut copied = 0;
    // An empty needle is found at every offset, the end included.
    for at in memmem::find_iter(text, old).take(places) {
        out.extend_from_slice(&text[copied..at]);
        out.extend_from_slice(new);
        copied = at + old.len();
    }
    out.extend_from_slice(&text[copied..]);
    Ok(out)
}

/// Code points of `text`.
pub fn chars(text: &str) -> usize {
    text.chars().count()
}

/// The byte offset of code point `index`; the length where it is just behind the end; `None` beyond.
#[cfg(test)]
pub fn byte_of_char(text: &str, index: usize) -> Option<usize> {
    if text.is_ascii() {
        return (index <= text.len()).then_some(index);
    }
    // Whole blocks are skipped by counting, then the last one is walked.
    const BLOCK: usize = 256;
    let (mut at, mut left) = (0, index);
    while at + BLOCK < text.len() {
        let mut end = at + BLOCK;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let inside = chars(&text[at..end]);
        if inside > left {
            break;
        }
        left -= inside;
        at = end;
    }
    let rest = &text[at..];
    rest.char_indices().map(|(offset, _)| offset).chain([rest.len()]).nth(left).map(|offset| at + offset)
}

/// The index of the code point that starts at byte `offset`, which must be a boundary.
pub fn char_of_byte(text: &str, offset: usize) -> usize {
    chars(&text[..offset])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_and_bytes_map_onto_each_other_in_long_texts() {
        for unit in ["a", "é", "a€b", "😀x"] {
            let text = unit.repeat(700);
            for (index, (offset, _)) in text.char_indices().enumerate() {
                assert_eq!(byte_of_char(&text, index), Some(offset));
            }
            let all = chars(&text);
            assert_eq!(byte_of_char(&text, all), Some(text.len()));
            assert_eq!(byte_of_char(&text, all + 1), None);
            assert_eq!(char_of_byte(&text, text.len()), all);
        }
    }

    #[test]
    fn short_texts_are_searched_as_long_ones_are() {
        for haystack in
            ["", "a", "ab", "aab", "abab", "xxabxaby", "aaaaab", &"ab".repeat(32), &"ab".repeat(33)]
        {
            for needle in ["", "a", "b", "ab", "aab", "ba", "abab", "abc", "aaaaab", "y"] {
                let expected = haystack.find(needle);
                assert_eq!(find(haystack.as_bytes(), needle.as_bytes()), expected, "{needle} in {haystack}");
                let mut replaced = String::new();
                if !needle.is_empty() {
                    push_replaced(haystack, needle, "-+", 2, &mut replaced);
                    assert_eq!(replaced, haystack.replacen(needle, "-+", 2));
                }
            }
        }
    }

    #[test]
    fn bytes_are_replaced_at_every_offset_by_an_empty_pattern() {
        assert_eq!(replace_bytes(b"ab", b"", b"-", None, 100), Ok(b"-a-b-".to_vec()));
        assert_eq!(replace_bytes(b"ab", b"", b"-", Some(2), 100), Ok(b"-a-b".to_vec()));
    }

    #[test]
    fn a_result_above_the_limit_is_refused_before_it_is_built() {
        let too_large = Err(TextError::too_large());
        assert_eq!(replace("aaaa", "a", &"b".repeat(1000), None, 3999), too_large);
        assert_eq!(replace("aaaa", "", "bbbb", None, 23), too_large);
    }

    #[test]
    fn a_search_goes_on_where_it_was_left() {
        let searcher = Searcher::new(b"ab");
        assert_eq!(searcher.next(b"abcab", 0), Some(0));
        assert_eq!(searcher.next(b"abcab", 2), Some(3));
        assert_eq!(searcher.next(b"abcab", 6), None);
    }
}
