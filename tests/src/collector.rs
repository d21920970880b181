//! A collector of traces: takes OTLP over HTTP as any backend does, and shows one trace as a tree with its times.

use std::{
    collections::HashMap,
    fmt::Write as _,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use chassis::lifecycle::Lifecycle;
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, common::v1::any_value::Value,
};
use prost::Message as _;

/// A span as it was exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Whose: `phien-orders`.
    pub service: String,
    /// What was done.
    pub name: String,
    /// The trace, as hexadecimal digits.
    pub trace: String,
    /// The span, as hexadecimal digits.
    pub id: String,
    /// What it was done for; empty for the first.
    pub parent: String,
    /// Traces that it served too.
    pub links: Vec<String>,
    /// Nanoseconds since 1970.
    pub from: u64,
    /// Nanoseconds since 1970.
    pub to: u64,
}

/// What came so far.
#[derive(Debug, Clone, Default)]
pub struct Collector(Arc<Mutex<Vec<Seen>>>);

impl Collector {
    /// Listens on a port of this machine until the lifecycle ends.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn start(lifecycle: &Lifecycle) -> std::io::Result<(Self, SocketAddr)> {
        let collector = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .route("/v1/traces", post(take))
            .with_state(collector.clone());
        let alive = lifecycle.clone();
        let stop = async move { alive.stopping().await };
        let serving = axum::serve(listener, router).with_graceful_shutdown(stop);
        lifecycle.spawn(std::future::IntoFuture::into_future(serving));
        Ok((collector, address))
    }

    /// All spans of a trace, in the order in which they began.
    #[must_use]
    pub fn of(&self, trace: &str) -> Vec<Seen> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut spans: Vec<Seen> = all
            .iter()
            .filter(|span| span.trace == trace)
            .cloned()
            .collect();
        spans.sort_by_key(|span| span.from);
        spans
    }
}

async fn take(State(Collector(all)): State<Collector>, body: Bytes) -> StatusCode {
    let Ok(request) = ExportTraceServiceRequest::decode(body) else {
        return StatusCode::BAD_REQUEST;
    };
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    for resource in request.resource_spans {
        let attributes = resource.resource.unwrap_or_default().attributes;
        let named = attributes.into_iter().find(|one| one.key == "service.name");
        let service = match named.and_then(|one| one.value).and_then(|any| any.value) {
            Some(Value::StringValue(name)) => name,
            _ => String::new(),
        };
        for span in resource
            .scope_spans
            .into_iter()
            .flat_map(|scope| scope.spans)
        {
            all.push(Seen {
                service: service.clone(),
                name: span.name,
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: hex(&span.parent_span_id),
                links: span.links.iter().map(|link| hex(&link.trace_id)).collect(),
                from: span.start_time_unix_nano,
                to: span.end_time_unix_nano,
            });
        }
    }
    StatusCode::OK
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A trace as text: what was done for what, when it began and how long it took.
#[must_use]
pub fn tree(spans: &[Seen]) -> String {
    let known: HashMap<&str, &Seen> = spans.iter().map(|span| (span.id.as_str(), span)).collect();
    let began = spans.iter().map(|span| span.from).min().unwrap_or_default();
    let mut text = String::from("  began ms   took ms\n");
    for root in spans
        .iter()
        .filter(|span| !known.contains_key(span.parent.as_str()))
    {
        write_branch(&mut text, spans, root, began, 0);
    }
    text
}

fn write_branch(text: &mut String, spans: &[Seen], span: &Seen, began: u64, depth: usize) {
    let ms = |nanos: u64| std::time::Duration::from_nanos(nanos).as_secs_f64() * 1_000.0;
    let _ = writeln!(
        text,
        "{:>10.2}{:>10.2}  {}{} · {}",
        ms(span.from - began),
        ms(span.to.saturating_sub(span.from)),
        "  ".repeat(depth),
        span.service,
        span.name
    );
    for child in spans.iter().filter(|child| child.parent == span.id) {
        write_branch(text, spans, child, began, depth + 1);
    }
}
