//! Structure tests; behaviour is tested by running programs.

use std::rc::Rc;

use super::PyCompiler;
use crate::bytecode::{Code, CompileOptions, Compiler, Mode, Source, disassemble};

fn compile(text: &str) -> Rc<Code> {
    let source = Source::new("<test>", text);
    match (PyCompiler { bounded: false }).compile(source, CompileOptions::new(Mode::Program)) {
        Ok(code) => code,
        Err(e) => panic!("{e}\n{text}"),
    }
}

#[test]
fn a_sum_compiles() {
    let text = disassemble(&compile("x = a + 1\nprint(x)\n"));
    assert!(text.contains("AddInt"), "{text}");
}
