//! What is to be done: stages one after the other, in each of them groups of clients side by side.

use std::time::Duration;

use super::LoadError;
use crate::limits;

/// A whole plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// How reports call it.
    pub name: String,
    /// One after the other.
    pub stages: Vec<Stage>,
}

/// A part of a plan that is over when all its clients are.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// How reports call it.
    pub name: String,
    /// Waited before it begins.
    pub pause: Duration,
    /// Side by side.
    pub groups: Vec<Group>,
}

/// Clients that do the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// How reports call it.
    pub name: String,
    /// How many.
    pub clients: usize,
    /// How they talk to the daemon.
    pub protocol: Protocol,
    /// A connection of its own for each request.
    pub reconnect: bool,
    /// What each of them does.
    pub work: Work,
}

/// How requests reach the daemon.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// A length and the code.
    #[default]
    Frames,
    /// RESP: the code with each request.
    Eval,
    /// RESP: the code once per connection, then its hash.
    Evalsha,
    /// RESP3: PY.RUN, whose reply has output, exit code and what it took.
    Run,
}

impl Protocol {
    /// As it is written in plans.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Frames => "frames",
            Protocol::Eval => "eval",
            Protocol::Evalsha => "evalsha",
            Protocol::Run => "run",
        }
    }
}

/// What a client does.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// Sends requests and waits for their answers.
    Requests(Requests),
    /// Takes the output of one script as it comes.
    Stream(Stream),
}

/// Requests of one client.
#[derive(Clone, Debug, PartialEq)]
pub struct Requests {
    /// What is sent.
    pub payload: Payload,
    /// When it stops.
    pub until: Until,
    /// Requests a second of each client, each due at its time whether the one before has been answered or not; without,
    /// a request follows the answer of the one before.
    pub rate: Option<f64>,
    /// Written at once, then all their answers are awaited.
    pub depth: usize,
    /// The requests that are written at once count as one, which fails if one of them does; see
    /// [`Group::is_one_command`].
    pub batch: bool,
}

/// When a client stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Until {
    /// After this many requests (or batches).
    Count(u64),
    /// At this time after its stage began.
    Time(Duration),
}

/// What a request is, and what its answer should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Payload {
    /// The program. `{{request}}` and `{{client}}` stand for numbers that no other request and no other client has.
    pub code: String,
    /// Its arguments, with the same.
    pub args: Vec<String>,
    /// What is right.
    pub expect: Expect,
    /// The time-out that is sent along (`PY.RUN`), and after which, with some patience, the client gives up.
    pub timeout: Option<Duration>,
}

impl Default for Payload {
    fn default() -> Payload {
        Payload {
            code: "2+3".to_owned(),
            args: Vec::new(),
            expect: Expect::Text("5".to_owned()),
            timeout: None,
        }
    }
}

/// Which answer is right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Expect {
    /// Any, if the program did not fail.
    #[default]
    Success,
    /// This text, but for line breaks at its end, with the same placeholders.
    Text(String),
    /// An error with this code (`TIMEOUT`), or `raised`.
    Error(String),
}

/// A script that prints numbered messages, and how its client takes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// How many it prints.
    pub messages: u64,
    /// Characters of each, the line break not counted.
    pub length: usize,
    /// Time from one message to the next in the script; without, as fast as it goes.
    pub pace: Option<Duration>,
    /// The script sleeps only when the next message is due later than this: what is due meanwhile comes in one go.
    pub clump: Duration,
    /// How long the reader takes for each message.
    pub reader_delay: Duration,
    /// After this time the client wants it to end.
    pub cancel: Option<Duration>,
}

impl Default for Stream {
    fn default() -> Stream {
        Stream {
            messages: 100_000,
            length: 10,
            pace: None,
            clump: Duration::from_millis(1),
            reader_delay: Duration::ZERO,
            cancel: None,
        }
    }
}

/// The placeholder for a request's own number.
pub const REQUEST_PLACE: &str = "{{request}}";
/// The placeholder for a client's own number.
pub const CLIENT_PLACE: &str = "{{client}}";

/// The text with numbers in the places of its placeholders.
pub fn fill(text: &str, request: u64, client: u64) -> String {
    text.replace(REQUEST_PLACE, &request.to_string()).replace(CLIENT_PLACE, &client.to_string())
}

/// Whether [`fill`] would change it.
pub fn has_places(text: &str) -> bool {
    text.contains(REQUEST_PLACE) || text.contains(CLIENT_PLACE)
}

impl Payload {
    /// Whether each request is another.
    pub fn varies(&self) -> bool {
        has_places(&self.code) || self.args.iter().any(|arg| has_places(arg))
    }
}

impl Requests {
    /// Requests with the default payload, one after the other.
    pub fn count(count: u64) -> Requests {
        Requests {
            payload: Payload::default(),
            until: Until::Count(count),
            rate: None,
            depth: 1,
            batch: false,
        }
    }

    /// Time from one due time to the next.
    pub fn interval(&self) -> Option<Duration> {
        self.rate.map(|rate| Duration::from_secs_f64(1.0 / rate))
    }

    /// How many requests, or batches, a client sends, if that is known before.
    pub fn planned(&self) -> Option<u64> {
        match (self.until, self.rate) {
            (Until::Count(count), _) => Some(count),
            (Until::Time(time), Some(rate)) => Some((time.as_secs_f64() * rate).round() as u64),
            (Until::Time(_), None) => None,
        }
    }
}

impl Group {
    /// Clients that send requests.
    pub fn requests(name: &str, clients: usize, protocol: Protocol, requests: Requests) -> Group {
        Group { name: name.to_owned(), clients, protocol, reconnect: false, work: Work::Requests(requests) }
    }

    /// Clients that each take a stream.
    pub fn stream(name: &str, clients: usize, stream: Stream) -> Group {
        Group {
            name: name.to_owned(),
            clients,
            protocol: Protocol::Run,
            reconnect: false,
            work: Work::Stream(stream),
        }
    }

    /// Requests or messages of all its clients together, if that is known before.
    pub fn planned(&self) -> Option<u64> {
        let of_one = match &self.work {
            Work::Requests(requests) => {
                requests.planned()?.saturating_mul(if requests.batch { 1 } else { requests.depth as u64 })
            }
            Work::Stream(stream) if stream.cancel.is_none() => stream.messages,
            Work::Stream(_) => return None,
        };
        Some(of_one.saturating_mul(self.clients as u64))
    }

    /// Whether a batch is one `PY.BATCH`; in the other protocols it is as many requests, written at once.
    pub fn is_one_command(&self) -> bool {
        self.protocol == Protocol::Run && matches!(&self.work, Work::Requests(requests) if requests.batch)
    }

    fn check(&self) -> Result<(), String> {
        match &self.work {
            Work::Requests(requests) => {
                if requests.rate.is_some_and(|rate| !(rate > 0.0 && rate <= 1e6)) {
                    return Err("a rate is more than 0 and at most 1,000,000 requests a second".to_owned());
                }
                if requests.depth == 0 || requests.depth > limits::LOAD_DEPTH_MAX {
                    return Err(format!("between 1 and {} requests at once", limits::LOAD_DEPTH_MAX));
                }
                let bytes = requests.payload.code.len()
                    + requests.payload.args.iter().map(String::len).sum::<usize>();
                if bytes.saturating_mul(requests.depth) > limits::LOAD_WRITTEN_MAX_BYTES {
                    let max = limits::LOAD_WRITTEN_MAX_BYTES;
                    return Err(format!("at most {max} bytes of requests at once"));
                }
                if matches!(requests.until, Until::Count(0)) || requests.until == Until::Time(Duration::ZERO)
                {
                    return Err("a client without a request".to_owned());
                }
                if requests.planned().is_some_and(|count| count > limits::LOAD_REQUESTS_MAX) {
                    return Err(format!("at most {} requests of one client", limits::LOAD_REQUESTS_MAX));
                }
                if self.reconnect && requests.depth > 1 {
                    return Err("requests that are written at once need one connection".to_owned());
                }
                if self.protocol == Protocol::Frames && !requests.payload.args.is_empty() {
                    return Err("frames have no arguments; use eval, evalsha or run".to_owned());
                }
                if self.is_one_command() && !requests.payload.args.is_empty() {
                    return Err("the programs of PY.BATCH have no arguments".to_owned());
                }
                if self.protocol == Protocol::Evalsha && has_places(&requests.payload.code) {
                    return Err(
                        "evalsha sends its program once: put the placeholders into arguments".to_owned()
                    );
                }
            }
            Work::Stream(stream) => {
                if stream.length == 0 || stream.length > limits::MIB {
                    return Err("a message has between 1 and 1,048,576 characters".to_owned());
                }
                if stream.messages == 0 || stream.messages > limits::LOAD_REQUESTS_MAX {
                    return Err("a stream has at least one message".to_owned());
                }
                if self.protocol != Protocol::Run {
                    return Err("only PY.RUN streams; leave the protocol out or say run".to_owned());
                }
            }
        }
        Ok(())
    }
}

impl Plan {
    /// A plan of one stage.
    pub fn single(name: &str, groups: Vec<Group>) -> Plan {
        let stage = Stage { name: name.to_owned(), pause: Duration::ZERO, groups };
        Plan { name: name.to_owned(), stages: vec![stage] }
    }

    /// Checks what a type cannot say.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn checked(self) -> Result<Plan, LoadError> {
        let wrong = |message: String| Err(LoadError::Plan { name: self.name.clone(), message });
        if self.stages.is_empty() || self.stages.len() > limits::LOAD_STAGES_MAX {
            return wrong(format!("between 1 and {} stages", limits::LOAD_STAGES_MAX));
        }
        for stage in &self.stages {
            let clients = stage.groups.iter().fold(0usize, |sum, group| sum.saturating_add(group.clients));
            if clients == 0 || clients > limits::LOAD_CLIENTS_MAX {
                let max = limits::LOAD_CLIENTS_MAX;
                return wrong(format!("stage '{}': between 1 and {max} clients, not {clients}", stage.name));
            }
            if stage.groups.len() > limits::LOAD_STAGES_MAX {
                return wrong(format!("stage '{}': at most {} groups", stage.name, limits::LOAD_STAGES_MAX));
            }
            for group in &stage.groups {
                if let Err(message) = group.check() {
                    return wrong(format!("stage '{}', group '{}': {message}", stage.name, group.name));
                }
            }
        }
        Ok(self)
    }

    /// Requests and messages of all stages, if that is known before.
    pub fn planned(&self) -> Option<u64> {
        let mut groups = self.stages.iter().flat_map(|stage| &stage.groups);
        groups.try_fold(0u64, |sum, group| Some(sum.saturating_add(group.planned()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(requests: Requests) -> Group {
        Group::requests("g", 2, Protocol::Frames, requests)
    }

    #[test]
    fn placeholders_are_numbers_and_other_braces_are_left_alone() {
        assert_eq!(fill("f'{{x}}' + '{{request}}-{{client}}'", 7, 2), "f'{{x}}' + '7-2'");
        assert!(has_places("print({{client}})") && !has_places("{{x}}"));
    }

    #[test]
    fn what_a_plan_will_send_is_known_when_its_counts_are() {
        let paced =
            Requests { until: Until::Time(Duration::from_secs(3)), rate: Some(100.0), ..Requests::count(1) };
        assert_eq!(Plan::single("p", vec![group(paced), group(Requests::count(5))]).planned(), Some(610));
        let timed = Requests { until: Until::Time(Duration::from_secs(3)), ..Requests::count(1) };
        assert_eq!(Plan::single("p", vec![group(timed)]).planned(), None);
        let batch = Requests { depth: 10, batch: true, ..Requests::count(3) };
        assert_eq!(group(batch.clone()).planned(), Some(6));
        assert_eq!(group(Requests { batch: false, ..batch }).planned(), Some(60));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_its_place() {
        let sha = Payload { code: "{{request}}".to_owned(), ..Payload::default() };
        let long = Payload { code: "#".repeat(limits::MIB), ..Payload::default() };
        let wrong: Vec<(Group, &str)> = vec![
            (group(Requests { rate: Some(0.0), ..Requests::count(1) }), "a rate is more than 0"),
            (group(Requests { rate: Some(f64::NAN), ..Requests::count(1) }), "a rate is more than 0"),
            (group(Requests { depth: 0, ..Requests::count(1) }), "between 1 and 10000 requests at once"),
            (group(Requests::count(0)), "a client without a request"),
            (
                group(Requests { payload: long, depth: 100, ..Requests::count(1) }),
                "67108864 bytes of requests",
            ),
            (Group { clients: 0, ..group(Requests::count(1)) }, "between 1 and 10000 clients, not 0"),
            (Group { clients: 10_001, ..group(Requests::count(1)) }, "not 10001"),
            (
                Group::requests("g", 1, Protocol::Evalsha, Requests { payload: sha, ..Requests::count(1) }),
                "put the placeholders into arguments",
            ),
            (
                Group { protocol: Protocol::Eval, ..Group::stream("g", 1, Stream::default()) },
                "only PY.RUN streams",
            ),
        ];
        for (group, words) in wrong {
            let error = Plan::single("p", vec![group]).checked().unwrap_err().to_string();
            assert!(error.contains(words) && error.contains("stage 'p'"), "{error}");
        }
        assert!(Plan { name: "p".to_owned(), stages: vec![] }.checked().is_err());
        assert!(Plan::single("p", vec![group(Requests::count(1))]).checked().is_ok());
    }
}
