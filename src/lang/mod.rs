//! From source text to bytecode: prescan → ruff's parser → scopes → code.
//!
//! Owns the language's syntax and its compile-time errors, in CPython's words. The parser's types stay in
//! here. Must never recurse over a text whose depth the prescan has not measured, so that no source can
//! exhaust the native stack.

mod anchors;
mod compile;
mod docstring;
mod errors;
mod fail;
mod fold;
mod lexical;
mod literal;
mod prescan;
mod scope;
mod symbols;
mod unparse;

use std::rc::Rc;

use ruff_python_ast::{Mod, PythonVersion};
use ruff_python_parser::{ParseOptions, parse_unchecked};

use crate::bytecode::{Code, CompileError, CompileOptions, Compiler, Mode, Source};
use crate::limits::SOURCE_STACK_PER_LEVEL_BYTES;
use compile::Generated;
use fail::{Fail, R, Stage};
use prescan::Measure;

/// The compiler. `bounded` adds the limits of a host that serves others (see `limits`).
#[derive(Clone, Copy, Debug, Default)]
pub struct PyCompiler {
    /// Whether a text with more than [`crate::limits::SOURCE_TOKENS_MAX`] tokens is refused.
    pub bounded: bool,
}

/// Native stack that parsing and compiling take apart from nesting.
const STACK_BASE_BYTES: usize = 64 * 1024;
/// Depth up to which the stack that any thread has is enough. Asking how much there is costs more than
/// compiling a short text: it reads the process's memory map.
const SHALLOW: u32 = 12;

impl Compiler for PyCompiler {
    fn compile(&self, source: Rc<Source>, options: CompileOptions) -> Result<Rc<Code>, CompileError> {
        let mode = match options.mode {
            Mode::Eval => ruff_python_parser::Mode::Expression,
            _ => ruff_python_parser::Mode::Module,
        };
        let result = prescan::prescan(&source.text, mode, self.bounded).and_then(|measure| {
            if measure.depth <= SHALLOW {
                return pipeline(&source, mode, options);
            }
            let stack = stack_bytes(measure);
            stacker::maybe_grow(stack, stack, || pipeline(&source, mode, options))
        });
        result.map_err(|fail| fail.locate(&source, options.mode))
    }

    fn caret_anchors(&self, segment: &str) -> Option<(usize, usize)> {
        anchors::caret_anchors(segment).map(|a| (a.left_end, a.right_start))
    }

    fn marks_whole_call(&self, lines: &str, start: usize, end: usize) -> bool {
        anchors::marks_whole_call(lines, start, end)
    }
}

/// The native stack to have at hand for a text.
fn stack_bytes(measure: Measure) -> usize {
    STACK_BASE_BYTES + measure.depth as usize * SOURCE_STACK_PER_LEVEL_BYTES
}

fn parse_options(mode: ruff_python_parser::Mode) -> ParseOptions {
    ParseOptions::from(mode).with_target_version(PythonVersion::PY313)
}

/// Parses, analyses and compiles; the syntax tree is dropped before it returns.
fn pipeline(source: &Rc<Source>, mode: ruff_python_parser::Mode, options: CompileOptions) -> R<Rc<Code>> {
    let parsed = parse_unchecked(&source.text, parse_options(mode));
    if let Some(fail) = errors::first(&source.text, &parsed) {
        return Err(fail);
    }
    let code =
        generate(source, options, parsed.syntax()).map_err(|fail| Fail { stage: Stage::Compiler, ..fail })?;
    #[cfg(debug_assertions)]
    crate::bytecode::verify(&code).expect("the compiler keeps the instruction set's contract");
    Ok(code)
}

/// Analyses and compiles what has been parsed.
fn generate(source: &Rc<Source>, options: CompileOptions, parsed: &Mod) -> R<Rc<Code>> {
    Ok(match parsed {
        Mod::Module(module) => {
            let symbols = symbols::analyse(&source.text, &module.body, options.separate_locals)?;
            twice(|near| compile::module(source, options, &symbols, &module.body, near))?
        }
        Mod::Expression(e) => {
            let symbols = symbols::analyse_expression(&source.text, &e.body, options.separate_locals)?;
            twice(|near| compile::expression(source, options, &symbols, &e.body, near))?
        }
    })
}

/// Generates with short jumps, and once more without them when one does not reach.
fn twice(generate: impl Fn(bool) -> R<Generated>) -> R<Rc<Code>> {
    for near in [true, false] {
        if let Generated::Code(code) = generate(near)? {
            return Ok(code);
        }
    }
    Err(Fail::limit("the program is too large", Default::default()))
}

#[cfg(test)]
mod tests;
