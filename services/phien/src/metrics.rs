//! Every metric that a process of Phiên may show.

use chassis::metrics::Metric;

/// All of them, by name.
#[must_use]
pub fn all() -> Vec<&'static Metric> {
    let tables = [
        chassis::metrics::ALL,
        orders::meters::ALL,
        gateway::meters::ALL,
    ];
    let mut all: Vec<_> = tables.into_iter().flatten().copied().collect();
    all.sort_by_key(|metric| metric.name);
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chassis::metrics::Kind;

    use super::*;

    const DASHBOARD: &str = include_str!("../../../deploy/grafana/phien.json");
    const ALERTS: &str = include_str!("../../../deploy/prometheus/alerts.yml");
    const TABLE: &str = include_str!("../../../deploy/grafana/README.md");

    /// Words of a text that name metrics.
    fn named(text: &str) -> BTreeSet<&str> {
        let words =
            text.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
        words.filter(|word| word.starts_with("phien_")).collect()
    }

    /// What Prometheus makes of a metric.
    fn series() -> BTreeSet<String> {
        let of = |metric: &Metric| match metric.kind {
            Kind::Histogram => ["_bucket", "_sum", "_count"]
                .map(|part| format!("{}{part}", metric.name))
                .to_vec(),
            Kind::Counter | Kind::Gauge => vec![metric.name.to_owned()],
        };
        all().into_iter().flat_map(of).collect()
    }

    #[test]
    fn names_are_of_one_kind_and_unique() {
        let names: BTreeSet<_> = all().iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), all().len());
        for metric in all() {
            let counts = metric.name.ends_with("_total");
            assert_eq!(counts, metric.kind == Kind::Counter, "{}", metric.name);
            assert!(metric.name.starts_with("phien_") && metric.help.ends_with('.'));
        }
    }

    #[test]
    fn dashboard_and_alerts_name_only_what_there_is() {
        let series = series();
        for text in [DASHBOARD, ALERTS] {
            let named = named(text);
            assert!(named.len() > 5);
            for name in named {
                assert!(series.contains(name), "{name}");
            }
        }
        serde_json::from_str::<serde_json::Value>(DASHBOARD).unwrap();
    }

    #[test]
    fn the_table_says_what_the_code_says() {
        for metric in all() {
            let kind = match metric.kind {
                Kind::Counter => "counter",
                Kind::Gauge => "gauge",
                Kind::Histogram => "histogram",
            };
            let row = format!("| `{}` | {kind} | {} |", metric.name, metric.help);
            assert!(TABLE.contains(&row), "missing in the table:\n{row}");
        }
    }
}
