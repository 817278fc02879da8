"""Which spans are recorded. Imported only while tracing is on, since it needs OpenTelemetry's SDK."""

from collections.abc import Sequence
from typing import Final

from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    DEFAULT_OFF,
    DEFAULT_ON,
    Decision,
    ParentBasedTraceIdRatio,
    Sampler,
    SamplingResult,
    TraceIdRatioBased,
)
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanKind,
    TraceState,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.util.types import Attributes

_FIXED: Final = {
    "always_on": ALWAYS_ON,
    "always_off": ALWAYS_OFF,
    "parentbased_always_on": DEFAULT_ON,
    "parentbased_always_off": DEFAULT_OFF,
}


def sampler_of(name: str, ratio: float) -> Sampler:
    """By the name that `OTEL_TRACES_SAMPLER` gives; KeyError for an unknown one."""
    if name == "traceidratio":
        return _Caused(TraceIdRatioBased(ratio))
    if name == "parentbased_traceidratio":
        return _Caused(ParentBasedTraceIdRatio(ratio))
    return _Caused(_FIXED[name])


class _Caused(Sampler):
    """As `chosen` decides, of what a request caused.

    A query without a parent is what a service does on its own account, such as a poll: it is not
    recorded. A batch has no parent, but links to the traces that caused it: it is if one of these is.
    """

    def __init__(self, chosen: Sampler) -> None:
        self._chosen = chosen

    def should_sample(  # noqa: PLR0913, PLR0917 — as the SDK calls it
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        sampler = self._chosen
        if not get_current_span(parent_context).get_span_context().is_valid:
            if links:
                sampler = ALWAYS_ON if any(map(self._keeps, links)) else ALWAYS_OFF
            elif kind is SpanKind.CLIENT:
                sampler = ALWAYS_OFF
        return sampler.should_sample(
            parent_context, trace_id, name, kind, attributes, links, trace_state
        )

    def _keeps(self, link: Link) -> bool:
        """Whether a span in the linked trace is recorded."""
        cause = set_span_in_context(NonRecordingSpan(link.context))
        sampled = self._chosen.should_sample(cause, link.context.trace_id, "")
        return sampled.decision is Decision.RECORD_AND_SAMPLE

    def get_description(self) -> str:
        return f"Caused{{{self._chosen.get_description()}}}"
