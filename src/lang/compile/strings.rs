//! f-strings: nested, `=`, conversions, format specifications, implicit concatenation.

use ruff_python_ast::{self as ast, ConversionFlag, FStringPart, InterpolatedStringElement};
use ruff_text_size::TextRange;

use super::super::fail::R;
use super::Compiler;
use super::registers::{RUN_MAX, Val};
use crate::bytecode::{Const, Conversion, NO_REG, Op, Reg};

/// Parts evaluated so far, strings or what [`Op::Format`] has left for [`Op::BuildString`]: `n` in registers from `base`, and literal text not emitted yet.
struct Parts {
    base: u16,
    n: usize,
    text: String,
    range: TextRange,
}

impl<'a> Compiler<'a> {
    pub fn fstring(&mut self, f: &'a ast::ExprFString, want: Option<Reg>) -> R<Val> {
        let mut parts = Parts { base: self.mark(), n: 0, text: String::new(), range: f.range };
        for part in &f.value {
            match part {
                FStringPart::Literal(s) => parts.text.push_str(&s.value),
                FStringPart::FString(f) => self.elements(&f.elements, &mut parts)?,
            }
        }
        self.join(parts, want)
    }

    fn elements(&mut self, elements: &'a [InterpolatedStringElement], parts: &mut Parts) -> R {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(s) => parts.text.push_str(&s.value),
                InterpolatedStringElement::Interpolation(i) => self.interpolation(i, parts)?,
            }
        }
        Ok(())
    }

    fn interpolation(&mut self, i: &'a ast::InterpolatedElement, parts: &mut Parts) -> R {
        let mut conv = match i.conversion {
            ConversionFlag::None => Conversion::None,
            ConversionFlag::Str => Conversion::Str,
            ConversionFlag::Repr => Conversion::Repr,
            ConversionFlag::Ascii => Conversion::Ascii,
        };
        if let Some(debug) = &i.debug_text {
            parts.text.push_str(debug.as_str());
            if conv == Conversion::None && i.format_spec.is_none() {
                conv = Conversion::Repr;
            }
        }
        self.flush(parts)?;
        let dst = self.temp(i.range)?;
        let mark = self.mark();
        let src = self.reg(&i.expression, Some(dst))?;
        let spec = match &i.format_spec {
            None => NO_REG,
            Some(spec) => {
                let mut inner = Parts { base: self.mark(), n: 0, text: String::new(), range: spec.range };
                self.elements(&spec.elements, &mut inner)?;
                let v = self.join(inner, None)?;
                self.in_reg(v, None, spec.range)?
            }
        };
        self.release(mark);
        self.emit(Op::Format { dst, src, conv, spec }, i.range)?;
        self.added(parts)
    }

    /// Loads the pending literal text.
    fn flush(&mut self, parts: &mut Parts) -> R {
        if parts.text.is_empty() {
            return Ok(());
        }
        let dst = self.temp(parts.range)?;
        let text = std::mem::take(&mut parts.text);
        self.constant(Const::Str(text.into()), dst, parts.range)?;
        self.added(parts)
    }

    /// Counts a new part, and joins all so far when there are many.
    fn added(&mut self, parts: &mut Parts) -> R {
        parts.n += 1;
        if parts.n >= RUN_MAX || !self.fits(2) {
            let base = parts.base as Reg;
            self.emit(Op::BuildString { dst: base, base, n: parts.n as u8 }, parts.range)?;
            self.release(parts.base + 1);
            parts.n = 1;
        }
        Ok(())
    }

    fn join(&mut self, mut parts: Parts, want: Option<Reg>) -> R<Val> {
        if parts.n == 0 {
            return Ok(Val::Const(Const::Str(parts.text.into())));
        }
        self.flush(&mut parts)?;
        let base = parts.base as Reg;
        self.release(parts.base);
        let dst = self.dst(want, parts.range)?;
        self.emit(Op::BuildString { dst, base, n: parts.n as u8 }, parts.range)?;
        Ok(Val::Reg(dst))
    }
}
