//! The rules. A path is relative to `src/`; a complaint says where, what, and what to do.

use std::collections::BTreeSet;

use super::lexer::{blank, line_of, without_tests, words};

/// One broken rule, as a readable line.
pub type Complaint = String;

/// Lines after which it is time to look for the seam in a file.
pub const FILE_LINES_SOFT: usize = 600;
/// Lines that no file may pass.
pub const FILE_LINES_MAX: usize = 1_500;
/// Lines of one function.
const FUNCTION_LINES_MAX: usize = 120;

/// Functions that may be longer, each with its reason.
const LONG_FUNCTIONS: &[(&str, &str, &str)] = &[
    ("vm/dispatch", "run_frame", "the dispatch match: one short arm per instruction"),
    ("bytecode/verify", "registers", "one match over the instructions: the operands of each"),
    ("lang/symbols", "stmt", "one match over the kinds of statement"),
];

/// The one place where `unsafe` is allowed: libc calls that no safe crate offers.
const UNSAFE_MODULE: &str = "server/sys.rs";

/// Layers, and the layers that each may name. `limits` may be named by all; a layer may name itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("limits", &[]),
    ("bytecode", &[]),
    ("lang", &["bytecode"]),
    ("vm", &["bytecode"]),
    ("engine", &["lang", "vm", "bytecode"]),
    ("wire", &[]),
    ("session", &["wire", "engine"]),
    ("server", &["session", "wire", "engine"]),
    ("client", &["wire"]),
    ("load", &["client", "wire"]),
    ("cli", &["server", "client", "load", "engine", "wire"]),
];

/// Single files that may name one layer more, each with its reason.
const EXCUSED_PATHS: &[(&str, &str, &str)] =
    &[("client/fallback.rs", "engine", "`execute_or_fallback` runs in-process when there is no daemon")];

/// Everything that one file's text can break. A file is `test_only` when its module is declared under
/// `#[cfg(test)]`; the rules for tests' code are those for test items.
pub fn check_file(path: &str, text: &str, test_only: bool) -> Vec<Complaint> {
    let blanked = blank(text);
    let code = if test_only { String::new() } else { without_tests(&blanked) };
    let mut complaints = Vec::new();
    complaints.extend(check_layers(path, &code));
    complaints.extend(check_file_length(path, text));
    complaints.extend(check_function_lengths(path, &code));
    complaints.extend(check_module_comment(path, text));
    complaints.extend(check_unsafe(path, &blanked));
    complaints.extend(check_parser_types(path, &code));
    complaints.extend(check_forbidden(path, &blanked, &code));
    complaints
}

/// The layer a file belongs to; `main.rs`, `lib.rs` and `bin/` belong to none.
fn layer_of(path: &str) -> Option<&str> {
    let first = path.split('/').next()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    (!["main", "lib", "bin"].contains(&name)).then_some(name)
}

/// `use crate::…` and `crate::…` paths go in the allowed directions only.
pub fn check_layers(path: &str, code: &str) -> Vec<Complaint> {
    let Some(layer) = layer_of(path) else { return Vec::new() };
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        return vec![format!("{path}: layer `{layer}` is not in the design; add it there and to tests/tidy")];
    };
    let mut complaints = Vec::new();
    for at in words(code, "crate") {
        let Some(rest) = code[at + "crate".len()..].trim_start().strip_prefix("::") else { continue };
        for target in first_segments(rest.trim_start()) {
            let excused = EXCUSED_PATHS.iter().any(|(file, to, _)| *file == path && *to == target);
            let fine = target == layer || target == "limits" || allowed.contains(&target.as_str()) || excused;
            if !fine {
                complaints.push(format!(
                    "{path}:{}: `{layer}` names `crate::{target}`; it may name {}",
                    line_of(code, at),
                    if allowed.is_empty() { "limits only".to_string() } else { allowed.join(", ") }
                ));
            }
        }
    }
    complaints
}

/// The first segment of a path, or of each path in a group: `{a::b, c::{d, e}}` gives `a` and `c`.
fn first_segments(rest: &str) -> Vec<String> {
    let identifier = |s: &str| -> String {
        s.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(group) = rest.strip_prefix('{') else { return vec![identifier(rest)] };
    let mut segments = Vec::new();
    let mut depth = 0;
    let mut start = 0;
    for (i, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                segments.push(identifier(&group[start..i]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                segments.push(identifier(&group[start..i]));
                start = i + 1;
            }
            _ => {}
        }
    }
    segments.retain(|s| !s.is_empty());
    segments
}

/// No file is over the maximum; a generated table says so in its first lines.
pub fn check_file_length(path: &str, text: &str) -> Vec<Complaint> {
    let lines = text.lines().count();
    let generated = text
        .lines()
        .take(5)
        .any(|line| line.starts_with("//") && line.to_lowercase().contains("generated by"));
    if lines > FILE_LINES_MAX && !generated {
        return vec![format!("{path}: {lines} lines; {FILE_LINES_MAX} is the end, look for the seam")];
    }
    Vec::new()
}

/// No function is longer than a screen or two.
pub fn check_function_lengths(path: &str, code: &str) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for at in words(code, "fn") {
        let rest = code[at + 2..].trim_start();
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let Some(lines) = body_lines(&code[at..]) else { continue };
        let excused = LONG_FUNCTIONS.iter().any(|(file, f, _)| path.starts_with(file) && *f == name);
        if !name.is_empty() && lines > FUNCTION_LINES_MAX && !excused {
            complaints.push(format!(
                "{path}:{}: fn {name} has {lines} lines; {FUNCTION_LINES_MAX} is the end",
                line_of(code, at)
            ));
        }
    }
    complaints
}

/// Lines from `fn` to the brace that closes its body; `None` for a declaration without one.
fn body_lines(code: &str) -> Option<usize> {
    let mut braces = 0usize;
    let mut parens = 0usize;
    for (i, c) in code.char_indices() {
        match c {
            '(' | '[' => parens += 1,
            ')' | ']' => parens = parens.checked_sub(1)?,
            ';' | ',' if braces == 0 && parens == 0 => return None,
            '{' => braces += 1,
            '}' => {
                braces = braces.checked_sub(1)?;
                if braces == 0 {
                    return Some(code[..i].matches('\n').count() + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Each `mod.rs`, and the crate's two roots, open with what they own and must never do.
pub fn check_module_comment(path: &str, text: &str) -> Vec<Complaint> {
    let root = path.ends_with("mod.rs") || path == "lib.rs" || path == "main.rs";
    if root && !text.starts_with("//!") {
        return vec![format!("{path}: opens without a `//!` comment: what it owns, what it must never do")];
    }
    Vec::new()
}

/// `unsafe` stands in one module only, and there each has its safety comment on the lines above.
pub fn check_unsafe(path: &str, blanked: &str) -> Vec<Complaint> {
    let allowed = path == UNSAFE_MODULE;
    let mut complaints = Vec::new();
    for at in words(blanked, "unsafe") {
        if !allowed {
            complaints.push(format!("{path}:{}: `unsafe` outside {UNSAFE_MODULE}", line_of(blanked, at)));
        }
    }
    for at in words(blanked, "unsafe_code") {
        if !allowed && !path.starts_with("server/mod.rs") {
            complaints.push(format!(
                "{path}:{}: the lint `unsafe_code` is changed outside {UNSAFE_MODULE}",
                line_of(blanked, at)
            ));
        }
    }
    complaints
}

/// The parser's crates are seen in `lang/` only.
pub fn check_parser_types(path: &str, code: &str) -> Vec<Complaint> {
    if path.starts_with("lang/") {
        return Vec::new();
    }
    code.match_indices("ruff_")
        .map(|(at, _)| format!("{path}:{}: a type of the parser outside lang/", line_of(code, at)))
        .collect()
}

/// Words that must not be in `src/`: unfinished code anywhere, waiting and looking away outside tests.
pub fn check_forbidden(path: &str, blanked: &str, code: &str) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for word in ["todo!", "unimplemented!", "dbg!", "#[ignore"] {
        for (at, _) in blanked.match_indices(word) {
            complaints.push(format!("{path}:{}: `{word}`", line_of(blanked, at)));
        }
    }
    for word in ["thread::sleep", "thread::yield_now", "park_timeout", "spin_loop"] {
        for (at, _) in code.match_indices(word) {
            complaints.push(format!("{path}:{}: `{word}`: block in poll instead", line_of(code, at)));
        }
    }
    complaints
}

/// Names in `mod name;`.
fn declared_modules(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for at in words(code, "mod") {
        let rest = code[at + 3..].trim_start();
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if rest[name.len()..].trim_start().starts_with(';') {
            names.push(name);
        }
    }
    names
}

/// Paths (without `.rs`) of the modules that a file declares under `#[cfg(test)]`.
pub fn test_modules(path: &str, text: &str) -> Vec<String> {
    let all = blank(text);
    let kept = declared_modules(&without_tests(&all));
    let (directory, file) = path.rsplit_once('/').map_or(("", path), |(d, f)| (d, f));
    let own = file.strip_suffix(".rs").unwrap_or(file);
    let base = match (directory, own) {
        (_, "mod") => format!("{directory}/"),
        ("", "lib" | "main") => String::new(),
        ("", _) => format!("{own}/"),
        _ => format!("{directory}/{own}/"),
    };
    let mut names = declared_modules(&all);
    names.retain(|name| !kept.contains(name));
    names.iter().map(|name| format!("{base}{name}")).collect()
}

/// A directory whose members are rows of a registry: each file or folder is declared in its `mod.rs` with
/// `mod name;`, nothing is declared that does not exist, and with `rows` each is named there once more.
pub fn check_registry(
    directory: &str,
    registry: &str,
    members: &BTreeSet<String>,
    rows: bool,
) -> Vec<Complaint> {
    let code = without_tests(&blank(registry));
    let declared: BTreeSet<String> = declared_modules(&code).into_iter().collect();
    let mut complaints = Vec::new();
    for name in members.difference(&declared) {
        complaints.push(format!("{directory}/mod.rs: `{name}` is in the directory but not declared"));
    }
    for name in declared.difference(members) {
        complaints.push(format!("{directory}/mod.rs: declares `{name}`, which the directory does not have"));
    }
    for name in declared.intersection(members).filter(|_| rows) {
        let plain = name.strip_suffix('_').unwrap_or(name);
        let named = words(&code, name).count() + words(registry, &format!("\"{plain}\"")).count();
        if named < 2 {
            complaints
                .push(format!("{directory}/mod.rs: `{name}` is declared but no row of the registry uses it"));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(path: &str, text: &str) -> Vec<Complaint> {
        check_layers(path, &without_tests(&blank(text)))
    }

    #[test]
    fn a_path_against_the_arrows_is_found_in_every_form() {
        assert_eq!(layers("vm/heap.rs", "use crate::engine::Run;").len(), 1);
        assert_eq!(layers("vm/heap.rs", "fn f() { crate::server::start() }").len(), 1);
        assert_eq!(layers("wire/resp.rs", "pub use crate::{limits, session::{A, B}, wire::C};").len(), 1);
        assert_eq!(layers("bytecode/op.rs", "use crate::{\n  vm::Value,\n  lang::Ast,\n};").len(), 2);
        assert_eq!(layers("client/mod.rs", "use crate::engine::Engine;").len(), 1);
        assert_eq!(layers("limits.rs", "use crate::vm;").len(), 1);
        assert!(layers("client/fallback.rs", "use crate::engine::Engine;").is_empty(), "excused");
        assert_eq!(layers("client/fallback.rs", "use crate::server::start;").len(), 1);
        assert_eq!(layers("helpers/mod.rs", "").len(), 1, "an unknown layer");
    }

    #[test]
    fn paths_along_the_arrows_pass() {
        assert!(layers("vm/heap.rs", "use crate::{bytecode::Op, limits, vm::value::Value};").is_empty());
        assert!(layers("engine/mod.rs", "use crate::lang; use crate::vm::Vm;").is_empty());
        assert!(layers("main.rs", "use crate::server;").is_empty());
        assert!(
            layers("vm/heap.rs", "// crate::engine does this\n#[cfg(test)]\nmod t { use crate::engine::E; }")
                .is_empty()
        );
        assert!(layers("vm/heap.rs", "pub(crate) fn f() {}").is_empty());
    }

    #[test]
    fn the_table_of_layers_has_no_cycle() {
        for (layer, allowed) in LAYERS {
            for target in *allowed {
                let (_, back) = LAYERS.iter().find(|(name, _)| name == target).expect("a known layer");
                assert!(!back.contains(layer), "{layer} and {target} may name each other");
            }
        }
    }

    #[test]
    fn a_long_file_is_found() {
        let long = "\n".repeat(FILE_LINES_MAX + 1);
        assert_eq!(check_file_length("vm/a.rs", &long).len(), 1);
        assert!(check_file_length("vm/a.rs", &"\n".repeat(FILE_LINES_MAX)).is_empty());
        assert!(check_file_length("vm/a.rs", &format!("// Generated by scripts/x\n{long}")).is_empty());
    }

    #[test]
    fn a_long_function_is_found_and_the_dispatch_match_excused() {
        let long = |name: &str| {
            format!(
                "impl A {{\n fn {name}(a: [u8; 2]) -> u8 where A: B {{\n{}}}\n fn b() {{}} }}",
                "{}\n".repeat(150)
            )
        };
        assert_eq!(check_function_lengths("vm/a.rs", &long("f")).len(), 1);
        assert_eq!(check_function_lengths("vm/a.rs", &long("run_frame")).len(), 1);
        assert!(check_function_lengths("vm/dispatch/mod.rs", &long("run_frame")).is_empty());
        let trait_only =
            format!("trait T {{ fn a(&self); fn b(&self, f: fn(u8) -> u8); }}\n{}", "\n".repeat(200));
        assert!(check_function_lengths("vm/a.rs", &trait_only).is_empty());
    }

    #[test]
    fn a_module_without_its_comment_is_found() {
        assert_eq!(check_module_comment("vm/mod.rs", "use std::fmt;").len(), 1);
        assert!(check_module_comment("vm/mod.rs", "//! Owns values.").is_empty());
        assert!(check_module_comment("vm/value.rs", "use std::fmt;").is_empty());
    }

    #[test]
    fn unsafe_outside_its_module_is_found() {
        let text = "#![allow(unsafe_code)]\nfn f() { unsafe { g() } }";
        assert_eq!(check_unsafe("vm/heap.rs", &blank(text)).len(), 2);
        assert!(check_unsafe(UNSAFE_MODULE, &blank(text)).is_empty());
        assert!(check_unsafe("vm/heap.rs", &blank("// unsafe\nlet s = \"unsafe\";")).is_empty());
    }

    #[test]
    fn the_parser_outside_lang_is_found() {
        let text = "use ruff_python_ast::Expr;";
        assert_eq!(check_parser_types("vm/a.rs", text).len(), 1);
        assert!(check_parser_types("lang/a.rs", text).is_empty());
    }

    #[test]
    fn modules_for_tests_are_known_by_their_declaration() {
        let text = "mod a;\n#[cfg(test)]\nmod fake;\n#[cfg(test)]\nmod tests { fn f() {} }\n";
        assert_eq!(test_modules("session/mod.rs", text), ["session/fake"]);
        assert_eq!(test_modules("session/host.rs", text), ["session/host/fake"]);
        assert_eq!(test_modules("lib.rs", text), ["fake"]);
        let sleeps = "fn f() { std::thread::sleep(d); todo!() }";
        assert_eq!(check_file("session/fake.rs", sleeps, true).len(), 1, "todo! is wrong in tests, too");
        assert_eq!(check_file("session/fake.rs", sleeps, false).len(), 2);
    }

    #[test]
    fn unfinished_code_and_sleeping_are_found() {
        let check = |text: &str| {
            let blanked = blank(text);
            let code = without_tests(&blanked);
            check_forbidden("vm/a.rs", &blanked, &code).len()
        };
        assert_eq!(check("fn a() { todo!() }"), 1);
        assert_eq!(check("fn a() { std::thread::sleep(d); dbg!(1); unimplemented!() }"), 3);
        assert_eq!(check("#[cfg(test)]\nmod t { #[test] #[ignore] fn a() { std::thread::sleep(d) } }"), 1);
        assert_eq!(check("// todo! later\nlet s = \"dbg!\";"), 0);
    }

    #[test]
    fn a_registry_that_differs_from_its_directory_is_found() {
        let members = |names: &[&str]| names.iter().map(|n| (*n).to_string()).collect::<BTreeSet<_>>();
        let text = "mod list;\npub mod dict;\nconst ALL: &[T] = &[list::TYPE, dict::TYPE];";
        assert!(check_registry("vm/types", text, &members(&["list", "dict"]), true).is_empty());
        assert_eq!(check_registry("vm/types", text, &members(&["list", "dict", "set"]), true).len(), 1);
        assert_eq!(check_registry("vm/types", text, &members(&["list"]), true).len(), 1);
        let unused = "mod list;\nmod dict;\nconst ALL: &[T] = &[list::TYPE];";
        assert_eq!(check_registry("vm/types", unused, &members(&["list", "dict"]), true).len(), 1);
        assert!(check_registry("vm/types", unused, &members(&["list", "dict"]), false).is_empty());
        let imported = "mod list;\nuse list::A;";
        assert!(check_registry("vm/types", imported, &members(&["list"]), true).is_empty());
    }
}
