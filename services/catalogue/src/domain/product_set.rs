//! The 26 product sets (bộ sản phẩm) of OCOP in their six sectors, Decision 26/2026/QĐ-TTg.

/// A sector (ngành hàng).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sector {
    /// Thực phẩm.
    Food,
    /// Đồ uống.
    Drinks,
    /// Dược liệu và sản phẩm từ dược liệu.
    Herbs,
    /// Thủ công mỹ nghệ.
    Crafts,
    /// Sinh vật cảnh.
    Ornamental,
    /// Dịch vụ du lịch.
    Tourism,
}

/// A product set.
#[derive(Debug, PartialEq, Eq)]
pub struct ProductSet {
    /// 1 to 26.
    pub number: u8,
    /// Where it belongs.
    pub sector: Sector,
    /// In Vietnamese.
    pub vi: &'static str,
    /// In English.
    pub en: &'static str,
}

/// The set with this number.
#[must_use]
pub fn product_set(number: u32) -> Option<&'static ProductSet> {
    let at = usize::try_from(number).ok()?.checked_sub(1)?;
    PRODUCT_SETS.get(at)
}

const fn set(number: u8, sector: Sector, vi: &'static str, en: &'static str) -> ProductSet {
    ProductSet {
        number,
        sector,
        vi,
        en,
    }
}

/// All sets, by number.
pub static PRODUCT_SETS: [ProductSet; 26] = {
    use Sector::{Crafts, Drinks, Food, Herbs, Ornamental, Tourism};
    [
        set(
            1,
            Food,
            "Rau, củ, quả, hạt tươi",
            "Fresh vegetables, roots, fruit and seeds",
        ),
        set(
            2,
            Food,
            "Thịt, thủy sản, trứng, sữa tươi",
            "Fresh meat, fish, eggs and milk",
        ),
        set(
            3,
            Food,
            "Gạo, ngũ cốc, hạt sơ chế khác",
            "Rice, cereals and other primary grains",
        ),
        set(
            4,
            Food,
            "Mật ong, mật khác và nông sản thực phẩm khác",
            "Honey, other nectars and other farm foods",
        ),
        set(5, Food, "Đồ ăn nhanh", "Ready food"),
        set(
            6,
            Food,
            "Chế biến từ gạo, ngũ cốc",
            "Made from rice and cereals",
        ),
        set(
            7,
            Food,
            "Chế biến từ rau, củ, quả, hạt",
            "Made from vegetables, roots, fruit and seeds",
        ),
        set(
            8,
            Food,
            "Chế biến từ thịt, trứng, sữa, thủy sản, mật",
            "Made from meat, eggs, milk, fish and honey",
        ),
        set(
            9,
            Food,
            "Tương, nước mắm, gia vị dạng lỏng",
            "Soy and fish sauces, liquid seasonings",
        ),
        set(10, Food, "Gia vị khác", "Other seasonings"),
        set(
            11,
            Food,
            "Chè tươi, chè chế biến",
            "Tea, fresh and processed",
        ),
        set(
            12,
            Food,
            "Sản phẩm chè từ thực vật khác",
            "Teas of other plants",
        ),
        set(13, Food, "Cà phê, ca cao", "Coffee and cocoa"),
        set(14, Drinks, "Rượu trắng", "White spirits"),
        set(15, Drinks, "Đồ uống có cồn khác", "Other alcoholic drinks"),
        set(
            16,
            Drinks,
            "Nước khoáng, nước đóng chai",
            "Mineral and bottled water",
        ),
        set(17, Drinks, "Đồ uống không cồn", "Soft drinks"),
        set(
            18,
            Herbs,
            "Thực phẩm chức năng, thuốc dược liệu, thuốc cổ truyền",
            "Supplements, herbal and traditional medicines",
        ),
        set(
            19,
            Herbs,
            "Mỹ phẩm có thành phần từ dược liệu",
            "Herbal cosmetics",
        ),
        set(
            20,
            Herbs,
            "Tinh dầu và dược liệu khác",
            "Essential oils and other herbs",
        ),
        set(
            21,
            Crafts,
            "Thủ công mỹ nghệ gia dụng, trang trí",
            "Crafts for household and decoration",
        ),
        set(22, Crafts, "Vải, may mặc", "Textiles and garments"),
        set(23, Ornamental, "Hoa", "Flowers"),
        set(24, Ornamental, "Cây cảnh", "Ornamental plants"),
        set(25, Ornamental, "Động vật cảnh", "Ornamental animals"),
        set(
            26,
            Tourism,
            "Du lịch cộng đồng, du lịch sinh thái và điểm du lịch",
            "Community tourism, eco-tourism and sights",
        ),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_26_sets_in_order() {
        for (set, number) in PRODUCT_SETS.iter().zip(1..) {
            assert_eq!(set.number, number);
            assert_eq!(product_set(u32::from(number)), Some(set));
        }
        assert_eq!(product_set(0), None);
        assert_eq!(product_set(27), None);
    }

    #[test]
    fn the_sectors_have_13_4_3_2_3_and_1_sets() {
        use Sector::{Crafts, Drinks, Food, Herbs, Ornamental, Tourism};
        let count = |sector| {
            PRODUCT_SETS
                .iter()
                .filter(|set| set.sector == sector)
                .count()
        };
        assert_eq!(
            [Food, Drinks, Herbs, Crafts, Ornamental, Tourism].map(count),
            [13, 4, 3, 2, 3, 1]
        );
    }
}
