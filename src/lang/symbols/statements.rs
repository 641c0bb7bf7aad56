//! Statements: what they bind, and where they may not be.

use ruff_python_ast::{ExceptHandler, Expr, Parameters, Stmt, StmtFunctionDef, WithItem};
use ruff_text_size::TextRange;

use super::super::fail::{Fail, R};
use super::super::scope::{ScopeId, ScopeKind, node_key};
use super::{NESTED_BLOCKS_MAX, Walk};
use crate::limits::SOURCE_FUNCTIONS_NESTED_MAX;

impl<'a> Walk<'a> {
    pub(super) fn body(&mut self, body: &'a [Stmt]) -> R {
        for (i, stmt) in body.iter().enumerate() {
            if let Stmt::ImportFrom(import) = stmt
                && import.level == 0
                && import.module.as_deref() == Some("__future__")
                && (i >= self.future_end || self.scope != 0 || self.around.blocks > 0)
            {
                let message = "from __future__ imports must occur at the beginning of the file";
                return Err(Fail::syntax(message, import.range));
            }
            self.stmt(stmt)?;
        }
        Ok(())
    }

    /// A block that is not the module's own: a future import in it is never at the beginning.
    pub(super) fn inner(&mut self, body: &'a [Stmt]) -> R {
        let end = std::mem::take(&mut self.future_end);
        let result = self.body(body);
        self.future_end = end;
        result
    }

    pub(super) fn nested(&mut self, range: TextRange, f: impl FnOnce(&mut Self) -> R) -> R {
        let saved = self.around;
        self.around.blocks += 1;
        if self.around.blocks > NESTED_BLOCKS_MAX {
            return Err(Fail::syntax("too many statically nested blocks", range));
        }
        let result = f(self);
        self.around = saved;
        result
    }

    pub(super) fn looped(&mut self, body: &'a [Stmt], range: TextRange) -> R {
        self.nested(range, |w| {
            w.around.loops += 1;
            w.around.star_loop = false;
            w.inner(body)
        })
    }

    pub(super) fn stmt(&mut self, stmt: &'a Stmt) -> R {
        match stmt {
            Stmt::FunctionDef(def) => self.function(def),
            Stmt::ClassDef(class) => Err(Fail::unsupported(
                "`class` is not supported yet; use functions, closures and dicts",
                class.range,
            )),
            Stmt::Return(ret) => {
                let host = self.scopes.host(self.scope);
                if self.scopes.all[host].kind == ScopeKind::Module {
                    return Err(Fail::syntax("'return' outside function", ret.range));
                }
                if self.around.star {
                    return Err(star_jump(ret.range));
                }
                self.opt(ret.value.as_deref())
            }
            Stmt::Delete(del) => del.targets.iter().try_for_each(|t| self.target(t)),
            Stmt::TypeAlias(alias) => Err(Fail::unsupported(
                "`type` statements are not supported yet; assign the type to a name",
                alias.range,
            )),
            Stmt::Assign(assign) => {
                self.expr(&assign.value)?;
                assign.targets.iter().try_for_each(|t| self.assign_target(t))
            }
            Stmt::AugAssign(aug) => {
                if let Expr::Name(name) = &*aug.target {
                    self.read(&name.id);
                }
                self.target(&aug.target)?;
                self.expr(&aug.value)
            }
            Stmt::AnnAssign(_) => self.annotated(stmt),
            Stmt::For(f) => {
                if f.is_async {
                    return Err(self.asynchronous("async for", f.range));
                }
                self.assign_target(&f.target)?;
                self.expr(&f.iter)?;
                self.looped(&f.body, f.range)?;
                self.inner(&f.orelse)
            }
            Stmt::While(w) => {
                self.expr(&w.test)?;
                self.looped(&w.body, w.range)?;
                self.inner(&w.orelse)
            }
            Stmt::If(s) => {
                self.expr(&s.test)?;
                self.inner(&s.body)?;
                for clause in &s.elif_else_clauses {
                    self.opt(clause.test.as_ref())?;
                    self.inner(&clause.body)?;
                }
                Ok(())
            }
            Stmt::With(with) => {
                if with.is_async {
                    return Err(self.asynchronous("async with", with.range));
                }
                self.with_items(&with.items, &with.body, with.range)
            }
            Stmt::Match(m) => {
                self.expr(&m.subject)?;
                for case in &m.cases {
                    self.pattern(&case.pattern)?;
                    self.opt(case.guard.as_deref())?;
                    self.inner(&case.body)?;
                }
                Ok(())
            }
            Stmt::Raise(raise) => {
                self.opt(raise.exc.as_deref())?;
                self.opt(raise.cause.as_deref())
            }
            Stmt::Try(_) => self.try_stmt(stmt),
            Stmt::Assert(assert) => {
                self.expr(&assert.test)?;
                self.opt(assert.msg.as_deref())
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = match &alias.asname {
                        Some(name) => name.as_str(),
                        None => alias.name.split('.').next().unwrap_or_default(),
                    };
                    self.bind(name, alias.range)?;
                }
                Ok(())
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    if alias.name.as_str() == "*" {
                        if self.scopes.all[self.scope].kind != ScopeKind::Module {
                            return Err(Fail::syntax("import * only allowed at module level", alias.range));
                        }
                        continue;
                    }
                    self.bind(alias.asname.as_ref().unwrap_or(&alias.name), alias.range)?;
                }
                Ok(())
            }
            Stmt::Global(g) => g.names.iter().try_for_each(|n| self.declare(n, true, g.range)),
            Stmt::Nonlocal(n) => n.names.iter().try_for_each(|x| self.declare(x, false, n.range)),
            Stmt::Expr(e) => self.expr(&e.value),
            Stmt::Pass(_) => Ok(()),
            Stmt::Break(b) => {
                if self.around.star_loop {
                    return Err(star_jump(b.range));
                }
                if self.around.loops == 0 {
                    return Err(Fail::syntax("'break' outside loop", b.range));
                }
                Ok(())
            }
            Stmt::Continue(c) => {
                if self.around.star_loop {
                    return Err(star_jump(c.range));
                }
                if self.around.loops == 0 {
                    return Err(Fail::syntax("'continue' not properly in loop", c.range));
                }
                Ok(())
            }
            Stmt::IpyEscapeCommand(e) => Err(Fail::syntax("invalid syntax", e.range)),
        }
    }

    pub(super) fn annotated(&mut self, stmt: &'a Stmt) -> R {
        let Stmt::AnnAssign(ann) = stmt else { return Ok(()) };
        if let (Expr::Name(name), true) = (&*ann.target, ann.simple) {
            let module = self.scopes.all[self.scope].kind == ScopeKind::Module;
            let symbol = self.scopes.all[self.scope].symbol(&name.id);
            if (symbol.global || symbol.nonlocal) && !module {
                let word = if symbol.global { "global" } else { "nonlocal" };
                let message = format!("annotated name '{}' can't be {word}", name.id);
                return Err(Fail::syntax(message, ann.range));
            }
            symbol.annotated = true;
            if module {
                self.scopes.all[self.scope].symbol("__annotations__").used = true;
            }
        }
        self.target(&ann.target)?;
        if !self.string_annotations {
            self.expr(&ann.annotation)?;
        }
        self.opt(ann.value.as_deref())
    }

    pub(super) fn with_items(&mut self, items: &'a [WithItem], body: &'a [Stmt], range: TextRange) -> R {
        let Some((item, rest)) = items.split_first() else { return self.inner(body) };
        self.expr(&item.context_expr)?;
        if let Some(target) = &item.optional_vars {
            self.assign_target(target)?;
        }
        self.nested(range, |w| w.with_items(rest, body, range))
    }

    pub(super) fn try_stmt(&mut self, stmt: &'a Stmt) -> R {
        let Stmt::Try(t) = stmt else { return Ok(()) };
        let finally = !t.finalbody.is_empty();
        self.nested(t.range, |w| {
            if finally && !t.handlers.is_empty() {
                w.around.blocks += 1;
            }
            w.inner(&t.body)
        })?;
        for (i, handler) in t.handlers.iter().enumerate() {
            let ExceptHandler::ExceptHandler(h) = handler;
            if h.type_.is_none() && i + 1 < t.handlers.len() {
                return Err(Fail::syntax("default 'except:' must be last", h.range));
            }
            self.opt(h.type_.as_deref())?;
            if let Some(name) = &h.name {
                self.bind(name, h.range)?;
                self.delete(name, h.range)?;
            }
            self.nested(h.range, |w| {
                if t.is_star {
                    w.around.star = true;
                    w.around.star_loop = true;
                }
                if finally {
                    w.around.blocks += 1;
                }
                w.inner(&h.body)
            })?;
        }
        self.nested(t.range, |w| w.inner(&t.orelse))?;
        self.nested(t.range, |w| w.inner(&t.finalbody))
    }

    pub(super) fn function(&mut self, def: &'a StmtFunctionDef) -> R {
        if def.is_async {
            let message = "`async def` is not supported yet; write an ordinary function";
            return Err(Fail::unsupported(message, def.range));
        }
        if let Some(params) = &def.type_params {
            let message = "type parameters (`def f[T]()`) are not supported yet; leave them out";
            return Err(Fail::unsupported(message, params.range));
        }
        def.decorator_list.iter().try_for_each(|d| self.expr(&d.expression))?;
        self.bind(&def.name, def.range)?;
        self.parameter_expressions(&def.parameters)?;
        if !self.string_annotations {
            for parameter in def.parameters.iter() {
                self.opt(parameter.annotation())?;
            }
            self.opt(def.returns.as_deref())?;
        }
        let scope = self.scopes.add(ScopeKind::Function, Some(self.scope), &def.name);
        self.scopes.by_node.insert(node_key(def), scope);
        self.in_scope(scope, def.range, |w| {
            w.parameters(&def.parameters)?;
            w.inner(&def.body)
        })
    }

    pub(super) fn in_scope(&mut self, scope: ScopeId, range: TextRange, f: impl FnOnce(&mut Self) -> R) -> R {
        let nests = usize::from(self.scopes.all[scope].is_function());
        if self.functions + nests > SOURCE_FUNCTIONS_NESTED_MAX {
            let message = format!("more than {SOURCE_FUNCTIONS_NESTED_MAX} functions nested in each other");
            return Err(Fail::limit(message, range));
        }
        self.functions += nests;
        let outer = std::mem::replace(&mut self.scope, scope);
        let around = std::mem::take(&mut self.around);
        let iterable = std::mem::take(&mut self.in_iterable);
        let result = f(self);
        self.functions -= nests;
        self.scope = outer;
        self.around = around;
        self.in_iterable = iterable;
        result
    }

    pub(super) fn parameter_expressions(&mut self, parameters: &'a Parameters) -> R {
        parameters.iter_non_variadic_params().try_for_each(|p| self.opt(p.default.as_deref()))
    }

    pub(super) fn parameters(&mut self, parameters: &'a Parameters) -> R {
        let named = parameters.iter_non_variadic_params().map(|p| &p.parameter);
        let rest = [parameters.vararg.as_deref(), parameters.kwarg.as_deref()];
        for parameter in named.chain(rest.into_iter().flatten()) {
            let name = parameter.name.as_str();
            if name == "__debug__" {
                return Err(Fail::syntax("cannot assign to __debug__", parameter.range));
            }
            let symbol = self.scopes.all[self.scope].symbol(name);
            if symbol.param {
                let message = format!("duplicate argument '{name}' in function definition");
                return Err(Fail::syntax(message, parameter.range));
            }
            symbol.param = true;
            symbol.bound = true;
            self.scopes.all[self.scope].params.push(name);
        }
        Ok(())
    }
}

fn star_jump(range: TextRange) -> Fail {
    Fail::syntax("'break', 'continue' and 'return' cannot appear in an except* block", range)
}
