//! What calling an exception class does.

use super::{Exception, Layout};
use crate::vm::exceptions::set_attr;
use crate::vm::flow::{R, Trap, value};
use crate::vm::iter;
use crate::vm::native::Args;
use crate::vm::type_id::TypeId;
use crate::vm::types::tuple::Tuple;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// `ValueError(…)` and its like.
pub fn construct(vm: &mut Vm, ty: TypeId, args: Args<'_>) -> R {
    let layout = Layout::of(ty);
    if layout == Layout::Group {
        return value(Value::Exception(super::group::construct(vm, ty, args)?));
    }
    let keywords: &[&str] = match layout {
        Layout::Import => &["name", "path", "name_from"],
        Layout::Name => &["name"],
        Layout::Attribute => &["name", "obj"],
        _ => &[],
    };
    if args.has_keywords() && keywords.is_empty() {
        return Err(vm.type_error(format!("{}() takes no keyword arguments", ty.name())));
    }
    let ty = if ty == TypeId::OSError { os_error_class(args) } else { ty };
    let given = vm.tuple_ref(args.pos());
    let exc = vm.exception(ty, given);
    for (name, v) in args.keywords() {
        let Value::Str(name) = name else { continue };
        let text = vm.heap.str(name).to_owned();
        if !keywords.contains(&text.as_str()) {
            let class = match layout {
                Layout::Import => "ImportError",
                Layout::Name => "NameError",
                _ => "AttributeError",
            };
            let hint = crate::vm::suggest::closest(&text, keywords.iter().copied());
            let hint = hint.map_or(String::new(), |h| format!(". Did you mean '{h}'?"));
            return Err(vm.type_error(format!("{class}() got an unexpected keyword argument '{text}'{hint}")));
        }
        set_attr(vm, exc, &text, v);
    }
    match layout {
        Layout::Os => os_error(vm, exc, args),
        Layout::Syntax => syntax_error(vm, exc, args)?,
        Layout::Decode | Layout::Encode | Layout::Translate => unicode_error(vm, exc, layout, args)?,
        Layout::Json => return json_error(vm, args),
        _ => {}
    }
    value(Value::Exception(exc))
}

/// The subclass that an `errno` selects (the numbers are Linux's).
fn os_error_class(args: Args<'_>) -> TypeId {
    let Value::Int(errno) = args.get(0) else { return TypeId::OSError };
    if !(2..=5).contains(&args.len()) {
        return TypeId::OSError;
    }
    match errno {
        11 | 114 | 115 => TypeId::BlockingIOError,
        32 | 108 => TypeId::BrokenPipeError,
        10 => TypeId::ChildProcessError,
        103 => TypeId::ConnectionAbortedError,
        111 => TypeId::ConnectionRefusedError,
        104 => TypeId::ConnectionResetError,
        17 => TypeId::FileExistsError,
        2 => TypeId::FileNotFoundError,
        4 => TypeId::InterruptedError,
        21 => TypeId::IsADirectoryError,
        20 => TypeId::NotADirectoryError,
        1 | 13 => TypeId::PermissionError,
        3 => TypeId::ProcessLookupError,
        110 => TypeId::TimeoutError,
        _ => TypeId::OSError,
    }
}

/// Two to five arguments are `errno, strerror, filename, winerror, filename2`; the file names leave `args`.
fn os_error(vm: &mut Vm, exc: Ref<Exception>, args: Args<'_>) {
    if !(2..=5).contains(&args.len()) {
        return;
    }
    set_attr(vm, exc, "errno", args.get(0));
    set_attr(vm, exc, "strerror", args.get(1));
    let named = |v: Value| !v.is_undef() && !v.is_none();
    if named(args.get(2)) {
        set_attr(vm, exc, "filename", args.get(2));
        if named(args.get(4)) {
            set_attr(vm, exc, "filename2", args.get(4));
        }
        let kept = vm.tuple_ref(&args.pos()[..2]);
        vm.heap.get_mut(exc).args = kept;
    }
}

/// `SyntaxError(msg, (filename, lineno, offset, text[, end_lineno, end_offset]))`
fn syntax_error(vm: &mut Vm, exc: Ref<Exception>, args: Args<'_>) -> R<()> {
    if args.is_empty() {
        return Ok(());
    }
    set_attr(vm, exc, "msg", args.get(0));
    if args.len() != 2 {
        return Ok(());
    }
    let details = elements(vm, args.get(1))?;
    if details.len() < 4 || details.len() > 6 {
        let (bound, n) = if details.len() < 4 { ("least", 4) } else { ("most", 6) };
        return Err(
            vm.type_error(format!("function takes at {bound} {n} arguments ({} given)", details.len()))
        );
    }
    if details.len() == 5 {
        return Err(vm.type_error("end_offset must be provided when end_lineno is provided"));
    }
    let names = ["filename", "lineno", "offset", "text", "end_lineno", "end_offset"];
    for (name, v) in names.iter().zip(details) {
        set_attr(vm, exc, name, v);
    }
    Ok(())
}

/// The elements of an iterable that needs no interpreter to be read.
pub(super) fn elements(vm: &mut Vm, v: Value) -> R<Vec<Value>> {
    if let Some(items) = iter::elements_now(vm, v) {
        return Ok(items);
    }
    if let Value::Str(s) = v {
        let chars: Vec<char> = vm.heap.str(s).chars().collect();
        return Ok(chars.into_iter().map(|c| vm.char(c)).collect());
    }
    let name = vm.type_name(v);
    Err(vm.type_error(format!("'{name}' object is not iterable")))
}

/// `UnicodeDecodeError(encoding, object, start, end, reason)` and its siblings.
fn unicode_error(vm: &mut Vm, exc: Ref<Exception>, layout: Layout, args: Args<'_>) -> R<()> {
    let names = layout.slots();
    if args.len() != names.len() {
        let (takes, given) = (names.len(), args.len());
        return Err(vm.type_error(format!("function takes exactly {takes} arguments ({given} given)")));
    }
    for (i, name) in names.iter().enumerate() {
        let v = args.get(i);
        let wrong = match (*name, layout) {
            ("start" | "end", _) => match v {
                Value::Int(_) | Value::Bool(_) => None,
                Value::Big(_) => {
                    return Err(vm.overflow_error("Python int too large to convert to C ssize_t"));
                }
                _ => {
                    let got = vm.type_name(v);
                    Some(format!("'{got}' object cannot be interpreted as an integer"))
                }
            },
            ("object", Layout::Decode) if matches!(v, Value::Bytes(_)) => None,
            ("object", Layout::Decode) => {
                let got = vm.type_name(v);
                Some(format!("a bytes-like object is required, not '{got}'"))
            }
            _ if matches!(v, Value::Str(_)) => None,
            _ => Some(format!("argument {} must be str, not {}", i + 1, vm.type_name(v))),
        };
        if let Some(message) = wrong {
            return Err(vm.type_error(message));
        }
        set_attr(vm, exc, name, v);
    }
    Ok(())
}

/// `json.JSONDecodeError(msg, doc, pos)`
fn json_error(vm: &mut Vm, args: Args<'_>) -> R {
    let (msg, doc, pos) = (args.get(0), args.get(1), args.get(2));
    let missing: Vec<&str> = ["'msg'", "'doc'", "'pos'"].into_iter().skip(args.len()).collect();
    if !missing.is_empty() {
        let list = match &missing[..] {
            [one] => (*one).to_owned(),
            [a, b] => format!("{a} and {b}"),
            _ => "'msg', 'doc', and 'pos'".to_owned(),
        };
        let s = if missing.len() == 1 { "" } else { "s" };
        let n = missing.len();
        return Err(vm.type_error(format!(
            "JSONDecodeError.__init__() missing {n} required positional argument{s}: {list}"
        )));
    }
    let (Value::Str(msg), Value::Str(doc), Value::Int(pos), 3) = (msg, doc, pos, args.len()) else {
        return Err(vm.type_error("JSONDecodeError() takes a message, a document (both str) and a position"));
    };
    let msg = vm.heap.str(msg).to_owned();
    let chars = vm.heap.str_len(doc) as i64;
    let pos = pos.clamp(0, chars) as usize;
    value(Value::Exception(json_decode_error(vm, &msg, doc, pos)))
}

/// A `JSONDecodeError` at a position in code points.
pub fn json_decode_error(
    vm: &mut Vm,
    msg: &str,
    doc: Ref<crate::vm::types::str::Str>,
    pos: usize,
) -> Ref<Exception> {
    let offset = vm.heap.str_offset(doc, pos);
    let before = &vm.heap.str(doc)[..offset];
    let lineno = memchr::memchr_iter(b'\n', before.as_bytes()).count() as i64 + 1;
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let colno = before[line_start..].chars().count() as i64 + 1;
    vm.charge(offset / 16);
    let text = vm.string(format!("{msg}: line {lineno} column {colno} (char {pos})"));
    let args = vm.tuple_ref([text]);
    let exc = vm.exception(TypeId::JsonDecodeError, args);
    let msg = vm.str(msg);
    let details = [
        ("msg", msg),
        ("doc", Value::Str(doc)),
        ("pos", Value::Int(pos as i64)),
        ("lineno", Value::Int(lineno)),
        ("colno", Value::Int(colno)),
    ];
    for (name, v) in details {
        set_attr(vm, exc, name, v);
    }
    exc
}

/// The handle of a tuple of arguments from a Python sequence, for `e.args = …`.
pub(super) fn args_tuple(vm: &mut Vm, v: Value) -> Result<Ref<Tuple>, Trap> {
    if let Value::Tuple(t) = v {
        return Ok(t);
    }
    let items = elements(vm, v)?;
    Ok(vm.tuple_ref(items))
}
