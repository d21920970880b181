//! The report, for people and for machines.

use serde_json::{Value, json};

use super::Report;

/// For machines: one array, one object a rule; what was under way comes last, with the rules that were left out.
pub(super) fn json(report: &Report) -> Value {
    let mut all: Vec<Value> = report
        .checks
        .iter()
        .map(|(service, check)| {
            json!({ "service": service, "rule": check.name, "checked": check.checked, "mismatches": check.mismatches })
        })
        .collect();
    all.push(json!({ "service": "between", "rule": "under_way", "checked": report.under_way, "mismatches": [] }));
    Value::Array(all)
}

/// For people.
pub(super) fn table(report: &Report) {
    println!(
        "{:<12} {:<38} {:>10}  result",
        "books of", "rule", "checked"
    );
    for (service, check) in &report.checks {
        let result = if check.mismatches.is_empty() {
            "holds".to_owned()
        } else {
            format!("{} MISMATCHES", check.mismatches.len())
        };
        println!(
            "{service:<12} {:<38} {:>10}  {result}",
            check.name, check.checked
        );
        for mismatch in check.mismatches.iter().take(20) {
            println!("{:<12} {mismatch}", "");
        }
    }
    if report.under_way > 0 {
        println!(
            "{} events are under way: rules between services, and projections, were not checked",
            report.under_way
        );
    }
    let broken: usize = report
        .checks
        .iter()
        .map(|(_, check)| check.mismatches.len())
        .sum();
    println!(
        "{} rules, {broken} mismatches, {} events under way",
        report.checks.len(),
        report.under_way
    );
}
