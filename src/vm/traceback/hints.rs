//! "Did you mean …?" after the messages of `NameError`, `AttributeError` and `ImportError`.

use crate::vm::exceptions::{HINT, attr};
use crate::vm::suggest;
use crate::vm::type_id::TypeId;
use crate::vm::types;
use crate::vm::types::exception::Exception;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Names beyond this many get no hint.
const NAMES_MAX: usize = 750;

/// What follows the message, or nothing.
pub fn hint(vm: &mut Vm, e: Ref<Exception>) -> String {
    let ty = vm.heap.get(e).ty;
    let suggestion = if ty.is_subtype_of(TypeId::ImportError) {
        named(vm, e, "name_from").and_then(|wrong| from_module(vm, e, &wrong))
    } else if ty.is_subtype_of(TypeId::AttributeError) {
        named(vm, e, "name").and_then(|wrong| from_object(vm, e, &wrong))
    } else if ty.is_subtype_of(TypeId::NameError) {
        named(vm, e, HINT)
    } else {
        return String::new();
    };
    let mut out = String::new();
    if let Some(name) = &suggestion {
        out = format!(". Did you mean: '{name}'?");
    }
    if ty.is_subtype_of(TypeId::NameError)
        && let Some(name) = named(vm, e, "name")
        && STDLIB.contains(&name.as_str())
    {
        let or = if suggestion.is_some() { " Or did" } else { ". Did" };
        out.push_str(&format!("{or} you forget to import '{name}'?"));
    }
    out
}

fn named(vm: &mut Vm, e: Ref<Exception>, name: &str) -> Option<String> {
    match attr(vm, e, name)? {
        Value::Str(s) => Some(vm.heap.str(s).to_owned()),
        _ => None,
    }
}

/// An attribute of the object whose name is close.
fn from_object(vm: &mut Vm, e: Ref<Exception>, wrong: &str) -> Option<String> {
    let obj = attr(vm, e, "obj")?;
    closest(wrong, types::attribute_names(vm, obj))
}

/// A name of the module whose name is close.
fn from_module(vm: &mut Vm, e: Ref<Exception>, wrong: &str) -> Option<String> {
    let module = named(vm, e, "name")?;
    let &module = vm.modules.get(module.as_str())?;
    closest(wrong, types::attribute_names(vm, Value::Module(module)))
}

fn closest(wrong: &str, mut names: Vec<String>) -> Option<String> {
    if !wrong.starts_with('_') {
        names.retain(|n| !n.starts_with('_'));
    }
    if names.len() > NAMES_MAX {
        return None;
    }
    suggest::closest(wrong, names.iter().map(String::as_str)).map(str::to_owned)
}

/// Modules of CPython's standard library (`sys.stdlib_module_names` without the private ones).
const STDLIB: &[&str] = &[
    "abc",
    "antigravity",
    "argparse",
    "array",
    "ast",
    "asyncio",
    "atexit",
    "base64",
    "bdb",
    "binascii",
    "bisect",
    "builtins",
    "bz2",
    "cProfile",
    "calendar",
    "cmath",
    "cmd",
    "code",
    "codecs",
    "codeop",
    "collections",
    "colorsys",
    "compileall",
    "concurrent",
    "configparser",
    "contextlib",
    "contextvars",
    "copy",
    "copyreg",
    "csv",
    "ctypes",
    "curses",
    "dataclasses",
    "datetime",
    "dbm",
    "decimal",
    "difflib",
    "dis",
    "doctest",
    "email",
    "encodings",
    "ensurepip",
    "enum",
    "errno",
    "faulthandler",
    "fcntl",
    "filecmp",
    "fileinput",
    "fnmatch",
    "fractions",
    "ftplib",
    "functools",
    "gc",
    "genericpath",
    "getopt",
    "getpass",
    "gettext",
    "glob",
    "graphlib",
    "grp",
    "gzip",
    "hashlib",
    "heapq",
    "hmac",
    "html",
    "http",
    "idlelib",
    "imaplib",
    "importlib",
    "inspect",
    "io",
    "ipaddress",
    "itertools",
    "json",
    "keyword",
    "linecache",
    "locale",
    "logging",
    "lzma",
    "mailbox",
    "marshal",
    "math",
    "mimetypes",
    "mmap",
    "modulefinder",
    "msvcrt",
    "multiprocessing",
    "netrc",
    "nt",
    "ntpath",
    "nturl2path",
    "numbers",
    "opcode",
    "operator",
    "optparse",
    "os",
    "pathlib",
    "pdb",
    "pickle",
    "pickletools",
    "pkgutil",
    "platform",
    "plistlib",
    "poplib",
    "posix",
    "posixpath",
    "pprint",
    "profile",
    "pstats",
    "pty",
    "pwd",
    "py_compile",
    "pyclbr",
    "pydoc",
    "pydoc_data",
    "pyexpat",
    "queue",
    "quopri",
    "random",
    "re",
    "readline",
    "reprlib",
    "resource",
    "rlcompleter",
    "runpy",
    "sched",
    "secrets",
    "select",
    "selectors",
    "shelve",
    "shlex",
    "shutil",
    "signal",
    "site",
    "smtplib",
    "socket",
    "socketserver",
    "sqlite3",
    "sre_compile",
    "sre_constants",
    "sre_parse",
    "ssl",
    "stat",
    "statistics",
    "string",
    "stringprep",
    "struct",
    "subprocess",
    "symtable",
    "sys",
    "sysconfig",
    "syslog",
    "tabnanny",
    "tarfile",
    "tempfile",
    "termios",
    "textwrap",
    "this",
    "threading",
    "time",
    "timeit",
    "tkinter",
    "token",
    "tokenize",
    "tomllib",
    "trace",
    "traceback",
    "tracemalloc",
    "tty",
    "turtle",
    "turtledemo",
    "types",
    "typing",
    "unicodedata",
    "unittest",
    "urllib",
    "uuid",
    "venv",
    "warnings",
    "wave",
    "weakref",
    "webbrowser",
    "winreg",
    "winsound",
    "wsgiref",
    "xml",
    "xmlrpc",
    "zipapp",
    "zipfile",
    "zipimport",
    "zlib",
    "zoneinfo",
    "__future__",
];
