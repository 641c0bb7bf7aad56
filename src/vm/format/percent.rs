//! `format % args` of `str` and `bytes`.

use std::rc::Rc;

use num_traits::ToPrimitive;

use super::text_error;
use crate::limits;
use crate::vm::compare::tuple_items;
use crate::vm::flow::{Flow, R, Resume, Step, Task, Trap, value};
use crate::vm::heap::Tracer;
use crate::vm::ops;
use crate::vm::text::percent::{
    Amount, Directive, Piece, Settings, format_big, format_bytes, format_float_value, format_i64,
    format_text, next_piece, unsupported, unsupported_bytes,
};
use crate::vm::text::{TextError, check_size};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// `str % args`
pub fn percent_str(vm: &mut Vm, format: Value, args: Value) -> R {
    let Value::Str(s) = format else { unreachable!("the caller has a string") };
    let text: Rc<[u8]> = vm.heap.str(s).as_bytes().into();
    start(vm, text, false, args)
}

/// `bytes % args`
pub fn percent_bytes(vm: &mut Vm, format: Value, args: Value) -> R {
    let Value::Bytes(b) = format else { unreachable!("the caller has bytes") };
    let text: Rc<[u8]> = (*vm.heap.get(b).data).into();
    start(vm, text, true, args)
}

fn start(vm: &mut Vm, format: Rc<[u8]>, bytes: bool, args: Value) -> R {
    vm.reserve(format.len())?;
    let out = Vec::with_capacity(format.len() + ROOM_BYTES);
    let mut work = Percent { format, bytes, args, at: 0, taken: 0, keyed: None, out, pending: None };
    match work.go_on(vm)? {
        Progress::Done => work.finish(vm).and_then(value),
        Progress::Wants(flow) => Ok(Flow::task(PercentTask { work, flow: Some(flow) })),
        Progress::Full => Ok(Flow::task(PercentTask { work, flow: None })),
    }
}

/// A format being filled in.
struct Percent {
    format: Rc<[u8]>,
    bytes: bool,
    args: Value,
    at: usize,
    /// Arguments used so far.
    taken: usize,
    /// The value of the directive's key, until it has been taken.
    keyed: Option<Value>,
    out: Vec<u8>,
    /// The directive whose text is being made by another flow.
    pending: Option<Settings>,
}

enum Progress {
    Done,
    /// The text of a value, for the pending directive.
    Wants(Flow),
    /// Enough for one step.
    Full,
}

/// Bytes by which most results are longer than their format at most.
const ROOM_BYTES: usize = 24;
/// Bytes of output after which a step ends.
const STEP_BYTES: usize = 256 * 1024;

impl Percent {
    fn go_on(&mut self, vm: &mut Vm) -> R<Progress> {
        let format = self.format.clone();
        let before = self.out.len();
        while let Some(piece) = next_piece(&format, &mut self.at) {
            match piece {
                Piece::Literal(range) => self.out.extend_from_slice(&format[range]),
                Piece::Directive(directive) => {
                    if let Some(flow) = self.directive(vm, &directive)? {
                        return Ok(Progress::Wants(flow));
                    }
                }
            }
            vm.charge(1);
            if self.out.len() - before > STEP_BYTES {
                check_size(self.out.len(), vm.text_max()).map_err(|e| text_error(vm, e))?;
                vm.charge((self.out.len() - before) / 16);
                return Ok(Progress::Full);
            }
        }
        let all_taken = match self.args {
            Value::Tuple(_) | Value::StructSeq(_) => self.taken >= tuple_items(&vm.heap, self.args).len(),
            args => self.taken > 0 || is_mapping(args, self.bytes),
        };
        if !all_taken {
            let kind = if self.bytes { "bytes" } else { "string" };
            return Err(vm.type_error(format!("not all arguments converted during {kind} formatting")));
        }
        Ok(Progress::Done)
    }

    fn finish(&mut self, vm: &mut Vm) -> R<Value> {
        let out = std::mem::take(&mut self.out);
        vm.reserve(out.len())?;
        if self.bytes {
            return Ok(vm.bytes(out));
        }
        let text = String::from_utf8(out).expect("texts were put between texts");
        Ok(vm.string(text))
    }

    /// The value of the key, or the next positional argument.
    fn take(&mut self, vm: &mut Vm) -> R<Value> {
        if let Some(v) = self.keyed.take() {
            return Ok(v);
        }
        let found = match self.args {
            Value::Tuple(_) | Value::StructSeq(_) => {
                tuple_items(&vm.heap, self.args).get(self.taken).copied()
            }
            args if self.taken == 0 => Some(args),
            _ => None,
        };
        self.taken += 1;
        found.ok_or_else(|| vm.type_error("not enough arguments for format string"))
    }

    /// The value of a `*`, or 0.
    fn star(&mut self, vm: &mut Vm, amount: Amount, too_big: &str) -> R<i64> {
        if amount != Amount::Star {
            return Ok(0);
        }
        match self.take(vm)? {
            Value::Int(i) => Ok(i),
            Value::Bool(b) => Ok(i64::from(b)),
            Value::Big(_) => Err(vm.overflow_error(too_big)),
            _ => Err(vm.type_error("* wants int")),
        }
    }

    /// Writes one value, or says what must be answered first.
    fn directive(&mut self, vm: &mut Vm, directive: &Directive) -> R<Option<Flow>> {
        if let Some(key) = &directive.key {
            if !is_mapping(self.args, self.bytes) {
                return Err(vm.type_error("format requires a mapping"));
            }
            let v = self.look_up(vm, key.clone())?;
            self.keyed = Some(v);
            // Nothing can be taken from the mapping itself any more.
            self.taken = 1;
        }
        let width = self.star(vm, directive.width, "Python int too large to convert to C ssize_t")?;
        let precision = self.star(vm, directive.precision, "Python int too large to convert to C int")?;
        let conversion = directive.conversion.clone().map_err(|e| text_error(vm, e))?;
        let v = self.take(vm)?;
        let settings = Settings::new(directive, conversion, width, precision);
        match conversion {
            b's' | b'r' | b'a' | b'b' if self.bytes || conversion != b'b' => self.text(vm, v, settings),
            b'c' => self.character(vm, v, &settings).map(|()| None),
            b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => self.integer(vm, v, &settings).map(|()| None),
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => self.float(vm, v, &settings).map(|()| None),
            _ => {
                let at = directive.conversion_at;
                let error = match std::str::from_utf8(&self.format) {
                    Ok(text) if !self.bytes => unsupported(text, at),
                    _ => unsupported_bytes(&self.format, at),
                };
                Err(text_error(vm, error))
            }
        }
    }

    fn look_up(&mut self, vm: &mut Vm, key: std::ops::Range<usize>) -> R<Value> {
        let key = self.format[key].to_vec();
        let key = if self.bytes {
            vm.bytes(key)
        } else {
            let key = String::from_utf8(key).expect("a part of a text between ASCII characters");
            vm.string(key)
        };
        match ops::get_item(vm, self.args, key)? {
            Flow::Value(v) => Ok(v),
            _ => Err(vm.type_error("format requires a mapping")),
        }
    }

    fn text(&mut self, vm: &mut Vm, v: Value, settings: Settings) -> R<Option<Flow>> {
        if self.bytes && matches!(settings.conversion, b's' | b'b') {
            let Value::Bytes(b) = v else {
                let name = vm.type_name(v);
                return Err(vm.type_error(format!(
                    "%b requires a bytes-like object, or an object that implements __bytes__, not '{name}'"
                )));
            };
            let laid_out = format_bytes(&vm.heap.get(b).data, &settings, vm.text_max());
            return self.append(vm, laid_out).map(|()| None);
        }
        let flow = match settings.conversion {
            b's' => super::str(vm, v)?,
            b'r' if !self.bytes => super::repr(vm, v)?,
            _ => super::ascii(vm, v)?,
        };
        match flow {
            Flow::Value(text) => self.append_text(vm, text, &settings).map(|()| None),
            flow => {
                self.pending = Some(settings);
                Ok(Some(flow))
            }
        }
    }

    fn append_text(&mut self, vm: &mut Vm, text: Value, settings: &Settings) -> R<()> {
        let Value::Str(s) = text else { unreachable!("str() makes strings") };
        if settings.width == 0 && settings.precision.is_none() {
            self.out.extend_from_slice(vm.heap.str(s).as_bytes());
            return Ok(());
        }
        let laid_out = format_text(vm.heap.str(s), settings, vm.text_max());
        self.append(vm, laid_out)
    }

    fn append<T: AsRef<[u8]>>(&mut self, vm: &mut Vm, text: Result<T, TextError>) -> R<()> {
        match text {
            Ok(text) => {
                vm.charge(text.as_ref().len() / 16);
                self.out.extend_from_slice(text.as_ref());
                check_size(self.out.len(), vm.text_max()).map_err(|e| text_error(vm, e))
            }
            Err(error) => Err(text_error(vm, error)),
        }
    }

    fn character(&mut self, vm: &mut Vm, v: Value, settings: &Settings) -> R<()> {
        let max = vm.text_max();
        if self.bytes {
            let byte = match v {
                Value::Int(i) => match u8::try_from(i) {
                    Ok(byte) => byte,
                    Err(_) => return Err(vm.overflow_error("%c arg not in range(256)")),
                },
                Value::Bytes(b) if vm.heap.get(b).data.len() == 1 => vm.heap.get(b).data[0],
                Value::Big(_) => return Err(vm.overflow_error("%c arg not in range(256)")),
                _ => {
                    let message = "%c requires an integer in range(256) or a single byte";
                    return Err(vm.type_error(message));
                }
            };
            return self.append(vm, format_bytes(&[byte], settings, max));
        }
        let c = match v {
            Value::Int(i) => u32::try_from(i).ok().and_then(char::from_u32),
            Value::Bool(b) => Some(if b { '\x01' } else { '\0' }),
            Value::Big(_) => None,
            Value::Str(s) if vm.heap.get(s).chars() == 1 => Some(vm.heap.str_char(s, 0)),
            _ => return Err(vm.type_error("%c requires int or char")),
        };
        let Some(c) = c else { return Err(vm.overflow_error("%c arg not in range(0x110000)")) };
        self.append(vm, format_text(c.encode_utf8(&mut [0; 4]), settings, max))
    }

    fn integer(&mut self, vm: &mut Vm, v: Value, settings: &Settings) -> R<()> {
        let max = vm.text_max();
        let v = match v {
            Value::Float(x) if matches!(settings.conversion, b'd' | b'i' | b'u') => truncated(vm, x)?,
            v => v,
        };
        let text = match v {
            Value::Int(i) => format_i64(i, settings, max),
            Value::Bool(b) => format_i64(i64::from(b), settings, max),
            Value::Big(b) => format_big(&vm.heap.get(b).value, settings, limits::INT_DIGITS_MAX, max),
            other => {
                let name = vm.type_name(other);
                let conversion = char::from(settings.conversion);
                let wanted =
                    if matches!(conversion, 'd' | 'i' | 'u') { "a real number" } else { "an integer" };
                return Err(vm.type_error(format!("%{conversion} format: {wanted} is required, not {name}")));
            }
        };
        self.append(vm, text)
    }

    fn float(&mut self, vm: &mut Vm, v: Value, settings: &Settings) -> R<()> {
        let x = match v {
            Value::Float(x) => Some(x),
            Value::Int(i) => Some(i as f64),
            Value::Bool(b) => Some(f64::from(u8::from(b))),
            Value::Big(b) => vm.heap.get(b).value.to_f64().filter(|x| x.is_finite()),
            other => {
                let name = vm.type_name(other);
                let message = if self.bytes {
                    format!("float argument required, not {name}")
                } else {
                    format!("must be real number, not {name}")
                };
                return Err(vm.type_error(message));
            }
        };
        let Some(x) = x else { return Err(vm.overflow_error("int too large to convert to float")) };
        let max = vm.text_max();
        self.append(vm, format_float_value(x, settings, max))
    }
}

/// `int(x)`
fn truncated(vm: &mut Vm, x: f64) -> Result<Value, Trap> {
    if x.is_nan() {
        return Err(vm.value_error("cannot convert float NaN to integer"));
    }
    match num_traits::FromPrimitive::from_f64(x.trunc()) {
        Some(big) => Ok(vm.int(big)),
        None => Err(vm.overflow_error("cannot convert float infinity to integer")),
    }
}

/// Whether CPython takes the right operand of `%` as a mapping: whatever has items, but for texts of the left one's
/// kind.
fn is_mapping(args: Value, formats_bytes: bool) -> bool {
    match args {
        Value::Bytes(_) => !formats_bytes,
        args => matches!(args, Value::Dict(_) | Value::List(_) | Value::Range(_)),
    }
}

struct PercentTask {
    work: Percent,
    /// What must be answered before the work goes on.
    flow: Option<Flow>,
}

impl Task for PercentTask {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Some(flow) = self.flow.take() {
            return Ok(Step::Await(flow));
        }
        if let (Resume::Value(text), Some(settings)) = (resume, self.work.pending.take()) {
            self.work.append_text(vm, text, &settings)?;
        }
        loop {
            match self.work.go_on(vm)? {
                Progress::Done => return self.work.finish(vm).map(Step::Done),
                Progress::Wants(flow) => return Ok(Step::Await(flow)),
                Progress::Full if vm.out_of_fuel() => return Ok(Step::Yield),
                Progress::Full => {}
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.work.args);
        if let Some(Flow::Task(task)) = &self.flow {
            task.trace(tracer);
        }
    }
}
