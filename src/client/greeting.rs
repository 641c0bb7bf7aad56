//! The greeting: which protocol, who calls, and whether client and daemon go together.

use std::path::Path;

use super::error::{error_of, protocol};
use super::{ClientError, token};
use crate::wire::{Credentials, Hello, HelloReply, Request, RespValue, RespVersion};

/// This client's version.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the daemon calls itself.
const SERVER: &str = "pyrust";

/// Appends `HELLO 3`, with the token that the file holds, read anew each time: it may have been replaced.
///
/// # Errors
/// [`ClientError::Token`]
pub(super) fn encode(
    name: Option<&str>,
    token_file: Option<&Path>,
    out: &mut Vec<u8>,
) -> Result<(), ClientError> {
    let token = token_file.map(token::read).transpose()?;
    let auth = token.as_deref().map(|password| Credentials { user: Some(b"default"), password });
    Request::Hello(Hello { version: Some(RespVersion::Resp3), auth, name }).encode(out);
    Ok(())
}

/// Reads the answer.
///
/// # Errors
/// [`ClientError::NotPyrust`], [`ClientError::Incompatible`], or why the daemon does not want this client.
pub(super) fn check(path: &Path, answer: RespValue) -> Result<HelloReply, ClientError> {
    let not_pyrust = |what: String| ClientError::NotPyrust { path: path.to_owned(), what };
    if let RespValue::Error(text) = &answer {
        // A server of this protocol that is older than its third version.
        let unknown = text.starts_with("ERR unknown command") || text.starts_with("NOPROTO");
        return Err(if unknown { not_pyrust(format!("it says '{text}'")) } else { error_of(text) });
    }
    match answer.get("server").map(RespValue::as_str) {
        Some(Some(SERVER)) => {}
        Some(Some(other)) => return Err(not_pyrust(format!("it says that it is '{other}'"))),
        _ => return Err(not_pyrust(format!("it answers the greeting with {}", answer.type_name()))),
    }
    let daemon = answer.get("version").and_then(RespValue::as_str).unwrap_or("of no version").to_owned();
    if !are_compatible(VERSION, &daemon) {
        return Err(ClientError::Incompatible { path: path.to_owned(), daemon });
    }
    HelloReply::decode(answer).map_err(protocol)
}

/// The same major version, and before the first one the same minor version, too.
fn are_compatible(ours: &str, theirs: &str) -> bool {
    match (major_and_minor(ours), major_and_minor(theirs)) {
        (Some((0, ours)), Some((0, theirs))) => ours == theirs,
        (Some((ours, _)), Some((theirs, _))) => ours == theirs,
        _ => false,
    }
}

fn major_and_minor(version: &str) -> Option<(u64, u64)> {
    let mut parts = version.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::wire::ErrorCode;

    fn answer(server: &str, version: &str) -> RespValue {
        let reply = HelloReply {
            server: server.into(),
            version: version.into(),
            proto: 3,
            id: 7,
            ..HelloReply::default()
        };
        let mut out = Vec::new();
        reply.encode(RespVersion::Resp3, &mut out);
        let mut decoder = crate::wire::ReplyDecoder::new(1 << 20);
        decoder.feed(&out);
        decoder.next_value().unwrap().unwrap()
    }

    #[test]
    fn versions_go_together_by_their_first_part_that_counts() {
        for (ours, theirs, fine) in [
            ("0.1.0", "0.1.9", true),
            ("0.1.0", "0.2.0", false),
            ("0.1.0", "1.1.0", false),
            ("1.2.0", "1.9.3", true),
            ("1.2.0", "2.2.0", false),
            ("1.2.0", "0.2.0", false),
            ("1.2.0-rc.1", "1.3.0", true),
            ("1.2.0", "", false),
            ("1.2.0", "of no version", false),
        ] {
            assert_eq!(are_compatible(ours, theirs), fine, "{ours} and {theirs}");
        }
    }

    #[test]
    fn whoever_is_not_a_daemon_of_this_version_is_named() {
        let path = Path::new("/tmp/x.sock");
        let said = |answer: RespValue| check(path, answer).map_err(|error| error.to_string());
        assert_eq!(said(answer("pyrust", VERSION)).unwrap().id, 7);
        assert_eq!(
            said(answer("redis", "7.2.0")),
            Err("what listens on /tmp/x.sock is no pyrust daemon: it says that it is 'redis'".into())
        );
        assert_eq!(
            said(answer("pyrust", "99.0.1")),
            Err(format!(
                "the daemon on /tmp/x.sock is pyrust 99.0.1, which this client of version {VERSION} does not \
                 understand; restart it: pyrust --stop-daemon && pyrust --daemon"
            ))
        );
        let old = RespValue::Error("ERR unknown command 'HELLO', with args beginning with: '3' ".into());
        assert!(matches!(check(path, old), Err(ClientError::NotPyrust { .. })));
        assert!(matches!(check(path, RespValue::Simple("OK".into())), Err(ClientError::NotPyrust { .. })));
        let busy = RespValue::Error("BUSY 10 connections".into());
        assert!(matches!(check(path, busy), Err(ClientError::Busy(_))));
        match check(path, RespValue::Error("NOPERM not you".into())) {
            Err(ClientError::Refused(error)) => assert_eq!(error.code, ErrorCode::NoPerm),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_token_is_what_the_file_holds_without_its_line_end() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("token");
        fs::write(&file, "secret \n").unwrap();
        let mut out = Vec::new();
        encode(Some("me"), Some(&file), &mut out).unwrap();
        let expected = "*7 $5 HELLO $1 3 $4 AUTH $7 default $6 secret $7 SETNAME $2 me ".replace(' ', "\r\n");
        assert_eq!(out, expected.as_bytes());
        fs::remove_file(&file).unwrap();
        let error = encode(None, Some(&file), &mut out).unwrap_err();
        assert!(matches!(error, ClientError::Token { .. }));
    }
}
