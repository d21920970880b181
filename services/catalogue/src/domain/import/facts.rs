//! What the cells of a producer, a product, a certificate or a variant say together.
//!
//! What is there already fills the blanks; [`differences`] then tells where a file says otherwise.

mod certificate;
mod producer;
mod product;

use chassis::text::nfc;

pub(super) use self::{
    certificate::{certificate, certificate_told},
    producer::{profile, profile_told},
    product::{product, product_told, variant, variant_told},
};
use crate::domain::fault::Fault;

/// A column and the text of a value, to compare by.
type Told = Vec<(&'static str, String)>;

/// The columns where a file says other than what is there.
pub(super) fn differences(there: Told, told: Told) -> impl Iterator<Item = &'static str> {
    there
        .into_iter()
        .zip(told)
        .filter(|((_, there), (_, told))| nfc(there) != nfc(told))
        .map(|((column, _), _)| column)
}

/// The fault of such a column.
pub(super) fn otherwise() -> Fault {
    Fault::new(
        "Đã có với giá trị khác; hãy sửa ở trang sản phẩm, tệp nhập không sửa đè.",
        "Already there with another value; change it there, an import does not overwrite.",
    )
}
