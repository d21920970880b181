//! What can be done: one file a verb.

pub mod advance_order;
pub mod advance_parcel;
pub mod cancel_order;
pub mod claim_units;
pub mod expire_orders;
pub mod extend_hold;
pub mod lapse_holds;
pub mod list_bank_entries;
pub mod list_kept;
pub mod list_orders;
pub mod list_parcels;
pub mod match_bank_entries;
pub mod place_orders;
pub mod project_figures;
pub mod receive_bank_feed;
pub mod record_refund;
pub mod say_figures;
pub mod say_states;
pub mod show_figures;
pub mod show_order;
pub mod show_payment_qr;
pub mod show_report;
pub mod show_settlement;
pub mod show_units;
