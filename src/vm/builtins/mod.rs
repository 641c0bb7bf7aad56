//! The built-in functions: one file per family, one row per function.
//!
//! Owns the names that every program finds. Never keeps state of its own: what a run changes lives in
//! [`super::vm::Vm`].

mod execution;
mod input;
mod iteration;
mod numeric;
mod objects;
mod output;
mod text;

pub use numeric::{abs, divmod_of, pow as power, round_number};
pub use objects::dir;
pub use output::write_text;

use std::collections::HashMap;
use std::sync::OnceLock;

use super::native::NativeDef;
use super::type_id::TypeId;
use super::value::Value;

/// The tables of functions.
const TABLES: &[&[NativeDef]] = &[
    execution::FUNCTIONS,
    input::FUNCTIONS,
    iteration::FUNCTIONS,
    numeric::FUNCTIONS,
    objects::FUNCTIONS,
    output::FUNCTIONS,
    text::FUNCTIONS,
];

/// Types that have a name in the built-ins, besides all exceptions.
const TYPES: &[TypeId] = &[
    TypeId::Object,
    TypeId::Type,
    TypeId::Int,
    TypeId::Bool,
    TypeId::Float,
    TypeId::Complex,
    TypeId::Str,
    TypeId::Bytes,
    TypeId::List,
    TypeId::Tuple,
    TypeId::Dict,
    TypeId::Set,
    TypeId::FrozenSet,
    TypeId::Range,
    TypeId::Slice,
    TypeId::Enumerate,
    TypeId::Zip,
    TypeId::Map,
    TypeId::Filter,
    TypeId::Reversed,
];

fn all() -> &'static HashMap<&'static str, Value> {
    static ALL: OnceLock<HashMap<&'static str, Value>> = OnceLock::new();
    ALL.get_or_init(|| {
        let functions = TABLES.iter().flat_map(|t| t.iter()).map(|def| (def.name, Value::Native(def)));
        let exceptions = TypeId::ALL.iter().filter(|t| t.is_exception() && t.module() == "builtins");
        let types = TYPES.iter().chain(exceptions).map(|t| (t.name(), Value::Type(*t)));
        let constants = [
            ("NotImplemented", Value::NotImplemented),
            ("Ellipsis", Value::Ellipsis),
            ("__debug__", Value::Bool(true)),
            ("EnvironmentError", Value::Type(TypeId::OSError)),
            ("IOError", Value::Type(TypeId::OSError)),
        ];
        functions.chain(types).chain(constants).collect()
    })
}

/// The built-in of a name.
pub fn lookup(name: &str) -> Option<Value> {
    all().get(name).copied()
}

/// All names, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    static NAMES: OnceLock<Vec<&'static str>> = OnceLock::new();
    let sorted = NAMES.get_or_init(|| {
        let mut names: Vec<&str> = all().keys().copied().collect();
        names.sort_unstable();
        names
    });
    sorted.iter().copied()
}
