//! Ctrl-C: the first ends the program, the second ends the process at once.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use signal_hook::consts::SIGINT;
use signal_hook::{flag, low_level};

use super::CliError;

/// Whether Ctrl-C was pressed, and a way to wait for something else until it is.
#[derive(Debug)]
pub struct Interrupt {
    raised: Arc<AtomicBool>,
    /// Becomes readable with the signal. Made when something is waited for: most programs never do.
    pipe: Option<UnixStream>,
}

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// There is something to read, or the end of the input.
    Readable,
    /// The time-out, or nothing in particular.
    Early,
    /// Ctrl-C.
    Interrupted,
}

impl Interrupt {
    /// Takes the signal over.
    ///
    /// # Errors
    /// The system's word if it does not allow that.
    pub fn install() -> io::Result<Interrupt> {
        let raised = Arc::new(AtomicBool::new(false));
        // In this order: the first signal finds the flag down and raises it, the second finds it raised.
        flag::register_conditional_shutdown(
            SIGINT,
            i32::from(CliError::Interrupted.exit_code()),
            raised.clone(),
        )?;
        flag::register(SIGINT, raised.clone())?;
        Ok(Interrupt { raised, pipe: None })
    }

    /// Whether Ctrl-C was pressed.
    pub fn is_raised(&self) -> bool {
        self.raised.load(Ordering::Relaxed)
    }

    /// A descriptor that is readable once Ctrl-C was pressed. A press from before it was made shows in
    /// [`Interrupt::is_raised`] only, so ask that after this.
    ///
    /// # Errors
    /// The system's word if there are no more descriptors.
    pub fn descriptor(&mut self) -> io::Result<BorrowedFd<'_>> {
        if self.pipe.is_none() {
            let (reader, writer) = UnixStream::pair()?;
            low_level::pipe::register(SIGINT, writer)?;
            self.pipe = Some(reader);
        }
        Ok(self.pipe.as_ref().expect("made above").as_fd())
    }

    /// Waits until `source` is readable, `timeout` has passed, or Ctrl-C.
    ///
    /// # Errors
    /// The system's word if it cannot wait.
    pub fn wait(&mut self, source: Option<BorrowedFd<'_>>, timeout: Option<Duration>) -> io::Result<Woken> {
        self.descriptor()?;
        if self.is_raised() {
            return Ok(Woken::Interrupted);
        }
        let pipe = self.descriptor()?;
        let mut fds = vec![PollFd::new(&pipe, PollFlags::IN)];
        fds.extend(source.as_ref().map(|source| PollFd::new(source, PollFlags::IN)));
        // A time-out that is too long for the system's type is for ever.
        let timeout = timeout.and_then(|timeout| timeout.try_into().ok());
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let readable = fds.get(1).is_some_and(|source| !source.revents().is_empty());
        Ok(match (self.is_raised(), readable) {
            (true, _) => Woken::Interrupted,
            (false, true) => Woken::Readable,
            (false, false) => Woken::Early,
        })
    }
}
