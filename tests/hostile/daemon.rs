//! Runs scripts through a real daemon, eight at a time, beside a neighbour that asks for `2+3`.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::script::Script;

/// Scripts at once.
const CONNECTIONS: usize = 8;
/// What each script gets.
const TIMEOUT_SECONDS: &str = "0.5";
/// Replies that the neighbour must get while one script uses up its time: with eight scripts in slices of
/// 100 µs some five hundred are usual, and an unoptimised build on a busy machine still makes these.
const NEIGHBOUR_REPLIES_MIN: u64 = if cfg!(debug_assertions) { 8 } else { 40 };
/// When a reply is given up.
const REPLY_TIMEOUT: Duration = Duration::from_secs(60);
/// The status byte of a request that was refused or killed.
const STATUS_KILLED: u8 = 2;

/// A daemon of its own on a socket of its own, ended with the test.
struct Daemon {
    child: Child,
    socket: PathBuf,
    _directory: tempfile::TempDir,
}

impl Daemon {
    fn start() -> Daemon {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let socket = directory.path().join("d.sock");
        let child = Command::new(env!("CARGO_BIN_EXE_pyrust"))
            .args(["--daemon", "--foreground", "--timeout", TIMEOUT_SECONDS, "--max-memory", "64MiB"])
            .arg("--socket")
            .arg(&socket)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("the daemon starts");
        let mut daemon = Daemon { child, socket, _directory: directory };
        let until = Instant::now() + Duration::from_secs(20);
        while UnixStream::connect(&daemon.socket).is_err() {
            assert!(Instant::now() < until, "the daemon does not listen after 20 s");
            let gone = daemon.child.try_wait().expect("the child can be asked");
            assert!(gone.is_none(), "the daemon is gone before it listened: {gone:?}");
            thread::sleep(Duration::from_millis(10));
        }
        daemon
    }

    fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("the child can be asked").is_none()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Nothing to do about an error: it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection that speaks frames.
struct Frames(UnixStream);

impl Frames {
    fn connect(socket: &Path) -> io::Result<Frames> {
        let stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(REPLY_TIMEOUT))?;
        stream.set_write_timeout(Some(REPLY_TIMEOUT))?;
        Ok(Frames(stream))
    }

    fn ask(&mut self, code: &str) -> io::Result<(u8, String)> {
        let length = u32::try_from(code.len()).map_err(io::Error::other)?;
        let mut frame = length.to_be_bytes().to_vec();
        frame.extend_from_slice(code.as_bytes());
        self.0.write_all(&frame)?;
        let mut head = [0; 5];
        self.0.read_exact(&mut head)?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
        let mut body = vec![0; length as usize];
        self.0.read_exact(&mut body)?;
        Ok((head[0], String::from_utf8_lossy(&body).into_owned()))
    }
}

/// Runs the scripts and the neighbour; what was wrong.
pub fn run_beside_neighbour(scripts: Vec<Script>) -> Vec<String> {
    let mut daemon = Daemon::start();
    let replies = Arc::new(AtomicU64::new(0));
    let over = Arc::new(AtomicBool::new(false));
    let neighbour = {
        let (socket, replies, over) = (daemon.socket.clone(), Arc::clone(&replies), Arc::clone(&over));
        thread::spawn(move || be_neighbour(&socket, &replies, &over))
    };
    let queue = Arc::new(Mutex::new(VecDeque::from(scripts)));
    let attackers: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (socket, queue, replies) = (daemon.socket.clone(), Arc::clone(&queue), Arc::clone(&replies));
            thread::spawn(move || attack(&socket, &queue, &replies))
        })
        .collect();
    let mut complaints = Vec::new();
    for attacker in attackers {
        complaints.extend(attacker.join().expect("attackers do not panic"));
    }
    over.store(true, Ordering::SeqCst);
    if let Err(error) = neighbour.join().expect("the neighbour does not panic") {
        complaints.push(format!("the neighbour, after {} replies: {error}", replies.load(Ordering::SeqCst)));
    }
    if !daemon.is_running() {
        complaints.push("the daemon is gone".to_string());
    }
    complaints
}

/// Asks for `2+3` until told to stop, counting the replies.
fn be_neighbour(socket: &Path, replies: &AtomicU64, over: &AtomicBool) -> io::Result<()> {
    let mut frames = Frames::connect(socket)?;
    while !over.load(Ordering::SeqCst) {
        let (status, text) = frames.ask("2+3")?;
        if status != 0 || text.trim_end() != "5" {
            return Err(io::Error::other(format!("2+3 was answered with status {status}: {text}")));
        }
        replies.fetch_add(1, Ordering::SeqCst);
    }
    Ok(())
}

/// Takes scripts from the queue and runs them on one connection, which has to survive all of them.
fn attack(socket: &Path, queue: &Mutex<VecDeque<Script>>, replies: &AtomicU64) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut frames = match Frames::connect(socket) {
        Ok(frames) => frames,
        Err(error) => return vec![format!("an attacker cannot connect: {error}")],
    };
    loop {
        let next = queue.lock().expect("nobody panics with the lock").pop_front();
        let Some(script) = next else { return complaints };
        let before = replies.load(Ordering::SeqCst);
        let answer = frames.ask(&script.source);
        let served = replies.load(Ordering::SeqCst) - before;
        match answer {
            Err(error) => {
                complaints.push(format!("{}: no reply: {error}", script.name));
                match Frames::connect(socket) {
                    Ok(again) => frames = again,
                    Err(_) => return complaints,
                }
                continue;
            }
            Ok((STATUS_KILLED, text)) if !text.is_empty() => {
                if script.never.as_ref().is_some_and(|never| text.contains(never.as_str())) {
                    complaints.push(format!("{}: ran on after its kill", script.name));
                }
            }
            Ok((status, text)) => {
                let start: String = text.chars().take(200).collect();
                complaints.push(format!("{}: ended with status {status}: {start}", script.name));
            }
        }
        if script.runs_out_of_time() && served < NEIGHBOUR_REPLIES_MIN {
            complaints.push(format!("{}: the neighbour got {served} replies meanwhile", script.name));
        }
    }
}
