//! An account that receives money. Named here, never held.

/// A bank account; its number may reach orders, never a public feed.
#[derive(Clone, PartialEq, Eq)]
pub struct BankAccount {
    /// NAPAS BIN, six digits.
    pub bin: String,
    /// As banks write it: letters and digits, at most 19.
    pub account_no: String,
    /// Whose it is.
    pub account_name: String,
}

/// Says only that there is one: a debug print is a log line.
impl std::fmt::Debug for BankAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BankAccount")
    }
}

impl BankAccount {
    /// Three columns of a row; they are set together.
    #[must_use]
    pub fn of_columns(
        bin: Option<String>,
        account_no: Option<String>,
        account_name: Option<String>,
    ) -> Option<Self> {
        Some(Self {
            bin: bin?,
            account_no: account_no?,
            account_name: account_name?,
        })
    }

    /// Six digits?
    #[must_use]
    pub fn is_bin(text: &str) -> bool {
        text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// 1 to 19 letters and digits (what a VietQR can carry)?
    #[must_use]
    pub fn is_account_no(text: &str) -> bool {
        (1..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_number_is_not_printed() {
        let account = BankAccount {
            bin: "970436".into(),
            account_no: "0123456789".into(),
            account_name: "HTX".into(),
        };
        assert_eq!(format!("{account:?}"), "BankAccount");
    }

    #[test]
    fn it_fits_a_vietqr() {
        assert!(BankAccount::is_bin("970436"));
        assert!(!BankAccount::is_bin("97043"));
        assert!(!BankAccount::is_bin("97043x"));
        assert!(BankAccount::is_account_no("1"));
        assert!(BankAccount::is_account_no(&"9".repeat(19)));
        assert!(!BankAccount::is_account_no(&"9".repeat(20)));
        assert!(!BankAccount::is_account_no("12 34"));
        assert!(!BankAccount::is_account_no(""));
    }
}
