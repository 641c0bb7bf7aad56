//! Frames: `[u32 big-endian length][UTF-8 code]` and back `[u8 status][u32 big-endian length][response]`.

use thiserror::Error;

use super::buffer::InputBuffer;

/// Bytes before a request's code.
pub const REQUEST_HEADER_BYTES: usize = 4;
/// Bytes before a response's text.
pub const RESPONSE_HEADER_BYTES: usize = 5;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// The code ran; the response is what it printed, then the value of a last expression.
    Ok = 0,
    /// The code raised; the response is what it printed, then the traceback.
    Raised = 1,
    /// The request was refused or the code was killed; the response says why.
    Refused = 2,
}

impl TryFrom<u8> for Status {
    type Error = FrameError;

    fn try_from(byte: u8) -> Result<Status, FrameError> {
        match byte {
            0 => Ok(Status::Ok),
            1 => Ok(Status::Raised),
            2 => Ok(Status::Refused),
            _ => Err(FrameError::UnknownStatus(byte)),
        }
    }
}

/// A stream of frames that cannot be followed any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The declared length is above the limit.
    #[error("the frame is {length} bytes long, the limit is {max} (--max-frame)")]
    TooLong {
        /// Declared by the peer.
        length: u64,
        /// Allowed here.
        max: usize,
    },
    /// A response starts with none of the known statuses.
    #[error("the response has the unknown status {0}; is this a pyrust daemon?")]
    UnknownStatus(u8),
}

/// Requests out of bytes, for the server.
#[derive(Debug)]
pub struct FrameDecoder {
    input: InputBuffer,
    frame_max_bytes: usize,
    failed: Option<FrameError>,
}

impl FrameDecoder {
    /// A decoder that accepts frames of up to `frame_max_bytes` of code.
    pub fn new(frame_max_bytes: usize) -> FrameDecoder {
        FrameDecoder { input: InputBuffer::default(), frame_max_bytes, failed: None }
    }

    /// Takes in what was read. After a failure it is dropped.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.input.extend(bytes);
        }
    }

    /// The next complete request's code. Call until it returns `None`.
    ///
    /// # Errors
    /// A frame above the limit, as soon as its length is known.
    pub fn next_frame(&mut self) -> Result<Option<&[u8]>, FrameError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let Some(&header) = self.input.unread().first_chunk::<REQUEST_HEADER_BYTES>() else {
            self.input.settle();
            return Ok(None);
        };
        let length = u32::from_be_bytes(header) as usize;
        if length > self.frame_max_bytes {
            let error = FrameError::TooLong { length: length as u64, max: self.frame_max_bytes };
            self.input.discard();
            self.failed = Some(error);
            return Err(error);
        }
        let whole = REQUEST_HEADER_BYTES + length;
        if self.input.unread().len() < whole {
            return Ok(None);
        }
        Ok(Some(&self.input.take(whole)[REQUEST_HEADER_BYTES..]))
    }

    /// The code of the request that was returned last, unless something came in since.
    pub fn last_frame(&self) -> Option<&[u8]> {
        self.input.last_taken()?.get(REQUEST_HEADER_BYTES..)
    }

    /// Bytes that wait for the rest of their frame, or to be asked for.
    pub fn buffered_bytes(&self) -> usize {
        self.input.unread().len()
    }
}

/// A decoded response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// What became of the request.
    pub status: Status,
    /// What it printed and its value, or why it was refused.
    pub body: Vec<u8>,
}

/// Responses out of bytes, for clients.
#[derive(Debug)]
pub struct ResponseDecoder {
    input: InputBuffer,
    response_max_bytes: usize,
    failed: Option<FrameError>,
}

impl ResponseDecoder {
    /// A decoder that accepts responses of up to `response_max_bytes`.
    pub fn new(response_max_bytes: usize) -> ResponseDecoder {
        ResponseDecoder { input: InputBuffer::default(), response_max_bytes, failed: None }
    }

    /// Takes in what was read. After a failure it is dropped.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.input.extend(bytes);
        }
    }

    /// The next complete response.
    ///
    /// # Errors
    /// An unknown status or a response above the limit.
    pub fn next_response(&mut self) -> Result<Option<Response>, FrameError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.decode().inspect_err(|&error| {
            self.input.discard();
            self.failed = Some(error);
        })
    }

    fn decode(&mut self) -> Result<Option<Response>, FrameError> {
        let unread = self.input.unread();
        let Some(&first) = unread.first() else {
            self.input.settle();
            return Ok(None);
        };
        let status = Status::try_from(first)?;
        let Some(&[_, a, b, c, d]) = unread.first_chunk::<RESPONSE_HEADER_BYTES>() else { return Ok(None) };
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if length > self.response_max_bytes {
            return Err(FrameError::TooLong { length: length as u64, max: self.response_max_bytes });
        }
        let whole = RESPONSE_HEADER_BYTES + length;
        if unread.len() < whole {
            return Ok(None);
        }
        Ok(Some(Response { status, body: self.input.take(whole)[RESPONSE_HEADER_BYTES..].to_vec() }))
    }
}

/// Appends a request to `out`.
///
/// # Errors
/// Code above 4 GiB, which no length can say.
pub fn encode_request(code: &[u8], out: &mut Vec<u8>) -> Result<(), FrameError> {
    let Ok(length) = u32::try_from(code.len()) else {
        return Err(FrameError::TooLong { length: code.len() as u64, max: u32::MAX as usize });
    };
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(code);
    Ok(())
}

/// Appends a response whose text is given in pieces.
///
/// # Panics
/// If the pieces are above 4 GiB together, which `OUTPUT_HELD_MAX_BYTES` excludes.
pub fn encode_response(status: Status, parts: &[&[u8]], out: &mut Vec<u8>) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let length = u32::try_from(length).expect("held output is limited far below 4 GiB");
    out.reserve(RESPONSE_HEADER_BYTES + length as usize);
    out.push(status as u8);
    out.extend_from_slice(&length.to_be_bytes());
    for part in parts {
        out.extend_from_slice(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_its_length_and_its_code() {
        let mut out = Vec::new();
        encode_request(b"2+3", &mut out).unwrap();
        assert_eq!(out, b"\0\0\0\x032+3");
        encode_request(b"", &mut out).unwrap();
        assert_eq!(out, b"\0\0\0\x032+3\0\0\0\0");
    }

    #[test]
    fn a_response_is_its_status_its_length_and_its_parts() {
        let mut out = Vec::new();
        encode_response(Status::Ok, &[b"hi\n", b"5", b"\n"], &mut out);
        assert_eq!(out, b"\0\0\0\0\x05hi\n5\n");
        out.clear();
        encode_response(Status::Refused, &[], &mut out);
        assert_eq!(out, b"\x02\0\0\0\0");
    }

    #[test]
    fn pipelined_frames_come_one_by_one() {
        let mut decoder = FrameDecoder::new(10);
        decoder.feed(b"\0\0\0\x012\0\0\0\0\0\0\0\x03a=");
        assert_eq!(decoder.next_frame(), Ok(Some(&b"2"[..])));
        assert_eq!(decoder.next_frame(), Ok(Some(&b""[..])));
        assert_eq!(decoder.next_frame(), Ok(None));
        assert_eq!(decoder.buffered_bytes(), 6);
        decoder.feed(b"1");
        assert_eq!(decoder.next_frame(), Ok(Some(&b"a=1"[..])));
        assert_eq!(decoder.next_frame(), Ok(None));
        assert_eq!(decoder.buffered_bytes(), 0);
    }

    #[test]
    fn a_frame_above_the_limit_is_refused_by_its_header_and_nothing_is_kept() {
        let mut decoder = FrameDecoder::new(10);
        decoder.feed(b"\0\0\0\x0b");
        let error = FrameError::TooLong { length: 11, max: 10 };
        assert_eq!(decoder.next_frame(), Err(error));
        decoder.feed(&[0; 100_000]);
        assert_eq!(decoder.buffered_bytes(), 0);
        assert_eq!(decoder.input.capacity(), 0);
        assert_eq!(decoder.next_frame(), Err(error));
        assert_eq!(error.to_string(), "the frame is 11 bytes long, the limit is 10 (--max-frame)");
    }

    #[test]
    fn a_huge_declared_length_within_the_limit_allocates_nothing() {
        let mut decoder = FrameDecoder::new(usize::MAX);
        decoder.feed(b"\xff\xff\xff\xffabc");
        assert_eq!(decoder.next_frame(), Ok(None));
        assert!(decoder.input.capacity() < 64);
    }

    #[test]
    fn a_response_with_an_unknown_status_fails_at_its_first_byte() {
        let mut decoder = ResponseDecoder::new(100);
        decoder.feed(b"H");
        assert_eq!(decoder.next_response(), Err(FrameError::UnknownStatus(b'H')));
        assert_eq!(decoder.next_response(), Err(FrameError::UnknownStatus(b'H')));
    }
}
