//! The text that Prometheus reads: each metric once, with the series of all roles.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, prometheus_text},
    metrics::MetricType,
    registry::Registry,
};

use super::{Kind, Metric, Metrics};

#[derive(Debug)]
struct All(Vec<Arc<Metrics>>);

impl Collector for All {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), std::fmt::Error> {
        let roles: Vec<_> = self
            .0
            .iter()
            .map(|role| role.series.lock().unwrap_or_else(PoisonError::into_inner))
            .collect();
        let mut by_name: BTreeMap<&str, (&Metric, Vec<_>)> = BTreeMap::new();
        for series in roles.iter().flat_map(|role| role.iter()) {
            let of_name = by_name.entry(series.metric.name);
            of_name
                .or_insert((series.metric, Vec::new()))
                .1
                .push(series);
        }
        for (name, (metric, series)) in by_name {
            let kind = match metric.kind {
                Kind::Counter => MetricType::Counter,
                Kind::Gauge => MetricType::Gauge,
                Kind::Histogram => MetricType::Histogram,
            };
            // The library adds the ending itself.
            let name = name.strip_suffix("_total").unwrap_or(name);
            let mut metric = encoder.encode_descriptor(name, metric.help, None, kind)?;
            for one in series {
                one.value.encode(metric.encode_family(&one.labels)?)?;
            }
        }
        Ok(())
    }
}

/// All series of these roles, in the text format of Prometheus.
#[must_use]
pub fn text(roles: &[Arc<Metrics>]) -> String {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(All(roles.to_vec())));
    let mut text = String::new();
    match prometheus_text::encode(&mut text, &registry) {
        Ok(()) => text,
        Err(error) => {
            tracing::error!("metrics not written: {error}");
            String::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static ASKED: Metric = Metric {
        name: "phien_asked_total",
        kind: Kind::Counter,
        help: "Questions.",
    };
    static AGE: Metric = Metric {
        name: "phien_age_seconds",
        kind: Kind::Gauge,
        help: "How old.",
    };

    #[test]
    fn a_metric_stands_once_with_the_series_of_all_roles() {
        let (orders, gateway) = (Metrics::new("orders"), Metrics::new("gateway"));
        orders.counter(&ASKED, &[("how", "by phone")]).inc_by(2);
        gateway.counter(&ASKED, &[("how", "by mail")]);
        gateway.read_fraction(&AGE, &[], || 1.5);
        assert_eq!(
            text(&[Arc::new(orders), Arc::new(gateway)]),
            "# HELP phien_age_seconds How old.\n\
             # TYPE phien_age_seconds gauge\n\
             phien_age_seconds{service=\"gateway\"} 1.5\n\
             # HELP phien_asked_total Questions.\n\
             # TYPE phien_asked_total counter\n\
             phien_asked_total{service=\"orders\",how=\"by phone\"} 2\n\
             phien_asked_total{service=\"gateway\",how=\"by mail\"} 0\n"
        );
    }
}
