//! Reading standard input: lines, all of it, or a number of characters.
//!
//! A line ends with `\n`, and nothing is translated, as CPython has it for standard input on Unix. Text is
//! decoded as UTF-8 where a line or a character is complete, so that the borders between the host's chunks
//! do not matter.

use super::{FileKind, receiver, unsupported_operation};
use crate::vm::flow::{Flow, HostRequest, R, Resume, Step, Task, value};
use crate::vm::heap::Tracer;
use crate::vm::native::Args;
use crate::vm::type_id::TypeId;
use crate::vm::types::bytes::Bytes;
use crate::vm::types::bytes::codec::{Codec, Errors, decode};
use crate::vm::types::list::{self, List};
use crate::vm::types::str::methods::index_argument;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::{Input, Vm};

/// What a line is read for: how its end and the end of the input are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `readline()`: `''` at the end.
    ReadLine,
    /// `for line in sys.stdin`: exhausted at the end.
    Next,
    /// `input()`: without its newline, `EOFError` at the end.
    Input,
}

/// The next line of a stream that is iterated over.
pub fn next_line(vm: &mut Vm, file: Value) -> R {
    match file {
        Value::File(f) if vm.heap.get(f).kind == FileKind::Stdin => {
            super::check_open(vm, f)?;
            read_line(vm, Purpose::Next)
        }
        _ => Err(unsupported_operation(vm, "not readable")),
    }
}

/// Reads one line of standard input.
pub fn read_line(vm: &mut Vm, purpose: Purpose) -> R {
    let mut scanned = 0;
    match take_line(&mut vm.input, &mut scanned) {
        Some(line) => finish_line(vm, line, purpose).and_then(value),
        None => Ok(Flow::task(ReadLine { purpose, scanned, most: None })),
    }
}

/// A complete line with its end; empty at the end of the input, `None` when more must come first.
fn take_line(input: &mut Input, scanned: &mut usize) -> Option<Vec<u8>> {
    let data = input.buffer.make_contiguous();
    let end = match memchr::memchr(b'\n', &data[*scanned..]) {
        Some(at) => *scanned + at + 1,
        None if input.at_end => data.len(),
        None => {
            *scanned = data.len();
            return None;
        }
    };
    let line = data[..end].to_vec();
    input.buffer.drain(..end);
    Some(line)
}

fn text_of(vm: &mut Vm, data: Vec<u8>) -> R<Value> {
    vm.reserve(data.len())?;
    vm.charge(data.len() / 16);
    match String::from_utf8(data) {
        Ok(text) => Ok(vm.string(text)),
        Err(error) => {
            let bytes: Ref<Bytes> = vm.heap.alloc(Bytes { data: error.into_bytes().into() });
            decode(vm, bytes, Codec::Utf8 { mark: false }, Errors::Strict)
        }
    }
}

fn finish_line(vm: &mut Vm, mut line: Vec<u8>, purpose: Purpose) -> R<Value> {
    match (purpose, line.is_empty()) {
        (Purpose::Next, true) => return Ok(Value::Undef),
        (Purpose::Input, true) => return Err(vm.raise(TypeId::EOFError, "EOF when reading a line")),
        (Purpose::Input, false) if line.ends_with(b"\n") => {
            line.pop();
        }
        _ => {}
    }
    text_of(vm, line)
}

/// Waits for a line.
struct ReadLine {
    purpose: Purpose,
    /// Bytes of the input that hold no end of a line.
    scanned: usize,
    /// The most characters that are wanted.
    most: Option<usize>,
}

impl Task for ReadLine {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        let Some(mut line) = take_line(&mut vm.input, &mut self.scanned) else {
            return Ok(Step::Host(HostRequest::ReadStdin));
        };
        if let Some(most) = self.most {
            give_back(&mut vm.input, &mut line, most);
        }
        finish_line(vm, line, self.purpose).map(Step::Done)
    }

    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// Puts what is behind the first `most` characters back into the input.
fn give_back(input: &mut Input, line: &mut Vec<u8>, most: usize) {
    let starts = line.iter().enumerate().filter(|(_, b)| **b & 0xc0 != 0x80);
    if let Some(at) = starts.map(|(at, _)| at).nth(most) {
        for byte in line.drain(at..).rev() {
            input.buffer.push_front(byte);
        }
    }
}

fn stdin_only(vm: &mut Vm, args: &Args<'_>, name: &str) -> R<()> {
    match receiver(vm, args, name)? {
        FileKind::Stdin => Ok(()),
        _ => Err(unsupported_operation(vm, "not readable")),
    }
}

/// A size argument: negative and `None` mean "all".
fn size_argument(vm: &mut Vm, v: Value) -> R<Option<usize>> {
    match v {
        Value::Undef | Value::None => Ok(None),
        Value::Int(_) | Value::Bool(_) | Value::Big(_) => Ok(usize::try_from(index_argument(vm, v)?).ok()),
        other => {
            let name = vm.type_name(other);
            Err(vm.type_error(format!("argument should be integer or None, not '{name}'")))
        }
    }
}

pub(super) fn readline(vm: &mut Vm, args: Args<'_>) -> R {
    stdin_only(vm, &args, "readline")?;
    match size_argument(vm, args.get(1))? {
        None => read_line(vm, Purpose::ReadLine),
        Some(0) => value(vm.str("")),
        most => Ok(Flow::task(ReadLine { purpose: Purpose::ReadLine, scanned: 0, most })),
    }
}

pub(super) fn read(vm: &mut Vm, args: Args<'_>) -> R {
    stdin_only(vm, &args, "read")?;
    Ok(match size_argument(vm, args.get(1))? {
        None => Flow::task(ReadAll),
        Some(most) => Flow::task(ReadSome { left: most, at: 0 }),
    })
}

/// Waits for the end of the input.
struct ReadAll;

impl Task for ReadAll {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        if !vm.input.at_end {
            return Ok(Step::Host(HostRequest::ReadStdin));
        }
        let data: Vec<u8> = std::mem::take(&mut vm.input.buffer).into();
        text_of(vm, data).map(Step::Done)
    }

    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// Waits for a number of characters.
struct ReadSome {
    left: usize,
    /// The bytes of the characters counted so far.
    at: usize,
}

impl ReadSome {
    /// Counts characters; true when there are enough, or all there will ever be.
    fn count(&mut self, input: &mut Input) -> bool {
        let at_end = input.at_end;
        let data = input.buffer.make_contiguous();
        while self.left > 0 {
            let width = match data.get(self.at) {
                None => return at_end,
                Some(0xc2..=0xdf) => 2,
                Some(0xe0..=0xef) => 3,
                Some(0xf0..=0xf4) => 4,
                Some(_) => 1,
            };
            if self.at + width > data.len() && !at_end {
                return false;
            }
            self.at = data.len().min(self.at + width);
            self.left -= 1;
        }
        true
    }
}

impl Task for ReadSome {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        if !self.count(&mut vm.input) {
            return Ok(Step::Host(HostRequest::ReadStdin));
        }
        let data: Vec<u8> = vm.input.buffer.drain(..self.at).collect();
        text_of(vm, data).map(Step::Done)
    }

    fn trace(&self, _: &mut Tracer<'_>) {}
}

pub(super) fn readlines(vm: &mut Vm, args: Args<'_>) -> R {
    stdin_only(vm, &args, "readlines")?;
    let hint = size_argument(vm, args.get(1))?.filter(|hint| *hint > 0);
    let lines = vm.heap.alloc(List::default());
    Ok(Flow::task(ReadLines { lines, scanned: 0, left: hint.unwrap_or(usize::MAX) }))
}

struct ReadLines {
    lines: Ref<List>,
    scanned: usize,
    /// Bytes after which no further line is read.
    left: usize,
}

impl Task for ReadLines {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            if self.left == 0 {
                return Ok(Step::Done(Value::List(self.lines)));
            }
            let Some(line) = take_line(&mut vm.input, &mut self.scanned) else {
                return Ok(Step::Host(HostRequest::ReadStdin));
            };
            self.scanned = 0;
            if line.is_empty() {
                return Ok(Step::Done(Value::List(self.lines)));
            }
            self.left = self.left.saturating_sub(line.len());
            let line = text_of(vm, line)?;
            list::push(vm, self.lines, line);
            vm.charge(1);
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.lines);
    }
}
