//! The lists against what is known of them, and the ways in which people name a place.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::text::{fold, nfc};

fn count(kind: WardKind) -> usize {
    PLACES.wards.iter().filter(|ward| ward.kind == kind).count()
}

#[test]
fn the_lists_are_whole() {
    assert_eq!(provinces().len(), 34);
    assert_eq!(
        provinces()
            .iter()
            .filter(|province| province.kind == ProvinceKind::City)
            .count(),
        9
    );
    assert_eq!(PLACES.wards.len(), 3_321);
    assert_eq!(count(WardKind::Commune), 2_599);
    assert_eq!(count(WardKind::Ward), 709);
    assert_eq!(count(WardKind::SpecialZone), 13);
    let hanoi = wards_of("01");
    assert_eq!(hanoi.len(), 126);
    assert_eq!(
        hanoi
            .iter()
            .filter(|ward| ward.kind == WardKind::Ward)
            .count(),
        51
    );
    assert!(wards_of("00").is_empty());
}

#[test]
fn every_row_is_well_formed() {
    let mut names = HashSet::new();
    for province in provinces() {
        assert_eq!(province.code.len(), 2);
        assert!(!wards_of(province.code).is_empty());
        assert!(names.insert(fold(province.name)), "{}", province.name);
    }
    for ward in &PLACES.wards {
        assert!(
            ward.code.len() == 5 && ward.code.bytes().all(|byte| byte.is_ascii_digit()),
            "{ward:?}"
        );
        assert!(province(ward.province_code).is_some(), "{ward:?}");
        assert_eq!(nfc(ward.name), ward.name);
        assert!(
            !ward.name.is_empty() && !ward.name.contains("  ") && ward.name.trim() == ward.name,
            "{ward:?}"
        );
    }
}

#[test]
fn every_place_is_found_by_its_code_and_by_its_name() {
    for ward in &PLACES.wards {
        let province = province(ward.province_code).unwrap();
        assert_eq!(find(province.code, ward.code), Ok(ward));
        assert_eq!(find(province.name, &ward.full_name()), Ok(ward));
        assert_eq!(super::ward(ward.code), Some(ward));
    }
}

#[test]
fn is_printed_as_an_address_ends() {
    let ward = ward("00070").unwrap();
    assert_eq!(ward.full_name(), "phường Hoàn Kiếm");
    assert_eq!(ward.line(), "phường Hoàn Kiếm, thành phố Hà Nội");
    assert_eq!(
        find("31", "Cát Hải").unwrap().line(),
        "đặc khu Cát Hải, thành phố Hải Phòng"
    );
}

#[test]
fn people_write_it_in_many_ways() {
    for (province, ward, code) in [
        ("Hà Nội", "Bát Tràng", "00577"),
        ("ha noi", "xa bat trang", "00577"),
        ("TP. Hà Nội", "X. Bát Tràng", "00577"),
        ("THÀNH PHỐ HÀ NỘI", "XÃ BÁT TRÀNG", "00577"),
        (
            "Ha\u{0300} No\u{0323}\u{0302}i",
            "Ba\u{0301}t Tra\u{0300}ng",
            "00577",
        ),
        ("1", "577", "00577"),
        ("tphcm", "P. Sài Gòn", "26740"),
        ("Tỉnh Bắc Ninh", "phường Vân Hà", "07798"),
        ("lâm đồng", "B'Lao", "24829"),
        ("Lâm Đồng", "Xuân Hương-Đà Lạt", "24781"),
        ("Hà Nội", "Văn Miếu – Quốc Tử Giám", "00226"),
        ("Bắc Ninh", "Hiệp Hòa", "07840"),
        ("Đồng Nai", "Lộc Thạnh", "25280"),
    ] {
        assert_eq!(
            find(province, ward).map(|ward| ward.code),
            Ok(code),
            "{ward}, {province}"
        );
    }
}

#[test]
fn what_is_unclear_is_asked_back() {
    let error = find("Đồng Nai", "loc thanh").unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"loc thanh\" may be any of: xã Lộc Thạnh (25280), xã Lộc Thành (25294)"
    );
    let error = find("Hà Nội", "phường Bát Tràng").unwrap_err();
    assert_eq!(
        error.to_string(),
        "thành phố Hà Nội has no \"phường Bát Tràng\"; perhaps xã Bát Tràng"
    );
    assert_eq!(
        find("Hà Tây", "Hà Đông").unwrap_err().to_string(),
        "no province is called \"Hà Tây\""
    );
    // A code of another province is a mistake, not a hint.
    assert!(matches!(
        find("31", "00577"),
        Err(PlaceError::UnknownWard { .. })
    ));
    assert!(find("01", "").is_err() && find("", "").is_err() && find("tỉnh", "xã").is_err());
}

#[test]
fn the_places_of_the_demonstration_exist() {
    for (province, ward) in [
        ("Hà Nội", "xã Bát Tràng"),
        ("Hà Nội", "phường Hà Đông"),
        ("Hà Nội", "xã Phú Nghĩa"),
        ("Hà Nội", "xã Hồng Vân"),
        ("Hà Nội", "xã Chuyên Mỹ"),
        ("Hà Nội", "phường Từ Liêm"),
        ("Hà Nội", "xã Tây Phương"),
        ("Hà Nội", "xã Dân Hòa"),
        ("Hà Nội", "xã Nam Phù"),
        ("Hà Nội", "xã Suối Hai"),
        ("Hà Nội", "xã Yên Bài"),
        ("Hà Nội", "xã Ba Vì"),
        ("Hà Nội", "xã Nội Bài"),
        ("Hưng Yên", "phường Phố Hiến"),
        ("Lào Cai", "xã Văn Chấn"),
        ("Hải Phòng", "đặc khu Cát Hải"),
        ("Bắc Ninh", "phường Vân Hà"),
        ("Lào Cai", "xã Mậu A"),
        ("Hà Nội", "phường Sơn Tây"),
    ] {
        let found = find(province, ward).unwrap();
        assert_eq!(found.full_name(), ward);
    }
}

proptest! {
    #[test]
    fn never_panics(province: String, ward: String) {
        let _ = find(&province, &ward);
        let _ = find("01", &ward);
    }
}
