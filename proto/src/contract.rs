//! The whole wire on one page: one line a request, one line an event, the streams, the feeds.

use prost::{Message, Name};

use crate::{
    catalogue::v1 as catalogue, common::v1 as common, feed::v1 as feed,
    livestream::v1 as livestream, orders::v1 as orders,
};

/// A question that one service answers, on `phien.<service>.v1.<noun>.<verb>`.
pub trait Request: Message + Name + Default + 'static {
    /// What comes back when it is not refused.
    type Reply: Message + Default + 'static;
    /// Who answers.
    const SERVICE: &'static str;
    /// Where it is asked.
    const SUBJECT: &'static str;
    /// May it be asked again while nobody has answered? Asked twice, it has its effect once and gets the same answer.
    const AGAIN: bool;
}

/// A fact of the past, said on `evt.<service>.v1.<fact>` in its service's stream.
pub trait Event: Message + Name + Default + 'static {
    /// Who says it.
    const SERVICE: &'static str;
    /// Where it is said.
    const SUBJECT: &'static str;
}

macro_rules! requests {
    ($($service:literal { $($subject:literal: $module:ident::$request:ident => $reply_module:ident::$reply:ident $([$again:ident])?,)* })*) => {
        $($(impl Request for $module::$request {
            type Reply = $reply_module::$reply;
            const SERVICE: &'static str = $service;
            const SUBJECT: &'static str = concat!("phien.", $service, ".v1.", $subject);
            const AGAIN: bool = !stringify!($($again)?).is_empty();
        })*)*
        /// Every request: subject, message, reply.
        #[must_use]
        pub fn requests() -> Vec<(&'static str, String, String)> {
            vec![$($((
                <$module::$request as Request>::SUBJECT,
                $module::$request::full_name(),
                $reply_module::$reply::full_name(),
            ),)*)*]
        }
    };
}

macro_rules! events {
    ($($service:literal { $($subject:literal: $module:ident::$event:ident, heard by $($hearer:literal)*;)* })*) => {
        $($(impl Event for $module::$event {
            const SERVICE: &'static str = $service;
            const SUBJECT: &'static str = concat!("evt.", $service, ".v1.", $subject);
        })*)*
        /// Every event: subject, message, who hears it.
        #[must_use]
        pub fn events() -> Vec<(&'static str, String, &'static [&'static str])> {
            vec![$($((
                <$module::$event as Event>::SUBJECT,
                $module::$event::full_name(),
                &[$($hearer,)*] as &'static [&'static str],
            ),)*)*]
        }
    };
}

requests! {
    "catalogue" {
        "producer.register":  catalogue::RegisterProducer  => catalogue::Producer,
        "producer.change":    catalogue::ChangeProducer    => catalogue::Producer,
        "producer.set_state": catalogue::SetProducerState  => catalogue::Producer,
        "producer.show":      catalogue::ShowProducer      => catalogue::Producer [again],
        "producer.list":      catalogue::ListProducers     => catalogue::Producers [again],
        "certificate.record": catalogue::RecordCertificate => catalogue::Certificate,
        "certificate.grade":  catalogue::GradeCertificate  => catalogue::Certificate,
        "certificate.revoke": catalogue::RevokeCertificate => catalogue::Certificate,
        "product.list":       catalogue::ListProduct       => catalogue::Product,
        "product.change":     catalogue::ChangeProduct     => catalogue::Product,
        "product.withdraw":   catalogue::WithdrawProduct   => catalogue::Product,
        "product.show":       catalogue::ShowProduct       => catalogue::Product [again],
        "product.find":       catalogue::FindProducts      => catalogue::Products [again],
        "photo.add":          catalogue::AddPhoto          => catalogue::Photos,
        "photo.remove":       catalogue::RemovePhoto       => catalogue::Photos,
        "photo.arrange":      catalogue::ArrangePhotos     => catalogue::Photos,
        "photo.show":         catalogue::ShowPhoto         => catalogue::PhotoBytes [again],
        "goods.import":       catalogue::ImportGoods       => catalogue::ImportReport,
        "stock.receive":      catalogue::ReceiveStock      => catalogue::Variant [again],
        "stock.write_off":    catalogue::WriteOffStock     => catalogue::Variant [again],
        "stock.show":         catalogue::ShowStock         => catalogue::StockAccount [again],
    }
    "livestream" {
        "session.plan":       livestream::PlanSession       => livestream::Session,
        "session.reschedule": livestream::RescheduleSession => livestream::Session,
        "session.rename":     livestream::RenameSession     => livestream::Session,
        "session.video":      livestream::SetVideo          => livestream::Session,
        "session.go_live":    livestream::GoLive            => livestream::Session,
        "session.end":        livestream::EndSession        => livestream::Session,
        "session.stop":       livestream::StopSession       => livestream::Session,
        "session.show":       livestream::ShowSession       => livestream::Session [again],
        "session.list":       livestream::ListSessions      => livestream::Sessions [again],
        "offer.propose":      livestream::ProposeOffer      => livestream::Offer,
        "offer.restock":      livestream::RestockOffer      => livestream::Offer [again],
        "offer.open":         livestream::OpenOffer         => livestream::Offer,
        "offer.close":        livestream::CloseOffer        => livestream::Offer,
        "offer.of_producer":  livestream::ListOffersOfProducer => livestream::OffersInSessions [again],
        "offer.pin":          livestream::PinOffer          => livestream::Session,
        "comment.post":       livestream::PostComment       => livestream::Comment [again],
        "comment.hide":       livestream::HideComment       => livestream::Comment,
        "comment.list":       livestream::ListComments      => livestream::Comments [again],
        "notice.say":         livestream::SayNotice         => common::Done,
        "room.show":          livestream::ShowRoom          => livestream::Room [again],
        "viewers.report":     livestream::ReportViewers     => common::Done,
        "outside.receive":    livestream::ReceiveOutside    => livestream::OutsideReceived,
        "channel.set":        livestream::SetChannel        => livestream::Channels,
        "channel.list":       livestream::ListChannels      => livestream::Channels [again],
        "channel.reconcile":  livestream::ReconcileChannel  => livestream::Reconciled,
        "claim.list_unlinked": livestream::ListUnlinkedClaims => livestream::UnlinkedClaims [again],
        "author.link":        livestream::LinkAuthor        => livestream::AuthorLinked,
        "author.mute":        livestream::MuteAuthor        => livestream::Mute,
        "mute.lift":          livestream::LiftMute          => common::Done,
        "mute.list":          livestream::ListMutes         => livestream::Mutes [again],
        "slow_mode.set":      livestream::SetSlowMode       => livestream::SlowMode,
        "banned_words.set":   livestream::SetBannedWords    => livestream::BannedWords,
        "banned_words.show":  livestream::ShowBannedWords   => livestream::BannedWords [again],
        "moderation.list":    livestream::ListModeration    => livestream::ModerationActs [again],
        "warning.take_down":  livestream::TakeDownWarning   => common::Done,
        "complaint.file":     livestream::FileComplaint     => livestream::Complaint [again],
        "complaint.list":     livestream::ListComplaints    => livestream::Complaints [again],
        "complaint.list_own": livestream::ListOwnComplaints => livestream::Complaints [again],
        "complaint.answer":   livestream::AnswerComplaint   => livestream::Complaint,
        "complaint.close":    livestream::CloseComplaint    => livestream::Complaint,
    }
    "orders" {
        "place":              orders::PlaceOrders           => orders::PlacedOrders,
        "hold.claim":         orders::ClaimUnits            => orders::KeptUnits [again],
        "hold.extend":        orders::ExtendHold            => orders::KeptUnits [again],
        "hold.merge":         orders::MergeHolds            => orders::KeptUnits [again],
        "hold.list":          orders::ListKept              => orders::KeptInSession [again],
        "desk.list":          orders::ListDesk              => orders::DeskItems [again],
        "desk.take":          orders::TakeDeskItem          => orders::TakenDeskItem,
        "desk.leave":         orders::LeaveDeskItem         => orders::DeskItem,
        "desk.handle":        orders::HandleDeskItem        => orders::HandledDeskItem,
        "desk.dismiss":       orders::DismissDeskItem       => orders::DeskItem,
        "shopper.show":       orders::ShowShopper           => orders::ShopperCard [again],
        "shopper.restrict":   orders::RestrictShopper       => orders::Restriction,
        "shopper.unrestrict": orders::LiftRestriction       => orders::Restriction,
        "order.place_for":    orders::PlaceForShopper       => orders::PlacedOrder [again],
        "order.show":         orders::ShowOrder             => orders::Order [again],
        "order.list":         orders::ListOrders            => orders::Orders [again],
        "order.cancel":       orders::CancelOrder           => orders::Order [again],
        "order.advance":      orders::AdvanceOrder          => orders::Order,
        "payment.qr":         orders::ShowPaymentQr         => orders::PaymentQr [again],
        "payment.refund":     orders::RecordRefund          => orders::Payment,
        "payment.cash":       orders::ReceiveCash           => orders::Payment,
        "bank.receive":       orders::ReceiveBankFeed       => orders::BankFeedReceived [again],
        "bank.list":          orders::ListBankEntries       => orders::BankEntries [again],
        "units.show":         orders::ShowUnits             => orders::SessionUnits [again],
        "figures.show":       orders::ShowFigures           => orders::Figures [again],
        "parcel.list":        orders::ListParcels           => orders::Parcels [again],
        "parcel.advance":     orders::AdvanceParcel         => orders::Parcel,
        "report.show":        orders::ShowReport            => orders::Report [again],
        "report.sum":         orders::SumSessions           => orders::SessionsSums [again],
        "settlement.show":    orders::ShowSettlement        => orders::Settlement [again],
    }
}

events! {
    "catalogue" {
        "product_listed":      catalogue::ProductListed,       heard by "livestream";
        "product_changed":     catalogue::ProductChanged,      heard by "livestream";
        "product_withdrawn":   catalogue::ProductWithdrawn,    heard by "livestream";
        "certificate_changed": catalogue::CertificateChanged,  heard by;
        "stock_allotted":      catalogue::StockAllotted,       heard by "livestream" "orders";
        "stock_refused":       catalogue::StockRefused,        heard by "livestream";
        "stock_returned":      catalogue::StockReturned,       heard by "livestream";
    }
    "livestream" {
        "session_planned":     livestream::SessionPlanned,     heard by;
        "session_rescheduled": livestream::SessionRescheduled, heard by;
        "session_went_live":   livestream::SessionWentLive,    heard by;
        "session_ended":       livestream::SessionEnded,       heard by "orders";
        "offer_proposed":      livestream::OfferProposed,      heard by "catalogue";
        "offer_opened":        livestream::OfferOpened,        heard by "orders";
        "offer_closed":        livestream::OfferClosed,        heard by "orders";
        "comment_hidden":      livestream::CommentHidden,      heard by;
        "claim_commented":     livestream::ClaimCommented,     heard by "orders";
        "claim_unclear":       livestream::ClaimUnclear,       heard by "orders";
    }
    "orders" {
        "orders_placed":       orders::OrdersPlaced,           heard by "livestream" "orders";
        "orders_paid":         orders::OrdersPaid,             heard by "orders";
        "orders_cancelled":    orders::OrdersCancelled,        heard by "orders";
        "orders_expired":      orders::OrdersExpired,          heard by "orders";
        "orders_returned":     orders::OrdersReturned,         heard by "orders";
        "payment_received":    orders::PaymentReceived,        heard by;
        "offer_sold_out":      orders::OfferSoldOut,           heard by "livestream";
        "offer_settled":       orders::OfferSettled,           heard by "catalogue" "livestream";
        "units_returned":      orders::UnitsReturned,          heard by "catalogue";
        "holds_made":          orders::HoldsMade,              heard by "livestream";
        "holds_lapsed":        orders::HoldsLapsed,            heard by;
    }
}

/// The services that say events; each has one stream, named like itself in capitals.
pub const SPEAKERS: [&str; 3] = ["catalogue", "livestream", "orders"];

/// The stream of a service's events, on `evt.<service>.>`.
#[must_use]
pub fn stream_of(service: &str) -> String {
    service.to_uppercase()
}

/// The stream of all feeds, on `feed.>`: memory storage, the last message of each subject.
pub const FEEDS: &str = "FEEDS";

/// Which feeds each service says: speaker, audience, kinds.
pub const FEED_KINDS: [(&str, &str, &[&str]); 6] = [
    (
        "livestream",
        "room",
        &[
            "session", "offer", "pin", "viewers", "comment", "hidden", "sale", "notice", "claim",
            "warning",
        ],
    ),
    ("livestream", "desk", &["complaint"]),
    ("orders", "room", &["units"]),
    (
        "orders",
        "desk",
        &["figures", "orders", "money", "kept", "unclear"],
    ),
    ("orders", "shopper", &["money", "kept"]),
    ("catalogue", "producer", &["stock"]),
];

/// Where gateways tell each other to forget what an account may do: `<here>.<account>`.
pub const FORGET: &str = "phien.gateway.v1.forget";

/// Shards of the order intake. A constant of the contract: gateway and orders must agree.
pub const SHARDS: u32 = 4;

/// The shard that decides a session's orders.
#[must_use]
pub fn shard_of(session_id: &str) -> u32 {
    // FNV-1a: the same on every build and machine.
    let hash = session_id.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash % SHARDS
}

/// Where a shard's owner takes orders.
#[must_use]
pub fn place_subject(shard: u32) -> String {
    format!("{}.{shard}", orders::PlaceOrders::SUBJECT)
}

/// Who watches a feed; one SSE connection merges a room with a person's own feeds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Everybody in a session's room, by session id.
    Room(String),
    /// Those who work at a session's desk, by session id.
    Desk(String),
    /// One shopper, by account id.
    Shopper(String),
    /// A producer's people, by producer id.
    Producer(String),
}

impl Audience {
    /// `feed.room.<session>` and its like.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::Room(id) => format!("feed.room.{id}"),
            Self::Desk(id) => format!("feed.desk.{id}"),
            Self::Shopper(id) => format!("feed.shopper.{id}"),
            Self::Producer(id) => format!("feed.producer.{id}"),
        }
    }

    /// Reads an audience back from a feed subject.
    #[must_use]
    pub fn of_subject(subject: &str) -> Option<Self> {
        let mut tokens = subject.split('.');
        let (Some("feed"), Some(audience), Some(id)) =
            (tokens.next(), tokens.next(), tokens.next())
        else {
            return None;
        };
        let id = id.to_owned();
        match audience {
            "room" => Some(Self::Room(id)),
            "desk" => Some(Self::Desk(id)),
            "shopper" => Some(Self::Shopper(id)),
            "producer" => Some(Self::Producer(id)),
            _ => None,
        }
    }
}

impl feed::feed::Of {
    /// The kind as it stands in subjects and on the SSE `event:` line.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Session(_) => "session",
            Self::Offer(_) => "offer",
            Self::Units(_) => "units",
            Self::Pin(_) => "pin",
            Self::Viewers(_) => "viewers",
            Self::Comment(_) => "comment",
            Self::Hidden(_) => "hidden",
            Self::Sale(_) => "sale",
            Self::Notice(_) => "notice",
            Self::Orders(_) => "orders",
            Self::Figures(_) => "figures",
            Self::Money(_) => "money",
            Self::Stock(_) => "stock",
            Self::Claim(_) => "claim",
            Self::Kept(_) => "kept",
            Self::Unclear(_) => "unclear",
            Self::Warning(_) => "warning",
            Self::Complaint(_) => "complaint",
        }
    }

    /// The object within its kind: the number of an event kind, the id of a state kind.
    #[must_use]
    pub fn object(&self) -> String {
        match self {
            Self::Session(session) => session.session_id.clone(),
            Self::Offer(offer) => offer.offer_id.clone(),
            Self::Units(units) => units.offer_id.clone(),
            Self::Pin(pin) => pin.session_id.clone(),
            Self::Viewers(viewers) => viewers.session_id.clone(),
            Self::Comment(comment) => comment.seq.to_string(),
            Self::Hidden(hidden) => hidden.seq.to_string(),
            Self::Sale(sale) => sale.seq.to_string(),
            Self::Notice(notice) => notice.seq.to_string(),
            // Each batch is its own object: none takes the place of another.
            Self::Orders(news) => news
                .orders
                .first()
                .map(|order| format!("{}-{}", order.order_id, order.version))
                .unwrap_or_default(),
            Self::Figures(figures) => figures.session_id.clone(),
            Self::Money(money) => money.payment_id.clone(),
            Self::Claim(claim) => claim.seq.to_string(),
            Self::Kept(kept) => format!("{}-{}", kept.offer_id, kept.account_id),
            Self::Unclear(unclear) => unclear.session_id.clone(),
            Self::Warning(warning) => warning.session_id.clone(),
            Self::Complaint(complaint) => complaint.complaint_id.clone(),
            Self::Stock(stock) => stock
                .variant
                .as_ref()
                .map(|variant| variant.variant_id.clone())
                .unwrap_or_default(),
        }
    }

    /// State kinds: the version, of which a reader keeps the highest. Event kinds: none.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        match self {
            Self::Session(session) => Some(session.version),
            Self::Offer(offer) => Some(offer.version),
            Self::Units(units) => Some(units.version),
            Self::Pin(pin) => Some(pin.version),
            Self::Viewers(viewers) => Some(viewers.version),
            Self::Orders(_) => Some(1),
            Self::Figures(figures) => Some(figures.version),
            Self::Money(money) => Some(money.version),
            Self::Stock(stock) => Some(stock.version),
            Self::Kept(kept) => Some(kept.version),
            Self::Unclear(unclear) => Some(unclear.version),
            Self::Warning(warning) => Some(warning.version),
            Self::Complaint(complaint) => Some(complaint.version),
            Self::Comment(_)
            | Self::Hidden(_)
            | Self::Sale(_)
            | Self::Notice(_)
            | Self::Claim(_) => None,
        }
    }
}

/// Where a feed message is said: `feed.room.<session>.<kind>.<object>`.
///
/// The object makes every event's subject its own and every state's the same, so that a stream which keeps the
/// last message of each subject keeps all events and the newest of each state.
#[must_use]
pub fn feed_subject(audience: &Audience, of: &feed::feed::Of) -> String {
    format!("{}.{}.{}", audience.subject(), of.kind(), of.object())
}
