//! What a service finds when it checks its own books; `phien audit` gathers it from all of them.

/// One rule, checked on everything it applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The rule: "stock_equation".
    pub name: &'static str,
    /// How many things were checked.
    pub checked: i64,
    /// What breaks the rule, one line each, with ids and figures; must be empty.
    pub mismatches: Vec<String>,
}
