//! Writing to standard output and standard error, unbuffered: what a program wrote is out when its slice
//! is over, and the two streams keep their order.

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::stdio::{stderr, stdout};

use super::CliError;
use crate::wire::OutputStream;

/// The process's two output streams.
#[derive(Clone, Copy, Debug)]
pub struct Output;

impl Output {
    /// Writes all of it.
    ///
    /// # Errors
    /// [`CliError::Output`], a broken pipe included.
    pub fn write(self, stream: OutputStream, mut bytes: &[u8]) -> Result<(), CliError> {
        let (descriptor, name) = match stream {
            OutputStream::Stdout => (stdout(), "standard output"),
            OutputStream::Stderr => (stderr(), "standard error"),
        };
        while !bytes.is_empty() {
            match rustix::io::write(descriptor, bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(Errno::INTR) => {}
                // Somebody else made the terminal or pipe that we share non-blocking.
                Err(Errno::AGAIN) => match poll(&mut [PollFd::new(&descriptor, PollFlags::OUT)], None) {
                    Ok(_) | Err(Errno::INTR) => {}
                    Err(error) => return Err(CliError::Output { stream: name, error: error.into() }),
                },
                Err(error) => return Err(CliError::Output { stream: name, error: error.into() }),
            }
        }
        Ok(())
    }

    /// Writes text to standard output.
    ///
    /// # Errors
    /// As [`Output::write`].
    pub fn print(self, text: &str) -> Result<(), CliError> {
        self.write(OutputStream::Stdout, text.as_bytes())
    }

    /// Writes text to standard error.
    ///
    /// # Errors
    /// As [`Output::write`].
    pub fn complain(self, text: &str) -> Result<(), CliError> {
        self.write(OutputStream::Stderr, text.as_bytes())
    }
}
