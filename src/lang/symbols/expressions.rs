//! Expressions, assignment targets and patterns.

use ruff_python_ast::{Comprehension, Expr, ExprContext, InterpolatedStringElement, Number, Pattern};
use ruff_text_size::TextRange;

use super::super::fail::{Fail, R};
use super::super::literal;
use super::super::scope::{ScopeId, ScopeKind, node_key};
use super::Walk;

impl<'a> Walk<'a> {
    // ---- targets and patterns ----------------------------------------------------------------

    /// An assignment target, at the top of which a lone star is an error.
    pub(super) fn assign_target(&mut self, target: &'a Expr) -> R {
        if let Expr::Starred(star) = target {
            return Err(Fail::syntax("starred assignment target must be in a list or tuple", star.range));
        }
        self.target(target)
    }

    pub(super) fn target(&mut self, target: &'a Expr) -> R {
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

    pub(super) fn targets(&mut self, targets: &'a [Expr], range: TextRange) -> R {
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

    pub(super) fn pattern(&mut self, pattern: &'a Pattern) -> R {
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

    pub(super) fn opt(&mut self, expr: Option<&'a Expr>) -> R {
        expr.map_or(Ok(()), |e| self.expr(e))
    }

    /// An expression in a place where `*x` is allowed.
    pub(super) fn element(&mut self, expr: &'a Expr) -> R {
        match expr {
            Expr::Starred(s) => self.expr(&s.value),
            other => self.expr(other),
        }
    }

    pub(super) fn elements(&mut self, exprs: &'a [Expr]) -> R {
        exprs.iter().try_for_each(|e| self.element(e))
    }

    pub(super) fn expr(&mut self, expr: &'a Expr) -> R {
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
                Number::Int(int) => literal::check_int(int, n.range),
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

    pub(super) fn call(&mut self, call: &'a ruff_python_ast::ExprCall) -> R {
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

    pub(super) fn interpolated(&mut self, elements: &'a [InterpolatedStringElement]) -> R {
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
    pub(super) fn no_surrogates(&self, value: &str, range: TextRange) -> R {
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

    pub(super) fn yields(&self, from: bool, range: TextRange) -> Fail {
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

    pub(super) fn asynchronous(&self, what: &str, range: TextRange) -> Fail {
        match self.in_function() {
            false => Fail::syntax(format!("'{what}' outside async function"), range),
            true => Fail::syntax(format!("'{what}' outside async function"), range),
        }
    }

    pub(super) fn comprehension(
        &mut self,
        key: usize,
        generators: &'a [Comprehension],
        results: &[&'a Expr],
    ) -> R {
        let scope = self.scopes.add(ScopeKind::Comprehension, Some(self.scope), "");
        self.generators(scope, key, generators, results)
    }

    pub(super) fn generators(
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
