//! Several programs in one request.

use std::time::Duration;

use super::ClientError;
use super::error::{error_of, protocol};
use super::program::shortest;
use crate::wire::{BatchRequest, RespValue, RunReply};

/// Programs that run one after the other in one session: a fresh one of their own unless one is named. The first that
/// fails (raises, ends with an exit code other than 0, or is killed) is the last unless
/// [`keep_going`](Batch::keep_going) is said.
///
/// ```
/// use pyrust::client::Batch;
///
/// let batch = Batch::new().run("x = 2").run("y = x * 3").run("x + y").data();
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch<'a> {
    request: BatchRequest<'a>,
}

impl<'a> Batch<'a> {
    /// A batch without programs.
    pub fn new() -> Batch<'a> {
        Batch::default()
    }

    /// Adds a program.
    #[must_use]
    pub fn run(mut self, code: &'a str) -> Batch<'a> {
        self.request.codes.push(code);
        self
    }

    /// How many programs it has.
    pub fn len(&self) -> usize {
        self.request.codes.len()
    }

    /// Whether it has no program.
    pub fn is_empty(&self) -> bool {
        self.request.codes.is_empty()
    }

    /// Runs them in this session, whose globals stay.
    #[must_use]
    pub fn session(mut self, name: &'a str) -> Batch<'a> {
        self.request.session = Some(name);
        self
    }

    /// Brings the session back to where it was before when one fails.
    #[must_use]
    pub fn atomic(mut self) -> Batch<'a> {
        self.request.atomic = true;
        self
    }

    /// Goes on after one that failed.
    #[must_use]
    pub fn keep_going(mut self) -> Batch<'a> {
        self.request.keep_going = true;
        self
    }

    /// As [`Program::echo`](super::Program::echo), for each.
    #[must_use]
    pub fn echo(mut self) -> Batch<'a> {
        self.request.echo = true;
        self
    }

    /// As [`Program::data`](super::Program::data), for each.
    #[must_use]
    pub fn data(mut self) -> Batch<'a> {
        self.request.data = true;
        self
    }

    /// Wall time that they may take together.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Batch<'a> {
        self.request.timeout = Some(timeout);
        self
    }

    /// Live memory that the session may hold, in bytes.
    #[must_use]
    pub fn memory(mut self, max_bytes: usize) -> Batch<'a> {
        self.request.memory_max_bytes = Some(max_bytes);
        self
    }

    /// Fuel that each of them may burn.
    #[must_use]
    pub fn fuel(mut self, fuel: u64) -> Batch<'a> {
        self.request.fuel_max = Some(fuel);
        self
    }

    /// A name by which [`Client::cancel`](super::Client::cancel) finds the run.
    #[must_use]
    pub fn id(mut self, name: &'a str) -> Batch<'a> {
        self.request.id = Some(name);
        self
    }

    /// Appends `PY.BATCH`. `time` is what the client has left for it.
    pub(super) fn encode(&self, time: Duration, out: &mut Vec<u8>) {
        let timeout = shortest(self.request.timeout, Some(time));
        BatchRequest { timeout, ..self.request.clone() }.encode(out);
    }
}

/// Reads the replies of a batch: of each program that was run, in order.
pub(super) fn decode(reply: RespValue) -> Result<Vec<Result<RunReply, ClientError>>, ClientError> {
    let RespValue::Array(replies) = reply else {
        return Err(ClientError::Protocol(format!(
            "expected an array of replies, got {}",
            reply.type_name()
        )));
    };
    replies
        .into_iter()
        .map(|reply| match reply {
            RespValue::Error(text) => Ok(Err(error_of(&text))),
            reply => RunReply::decode(reply).map(Ok).map_err(protocol),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{CommandDecoder, ErrorCode};

    #[test]
    fn a_batch_is_one_command() {
        let batch = Batch::new().run("a").run("b").session("s").atomic().keep_going().echo().data();
        let batch = batch.timeout(Duration::from_millis(50)).memory(7).fuel(8).id("me");
        let mut out = Vec::new();
        batch.encode(Duration::from_secs(1), &mut out);
        let mut decoder = CommandDecoder::new(1 << 20);
        decoder.feed(&out);
        let args = decoder.next_command().unwrap().unwrap();
        let words: Vec<_> = args.iter().map(|word| std::str::from_utf8(word).unwrap()).collect();
        let expected = "PY.BATCH 2 a b TIMEOUT 50 MEMORY 7 FUEL 8 SESSION s ID me ATOMIC CONTINUE ECHO DATA";
        assert_eq!(words.join(" "), expected);
    }

    #[test]
    fn each_reply_of_a_batch_is_one_of_its_own() {
        let mut fine = Vec::new();
        RunReply { exit: 3, ..RunReply::default() }.encode(crate::wire::RespVersion::Resp3, &mut fine);
        let mut decoder = crate::wire::ReplyDecoder::new(1 << 20);
        decoder.feed(&[&b"*2\r\n"[..], &fine, b"-FUEL killed: it burnt more fuel than 8\r\n"].concat());
        let replies = decode(decoder.next_value().unwrap().unwrap()).unwrap();
        assert_eq!(replies[0].as_ref().unwrap().exit, 3);
        assert_eq!(replies[1].as_ref().unwrap_err().killed_by(), Some(ErrorCode::Fuel));
        assert!(matches!(decode(RespValue::Integer(1)), Err(ClientError::Protocol(_))));
        assert!(matches!(
            decode(RespValue::Array(vec![RespValue::Integer(1)])),
            Err(ClientError::Protocol(_))
        ));
    }
}
