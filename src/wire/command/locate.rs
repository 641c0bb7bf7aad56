//! Which row of the table a command is: found once, then used to parse it, to count it and to name it.

use super::table::{Action, COMMANDS, SubSpec};
use super::{Args, CommandSpec};

/// A row of the table, or a second word of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandId {
    row: u8,
    /// [`NO_WORD`], or which second word it is.
    word: u8,
}

const NO_WORD: u8 = u8::MAX;

/// How many rows and second words come before each row.
const BEFORE: [u16; COMMANDS.len() + 1] = {
    let mut before = [0; COMMANDS.len() + 1];
    let mut row = 0;
    while row < COMMANDS.len() {
        let words = match &COMMANDS[row].action {
            Action::Parse(_) => 0,
            Action::Container { subcommands, .. } => subcommands.len(),
        };
        assert!(words < NO_WORD as usize);
        before[row + 1] = before[row] + 1 + words as u16;
        row += 1;
    }
    assert!(COMMANDS.len() <= u8::MAX as usize);
    before
};

impl CommandId {
    /// How many there are.
    pub const COUNT: usize = BEFORE[COMMANDS.len()] as usize;

    /// Its place among all of them, below [`CommandId::COUNT`].
    pub fn index(self) -> usize {
        // Without a second word it is the first of its row.
        usize::from(BEFORE[usize::from(self.row)]) + usize::from(self.word.wrapping_add(1))
    }

    /// All of them, in the order of their places.
    pub fn all() -> impl Iterator<Item = CommandId> {
        COMMANDS.iter().enumerate().flat_map(|(row, spec)| {
            let words = (0..spec.subcommands().len()).map(|word| word as u8);
            std::iter::once(NO_WORD).chain(words).map(move |word| CommandId { row: row as u8, word })
        })
    }

    /// Its row.
    pub fn spec(self) -> &'static CommandSpec {
        &COMMANDS[usize::from(self.row)]
    }

    /// The row of its second word, if it has one.
    pub fn word(self) -> Option<&'static SubSpec> {
        self.spec().subcommands().get(usize::from(self.word))
    }

    /// As Redis writes it: `eval`, `client|list`.
    pub fn full_name(self) -> String {
        let name = self.spec().name.to_ascii_lowercase();
        match self.word() {
            None => name,
            Some(word) => format!("{name}|{}", word.name.to_ascii_lowercase()),
        }
    }
}

/// Finds a command by its first word, and its second if it has several. A second word that no row has is left to the
/// parser.
pub fn locate(args: &Args<'_>) -> Option<CommandId> {
    let name = args.get(0).unwrap_or_default();
    let row = COMMANDS.iter().position(|spec| name.eq_ignore_ascii_case(spec.name.as_bytes()))?;
    let word = match COMMANDS[row].action {
        Action::Parse(_) => None,
        Action::Container { subcommands, .. } => args.get(1).and_then(|word| {
            subcommands.iter().position(|sub| word.eq_ignore_ascii_case(sub.name.as_bytes()))
        }),
    };
    Some(CommandId { row: row as u8, word: word.map_or(NO_WORD, |word| word as u8) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{CommandDecoder, write_command};

    #[test]
    fn every_row_and_word_has_a_place_and_a_name_of_its_own() {
        let all: Vec<CommandId> = CommandId::all().collect();
        assert_eq!(all.len(), CommandId::COUNT);
        for (index, id) in all.into_iter().enumerate() {
            assert_eq!(id.index(), index);
            let name = id.full_name();
            let words: Vec<&[u8]> = name.split('|').map(str::as_bytes).collect();
            let mut bytes = Vec::new();
            write_command(&words, &mut bytes);
            let mut decoder = CommandDecoder::new(1000);
            decoder.feed(&bytes);
            assert_eq!(locate(&decoder.next_command().unwrap().unwrap()), Some(id), "{name}");
        }
    }
}
