//! `def` and `lambda`: parameters, defaults, annotations, closures, decorators.

use std::rc::Rc;

use ruff_python_ast::{self as ast, Parameters, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use super::super::docstring;
use super::super::fail::{Fail, R};
use super::super::scope::{Place, ScopeId, node_key};
use super::super::unparse::unparse;
use super::Compiler;
use super::registers::Val;
use super::unit::Unit;
use crate::bytecode::{CodeKind, Const, Op, Params, Reg, func_parts};

impl<'a> Compiler<'a> {
    /// Compiles the body of a function; returns its index among the children.
    pub fn child(
        &mut self,
        scope: ScopeId,
        kind: CodeKind,
        name: &str,
        parameters: Option<&'a Parameters>,
        range: TextRange,
        body: impl FnOnce(&mut Self) -> R,
    ) -> R<u16> {
        if !self.unit.reachable {
            return Ok(0);
        }
        let first_line = self.source.position(range.start().to_u32()).line;
        let scopes = self.scopes;
        let mut unit = Unit::new(scope, kind, &scopes.all[scope], first_line);
        unit.params = match kind {
            CodeKind::GeneratorExpression => {
                Params { positional_only: 1, positional: 1, ..Params::default() }
            }
            _ => parameters.map(shape).unwrap_or_default(),
        };
        let outer = std::mem::replace(&mut self.unit, unit);
        let start = TextRange::empty(range.start());
        let doc = self.prologue(start).and_then(|()| body(self)).and_then(|()| self.close());
        let unit = std::mem::replace(&mut self.unit, outer);
        doc?;
        self.unit.far |= unit.far;
        let code = unit.finish(&scopes.all[scope], self.source.clone(), name, None);
        self.unit.children.push(Rc::new(code));
        let index = self.unit.children.len() - 1;
        u16::try_from(index).map_err(|_| Fail::limit("more than 65536 functions in one function", range))
    }

    /// Emits `MakeFunction`; the parts other than the closure are in registers from `base` on.
    pub fn make_function(
        &mut self,
        dst: Reg,
        base: Reg,
        scope: ScopeId,
        parts: u8,
        child: u16,
        range: TextRange,
    ) -> R {
        let mark = self.mark();
        let mut parts = parts;
        let scopes = self.scopes;
        let free = &scopes.all[scope].free;
        if !free.is_empty() {
            let first = self.mark() as Reg;
            for (name, _) in free {
                let Place::Cell(src) = self.name_place(name) else {
                    unreachable!("{name} is captured, so it has a cell");
                };
                let dst = self.temp(range)?;
                self.emit(Op::Move { dst, src }, range)?;
            }
            let at = base + parts.count_ones() as u8;
            self.emit(Op::BuildTuple { dst: at, base: first, n: free.len() as u8 }, range)?;
            parts |= func_parts::CLOSURE;
        }
        self.release(mark);
        self.emit(Op::MakeFunction { dst, base, parts, child }, range)?;
        Ok(())
    }

    /// Evaluates defaults and annotations into consecutive registers; returns which there are.
    fn function_parts(
        &mut self,
        parameters: &'a Parameters,
        returns: Option<&'a ast::Expr>,
        range: TextRange,
    ) -> R<u8> {
        let mut parts = 0;
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        let defaults: Vec<&'a ast::Expr> = positional.filter_map(|p| p.default.as_deref()).collect();
        if !defaults.is_empty() {
            let dst = self.temp(range)?;
            self.default_tuple(&defaults, dst, range)?;
            parts |= func_parts::DEFAULTS;
        }
        if parameters.kwonlyargs.iter().any(|p| p.default.is_some()) {
            let dict = self.temp(range)?;
            self.emit(Op::BuildDict { dst: dict, base: dict, n: 0 }, range)?;
            for p in &parameters.kwonlyargs {
                if let Some(default) = &p.default {
                    let mark = self.mark();
                    let v = self.reg(default, None)?;
                    self.insert_named(dict, p.name(), v, range)?;
                    self.release(mark);
                }
            }
            parts |= func_parts::KW_DEFAULTS;
        }
        if self.annotations(parameters, returns, range)? {
            parts |= func_parts::ANNOTATIONS;
        }
        Ok(parts)
    }

    fn default_tuple(&mut self, defaults: &[&'a ast::Expr], dst: Reg, range: TextRange) -> R {
        if let Some(items) = defaults.iter().map(|e| self.constant_value(e)).collect::<Option<Box<[_]>>>() {
            return self.constant(Const::Tuple(items), dst, range);
        }
        let mark = self.mark();
        self.emit(Op::BuildList { dst, base: dst, n: 0 }, range)?;
        for e in defaults {
            let v = self.reg(e, None)?;
            self.emit(Op::ListAppend { list: dst, v }, range)?;
            self.release(mark);
        }
        self.emit(Op::ListToTuple { dst, list: dst }, range)?;
        Ok(())
    }

    fn insert_named(&mut self, dict: Reg, name: &str, v: Reg, range: TextRange) -> R {
        let k = self.temp(range)?;
        self.constant(Const::Str(name.into()), k, range)?;
        self.emit(Op::DictInsert { dict, k, v }, range)?;
        Ok(())
    }

    /// Builds the dict of annotations in a new register, if there are any.
    fn annotations(
        &mut self,
        parameters: &'a Parameters,
        returns: Option<&'a ast::Expr>,
        range: TextRange,
    ) -> R<bool> {
        // CPython's order: positional, `*args`, keyword-only, `**kwargs`, return.
        let mut all: Vec<(&'a str, &'a ast::Expr)> = Vec::new();
        let mut add = |p: &'a ast::Parameter| all.extend(p.annotation().map(|a| (p.name.as_str(), a)));
        parameters.posonlyargs.iter().chain(&parameters.args).for_each(|p| add(&p.parameter));
        parameters.vararg.iter().for_each(|p| add(p));
        parameters.kwonlyargs.iter().for_each(|p| add(&p.parameter));
        parameters.kwarg.iter().for_each(|p| add(p));
        all.extend(returns.map(|r| ("return", r)));
        if all.is_empty() {
            return Ok(false);
        }
        let dict = self.temp(range)?;
        self.emit(Op::BuildDict { dst: dict, base: dict, n: 0 }, range)?;
        for (name, annotation) in all {
            let mark = self.mark();
            let v = self.annotation(annotation)?;
            self.insert_named(dict, name, v, range)?;
            self.release(mark);
        }
        Ok(true)
    }

    /// An annotation's value: its text under `from __future__ import annotations`.
    pub fn annotation(&mut self, annotation: &'a ast::Expr) -> R<Reg> {
        if self.string_annotations {
            let text = unparse(annotation, &self.source.text);
            return self.in_reg(Val::Const(Const::Str(text.into())), None, annotation.range());
        }
        match annotation {
            // `*args: *Ts`
            ast::Expr::Starred(s) => {
                let src = self.reg(&s.value, None)?;
                let base = self.temp(s.range)?;
                self.emit(Op::Unpack { src, base, n: 1 }, s.range)?;
                Ok(base)
            }
            other => self.reg(other, None),
        }
    }

    /// `def`
    pub fn function(&mut self, def: &'a StmtFunctionDef) -> R {
        let mark = self.mark();
        let name_range = def.range;
        let scope = self.scopes.by_node[&node_key(def)];
        let mut decorators = Vec::new();
        for d in &def.decorator_list {
            decorators.push((self.eval_temp(&d.expression)?, d.expression.range()));
        }
        let dst = self.temp(name_range)?;
        self.release(u16::from(dst));
        let parts = self.function_parts(&def.parameters, def.returns.as_deref(), name_range)?;
        let span = def_line(def);
        let child =
            self.child(scope, CodeKind::Function, &def.name, Some(&def.parameters), def.range, |c| {
                c.body(&def.body)
            })?;
        self.attach_doc(child, &def.body);
        // Keeps the parts' registers and one for the closure.
        let base = dst;
        self.release(u16::from(base) + parts.count_ones() as u16);
        self.temp(name_range)?;
        self.make_function(dst, base, scope, parts, child, span)?;
        self.release(u16::from(dst) + 1);
        let mut value = dst;
        for &(f, range) in decorators.iter().rev() {
            // The callee is next to its argument: decorators and function were evaluated in order.
            self.emit(Op::Call { dst: f, f, argc: 1 }, range)?;
            value = f;
        }
        self.store_name(&def.name, value, span)?;
        self.release(mark);
        Ok(())
    }

    /// Sets the docstring of the child compiled last.
    fn attach_doc(&mut self, child: u16, body: &'a [Stmt]) {
        if let Some(doc) = docstring::of_body(body)
            && let Some(code) = self.unit.children.get_mut(child as usize).and_then(Rc::get_mut)
        {
            code.doc = Some(doc.into());
        }
    }

    /// `lambda`
    pub fn lambda(&mut self, l: &'a ast::ExprLambda, want: Option<Reg>) -> R<Val> {
        let mark = self.mark();
        let scope = self.scopes.by_node[&node_key(l)];
        let base = self.mark() as Reg;
        let parts = match &l.parameters {
            Some(parameters) => self.function_parts(parameters, None, l.range)?,
            None => 0,
        };
        self.temp(l.range)?;
        let parameters = l.parameters.as_deref();
        let child = self.child(scope, CodeKind::Function, "<lambda>", parameters, l.range, |c| {
            let src = c.reg(&l.body, None)?;
            c.emit(Op::Return { src, cost: 0 }, l.body.range()).map(|_| ())
        })?;
        self.make_function(base, base, scope, parts, child, l.range)?;
        self.release(mark);
        match want {
            None => self.temp(l.range).map(Val::Reg),
            want => self.deliver(base, want, l.range),
        }
    }
}

/// The parameters as the VM binds them.
fn shape(p: &Parameters) -> Params {
    Params {
        positional_only: p.posonlyargs.len() as u16,
        positional: (p.posonlyargs.len() + p.args.len()) as u16,
        keyword_only: p.kwonlyargs.len() as u16,
        var_args: p.vararg.is_some(),
        var_kwargs: p.kwarg.is_some(),
    }
}

/// From `def` to the end of the name: what a traceback shows of a definition.
fn def_line(def: &StmtFunctionDef) -> TextRange {
    let start = def.decorator_list.last().map_or(def.range.start(), |d| d.range.end());
    TextRange::new(start.min(def.name.range.start()), def.name.range.end())
}
