//! The keyword arguments of `dumps` and `loads`.

use crate::vm::exceptions::unsupported;
use crate::vm::flow::R;
use crate::vm::heap::Tracer;
use crate::vm::native::Args;
use crate::vm::ops::truth_now;
use crate::vm::types::str::Str;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// What `dumps` can be told.
#[derive(Clone, Copy, Debug)]
pub struct Dumping {
    /// Keys that cannot be written are left out.
    pub skipkeys: bool,
    /// Everything beyond ASCII is escaped.
    pub ensure_ascii: bool,
    /// Values that contain themselves are refused.
    pub check_circular: bool,
    /// `NaN` and the infinities are written.
    pub allow_nan: bool,
    /// What a level of indentation consists of.
    pub indent: Option<Ref<Str>>,
    /// Between elements.
    pub item_separator: Ref<Str>,
    /// Between key and value.
    pub key_separator: Ref<Str>,
    /// Called with what cannot be written; `None` for nothing.
    pub default: Value,
    /// Keys are written in order.
    pub sort_keys: bool,
}

/// What `loads` can be told: functions, or `None`.
#[derive(Clone, Copy, Debug)]
pub struct Loading {
    /// Gets each object as a dict.
    pub object_hook: Value,
    /// Gets each object as a list of pairs.
    pub object_pairs_hook: Value,
    /// Gets the text of each float.
    pub parse_float: Value,
    /// Gets the text of each integer.
    pub parse_int: Value,
    /// Gets `NaN`, `Infinity`, `-Infinity`.
    pub parse_constant: Value,
    /// Control characters in strings are refused.
    pub strict: bool,
}

impl Dumping {
    /// Reports the values.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.option(self.indent);
        tracer.object(self.item_separator);
        tracer.object(self.key_separator);
        tracer.value(self.default);
    }
}

impl Loading {
    /// Whether anything must be called.
    pub fn has_hooks(&self) -> bool {
        let hooks =
            [self.object_hook, self.object_pairs_hook, self.parse_float, self.parse_int, self.parse_constant];
        hooks.iter().any(|h| !h.is_none())
    }

    /// Reports the values.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        for v in
            [self.object_hook, self.object_pairs_hook, self.parse_float, self.parse_int, self.parse_constant]
        {
            tracer.value(v);
        }
    }
}

/// Distributes arguments over the required parameters `names`, given by position or name, and the
/// keyword-only `keywords`. `class` takes the blame for unknown keywords, as in CPython.
fn bind<const N: usize, const K: usize>(
    vm: &mut Vm,
    function: &str,
    class: &str,
    names: [&str; N],
    keywords: [&str; K],
    args: Args<'_>,
) -> R<([Value; N], [Value; K])> {
    let mut required = [Value::Undef; N];
    let mut optional = [Value::Undef; K];
    if args.len() > N {
        let s = if N == 1 { "" } else { "s" };
        let given = args.len();
        return Err(
            vm.type_error(format!("{function}() takes {N} positional argument{s} but {given} were given"))
        );
    }
    required[..args.len()].copy_from_slice(args.pos());
    for (name, v) in args.keywords() {
        let Value::Str(name) = name else { continue };
        let text = vm.heap.str(name);
        if let Some(i) = keywords.iter().position(|k| *k == text) {
            optional[i] = v;
        } else if let Some(i) = names.iter().position(|n| *n == text) {
            if !required[i].is_undef() {
                let text = text.to_owned();
                return Err(vm.type_error(format!("{function}() got multiple values for argument '{text}'")));
            }
            required[i] = v;
        } else {
            let text = text.to_owned();
            return Err(
                vm.type_error(format!("{class}.__init__() got an unexpected keyword argument '{text}'"))
            );
        }
    }
    let missing: Vec<String> =
        (0..N).filter(|&i| required[i].is_undef()).map(|i| format!("'{}'", names[i])).collect();
    if !missing.is_empty() {
        let s = if missing.len() == 1 { "" } else { "s" };
        return Err(vm.type_error(format!(
            "{function}() missing {} required positional argument{s}: {}",
            missing.len(),
            missing.join(" and ")
        )));
    }
    Ok((required, optional))
}

/// The arguments of `dump` and `dumps`.
pub fn dumping<const N: usize>(
    vm: &mut Vm,
    function: &str,
    names: [&str; N],
    args: Args<'_>,
) -> R<([Value; N], Dumping)> {
    let keywords = [
        "skipkeys",
        "ensure_ascii",
        "check_circular",
        "allow_nan",
        "cls",
        "indent",
        "separators",
        "default",
        "sort_keys",
    ];
    let (required, optional) = bind(vm, function, "JSONEncoder", names, keywords, args)?;
    let [skipkeys, ensure_ascii, check_circular, allow_nan, cls, indent, separators, default, sort_keys] =
        optional;
    if !matches!(cls, Value::Undef | Value::None) {
        return Err(unsupported(vm, "json.dumps(cls=…) (use default=…)"));
    }
    let indent = indentation(vm, indent)?;
    let (item_separator, key_separator) = match separators {
        Value::Undef | Value::None => {
            let item = vm.intern(if indent.is_some() { "," } else { ", " });
            (item, vm.intern(": "))
        }
        given => separator_pair(vm, given)?,
    };
    let flag = |vm: &Vm, v: Value, default: bool| v.bound().map_or(default, |v| truth_now(vm, v));
    let options = Dumping {
        skipkeys: flag(vm, skipkeys, false),
        ensure_ascii: flag(vm, ensure_ascii, true),
        check_circular: flag(vm, check_circular, true),
        allow_nan: flag(vm, allow_nan, true),
        indent,
        item_separator,
        key_separator,
        default: default.bound().unwrap_or(Value::None),
        sort_keys: flag(vm, sort_keys, false),
    };
    Ok((required, options))
}

fn indentation(vm: &mut Vm, indent: Value) -> R<Option<Ref<Str>>> {
    match indent {
        Value::Undef | Value::None => Ok(None),
        Value::Str(s) => Ok(Some(s)),
        Value::Int(_) | Value::Bool(_) => {
            let width = match indent {
                Value::Int(i) => i.max(0) as usize,
                other => usize::from(matches!(other, Value::Bool(true))),
            };
            vm.reserve(width)?;
            Ok(Some(vm.intern(&" ".repeat(width))))
        }
        other => {
            let got = vm.type_name(other);
            Err(vm.type_error(format!("can't multiply sequence by non-int of type '{got}'")))
        }
    }
}

fn separator_pair(vm: &mut Vm, given: Value) -> R<(Ref<Str>, Ref<Str>)> {
    let items = crate::vm::iter::elements_now(vm, given);
    match items.as_deref() {
        Some(&[Value::Str(item), Value::Str(key)]) => Ok((item, key)),
        Some(&[Value::Str(_), other] | &[other, _]) => {
            let got = vm.type_name(other);
            Err(vm.type_error(format!("make_encoder() argument 6 must be str, not {got}")))
        }
        Some(items) if items.len() > 2 => Err(vm.value_error("too many values to unpack (expected 2)")),
        Some(items) => {
            let n = items.len();
            Err(vm.value_error(format!("not enough values to unpack (expected 2, got {n})")))
        }
        None => {
            let got = vm.type_name(given);
            Err(vm.type_error(format!("cannot unpack non-iterable {got} object")))
        }
    }
}

/// The arguments of `load` and `loads`.
pub fn loading<const N: usize>(
    vm: &mut Vm,
    function: &str,
    names: [&str; N],
    args: Args<'_>,
) -> R<([Value; N], Loading)> {
    let keywords =
        ["cls", "object_hook", "parse_float", "parse_int", "parse_constant", "object_pairs_hook", "strict"];
    let (required, optional) = bind(vm, function, "JSONDecoder", names, keywords, args)?;
    let [cls, object_hook, parse_float, parse_int, parse_constant, object_pairs_hook, strict] =
        optional.map(|v| v.bound().unwrap_or(Value::None));
    if !cls.is_none() {
        return Err(unsupported(vm, "json.loads(cls=…) (use object_hook=…)"));
    }
    let strict = strict.is_none() || truth_now(vm, strict);
    Ok((required, Loading { object_hook, object_pairs_hook, parse_float, parse_int, parse_constant, strict }))
}
