//! Why a request was not carried out, in the one shape that crosses the wire.

use std::fmt;

use proto::common::v1::{self as wire, RefusalKind};

/// A refusal: what a person can act on, in Vietnamese and English, and what a program can.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{code}: {en}")]
pub struct Refusal {
    /// What sort of refusal; the edge turns it into a status.
    pub kind: RefusalKind,
    /// Stable and machine readable.
    pub code: String,
    /// For people, in Vietnamese.
    pub vi: String,
    /// For people, in English.
    pub en: String,
    /// The fields at fault, for invalid input.
    pub fields: Vec<wire::FieldRefusal>,
    /// When it makes sense to try again; 0: not said.
    pub retry_after_seconds: u32,
}

impl Refusal {
    /// A refusal of any kind.
    pub fn new(
        kind: RefusalKind,
        code: impl Into<String>,
        vi: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            code: code.into(),
            vi: vi.into(),
            en: en.into(),
            fields: Vec::new(),
            retry_after_seconds: 0,
        }
    }

    /// The input breaks a rule; see [`Fields`] for the usual way to make one.
    pub fn invalid(code: impl Into<String>, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(RefusalKind::Invalid, code, vi, en)
    }

    /// One field is wrong.
    pub fn field(field: impl Into<String>, vi: impl Into<String>, en: impl Into<String>) -> Self {
        let mut fields = Fields::default();
        fields.refuse(field, vi, en);
        fields.into_refusal()
    }

    /// There is no such thing, or the asker may not know of it.
    #[must_use]
    pub fn not_found(what_vi: &str, what_en: &str) -> Self {
        Self::new(
            RefusalKind::NotFound,
            "not_found",
            format!("Không tìm thấy {what_vi}."),
            format!("No such {what_en}."),
        )
    }

    /// The asker may not do this.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(
            RefusalKind::Forbidden,
            "forbidden",
            "Bạn không có quyền làm việc này.",
            "You may not do this.",
        )
    }

    /// Things are not as the request supposes.
    pub fn conflict(code: impl Into<String>, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(RefusalKind::Conflict, code, vi, en)
    }

    /// Too much at once; nothing was done.
    #[must_use]
    pub fn busy() -> Self {
        Self {
            retry_after_seconds: 1,
            ..Self::new(
                RefusalKind::Busy,
                "busy",
                "Hệ thống đang bận, hãy thử lại.",
                "Busy, please try again.",
            )
        }
    }

    /// Something broke on our side; details go to the log, never to the asker.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            RefusalKind::Internal,
            "internal",
            "Có lỗi phía máy chủ, hãy thử lại sau.",
            "Something went wrong on our side, please try again later.",
        )
    }

    /// True when it is ours to look into.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.kind == RefusalKind::Internal
    }
}

impl From<wire::Refusal> for Refusal {
    fn from(refusal: wire::Refusal) -> Self {
        Self {
            kind: refusal.kind(),
            code: refusal.code,
            vi: refusal.message_vi,
            en: refusal.message_en,
            fields: refusal.fields,
            retry_after_seconds: refusal.retry_after_seconds,
        }
    }
}

impl From<Refusal> for wire::Refusal {
    fn from(refusal: Refusal) -> Self {
        Self {
            kind: refusal.kind.into(),
            code: refusal.code,
            message_vi: refusal.vi,
            message_en: refusal.en,
            fields: refusal.fields,
            retry_after_seconds: refusal.retry_after_seconds,
        }
    }
}

/// Collects what is wrong with a request, so that all of it is told at once.
#[derive(Debug, Default)]
pub struct Fields(Vec<wire::FieldRefusal>);

impl Fields {
    /// Notes that a field breaks a rule.
    pub fn refuse(
        &mut self,
        field: impl Into<String>,
        vi: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.0.push(wire::FieldRefusal {
            field: field.into(),
            message_vi: vi.into(),
            message_en: en.into(),
        });
    }

    /// Keeps a good value; of a bad one notes what `say` makes of it (Vietnamese, English).
    pub fn check<T, E>(
        &mut self,
        field: impl fmt::Display,
        value: Result<T, E>,
        say: impl FnOnce(&E) -> (String, String),
    ) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(error) => {
                let (vi, en) = say(&error);
                self.refuse(field.to_string(), vi, en);
                None
            }
        }
    }

    /// True when nothing is wrong so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Refuses if anything was wrong.
    ///
    /// # Errors
    /// The refusal with every field noted.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.into_refusal())
        }
    }

    /// The refusal as it stands.
    #[must_use]
    pub fn into_refusal(self) -> Refusal {
        Refusal {
            fields: self.0,
            ..Refusal::invalid(
                "invalid_input",
                "Dữ liệu chưa đúng, xem từng trường.",
                "Some fields are not right.",
            )
        }
    }
}
