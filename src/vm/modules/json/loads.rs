//! Reading JSON: one pass over the text with a stack of open containers.

use num_bigint::BigInt;
use rustc_hash::FxHashMap;

use super::options::Loading;
use super::text::{BadEscape, unescape};
use crate::limits::{INT_DIGITS_MAX, JSON_DEPTH_MAX};
use crate::vm::flow::{Flow, R, Resume, Step, Task, Trap};
use crate::vm::format::text_error;
use crate::vm::heap::Tracer;
use crate::vm::text::int_text::too_many_digits;
use crate::vm::type_id::TypeId;
use crate::vm::types::dict::{self, Dict};
use crate::vm::types::exception::json_decode_error;
use crate::vm::types::list::{self, List};
use crate::vm::types::str::Str;
use crate::vm::types::str::methods::slice_bytes;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// `json.loads(source)`
pub fn loads(vm: &mut Vm, source: Value, options: Loading) -> R {
    let doc = match source {
        Value::Str(s) => {
            if vm.heap.str(s).starts_with('\u{feff}') {
                let error = json_decode_error(vm, "Unexpected UTF-8 BOM (decode using utf-8-sig)", s, 0);
                return Err(Trap::Raise(error));
            }
            s
        }
        Value::Bytes(b) => {
            vm.reserve(vm.heap.get(b).data.len())?;
            let data = &vm.heap.get(b).data;
            let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
            match std::str::from_utf8(data) {
                Ok(text) => {
                    let doc = Str::new(text);
                    vm.heap.alloc(doc)
                }
                Err(error) => {
                    let at = error.valid_up_to();
                    return Err(vm.raise(
                        TypeId::UnicodeError,
                        format!("the JSON document is not valid UTF-8 (at byte {at})"),
                    ));
                }
            }
        }
        other => {
            let got = vm.type_name(other);
            return Err(vm.type_error(format!("the JSON object must be str, bytes or bytearray, not {got}")));
        }
    };
    let mut reader = Reader {
        doc,
        at: 0,
        scanned: 0,
        open: Vec::new(),
        state: State::Value,
        keys: FxHashMap::default(),
        options,
    };
    // Most texts are small and need no hooks: they are read at once, without a frame of their own.
    if !options.has_hooks()
        && let Step::Done(v) = reader.step(vm, Resume::Start)?
    {
        return Ok(Flow::Value(v));
    }
    Ok(Flow::task(reader))
}

/// A container that is not closed yet.
#[derive(Clone, Copy)]
enum Open {
    List(Ref<List>),
    /// An object, with the key whose value comes next.
    Dict(Ref<Dict>, Ref<Str>),
    /// An object for `object_pairs_hook`.
    Pairs(Ref<List>, Ref<Str>),
}

/// What comes next.
enum State {
    /// A value.
    Value,
    /// A key, or the end of the object when it may be empty.
    Key,
    /// A hook has been called: its answer is the value.
    Hook,
}

struct Reader {
    doc: Ref<Str>,
    /// The next byte.
    at: usize,
    /// How far a long string that starts at `at` has been looked through.
    scanned: usize,
    open: Vec<Open>,
    state: State,
    /// Keys seen, so that equal ones share their string.
    keys: FxHashMap<Box<str>, Ref<Str>>,
    options: Loading,
}

/// Values read before the slice's fuel is looked at.
const BATCH: usize = 32;
/// Bytes of a string looked through in one go.
const SCAN_BYTES: usize = 64 * 1024;
/// Keys that are remembered, and their length.
const KEYS_MAX: usize = 1_024;
const KEY_BYTES_MAX: usize = 64;

/// A string literal: what is between its quotes.
#[derive(Clone, Copy)]
struct Literal {
    from: usize,
    to: usize,
    escaped: bool,
}

fn bytes_len(vm: &Vm, doc: Ref<Str>) -> usize {
    vm.heap.str(doc).len()
}

/// What reading one thing came to.
enum Read {
    /// A value.
    Value(Value),
    /// A container was opened.
    Opened,
    /// A hook must be called.
    Call(Flow),
    /// The slice is over within a string.
    Pause,
}

impl Task for Reader {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        let mut value = match resume {
            Resume::Value(v) => Some(v),
            _ => None,
        };
        loop {
            for _ in 0..BATCH {
                vm.charge(2);
                let read = match (value.take(), &self.state) {
                    (Some(v), _) => match self.accept(vm, v)? {
                        Some(next) => next,
                        None => return Ok(Step::Done(v)),
                    },
                    (None, State::Key) => self.key(vm)?,
                    (None, _) => self.value(vm)?,
                };
                match read {
                    Read::Value(v) => value = Some(v),
                    Read::Opened => {}
                    Read::Call(flow) => {
                        self.state = State::Hook;
                        return Ok(Step::Await(flow));
                    }
                    Read::Pause => return Ok(Step::Yield),
                }
            }
            // A value in hand must reach its container first.
            if value.is_none() && vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.doc);
        for open in &self.open {
            match *open {
                Open::List(l) => tracer.object(l),
                Open::Dict(d, key) => {
                    tracer.object(d);
                    tracer.object(key);
                }
                Open::Pairs(l, key) => {
                    tracer.object(l);
                    tracer.object(key);
                }
            }
        }
        for &key in self.keys.values() {
            tracer.object(key);
        }
        self.options.trace(tracer);
    }
}

impl Reader {
    fn bytes<'v>(&self, vm: &'v Vm) -> &'v [u8] {
        vm.heap.str(self.doc).as_bytes()
    }

    /// The next byte that is not white space; 0 at the end.
    #[inline]
    fn peek(&mut self, vm: &Vm) -> u8 {
        let bytes = self.bytes(vm);
        while let Some(&byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return byte;
            }
            self.at += 1;
        }
        0
    }

    #[cold]
    fn fail(&self, vm: &mut Vm, message: &str, at: usize) -> Trap {
        let text = vm.heap.str(self.doc);
        let position = text[..text.floor_char_boundary(at)].chars().count();
        vm.charge(at / 16);
        Trap::Raise(json_decode_error(vm, message, self.doc, position))
    }

    /// Puts a value where it belongs and finds out what follows it; `None` when it is the whole text.
    fn accept(&mut self, vm: &mut Vm, v: Value) -> R<Option<Read>> {
        let Some(&open) = self.open.last() else {
            self.peek(vm);
            if self.at < self.bytes(vm).len() {
                return Err(self.fail(vm, "Extra data", self.at));
            }
            return Ok(None);
        };
        let closing = match open {
            Open::List(l) => {
                list::push(vm, l, v);
                b']'
            }
            Open::Dict(d, key) => {
                dict::insert_str(vm, d, key, v);
                b'}'
            }
            Open::Pairs(l, key) => {
                let pair = vm.tuple([Value::Str(key), v]);
                list::push(vm, l, pair);
                b'}'
            }
        };
        let byte = self.peek(vm);
        if byte == b',' {
            let comma = self.at;
            self.at += 1;
            if self.peek(vm) == closing {
                let what = if closing == b']' { "array" } else { "object" };
                return Err(self.fail(vm, &format!("Illegal trailing comma before end of {what}"), comma));
            }
            self.state = if closing == b']' { State::Value } else { State::Key };
            return Ok(Some(Read::Opened));
        }
        if byte != closing {
            return Err(self.fail(vm, "Expecting ',' delimiter", self.at));
        }
        self.at += 1;
        self.close(vm).map(Some)
    }

    /// The container on top is complete.
    fn close(&mut self, vm: &mut Vm) -> R<Read> {
        let hook = |vm: &mut Vm, hook: Value, v: Value| Ok(Read::Call(Flow::call(vm, hook, &[v])));
        match self.open.pop() {
            Some(Open::List(l)) => Ok(Read::Value(Value::List(l))),
            Some(Open::Pairs(l, _)) => hook(vm, self.options.object_pairs_hook, Value::List(l)),
            Some(Open::Dict(d, _)) => match self.options.object_hook {
                Value::None => Ok(Read::Value(Value::Dict(d))),
                function => hook(vm, function, Value::Dict(d)),
            },
            None => unreachable!("only open containers are closed"),
        }
    }

    fn push(&mut self, vm: &mut Vm, open: Open, what: &str) -> R<()> {
        if self.open.len() >= JSON_DEPTH_MAX {
            return Err(vm.raise(
                TypeId::RecursionError,
                format!(
                    "maximum recursion depth exceeded while decoding a JSON {what} from a unicode string"
                ),
            ));
        }
        self.open.push(open);
        Ok(())
    }

    /// Reads a value, or opens the container that it is.
    fn value(&mut self, vm: &mut Vm) -> R<Read> {
        match self.peek(vm) {
            b'"' => match self.string(vm)? {
                Some(Literal { from, to, escaped: false }) => {
                    Ok(Read::Value(slice_bytes(vm, self.doc, from, to)))
                }
                Some(literal) => {
                    let text = self.text(vm, literal)?;
                    Ok(Read::Value(vm.string(text)))
                }
                None => Ok(Read::Pause),
            },
            b'{' => {
                self.at += 1;
                let key = vm.intern("");
                let open = match self.options.object_pairs_hook {
                    Value::None => Open::Dict(vm.dict(), key),
                    _ => Open::Pairs(vm.heap.alloc(List::default()), key),
                };
                self.push(vm, open, "object")?;
                if self.peek(vm) == b'}' {
                    self.at += 1;
                    return self.close(vm);
                }
                self.state = State::Key;
                Ok(Read::Opened)
            }
            b'[' => {
                self.at += 1;
                let list = vm.heap.alloc(List::default());
                self.push(vm, Open::List(list), "array")?;
                if self.peek(vm) == b']' {
                    self.at += 1;
                    return self.close(vm);
                }
                self.state = State::Value;
                Ok(Read::Opened)
            }
            b'-' | b'0'..=b'9' => self.number(vm),
            _ => self.word(vm),
        }
    }

    fn word(&mut self, vm: &mut Vm) -> R<Read> {
        let rest = &self.bytes(vm)[self.at..];
        for (word, v) in [("null", Value::None), ("true", Value::Bool(true)), ("false", Value::Bool(false))] {
            if rest.starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(Read::Value(v));
            }
        }
        for (word, v) in [("NaN", f64::NAN), ("Infinity", f64::INFINITY)] {
            if rest.starts_with(word.as_bytes()) {
                return self.constant(vm, word, v);
            }
        }
        Err(self.fail(vm, "Expecting value", self.at))
    }

    fn constant(&mut self, vm: &mut Vm, word: &'static str, v: f64) -> R<Read> {
        self.at += word.len();
        match self.options.parse_constant {
            Value::None => Ok(Read::Value(Value::Float(v))),
            hook => Ok(Self::call_with_text(vm, hook, word)),
        }
    }

    fn call_with_text(vm: &mut Vm, hook: Value, text: &str) -> Read {
        let text = vm.str(text);
        Read::Call(Flow::call(vm, hook, &[text]))
    }

    fn number(&mut self, vm: &mut Vm) -> R<Read> {
        let bytes = self.bytes(vm);
        let start = self.at;
        let negative = bytes[start] == b'-';
        let first = start + usize::from(negative);
        let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        let mut end = match bytes.get(first) {
            Some(b'0') => first + 1,
            Some(b'1'..=b'9') => first + digits(first),
            Some(b'I') if negative && bytes[first..].starts_with(b"Infinity") => {
                return self.constant(vm, "-Infinity", f64::NEG_INFINITY);
            }
            _ => return Err(self.fail(vm, "Expecting value", start)),
        };
        let int_end = end;
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
            end += 1 + digits(end + 1);
        }
        if let Some(b'e' | b'E') = bytes.get(end) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let count = digits((end + 1 + sign).min(bytes.len()));
            if count > 0 {
                end += 1 + sign + count;
            }
        }
        self.at = end;
        let is_int = end == int_end;
        let hook = if is_int { self.options.parse_int } else { self.options.parse_float };
        if !hook.is_none() {
            let text = vm.heap.str(self.doc)[start..end].to_owned();
            return Ok(Self::call_with_text(vm, hook, &text));
        }
        if !is_int {
            let text = &vm.heap.str(self.doc)[start..end];
            return Ok(Read::Value(Value::Float(text.parse().unwrap_or(f64::NAN))));
        }
        if end - first <= 18 {
            let magnitude = bytes[first..end].iter().fold(0i64, |n, d| n * 10 + i64::from(d - b'0'));
            return Ok(Read::Value(Value::Int(if negative { -magnitude } else { magnitude })));
        }
        self.long_int(vm, start, end)
    }

    #[cold]
    fn long_int(&mut self, vm: &mut Vm, start: usize, end: usize) -> R<Read> {
        if end - start > INT_DIGITS_MAX + 1 {
            let error = too_many_digits(Some(end - start), INT_DIGITS_MAX);
            return Err(text_error(vm, error));
        }
        vm.charge((end - start) * 4);
        let text = vm.heap.str(self.doc)[start..end].to_owned();
        let parsed: BigInt = match text.parse() {
            Ok(parsed) => parsed,
            Err(_) => return Err(self.fail(vm, "Expecting value", start)),
        };
        Ok(Read::Value(vm.int(parsed)))
    }

    /// The string of a key: the one that an equal key before it has.
    fn shared_key(&mut self, vm: &mut Vm, literal: Literal) -> R<Ref<Str>> {
        if !literal.escaped
            && let Some(&key) = self.keys.get(&vm.heap.str(self.doc)[literal.from..literal.to])
        {
            return Ok(key);
        }
        let text = self.text(vm, literal)?;
        let Value::Str(key) = vm.str(&text) else { unreachable!("str() makes strings") };
        if text.len() <= KEY_BYTES_MAX && self.keys.len() < KEYS_MAX {
            self.keys.insert(text.into_boxed_str(), key);
        }
        Ok(key)
    }

    /// A key and its colon.
    fn key(&mut self, vm: &mut Vm) -> R<Read> {
        if self.peek(vm) != b'"' {
            return Err(self.fail(vm, "Expecting property name enclosed in double quotes", self.at));
        }
        let Some(literal) = self.string(vm)? else { return Ok(Read::Pause) };
        let key = self.shared_key(vm, literal)?;
        match self.open.last_mut() {
            Some(Open::Dict(_, slot) | Open::Pairs(_, slot)) => *slot = key,
            _ => unreachable!("keys are read in objects"),
        }
        if self.peek(vm) != b':' {
            return Err(self.fail(vm, "Expecting ':' delimiter", self.at));
        }
        self.at += 1;
        self.state = State::Value;
        Ok(Read::Opened)
    }

    /// Finds the end of the string literal at `at` and steps past it: the bytes between its quotes, and
    /// whether they have escapes. `None` when the slice is over first.
    fn string(&mut self, vm: &mut Vm) -> R<Option<Literal>> {
        let open = self.at;
        let mut at = self.scanned.max(open + 1);
        let mut escaped = false;
        loop {
            let bytes = self.bytes(vm);
            let limit = bytes.len().min(at + SCAN_BYTES);
            let from = at;
            while at < limit && !matches!(bytes[at], b'"' | b'\\' | 0..0x20) {
                at += 1;
            }
            match bytes.get(at).copied() {
                None => {
                    self.check_escapes(vm, open, bytes_len(vm, self.doc))?;
                    return Err(self.fail(vm, "Unterminated string starting at", open));
                }
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    at += 2;
                }
                Some(0..0x20) if self.options.strict => {
                    self.check_escapes(vm, open, at)?;
                    return Err(self.fail(vm, "Invalid control character at", at));
                }
                Some(0..0x20) => at += 1,
                Some(_) => {} // the end of a piece
            }
            vm.charge((at - from) / 16);
            if at - open > SCAN_BYTES && vm.out_of_fuel() {
                self.scanned = at;
                return Ok(None);
            }
        }
        escaped |= self.scanned > 0 && memchr::memchr(b'\\', &self.bytes(vm)[open + 1..at]).is_some();
        self.scanned = 0;
        self.at = at + 1;
        Ok(Some(Literal { from: open + 1, to: at, escaped }))
    }

    /// An escape that cannot be read comes before what is wrong behind it.
    #[cold]
    fn check_escapes(&self, vm: &mut Vm, open: usize, to: usize) -> R<()> {
        match unescape(vm.heap.str(self.doc), open + 1, to) {
            Err(bad) => Err(self.bad_escape(vm, bad)),
            Ok(_) => Ok(()),
        }
    }

    /// The text of a literal.
    fn text(&self, vm: &mut Vm, literal: Literal) -> R<String> {
        let doc = vm.heap.str(self.doc);
        if !literal.escaped {
            return Ok(doc[literal.from..literal.to].to_owned());
        }
        match unescape(doc, literal.from, literal.to) {
            Ok(text) => Ok(text),
            Err(bad) => Err(self.bad_escape(vm, bad)),
        }
    }

    #[cold]
    fn bad_escape(&self, vm: &mut Vm, bad: BadEscape) -> Trap {
        match bad {
            BadEscape::Unknown(at) => self.fail(vm, "Invalid \\escape", at),
            BadEscape::Unicode(at) => self.fail(vm, "Invalid \\uXXXX escape", at),
            BadEscape::Lone(at) => {
                self.fail(vm, "Half of a surrogate pair (strings hold whole characters here)", at)
            }
        }
    }
}
