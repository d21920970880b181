//! Passwords: what is accepted, how it is hashed and verified.
//!
//! Long rather than odd: no rules about digits and signs, but the usual first guesses are refused. Hashing is slow on
//! purpose: call it off the async threads, see `app::passwords`.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _},
};
use secrecy::{ExposeSecret as _, SecretString};

/// Fewest characters.
pub(crate) const SHORTEST: usize = 10;
/// Most characters: hashing takes the whole of it.
pub(crate) const LONGEST: usize = 128;

/// The first things that somebody who guesses tries, at least [`SHORTEST`] long.
const GUESSES: [&str; 24] = [
    "1234567890",
    "0123456789",
    "0987654321",
    "9876543210",
    "1111111111",
    "0000000000",
    "12345678910",
    "123456789a",
    "password123",
    "password1234",
    "passw0rd123",
    "qwertyuiop",
    "qwerty12345",
    "1q2w3e4r5t",
    "abc1234567",
    "abcd123456",
    "matkhau123",
    "matkhau1234",
    "iloveyou123",
    "anhyeuem123",
    "vietnam123",
    "vietnam1975",
    "adminadmin",
    "administrator",
];

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WeakPassword {
    /// Too short.
    #[error("at least {SHORTEST} characters")]
    Short,
    /// Too long.
    #[error("at most {LONGEST} characters")]
    Long,
    /// One character over and over, the username, or a usual first guess.
    #[error("too easy to guess")]
    Guessable,
}

/// Checks a new password for a username.
pub(crate) fn check(password: &SecretString, username: &str) -> Result<(), WeakPassword> {
    let password = password.expose_secret();
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(WeakPassword::Short);
    }
    if length > LONGEST {
        return Err(WeakPassword::Long);
    }
    let lower = password.to_lowercase();
    let mut letters = lower.chars();
    let first = letters.next();
    let username = username.trim().to_lowercase();
    let named = !username.is_empty() && lower.contains(&username);
    let monotonous = letters.all(|letter| Some(letter) == first);
    if monotonous || named || GUESSES.contains(&lower.as_str()) {
        return Err(WeakPassword::Guessable);
    }
    Ok(())
}

fn argon2id() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None)
        .expect("the least that OWASP advises is within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password with a salt of its own; slow.
pub(crate) fn hash(password: &SecretString) -> Result<String, argon2::password_hash::Error> {
    argon2id()
        .hash_password(password.expose_secret().as_bytes())
        .map(|hash| hash.to_string())
}

/// Compares a password with a hash; slow, and as slow for a hash of nobody's.
pub(crate) fn verify(password: &SecretString, hash: &str) -> bool {
    argon2id()
        .verify_password(password.expose_secret().as_bytes(), hash)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_and_first_guesses_do_not_pass() {
        let check = |password: &str| check(&password.into(), "hoa.ngoc");
        assert_eq!(check("ngắn quá"), Err(WeakPassword::Short));
        assert_eq!(check(&"dài".repeat(50)), Err(WeakPassword::Long));
        for guess in ["aaaaaaaaaaaa", "Password123", "matkhau1234", "HOA.NGOC2026"] {
            assert_eq!(check(guess), Err(WeakPassword::Guessable), "{guess}");
        }
        assert_eq!(check("con trâu đi trước"), Ok(()));
    }

    #[test]
    fn every_guess_listed_would_otherwise_pass() {
        for guess in GUESSES {
            assert!(
                guess.len() >= SHORTEST && guess == guess.to_lowercase(),
                "{guess} need not be listed"
            );
        }
    }

    #[test]
    fn a_hash_verifies_its_own_password_only() {
        let hashed = hash(&"con trâu đi trước".into()).unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify(&"con trâu đi trước".into(), &hashed));
        assert!(!verify(&"con trâu đi sau".into(), &hashed));
        assert!(!verify(&"con trâu đi trước".into(), "not a hash"));
        assert_ne!(hashed, hash(&"con trâu đi trước".into()).unwrap());
    }
}
