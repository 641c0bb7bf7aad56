//! What a program may need that only the caller's process can give, told from its words before it runs.
//!
//! The scan knows no syntax: a word in a string or a comment counts. It errs towards running in-process,
//! where everything is at hand.

/// What a program's words say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// It names standard input.
    pub stdin: bool,
    /// It can reach names that it does not spell out, standard input among them.
    pub hidden: bool,
    /// It opens files.
    pub files: bool,
}

/// Scans a program's words.
pub fn scan(source: &str) -> Needs {
    let mut needs = Needs::default();
    let is_word = |letter: char| letter == '_' || letter.is_ascii_alphanumeric() || !letter.is_ascii();
    for word in source.split(|letter| !is_word(letter)) {
        match word {
            "input" | "stdin" | "__stdin__" | "breakpoint" | "help" => needs.stdin = true,
            "open" => needs.files = true,
            "eval" | "exec" | "compile" | "getattr" | "globals" | "locals" | "vars" | "builtins"
            | "importlib" | "attrgetter" | "methodcaller" | "__import__" | "__builtins__" | "__dict__"
            | "__getattribute__" => needs.hidden = true,
            _ => needs.hidden |= !word.is_ascii() && word.chars().any(is_lookalike),
        }
    }
    needs
}

/// Letters that Python folds into ASCII ones in a name (NFKC): `ｉnput` is `input`.
fn is_lookalike(letter: char) -> bool {
    matches!(letter,
        '\u{aa}' | '\u{ba}' | '\u{17f}' | '\u{2b0}'..='\u{2b8}' | '\u{1d2c}'..='\u{1d6a}' | '\u{2070}'..='\u{209c}'
        | '\u{2100}'..='\u{218f}' | '\u{fb00}'..='\u{fb06}' | '\u{ff00}'..='\u{ffef}' | '\u{1d400}'..='\u{1d7ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_and_parts_of_words_are_not() {
        let none = Needs::default();
        for (source, needs) in [
            ("", none),
            ("print(2+3)", none),
            ("inputs = evaluate(reopen, 'é', naïve)", none),
            ("x = input ('?')", Needs { stdin: true, ..none }),
            ("import sys\nfor line in sys.stdin: pass", Needs { stdin: true, ..none }),
            ("# no input here", Needs { stdin: true, ..none }),
            ("eval('in' + 'put()')", Needs { hidden: true, ..none }),
            ("getattr(sys,'st'+'din')", Needs { hidden: true, ..none }),
            ("open(f).read()", Needs { files: true, ..none }),
            ("ｉnput()", Needs { hidden: true, ..none }),
            ("𝓲nput()", Needs { hidden: true, ..none }),
            ("ſys", Needs { hidden: true, ..none }),
        ] {
            assert_eq!(scan(source), needs, "{source}");
        }
    }
}
