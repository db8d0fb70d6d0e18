"""Traces by OpenTelemetry and errors by Sentry, where who runs the product has named a receiver.

Both need the packages of ``requirements-telemetry.txt``, which are not installed by default. Neither is told
what people searched for, who they are, or what is in their data.
"""

import os
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from dataops.engine.personal import mask_text

WITH_QUERY = ("http.url", "http.target", "url.full", "url.query")


def report_errors(dsn: str, *, release: str) -> None:
    """Send what breaks to Sentry, without persons, bodies of requests, and values of variables."""
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        release=release,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,  # one of them is a password
        max_breadcrumbs=0,  # they repeat what was logged and asked before
        before_send=_leave_out_what_was_said,
    )


def start_tracing(service: str) -> None:
    """Send a span of each request and job; for a process that will not fork any more."""
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.celery import CeleryInstrumentor
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    os.environ.setdefault("OTEL_SERVICE_NAME", service)
    provider = TracerProvider(resource=Resource.create())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument(request_hook=_leave_out_what_was_asked)
    CeleryInstrumentor().instrument()


def _leave_out_what_was_said(event: Any, _hint: Any) -> Any:
    """Errors quote data, and the page before may have been a search."""
    request = event.get("request", {})
    request.pop("query_string", None)
    request["headers"] = {k: v for k, v in request.get("headers", {}).items() if k.lower() != "referer"}
    for fault in event.get("exception", {}).get("values", ()):
        fault["value"] = mask_text(fault.get("value") or "")
    return event


def _leave_out_what_was_asked(span: Any, request: Any) -> None:
    """A query string may hold what people searched for, or a signature."""
    for name in WITH_QUERY:
        if value := (span.attributes or {}).get(name):
            told = "" if name == "url.query" else urlunsplit(urlsplit(value)._replace(query=""))
            span.set_attribute(name, told)
