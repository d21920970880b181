//! The key with which an encoder may send the pictures of one session.

use std::fmt;

use chassis::id::{Id as _, SessionId};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// Makes and checks the keys of sessions; keeps none.
#[derive(Clone)]
pub(crate) struct VideoKeys([u8; 32]);

impl fmt::Debug for VideoKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VideoKeys(••••••)")
    }
}

impl VideoKeys {
    /// Derived, so that one secret of a deployment serves several ends without any standing for another.
    pub(crate) fn derive(secret: &[u8]) -> Self {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
        mac.update(b"phien gateway video keys");
        Self(mac.finalize().into_bytes().into())
    }

    /// The session's key: 32 hexadecimal digits.
    pub(crate) fn of(&self, session: SessionId) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(session.uuid().as_bytes());
        let tag = mac.finalize().into_bytes();
        let (first, _) = tag.split_first_chunk().expect("32 bytes");
        format!("{:032x}", u128::from_be_bytes(*first))
    }

    /// Is this the session's key? Compared in constant time.
    pub(crate) fn opens(&self, session: SessionId, shown: &str) -> bool {
        self.of(session).as_bytes().ct_eq(shown.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_key_opens_its_session_alone() {
        let keys = VideoKeys::derive(b"secret");
        let [one, two] = [1, 2].map(|n| SessionId::from_uuid(Uuid::from_u128(n)));
        let key = keys.of(one);
        assert!(keys.opens(one, &key));
        assert!(!keys.opens(two, &key));
        assert!(!VideoKeys::derive(b"other").opens(one, &key));
        for shown in [
            "",
            &key[1..],
            &format!("{key}0"),
            "không phải khoá của phiên này",
        ] {
            assert!(!keys.opens(one, shown), "{shown}");
        }
    }
}
