//! The rules of the house that neither the compiler nor clippy checks: the directions of the layers, the
//! sizes of files and functions, registries that match their directories, and what must not be in `src/`.
//!
//! Each rule is a function from a path and a text to complaints, with a test beside it that shows it
//! complains about a bad sample. `the_source_tree_is_tidy` applies all of them to `src/`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "tidy/lexer.rs"]
mod lexer;
#[path = "tidy/rules.rs"]
mod rules;

use rules::Complaint;

/// A source file: path relative to `src/` with forward slashes, and its text.
struct File {
    path: String,
    text: String,
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn collect(dir: &Path, root: &Path, files: &mut Vec<File>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(dir).expect("src is readable").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, root, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let relative = path.strip_prefix(root).expect("below src").to_string_lossy().replace('\\', "/");
            files.push(File { path: relative, text: fs::read_to_string(&path).expect("UTF-8 source") });
        }
    }
}

fn source_files() -> Vec<File> {
    let root = source_root();
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files
}

/// Names of the `.rs` files and folders in a directory of `src/`, `mod.rs` left out.
fn members(directory: &str) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(source_root().join(directory)) else { return BTreeSet::new() };
    entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir() || path.extension().is_some_and(|e| e == "rs"))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .filter(|name| name != "mod")
        .collect()
}

#[test]
fn the_source_tree_is_tidy() {
    let files = source_files();
    assert!(files.len() > 5, "the walk over src found next to nothing");
    let mut complaints: Vec<Complaint> = Vec::new();
    let for_tests: BTreeSet<String> =
        files.iter().flat_map(|f| rules::test_modules(&f.path, &f.text)).collect();
    for file in &files {
        let stem = file.path.trim_end_matches(".rs").trim_end_matches("/mod");
        let test_only = for_tests.iter().any(|t| stem == t || stem.starts_with(&format!("{t}/")));
        complaints.extend(rules::check_file(&file.path, &file.text, test_only));
    }
    for (directory, rows) in [("vm/types", false), ("vm/builtins", false), ("vm/modules", true)] {
        let registry = files.iter().find(|f| f.path == format!("{directory}/mod.rs"));
        let members = members(directory);
        if let Some(registry) = registry {
            complaints.extend(rules::check_registry(directory, &registry.text, &members, rows));
        } else if !members.is_empty() {
            complaints.push(format!("{directory}: has files but no mod.rs that registers them"));
        }
    }
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

/// Not a rule but a list to look at: `cargo test --test tidy -- --nocapture files_to_split`.
#[test]
fn files_to_split_are_listed_and_few() {
    let long: Vec<String> = source_files()
        .iter()
        .map(|file| (file.text.lines().count(), &file.path))
        .filter(|(lines, _)| *lines > rules::FILE_LINES_SOFT)
        .map(|(lines, path)| format!("{lines:>6} {path}"))
        .collect();
    println!("files over {} lines:\n{}", rules::FILE_LINES_SOFT, long.join("\n"));
    let share = long.len() * 100 / source_files().len();
    assert!(share <= 25, "{share} % of all files are over {} lines", rules::FILE_LINES_SOFT);
}
