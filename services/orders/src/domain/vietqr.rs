//! `VietQR`: the code that a buyer's banking app scans to pay into a bank account.
//!
//! NAPAS IBFT (format 1.5.2) on `EMVCo` merchant-presented TLV. A code only *asks* for money: that
//! something was paid is known from the bank's feed alone. Each field is two digits of id, two of
//! length, and the value; the last is a CRC over all before it.

mod fields;
mod image;
mod parse;
mod tlv;

use chassis::money::Vnd;
use chassis::text::ascii_upper;

pub use self::fields::{Initiation, Parsed, Service};

/// Longest purpose (memo), in characters.
const MAX_PURPOSE: usize = 25;

/// The account that is paid into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankAccount {
    /// The bank: six digits given by the State Bank, such as `970436` (Vietcombank).
    pub bin: String,
    /// 1 to 19 letters and digits (ASCII).
    pub account_no: String,
}

/// A `VietQR` that asks for one transfer: one account, one amount, one memo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VietQr {
    payload: String,
}

/// Why a code cannot be made or is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VietQrError {
    /// A character that is not printable ASCII.
    #[error("a VietQR has printable ASCII characters only")]
    NotAscii,
    /// More than the 512 characters that `EMVCo` allows.
    #[error("a VietQR has at most 512 characters")]
    TooLong,
    /// A field without two digits of id and two of length, or shorter than it says.
    #[error("field {0} is cut short or has no valid length")]
    Length(String),
    /// A field twice at the same level.
    #[error("field {0} is there twice")]
    Twice(String),
    /// A required field is missing.
    #[error("field {0} is missing")]
    Missing(&'static str),
    /// A field that a `VietQR` transfer does not have.
    #[error("field {0} is not one of a VietQR")]
    Unknown(String),
    /// A field whose value is not what its rule allows.
    #[error("field {0} has a value that is not allowed")]
    Value(&'static str),
    /// The check sum does not hold.
    #[error("the check sum is {found}, not {expected}")]
    Crc {
        /// As computed from the fields.
        expected: String,
        /// As written.
        found: String,
    },
    /// Something follows the check sum.
    #[error("something follows the check sum")]
    AfterCrc,
    /// A memo with nothing that a bank keeps, or longer than 25 characters of it.
    #[error("a memo has 1 to 25 letters, digits and spaces")]
    Memo,
}

impl VietQr {
    /// The code for one transfer of `amount` to `account`. The memo is brought to what banks keep
    /// (`[A-Z0-9 ]`, no marks); it is never cut, since a cut memo would lose the payment code.
    ///
    /// # Errors
    /// [`VietQrError::Value`] for an account or amount outside its rule (amounts are 1 đ to 13
    /// digits), [`VietQrError::Memo`] for a memo that is empty or longer than 25 characters.
    pub fn transfer(account: &BankAccount, amount: Vnd, memo: &str) -> Result<VietQr, VietQrError> {
        let purpose = ascii_upper(memo);
        if purpose.is_empty() || purpose.len() > MAX_PURPOSE {
            return Err(VietQrError::Memo);
        }
        let fields = Parsed {
            initiation: Initiation::Dynamic,
            bin: account.bin.clone(),
            account_no: account.account_no.clone(),
            service: Service::ToAccount,
            category: None,
            amount: Some(amount),
            name: None,
            city: None,
            bill: None,
            reference: None,
            terminal: None,
            purpose: Some(purpose),
        };
        fields.check()?;
        Ok(VietQr {
            payload: fields.payload(),
        })
    }

    /// The text inside the code.
    #[must_use]
    pub fn payload(&self) -> &str {
        &self.payload
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn account(bin: &str, account_no: &str) -> BankAccount {
        BankAccount {
            bin: bin.to_owned(),
            account_no: account_no.to_owned(),
        }
    }

    #[test]
    fn a_transfer_is_the_published_layout() {
        let qr = VietQr::transfer(
            &account("970436", "1023456789"),
            Vnd::new(1_943_000),
            "TT000069",
        )
        .unwrap();
        assert_eq!(
            qr.payload(),
            "00020101021238540010A00000072701240006970436011010234567890208QRIBFTTA\
             5303704540719430005802VN62120808TT0000696304A8E5"
        );
    }

    #[test]
    fn a_memo_is_brought_to_what_banks_keep() {
        let qr = VietQr::transfer(
            &account("970436", "1023456789"),
            Vnd::new(1),
            "Đơn PHAB12CD3X!",
        )
        .unwrap();
        assert_eq!(
            VietQr::parse(qr.payload()).unwrap().purpose.as_deref(),
            Some("DON PHAB12CD3X")
        );
    }

    #[test]
    fn the_limits_hold() {
        let good = account("970436", "1023456789");
        let refused = |account: &BankAccount, dong, memo: &str| {
            VietQr::transfer(account, Vnd::new(dong), memo).unwrap_err()
        };
        assert_eq!(refused(&good, 1, ""), VietQrError::Memo);
        assert_eq!(refused(&good, 1, "!?"), VietQrError::Memo);
        assert_eq!(refused(&good, 1, &"A".repeat(26)), VietQrError::Memo);
        assert!(VietQr::transfer(&good, Vnd::new(9_999_999_999_999), &"A".repeat(25)).is_ok());
        for dong in [0, -1, 10_000_000_000_000] {
            assert_eq!(refused(&good, dong, "A"), VietQrError::Value("54"));
        }
        for bin in ["", "97043", "9704366", "97043a", "97043６"] {
            assert_eq!(
                refused(&account(bin, "1"), 1, "A"),
                VietQrError::Value("38.01.00")
            );
        }
        for number in ["", "12345678901234567890", "12 34", "12345６"] {
            assert_eq!(
                refused(&account("970436", number), 1, "A"),
                VietQrError::Value("38.01.01")
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_made_is_read(
            bin in "[0-9]{6}", number in "[0-9A-Za-z]{1,19}", dong in 1..=9_999_999_999_999_i64, memo in "[A-Z0-9]{1,25}",
        ) {
            let qr = VietQr::transfer(&account(&bin, &number), Vnd::new(dong), &memo).unwrap();
            let read = VietQr::parse(qr.payload()).unwrap();
            prop_assert_eq!((read.bin, read.account_no), (bin, number));
            prop_assert_eq!((read.amount, read.purpose), (Some(Vnd::new(dong)), Some(memo)));
        }
    }
}
