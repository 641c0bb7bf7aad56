//! One code object while it is written: instructions, labels, tables, and what is known on the
//! current path (which registers are certainly bound).

use std::rc::Rc;

use ruff_python_ast::Stmt;
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use super::super::scope::{Scope, ScopeId};
use crate::bytecode::{CellVar, Code, CodeKind, Const, Handler, Op, Params, Reg, Source, Span};

/// Straight-line instructions between two safepoints.
const SAFEPOINT_EVERY: u32 = 256;

/// A set of registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegSet([u64; 4]);

impl RegSet {
    /// No register.
    pub const EMPTY: RegSet = RegSet([0; 4]);

    pub fn insert(&mut self, reg: Reg) {
        self.0[reg as usize / 64] |= 1 << (reg % 64);
    }

    pub fn remove(&mut self, reg: Reg) {
        self.0[reg as usize / 64] &= !(1 << (reg % 64));
    }

    pub fn contains(&self, reg: Reg) -> bool {
        self.0[reg as usize / 64] & (1 << (reg % 64)) != 0
    }

    pub fn intersect(&mut self, other: &RegSet) {
        for (a, b) in self.0.iter_mut().zip(other.0) {
            *a &= b;
        }
    }
}

/// A place ahead that jumps lead to.
#[derive(Debug, Default)]
pub struct Label {
    jumps: Vec<usize>,
    /// Registers bound on every path that jumps here.
    bound: Option<RegSet>,
}

impl Label {
    /// Whether anything jumps here.
    pub fn used(&self) -> bool {
        !self.jumps.is_empty()
    }
}

/// A region that an exception handler covers, possibly with holes.
#[derive(Debug, Default)]
pub struct Region {
    ranges: Vec<(u32, u32)>,
    open: Option<u32>,
}

/// What surrounds the statement being compiled and must be undone when control leaves it.
#[derive(Debug)]
pub enum Block<'a> {
    /// A loop: where `continue` goes back to, and the label behind it.
    Loop { top: u32, end: Label },
    /// A `try` body whose handlers need nothing when control leaves.
    Protected { region: Region },
    /// A `try` body with a `finally`.
    Finally { body: &'a [Stmt], region: Region },
    /// A `with` body.
    With { exit: Reg, region: Region, range: TextRange },
    /// A handler: the handled exception is restored from `save`, a name bound by `as` is cleared.
    Handler { save: Reg, name: Option<&'a str>, region: Region },
}

impl Block<'_> {
    pub fn region(&mut self) -> Option<&mut Region> {
        match self {
            Block::Loop { .. } => None,
            Block::Protected { region }
            | Block::Finally { region, .. }
            | Block::With { region, .. }
            | Block::Handler { region, .. } => Some(region),
        }
    }
}

/// Constants are the same when type and bits are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum ConstKey {
    None,
    Ellipsis,
    Bool(bool),
    Int(i64),
    Big(num_bigint::BigInt),
    Float(u64),
    Complex(u64, u64),
    Str(Box<str>),
    Bytes(Box<[u8]>),
    Tuple(Vec<ConstKey>),
    FrozenSet(Vec<ConstKey>),
}

fn key(c: &Const) -> ConstKey {
    match c {
        Const::None => ConstKey::None,
        Const::Ellipsis => ConstKey::Ellipsis,
        Const::Bool(b) => ConstKey::Bool(*b),
        Const::Int(i) => ConstKey::Int(*i),
        Const::Big(b) => ConstKey::Big(b.clone()),
        Const::Float(f) => ConstKey::Float(f.to_bits()),
        Const::Complex(re, im) => ConstKey::Complex(re.to_bits(), im.to_bits()),
        Const::Str(s) => ConstKey::Str(s.clone()),
        Const::Bytes(b) => ConstKey::Bytes(b.clone()),
        Const::Tuple(items) => ConstKey::Tuple(items.iter().map(key).collect()),
        Const::FrozenSet(items) => ConstKey::FrozenSet(items.iter().map(key).collect()),
    }
}

/// See the module's comment.
#[derive(Debug)]
pub struct Unit<'a> {
    pub ops: Vec<Op>,
    pub spans: Vec<Span>,
    consts: Vec<Const>,
    const_index: FxHashMap<ConstKey, usize>,
    names: Vec<Box<str>>,
    name_index: FxHashMap<Box<str>, usize>,
    pub children: Vec<Rc<Code>>,
    pub handlers: Vec<Handler>,
    pub caches: usize,
    pub global_caches: FxHashMap<u16, u16>,
    pub kind: CodeKind,
    pub params: Params,
    first_line: u32,
    /// The innermost scope: the code object's own, or a comprehension's inside it.
    pub scope: ScopeId,
    /// The code object's own scope.
    pub home: ScopeId,
    pub first_temp: u16,
    pub next_temp: u16,
    pub registers: u16,
    /// Whether a path leads to the next instruction.
    pub reachable: bool,
    /// Local registers that are certainly bound here.
    pub bound: RegSet,
    pub blocks: Vec<Block<'a>>,
    /// Registers of comprehension variables, in the order in which their comprehensions were compiled.
    pub comprehension_regs: Vec<Reg>,
    straight: u32,
    /// A jump of 16-bit reach could not reach.
    pub far: bool,
}

impl<'a> Unit<'a> {
    /// The index that [`Unit::push`] would have returned if the instruction were reachable.
    pub const NOWHERE: usize = usize::MAX;

    pub fn new(scope_id: ScopeId, kind: CodeKind, scope: &Scope<'a>, first_line: u32) -> Unit<'a> {
        let first_temp = (scope.locals.len() + scope.free.len()) as u16;
        let mut bound = RegSet::EMPTY;
        for (reg, name) in scope.params.iter().enumerate() {
            if !scope.get(name).deleted {
                bound.insert(reg as Reg);
            }
        }
        Unit {
            ops: Vec::new(),
            spans: Vec::new(),
            consts: Vec::new(),
            const_index: FxHashMap::default(),
            names: Vec::new(),
            name_index: FxHashMap::default(),
            children: Vec::new(),
            handlers: Vec::new(),
            caches: 0,
            global_caches: FxHashMap::default(),
            kind,
            params: Params::default(),
            first_line,
            scope: scope_id,
            home: scope_id,
            first_temp,
            next_temp: first_temp,
            registers: first_temp,
            reachable: true,
            bound,
            blocks: Vec::new(),
            comprehension_regs: Vec::new(),
            straight: 0,
            far: false,
        }
    }

    /// Index of the next instruction.
    pub fn here(&self) -> u32 {
        self.ops.len() as u32
    }

    /// Appends an instruction, and before it a safepoint when it is time for one.
    pub fn push(&mut self, op: Op, range: TextRange) -> usize {
        let span = Span { start: range.start().to_u32(), end: range.end().to_u32() };
        self.straight += 1;
        match op {
            Op::JumpBack { .. } | Op::ForNext { .. } | Op::Safepoint => self.straight = 0,
            _ if self.straight >= SAFEPOINT_EVERY => {
                self.ops.push(Op::Safepoint);
                self.spans.push(span);
                self.straight = 0;
            }
            _ => {}
        }
        let before = self.ops.len().min(u16::MAX as usize) as u16;
        self.ops.push(match op {
            Op::Return { src, .. } => Op::Return { src, cost: before },
            Op::ReturnNone { .. } => Op::ReturnNone { cost: before },
            op => op,
        });
        self.spans.push(span);
        if matches!(
            op,
            Op::Return { .. }
                | Op::ReturnNone { .. }
                | Op::Jump { .. }
                | Op::JumpBack { .. }
                | Op::ForNext { .. }
                | Op::Raise { .. }
                | Op::RaiseCurrent
                | Op::Reraise { .. }
        ) {
            self.reachable = false;
        }
        self.ops.len() - 1
    }

    /// Records that the instruction at `index` jumps to `label`.
    pub fn jumps_to(&mut self, index: usize, label: &mut Label) {
        if index == Unit::NOWHERE {
            return;
        }
        label.jumps.push(index);
        let bound = self.bound;
        match &mut label.bound {
            Some(known) => known.intersect(&bound),
            slot => *slot = Some(bound),
        }
    }

    /// The label is here.
    pub fn place(&mut self, label: Label) {
        let Some(bound) = label.bound else { return };
        let target = self.here();
        for index in label.jumps {
            if !set_target(&mut self.ops[index], index, target) {
                self.far = true;
            }
        }
        if self.reachable {
            self.bound.intersect(&bound);
        } else {
            self.bound = bound;
        }
        self.reachable = true;
    }

    pub fn constant(&mut self, c: Const) -> usize {
        let consts = &mut self.consts;
        *self.const_index.entry(key(&c)).or_insert_with(|| {
            consts.push(c);
            consts.len() - 1
        })
    }

    pub fn name(&mut self, name: &str) -> usize {
        if let Some(&index) = self.name_index.get(name) {
            return index;
        }
        self.names.push(name.into());
        self.name_index.insert(name.into(), self.names.len() - 1);
        self.names.len() - 1
    }

    // ---- exception regions -------------------------------------------------------------------

    /// A region that starts here.
    pub fn open_region(&self) -> Region {
        Region { ranges: Vec::new(), open: Some(self.here()) }
    }

    /// Ends the region's current range.
    pub fn pause(region: &mut Region, here: u32) {
        if let Some(start) = region.open.take()
            && start < here
        {
            region.ranges.push((start, here));
        }
    }

    /// Starts another range of the region.
    pub fn resume(region: &mut Region, here: u32) {
        region.open = Some(here);
    }

    /// Ends the region and makes the next instruction its handler. `false` when it covers nothing, so
    /// that no handler is needed.
    pub fn handle(&mut self, mut region: Region, reg: Reg, bound: RegSet) -> bool {
        let here = self.here();
        Unit::pause(&mut region, here);
        for &(start, end) in &region.ranges {
            self.handlers.push(Handler { start, end, target: here, reg });
        }
        let any = !region.ranges.is_empty();
        if any {
            self.reachable = true;
            self.bound = bound;
        }
        any
    }

    pub fn finish(self, scope: &Scope<'a>, source: Rc<Source>, name: &str, doc: Option<&str>) -> Code {
        let vars = |list: &[(&str, Reg)]| {
            list.iter().map(|&(name, reg)| CellVar { reg, name: name.into() }).collect::<Box<[CellVar]>>()
        };
        let boxed = |list: &[&str]| list.iter().map(|&n| n.into()).collect::<Box<[Box<str>]>>();
        Code {
            name: name.into(),
            qualname: scope.qualname.as_str().into(),
            source,
            first_line: self.first_line,
            kind: self.kind,
            is_generator: self.kind == CodeKind::GeneratorExpression,
            doc: doc.map(Into::into),
            params: self.params,
            locals: boxed(&scope.locals),
            spilled: boxed(&scope.spilled),
            cells: vars(&scope.cells),
            free: vars(&scope.free),
            registers: self.registers,
            caches: self.caches as u16,
            ops: self.ops.into(),
            spans: self.spans.into(),
            consts: self.consts.into(),
            names: self.names.into(),
            children: self.children.into(),
            handlers: self.handlers.into(),
        }
    }
}

/// Sets the target of a forward jump; `false` when it does not reach.
fn set_target(op: &mut Op, index: usize, to: u32) -> bool {
    match op {
        Op::Jump { target }
        | Op::JumpIf { target, .. }
        | Op::JumpIfNone { target, .. }
        | Op::JumpLt { target, .. }
        | Op::JumpLe { target, .. }
        | Op::JumpGt { target, .. }
        | Op::JumpGe { target, .. }
        | Op::JumpEq { target, .. }
        | Op::JumpNe { target, .. }
        | Op::ForIter { target, .. } => *target = to,
        Op::JumpLtInt { off, .. }
        | Op::JumpLeInt { off, .. }
        | Op::JumpGtInt { off, .. }
        | Op::JumpGeInt { off, .. }
        | Op::JumpEqInt { off, .. }
        | Op::JumpNeInt { off, .. } => match u16::try_from(to as usize - index - 1) {
            Ok(distance) => *off = distance,
            Err(_) => return false,
        },
        other => unreachable!("{other:?} does not jump"),
    }
    true
}
