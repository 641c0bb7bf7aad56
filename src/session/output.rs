//! The bytes a connection has yet to send.

/// A queue of bytes: appended at the end, taken from the front by however much the socket took.
#[derive(Debug, Default)]
pub struct OutputBuffer {
    bytes: Vec<u8>,
    /// Bytes at the front that are gone already.
    sent: usize,
}

/// What a released buffer may keep.
const KEEP_BYTES: usize = 1024;

impl OutputBuffer {
    /// Bytes that wait.
    pub fn len(&self) -> usize {
        self.bytes.len() - self.sent
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What waits, oldest first.
    pub fn pending(&self) -> &[u8] {
        &self.bytes[self.sent..]
    }

    /// Where encoders append.
    pub fn tail(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Takes back what was appended since `len` bytes waited.
    pub fn truncate(&mut self, len: usize) {
        self.bytes.truncate(self.sent + len);
    }

    /// Gives memory back, if nothing waits: for a connection that has nothing to do.
    pub fn release(&mut self) {
        if self.is_empty() {
            self.bytes.shrink_to(KEEP_BYTES);
        }
    }

    /// Drops the first `count` bytes. The rest moves to the front only when it is the smaller part, so
    /// that each byte is moved at most once on average.
    pub fn consume(&mut self, count: usize) {
        self.sent += count;
        assert!(self.sent <= self.bytes.len(), "more bytes were sent than were there");
        if self.sent == self.bytes.len() {
            self.bytes.clear();
            self.sent = 0;
        } else if self.sent > self.bytes.len() / 2 {
            self.bytes.drain(..self.sent);
            self.sent = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_in_the_order_they_went_in_whatever_the_pieces() {
        let mut buffer = OutputBuffer::default();
        let mut seen = Vec::new();
        let mut sent = 0u32;
        for piece in 1..200u32 {
            for _ in 0..piece {
                buffer.tail().extend(sent.to_be_bytes());
                sent += 1;
            }
            let take = buffer.len().min(piece as usize * 3 + 1);
            seen.extend_from_slice(&buffer.pending()[..take]);
            buffer.consume(take);
        }
        seen.extend_from_slice(buffer.pending());
        buffer.consume(buffer.len());
        let expected: Vec<u8> = (0..sent).flat_map(u32::to_be_bytes).collect();
        assert_eq!(seen, expected);
        assert!(buffer.is_empty());
    }

    #[test]
    fn an_emptied_buffer_gives_its_memory_back() {
        let mut buffer = OutputBuffer::default();
        buffer.tail().resize(1 << 20, 0);
        buffer.consume(1 << 20);
        buffer.release();
        assert!(buffer.bytes.capacity() <= 2 * KEEP_BYTES);
    }
}
