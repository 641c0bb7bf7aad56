//! Comparing, searching and hashing nested data as worklists.

use crate::bytecode::CmpOp;
use crate::vm::exceptions::unsupported;
use crate::vm::flow::{R, Resume, Step, Task};
use crate::vm::heap::Tracer;
use crate::vm::types::dict::Dict;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// `a == b` (or `!=`) of nested or large data.
pub fn equal(vm: &mut Vm, _a: Value, _b: Value, _negate: bool) -> R {
    Err(unsupported(vm, "comparison of nested data"))
}

/// `a < b` and its like for two lists or two tuples.
pub fn compare_sequences(vm: &mut Vm, _op: CmpOp, _a: Value, _b: Value) -> R {
    Err(unsupported(vm, "ordering of sequences"))
}

/// `item in sequence` for lists and tuples.
pub fn search(vm: &mut Vm, _sequence: Value, _item: Value) -> R {
    Err(unsupported(vm, "in for sequences"))
}

/// `item in iterator`
pub fn search_iterator(vm: &mut Vm, _iterator: Value, _item: Value) -> R {
    Err(unsupported(vm, "in for iterators"))
}

struct Pending(&'static str);

impl Task for Pending {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        Err(unsupported(vm, self.0))
    }

    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// `key in dict` when hashing or comparing takes a task.
pub fn dict_contains(_dict: Ref<Dict>, _key: Value) -> Box<dyn Task> {
    Box::new(Pending("deep dict keys"))
}

/// Inserts `key, value, …` into a dict; the result is the dict.
pub fn insert_pairs(_dict: Ref<Dict>, _pairs: &[Value]) -> Box<dyn Task> {
    Box::new(Pending("deep dict keys"))
}
