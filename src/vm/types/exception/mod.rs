//! Exceptions: the data, what their classes take and show, their attributes and methods.
//!
//! Owns everything that an exception object can be asked. Never raises on behalf of the machine: chaining,
//! unwinding and matching live in [`crate::vm::exceptions`] and [`crate::vm::machine`].

mod attributes;
mod construct;
mod group;
mod methods;
mod show;

pub use attributes::traceback;
pub use construct::{construct, json_decode_error};
pub use group::{Splitter, concat_groups, is_group, members, project, wrap};
pub use show::{Piece, own_pieces};

use super::TypeSpec;
use super::dict::Dict;
use super::tuple::Tuple;
use crate::vm::heap::{HeapObject, Tracer};
use crate::vm::machine::CodeId;
use crate::vm::type_id::TypeId;
use crate::vm::value::{Ref, Value};

/// An exception.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Its class.
    pub ty: TypeId,
    /// `args`
    pub args: Ref<Tuple>,
    /// The frames it passed, innermost first.
    pub trace: Vec<TraceEntry>,
    /// `__cause__`, or `None`.
    pub cause: Value,
    /// `__context__`, or `None`.
    pub context: Value,
    /// `__suppress_context__`
    pub suppress_context: bool,
    /// Attributes that its class declares (`name`, `obj`, `msg`, `lineno`, `exceptions`, …), as far as they
    /// have been set.
    pub attrs: Option<Ref<Dict>>,
    /// `__dict__`: what a script has set, `__notes__` included.
    pub dict: Option<Ref<Dict>>,
}

/// What a class adds to `BaseException`: decides its arguments, attributes and text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Nothing.
    Plain,
    /// `KeyError`: shows its one argument by `repr`.
    Key,
    /// `SystemExit`
    SystemExit,
    /// `StopIteration`
    StopIteration,
    /// `ImportError`
    Import,
    /// `NameError`
    Name,
    /// `AttributeError`
    Attribute,
    /// `OSError`
    Os,
    /// `SyntaxError`
    Syntax,
    /// `UnicodeDecodeError`
    Decode,
    /// `UnicodeEncodeError`
    Encode,
    /// `UnicodeTranslateError`
    Translate,
    /// `BaseExceptionGroup`
    Group,
    /// `json.JSONDecodeError`
    Json,
}

impl Layout {
    /// The layout of a class.
    pub fn of(ty: TypeId) -> Layout {
        let mut at = Some(ty);
        while let Some(ty) = at {
            match ty {
                TypeId::KeyError => return Layout::Key,
                TypeId::SystemExit => return Layout::SystemExit,
                TypeId::StopIteration => return Layout::StopIteration,
                TypeId::ImportError => return Layout::Import,
                TypeId::NameError => return Layout::Name,
                TypeId::AttributeError => return Layout::Attribute,
                TypeId::OSError => return Layout::Os,
                TypeId::SyntaxError => return Layout::Syntax,
                TypeId::UnicodeDecodeError => return Layout::Decode,
                TypeId::UnicodeEncodeError => return Layout::Encode,
                TypeId::UnicodeTranslateError => return Layout::Translate,
                TypeId::BaseExceptionGroup => return Layout::Group,
                TypeId::JsonDecodeError => return Layout::Json,
                _ => at = ty.base(),
            }
        }
        Layout::Plain
    }

    /// The attributes it declares.
    pub fn slots(self) -> &'static [&'static str] {
        match self {
            Layout::Plain | Layout::Key => &[],
            Layout::SystemExit => &["code"],
            Layout::StopIteration => &["value"],
            Layout::Import => &["msg", "name", "name_from", "path"],
            Layout::Name => &["name"],
            Layout::Attribute => &["name", "obj"],
            Layout::Os => &["errno", "strerror", "filename", "filename2"],
            Layout::Syntax => &[
                "msg",
                "filename",
                "lineno",
                "offset",
                "text",
                "end_lineno",
                "end_offset",
                "print_file_and_line",
            ],
            Layout::Decode | Layout::Encode => &["encoding", "object", "start", "end", "reason"],
            Layout::Translate => &["object", "start", "end", "reason"],
            Layout::Group => &["message", "exceptions"],
            Layout::Json => &["msg", "doc", "pos", "lineno", "colno"],
        }
    }
}

/// What exception classes bring to the registry.
pub fn spec(ty: TypeId) -> TypeSpec {
    TypeSpec {
        methods: match ty {
            TypeId::BaseException => methods::METHODS,
            TypeId::BaseExceptionGroup => methods::GROUP_METHODS,
            _ => &[],
        },
        construct: None, // `types::construct` asks `construct` here, which needs the class.
        attribute: (ty == TypeId::BaseException).then_some(attributes::attribute as _),
        attribute_names: match ty {
            TypeId::BaseException => attributes::NAMES,
            ty if ty.base().map(Layout::of) != Some(Layout::of(ty)) => Layout::of(ty).slots(),
            _ => &[],
        },
        set_attribute: (ty == TypeId::BaseException).then_some(attributes::set_attribute as _),
    }
}

/// One frame of a traceback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TraceEntry {
    /// The frame's code.
    pub code: CodeId,
    /// The instruction that raised or called.
    pub pc: u32,
}

impl HeapObject for Exception {
    fn payload_bytes(&self) -> usize {
        self.trace.capacity() * size_of::<TraceEntry>()
    }

    fn trace(&self, tracer: &mut Tracer<'_>, from: usize) -> Option<usize> {
        tracer.object(self.args);
        tracer.value(self.cause);
        tracer.value(self.context);
        tracer.option(self.attrs);
        tracer.option(self.dict);
        tracer.elements(self.trace.len(), from, |tracer, i| tracer.code(self.trace[i].code))
    }
}
