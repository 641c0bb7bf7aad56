//! `sys`

use super::ModuleDef;
use crate::limits;
use crate::vm::exceptions::exit_arguments;
use crate::vm::flow::{Flow, R, Trap, value};
use crate::vm::frame::FrameRequest;
use crate::vm::native::{Args, Arity, NativeDef, NativeFn, NativeKind};
use crate::vm::type_id::TypeId;
use crate::vm::types::dict::{self, Dict};
use crate::vm::types::file::FileKind;
use crate::vm::types::struct_seq::{self, StructSeqType};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// The module's row.
pub const MODULE: ModuleDef = ModuleDef {
    name: "sys",
    doc: "This module provides access to some objects used or maintained by the\ninterpreter and to functions that interact strongly with the interpreter.",
    functions: FUNCTIONS,
    fill,
};

/// A row for a function of this module.
const fn function(name: &'static str, arity: Arity, call: NativeFn) -> NativeDef {
    NativeDef { name, kind: NativeKind::Module("sys"), arity, call }
}

static FUNCTIONS: &[NativeDef] = &[
    function("exc_info", Arity::None, exc_info),
    function("exception", Arity::None, |vm, _| value(vm.handled)),
    function("exit", Arity::Range(0, 1), exit),
    function("get_int_max_str_digits", Arity::None, |_, _| value(Value::Int(limits::INT_DIGITS_MAX as i64))),
    function("getdefaultencoding", Arity::None, |vm, _| value(vm.str("utf-8"))),
    function("getfilesystemencoding", Arity::None, |vm, _| value(vm.str("utf-8"))),
    function("getrecursionlimit", Arity::None, |vm, _| value(Value::Int(vm.recursion_limit as i64))),
    function("intern", Arity::One, intern),
    function("setrecursionlimit", Arity::One, setrecursionlimit),
];

static VERSION_INFO: StructSeqType = StructSeqType {
    name: "sys.version_info",
    fields: &["major", "minor", "micro", "releaselevel", "serial"],
};

static FLOAT_INFO: StructSeqType = StructSeqType {
    name: "sys.float_info",
    fields: &[
        "max",
        "max_exp",
        "max_10_exp",
        "min",
        "min_exp",
        "min_10_exp",
        "dig",
        "mant_dig",
        "epsilon",
        "radix",
        "rounds",
    ],
};

static INT_INFO: StructSeqType = StructSeqType {
    name: "sys.int_info",
    fields: &["bits_per_digit", "sizeof_digit", "default_max_str_digits", "str_digits_check_threshold"],
};

static HASH_INFO: StructSeqType = StructSeqType {
    name: "sys.hash_info",
    fields: &["width", "modulus", "inf", "nan", "imag", "algorithm", "hash_bits", "seed_bits", "cutoff"],
};

static FLAGS: StructSeqType = StructSeqType {
    name: "sys.flags",
    fields: &[
        "debug",
        "inspect",
        "interactive",
        "optimize",
        "dont_write_bytecode",
        "no_user_site",
        "no_site",
        "ignore_environment",
        "verbose",
        "bytes_warning",
        "quiet",
        "hash_randomization",
        "isolated",
        "dev_mode",
        "utf8_mode",
        "warn_default_encoding",
        "safe_path",
        "int_max_str_digits",
    ],
};

static IMPLEMENTATION: StructSeqType =
    StructSeqType { name: "sys.implementation", fields: &["name", "version", "hexversion", "cache_tag"] };

/// The version of Python that is implemented, as `sys.hexversion` has it.
const HEX_VERSION: i64 = 0x030d_00f0;

fn fill(vm: &mut Vm, dict: Ref<Dict>) {
    let mut set = |vm: &mut Vm, name: &str, v: Value| {
        let name = vm.intern(name);
        dict::insert_str(vm, dict, name, v);
    };
    let argv = if vm.argv.is_empty() { vec![String::new()] } else { vm.argv.clone() };
    let argv: Vec<Value> = argv.into_iter().map(|a| vm.string(a)).collect();
    let orig_argv = vm.list(argv.clone());
    let argv = vm.list(argv);
    set(vm, "argv", argv);
    set(vm, "orig_argv", orig_argv);
    for (name, original, kind) in [
        ("stdin", "__stdin__", FileKind::Stdin),
        ("stdout", "__stdout__", FileKind::Stdout),
        ("stderr", "__stderr__", FileKind::Stderr),
    ] {
        let file = vm.file(kind);
        set(vm, name, file);
        set(vm, original, file);
    }
    let text = |vm: &mut Vm, text: &str| vm.str(text);
    for (name, v) in [
        ("version", concat!("3.13.0 (pyrust ", env!("CARGO_PKG_VERSION"), ")")),
        ("byteorder", if cfg!(target_endian = "little") { "little" } else { "big" }),
        ("platform", "linux"),
        ("executable", ""),
        ("prefix", ""),
        ("exec_prefix", ""),
        ("base_prefix", ""),
        ("float_repr_style", "short"),
        ("copyright", "MIT licence."),
    ] {
        let v = text(vm, v);
        set(vm, name, v);
    }
    set(vm, "maxsize", Value::Int(i64::MAX));
    set(vm, "maxunicode", Value::Int(0x10_ffff));
    set(vm, "hexversion", Value::Int(HEX_VERSION));
    set(vm, "api_version", Value::Int(1013));
    set(vm, "dont_write_bytecode", Value::Bool(true));
    let path = vm.list(Vec::new());
    set(vm, "path", path);
    let mut names: Vec<&str> = super::MODULES.iter().map(|m| m.name).collect();
    names.sort_unstable();
    let names: Vec<Value> = names.into_iter().map(|n| Value::Str(vm.intern(n))).collect();
    let names = vm.tuple(names);
    set(vm, "builtin_module_names", names);
    fill_infos(vm, &mut set);
    let modules = vm.dict();
    let imported: Vec<_> = vm.modules.iter().map(|(name, module)| (*name, *module)).collect();
    for (name, module) in imported {
        let name = vm.intern(name);
        dict::insert_str(vm, modules, name, Value::Module(module));
    }
    set(vm, "modules", Value::Dict(modules));
}

fn fill_infos(vm: &mut Vm, set: &mut impl FnMut(&mut Vm, &str, Value)) {
    let int = Value::Int;
    let last = vm.str("final");
    let version = struct_seq::make(vm, &VERSION_INFO, vec![int(3), int(13), int(0), last, int(0)]);
    set(vm, "version_info", version);
    let float = vec![
        Value::Float(f64::MAX),
        int(1024),
        int(308),
        Value::Float(f64::MIN_POSITIVE),
        int(-1021),
        int(-307),
        int(15),
        int(53),
        Value::Float(f64::EPSILON),
        int(2),
        int(1),
    ];
    let float = struct_seq::make(vm, &FLOAT_INFO, float);
    set(vm, "float_info", float);
    let digits = int(limits::INT_DIGITS_MAX as i64);
    let info = struct_seq::make(vm, &INT_INFO, vec![int(30), int(4), digits, int(640)]);
    set(vm, "int_info", info);
    let algorithm = vm.str("siphash13");
    let hash = vec![
        int(64),
        int((1 << 61) - 1),
        int(314_159),
        int(0),
        int(1_000_003),
        algorithm,
        int(64),
        int(128),
        int(0),
    ];
    let hash = struct_seq::make(vm, &HASH_INFO, hash);
    set(vm, "hash_info", hash);
    let flags = FLAGS.fields.iter().map(|name| match *name {
        "dont_write_bytecode" | "hash_randomization" | "no_site" | "utf8_mode" => int(1),
        "dev_mode" | "safe_path" => Value::Bool(false),
        "int_max_str_digits" => digits,
        _ => int(0),
    });
    let flags = struct_seq::make(vm, &FLAGS, flags.collect());
    set(vm, "flags", flags);
    let name = vm.str("pyrust");
    let parts = vec![name, version, int(HEX_VERSION), Value::None];
    let implementation = struct_seq::make(vm, &IMPLEMENTATION, parts);
    set(vm, "implementation", implementation);
}

/// `sys.exit([code])`
fn exit(vm: &mut Vm, args: Args<'_>) -> R {
    Err(match args.get(0) {
        Value::Undef | Value::None => vm.raise(TypeId::SystemExit, ""),
        // A tuple is taken for all the arguments.
        Value::Tuple(args) => Trap::Raise(vm.exception(TypeId::SystemExit, args)),
        code => vm.raise_value(TypeId::SystemExit, code),
    })
}

fn exc_info(vm: &mut Vm, _: Args<'_>) -> R {
    let info = exit_arguments(vm, vm.handled);
    value(vm.tuple(info))
}

fn intern(vm: &mut Vm, args: Args<'_>) -> R {
    let Value::Str(s) = args.get(0) else {
        let got = vm.type_name(args.get(0));
        return Err(vm.type_error(format!("intern() argument must be str, not {got}")));
    };
    let text = vm.heap.str(s).to_owned();
    vm.reserve(text.len())?;
    value(Value::Str(vm.intern(&text)))
}

/// `sys.setrecursionlimit(limit)`. Limits above [`crate::limits::RECURSION_CEILING`] count as that one.
fn setrecursionlimit(vm: &mut Vm, args: Args<'_>) -> R {
    let limit = match args.get(0) {
        Value::Int(i) => i,
        Value::Bool(b) => i64::from(b),
        Value::Big(_) => i64::MAX,
        other => {
            let got = vm.type_name(other);
            return Err(vm.type_error(format!("'{got}' object cannot be interpreted as an integer")));
        }
    };
    if i32::try_from(limit).is_err() {
        return Err(vm.overflow_error("Python int too large to convert to C int"));
    }
    if limit < 1 {
        return Err(vm.value_error("recursion limit must be greater or equal than 1"));
    }
    Ok(Flow::Frame(Box::new(FrameRequest::LimitDepth(limit as usize))))
}
