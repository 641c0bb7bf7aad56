//! Searching a text for another: what is longer than a piece is searched in pieces, one per step.

use memchr::memmem;

use crate::limits;
use crate::vm::compare::text_bytes;
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::heap::Tracer;
use crate::vm::text::search::find;
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// What a search of a text answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Places {
    /// The offset of the first place in bytes, or -1.
    First,
    /// The offset of the last place in bytes, or -1.
    Last,
    /// How many there are that do not overlap.
    Count,
    /// Whether there is one.
    Any,
}

/// Bytes of a text that one step searches; more where what is searched for is as long.
const PIECE_BYTES: usize = 32 * limits::KIB;
/// Bytes searched for one byte, for one unit of fuel.
const BYTES_PER_UNIT: usize = 64;
/// Bytes searched for more than one: a text that almost matches everywhere takes some nanoseconds for each.
const BYTES_PER_UNIT_AT_WORST: usize = 4;

struct TextSearch {
    text: Value,
    wanted: Value,
    /// The bytes that are still to be searched.
    from: usize,
    to: usize,
    places: Places,
    count: i64,
}

/// Searches the bytes from `from` to `to` of a string or bytes for another one that is not empty.
pub fn search_text(vm: &mut Vm, text: Value, wanted: Value, (from, to): (usize, usize), places: Places) -> R {
    let mut search = TextSearch { text, wanted, from, to, places, count: 0 };
    match search.advance(vm) {
        Some(v) => value(v),
        None => Ok(Flow::task(search)),
    }
}

impl TextSearch {
    /// Searches a piece; the answer when it is known.
    fn advance(&mut self, vm: &mut Vm) -> Option<Value> {
        let (Some(text), Some(wanted)) = (text_bytes(&vm.heap, self.text), text_bytes(&vm.heap, self.wanted))
        else {
            unreachable!("a text is searched for a text")
        };
        let piece = PIECE_BYTES.max(2 * wanted.len()).min(self.to - self.from);
        let last = piece == self.to - self.from;
        // A place may begin in this piece and reach into the next one.
        let shared = if last { 0 } else { wanted.len() - 1 };
        let mut places = 0;
        let answer = match self.places {
            Places::First | Places::Any => {
                let found = find(&text[self.from..self.from + piece], wanted).map(|at| self.from + at);
                self.from += piece - shared;
                found
            }
            Places::Last => {
                let start = self.to - piece;
                let found = memmem::rfind(&text[start..self.to], wanted).map(|at| start + at);
                self.to = start + shared;
                found
            }
            Places::Count => {
                let (count, behind) = count(&text[self.from..self.from + piece], wanted);
                self.count += count;
                places = count as usize;
                self.from += behind.max(piece - shared);
                None
            }
        };
        let per_unit = if wanted.len() == 1 { BYTES_PER_UNIT } else { BYTES_PER_UNIT_AT_WORST };
        vm.charge(piece / per_unit + places);
        match (self.places, answer) {
            (Places::Any, Some(_)) => Some(Value::Bool(true)),
            (_, Some(at)) => Some(Value::Int(at as i64)),
            (_, None) if !last => None,
            (Places::Any, None) => Some(Value::Bool(false)),
            (Places::Count, None) => Some(Value::Int(self.count)),
            (_, None) => Some(Value::Int(-1)),
        }
    }
}

/// How often it is there, and where the last place ends.
fn count(text: &[u8], wanted: &[u8]) -> (i64, usize) {
    if let [byte] = wanted {
        return (memchr::memchr_iter(*byte, text).count() as i64, 0);
    }
    memmem::find_iter(text, wanted).fold((0, 0), |(n, _), at| (n + 1, at + wanted.len()))
}

impl Task for TextSearch {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        loop {
            if let Some(v) = self.advance(vm) {
                return Ok(Step::Done(v));
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.text);
        tracer.value(self.wanted);
    }
}
