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
    /// `str()` of it, of a long one the first 4 KiB. Empty if it has none.
    pub message: String,
    /// The traceback alone if the program was asked for it ([`super::Program::traceback`]); else everything that the
    /// program wrote to standard error, the traceback last.
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
        let message = reply.message.clone().unwrap_or_default();
        let stderr = || String::from_utf8_lossy(&reply.stderr).into_owned();
        let traceback = reply.traceback.clone().unwrap_or_else(stderr);
        Some(Exception { class, message, traceback })
    }
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

    #[test]
    fn an_exception_has_its_traceback_from_its_own_field_or_from_standard_error() {
        let reply = RunReply {
            error: Some("KeyError".into()),
            message: Some("'é'".into()),
            stderr: b"said\nTraceback\n".into(),
            ..RunReply::default()
        };
        let exception = reply.exception().unwrap();
        assert_eq!(
            (&*exception.traceback, exception.to_string()),
            ("said\nTraceback\n", "KeyError: 'é'".into())
        );
        let reply = RunReply { traceback: Some("Traceback\n".into()), message: Some(String::new()), ..reply };
        let exception = reply.exception().unwrap();
        assert_eq!((&*exception.traceback, exception.to_string()), ("Traceback\n", "KeyError".into()));
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
