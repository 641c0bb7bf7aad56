//! The programs that `EVALSHA` finds: bounded, least recently used goes first.

use std::fmt::Write;
use std::rc::Rc;

use sha1::{Digest, Sha1};

use crate::engine::Lru;
use crate::limits;

type Sha = [u8; 20];

/// Programs by the SHA-1 of their text.
#[derive(Debug)]
pub(super) struct Scripts {
    store: Lru<(Sha, Rc<str>)>,
}

impl Default for Scripts {
    fn default() -> Scripts {
        Scripts { store: Lru::new(limits::SCRIPTS_MAX, limits::SCRIPTS_MAX_BYTES) }
    }
}

/// Any part of a SHA-1 is a hash.
fn hash(sha: &Sha) -> u64 {
    u64::from_le_bytes(*sha.first_chunk().expect("a SHA-1 has more than eight bytes"))
}

impl Scripts {
    /// Keeps a program; returns its SHA-1, or nothing if it is too long: one text must not push everything else out.
    pub(super) fn add(&mut self, text: &str) -> Option<Sha> {
        if text.len() > limits::SCRIPT_MAX_BYTES {
            return None;
        }
        let sha: Sha = Sha1::digest(text.as_bytes()).into();
        if self.store.get(hash(&sha), |entry| entry.0 == sha).is_none() {
            self.store.insert(hash(&sha), text.len(), (sha, text.into()));
        }
        Some(sha)
    }

    /// The program whose SHA-1 has these digits.
    pub(super) fn get(&mut self, digits: &[u8]) -> Option<Rc<str>> {
        let sha = read_digits(digits)?;
        self.store.get(hash(&sha), |entry| entry.0 == sha).map(|entry| entry.1.clone())
    }

    /// Whether there is such a program.
    pub(super) fn contains(&self, digits: &[u8]) -> bool {
        read_digits(digits).is_some_and(|sha| self.store.contains(hash(&sha), |entry| entry.0 == sha))
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.store.clear();
    }

    /// How many there are, and their bytes.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.store.len(), self.store.bytes())
    }
}

/// In [`DIGIT_VALUES`]: above every digit's value.
const NO_DIGIT: u8 = 0x80;

/// What each byte is worth as a hexadecimal digit.
const DIGIT_VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value] as usize] = value as u8;
        values[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    values
};

fn read_digits(digits: &[u8]) -> Option<Sha> {
    let mut sha = Sha::default();
    if digits.len() != 2 * sha.len() {
        return None;
    }
    let mut bad = 0;
    for (byte, pair) in sha.iter_mut().zip(digits.as_chunks::<2>().0) {
        let [high, low] = pair.map(|digit| DIGIT_VALUES[usize::from(digit)]);
        bad |= high | low;
        *byte = high << 4 | (low & 15);
    }
    if bad & NO_DIGIT != 0 {
        return None;
    }
    Some(sha)
}

/// The digits of a SHA-1.
pub(super) fn digits_of(sha: &Sha) -> String {
    sha.iter().fold(String::with_capacity(2 * sha.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_by_the_digits_of_its_sha_in_any_case() {
        let mut scripts = Scripts::default();
        let digits = digits_of(&scripts.add("return 1").unwrap());
        assert_eq!(digits, "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
        assert_eq!(scripts.get(digits.to_uppercase().as_bytes()).as_deref(), Some("return 1"));
        assert!(scripts.get(&digits.as_bytes()[1..]).is_none() && !scripts.contains(b"zz"));
        assert!(!scripts.contains("é".repeat(20).as_bytes()));
        scripts.clear();
        assert!(!scripts.contains(digits.as_bytes()));
        assert_eq!(scripts.size(), (0, 0));
    }

    #[test]
    fn the_program_used_longest_ago_goes_first() {
        let mut scripts = Scripts::default();
        let first = digits_of(&scripts.add("0").unwrap());
        let second = digits_of(&scripts.add("1").unwrap());
        for n in 2..limits::SCRIPTS_MAX {
            scripts.add(&n.to_string());
        }
        assert!(scripts.get(first.as_bytes()).is_some());
        scripts.add("one more");
        assert!(scripts.contains(first.as_bytes()) && !scripts.contains(second.as_bytes()));
        assert_eq!(scripts.size().0, limits::SCRIPTS_MAX);
    }

    #[test]
    fn all_programs_together_stay_below_their_bytes() {
        let mut scripts = Scripts::default();
        for n in 0..20 {
            let text = format!("{n:02}") + &"#".repeat(limits::SCRIPT_MAX_BYTES - 2);
            assert!(scripts.add(&text).is_some());
            assert!(scripts.size().1 <= limits::SCRIPTS_MAX_BYTES);
        }
        assert_eq!(scripts.add(&"x".repeat(limits::SCRIPT_MAX_BYTES + 1)), None);
    }
}
