//! What the daemon's tests share: a daemon of one's own on a private socket, and raw clients.
//!
//! Nothing here sleeps: it waits for a pipe, a socket or a process's end. Reads have a time limit, so that a
//! daemon that does not answer fails its test instead of holding it.
#![allow(dead_code)] // each test binary uses a part of it

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use pyrust::server;
use pyrust::wire::{
    DaemonStatus, ReplyDecoder, Request, RespValue, ResponseDecoder, RunReply, encode_request,
};
use tempfile::TempDir;

/// Longer than any answer takes on a loaded machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Never ends by itself.
pub const SPIN: &str = "while True: pass";

/// The program under test.
pub fn pyrust() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pyrust"));
    command.env_remove("PYRUST_SOCKET").env_remove("PYRUST_NO_DAEMON").env_remove("PYRUST_TOKEN_FILE");
    command
}

/// Runs the program with arguments and without standard input.
pub fn pyrust_with(args: &[&str]) -> Output {
    pyrust().args(args).stdin(Stdio::null()).output().expect("pyrust runs")
}

/// What a finished program wrote, for messages and assertions.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A directory of one's own with a place for a socket.
pub struct Place {
    dir: TempDir,
}

impl Place {
    pub fn new() -> Place {
        Place { dir: tempfile::Builder::new().prefix("pyrust-test-").tempdir().expect("a directory") }
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn socket(&self) -> PathBuf {
        self.dir().join("d.sock")
    }

    pub fn pid_file(&self) -> PathBuf {
        self.dir().join("d.pid")
    }

    /// Starts a daemon here and returns when it listens.
    pub fn start(&self, args: &[&str]) -> Daemon {
        self.try_start(args).unwrap_or_else(|said| panic!("the daemon did not start: {said}"))
    }

    /// Starts a daemon here; what it said if it does not come to listening.
    pub fn try_start(&self, args: &[&str]) -> Result<Daemon, String> {
        let mut command = pyrust();
        command.args(["--daemon", "--foreground", "--socket"]).arg(self.socket()).args(args);
        Daemon::spawn(command, self.socket())
    }
}

/// A running daemon; it is killed when this is dropped.
pub struct Daemon {
    pub child: Child,
    socket: PathBuf,
}

impl Daemon {
    /// Starts a prepared command the way a parent in the background start does: it says on its standard output
    /// when it is ready.
    pub fn spawn(mut command: Command, socket: PathBuf) -> Result<Daemon, String> {
        command.env("PYRUST_DAEMON_LAUNCH", "1").stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the daemon's process starts");
        let mut said = String::new();
        child.stdout.take().expect("piped").read_to_string(&mut said).expect("a text");
        let daemon = Daemon { child, socket };
        if said == "ready\n" { Ok(daemon) } else { Err(said) }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it is our child");
    }

    /// Ends it as a crash would, without any clean-up.
    pub fn crash(&mut self) {
        self.child.kill().expect("it is our child");
        self.child.wait().expect("it is our child");
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("it is our child")
    }

    pub fn connect(&self) -> Client {
        Client::connect(&self.socket)
    }

    pub fn status(&self) -> DaemonStatus {
        server::status(&self.socket).expect("the daemon answers")
    }

    /// Asks for the status until it is as wanted, and returns it.
    pub fn status_when(&self, mut wanted: impl FnMut(&DaemonStatus) -> bool) -> DaemonStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let status = self.status();
            if wanted(&status) {
                return status;
            }
            assert!(Instant::now() < deadline, "this never came: {status:?}");
        }
    }

    /// Runs code over a connection of its own.
    pub fn run(&self, code: &str) -> (u8, String) {
        self.connect().run(code)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that sends what it is told to, well formed or not.
pub struct Client {
    pub stream: UnixStream,
    frames: ResponseDecoder,
    values: ReplyDecoder,
}

impl Client {
    pub fn connect(socket: &Path) -> Client {
        let stream = UnixStream::connect(socket).expect("the daemon listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        stream.set_write_timeout(Some(PATIENCE)).expect("a time limit");
        Client { stream, frames: ResponseDecoder::new(1 << 30), values: ReplyDecoder::new(1 << 30) }
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the daemon reads");
    }

    pub fn send_frame(&mut self, code: &str) {
        self.send(&frame(code.as_bytes()));
    }

    pub fn send_request(&mut self, request: &Request<'_>) {
        let mut bytes = Vec::new();
        request.encode(&mut bytes);
        self.send(&bytes);
    }

    /// Sends code and returns status and text of the response.
    pub fn run(&mut self, code: &str) -> (u8, String) {
        self.send_frame(code);
        self.response()
    }

    /// The next response.
    pub fn response(&mut self) -> (u8, String) {
        self.try_response().expect("a response before the end of the connection")
    }

    /// The next response, or `None` if the connection ends before.
    pub fn try_response(&mut self) -> Option<(u8, String)> {
        loop {
            if let Some(found) = self.frames.next_response().expect("well-formed responses") {
                return Some((found.status as u8, text(&found.body)));
            }
            let bytes = self.receive()?;
            self.frames.feed(&bytes);
        }
    }

    /// The next RESP value.
    pub fn value(&mut self) -> RespValue {
        self.try_value().expect("a reply before the end of the connection")
    }

    /// The next RESP value, or `None` if the connection ends before.
    pub fn try_value(&mut self) -> Option<RespValue> {
        loop {
            if let Some(found) = self.values.next_value().expect("well-formed replies") {
                return Some(found);
            }
            let bytes = self.receive()?;
            self.values.feed(&bytes);
        }
    }

    /// Asks for RESP3.
    pub fn hello_3(&mut self) {
        self.send(b"*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n");
        assert!(matches!(self.value(), RespValue::Map(_)));
    }

    /// The reply of a run.
    pub fn run_reply(&mut self) -> RunReply {
        RunReply::decode(self.value()).expect("a run's reply")
    }

    /// Whatever comes next; `None` at the end of the connection, however it comes.
    pub fn receive(&mut self) -> Option<Vec<u8>> {
        let mut buffer = vec![0; 64 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(0) => None,
            Ok(count) => {
                buffer.truncate(count);
                Some(buffer)
            }
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => None,
            Err(error) => panic!("no answer: {error}"),
        }
    }
}

/// A command as a client sends it.
pub fn command(words: &[&str]) -> Vec<u8> {
    let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
    let mut out = Vec::new();
    pyrust::wire::write_command(&words, &mut out);
    out
}

/// A request's bytes.
pub fn frame(code: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_request(code, &mut bytes).expect("short code");
    bytes
}
