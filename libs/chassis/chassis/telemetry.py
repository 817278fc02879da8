"""Tracing with OpenTelemetry: on while a service has `OTEL_EXPORTER_OTLP_ENDPOINT`, else not even imported."""

import asyncio
import logging
import os
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final

import structlog

from chassis import spans
from chassis.logs import Repetitions
from chassis.settings import ServiceSettings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span
    from pymongo.monitoring import CommandStartedEvent
    from yarl import URL

EXPORT_INTERVAL: Final = 1.0  # seconds
CLOSE_SECONDS: Final = 2.0  # for what has not been exported when a service stops

_EXPORTER: Final = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
_ONCE_A_MINUTE: Final = Repetitions()

log = structlog.get_logger()


@asynccontextmanager
async def open_tracing(service: str, settings: ServiceSettings) -> AsyncIterator[None]:
    """Trace what the body does, if there is somewhere to send the traces.

    To be opened before the clients of the stores, which are instrumented as they are made.
    """
    if settings.otel_exporter_otlp_endpoint is None:
        yield
        return
    provider = _provider(service, settings, settings.otel_exporter_otlp_endpoint)
    exporter = logging.getLogger(_EXPORTER)
    exporter.setLevel(logging.ERROR)  # a warning at each retry is too much
    exporter.addFilter(_ONCE_A_MINUTE)
    _instrument(provider)
    spans.use_tracer(provider.get_tracer("chassis"))
    log.info("tracing", sampler=settings.otel_traces_sampler)
    try:
        yield
    finally:
        spans.use_tracer(None)
        # A daemon, so that nothing waits longer for a collector that is away.
        closing = threading.Thread(target=provider.shutdown, daemon=True)
        closing.start()
        await asyncio.to_thread(closing.join, CLOSE_SECONDS)


def _provider(service: str, settings: ServiceSettings, endpoint: str) -> "TracerProvider":
    # ruff: noqa: PLC0415 — the SDK takes memory and a quarter of a second, so it is imported when needed
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import SpanLimits, TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from chassis.exporter import WithoutMessages
    from chassis.sampler import sampler_of

    provider = TracerProvider(
        sampler=sampler_of(settings.otel_traces_sampler, settings.otel_traces_sampler_arg),
        resource=Resource.create({"service.name": service}),
        # A batch is linked to many traces.
        span_limits=SpanLimits(max_links=512, max_attribute_length=256),
        shutdown_on_exit=False,  # it would wait for a collector that is away
    )
    exporter = WithoutMessages(OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces"))
    provider.add_span_processor(
        BatchSpanProcessor(exporter, schedule_delay_millis=EXPORT_INTERVAL * 1000)
    )
    return provider


def _instrument(provider: "TracerProvider") -> None:
    """Instrument those of the libraries below that this service has installed."""
    # The names of today's conventions, not those of before 1.23 (HTTP) and 1.33 (databases).
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")
    options: Mapping[str, Mapping[str, Callable[..., object]]] = {
        "aiohttp-client": {"url_filter": _origin},
        "pymongo": {"request_hook": _name_command},
        "redis": {},
    }
    for entry_point in entry_points(group="opentelemetry_instrumentor"):
        if entry_point.name in options:
            instrumentor = entry_point.load()()
            instrumentor.instrument(tracer_provider=provider, **options[entry_point.name])


def _origin(url: "URL") -> str:
    """Without the path and the query, which hold what a client sent."""
    return str(url.origin())


def _name_command(span: "Span", event: "CommandStartedEvent") -> None:
    """As the conventions for MongoDB have it, for which the instrumentation has no names yet."""
    collection = event.command.get(event.command_name)
    named = isinstance(collection, str)
    span.update_name(f"{event.command_name} {collection}" if named else event.command_name)
    span.set_attribute("db.operation.name", event.command_name)
