//! Uncaught exceptions as text: tracebacks, chains, `SyntaxError` displays, exit codes.

use super::flow::Flow;
use super::machine::Machine;
use super::type_id::TypeId;
use super::types::exception::Exception;
use super::value::{Ref, Value};
use crate::bytecode::{CompileError, CompileErrorKind};

/// The exception that ended a run.
#[derive(Clone, Copy, Debug)]
pub struct Raised(Ref<Exception>);

impl Raised {
    /// Name of its class.
    pub fn type_name(self, machine: &Machine) -> &'static str {
        machine.vm.heap.get(self.0).ty.name()
    }
}

/// What a [`Report`] needs or has.
#[derive(Debug)]
pub enum Asked {
    /// Follow this and come back with its answer.
    Flow(Flow),
    /// `SystemExit`
    Exit {
        /// Exit code, 0 to 255.
        code: u8,
        /// To be printed on standard error.
        message: Option<String>,
    },
    /// The whole text.
    Ready {
        /// Name of the class.
        type_name: String,
        /// `str(exception)`
        message: String,
        /// The traceback with its last line.
        traceback: String,
    },
}

/// The making of a traceback: rendering an exception's message may need the interpreter, so it is asked
/// for step by step.
#[derive(Debug)]
pub struct Report {
    exception: Ref<Exception>,
}

impl Report {
    /// The report of an uncaught exception.
    pub fn new(_machine: &Machine, exception: Ref<Exception>) -> Report {
        Report { exception }
    }

    /// The exception.
    pub fn exception(&self) -> Raised {
        Raised(self.exception)
    }

    /// Goes on with the answer to the last request.
    pub fn advance(&mut self, machine: &mut Machine, _answer: Option<Value>) -> Asked {
        let exc = machine.vm.heap.get(self.exception);
        let (ty, args) = (exc.ty, exc.args);
        let first = machine.vm.heap.get(args).items.first().copied();
        let message = match first {
            Some(Value::Str(s)) => machine.vm.heap.str(s).to_owned(),
            Some(v) => format!("{v:?}"),
            None => String::new(),
        };
        if ty == TypeId::SystemExit {
            return Asked::Exit { code: u8::from(first.is_some()), message: None };
        }
        let type_name = ty.name().to_owned();
        let traceback = format!("Traceback (most recent call last):\n{type_name}: {message}\n");
        Asked::Ready { type_name, message, traceback }
    }
}

/// What `python3` prints for a text that does not compile.
pub fn compile_error(error: &CompileError) -> String {
    let name = match error.kind {
        CompileErrorKind::Syntax | CompileErrorKind::Unsupported => "SyntaxError",
        CompileErrorKind::Indentation => "IndentationError",
        CompileErrorKind::Tab => "TabError",
        CompileErrorKind::Limit => "MemoryError",
    };
    let mut out = format!("  File \"{}\", line {}\n", error.filename, error.line);
    if let Some(text) = &error.text {
        out.push_str(&format!("    {}\n", text.trim()));
    }
    out.push_str(&format!("{name}: {}\n", error.message));
    out
}
