//! How the text of a string is stored, and how its code points are found.

use std::cell::{Cell, RefCell};

use compact_str::CompactString;

use crate::limits;
use crate::vm::heap::{Dead, Heap, HeapObject, Tracer};
use crate::vm::value::Ref;

/// A string. Its text is read with [`Heap::str`], because it may be part of a shared buffer.
#[derive(Clone, Debug)]
pub struct Str {
    text: Text,
    /// The table hash once it has been computed, else 0.
    pub hash: Cell<u64>,
    /// Code points; and [`INTERNED`].
    length: usize,
}

/// The bit of `Str::length` that says whether the run's table of interned strings names the string.
const INTERNED: usize = 1 << (usize::BITS - 1);

/// Bytes that an interned string takes in the table, its text apart.
const INTERNED_BYTES: usize = 48;

/// Where the text is. Most are short: those lie in the slot itself.
#[derive(Clone, Debug)]
enum Text {
    /// It is this string's own.
    Own(CompactString),
    /// It is the first `len` bytes of a buffer that `s += x` appends to.
    Shared { buffer: Ref<StrBuffer>, len: usize },
    /// It is this string's own, and its code points are told by an index.
    Wide(Box<Wide>),
}

const _: () = assert!(size_of::<Option<Str>>() == 40, "a program may have millions of strings");

/// Bytes up to which a text lies in the slot.
const INLINE_MAX: usize = size_of::<CompactString>();

/// A text of more than [`SAMPLE`] code points that is not ASCII.
#[derive(Clone, Debug)]
struct Wide {
    text: Box<str>,
    index: RefCell<Vec<usize>>,
}

/// The result of a growing concatenation. Appending never changes what the strings that share it see,
/// because each knows its length; only the one that ends where the buffer ends can append in place.
#[derive(Clone, Debug, Default)]
pub struct StrBuffer {
    /// The text. It only grows.
    pub text: String,
    index: RefCell<Vec<usize>>,
}

/// Bytes of a text that are copied in one go.
const COPIED_AT_ONCE_BYTES: usize = 64 * limits::KIB;

/// Copies what comes after the first `done` bytes of a text, piece by piece, as [`HeapObject::copy_more`] has it.
fn copy_text(from: &str, done: usize, left: &mut isize, mut put: impl FnMut(&str)) -> bool {
    let mut done = done;
    while done < from.len() {
        if *left <= 0 {
            return false;
        }
        let to = from.floor_char_boundary(done + COPIED_AT_ONCE_BYTES);
        put(&from[done..to]);
        *left -= (to - done) as isize;
        done = to;
    }
    true
}

impl StrBuffer {
    /// A buffer that holds a text.
    pub fn new(text: String) -> StrBuffer {
        StrBuffer { text, index: RefCell::default() }
    }
}

impl Str {
    /// A string with its own text.
    #[inline]
    pub fn new(text: &str) -> Str {
        let chars = if text.is_ascii() { text.len() } else { text.chars().count() };
        Str::of(CompactString::new(text), chars)
    }

    /// As [`Str::new`], from an owned text.
    pub fn owning(text: String) -> Str {
        let chars = if text.is_ascii() { text.len() } else { text.chars().count() };
        Str::owning_chars(text, chars)
    }

    /// As [`Str::new`] when the number of code points is known.
    #[inline]
    pub fn with_chars(text: &str, chars: usize) -> Str {
        Str::of(CompactString::new(text), chars)
    }

    /// As [`Str::owning`] when the number of code points is known.
    pub fn owning_chars(text: String, chars: usize) -> Str {
        let text = match text.len() {
            ..=INLINE_MAX => CompactString::new(&text),
            _ => CompactString::from(text.into_boxed_str()),
        };
        Str::of(text, chars)
    }

    /// The string that is the concatenation of two.
    #[inline]
    pub(super) fn joined(a: &str, b: &str, chars: usize) -> Str {
        let len = a.len() + b.len();
        let mut text = if len <= INLINE_MAX { CompactString::new(a) } else { start_long(a, len) };
        text.push_str(b);
        Str::of(text, chars)
    }

    /// A string between characters of a wider field.
    pub(super) fn padded(text: &str, chars: usize, fill: char, left: usize, right: usize) -> Str {
        let bytes = (left + right) * fill.len_utf8() + text.len();
        let mut padded = CompactString::with_capacity(bytes);
        (0..left).for_each(|_| padded.push(fill));
        padded.push_str(text);
        (0..right).for_each(|_| padded.push(fill));
        Str::of(padded, chars + left + right)
    }

    /// A copy of an ASCII text with other ASCII characters in some places.
    #[inline]
    pub(super) fn changed(text: &str, change: impl FnOnce(&mut str)) -> Str {
        let mut changed = CompactString::new(text);
        change(&mut changed);
        Str::of(changed, text.len())
    }

    /// The string that is the first `len` bytes of a buffer.
    pub(super) fn shared(buffer: Ref<StrBuffer>, len: usize, chars: usize) -> Str {
        Str { text: Text::Shared { buffer, len }, hash: Cell::new(0), length: chars }
    }

    /// Whether the table of interned strings names the string.
    pub(in crate::vm) fn is_interned(&self) -> bool {
        self.length & INTERNED != 0
    }

    /// A string that the table of interned strings will name.
    pub(in crate::vm) fn interned(text: &str) -> Str {
        let mut string = Str::new(text);
        string.length |= INTERNED;
        string
    }

    #[inline]
    fn of(text: CompactString, chars: usize) -> Str {
        if chars != text.len() && chars > SAMPLE {
            return Str::wide(text, chars);
        }
        Str { text: Text::Own(text), hash: Cell::new(0), length: chars }
    }

    #[cold]
    fn wide(text: CompactString, chars: usize) -> Str {
        let wide = Wide { text: text.into(), index: RefCell::default() };
        Str { text: Text::Wide(Box::new(wide)), hash: Cell::new(0), length: chars }
    }

    /// Code points. Equal to the length in bytes for ASCII.
    #[inline]
    pub fn chars(&self) -> usize {
        self.length & !INTERNED
    }

    /// The buffer that the text is the first bytes of, and how many.
    pub(super) fn buffer(&self) -> Option<(Ref<StrBuffer>, usize)> {
        match self.text {
            Text::Shared { buffer, len } => Some((buffer, len)),
            _ => None,
        }
    }
}

fn start_long(text: &str, len: usize) -> CompactString {
    let mut long = CompactString::with_capacity(len);
    long.push_str(text);
    long
}

impl HeapObject for Str {
    #[inline]
    fn payload_bytes(&self) -> usize {
        let (held, len) = match &self.text {
            Text::Own(text) if self.length & INTERNED == 0 => {
                return if text.is_heap_allocated() { text.capacity() } else { 0 };
            }
            Text::Own(text) if text.is_heap_allocated() => (text.capacity(), text.len()),
            Text::Own(text) => (0, text.len()),
            Text::Wide(wide) => (size_of::<Wide>() + wide.text.len(), wide.text.len()),
            Text::Shared { .. } => return 0,
        };
        if self.length & INTERNED == 0 { held } else { held + len + INTERNED_BYTES }
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        if let Text::Shared { buffer, .. } = self.text {
            tracer.object(buffer);
        }
        None
    }

    #[inline]
    fn bury(self, index: u32, dead: &mut Dead) {
        if self.length & INTERNED == 0 {
            return;
        }
        match self.text {
            Text::Own(text) => dead.interned.push((text.into(), index)),
            Text::Wide(wide) => dead.interned.push((wide.text, index)),
            Text::Shared { .. } => {}
        }
    }

    fn begin_copy(&self) -> Str {
        match &self.text {
            Text::Own(text) if text.len() > COPIED_AT_ONCE_BYTES => {
                let text = Text::Own(CompactString::with_capacity(text.len()));
                Str { text, hash: self.hash.clone(), length: self.length }
            }
            _ => self.clone(),
        }
    }

    fn copy_more(&mut self, from: &Str, left: &mut isize) -> bool {
        match (&mut self.text, &from.text) {
            (Text::Own(to), Text::Own(from)) => copy_text(from, to.len(), left, |piece| to.push_str(piece)),
            _ => {
                *left -= from.payload_bytes() as isize;
                true
            }
        }
    }
}

impl HeapObject for StrBuffer {
    fn payload_bytes(&self) -> usize {
        self.text.capacity()
    }

    fn trace(&self, _: &mut Tracer<'_>, _: usize) -> Option<usize> {
        None
    }

    fn begin_copy(&self) -> StrBuffer {
        StrBuffer { text: String::with_capacity(self.text.len()), index: self.index.clone() }
    }

    fn copy_more(&mut self, from: &StrBuffer, left: &mut isize) -> bool {
        let done = self.text.len();
        copy_text(&from.text, done, left, |piece| self.text.push_str(piece))
    }
}

impl Heap {
    /// The text of a string.
    #[inline(always)]
    pub fn str(&self, r: Ref<Str>) -> &str {
        match &self.get(r).text {
            Text::Own(text) => text,
            text => self.text_elsewhere(text),
        }
    }

    #[inline(never)]
    fn text_elsewhere<'h>(&'h self, text: &'h Text) -> &'h str {
        match text {
            Text::Own(text) => text,
            Text::Shared { buffer, len } => &self.get(*buffer).text[..*len],
            Text::Wide(wide) => &wide.text,
        }
    }

    /// Whether two strings have the same text.
    #[inline]
    pub fn str_eq(&self, a: Ref<Str>, b: Ref<Str>) -> bool {
        if a == b {
            return true;
        }
        let (a, b) = (self.str(a).as_bytes(), self.str(b).as_bytes());
        // Most that differ do so at once.
        a.len() == b.len() && a.first() == b.first() && a == b
    }

    /// The length of a string in code points.
    #[inline]
    pub fn str_len(&self, r: Ref<Str>) -> usize {
        self.get(r).chars()
    }

    /// Whether a string is ASCII: positions in code points are positions in bytes.
    #[inline]
    pub fn str_is_ascii(&self, r: Ref<Str>) -> bool {
        self.get(r).chars() == self.str(r).len()
    }

    /// The offset in bytes of the `i`-th code point, `i <= chars`.
    pub fn str_offset(&self, r: Ref<Str>, i: usize) -> usize {
        let text = self.str(r);
        let s = self.get(r);
        if s.chars() == text.len() {
            return i;
        }
        if i == s.chars() {
            return text.len();
        }
        let from = match &s.text {
            Text::Own(_) => return after(text, 0, i),
            Text::Shared { buffer, .. } => {
                let buffer = self.get(*buffer);
                sampled(&buffer.text, &buffer.index, i)
            }
            Text::Wide(wide) => sampled(&wide.text, &wide.index, i),
        };
        after(text, from, i % SAMPLE)
    }

    /// The `i`-th code point, `i < chars`.
    pub fn str_char(&self, r: Ref<Str>, i: usize) -> char {
        let text = self.str(r);
        if self.get(r).chars() == text.len() {
            return text.as_bytes()[i] as char;
        }
        text[self.str_offset(r, i)..].chars().next().expect("i is below the length")
    }
}

/// Code points between two sampled offsets.
const SAMPLE: usize = 64;

/// The offset of the code point `n` behind the one at `from`.
fn after(text: &str, from: usize, n: usize) -> usize {
    text[from..].char_indices().nth(n).map_or(text.len(), |(at, _)| from + at)
}

/// The offset of the last sampled code point up to the `i`-th, which is one of the text's; what the index
/// does not know yet is added to it.
fn sampled(text: &str, index: &RefCell<Vec<usize>>, i: usize) -> usize {
    let mut index = index.borrow_mut();
    let mut at = index.last().copied().unwrap_or(0);
    if index.is_empty() {
        index.push(0);
    }
    while index.len() <= i / SAMPLE {
        at = after(text, at, SAMPLE);
        index.push(at);
    }
    index[i / SAMPLE]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_are_found_in_texts_of_every_kind() {
        let unit = "aé😀\u{1f3fd}ß";
        for times in [1, 12, 13, 100] {
            let text = unit.repeat(times);
            let mut heap = Heap::new(usize::MAX);
            let own = heap.alloc(Str::new(&text));
            let buffer = heap.alloc(StrBuffer::new(text.clone() + "é behind"));
            let shared = heap.alloc(Str::shared(buffer, text.len(), text.chars().count()));
            for r in [own, shared] {
                assert_eq!(heap.str(r), text);
                // Backwards and forwards: the index is made at the first question and extended at others.
                let places: Vec<_> = text.char_indices().enumerate().collect();
                for &(i, (at, c)) in places.iter().take(70).chain(places.iter().rev()) {
                    assert_eq!(
                        (heap.str_offset(r, i), heap.str_char(r, i)),
                        (at, c),
                        "{times} × {unit}, {i}"
                    );
                }
                assert_eq!(heap.str_offset(r, places.len()), text.len());
            }
        }
    }

    #[test]
    fn payloads_are_what_lies_outside_the_slot() {
        let long = "x".repeat(100);
        for (text, bytes) in [("", 0), (&long[..INLINE_MAX], 0), (&long[..], 100)] {
            assert_eq!(Str::new(text).payload_bytes(), bytes);
            assert_eq!(Str::owning(text.to_owned()).payload_bytes(), bytes);
            assert_eq!(Str::interned(text).payload_bytes(), bytes + text.len() + INTERNED_BYTES);
        }
        let wide = "é".repeat(100);
        assert_eq!(Str::new(&wide).payload_bytes(), 200 + size_of::<Wide>());
    }
}
