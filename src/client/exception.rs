//! What an uncaught exception leaves of itself in a reply.

use std::error::Error;
use std::fmt;

use super::ClientError;
use crate::wire::RunReply;

/// An exception that a program did not catch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Its class: `ZeroDivisionError`.
    pub class: String,
    /// Its message; notes that were added to it follow, each on a line. Empty if it has none.
    pub message: String,
    /// Everything that the program wrote to standard error, the traceback last.
    pub traceback: String,
}

impl fmt::Display for Exception {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message.as_str() {
            "" => write!(formatter, "{}", self.class),
            message => write!(formatter, "{}: {message}", self.class),
        }
    }
}

impl Error for Exception {}

impl Exception {
    /// The exception that a run ended with.
    fn of(reply: &RunReply) -> Option<Exception> {
        let class = reply.error.clone()?;
        let traceback = String::from_utf8_lossy(&reply.stderr).into_owned();
        let message = message(&class, &traceback).unwrap_or_default().to_owned();
        Some(Exception { class, message, traceback })
    }
}

/// What follows the class in the last line that begins with it, to the end. The class may have its module in front,
/// and the lines of an exception group have a margin.
fn message<'a>(class: &str, traceback: &'a str) -> Option<&'a str> {
    let mut end = traceback.len();
    while end > 0 {
        let start = traceback[..end].rfind('\n').map_or(0, |at| at + 1);
        let line = traceback[start..].trim_start_matches([' ', '|']);
        let name_len = line.find(|letter: char| letter != '.' && letter != '_' && !letter.is_alphanumeric());
        let (name, rest) = line.split_at(name_len.unwrap_or(line.len()));
        let is_class =
            name.strip_suffix(class).is_some_and(|module| module.is_empty() || module.ends_with('.'));
        if is_class && (rest.starts_with([':', '\n']) || rest.is_empty()) {
            return Some(
                rest.strip_prefix(": ").unwrap_or(rest.trim_start_matches(':')).trim_end_matches('\n'),
            );
        }
        end = start.saturating_sub(1);
    }
    None
}

impl RunReply {
    /// The exception that the program did not catch.
    pub fn exception(&self) -> Option<Exception> {
        Exception::of(self)
    }

    /// The reply of a program that ended well.
    ///
    /// # Errors
    /// [`ClientError::Exception`] of one that raised, [`ClientError::Raised`] of one that ended with an exit code other
    /// than 0.
    pub fn check(self) -> Result<RunReply, ClientError> {
        if let Some(exception) = self.exception() {
            return Err(ClientError::Exception(Box::new(exception)));
        }
        if self.exit != 0 {
            let output = [self.stdout, self.stderr].concat();
            return Err(ClientError::Raised { output: String::from_utf8_lossy(&output).into_owned() });
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raised(class: &str, stderr: &str) -> Exception {
        let reply = RunReply { error: Some(class.into()), stderr: stderr.into(), ..RunReply::default() };
        reply.exception().unwrap()
    }

    #[test]
    fn the_message_is_found_behind_the_last_line_that_begins_with_the_class() {
        for (class, stderr, message) in [
            ("ValueError", "Traceback …\n  raise ValueError: x\nValueError: no\n", "no"),
            ("ValueError", "ValueError: first\n\nDuring …\n\nValueError: second\nline\n", "second\nline"),
            ("ValueError", "Traceback …\nValueError\n", ""),
            (
                "JSONDecodeError",
                "Traceback …\njson.decoder.JSONDecodeError: Expecting value\n",
                "Expecting value",
            ),
            ("KeyError", "Traceback …\nMyKeyError: 1\n", ""),
            ("Error", "Error: \n", ""),
            ("Error", "", ""),
        ] {
            let exception = raised(class, stderr);
            assert_eq!(exception.message, message, "{stderr}");
            assert_eq!(exception.traceback, stderr);
        }
        assert_eq!(raised("KeyError", "KeyError: 'é'\n").to_string(), "KeyError: 'é'");
        assert_eq!(raised("KeyError", "KeyError\n").to_string(), "KeyError");
    }

    #[test]
    fn a_reply_is_checked_by_exception_and_exit_code() {
        assert!(RunReply::default().check().is_ok());
        let reply = RunReply { error: Some("KeyError".into()), exit: 1, ..RunReply::default() };
        assert!(matches!(reply.check(), Err(ClientError::Exception(_))));
        let reply = RunReply { exit: 3, stderr: b"bye".into(), ..RunReply::default() };
        match reply.check() {
            Err(ClientError::Raised { output }) => assert_eq!(output, "bye"),
            other => panic!("{other:?}"),
        }
    }
}
