//! Where a program's text comes from.

use std::ffi::OsString;
use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use super::CliError;
use super::args::ProgramArg;
use crate::engine::Mode;

/// A program ready to be compiled.
#[derive(Debug)]
pub struct Source {
    /// Its text.
    pub text: String,
    /// How tracebacks call it.
    pub filename: String,
    /// All of `sys.argv`.
    pub argv: Vec<String>,
    /// Whether the value of a last expression is printed.
    pub echo: bool,
    /// Whether the text was read from standard input, which is empty now.
    pub from_stdin: bool,
}

impl Source {
    /// Reads the program.
    ///
    /// # Errors
    /// No such file, a directory, text that is no text, or nothing to run.
    pub fn load(program: &ProgramArg, args: &[OsString]) -> Result<Source, CliError> {
        let (text, filename, first, echo) = match program {
            ProgramArg::Code(code) => {
                let text = code.to_str().ok_or_else(|| {
                    CliError::Undecodable("the code given with -c is not valid UTF-8".to_owned())
                })?;
                (text.to_owned(), "<string>".to_owned(), "-c".to_owned(), true)
            }
            ProgramArg::File(path) => {
                let name = path.to_string_lossy().into_owned();
                (decode(read_file(Path::new(path))?, &name)?, name.clone(), name, false)
            }
            ProgramArg::Dash | ProgramArg::None => {
                let first = if *program == ProgramArg::Dash { "-" } else { "" };
                (decode(read_stdin()?, "<stdin>")?, "<stdin>".to_owned(), first.to_owned(), false)
            }
        };
        let rest = args.iter().map(|arg| arg.to_string_lossy().into_owned());
        let from_stdin = matches!(program, ProgramArg::Dash | ProgramArg::None);
        Ok(Source { text, filename, argv: std::iter::once(first).chain(rest).collect(), echo, from_stdin })
    }

    /// How to compile it.
    pub fn mode(&self) -> Mode {
        if self.echo { Mode::Echo } else { Mode::Program }
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, CliError> {
    fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::IsADirectory => CliError::Directory(path.to_owned()),
        _ => CliError::CannotOpen { path: absolute(path), error },
    })
}

/// As `python3` prints it: the working directory in front, nothing resolved.
fn absolute(path: &Path) -> std::path::PathBuf {
    std::env::current_dir().map_or_else(|_| path.to_owned(), |directory| directory.join(path))
}

fn read_stdin() -> Result<Vec<u8>, CliError> {
    let mut stdin = io::stdin().lock();
    if stdin.is_terminal() {
        return Err(CliError::Interactive);
    }
    let mut bytes = Vec::new();
    stdin
        .read_to_end(&mut bytes)
        .map_err(|error| CliError::System { action: "read the program from standard input", error })?;
    Ok(bytes)
}

/// Decodes a program's bytes by the rules of PEP 263, for UTF-8 alone.
fn decode(mut bytes: Vec<u8>, name: &str) -> Result<String, CliError> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    } else if !bytes.is_ascii()
        && let Some(encoding) = declared_encoding(&bytes)
        && !matches!(encoding.to_ascii_lowercase().replace('_', "-").as_str(), "utf-8" | "utf8")
    {
        return Err(CliError::Undecodable(format!(
            "the encoding '{encoding}' of {name} is not supported; save the file as UTF-8"
        )));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let line = 1 + bytes[..at].iter().filter(|&&byte| byte == b'\n').count();
        CliError::NotUtf8 { byte: bytes[at], name: name.to_owned(), line }
    })
}

/// The encoding that a comment in one of the first two lines declares.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    bytes.split(|&byte| byte == b'\n').take(2).find_map(|line| {
        let comment = line.trim_ascii_start().strip_prefix(b"#")?;
        let at = comment.windows(7).position(|window| matches!(window, b"coding:" | b"coding="))?;
        let value = comment[at + 7..].trim_ascii_start();
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let end = value.iter().position(|byte| !is_name(byte)).unwrap_or(value.len());
        (end > 0).then(|| String::from_utf8_lossy(&value[..end]).into_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_utf8_with_or_without_a_mark() {
        assert_eq!(decode(b"x = 1\n".to_vec(), "a.py").unwrap(), "x = 1\n");
        assert_eq!(decode(b"\xef\xbb\xbfx = 1".to_vec(), "a.py").unwrap(), "x = 1");
        assert_eq!(decode("# -*- coding: UTF-8 -*-\né".into(), "a.py").unwrap().len(), 26);
        assert_eq!(decode(b"# coding: latin-1\nascii".to_vec(), "a.py").unwrap().len(), 23);
    }

    #[test]
    fn other_encodings_are_refused_with_a_reason() {
        let error = decode(b"x=1\nprint('\xff')".to_vec(), "/tmp/x.py").unwrap_err();
        assert_eq!(
            error.to_string(),
            "SyntaxError: Non-UTF-8 code starting with '\\xff' in file /tmp/x.py on line 2, but no encoding \
             declared; see https://peps.python.org/pep-0263/ for details"
        );
        let error = decode("#!/usr/bin/x\n# vim: set fileencoding=latin-1 :\nprint('é')".into(), "a.py");
        assert!(error.unwrap_err().to_string().contains("'latin-1'"));
    }
}
