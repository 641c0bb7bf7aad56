//! What a client says to a daemon that asks for a token.

use std::env;
use std::path::PathBuf;

use super::ClientError;

/// The token in the file that `PYRUST_TOKEN_FILE` names, blanks and line ends around it excepted. An empty variable
/// counts as none.
///
/// # Errors
/// [`ClientError::Token`] if the file cannot be read.
pub fn token() -> Result<Option<Vec<u8>>, ClientError> {
    let path = match env::var_os("PYRUST_TOKEN_FILE") {
        Some(path) if !path.is_empty() => PathBuf::from(path),
        _ => return Ok(None),
    };
    match std::fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes.trim_ascii().to_vec())),
        Err(source) => Err(ClientError::Token { path, source }),
    }
}
