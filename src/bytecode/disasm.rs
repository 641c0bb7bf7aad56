//! Code objects as text, for tests and for people.

use std::fmt::Write;

use super::verify::target;
use super::{Code, Const, Op};

/// A listing of a code object and its children.
pub fn disassemble(code: &Code) -> String {
    let mut out = String::new();
    list(code, &mut out);
    out
}

fn list(code: &Code, out: &mut String) {
    let p = &code.params;
    let _ = write!(out, "{} (line {}, {:?}", code.qualname, code.first_line, code.kind);
    let _ = write!(out, ", {} registers, {} caches", code.registers, code.caches);
    if p.total() > 0 {
        let _ = write!(out, ", parameters {}/{}", p.positional_only, p.positional);
        let _ = write!(out, "{}", if p.var_args { " *" } else { "" });
        let _ = write!(
            out,
            "{}",
            if p.keyword_only > 0 { format!(" +{}", p.keyword_only) } else { String::new() }
        );
        let _ = write!(out, "{}", if p.var_kwargs { " **" } else { "" });
    }
    out.push_str(")\n");
    let mut table = |title: &str, items: Vec<String>| {
        if !items.is_empty() {
            let _ = writeln!(out, "  {title}: {}", items.join(" "));
        }
    };
    table("locals", code.locals.iter().enumerate().map(|(i, n)| format!("r{i}={n}")).collect());
    table("spilled", code.spilled.iter().enumerate().map(|(i, n)| format!("s{i}={n}")).collect());
    table("cells", code.cells.iter().map(|c| format!("r{}={}", c.reg, c.name)).collect());
    table("free", code.free.iter().map(|c| format!("r{}={}", c.reg, c.name)).collect());
    let mut targets: Vec<usize> = code.ops.iter().enumerate().filter_map(|(pc, op)| target(op, pc)).collect();
    targets.extend(code.handlers.iter().map(|h| h.target as usize));
    targets.sort_unstable();
    let mut line = 0;
    for (pc, op) in code.ops.iter().enumerate() {
        let at = code.source.position(code.spans[pc].start).line;
        let shown = if at == line { String::new() } else { at.to_string() };
        line = at;
        let mark = if targets.binary_search(&pc).is_ok() { '>' } else { ' ' };
        let _ = writeln!(out, "{shown:>5} {mark}{pc:>4}  {}", instruction(code, op, pc));
    }
    for h in &code.handlers {
        let _ = writeln!(out, "  handler {}..{} -> {} in r{}", h.start, h.end, h.target, h.reg);
    }
    for child in &code.children {
        out.push('\n');
        list(child, out);
    }
}

/// One instruction: its debug form with the names and constants that it refers to.
fn instruction(code: &Code, op: &Op, pc: usize) -> String {
    let mut text = format!("{op:?}").replace(" {", "").replace(" }", "").replace(',', "");
    let name = |n: u16| code.names.get(n as usize).map_or("?".to_owned(), |n| n.to_string());
    let note = match *op {
        Op::LoadConst { k, .. } => code.consts.get(k as usize).map(constant),
        Op::CallKw { names, .. } => code.consts.get(names as usize).map(constant),
        Op::LoadGlobal { name: n, .. }
        | Op::StoreGlobal { name: n, .. }
        | Op::DelGlobal { name: n }
        | Op::LoadName { name: n, .. }
        | Op::StoreName { name: n, .. }
        | Op::DelName { name: n }
        | Op::GetAttr { name: n, .. }
        | Op::SetAttr { name: n, .. }
        | Op::DelAttr { name: n, .. }
        | Op::CallMethod { name: n, .. }
        | Op::CheckMethod { name: n, .. }
        | Op::Import { name: n, .. }
        | Op::ImportFrom { name: n, .. } => Some(name(n)),
        Op::MakeFunction { child, .. } => code.children.get(child as usize).map(|c| c.qualname.to_string()),
        _ => None,
    };
    if let Some(note) = note {
        let _ = write!(text, "  # {note}");
    }
    if let Some(to) = target(op, pc)
        && text.contains("off:")
    {
        let _ = write!(text, "  # to {to}");
    }
    text
}

fn constant(c: &Const) -> String {
    let mut text = format!("{c:?}");
    if text.len() > 80 {
        let cut = (0..=80).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
        text.truncate(cut);
        text.push('…');
    }
    text
}
