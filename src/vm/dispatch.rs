//! The dispatch loop: one `match`, whose arms are short. What an arm cannot do in a few lines is a named
//! function elsewhere; what may call back into Python answers with a [`Flow`].
//!
//! The running frame's program counter, window and code are locals; they are stored into the frame
//! (`save!`) before anything that may suspend, raise or look at the frames.

use super::exceptions;
use super::flow::{Flow, R, Trap};
use super::frame::{Ending, FrameExtra, Frames, OnReturn, PyFrame, Top};
use super::iter::{self, Next, Pair};
use super::machine::{Cache, CodeId, Exit, LinkedCode, Machine, Unwound, WINDOW};
use super::names;
use super::native::Args;
use super::ops;
use super::type_id::TypeId;
use super::types::cell::Cell;
use super::types::dict::{self, Dict};
use super::types::function::{Function, FunctionExtra};
use super::types::generator;
use super::types::slice::Slice;
use super::value::{Ref, Value};
use super::vm::Vm;
use crate::bytecode::{BinOp, CmpOp, Conversion, NO_REG, Op, Reg, func_parts};

/// Why every frame has a whole window.
const WINDOW_FITS: &str = "the stack was grown when the frame was pushed";

/// Why there is always a next instruction.
const ENDS_WITH_A_JUMP: &str = "no code runs past its end: the verifier has looked";

/// The window of a frame.
type Registers = [Value; WINDOW];

/// The window at a base, if the stack reaches so far. A 32-bit base, so that no sum can overflow.
#[inline(always)]
fn window(stack: &mut [Value], base: u32) -> Option<&mut Registers> {
    let base = base as usize;
    stack.get_mut(base..base + WINDOW)?.try_into().ok()
}

/// Does something with a copy of a value, once for each of the kinds that instructions write in two parts, tag and
/// payload: reading what has just been written so in one piece of 16 bytes would wait for both stores to leave the
/// store buffer.
macro_rules! in_parts {
    ($v:expr, $then:expr) => {
        match &$v {
            Value::Int(i) => {
                let v = Value::Int(*i);
                #[allow(clippy::redundant_closure_call)]
                $then(v)
            }
            Value::Float(f) => {
                let v = Value::Float(*f);
                #[allow(clippy::redundant_closure_call)]
                $then(v)
            }
            Value::Bool(b) => {
                let v = Value::Bool(*b);
                #[allow(clippy::redundant_closure_call)]
                $then(v)
            }
            other => {
                let v = *other;
                #[allow(clippy::redundant_closure_call)]
                $then(v)
            }
        }
    };
}

/// A safepoint's question: is there a reason to leave the loop?
#[inline(always)]
fn must_stop(vm: &Vm) -> bool {
    vm.fuel <= 0 || vm.heap.attention
}

impl Machine {
    /// Runs until the slice's fuel is used up or the host is needed. With less fuel than
    /// [`crate::limits::STEPPING_FUEL`] the run stops after every single instruction that exhausts it.
    pub fn run(&mut self, fuel: u64) -> Exit {
        self.vm.fuel = self.vm.fuel.saturating_add(fuel.min(i64::MAX as u64 / 2) as i64);
        let stepping = fuel < crate::limits::STEPPING_FUEL;
        loop {
            match self.advance(stepping) {
                Ok(None) => {}
                Ok(Some(exit)) => return exit,
                Err(Trap::Kill) => return Exit::Killed,
                Err(Trap::Raise(exc)) => {
                    self.vm.fuel -= 4;
                    if let Unwound::Uncaught(exc) = self.unwind(exc) {
                        return Exit::Raised(exc);
                    }
                }
            }
        }
    }

    fn advance(&mut self, stepping: bool) -> R<Option<Exit>> {
        if self.vm.killed.is_some() {
            return Err(Trap::Kill);
        }
        if self.vm.heap.attention && !self.collect()? {
            return Ok(if self.vm.fuel <= 0 { Some(Exit::Fuel) } else { None });
        }
        if self.vm.output.is_full() {
            return Ok(Some(Exit::Output));
        }
        if self.vm.fuel <= 0 {
            return Ok(Some(Exit::Fuel));
        }
        if let Some(exc) = self.unwinding {
            return Err(Trap::Raise(exc));
        }
        match self.frames.top() {
            Top::Nothing => Ok(Some(Exit::Done(self.vm.result_of_program))),
            Top::Task => self.run_task(),
            Top::Python if stepping => self.run_frame::<true>().map(|()| None),
            Top::Python => self.run_frame::<false>().map(|()| None),
        }
    }

    /// Runs Python frames until a task is on top, the stack is empty, or [`must_stop`]. With `STEP`, fuel
    /// is burnt and looked at before every instruction.
    fn run_frame<const STEP: bool>(&mut self) -> R<()> {
        'frame: loop {
            // Generators inside generators are entered and left without a jump or a call.
            if self.vm.fuel <= 0 {
                return Ok(());
            }
            if self.frames.top() != Top::Python {
                return Ok(());
            }
            let Some(frame) = self.frames.python() else { return Ok(()) };
            let mut linked: &LinkedCode = &self.codes[frame.code.0 as usize];
            // What is left of the code from the next instruction on: one bound to look at, one place to go on from.
            let mut rest = linked.ops[frame.pc as usize..].iter();
            let mut regs: &mut Registers = window(&mut self.stack, frame.base).expect(WINDOW_FITS);
            let vm = &mut self.vm;

            // The position of the next instruction.
            macro_rules! pc {
                () => {
                    linked.ops.len() - rest.len()
                };
            }
            macro_rules! jump {
                ($target:expr) => {
                    rest = linked.ops[$target as usize..].iter()
                };
            }
            macro_rules! save {
                () => {
                    if let Some(frame) = self.frames.python_mut() {
                        frame.pc = pc!() as u32;
                    }
                };
            }
            // A result that is there: unwraps it, or raises.
            macro_rules! attempt {
                ($e:expr) => {
                    match $e {
                        Ok(v) => v,
                        Err(trap) => {
                            save!();
                            return Err(trap);
                        }
                    }
                };
            }
            // A result that may come later: into a register now, or as `$on_return` says.
            macro_rules! flow {
                ($e:expr, $on_return:expr, $now:expr) => {{
                    let answer = $e;
                    match answer {
                        Ok(Flow::Value(v)) => {
                            // A value needs no dropping; the compiler would ask what it is.
                            std::mem::forget(answer);
                            #[allow(clippy::redundant_closure_call)]
                            ($now)(v);
                            if vm.fuel <= 0 {
                                save!();
                                return Ok(());
                            }
                        }
                        Ok(flow) => {
                            save!();
                            self.follow(flow, $on_return)?;
                            continue 'frame;
                        }
                        Err(trap) => {
                            save!();
                            return Err(trap);
                        }
                    }
                }};
            }
            // What natives answer most is copied in parts, for the reason given at `in_parts`.
            macro_rules! store_parts {
                ($answer:ident, $dst:expr, $v:expr) => {{
                    std::mem::forget($answer);
                    regs[$dst as usize] = $v;
                    if vm.fuel <= 0 {
                        save!();
                        return Ok(());
                    }
                }};
            }
            macro_rules! flow_into {
                ($e:expr, $dst:expr) => {{
                    let answer = $e;
                    match answer {
                        Ok(Flow::Value(Value::Int(i))) => store_parts!(answer, $dst, Value::Int(i)),
                        Ok(Flow::Value(Value::Str(s))) => store_parts!(answer, $dst, Value::Str(s)),
                        Ok(Flow::Value(Value::Bool(b))) => store_parts!(answer, $dst, Value::Bool(b)),
                        answer => flow!(answer, OnReturn::Register($dst), |v| regs[$dst as usize] = v),
                    }
                }};
            }
            macro_rules! flow_discard {
                ($e:expr) => {
                    flow!($e, OnReturn::Discard, |_| ())
                };
            }
            macro_rules! r {
                ($reg:expr) => {
                    regs[$reg as usize]
                };
            }
            // The fast paths match on references: a copy of an operand that was just written in two
            // parts (tag, payload) would wait for both stores.
            macro_rules! int_op {
                ($dst:expr, $a:expr, $b:expr, $checked:ident, $float:tt, $op:expr) => {{
                    match (&r!($a), &r!($b)) {
                        (Value::Int(x), Value::Int(y)) => match x.$checked(*y) {
                            Some(z) => r!($dst) = Value::Int(z),
                            None => r!($dst) = ops::int_overflow(vm, $op, *x, *y),
                        },
                        (Value::Float(x), Value::Float(y)) => r!($dst) = Value::Float(*x $float *y),
                        // A truth value is counted: a copy of what a comparison has just written would wait.
                        (Value::Int(x), Value::Bool(y)) if let Some(z) = x.$checked(i64::from(*y)) => {
                            r!($dst) = Value::Int(z)
                        }
                        (a, b) => flow_into!(ops::binary(vm, $op, *a, *b), $dst),
                    }
                }};
            }
            macro_rules! int_step {
                ($dst:expr, $a:expr, $imm:expr, $checked:ident, $slow:path, $op:expr) => {{
                    match &r!($a) {
                        Value::Int(x) if let Some(z) = x.$checked(i64::from($imm)) => {
                            r!($dst) = Value::Int(z)
                        }
                        a => flow_into!($slow(vm, $op, *a, Value::Int(i64::from($imm))), $dst),
                    }
                }};
            }
            macro_rules! compare_slowly {
                ($a:expr, $b:expr, $sense:expr, $target:expr, $op:expr) => {
                    flow!(
                        ops::compare_truth(vm, $op, $a, $b),
                        OnReturn::JumpIf($sense, $target as u32),
                        |v| if ops::truth_of_bool(v) == $sense {
                            jump!($target);
                        }
                    )
                };
            }
            macro_rules! jump_cmp {
                ($a:expr, $b:expr, $sense:expr, $target:expr, $cmp:tt, $op:expr) => {{
                    match (&r!($a), &r!($b)) {
                        (Value::Int(x), Value::Int(y)) => {
                            if (x $cmp y) == $sense {
                                jump!($target);
                            }
                        }
                        (Value::Float(x), Value::Float(y)) => {
                            if (x $cmp y) == $sense {
                                jump!($target);
                            }
                        }
                        (a, b) => compare_slowly!(*a, *b, $sense, $target as usize, $op),
                    }
                }};
            }
            // Goes on in another Python frame.
            macro_rules! switch_to {
                ($frame:expr) => {{
                    let frame = $frame;
                    linked = &self.codes[frame.code.0 as usize];
                    jump!(frame.pc);
                    regs = window(&mut self.stack, frame.base).expect(WINDOW_FITS);
                }};
            }
            macro_rules! return_into_register {
                ($v:expr) => {
                    match self.frames.pop_quick() {
                        Some((dst, below)) => {
                            switch_to!(below);
                            r!(dst) = $v;
                            // A hundred thousand returns in a row must not be one step.
                            if vm.fuel <= 0 {
                                save!();
                                return Ok(());
                            }
                        }
                        None => {
                            self.return_value($v)?;
                            continue 'frame;
                        }
                    }
                };
            }
            macro_rules! jump_cmp_int {
                ($a:expr, $imm:expr, $sense:expr, $off:expr, $cmp:tt, $op:expr) => {{
                    match &r!($a) {
                        Value::Int(x) => {
                            if (*x $cmp i64::from($imm)) == $sense {
                                rest = rest.as_slice()[$off as usize..].iter();
                            }
                        }
                        a => compare_slowly!(*a, Value::Int(i64::from($imm)), $sense, (pc!() + $off as usize), $op),
                    }
                }};
            }

            loop {
                if STEP {
                    if must_stop(vm) {
                        save!();
                        return Ok(());
                    }
                    vm.fuel -= 1;
                }
                // Matched in place: each arm reads the operands that it needs.
                let op = rest.next().expect(ENDS_WITH_A_JUMP);
                match *op {
                    // ---- loads and moves
                    Op::LoadConst { dst, k } => r!(dst) = linked.consts[k as usize],
                    Op::LoadInt { dst, v } => r!(dst) = Value::Int(i64::from(v)),
                    Op::LoadNone { dst } => r!(dst) = Value::None,
                    Op::LoadBool { dst, v } => r!(dst) = Value::Bool(v),
                    Op::Move { dst, src } => in_parts!(r!(src), |v| r!(dst) = v),
                    Op::CheckLocal { reg } => {
                        if r!(reg).is_undef() {
                            attempt!(Err(names::unbound_local(vm, &linked.code.locals[reg as usize])));
                        }
                    }
                    Op::DelLocal { reg } => {
                        if r!(reg).is_undef() {
                            attempt!(Err(names::unbound_local(vm, &linked.code.locals[reg as usize])));
                        }
                        r!(reg) = Value::Undef;
                    }
                    Op::ClearLocal { reg } => r!(reg) = Value::Undef,
                    Op::LoadSpill { dst, slot } => {
                        let v = frame_extra(&mut self.frames).spill[slot as usize];
                        if v.is_undef() {
                            attempt!(Err(names::unbound_local(vm, &linked.code.spilled[slot as usize])));
                        }
                        r!(dst) = v;
                    }
                    Op::StoreSpill { src, slot } => {
                        frame_extra(&mut self.frames).spill[slot as usize] = r!(src);
                    }
                    Op::DelSpill { slot, check } => {
                        let old = std::mem::replace(
                            &mut frame_extra(&mut self.frames).spill[slot as usize],
                            Value::Undef,
                        );
                        if check && old.is_undef() {
                            attempt!(Err(names::unbound_local(vm, &linked.code.spilled[slot as usize])));
                        }
                    }

                    // ---- cells
                    Op::MakeCell { reg } => r!(reg) = Value::Cell(vm.heap.alloc(Cell { value: r!(reg) })),
                    Op::LoadClosure { dst, idx } => {
                        r!(dst) = closure_cell(&self.frames, vm, idx);
                    }
                    Op::LoadCell { dst, cell } => {
                        let v = cell_value(vm, r!(cell));
                        if v.is_undef() {
                            attempt!(Err(names::unbound_cell(vm, &linked.code, cell)));
                        }
                        r!(dst) = v;
                    }
                    Op::StoreCell { cell, src } => {
                        if let Value::Cell(c) = r!(cell) {
                            let stored = &mut vm.heap.store_from(c, &r!(src)).value;
                            in_parts!(r!(src), |v| *stored = v);
                        }
                    }
                    Op::DelCell { cell, check } => {
                        if check && cell_value(vm, r!(cell)).is_undef() {
                            attempt!(Err(names::unbound_cell(vm, &linked.code, cell)));
                        }
                        if let Value::Cell(c) = r!(cell) {
                            vm.heap.store_into(c, Value::Undef).value = Value::Undef;
                        }
                    }

                    // ---- names
                    Op::LoadGlobal { dst, name, cache } => {
                        let cache = &linked.caches[cache as usize];
                        if let Cache::Known(version, v) = cache.get()
                            && version == vm.heap.get(linked.globals).keys_version
                        {
                            r!(dst) = v;
                        } else if let Cache::Global(position, key) = cache.get()
                            && let Some(v) = names::global_at(vm, linked.globals, key, position)
                        {
                            r!(dst) = *v;
                        } else {
                            let key = linked.names[name as usize];
                            r!(dst) = attempt!(names::load_global(vm, linked.globals, key, cache));
                        }
                    }
                    Op::StoreGlobal { src, name, cache } => {
                        let cache = &linked.caches[cache as usize];
                        let known = cache.get();
                        if !in_parts!(r!(src), |v| names::store_cached_global(vm, linked.globals, v, known)) {
                            names::store_global(
                                vm,
                                linked.globals,
                                linked.names[name as usize],
                                r!(src),
                                cache,
                            );
                        }
                    }
                    Op::DelGlobal { name } => {
                        attempt!(names::del_global(vm, linked.globals, linked.names[name as usize]));
                    }
                    Op::LoadName { dst, name } => {
                        let locals = frame_locals(&mut self.frames);
                        r!(dst) = attempt!(names::load_name(
                            vm,
                            locals,
                            linked.globals,
                            linked.names[name as usize]
                        ));
                    }
                    Op::StoreName { src, name } => {
                        let locals = frame_locals(&mut self.frames).unwrap_or(linked.globals);
                        super::types::dict::insert_str(vm, locals, linked.names[name as usize], r!(src));
                    }
                    Op::DelName { name } => {
                        let locals = frame_locals(&mut self.frames).unwrap_or(linked.globals);
                        attempt!(names::del_global(vm, locals, linked.names[name as usize]));
                    }

                    // ---- arithmetic
                    Op::Add { dst, a, b } => int_op!(dst, a, b, checked_add, +, BinOp::Add),
                    Op::Sub { dst, a, b } => int_op!(dst, a, b, checked_sub, -, BinOp::Sub),
                    Op::Mul { dst, a, b } => int_op!(dst, a, b, checked_mul, *, BinOp::Mul),
                    Op::FloorDiv { dst, a, b } => match (&r!(a), &r!(b)) {
                        (Value::Int(x), Value::Int(y)) if *y > 0 => {
                            r!(dst) = Value::Int(x.div_euclid(*y));
                        }
                        (a, b) => flow_into!(ops::binary(vm, BinOp::FloorDiv, *a, *b), dst),
                    },
                    Op::Mod { dst, a, b } => match (&r!(a), &r!(b)) {
                        (Value::Int(x), Value::Int(y)) if *y > 0 => {
                            r!(dst) = Value::Int(x.rem_euclid(*y));
                        }
                        (a, b) => flow_into!(ops::binary(vm, BinOp::Mod, *a, *b), dst),
                    },
                    Op::TrueDiv { dst, a, b } => match (&r!(a), &r!(b)) {
                        (Value::Float(x), Value::Float(y)) if *y != 0.0 => r!(dst) = Value::Float(x / y),
                        (a, b) => flow_into!(ops::binary(vm, BinOp::TrueDiv, *a, *b), dst),
                    },
                    Op::AddInt { dst, a, imm } => {
                        int_step!(dst, a, imm, checked_add, ops::binary, BinOp::Add)
                    }
                    Op::SubInt { dst, a, imm } => {
                        int_step!(dst, a, imm, checked_sub, ops::binary, BinOp::Sub)
                    }
                    Op::IaddInt { dst, a, imm } => {
                        int_step!(dst, a, imm, checked_add, ops::inplace, BinOp::Add)
                    }
                    Op::IsubInt { dst, a, imm } => {
                        int_step!(dst, a, imm, checked_sub, ops::inplace, BinOp::Sub)
                    }
                    Op::Binary { op, dst, a, b } => {
                        let (x, y) = (r!(a), r!(b));
                        match ops::int_bits(op, x, y) {
                            Some(v) => r!(dst) = v,
                            None => flow_into!(ops::binary(vm, op, x, y), dst),
                        }
                    }
                    Op::Inplace { op, dst, a, b } => match (op, &r!(a), &r!(b)) {
                        (BinOp::Add, Value::Int(x), Value::Int(y)) if let Some(z) = x.checked_add(*y) => {
                            r!(dst) = Value::Int(z);
                        }
                        (BinOp::Sub, Value::Int(x), Value::Int(y)) if let Some(z) = x.checked_sub(*y) => {
                            r!(dst) = Value::Int(z);
                        }
                        (BinOp::Add, Value::Float(x), Value::Float(y)) => r!(dst) = Value::Float(x + y),
                        (BinOp::Mul, Value::Int(x), Value::Int(y)) if let Some(z) = x.checked_mul(*y) => {
                            r!(dst) = Value::Int(z);
                        }
                        (op, x, y) => match ops::int_bits(op, *x, *y) {
                            Some(v) => r!(dst) = v,
                            None => flow_into!(ops::inplace(vm, op, *x, *y), dst),
                        },
                    },
                    Op::Unary { op, dst, a } => flow_into!(ops::unary(vm, op, r!(a)), dst),
                    Op::Not { dst, a } => match r!(a) {
                        Value::Bool(b) => r!(dst) = Value::Bool(!b),
                        a => flow!(ops::truth(vm, a), OnReturn::NotInto(dst), |v| {
                            r!(dst) = Value::Bool(!ops::truth_of_bool(v));
                        }),
                    },
                    Op::Compare { op, dst, a, b } => match (&r!(a), &r!(b)) {
                        (Value::Int(x), Value::Int(y)) => r!(dst) = Value::Bool(ops::int_compare(op, *x, *y)),
                        (a, b) => flow_into!(ops::compare(vm, op, *a, *b), dst),
                    },
                    Op::Is { dst, a, b, negate } => r!(dst) = Value::Bool(r!(a).is(r!(b)) != negate),
                    Op::In { dst, a, b, negate } => {
                        let (item, container) = (r!(a), r!(b));
                        if let (Value::Str(_) | Value::Int(_), Value::Dict(d)) = (item, container)
                            && dict::quick(vm, d, &item).is_some()
                        {
                            r!(dst) = Value::Bool(!negate);
                            continue;
                        }
                        if negate {
                            flow!(ops::contains(vm, container, item), OnReturn::NotInto(dst), |v| {
                                r!(dst) = Value::Bool(!ops::truth_of_bool(v));
                            });
                        } else {
                            flow_into!(ops::contains(vm, container, item), dst);
                        }
                    }

                    // ---- jumps
                    Op::Jump { target } => jump!(target),
                    Op::JumpBack { target } => {
                        vm.fuel -= (pc!() - target as usize) as i64;
                        jump!(target);
                        if must_stop(vm) {
                            save!();
                            return Ok(());
                        }
                    }
                    Op::Safepoint => {
                        vm.fuel -= 256;
                        if must_stop(vm) {
                            save!();
                            return Ok(());
                        }
                    }
                    Op::JumpIf { a, sense, target } => match &r!(a) {
                        Value::Bool(b) => {
                            if *b == sense {
                                jump!(target);
                            }
                        }
                        Value::Int(i) => {
                            if (*i != 0) == sense {
                                jump!(target);
                            }
                        }
                        a => flow!(ops::truth(vm, *a), OnReturn::JumpIf(sense, target), |v| {
                            if ops::truth_of_bool(v) == sense {
                                jump!(target);
                            }
                        }),
                    },
                    Op::JumpIfNone { a, sense, target } => {
                        if r!(a).is_none() == sense {
                            jump!(target);
                        }
                    }
                    Op::JumpLt { a, b, sense, target } => {
                        jump_cmp!(a, b, sense, target, <, CmpOp::Lt);
                    }
                    Op::JumpLe { a, b, sense, target } => {
                        jump_cmp!(a, b, sense, target, <=, CmpOp::Le);
                    }
                    Op::JumpGt { a, b, sense, target } => {
                        jump_cmp!(a, b, sense, target, >, CmpOp::Gt);
                    }
                    Op::JumpGe { a, b, sense, target } => {
                        jump_cmp!(a, b, sense, target, >=, CmpOp::Ge);
                    }
                    Op::JumpEq { a, b, sense, target } => {
                        jump_cmp!(a, b, sense, target, ==, CmpOp::Eq);
                    }
                    Op::JumpNe { a, b, sense, target } => {
                        jump_cmp!(a, b, sense, target, !=, CmpOp::Ne);
                    }
                    Op::JumpLtInt { a, sense, imm, off } => {
                        jump_cmp_int!(a, imm, sense, off, <, CmpOp::Lt);
                    }
                    Op::JumpLeInt { a, sense, imm, off } => {
                        jump_cmp_int!(a, imm, sense, off, <=, CmpOp::Le);
                    }
                    Op::JumpGtInt { a, sense, imm, off } => {
                        jump_cmp_int!(a, imm, sense, off, >, CmpOp::Gt);
                    }
                    Op::JumpGeInt { a, sense, imm, off } => {
                        jump_cmp_int!(a, imm, sense, off, >=, CmpOp::Ge);
                    }
                    Op::JumpEqInt { a, sense, imm, off } => {
                        jump_cmp_int!(a, imm, sense, off, ==, CmpOp::Eq);
                    }
                    Op::JumpNeInt { a, sense, imm, off } => {
                        jump_cmp_int!(a, imm, sense, off, !=, CmpOp::Ne);
                    }

                    // ---- iteration
                    Op::GetIter { dst, src } => flow_into!(iter::get_iter(vm, r!(src)), dst),
                    Op::ForIter { dst, iter, target } => {
                        let it = r!(iter);
                        // A pair that only the next instruction would look at is not made.
                        if let Op::Unpack { src, base: first, n: 2 } = rest.as_slice()[0]
                            && src == dst
                            && dst as usize >= linked.code.locals.len()
                        {
                            let first = first as usize;
                            match iter::next_pair(vm, it, &mut regs[first..first + 2]) {
                                Pair::Stored => {
                                    rest.next();
                                    continue;
                                }
                                Pair::Exhausted => {
                                    jump!(target);
                                    continue;
                                }
                                Pair::Other => {}
                            }
                        }
                        if let Value::Iter(it) = it {
                            match iter::store_next(vm, it, &mut r!(dst)) {
                                Next::Stored => continue,
                                Next::Exhausted => {
                                    jump!(target);
                                    continue;
                                }
                                Next::Other => {}
                            }
                        }
                        match iter::fast_next(vm, it) {
                            Some(Value::Undef) => jump!(target),
                            Some(v) => r!(dst) = v,
                            None => {
                                if let Value::Generator(generator) = it {
                                    if let Some((caller, slot)) = self.frames.caller_and_slot()
                                        && let above = caller.base + u32::from(linked.code.registers)
                                        && let Some(registers) = window(&mut self.stack, above)
                                        && let Some(suspended) = generator::resume(vm, generator, registers)
                                    {
                                        caller.pc = pc!() as u32;
                                        let ending =
                                            Ending::of_generator(generator, OnReturn::ForIter(dst, target));
                                        *slot = PyFrame { base: above, ending, ..suspended };
                                        switch_to!(&*slot);
                                        self.frames.enter();
                                        continue;
                                    }
                                    save!();
                                    self.resume_generator(generator, OnReturn::ForIter(dst, target))?;
                                    continue 'frame;
                                }
                                flow!(iter::next(vm, it), OnReturn::ForIter(dst, target), |v: Value| {
                                    if v.is_undef() {
                                        jump!(target);
                                    } else {
                                        r!(dst) = v;
                                    }
                                })
                            }
                        }
                    }
                    Op::ForNext { dst, iter, target } => {
                        vm.fuel -= (pc!() - target as usize) as i64;
                        jump!(target);
                        if must_stop(vm) {
                            save!();
                            return Ok(());
                        }
                        if let Value::Iter(it) = &r!(iter)
                            && let it = *it
                            && iter::store_next(vm, it, &mut r!(dst)) == Next::Stored
                        {
                            rest.next();
                        }
                    }
                    Op::Unpack { src, base: first, n } => {
                        let first = first as usize;
                        let src = r!(src);
                        let out = &mut regs[first..first + n as usize];
                        if !iter::unpack_now(vm, src, out) {
                            save!();
                            let flow = iter::unpack(vm, src, n as usize)?;
                            self.follow_into_registers(flow, first as Reg, n as usize)?;
                            continue 'frame;
                        }
                    }
                    Op::UnpackStar { src, base: first, before, after } => {
                        save!();
                        let flow = iter::unpack_star(vm, r!(src), before as usize, after as usize)?;
                        let n = before as usize + 1 + after as usize;
                        self.follow_into_registers(flow, first, n)?;
                        continue 'frame;
                    }

                    // ---- calls
                    Op::Call { dst, f, argc } => {
                        match &r!(f) {
                            Value::Function(function, code) => {
                                let (function, code) = (*function, *code);
                                let target = &self.codes[code.0 as usize];
                                // What does not fit, an argument, the window or the frame, is seen to elsewhere.
                                if let Some((caller, frame)) = self.frames.caller_and_slot()
                                    && let above = caller.base.wrapping_add(u32::from(f) + 1)
                                    && let Some(registers) = window(&mut self.stack, above)
                                    && (target.simple_argc == u32::from(argc)
                                        || fill_defaults(vm, function, target, argc, registers))
                                {
                                    caller.pc = pc!() as u32;
                                    frame.code = code;
                                    frame.pc = 0;
                                    frame.base = above;
                                    frame.function = Some(function);
                                    frame.ending = Ending::Quick(dst);
                                    self.frames.enter();
                                    regs = registers;
                                    if u32::from(target.locals) > target.simple_argc {
                                        unbind(
                                            &mut regs[target.simple_argc as usize..target.locals as usize],
                                        );
                                    }
                                    linked = target;
                                    rest = linked.ops.iter();
                                    vm.fuel -= 2;
                                    if must_stop(vm) {
                                        save!();
                                        return Ok(());
                                    }
                                } else {
                                    save!();
                                    // Read anew: nothing need be kept in registers for this rare case.
                                    self.call_elsewhere(*std::hint::black_box(op))?;
                                    continue 'frame;
                                }
                            }
                            Value::Native(def) => {
                                vm.fuel -= 2;
                                let first = f as usize + 1;
                                let args = Args::positional(&regs[first..first + argc as usize]);
                                flow_into!(def.invoke(vm, args), dst);
                            }
                            Value::Type(ty) => {
                                vm.fuel -= 2;
                                let first = f as usize + 1;
                                let args = Args::positional(&regs[first..first + argc as usize]);
                                flow_into!(super::types::construct(vm, *ty, args), dst);
                            }
                            callee => {
                                let callee = *callee;
                                save!();
                                self.call_window(callee, self.top_base() + f as usize + 1, argc, &[], dst)?;
                                continue 'frame;
                            }
                        }
                    }
                    Op::CallKw { dst, f, argc, names } => {
                        save!();
                        let callee = r!(f);
                        let Value::Tuple(names) = linked.consts[names as usize] else {
                            unreachable!("keyword names are a constant tuple");
                        };
                        let names = vm.heap.get(names).items.clone();
                        vm.fuel -= 4;
                        self.call_window(callee, self.top_base() + f as usize + 1, argc, &names, dst)?;
                        continue 'frame;
                    }
                    Op::CallEx { dst, f } => {
                        save!();
                        vm.fuel -= 4;
                        let (callee, args, kwargs) = (r!(f), r!(f + 1), r!(f + 2));
                        self.call_unpacked(callee, args, kwargs, dst)?;
                        continue 'frame;
                    }
                    Op::CallMethod { dst, base: first, argc, name, cache } => {
                        let receiver = r!(first);
                        let cache = &linked.caches[cache as usize];
                        let from = first as usize;
                        vm.fuel -= 2;
                        if let Cache::Method(ty, def) = cache.get()
                            && ty == receiver.type_id()
                        {
                            let args = Args::positional(&regs[from..=from + argc as usize]);
                            flow_into!(def.invoke(vm, args), dst);
                            continue;
                        }
                        save!();
                        let name = linked.names[name as usize];
                        match super::attr::find_method(vm, receiver, name)? {
                            super::attr::Found::Method(def) => {
                                if receiver.has_one_type() {
                                    cache.set(Cache::Method(receiver.type_id(), def));
                                }
                                let args = Args::positional(&regs[from..=from + argc as usize]);
                                flow_into!(def.invoke(vm, args), dst);
                            }
                            super::attr::Found::Value(callee) => {
                                self.call_window(callee, self.top_base() + from + 1, argc, &[], dst)?;
                                continue 'frame;
                            }
                        }
                    }
                    Op::CheckMethod { obj, name, cache } => {
                        let receiver = r!(obj);
                        let known = matches!(
                            linked.caches[cache as usize].get(),
                            Cache::Method(ty, _) if ty == receiver.type_id()
                        );
                        if !known {
                            attempt!(super::attr::find_method(vm, receiver, linked.names[name as usize]));
                        }
                    }
                    Op::Return { src, cost } => {
                        vm.fuel -= i64::from(cost);
                        // Integers and floats travel apart from the rest: see `in_parts`.
                        match &r!(src) {
                            Value::Int(i) => {
                                let v = *i;
                                return_into_register!(Value::Int(v));
                            }
                            Value::Float(f) => {
                                let v = *f;
                                return_into_register!(Value::Float(v));
                            }
                            other => {
                                let v = *other;
                                return_into_register!(v);
                            }
                        }
                    }
                    Op::ReturnNone { cost } => {
                        vm.fuel -= i64::from(cost);
                        return_into_register!(Value::None);
                    }
                    Op::Yield { dst, src } => {
                        let v = r!(src);
                        r!(dst) = Value::None;
                        vm.fuel -= 4;
                        if vm.fuel > 0
                            && let Some((generator, reg, below)) = self.frames.pop_generator()
                        {
                            generator::suspend(vm, generator, pc!() as u32, regs);
                            switch_to!(below);
                            r!(reg) = v;
                            continue;
                        }
                        if vm.fuel > 0
                            && let Some(consumer) = self.frames.consumer()
                            && consumer.task.feed(vm, v)
                        {
                            continue;
                        }
                        save!();
                        self.yield_value(v)?;
                        continue 'frame;
                    }
                    Op::MakeFunction { dst, base: first, parts, child } => {
                        let parts = [
                            r!(first),
                            r!(first.wrapping_add(1)),
                            r!(first.wrapping_add(2)),
                            r!(first.wrapping_add(3)),
                        ]
                        .into_iter()
                        .zip_parts(parts);
                        save!();
                        let parent = self.frames.python().expect("a Python frame runs").code;
                        let code = self.child(parent, child as usize);
                        let function = make_function(&mut self.vm, code, parts);
                        let dst = self.top_base() + dst as usize;
                        self.stack[dst] = function;
                        continue 'frame;
                    }

                    // ---- containers
                    Op::BuildList { dst, base: first, n } => {
                        let items = regs[first as usize..first as usize + n as usize].to_vec();
                        r!(dst) = vm.list(items);
                    }
                    Op::BuildTuple { dst, base: first, n } => {
                        let items: Box<[Value]> = regs[first as usize..first as usize + n as usize].into();
                        r!(dst) = vm.tuple(items);
                    }
                    Op::BuildSet { dst, base: first, n } => {
                        let items = &regs[first as usize..first as usize + n as usize];
                        flow_into!(super::types::set::build(vm, items), dst);
                    }
                    Op::BuildDict { dst, base: first, n } => {
                        let pairs = &regs[first as usize..first as usize + 2 * n as usize];
                        flow_into!(super::types::dict::build(vm, pairs), dst);
                    }
                    Op::BuildSlice { dst, base: first } => {
                        let (start, stop, step) = (r!(first), r!(first + 1), r!(first + 2));
                        r!(dst) = Value::Slice(vm.heap.alloc(Slice { start, stop, step }));
                    }
                    Op::BuildString { dst, base: first, n } => {
                        let parts = &regs[first as usize..first as usize + n as usize];
                        r!(dst) = attempt!(super::types::str::build(vm, parts));
                    }
                    Op::ListAppend { list, v } => {
                        if let Value::List(list) = r!(list)
                            && let Some(flow) = in_parts!(r!(v), |v| super::types::list::append(vm, list, v))
                        {
                            flow_discard!(Ok(flow));
                        }
                    }
                    Op::ListExtend { list, src, f } => {
                        let (list, src) = (r!(list), r!(src));
                        if !super::iter::is_iterable(src) {
                            let callee = if f == NO_REG { Value::Undef } else { r!(f) };
                            save!();
                            return Err(self.not_spreadable(callee, src));
                        }
                        flow_discard!(super::types::list::extend_display(vm, list, src));
                    }
                    Op::ListToTuple { dst, list } => {
                        let Value::List(list) = r!(list) else { unreachable!("the compiler made a list") };
                        let items: Box<[Value]> = vm.heap.get(list).items.as_slice().into();
                        vm.charge(items.len() / 8);
                        r!(dst) = vm.tuple(items);
                    }
                    Op::SetAdd { set, v } => flow_discard!(super::types::set::add(vm, r!(set), r!(v))),
                    Op::SetUpdate { set, src } => {
                        flow_discard!(super::types::set::update(vm, r!(set), r!(src)))
                    }
                    Op::DictInsert { dict, k, v } => {
                        flow_discard!(super::types::dict::set_item(vm, r!(dict), r!(k), r!(v)));
                    }
                    Op::DictUpdate { dict, src } => {
                        flow_discard!(super::types::dict::update_display(vm, r!(dict), r!(src)));
                    }
                    Op::DictMerge { dict, src, f } => {
                        let callee = r!(f);
                        let (dict, src) = (r!(dict), r!(src));
                        save!();
                        let who = self.callee_name(callee);
                        let flow = super::types::dict::merge_keywords(&mut self.vm, dict, src, &who)?;
                        self.follow(flow, OnReturn::Discard)?;
                        continue 'frame;
                    }

                    // ---- subscripts and attributes
                    Op::GetItem { dst, obj, key } => match (&r!(obj), &r!(key)) {
                        (Value::List(list), Value::Int(i)) => {
                            let items = &vm.heap.get(*list).items;
                            let at = if *i < 0 { i.wrapping_add(items.len() as i64) } else { *i };
                            match items.get(at as usize) {
                                Some(&v) => r!(dst) = v,
                                None => attempt!(Err(vm.index_error("list index out of range"))),
                            }
                        }
                        (Value::Dict(d), key @ (Value::Str(_) | Value::Int(_)))
                            if let Some(position) = dict::quick(vm, *d, key) =>
                        {
                            r!(dst) = vm.heap.get(*d).table.value_at(position);
                        }
                        (obj, key) => flow_into!(ops::get_item(vm, *obj, *key), dst),
                    },
                    Op::SetItem { obj, key, v } => match (&r!(obj), &r!(key)) {
                        (Value::List(list), Value::Int(i)) => {
                            let v = &r!(v);
                            let items = &mut vm.heap.store_from(*list, v).items;
                            let at = if *i < 0 { i.wrapping_add(items.len() as i64) } else { *i };
                            match items.get_mut(at as usize) {
                                Some(slot) => in_parts!(*v, |v| *slot = v),
                                None => attempt!(Err(vm.index_error("list assignment index out of range"))),
                            }
                        }
                        (Value::Dict(d), key @ (Value::Str(_) | Value::Int(_)))
                            if let Some(position) = dict::quick(vm, *d, key) =>
                        {
                            let slot = vm.heap.store_from(*d, &r!(v)).table.value_mut(position);
                            let lasting = dict::is_lasting(slot);
                            in_parts!(r!(v), |v| *slot = v);
                            if lasting {
                                dict::replaced_lasting(vm, *d);
                            }
                        }
                        (obj, key) => flow_discard!(ops::set_item(vm, *obj, *key, r!(v))),
                    },
                    Op::DelItem { obj, key } => flow_discard!(ops::del_item(vm, r!(obj), r!(key))),
                    Op::GetSlice { dst, obj, base: first } => {
                        flow_into!(ops::get_slice(vm, r!(obj), r!(first), r!(first + 1)), dst);
                    }
                    Op::GetAttr { dst, obj, name, .. } => {
                        let name = linked.names[name as usize];
                        flow_into!(super::attr::get(vm, r!(obj), name), dst);
                    }
                    Op::SetAttr { obj, src, name, .. } => {
                        let name = linked.names[name as usize];
                        flow_discard!(super::attr::set(vm, r!(obj), name, r!(src)));
                    }
                    Op::DelAttr { obj, name } => {
                        let name = linked.names[name as usize];
                        flow_discard!(super::attr::delete(vm, r!(obj), name));
                    }

                    // ---- strings
                    Op::Format { dst, src, conv, spec } => {
                        match &r!(src) {
                            // `BuildString` writes these.
                            Value::Int(_) | Value::Float(_) | Value::Str(_)
                                if spec == NO_REG && conv == Conversion::None =>
                            {
                                in_parts!(r!(src), |v| r!(dst) = v);
                            }
                            v => {
                                let spec = if spec == NO_REG { Value::Undef } else { r!(spec) };
                                flow_into!(super::format::format_value(vm, *v, conv, spec), dst);
                            }
                        }
                    }

                    // ---- exceptions
                    Op::Raise { exc, cause } => {
                        let cause = if cause == NO_REG { Value::Undef } else { r!(cause) };
                        let flow = exceptions::raise(vm, r!(exc), cause);
                        flow_discard!(flow);
                    }
                    Op::RaiseCurrent => {
                        save!();
                        let exc = exceptions::current(vm)?;
                        return self.reraise(exc);
                    }
                    Op::Reraise { exc } => {
                        let Value::Exception(exc) = r!(exc) else { unreachable!("handlers hold exceptions") };
                        save!();
                        return self.reraise(exc);
                    }
                    Op::PushHandled { save, exc } => {
                        r!(save) = vm.handled;
                        vm.handled = r!(exc);
                    }
                    Op::PopHandled { save } => vm.handled = r!(save),
                    Op::MatchExc { dst, exc, ty } => {
                        r!(dst) = Value::Bool(attempt!(exceptions::matches(vm, r!(exc), r!(ty))));
                    }
                    Op::SplitExc { dst, exc, ty } => {
                        let (matching, rest) = attempt!(exceptions::split(vm, r!(exc), r!(ty)));
                        r!(dst) = matching;
                        r!(dst + 1) = rest;
                    }
                    Op::JoinExc { dst, orig, list } => {
                        r!(dst) = attempt!(exceptions::join(vm, r!(orig), r!(list)));
                    }
                    Op::LoadAssertionError { dst } => r!(dst) = Value::Type(TypeId::AssertionError),

                    // ---- with
                    Op::WithEnter { dst, mgr, exit } => {
                        let (enter, leave) = attempt!(super::attr::context_manager(vm, r!(mgr)));
                        r!(exit) = leave;
                        save!();
                        self.call_window(enter, 0, 0, &[], dst)?;
                        continue 'frame;
                    }
                    Op::WithExit { dst, exit, exc } => {
                        let exc = if exc == NO_REG { Value::None } else { r!(exc) };
                        let callee = r!(exit);
                        save!();
                        let args = exceptions::exit_arguments(vm, exc);
                        self.call(callee, &args, &[], OnReturn::Register(dst))?;
                        continue 'frame;
                    }

                    // ---- match
                    Op::MatchSequence { dst, src } => {
                        r!(dst) = Value::Bool(matches!(
                            r!(src),
                            Value::List(_) | Value::Tuple(_) | Value::Range(_) | Value::StructSeq(_)
                        ));
                    }
                    Op::MatchMapping { dst, src } => r!(dst) = Value::Bool(matches!(r!(src), Value::Dict(_))),
                    Op::Len { dst, src } => flow_into!(ops::len(vm, r!(src)), dst),
                    Op::MatchKeys { dst, src, keys } => {
                        flow_into!(super::types::dict::match_keys(vm, r!(src), r!(keys)), dst);
                    }

                    // ---- imports
                    Op::Import { dst, name, leaf } => {
                        let name = linked.names[name as usize];
                        r!(dst) = attempt!(super::modules::import(vm, name, leaf));
                    }
                    Op::ImportFrom { dst, module, name } => {
                        let name = linked.names[name as usize];
                        r!(dst) = attempt!(super::modules::import_from(vm, r!(module), name));
                    }
                    Op::ImportStar { module } => {
                        attempt!(super::modules::import_star(vm, r!(module), linked.globals));
                    }

                    Op::SetResult { src } => vm.result = r!(src),
                }
            }
        }
    }

    /// Where the window of the topmost Python frame starts.
    fn top_base(&self) -> usize {
        self.frames.python().map_or(0, |frame| frame.base as usize)
    }

    /// Does what an [`Op::Call`] of a Python function asks for, where it is not the common case.
    #[cold]
    #[inline(never)]
    fn call_elsewhere(&mut self, op: Op) -> R<()> {
        let Op::Call { dst, f, argc } = op else { unreachable!("it is a call") };
        let callee = self.top_base() + f as usize;
        let Value::Function(function, _) = self.stack[callee] else { unreachable!("of a function") };
        self.call_function(function, callee + 1, argc, &[], OnReturn::Register(dst))
    }

    /// Calls a Python function whose `argc` arguments lie on the stack from `first` on.
    fn call_function(
        &mut self,
        function: Ref<Function>,
        first: usize,
        argc: u8,
        names: &[Value],
        on_return: OnReturn,
    ) -> R<()> {
        self.check_depth()?;
        self.vm.charge(4);
        let code = &self.codes[self.vm.heap.get(function).code.0 as usize].code;
        if names.is_empty() && code.params.is_simple() && argc as u16 <= code.params.positional {
            // The arguments are where the parameters are; what is missing has defaults.
            let (code, argc) = (code.clone(), argc as usize);
            self.make_window(first);
            self.stack[first + argc..first + (code.registers as usize).max(argc)].fill(Value::Undef);
            self.bind_defaults(function, &code, first)?;
            return self.enter_function(function, first, on_return);
        }
        let args = self.stack[first..first + argc as usize].to_vec();
        self.bind(function, &args, names, first)?;
        self.enter_function(function, first, on_return)
    }

    /// Calls anything with `argc` arguments that lie on the stack from `first` on, the last of them named
    /// by `names`.
    fn call_window(&mut self, callee: Value, first: usize, argc: u8, names: &[Value], dst: Reg) -> R<()> {
        let on_return = OnReturn::Register(dst);
        match callee {
            Value::Function(function, _) => self.call_function(function, first, argc, names, on_return),
            Value::Native(_) | Value::Type(_) => {
                let values = &self.stack[first..first + argc as usize];
                let args = Args::with_keywords(values, names);
                let flow = super::call::call_native(&mut self.vm, callee, args)?;
                self.follow(flow, on_return)
            }
            other => {
                let args = self.stack[first..first + argc as usize].to_vec();
                self.call(other, &args, names, on_return)
            }
        }
    }

    /// `f(*args, **kwargs)` with a list and a dict that the compiler made.
    fn call_unpacked(&mut self, callee: Value, args: Value, kwargs: Value, dst: Reg) -> R<()> {
        let (Value::List(args), Value::Dict(kwargs)) = (args, kwargs) else {
            unreachable!("the compiler made a list and a dict")
        };
        let mut values = self.vm.heap.get(args).items.clone();
        let table = &self.vm.heap.get(kwargs).table;
        let names: Vec<Value> = table.iter().map(|e| e.key).collect();
        values.extend(table.iter().map(|e| e.value));
        self.vm.charge(values.len() / 4);
        self.call(callee, &values, &names, OnReturn::Register(dst))
    }

    /// Raises an exception again: its traceback already has this frame's entry.
    fn reraise(&mut self, exc: Ref<super::types::exception::Exception>) -> R<()> {
        self.reraising = true;
        Err(Trap::Raise(exc))
    }

    /// What a callee is called in complaints about `*` and `**`.
    fn callee_name(&self, callee: Value) -> String {
        match callee {
            Value::Function(f, _) => match super::types::function::module_name(&self.vm, f) {
                Some(module) => format!("{module}.{}()", self.qualname(f)),
                None => format!("{}()", self.qualname(f)),
            },
            Value::Native(def) => format!("{}()", def.display_name()),
            Value::Method(m) => self.callee_name(self.vm.heap.get(m).function),
            Value::Type(ty) => format!("{}()", ty.name()),
            other => format!("{} object", self.vm.type_name(other)),
        }
    }

    /// The complaint about `*src` of something that is no iterable; `callee` is unbound unless that is its only
    /// argument.
    #[cold]
    fn not_spreadable(&mut self, callee: Value, src: Value) -> Trap {
        let got = self.vm.type_name(src);
        let what = match callee {
            Value::Undef => "Value".to_owned(),
            callee => format!("{} argument", self.callee_name(callee)),
        };
        self.vm.type_error(format!("{what} after * must be an iterable, not {got}"))
    }

    /// Follows a flow whose result, a tuple of `n` values, goes to `n` registers.
    fn follow_into_registers(&mut self, flow: Flow, first: Reg, n: usize) -> R<()> {
        self.follow(flow, OnReturn::Spread(first, n as u8))
    }
}

/// Local variables that are no parameters have no value when a call begins.
#[inline(always)]
fn unbind(registers: &mut [Value]) {
    for register in registers {
        *register = Value::Undef;
    }
}

/// Puts the defaults of the last parameters behind `argc` arguments, if that is all that is missing.
fn fill_defaults(
    vm: &Vm,
    function: Ref<Function>,
    target: &LinkedCode,
    argc: u8,
    registers: &mut Registers,
) -> bool {
    let defaults = vm.heap.get(function).defaults;
    let (Some(defaults), Some(missing)) = (defaults, target.simple_argc.checked_sub(u32::from(argc))) else {
        return false;
    };
    let defaults = &vm.heap.get(defaults).items;
    let Some(unused) = defaults.len().checked_sub(missing as usize) else { return false };
    for (register, default) in registers[argc as usize..].iter_mut().zip(&defaults[unused..]) {
        *register = *default;
    }
    true
}

fn frame_extra(frames: &mut Frames) -> &mut FrameExtra {
    frames.extra().expect("a frame with spilled locals has the space for them")
}

fn frame_locals(frames: &mut Frames) -> Option<Ref<Dict>> {
    frames.extra().and_then(|extra| extra.locals)
}

fn closure_cell(frames: &Frames, vm: &Vm, idx: u8) -> Value {
    let function = frames.python().and_then(|frame| frame.function);
    let closure = function
        .and_then(|function| vm.heap.get(function).closure)
        .expect("a function with free variables has a closure");
    vm.heap.get(closure).items[idx as usize]
}

#[inline]
fn cell_value(vm: &Vm, cell: Value) -> Value {
    match cell {
        Value::Cell(c) => vm.heap.get(c).value,
        _ => Value::Undef,
    }
}

/// The optional parts of a function, in the order of [`func_parts`].
#[derive(Clone, Copy, Debug)]
struct Parts {
    defaults: Value,
    kw_defaults: Value,
    annotations: Value,
    closure: Value,
}

trait ZipParts {
    fn zip_parts(self, present: u8) -> Parts;
}

impl<I: Iterator<Item = Value>> ZipParts for I {
    /// Hands the registers to the parts that are present.
    fn zip_parts(mut self, present: u8) -> Parts {
        let mut take = |bit: u8| {
            if present & bit == 0 { Value::Undef } else { self.next().expect("one register per part") }
        };
        Parts {
            defaults: take(func_parts::DEFAULTS),
            kw_defaults: take(func_parts::KW_DEFAULTS),
            annotations: take(func_parts::ANNOTATIONS),
            closure: take(func_parts::CLOSURE),
        }
    }
}

fn make_function(vm: &mut Vm, code: CodeId, parts: Parts) -> Value {
    let tuple = |v| match v {
        Value::Tuple(t) => Some(t),
        _ => None,
    };
    let kw_defaults = match parts.kw_defaults {
        Value::Dict(d) => Some(d),
        _ => None,
    };
    let extra = match parts.annotations {
        Value::Undef => None,
        annotations => Some(Box::new(FunctionExtra { annotations, ..FunctionExtra::default() })),
    };
    let (closure, defaults) = (tuple(parts.closure), tuple(parts.defaults));
    Value::Function(vm.heap.alloc(Function { code, closure, defaults, kw_defaults, extra }), code)
}
