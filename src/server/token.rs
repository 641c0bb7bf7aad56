//! The file with the daemon's token.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;
use rustix::process::geteuid;

use super::ServerError;
use crate::limits;

/// Reads a token: all that is in the file, blanks and line ends around it excepted.
///
/// # Errors
/// A file that is not the user's own, that others may read or write, or that has no token in it.
pub fn read(path: &Path) -> Result<Vec<u8>, ServerError> {
    let io = |error| ServerError::io("read the token in", path, error);
    let unfit = |problem: String| ServerError::TokenFile { path: path.to_owned(), problem };
    // Not to wait for somebody to write into a pipe.
    let flags = OFlags::NONBLOCK.bits() as i32;
    let file: File = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(io)?;
    // Of what is open now, whatever has the name meanwhile.
    let metadata = file.metadata().map_err(io)?;
    if !metadata.is_file() {
        return Err(unfit("it is not a file".to_owned()));
    }
    if metadata.uid() != geteuid().as_raw() {
        return Err(unfit(format!("it belongs to another user (uid {})", metadata.uid())));
    }
    if metadata.mode() & 0o077 != 0 {
        let mode = metadata.mode() & 0o777;
        return Err(unfit(format!("others may read or write it (mode {mode:04o}): chmod 600 it")));
    }
    let mut bytes = Vec::new();
    file.take(limits::TOKEN_MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(io)?;
    match bytes.trim_ascii() {
        [] => Err(unfit("it is empty".to_owned())),
        _ if bytes.len() > limits::TOKEN_MAX_BYTES => {
            Err(unfit(format!("it is longer than {} bytes", limits::TOKEN_MAX_BYTES)))
        }
        token => Ok(token.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_token_is_read_from_a_private_file_and_from_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        let problem = |text: &[u8], mode: u32| {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            read(&path).map_err(|error| error.to_string())
        };
        assert_eq!(problem(b" secret \n", 0o600), Ok(b"secret".to_vec()));
        assert_eq!(problem(b"secret", 0o400), Ok(b"secret".to_vec()));
        for (text, mode, why) in [
            (&b"secret"[..], 0o640, "mode 0640"),
            (b"secret", 0o602, "mode 0602"),
            (b" \n", 0o600, "it is empty"),
            (&[b'x'; limits::TOKEN_MAX_BYTES + 1], 0o600, "longer than"),
        ] {
            let said = problem(text, mode).unwrap_err();
            assert!(said.contains(why) && !said.contains("secret"), "{said}");
        }
        assert!(read(dir.path()).unwrap_err().to_string().contains("not a file"));
        assert!(matches!(read(&dir.path().join("none")), Err(ServerError::Io { .. })));
    }
}
