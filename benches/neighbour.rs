//! What a neighbour feels: round trips of `2+3` on one connection, alone and while eight others run hostile
//! scripts, on a daemon of its own.
//!
//! `neighbour [--seconds N] [--p99-max-us N] [--max-us N] [SCRIPT…]`: prints a row for each of the two and a
//! verdict, and exits with 1 when a target is missed. The daemon's binary is the one cargo built, or
//! `PYRUST_BIN`. Only std, so that `rustc -O` builds it too.
//!
//! Where there is taskset(1) and a second core, the daemon has one core and its clients the other: a client that shares
//! the daemon's would wait for the kernel's scheduler, which gives a busy process some milliseconds at a time.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Hostile connections at once.
const ATTACKERS: usize = 8;
/// One of each kind of work that could hold the loop.
const SCRIPTS: [&str; ATTACKERS] = [
    "spin_function",
    "callback_sort_key_slow",
    "mem_cyclic_garbage",
    "native_list_compare_nested",
    "int_divmod_huge",
    "search_loop",
    "mem_live_rotation",
    "native_json_dumps_big",
];

/// What was asked for on the command line.
struct Options {
    seconds: f64,
    p99_max_us: f64,
    max_us: f64,
    scripts: Vec<PathBuf>,
}

fn options() -> Options {
    let mut options = Options { seconds: 5.0, p99_max_us: 1_000.0, max_us: 10_000.0, scripts: Vec::new() };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut number = || args.next().and_then(|n| n.parse().ok()).expect("the flag takes a number");
        match arg.as_str() {
            "--seconds" => options.seconds = number(),
            "--p99-max-us" => options.p99_max_us = number(),
            "--max-us" => options.max_us = number(),
            // cargo bench says so to every bench.
            "--bench" => {}
            path => options.scripts.push(PathBuf::from(path)),
        }
    }
    if options.scripts.is_empty() {
        let root = PathBuf::from(option_env!("CARGO_MANIFEST_DIR").unwrap_or("."));
        options.scripts =
            SCRIPTS.iter().map(|name| root.join("tests/hostile").join(name).with_extension("py")).collect();
    }
    options
}

/// A daemon of its own, ended with this program.
struct Daemon {
    child: Child,
    directory: PathBuf,
    socket: PathBuf,
}

impl Daemon {
    fn start() -> io::Result<Daemon> {
        let binary = std::env::var("PYRUST_BIN").ok();
        let binary = binary.as_deref().or(option_env!("CARGO_BIN_EXE_pyrust")).expect("PYRUST_BIN is set");
        let directory = std::env::temp_dir().join(format!("pyrust-neighbour-{}", std::process::id()));
        std::fs::create_dir(&directory)?;
        let socket = directory.join("d.sock");
        let child = on_core(DAEMON_CORE, binary)
            .args(["--daemon", "--foreground", "--timeout", "1", "--max-memory", "256MiB", "--socket"])
            .arg(&socket)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        let mut daemon = Daemon { child, directory, socket };
        let until = Instant::now() + Duration::from_secs(10);
        while UnixStream::connect(&daemon.socket).is_err() {
            if Instant::now() > until || daemon.child.try_wait()?.is_some() {
                return Err(io::Error::other("the daemon did not start"));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(daemon)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Nothing is left to do about an error here.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

fn ask(stream: &mut UnixStream, code: &[u8], reply: &mut Vec<u8>) -> io::Result<u8> {
    let length = u32::try_from(code.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes()[..], code].concat())?;
    let mut head = [0; 5];
    stream.read_exact(&mut head)?;
    reply.resize(u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize, 0);
    stream.read_exact(reply)?;
    Ok(head[0])
}

/// Round trips for some time, sorted.
fn measure(socket: &Path, seconds: f64) -> io::Result<Vec<Duration>> {
    let mut stream = UnixStream::connect(socket)?;
    let mut reply = Vec::new();
    let mut times = Vec::new();
    let until = Instant::now() + Duration::from_secs_f64(seconds);
    while Instant::now() < until {
        let start = Instant::now();
        let status = ask(&mut stream, b"2+3", &mut reply)?;
        times.push(start.elapsed());
        if status != 0 || reply.trim_ascii_end() != b"5" {
            return Err(io::Error::other(format!("status {status}: {}", String::from_utf8_lossy(&reply))));
        }
    }
    times.sort_unstable();
    Ok(times)
}

/// Runs one script again and again; counts the kills.
fn attack(socket: &Path, script: &Path, over: &AtomicBool, kills: &AtomicUsize) -> io::Result<()> {
    let code = std::fs::read(script)?;
    let mut stream = UnixStream::connect(socket)?;
    let mut reply = Vec::new();
    while !over.load(Ordering::Relaxed) {
        if ask(&mut stream, &code, &mut reply)? != 2 {
            let text = String::from_utf8_lossy(&reply).into_owned();
            return Err(io::Error::other(format!("{} was not killed: {text}", script.display())));
        }
        kills.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

fn us(times: &[Duration], permille: usize) -> f64 {
    times[(times.len() - 1) * permille / 1000].as_nanos() as f64 / 1e3
}

fn row(what: &str, times: &[Duration]) {
    println!(
        "| {what} | {} | {:.1} | {:.1} | {:.1} | {:.1} |",
        times.len(),
        us(times, 500),
        us(times, 990),
        us(times, 999),
        us(times, 1000)
    );
}

fn run(options: &Options) -> io::Result<bool> {
    let daemon = Daemon::start()?;
    println!("| neighbour's round trip of `2+3` | count | p50 µs | p99 µs | p99.9 µs | max µs |");
    println!("|---|---:|---:|---:|---:|---:|");
    row("alone", &measure(&daemon.socket, options.seconds.min(2.0))?);

    let over = Arc::new(AtomicBool::new(false));
    let kills = Arc::new(AtomicUsize::new(0));
    let attackers: Vec<_> = (0..ATTACKERS)
        .map(|i| {
            let script = options.scripts[i % options.scripts.len()].clone();
            let (socket, over, kills) = (daemon.socket.clone(), Arc::clone(&over), Arc::clone(&kills));
            thread::spawn(move || attack(&socket, &script, &over, &kills))
        })
        .collect();
    let times = measure(&daemon.socket, options.seconds)?;
    over.store(true, Ordering::Relaxed);
    for attacker in attackers {
        attacker.join().expect("attackers do not panic")?;
    }
    row(&format!("beside {ATTACKERS} hostile scripts"), &times);

    let (p99, max) = (us(&times, 990), us(&times, 1000));
    let verdict = |fine: bool| if fine { "met" } else { "MISSED" };
    println!("\n{} scripts were killed meanwhile.", kills.load(Ordering::Relaxed));
    println!(
        "RESULT neighbour p99 | ≤ {} µs | {p99:.0} µs | {}",
        options.p99_max_us,
        verdict(p99 <= options.p99_max_us)
    );
    println!(
        "RESULT neighbour max | ≤ {} µs | {max:.0} µs | {}",
        options.max_us,
        verdict(max <= options.max_us)
    );
    Ok(p99 <= options.p99_max_us && max <= options.max_us)
}

const DAEMON_CORE: &str = "0";
const CLIENTS_CORE: &str = "1";
/// Tells a process of this program that it has its core.
const PINNED: &str = "PYRUST_BENCH_PINNED";

/// A command that runs on one core, if that can be had.
fn on_core(core: &str, program: &str) -> Command {
    let works = |core: &str| {
        let tried = Command::new("taskset").args(["-c", core, "true"]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    };
    if !works(DAEMON_CORE) || !works(CLIENTS_CORE) {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", core, program]);
    command
}

fn main() -> ExitCode {
    if std::env::var_os(PINNED).is_none()
        && let Some(itself) =
            std::env::current_exe().ok().and_then(|path| path.into_os_string().into_string().ok())
    {
        let again =
            on_core(CLIENTS_CORE, &itself).args(std::env::args_os().skip(1)).env(PINNED, "1").status();
        let code = again.ok().and_then(|status| status.code()).and_then(|code| u8::try_from(code).ok());
        return ExitCode::from(code.unwrap_or(2));
    }
    match run(&options()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
