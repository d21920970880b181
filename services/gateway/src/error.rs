//! What the gateway itself refuses; what services refuse passes through.

use chassis::{refusal::Refusal, service::is_away};
use proto::common::v1::RefusalKind;

/// Why a verb was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Said already in the shape that goes out.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The code is not the one that was sent.
    #[error("wrong code, {tries_left} tries left")]
    WrongCode {
        /// Tries that are left.
        tries_left: i16,
    },
    /// The sign-in is used, too old, or was tried too often.
    #[error("this sign-in takes no more codes")]
    CodeSpent,
    /// A code was sent a moment ago, or too many in this hour.
    #[error("no new code for {seconds} s")]
    CodeTooSoon {
        /// When to ask again.
        seconds: u32,
    },
    /// Nobody is set up to send codes, or sending failed.
    #[error("the code was not sent")]
    CodeNotSent,
    /// No such username, or not its password: not told apart.
    #[error("wrong username or password")]
    WrongPassword,
    /// Another account has this username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Another organiser has this name.
    #[error("the organiser's name is taken")]
    OrganiserNameTaken,
    /// Somebody must remain who can add others.
    #[error("the last organiser stays")]
    LastOrganiser,
    /// The database.
    #[error("the database did not do it")]
    Database(#[from] sqlx::Error),
    /// Hashing.
    #[error("the password was not hashed: {0}")]
    Hash(argon2::password_hash::Error),
    /// A task ended before its time.
    #[error("a task ended before its time")]
    Task(#[from] tokio::task::JoinError),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal,
            Error::WrongCode { tries_left } => Self {
                code: "wrong_code".into(),
                ..Self::field(
                    "code",
                    format!("Mã không đúng, còn {tries_left} lần thử."),
                    format!("Not the code; {tries_left} tries left."),
                )
            },
            Error::CodeSpent => Self::conflict(
                "code_spent",
                "Mã đã dùng, đã hết hạn hoặc đã thử quá nhiều lần. Hãy xin mã mới.",
                "The code was used, has expired or was tried too often. Ask for a new one.",
            ),
            Error::CodeTooSoon { seconds } => Self {
                retry_after_seconds: seconds,
                ..Self::new(
                    RefusalKind::Busy,
                    RATE_LIMITED,
                    format!("Mã vừa được gửi. Xin mã mới sau {seconds} giây."),
                    format!(
                        "A code was sent a moment ago. Ask for a new one in {seconds} seconds."
                    ),
                )
            },
            Error::CodeNotSent => Self {
                retry_after_seconds: 60,
                ..Self::new(
                    RefusalKind::Busy,
                    "code_not_sent",
                    "Chưa gửi được mã đăng nhập. Hãy thử lại sau.",
                    "The sign-in code could not be sent. Please try again later.",
                )
            },
            Error::WrongPassword => Self::new(
                RefusalKind::Unauthenticated,
                "wrong_password",
                "Tên đăng nhập hoặc mật khẩu không đúng.",
                "Wrong username or password.",
            ),
            Error::UsernameTaken => Self::conflict(
                "username_taken",
                "Tên đăng nhập này đã có người dùng.",
                "This username is taken.",
            ),
            Error::OrganiserNameTaken => Self::conflict(
                "organiser_name_taken",
                "Đã có ban tổ chức mang tên này.",
                "There is an organiser of this name.",
            ),
            Error::LastOrganiser => Self::conflict(
                "last_organiser",
                "Ban tổ chức phải còn ít nhất một người quản lý.",
                "An organiser must keep at least one person in the role of organiser.",
            ),
            // Contention, or the database is away: not the asker's fault, and soon over.
            Error::Database(error) if is_away(&error) => Self::busy(),
            Error::Database(_) | Error::Hash(_) | Error::Task(_) => Self::internal(),
        }
    }
}

/// The code of every refusal that means "too often"; the edge answers 429.
pub(crate) const RATE_LIMITED: &str = "rate_limited";

/// True when a constraint was broken, by its name.
pub(crate) fn breaks(error: &sqlx::Error, constraint: &str) -> bool {
    error
        .as_database_error()
        .and_then(|error| error.constraint())
        == Some(constraint)
}
