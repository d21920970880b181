//! Reading a `VietQR` strictly: nothing is guessed, skipped or repaired.

use chassis::money::Vnd;

use super::fields::NAPAS;
use super::tlv::{crc16, field};
use super::{Initiation, Parsed, Service, VietQr, VietQrError};

impl VietQr {
    /// Reads the text of a `VietQR` transfer code. All lengths, the check sum, and the rule of each
    /// field must hold; nothing may follow the check sum.
    ///
    /// # Errors
    /// [`VietQrError`] with the first thing that is wrong. Never panics, whatever the text.
    pub fn parse(text: &str) -> Result<Parsed, VietQrError> {
        if !text.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
            return Err(VietQrError::NotAscii);
        }
        if text.len() > 512 {
            return Err(VietQrError::TooLong);
        }
        let whole = Fields::of(
            seal_checked(text)?,
            "",
            &["00", "01", "38", "52", "53", "54", "58", "59", "60", "62"],
        )?;
        if !text.starts_with("0002") || whole.required("00", "00")? != "01" {
            return Err(VietQrError::Value("00"));
        }
        if whole.required("53", "53")? != "704" {
            return Err(VietQrError::Value("53"));
        }
        if whole.required("58", "58")? != "VN" {
            return Err(VietQrError::Value("58"));
        }
        let payee = Fields::of(whole.required("38", "38")?, "38.", &["00", "01", "02"])?;
        if payee.required("00", "38.00")? != NAPAS {
            return Err(VietQrError::Value("38.00"));
        }
        let service = payee.required("02", "38.02")?;
        let beneficiary = Fields::of(payee.required("01", "38.01")?, "38.01.", &["00", "01"])?;
        let more = match whole.optional("62") {
            None => Fields::default(),
            Some("") => return Err(VietQrError::Value("62")),
            Some(more) => Fields::of(more, "62.", &["01", "05", "07", "08"])?,
        };
        let owned = |value: Option<&str>| value.map(str::to_owned);
        let parsed = Parsed {
            initiation: match whole.required("01", "01")? {
                "11" => Initiation::Static,
                "12" => Initiation::Dynamic,
                _ => return Err(VietQrError::Value("01")),
            },
            bin: beneficiary.required("00", "38.01.00")?.to_owned(),
            account_no: beneficiary.required("01", "38.01.01")?.to_owned(),
            service: Service::ALL
                .into_iter()
                .find(|known| known.code() == service)
                .ok_or(VietQrError::Value("38.02"))?,
            category: owned(whole.optional("52")),
            amount: whole.optional("54").map(amount).transpose()?,
            name: owned(whole.optional("59")),
            city: owned(whole.optional("60")),
            bill: owned(more.optional("01")),
            reference: owned(more.optional("05")),
            terminal: owned(more.optional("07")),
            purpose: owned(more.optional("08")),
        };
        parsed.check()?;
        Ok(parsed)
    }
}

/// Walks the top level to its end and gives back what stands before a check sum that holds.
fn seal_checked(text: &str) -> Result<&str, VietQrError> {
    let mut rest = text;
    while !rest.is_empty() {
        let (id, value, after) = field(rest)?;
        if id == "63" {
            let start = text.len() - rest.len();
            if value.len() != 4 {
                return Err(VietQrError::Length("63".to_owned()));
            }
            if !after.is_empty() {
                return Err(VietQrError::AfterCrc);
            }
            let expected = format!("{:04X}", crc16(&text.as_bytes()[..start + 4]));
            if value != expected {
                return Err(VietQrError::Crc {
                    expected,
                    found: value.to_owned(),
                });
            }
            return Ok(&text[..start]);
        }
        rest = after;
    }
    Err(VietQrError::Missing("63"))
}

/// A plain whole number of đồng: no sign, no point, no zeros in front.
fn amount(text: &str) -> Result<Vnd, VietQrError> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse()
        .ok()
        .filter(|_| plain)
        .map(Vnd::new)
        .ok_or(VietQrError::Value("54"))
}

/// The fields of one level, each at most once.
#[derive(Default)]
struct Fields<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Fields<'a> {
    fn of(text: &'a str, level: &str, known: &[&str]) -> Result<Fields<'a>, VietQrError> {
        let mut fields = Fields::default();
        let mut rest = text;
        while !rest.is_empty() {
            let (id, value, after) = field(rest)?;
            if !known.contains(&id) {
                return Err(VietQrError::Unknown(format!("{level}{id}")));
            }
            if fields.optional(id).is_some() {
                return Err(VietQrError::Twice(format!("{level}{id}")));
            }
            fields.0.push((id, value));
            rest = after;
        }
        Ok(fields)
    }

    fn optional(&self, id: &str) -> Option<&'a str> {
        self.0
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, value)| *value)
    }

    fn required(&self, id: &str, path: &'static str) -> Result<&'a str, VietQrError> {
        self.optional(id).ok_or(VietQrError::Missing(path))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The samples of NAPAS's document (the first four) and of codes made by banks' tools.
    const GOOD: [&str; 8] = [
        "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F",
        "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN63044F52",
        "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN62340107NPS68690819thanh toan don hang63042E2E",
        "00020101021238600010A00000072701300006970403011697040311012345670208QRIBFTTC530370454061800005802VN62340107NPS68690819thanh toan don hang6304A203",
        "00020101021238540010A00000072701240006970436011010234567890208QRIBFTTA5303704540719430005802VN62120808TT0000696304A8E5",
        "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN62170813ung ho lu lut6304C15C",
        "00020101021138540010A00000072701240006970407011003865776720208QRIBFTTA5303704540710000005802VN62160812henry an cut6304A322",
        "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA5303704540410005802VN62150811Chuyen tien6304BBB8",
    ];

    #[test]
    fn the_samples_are_read_and_written_back() {
        for sample in GOOD {
            assert_eq!(VietQr::parse(sample).unwrap().payload(), sample);
        }
        let third = VietQr::parse(GOOD[2]).unwrap();
        assert_eq!(
            (third.initiation, third.service),
            (Initiation::Dynamic, Service::ToAccount)
        );
        assert_eq!(
            (third.bin.as_str(), third.account_no.as_str()),
            ("970403", "0011012345678")
        );
        assert_eq!(third.amount, Some(Vnd::new(180_000)));
        assert_eq!(third.bill.as_deref(), Some("NPS6869"));
        assert_eq!(third.purpose.as_deref(), Some("thanh toan don hang"));
        let second = VietQr::parse(GOOD[1]).unwrap();
        assert_eq!(
            (second.initiation, second.service),
            (Initiation::Static, Service::ToCard)
        );
        assert_eq!((second.amount, second.purpose), (None, None));
    }

    #[test]
    fn a_wrong_check_sum_is_refused() {
        let text = "00020101021238530010A0000007270123000697042201091234567890208QRIBFTTA530370454061670005802VN6304ABCD";
        let error = VietQr::parse(text).unwrap_err();
        assert_eq!(
            error,
            VietQrError::Crc {
                expected: "3F08".to_owned(),
                found: "ABCD".to_owned()
            }
        );
        let lower = GOOD[0].replace("9E6F", "9e6f");
        assert!(matches!(
            VietQr::parse(&lower),
            Err(VietQrError::Crc { .. })
        ));
    }

    #[test]
    fn a_length_that_swallows_the_check_sum_is_refused() {
        // Its last four characters are a right CRC, but they are no field of their own.
        let text = "00020101021238500010A0000007270120000697041601065454460208QRIBFTTA530370454061800005802VN62270823thanh toan don hang63044302";
        assert_eq!(
            VietQr::parse(text),
            Err(VietQrError::Length("43".to_owned()))
        );
    }

    /// A code around these top-level fields, with a check sum that holds.
    fn sealed(fields: &str) -> String {
        let text = format!("{fields}6304");
        format!("{text}{:04X}", crc16(text.as_bytes()))
    }

    #[test]
    fn the_whole_has_its_rules() {
        assert_eq!(VietQr::parse(""), Err(VietQrError::Missing("63")));
        assert_eq!(
            VietQr::parse(&format!("{}0", GOOD[0])),
            Err(VietQrError::AfterCrc)
        );
        assert_eq!(
            VietQr::parse(&format!("{}5802VN", GOOD[0])),
            Err(VietQrError::AfterCrc)
        );
        assert_eq!(
            VietQr::parse(&format!("{}đ", GOOD[0])),
            Err(VietQrError::NotAscii)
        );
        assert_eq!(
            VietQr::parse(&format!("{}\n", GOOD[0])),
            Err(VietQrError::NotAscii)
        );
        assert_eq!(VietQr::parse(&"0".repeat(513)), Err(VietQrError::TooLong));
    }

    #[test]
    fn each_field_has_its_rule() {
        let payee = "38570010A00000072701270006970403011300110123456780208QRIBFTTA";
        let with = |fields: &str| VietQr::parse(&sealed(fields)).unwrap_err();
        let value = VietQrError::Value;
        for (fields, error) in [
            (format!("010211{payee}53037045802VN"), value("00")),
            (format!("010211000201{payee}53037045802VN"), value("00")),
            (format!("000202010211{payee}53037045802VN"), value("00")),
            (
                format!("000201{payee}53037045802VN"),
                VietQrError::Missing("01"),
            ),
            (format!("000201010222{payee}53037045802VN"), value("01")),
            (
                "00020101021153037045802VN".to_owned(),
                VietQrError::Missing("38"),
            ),
            (
                format!("000201010211{payee}5802VN"),
                VietQrError::Missing("53"),
            ),
            (format!("000201010211{payee}53038405802VN"), value("53")),
            (format!("000201010211{payee}53037045802US"), value("58")),
            (
                format!("000201010211{payee}{payee}53037045802VN"),
                VietQrError::Twice("38".to_owned()),
            ),
            (
                format!("000201010211{payee}53037045802VN6100"),
                VietQrError::Unknown("61".to_owned()),
            ),
            (format!("000201010211{payee}53037045802VN6200"), value("62")),
            (
                format!("000201010211{payee}53037045802VN62040900"),
                VietQrError::Unknown("62.09".to_owned()),
            ),
            (
                format!("000201010211{payee}53037045802VN62040800"),
                value("62.08"),
            ),
            (
                format!("000201010211{payee}53037045403012"),
                VietQrError::Missing("58"),
            ),
            (
                format!("000201010211{payee}530370454030125802VN"),
                value("54"),
            ),
            (
                format!("000201010211{payee}530370454041.005802VN"),
                value("54"),
            ),
            (
                format!("000201010211{payee}53037045402-15802VN"),
                value("54"),
            ),
            (
                format!("000201010211{payee}5303704540105802VN"),
                value("54"),
            ),
            (
                format!(
                    "000201010211{}53037045802VN",
                    payee.replace("QRIBFTTA", "QRIBFTTX")
                ),
                value("38.02"),
            ),
            (
                format!(
                    "000201010211{}53037045802VN",
                    payee.replace("A000000727", "A000000728")
                ),
                value("38.00"),
            ),
            (
                format!(
                    "000201010211{}53037045802VN",
                    payee.replace("970403", "97040X")
                ),
                value("38.01.00"),
            ),
        ] {
            assert_eq!(with(&fields), error, "{fields}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC*|[0-9]{0,60}", at in 0..90_usize, put: char) {
            let _ = VietQr::parse(&text);
            let _ = VietQr::parse(&sealed(&text));
            let mut broken: Vec<char> = GOOD[4].chars().collect();
            broken[at] = put;
            let broken: String = broken.into_iter().collect();
            prop_assert!(broken == GOOD[4] || VietQr::parse(&broken).is_err());
        }
    }
}
