//! Calls: distributing arguments over a Python function's parameters, and calling what is built in.

use super::flow::{Flow, R, Trap};
use super::machine::Machine;
use super::native::Args;
use super::types::function::Function;
use super::value::{Ref, Value};
use super::vm::Vm;
use crate::bytecode::Code;

/// Calls a built-in function, a type or a bound method of one.
pub fn call_native(vm: &mut Vm, callee: Value, args: Args<'_>) -> R<Flow> {
    match callee {
        Value::Native(def) => def.invoke(vm, args),
        Value::Type(ty) => super::types::construct(vm, ty, args),
        Value::Alias(alias) => super::types::alias::construct(vm, alias, args),
        other => {
            let name = vm.type_name(other);
            Err(vm.type_error(format!("'{name}' object is not callable")))
        }
    }
}

impl Machine {
    /// Binds arguments to the parameters of `f` in the window at `base`, and clears the other registers.
    /// `names` (strings) name the last values of `args`.
    pub fn bind(&mut self, f: Ref<Function>, args: &[Value], names: &[Value], base: usize) -> R<()> {
        let id = self.vm.heap.get(f).code;
        let code = self.codes[id.0 as usize].code.clone();
        let params = &code.params;
        let positional = params.positional as usize;
        let named = positional + params.keyword_only as usize;
        self.make_window(base);
        self.stack[base..base + code.registers as usize].fill(Value::Undef);

        let given = &args[..args.len() - names.len()];
        let direct = given.len().min(positional);
        self.stack[base..base + direct].copy_from_slice(&given[..direct]);
        let mut next = named;
        if params.var_args {
            let rest = self.vm.tuple(&given[direct..]);
            self.stack[base + next] = rest;
            next += 1;
        }
        let mut keywords = None;
        if params.var_kwargs {
            let dict = self.vm.dict();
            self.stack[base + next] = Value::Dict(dict);
            keywords = Some(dict);
        }
        if !names.is_empty() {
            let values = &args[given.len()..];
            self.bind_keywords(f, &code, base, names, values, keywords)?;
        }
        if given.len() > positional && !params.var_args {
            return Err(self.too_many_positional(f, &code, given.len(), base));
        }
        self.bind_defaults(f, &code, base)
    }

    fn bind_keywords(
        &mut self,
        f: Ref<Function>,
        code: &Code,
        base: usize,
        names: &[Value],
        values: &[Value],
        rest: Option<Ref<super::types::dict::Dict>>,
    ) -> R<()> {
        let first = code.params.positional_only as usize;
        let named = code.params.positional as usize + code.params.keyword_only as usize;
        for (&name, &value) in names.iter().zip(values) {
            let Value::Str(name_ref) = name else {
                return Err(self.vm.type_error("keywords must be strings"));
            };
            let text = self.vm.heap.str(name_ref);
            let found = code.locals[first..named].iter().position(|l| **l == *text);
            match (found, rest) {
                (Some(i), _) => {
                    let slot = base + first + i;
                    if !self.stack[slot].is_undef() {
                        let text = text.to_owned();
                        let who = self.qualname(f);
                        return Err(self
                            .vm
                            .type_error(format!("{who}() got multiple values for argument '{text}'")));
                    }
                    self.stack[slot] = value;
                }
                (None, Some(dict)) => super::types::dict::insert_str(&mut self.vm, dict, name_ref, value),
                (None, None) => return Err(self.unexpected_keyword(f, code, name_ref, names)),
            }
        }
        Ok(())
    }

    fn unexpected_keyword(
        &mut self,
        f: Ref<Function>,
        code: &Code,
        name: Ref<super::types::str::Str>,
        names: &[Value],
    ) -> Trap {
        let who = self.qualname(f);
        let positional_only = &code.locals[..code.params.positional_only as usize];
        let passed =
            |local: &str| names.iter().any(|n| matches!(n, Value::Str(r) if self.vm.heap.str(*r) == local));
        let wrong: Vec<&str> = positional_only.iter().map(|l| &**l).filter(|l| passed(l)).collect();
        if !wrong.is_empty() {
            let wrong = wrong.join(", ");
            return self.vm.type_error(format!(
                "{who}() got some positional-only arguments passed as keyword arguments: '{wrong}'"
            ));
        }
        let text = self.vm.heap.str(name).to_owned();
        let first = code.params.positional_only as usize;
        let named = code.params.positional as usize + code.params.keyword_only as usize;
        let hint = super::suggest::closest(&text, code.locals[first..named].iter().map(|l| &**l));
        let hint = hint.map_or(String::new(), |h| format!(". Did you mean '{h}'?"));
        self.vm.type_error(format!("{who}() got an unexpected keyword argument '{text}'{hint}"))
    }

    /// Fills parameters that were not given from the defaults, or complains about those without one.
    pub(super) fn bind_defaults(&mut self, f: Ref<Function>, code: &Code, base: usize) -> R<()> {
        let positional = code.params.positional as usize;
        let keyword_only = code.params.keyword_only as usize;
        let function = self.vm.heap.get(f);
        if let Some(defaults) = function.defaults {
            let defaults = &self.vm.heap.get(defaults).items;
            let offset = positional.saturating_sub(defaults.len());
            let skip = defaults.len().saturating_sub(positional);
            for (i, &default) in defaults[skip..].iter().enumerate() {
                let slot = &mut self.stack[base + offset + i];
                if slot.is_undef() {
                    *slot = default;
                }
            }
        }
        if self.stack[base..base + positional].iter().any(|v| v.is_undef()) {
            return Err(self.missing(f, code, base, 0, positional, "positional"));
        }
        if keyword_only == 0 {
            return Ok(());
        }
        let kw_defaults = function.kw_defaults;
        for i in positional..positional + keyword_only {
            if self.stack[base + i].is_undef()
                && let Some(dict) = kw_defaults
            {
                let name = self.vm.intern(&code.locals[i]);
                if let Some(v) = super::types::dict::get_str(&self.vm, dict, name) {
                    self.stack[base + i] = v;
                }
            }
        }
        if self.stack[base + positional..base + positional + keyword_only].iter().any(|v| v.is_undef()) {
            return Err(self.missing(f, code, base, positional, keyword_only, "keyword-only"));
        }
        Ok(())
    }

    fn missing(
        &mut self,
        f: Ref<Function>,
        code: &Code,
        base: usize,
        from: usize,
        count: usize,
        kind: &str,
    ) -> Trap {
        let names: Vec<String> = (from..from + count)
            .filter(|&i| self.stack[base + i].is_undef())
            .map(|i| format!("'{}'", code.locals[i]))
            .collect();
        let list = match &names[..] {
            [one] => one.clone(),
            [a, b] => format!("{a} and {b}"),
            [most @ .., last] => format!("{}, and {last}", most.join(", ")),
            [] => unreachable!("something is missing"),
        };
        let plural = if names.len() == 1 { "" } else { "s" };
        let who = self.qualname(f);
        self.vm
            .type_error(format!("{who}() missing {} required {kind} argument{plural}: {list}", names.len()))
    }

    fn too_many_positional(&mut self, f: Ref<Function>, code: &Code, given: usize, base: usize) -> Trap {
        let positional = code.params.positional as usize;
        let defaults = self.vm.heap.get(f).defaults.map_or(0, |d| self.vm.heap.get(d).items.len());
        let keyword_only = (positional..positional + code.params.keyword_only as usize)
            .filter(|&i| !self.stack[base + i].is_undef())
            .count();
        let s = |n: usize| if n == 1 { "" } else { "s" };
        let takes = if defaults > 0 {
            format!("from {} to {positional} positional arguments", positional - defaults.min(positional))
        } else {
            format!("{positional} positional argument{}", s(positional))
        };
        let got = if keyword_only > 0 {
            format!(
                "{given} positional argument{} (and {keyword_only} keyword-only argument{}) were",
                s(given),
                s(keyword_only)
            )
        } else {
            format!("{given} {}", if given == 1 { "was" } else { "were" })
        };
        let who = self.qualname(f);
        self.vm.type_error(format!("{who}() takes {takes} but {got} given"))
    }

    /// A function's `__qualname__`, for error messages.
    pub fn qualname(&self, f: Ref<Function>) -> String {
        let function = self.vm.heap.get(f);
        match function.extra.as_ref().map(|e| e.qualname) {
            Some(Value::Str(r)) => self.vm.heap.str(r).to_owned(),
            _ => self.codes[function.code.0 as usize].code.qualname.to_string(),
        }
    }
}
