//! Where people live: the provinces and communes of Viet Nam since 2025-07-01, two levels, no
//! districts.
//!
//! The facts are the official list of administrative units with its statistics codes (Decision
//! 19/2025/QĐ-TTg), with what changed until 2026-09-20: Đồng Nai, Quảng Ninh and Bắc Ninh became
//! cities (Resolutions 30/2026/QH16, 36/2026/QH16, 39/2026/QH16), 10 communes of Đồng Nai and 12
//! of Bắc Ninh became wards (237/NQ-UBTVQH16, 388/NQ-UBTVQH16). 34 units of the province level;
//! 3,321 of the commune level: 2,599 xã, 709 phường, 13 đặc khu. Codes outlive such changes,
//! kinds and names do not: keep the code, print the name. When the list changes, change the two
//! CSV files in `data/`; nothing here knows a place by name.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::LazyLock;

mod find;
mod search;

pub use find::{PlaceError, find};
pub use search::search;

/// The kind of a unit of the province level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProvinceKind {
    /// `tỉnh`.
    Province,
    /// `thành phố`, a city directly under the central government.
    City,
}

/// The kind of a unit of the commune level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WardKind {
    /// `phường`, urban.
    Ward,
    /// `xã`, rural.
    Commune,
    /// `đặc khu`, a special zone: islands.
    SpecialZone,
}

/// A unit of the province level.
#[derive(Debug, PartialEq, Eq)]
pub struct Province {
    /// Official statistics code, two digits: `01`.
    pub code: &'static str,
    /// Name without its kind, NFC: `Hà Nội`.
    pub name: &'static str,
    /// Its kind.
    pub kind: ProvinceKind,
}

/// A unit of the commune level.
#[derive(Debug, PartialEq, Eq)]
pub struct Ward {
    /// Official statistics code, five digits: `00070`.
    pub code: &'static str,
    /// Name without its kind, NFC: `Hoàn Kiếm`.
    pub name: &'static str,
    /// Its kind.
    pub kind: WardKind,
    /// The code of its province.
    pub province_code: &'static str,
}

impl fmt::Display for ProvinceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            ProvinceKind::Province => "tỉnh",
            ProvinceKind::City => "thành phố",
        })
    }
}

impl fmt::Display for WardKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            WardKind::Ward => "phường",
            WardKind::Commune => "xã",
            WardKind::SpecialZone => "đặc khu",
        })
    }
}

impl Province {
    /// With its kind: `thành phố Hà Nội`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }
}

impl Ward {
    /// With its kind: `phường Hoàn Kiếm`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }

    /// The end of an address: `phường Hoàn Kiếm, thành phố Hà Nội`.
    #[must_use]
    pub fn line(&self) -> String {
        let province = province(self.province_code)
            .map(Province::full_name)
            .unwrap_or_default();
        format!("{}, {province}", self.full_name())
    }
}

/// The province with this two-digit code.
#[must_use]
pub fn province(code: &str) -> Option<&'static Province> {
    PLACES
        .provinces
        .iter()
        .find(|province| province.code == code)
}

/// The commune with this five-digit code.
#[must_use]
pub fn ward(code: &str) -> Option<&'static Ward> {
    PLACES.by_code.get(code).map(|at| &PLACES.wards[*at])
}

/// All provinces, by code.
#[must_use]
pub fn provinces() -> &'static [Province] {
    &PLACES.provinces
}

/// The communes of a province, by code; none if there is no such province.
#[must_use]
pub fn wards_of(province_code: &str) -> &'static [Ward] {
    PLACES
        .of_province
        .get(province_code)
        .map_or(&[], |range| &PLACES.wards[range.clone()])
}

/// The two lists, read once.
struct Places {
    provinces: Vec<Province>,
    /// By province, then by code.
    wards: Vec<Ward>,
    of_province: HashMap<&'static str, Range<usize>>,
    by_code: HashMap<&'static str, usize>,
}

static PLACES: LazyLock<Places> = LazyLock::new(|| {
    Places::read(
        include_str!("../data/provinces.csv"),
        include_str!("../data/wards.csv"),
    )
    .expect("the lists are part of the program and tested with it")
});

impl Places {
    /// The files have a header and no quoted fields.
    fn read(provinces: &'static str, wards: &'static str) -> Result<Places, Cow<'static, str>> {
        let mut places = Places {
            provinces: Vec::new(),
            wards: Vec::new(),
            of_province: HashMap::new(),
            by_code: HashMap::new(),
        };
        for row in provinces.lines().skip(1) {
            let [code, kind, name] = fields(row)?;
            let kind = match kind {
                "tỉnh" => ProvinceKind::Province,
                "thành phố" => ProvinceKind::City,
                _ => return Err(row.into()),
            };
            places.provinces.push(Province { code, name, kind });
        }
        for row in wards.lines().skip(1) {
            let [code, kind, name, province_code] = fields(row)?;
            let kind = match kind {
                "phường" => WardKind::Ward,
                "xã" => WardKind::Commune,
                "đặc khu" => WardKind::SpecialZone,
                _ => return Err(row.into()),
            };
            places.wards.push(Ward {
                code,
                name,
                kind,
                province_code,
            });
        }
        places.provinces.sort_by_key(|province| province.code);
        places
            .wards
            .sort_by_key(|ward| (ward.province_code, ward.code));
        for (at, ward) in places.wards.iter().enumerate() {
            if places.by_code.insert(ward.code, at).is_some() {
                return Err(format!("{} twice", ward.code).into());
            }
            places
                .of_province
                .entry(ward.province_code)
                .or_insert(at..at)
                .end = at + 1;
        }
        Ok(places)
    }
}

fn fields<const N: usize>(row: &'static str) -> Result<[&'static str; N], Cow<'static, str>> {
    row.split(',')
        .collect::<Vec<_>>()
        .try_into()
        .map_err(|_| row.into())
}

#[cfg(test)]
mod tests;
