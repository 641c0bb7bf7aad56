//! A hostile script: its header, and its text.
//!
//! The header is the comment lines at the top:
//! - `# expect: A | B`: how it ends. `Timeout`, `Memory` and `Output` are kills; `ok` means that it finishes
//!   and the last line it prints is `ok`; `Limit` is a compilation refused for its size or depth; everything
//!   else is the class of an uncaught exception. More than one only where each is right (a list that outgrows
//!   memory is refused by one large allocation or killed by many small ones, as growth falls).
//! - `# fuel: N`: the budget, if the usual one is not enough to show the point.
//! - `# step: N`: the fuel that one slice may burn at most, where one step is known to do more than the usual;
//!   the line below says which, and what bounds it.
//! - `# never: TEXT`: what must not be printed.
//! - `# generate: "text" * 3 + "more"`: the source, where it is too large to keep. `nest "if 1:" * 3` makes
//!   three lines, each indented one deeper, and a `pass` below them.

use std::fs;
use std::path::Path;

use pyrust::limits::SLICE_FUEL;

/// Fuel of a script that is expected to run until its time is over.
const FUEL_SPINNING: u64 = 10_000_000;
/// Fuel of a script that is expected to end by itself.
const FUEL_ENDING: u64 = 300_000_000;

/// A script and what is expected of it.
#[derive(Clone, Debug)]
pub struct Script {
    pub name: String,
    pub source: String,
    pub expect: Vec<String>,
    pub fuel: u64,
    pub never: Option<String>,
    /// Fuel that one slice may burn.
    pub slice_fuel_max: u64,
}

impl Script {
    /// All scripts, or those that `PYRUST_HOSTILE` names.
    pub fn all() -> Vec<Script> {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
        let wanted = std::env::var("PYRUST_HOSTILE").unwrap_or_default();
        let mut scripts: Vec<Script> = fs::read_dir(dir)
            .expect("tests/hostile is readable")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|e| e == "py"))
            .map(|path| Script::read(&path))
            .filter(|script| script.name.contains(&wanted))
            .collect();
        scripts.sort_by(|a, b| a.name.cmp(&b.name));
        scripts
    }

    fn read(path: &Path) -> Script {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(path).expect("UTF-8 source");
        let header = |key: &str| {
            let prefix = format!("# {key}: ");
            let line = text.lines().take_while(|line| line.starts_with('#')).find(|l| l.starts_with(&prefix));
            line.map(|l| l[prefix.len()..].trim().to_string())
        };
        let expect = header("expect").unwrap_or_else(|| panic!("{name} does not say what is expected"));
        let expect: Vec<String> = expect.split('|').map(|e| e.trim().to_string()).collect();
        let usual = if expect.iter().any(|e| e == "Timeout") { FUEL_SPINNING } else { FUEL_ENDING };
        let fuel = header("fuel").map_or(usual, |n| n.parse().expect("fuel is a number"));
        // A slice may overdraw its fuel, as the last thing it does is charged when it is done, but not by much.
        let slice_fuel_max = header("step").map_or(20 * SLICE_FUEL, |n| n.parse().expect("fuel is a number"));
        let source = header("generate").map(|recipe| generate(&recipe));
        Script { never: header("never"), source: source.unwrap_or(text), name, expect, fuel, slice_fuel_max }
    }

    /// Whether it cannot end otherwise than by a kill, whatever the speed of the machine.
    pub fn always_killed(&self) -> bool {
        self.expect.iter().all(|e| matches!(e.as_str(), "Timeout" | "Memory" | "Output"))
    }

    /// Whether it runs until its time is over, whatever the speed of the machine.
    pub fn runs_out_of_time(&self) -> bool {
        self.expect.iter().all(|e| e == "Timeout")
    }
}

/// Makes a source from a recipe (see the top of this file).
fn generate(recipe: &str) -> String {
    if let Some(nest) = recipe.strip_prefix("nest ") {
        let (text, count, _) = term(nest);
        let mut out = String::new();
        for depth in 0..count {
            out.push_str(&" ".repeat(depth));
            out.push_str(&text);
            out.push('\n');
        }
        return out + &" ".repeat(count) + "pass\n";
    }
    let mut out = String::new();
    let mut rest = recipe;
    loop {
        let (text, count, tail) = term(rest);
        out.push_str(&text.repeat(count));
        match tail.trim_start().strip_prefix('+') {
            Some(more) => rest = more.trim_start(),
            None => return out,
        }
    }
}

/// Reads `"text"` or `"text" * count`: the text, the count, and what follows.
fn term(input: &str) -> (String, usize, &str) {
    let body = input.strip_prefix('"').unwrap_or_else(|| panic!("a quoted text at {input}"));
    let mut text = String::new();
    let mut chars = body.char_indices();
    let end = loop {
        match chars.next().expect("a closing quote") {
            (i, '"') => break i,
            (_, '\\') => match chars.next().expect("an escape").1 {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                other => text.push(other),
            },
            (_, c) => text.push(c),
        }
    };
    let rest = body[end + 1..].trim_start();
    let Some(number) = rest.strip_prefix('*') else { return (text, 1, rest) };
    let number = number.trim_start();
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    (text, number[..digits].parse().expect("a count"), &number[digits..])
}

#[test]
fn recipes_make_sources() {
    assert_eq!(generate(r#""(" * 3 + "1" + ")" * 3"#), "(((1)))");
    assert_eq!(generate(r#""a\"\\\n" * 2"#), "a\"\\\na\"\\\n");
    assert_eq!(generate(r#"nest "if 1:" * 2"#), "if 1:\n if 1:\n  pass\n");
}
