//! Python functions.

use super::dict::Dict;
use super::tuple::Tuple;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::machine::CodeId;
use crate::vm::value::{Ref, Value};

/// A function made by `def` or `lambda`.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its code.
    pub code: CodeId,
    /// The globals it was defined in.
    pub globals: Ref<Dict>,
    /// A tuple of cells.
    pub closure: Option<Ref<Tuple>>,
    /// `__defaults__`
    pub defaults: Option<Ref<Tuple>>,
    /// `__kwdefaults__`
    pub kw_defaults: Option<Ref<Dict>>,
    /// What few functions have.
    pub extra: Option<Box<FunctionExtra>>,
}

/// Attributes that were set or that few functions have. [`Value::Undef`] means "as the code says".
#[derive(Clone, Copy, Debug)]
pub struct FunctionExtra {
    /// `__name__`
    pub name: Value,
    /// `__qualname__`
    pub qualname: Value,
    /// `__doc__`
    pub doc: Value,
    /// `__annotations__`
    pub annotations: Value,
    /// `__module__`
    pub module: Value,
    /// `__dict__`
    pub dict: Option<Ref<Dict>>,
}

impl Default for FunctionExtra {
    fn default() -> FunctionExtra {
        let undef = Value::Undef;
        FunctionExtra {
            name: undef,
            qualname: undef,
            doc: undef,
            annotations: undef,
            module: undef,
            dict: None,
        }
    }
}

impl HeapObject for Function {
    fn payload_bytes(&self) -> usize {
        self.extra.as_ref().map_or(0, |_| size_of::<FunctionExtra>())
    }

    fn trace(&self, tracer: &mut Tracer<'_>, _: usize) -> Option<usize> {
        tracer.object(self.globals);
        tracer.option(self.closure);
        tracer.option(self.defaults);
        tracer.option(self.kw_defaults);
        if let Some(extra) = &self.extra {
            for v in [extra.name, extra.qualname, extra.doc, extra.annotations, extra.module] {
                tracer.value(v);
            }
            tracer.option(extra.dict);
        }
        None
    }
}
