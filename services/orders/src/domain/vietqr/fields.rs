//! The fields of a `VietQR`: their rules, and their order in the code.

use chassis::money::Vnd;

use super::tlv::Writer;
use super::{MAX_PURPOSE, VietQrError};

/// NAPAS in the `EMVCo` registry of applications.
pub(super) const NAPAS: &str = "A000000727";
/// Longest account number, in characters.
const MAX_ACCOUNT: usize = 19;
/// Longest amount, in digits.
const MAX_AMOUNT: usize = 13;

/// What a `VietQR` says, field by field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// May it be paid more than once?
    pub initiation: Initiation,
    /// The bank, six digits.
    pub bin: String,
    /// Account or card number, by `service`.
    pub account_no: String,
    /// By which NAPAS service it is paid.
    pub service: Service,
    /// Merchant category, four digits.
    pub category: Option<String>,
    /// What to pay; without it the payer types the amount.
    pub amount: Option<Vnd>,
    /// The payee's name.
    pub name: Option<String>,
    /// The payee's city.
    pub city: Option<String>,
    /// Bill number.
    pub bill: Option<String>,
    /// Reference label.
    pub reference: Option<String>,
    /// Terminal label.
    pub terminal: Option<String>,
    /// Purpose, which becomes the memo of the transfer: at most 25 characters.
    pub purpose: Option<String>,
}

/// `EMVCo`'s point of initiation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initiation {
    /// `11`: printed once, paid many times.
    Static,
    /// `12`: made for one payment.
    Dynamic,
}

/// The NAPAS services that a code may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// `QRIBFTTA`: transfer to an account.
    ToAccount,
    /// `QRIBFTTC`: transfer to a card.
    ToCard,
    /// `QRPUSH`: payment to a merchant.
    Push,
    /// `QRCASH`: cash from a machine.
    Cash,
}

impl Parsed {
    /// The rules on values, for what is read and for what is made.
    pub(super) fn check(&self) -> Result<(), VietQrError> {
        let digits =
            |text: &str, len| text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit());
        let account = &self.account_no;
        if !digits(&self.bin, 6) {
            return Err(VietQrError::Value("38.01.00"));
        }
        if !(1..=MAX_ACCOUNT).contains(&account.len())
            || !account.bytes().all(|byte| byte.is_ascii_alphanumeric())
        {
            return Err(VietQrError::Value("38.01.01"));
        }
        if self
            .category
            .as_deref()
            .is_some_and(|category| !digits(category, 4))
        {
            return Err(VietQrError::Value("52"));
        }
        if self.amount.is_some_and(|amount| {
            amount <= Vnd::ZERO || amount.get().to_string().len() > MAX_AMOUNT
        }) {
            return Err(VietQrError::Value("54"));
        }
        for (id, text, max) in [
            ("59", &self.name, 25),
            ("60", &self.city, 15),
            ("62.01", &self.bill, 25),
            ("62.05", &self.reference, 25),
            ("62.07", &self.terminal, 25),
            ("62.08", &self.purpose, MAX_PURPOSE),
        ] {
            if text
                .as_ref()
                .is_some_and(|text| text.is_empty() || text.len() > max)
            {
                return Err(VietQrError::Value(id));
            }
        }
        Ok(())
    }

    /// The text of a code with these fields, in the order of their ids.
    pub(super) fn payload(&self) -> String {
        let mut beneficiary = Writer::default();
        beneficiary.field("00", &self.bin);
        beneficiary.field("01", &self.account_no);
        let mut payee = Writer::default();
        payee.field("00", NAPAS);
        payee.field("01", &beneficiary.text);
        payee.field("02", self.service.code());
        let mut more = Writer::default();
        more.optional("01", self.bill.as_deref());
        more.optional("05", self.reference.as_deref());
        more.optional("07", self.terminal.as_deref());
        more.optional("08", self.purpose.as_deref());
        let mut whole = Writer::default();
        whole.field("00", "01");
        whole.field("01", self.initiation.code());
        whole.field("38", &payee.text);
        whole.optional("52", self.category.as_deref());
        whole.field("53", "704");
        whole.optional(
            "54",
            self.amount
                .map(|amount| amount.get().to_string())
                .as_deref(),
        );
        whole.field("58", "VN");
        whole.optional("59", self.name.as_deref());
        whole.optional("60", self.city.as_deref());
        whole.optional(
            "62",
            Some(more.text.as_str()).filter(|text| !text.is_empty()),
        );
        whole.sealed()
    }
}

impl Initiation {
    pub(super) fn code(self) -> &'static str {
        match self {
            Initiation::Static => "11",
            Initiation::Dynamic => "12",
        }
    }
}

impl Service {
    pub(super) const ALL: [Service; 4] = [
        Service::ToAccount,
        Service::ToCard,
        Service::Push,
        Service::Cash,
    ];

    pub(super) fn code(self) -> &'static str {
        match self {
            Service::ToAccount => "QRIBFTTA",
            Service::ToCard => "QRIBFTTC",
            Service::Push => "QRPUSH",
            Service::Cash => "QRCASH",
        }
    }
}
