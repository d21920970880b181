//! What of a comment others may see, and how fast one person may write.

use chassis::{phone::mask_phones, text};
use chrono::{DateTime, TimeDelta, Utc};

use super::rule::Rule;

/// Characters of a comment.
pub const MAX_TEXT: usize = 500;
/// Characters of a name in the room.
const MAX_NAME: usize = 20;
/// Who has no name that can be shown: "a guest".
const GUEST: &str = "Khách";

/// The text as everybody sees it, and as it is kept: one line, phone numbers hidden.
///
/// # Errors
/// Empty, too long, or with characters that mislead.
pub fn public_text(typed: &str) -> Result<String, text::TextError> {
    let line = text::clean_line(typed, MAX_TEXT)?;
    Ok(mask_phones(&line).into_owned())
}

/// The name as everybody sees it: the given name, which stands last in Vietnamese. Never a phone number.
#[must_use]
pub fn short_name(name: &str) -> String {
    let Ok(line) = text::clean_line(name, 200) else {
        return GUEST.to_owned();
    };
    let masked = mask_phones(&line);
    let given = masked
        .split(' ')
        .rfind(|word| word.chars().take(MAX_NAME).any(char::is_alphabetic));
    given.unwrap_or(GUEST).chars().take(MAX_NAME).collect()
}

/// The time in which comments are counted.
pub const WINDOW: TimeDelta = TimeDelta::minutes(1);

/// How fast one account may write in one room.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// At least this long between two comments.
    pub gap: TimeDelta,
    /// At most so many in any minute.
    pub per_minute: i64,
}

/// What an account wrote in a room within the [`WINDOW`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Recent {
    /// How many comments.
    pub count: i64,
    /// The first of them.
    pub first: Option<DateTime<Utc>>,
    /// The last.
    pub last: Option<DateTime<Utc>>,
}

impl Recent {
    /// One more.
    pub fn add(&mut self, at: DateTime<Utc>) {
        self.count += 1;
        self.first.get_or_insert(at);
        self.last = Some(at);
    }
}

impl Pace {
    /// May the account write now?
    ///
    /// # Errors
    /// When to try again.
    pub fn check(self, recent: Recent, now: DateTime<Utc>) -> Result<(), Rule> {
        let wait = match (recent.first, recent.last) {
            (Some(first), _) if recent.count >= self.per_minute => first + WINDOW - now,
            (_, Some(last)) if last + self.gap > now => last + self.gap - now,
            _ => return Ok(()),
        };
        let seconds = wait
            .num_milliseconds()
            .clamp(1, 60_000)
            .unsigned_abs()
            .div_ceil(1_000);
        Err(Rule::TooFast {
            retry_after_seconds: u32::try_from(seconds).unwrap_or(60),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::session::tests::noon;

    #[test]
    fn a_name_is_shortened() {
        assert_eq!(short_name("Nguyễn Thị Lan"), "Lan");
        assert_eq!(short_name("  Lan  "), "Lan");
        assert_eq!(short_name("Lan 0912345678"), "Lan");
        assert_eq!(short_name("0912 345 678"), "Khách");
        assert_eq!(short_name(""), "Khách");
        assert_eq!(short_name("🎉"), "Khách");
        assert_eq!(
            short_name("Maximilianschlossberghausen").chars().count(),
            20
        );
    }

    #[test]
    fn phones_are_masked_before_anything_is_kept() {
        assert_eq!(
            public_text(" chốt  A05 x2 0912.345.678 ").unwrap(),
            "chốt A05 x2 ••••.•••.•••"
        );
        assert!(public_text("   ").is_err());
        assert!(public_text(&"a".repeat(500)).is_ok());
        assert!(public_text(&"a".repeat(501)).is_err());
    }

    #[test]
    fn nobody_floods_a_room() {
        let pace = Pace {
            gap: TimeDelta::seconds(1),
            per_minute: 20,
        };
        let now = noon();
        let ago = |ms| Some(now - TimeDelta::milliseconds(ms));
        assert_eq!(pace.check(Recent::default(), now), Ok(()));
        assert_eq!(
            pace.check(
                Recent {
                    count: 1,
                    first: ago(1_000),
                    last: ago(1_000)
                },
                now
            ),
            Ok(())
        );
        assert_eq!(
            pace.check(
                Recent {
                    count: 1,
                    first: ago(999),
                    last: ago(999)
                },
                now
            ),
            Err(Rule::TooFast {
                retry_after_seconds: 1
            })
        );
        // Two transactions may start in the other order than they get the room.
        assert!(
            pace.check(
                Recent {
                    count: 1,
                    first: ago(-5),
                    last: ago(-5)
                },
                now
            )
            .is_err()
        );
        assert_eq!(
            pace.check(
                Recent {
                    count: 20,
                    first: ago(30_000),
                    last: ago(5_000)
                },
                now
            ),
            Err(Rule::TooFast {
                retry_after_seconds: 30
            })
        );
        assert_eq!(
            pace.check(
                Recent {
                    count: 19,
                    first: ago(30_000),
                    last: ago(5_000)
                },
                now
            ),
            Ok(())
        );
    }

    proptest! {
        #[test]
        fn a_shown_name_is_short_and_has_no_phone(name: String) {
            let short = short_name(&name);
            prop_assert!((1..=20).contains(&short.chars().count()));
            prop_assert_eq!(mask_phones(&short), short.as_str());
        }

        #[test]
        fn what_is_kept_has_no_phone(typed: String) {
            if let Ok(text) = public_text(&typed) {
                prop_assert_eq!(mask_phones(&text), text.as_str());
            }
        }
    }
}
