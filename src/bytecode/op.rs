//! The instruction set of the register machine.
//!
//! An instruction is 8 bytes. Registers are `u8` indices into a window of 256 values, which lets the
//! dispatch loop index a `[Value; 256]` without a bounds check. Registers `0..locals` hold the local
//! variables (parameters first, in the order of [`crate::bytecode::Params`]); the rest are temporaries.
//!
//! Conventions, unless a variant says otherwise:
//! * `dst` receives the result, `a`/`b`/`src` are read; `dst` may equal an operand.
//! * `base` is the first of a run of consecutive registers.
//! * `name` indexes `Code::names`, `k` indexes `Code::consts`, `child` indexes `Code::children`.
//! * `cache` is the instruction's own inline-cache slot, numbered from 0 within the code object.
//! * Jump targets are absolute instruction indices; `off` is relative to the *next* instruction.
//! * A backward jump must be a [`Op::JumpBack`]: it is where fuel is charged and where a run can stop.

/// A register: an index into the running frame's window.
pub type Reg = u8;

/// Register operand that means "absent" where the variant allows it. The compiler never allocates it.
pub const NO_REG: Reg = 255;

/// Binary operators of [`Op::Binary`] and [`Op::Inplace`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum BinOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    TrueDiv,
    /// `//`
    FloorDiv,
    /// `%`
    Mod,
    /// `**`
    Pow,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
    /// `&`
    And,
    /// `|`
    Or,
    /// `^`
    Xor,
    /// `@`
    MatMul,
}

impl BinOp {
    /// The operator as Python source spells it.
    pub fn symbol(self) -> &'static str {
        match self {
            BinOp::Add => "+",
            BinOp::Sub => "-",
            BinOp::Mul => "*",
            BinOp::TrueDiv => "/",
            BinOp::FloorDiv => "//",
            BinOp::Mod => "%",
            BinOp::Pow => "**",
            BinOp::Shl => "<<",
            BinOp::Shr => ">>",
            BinOp::And => "&",
            BinOp::Or => "|",
            BinOp::Xor => "^",
            BinOp::MatMul => "@",
        }
    }
}

/// Rich comparisons (`is` and `in` are instructions of their own).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum CmpOp {
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl CmpOp {
    /// The operator as Python source spells it.
    pub fn symbol(self) -> &'static str {
        match self {
            CmpOp::Lt => "<",
            CmpOp::Le => "<=",
            CmpOp::Eq => "==",
            CmpOp::Ne => "!=",
            CmpOp::Gt => ">",
            CmpOp::Ge => ">=",
        }
    }

    /// The operator to use when the operands change sides (`a < b` is `b > a`).
    pub fn swapped(self) -> CmpOp {
        match self {
            CmpOp::Lt => CmpOp::Gt,
            CmpOp::Le => CmpOp::Ge,
            CmpOp::Eq => CmpOp::Eq,
            CmpOp::Ne => CmpOp::Ne,
            CmpOp::Gt => CmpOp::Lt,
            CmpOp::Ge => CmpOp::Le,
        }
    }
}

/// Unary operators of [`Op::Unary`]; `not` is [`Op::Not`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum UnaryOp {
    /// `-x`
    Neg,
    /// `+x`
    Pos,
    /// `~x`
    Invert,
}

/// Conversion of a formatted value (`!s`, `!r`, `!a`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Conversion {
    /// No conversion: `format(value, spec)`.
    None,
    /// `!s`
    Str,
    /// `!r`
    Repr,
    /// `!a`
    Ascii,
}

/// Which optional parts [`Op::MakeFunction`] finds in its registers, in this order.
pub mod func_parts {
    /// A tuple with the positional defaults.
    pub const DEFAULTS: u8 = 1;
    /// A dict with the keyword-only defaults.
    pub const KW_DEFAULTS: u8 = 2;
    /// A dict with the annotations.
    pub const ANNOTATIONS: u8 = 4;
    /// A tuple with the closure's cells, in the order of `Code::free`.
    pub const CLOSURE: u8 = 8;
}

/// One instruction. The field names follow the conventions above.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    // ---- loads and moves -------------------------------------------------------------------
    /// `dst = consts[k]`
    LoadConst { dst: Reg, k: u16 },
    /// `dst = v`
    LoadInt { dst: Reg, v: i32 },
    /// `dst = None`
    LoadNone { dst: Reg },
    /// `dst = v`
    LoadBool { dst: Reg, v: bool },
    /// `dst = src`
    Move { dst: Reg, src: Reg },
    /// Raises `UnboundLocalError` naming the local variable `reg` when it is unbound.
    CheckLocal { reg: Reg },
    /// `del` of a local: unbinds `reg`; raises `UnboundLocalError` when it already is.
    DelLocal { reg: Reg },
    /// Makes `reg` unbound, no check. Clears comprehension variables and `except … as` names.
    ClearLocal { reg: Reg },
    /// A local that did not fit the window: `dst = spill[slot]`, checked to be bound.
    LoadSpill { dst: Reg, slot: u16 },
    /// `spill[slot] = src`
    StoreSpill { src: Reg, slot: u16 },
    /// Unbinds `spill[slot]`; with `check`, raises `UnboundLocalError` when it is unbound.
    DelSpill { slot: u16, check: bool },

    // ---- cells ------------------------------------------------------------------------------
    /// Replaces the value of `reg` (possibly unbound) by a new cell that holds it.
    MakeCell { reg: Reg },
    /// `dst = the running function's closure[idx]` (the cell itself). Emitted in the prologue.
    LoadClosure { dst: Reg, idx: u8 },
    /// `dst = *cell`; unbound: `UnboundLocalError` for a cell variable of this function,
    /// `NameError` ("cannot access free variable …") for a free one.
    LoadCell { dst: Reg, cell: Reg },
    /// `*cell = src`
    StoreCell { cell: Reg, src: Reg },
    /// Unbinds the cell; raises as [`Op::LoadCell`] when it already is, if `check`.
    DelCell { cell: Reg, check: bool },

    // ---- names ------------------------------------------------------------------------------
    /// Module globals, then builtins; `NameError`.
    LoadGlobal { dst: Reg, name: u16, cache: u16 },
    /// Binds a module global.
    StoreGlobal { src: Reg, name: u16, cache: u16 },
    /// Unbinds a module global; `NameError`.
    DelGlobal { name: u16 },
    /// `exec`/`eval` with separate locals: locals mapping, then globals, then builtins.
    LoadName { dst: Reg, name: u16 },
    /// Binds in the locals mapping.
    StoreName { src: Reg, name: u16 },
    /// Unbinds in the locals mapping; `NameError`.
    DelName { name: u16 },

    // ---- arithmetic -------------------------------------------------------------------------
    /// `dst = a + b`
    Add { dst: Reg, a: Reg, b: Reg },
    /// `dst = a - b`
    Sub { dst: Reg, a: Reg, b: Reg },
    /// `dst = a * b`
    Mul { dst: Reg, a: Reg, b: Reg },
    /// `dst = a // b`
    FloorDiv { dst: Reg, a: Reg, b: Reg },
    /// `dst = a % b`
    Mod { dst: Reg, a: Reg, b: Reg },
    /// `dst = a / b`
    TrueDiv { dst: Reg, a: Reg, b: Reg },
    /// `dst = a + imm`
    AddInt { dst: Reg, a: Reg, imm: i32 },
    /// `dst = a - imm`
    SubInt { dst: Reg, a: Reg, imm: i32 },
    /// `a += imm`: [`Op::Inplace`] with a small integer (its errors name `+=`).
    IaddInt { dst: Reg, a: Reg, imm: i32 },
    /// `a -= imm`
    IsubInt { dst: Reg, a: Reg, imm: i32 },
    /// Any binary operator.
    Binary { op: BinOp, dst: Reg, a: Reg, b: Reg },
    /// Augmented assignment's operator; `dst` usually equals `a`.
    Inplace { op: BinOp, dst: Reg, a: Reg, b: Reg },
    /// Unary minus, plus, invert.
    Unary { op: UnaryOp, dst: Reg, a: Reg },
    /// `dst = not a`
    Not { dst: Reg, a: Reg },
    /// `dst = a <op> b`
    Compare { op: CmpOp, dst: Reg, a: Reg, b: Reg },
    /// `dst = a is b`, or `is not` when `negate`.
    Is { dst: Reg, a: Reg, b: Reg, negate: bool },
    /// `dst = a in b`, or `not in` when `negate`.
    In { dst: Reg, a: Reg, b: Reg, negate: bool },

    // ---- jumps ------------------------------------------------------------------------------
    /// Forward jump.
    Jump { target: u32 },
    /// Backward jump: charges fuel, is a safepoint.
    JumpBack { target: u32 },
    /// A safepoint inside long straight-line code (the compiler emits one every few hundred instructions).
    Safepoint,
    /// Jumps forward when `truth(a) == sense`.
    JumpIf { a: Reg, sense: bool, target: u32 },
    /// Jumps forward when `(a is None) == sense`.
    JumpIfNone { a: Reg, sense: bool, target: u32 },
    /// Jumps forward when `(a < b) == sense`.
    JumpLt { a: Reg, b: Reg, sense: bool, target: u32 },
    /// Jumps forward when `(a <= b) == sense`.
    JumpLe { a: Reg, b: Reg, sense: bool, target: u32 },
    /// Jumps forward when `(a > b) == sense`.
    JumpGt { a: Reg, b: Reg, sense: bool, target: u32 },
    /// Jumps forward when `(a >= b) == sense`.
    JumpGe { a: Reg, b: Reg, sense: bool, target: u32 },
    /// Jumps forward when `(a == b) == sense`.
    JumpEq { a: Reg, b: Reg, sense: bool, target: u32 },
    /// Jumps forward when `(a != b) == sense`.
    JumpNe { a: Reg, b: Reg, sense: bool, target: u32 },
    /// Jumps forward by `off` when `(a <op> imm) == sense`; one variant for all six operators.
    JumpLtInt { a: Reg, sense: bool, imm: i16, off: u16 },
    /// See [`Op::JumpLtInt`].
    JumpLeInt { a: Reg, sense: bool, imm: i16, off: u16 },
    /// See [`Op::JumpLtInt`].
    JumpGtInt { a: Reg, sense: bool, imm: i16, off: u16 },
    /// See [`Op::JumpLtInt`].
    JumpGeInt { a: Reg, sense: bool, imm: i16, off: u16 },
    /// See [`Op::JumpLtInt`].
    JumpEqInt { a: Reg, sense: bool, imm: i16, off: u16 },
    /// See [`Op::JumpLtInt`].
    JumpNeInt { a: Reg, sense: bool, imm: i16, off: u16 },

    // ---- iteration --------------------------------------------------------------------------
    /// `dst = iter(src)`
    GetIter { dst: Reg, src: Reg },
    /// `dst = next(iter)`, or jumps forward to `target` when the iterator is exhausted.
    ForIter { dst: Reg, iter: Reg, target: u32 },
    /// [`Op::JumpBack`] to a [`Op::ForIter`] of the same registers, and that one at once when the iterator is of a
    /// common kind.
    ForNext { dst: Reg, iter: Reg, target: u32 },
    /// Unpacks exactly `n` values of `src` into `base..base + n`.
    Unpack { src: Reg, base: Reg, n: u8 },
    /// `before` values, a list with the rest, `after` values, into consecutive registers from `base`.
    UnpackStar { src: Reg, base: Reg, before: u8, after: u8 },

    // ---- calls ------------------------------------------------------------------------------
    /// `dst = f(args)`: callee in `f`, `argc` arguments in `f+1..`. Clobbers `f..`.
    Call { dst: Reg, f: Reg, argc: u8 },
    /// The last values are keyword arguments named by the tuple of strings `consts[names]`;
    /// `argc` counts positional and keyword values. Clobbers `f..`.
    CallKw { dst: Reg, f: Reg, argc: u8, names: u16 },
    /// `dst = f(*args, **kwargs)`: `f+1` holds a list, `f+2` a dict. Clobbers `f..f+2`.
    CallEx { dst: Reg, f: Reg },
    /// `dst = base.name(args)`: the receiver in `base`, `argc` arguments in `base+1..`. Clobbers `base..`.
    CallMethod { dst: Reg, base: Reg, argc: u8, name: u16, cache: u16 },
    /// Raises `AttributeError` now when `obj` has no attribute `name`: comes before the arguments of a
    /// [`Op::CallMethod`] when these can have side effects, since Python looks the method up first.
    /// Shares the call's `cache` slot.
    CheckMethod { obj: Reg, name: u16, cache: u16 },
    /// Returns `src` from the frame. The cost is the fuel for what led there: as many instructions as lie before it.
    Return { src: Reg, cost: u16 },
    /// Returns `None` from the frame; the cost as with `Return`.
    ReturnNone { cost: u16 },
    /// A generator hands `src` to its consumer; when resumed, `dst` receives what was sent.
    Yield { dst: Reg, src: Reg },
    /// `dst = function(children[child])`; optional parts (see [`func_parts`]) in `base..`, in bit order.
    MakeFunction { dst: Reg, base: Reg, parts: u8, child: u16 },

    // ---- containers -------------------------------------------------------------------------
    /// `dst = [base..base+n]`
    BuildList { dst: Reg, base: Reg, n: u8 },
    /// `dst = (base..base+n)`
    BuildTuple { dst: Reg, base: Reg, n: u8 },
    /// `dst = {base..base+n}`
    BuildSet { dst: Reg, base: Reg, n: u8 },
    /// `dst = {key: value, …}`, `n` pairs in `base..base+2n`, key first.
    BuildDict { dst: Reg, base: Reg, n: u8 },
    /// `dst = slice(base, base+1, base+2)`
    BuildSlice { dst: Reg, base: Reg },
    /// Concatenates `n` strings or results of [`Op::Format`].
    BuildString { dst: Reg, base: Reg, n: u8 },
    /// `list.append(v)`
    ListAppend { list: Reg, v: Reg },
    /// `list.extend(src)` for displays and calls with `*src`. Where that is the only argument, a complaint names the
    /// callee in `f`; else `f` is [`NO_REG`].
    ListExtend { list: Reg, src: Reg, f: Reg },
    /// `dst = tuple(list)`
    ListToTuple { dst: Reg, list: Reg },
    /// `set.add(v)`
    SetAdd { set: Reg, v: Reg },
    /// `set.update(src)`
    SetUpdate { set: Reg, src: Reg },
    /// `dict[k] = v` for displays and comprehensions.
    DictInsert { dict: Reg, k: Reg, v: Reg },
    /// `{**src}`: later keys win; `TypeError` when `src` is not a mapping.
    DictUpdate { dict: Reg, src: Reg },
    /// `f(**src)`: a repeated key is a `TypeError` that names the callee in `f`.
    DictMerge { dict: Reg, src: Reg, f: Reg },

    // ---- subscripts and attributes ----------------------------------------------------------
    /// `dst = obj[key]`
    GetItem { dst: Reg, obj: Reg, key: Reg },
    /// `obj[key] = v`
    SetItem { obj: Reg, key: Reg, v: Reg },
    /// `del obj[key]`
    DelItem { obj: Reg, key: Reg },
    /// `dst = obj[base:base+1]` without making a slice object (no step).
    GetSlice { dst: Reg, obj: Reg, base: Reg },
    /// `dst = obj.name`
    GetAttr { dst: Reg, obj: Reg, name: u16, cache: u16 },
    /// `obj.name = src`
    SetAttr { obj: Reg, src: Reg, name: u16, cache: u16 },
    /// `del obj.name`
    DelAttr { obj: Reg, name: u16 },

    // ---- strings ----------------------------------------------------------------------------
    /// `dst = format(conv(src), spec)`; `spec` is [`NO_REG`] when there is none. What is simple to write may be left
    /// as it is for [`Op::BuildString`], which must be what takes the result.
    Format { dst: Reg, src: Reg, conv: Conversion, spec: Reg },

    // ---- exceptions -------------------------------------------------------------------------
    /// `raise exc`; `cause` is [`NO_REG`] without `from`.
    Raise { exc: Reg, cause: Reg },
    /// A bare `raise`: the exception being handled, or `RuntimeError`.
    RaiseCurrent,
    /// Raises `exc` again at the end of a handler that did not take it: no traceback entry is added.
    Reraise { exc: Reg },
    /// Enters a handler: `save` receives the exception handled so far, `exc` becomes the handled one.
    PushHandled { save: Reg, exc: Reg },
    /// Leaves a handler: the handled exception is the one in `save` again.
    PopHandled { save: Reg },
    /// `dst = exc matches ty` (a class or a tuple of classes; anything else is a `TypeError`).
    MatchExc { dst: Reg, exc: Reg, ty: Reg },
    /// `except*`: splits `exc` by `ty`: `dst` receives the matching group or `None`, `dst + 1` the rest or `None`.
    SplitExc { dst: Reg, exc: Reg, ty: Reg },
    /// End of `try` … `except*`: `list` holds what the handlers raised and the unhandled rest (or `None`s),
    /// `orig` the original exception. `dst` receives what is to be raised, or `None`.
    JoinExc { dst: Reg, orig: Reg, list: Reg },
    /// `dst = AssertionError` (whatever the name is bound to).
    LoadAssertionError { dst: Reg },

    // ---- with -------------------------------------------------------------------------------
    /// `exit = mgr.__exit__` (bound), then `dst = mgr.__enter__()`.
    WithEnter { dst: Reg, mgr: Reg, exit: Reg },
    /// `dst = exit(type(exc), exc, exc.__traceback__)`; `exc` is [`NO_REG`] for three `None`s.
    WithExit { dst: Reg, exit: Reg, exc: Reg },

    // ---- match ------------------------------------------------------------------------------
    /// `dst = src is a sequence for pattern matching` (not str, bytes, bytearray).
    MatchSequence { dst: Reg, src: Reg },
    /// `dst = src is a mapping for pattern matching`.
    MatchMapping { dst: Reg, src: Reg },
    /// `dst = len(src)`
    Len { dst: Reg, src: Reg },
    /// `dst = tuple of src[k] for the keys in the tuple `keys``, or `None` when one is missing.
    MatchKeys { dst: Reg, src: Reg, keys: Reg },

    // ---- imports ----------------------------------------------------------------------------
    /// `dst = import names[name]`: the top-level module for `import a.b`, the named one when `leaf`.
    Import { dst: Reg, name: u16, leaf: bool },
    /// `dst = module.name`, `ImportError` when there is none.
    ImportFrom { dst: Reg, module: Reg, name: u16 },
    /// Binds every public name of `module` as globals.
    ImportStar { module: Reg },

    // ---- the rest ---------------------------------------------------------------------------
    /// Remembers `src` as the value of the program's last expression.
    SetResult { src: Reg },
}

const _: () = assert!(size_of::<Op>() == 8, "an instruction is 8 bytes");
