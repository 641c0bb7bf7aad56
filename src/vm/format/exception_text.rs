//! `str()` of the exceptions that say more than their arguments.

use super::short_text;
use crate::vm::exceptions::attr;
use crate::vm::format::Form;
use crate::vm::type_id::TypeId;
use crate::vm::types::exception::Exception;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// The text of an exception whose class words it itself; `None` for all others.
pub fn own_text(vm: &mut Vm, e: Ref<Exception>) -> Option<Value> {
    let Exception { ty, args, .. } = *vm.heap.get(e);
    let is = |base| ty.is_subtype_of(base);
    if !(is(TypeId::OSError)
        || is(TypeId::SyntaxError)
        || is(TypeId::UnicodeError)
        || is(TypeId::BaseExceptionGroup))
    {
        return None;
    }
    let items = vm.heap.get(args).items.clone();
    let text = match *items {
        [errno, message, ..] if is(TypeId::OSError) => os_error(vm, e, errno, message)?,
        [message, ..] if is(TypeId::SyntaxError) => syntax_error(vm, e, message)?,
        [encoding, object, start, end, reason] if ty == TypeId::UnicodeDecodeError => {
            unicode(vm, "decode", [encoding, object, start, end, reason])?
        }
        [encoding, object, start, end, reason] if ty == TypeId::UnicodeEncodeError => {
            unicode(vm, "encode", [encoding, object, start, end, reason])?
        }
        [message, Value::List(_) | Value::Tuple(_)] if is(TypeId::BaseExceptionGroup) => {
            let members = attr(vm, e, "exceptions").unwrap_or(items[1]);
            let n = match members {
                Value::List(l) => vm.heap.get(l).items.len(),
                members => crate::vm::compare::tuple_items(&vm.heap, members).len(),
            };
            let message = short_text(vm, message, Form::Str)?;
            format!("{message} ({n} sub-exception{})", if n == 1 { "" } else { "s" })
        }
        _ => return None,
    };
    Some(vm.string(text))
}

fn os_error(vm: &mut Vm, e: Ref<Exception>, errno: Value, message: Value) -> Option<String> {
    let (errno, message) = (short_text(vm, errno, Form::Str)?, short_text(vm, message, Form::Str)?);
    let mut text = format!("[Errno {errno}] {message}");
    for (name, before) in [("filename", ": "), ("filename2", " -> ")] {
        if let Some(file) = attr(vm, e, name).filter(|f| !f.is_none()) {
            text += before;
            text += &short_text(vm, file, Form::Repr)?;
        }
    }
    Some(text)
}

fn syntax_error(vm: &mut Vm, e: Ref<Exception>, message: Value) -> Option<String> {
    let message = attr(vm, e, "msg").unwrap_or(message);
    let message = short_text(vm, message, Form::Str)?;
    let filename = match attr(vm, e, "filename") {
        Some(Value::Str(s)) => vm.heap.str(s).rsplit('/').next().map(str::to_owned),
        _ => None,
    };
    let line = match attr(vm, e, "lineno") {
        Some(Value::Int(line)) => Some(line),
        _ => None,
    };
    Some(match (filename, line) {
        (Some(file), Some(line)) => format!("{message} ({file}, line {line})"),
        (Some(file), None) => format!("{message} ({file})"),
        (None, Some(line)) => format!("{message} (line {line})"),
        (None, None) => message,
    })
}

fn unicode(vm: &mut Vm, verb: &str, [encoding, object, start, end, reason]: [Value; 5]) -> Option<String> {
    let (Value::Int(start), Value::Int(end)) = (start, end) else { return None };
    let (encoding, reason) = (short_text(vm, encoding, Form::Str)?, short_text(vm, reason, Form::Str)?);
    let at = usize::try_from(start).ok()?;
    let culprit = match object {
        Value::Bytes(b) if end == start + 1 => {
            vm.heap.get(b).data.get(at).map(|byte| format!("byte {byte:#04x} in position {start}"))
        }
        Value::Str(s) if end == start + 1 && at < vm.heap.str_len(s) => {
            let code = u32::from(vm.heap.str_char(s, at));
            let shown = match code {
                ..0x100 => format!("\\x{code:02x}"),
                ..0x10000 => format!("\\u{code:04x}"),
                _ => format!("\\U{code:08x}"),
            };
            Some(format!("character '{shown}' in position {start}"))
        }
        _ => None,
    };
    let culprit = culprit.unwrap_or_else(|| {
        let what = if verb == "decode" { "bytes" } else { "characters" };
        format!("{what} in position {start}-{}", end - 1)
    });
    Some(format!("'{encoding}' codec can't {verb} {culprit}: {reason}"))
}
