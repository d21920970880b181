//! Tokens: `ph_` and 32 random bytes; only their SHA-256 is kept.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

/// For those who sign in by phone.
pub(crate) const SHOPPER_LIFETIME: TimeDelta = TimeDelta::days(30);
/// For those who sign in by password, and for tokens made for a demonstration.
pub(crate) const STAFF_LIFETIME: TimeDelta = TimeDelta::hours(12);

const PREFIX: &str = "ph_";
/// 32 bytes in base64 without padding.
const LENGTH: usize = PREFIX.len() + 43;

/// What the database keeps of a token, and what it is looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TokenHash(pub(crate) [u8; 32]);

impl TokenHash {
    /// The hash of a text that could be a token; `None` spares the look-up.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let token = text.strip_prefix(PREFIX)?;
        let shaped = text.len() == LENGTH
            && token
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        shaped.then(|| Self(Sha256::digest(text.as_bytes()).into()))
    }
}

/// A new token from 32 random bytes, with its hash.
pub(crate) fn token(random: [u8; 32]) -> (SecretString, TokenHash) {
    let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random));
    let hash = TokenHash(Sha256::digest(text.as_bytes()).into());
    (text.into(), hash)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_token_is_found_by_its_hash_and_by_nothing_else() {
        let (text, hash) = token([7; 32]);
        assert_eq!(TokenHash::of(text.expose_secret()), Some(hash));
        assert_ne!(TokenHash::of(token([8; 32]).0.expose_secret()), Some(hash));
        let long = format!("{}A", text.expose_secret());
        for wrong in ["", "ph_", "ph_short", &long, &text.expose_secret()[3..]] {
            assert_eq!(TokenHash::of(wrong), None);
        }
    }
}
