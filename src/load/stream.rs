//! Streams: the script that prints numbered messages, and the check that all of them arrive in order.

use std::time::Duration;

use super::plan::Stream;

/// The script. Each message is a line: its number in decimal digits, zeros before it, cut from the left to the length
/// that is wanted. A paced one says first when it began, on the clock that all processes of a machine share.
pub fn script(stream: &Stream) -> String {
    let Stream { messages, length, .. } = *stream;
    // Numbers have as many digits as are needed to tell neighbours apart; the rest is the same in all.
    let digits = length.min(DIGITS_MAX);
    let number = match 10u64.checked_pow(digits as u32) {
        Some(numbers) if numbers < messages => format!("i % {numbers}"),
        _ => "i".to_owned(),
    };
    let message = match length - digits {
        0 => format!("f'{{{number}:0{digits}}}'"),
        zeros => format!("f'{}{{{number}:0{digits}}}'", "0".repeat(zeros)),
    };
    let Some(pace) = stream.pace else {
        return format!("for i in range({messages}):\n    print({message})\n");
    };
    let (pace, clump) = (pace.as_nanos(), stream.clump.as_secs_f64());
    format!(
        "from time import monotonic_ns, sleep\nstart = monotonic_ns()\nprint('start', start)\ndue = start\n\
         for i in range({messages}):\n    wait = due - monotonic_ns()\n    if wait > 0:\n        \
         sleep(wait / 1e9 + {clump})\n    print({message})\n    due += {pace}\n"
    )
}

/// Digits of a message's number.
const DIGITS_MAX: usize = 19;

/// Follows a stream.
#[derive(Debug)]
pub struct Checker {
    /// The message that is due, with its line break.
    expected: Vec<u8>,
    /// What came of a line whose end is missing.
    partial: Vec<u8>,
    /// Messages seen.
    seen: u64,
    /// The first line is still to come.
    header: bool,
    /// When the script began, on the monotonic clock.
    start: Duration,
    pace: Option<Duration>,
}

impl Checker {
    /// For a script that is about to start.
    pub fn new(stream: &Stream) -> Checker {
        let mut expected = vec![b'0'; stream.length];
        expected.push(b'\n');
        Checker {
            expected,
            partial: Vec::new(),
            seen: 0,
            header: stream.pace.is_some(),
            start: Duration::ZERO,
            pace: stream.pace,
        }
    }

    /// How many messages came.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// Whether a line is there in part.
    pub fn is_inside(&self) -> bool {
        !self.partial.is_empty()
    }

    /// Takes in output that was here at `now` on the monotonic clock. `delivered` gets the delivery time of each message of
    /// a paced stream. Returns how many messages it completed.
    ///
    /// # Errors
    /// The first message that is not the one that is due.
    pub fn feed(
        &mut self,
        mut bytes: &[u8],
        now: Duration,
        mut delivered: impl FnMut(Duration),
    ) -> Result<u64, String> {
        let before = self.seen;
        if self.header {
            match self.line(&mut bytes) {
                Some(line) => self.read_header(&line)?,
                None => return Ok(0),
            }
        }
        while !bytes.is_empty() {
            if self.partial.is_empty() && bytes.starts_with(&self.expected) {
                bytes = &bytes[self.expected.len()..];
            } else {
                let Some(line) = self.line(&mut bytes) else { break };
                if line != self.expected {
                    return Err(format!(
                        "message {}: {:?} instead of {:?}",
                        self.seen,
                        excerpt(&line),
                        excerpt(&self.expected)
                    ));
                }
            }
            if let Some(pace) = self.pace {
                let due = self.start + Duration::from_nanos(pace.as_nanos() as u64 * self.seen);
                delivered(now.saturating_sub(due));
            }
            self.seen += 1;
            increment(&mut self.expected);
        }
        Ok(self.seen - before)
    }

    /// The next whole line, together with what came of it before; `None` if its end is missing.
    fn line(&mut self, bytes: &mut &[u8]) -> Option<Vec<u8>> {
        let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
        let (head, rest) = bytes.split_at(end);
        self.partial.extend_from_slice(head);
        *bytes = rest;
        head.ends_with(b"\n").then(|| std::mem::take(&mut self.partial))
    }

    fn read_header(&mut self, line: &[u8]) -> Result<(), String> {
        let text = String::from_utf8_lossy(line);
        let start = text.strip_prefix("start ").and_then(|number| number.trim_end().parse().ok());
        self.start = start.map(Duration::from_nanos).ok_or_else(|| format!("{text:?} instead of a start"))?;
        self.header = false;
        Ok(())
    }
}

/// The next number, of as many digits; after the last comes the first.
fn increment(line: &mut [u8]) {
    let length = line.len() - 1;
    for digit in line[length.saturating_sub(DIGITS_MAX)..length].iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
}

/// The end of a line, which is what tells messages apart.
fn excerpt(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    String::from_utf8_lossy(&line[line.len().saturating_sub(40)..]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short() -> Stream {
        Stream { messages: 25, length: 1, ..Stream::default() }
    }

    #[test]
    fn messages_count_up_and_wrap_around_at_their_length_whatever_the_pieces() {
        let all: Vec<u8> = (0..25).flat_map(|i| format!("{}\n", i % 10).into_bytes()).collect();
        for piece in 1..all.len() {
            let mut checker = Checker::new(&short());
            let counted: u64 = all
                .chunks(piece)
                .map(|piece| checker.feed(piece, Duration::ZERO, |_| panic!("not paced")).unwrap())
                .sum();
            assert_eq!((counted, checker.seen(), checker.is_inside()), (25, 25, false));
        }
    }

    #[test]
    fn a_message_that_is_missing_doubled_or_changed_is_told() {
        for bad in ["0\n2\n", "0\n0\n", "0\nx\n", "0\n\n", "0\n11\n"] {
            let mut checker = Checker::new(&short());
            let error = checker.feed(bad.as_bytes(), Duration::ZERO, |_| {}).unwrap_err();
            assert!(error.starts_with("message 1: ") && error.ends_with("instead of \"1\""), "{error}");
        }
    }

    #[test]
    fn delivery_is_measured_from_when_a_message_was_due() {
        let ms = Duration::from_millis;
        let stream = Stream { pace: Some(ms(10)), ..short() };
        let mut checker = Checker::new(&stream);
        let mut times = Vec::new();
        assert_eq!(checker.feed(b"start 10000", ms(11), |_| panic!("no message yet")), Ok(0));
        assert_eq!(checker.feed(b"000\n0\n", ms(13), |time| times.push(time)), Ok(1));
        assert_eq!(checker.feed(b"1\n2\n", ms(45), |time| times.push(time)), Ok(2));
        assert_eq!(times, [ms(3), ms(25), ms(15)]);
        assert!(
            Checker::new(&stream).feed(b"0\n", ms(1), |_| {}).is_err(),
            "a paced stream says when it began"
        );
    }

    #[test]
    fn long_messages_differ_in_their_last_digits() {
        let stream = Stream { messages: 1_000, length: 30, ..Stream::default() };
        let line = script(&stream);
        assert_eq!(line, "for i in range(1000):\n    print(f'00000000000{i:019}')\n");
        let mut checker = Checker::new(&stream);
        let bytes = format!("{:030}\n{:030}\n", 0, 1);
        assert_eq!(checker.feed(bytes.as_bytes(), Duration::ZERO, |_| {}), Ok(2));
    }

    #[test]
    fn the_script_repeats_its_numbers_only_if_it_must() {
        assert!(script(&short()).contains("print(f'{i % 10:01}')"), "{}", script(&short()));
        assert!(script(&Stream::default()).contains("print(f'{i:010}')"));
    }
}
