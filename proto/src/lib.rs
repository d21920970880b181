//! The contract: every message and subject that services share about each other.
//!
//! [`contract`] is the whole wire on one page; the message types below are generated from `phien/**.proto`; [`encoded`]
//! has those of orders by the hundred, whose parts are left as they are.

pub mod contract;
pub mod encoded;

macro_rules! package {
    ($(#[$doc:meta])* $name:ident, $file:literal) => {
        $(#[$doc])*
        pub mod $name {
            pub mod v1 {
                include!(concat!(env!("OUT_DIR"), "/", $file, ".rs"));
            }
        }
    };
}

package!(
    /// What every service's messages share.
    common, "phien.common.v1"
);
package!(
    /// Producers, certificates, goods, stock on hand.
    catalogue, "phien.catalogue.v1"
);
package!(
    /// Sessions, offers, comments.
    livestream, "phien.livestream.v1"
);
package!(
    /// Units, orders, payments, figures.
    orders, "phien.orders.v1"
);
package!(
    /// What a person watches.
    feed, "phien.feed.v1"
);

/// The descriptors of all messages, a serialized `google.protobuf.FileDescriptorSet`.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
