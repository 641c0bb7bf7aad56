//! Checks that a code object keeps the instruction set's contract: what the VM relies on without looking.

use super::{Code, NO_REG, Op, Reg};

/// Says what is wrong with a code object, its children included.
pub fn verify(code: &Code) -> Result<(), String> {
    for child in &code.children {
        verify(child)?;
    }
    let fail = |what: String| Err(format!("{}: {what}", code.qualname));
    if code.registers > 255 || code.locals.len() + code.free.len() > code.registers as usize {
        return fail(format!("{} registers, {} locals", code.registers, code.locals.len()));
    }
    if code.spans.len() != code.ops.len() {
        return fail("spans and instructions differ in number".into());
    }
    match code.ops.last() {
        Some(op) if ends(op) => {}
        other => return fail(format!("falls through after {other:?}")),
    }
    for (pc, op) in code.ops.iter().enumerate() {
        let bad = |what: &str| Err(format!("{}: {what} at {pc}: {op:?}", code.qualname));
        let mut highest = 0;
        registers(op, &mut |base, n| highest = highest.max(base as usize + n as usize));
        if highest > code.registers as usize {
            return bad("register out of range");
        }
        if let Some(target) = target(op, pc) {
            let goes_back = matches!(op, Op::JumpBack { .. } | Op::ForNext { .. });
            let forward = target > pc && !goes_back;
            let backward = target <= pc && goes_back;
            if !(forward || backward) || target >= code.ops.len() {
                return bad("wrong jump");
            }
        }
        if let Op::ForNext { dst, iter, target } = *op
            && !matches!(code.ops[target as usize], Op::ForIter { dst: d, iter: i, .. } if (d, i) == (dst, iter))
        {
            return bad("not the loop's own step");
        }
        if !indices(code, op) {
            return bad("index out of range");
        }
    }
    for h in &code.handlers {
        let len = code.ops.len() as u32;
        if h.start >= h.end || h.end > len || h.target >= len || u16::from(h.reg) >= code.registers {
            return fail(format!("bad handler {h:?}"));
        }
        if h.target < h.end {
            return fail(format!("a handler that covers itself or code before it: {h:?}"));
        }
    }
    Ok(())
}

/// Whether control never goes on behind an instruction.
fn ends(op: &Op) -> bool {
    matches!(
        op,
        Op::Return { .. }
            | Op::ReturnNone { .. }
            | Op::Jump { .. }
            | Op::JumpBack { .. }
            | Op::ForNext { .. }
            | Op::Raise { .. }
            | Op::RaiseCurrent
            | Op::Reraise { .. }
    )
}

/// Where an instruction at `pc` can jump to.
pub fn target(op: &Op, pc: usize) -> Option<usize> {
    match *op {
        Op::Jump { target }
        | Op::JumpBack { target }
        | Op::ForNext { target, .. }
        | Op::JumpIf { target, .. }
        | Op::JumpIfNone { target, .. }
        | Op::JumpLt { target, .. }
        | Op::JumpLe { target, .. }
        | Op::JumpGt { target, .. }
        | Op::JumpGe { target, .. }
        | Op::JumpEq { target, .. }
        | Op::JumpNe { target, .. }
        | Op::ForIter { target, .. } => Some(target as usize),
        Op::JumpLtInt { off, .. }
        | Op::JumpLeInt { off, .. }
        | Op::JumpGtInt { off, .. }
        | Op::JumpGeInt { off, .. }
        | Op::JumpEqInt { off, .. }
        | Op::JumpNeInt { off, .. } => Some(pc + 1 + off as usize),
        _ => None,
    }
}

/// Whether the instruction's indices into the code object's tables are in range.
fn indices(code: &Code, op: &Op) -> bool {
    let name_ok = |name: u16| (name as usize) < code.names.len();
    let cache_ok = |cache: u16| cache < code.caches;
    let spill_ok = |slot: u16| (slot as usize) < code.spilled.len();
    match *op {
        Op::LoadConst { k, .. } => (k as usize) < code.consts.len(),
        Op::CallKw { names, .. } => (names as usize) < code.consts.len(),
        Op::MakeFunction { child, .. } => (child as usize) < code.children.len(),
        Op::LoadSpill { slot, .. } | Op::StoreSpill { slot, .. } | Op::DelSpill { slot, .. } => {
            spill_ok(slot)
        }
        Op::LoadClosure { idx, .. } => (idx as usize) < code.free.len(),
        Op::LoadGlobal { name, cache, .. }
        | Op::StoreGlobal { name, cache, .. }
        | Op::GetAttr { name, cache, .. }
        | Op::SetAttr { name, cache, .. }
        | Op::CallMethod { name, cache, .. }
        | Op::CheckMethod { name, cache, .. } => name_ok(name) && cache_ok(cache),
        Op::DelGlobal { name }
        | Op::LoadName { name, .. }
        | Op::StoreName { name, .. }
        | Op::DelName { name }
        | Op::DelAttr { name, .. }
        | Op::Import { name, .. }
        | Op::ImportFrom { name, .. } => name_ok(name),
        _ => true,
    }
}

/// Calls `f` with each run of registers (first, count) that an instruction touches.
pub fn registers(op: &Op, f: &mut dyn FnMut(Reg, u16)) {
    let mut one = |regs: &[Reg]| {
        for &reg in regs {
            if reg != NO_REG {
                f(reg, 1);
            }
        }
    };
    match *op {
        Op::LoadConst { dst, .. }
        | Op::LoadInt { dst, .. }
        | Op::LoadNone { dst }
        | Op::LoadBool { dst, .. }
        | Op::LoadSpill { dst, .. }
        | Op::LoadClosure { dst, .. }
        | Op::LoadGlobal { dst, .. }
        | Op::LoadName { dst, .. }
        | Op::Import { dst, .. }
        | Op::LoadAssertionError { dst } => one(&[dst]),
        Op::CheckLocal { reg } | Op::DelLocal { reg } | Op::ClearLocal { reg } | Op::MakeCell { reg } => {
            one(&[reg])
        }
        Op::StoreSpill { src, .. }
        | Op::StoreGlobal { src, .. }
        | Op::StoreName { src, .. }
        | Op::Return { src, .. }
        | Op::SetResult { src } => one(&[src]),
        Op::Move { dst, src } | Op::GetIter { dst, src } | Op::Yield { dst, src } => one(&[dst, src]),
        Op::LoadCell { dst, cell } => one(&[dst, cell]),
        Op::StoreCell { cell, src } => one(&[cell, src]),
        Op::DelCell { cell, .. } => one(&[cell]),
        Op::Add { dst, a, b }
        | Op::Sub { dst, a, b }
        | Op::Mul { dst, a, b }
        | Op::FloorDiv { dst, a, b }
        | Op::Mod { dst, a, b }
        | Op::TrueDiv { dst, a, b }
        | Op::Binary { dst, a, b, .. }
        | Op::Inplace { dst, a, b, .. }
        | Op::Compare { dst, a, b, .. }
        | Op::Is { dst, a, b, .. }
        | Op::In { dst, a, b, .. } => one(&[dst, a, b]),
        Op::AddInt { dst, a, .. }
        | Op::SubInt { dst, a, .. }
        | Op::IaddInt { dst, a, .. }
        | Op::IsubInt { dst, a, .. }
        | Op::Unary { dst, a, .. }
        | Op::Not { dst, a } => one(&[dst, a]),
        Op::JumpIf { a, .. } | Op::JumpIfNone { a, .. } => one(&[a]),
        Op::JumpLt { a, b, .. }
        | Op::JumpLe { a, b, .. }
        | Op::JumpGt { a, b, .. }
        | Op::JumpGe { a, b, .. }
        | Op::JumpEq { a, b, .. }
        | Op::JumpNe { a, b, .. } => one(&[a, b]),
        Op::JumpLtInt { a, .. }
        | Op::JumpLeInt { a, .. }
        | Op::JumpGtInt { a, .. }
        | Op::JumpGeInt { a, .. }
        | Op::JumpEqInt { a, .. }
        | Op::JumpNeInt { a, .. } => one(&[a]),
        Op::ForIter { dst, iter, .. } | Op::ForNext { dst, iter, .. } => one(&[dst, iter]),
        Op::Unpack { src, base, n } => {
            one(&[src]);
            f(base, n.into());
        }
        Op::UnpackStar { src, base, before, after } => {
            one(&[src]);
            f(base, u16::from(before) + u16::from(after) + 1);
        }
        Op::Call { dst, f: base, argc } | Op::CallKw { dst, f: base, argc, .. } => {
            one(&[dst]);
            f(base, u16::from(argc) + 1);
        }
        Op::CallMethod { dst, base, argc, .. } => {
            one(&[dst]);
            f(base, u16::from(argc) + 1);
        }
        Op::CallEx { dst, f: base } => {
            one(&[dst]);
            f(base, 3);
        }
        Op::CheckMethod { obj, .. } | Op::DelAttr { obj, .. } => one(&[obj]),
        Op::MakeFunction { dst, base, parts, .. } => {
            one(&[dst]);
            if parts != 0 {
                f(base, parts.count_ones() as u16);
            }
        }
        Op::BuildList { dst, base, n }
        | Op::BuildTuple { dst, base, n }
        | Op::BuildSet { dst, base, n }
        | Op::BuildString { dst, base, n } => {
            one(&[dst]);
            if n != 0 {
                f(base, n.into());
            }
        }
        Op::BuildDict { dst, base, n } => {
            one(&[dst]);
            if n != 0 {
                f(base, 2 * u16::from(n));
            }
        }
        Op::BuildSlice { dst, base } => {
            one(&[dst]);
            f(base, 3);
        }
        Op::ListAppend { list, v } => one(&[list, v]),
        Op::ListExtend { list, src, f } => one(&[list, src, f]),
        Op::ListToTuple { dst, list } => one(&[dst, list]),
        Op::SetAdd { set, v } => one(&[set, v]),
        Op::SetUpdate { set, src } => one(&[set, src]),
        Op::DictInsert { dict, k, v } => one(&[dict, k, v]),
        Op::DictUpdate { dict, src } => one(&[dict, src]),
        Op::DictMerge { dict, src, f } => one(&[dict, src, f]),
        Op::GetItem { dst, obj, key } => one(&[dst, obj, key]),
        Op::SetItem { obj, key, v } => one(&[obj, key, v]),
        Op::DelItem { obj, key } => one(&[obj, key]),
        Op::GetSlice { dst, obj, base } => {
            one(&[dst, obj]);
            f(base, 2);
        }
        Op::GetAttr { dst, obj, .. } => one(&[dst, obj]),
        Op::SetAttr { obj, src, .. } => one(&[obj, src]),
        Op::Format { dst, src, spec, .. } => one(&[dst, src, spec]),
        Op::Raise { exc, cause } => one(&[exc, cause]),
        Op::Reraise { exc } => one(&[exc]),
        Op::PushHandled { save, exc } => one(&[save, exc]),
        Op::PopHandled { save } => one(&[save]),
        Op::MatchExc { dst, exc, ty } => one(&[dst, exc, ty]),
        Op::SplitExc { dst, exc, ty } => {
            one(&[exc, ty]);
            f(dst, 2);
        }
        Op::JoinExc { dst, orig, list } => one(&[dst, orig, list]),
        Op::WithEnter { dst, mgr, exit } => one(&[dst, mgr, exit]),
        Op::WithExit { dst, exit, exc } => one(&[dst, exit, exc]),
        Op::MatchSequence { dst, src } | Op::MatchMapping { dst, src } | Op::Len { dst, src } => {
            one(&[dst, src])
        }
        Op::MatchKeys { dst, src, keys } => one(&[dst, src, keys]),
        Op::ImportFrom { dst, module, .. } => one(&[dst, module]),
        Op::ImportStar { module } => one(&[module]),
        Op::Jump { .. }
        | Op::JumpBack { .. }
        | Op::Safepoint
        | Op::DelSpill { .. }
        | Op::DelGlobal { .. }
        | Op::DelName { .. }
        | Op::ReturnNone { .. }
        | Op::RaiseCurrent => {}
    }
}
