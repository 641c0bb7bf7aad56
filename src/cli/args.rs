//! The command line as it was typed.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use super::CliError;
use super::units::{parse_duration, parse_size};

const USAGE: &str = "pyrust [OPTIONS] [-c CODE | FILE | -] [ARG]...";

const PROGRAM_HELP: &str = "Program:
  -c CODE   Run CODE and print the value of its last expression
  FILE      Run a file
  -         Run a program from standard input, as when there is neither CODE nor FILE
  ARG...    Arguments of the program, in sys.argv; options after CODE or FILE belong to it too

A program runs on the daemon if one is running, else in this process, with the same result.
With --session or --id it runs on the daemon or not at all. What it reads of standard input is
sent along, so it must come to an end there.

Environment:
  PYRUST_SOCKET       The daemon's socket, instead of /tmp/pyrust.sock
  PYRUST_NO_DAEMON=1  Run programs in this process
  PYRUST_TOKEN_FILE   The token that the daemon asks for (--token-file)

Exit code: the program's own; 1 uncaught exception, killed by a limit or cancelled; 2 bad option
or missing file; 120 output that could not be written; 124 time limit; 130 Ctrl-C. Looking after
the daemon: 0 done, 1 not; --daemon-status, --stats and --ping tell by it whether the daemon runs,
--cancel whether there was anything to cancel.";

/// Flags, before the program. `-c CODE`, `FILE` and what follows never come here.
#[derive(Clone, Debug, Default, Parser)]
#[command(
    name = "pyrust",
    about = "Python at socket speed",
    disable_version_flag = true,
    override_usage = USAGE,
    after_help = PROGRAM_HELP,
)]
pub struct LowArgs {
    /// Start the daemon in the background
    #[arg(long, group = "task")]
    pub daemon: bool,
    /// With --daemon: serve in this process
    #[arg(long, requires = "daemon")]
    pub foreground: bool,
    /// Stop the daemon; returns when it is gone
    #[arg(long, group = "task")]
    pub stop_daemon: bool,
    /// With --stop-daemon: kill it, with the programs that run
    #[arg(long, requires = "stop_daemon")]
    pub force: bool,
    /// Print how the daemon is; exit code 0 if it runs, 1 if not
    #[arg(long, group = "task")]
    pub daemon_status: bool,
    /// Print all of the daemon's numbers, one a line
    #[arg(long, group = "task")]
    pub stats: bool,
    /// Ask whether the daemon answers, and print how long that took
    #[arg(long, group = "task")]
    pub ping: bool,
    /// Empty the daemon's compile cache
    #[arg(long, group = "task")]
    pub clear_cache: bool,
    /// Cancel the runs named ID (--id), or what runs on the connection of this number
    #[arg(long, value_name = "ID", group = "task", allow_hyphen_values = true)]
    pub cancel: Option<String>,
    /// Run the program in this session of the daemon, whose globals stay
    #[arg(long, value_name = "NAME", conflicts_with_all = ["task", "no_daemon"], allow_hyphen_values = true)]
    pub session: Option<String>,
    /// Name the run, for --cancel
    #[arg(long, value_name = "ID", conflicts_with_all = ["task", "no_daemon"], allow_hyphen_values = true)]
    pub id: Option<String>,
    /// The daemon's socket
    #[arg(long, value_name = "PATH")]
    pub socket: Option<PathBuf>,
    /// Wall time of a run: 1.5, 250ms, 2m [on the daemon: 30 s]
    #[arg(long, value_name = "SECONDS", value_parser = parse_duration, allow_hyphen_values = true)]
    pub timeout: Option<Duration>,
    /// Live memory of a run: 64MiB [on the daemon: 256MiB]
    #[arg(long, value_name = "SIZE", value_parser = parse_size, allow_hyphen_values = true)]
    pub max_memory: Option<usize>,
    /// With --daemon: size of a request [16MiB]
    #[arg(long, value_name = "SIZE", value_parser = parse_size, allow_hyphen_values = true, requires = "daemon")]
    pub max_frame: Option<usize>,
    /// With --daemon: connections at once [10000]
    #[arg(long, value_name = "N", requires = "daemon")]
    pub max_connections: Option<usize>,
    /// With --daemon: sessions at once [1024]
    #[arg(long, value_name = "N", requires = "daemon")]
    pub max_sessions: Option<usize>,
    /// With --daemon: live memory of all sessions beyond which there are no new ones [1GiB]
    #[arg(long, value_name = "SIZE", value_parser = parse_size, allow_hyphen_values = true, requires = "daemon")]
    pub max_sessions_memory: Option<usize>,
    /// With --daemon: serve only who says the token in a file (mode 0600)
    #[arg(long, value_name = "FILE", requires = "daemon")]
    pub token_file: Option<PathBuf>,
    /// With --daemon: log to a file
    #[arg(long, value_name = "FILE", requires = "daemon")]
    pub log: Option<PathBuf>,
    /// Print JSON where something is printed for people
    #[arg(long)]
    pub json: bool,
    /// Run the program in this process
    #[arg(long)]
    pub no_daemon: bool,
    /// Print to standard error where the time went
    #[arg(long)]
    pub profile: bool,
    /// The same as one line of JSON
    #[arg(long)]
    pub profile_json: bool,
    /// Print the version
    #[arg(short = 'V', long)]
    pub version: bool,
}

/// Flags whose value is the next argument: the split must not take it for the program.
const FLAGS_WITH_VALUE: [&str; 12] = [
    "--socket",
    "--timeout",
    "--max-memory",
    "--max-frame",
    "--max-connections",
    "--max-sessions",
    "--max-sessions-memory",
    "--token-file",
    "--log",
    "--cancel",
    "--session",
    "--id",
];

/// The program that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramArg {
    /// `-c CODE`
    Code(OsString),
    /// `FILE`
    File(OsString),
    /// `-`
    Dash,
    /// Nothing.
    None,
}

/// A command line, split where the program begins.
#[derive(Clone, Debug)]
pub struct CommandLine {
    /// What stands before it.
    pub flags: LowArgs,
    /// The program.
    pub program: ProgramArg,
    /// What stands after it.
    pub args: Vec<OsString>,
}

impl CommandLine {
    /// Reads the arguments, the command's own name excluded.
    ///
    /// # Errors
    /// A bad flag, or `-c` without code. `--help` comes this way too.
    pub fn parse(mut args: impl Iterator<Item = OsString>) -> Result<CommandLine, CliError> {
        let mut flags = Vec::new();
        let mut program = ProgramArg::None;
        while let Some(arg) = args.next() {
            match arg.as_bytes() {
                b"-c" => program = ProgramArg::Code(args.next().ok_or(CliError::CodeMissing)?),
                b"-" => program = ProgramArg::Dash,
                b"--" => program = args.next().map_or(ProgramArg::None, ProgramArg::File),
                [b'-', b'c', code @ ..] => program = ProgramArg::Code(OsString::from_vec(code.to_vec())),
                [b'-', ..] => {
                    let value = takes_value(&arg).then(|| args.next()).flatten();
                    flags.push(arg);
                    flags.extend(value);
                    continue;
                }
                _ => program = ProgramArg::File(arg),
            }
            break;
        }
        // Most calls have no flags, and need no parser for them.
        let flags = match flags.is_empty() {
            true => LowArgs::default(),
            false => LowArgs::try_parse_from([OsString::from("pyrust")].into_iter().chain(flags))?,
        };
        Ok(CommandLine { flags, program, args: args.collect() })
    }
}

fn takes_value(flag: &OsStr) -> bool {
    FLAGS_WITH_VALUE.iter().any(|with_value| flag == *with_value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(args: &[&str]) -> Result<CommandLine, CliError> {
        CommandLine::parse(args.iter().map(OsString::from))
    }

    #[test]
    fn the_table_of_flags_is_sound_and_agrees_with_the_split() {
        let command = LowArgs::command();
        command.clone().debug_assert();
        let mut with_value: Vec<String> = command
            .get_arguments()
            .filter(|arg| arg.get_action().takes_values())
            .map(|arg| format!("--{}", arg.get_long().unwrap()))
            .collect();
        with_value.sort();
        let mut expected = FLAGS_WITH_VALUE.map(str::to_owned);
        expected.sort();
        assert_eq!(with_value, expected);
        assert!(command.get_arguments().all(|arg| arg.get_help().is_some()));
    }

    #[test]
    fn options_after_the_program_belong_to_it() {
        for (args, program, rest) in [
            (&["-c", "2+3"][..], ProgramArg::Code("2+3".into()), &[][..]),
            (&["-c2+3", "-x"], ProgramArg::Code("2+3".into()), &["-x"]),
            (&["-c", "-1", "-c", "--json"], ProgramArg::Code("-1".into()), &["-c", "--json"]),
            (&["a.py", "--version", "-c"], ProgramArg::File("a.py".into()), &["--version", "-c"]),
            (&["-", "-"], ProgramArg::Dash, &["-"]),
            (&["--", "-c.py", "--"], ProgramArg::File("-c.py".into()), &["--"]),
            (&["--socket", "a.py", "b.py"], ProgramArg::File("b.py".into()), &[]),
            (&["--session", "a.py", "--id", "-c", "b.py"], ProgramArg::File("b.py".into()), &[]),
            (&["--socket=x", "a.py", "b.py"], ProgramArg::File("a.py".into()), &["b.py"]),
            (&["--json"], ProgramArg::None, &[]),
            (&[""], ProgramArg::File("".into()), &[]),
            (&[], ProgramArg::None, &[]),
        ] {
            let line = parse(args).unwrap();
            assert_eq!(line.program, program, "{args:?}");
            assert_eq!(line.args, rest, "{args:?}");
        }
    }

    #[test]
    fn flags_are_read_with_their_units() {
        let flags =
            parse(&["--timeout", "250ms", "--max-memory=64MiB", "--profile", "-c", "1"]).unwrap().flags;
        assert_eq!(flags.timeout, Some(Duration::from_millis(250)));
        assert_eq!(flags.max_memory, Some(64 << 20));
        assert!(flags.profile && !flags.profile_json);
    }

    #[test]
    fn bad_flags_are_errors_that_say_why() {
        for (args, problem) in [
            (&["--bogus"][..], "unexpected argument '--bogus'"),
            (&["-x"], "unexpected argument '-x'"),
            (&["--timeout", "soon"], "it is not a time such as 30, 1.5s or 250ms"),
            (&["--timeout"], "a value is required for '--timeout <SECONDS>'"),
            (&["--max-memory", "-1"], "it cannot be negative"),
            (&["--foreground"], "--daemon"),
            (&["--daemon", "--stop-daemon"], "cannot be used with"),
            (&["--ping", "--cancel", "x"], "cannot be used with"),
            (&["--session", "s", "--stats"], "cannot be used with"),
            (&["--id", "x", "--no-daemon", "a.py"], "cannot be used with"),
            (&["--force"], "--stop-daemon"),
            (&["-c"], "argument expected for the -c option"),
        ] {
            let error = parse(args).unwrap_err().to_string();
            assert!(error.contains(problem), "{args:?}: {error}");
        }
    }
}
