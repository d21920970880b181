//! The sample, the corpora, and what holds for any text.

use proptest::prelude::*;

use super::*;

fn code(text: &str) -> ClaimCode {
    ClaimCode::parse(text).unwrap()
}

mod corpus;
