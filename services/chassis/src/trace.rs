//! One order, one trace: from the request over HTTP to the message that its viewers get.
//!
//! A trace travels as text (`traceparent` of W3C) in a header of a question or an event, in the column `trace` of the
//! outbox, and in a task while it works for it ([`within`]). Spans name their parents, because an order crosses queues
//! and batches on its way: a span that serves several traces is the child of the first and linked to the others.
//!
//! Whoever is not sampled carries nothing at all; where nothing is exported, nobody is sampled.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    future::Future,
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};

use opentelemetry::{
    Context, KeyValue,
    trace::{
        Span as _, SpanContext, SpanId, SpanKind, TraceContextExt as _, TraceFlags, TraceId,
        TraceState, Tracer as _, TracerProvider as _,
    },
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{
    Resource,
    trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider},
};

/// The header by which a trace travels.
pub const HEADER: &str = "traceparent";

/// Spans leave at least this often.
const EXPORT_EVERY: Duration = Duration::from_secs(1);
const EXPORT_WITHIN: Duration = Duration::from_secs(5);

/// Of this process, as its logs are.
static EXPORT: OnceLock<Export> = OnceLock::new();

tokio::task_local! {
    static CURRENT: Trace;
}

struct Export {
    endpoint: String,
    ratio: f64,
    /// By service: each is a name of its own to whoever looks at traces.
    providers: Mutex<BTreeMap<&'static str, Option<SdkTracerProvider>>>,
}

/// Starts exporting to an OTLP endpoint over HTTP ("http://127.0.0.1:4318"). `ratio` of the requests that come without
/// a trace get one; those that come with one decide themselves. A second start in one process keeps the first.
pub fn start(endpoint: &str, ratio: f64) {
    let export = Export {
        endpoint: format!("{}/v1/traces", endpoint.trim_end_matches('/')),
        ratio,
        providers: Mutex::default(),
    };
    if EXPORT.set(export).is_ok() {
        tracing::info!(ratio, "traces go to {endpoint}");
    }
}

/// Exports what is left. Blocks: call it where nothing else is to be done.
pub fn stop() {
    let Some(export) = EXPORT.get() else { return };
    let providers = export.providers.lock();
    let providers = providers.unwrap_or_else(PoisonError::into_inner);
    for provider in providers.values().flatten() {
        if let Err(error) = provider.shutdown_with_timeout(EXPORT_WITHIN) {
            tracing::warn!("the last spans are lost: {error}");
        }
    }
}

impl Export {
    fn provider(&self, service: &'static str) -> Option<SdkTracerProvider> {
        let providers = self.providers.lock();
        providers
            .unwrap_or_else(PoisonError::into_inner)
            .entry(service)
            .or_insert_with(|| self.make(service))
            .clone()
    }

    fn make(&self, service: &'static str) -> Option<SdkTracerProvider> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_endpoint(&self.endpoint)
            .with_timeout(EXPORT_WITHIN)
            .build()
            .inspect_err(|error| tracing::error!("traces are not exported: {error}"))
            .ok()?;
        let pace = BatchConfigBuilder::default().with_scheduled_delay(EXPORT_EVERY);
        let batches = BatchSpanProcessor::builder(exporter).with_batch_config(pace.build());
        let resource = Resource::builder().with_service_name(format!("phien-{service}"));
        let provider = SdkTracerProvider::builder()
            .with_span_processor(batches.build())
            .with_resource(resource.build());
        Some(provider.build())
    }
}

/// A place in a trace that others can follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace(SpanContext);

impl Trace {
    /// Reads a `traceparent`; `None` for one that is malformed, is not sampled, or when nothing is exported.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        EXPORT.get()?;
        parse(text).filter(SpanContext::is_sampled).map(Self)
    }

    /// As a `traceparent`.
    #[must_use]
    pub fn text(&self) -> String {
        let Self(place) = self;
        format!("00-{}-{}-01", place.trace_id(), place.span_id())
    }
}

fn parse(text: &str) -> Option<SpanContext> {
    let mut parts = text.split('-');
    let (version, trace, span, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let right = version.len() == 2 && trace.len() == 32 && span.len() == 16 && flags.len() == 2;
    if !right || version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?);
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    let place = SpanContext::new(trace, span, flags, true, TraceState::NONE);
    place.is_valid().then_some(place)
}

/// A span under way; it ends when dropped. Most are nothing.
#[derive(Debug, Default)]
pub struct Span(Option<Box<opentelemetry_sdk::trace::Span>>);

impl Span {
    /// The first of a trace, or nothing: a client's `traceparent` decides, else the ratio.
    #[must_use]
    pub fn first(
        service: &'static str,
        name: impl FnOnce() -> Cow<'static, str>,
        traceparent: Option<&str>,
    ) -> Self {
        let Some(export) = EXPORT.get() else {
            return Self(None);
        };
        let parent = traceparent.and_then(parse);
        let sampled = match &parent {
            Some(parent) => parent.is_sampled(),
            None => rand::random::<f64>() < export.ratio,
        };
        if !sampled {
            return Self(None);
        }
        Self::begin(service, name(), SpanKind::Server, parent)
    }

    /// After another, if that is traced.
    #[must_use]
    pub fn after(service: &'static str, name: &str, parent: Option<&Trace>) -> Self {
        let Some(Trace(parent)) = parent else {
            return Self(None);
        };
        let name = Cow::Owned(name.to_owned());
        Self::begin(service, name, SpanKind::Internal, Some(parent.clone()))
    }

    /// After several: a child of the first, linked to the others.
    #[must_use]
    pub fn after_all<'a>(
        service: &'static str,
        name: &str,
        parents: impl IntoIterator<Item = &'a Trace>,
    ) -> Self {
        let mut parents = parents.into_iter();
        let mut span = Self::after(service, name, parents.next());
        for other in parents {
            span.link(other);
        }
        span
    }

    fn begin(
        service: &'static str,
        name: Cow<'static, str>,
        kind: SpanKind,
        parent: Option<SpanContext>,
    ) -> Self {
        let provider = EXPORT.get().and_then(|export| export.provider(service));
        let Some(provider) = provider else {
            return Self(None);
        };
        let tracer = provider.tracer("phien");
        let parent = parent.map_or_else(Context::new, |parent| {
            Context::new().with_remote_span_context(parent)
        });
        let builder = tracer.span_builder(name).with_kind(kind);
        Self(Some(Box::new(builder.start_with_context(&tracer, &parent))))
    }

    /// This span serves another trace too.
    pub fn link(&mut self, other: &Trace) {
        if let Some(span) = &mut self.0 {
            span.add_link(other.0.clone(), Vec::new());
        }
    }

    /// Notes something about it: an id or a figure, never a person's data.
    pub fn note(&mut self, key: &'static str, value: i64) {
        if let Some(span) = &mut self.0 {
            span.set_attribute(KeyValue::new(key, value));
        }
    }

    /// The place that others follow; `None` for a span that is nothing.
    #[must_use]
    pub fn trace(&self) -> Option<Trace> {
        let span = self.0.as_ref()?;
        Some(Trace(span.span_context().clone()))
    }
}

/// What this task works for.
#[must_use]
pub fn current() -> Option<Trace> {
    EXPORT.get()?;
    CURRENT.try_with(Clone::clone).ok()
}

/// Works for a trace, if there is one.
pub async fn within<T>(trace: Option<Trace>, work: impl Future<Output = T>) -> T {
    match trace {
        None => work.await,
        Some(trace) => CURRENT.scope(trace, work).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_is_read_as_it_is_written() {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let place = parse(text).unwrap();
        assert!(place.is_sampled() && place.is_remote());
        assert_eq!(Trace(place).text(), text);
        let unsampled = text.replace("-01", "-00");
        assert!(!parse(&unsampled).unwrap().is_sampled());
        for wrong in [
            "",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e47-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            "00-xbf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn nothing_is_traced_where_nothing_is_exported() {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(Trace::read(text), None);
        let span = Span::first("orders", || "x".into(), Some(text));
        assert_eq!(span.trace(), None);
        let trace = Trace(parse(text).unwrap());
        assert_eq!(within(Some(trace), async { current() }).await, None);
    }
}
