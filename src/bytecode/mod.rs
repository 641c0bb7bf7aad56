//! Instructions, code objects and the disassembler: data that the compiler writes and the VM reads.
//!
//! Owns the shape of compiled programs. Knows neither source syntax nor run-time values, and must
//! never hold anything that belongs to one run: code objects are immutable and shared by all runs.

mod code;
mod disasm;
mod op;
mod verify;

pub use code::{
    CellVar, Code, CodeKind, CompileError, CompileErrorKind, CompileOptions, Compiler, Const, Handler, Mode,
    Params, Position, Source, Span,
};
pub use disasm::disassemble;
pub use op::{BinOp, CmpOp, Conversion, NO_REG, Op, Reg, UnaryOp, func_parts};
pub use verify::verify;
