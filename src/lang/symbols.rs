//! Walks the syntax tree once, records what each scope binds and uses, and makes the checks that
//! CPython makes in its symbol table and compiler: misplaced `return`, `break`, `global` and so on.

mod expressions;
mod statements;

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{TextRange, TextSize};

use super::fail::{Fail, R};
use super::scope::{ScopeId, ScopeKind, Scopes};

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
}

/// CPython gives some errors a place without an end.
fn first_character(range: TextRange) -> TextRange {
    TextRange::at(range.start(), TextSize::new(1))
}
