//! How things are now: what a connection begins with.

use proto::{feed::v1 as feed, livestream::v1 as livestream, orders::v1 as orders};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Notice, OrderNews};
use crate::wire::{
    at, comments::Comment, figures::Figures, offers::OfferUnits, sessions::Session, some,
};

/// The newest number of each kind of event that a snapshot holds: the next one has one more.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LastSeqs {
    comment: u64,
    hidden: u64,
    sale: u64,
    notice: u64,
    claim: u64,
}

/// A session's room as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomNow {
    /// With its line-up in `offers`.
    session: Option<Session>,
    /// Where the units of each offer are.
    units: Vec<OfferUnits>,
    /// The pinned offer's id.
    pin: Option<String>,
    viewers: u32,
    /// The newest fifty less those that are hidden, oldest first.
    comments: Vec<Comment>,
    /// The newest warning: it stays on the screen of those who come later too (Law 122/2025/QH15, Art. 22).
    warning: Option<Notice>,
    last_seqs: LastSeqs,
}

/// Comments in a snapshot.
const COMMENTS: usize = 50;

impl RoomNow {
    /// From what livestream and orders say.
    pub(crate) fn new(room: livestream::Room, units: orders::SessionUnits) -> Self {
        let older = room.comments.len().saturating_sub(COMMENTS);
        let session_id = room
            .session
            .as_ref()
            .map(|session| session.session_id.clone());
        Self {
            warning: room.last_warning.map(|warning| Notice {
                session_id: session_id.unwrap_or_default(),
                seq: warning.seq,
                text: warning.text,
                warning: warning.warning,
                at: at(warning.at_ms),
            }),
            pin: room
                .session
                .as_ref()
                .and_then(|session| some(session.pinned_offer_id.clone())),
            session: room.session.map(Into::into),
            units: units.offers.into_iter().map(Into::into).collect(),
            viewers: room.viewers,
            comments: room
                .comments
                .into_iter()
                .skip(older)
                .filter(|comment| !comment.hidden)
                .map(Into::into)
                .collect(),
            last_seqs: LastSeqs {
                comment: room.last_comment_seq,
                hidden: room.last_hidden_seq,
                sale: room.last_sale_seq,
                notice: room.last_notice_seq,
                claim: room.last_claim_seq,
            },
        }
    }
}

/// A desk as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeskNow {
    figures: Figures,
    /// The newest fifty orders of the session.
    orders: Vec<OrderNews>,
}

impl DeskNow {
    /// From what orders says.
    pub(crate) fn new(figures: orders::Figures, orders: orders::Orders) -> Self {
        Self {
            figures: figures.into(),
            orders: orders.orders.into_iter().map(Into::into).collect(),
        }
    }
}

/// A shopper's or a producer's newest orders; as data of `orders`, those that are new or changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrdersNow {
    orders: Vec<OrderNews>,
}

impl From<feed::OrdersNews> for OrdersNow {
    fn from(news: feed::OrdersNews) -> Self {
        Self {
            orders: news.orders.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Vec<orders::Order>> for OrdersNow {
    fn from(orders: Vec<orders::Order>) -> Self {
        Self {
            orders: orders.into_iter().map(Into::into).collect(),
        }
    }
}

/// Data of `snapshot`: how things are now, for each of the audiences that the connection merges.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Snapshot {
    /// Of a session's feed.
    room: Option<RoomNow>,
    /// Of a session's feed with `desk=true`.
    desk: Option<DeskNow>,
    /// Of the asker's own feed: in a session, that session's orders only.
    shopper: Option<OrdersNow>,
    /// Of a producer's feed.
    producer: Option<OrdersNow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_shown_to_those_who_come_later() {
        let room = livestream::Room {
            session: Some(livestream::Session {
                session_id: "ses_1".into(),
                ..Default::default()
            }),
            last_warning: Some(livestream::Notice {
                seq: 3,
                text: "Cẩn thận lừa đảo".into(),
                warning: true,
                at_ms: 1_790_000_000_000,
            }),
            ..Default::default()
        };
        let shown =
            serde_json::to_value(RoomNow::new(room, orders::SessionUnits::default())).unwrap();
        assert_eq!(shown["warning"]["text"], "Cẩn thận lừa đảo");
        assert_eq!(
            (&shown["warning"]["seq"], &shown["warning"]["session_id"]),
            (&3.into(), &"ses_1".into())
        );
    }
}
