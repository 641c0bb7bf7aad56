//! One frame of a traceback as text: its place, its source lines, the carets under what went wrong.
//!
//! Follows `StackSummary.format_frame_summary` of CPython 3.13's `traceback.py`.

use super::wide::display_width;
use crate::bytecode::{Compiler, Position, Source};
use crate::limits::{TRACEBACK_LINE_MAX_BYTES, TRACEBACK_SPAN_MAX_BYTES};
use crate::vm::types::exception::TraceEntry;
use crate::vm::vm::Vm;

/// The text of one entry. Source lines are shown for texts of programs only: `exec` and
/// `eval` leave none behind, as in CPython. With `without_call`, the call's brackets are not marked.
pub fn frame_text(vm: &Vm, entry: TraceEntry, without_call: bool) -> String {
    let code = &vm.codes[entry.code.0 as usize];
    let span = code.spans.get(entry.pc as usize).copied().unwrap_or_default();
    let source = &code.source;
    let from = source.position(span.start);
    let mut out = format!("  File \"{}\", line {}, in {}\n", source.filename, from.line, code.name);
    if source.is_shown {
        let mut end = span.end.max(span.start);
        if without_call
            && let Some(call) = source.text.get(span.start as usize..end as usize)
            && call.len() <= TRACEBACK_SPAN_MAX_BYTES
            && let Some((bracket, _)) = vm.compiler.caret_anchors(call)
        {
            end = span.start + call[..bracket].trim_end().len() as u32;
        }
        let to = source.position(end);
        push_lines(&mut out, &*vm.compiler, source, from, to);
    }
    out
}

fn push_lines(out: &mut String, compiler: &dyn Compiler, source: &Source, from: Position, to: Position) {
    let originals: Vec<&str> =
        (from.line..=to.line).map_while(|n| source.line(n)).map(str::trim_end).take(LINES_MAX + 1).collect();
    let bytes: usize = originals.iter().map(|l| l.len()).sum();
    let Some(first) = originals.first() else { return };
    if bytes > TRACEBACK_SPAN_MAX_BYTES || originals.len() > LINES_MAX {
        return push_cut(out, first.trim());
    }
    let lines = dedent(&originals);
    if lines.iter().all(|l| l.trim().is_empty()) {
        return;
    }
    let marked = Marked::new(compiler, &originals, lines, from, to);
    let mut result = Vec::new();
    marked.render(&mut result);
    let result: Vec<&str> = result.iter().map(String::as_str).collect();
    for line in dedent(&result) {
        out.push_str("    ");
        out.push_str(line);
        out.push('\n');
    }
}

/// Lines of one expression that are looked at.
const LINES_MAX: usize = 10_000;

/// The start of a line that is too long to be shown.
fn push_cut(out: &mut String, line: &str) {
    let cut = line.floor_char_boundary(TRACEBACK_LINE_MAX_BYTES);
    out.push_str("    ");
    out.push_str(&line[..cut]);
    out.push_str(if cut < line.len() { "...\n" } else { "\n" });
}

/// `textwrap.dedent`: without the white space that all lines begin with; blank lines become empty.
fn dedent<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let is_blank = |l: &str| l.chars().all(|c| c == ' ' || c == '\t');
    let mut margin: Option<&str> = None;
    for line in lines.iter().filter(|l| !is_blank(l)) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        margin = Some(match margin {
            None => indent,
            Some(m) => {
                let same = m.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
                &m[..same]
            }
        });
    }
    let margin = margin.map_or(0, str::len);
    lines.iter().map(|l| if is_blank(l) { "" } else { &l[margin..] }).collect()
}

/// Source lines with what is to be marked in them.
struct Marked<'a> {
    lines: Vec<&'a str>,
    shows_carets: bool,
    /// Columns in display width.
    start: usize,
    end: usize,
    anchors: Option<Anchors>,
}

/// The part between the anchors gets `^`, the rest `~`: lines and columns in display width.
struct Anchors {
    left_line: usize,
    left: usize,
    right_line: usize,
    right: usize,
}

/// Characters in the first `bytes` bytes of a text.
fn chars_before(text: &str, bytes: usize) -> usize {
    text[..text.floor_char_boundary(bytes)].chars().count()
}

/// The offset in bytes of a character.
fn byte_of(text: &str, chars: usize) -> usize {
    text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at)
}

impl<'a> Marked<'a> {
    fn new(
        compiler: &dyn Compiler,
        originals: &[&str],
        lines: Vec<&'a str>,
        from: Position,
        to: Position,
    ) -> Marked<'a> {
        let (first, last) = (originals[0], originals[originals.len() - 1]);
        let removed = first.chars().count() - lines[0].chars().count();
        let start = chars_before(first, from.column as usize).saturating_sub(removed);
        let end = chars_before(last, to.column as usize).saturating_sub(removed);
        let tail = lines[lines.len() - 1];

        let text = lines.join("\n");
        let start_byte = byte_of(lines[0], start);
        let end_byte = text.len() - (tail.len() - byte_of(tail, end));
        let segment = text.get(start_byte..end_byte).unwrap_or("");
        let found = compiler.caret_anchors(segment);
        let anchors = found.and_then(|(left, right)| {
            let (left_line, left) = locate(segment, left)?;
            let (right_line, right) = locate(segment, right)?;
            let column = |line: usize, chars: usize| {
                display_width(lines[line], if line == 0 { chars + start } else { chars })
            };
            Some(Anchors {
                left_line,
                left: column(left_line, left),
                right_line,
                right: column(right_line, right),
            })
        });
        let before = lines[0][..start_byte].trim_start();
        let after = tail[byte_of(tail, end)..].trim_end();
        let shows_carets = !compiler.marks_whole_call(&text, start_byte, end_byte)
            && (anchors.is_some() || !before.is_empty() || !after.is_empty());
        let (start, end) = (display_width(lines[0], start), display_width(tail, end));
        Marked { lines, shows_carets, start, end, anchors }
    }

    /// The first line, the last line and those around the anchors, with their carets.
    fn render(&self, result: &mut Vec<String>) {
        let last = self.lines.len() - 1;
        let mut significant = vec![0, last];
        if let Some(a) = &self.anchors {
            for line in [a.left_line, a.right_line] {
                significant.extend(line.saturating_sub(1)..=(line + 1).min(last));
            }
        }
        significant.sort_unstable();
        significant.dedup();
        let mut previous: Option<usize> = None;
        for line in significant {
            if let Some(previous) = previous {
                match line - previous {
                    2 => self.render_line(line - 1, result),
                    gap if gap > 2 => result.push(format!("...<{} lines>...", gap - 1)),
                    _ => {}
                }
            }
            self.render_line(line, result);
            previous = Some(line);
        }
    }

    fn render_line(&self, number: usize, result: &mut Vec<String>) {
        let line = self.lines[number];
        result.push(line.to_owned());
        if !self.shows_carets {
            return;
        }
        let spaces = line.chars().count() - line.trim_start().chars().count();
        let is_last = number == self.lines.len() - 1;
        let columns = if is_last { self.end } else { display_width(line, line.chars().count()) };
        let mark = |column: usize| {
            if column < spaces || (number == 0 && column < self.start) {
                return ' ';
            }
            match &self.anchors {
                None => '^',
                Some(a) => {
                    let after_left = number > a.left_line || (number == a.left_line && column >= a.left);
                    let before_right = number < a.right_line || (number == a.right_line && column < a.right);
                    if after_left && before_right { '^' } else { '~' }
                }
            }
        };
        result.push((0..columns).map(mark).collect());
    }
}

/// Line and character of a byte in a text of several lines.
fn locate(text: &str, byte: usize) -> Option<(usize, usize)> {
    let before = text.get(..byte)?;
    let line = before.matches('\n').count();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Some((line, before[line_start..].chars().count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dedent_takes_the_common_margin_and_empties_blank_lines() {
        assert_eq!(dedent(&["  a", "", "    b", "   "]), ["a", "", "  b", ""]);
        assert_eq!(dedent(&["\ta", "  b"]), ["\ta", "  b"]);
    }

    #[test]
    fn locating_counts_lines_and_characters() {
        assert_eq!(locate("aé\nbc", 4), Some((1, 0)));
        assert_eq!(locate("aé\nbc", 3), Some((0, 2)));
        assert_eq!(locate("abc", 9), None);
    }
}
