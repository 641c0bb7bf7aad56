//! Encoding text and decoding bytes.

use crate::vm::flow::{R, Trap};
use crate::vm::text::escape::push_escape;
use crate::vm::type_id::TypeId;
use crate::vm::types::bytes::Bytes;
use crate::vm::types::str::Str;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// An encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// UTF-8; with a mark at the start for `utf-8-sig`.
    Utf8 {
        /// Whether a byte order mark is written and skipped.
        mark: bool,
    },
    /// ASCII
    Ascii,
    /// ISO 8859-1
    Latin1,
    /// UTF-16
    Utf16(Order),
    /// UTF-32
    Utf32(Order),
}

/// The order of the bytes of one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Little, with a mark at the start; when reading, what the mark says.
    Marked,
    /// The low byte first.
    Little,
    /// The high byte first.
    Big,
}

/// What happens to what cannot be encoded or decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errors {
    /// It raises.
    Strict,
    /// It is left out.
    Ignore,
    /// `?` or U+FFFD.
    Replace,
    /// `\xe9`
    BackslashReplace,
    /// `&#233;`
    XmlCharRefReplace,
    /// `\N{LATIN SMALL LETTER E WITH ACUTE}`
    NameReplace,
    /// A handler without meaning here, by its name; it raises when it is needed.
    Unknown(Ref<Str>),
}

impl Codec {
    fn named(name: &str) -> Option<Codec> {
        let name: String =
            name.chars().map(|c| if c == '_' || c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
        Some(match name.as_str() {
            "utf-8" | "utf8" | "u8" | "utf" | "utf8-ucs2" | "utf8-ucs4" | "cp65001" => {
                Codec::Utf8 { mark: false }
            }
            "utf-8-sig" | "utf8-sig" => Codec::Utf8 { mark: true },
            "ascii" | "us-ascii" | "646" | "ansi-x3.4-1968" | "iso646-us" => Codec::Ascii,
            "latin-1" | "latin1" | "latin" | "l1" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819"
            | "iso8859" => Codec::Latin1,
            "utf-16" | "utf16" | "u16" => Codec::Utf16(Order::Marked),
            "utf-16-le" | "utf-16le" | "utf16-le" | "utf16le" => Codec::Utf16(Order::Little),
            "utf-16-be" | "utf-16be" | "utf16-be" | "utf16be" => Codec::Utf16(Order::Big),
            "utf-32" | "utf32" | "u32" => Codec::Utf32(Order::Marked),
            "utf-32-le" | "utf-32le" | "utf32-le" | "utf32le" => Codec::Utf32(Order::Little),
            "utf-32-be" | "utf-32be" | "utf32-be" | "utf32be" => Codec::Utf32(Order::Big),
            _ => return None,
        })
    }

    /// The name in error messages.
    fn name(self) -> &'static str {
        match self {
            Codec::Utf8 { .. } => "utf-8",
            Codec::Ascii => "ascii",
            Codec::Latin1 => "latin-1",
            Codec::Utf16(Order::Marked) => "utf-16",
            Codec::Utf16(Order::Little) => "utf-16-le",
            Codec::Utf16(Order::Big) => "utf-16-be",
            Codec::Utf32(Order::Marked) => "utf-32",
            Codec::Utf32(Order::Little) => "utf-32-le",
            Codec::Utf32(Order::Big) => "utf-32-be",
        }
    }
}

/// The names that are given as `encoding` and `errors`; nothing is looked up.
pub fn names(vm: &mut Vm, function: &str, encoding: Value, errors: Value) -> R<[Option<Ref<Str>>; 2]> {
    let mut names = [None; 2];
    for (name, v, which) in [(0, encoding, "encoding"), (1, errors, "errors")] {
        names[name] = match v {
            Value::Undef => None,
            Value::Str(s) if vm.heap.str(s).contains('\0') => {
                return Err(vm.value_error("embedded null character"));
            }
            Value::Str(s) => Some(s),
            other => {
                let name = if other.is_none() { "None" } else { vm.type_name(other) };
                return Err(vm.type_error(format!("{function}() argument '{which}' must be str, not {name}")));
            }
        };
    }
    Ok(names)
}

/// The arguments `encoding` and `errors` of a function.
pub fn arguments(vm: &mut Vm, function: &str, encoding: Value, errors: Value) -> R<(Codec, Errors)> {
    let [encoding, errors] = names(vm, function, encoding, errors)?;
    let codec = match encoding {
        None => Codec::Utf8 { mark: false },
        Some(name) => match Codec::named(vm.heap.str(name)) {
            Some(codec) => codec,
            None => {
                let name = vm.heap.str(name).to_owned();
                return Err(vm.raise(TypeId::LookupError, format!("unknown encoding: {name}")));
            }
        },
    };
    let errors = match errors {
        None => Errors::Strict,
        Some(name) => match vm.heap.str(name) {
            "strict" => Errors::Strict,
            "ignore" => Errors::Ignore,
            "replace" => Errors::Replace,
            "backslashreplace" => Errors::BackslashReplace,
            "xmlcharrefreplace" => Errors::XmlCharRefReplace,
            "namereplace" => Errors::NameReplace,
            _ => Errors::Unknown(name),
        },
    };
    Ok((codec, errors))
}

#[cold]
fn unknown_handler(vm: &mut Vm, name: Ref<Str>) -> Trap {
    let name = vm.heap.str(name).to_owned();
    match name.as_str() {
        "surrogateescape" | "surrogatepass" => vm.raise(
            TypeId::NotImplementedError,
            format!(
                "pyrust does not support the error handler '{name}'; use 'backslashreplace' or 'replace'"
            ),
        ),
        _ => vm.raise(TypeId::LookupError, format!("unknown error handler name '{name}'")),
    }
}

// ---- encoding --------------------------------------------------------------------------------

/// `str.encode`
pub fn encode(vm: &mut Vm, s: Ref<Str>, codec: Codec, errors: Errors) -> R<Value> {
    let (len, chars) = (vm.heap.str(s).len(), vm.heap.get(s).chars());
    let size = match codec {
        Codec::Utf8 { .. } | Codec::Ascii | Codec::Latin1 => len + 3,
        Codec::Utf16(_) => 2 * len + 2,
        Codec::Utf32(_) => 4 * chars + 4,
    };
    vm.reserve(size)?;
    let text = vm.heap.str(s);
    let data = match codec {
        Codec::Utf8 { mark } => [if mark { "\u{feff}" } else { "" }, text].concat().into_bytes(),
        Codec::Ascii | Codec::Latin1 if vm.heap.str_is_ascii(s) => text.as_bytes().to_vec(),
        Codec::Ascii => return encode_narrow(vm, s, codec, 0x80, errors),
        Codec::Latin1 => return encode_narrow(vm, s, codec, 0x100, errors),
        Codec::Utf16(order) => {
            let mark = if order == Order::Marked { Some(0xfeff) } else { None };
            let units = mark.into_iter().chain(text.encode_utf16());
            let bytes: fn(u16) -> [u8; 2] =
                if order == Order::Big { u16::to_be_bytes } else { u16::to_le_bytes };
            units.flat_map(bytes).collect()
        }
        Codec::Utf32(order) => {
            let mark = if order == Order::Marked { Some('\u{feff}') } else { None };
            let bytes: fn(u32) -> [u8; 4] =
                if order == Order::Big { u32::to_be_bytes } else { u32::to_le_bytes };
            mark.into_iter().chain(text.chars()).flat_map(|c| bytes(c as u32)).collect()
        }
    };
    Ok(vm.bytes(data))
}

/// Encodings of one byte per character, which is its code point below `end`.
fn encode_narrow(vm: &mut Vm, s: Ref<Str>, codec: Codec, end: u32, errors: Errors) -> R<Value> {
    let text = vm.heap.str(s);
    let mut data = Vec::with_capacity(text.len());
    let mut at = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        at += 1;
        if (c as u32) < end {
            data.push(c as u32 as u8);
            continue;
        }
        match errors {
            Errors::Ignore => {}
            Errors::Replace => data.push(b'?'),
            Errors::BackslashReplace => {
                let mut escape = String::new();
                push_escape(c, &mut escape);
                data.extend_from_slice(escape.as_bytes());
            }
            Errors::NameReplace => {
                let mut escape = String::new();
                match unicode_names2::name(c) {
                    Some(name) => escape = format!("\\N{{{name}}}"),
                    None => push_escape(c, &mut escape),
                }
                data.extend_from_slice(escape.as_bytes());
            }
            Errors::XmlCharRefReplace => data.extend_from_slice(format!("&#{};", c as u32).as_bytes()),
            // A string of pyrust has no surrogates that these could write.
            Errors::Unknown(name) if !matches!(vm.heap.str(name), "surrogateescape" | "surrogatepass") => {
                return Err(unknown_handler(vm, name));
            }
            Errors::Strict | Errors::Unknown(_) => {
                let mut stop = at;
                while chars.next_if(|c| *c as u32 >= end).is_some() {
                    stop += 1;
                }
                let reason = format!("ordinal not in range({end})");
                return Err(unicode_error(
                    vm,
                    TypeId::UnicodeEncodeError,
                    codec,
                    Value::Str(s),
                    (at - 1, stop),
                    &reason,
                ));
            }
        }
    }
    vm.charge(data.len() / 4);
    vm.reserve(data.len())?;
    Ok(vm.bytes(data))
}

fn unicode_error(
    vm: &mut Vm,
    ty: TypeId,
    codec: Codec,
    object: Value,
    (start, end): (usize, usize),
    reason: &str,
) -> Trap {
    let (encoding, why) = (vm.str(codec.name()), vm.str(reason));
    let (start, end) = (Value::Int(start as i64), Value::Int(end as i64));
    let args = vm.tuple_ref([encoding, object, start, end, why]);
    let exc = vm.exception(ty, args);
    let fields =
        [("encoding", encoding), ("object", object), ("start", start), ("end", end), ("reason", why)];
    for (name, v) in fields {
        crate::vm::exceptions::set_attr(vm, exc, name, v);
    }
    Trap::Raise(exc)
}

// ---- decoding --------------------------------------------------------------------------------

/// What cannot be decoded: its bytes and why.
struct Bad {
    start: usize,
    end: usize,
    reason: &'static str,
}

/// `bytes.decode`
pub fn decode(vm: &mut Vm, b: Ref<Bytes>, codec: Codec, errors: Errors) -> R<Value> {
    let len = vm.heap.get(b).data.len();
    vm.reserve(2 * len)?;
    if let Codec::Utf8 { mark } = codec
        && let Ok(text) = std::str::from_utf8(&vm.heap.get(b).data)
    {
        let text = if mark { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
        let text = text.to_owned();
        return Ok(vm.string(text));
    }
    let data = vm.heap.get(b).data.clone();
    let mut out = String::with_capacity(len);
    let (mut order, mut at) = (Order::Little, 0);
    match codec {
        Codec::Utf8 { mark: true } if data.starts_with(b"\xef\xbb\xbf") => at = 3,
        Codec::Utf16(Order::Marked) => match data.get(..2) {
            Some(b"\xff\xfe") => at = 2,
            Some(b"\xfe\xff") => (order, at) = (Order::Big, 2),
            _ => {}
        },
        Codec::Utf32(Order::Marked) => match data.get(..4) {
            Some(b"\xff\xfe\0\0") => at = 4,
            Some(b"\0\0\xfe\xff") => (order, at) = (Order::Big, 4),
            _ => {}
        },
        Codec::Utf16(given) | Codec::Utf32(given) => order = given,
        _ => {}
    }
    while at < data.len() {
        let bad = match codec {
            Codec::Utf8 { .. } => decode_utf8(&data, &mut at, &mut out),
            Codec::Ascii => decode_ascii(&data, &mut at, &mut out),
            Codec::Latin1 => {
                out.extend(data.iter().map(|&byte| char::from(byte)));
                at = data.len();
                None
            }
            Codec::Utf16(_) => decode_utf16(&data, &mut at, order, &mut out),
            Codec::Utf32(_) => decode_utf32(&data, &mut at, order, &mut out),
        };
        let Some(bad) = bad else { continue };
        at = bad.end;
        match errors {
            Errors::Ignore => {}
            Errors::Replace => out.push('\u{fffd}'),
            Errors::BackslashReplace => {
                for byte in &data[bad.start..bad.end] {
                    out += &format!("\\x{byte:02x}");
                }
            }
            Errors::XmlCharRefReplace | Errors::NameReplace => {
                return Err(vm.type_error("don't know how to handle UnicodeDecodeError in error callback"));
            }
            Errors::Unknown(name) => return Err(unknown_handler(vm, name)),
            Errors::Strict => {
                // The order that was found out is part of the name.
                let codec = match codec {
                    Codec::Utf16(_) => Codec::Utf16(order),
                    Codec::Utf32(_) => Codec::Utf32(order),
                    codec => codec,
                };
                let range = (bad.start, bad.end);
                return Err(unicode_error(
                    vm,
                    TypeId::UnicodeDecodeError,
                    codec,
                    Value::Bytes(b),
                    range,
                    bad.reason,
                ));
            }
        }
    }
    vm.charge(len / 4);
    Ok(vm.string(out))
}

/// Decodes up to the first bad sequence.
fn decode_utf8(data: &[u8], at: &mut usize, out: &mut String) -> Option<Bad> {
    let error = match std::str::from_utf8(&data[*at..]) {
        Ok(text) => {
            out.push_str(text);
            *at = data.len();
            return None;
        }
        Err(error) => error,
    };
    let start = *at + error.valid_up_to();
    out.push_str(std::str::from_utf8(&data[*at..start]).expect("it has just been validated"));
    let bad = match error.error_len() {
        None => Bad { start, end: data.len(), reason: "unexpected end of data" },
        Some(len) => {
            let lead = matches!(data[start], 0xc2..=0xf4);
            let reason = if lead { "invalid continuation byte" } else { "invalid start byte" };
            Bad { start, end: start + len, reason }
        }
    };
    Some(bad)
}

fn decode_ascii(data: &[u8], at: &mut usize, out: &mut String) -> Option<Bad> {
    let rest = &data[*at..];
    let plain = rest.iter().position(|b| *b >= 0x80).unwrap_or(rest.len());
    out.push_str(std::str::from_utf8(&rest[..plain]).expect("ASCII is UTF-8"));
    *at += plain;
    if *at == data.len() {
        return None;
    }
    Some(Bad { start: *at, end: *at + 1, reason: "ordinal not in range(128)" })
}

fn decode_utf16(data: &[u8], at: &mut usize, order: Order, out: &mut String) -> Option<Bad> {
    let unit = |at: usize| {
        let pair: [u8; 2] = data.get(at..at + 2)?.try_into().ok()?;
        Some(if order == Order::Big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
    };
    let start = *at;
    let Some(first) = unit(start) else {
        return Some(Bad { start, end: data.len(), reason: "truncated data" });
    };
    let c = match first {
        0xd800..=0xdbff => match unit(start + 2) {
            Some(second @ 0xdc00..=0xdfff) => {
                *at = start + 4;
                0x10000 + ((u32::from(first) - 0xd800) << 10) + (u32::from(second) - 0xdc00)
            }
            Some(_) => return Some(Bad { start, end: start + 2, reason: "illegal UTF-16 surrogate" }),
            None => return Some(Bad { start, end: data.len(), reason: "unexpected end of data" }),
        },
        0xdc00..=0xdfff => return Some(Bad { start, end: start + 2, reason: "illegal encoding" }),
        unit => {
            *at = start + 2;
            u32::from(unit)
        }
    };
    out.push(char::from_u32(c).expect("surrogates have been sorted out"));
    None
}

fn decode_utf32(data: &[u8], at: &mut usize, order: Order, out: &mut String) -> Option<Bad> {
    let start = *at;
    let Some(unit) = data.get(start..start + 4).and_then(|u| <[u8; 4]>::try_from(u).ok()) else {
        return Some(Bad { start, end: data.len(), reason: "truncated data" });
    };
    let code = if order == Order::Big { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) };
    match char::from_u32(code) {
        Some(c) => {
            out.push(c);
            *at = start + 4;
            None
        }
        None if code < 0x110000 => Some(Bad {
            start,
            end: start + 4,
            reason: "code point in surrogate code point range(0xd800, 0xe000)",
        }),
        None => Some(Bad { start, end: start + 4, reason: "code point not in range(0x110000)" }),
    }
}
