//! Round trips of one small request over the daemon's socket: `latency SOCKET [COUNT] [CODE]`.
//! Only std, so that it builds with `rustc -O` alone; it is also the shortest client of the frame protocol.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let socket = args.next().expect("usage: latency SOCKET [COUNT] [CODE]");
    let count: usize = args.next().map_or(5_000, |n| n.parse().expect("COUNT is a number"));
    let code = args.next().unwrap_or_else(|| "2+3".to_string());

    let mut stream = UnixStream::connect(socket)?;
    let mut frame = u32::try_from(code.len()).expect("a small request").to_be_bytes().to_vec();
    frame.extend_from_slice(code.as_bytes());

    let mut reply = Vec::new();
    let mut times = Vec::with_capacity(count);
    for turn in 0..count + count / 10 {
        let start = Instant::now();
        stream.write_all(&frame)?;
        let mut head = [0; 5];
        stream.read_exact(&mut head)?;
        reply.resize(u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize, 0);
        stream.read_exact(&mut reply)?;
        if head[0] != 0 {
            eprintln!("error: the daemon refused the request: {}", String::from_utf8_lossy(&reply));
            std::process::exit(1);
        }
        if turn >= count / 10 {
            times.push(start.elapsed());
        }
    }
    times.sort_unstable();
    let at = |permille: usize| times[(times.len() - 1) * permille / 1000].as_nanos() as f64 / 1e3;
    println!(
        "{} round trips of `{code}` → `{}`: p50 {:.1} µs, p90 {:.1} µs, p99 {:.1} µs, p99.9 {:.1} µs, max {:.1} µs",
        times.len(),
        String::from_utf8_lossy(&reply).trim_end(),
        at(500),
        at(900),
        at(990),
        at(999),
        at(1000)
    );
    Ok(())
}
