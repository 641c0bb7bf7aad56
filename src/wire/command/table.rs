//! The table of commands: what there is, and what is told about it.

use std::fmt::Write;

use super::session::{SessionRequest, parse_batch, parse_fork, parse_name, parse_new};
use super::{
    Args, CommandError, Request, parse_auth, parse_eval_code, parse_eval_sha, parse_hello, parse_ping,
    parse_run, parse_shutdown,
};

/// What is worth knowing of a command before it runs; Redis's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// Answered at once, in constant time.
    Fast,
    /// Runs a program: answered when that is over.
    Script,
    /// Its keys are where `numkeys` says.
    MovableKeys,
    /// For whoever runs the daemon.
    Admin,
    /// Not in a transaction.
    NoMulti,
    /// Served before `AUTH`.
    NoAuth,
    /// Never in the slow log.
    SkipSlowlog,
}

impl Flag {
    /// The word that clients know.
    pub fn name(self) -> &'static str {
        match self {
            Flag::Fast => "fast",
            Flag::Script => "noscript",
            Flag::MovableKeys => "movablekeys",
            Flag::Admin => "admin",
            Flag::NoMulti => "no_multi",
            Flag::NoAuth => "no_auth",
            Flag::SkipSlowlog => "skip_slowlog",
        }
    }
}

/// How a command's arguments become a request.
pub type Parse = for<'a> fn(&Args<'a>) -> Result<Request<'a>, CommandError>;

/// What a command's arguments are read by.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    /// One function.
    Parse(Parse),
    /// The row of the word that follows, or `alone` if there is none.
    Container {
        /// Rows.
        subcommands: &'static [SubSpec],
        /// For the command without another word.
        alone: Option<Parse>,
    },
}

/// One command.
#[derive(Clone, Copy, Debug)]
pub struct CommandSpec {
    /// In capitals; clients may write it in any case.
    pub name: &'static str,
    /// Arguments with the name, Redis's way: 2 is exactly two, -2 is two or more.
    pub arity: i32,
    /// See [`Flag`].
    pub flags: &'static [Flag],
    /// What it belongs to.
    pub group: &'static str,
    /// Its arguments, for people.
    pub syntax: &'static str,
    /// One sentence for people.
    pub summary: &'static str,
    /// Reads the arguments; the arity was checked.
    pub action: Action,
}

/// The second word of a command that has several.
#[derive(Clone, Copy, Debug)]
pub struct SubSpec {
    /// In capitals.
    pub name: &'static str,
    /// Arguments with both words.
    pub arity: i32,
    /// Its arguments.
    pub syntax: &'static str,
    /// One sentence for people.
    pub summary: &'static str,
    /// Reads the arguments; the arity was checked.
    pub parse: Parse,
}

impl PartialEq for CommandSpec {
    fn eq(&self, other: &CommandSpec) -> bool {
        self.name == other.name
    }
}

/// Declares [`Service`] with a function for each that makes a request of it.
macro_rules! services {
    ($($(#[$doc:meta])* $service:ident,)*) => {
        /// What is answered without a run, by the session layer.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Service {
            $($(#[$doc])* $service,)*
        }

        #[allow(non_snake_case)]
        mod service {
            use super::{Args, CommandError, Request, Service};
            $(
                pub(super) fn $service<'a>(args: &Args<'a>) -> Result<Request<'a>, CommandError> {
                    Ok(Request::Service(Service::$service, *args))
                }
            )*
        }
    };
}

services! {
    /// `ECHO`
    Echo,
    /// `SELECT`
    Select,
    /// `QUIT`
    Quit,
    /// `RESET`
    Reset,
    /// `CLIENT ID`
    ClientId,
    /// `CLIENT GETNAME`
    ClientGetName,
    /// `CLIENT SETNAME`
    ClientSetName,
    /// `CLIENT SETINFO`
    ClientSetInfo,
    /// `CLIENT INFO`
    ClientInfo,
    /// `CLIENT LIST`
    ClientList,
    /// `CLIENT NO-EVICT`
    ClientNoEvict,
    /// `CLIENT KILL`
    ClientKill,
    /// `CLIENT REPLY`
    ClientReply,
    /// `COMMAND`
    Command,
    /// `COMMAND COUNT`
    CommandCount,
    /// `COMMAND DOCS`
    CommandDocs,
    /// `COMMAND GETKEYS`
    CommandGetKeys,
    /// `COMMAND GETKEYSANDFLAGS`
    CommandGetKeysAndFlags,
    /// `COMMAND INFO`
    CommandInfo,
    /// `COMMAND LIST`
    CommandList,
    /// `CONFIG GET`
    ConfigGet,
    /// `CONFIG SET`
    ConfigSet,
    /// `CONFIG RESETSTAT`
    ConfigResetStat,
    /// `SLOWLOG GET`
    SlowlogGet,
    /// `SLOWLOG LEN`
    SlowlogLen,
    /// `SLOWLOG RESET`
    SlowlogReset,
    /// `LATENCY HISTOGRAM`
    LatencyHistogram,
    /// `LATENCY RESET`
    LatencyReset,
    /// `INFO`
    Info,
    /// `CLUSTER SLOTS`
    ClusterSlots,
    /// `CLUSTER SHARDS`
    ClusterShards,
    /// `CLUSTER NODES`
    ClusterNodes,
    /// `CLUSTER INFO`
    ClusterInfo,
    /// `CLUSTER MYID`
    ClusterMyId,
    /// `CLUSTER KEYSLOT`
    ClusterKeySlot,
    /// `MULTI`
    Multi,
    /// `EXEC`
    Exec,
    /// `DISCARD`
    Discard,
    /// `SCRIPT LOAD`
    ScriptLoad,
    /// `SCRIPT EXISTS`
    ScriptExists,
    /// `SCRIPT FLUSH`
    ScriptFlush,
    /// `SCRIPT KILL`
    ScriptKill,
    /// `PY.TRACEBACK`
    Traceback,
    /// `MEMORY USAGE`
    MemoryUsage,
    /// `PY.CANCEL`
    Cancel,
}

const fn row(
    name: &'static str,
    arity: i32,
    syntax: &'static str,
    group: &'static str,
    flags: &'static [Flag],
    summary: &'static str,
    parse: Parse,
) -> CommandSpec {
    CommandSpec { name, arity, flags, group, syntax, summary, action: Action::Parse(parse) }
}

const fn container(
    name: &'static str,
    group: &'static str,
    flags: &'static [Flag],
    summary: &'static str,
    subcommands: &'static [SubSpec],
) -> CommandSpec {
    let action = Action::Container { subcommands, alone: None };
    CommandSpec { name, arity: -2, flags, group, syntax: "", summary, action }
}

const fn sub(
    name: &'static str,
    arity: i32,
    syntax: &'static str,
    summary: &'static str,
    parse: Parse,
) -> SubSpec {
    SubSpec { name, arity, syntax, summary, parse }
}

use Flag::{Admin, Fast, MovableKeys, NoAuth, NoMulti, Script, SkipSlowlog};

/// Every command there is; what comes often is first.
pub const COMMANDS: &[CommandSpec] = &[
    row(
        "EVAL",
        -3,
        "code numkeys [key …] [arg …]",
        "scripting",
        &[Script, MovableKeys],
        "Runs a Python program and answers with the value of its last expression.",
        parse_eval_code,
    ),
    row(
        "EVALSHA",
        -3,
        "sha1 numkeys [key …] [arg …]",
        "scripting",
        &[Script, MovableKeys],
        "Runs a program that EVAL or SCRIPT LOAD has brought.",
        parse_eval_sha,
    ),
    row(
        "PY.RUN",
        -2,
        "code [option …]",
        "python",
        &[Script],
        "Runs a Python program and answers with its output, its result and what it took.",
        parse_run,
    ),
    row(
        "PY.BATCH",
        -3,
        "n code … [option …]",
        "python",
        &[Script],
        "Runs several Python programs in one session and answers with all their replies.",
        parse_batch,
    ),
    container(
        "PY.SESSION",
        "python",
        &[],
        "Looks after sessions: what programs leave for those after them.",
        &[
            sub("NEW", -3, "name [TTL seconds] [MEMORY bytes]", "Makes a session.", parse_new),
            sub("LIST", 2, "", "Returns the names of all sessions.", |_| {
                Ok(Request::Session(SessionRequest::List))
            }),
            sub("INFO", 3, "name", "Describes a session.", |args| parse_name(args, SessionRequest::Info)),
            sub("DROP", 3, "name", "Drops a session; returns how many there were of that name.", |args| {
                parse_name(args, SessionRequest::Drop)
            }),
            sub("FORK", 4, "name new", "Makes a copy of a session.", parse_fork),
            sub("SNAPSHOT", 3, "name", "Keeps a copy of how a session is now, for ROLLBACK.", |args| {
                parse_name(args, SessionRequest::Snapshot)
            }),
            sub("ROLLBACK", 3, "name", "Makes a session as it was at its snapshot.", |args| {
                parse_name(args, SessionRequest::Rollback)
            }),
        ],
    ),
    row(
        "PING",
        -1,
        "[message]",
        "connection",
        &[Fast],
        "Answers PONG, or the message it was given.",
        parse_ping,
    ),
    row("ECHO", 2, "message", "connection", &[Fast], "Answers the message it was given.", service::Echo),
    row(
        "HELLO",
        -1,
        "[2|3 [AUTH user password] [SETNAME name]]",
        "connection",
        &[Fast, NoMulti, NoAuth, SkipSlowlog],
        "Chooses the protocol version and tells who answers.",
        parse_hello,
    ),
    row(
        "AUTH",
        -2,
        "[default] token",
        "connection",
        &[Fast, NoAuth, SkipSlowlog],
        "Says the token that a daemon with --token-file asks for.",
        parse_auth,
    ),
    container(
        "CLIENT",
        "connection",
        &[Fast],
        "Asks about connections and names them.",
        &[
            sub("ID", 2, "", "Returns the connection's number.", service::ClientId),
            sub("GETNAME", 2, "", "Returns the connection's name.", service::ClientGetName),
            sub("SETNAME", 3, "name", "Names the connection.", service::ClientSetName),
            sub("SETINFO", 4, "LIB-NAME|LIB-VER value", "Notes what the client is.", service::ClientSetInfo),
            sub("INFO", 2, "", "Describes the connection.", service::ClientInfo),
            sub("LIST", 2, "", "Describes all connections, a line each.", service::ClientList),
            sub(
                "KILL",
                -3,
                "ID number [SKIPME YES|NO] [MAXAGE seconds]",
                "Closes connections and returns how many they were.",
                service::ClientKill,
            ),
            sub("REPLY", 3, "ON|OFF|SKIP", "Has the connection answer or not.", service::ClientReply),
            sub("NO-EVICT", 3, "ON|OFF", "Does nothing: no client is evicted.", service::ClientNoEvict),
        ],
    ),
    row("SELECT", 2, "0", "connection", &[Fast], "Chooses a database: there is one.", service::Select),
    row(
        "RESET",
        1,
        "",
        "connection",
        &[Fast, NoAuth],
        "Brings the connection to where it began.",
        service::Reset,
    ),
    row(
        "QUIT",
        -1,
        "",
        "connection",
        &[Fast, NoAuth],
        "Answers OK and closes the connection.",
        service::Quit,
    ),
    container(
        "SCRIPT",
        "scripting",
        &[],
        "Keeps programs for EVALSHA.",
        &[
            sub("LOAD", 3, "code", "Keeps a program and returns its SHA-1.", service::ScriptLoad),
            sub(
                "EXISTS",
                -3,
                "sha1 [sha1 …]",
                "Tells for each program whether it is kept.",
                service::ScriptExists,
            ),
            sub("FLUSH", -2, "[ASYNC|SYNC]", "Forgets all programs.", service::ScriptFlush),
            sub("KILL", 2, "", "Cancels what EVAL and EVALSHA run now.", service::ScriptKill),
        ],
    ),
    row(
        "MULTI",
        1,
        "",
        "transactions",
        &[Fast, NoMulti],
        "Begins a transaction: commands are kept until EXEC.",
        service::Multi,
    ),
    row(
        "EXEC",
        1,
        "",
        "transactions",
        &[],
        "Runs what was kept, one after the other, and answers with all replies.",
        service::Exec,
    ),
    row("DISCARD", 1, "", "transactions", &[Fast], "Forgets what was kept.", service::Discard),
    CommandSpec {
        name: "COMMAND",
        arity: -1,
        flags: &[],
        group: "server",
        syntax: "",
        summary: "Describes all commands to clients.",
        action: Action::Container {
            alone: Some(service::Command),
            subcommands: &[
                sub("COUNT", 2, "", "Returns how many commands there are.", service::CommandCount),
                sub("DOCS", -2, "[command …]", "Describes commands to people.", service::CommandDocs),
                sub(
                    "GETKEYS",
                    -3,
                    "command [arg …]",
                    "Returns the keys of a command.",
                    service::CommandGetKeys,
                ),
                sub(
                    "GETKEYSANDFLAGS",
                    -3,
                    "command [arg …]",
                    "Returns them with what is done to each.",
                    service::CommandGetKeysAndFlags,
                ),
                sub("INFO", -2, "[command …]", "Describes commands to clients.", service::CommandInfo),
                sub("LIST", 2, "", "Returns the names of all commands.", service::CommandList),
            ],
        },
    },
    container(
        "CONFIG",
        "server",
        &[Admin],
        "Reads and changes the daemon's limits.",
        &[
            sub(
                "GET",
                -3,
                "pattern [pattern …]",
                "Returns the limits whose names match.",
                service::ConfigGet,
            ),
            sub("SET", -4, "name value [name value …]", "Changes limits, all or none.", service::ConfigSet),
            sub("RESETSTAT", 2, "", "Forgets what was counted of commands.", service::ConfigResetStat),
        ],
    ),
    container(
        "SLOWLOG",
        "server",
        &[Admin],
        "Tells which requests took long.",
        &[
            sub("GET", -2, "[count]", "Returns the latest of them, 10 or count.", service::SlowlogGet),
            sub("LEN", 2, "", "Returns how many are kept.", service::SlowlogLen),
            sub("RESET", 2, "", "Forgets them.", service::SlowlogReset),
        ],
    ),
    container(
        "LATENCY",
        "server",
        &[Admin],
        "Tells how long commands took.",
        &[
            sub(
                "HISTOGRAM",
                -2,
                "[command …]",
                "Returns for each command how many calls took at most how many microseconds.",
                service::LatencyHistogram,
            ),
            sub("RESET", 2, "", "Forgets them; returns of how many commands.", service::LatencyReset),
        ],
    ),
    row(
        "INFO",
        -1,
        "[section …]",
        "server",
        &[],
        "Returns the daemon's numbers as text, by sections.",
        service::Info,
    ),
    container(
        "CLUSTER",
        "cluster",
        &[],
        "Describes a cluster of one node that has all slots.",
        &[
            sub("SLOTS", 2, "", "Returns who has which slots.", service::ClusterSlots),
            sub("SHARDS", 2, "", "Returns the same as maps.", service::ClusterShards),
            sub("NODES", 2, "", "Returns the same as text.", service::ClusterNodes),
            sub("INFO", 2, "", "Returns the cluster's state as text.", service::ClusterInfo),
            sub("MYID", 2, "", "Returns the daemon's name as a node.", service::ClusterMyId),
            sub("KEYSLOT", 3, "key", "Returns the slot of a key.", service::ClusterKeySlot),
        ],
    ),
    container(
        "MEMORY",
        "server",
        &[],
        "Tells what sessions hold.",
        &[sub(
            "USAGE",
            3,
            "session",
            "Returns the bytes that a session and its snapshot hold.",
            service::MemoryUsage,
        )],
    ),
    row(
        "PY.TRACEBACK",
        1,
        "",
        "python",
        &[Fast],
        "Returns the traceback of the last program that raised on this connection.",
        service::Traceback,
    ),
    row(
        "PY.CANCEL",
        2,
        "id",
        "python",
        &[],
        "Cancels the runs of this name, or of the connection with this number, and returns how many they were.",
        service::Cancel,
    ),
    row("PY.STATUS", 1, "", "python", &[Fast], "Returns the daemon's numbers.", |_| Ok(Request::Status)),
    container(
        "PY.CACHE",
        "python",
        &[Admin],
        "Looks after the compile cache.",
        &[sub("CLEAR", 2, "", "Empties it and returns how many programs it held.", |_| {
            Ok(Request::CacheClear)
        })],
    ),
    row(
        "SHUTDOWN",
        -1,
        "[NOSAVE|SAVE] [NOW] [FORCE]",
        "server",
        &[Admin, NoMulti],
        "Ends the daemon when the programs that run now are over, or NOW.",
        parse_shutdown,
    ),
];

/// The row of a command, its name in any case.
pub fn find_command(name: &[u8]) -> Option<&'static CommandSpec> {
    COMMANDS.iter().find(|spec| name.eq_ignore_ascii_case(spec.name.as_bytes()))
}

impl CommandSpec {
    /// The rows of its second words.
    pub fn subcommands(&self) -> &'static [SubSpec] {
        match self.action {
            Action::Parse(_) => &[],
            Action::Container { subcommands, .. } => subcommands,
        }
    }
}

/// The table as the documentation has it.
pub fn markdown() -> String {
    let mut text = String::from("| command | what it does | flags |\n|---|---|---|\n");
    for spec in COMMANDS {
        let flags: Vec<&str> = spec.flags.iter().map(|flag| flag.name()).collect();
        let mut line = |words: &[&str], summary: &str| {
            let words: Vec<String> =
                words.iter().filter(|word| !word.is_empty()).map(|word| word.replace('|', "\\|")).collect();
            writeln!(text, "| `{}` | {summary} | {} |", words.join(" "), flags.join(", "))
                .expect("writing to a string cannot fail");
        };
        match spec.action {
            Action::Parse(_) | Action::Container { alone: Some(_), .. } => {
                line(&[spec.name, spec.syntax], spec.summary);
            }
            Action::Container { alone: None, .. } => {}
        }
        for sub in spec.subcommands() {
            line(&[spec.name, sub.name, sub.syntax], sub.summary);
        }
    }
    text
}
