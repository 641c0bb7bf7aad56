//! The token that a daemon may ask its clients for (`AUTH`, `HELLO … AUTH`).

use std::fmt;
use std::hint::black_box;

use crate::wire::Credentials;

/// The only user there is.
const USER: &[u8] = b"default";

/// What a client has to say before anything else is served. Never printed, not even by `Debug`.
pub struct AccessToken(Box<[u8]>);

impl AccessToken {
    /// A token of these bytes.
    pub fn new(bytes: &[u8]) -> AccessToken {
        AccessToken(bytes.into())
    }

    /// Whether a password is the token. How long that takes depends on the password's length alone: not on how much of
    /// it is right, nor on how long the token is.
    fn is(&self, password: &[u8]) -> bool {
        let mut difference = u8::from(password.len() != self.0.len());
        for (at, byte) in password.iter().enumerate() {
            difference |= black_box(byte ^ self.0[at % self.0.len()]);
        }
        black_box(difference) == 0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AccessToken")
    }
}

/// Whether these credentials admit their bearer, to a daemon with or without a token.
///
/// # Errors
/// Redis's words for why not.
pub(super) fn check(token: Option<&AccessToken>, credentials: &Credentials<'_>) -> Result<(), &'static str> {
    const WRONG: &str = "WRONGPASS invalid username-password pair or user is disabled.";
    match (token, credentials.user) {
        (None, None) => {
            Err("ERR AUTH <password> called without any password configured for the default user. \
                             Are you sure your configuration is correct?")
        }
        (_, Some(user)) if user != USER => Err(WRONG),
        (Some(token), _) if !token.is(credentials.password) => Err(WRONG),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_is_the_token() {
        let token = AccessToken::new(b"abcabc");
        for (password, is) in
            [(&b"abcabc"[..], true), (b"abc", false), (b"abcabcabc", false), (b"", false), (b"abcabd", false)]
        {
            assert_eq!(token.is(password), is, "{}", password.escape_ascii());
        }
        assert_eq!(format!("{token:?}"), "AccessToken");
    }
}
