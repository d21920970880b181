//! What is true of units, orders and money. No async, no SQL, no wire, no clock.

pub mod bank_feed;
pub mod desk;
pub mod hold;
pub mod intake;
pub mod offer;
pub mod order;
pub mod parcel;
pub mod payment_code;
pub mod report;
pub mod shipping;
pub mod vietqr;
