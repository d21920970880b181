//! Every dated legal figure that goods and certificates depend on, as data and nowhere else.

use std::ops::RangeInclusive;

use chrono::NaiveDate;

use super::words::{IssuingLevel, LegalVersion};

const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => day,
        None => panic!("not a day of the calendar"),
    }
}

/// A certificate is good for so many months from its first day (148/QĐ-TTg, 26/2026/QĐ-TTg Art. 4).
pub const CERTIFICATE_MONTHS: u32 = 36;

/// A certificate that ends within so many days is called expiring.
pub const EXPIRING_DAYS: i64 = 180;

/// What a star rank demands.
#[derive(Debug)]
pub struct StarRank {
    /// The rank.
    pub stars: u8,
    /// Points, of 100 (26/2026/QĐ-TTg Art. 3.3).
    pub score: RangeInclusive<u32>,
    /// Who may decide on it.
    pub levels: &'static [IssuingLevel],
}

/// One and two stars get no certificate.
pub const STAR_RANKS: &[StarRank] = &[
    StarRank {
        stars: 3,
        score: 50..=69,
        levels: &[IssuingLevel::Province, IssuingLevel::DistrictLegacy],
    },
    StarRank {
        stars: 4,
        score: 70..=89,
        levels: &[IssuingLevel::Province, IssuingLevel::DistrictLegacy],
    },
    StarRank {
        stars: 5,
        score: 90..=100,
        levels: &[IssuingLevel::Central],
    },
];

/// The criteria in force from a day, until the next ones.
pub const VERSIONS: &[(LegalVersion, NaiveDate)] = &[
    // Older decisions count with it: their certificates have run out.
    (LegalVersion::Qd148, NaiveDate::MIN),
    (LegalVersion::Qd1489, day(2025, 7, 6)),
    (LegalVersion::Qd26, day(2026, 5, 22)),
];

/// The first day without districts: no district's decision is younger.
pub const DISTRICTS_ENDED: NaiveDate = day(2025, 7, 1);
/// The criteria that districts decided by.
pub const DISTRICTS_DECIDED_BY: LegalVersion = LegalVersion::Qd148;

/// What the law or the goods demand of the sale of some goods; of several rules the strictest counts.
#[derive(Debug)]
pub struct SalesRule {
    /// Which goods.
    pub goods: Goods,
    /// How old the buyer must be.
    pub minimum_age: u8,
    /// Cash on delivery.
    pub cod_allowed: bool,
    /// In a live session.
    pub live_allowed: bool,
    /// Something is shipped.
    pub shipped: bool,
    /// Why, in Vietnamese; empty where nothing is forbidden.
    pub reason_vi: &'static str,
    /// Why, in English.
    pub reason_en: &'static str,
}

/// The goods that a rule is about.
#[derive(Debug)]
pub enum Goods {
    /// Product sets.
    Sets(RangeInclusive<u8>),
    /// This much alcohol or more, in tenths of a percent by volume.
    AlcoholFrom(u16),
}

/// Sets whose goods must state their alcohol.
pub const ALCOHOL_SETS: RangeInclusive<u8> = 14..=15;

const ALCOHOL_VI: &str =
    "Đồ uống có cồn: người mua từ đủ 18 tuổi, chỉ thanh toán không dùng tiền mặt.";
const ALCOHOL_EN: &str = "Alcohol: buyers of 18 and over, cashless payment only.";

/// The rules of sale, as of 2026-01-01 (Law 44/2019/QH14 on alcohol, Advertising Law with 75/2025/QH15).
pub const SALES: &[SalesRule] = &[
    SalesRule {
        goods: Goods::Sets(ALCOHOL_SETS),
        minimum_age: 18,
        cod_allowed: false,
        live_allowed: true,
        shipped: true,
        reason_vi: ALCOHOL_VI,
        reason_en: ALCOHOL_EN,
    },
    SalesRule {
        goods: Goods::AlcoholFrom(1),
        minimum_age: 18,
        cod_allowed: false,
        live_allowed: true,
        shipped: true,
        reason_vi: ALCOHOL_VI,
        reason_en: ALCOHOL_EN,
    },
    SalesRule {
        goods: Goods::AlcoholFrom(150),
        minimum_age: 18,
        cod_allowed: false,
        live_allowed: false,
        shipped: true,
        reason_vi: "Rượu từ 15 độ trở lên không được quảng cáo nên không được bán trong phiên livestream.",
        reason_en: "Spirits of 15 % vol and over may not be advertised, so they may not be sold in a live session.",
    },
    SalesRule {
        goods: Goods::Sets(26..=26),
        minimum_age: 0,
        cod_allowed: true,
        live_allowed: true,
        shipped: false,
        reason_vi: "",
        reason_en: "",
    },
];
