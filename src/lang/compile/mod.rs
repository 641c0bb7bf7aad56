//! From the syntax tree to bytecode.
//!
//! Owns evaluation order, register use, exception tables and source positions. One `Unit` per code
//! object; its instructions are written in one pass with forward labels. Must never emit code whose
//! evaluation order differs from Python's, and never recurse without the stack that `lang` has measured
//! for it beforehand.

mod assign;
mod calls;
mod comprehension;
mod conditions;
mod display;
mod exceptions;
mod expressions;
mod functions;
mod imports;
mod loops;
mod names;
mod patterns;
mod registers;
mod statements;
mod strings;
mod unit;
mod with;

use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::docstring;
use super::fail::{Fail, R};
use super::scope::{ScopeId, Scopes};
use super::symbols::Symbols;
use crate::bytecode::{Code, CodeKind, CompileOptions, Mode, Op, Source};
use crate::limits::CODE_OPS_MAX;
use unit::Unit;

/// What the last statement's value is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Dropped,
    Kept,
}

/// Outcome of generating code: `Far` asks for another go without the jumps of 16-bit reach.
pub enum Generated {
    /// The top-level code object.
    Code(Rc<Code>),
    /// A compare-with-integer jump would have to go too far.
    Far,
}

/// State shared by all code objects of a compilation.
struct Compiler<'a> {
    source: &'a Rc<Source>,
    options: CompileOptions,
    scopes: &'a Scopes<'a>,
    string_annotations: bool,
    /// Whether the jumps with 16-bit reach may be used.
    near: bool,
    /// Instructions emitted so far in all code objects.
    emitted: usize,
    /// The code object being written.
    unit: Unit<'a>,
}

fn compiler<'a>(
    source: &'a Rc<Source>,
    options: CompileOptions,
    symbols: &'a Symbols<'a>,
    near: bool,
) -> Compiler<'a> {
    Compiler {
        source,
        options,
        scopes: &symbols.scopes,
        string_annotations: symbols.string_annotations,
        near,
        emitted: 0,
        unit: Unit::new(0, CodeKind::Module, &symbols.scopes.all[0], 1),
    }
}

/// Compiles a module body.
pub fn module<'a>(
    source: &'a Rc<Source>,
    options: CompileOptions,
    symbols: &'a Symbols<'a>,
    body: &'a [Stmt],
    near: bool,
) -> R<Generated> {
    let mut c = compiler(source, options, symbols, near);
    c.module_body(body)?;
    c.finish_module()
}

/// Compiles an expression that is returned.
pub fn expression<'a>(
    source: &'a Rc<Source>,
    options: CompileOptions,
    symbols: &'a Symbols<'a>,
    expr: &'a Expr,
    near: bool,
) -> R<Generated> {
    let mut c = compiler(source, options, symbols, near);
    let src = c.reg(expr, None)?;
    c.emit(Op::Return { src, cost: 0 }, expr.range())?;
    c.finish_module()
}

impl<'a> Compiler<'a> {
    fn module_body(&mut self, body: &'a [Stmt]) -> R {
        let start = TextRange::default();
        if let Some(doc) = docstring::of_body(body) {
            let mark = self.mark();
            let src = self.temp(start)?;
            self.constant(crate::bytecode::Const::Str(doc.into()), src, start)?;
            self.store_name("__doc__", src, start)?;
            self.release(mark);
        }
        if self.scopes.all[0].symbols.values().any(|s| s.annotated) {
            self.setup_annotations()?;
        }
        let kept = if self.options.mode == Mode::Echo { Last::Kept } else { Last::Dropped };
        for (i, stmt) in body.iter().enumerate() {
            match stmt {
                Stmt::Expr(e) if kept == Last::Kept && i + 1 == body.len() => {
                    let mark = self.mark();
                    let src = self.reg(&e.value, None)?;
                    self.emit(Op::SetResult { src }, e.value.range())?;
                    self.release(mark);
                }
                _ => self.stmt(stmt)?,
            }
        }
        Ok(())
    }

    fn finish_module(mut self) -> R<Generated> {
        self.close()?;
        let scope = &self.scopes.all[0];
        let source = self.source.clone();
        if self.unit.far {
            return Ok(Generated::Far);
        }
        Ok(Generated::Code(Rc::new(self.unit.finish(scope, source, "<module>", None))))
    }

    /// Ends the code object's last path.
    fn close(&mut self) -> R {
        if self.unit.reachable {
            let end = self.unit.spans.last().copied().unwrap_or_default();
            let range = TextRange::new(end.start.into(), end.end.into());
            self.emit(Op::ReturnNone { cost: 0 }, range)?;
        }
        Ok(())
    }

    /// The scope that names are looked up in.
    fn scope(&self) -> ScopeId {
        self.unit.scope
    }

    /// Appends an instruction, unless no path leads here.
    fn emit(&mut self, op: Op, range: TextRange) -> R<usize> {
        if !self.unit.reachable {
            return Ok(Unit::NOWHERE);
        }
        self.emitted += 1;
        if self.emitted > CODE_OPS_MAX {
            let message = format!("the program compiles to more than {CODE_OPS_MAX} instructions");
            return Err(Fail::limit(message, range));
        }
        Ok(self.unit.push(op, range))
    }
}
