//! The methods of `bytes`.

use super::{Bytes, codec};
use crate::vm::compare::tuple_items;
use crate::vm::flow::{Flow, R, value};
use crate::vm::format::text_error;
use crate::vm::heap::Tracer;
use crate::vm::iter;
use crate::vm::native::{Args, Arity, NativeDef, Signature, method, static_method};
use crate::vm::tasks::{self, Drain, Places, Sink};
use crate::vm::text::search;
use crate::vm::type_id::TypeId;
use crate::vm::types::list::{self, List};
use crate::vm::types::str::index::search_range;
use crate::vm::types::str::methods::{index_argument, int_argument};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

const BYTES: TypeId = TypeId::Bytes;

/// The methods of `bytes`.
pub static METHODS: &[NativeDef] = &[
    method(BYTES, "capitalize", Arity::None, capitalize),
    method(BYTES, "center", Arity::Range(1, 2), center),
    method(BYTES, "count", Arity::Range(1, 3), count),
    method(BYTES, "decode", Arity::Free, decode),
    method(BYTES, "endswith", Arity::Range(1, 3), endswith),
    method(BYTES, "expandtabs", Arity::Free, expandtabs),
    method(BYTES, "find", Arity::Range(1, 3), find),
    static_method(BYTES, "fromhex", Arity::One, fromhex),
    method(BYTES, "hex", Arity::Free, hex),
    method(BYTES, "index", Arity::Range(1, 3), index),
    method(BYTES, "isalnum", Arity::None, isalnum),
    method(BYTES, "isalpha", Arity::None, isalpha),
    method(BYTES, "isascii", Arity::None, isascii),
    method(BYTES, "isdigit", Arity::None, isdigit),
    method(BYTES, "islower", Arity::None, islower),
    method(BYTES, "isspace", Arity::None, isspace),
    method(BYTES, "istitle", Arity::None, istitle),
    method(BYTES, "isupper", Arity::None, isupper),
    method(BYTES, "join", Arity::One, join),
    method(BYTES, "ljust", Arity::Range(1, 2), ljust),
    method(BYTES, "lower", Arity::None, lower),
    method(BYTES, "lstrip", Arity::Range(0, 1), lstrip),
    static_method(BYTES, "maketrans", Arity::Range(2, 2), maketrans),
    method(BYTES, "partition", Arity::One, partition),
    method(BYTES, "removeprefix", Arity::One, removeprefix),
    method(BYTES, "removesuffix", Arity::One, removesuffix),
    method(BYTES, "replace", Arity::Range(2, 3), replace),
    method(BYTES, "rfind", Arity::Range(1, 3), rfind),
    method(BYTES, "rindex", Arity::Range(1, 3), rindex),
    method(BYTES, "rjust", Arity::Range(1, 2), rjust),
    method(BYTES, "rpartition", Arity::One, rpartition),
    method(BYTES, "rsplit", Arity::Free, rsplit),
    method(BYTES, "rstrip", Arity::Range(0, 1), rstrip),
    method(BYTES, "split", Arity::Free, split),
    method(BYTES, "splitlines", Arity::Free, splitlines),
    method(BYTES, "startswith", Arity::Range(1, 3), startswith),
    method(BYTES, "strip", Arity::Range(0, 1), strip),
    method(BYTES, "swapcase", Arity::None, swapcase),
    method(BYTES, "title", Arity::None, title),
    method(BYTES, "translate", Arity::Free, translate),
    method(BYTES, "upper", Arity::None, upper),
    method(BYTES, "zfill", Arity::One, zfill),
];

fn this(vm: &mut Vm, args: &Args<'_>, name: &str) -> R<Ref<Bytes>> {
    match args.get(0) {
        Value::Bytes(b) => Ok(b),
        other => {
            let other = vm.type_name(other);
            Err(vm.type_error(format!(
                "descriptor '{name}' for 'bytes' objects doesn't apply to a '{other}' object"
            )))
        }
    }
}

/// An argument that must be bytes.
fn bytes_argument(vm: &mut Vm, v: Value) -> R<Ref<Bytes>> {
    match v {
        Value::Bytes(b) => Ok(b),
        other => {
            let name = vm.type_name(other);
            Err(vm.type_error(format!("a bytes-like object is required, not '{name}'")))
        }
    }
}

/// An integer that must be a byte.
pub fn byte_value(vm: &mut Vm, v: Value) -> R<u8> {
    let byte = match v {
        Value::Int(i) => u8::try_from(i).ok(),
        Value::Bool(b) => Some(u8::from(b)),
        _ => None,
    };
    byte.ok_or_else(|| vm.value_error("byte must be in range(0, 256)"))
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}

/// A new byte string of at most `size` bytes; the cost is charged.
fn made(vm: &mut Vm, size: usize, make: impl FnOnce(&Vm) -> Vec<u8>) -> R {
    vm.reserve(size)?;
    let data = make(vm);
    value(vm.bytes(data))
}

/// A part of a byte string; itself where that is all of it.
fn part(vm: &mut Vm, b: Ref<Bytes>, from: usize, to: usize) -> Value {
    if from == 0 && to == vm.heap.get(b).data.len() {
        return Value::Bytes(b);
    }
    vm.charge((to - from) / 16);
    let data: Box<[u8]> = vm.heap.get(b).data[from..to].into();
    vm.bytes(data)
}

// ---- case and classes ------------------------------------------------------------------------

fn mapped(vm: &mut Vm, args: Args<'_>, name: &str, map: fn(&[u8]) -> Vec<u8>) -> R {
    let b = this(vm, &args, name)?;
    let size = vm.heap.get(b).data.len();
    made(vm, size, |vm| map(&vm.heap.get(b).data))
}

fn upper(vm: &mut Vm, args: Args<'_>) -> R {
    mapped(vm, args, "upper", <[u8]>::to_ascii_uppercase)
}

fn lower(vm: &mut Vm, args: Args<'_>) -> R {
    mapped(vm, args, "lower", <[u8]>::to_ascii_lowercase)
}

fn capitalize(vm: &mut Vm, args: Args<'_>) -> R {
    mapped(vm, args, "capitalize", |data| {
        let mut out = data.to_ascii_lowercase();
        if let Some(first) = out.first_mut() {
            first.make_ascii_uppercase();
        }
        out
    })
}

fn swapcase(vm: &mut Vm, args: Args<'_>) -> R {
    mapped(vm, args, "swapcase", |data| {
        data.iter().map(|b| if b.is_ascii_alphabetic() { b ^ 0x20 } else { *b }).collect()
    })
}

fn title(vm: &mut Vm, args: Args<'_>) -> R {
    mapped(vm, args, "title", |data| {
        let mut in_word = false;
        let mut out = data.to_vec();
        for byte in &mut out {
            if in_word {
                byte.make_ascii_lowercase()
            } else {
                byte.make_ascii_uppercase()
            }
            in_word = byte.is_ascii_alphabetic();
        }
        out
    })
}

fn tested(vm: &mut Vm, args: Args<'_>, name: &str, test: fn(&[u8]) -> bool) -> R {
    let b = this(vm, &args, name)?;
    let data = &vm.heap.get(b).data;
    let (len, answer) = (data.len(), test(data));
    vm.charge(len / 16);
    value(Value::Bool(answer))
}

macro_rules! class {
    ($name:ident, $test:expr) => {
        fn $name(vm: &mut Vm, args: Args<'_>) -> R {
            tested(vm, args, stringify!($name), |data| {
                let test: fn(&u8) -> bool = $test;
                !data.is_empty() && data.iter().all(test)
            })
        }
    };
}

class!(isalnum, u8::is_ascii_alphanumeric);
class!(isalpha, u8::is_ascii_alphabetic);
class!(isdigit, u8::is_ascii_digit);
class!(isspace, is_space);

fn isascii(vm: &mut Vm, args: Args<'_>) -> R {
    tested(vm, args, "isascii", <[u8]>::is_ascii)
}

fn islower(vm: &mut Vm, args: Args<'_>) -> R {
    tested(vm, args, "islower", |data| {
        !data.iter().any(u8::is_ascii_uppercase) && data.iter().any(u8::is_ascii_lowercase)
    })
}

fn isupper(vm: &mut Vm, args: Args<'_>) -> R {
    tested(vm, args, "isupper", |data| {
        !data.iter().any(u8::is_ascii_lowercase) && data.iter().any(u8::is_ascii_uppercase)
    })
}

fn istitle(vm: &mut Vm, args: Args<'_>) -> R {
    tested(vm, args, "istitle", |data| {
        let (mut cased, mut in_word) = (false, false);
        for byte in data {
            if byte.is_ascii_uppercase() && in_word || byte.is_ascii_lowercase() && !in_word {
                return false;
            }
            in_word = byte.is_ascii_alphabetic();
            cased |= in_word;
        }
        cased
    })
}

// ---- searching -------------------------------------------------------------------------------

/// What is looked for, and where.
struct Search {
    b: Ref<Bytes>,
    needle: Ref<Bytes>,
    range: Option<(usize, usize)>,
}

fn prepare(vm: &mut Vm, args: &Args<'_>, name: &str) -> R<Search> {
    let b = this(vm, args, name)?;
    let needle = needle(vm, args.get(1), |name| {
        format!("argument should be integer or bytes-like object, not '{name}'")
    })?;
    let len = vm.heap.get(b).data.len();
    let range = search_range(vm, args.get(2), args.get(3), len)?;
    Ok(Search { b, needle, range })
}

/// What is looked for: bytes, or one byte given as a number.
pub fn needle(vm: &mut Vm, v: Value, complaint: impl FnOnce(&str) -> String) -> R<Ref<Bytes>> {
    match v {
        Value::Bytes(needle) => Ok(needle),
        Value::Int(_) | Value::Bool(_) | Value::Big(_) => {
            let byte = byte_value(vm, v)?;
            let Value::Bytes(needle) = vm.bytes([byte]) else { unreachable!("bytes() makes bytes") };
            Ok(needle)
        }
        other => {
            let message = complaint(vm.type_name(other));
            Err(vm.type_error(message))
        }
    }
}

/// The position of the first or last place, or -1.
fn position(vm: &mut Vm, args: &Args<'_>, name: &str, places: Places) -> R {
    let Search { b, needle, range } = prepare(vm, args, name)?;
    match range {
        None => value(Value::Int(-1)),
        Some((from, to)) if vm.heap.get(needle).data.is_empty() => {
            value(Value::Int(if places == Places::Last { to } else { from } as i64))
        }
        Some(range) => tasks::search_text(vm, Value::Bytes(b), Value::Bytes(needle), range, places),
    }
}

fn find(vm: &mut Vm, args: Args<'_>) -> R {
    position(vm, &args, "find", Places::First)
}

fn rfind(vm: &mut Vm, args: Args<'_>) -> R {
    position(vm, &args, "rfind", Places::Last)
}

/// `ValueError` in place of -1.
fn found(vm: &mut Vm, flow: Flow) -> R {
    tasks::then(vm, flow, [], |vm, [], at| match at {
        Value::Int(-1) => Err(vm.value_error("subsection not found")),
        at => value(at),
    })
}

fn index(vm: &mut Vm, args: Args<'_>) -> R {
    let flow = position(vm, &args, "index", Places::First)?;
    found(vm, flow)
}

fn rindex(vm: &mut Vm, args: Args<'_>) -> R {
    let flow = position(vm, &args, "rindex", Places::Last)?;
    found(vm, flow)
}

fn count(vm: &mut Vm, args: Args<'_>) -> R {
    let Search { b, needle, range } = prepare(vm, &args, "count")?;
    match range {
        None => value(Value::Int(0)),
        Some((from, to)) if vm.heap.get(needle).data.is_empty() => value(Value::Int((to - from) as i64 + 1)),
        Some(range) => tasks::search_text(vm, Value::Bytes(b), Value::Bytes(needle), range, Places::Count),
    }
}

fn has_affix(vm: &mut Vm, args: Args<'_>, name: &str, test: fn(&[u8], &[u8]) -> bool) -> R {
    let b = this(vm, &args, name)?;
    let len = vm.heap.get(b).data.len();
    let affixes = args.get(1);
    let candidates: Vec<Value> = match affixes {
        Value::Tuple(_) => tuple_items(&vm.heap, affixes).to_vec(),
        Value::Bytes(_) => vec![affixes],
        other => {
            let type_name = vm.type_name(other);
            let message = format!("{name} first arg must be bytes or a tuple of bytes, not {type_name}");
            return Err(vm.type_error(message));
        }
    };
    let range = search_range(vm, args.get(2), args.get(3), len)?;
    for affix in candidates {
        let affix = bytes_argument(vm, affix)?;
        vm.charge(vm.heap.get(affix).data.len().min(len) / 64);
        if let Some((from, to)) = range
            && test(&vm.heap.get(b).data[from..to], &vm.heap.get(affix).data)
        {
            return value(Value::Bool(true));
        }
    }
    value(Value::Bool(false))
}

fn startswith(vm: &mut Vm, args: Args<'_>) -> R {
    has_affix(vm, args, "startswith", <[u8]>::starts_with)
}

fn endswith(vm: &mut Vm, args: Args<'_>) -> R {
    has_affix(vm, args, "endswith", <[u8]>::ends_with)
}

fn replace(vm: &mut Vm, args: Args<'_>) -> R {
    let b = this(vm, &args, "replace")?;
    let (old, new) = (bytes_argument(vm, args.get(1))?, bytes_argument(vm, args.get(2))?);
    let count = match args.get(3) {
        Value::Undef => -1,
        v => index_argument(vm, v)?,
    };
    let (data, old, new) = (&vm.heap.get(b).data, &vm.heap.get(old).data, &vm.heap.get(new).data);
    let cost = data.len() / 16;
    match search::replace_bytes(data, old, new, usize::try_from(count).ok(), vm.text_max()) {
        Ok(replaced) => {
            vm.charge(cost + replaced.len() / 16);
            value(vm.bytes(replaced))
        }
        Err(error) => Err(text_error(vm, error)),
    }
}

// ---- padding and stripping -------------------------------------------------------------------

fn padded(vm: &mut Vm, args: Args<'_>, name: &str, left_of: fn(usize, usize) -> usize) -> R {
    let b = this(vm, &args, name)?;
    let width = usize::try_from(index_argument(vm, args.get(1))?).unwrap_or(0);
    let fill = match args.get(2) {
        Value::Undef => b' ',
        Value::Bytes(f) if vm.heap.get(f).data.len() == 1 => vm.heap.get(f).data[0],
        other => {
            let type_name = vm.type_name(other);
            let message = format!("{name}() argument 2 must be a byte string of length 1, not {type_name}");
            return Err(vm.type_error(message));
        }
    };
    let len = vm.heap.get(b).data.len();
    if width <= len {
        return value(Value::Bytes(b));
    }
    let left = left_of(width - len, width);
    made(vm, width, |vm| {
        let mut out = Vec::with_capacity(width);
        out.resize(left, fill);
        out.extend_from_slice(&vm.heap.get(b).data);
        out.resize(width, fill);
        out
    })
}

fn center(vm: &mut Vm, args: Args<'_>) -> R {
    padded(vm, args, "center", |padding, width| padding / 2 + (padding & width & 1))
}

fn ljust(vm: &mut Vm, args: Args<'_>) -> R {
    padded(vm, args, "ljust", |_, _| 0)
}

fn rjust(vm: &mut Vm, args: Args<'_>) -> R {
    padded(vm, args, "rjust", |padding, _| padding)
}

fn zfill(vm: &mut Vm, args: Args<'_>) -> R {
    let b = this(vm, &args, "zfill")?;
    let width = usize::try_from(index_argument(vm, args.get(1))?).unwrap_or(0);
    let len = vm.heap.get(b).data.len();
    if width <= len {
        return value(Value::Bytes(b));
    }
    made(vm, width, |vm| {
        let data = &vm.heap.get(b).data;
        let sign = usize::from(matches!(data.first(), Some(b'+' | b'-')));
        let mut out = data[..sign].to_vec();
        out.resize(sign + width - len, b'0');
        out.extend_from_slice(&data[sign..]);
        out
    })
}

fn expandtabs(vm: &mut Vm, args: Args<'_>) -> R {
    let b = this(vm, &args, "expandtabs")?;
    const SIGNATURE: Signature<1> = Signature {
        function: "expandtabs",
        names: ["tabsize"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let [size] = args.rest().bind(vm, &SIGNATURE)?;
    let size = if size.is_undef() { 8 } else { int_argument(vm, size)? };
    let size = usize::try_from(size).unwrap_or(0);
    let data = &vm.heap.get(b).data;
    let tabs = memchr::memchr_iter(b'\t', data).count();
    let most = tabs.saturating_mul(size).saturating_add(data.len());
    made(vm, most, |vm| {
        let mut out = Vec::new();
        let mut column = 0;
        for &byte in &vm.heap.get(b).data {
            match byte {
                b'\t' if size > 0 => {
                    let gap = size - column % size;
                    out.resize(out.len() + gap, b' ');
                    column += gap;
                }
                b'\t' => {}
                byte => {
                    out.push(byte);
                    column = if matches!(byte, b'\n' | b'\r') { 0 } else { column + 1 };
                }
            }
        }
        out
    })
}

fn stripped(vm: &mut Vm, args: Args<'_>, name: &str, left: bool, right: bool) -> R {
    let b = this(vm, &args, name)?;
    let mut strips = [false; 256];
    match args.get(1) {
        Value::Undef | Value::None => b"\t\n\x0b\x0c\r ".iter().for_each(|b| strips[*b as usize] = true),
        set => {
            let set = bytes_argument(vm, set)?;
            vm.heap.get(set).data.iter().for_each(|b| strips[*b as usize] = true);
        }
    }
    let data = &vm.heap.get(b).data;
    let keeps = |b: &u8| !strips[*b as usize];
    let from = if left { data.iter().position(keeps).unwrap_or(data.len()) } else { 0 };
    let to = if right { data.iter().rposition(keeps).map_or(from, |at| at + 1) } else { data.len() };
    let cost = (from + data.len() - to) / 4;
    vm.charge(cost);
    value(part(vm, b, from, to.max(from)))
}

fn strip(vm: &mut Vm, args: Args<'_>) -> R {
    stripped(vm, args, "strip", true, true)
}

fn lstrip(vm: &mut Vm, args: Args<'_>) -> R {
    stripped(vm, args, "lstrip", true, false)
}

fn rstrip(vm: &mut Vm, args: Args<'_>) -> R {
    stripped(vm, args, "rstrip", false, true)
}

fn removeprefix(vm: &mut Vm, args: Args<'_>) -> R {
    let b = this(vm, &args, "removeprefix")?;
    let prefix = bytes_argument(vm, args.get(1))?;
    let (data, prefix) = (&vm.heap.get(b).data, &vm.heap.get(prefix).data);
    let (len, from) = (data.len(), if data.starts_with(prefix) { prefix.len() } else { 0 });
    value(part(vm, b, from, len))
}

fn removesuffix(vm: &mut Vm, args: Args<'_>) -> R {
    let b = this(vm, &args, "removesuffix")?;
    let suffix = bytes_argument(vm, args.get(1))?;
    let (data, suffix) = (&vm.heap.get(b).data, &vm.heap.get(suffix).data);
    let to = if data.ends_with(suffix) { data.len() - suffix.len() } else { data.len() };
    value(part(vm, b, 0, to))
}

// ---- taking apart and putting together ---------------------------------------------------------

fn parted(vm: &mut Vm, args: Args<'_>, name: &str, last: bool) -> R {
    let b = this(vm, &args, name)?;
    let separator = bytes_argument(vm, args.get(1))?;
    let (data, wanted) = (&vm.heap.get(b).data, &vm.heap.get(separator).data);
    if wanted.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let (len, width) = (data.len(), wanted.len());
    let found = if last { search::rfind(data, wanted) } else { search::find(data, wanted) };
    vm.charge(len / 64);
    let empty = vm.bytes([]);
    let parts = match found {
        Some(at) => [part(vm, b, 0, at), Value::Bytes(separator), part(vm, b, at + width, len)],
        None if last => [empty, empty, Value::Bytes(b)],
        None => [Value::Bytes(b), empty, empty],
    };
    value(vm.tuple(parts))
}

fn partition(vm: &mut Vm, args: Args<'_>) -> R {
    parted(vm, args, "partition", false)
}

fn rpartition(vm: &mut Vm, args: Args<'_>) -> R {
    parted(vm, args, "rpartition", true)
}

/// The ranges of the parts, cut at white space at most `left` times.
fn words(data: &[u8], mut left: usize, reversed: bool) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let (mut from, mut to) = (0, data.len());
    loop {
        if reversed {
            to = data[from..to].iter().rposition(|b| !is_space(b)).map_or(from, |at| from + at + 1);
        } else {
            from = data[from..to].iter().position(|b| !is_space(b)).map_or(to, |at| from + at);
        }
        if from == to {
            break;
        }
        let cut = match (left, reversed) {
            (0, _) => None,
            (_, true) => data[from..to].iter().rposition(is_space).map(|at| from + at),
            (_, false) => data[from..to].iter().position(is_space).map(|at| from + at),
        };
        match cut {
            None => {
                parts.push((from, to));
                break;
            }
            Some(at) if reversed => {
                parts.push((at + 1, to));
                to = at;
            }
            Some(at) => {
                parts.push((from, at));
                from = at;
            }
        }
        left -= 1;
    }
    parts
}

/// The ranges of the parts, cut at a separator at most `left` times.
fn pieces(data: &[u8], separator: &[u8], mut left: usize, reversed: bool) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let (mut from, mut to) = (0, data.len());
    let find = if reversed { search::rfind } else { search::find };
    while left > 0
        && let Some(at) = find(&data[from..to], separator)
    {
        if reversed {
            parts.push((from + at + separator.len(), to));
            to = from + at;
        } else {
            parts.push((from, from + at));
            from += at + separator.len();
        }
        left -= 1;
    }
    parts.push((from, to));
    parts
}

fn split_arguments(vm: &mut Vm, args: Args<'_>, name: &'static str, reversed: bool) -> R {
    let b = this(vm, &args, name)?;
    let signature: Signature<2> = Signature {
        function: name,
        names: ["sep", "maxsplit"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [separator, most] = args.rest().bind(vm, &signature)?;
    let most = if most.is_undef() { -1 } else { index_argument(vm, most)? };
    let left = usize::try_from(most).unwrap_or(usize::MAX);
    let mut parts = match separator {
        Value::Undef | Value::None => words(&vm.heap.get(b).data, left, reversed),
        separator => {
            let separator = bytes_argument(vm, separator)?;
            if vm.heap.get(separator).data.is_empty() {
                return Err(vm.value_error("empty separator"));
            }
            pieces(&vm.heap.get(b).data, &vm.heap.get(separator).data, left, reversed)
        }
    };
    if reversed {
        parts.reverse();
    }
    parts_list(vm, b, &parts)
}

fn parts_list(vm: &mut Vm, b: Ref<Bytes>, parts: &[(usize, usize)]) -> R {
    vm.reserve_elements(parts.len(), 2 * size_of::<Value>())?;
    vm.charge(parts.len() + vm.heap.get(b).data.len() / 16);
    let items = parts.iter().map(|&(from, to)| part(vm, b, from, to)).collect();
    value(vm.list(items))
}

fn split(vm: &mut Vm, args: Args<'_>) -> R {
    split_arguments(vm, args, "split", false)
}

fn rsplit(vm: &mut Vm, args: Args<'_>) -> R {
    split_arguments(vm, args, "rsplit", true)
}

fn splitlines(vm: &mut Vm, args: Args<'_>) -> R {
    let b = this(vm, &args, "splitlines")?;
    const SIGNATURE: Signature<1> = Signature {
        function: "splitlines",
        names: ["keepends"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let [keep] = args.rest().bind(vm, &SIGNATURE)?;
    let keep = crate::vm::ops::truth_now(vm, keep);
    let data = &vm.heap.get(b).data;
    let mut parts = Vec::new();
    let mut from = 0;
    while from < data.len() {
        let line = memchr::memchr2(b'\n', b'\r', &data[from..]).map_or(data.len(), |at| from + at);
        let end = match data.get(line..) {
            Some([b'\r', b'\n', ..]) => line + 2,
            Some([_, ..]) => line + 1,
            _ => line,
        };
        parts.push((from, if keep { end } else { line }));
        from = end;
    }
    parts_list(vm, b, &parts)
}

fn join(vm: &mut Vm, args: Args<'_>) -> R {
    let separator = this(vm, &args, "join")?;
    let parts = args.get(1);
    let Ok(iterator) = iter::get_iter_now(vm, parts) else {
        return Err(vm.type_error("can only join an iterable"));
    };
    let parts = vm.heap.alloc(List::default());
    Ok(Flow::task(Drain::new(iterator, Collect { separator, parts, size: 0 })))
}

/// Collects the parts of a `join` and their size.
struct Collect {
    separator: Ref<Bytes>,
    parts: Ref<List>,
    size: usize,
}

impl Sink for Collect {
    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        let Value::Bytes(b) = v else {
            let (at, name) = (vm.heap.get(self.parts).items.len(), vm.type_name(v));
            return Err(
                vm.type_error(format!("sequence item {at}: expected a bytes-like object, {name} found"))
            );
        };
        self.size += vm.heap.get(b).data.len() + vm.heap.get(self.separator).data.len();
        list::push(vm, self.parts, v);
        Ok(None)
    }

    fn finish(&mut self, vm: &mut Vm) -> R<Flow> {
        let size = self.size;
        made(vm, size, |vm| {
            let mut out = Vec::with_capacity(size);
            for (i, part) in vm.heap.get(self.parts).items.iter().enumerate() {
                if i > 0 {
                    out.extend_from_slice(&vm.heap.get(self.separator).data);
                }
                if let Value::Bytes(b) = part {
                    out.extend_from_slice(&vm.heap.get(*b).data);
                }
            }
            out
        })
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.separator);
        tracer.object(self.parts);
    }
}

// ---- translation -----------------------------------------------------------------------------

fn maketrans(vm: &mut Vm, args: Args<'_>) -> R {
    let (from, to) = (bytes_argument(vm, args.get(0))?, bytes_argument(vm, args.get(1))?);
    let (from, to) = (&vm.heap.get(from).data, &vm.heap.get(to).data);
    if from.len() != to.len() {
        return Err(vm.value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (from, to) in from.iter().zip(to) {
        table[*from as usize] = *to;
    }
    value(vm.bytes(table))
}

fn translate(vm: &mut Vm, args: Args<'_>) -> R {
    let b = this(vm, &args, "translate")?;
    const SIGNATURE: Signature<2> = Signature {
        function: "translate",
        names: ["table", "delete"],
        positional_only: 1,
        positional: 2,
        required: 1,
    };
    let [table, delete] = args.rest().bind(vm, &SIGNATURE)?;
    let mut map: Vec<u8> = (0..=255).collect();
    if !table.is_none() {
        let table = bytes_argument(vm, table)?;
        let table = &vm.heap.get(table).data;
        if table.len() != 256 {
            return Err(vm.value_error("translation table must be 256 characters long"));
        }
        map.copy_from_slice(table);
    }
    let mut gone = [false; 256];
    if !delete.is_undef() {
        let delete = bytes_argument(vm, delete)?;
        vm.heap.get(delete).data.iter().for_each(|b| gone[*b as usize] = true);
    }
    let size = vm.heap.get(b).data.len();
    made(vm, size, |vm| {
        let data = vm.heap.get(b).data.iter();
        data.filter(|b| !gone[**b as usize]).map(|b| map[*b as usize]).collect()
    })
}

// ---- text ------------------------------------------------------------------------------------

fn decode(vm: &mut Vm, args: Args<'_>) -> R {
    let b = this(vm, &args, "decode")?;
    const SIGNATURE: Signature<2> = Signature {
        function: "decode",
        names: ["encoding", "errors"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [encoding, errors] = args.rest().bind(vm, &SIGNATURE)?;
    codec::names(vm, "decode", encoding, errors)?;
    if vm.heap.get(b).data.is_empty() {
        return value(vm.str("")); // as in CPython, whatever the codec is called
    }
    let (codec, errors) = codec::arguments(vm, "decode", encoding, errors)?;
    codec::decode(vm, b, codec, errors).and_then(value)
}

fn fromhex(vm: &mut Vm, args: Args<'_>) -> R {
    let Value::Str(s) = args.get(0) else {
        let name = vm.type_name(args.get(0));
        return Err(vm.type_error(format!("fromhex() argument must be str, not {name}")));
    };
    let size = vm.heap.str(s).len() / 2;
    vm.reserve(size)?;
    let mut out = Vec::with_capacity(size);
    let text = vm.heap.str(s);
    let mut chars = text.chars().enumerate();
    let bad = loop {
        let Some((at, c)) = chars.next() else { break None };
        if c.is_ascii() && is_space(&(c as u8)) {
            continue;
        }
        let Some(high) = c.to_digit(16) else { break Some(at) };
        match chars.next() {
            Some((at, c)) => match c.to_digit(16) {
                Some(low) => out.push((high * 16 + low) as u8),
                None => break Some(at),
            },
            None => break Some(at + 1),
        }
    };
    if let Some(at) = bad {
        return Err(vm.value_error(format!("non-hexadecimal number found in fromhex() arg at position {at}")));
    }
    value(vm.bytes(out))
}

fn hex(vm: &mut Vm, args: Args<'_>) -> R {
    let b = this(vm, &args, "hex")?;
    const SIGNATURE: Signature<2> = Signature {
        function: "hex",
        names: ["sep", "bytes_per_sep"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [separator, group] = args.rest().bind(vm, &SIGNATURE)?;
    let separator = match separator {
        Value::Undef => None,
        Value::Str(s) => match vm.heap.str(s).as_bytes() {
            [byte] => Some(*byte),
            [] | [0..=0x7f, ..] => return Err(vm.value_error("sep must be length 1.")),
            _ => return Err(vm.value_error("sep must be ASCII.")),
        },
        Value::Bytes(s) => match *vm.heap.get(s).data {
            [byte] if byte.is_ascii() => Some(byte),
            [_] => return Err(vm.value_error("sep must be ASCII.")),
            _ => return Err(vm.value_error("sep must be length 1.")),
        },
        other => {
            let name = vm.type_name(other);
            return Err(vm.type_error(format!("object of type '{name}' has no len()")));
        }
    };
    let group = if group.is_undef() { 1 } else { index_argument(vm, group)? };
    let size = vm.heap.get(b).data.len();
    vm.reserve(3 * size)?;
    let data = &vm.heap.get(b).data;
    let every = usize::try_from(group.unsigned_abs()).unwrap_or(usize::MAX);
    let mut out = String::with_capacity(3 * size);
    for (i, byte) in data.iter().enumerate() {
        // Groups are counted from the right, or from the left when the number is negative.
        let position = if group < 0 { i } else { size - i };
        if let Some(separator) = separator
            && i > 0
            && every > 0
            && position.is_multiple_of(every)
        {
            out.push(char::from(separator));
        }
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from(b"0123456789abcdef"[digit as usize]));
        }
    }
    value(vm.string(out))
}
