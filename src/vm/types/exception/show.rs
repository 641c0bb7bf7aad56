//! `str()` of the exceptions that say more than their arguments, as pieces.

use super::{Exception, Layout, group};
use crate::vm::exceptions::attr;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// Part of an exception's text.
#[derive(Clone, Debug)]
pub enum Piece {
    /// This text.
    Text(String),
    /// `str()` of this value.
    Str(Value),
    /// `repr()` of this value.
    Repr(Value),
}

fn text(s: impl Into<String>) -> Piece {
    Piece::Text(s.into())
}

/// The pieces of `str(e)` when its class words it itself; `None` for all others.
pub fn own_pieces(vm: &mut Vm, e: Ref<Exception>) -> Option<Vec<Piece>> {
    match Layout::of(vm.heap.get(e).ty) {
        Layout::Os => os(vm, e),
        Layout::Syntax => Some(syntax(vm, e)),
        layout @ (Layout::Decode | Layout::Encode | Layout::Translate) => unicode(vm, e, layout),
        Layout::Group => {
            let count = group::member_count(vm, e);
            let s = if count == 1 { "" } else { "s" };
            Some(vec![Piece::Str(group::message(vm, e)), text(format!(" ({count} sub-exception{s})"))])
        }
        Layout::Import => match attr(vm, e, "msg") {
            Some(msg @ Value::Str(_)) => Some(vec![Piece::Str(msg)]),
            _ => None,
        },
        _ => None,
    }
}

/// `[Errno 2] No such file or directory: 'x'`
fn os(vm: &mut Vm, e: Ref<Exception>) -> Option<Vec<Piece>> {
    let errno = attr(vm, e, "errno")?;
    let strerror = attr(vm, e, "strerror")?;
    let mut pieces = vec![text("[Errno "), Piece::Str(errno), text("] "), Piece::Str(strerror)];
    let filename = attr(vm, e, "filename").filter(|v| !v.is_none());
    if let Some(filename) = filename {
        pieces.extend([text(": "), Piece::Repr(filename)]);
    }
    if let Some(other) = attr(vm, e, "filename2").filter(|v| !v.is_none()) {
        pieces.extend([text(" -> "), Piece::Repr(other)]);
    }
    Some(pieces)
}

/// `message (file, line 3)`
fn syntax(vm: &mut Vm, e: Ref<Exception>) -> Vec<Piece> {
    let msg = attr(vm, e, "msg").unwrap_or(Value::None);
    let filename = match attr(vm, e, "filename") {
        Some(Value::Str(s)) => {
            let path = vm.heap.str(s);
            Some(path.rsplit('/').next().unwrap_or(path).to_owned())
        }
        _ => None,
    };
    let line = match attr(vm, e, "lineno") {
        Some(Value::Int(n)) => Some(n),
        _ => None,
    };
    let place = match (filename, line) {
        (Some(file), Some(line)) => format!(" ({file}, line {line})"),
        (Some(file), None) => format!(" ({file})"),
        (None, Some(line)) => format!(" (line {line})"),
        (None, None) => String::new(),
    };
    vec![Piece::Str(msg), text(place)]
}

/// `'utf-8' codec can't decode byte 0xff in position 0: invalid start byte`
fn unicode(vm: &mut Vm, e: Ref<Exception>, layout: Layout) -> Option<Vec<Piece>> {
    let mut get = |name: &str| attr(vm, e, name);
    let (object, reason) = (get("object")?, get("reason")?);
    let (Some(Value::Int(start)), Some(Value::Int(end))) = (get("start"), get("end")) else { return None };
    let encoding = get("encoding").unwrap_or(Value::None);
    let one = end == start + 1 && start >= 0;
    let what = match object {
        Value::Bytes(b) if one => {
            vm.heap.get(b).data.get(start as usize).map(|byte| format!("byte 0x{byte:02x}"))
        }
        Value::Str(s) if one && (start as usize) < vm.heap.str_len(s) => {
            let c = vm.heap.str_char(s, start as usize) as u32;
            Some(match c {
                0..=0xff => format!("character '\\x{c:02x}'"),
                0x100..=0xffff => format!("character '\\u{c:04x}'"),
                _ => format!("character '\\U{c:08x}'"),
            })
        }
        _ => None,
    };
    let plural = if layout == Layout::Decode { "bytes" } else { "characters" };
    let place = match what {
        Some(what) => format!("{what} in position {start}: "),
        None => format!("{plural} in position {start}-{}: ", end - 1),
    };
    let verb = match layout {
        Layout::Decode => "codec can't decode",
        Layout::Encode => "codec can't encode",
        _ => return Some(vec![text(format!("can't translate {place}")), Piece::Str(reason)]),
    };
    Some(vec![text("'"), Piece::Str(encoding), text(format!("' {verb} {place}")), Piece::Str(reason)])
}
