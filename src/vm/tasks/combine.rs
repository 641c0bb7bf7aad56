//! `next` of iterators that are built on others or on functions: `map`, `filter`, `zip`, `enumerate`,
//! `iter(callable, sentinel)`.

use crate::vm::exceptions::unsupported;
use crate::vm::flow::R;
use crate::vm::types::iterator::Iter;
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// The next value of `map`, `filter`, `zip`, `enumerate`.
pub fn next_of_combined(vm: &mut Vm, _r: Ref<Iter>, _state: Iter) -> R {
    Err(unsupported(vm, "combined iterators"))
}

/// The next value of `iter(callable, sentinel)`.
pub fn next_of_callable(vm: &mut Vm, _r: Ref<Iter>, _callable: Value, _sentinel: Value) -> R {
    Err(unsupported(vm, "iter(callable, sentinel)"))
}
