//! `+ - * / // % ** << >> & | ^ @` and their augmented forms, unary `- + ~`.

use crate::bytecode::{BinOp, UnaryOp};
use crate::vm::flow::{R, Trap, value};
use crate::vm::types::{alias, bytes, complex, dict, float, int, list, set, str, tuple};
use crate::vm::value::Value;
use crate::vm::vm::Vm;

/// The result of an operation on 64-bit integers that did not fit.
#[cold]
pub fn int_overflow(vm: &mut Vm, op: BinOp, x: i64, y: i64) -> Value {
    let (x, y) = (i128::from(x), i128::from(y));
    vm.int128(match op {
        BinOp::Add => x + y,
        BinOp::Sub => x - y,
        _ => x * y,
    })
}

/// Bit operations of small integers, which cannot fail or overflow.
#[inline(always)]
pub fn int_bits(op: BinOp, a: Value, b: Value) -> Option<Value> {
    let (Value::Int(x), Value::Int(y)) = (a, b) else { return None };
    Some(Value::Int(match op {
        BinOp::And => x & y,
        BinOp::Or => x | y,
        BinOp::Xor => x ^ y,
        BinOp::Shr if (0..64).contains(&y) => x >> y,
        BinOp::Shl if (0..62).contains(&y) && x.unsigned_abs().leading_zeros() as i64 > y + 1 => x << y,
        _ => return None,
    }))
}

/// `a op b`
#[inline(never)]
pub fn binary(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> R {
    use Value::*;
    match (a, b) {
        (Int(_) | Big(_) | Bool(_), Int(_) | Big(_) | Bool(_)) => int::binary(vm, op, a, b),
        (Float(_), Int(_) | Big(_) | Bool(_) | Float(_)) | (Int(_) | Big(_) | Bool(_), Float(_)) => {
            float::binary(vm, op, a, b)
        }
        (Complex(_), Complex(_) | Float(_) | Int(_) | Big(_) | Bool(_))
        | (Float(_) | Int(_) | Big(_) | Bool(_), Complex(_)) => complex::binary(vm, op, a, b),
        (Str(x), Str(y)) if op == BinOp::Add => str::concat(vm, x, y),
        (Str(_), _) if op == BinOp::Mod => str::percent(vm, a, b),
        (Bytes(_), _) if op == BinOp::Mod => bytes::percent(vm, a, b),
        (Str(_) | Bytes(_) | List(_) | Tuple(_) | StructSeq(_), _)
        | (_, Str(_) | Bytes(_) | List(_) | Tuple(_))
            if matches!(op, BinOp::Add | BinOp::Mul) =>
        {
            sequence(vm, op, a, b)
        }
        (Dict(_), Dict(_)) if op == BinOp::Or => dict::union(vm, a, b),
        (Set(_) | FrozenSet(_), Set(_) | FrozenSet(_)) | (View(_), _) | (_, View(_)) => {
            match set::binary(vm, op, a, b)? {
                Some(flow) => Ok(flow),
                Option::None => Err(unsupported(vm, op, a, b, false)),
            }
        }
        (Type(_) | Alias(_), Type(_) | Alias(_) | None) | (None, Type(_) | Alias(_)) if op == BinOp::Or => {
            alias::union(vm, a, b)
        }
        _ => Err(unsupported(vm, op, a, b, false)),
    }
}

/// Concatenation and repetition of sequences.
fn sequence(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> R {
    use Value::*;
    if op == BinOp::Mul {
        let (seq, count) = match (a, b) {
            (Str(_) | Bytes(_) | List(_) | Tuple(_) | StructSeq(_), _) => (a, b),
            _ => (b, a),
        };
        let (Int(_) | Big(_) | Bool(_)) = count else {
            let name = vm.type_name(count);
            return Err(vm.type_error(format!("can't multiply sequence by non-int of type '{name}'")));
        };
        return match seq {
            Str(s) => str::repeat(vm, s, count),
            Bytes(x) => bytes::repeat(vm, x, count),
            List(l) => list::repeat(vm, l, count),
            _ => tuple::repeat(vm, seq, count),
        };
    }
    match (a, b) {
        (List(x), List(y)) => list::concat(vm, x, y),
        (Tuple(_) | StructSeq(_), Tuple(_) | StructSeq(_)) => tuple::concat(vm, a, b),
        (Bytes(x), Bytes(y)) => bytes::concat(vm, x, y),
        (Str(_), _) => Err(concatenation(vm, "str", b, "to str")),
        (List(_), _) => Err(concatenation(vm, "list", b, "to list")),
        (Tuple(_) | StructSeq(_), _) => Err(concatenation(vm, "tuple", b, "to tuple")),
        (Bytes(_), _) => {
            let name = vm.type_name(b);
            Err(vm.type_error(format!("can't concat {name} to bytes")))
        }
        _ => Err(unsupported(vm, op, a, b, false)),
    }
}

fn concatenation(vm: &mut Vm, left: &str, right: Value, to: &str) -> Trap {
    let name = vm.type_name(right);
    vm.type_error(format!("can only concatenate {left} (not \"{name}\") {to}"))
}

/// `a op= b`: in place for lists, sets and dicts, else as [`binary`].
#[inline(never)]
pub fn inplace(vm: &mut Vm, op: BinOp, a: Value, b: Value) -> R {
    use Value::*;
    match (op, a, b) {
        (BinOp::Add, List(_), _) => list::inplace_add(vm, a, b),
        (BinOp::Mul, List(l), Int(_) | Big(_) | Bool(_)) => list::inplace_repeat(vm, l, b),
        (BinOp::Or, Dict(_), _) => dict::inplace_union(vm, a, b),
        (BinOp::Or | BinOp::And | BinOp::Sub | BinOp::Xor, Set(_), Set(_) | FrozenSet(_) | View(_)) => {
            set::inplace(vm, op, a, b)
        }
        _ => binary(vm, op, a, b).map_err(|trap| named_inplace(vm, trap, op, a, b)),
    }
}

/// The complaint about augmented assignment names the operator with `=`.
fn named_inplace(vm: &mut Vm, trap: Trap, op: BinOp, a: Value, b: Value) -> Trap {
    let Trap::Raise(exc) = trap else { return trap };
    let args = vm.heap.get(exc).args;
    let is_operand_error = match vm.heap.get(args).items.first() {
        Some(Value::Str(s)) => vm.heap.str(*s).starts_with("unsupported operand type(s) for "),
        _ => false,
    };
    if is_operand_error { unsupported(vm, op, a, b, true) } else { trap }
}

/// `TypeError: unsupported operand type(s)`
#[cold]
pub fn unsupported(vm: &mut Vm, op: BinOp, a: Value, b: Value, augmented: bool) -> Trap {
    let symbol = match (op, augmented) {
        (BinOp::Pow, false) => "** or pow()".to_owned(),
        (op, false) => op.symbol().to_owned(),
        (op, true) => format!("{}=", op.symbol()),
    };
    let (a, b) = (vm.type_name(a), vm.type_name(b));
    vm.type_error(format!("unsupported operand type(s) for {symbol}: '{a}' and '{b}'"))
}

/// `-a`, `+a`, `~a`
pub fn unary(vm: &mut Vm, op: UnaryOp, a: Value) -> R {
    use Value::*;
    let v = match (op, a) {
        (UnaryOp::Neg, Int(i)) if i != i64::MIN => Int(-i),
        (UnaryOp::Invert, Int(i)) => Int(!i),
        (UnaryOp::Pos, Int(_) | Float(_) | Big(_) | Complex(_)) => a,
        (_, Bool(b)) => return unary(vm, op, Int(i64::from(b))),
        (UnaryOp::Neg, Float(f)) => Float(-f),
        (UnaryOp::Neg, Complex(c)) => {
            let c = *vm.heap.get(c);
            vm.complex(-c.re, -c.im)
        }
        (UnaryOp::Neg | UnaryOp::Invert, Int(_) | Big(_)) => {
            let big = int::to_big(vm, a);
            vm.charge(big.bits() as usize / 64);
            vm.int(if op == UnaryOp::Neg { -big } else { !big })
        }
        _ => {
            let symbol = match op {
                UnaryOp::Neg => "-",
                UnaryOp::Pos => "+",
                UnaryOp::Invert => "~",
            };
            let name = vm.type_name(a);
            return Err(vm.type_error(format!("bad operand type for unary {symbol}: '{name}'")));
        }
    };
    value(v)
}
