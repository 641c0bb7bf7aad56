//! `match`. Cases are tried in order; names are bound only when the whole pattern has matched.

use ruff_python_ast::{self as ast, Identifier, Pattern, Singleton};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::super::fail::{Fail, R};
use super::Compiler;
use super::registers::Val;
use super::unit::Label;
use crate::bytecode::{CmpOp, Const, NO_REG, Op, Reg};

/// The captures of a pattern so far: names and the registers that hold their values.
struct Captures<'a> {
    names: Vec<(&'a str, Reg, TextRange)>,
}

impl<'a> Captures<'a> {
    fn get(&self, name: &str) -> Option<Reg> {
        self.names.iter().find(|n| n.0 == name).map(|n| n.1)
    }
}

impl<'a> Compiler<'a> {
    pub fn match_stmt(&mut self, m: &'a ast::StmtMatch) -> R {
        let subject = self.eval_temp(&m.subject)?;
        let mut end = Label::default();
        let cases = m.cases.len();
        for (i, case) in m.cases.iter().enumerate() {
            if case.guard.is_none() && i + 1 < cases {
                refuse_irrefutable(&case.pattern)?;
            }
            let mark = self.mark();
            let mut fail = Label::default();
            let mut captures = Captures { names: Vec::new() };
            self.allocate_captures(&case.pattern, &mut captures)?;
            self.pattern(&case.pattern, subject, &captures, &mut fail)?;
            for &(name, src, range) in &captures.names {
                self.store_name(name, src, range)?;
            }
            if let Some(guard) = &case.guard {
                self.jump_unless(guard, &mut fail)?;
            }
            self.release(mark);
            self.body(&case.body)?;
            self.jump(&mut end, case.range)?;
            self.place(fail);
        }
        self.place(end);
        Ok(())
    }

    /// Gives every name that the pattern binds a register.
    fn allocate_captures(&mut self, pattern: &'a Pattern, captures: &mut Captures<'a>) -> R {
        for (name, range) in bound_names(pattern)? {
            let reg = self.temp(range)?;
            captures.names.push((name, reg, range));
        }
        Ok(())
    }

    fn capture(&mut self, name: &Identifier, src: Reg, captures: &Captures<'a>, range: TextRange) -> R {
        let dst = captures.get(name).expect("all names of the pattern have registers");
        self.emit(Op::Move { dst, src }, range)?;
        Ok(())
    }

    /// Tests `src` against a pattern; goes to `fail` when it does not match.
    fn pattern(&mut self, pattern: &'a Pattern, src: Reg, captures: &Captures<'a>, fail: &mut Label) -> R {
        let mark = self.mark();
        let range = pattern.range();
        match pattern {
            Pattern::MatchValue(v) => {
                let value = self.value(&v.value, None)?;
                let b = self.in_reg(value, None, range)?;
                self.jump_op(Op::JumpEq { a: src, b, sense: false, target: 0 }, fail, range)?;
            }
            Pattern::MatchSingleton(s) => match s.value {
                Singleton::None => {
                    self.jump_op(Op::JumpIfNone { a: src, sense: false, target: 0 }, fail, range)?;
                }
                Singleton::True | Singleton::False => {
                    let b = self.temp(range)?;
                    self.emit(Op::LoadBool { dst: b, v: s.value == Singleton::True }, range)?;
                    self.emit(Op::Is { dst: b, a: src, b, negate: false }, range)?;
                    self.jump_op(Op::JumpIf { a: b, sense: false, target: 0 }, fail, range)?;
                }
            },
            Pattern::MatchSequence(s) => self.sequence(s, src, captures, fail)?,
            Pattern::MatchMapping(m) => self.mapping(m, src, captures, fail)?,
            Pattern::MatchStar(_) | Pattern::MatchClass(_) => unreachable!("refused before: {pattern:?}"),
            Pattern::MatchAs(a) => {
                if let Some(inner) = &a.pattern {
                    self.pattern(inner, src, captures, fail)?;
                }
                if let Some(name) = &a.name {
                    self.capture(name, src, captures, range)?;
                }
            }
            Pattern::MatchOr(o) => {
                let mut matched = Label::default();
                let (last, rest) = o.patterns.split_last().expect("alternatives");
                for alternative in rest {
                    let mut next = Label::default();
                    self.pattern(alternative, src, captures, &mut next)?;
                    self.jump(&mut matched, range)?;
                    self.place(next);
                }
                self.pattern(last, src, captures, fail)?;
                self.place(matched);
            }
        }
        self.release(mark);
        Ok(())
    }

    fn sequence(
        &mut self,
        s: &'a ast::PatternMatchSequence,
        src: Reg,
        captures: &Captures<'a>,
        fail: &mut Label,
    ) -> R {
        let range = s.range;
        let star = s.patterns.iter().position(Pattern::is_match_star);
        let n = s.patterns.len();
        let test = self.temp(range)?;
        self.emit(Op::MatchSequence { dst: test, src }, range)?;
        self.jump_op(Op::JumpIf { a: test, sense: false, target: 0 }, fail, range)?;
        let least = if star.is_some() { n - 1 } else { n };
        if star.is_none() || least > 0 {
            self.emit(Op::Len { dst: test, src }, range)?;
            let op = if star.is_some() { CmpOp::Ge } else { CmpOp::Eq };
            self.length_test(op, test, least, fail, range)?;
        }
        if s.patterns.iter().all(ignores) {
            return Ok(());
        }
        let star_ignored = star.is_none_or(|at| ignores(&s.patterns[at]));
        if !self.fits(n) || (star.is_some() && star_ignored) {
            return self.sequence_by_index(s, star, src, captures, fail);
        }
        let base = self.mark() as Reg;
        for _ in 0..n {
            self.temp(range)?;
        }
        let op = match star {
            None => Op::Unpack { src, base, n: n as u8 },
            Some(at) => Op::UnpackStar { src, base, before: at as u8, after: (n - at - 1) as u8 },
        };
        self.emit(op, range)?;
        for (i, p) in s.patterns.iter().enumerate() {
            let item = base + i as Reg;
            match p {
                Pattern::MatchStar(star) => {
                    if let Some(name) = &star.name {
                        self.capture(name, item, captures, star.range)?;
                    }
                }
                p => self.pattern(p, item, captures, fail)?,
            }
        }
        Ok(())
    }

    /// Compares a length with a constant.
    fn length_test(&mut self, op: CmpOp, a: Reg, n: usize, fail: &mut Label, range: TextRange) -> R {
        let b = self.temp(range)?;
        self.constant(Const::Int(n as i64), b, range)?;
        let jump = match op {
            CmpOp::Ge => Op::JumpGe { a, b, sense: false, target: 0 },
            _ => Op::JumpEq { a, b, sense: false, target: 0 },
        };
        self.jump_op(jump, fail, range)
    }

    /// Fetches the elements one by one, as CPython does when the star's list is not needed.
    fn sequence_by_index(
        &mut self,
        s: &'a ast::PatternMatchSequence,
        star: Option<usize>,
        src: Reg,
        captures: &Captures<'a>,
        fail: &mut Label,
    ) -> R {
        let n = s.patterns.len();
        for (i, p) in s.patterns.iter().enumerate() {
            let mark = self.mark();
            let range = p.range();
            match p {
                p if ignores(p) => {}
                Pattern::MatchStar(s) => {
                    // Only when there are too many elements to unpack them all: take the slice.
                    let base = self.temp(range)?;
                    let end = self.temp(range)?;
                    let at = star.expect("there is a star");
                    self.constant(Const::Int(at as i64), base, range)?;
                    let after = (n - at - 1) as i64;
                    let stop = if after == 0 { Const::None } else { Const::Int(-after) };
                    self.constant(stop, end, range)?;
                    self.emit(Op::GetSlice { dst: base, obj: src, base }, range)?;
                    self.emit(Op::BuildList { dst: end, base: end, n: 0 }, range)?;
                    self.emit(Op::ListExtend { list: end, src: base, f: NO_REG }, range)?;
                    if let Some(name) = &s.name {
                        self.capture(name, end, captures, range)?;
                    }
                }
                p => {
                    let key = self.temp(range)?;
                    let index = match star {
                        Some(at) if i > at => i as i64 - n as i64,
                        _ => i as i64,
                    };
                    self.constant(Const::Int(index), key, range)?;
                    self.emit(Op::GetItem { dst: key, obj: src, key }, range)?;
                    self.pattern(p, key, captures, fail)?;
                }
            }
            self.release(mark);
        }
        Ok(())
    }

    fn mapping(
        &mut self,
        m: &'a ast::PatternMatchMapping,
        src: Reg,
        captures: &Captures<'a>,
        fail: &mut Label,
    ) -> R {
        let range = m.range;
        let n = m.keys.len();
        self.check_keys(m)?;
        let test = self.temp(range)?;
        self.emit(Op::MatchMapping { dst: test, src }, range)?;
        self.jump_op(Op::JumpIf { a: test, sense: false, target: 0 }, fail, range)?;
        if n == 0 && m.rest.is_none() {
            return Ok(());
        }
        let keys = self.temp(range)?;
        if n > 0 {
            self.emit(Op::Len { dst: test, src }, range)?;
            self.length_test(CmpOp::Ge, test, n, fail, range)?;
            let v = self.tuple(&m.keys, Some(keys), range)?;
            if let Val::Const(c) = v {
                self.constant(c, keys, range)?;
            }
            self.emit(Op::MatchKeys { dst: test, src, keys }, range)?;
            self.jump_op(Op::JumpIfNone { a: test, sense: true, target: 0 }, fail, range)?;
            self.mapping_values(m, test, captures, fail)?;
        }
        if let Some(rest) = &m.rest {
            let dict = self.temp(range)?;
            self.emit(Op::BuildDict { dst: dict, base: dict, n: 0 }, range)?;
            self.emit(Op::DictUpdate { dict, src }, range)?;
            for i in 0..n {
                let mark = self.mark();
                let key = self.temp(range)?;
                self.constant(Const::Int(i as i64), key, range)?;
                self.emit(Op::GetItem { dst: key, obj: keys, key }, range)?;
                self.emit(Op::DelItem { obj: dict, key }, range)?;
                self.release(mark);
            }
            self.capture(rest, dict, captures, range)?;
        }
        Ok(())
    }

    fn mapping_values(
        &mut self,
        m: &'a ast::PatternMatchMapping,
        values: Reg,
        captures: &Captures<'a>,
        fail: &mut Label,
    ) -> R {
        for (i, p) in m.patterns.iter().enumerate() {
            if ignores(p) {
                continue;
            }
            let mark = self.mark();
            let key = self.temp(p.range())?;
            self.constant(Const::Int(i as i64), key, p.range())?;
            self.emit(Op::GetItem { dst: key, obj: values, key }, p.range())?;
            self.pattern(p, key, captures, fail)?;
            self.release(mark);
        }
        Ok(())
    }

    /// A literal key that occurs twice is an error.
    fn check_keys(&self, m: &'a ast::PatternMatchMapping) -> R {
        let mut seen: FxHashSet<String> = FxHashSet::default();
        for key in &m.keys {
            if let Some(c) = self.constant_value(key)
                && !seen.insert(format!("{c:?}"))
            {
                let message = format!("mapping pattern checks duplicate key ({})", constant_repr(&c));
                return Err(Fail::syntax(message, m.range));
            }
        }
        Ok(())
    }
}

/// `repr` of a mapping pattern's key, as far as such keys go.
fn constant_repr(c: &Const) -> String {
    match c {
        Const::None => "None".into(),
        Const::Bool(true) => "True".into(),
        Const::Bool(false) => "False".into(),
        Const::Int(i) => i.to_string(),
        Const::Big(b) => b.to_string(),
        Const::Float(f) => ryu::Buffer::new().format(*f).to_owned(),
        Const::Str(s) if s.contains('\'') && !s.contains('"') => format!("\"{s}\""),
        Const::Str(s) => format!("'{}'", s.replace('\\', "\\\\").replace('\'', "\\'")),
        other => format!("{other:?}"),
    }
}

/// Whether a pattern takes anything and binds nothing.
fn ignores(p: &Pattern) -> bool {
    match p {
        Pattern::MatchStar(s) => s.name.is_none(),
        Pattern::MatchAs(a) => a.pattern.is_none() && a.name.is_none(),
        _ => false,
    }
}

/// A pattern that takes anything must come last.
fn refuse_irrefutable(p: &Pattern) -> R {
    match p {
        Pattern::MatchAs(a) => match (&a.pattern, &a.name) {
            (Some(inner), _) => refuse_irrefutable(inner),
            (None, Some(name)) => Err(Fail::syntax(
                format!("name capture '{name}' makes remaining patterns unreachable"),
                a.range,
            )),
            (None, None) => Err(Fail::syntax("wildcard makes remaining patterns unreachable", a.range)),
        },
        Pattern::MatchOr(o) => o.patterns.last().map_or(Ok(()), refuse_irrefutable),
        _ => Ok(()),
    }
}

/// The names that a pattern binds, in order, with the checks on alternatives and repetition.
fn bound_names(p: &Pattern) -> R<Vec<(&str, TextRange)>> {
    let mut names = Vec::new();
    collect(p, &mut names)?;
    Ok(names)
}

fn add<'p>(name: &'p Identifier, range: TextRange, names: &mut Vec<(&'p str, TextRange)>) -> R {
    if names.iter().any(|n| n.0 == name.as_str()) {
        return Err(Fail::syntax(format!("multiple assignments to name '{name}' in pattern"), range));
    }
    names.push((name.as_str(), range));
    Ok(())
}

fn collect<'p>(p: &'p Pattern, names: &mut Vec<(&'p str, TextRange)>) -> R {
    match p {
        Pattern::MatchValue(_) | Pattern::MatchSingleton(_) | Pattern::MatchClass(_) => Ok(()),
        Pattern::MatchSequence(s) => {
            if s.patterns.iter().filter(|p| p.is_match_star()).count() > 1 {
                return Err(Fail::syntax("multiple starred names in sequence pattern", s.range));
            }
            s.patterns.iter().try_for_each(|p| collect(p, names))
        }
        Pattern::MatchMapping(m) => {
            m.patterns.iter().try_for_each(|p| collect(p, names))?;
            m.rest.as_ref().map_or(Ok(()), |name| add(name, m.range, names))
        }
        Pattern::MatchStar(s) => s.name.as_ref().map_or(Ok(()), |name| add(name, s.range, names)),
        Pattern::MatchAs(a) => {
            if let Some(inner) = &a.pattern {
                collect(inner, names)?;
            }
            a.name.as_ref().map_or(Ok(()), |name| add(name, a.range, names))
        }
        Pattern::MatchOr(o) => {
            let (first, rest) = o.patterns.split_first().expect("alternatives");
            if let Some(p) =
                o.patterns[..o.patterns.len() - 1].iter().find(|p| refuse_irrefutable(p).is_err())
            {
                refuse_irrefutable(p)?;
            }
            let mark = names.len();
            collect(first, names)?;
            let known: FxHashSet<&str> = names[mark..].iter().map(|n| n.0).collect();
            for alternative in rest {
                let mut own = names[..mark].to_vec();
                collect(alternative, &mut own)?;
                let same = own.len() - mark == known.len() && own[mark..].iter().all(|n| known.contains(n.0));
                if !same {
                    return Err(Fail::syntax("alternative patterns bind different names", o.range));
                }
            }
            Ok(())
        }
    }
}
