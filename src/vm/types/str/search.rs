//! Finding, counting and replacing text.

use super::Str;
use super::index::search_range;
use super::long::{self, Work};
use super::methods::{index_argument, text_argument, this};
use crate::vm::compare::tuple_items;
use crate::vm::flow::{Flow, R, value};
use crate::vm::format::text_error;
use crate::vm::native::{Args, Signature};
use crate::vm::tasks::{self, Places};
use crate::vm::text::search as text_search;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Texts up to this many bytes are replaced in with texts up to this many bytes without counting the places first.
const SHORT_BYTES: usize = 128;

/// What the methods that look for a text have in common: the bytes to be searched and what is wanted.
struct Search {
    s: Ref<Str>,
    needle: Ref<Str>,
    /// Bytes to be searched; `None` when the start is behind the end.
    range: Option<(usize, usize)>,
}

fn prepare(vm: &mut Vm, args: &Args<'_>, name: &str) -> R<Search> {
    let s = this(vm, args, name)?;
    let needle = text_argument(vm, args.get(1), name, " 1")?;
    let range = byte_range(vm, s, args.get(2), args.get(3))?;
    Ok(Search { s, needle, range })
}

/// The bytes between two positions given as arguments.
fn byte_range(vm: &mut Vm, s: Ref<Str>, start: Value, end: Value) -> R<Option<(usize, usize)>> {
    if start.is_undef() {
        return Ok(Some((0, vm.heap.str(s).len())));
    }
    let chars = vm.heap.get(s).chars();
    Ok(match search_range(vm, start, end, chars)? {
        Some((start, end)) if start <= chars => {
            Some((vm.heap.str_offset(s, start), vm.heap.str_offset(s, end)))
        }
        _ => None,
    })
}

/// The position of the first or last place, in code points, or -1.
fn position(vm: &mut Vm, args: &Args<'_>, name: &str, places: Places) -> R {
    let Search { s, needle, range } = prepare(vm, args, name)?;
    let Some((from, to)) = range else { return value(Value::Int(-1)) };
    let flow = if vm.heap.get(needle).chars() == 0 {
        Flow::Value(Value::Int(if places == Places::Last { to } else { from } as i64))
    } else {
        tasks::search_text(vm, Value::Str(s), Value::Str(needle), (from, to), places)?
    };
    if vm.heap.str_is_ascii(s) {
        return Ok(flow);
    }
    tasks::then(vm, flow, [Value::Str(s)], |vm, [s], at| match (s, at) {
        (Value::Str(s), Value::Int(at)) if at > 0 => {
            vm.charge(at as usize / 64);
            value(Value::Int(text_search::char_of_byte(vm.heap.str(s), at as usize) as i64))
        }
        (_, at) => value(at),
    })
}

pub(super) fn find(vm: &mut Vm, args: Args<'_>) -> R {
    position(vm, &args, "find", Places::First)
}

pub(super) fn rfind(vm: &mut Vm, args: Args<'_>) -> R {
    position(vm, &args, "rfind", Places::Last)
}

/// `ValueError` in place of -1.
fn found(vm: &mut Vm, flow: Flow) -> R {
    tasks::then(vm, flow, [], |vm, [], at| match at {
        Value::Int(-1) => Err(vm.value_error("substring not found")),
        at => value(at),
    })
}

pub(super) fn index(vm: &mut Vm, args: Args<'_>) -> R {
    let flow = position(vm, &args, "index", Places::First)?;
    found(vm, flow)
}

pub(super) fn rindex(vm: &mut Vm, args: Args<'_>) -> R {
    let flow = position(vm, &args, "rindex", Places::Last)?;
    found(vm, flow)
}

pub(super) fn count(vm: &mut Vm, args: Args<'_>) -> R {
    let Search { s, needle, range } = prepare(vm, &args, "count")?;
    let Some((from, to)) = range else { return value(Value::Int(0)) };
    if vm.heap.get(needle).chars() == 0 {
        vm.charge((to - from) / 64);
        return value(Value::Int(text_search::chars(&vm.heap.str(s)[from..to]) as i64 + 1));
    }
    tasks::search_text(vm, Value::Str(s), Value::Str(needle), (from, to), Places::Count)
}

/// `startswith` and `endswith`.
fn has_affix(vm: &mut Vm, args: Args<'_>, name: &str, test: fn(&str, &str) -> bool) -> R {
    let s = this(vm, &args, name)?;
    let affixes = args.get(1);
    if !matches!(affixes, Value::Str(_) | Value::Tuple(_)) {
        let type_name = vm.type_name(affixes);
        let message = format!("{name} first arg must be str or a tuple of str, not {type_name}");
        return Err(vm.type_error(message));
    }
    let range = byte_range(vm, s, args.get(2), args.get(3))?;
    if let (Value::Str(affix), Some((from, to))) = (affixes, range) {
        vm.charge(vm.heap.str(affix).len().min(to - from) / 64);
        let has = test(&vm.heap.str(s)[from..to], vm.heap.str(affix));
        return value(Value::Bool(has));
    }
    let Value::Tuple(_) = affixes else { return value(Value::Bool(false)) };
    for at in 0..tuple_items(&vm.heap, affixes).len() {
        match tuple_items(&vm.heap, affixes)[at] {
            Value::Str(affix) => {
                vm.charge(vm.heap.str(affix).len() / 64);
                if let Some((from, to)) = range
                    && test(&vm.heap.str(s)[from..to], vm.heap.str(affix))
                {
                    return value(Value::Bool(true));
                }
            }
            other => {
                let type_name = vm.type_name(other);
                let message = format!("tuple for {name} must only contain str, not {type_name}");
                return Err(vm.type_error(message));
            }
        }
        vm.charge(1);
    }
    value(Value::Bool(false))
}

pub(super) fn startswith(vm: &mut Vm, args: Args<'_>) -> R {
    has_affix(vm, args, "startswith", |s, affix| s.starts_with(affix))
}

pub(super) fn endswith(vm: &mut Vm, args: Args<'_>) -> R {
    has_affix(vm, args, "endswith", |s, affix| s.ends_with(affix))
}

pub(super) fn replace(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, &args, "replace")?;
    const SIGNATURE: Signature<3> = Signature {
        function: "replace",
        names: ["old", "new", "count"],
        positional_only: 2,
        positional: 3,
        required: 2,
    };
    let [old, new, count] = args.rest().bind(vm, &SIGNATURE)?;
    let old = text_argument(vm, old, "replace", " 1")?;
    let new = text_argument(vm, new, "replace", " 2")?;
    let count = if count.is_undef() { -1 } else { index_argument(vm, count)? };
    let count = usize::try_from(count).ok();
    let len = vm.heap.str(s).len();
    vm.charge(len / 16);
    if len > long::AT_ONCE_BYTES && vm.heap.get(old).chars() > 0 {
        let left = count.unwrap_or(usize::MAX);
        return long::work_on(vm, s, Work::Replace { old, new, left });
    }
    let (text, from, to) = (vm.heap.str(s), vm.heap.str(old), vm.heap.str(new));
    if count == Some(0)
        || from == to
        || !from.is_empty() && text_search::find(text.as_bytes(), from.as_bytes()).is_none()
    {
        return value(Value::Str(s));
    }
    if text.len().max(to.len()) <= SHORT_BYTES && !from.is_empty() {
        let mut replaced = std::mem::take(&mut vm.scratch);
        let (text, from, to) = (vm.heap.str(s), vm.heap.str(old), vm.heap.str(new));
        text_search::push_replaced(text, from, to, count.unwrap_or(usize::MAX), &mut replaced);
        let result = vm.str(&replaced);
        vm.keep_scratch(replaced);
        return value(result);
    }
    match text_search::replace(text, from, to, count, vm.text_max()) {
        Ok(text) => {
            vm.charge(text.len() / 16);
            value(vm.string(text))
        }
        Err(error) => Err(text_error(vm, error)),
    }
}
