//! Code objects: what the compiler hands to the VM. Immutable and shared; a run adds its own
//! constants and inline caches beside them.

use std::cell::OnceCell;
use std::rc::Rc;

use num_bigint::BigInt;

use super::op::{Op, Reg};

/// A source text with its name, shared by all code objects compiled from it.
#[derive(Debug)]
pub struct Source {
    /// The file name as tracebacks show it: `<string>`, `<stdin>`, a path.
    pub filename: Box<str>,
    /// The whole text.
    pub text: Box<str>,
    /// Whether tracebacks show its lines: those of programs, not of what they give to `exec` and `eval`.
    pub is_shown: bool,
    /// Byte offset of each line's start, made when first asked for.
    lines: OnceCell<Box<[u32]>>,
}

/// A position in a [`Source`]: 1-based line, 0-based column counted in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 0-based column in bytes from the line's start.
    pub column: u32,
}

impl Source {
    /// Wraps a program's text.
    pub fn new(filename: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Rc<Source> {
        let (filename, text) = (filename.into(), text.into());
        Rc::new(Source { filename, text, is_shown: true, lines: OnceCell::new() })
    }

    /// Wraps a text that a program gives to `exec` or `eval`.
    pub fn evaluated(text: impl Into<Box<str>>) -> Rc<Source> {
        let (filename, text) = ("<string>".into(), text.into());
        Rc::new(Source { filename, text, is_shown: false, lines: OnceCell::new() })
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let mut starts = vec![0u32];
            for (i, &b) in bytes.iter().enumerate() {
                let ends = b == b'\n' || (b == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
                if ends {
                    starts.push(i as u32 + 1);
                }
            }
            starts.into()
        })
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        let starts = self.line_starts();
        let line = starts.partition_point(|&s| s <= offset);
        Position { line: line as u32, column: offset - starts[line - 1] }
    }

    /// Where the last line ends, before its line ending.
    pub fn last_position(&self) -> Position {
        let ended = self.text.strip_suffix('\n').unwrap_or(&self.text);
        self.position(ended.len() as u32)
    }

    /// The text of a 1-based line without its line ending, or `None` past the end.
    pub fn line(&self, line: u32) -> Option<&str> {
        let starts = self.line_starts();
        let from = *starts.get((line as usize).checked_sub(1)?)? as usize;
        let to = starts.get(line as usize).map_or(self.text.len(), |&s| s as usize);
        Some(self.text[from..to].trim_end_matches(['\n', '\r']))
    }
}

/// The half-open byte range of source text that an instruction stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A constant of the program text.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// `None`
    None,
    /// `...`
    Ellipsis,
    /// `True`, `False`
    Bool(bool),
    /// An integer that fits 64 bits.
    Int(i64),
    /// An integer that does not.
    Big(BigInt),
    /// A float.
    Float(f64),
    /// An imaginary literal or folded complex.
    Complex(f64, f64),
    /// A string.
    Str(Box<str>),
    /// Bytes.
    Bytes(Box<[u8]>),
    /// A tuple of constants.
    Tuple(Box<[Const]>),
    /// A frozen set of constants (the right side of `x in {1, 2}`).
    FrozenSet(Box<[Const]>),
}

/// Shape of a function's parameters. Their registers are `0..`, in this order: positional
/// (positional-only first), keyword-only, `*args`, `**kwargs`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params {
    /// How many are positional-only.
    pub positional_only: u16,
    /// How many are positional, the positional-only ones included.
    pub positional: u16,
    /// How many are keyword-only.
    pub keyword_only: u16,
    /// Whether there is a `*args`.
    pub var_args: bool,
    /// Whether there is a `**kwargs`.
    pub var_kwargs: bool,
}

impl Params {
    /// All parameters, `*args` and `**kwargs` included.
    pub fn total(&self) -> usize {
        self.positional as usize
            + self.keyword_only as usize
            + usize::from(self.var_args)
            + usize::from(self.var_kwargs)
    }

    /// Whether a call with exactly `positional` positional arguments needs no binding work.
    pub fn is_simple(&self) -> bool {
        self.keyword_only == 0 && !self.var_args && !self.var_kwargs
    }
}

/// What a code object is the body of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKind {
    /// A module, an `exec` or an `eval`.
    Module,
    /// `def` or `lambda`.
    Function,
    /// A generator expression; its only parameter is the outermost iterator.
    GeneratorExpression,
}

/// One row of the exception table: an exception at `start <= pc < end` goes on at `target`
/// with the exception in `reg`. Inner handlers come before the outer ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// First covered instruction.
    pub start: u32,
    /// One past the last covered instruction.
    pub end: u32,
    /// Where to go on.
    pub target: u32,
    /// Receives the exception.
    pub reg: Reg,
}

/// A variable that lives in a cell: the register that holds the cell, and the variable's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellVar {
    /// Register that holds the cell.
    pub reg: Reg,
    /// The variable's name.
    pub name: Box<str>,
}

/// A compiled body.
#[derive(Debug)]
pub struct Code {
    /// `__name__`; `<module>`, `<lambda>`, `<genexpr>` for the nameless.
    pub name: Box<str>,
    /// `__qualname__`
    pub qualname: Box<str>,
    /// The text it came from.
    pub source: Rc<Source>,
    /// 1-based line of `def`, `lambda` or the first decorator.
    pub first_line: u32,
    /// What it is the body of.
    pub kind: CodeKind,
    /// Whether calling it makes a generator.
    pub is_generator: bool,
    /// The docstring, for functions.
    pub doc: Option<Box<str>>,
    /// Parameters.
    pub params: Params,
    /// Names of registers `0..locals.len()`. A comprehension's own variables come after the
    /// function's, so a name can occur twice; `locals()` shows the first bound one.
    pub locals: Box<[Box<str>]>,
    /// Names of the locals that did not fit the window; slot numbers are indices.
    pub spilled: Box<[Box<str>]>,
    /// Local variables that inner functions capture.
    pub cells: Box<[CellVar]>,
    /// Captured variables of outer functions, in the order of the closure tuple.
    pub free: Box<[CellVar]>,
    /// Registers used, `<= 255`.
    pub registers: u16,
    /// Inline-cache slots used.
    pub caches: u16,
    /// Instructions. The last one never falls through. Shared with the runs that link the code, which find them
    /// one step sooner that way.
    pub ops: Rc<[Op]>,
    /// Source range of each instruction, parallel to `ops`.
    pub spans: Box<[Span]>,
    /// Constants.
    pub consts: Box<[Const]>,
    /// Names of globals, attributes and modules.
    pub names: Box<[Box<str>]>,
    /// Bodies of the functions defined inside.
    pub children: Box<[Rc<Code>]>,
    /// Exception table.
    pub handlers: Box<[Handler]>,
}

/// How a source text is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A program; the value of a last expression is dropped.
    Program,
    /// A program; the value of a last expression is kept with [`Op::SetResult`].
    Echo,
    /// `eval`: one expression, returned.
    Eval,
    /// `exec`: statements, returns `None`.
    Exec,
}

/// A compile request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CompileOptions {
    /// What to compile.
    pub mode: Mode,
    /// Names at the top level go through a locals mapping ([`Op::LoadName`]) instead of globals.
    pub separate_locals: bool,
    /// `__debug__`: whether `assert` is compiled.
    pub assertions: bool,
}

impl CompileOptions {
    /// The usual options for a mode.
    pub fn new(mode: Mode) -> CompileOptions {
        CompileOptions { mode, separate_locals: false, assertions: true }
    }
}

/// Which class of exception a failed compilation raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompileErrorKind {
    /// `SyntaxError`
    Syntax,
    /// `IndentationError`
    Indentation,
    /// `TabError`
    Tab,
    /// `MemoryError`/`RecursionError`-like refusals: the source is beyond a limit, which the message names.
    Limit,
    /// Python that pyrust does not have yet; the message names it.
    Unsupported,
}

/// Why a source text did not compile, with what `SyntaxError` carries.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({filename}, line {line})")]
pub struct CompileError {
    /// Which exception.
    pub kind: CompileErrorKind,
    /// The message in CPython's words.
    pub message: String,
    /// File name.
    pub filename: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column in characters (CPython's `offset`), 0 when unknown.
    pub column: u32,
    /// 1-based last line.
    pub end_line: u32,
    /// 1-based column one past the end, in characters; 0 or -1 when unknown.
    pub end_column: i32,
    /// The line's text, without its line ending.
    pub text: Option<String>,
    /// The `text` of the exception that `exec` and `eval` raise: with the line's ending or without, or nothing,
    /// depending on which part of CPython finds the error.
    pub in_string: Option<String>,
}

/// Compiles source text. Implemented by `lang`, handed to the VM by the engine, which is how `eval`
/// and `exec` compile without the VM knowing the compiler.
pub trait Compiler {
    /// Compiles a text, or says why not.
    fn compile(&self, source: Rc<Source>, options: CompileOptions) -> Result<Rc<Code>, CompileError>;

    /// For tracebacks: which bytes of an expression's text stand for what failed (the operator of an
    /// operation, the brackets of a call or subscript), if there is such a part.
    fn caret_anchors(&self, _segment: &str) -> Option<(usize, usize)> {
        None
    }

    /// For tracebacks: whether bytes `start..end` of a statement's lines are the whole call of
    /// `return name(…)` or `name = call(…)`, under which carets would say nothing.
    fn marks_whole_call(&self, _lines: &str, _start: usize, _end: usize) -> bool {
        false
    }
}
