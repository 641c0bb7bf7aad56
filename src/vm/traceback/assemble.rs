//! Puts the rendered parts of a traceback together: chains, groups with their frames of `|` and `+`.
//!
//! Follows `TracebackException.format` of CPython 3.13's `traceback.py`.

use rustc_hash::FxHashMap;

use super::collect::{GROUP_WIDTH_MAX, Node};
use super::syntax;
use crate::vm::types::exception::TraceEntry;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
/// Groups inside groups that are shown; it bounds the recursion of [`Assembly::chain`].
const GROUP_DEPTH_MAX: usize = 10;

/// The whole text of a traceback, for node 0.
pub fn assemble(nodes: &[Node], frames: &FxHashMap<(TraceEntry, bool), String>) -> String {
    let mut assembly = Assembly { nodes, frames, depth: 0, need_close: false, out: String::new() };
    assembly.chain(0);
    assembly.out
}

struct Assembly<'a> {
    nodes: &'a [Node],
    frames: &'a FxHashMap<(TraceEntry, bool), String>,
    /// Groups around what is written now.
    depth: usize,
    /// The closing line of the innermost group has not been written.
    need_close: bool,
    out: String,
}

impl Assembly<'_> {
    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }

    /// Writes text with the margin of the groups around it.
    fn emit(&mut self, text: &str, margin: char) {
        if self.depth == 0 {
            self.out.push_str(text);
            return;
        }
        for line in text.split_inclusive('\n') {
            self.indent();
            self.out.push(margin);
            self.out.push(' ');
            self.out.push_str(line);
        }
    }

    /// An exception after those it is chained to.
    fn chain(&mut self, last: usize) {
        let mut links = vec![(None, last)];
        let mut at = last;
        loop {
            let node = &self.nodes[at];
            let (message, next) = match (node.cause, node.context) {
                (Some(cause), _) => (CAUSE, cause),
                (None, Some(context)) => (CONTEXT, context),
                (None, None) => break,
            };
            links.last_mut().expect("it starts with one").0 = Some(message);
            links.push((None, next));
            at = next;
        }
        if self.nodes[at].cut {
            self.emit("[Earlier exceptions are left out]\n", '|');
            self.emit(CONTEXT, '|');
        }
        for (message, at) in links.into_iter().rev() {
            if let Some(message) = message {
                self.emit(message, '|');
            }
            self.exception(at);
        }
    }

    fn exception(&mut self, at: usize) {
        let node = &self.nodes[at];
        let Some(count) = node.member_count else {
            if !node.shown.is_empty() {
                self.emit("Traceback (most recent call last):\n", '|');
                self.stack(node);
            }
            return self.last_lines(node);
        };
        if self.depth > GROUP_DEPTH_MAX {
            return self.emit(&format!("... (max_group_depth is {GROUP_DEPTH_MAX})\n"), '|');
        }
        let outermost = self.depth == 0;
        if outermost {
            self.depth = 1;
        }
        if !node.shown.is_empty() {
            self.emit(
                "Exception Group Traceback (most recent call last):\n",
                if outermost { '+' } else { '|' },
            );
            self.stack(node);
        }
        self.last_lines(node);
        self.members(node, count);
        if outermost {
            self.depth = 0;
        }
    }

    fn members(&mut self, node: &Node, count: usize) {
        let shown = if count <= GROUP_WIDTH_MAX { count } else { GROUP_WIDTH_MAX + 1 };
        self.need_close = false;
        for i in 0..shown {
            let is_last = i == shown - 1;
            self.need_close |= is_last;
            let member = node.members.get(i).copied();
            let title = if i < GROUP_WIDTH_MAX { (i + 1).to_string() } else { "...".to_owned() };
            self.indent();
            self.out.push_str(if i == 0 { "+-" } else { "  " });
            self.out.push_str(&format!("+---------------- {title} ----------------\n"));
            self.depth += 1;
            match member {
                Some(member) => self.chain(member),
                None if i < GROUP_WIDTH_MAX => self.emit("[left out]\n", '|'),
                None => {
                    let rest = count - GROUP_WIDTH_MAX;
                    let s = if rest > 1 { "s" } else { "" };
                    self.emit(&format!("and {rest} more exception{s}\n"), '|');
                }
            }
            if is_last && self.need_close {
                self.indent();
                self.out.push_str("+------------------------------------\n");
                self.need_close = false;
            }
            self.depth -= 1;
        }
    }

    fn stack(&mut self, node: &Node) {
        let frames = self.frames;
        let mut left_out = 0;
        let mut remarks = node.remarks.iter().peekable();
        for i in 0..node.shown.len() {
            while let Some((_, remark)) = remarks.next_if(|(at, _)| *at == i) {
                self.emit(remark, '|');
            }
            match node.frame_key(i).and_then(|key| frames.get(&key)) {
                Some(text) => self.emit(text, '|'),
                None => left_out += 1,
            }
        }
        for (_, remark) in remarks {
            self.emit(remark, '|');
        }
        if left_out > 0 {
            self.emit(&format!("  [{left_out} frames left out]\n"), '|');
        }
    }

    /// `Class: message`, then the notes.
    fn last_lines(&mut self, node: &Node) {
        let text = match &node.syntax {
            Some(details) => syntax::display(&node.class, details),
            None if node.message.is_empty() && node.hint.is_empty() => format!("{}\n", node.class),
            None => format!("{}: {}{}\n", node.class, node.message, node.hint),
        };
        self.emit(&text, '|');
        for note in &node.notes {
            self.emit(&format!("{note}\n"), '|');
        }
    }
}
