"""Whether this process tells a collector what it does; otherwise no span costs anything.

`OTEL_EXPORTER_OTLP_ENDPOINT` switches it on, and OpenTelemetry's other variables do what they are
documented to do. A span names route, status and request, never an address and what stands in it.
"""

import importlib
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from fastapi.telemetry import TelemetryConfig

from shared import tracing
from shared.tracing import Trace

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from shared.spans import Recorder

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
FRAMEWORK_OFF: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False}
"""FastAPI would tell paths and queries, in which tokens and codes stand; and look, each time."""

_recorders: list["Recorder"] = []
"""The process's one recorder, or none."""


class AppliedFact(NamedTuple):
    """A fact that was applied here: the request that told it, and the place of what it led to."""

    type: str
    told: Trace
    here: Trace


class TelemetryMissing(RuntimeError):
    """A collector is named, and the packages that could reach it are not installed."""


def configure(process: str) -> None:
    """Send this process's spans where the environment says; raises TelemetryMissing."""
    if _recorders or not any(os.environ.get(name) for name in ENDPOINTS):
        return
    try:
        spans = importlib.import_module("shared.spans")
    except ImportError as missing:
        raise TelemetryMissing(
            f"{ENDPOINTS[0]} is set, but the packages of the extra `telemetry` are not installed; "
            "install motcua[telemetry], or unset it"
        ) from missing
    _recorders.append(spans.Recorder(process))


def begin(trace: Trace) -> "tuple[Trace, Span | None]":
    """Begin a request's span; what the request causes belongs to the trace that is given back."""
    if not _recorders:
        return trace, None
    below, span = _recorders[0].begin(trace)
    tracing.enter(below)
    return below, span


def end(span: "Span | None", trace: Trace, *, method: str, route: str, status: int) -> None:
    """End the span that `begin` gave."""
    if span is not None:
        _recorders[0].end(span, trace, method=method, route=route, status=status)


def records() -> bool:
    """Whether anybody collects."""
    return bool(_recorders)


def applied(facts: Iterable[AppliedFact], *, since_ns: int) -> None:
    """Tell of facts that were applied together."""
    if _recorders:
        _recorders[0].applied(facts, since_ns=since_ns)
