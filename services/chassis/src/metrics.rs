//! What a role shows of itself at `/metrics`, for Prometheus.
//!
//! Each metric is declared once, as a [`Metric`]; a series of it is taken at start and counted by atomics. Text is made
//! only when somebody asks for it, of all roles of the process together, each with its label `service`.

mod own;
mod text;

use std::sync::{Mutex, PoisonError};

pub use prometheus_client::metrics::{counter::Counter, histogram::Histogram};
use prometheus_client::{
    encoding::{EncodeMetric, MetricEncoder, NoLabelSet},
    metrics::MetricType,
};

pub(crate) use own::start;
pub use own::{ALL, shed};
pub use text::text;

/// Seconds: from a hot answer to what nobody waits for any more.
pub const SECONDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// How a metric behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows; its name ends in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts by size; seconds, or things.
    Histogram,
}

/// A metric: the row of the table in `deploy/README.md` that it is.
#[derive(Debug)]
pub struct Metric {
    /// As Prometheus knows it, with its unit, and `_total` for a counter.
    pub name: &'static str,
    /// How it behaves.
    pub kind: Kind,
    /// What it says.
    pub help: &'static str,
}

/// Declares metrics and the list of them, one line each: `NAME = Counter "phien_…_total": "What it says.";`
#[macro_export]
macro_rules! declare_metrics {
    ($(#[$about:meta])* $seen:vis static $list:ident; $($metric:ident = $kind:ident $name:literal: $help:literal;)+) => {
        $(static $metric: $crate::metrics::Metric = $crate::metrics::Metric {
            name: $name,
            kind: $crate::metrics::Kind::$kind,
            help: $help,
        };)+
        $(#[$about])*
        $seen static $list: &[&$crate::metrics::Metric] = &[$(&$metric),+];
    };
}

/// A label and its value.
pub type Label = (&'static str, &'static str);

/// All series of one role.
#[derive(Debug)]
pub struct Metrics {
    service: &'static str,
    series: Mutex<Vec<Series>>,
}

struct Series {
    metric: &'static Metric,
    labels: Vec<Label>,
    value: Box<dyn EncodeMetric + Send + Sync>,
}

impl std::fmt::Debug for Series {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{:?}", self.metric.name, self.labels)
    }
}

impl Metrics {
    /// Of a service, with nothing to show yet.
    #[must_use]
    pub fn new(service: &'static str) -> Self {
        Self {
            service,
            series: Mutex::default(),
        }
    }

    /// A counter; keep it, and count on it.
    pub fn counter(&self, metric: &'static Metric, labels: &[Label]) -> Counter {
        let counter = Counter::default();
        self.show(metric, labels, counter.clone());
        counter
    }

    /// A histogram with these upper bounds.
    pub fn histogram(
        &self,
        metric: &'static Metric,
        labels: &[Label],
        bounds: &[f64],
    ) -> Histogram {
        let histogram = Histogram::new(bounds.iter().copied());
        self.show(metric, labels, histogram.clone());
        histogram
    }

    /// A number that is read when somebody asks: a gauge, or a counter that is kept elsewhere.
    pub fn read(
        &self,
        metric: &'static Metric,
        labels: &[Label],
        read: impl Fn() -> u64 + Send + Sync + 'static,
    ) {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
        let as_is = move || read() as f64;
        self.read_fraction(metric, labels, as_is);
    }

    /// The same for a number that is not whole.
    pub fn read_fraction(
        &self,
        metric: &'static Metric,
        labels: &[Label],
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        let counts = metric.kind == Kind::Counter;
        self.show(
            metric,
            labels,
            Read {
                counts,
                read: Box::new(read),
            },
        );
    }

    fn show(
        &self,
        metric: &'static Metric,
        labels: &[Label],
        value: impl EncodeMetric + Send + Sync + 'static,
    ) {
        let mut all = vec![("service", self.service)];
        all.extend_from_slice(labels);
        self.series
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Series {
                metric,
                labels: all,
                value: Box::new(value),
            });
    }
}

struct Read {
    counts: bool,
    read: Box<dyn Fn() -> f64 + Send + Sync>,
}

impl EncodeMetric for Read {
    fn encode(&self, mut encoder: MetricEncoder) -> Result<(), std::fmt::Error> {
        let value = (self.read)();
        if self.counts {
            return encoder.encode_counter::<NoLabelSet, _, u64>(&value, None);
        }
        encoder.encode_gauge(&value)
    }

    fn metric_type(&self) -> MetricType {
        if self.counts {
            MetricType::Counter
        } else {
            MetricType::Gauge
        }
    }
}
