//! What a sale of some goods must keep to: the rules of [`super::legal`] that apply, put together.

use super::legal::{Goods, SALES};

/// The strictest of all rules that apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalesRules {
    /// How old the buyer must be; 0: any age.
    pub minimum_age: u8,
    /// Cash on delivery.
    pub cod_allowed: bool,
    /// In a live session.
    pub live_allowed: bool,
    /// Something is shipped.
    pub shipped: bool,
    /// Why, in Vietnamese; empty where nothing is forbidden.
    pub reason_vi: String,
    /// Why, in English.
    pub reason_en: String,
}

/// The rules for goods of a set with so much alcohol (tenths of a percent by volume).
#[must_use]
pub fn sales_rules(product_set: u8, alcohol_permille: u16) -> SalesRules {
    let mut rules = SalesRules {
        minimum_age: 0,
        cod_allowed: true,
        live_allowed: true,
        shipped: true,
        reason_vi: String::new(),
        reason_en: String::new(),
    };
    for rule in SALES {
        let applies = match &rule.goods {
            Goods::Sets(sets) => sets.contains(&product_set),
            Goods::AlcoholFrom(least) => alcohol_permille >= *least,
        };
        if applies {
            rules.minimum_age = rules.minimum_age.max(rule.minimum_age);
            rules.cod_allowed &= rule.cod_allowed;
            rules.live_allowed &= rule.live_allowed;
            rules.shipped &= rule.shipped;
            add(&mut rules.reason_vi, rule.reason_vi);
            add(&mut rules.reason_en, rule.reason_en);
        }
    }
    rules
}

/// Several rules may give one reason.
fn add(reasons: &mut String, reason: &str) {
    if reason.is_empty() || reasons.contains(reason) {
        return;
    }
    if !reasons.is_empty() {
        reasons.push(' ');
    }
    reasons.push_str(reason);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_goods_have_no_rules() {
        let rules = sales_rules(21, 0);
        assert!(rules.cod_allowed && rules.live_allowed && rules.shipped);
        assert_eq!((rules.minimum_age, rules.reason_vi.as_str()), (0, ""));
    }

    #[test]
    fn alcohol_is_for_adults_and_cashless() {
        for rules in [sales_rules(15, 0), sales_rules(15, 50), sales_rules(6, 149)] {
            assert_eq!(rules.minimum_age, 18);
            assert!(!rules.cod_allowed && rules.live_allowed);
            assert_eq!(rules.reason_en.matches("cashless").count(), 1);
        }
    }

    #[test]
    fn spirits_are_not_for_a_session() {
        for rules in [sales_rules(14, 300), sales_rules(15, 150)] {
            assert!(!rules.live_allowed && !rules.cod_allowed);
            assert!(rules.reason_vi.contains("15 độ"), "{}", rules.reason_vi);
        }
    }

    #[test]
    fn a_service_is_not_shipped() {
        assert!(!sales_rules(26, 0).shipped);
    }
}
