//! `COMMAND` and `HELP`: the table of commands for clients, in the shapes that Redis gives it.

use crate::wire::command::{CommandSpec, Flag, SubSpec};
use crate::wire::{Args, COMMANDS, RespWriter, find_command};

/// `COMMAND COUNT`
pub(super) fn count(writer: &mut RespWriter<'_>) {
    writer.unsigned(COMMANDS.len() as u64);
}

/// `COMMAND LIST`
pub(super) fn list(writer: &mut RespWriter<'_>) {
    writer.array(COMMANDS.len());
    for spec in COMMANDS {
        writer.bulk(spec.name.to_ascii_lowercase().as_bytes());
    }
}

/// `COMMAND` and `COMMAND INFO [command …]`
pub(super) fn infos(args: Option<&Args<'_>>, writer: &mut RespWriter<'_>) {
    match args.filter(|args| args.len() > 2) {
        None => {
            writer.array(COMMANDS.len());
            COMMANDS.iter().for_each(|spec| info(spec, writer));
        }
        Some(args) => {
            writer.array(args.len() - 2);
            for name in args.iter().skip(2) {
                match find_command(name) {
                    Some(spec) => info(spec, writer),
                    None => writer.null(),
                }
            }
        }
    }
}

fn info(spec: &CommandSpec, writer: &mut RespWriter<'_>) {
    info_row(&spec.name.to_ascii_lowercase(), spec.arity, spec.flags, writer);
    let subcommands = spec.subcommands();
    writer.array(subcommands.len());
    for sub in subcommands {
        info_row(&full_name(spec, sub), sub.arity, spec.flags, writer);
        writer.array(0);
    }
}

/// All of a command's ten fields but the last, its sub-commands.
fn info_row(name: &str, arity: i32, flags: &[Flag], writer: &mut RespWriter<'_>) {
    writer.array(10);
    writer.bulk(name.as_bytes());
    writer.integer(i64::from(arity));
    writer.set(flags.len());
    flags.iter().for_each(|flag| writer.simple(flag.name()));
    // The first key, the last one, the step between two: none at a fixed place.
    (0..3).for_each(|_| writer.integer(0));
    // Access categories, tips, specifications of keys.
    writer.set(0);
    writer.array(0);
    writer.array(0);
}

/// `COMMAND GETKEYS command …` and `COMMAND GETKEYSANDFLAGS`: of those commands that say how many keys they have.
pub(super) fn keys(args: &Args<'_>, flags: bool, writer: &mut RespWriter<'_>) -> Result<(), String> {
    let spec = find_command(args.get(2).unwrap_or_default()).ok_or("ERR Invalid command specified")?;
    if !spec.flags.contains(&Flag::MovableKeys) {
        return Err("ERR The command has no key arguments".to_owned());
    }
    // The command's name, its program, the number of keys, the keys.
    let count = args.get(4).and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<usize>().ok());
    let count = count
        .filter(|&count| count <= args.len() - 5)
        .ok_or("ERR Invalid arguments specified for command")?;
    if count == 0 {
        return Err("ERR The command has no key arguments".to_owned());
    }
    writer.array(count);
    for key in args.iter().skip(5).take(count) {
        if flags {
            writer.array(2);
            writer.bulk(key);
            let flags = ["RW", "access", "update"];
            writer.set(flags.len());
            flags.iter().for_each(|flag| writer.simple(flag));
        } else {
            writer.bulk(key);
        }
    }
    Ok(())
}

/// `COMMAND DOCS [command …]`
pub(super) fn docs(args: &Args<'_>, writer: &mut RespWriter<'_>) {
    let all = args.len() == 2;
    let mut specs: Vec<&CommandSpec> = Vec::new();
    if all {
        specs.extend(COMMANDS);
    } else {
        specs.extend(args.iter().skip(2).filter_map(find_command));
    }
    writer.map(specs.len());
    for spec in specs {
        let subcommands = spec.subcommands();
        writer.bulk(spec.name.to_ascii_lowercase().as_bytes());
        doc(spec.summary, spec.group, spec.syntax, !subcommands.is_empty(), writer);
        if !subcommands.is_empty() {
            writer.bulk(b"subcommands");
            writer.map(subcommands.len());
            for sub in subcommands {
                writer.bulk(full_name(spec, sub).as_bytes());
                doc(sub.summary, spec.group, sub.syntax, false, writer);
            }
        }
    }
}

fn doc(summary: &str, group: &str, syntax: &str, has_more: bool, writer: &mut RespWriter<'_>) {
    let fields = [("summary", summary), ("since", env!("CARGO_PKG_VERSION")), ("group", group)];
    let words: Vec<&str> = if syntax.is_empty() { Vec::new() } else { vec![syntax] };
    writer.map(fields.len() + usize::from(has_more) + words.len());
    for (key, value) in fields {
        writer.bulk(key.as_bytes());
        writer.bulk(value.as_bytes());
    }
    // One argument that shows as all of them.
    for word in words {
        writer.bulk(b"arguments");
        writer.array(1);
        writer.map(3);
        for (key, value) in [("name", word), ("type", "string"), ("display_text", word)] {
            writer.bulk(key.as_bytes());
            writer.bulk(value.as_bytes());
        }
    }
}

/// `CLIENT HELP` and the like.
pub(super) fn help(spec: &CommandSpec, writer: &mut RespWriter<'_>) {
    let subcommands = spec.subcommands();
    writer.array(1 + 2 * subcommands.len());
    writer.simple(&format!("{} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", spec.name));
    for sub in subcommands {
        writer.simple(format!("{} {}", sub.name, sub.syntax).trim_end());
        writer.simple(&format!("    {}", sub.summary));
    }
}

fn full_name(spec: &CommandSpec, sub: &SubSpec) -> String {
    format!("{}|{}", spec.name, sub.name).to_ascii_lowercase()
}
