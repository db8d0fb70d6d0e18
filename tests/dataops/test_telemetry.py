"""Traces and errors go where who runs the product wants them, and hold nothing of what people do with it.

That jobs are traced too is seen on the whole road, in tests/flows/test_road.py.
"""

import subprocess
import sys
from importlib.util import find_spec

import pytest

from dataops.web.processes import ROOT
from tests.support.http import http_sink
from tests.support.missing import MARK
from tests.support.processes import environment

if find_spec("opentelemetry") is None or find_spec("sentry_sdk") is None:
    pytest.skip(f"{MARK}the packages of requirements-telemetry.txt", allow_module_level=True)

TRACED = """
from dataops.wsgi import application
from dataops.celery import app
from django.test import Client
from opentelemetry import trace
Client(SERVER_NAME="localhost").get("/healthz?search=hush")
trace.get_tracer_provider().shutdown()
"""
BROKEN = """
import django; django.setup()
from django.test import Client
from dataops.web.api import auth
def explode(*_, **__): raise RuntimeError("the part that broke at ann.lee@example.com")
auth.authenticate = explode
there = {"SERVER_NAME": "localhost", "HTTP_COOKIE": "sessionid=hush", "HTTP_REFERER": "/?q=hush"}
browser = Client(raise_request_exception=False, **there)
person = {"username": "hush", "password": "hush"}
browser.post("/api/v1/auth/token?q=hush", person, content_type="application/json")
import sentry_sdk; sentry_sdk.flush()
"""


def told(tmp_path, program: str, variable: str, address: str) -> list[tuple[str, bytes]]:
    """What a receiver gets of a program that is told of it by ``variable``."""
    with http_sink() as sink:
        host = sink.url.removeprefix("http://")
        environ = environment(tmp_path, 8000, {variable: address.format(host=host)})
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environ, check=True)
    return [(taken.path, taken.content) for taken in sink.taken]


def test_a_request_is_traced_without_what_was_asked(tmp_path):
    received = told(tmp_path, TRACED, "OTEL_EXPORTER_OTLP_ENDPOINT", "http://{host}")
    spans = b"".join(body for path, body in received if path == "/v1/traces")

    assert b"healthz" in spans
    assert b"dataops-web" in spans
    assert b"hush" not in spans


def test_what_breaks_is_reported_without_who_it_was(tmp_path):
    received = told(tmp_path, BROKEN, "SENTRY_DSN", "http://key@{host}/1")
    reported = b"".join(body for path, body in received if path.endswith("/envelope/"))

    assert b"the part that broke" in reported
    assert b"hush" not in reported
    assert b"ann.lee" not in reported
