//! What is wrong with one value, told so that a person can put it right.

/// The rule that a value breaks, in Vietnamese and English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

impl Fault {
    /// In both languages.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            vi: vi.into(),
            en: en.into(),
        }
    }
}

/// A fault and the field it is in.
pub type FieldFault = (&'static str, Fault);
