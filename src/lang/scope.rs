//! Symbol tables: which scope a name belongs to, and where the compiled code keeps it.
//!
//! Follows CPython's `symtable.c`: one pass records what each scope binds and uses, a second one decides
//! between local, cell, free and global. List, set and dict comprehensions are scopes of their own whose
//! code is part of the enclosing function (PEP 709).

use rustc_hash::FxHashMap;

use super::fail::{Fail, R};
use ruff_text_size::TextRange;

/// Index of a scope.
pub type ScopeId = usize;

/// What a scope is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// The top level.
    Module,
    /// `def`
    Function,
    /// `lambda`
    Lambda,
    /// A generator expression: a code object of its own.
    Generator,
    /// A list, set or dict comprehension: code of the enclosing function.
    Comprehension,
}

/// Where compiled code finds a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A register.
    Reg(u8),
    /// A spill slot.
    Spill(u16),
    /// A cell that a register holds.
    Cell(u8),
    /// A module global.
    Global,
    /// A name of the top level's locals mapping.
    Name,
}

/// What is known of a name in a scope.
#[derive(Clone, Copy, Debug, Default)]
pub struct Symbol {
    /// Bound here.
    pub bound: bool,
    /// A parameter.
    pub param: bool,
    /// Read here.
    pub used: bool,
    /// Declared `global`.
    pub global: bool,
    /// Declared `nonlocal`, or bound by a walrus in a generator expression.
    pub nonlocal: bool,
    /// Unbound by `del` or the end of an `except … as` at some point.
    pub deleted: bool,
    /// Bound by a walrus, so it can change in the middle of an expression.
    pub walrus: bool,
    /// Has an annotation.
    pub annotated: bool,
    /// Captured by an inner function.
    pub cell: bool,
    /// Belongs to an outer function.
    pub free: bool,
    /// The final place.
    pub place: Option<Place>,
}

/// One scope.
#[derive(Debug)]
pub struct Scope<'a> {
    /// What it is.
    pub kind: ScopeKind,
    /// The enclosing scope.
    pub parent: Option<ScopeId>,
    /// `f.<locals>.g`
    pub qualname: String,
    /// Names in the order in which they were first met.
    pub order: Vec<&'a str>,
    /// What is known of each.
    pub symbols: FxHashMap<&'a str, Symbol>,
    /// Comprehensions whose code belongs to this scope.
    pub comprehensions: Vec<ScopeId>,
    /// Comprehensions only: names that a walrus inside binds outside.
    pub walrus_targets: Vec<&'a str>,
    /// Code objects only: captured variables of outer functions and their registers.
    pub free: Vec<(&'a str, u8)>,
    /// Code objects only: names of the local registers.
    pub locals: Vec<&'a str>,
    /// Code objects only: captured variables and their registers.
    pub cells: Vec<(&'a str, u8)>,
    /// Code objects only: names of the spill slots.
    pub spilled: Vec<&'a str>,
    /// Code objects only: parameter names in register order.
    pub params: Vec<&'a str>,
}

impl<'a> Scope<'a> {
    fn new(kind: ScopeKind, parent: Option<ScopeId>, qualname: String) -> Scope<'a> {
        Scope {
            kind,
            parent,
            qualname,
            order: Vec::new(),
            symbols: FxHashMap::default(),
            comprehensions: Vec::new(),
            walrus_targets: Vec::new(),
            free: Vec::new(),
            locals: Vec::new(),
            cells: Vec::new(),
            spilled: Vec::new(),
            params: Vec::new(),
        }
    }

    /// Whether this scope has a code object with fast locals.
    pub fn is_function(&self) -> bool {
        matches!(self.kind, ScopeKind::Function | ScopeKind::Lambda | ScopeKind::Generator)
    }

    /// The record of a name, made when it is missing.
    pub fn symbol(&mut self, name: &'a str) -> &mut Symbol {
        let order = &mut self.order;
        self.symbols.entry(name).or_insert_with(|| {
            order.push(name);
            Symbol::default()
        })
    }

    /// What is known of a name.
    pub fn get(&self, name: &str) -> Symbol {
        self.symbols.get(name).copied().unwrap_or_default()
    }
}

/// All scopes of a text. A parent comes before its children.
#[derive(Debug, Default)]
pub struct Scopes<'a> {
    /// The scopes; the first is the top level.
    pub all: Vec<Scope<'a>>,
    /// Address of the syntax node → its scope.
    pub by_node: FxHashMap<usize, ScopeId>,
    /// Whether top-level names go through a locals mapping.
    pub separate_locals: bool,
}

/// Identity of a syntax node, stable while the tree is not moved.
pub fn node_key<T>(node: &T) -> usize {
    std::ptr::from_ref(node) as usize
}

/// Registers that locals, cells and captured variables may take; the rest is for temporaries.
const LOCAL_REGISTERS_MAX: usize = 180;
/// The same for what cannot be spilled: parameters and cells.
const FIXED_REGISTERS_MAX: usize = 200;

impl<'a> Scopes<'a> {
    /// Adds a scope.
    pub fn add(&mut self, kind: ScopeKind, parent: Option<ScopeId>, name: &str) -> ScopeId {
        let qualname = match parent {
            None => name.to_owned(),
            Some(p) => self.qualname_in(p, name),
        };
        self.all.push(Scope::new(kind, parent, qualname));
        let id = self.all.len() - 1;
        if kind == ScopeKind::Comprehension
            && let Some(p) = parent
        {
            self.all[p].comprehensions.push(id);
        }
        id
    }

    fn qualname_in(&self, mut scope: ScopeId, name: &str) -> String {
        while self.all[scope].kind == ScopeKind::Comprehension {
            scope = self.all[scope].parent.expect("a comprehension has a parent");
        }
        let scope = &self.all[scope];
        if scope.kind == ScopeKind::Module || scope.get(name).global {
            return name.to_owned();
        }
        // CPython has no `<locals>` for what is defined inside a generator expression.
        match scope.kind {
            ScopeKind::Generator => format!("{}.{name}", scope.qualname),
            _ => format!("{}.<locals>.{name}", scope.qualname),
        }
    }

    /// The scope whose code object contains `scope`.
    pub fn host(&self, mut scope: ScopeId) -> ScopeId {
        while self.all[scope].kind == ScopeKind::Comprehension {
            scope = self.all[scope].parent.expect("a comprehension has a parent");
        }
        scope
    }

    /// The symbol that `name` means in `scope` inside one code object, and the scope that holds it.
    pub fn find(&self, mut scope: ScopeId, name: &str) -> (ScopeId, Symbol) {
        loop {
            let s = &self.all[scope];
            let symbol = s.get(name);
            if s.kind != ScopeKind::Comprehension || symbol.bound {
                return (scope, symbol);
            }
            scope = s.parent.expect("a comprehension has a parent");
        }
    }

    /// The place of `name` as seen from `scope`.
    pub fn place(&self, scope: ScopeId, name: &str) -> Place {
        let (owner, symbol) = self.find(scope, name);
        symbol.place.unwrap_or(match self.all[owner].kind {
            ScopeKind::Module if self.separate_locals && !symbol.global => Place::Name,
            _ => Place::Global,
        })
    }

    /// Decides every name's place once all scopes are recorded.
    pub fn resolve(&mut self, nonlocals: &[(ScopeId, &'a str, TextRange)]) -> R {
        // What a comprehension does not bind itself is a use of the function it belongs to.
        for id in (0..self.all.len()).rev() {
            if self.all[id].kind == ScopeKind::Comprehension {
                let parent = self.all[id].parent.expect("a comprehension has a parent");
                let names: Vec<&'a str> =
                    self.all[id].order.iter().copied().filter(|n| !self.all[id].get(n).bound).collect();
                for name in names {
                    self.all[parent].symbol(name).used = true;
                }
            }
        }
        for &(scope, name, range) in nonlocals {
            if self.owner(scope, name).is_none() {
                return Err(Fail::syntax(format!("no binding for nonlocal '{name}' found"), range));
            }
        }
        for id in 0..self.all.len() {
            if self.all[id].is_function() {
                self.capture(id);
            }
        }
        for id in 0..self.all.len() {
            if self.all[id].kind != ScopeKind::Comprehension {
                self.assign(id)?;
            }
        }
        Ok(())
    }

    /// The scope of an outer function (or comprehension) that owns `name`, used in `scope`.
    fn owner(&self, scope: ScopeId, name: &str) -> Option<ScopeId> {
        let mut at = self.all[scope].parent;
        while let Some(id) = at {
            let s = &self.all[id];
            let symbol = s.get(name);
            if s.kind == ScopeKind::Module || symbol.global {
                return None;
            }
            if symbol.bound && !symbol.nonlocal {
                return Some(id);
            }
            at = s.parent;
        }
        None
    }

    /// Marks what `scope` captures from outer functions, in all scopes on the way.
    fn capture(&mut self, scope: ScopeId) {
        for i in 0..self.all[scope].order.len() {
            let name = self.all[scope].order[i];
            let symbol = self.all[scope].get(name);
            if symbol.global || symbol.free || (symbol.bound && !symbol.nonlocal) {
                continue;
            }
            let Some(owner) = self.owner(scope, name) else { continue };
            self.all[owner].symbol(name).cell = true;
            let mut at = scope;
            while at != owner {
                if self.all[at].is_function() {
                    self.all[at].symbol(name).free = true;
                }
                at = self.all[at].parent.expect("the owner is an ancestor");
            }
        }
    }

    /// Gives every variable of a code object its register or spill slot.
    fn assign(&mut self, id: ScopeId) -> R {
        let module = self.all[id].kind == ScopeKind::Module;
        let order = self.all[id].order.clone();
        let params = self.all[id].params.clone();
        let own = |s: Symbol| s.bound && !s.global && !s.nonlocal && !s.free && !s.param;
        let mut cells = Vec::new();
        let mut plain = Vec::new();
        let mut free = Vec::new();
        if !module {
            for &name in &order {
                let symbol = self.all[id].get(name);
                match symbol {
                    s if s.free => free.push(name),
                    s if own(s) && s.cell => cells.push(name),
                    s if own(s) => plain.push(name),
                    _ => {}
                }
            }
            free.sort_unstable();
        }
        // Variables of the comprehensions: a register is shared by those with the same name that are
        // never alive together.
        let mut table = Rows::default();
        self.comprehension_rows(id, &mut table);
        let Rows { rows, uses, .. } = table;
        let fixed = params.len() + cells.len() + free.len() + rows.iter().filter(|r| r.cell).count();
        if fixed > FIXED_REGISTERS_MAX {
            return Err(Fail::limit(
                format!("more than {FIXED_REGISTERS_MAX} parameters and captured variables in one function"),
                TextRange::default(),
            ));
        }
        let mut room = LOCAL_REGISTERS_MAX.saturating_sub(fixed);
        let scope = &mut self.all[id];
        scope.locals.extend(&params);
        for (i, &name) in params.iter().enumerate() {
            let symbol = scope.symbol(name);
            let reg = i as u8;
            symbol.place = Some(if symbol.cell { Place::Cell(reg) } else { Place::Reg(reg) });
            if symbol.cell {
                scope.cells.push((name, reg));
            }
        }
        for name in cells {
            let reg = scope.locals.len() as u8;
            scope.locals.push(name);
            scope.cells.push((name, reg));
            scope.symbol(name).place = Some(Place::Cell(reg));
        }
        for name in plain {
            let place = local_place(scope, name, &mut room);
            scope.symbol(name).place = Some(place);
        }
        let mut places = Vec::with_capacity(rows.len());
        for Row { name, cell, .. } in rows {
            if cell {
                let reg = scope.locals.len() as u8;
                scope.locals.push(name);
                scope.cells.push((name, reg));
                places.push(Place::Cell(reg));
            } else {
                places.push(local_place(scope, name, &mut room));
            }
        }
        let base = scope.locals.len();
        for (i, &name) in free.iter().enumerate() {
            let reg = (base + i) as u8;
            scope.free.push((name, reg));
            scope.symbol(name).place = Some(Place::Cell(reg));
        }
        for (comp, name, row) in uses {
            self.all[comp].symbol(name).place = Some(places[row]);
        }
        Ok(())
    }

    fn comprehension_rows(&self, id: ScopeId, table: &mut Rows<'a>) {
        for &comp in &self.all[id].comprehensions {
            let mark = table.uses.len();
            for &name in &self.all[comp].order {
                let symbol = self.all[comp].get(name);
                if symbol.bound {
                    let row = table.take(name, symbol.cell);
                    table.uses.push((comp, name, row));
                }
            }
            let end = table.uses.len();
            self.comprehension_rows(comp, table);
            for at in mark..end {
                table.rows[table.uses[at].2].live = false;
            }
        }
    }
}

/// One variable of one or more comprehensions.
#[derive(Debug)]
struct Row<'a> {
    name: &'a str,
    cell: bool,
    live: bool,
}

#[derive(Debug, Default)]
struct Rows<'a> {
    rows: Vec<Row<'a>>,
    index: FxHashMap<(&'a str, bool), Vec<usize>>,
    uses: Vec<(ScopeId, &'a str, usize)>,
}

impl<'a> Rows<'a> {
    /// A row for `name` that no enclosing comprehension uses.
    fn take(&mut self, name: &'a str, cell: bool) -> usize {
        let known = self.index.entry((name, cell)).or_default();
        if let Some(&row) = known.iter().find(|&&row| !self.rows[row].live) {
            self.rows[row].live = true;
            return row;
        }
        known.push(self.rows.len());
        self.rows.push(Row { name, cell, live: true });
        self.rows.len() - 1
    }
}

fn local_place<'a>(scope: &mut Scope<'a>, name: &'a str, room: &mut usize) -> Place {
    if *room > 0 {
        *room -= 1;
        scope.locals.push(name);
        return Place::Reg((scope.locals.len() - 1) as u8);
    }
    scope.spilled.push(name);
    Place::Spill((scope.spilled.len() - 1) as u16)
}
