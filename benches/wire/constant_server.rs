//! The yardstick: a mio server that speaks frames and answers every one of them with `5`.
//!
//! It does what no evaluator can do less of: wait, read, find the end of the frame, write. What the daemon
//! takes beyond this is the price of being an evaluator.

use std::collections::HashMap;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use mio::net::{UnixListener, UnixStream};
use mio::{Events, Interest, Poll, Token};
use pyrust::wire::{FrameDecoder, Status, encode_response};

const LISTENER: Token = Token(0);

struct Peer {
    stream: UnixStream,
    decoder: FrameDecoder,
}

/// Serves until the process is killed; says `ready` on standard output when it listens.
pub fn serve(socket: &Path) -> io::Result<()> {
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(1024);
    let mut listener = UnixListener::bind(socket)?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    println!("ready");
    let mut peers: HashMap<Token, Peer> = HashMap::new();
    let mut next = 1;
    let mut buffer = vec![0; 64 * 1024];
    let mut out = Vec::new();
    loop {
        poll.poll(&mut events, None)?;
        for event in &events {
            if event.token() == LISTENER {
                while let Ok((mut stream, _)) = listener.accept() {
                    poll.registry().register(&mut stream, Token(next), Interest::READABLE)?;
                    peers.insert(Token(next), Peer { stream, decoder: FrameDecoder::new(1 << 20) });
                    next += 1;
                }
            } else if let Some(peer) = peers.get_mut(&event.token())
                && !answer(peer, &mut buffer, &mut out)?
            {
                peers.remove(&event.token());
            }
        }
    }
}

/// Answers what has arrived; false at the end of the connection.
fn answer(peer: &mut Peer, buffer: &mut [u8], out: &mut Vec<u8>) -> io::Result<bool> {
    loop {
        let count = match peer.stream.read(buffer) {
            Ok(0) => return Ok(false),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
            Err(_) => return Ok(false),
        };
        peer.decoder.feed(&buffer[..count]);
        out.clear();
        while let Ok(Some(_)) = peer.decoder.next_frame() {
            encode_response(Status::Ok, &[b"5"], out);
        }
        peer.stream.write_all(out)?;
        // A short read means that the socket is empty.
        if count < buffer.len() {
            return Ok(true);
        }
    }
}
