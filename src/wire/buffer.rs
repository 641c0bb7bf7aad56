//! Bytes that came in and were not consumed yet.

use crate::limits;

/// A queue of bytes: appended at the end, consumed at the front.
#[derive(Debug, Default)]
pub(super) struct InputBuffer {
    bytes: Vec<u8>,
    /// Everything before this was consumed.
    start: usize,
    /// Of which this much, at its end, was taken last and is still there.
    last: usize,
}

impl InputBuffer {
    /// Appends bytes.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        // Moving the rest to the front costs at most what was consumed since the last time.
        self.last = 0;
        if self.start > self.bytes.len() / 2 {
            self.bytes.copy_within(self.start.., 0);
            self.bytes.truncate(self.bytes.len() - self.start);
            self.start = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// What was not consumed.
    pub(super) fn unread(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Consumes the first `count` unread bytes and returns them.
    pub(super) fn take(&mut self, count: usize) -> &[u8] {
        let from = self.start;
        self.start += count;
        self.last = count;
        &self.bytes[from..self.start]
    }

    /// What was taken last, unless something came in since.
    pub(super) fn last_taken(&self) -> Option<&[u8]> {
        (self.last > 0).then(|| &self.bytes[self.start - self.last..self.start])
    }

    /// Gives memory back when nothing is left: a connection between two requests holds next to nothing.
    pub(super) fn settle(&mut self) {
        if self.start == self.bytes.len() {
            self.start = 0;
            self.last = 0;
            self.bytes.clear();
            if self.bytes.capacity() > limits::INPUT_IDLE_MAX_BYTES {
                self.bytes = Vec::new();
            }
        }
    }

    /// Drops everything, for a decoder that failed.
    pub(super) fn discard(&mut self) {
        *self = InputBuffer::default();
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_small_messages_keep_the_buffer_small() {
        let mut buffer = InputBuffer::default();
        buffer.extend(b"x");
        for _ in 0..1_000_000 {
            buffer.extend(b"0123456789");
            assert_eq!(buffer.take(10).len(), 10);
            buffer.settle();
        }
        assert_eq!(buffer.unread(), b"9");
        assert!(buffer.capacity() < 256);
    }

    #[test]
    fn an_empty_buffer_gives_its_memory_back() {
        let mut buffer = InputBuffer::default();
        buffer.extend(&[0; 100_000]);
        buffer.take(100_000);
        buffer.settle();
        assert_eq!(buffer.capacity(), 0);
    }
}
