//! The key with which an encoder may send the pictures of one session.

use std::fmt;

use chassis::id::{Id as _, SessionId};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

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
        let tag = self.mac(session).finalize().into_bytes();
        tag[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Is this the session's key? Compared in constant time.
    pub(crate) fn opens(&self, session: SessionId, shown: &str) -> bool {
        let bytes: Option<Vec<u8>> = (shown.len() == 32 && shown.is_ascii())
            .then(|| {
                (0..32)
                    .step_by(2)
                    .map(|at| u8::from_str_radix(&shown[at..at + 2], 16).ok())
                    .collect()
            })
            .flatten();
        bytes.is_some_and(|bytes| self.mac(session).verify_truncated_left(&bytes).is_ok())
    }

    fn mac(&self, session: SessionId) -> Hmac<Sha256> {
        let mac = Hmac::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.chain_update(session.uuid().as_bytes())
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
