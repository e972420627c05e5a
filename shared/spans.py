"""Spans as OpenTelemetry's own kit makes and sends them; imported only where they are wanted."""

from collections.abc import Iterable
from dataclasses import replace

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from shared.telemetry import AppliedFact
from shared.tracing import Trace

FAILED = 500
REQUEST_ID = "motcua.request_id"


class _SpanIds(RandomIdGenerator):
    """By chance, but for a span whose id was told in a fact before it began."""

    def __init__(self) -> None:
        self.told: str | None = None

    def generate_span_id(self) -> int:
        told, self.told = self.told, None
        return super().generate_span_id() if told is None else int(told, 16)


class Recorder:
    """Begins and ends this process's spans, and sends them in batches from a thread."""

    def __init__(self, process: str) -> None:
        named = Resource.create({"service.name": process, "service.namespace": "motcua"})
        # Not made the global one: libraries that look for it would tell more than is meant.
        self._ids = _SpanIds()
        provider = TracerProvider(resource=named, id_generator=self._ids)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = provider.get_tracer("motcua")

    def begin(self, trace: Trace) -> tuple[Trace, Span]:
        """Begin a request's span, and give the place below it."""
        above = _below(trace) if trace.continued else None
        span = self._tracer.start_span("request", above, SpanKind.SERVER)
        place = span.get_span_context()
        below = f"00-{place.trace_id:032x}-{place.span_id:016x}-{place.trace_flags:02x}"
        return replace(trace, traceparent=below, continued=True), span

    def end(self, span: Span, trace: Trace, *, method: str, route: str, status: int) -> None:
        """End a request's span, now that it is known what it was."""
        span.update_name(f"{method} {route}")
        span.set_attribute("http.request.method", method)
        span.set_attribute("http.route", route)
        span.set_attribute("http.response.status_code", status)
        span.set_attribute(REQUEST_ID, trace.request_id)
        if status >= FAILED:
            span.set_status(StatusCode.ERROR)
        span.end()

    def applied(self, facts: Iterable[AppliedFact], *, since_ns: int) -> None:
        """Tell of facts that were applied together, each below the request that told it."""
        for fact in facts:
            # What the fact led to names this span as its own.
            self._ids.told = fact.here.span_id
            self._tracer.start_span(
                f"apply {fact.type}",
                _below(fact.told),
                SpanKind.CONSUMER,
                attributes={REQUEST_ID: fact.told.request_id},
                start_time=since_ns,
            ).end()


def _below(trace: Trace) -> Context:
    _, trace_id, span_id, flags = trace.traceparent.split("-")
    place = SpanContext(
        int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16))
    )
    return set_span_in_context(NonRecordingSpan(place))
