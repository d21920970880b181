//! The rules for single values, whoever writes them: a form, a program or a spreadsheet.

use chassis::{
    money::Vnd,
    phone::Phone,
    text::{TextError, clean_line, clean_text},
};
use chrono::{Datelike as _, NaiveDate};

use super::{fault::Fault, product_set::product_set};

/// The longest stay on a shelf that is believed: a hundred years.
const MAX_SHELF_LIFE_DAYS: i64 = 36_500;
/// The heaviest pack that is believed: a ton.
const MAX_WEIGHT_GRAMS: i64 = 1_000_000;
/// The most units that move at once.
pub const MAX_UNITS: i64 = 1_000_000;

fn text_fault(error: TextError) -> Fault {
    match error {
        TextError::Empty => Fault::new("Không được để trống.", "Must not be empty."),
        TextError::TooLong { max, len } => Fault::new(
            format!("Tối đa {max} ký tự, đang có {len}."),
            format!("At most {max} characters, not {len}."),
        ),
        TextError::Forbidden { code } => Fault::new(
            format!("Có ký tự ẩn U+{code:04X} không được dùng."),
            format!("Has the invisible character U+{code:04X}."),
        ),
    }
}

/// One line that must be there.
///
/// # Errors
/// Empty, too long, with hidden characters.
pub fn line(text: &str, max: usize) -> Result<String, Fault> {
    clean_line(text, max).map_err(text_fault)
}

/// One line that may be empty.
///
/// # Errors
/// Too long, with hidden characters.
pub fn optional_line(text: &str, max: usize) -> Result<String, Fault> {
    match clean_line(text, max) {
        Err(TextError::Empty) => Ok(String::new()),
        other => other.map_err(text_fault),
    }
}

/// Several lines that may be empty.
///
/// # Errors
/// Too long, with hidden characters.
pub fn optional_text(text: &str, max: usize) -> Result<String, Fault> {
    match clean_text(text, max) {
        Err(TextError::Empty) => Ok(String::new()),
        other => other.map_err(text_fault),
    }
}

/// Digits in groups of these lengths, with dashes between.
fn is_grouped(text: &str, groups: &[usize]) -> bool {
    let mut parts = text.split('-');
    groups.iter().all(|len| {
        parts.next().is_some_and(|part| {
            part.len() == *len && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    }) && parts.next().is_none()
}

/// A business code (mã số doanh nghiệp): 10 digits, a branch with three more.
///
/// # Errors
/// Anything else.
pub fn business_code(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if is_grouped(text, &[10]) || is_grouped(text, &[10, 3]) {
        return Ok(text.to_owned());
    }
    Err(Fault::new(
        "Mã số doanh nghiệp/HTX gồm 10 chữ số, hoặc 10 chữ số, gạch ngang và 3 chữ số.",
        "A business code has 10 digits, or 10 digits, a dash and 3 digits.",
    ))
}

/// A tax code (mã số thuế): a business code's forms, or the 12 digits of a personal id number.
///
/// # Errors
/// Anything else.
pub fn tax_code(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if is_grouped(text, &[10]) || is_grouped(text, &[10, 3]) || is_grouped(text, &[12]) {
        return Ok(text.to_owned());
    }
    Err(Fault::new(
        "Mã số thuế gồm 10 chữ số, 10 chữ số-3 chữ số, hoặc 12 chữ số định danh cá nhân.",
        "A tax code has 10 digits, 10 digits, a dash and 3 digits, or the 12 digits of a personal id number.",
    ))
}

/// A bank's NAPAS BIN.
///
/// # Errors
/// Not six digits.
pub fn bank_bin(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if is_grouped(text, &[6]) {
        return Ok(text.to_owned());
    }
    Err(Fault::new(
        "Mã ngân hàng (BIN) gồm 6 chữ số.",
        "A bank's BIN has 6 digits.",
    ))
}

/// An account number as `VietQR` takes it.
///
/// # Errors
/// Not 1 to 19 letters and digits.
pub fn bank_account_no(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if (1..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(text.to_owned());
    }
    Err(Fault::new(
        "Số tài khoản gồm 1 đến 19 chữ cái và chữ số, không dấu cách.",
        "An account number has 1 to 19 letters and digits, no spaces.",
    ))
}

/// A stock keeping unit: what the producer calls a variant.
///
/// # Errors
/// Empty, longer than 40, other than letters, digits, dots, dashes and underscores.
pub fn sku(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if (1..=40).contains(&text.len()) && text.bytes().all(good) {
        return Ok(text.to_owned());
    }
    Err(Fault::new(
        "Mã SKU gồm 1 đến 40 chữ cái không dấu, chữ số, dấu chấm, gạch ngang, gạch dưới.",
        "A SKU has 1 to 40 letters without marks, digits, dots, dashes and underscores.",
    ))
}

/// Where goods can be traced; empty: nowhere.
///
/// # Errors
/// Not an address of the web.
pub fn trace_url(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    // No user name in front of the host: it makes an address look like another's.
    let good_host = |host: &str| {
        host.contains('.')
            && !host.starts_with('.')
            && host
                .chars()
                .all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '-' | ':'))
    };
    let visible = |letter: char| {
        !letter.is_whitespace() && !letter.is_control() && !matches!(letter, '<' | '>' | '"' | '\\')
    };
    if host.is_some_and(good_host) && text.chars().count() <= 500 && text.chars().all(visible) {
        return line(text, 500);
    }
    Err(Fault::new(
        "Liên kết truy xuất phải bắt đầu bằng https:// hoặc http://, tối đa 500 ký tự.",
        "A traceability link starts with https:// or http:// and has at most 500 characters.",
    ))
}

/// A phone to reach the producer by; empty: none.
///
/// # Errors
/// Not a Vietnamese mobile number.
pub fn phone(text: &str) -> Result<Option<Phone>, Fault> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Phone::parse(text).map(Some).map_err(|_| {
        Fault::new(
            "Số điện thoại di động gồm 10 chữ số, bắt đầu bằng 03, 05, 07, 08 hoặc 09.",
            "A mobile number has 10 digits and starts with 03, 05, 07, 08 or 09.",
        )
    })
}

/// A day as `2026-05-22`.
///
/// # Errors
/// Not a day.
pub fn day(text: &str) -> Result<NaiveDate, Fault> {
    day_as(text, "%Y-%m-%d").ok_or_else(|| {
        Fault::new(
            "Ngày phải viết dạng 2026-05-22.",
            "A day is written as 2026-05-22.",
        )
    })
}

/// A day of this century, written in some way.
#[must_use]
pub fn day_as(text: &str, format: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text.trim(), format).ok();
    day.filter(|day| (2000..2100).contains(&day.year()))
}

/// The price of one unit.
///
/// # Errors
/// Not 1 to 1,000,000,000 đồng.
pub fn price(dong: i64) -> Result<Vnd, Fault> {
    Vnd::price(dong).map_err(|_| {
        Fault::new(
            "Giá từ 1 đến 1.000.000.000 đồng.",
            "A price is from 1 to 1,000,000,000 đồng.",
        )
    })
}

/// A product set's number.
///
/// # Errors
/// Not 1 to 26.
pub fn set_number(number: i64) -> Result<u8, Fault> {
    let set = u32::try_from(number).ok().and_then(product_set);
    set.map(|set| set.number).ok_or_else(|| {
        Fault::new(
            "Bộ sản phẩm là số từ 1 đến 26 (Quyết định 26/2026/QĐ-TTg).",
            "A product set is a number from 1 to 26 (Decision 26/2026/QĐ-TTg).",
        )
    })
}

fn within<T: TryFrom<i64>>(number: i64, max: i64) -> Result<T, Fault> {
    let fault = || {
        Fault::new(
            format!("Phải từ 0 đến {max}."),
            format!("Must be from 0 to {max}."),
        )
    };
    if !(0..=max).contains(&number) {
        return Err(fault());
    }
    T::try_from(number).map_err(|_| fault())
}

/// Days on the shelf; 0: not said.
///
/// # Errors
/// Negative or beyond belief.
pub fn shelf_life(days: i64) -> Result<u32, Fault> {
    within(days, MAX_SHELF_LIFE_DAYS)
}

/// Grams; 0: not said.
///
/// # Errors
/// Negative or beyond belief.
pub fn weight(grams: i64) -> Result<u32, Fault> {
    within(grams, MAX_WEIGHT_GRAMS)
}

/// Alcohol in tenths of a percent by volume.
///
/// # Errors
/// Over 100 %.
pub fn alcohol(permille: i64) -> Result<u16, Fault> {
    within(permille, 1000).map_err(|_| {
        Fault::new(
            "Nồng độ cồn từ 0 đến 100 %.",
            "Alcohol is from 0 to 100 % by volume.",
        )
    })
}

/// Units that move; at least one.
///
/// # Errors
/// None, or too many at once.
pub fn units(units: i64) -> Result<i64, Fault> {
    if (1..=MAX_UNITS).contains(&units) {
        return Ok(units);
    }
    Err(Fault::new(
        "Số lượng từ 1 đến 1.000.000.",
        "Units are from 1 to 1,000,000.",
    ))
}

/// Units that a new variant starts with; may be none.
///
/// # Errors
/// Negative, or too many at once.
pub fn first_units(units: i64) -> Result<i64, Fault> {
    within(units, MAX_UNITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_forms() {
        for good in ["0101234567", " 0101234567-001 "] {
            assert!(
                business_code(good).is_ok() && tax_code(good).is_ok(),
                "{good}"
            );
        }
        assert!(tax_code("001099012345").is_ok());
        assert!(business_code("001099012345").is_err());
        for bad in [
            "",
            "010123456",
            "01012345678",
            "0101234567-01",
            "0101234567-001-1",
            "01012A4567",
            "０101234567",
        ] {
            assert!(
                business_code(bad).is_err() && tax_code(bad).is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_trace_link_is_of_the_web() {
        for good in [
            "",
            "https://truyxuat.example.vn/a?b=1#c",
            "http://example.com",
            "https://xn--4dbrk0ce.example/ạ",
        ] {
            assert!(trace_url(good).is_ok(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "https://",
            "https://a b.vn",
            "ftp://example.com",
            "example.com",
            "https://bank.vn@evil.vn/",
            "https://a.vn/\"><script>",
        ] {
            assert!(trace_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_have_two_ends() {
        assert!(price(1).is_ok() && price(0).is_err() && price(1_000_000_001).is_err());
        assert!(
            set_number(26).is_ok()
                && set_number(0).is_err()
                && set_number(27).is_err()
                && set_number(-1).is_err()
        );
        assert!(alcohol(1000).is_ok() && alcohol(1001).is_err());
        assert!(units(1).is_ok() && units(0).is_err() && units(MAX_UNITS + 1).is_err());
        assert_eq!(first_units(0), Ok(0));
        assert!(first_units(-1).is_err());
    }

    #[test]
    fn a_sku_is_plain() {
        assert_eq!(sku(" GOM-01.a_B ").as_deref(), Ok("GOM-01.a_B"));
        for bad in ["", "gốm", "a b", "=1+1"] {
            assert!(sku(bad).is_err(), "{bad}");
        }
    }
}
