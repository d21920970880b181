//! Typed ids: a UUIDv7 inside, a prefix outside (`ord_0192…`), never mixed up.

use std::{fmt, str::FromStr};

use uuid::{Uuid, fmt::Simple};

/// Letters of the longest prefix.
const LONGEST_PREFIX: usize = 4;

/// What all ids can do.
pub trait Id: Copy + fmt::Display + FromStr<Err = IdError> + Send + Sync + 'static {
    /// What stands before the underscore.
    const PREFIX: &'static str;
    /// Wraps a UUID.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The UUID inside.
    fn uuid(self) -> Uuid;
}

/// A text that is not an id of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id that starts with {prefix}_")]
pub struct IdError {
    /// The prefix that was expected.
    pub prefix: &'static str,
}

fn parse(text: &str, prefix: &'static str) -> Result<Uuid, IdError> {
    text.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .filter(|hex| hex.len() == 32)
        .and_then(|hex| Uuid::try_parse(hex).ok())
        .ok_or(IdError { prefix })
}

/// In one piece: hundreds of ids make up a batch, and a text that grows part by part is moved about for each.
fn write(f: &mut fmt::Formatter<'_>, prefix: &str, uuid: Uuid) -> fmt::Result {
    let mut text = [b'_'; LONGEST_PREFIX + 1 + Simple::LENGTH];
    let from = prefix.len() + 1;
    text[..prefix.len()].copy_from_slice(prefix.as_bytes());
    uuid.simple().encode_lower(&mut text[from..]);
    let text = &text[..from + Simple::LENGTH];
    f.write_str(str::from_utf8(text).map_err(|_| fmt::Error)?)
}

/// Has a text the shape of an id, of whatever kind?
#[must_use]
pub fn looks_like_one(text: &str) -> bool {
    let Some((prefix, hex)) = text.split_once('_') else {
        return false;
    };
    (3..=LONGEST_PREFIX).contains(&prefix.len())
        && prefix.bytes().all(|letter| letter.is_ascii_lowercase())
        && hex.len() == 32
        && hex.bytes().all(|digit| digit.is_ascii_hexdigit())
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal,)*) => {$(
        const _: () = assert!($prefix.len() >= 3 && $prefix.len() <= LONGEST_PREFIX);

        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
        #[sqlx(transparent)]
        pub struct $name(Uuid);

        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write(f, $prefix, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                parse(text, $prefix).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// An account: whoever signs in.
    AccountId "acc",
    /// An organiser: a Youth Union branch, a ward, a cooperative union.
    OrganiserId "org",
    /// A producer (chủ thể OCOP).
    ProducerId "prd",
    /// An OCOP certificate.
    CertificateId "crt",
    /// A product.
    ProductId "prod",
    /// A variant (quy cách) of a product.
    VariantId "var",
    /// A livestream session (phiên).
    SessionId "ses",
    /// An offer: a variant at a price, in a session.
    OfferId "off",
    /// One request for units of an offer.
    ProposalId "prp",
    /// A comment in a room.
    CommentId "cmt",
    /// A hold: units of an offer kept for one shopper for a while.
    HoldId "hld",
    /// A shopper's place in an offer's waitlist.
    WaitId "wai",
    /// A claim that somebody at the desk has to look at.
    DeskItemId "dsk",
    /// Somebody from another platform who wrote into a room.
    AuthorId "aut",
    /// One act of moderation.
    ModerationActId "mod",
    /// A viewer's complaint.
    ComplaintId "cpl",
    /// An order.
    OrderId "ord",
    /// A payment: what one order owes one payee.
    PaymentId "pay",
    /// One line of a bank feed.
    BankEntryId "bnk",
    /// An event on the bus.
    EventId "evt",
    /// A question of one service to another.
    QuestionId "qst",
    /// A sign-in attempt by phone code.
    SignInId "sgn",
    /// A running gateway.
    GatewayId "gtw",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_text_and_refuses_another_kind() {
        let id = OrderId::from_uuid(Uuid::from_u128(7));
        assert_eq!(id.to_string(), "ord_00000000000000000000000000000007");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(
            id.to_string().parse::<PaymentId>(),
            Err(IdError { prefix: "pay" })
        );
        assert!("ord_zz".parse::<OrderId>().is_err());
    }

    #[test]
    fn every_kind_looks_like_an_id() {
        let uuid = Uuid::from_u128(u128::MAX);
        let ids = [
            OrderId::from_uuid(uuid).to_string(),
            ProductId::from_uuid(uuid).to_string(),
        ];
        assert_eq!(ids[1], "prod_ffffffffffffffffffffffffffffffff");
        assert!(ids.iter().all(|id| looks_like_one(id)));
        assert!(!looks_like_one("no_ffffffffffffffffffffffffffffffff"));
        assert!(!looks_like_one("ord_0912345678"));
    }
}
