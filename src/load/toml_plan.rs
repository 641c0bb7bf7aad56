//! Plans in TOML; `docs/load.md` describes the format.

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use super::LoadError;
use super::args::{parse_time, seconds};
use super::patterns::read_text;
use super::plan::{Expect, Group, Payload, Plan, Protocol, Requests, Stage, Stream, Until, Work};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PlanFile {
    name: Option<String>,
    #[serde(default)]
    stage: Vec<StageTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct StageTable {
    name: Option<String>,
    pause: Option<Time>,
    #[serde(default)]
    group: Vec<GroupTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct GroupTable {
    name: Option<String>,
    #[serde(default = "one")]
    clients: usize,
    protocol: Option<Protocol>,
    #[serde(default)]
    reconnect: bool,
    requests: Option<u64>,
    time: Option<Time>,
    rate: Option<f64>,
    depth: Option<usize>,
    batch: Option<usize>,
    code: Option<String>,
    file: Option<String>,
    #[serde(default)]
    args: Vec<String>,
    expect: Option<String>,
    expect_error: Option<String>,
    timeout: Option<Time>,
    stream: Option<StreamTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct StreamTable {
    messages: u64,
    length: Option<usize>,
    pace: Option<Time>,
    clump: Option<Time>,
    reader_delay: Option<Time>,
    cancel: Option<Time>,
}

/// A time as text with a unit, or a number of seconds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "TimeValue")]
struct Time(Duration);

#[derive(Deserialize)]
#[serde(untagged)]
enum TimeValue {
    Text(String),
    Whole(u64),
    Seconds(f64),
}

impl TryFrom<TimeValue> for Time {
    type Error = String;

    fn try_from(value: TimeValue) -> Result<Time, String> {
        match value {
            TimeValue::Text(text) => parse_time(&text).map(Time),
            TimeValue::Whole(whole) => seconds(whole as f64).map(Time),
            TimeValue::Seconds(part) => seconds(part).map(Time),
        }
    }
}

fn one() -> usize {
    1
}

/// Reads a plan out of a file.
///
/// # Errors
/// The file cannot be read or is no plan; what and where.
pub fn read(path: &Path) -> Result<Plan, LoadError> {
    let text = read_text(path)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    parse(&text, &stem, path.parent().unwrap_or(Path::new("")))
}

/// Reads a plan out of a text. Files that it names are relative to `directory`.
fn parse(text: &str, stem: &str, directory: &Path) -> Result<Plan, LoadError> {
    let wrong = |message: String| LoadError::Plan { name: stem.to_owned(), message };
    let file: PlanFile =
        toml::from_str(text).map_err(|error| wrong(format!("\n{}", error.to_string().trim_end())))?;
    let mut stages = Vec::new();
    for (index, stage) in file.stage.into_iter().enumerate() {
        let name = stage.name.unwrap_or_else(|| format!("stage {}", index + 1));
        let mut groups = Vec::new();
        for (index, group) in stage.group.into_iter().enumerate() {
            let group_name = group.name.clone().unwrap_or_else(|| format!("group {}", index + 1));
            let place = format!("stage '{name}', group '{group_name}'");
            let work = match work(&group, directory)? {
                Ok(work) => work,
                Err(message) => return Err(wrong(format!("{place}: {message}"))),
            };
            let usual = match &work {
                Work::Requests(requests) if !requests.batch => Protocol::Frames,
                Work::Requests(_) | Work::Stream(_) => Protocol::Run,
            };
            groups.push(Group {
                name: group_name,
                clients: group.clients,
                protocol: group.protocol.unwrap_or(usual),
                reconnect: group.reconnect,
                work,
            });
        }
        let pause = stage.pause.map_or(Duration::ZERO, |pause| pause.0);
        stages.push(Stage { name, pause, groups });
    }
    Plan { name: file.name.unwrap_or_else(|| stem.to_owned()), stages }.checked()
}

impl GroupTable {
    /// A field that says something about requests.
    fn about_requests(&self) -> Option<&'static str> {
        [
            ("requests", self.requests.is_some()),
            ("time", self.time.is_some()),
            ("rate", self.rate.is_some()),
            ("depth", self.depth.is_some()),
            ("batch", self.batch.is_some()),
            ("code", self.code.is_some()),
            ("file", self.file.is_some()),
            ("args", !self.args.is_empty()),
            ("expect", self.expect.is_some()),
            ("expect-error", self.expect_error.is_some()),
            ("timeout", self.timeout.is_some()),
        ]
        .into_iter()
        .find_map(|(name, given)| given.then_some(name))
    }
}

/// What a group does; the inner error is a sentence without its place.
fn work(group: &GroupTable, directory: &Path) -> Result<Result<Work, String>, LoadError> {
    if let Some(stream) = &group.stream {
        return Ok(match group.about_requests() {
            Some(field) => Err(format!("a stream has its own script, '{field}' means nothing to it")),
            None => Ok(Work::Stream(stream_of(stream))),
        });
    }
    let until = match (group.requests, group.time) {
        (Some(count), None) => Until::Count(count),
        (None, Some(time)) => Until::Time(time.0),
        _ => return Ok(Err("give either 'requests' or 'time'".to_owned())),
    };
    let (depth, batch) = match (group.depth, group.batch) {
        (None, None) => (1, false),
        (Some(depth), None) => (depth, false),
        (None, Some(size)) => (size, true),
        _ => return Ok(Err("give either 'depth' or 'batch'".to_owned())),
    };
    let mut payload = Payload {
        timeout: group.timeout.map(|timeout| timeout.0),
        args: group.args.clone(),
        ..Payload::default()
    };
    let code = match (&group.code, &group.file) {
        (Some(_), Some(_)) => return Ok(Err("give either 'code' or 'file'".to_owned())),
        (Some(code), None) => Some(code.clone()),
        (None, Some(file)) => Some(read_text(&directory.join(file))?),
        (None, None) => None,
    };
    if let Some(code) = code {
        payload.code = code;
        payload.expect = Expect::Success;
    }
    match (&group.expect, &group.expect_error) {
        (Some(_), Some(_)) => return Ok(Err("give either 'expect' or 'expect-error'".to_owned())),
        (Some(text), None) => payload.expect = Expect::Text(text.clone()),
        (None, Some(code)) => payload.expect = Expect::Error(code.clone()),
        (None, None) => {}
    }
    Ok(Ok(Work::Requests(Requests { payload, until, rate: group.rate, depth, batch })))
}

fn stream_of(table: &StreamTable) -> Stream {
    let time = |time: Option<Time>| time.map(|time| time.0);
    let usual = Stream::default();
    Stream {
        messages: table.messages,
        length: table.length.unwrap_or(usual.length),
        pace: time(table.pace),
        clump: time(table.clump).unwrap_or_default(),
        reader_delay: time(table.reader_delay).unwrap_or_default(),
        cancel: time(table.cancel),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Plan, String> {
        parse(text, "sample", Path::new("/nonexistent")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_plan_has_stages_with_groups() {
        let plan = parsed(
            r#"
            name = "morning"
            [[stage]]
            name = "rules"
            [[stage.group]]
            clients = 8
            protocol = "evalsha"
            time = "1.5s"
            rate = 100
            code = "sum(map(int, ARGV))"
            args = ["{{client}}", "1"]
            timeout = 0.25
            [[stage]]
            pause = 2
            [[stage.group]]
            name = "reader"
            [stage.group.stream]
            messages = 1000
            pace = "10us"
            reader-delay = "1ms"
            [[stage.group]]
            requests = 5
            batch = 10
            "#,
        )
        .unwrap();
        assert_eq!((plan.name.as_str(), plan.stages.len()), ("morning", 2));
        let first = &plan.stages[0].groups[0];
        assert_eq!((first.clients, first.protocol, first.planned()), (8, Protocol::Evalsha, Some(1_200)));
        let Work::Requests(requests) = &first.work else { panic!("requests") };
        assert_eq!(requests.payload.expect, Expect::Success);
        assert_eq!(requests.payload.timeout, Some(Duration::from_millis(250)));
        let second = &plan.stages[1];
        assert_eq!((second.name.as_str(), second.pause), ("stage 2", Duration::from_secs(2)));
        let Work::Stream(stream) = &second.groups[0].work else { panic!("a stream") };
        assert_eq!(stream.pace, Some(Duration::from_micros(10)));
        assert_eq!((stream.length, stream.reader_delay), (10, Duration::from_millis(1)));
        let Work::Requests(batch) = &second.groups[1].work else { panic!("requests") };
        assert_eq!((batch.depth, batch.batch, &batch.payload), (10, true, &Payload::default()));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let group = |fields: &str| format!("[[stage]]\n[[stage.group]]\n{fields}\n");
        for (text, words) in [
            (String::new(), "between 1 and 1000 stages"),
            ("[[stage]]\n".to_owned(), "stage 'stage 1': between 1 and 10000 clients, not 0"),
            (group(""), "stage 'stage 1', group 'group 1': give either 'requests' or 'time'"),
            (group("requests = 1\ntime = 1"), "give either 'requests' or 'time'"),
            (group("requests = 1\nclinets = 2"), "unknown field `clinets`"),
            (group("requests = -1"), "invalid value"),
            (group("time = \"1 hour\""), "is no time"),
            (group("requests = 1\ndepth = 2\nbatch = 2"), "give either 'depth' or 'batch'"),
            (group("requests = 1\nprotocol = \"http\""), "unknown variant `http`"),
            (group("requests = 1\nfile = \"x.py\""), "cannot read /nonexistent/x.py"),
            (group("rate = 1\n[stage.group.stream]\nmessages = 1"), "'rate' means nothing to it"),
            ("stage = 3".to_owned(), "sample"),
        ] {
            let error = parsed(&text).unwrap_err();
            assert!(error.contains(words), "{text}\n{error}");
        }
    }
}
