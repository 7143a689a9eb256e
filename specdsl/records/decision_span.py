"""OpenTelemetry spans of decisions; needs `opentelemetry-api`, an extra."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from specdsl.base.version import __version__

MISSING = "spans need opentelemetry-api: pip install 'specdsl[telemetry]'"


class DecisionSpan:
    """The span of one call."""

    def __init__(self, span: Any) -> None:
        self._span = span
        context = span.get_span_context()
        self.trace_id = format(context.trace_id, "032x") if context.is_valid else None
        self.span_id = format(context.span_id, "016x") if context.is_valid else None

    def add_outcomes(self, outcomes: Mapping[str, str]) -> None:
        """Add the outcome of each decision."""
        for name, outcome in outcomes.items():
            self._span.set_attribute(f"specdsl.outcome.{name}", outcome)


class DecisionTracer:
    """Starts a span for each call, as a child of the span in which the call is made."""

    def __init__(self) -> None:
        """Raises `ImportError` with what to install if the extra is missing."""
        try:
            from opentelemetry import trace
        except ImportError:
            raise ImportError(MISSING) from None
        self._tracer = trace.get_tracer("specdsl", __version__)

    @contextmanager
    def start_span(self, attributes: Mapping[str, str]) -> Iterator[DecisionSpan]:
        """Start the span of a call; an exception in it is its status."""
        named = {f"specdsl.{name}": value for name, value in attributes.items()}
        with self._tracer.start_as_current_span("specdsl.decide", attributes=named) as span:
            yield DecisionSpan(span)
