//! `str()` of the exceptions that say more than their arguments.

use super::short_text;
use crate::vm::format::Form;
use crate::vm::types::exception::{Exception, Piece, own_pieces};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// The text of an exception whose class words it itself; `None` for all others.
pub fn own_text(vm: &mut Vm, e: Ref<Exception>) -> Option<Value> {
    let mut text = String::new();
    for piece in own_pieces(vm, e)? {
        match piece {
            Piece::Text(piece) => text.push_str(&piece),
            Piece::Str(v) => text.push_str(&short_text(vm, v, Form::Str)?),
            Piece::Repr(v) => text.push_str(&short_text(vm, v, Form::Repr)?),
        }
    }
    Some(vm.string(text))
}
