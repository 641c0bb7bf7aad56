//! Walks the syntax tree once, records what each scope binds and uses, and makes the checks that
//! CPython makes in its symbol table and compiler: misplaced `return`, `break`, `global` and so on.

use ruff_python_ast::{
    Comprehension, ExceptHandler, Expr, ExprContext, InterpolatedStringElement, Number, Parameters, Pattern,
    Stmt, StmtFunctionDef,
};
use ruff_text_size::{TextRange, TextSize};

use super::fail::{Fail, R};
use super::scope::{ScopeId, ScopeKind, Scopes, node_key};
use crate::limits::SOURCE_FUNCTIONS_NESTED_MAX;

/// CPython's `CO_MAXBLOCKS`: loops, `with`, `try` and handlers nested in one function. It also bounds how often
/// a `finally` body is copied.
const NESTED_BLOCKS_MAX: usize = 20;

/// The result of the walk.
#[derive(Debug)]
pub struct Symbols<'a> {
    /// All scopes, resolved.
    pub scopes: Scopes<'a>,
    /// `from __future__ import annotations` is in force.
    pub string_annotations: bool,
}

/// Builds the scopes of a module body.
pub fn analyse<'a>(text: &'a str, body: &'a [Stmt], separate_locals: bool) -> R<Symbols<'a>> {
    let mut walk = Walk::new(text, separate_locals);
    walk.futures(body)?;
    walk.body(body)?;
    walk.finish()
}

/// Builds the scopes of a single expression.
pub fn analyse_expression<'a>(text: &'a str, expr: &'a Expr, separate_locals: bool) -> R<Symbols<'a>> {
    let mut walk = Walk::new(text, separate_locals);
    walk.expr(expr)?;
    walk.finish()
}

/// What surrounds a statement within its function.
#[derive(Clone, Copy, Default)]
struct Around {
    loops: usize,
    blocks: usize,
    /// Inside an `except*` block (and not in a loop of its own, as far as `break` is concerned).
    star_loop: bool,
    star: bool,
}

struct Walk<'a> {
    text: &'a str,
    scopes: Scopes<'a>,
    scope: ScopeId,
    around: Around,
    string_annotations: bool,
    future_end: usize,
    nonlocals: Vec<(ScopeId, &'a str, TextRange)>,
    /// Functions around the current scope, itself included.
    functions: usize,
    /// How many comprehension iterables the walk is inside of.
    in_iterable: usize,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, separate_locals: bool) -> Walk<'a> {
        let mut scopes = Scopes { separate_locals, ..Scopes::default() };
        let scope = scopes.add(ScopeKind::Module, None, "<module>");
        Walk {
            text,
            scopes,
            scope,
            around: Around::default(),
            string_annotations: false,
            future_end: 0,
            nonlocals: Vec::new(),
            functions: 0,
            in_iterable: 0,
        }
    }

    fn finish(mut self) -> R<Symbols<'a>> {
        self.scopes.resolve(&self.nonlocals)?;
        Ok(Symbols { scopes: self.scopes, string_annotations: self.string_annotations })
    }

    /// Reads the `from __future__` imports at the top.
    fn futures(&mut self, body: &'a [Stmt]) -> R {
        const KNOWN: [&str; 10] = [
            "nested_scopes",
            "generators",
            "division",
            "absolute_import",
            "with_statement",
            "print_function",
            "unicode_literals",
            "barry_as_FLUFL",
            "generator_stop",
            "annotations",
        ];
        for (i, stmt) in body.iter().enumerate() {
            match stmt {
                Stmt::Expr(e) if i == 0 && e.value.is_string_literal_expr() => {}
                Stmt::ImportFrom(import)
                    if import.module.as_deref() == Some("__future__") && import.level == 0 =>
                {
                    for alias in &import.names {
                        match alias.name.as_str() {
                            "annotations" => self.string_annotations = true,
                            "braces" => {
                                return Err(Fail::syntax("not a chance", first_character(import.range)));
                            }
                            name if KNOWN.contains(&name) => {}
                            name => {
                                let message = format!("future feature {name} is not defined");
                                return Err(Fail::syntax(message, first_character(import.range)));
                            }
                        }
                    }
                }
                _ => break,
            }
            self.future_end = i + 1;
        }
        Ok(())
    }

    // ---- names -------------------------------------------------------------------------------

    fn in_function(&self) -> bool {
        let host = self.scopes.host(self.scope);
        self.scopes.all[host].kind != ScopeKind::Module
    }

    fn bind(&mut self, name: &'a str, range: TextRange) -> R {
        if name == "__debug__" {
            return Err(Fail::syntax("cannot assign to __debug__", range));
        }
        let scope = &mut self.scopes.all[self.scope];
        if scope.walrus_targets.contains(&name) {
            let message =
                format!("comprehension inner loop cannot rebind assignment expression target '{name}'");
            return Err(Fail::syntax(message, range));
        }
        scope.symbol(name).bound = true;
        Ok(())
    }

    fn read(&mut self, name: &'a str) {
        self.scopes.all[self.scope].symbol(name).used = true;
    }

    fn delete(&mut self, name: &'a str, range: TextRange) -> R {
        if name == "__debug__" {
            return Err(Fail::syntax("cannot delete __debug__", range));
        }
        let symbol = self.scopes.all[self.scope].symbol(name);
        symbol.bound = true;
        symbol.deleted = true;
        Ok(())
    }

    /// Binds a walrus target: in the function around all comprehensions (PEP 572).
    fn bind_walrus(&mut self, name: &'a str, range: TextRange) -> R {
        if name == "__debug__" {
            return Err(Fail::syntax("cannot assign to __debug__", range));
        }
        if self.in_iterable > 0 {
            let message = "assignment expression cannot be used in a comprehension iterable expression";
            return Err(Fail::syntax(message, range));
        }
        let mut target = self.scope;
        let mut generators = Vec::new();
        let mut passed = Vec::new();
        loop {
            let scope = &self.scopes.all[target];
            match scope.kind {
                ScopeKind::Comprehension | ScopeKind::Generator => {}
                _ => break,
            }
            if scope.get(name).bound {
                let message =
                    format!("assignment expression cannot rebind comprehension iteration variable '{name}'");
                return Err(Fail::syntax(message, range));
            }
            passed.push(target);
            if scope.kind == ScopeKind::Generator {
                generators.push(target);
            }
            target = scope.parent.expect("a comprehension has a parent");
        }
        let module = self.scopes.all[target].kind == ScopeKind::Module;
        let symbol = self.scopes.all[target].symbol(name);
        symbol.walrus = true;
        let global = module || symbol.global;
        if !symbol.nonlocal {
            symbol.bound = true;
        }
        for id in passed {
            self.scopes.all[id].walrus_targets.push(name);
        }
        for id in generators {
            let symbol = self.scopes.all[id].symbol(name);
            symbol.used = true;
            if global {
                symbol.global = true;
            } else {
                symbol.nonlocal = true;
            }
        }
        Ok(())
    }

    fn declare(&mut self, name: &'a str, global: bool, range: TextRange) -> R {
        let module = self.scopes.all[self.scope].kind == ScopeKind::Module;
        let word = if global { "global" } else { "nonlocal" };
        if module && !global {
            return Err(Fail::syntax("nonlocal declaration not allowed at module level", range));
        }
        let symbol = self.scopes.all[self.scope].symbol(name);
        let problem = if symbol.param {
            Some(format!("name '{name}' is parameter and {word}"))
        } else if symbol.annotated {
            Some(format!("annotated name '{name}' can't be {word}"))
        } else if symbol.bound && !symbol.global && !symbol.nonlocal {
            Some(format!("name '{name}' is assigned to before {word} declaration"))
        } else if symbol.used && !symbol.global && !symbol.nonlocal {
            Some(format!("name '{name}' is used prior to {word} declaration"))
        } else if (global && symbol.nonlocal) || (!global && symbol.global) {
            Some(format!("name '{name}' is nonlocal and global"))
        } else {
            None
        };
        if let Some(message) = problem {
            return Err(Fail::syntax(message, range));
        }
        if global {
            symbol.global = true;
        } else {
            symbol.nonlocal = true;
            self.nonlocals.push((self.scope, name, range));
        }
        Ok(())
    }

    // ---- statements --------------------------------------------------------------------------

    fn body(&mut self, body: &'a [Stmt]) -> R {
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
    fn inner(&mut self, body: &'a [Stmt]) -> R {
        let end = std::mem::take(&mut self.future_end);
        let result = self.body(body);
        self.future_end = end;
        result
    }

    fn nested(&mut self, range: TextRange, f: impl FnOnce(&mut Self) -> R) -> R {
        let saved = self.around;
        self.around.blocks += 1;
        if self.around.blocks > NESTED_BLOCKS_MAX {
            return Err(Fail::syntax("too many statically nested blocks", range));
        }
        let result = f(self);
        self.around = saved;
        result
    }

    fn looped(&mut self, body: &'a [Stmt], range: TextRange) -> R {
        self.nested(range, |w| {
            w.around.loops += 1;
            w.around.star_loop = false;
            w.inner(body)
        })
    }

    fn stmt(&mut self, stmt: &'a Stmt) -> R {
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

    fn annotated(&mut self, stmt: &'a Stmt) -> R {
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

    fn with_items(
        &mut self,
        items: &'a [ruff_python_ast::WithItem],
        body: &'a [Stmt],
        range: TextRange,
    ) -> R {
        let Some((item, rest)) = items.split_first() else { return self.inner(body) };
        self.expr(&item.context_expr)?;
        if let Some(target) = &item.optional_vars {
            self.assign_target(target)?;
        }
        self.nested(range, |w| w.with_items(rest, body, range))
    }

    fn try_stmt(&mut self, stmt: &'a Stmt) -> R {
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

    fn function(&mut self, def: &'a StmtFunctionDef) -> R {
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

    fn in_scope(&mut self, scope: ScopeId, range: TextRange, f: impl FnOnce(&mut Self) -> R) -> R {
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

    fn parameter_expressions(&mut self, parameters: &'a Parameters) -> R {
        parameters.iter_non_variadic_params().try_for_each(|p| self.opt(p.default.as_deref()))
    }

    fn parameters(&mut self, parameters: &'a Parameters) -> R {
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

    // ---- targets and patterns ----------------------------------------------------------------

    /// An assignment target, at the top of which a lone star is an error.
    fn assign_target(&mut self, target: &'a Expr) -> R {
        if let Expr::Starred(star) = target {
            return Err(Fail::syntax("starred assignment target must be in a list or tuple", star.range));
        }
        self.target(target)
    }

    fn target(&mut self, target: &'a Expr) -> R {
        match target {
            Expr::Name(name) if name.ctx == ExprContext::Del => self.delete(&name.id, name.range),
            Expr::Name(name) => self.bind(&name.id, name.range),
            Expr::Attribute(a) => {
                if a.attr.as_str() == "__debug__" {
                    return Err(Fail::syntax("cannot assign to __debug__", a.range));
                }
                self.expr(&a.value)
            }
            Expr::Subscript(s) => {
                self.expr(&s.value)?;
                self.element(&s.slice)
            }
            Expr::Starred(s) => self.target(&s.value),
            Expr::Tuple(t) => self.targets(&t.elts, t.range),
            Expr::List(l) => self.targets(&l.elts, l.range),
            other => self.expr(other),
        }
    }

    fn targets(&mut self, targets: &'a [Expr], range: TextRange) -> R {
        let mut stars = targets.iter().enumerate().filter(|(_, t)| t.is_starred_expr());
        let first = stars.next();
        if stars.next().is_some() {
            return Err(Fail::syntax("multiple starred expressions in assignment", range));
        }
        if let Some((at, _)) = first
            && at >= 1 << 8
        {
            return Err(Fail::syntax("too many expressions in star-unpacking assignment", range));
        }
        targets.iter().try_for_each(|t| self.target(t))
    }

    fn pattern(&mut self, pattern: &'a Pattern) -> R {
        match pattern {
            Pattern::MatchValue(v) => self.expr(&v.value),
            Pattern::MatchSingleton(_) => Ok(()),
            Pattern::MatchSequence(s) => s.patterns.iter().try_for_each(|p| self.pattern(p)),
            Pattern::MatchMapping(m) => {
                m.keys.iter().try_for_each(|k| self.expr(k))?;
                m.patterns.iter().try_for_each(|p| self.pattern(p))?;
                m.rest.iter().try_for_each(|name| self.bind(name, m.range))
            }
            Pattern::MatchClass(c) => Err(Fail::unsupported(
                "class patterns are not supported yet; use a guard such as `case x if isinstance(x, int)`",
                c.range,
            )),
            Pattern::MatchStar(s) => s.name.iter().try_for_each(|name| self.bind(name, s.range)),
            Pattern::MatchAs(a) => {
                a.pattern.iter().try_for_each(|p| self.pattern(p))?;
                a.name.iter().try_for_each(|name| self.bind(name, a.range))
            }
            Pattern::MatchOr(o) => o.patterns.iter().try_for_each(|p| self.pattern(p)),
        }
    }

    // ---- expressions -------------------------------------------------------------------------

    fn opt(&mut self, expr: Option<&'a Expr>) -> R {
        expr.map_or(Ok(()), |e| self.expr(e))
    }

    /// An expression in a place where `*x` is allowed.
    fn element(&mut self, expr: &'a Expr) -> R {
        match expr {
            Expr::Starred(s) => self.expr(&s.value),
            other => self.expr(other),
        }
    }

    fn elements(&mut self, exprs: &'a [Expr]) -> R {
        exprs.iter().try_for_each(|e| self.element(e))
    }

    fn expr(&mut self, expr: &'a Expr) -> R {
        match expr {
            Expr::BoolOp(b) => b.values.iter().try_for_each(|v| self.expr(v)),
            Expr::Named(n) => {
                // CPython's order: the value first, so that `(x := x)` reads the old one.
                self.expr(&n.value)?;
                let Expr::Name(name) = &*n.target else { return self.expr(&n.target) };
                self.bind_walrus(&name.id, name.range)
            }
            Expr::BinOp(b) => {
                self.expr(&b.left)?;
                self.expr(&b.right)
            }
            Expr::UnaryOp(u) => self.expr(&u.operand),
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.parameter_expressions(parameters)?;
                }
                let scope = self.scopes.add(ScopeKind::Lambda, Some(self.scope), "<lambda>");
                self.scopes.by_node.insert(node_key(lambda), scope);
                self.in_scope(scope, lambda.range, |w| {
                    if let Some(parameters) = &lambda.parameters {
                        w.parameters(parameters)?;
                    }
                    w.expr(&lambda.body)
                })
            }
            Expr::If(i) => {
                self.expr(&i.test)?;
                self.expr(&i.body)?;
                self.expr(&i.orelse)
            }
            Expr::Dict(d) => d.items.iter().try_for_each(|item| {
                self.opt(item.key.as_ref())?;
                self.expr(&item.value)
            }),
            Expr::Set(s) => self.elements(&s.elts),
            Expr::List(l) => self.elements(&l.elts),
            Expr::Tuple(t) => self.elements(&t.elts),
            Expr::ListComp(c) => self.comprehension(node_key(c), &c.generators, &[&c.elt]),
            Expr::SetComp(c) => self.comprehension(node_key(c), &c.generators, &[&c.elt]),
            Expr::DictComp(c) => match &c.key {
                Some(key) => self.comprehension(node_key(c), &c.generators, &[key, &c.value]),
                None => Err(Fail::syntax("dict unpacking cannot be used in dict comprehension", c.range)),
            },
            Expr::Generator(g) => {
                let scope = self.scopes.add(ScopeKind::Generator, Some(self.scope), "<genexpr>");
                self.generators(scope, node_key(g), &g.generators, &[&g.elt])
            }
            Expr::Await(a) => {
                let message = match self.in_function() {
                    false => "'await' outside function",
                    true => "'await' outside async function",
                };
                Err(Fail::syntax(message, a.range))
            }
            Expr::Yield(y) => Err(self.yields(false, y.range)),
            Expr::YieldFrom(y) => Err(self.yields(true, y.range)),
            Expr::Compare(c) => {
                self.expr(&c.left)?;
                c.comparators.iter().try_for_each(|e| self.expr(e))
            }
            Expr::Call(c) => self.call(c),
            Expr::FString(f) => {
                for part in &f.value {
                    match part {
                        ruff_python_ast::FStringPart::Literal(s) => self.no_surrogates(&s.value, s.range)?,
                        ruff_python_ast::FStringPart::FString(f) => self.interpolated(&f.elements)?,
                    }
                }
                Ok(())
            }
            Expr::TString(t) => Err(Fail::syntax("invalid syntax", t.range)),
            Expr::StringLiteral(s) => self.no_surrogates(s.value.to_str(), s.range),
            Expr::BytesLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => Ok(()),
            Expr::NumberLiteral(n) => match &n.value {
                Number::Int(int) => super::literal::check_int(int, n.range),
                _ => Ok(()),
            },
            Expr::Attribute(a) => self.expr(&a.value),
            Expr::Subscript(s) => {
                self.expr(&s.value)?;
                self.element(&s.slice)
            }
            Expr::Starred(s) => Err(Fail::syntax("can't use starred expression here", s.range)),
            Expr::Name(n) => {
                self.read(&n.id);
                Ok(())
            }
            Expr::Slice(s) => {
                self.opt(s.lower.as_deref())?;
                self.opt(s.upper.as_deref())?;
                self.opt(s.step.as_deref())
            }
            Expr::IpyEscapeCommand(e) => Err(Fail::syntax("invalid syntax", e.range)),
        }
    }

    fn call(&mut self, call: &'a ruff_python_ast::ExprCall) -> R {
        self.expr(&call.func)?;
        self.elements(&call.arguments.args)?;
        let mut seen = rustc_hash::FxHashSet::default();
        for keyword in &call.arguments.keywords {
            if let Some(name) = &keyword.arg {
                if name.as_str() == "__debug__" {
                    return Err(Fail::syntax("cannot assign to __debug__", keyword.range));
                }
                if !seen.insert(name.as_str()) {
                    let message = format!("keyword argument repeated: {name}");
                    return Err(Fail::syntax(message, keyword.range));
                }
            }
        }
        call.arguments.keywords.iter().try_for_each(|k| self.expr(&k.value))
    }

    fn interpolated(&mut self, elements: &'a [InterpolatedStringElement]) -> R {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(s) => self.no_surrogates(&s.value, s.range)?,
                InterpolatedStringElement::Interpolation(i) => {
                    self.expr(&i.expression)?;
                    if let Some(spec) = &i.format_spec {
                        self.interpolated(&spec.elements)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Strings are UTF-8 here, which has no lone surrogates; the parser puts U+FFFD in their place.
    fn no_surrogates(&self, value: &str, range: TextRange) -> R {
        if !value.contains('\u{fffd}') {
            return Ok(());
        }
        let written = self.text[range.start().to_usize()..range.end().to_usize()].to_ascii_lowercase();
        let lone = ["\\ud8", "\\ud9", "\\uda", "\\udb", "\\udc", "\\udd", "\\ude", "\\udf"];
        if lone.iter().any(|escape| written.contains(escape)) || written.contains("\\u0000d") {
            let message = "surrogates in string literals (`\\ud800` to `\\udfff`) are not supported; write the \
                           character itself or its `\\U` escape";
            return Err(Fail::unsupported(message, range));
        }
        Ok(())
    }

    fn yields(&self, from: bool, range: TextRange) -> Fail {
        let host = self.scopes.host(self.scope);
        let word = if from { "yield from" } else { "yield" };
        let inside = |what: &str| Fail::syntax(format!("'yield' inside {what}"), range);
        match (self.scopes.all[self.scope].kind, self.scopes.all[host].kind) {
            (ScopeKind::Generator, _) => inside("generator expression"),
            (ScopeKind::Comprehension, _) => inside("list comprehension"),
            (_, ScopeKind::Module) => Fail::syntax(format!("'{word}' outside function"), range),
            _ => Fail::unsupported(
                format!("`{word}` is not supported yet; return a list or a generator expression"),
                range,
            ),
        }
    }

    fn asynchronous(&self, what: &str, range: TextRange) -> Fail {
        match self.in_function() {
            false => Fail::syntax(format!("'{what}' outside async function"), range),
            true => Fail::syntax(format!("'{what}' outside async function"), range),
        }
    }

    fn comprehension(&mut self, key: usize, generators: &'a [Comprehension], results: &[&'a Expr]) -> R {
        let scope = self.scopes.add(ScopeKind::Comprehension, Some(self.scope), "");
        self.generators(scope, key, generators, results)
    }

    fn generators(
        &mut self,
        scope: ScopeId,
        key: usize,
        generators: &'a [Comprehension],
        results: &[&'a Expr],
    ) -> R {
        self.scopes.by_node.insert(key, scope);
        if let Some(g) = generators.iter().find(|g| g.is_async) {
            let message = "asynchronous comprehension outside of an asynchronous function";
            return Err(Fail::syntax(message, g.range));
        }
        self.in_iterable += 1;
        let first = generators.first().map_or(Ok(()), |g| self.expr(&g.iter));
        self.in_iterable -= 1;
        first?;
        let outer_iterable = self.in_iterable;
        let range = generators.first().map_or(TextRange::default(), |g| g.range);
        self.in_scope(scope, range, |w| {
            w.in_iterable = outer_iterable;
            if w.scopes.all[scope].kind == ScopeKind::Generator {
                w.scopes.all[scope].params.push(".0");
                let symbol = w.scopes.all[scope].symbol(".0");
                symbol.param = true;
                symbol.bound = true;
            }
            for (i, g) in generators.iter().enumerate() {
                w.target(&g.target)?;
                if i > 0 {
                    w.in_iterable += 1;
                    w.expr(&g.iter)?;
                    w.in_iterable -= 1;
                }
                g.ifs.iter().try_for_each(|e| w.expr(e))?;
            }
            results.iter().try_for_each(|e| w.expr(e))
        })
    }
}

/// CPython gives some errors a place without an end.
fn first_character(range: TextRange) -> TextRange {
    TextRange::at(range.start(), TextSize::new(1))
}

fn star_jump(range: TextRange) -> Fail {
    Fail::syntax("'break', 'continue' and 'return' cannot appear in an except* block", range)
}
