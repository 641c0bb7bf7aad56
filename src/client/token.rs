//! What a client says to a daemon that asks for a token.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::ClientError;

/// The file that `PYRUST_TOKEN_FILE` names. An empty variable counts as none.
pub(super) fn default_file() -> Option<PathBuf> {
    env::var_os("PYRUST_TOKEN_FILE").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// The token in the file that `PYRUST_TOKEN_FILE` names, if it names one, for those who speak the protocol themselves.
///
/// # Errors
/// [`ClientError::Token`] if the file cannot be read.
pub fn default_token() -> Result<Option<Vec<u8>>, ClientError> {
    default_file().as_deref().map(read).transpose()
}

/// The token in a file, blanks and line ends around it excepted.
///
/// # Errors
/// [`ClientError::Token`] if the file cannot be read.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, ClientError> {
    match fs::read(path) {
        Ok(bytes) => Ok(bytes.trim_ascii().to_vec()),
        Err(source) => Err(ClientError::Token { path: path.to_owned(), source }),
    }
}
