//! The table of `str`'s methods, and those about case, classes and padding.

use super::long::{self, Work};
use super::strip::{lstrip, rstrip, strip};
use super::{Str, fields, join, search, split, translate};
use crate::vm::flow::{R, value};
use crate::vm::native::{Args, Arity, NativeDef, Signature, method, static_method};
use crate::vm::text::unicode;
use crate::vm::type_id::TypeId;
use crate::vm::types::bytes::codec;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

const STR: TypeId = TypeId::Str;

/// The methods of `str`.
pub static METHODS: &[NativeDef] = &[
    method(STR, "capitalize", Arity::None, capitalize),
    method(STR, "casefold", Arity::None, casefold),
    method(STR, "center", Arity::Range(1, 2), center),
    method(STR, "count", Arity::Range(1, 3), search::count),
    method(STR, "encode", Arity::Free, encode),
    method(STR, "endswith", Arity::Range(1, 3), search::endswith),
    method(STR, "expandtabs", Arity::Free, expandtabs),
    method(STR, "find", Arity::Range(1, 3), search::find),
    method(STR, "format", Arity::Free, fields::format),
    method(STR, "format_map", Arity::One, fields::format_map),
    method(STR, "index", Arity::Range(1, 3), search::index),
    method(STR, "isalnum", Arity::None, isalnum),
    method(STR, "isalpha", Arity::None, isalpha),
    method(STR, "isascii", Arity::None, isascii),
    method(STR, "isdecimal", Arity::None, isdecimal),
    method(STR, "isdigit", Arity::None, isdigit),
    method(STR, "isidentifier", Arity::None, isidentifier),
    method(STR, "islower", Arity::None, islower),
    method(STR, "isnumeric", Arity::None, isnumeric),
    method(STR, "isprintable", Arity::None, isprintable),
    method(STR, "isspace", Arity::None, isspace),
    method(STR, "istitle", Arity::None, istitle),
    method(STR, "isupper", Arity::None, isupper),
    method(STR, "join", Arity::One, join::join),
    method(STR, "ljust", Arity::Range(1, 2), ljust),
    method(STR, "lower", Arity::None, lower),
    method(STR, "lstrip", Arity::Range(0, 1), lstrip),
    static_method(STR, "maketrans", Arity::Range(1, 3), translate::maketrans),
    method(STR, "partition", Arity::One, split::partition),
    method(STR, "removeprefix", Arity::One, removeprefix),
    method(STR, "removesuffix", Arity::One, removesuffix),
    method(STR, "replace", Arity::Free, search::replace),
    method(STR, "rfind", Arity::Range(1, 3), search::rfind),
    method(STR, "rindex", Arity::Range(1, 3), search::rindex),
    method(STR, "rjust", Arity::Range(1, 2), rjust),
    method(STR, "rpartition", Arity::One, split::rpartition),
    method(STR, "rsplit", Arity::Free, split::rsplit),
    method(STR, "rstrip", Arity::Range(0, 1), rstrip),
    method(STR, "split", Arity::Free, split::split),
    method(STR, "splitlines", Arity::Free, split::splitlines),
    method(STR, "startswith", Arity::Range(1, 3), search::startswith),
    method(STR, "strip", Arity::Range(0, 1), strip),
    method(STR, "swapcase", Arity::None, swapcase),
    method(STR, "title", Arity::None, title),
    method(STR, "translate", Arity::One, translate::translate),
    method(STR, "upper", Arity::None, upper),
    method(STR, "zfill", Arity::One, zfill),
];

/// The receiver of a method.
pub fn this(vm: &mut Vm, args: &Args<'_>, name: &str) -> R<Ref<Str>> {
    match args.get(0) {
        Value::Str(s) => Ok(s),
        other => {
            let other = vm.type_name(other);
            Err(vm.type_error(format!(
                "descriptor '{name}' for 'str' objects doesn't apply to a '{other}' object"
            )))
        }
    }
}

/// An argument that must be an integer, for counts and widths.
pub fn index_argument(vm: &mut Vm, v: Value) -> R<i64> {
    match v {
        Value::Int(i) => Ok(i),
        Value::Bool(b) => Ok(i64::from(b)),
        Value::Big(_) => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
        other => {
            let name = vm.type_name(other);
            Err(vm.type_error(format!("'{name}' object cannot be interpreted as an integer")))
        }
    }
}

/// An argument that CPython takes as a C `int`.
pub fn int_argument(vm: &mut Vm, v: Value) -> R<i32> {
    match v {
        Value::Big(_) => None,
        v => i32::try_from(index_argument(vm, v)?).ok(),
    }
    .ok_or_else(|| vm.overflow_error("Python int too large to convert to C int"))
}

/// An argument that must be a string.
pub fn text_argument(vm: &mut Vm, v: Value, function: &str, which: &str) -> R<Ref<Str>> {
    match v {
        Value::Str(s) => Ok(s),
        other => {
            let name = if other.is_none() { "None" } else { vm.type_name(other) };
            Err(vm.type_error(format!("{function}() argument{which} must be str, not {name}")))
        }
    }
}

// ---- case ------------------------------------------------------------------------------------

/// How ASCII text is mapped, and whether there is anything to do in it.
struct AsciiMap {
    concerns: fn(&u8) -> bool,
    map: fn(&mut str),
}

/// The text mapped, in one go if it is ASCII.
fn mapped_ascii(vm: &mut Vm, s: Ref<Str>, ascii: &AsciiMap) -> Value {
    let text = vm.heap.str(s);
    if !text.as_bytes().iter().any(ascii.concerns) {
        return Value::Str(s);
    }
    if text.len() == 1 {
        let mut byte = [text.as_bytes()[0]];
        let one = std::str::from_utf8_mut(&mut byte).expect("the text is ASCII");
        (ascii.map)(one);
        return vm.ascii_char(byte[0]);
    }
    let mapped = Str::changed(text, ascii.map);
    Value::Str(vm.heap.alloc(mapped))
}

/// The text mapped; the pieces of a long one but the first by `rest`.
fn mapped(
    vm: &mut Vm,
    args: Args<'_>,
    name: &str,
    ascii: &AsciiMap,
    map: fn(&str) -> String,
    rest: fn(&str) -> String,
) -> R {
    let s = this(vm, &args, name)?;
    let len = vm.heap.str(s).len();
    if len > long::AT_ONCE_BYTES {
        return long::work_on(vm, s, Work::Map { first: map, rest });
    }
    if vm.heap.str_is_ascii(s) {
        vm.charge(len / 16);
        return value(mapped_ascii(vm, s, ascii));
    }
    vm.charge(len / 2);
    let text = map(vm.heap.str(s));
    value(vm.string(text))
}

fn ascii_capitalize(text: &mut str) {
    text.make_ascii_lowercase();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
}

fn ascii_title(text: &mut str) {
    let mut in_word = false;
    for at in 0..text.len() {
        let Some(c) = text.get_mut(at..at + 1) else { continue };
        if in_word {
            c.make_ascii_lowercase();
        } else {
            c.make_ascii_uppercase();
        }
        in_word = c.as_bytes()[0].is_ascii_alphabetic();
    }
}

fn ascii_swapcase(text: &mut str) {
    for at in 0..text.len() {
        let Some(c) = text.get_mut(at..at + 1) else { continue };
        if c.as_bytes()[0].is_ascii_uppercase() {
            c.make_ascii_lowercase();
        } else {
            c.make_ascii_uppercase();
        }
    }
}

fn capitalize(vm: &mut Vm, args: Args<'_>) -> R {
    const ASCII: AsciiMap = AsciiMap { concerns: u8::is_ascii_alphabetic, map: ascii_capitalize };
    mapped(vm, args, "capitalize", &ASCII, unicode::capitalize, unicode::lower)
}

fn casefold(vm: &mut Vm, args: Args<'_>) -> R {
    const ASCII: AsciiMap = AsciiMap { concerns: u8::is_ascii_uppercase, map: str::make_ascii_lowercase };
    mapped(vm, args, "casefold", &ASCII, unicode::casefold, unicode::casefold)
}

fn lower(vm: &mut Vm, args: Args<'_>) -> R {
    const ASCII: AsciiMap = AsciiMap { concerns: u8::is_ascii_uppercase, map: str::make_ascii_lowercase };
    mapped(vm, args, "lower", &ASCII, unicode::lower, unicode::lower)
}

fn upper(vm: &mut Vm, args: Args<'_>) -> R {
    const ASCII: AsciiMap = AsciiMap { concerns: u8::is_ascii_lowercase, map: str::make_ascii_uppercase };
    mapped(vm, args, "upper", &ASCII, unicode::upper, unicode::upper)
}

fn swapcase(vm: &mut Vm, args: Args<'_>) -> R {
    const ASCII: AsciiMap = AsciiMap { concerns: u8::is_ascii_alphabetic, map: ascii_swapcase };
    mapped(vm, args, "swapcase", &ASCII, unicode::swapcase, unicode::swapcase)
}

fn title(vm: &mut Vm, args: Args<'_>) -> R {
    const ASCII: AsciiMap = AsciiMap { concerns: u8::is_ascii_alphabetic, map: ascii_title };
    mapped(vm, args, "title", &ASCII, unicode::title, unicode::title)
}

// ---- classes ---------------------------------------------------------------------------------

fn tested(vm: &mut Vm, args: Args<'_>, name: &str, test: fn(&str) -> bool) -> R {
    let s = this(vm, &args, name)?;
    let text = vm.heap.str(s);
    let (len, answer) = (text.len(), test(text));
    vm.charge(len / 16);
    value(Value::Bool(answer))
}

/// For ASCII text, a test of bytes that the compiler can do many at a time.
macro_rules! class {
    ($name:ident, $ascii:expr, $full:path) => {
        fn $name(vm: &mut Vm, args: Args<'_>) -> R {
            tested(vm, args, stringify!($name), |s| {
                if s.is_ascii() {
                    let test: fn(&u8) -> bool = $ascii;
                    return !s.is_empty() && s.as_bytes().iter().all(test);
                }
                $full(s)
            })
        }
    };
}

class!(isalnum, u8::is_ascii_alphanumeric, unicode::str_is_alnum);
class!(isalpha, u8::is_ascii_alphabetic, unicode::str_is_alpha);
class!(isdecimal, u8::is_ascii_digit, unicode::str_is_decimal);
class!(isdigit, u8::is_ascii_digit, unicode::str_is_digit);
class!(isnumeric, u8::is_ascii_digit, unicode::str_is_numeric);
class!(isspace, |b| matches!(b, b'\t'..=b'\r' | 0x1c..=0x1f | b' '), unicode::str_is_space);

fn isascii(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, &args, "isascii")?;
    value(Value::Bool(vm.heap.str_is_ascii(s)))
}

fn isidentifier(vm: &mut Vm, args: Args<'_>) -> R {
    tested(vm, args, "isidentifier", unicode::str_is_identifier)
}

fn islower(vm: &mut Vm, args: Args<'_>) -> R {
    tested(vm, args, "islower", unicode::str_is_lower)
}

fn isprintable(vm: &mut Vm, args: Args<'_>) -> R {
    tested(vm, args, "isprintable", unicode::str_is_printable)
}

fn istitle(vm: &mut Vm, args: Args<'_>) -> R {
    tested(vm, args, "istitle", unicode::str_is_title)
}

fn isupper(vm: &mut Vm, args: Args<'_>) -> R {
    tested(vm, args, "isupper", unicode::str_is_upper)
}

// ---- padding ---------------------------------------------------------------------------------

/// Where the text stands in a wider field.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
    Center,
}

fn padded(vm: &mut Vm, args: Args<'_>, name: &str, side: Side) -> R {
    let s = this(vm, &args, name)?;
    let width = index_argument(vm, args.get(1))?;
    let fill = match args.get(2) {
        Value::Undef => ' ',
        Value::Str(f) if vm.heap.get(f).chars() == 1 => vm.heap.str_char(f, 0),
        Value::Str(_) => return Err(vm.type_error("The fill character must be exactly one character long")),
        other => {
            let name = vm.type_name(other);
            return Err(vm.type_error(format!("The fill character must be a unicode character, not {name}")));
        }
    };
    let chars = vm.heap.get(s).chars();
    let width = usize::try_from(width).unwrap_or(0);
    if width <= chars {
        return value(Value::Str(s));
    }
    let padding = width - chars;
    let left = match side {
        Side::Left => 0,
        Side::Right => padding,
        // CPython gives the odd one to the left when the width is odd.
        Side::Center => padding / 2 + (padding & width & 1),
    };
    let len = vm.heap.str(s).len();
    vm.reserve(padding.saturating_mul(fill.len_utf8()).saturating_add(len))?;
    let padded = Str::padded(vm.heap.str(s), chars, fill, left, padding - left);
    value(Value::Str(vm.heap.alloc(padded)))
}

fn push_fill(text: &mut String, fill: char, count: usize) {
    text.extend(std::iter::repeat_n(fill, count));
}

fn center(vm: &mut Vm, args: Args<'_>) -> R {
    padded(vm, args, "center", Side::Center)
}

fn ljust(vm: &mut Vm, args: Args<'_>) -> R {
    padded(vm, args, "ljust", Side::Left)
}

fn rjust(vm: &mut Vm, args: Args<'_>) -> R {
    padded(vm, args, "rjust", Side::Right)
}

fn zfill(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, &args, "zfill")?;
    let width = usize::try_from(index_argument(vm, args.get(1))?).unwrap_or(0);
    let chars = vm.heap.get(s).chars();
    if width <= chars {
        return value(Value::Str(s));
    }
    let len = vm.heap.str(s).len();
    vm.reserve((width - chars).saturating_add(len))?;
    let old = vm.heap.str(s);
    let sign = usize::from(old.starts_with(['+', '-']));
    if sign == 0 {
        let padded = Str::padded(old, chars, '0', width - chars, 0);
        return value(Value::Str(vm.heap.alloc(padded)));
    }
    let mut text = String::with_capacity(width - chars + len);
    text.push_str(&old[..sign]);
    push_fill(&mut text, '0', width - chars);
    text.push_str(&old[sign..]);
    value(vm.string(text))
}

fn expandtabs(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, &args, "expandtabs")?;
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
    let tabs = memchr::memchr_iter(b'\t', vm.heap.str(s).as_bytes()).count();
    if tabs == 0 {
        return value(Value::Str(s));
    }
    let len = vm.heap.str(s).len();
    vm.reserve(tabs.saturating_mul(size).saturating_add(len))?;
    let mut text = String::with_capacity(len);
    let mut column = 0;
    for c in vm.heap.str(s).chars() {
        match c {
            '\t' if size > 0 => {
                let gap = size - column % size;
                push_fill(&mut text, ' ', gap);
                column += gap;
            }
            '\t' => {}
            c => {
                text.push(c);
                column = if matches!(c, '\n' | '\r') { 0 } else { column + 1 };
            }
        }
    }
    vm.charge(len / 4);
    value(vm.string(text))
}

/// The bytes from `from` to `to` of a string as a string; the string itself when that is all of it.
pub fn slice_bytes(vm: &mut Vm, s: Ref<Str>, from: usize, to: usize) -> Value {
    let text = vm.heap.str(s);
    if from == 0 && to == text.len() {
        return Value::Str(s);
    }
    let ascii = vm.heap.str_is_ascii(s);
    let part = &text[from..to];
    match *part.as_bytes() {
        [] => return vm.str(""),
        [byte] => return vm.ascii_char(byte),
        _ => {}
    }
    let part = if ascii { Str::with_chars(part, to - from) } else { Str::new(part) };
    vm.charge((to - from) / 16);
    Value::Str(vm.heap.alloc(part))
}

fn removeprefix(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, &args, "removeprefix")?;
    let prefix = text_argument(vm, args.get(1), "removeprefix", "")?;
    let (text, prefix) = (vm.heap.str(s), vm.heap.str(prefix));
    let (len, wanted) = (text.len(), prefix.len());
    let from = if text.starts_with(prefix) { wanted } else { 0 };
    vm.charge(wanted / 64);
    value(slice_bytes(vm, s, from, len))
}

fn removesuffix(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, &args, "removesuffix")?;
    let suffix = text_argument(vm, args.get(1), "removesuffix", "")?;
    let (text, suffix) = (vm.heap.str(s), vm.heap.str(suffix));
    let wanted = suffix.len();
    let to = if text.ends_with(suffix) { text.len() - wanted } else { text.len() };
    vm.charge(wanted / 64);
    value(slice_bytes(vm, s, 0, to))
}

// ---- others ----------------------------------------------------------------------------------

fn encode(vm: &mut Vm, args: Args<'_>) -> R {
    let s = this(vm, &args, "encode")?;
    const SIGNATURE: Signature<2> = Signature {
        function: "encode",
        names: ["encoding", "errors"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [encoding, errors] = args.rest().bind(vm, &SIGNATURE)?;
    let (codec, errors) = codec::arguments(vm, "encode", encoding, errors)?;
    codec::encode(vm, s, codec, errors).and_then(value)
}
