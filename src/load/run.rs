//! From the command line to the report.

use std::fs;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};

use super::args::{Args, PlanArgs};
use super::daemon::{Control, Private};
use super::driver::{Drive, Live};
use super::plan::Plan;
use super::progress::watch;
use super::report::{Report, page, summary};
use super::{LoadError, patterns, requirements};
use crate::client::{default_socket, default_token};
use crate::limits;

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All was as expected.
    Fine,
    /// Something failed, or a requirement was missed.
    Failed,
    /// Ctrl-C.
    Interrupted,
}

/// What plans are carried out with.
#[derive(Debug)]
pub struct Generator {
    threads: usize,
    /// Becomes readable with Ctrl-C.
    interrupt: UnixStream,
}

impl Generator {
    /// Listens for Ctrl-C from here on.
    pub(super) fn new(threads: Option<usize>) -> Result<Generator, LoadError> {
        // The daemon has one thread; it is left one processor.
        let usual = thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).max(1));
        let threads = threads.unwrap_or(usual).clamp(1, limits::LOAD_THREADS_MAX);
        let failed = LoadError::system("listen for signals");
        let (interrupt, sender) = UnixStream::pair().map_err(&failed)?;
        for signal in [SIGINT, SIGTERM] {
            let sender = sender.try_clone().map_err(&failed)?;
            signal_hook::low_level::pipe::register(signal, sender).map_err(&failed)?;
        }
        raise_descriptor_limit();
        Ok(Generator { threads, interrupt })
    }

    /// Carries out one plan against the daemon on a socket.
    pub(super) fn carry_out(&self, plan: &Plan, socket: &Path) -> Result<Report, LoadError> {
        let status = Control::connect(socket)?.status()?;
        let live = Live::default();
        let interrupt = Some(self.interrupt.as_fd());
        let token = default_token().map_err(LoadError::NoDaemon)?;
        let drive = Drive { socket, token: token.as_deref(), threads: self.threads, interrupt, live: &live };
        let (over, is_over) = mpsc::channel::<()>();
        let (results, samples) = thread::scope(|scope| {
            let live = &live;
            let watcher = thread::Builder::new()
                .name("watch".to_owned())
                .spawn_scoped(scope, move || watch(status.pid, live, plan.planned(), &plan.name, &is_over));
            let results = drive.run(plan);
            drop(over);
            // Without a look at the daemon there is still a report.
            let samples = watcher.ok().and_then(|watcher| watcher.join().ok()).unwrap_or_default();
            (results, samples)
        });
        Ok(Report::new(&plan.name, &results?, &status, &samples, &live))
    }
}

/// Each client needs a file descriptor; the soft limit is often a thousand.
fn raise_descriptor_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // What is not granted is told when a client cannot connect.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// Does what was typed.
///
/// # Errors
/// The plan is wrong, there is no daemon, or the report cannot be written.
pub fn run(args: &Args) -> Result<Exit, LoadError> {
    let plan = patterns::plan(&args.plan, &args.payload)?;
    let generator = Generator::new(args.threads)?;
    let Some(plan) = plan else {
        let PlanArgs::Requirements { result_lines } = args.plan else { unreachable!("all others are plans") };
        let program = args.spawn.clone().flatten().map_or_else(beside, Ok)?;
        return requirements::run(&generator, &program, result_lines);
    };
    let private = match &args.spawn {
        Some(program) => {
            let program = program.clone().map_or_else(beside, Ok)?;
            Some(Private::start(&program, &daemon_flags())?)
        }
        None => None,
    };
    let socket = match (&private, &args.socket) {
        (Some(private), _) => private.socket().to_owned(),
        (None, Some(socket)) => socket.clone(),
        (None, None) => default_socket(),
    };
    let report = generator.carry_out(&plan, &socket)?;
    drop(private);
    print(&if args.json { report.json() + "\n" } else { summary(&report) })?;
    if let Some(path) = &args.html {
        fs::write(path, page(&report)).map_err(|source| LoadError::File {
            verb: "write",
            path: path.clone(),
            source,
        })?;
    }
    Ok(if report.interrupted {
        Exit::Interrupted
    } else if report.total.failed > 0 {
        Exit::Failed
    } else {
        Exit::Fine
    })
}

/// What a daemon of one's own is started with: streams may take long.
pub(super) fn daemon_flags() -> Vec<String> {
    vec!["--timeout".to_owned(), Duration::from_secs(3_600).as_secs().to_string()]
}

/// The `pyrust` that was built together with this program.
fn beside() -> Result<PathBuf, LoadError> {
    let own = std::env::current_exe().map_err(LoadError::system("find this program"))?;
    Ok(own.with_file_name("pyrust"))
}

/// Prints; nobody who listens any more is no error.
pub(super) fn print(text: &str) -> Result<(), LoadError> {
    let mut out = io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(LoadError::System { verb: "print", source: error })
        }
        _ => Ok(()),
    }
}
