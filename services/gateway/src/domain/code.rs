//! Sign-in by a code sent to a phone: how codes look, how they are kept, how often one may be asked for and tried.

use std::fmt;

use chassis::id::{Id as _, SignInId};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// How long a code is good for.
pub(crate) const LIFETIME: TimeDelta = TimeDelta::minutes(5);
/// Wrong codes that one sign-in bears.
pub(crate) const TRIES: i16 = 5;
/// Codes to one phone: at most this many in an hour…
const PER_HOUR: usize = 5;
/// …and this far apart.
const APART: TimeDelta = TimeDelta::seconds(60);
/// How many codes there are.
pub(crate) const CODES: u32 = 1_000_000;

/// Six digits. Prints nothing: whoever sends it asks for [`Code::digits`].
#[derive(Clone)]
pub(crate) struct Code(String);

impl Code {
    /// The code for a number drawn below [`CODES`].
    pub(crate) fn of(drawn: u32) -> Self {
        Self(format!("{:06}", drawn % CODES))
    }

    /// A code as a person types it: spaces do not matter.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits: String = text
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .collect();
        (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then_some(Self(digits))
    }

    /// To send, and nothing else.
    pub(crate) fn digits(&self) -> &str {
        &self.0
    }

    /// What the database keeps: bound to the sign-in, under a secret that the database does not hold.
    pub(crate) fn sealed(&self, pepper: &Pepper, sign_in: SignInId) -> [u8; 32] {
        let mut mac = pepper.mac();
        mac.update(sign_in.uuid().as_bytes());
        mac.update(self.0.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(••••••)")
    }
}

/// The secret under which codes are kept.
#[derive(Clone)]
pub(crate) struct Pepper([u8; 32]);

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper(••••••)")
    }
}

impl Pepper {
    /// Derived, so that one secret of a deployment serves several ends without any standing for another.
    pub(crate) fn derive(secret: &[u8]) -> Self {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
        mac.update(b"phien gateway sign-in codes");
        Self(mac.finalize().into_bytes().into())
    }

    fn mac(&self) -> Hmac<Sha256> {
        Hmac::new_from_slice(&self.0).expect("HMAC takes a key of any length")
    }
}

/// Says in how many seconds a code may be asked for again, given when the last ones of this phone were sent.
pub(crate) fn must_wait(sent: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<u32> {
    let newest = sent.iter().max().map(|newest| *newest + APART);
    let mut last_hour: Vec<_> = sent
        .iter()
        .filter(|at| **at > now - TimeDelta::hours(1))
        .collect();
    last_hour.sort();
    let oldest = last_hour
        .len()
        .checked_sub(PER_HOUR)
        .map(|over| *last_hour[over] + TimeDelta::hours(1));
    let until = newest.max(oldest).filter(|until| *until > now)?;
    let seconds = (until - now)
        .num_milliseconds()
        .max(1)
        .unsigned_abs()
        .div_ceil(1000);
    Some(u32::try_from(seconds).unwrap_or(u32::MAX))
}

/// A sign-in that waits for its code.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub(crate) sealed: Vec<u8>,
    pub(crate) tries_left: i16,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) used: bool,
}

/// What a try came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tried {
    /// Signed in.
    Right,
    /// Not the code; so many tries are left.
    Wrong(i16),
    /// Used, too late, or tried too often: ask for a new code.
    Spent,
}

impl Waiting {
    /// Tries a code, in the same time whatever its digits.
    pub(crate) fn try_with(&self, sealed: &[u8; 32], now: DateTime<Utc>) -> Tried {
        if self.used || self.tries_left <= 0 || now >= self.expires_at {
            Tried::Spent
        } else if bool::from(self.sealed.ct_eq(sealed)) {
            Tried::Right
        } else {
            Tried::Wrong(self.tries_left - 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_code_is_six_digits() {
        assert_eq!(Code::of(42).digits(), "000042");
        assert_eq!(Code::parse(" 123 456 ").unwrap().digits(), "123456");
        for wrong in ["12345", "1234567", "12345a", "１２３４５６", ""] {
            assert!(Code::parse(wrong).is_none(), "{wrong}");
        }
        assert_eq!(format!("{:?}", Code::of(42)), "Code(••••••)");
    }

    #[test]
    fn codes_come_one_a_minute_and_five_an_hour() {
        assert_eq!(must_wait(&[], at(0)), None);
        assert_eq!(must_wait(&[at(0)], at(1)), Some(59));
        assert_eq!(must_wait(&[at(0)], at(60)), None);
        let five = [at(0), at(60), at(120), at(180), at(240)];
        assert_eq!(
            must_wait(&five, at(300)),
            Some(3300),
            "until the oldest is an hour old"
        );
        assert_eq!(must_wait(&five, at(3600)), None);
    }

    #[test]
    fn a_sign_in_is_spent_by_use_time_or_tries() {
        let pepper = Pepper::derive(b"secret");
        let id = SignInId::from_uuid(Uuid::from_u128(1));
        let right = Code::of(7).sealed(&pepper, id);
        let wrong = Code::of(8).sealed(&pepper, id);
        let waiting = Waiting {
            sealed: right.to_vec(),
            tries_left: 2,
            expires_at: at(300),
            used: false,
        };
        assert_eq!(waiting.try_with(&right, at(299)), Tried::Right);
        assert_eq!(waiting.try_with(&wrong, at(299)), Tried::Wrong(1));
        assert_eq!(waiting.try_with(&right, at(300)), Tried::Spent);
        assert_eq!(
            Waiting {
                used: true,
                ..waiting.clone()
            }
            .try_with(&right, at(0)),
            Tried::Spent
        );
        assert_eq!(
            Waiting {
                tries_left: 0,
                ..waiting
            }
            .try_with(&right, at(0)),
            Tried::Spent
        );
    }

    #[test]
    fn a_sealed_code_is_good_for_one_sign_in_and_one_pepper() {
        let sealed = |secret: &[u8], id| {
            Code::of(7).sealed(
                &Pepper::derive(secret),
                SignInId::from_uuid(Uuid::from_u128(id)),
            )
        };
        assert_ne!(sealed(b"a", 1), sealed(b"a", 2));
        assert_ne!(sealed(b"a", 1), sealed(b"b", 1));
    }

    proptest! {
        #[test]
        fn whoever_waits_as_told_gets_a_code(sent in prop::collection::vec(0..7200_i64, 0..12)) {
            let sent: Vec<_> = sent.into_iter().map(at).collect();
            if let Some(seconds) = must_wait(&sent, at(7200)) {
                prop_assert!(seconds > 0 && seconds <= 3600);
                prop_assert_eq!(must_wait(&sent, at(7200 + i64::from(seconds))), None);
            }
        }
    }
}
