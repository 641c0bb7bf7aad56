//! Which protocol a connection speaks, told from its first four bytes.

/// What the first bytes of a connection mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detected {
    /// Not decided yet: fewer than four bytes.
    NeedMore,
    /// A frame's length.
    Frames,
    /// A RESP array, or an inline command, which the RESP decoder refuses with a sentence.
    Resp,
    /// An HTTP request.
    Http,
    /// Nothing this server speaks.
    Unknown,
}

/// The openers of HTTP requests.
const HTTP_METHODS: [&[u8; 4]; 8] = [b"GET ", b"HEAD", b"POST", b"PUT ", b"DELE", b"OPTI", b"PATC", b"TRAC"];

/// The first byte of a length of 512 MiB or more. No accepted frame comes near it (`FRAME_CEILING_BYTES`),
/// and every printable opener is above it.
const FIRST_BYTE_OF_TEXT: u8 = 0x20;

/// Tells the protocol. Longer prefixes of one connection never change an answer other than `NeedMore`.
pub fn detect(first_bytes: &[u8]) -> Detected {
    let Some(&first) = first_bytes.first() else { return Detected::NeedMore };
    match first {
        0..FIRST_BYTE_OF_TEXT => match first_bytes.len() {
            0..4 => Detected::NeedMore,
            _ => Detected::Frames,
        },
        b'*' => Detected::Resp,
        b'A'..=b'Z' | b'a'..=b'z' => match first_bytes.first_chunk::<4>() {
            None => Detected::NeedMore,
            Some(opener) if HTTP_METHODS.contains(&opener) => Detected::Http,
            Some(_) => Detected::Resp,
        },
        _ => Detected::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_protocol_is_told_by_its_opener() {
        for (bytes, expected) in [
            (&b""[..], Detected::NeedMore),
            (b"\0\0\0", Detected::NeedMore),
            (b"\0\0\0\0", Detected::Frames),
            (b"\0\0\0\x032+3", Detected::Frames),
            (b"\x1f\xff\xff\xff", Detected::Frames),
            (b"*1\r\n", Detected::Resp),
            (b"PING\r\n", Detected::Resp),
            (b"GET / HTTP/1.1\r\n", Detected::Http),
            (b"GET k\r\n", Detected::Http),
            (b"PO", Detected::NeedMore),
            (b"POST", Detected::Http),
            (b"$3\r\n", Detected::Unknown),
            (b"\x80\0\0\0", Detected::Unknown),
            (b" abc", Detected::Unknown),
        ] {
            assert_eq!(detect(bytes), expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn more_bytes_never_change_an_answer() {
        for first in 0..=255u8 {
            for rest in [*b"ET ", *b"OST", *b"\0\0\0", *b"1\r\n"] {
                let bytes = [first, rest[0], rest[1], rest[2]];
                for end in 0..4 {
                    let early = detect(&bytes[..end]);
                    assert!(early == Detected::NeedMore || early == detect(&bytes));
                }
                assert_ne!(detect(&bytes), Detected::NeedMore);
            }
        }
    }
}
