//! Loading, storing and deleting variables, wherever they live.

use ruff_text_size::TextRange;

use super::super::fail::R;
use super::super::scope::Place;
use super::Compiler;
use super::registers::Val;
use super::unit::{Label, Unit};
use crate::bytecode::{Const, Op, Reg};

impl<'a> Compiler<'a> {
    /// The place of a name in the current scope.
    pub fn name_place(&self, name: &str) -> Place {
        self.scopes.place(self.scope(), name)
    }

    /// Loads a variable. A local's own register is the result where nothing later in the expression can
    /// rebind it.
    pub fn load_name(&mut self, name: &'a str, want: Option<Reg>, range: TextRange) -> R<Val> {
        if name == "__debug__" {
            return Ok(Val::Const(Const::Bool(self.options.assertions)));
        }
        match self.name_place(name) {
            Place::Reg(reg) => {
                self.check_bound(reg, range)?;
                let (_, symbol) = self.scopes.find(self.scope(), name);
                if !symbol.walrus {
                    return Ok(Val::Reg(reg));
                }
                let dst = self.dst(want, range)?;
                if dst != reg {
                    self.emit(Op::Move { dst, src: reg }, range)?;
                }
                Ok(Val::Reg(dst))
            }
            Place::Spill(slot) => self.load_op(want, range, |dst| Op::LoadSpill { dst, slot }),
            Place::Cell(cell) => self.load_op(want, range, |dst| Op::LoadCell { dst, cell }),
            Place::Global => {
                let index = self.name_index(name, range)?;
                let cache = self.global_cache(index, range)?;
                self.load_op(want, range, |dst| Op::LoadGlobal { dst, name: index, cache })
            }
            Place::Name => {
                let index = self.name_index(name, range)?;
                self.load_op(want, range, |dst| Op::LoadName { dst, name: index })
            }
        }
    }

    fn load_op(&mut self, want: Option<Reg>, range: TextRange, op: impl FnOnce(Reg) -> Op) -> R<Val> {
        let dst = self.dst(want, range)?;
        self.emit(op(dst), range)?;
        Ok(Val::Reg(dst))
    }

    /// Makes sure that a local is bound before its register is read.
    pub fn check_bound(&mut self, reg: Reg, range: TextRange) -> R {
        if !self.unit.bound.contains(reg) {
            self.emit(Op::CheckLocal { reg }, range)?;
            self.mark_bound(reg);
        }
        Ok(())
    }

    /// From here on the register is certainly bound, unless the variable is unbound somewhere in the function.
    pub fn mark_bound(&mut self, reg: Reg) {
        let name = self.scopes.all[self.unit.home].locals.get(reg as usize);
        let deleted = name.is_some_and(|n| self.scopes.find(self.scope(), n).1.deleted);
        if !deleted {
            self.unit.bound.insert(reg);
        }
    }

    /// A cache slot for a global. Code with very many of them shares one per name, which is as good.
    fn global_cache(&mut self, name: u16, range: TextRange) -> R<u16> {
        const OWN_SLOTS_MAX: usize = 20_000;
        if self.unit.caches < OWN_SLOTS_MAX {
            return self.cache(range);
        }
        if let Some(&slot) = self.unit.global_caches.get(&name) {
            return Ok(slot);
        }
        let slot = self.cache(range)?;
        self.unit.global_caches.insert(name, slot);
        Ok(slot)
    }

    /// The register of a name that is a plain local.
    pub fn local_reg(&self, name: &str) -> Option<Reg> {
        match self.name_place(name) {
            Place::Reg(reg) => Some(reg),
            _ => None,
        }
    }

    /// Binds a variable to what is in `src`.
    pub fn store_name(&mut self, name: &str, src: Reg, range: TextRange) -> R {
        match self.name_place(name) {
            Place::Reg(dst) => {
                if dst != src {
                    self.emit(Op::Move { dst, src }, range)?;
                }
                self.mark_bound(dst);
            }
            Place::Spill(slot) => {
                self.emit(Op::StoreSpill { src, slot }, range)?;
            }
            Place::Cell(cell) => {
                self.emit(Op::StoreCell { cell, src }, range)?;
            }
            Place::Global => {
                let index = self.name_index(name, range)?;
                let cache = self.global_cache(index, range)?;
                self.emit(Op::StoreGlobal { src, name: index, cache }, range)?;
            }
            Place::Name => {
                let name = self.name_index(name, range)?;
                self.emit(Op::StoreName { src, name }, range)?;
            }
        }
        Ok(())
    }

    /// `del name`
    pub fn delete_name(&mut self, name: &str, range: TextRange) -> R {
        let op = match self.name_place(name) {
            Place::Reg(reg) => Op::DelLocal { reg },
            Place::Spill(slot) => Op::DelSpill { slot, check: true },
            Place::Cell(cell) => Op::DelCell { cell, check: true },
            Place::Global => Op::DelGlobal { name: self.name_index(name, range)? },
            Place::Name => Op::DelName { name: self.name_index(name, range)? },
        };
        self.emit(op, range)?;
        Ok(())
    }

    /// Unbinds a name at the end of `except … as name`: `name = None; del name`, so that it does not
    /// matter whether the handler has deleted it.
    pub fn clear_name(&mut self, name: &str, range: TextRange) -> R {
        match self.name_place(name) {
            Place::Reg(reg) => self.emit(Op::ClearLocal { reg }, range)?,
            Place::Spill(slot) => self.emit(Op::DelSpill { slot, check: false }, range)?,
            Place::Cell(cell) => self.emit(Op::DelCell { cell, check: false }, range)?,
            Place::Global | Place::Name => {
                let mark = self.mark();
                let src = self.temp(range)?;
                self.emit(Op::LoadNone { dst: src }, range)?;
                self.store_name(name, src, range)?;
                self.release(mark);
                return self.delete_name(name, range);
            }
        };
        Ok(())
    }

    /// Makes `__annotations__` when the namespace does not have it yet.
    pub fn setup_annotations(&mut self) -> R {
        let range = TextRange::default();
        let name = "__annotations__";
        let mark = self.mark();
        let region = self.unit.open_region();
        let bound = self.unit.bound;
        self.load_name(name, None, range)?;
        let mut end = Label::default();
        self.jump(&mut end, range)?;
        self.release(mark);
        let dst = self.temp(range)?;
        if self.unit.handle(region, dst, bound) {
            self.emit(Op::BuildDict { dst, base: dst, n: 0 }, range)?;
            self.store_name(name, dst, range)?;
        }
        self.release(mark);
        self.place(end);
        Ok(())
    }

    /// Turns captured parameters into cells, makes the other cells, and fetches the closure.
    pub fn prologue(&mut self, range: TextRange) -> R {
        let scope = &self.scopes.all[self.unit.home];
        for (idx, &(_, dst)) in scope.free.iter().enumerate() {
            self.emit(Op::LoadClosure { dst, idx: idx as u8 }, range)?;
        }
        for &(name, reg) in &scope.cells {
            // Comprehensions make the cells of their own variables.
            if scope.get(name).place == Some(Place::Cell(reg)) {
                self.emit(Op::MakeCell { reg }, range)?;
            }
        }
        debug_assert!(self.unit.ops.len() < Unit::NOWHERE);
        Ok(())
    }
}
