"""Loads what a web process would otherwise load while the first person waits."""

import gc
from typing import Any
from wsgiref.types import WSGIApplication
from wsgiref.util import setup_testing_defaults

import structlog
from django.db import connections
from django.urls import reverse

log = structlog.get_logger(__name__)


def warm_up(application: WSGIApplication) -> str:
    """Ask the application for its sign-in page: addresses, templates, words and names of static files.

    The status it answered with, such as "200 OK"; empty when it broke, which is no reason not to start: its
    database or its static files may come later.
    """
    try:
        return _ask(application, reverse("login"))
    except Exception as fault:
        log.warning("the first page broke", fault=f"{type(fault).__name__}: {fault}")
        return ""
    finally:
        connections.close_all()  # requests are answered by other threads
        # What is here now stays. The collector need not walk it again whenever a request made some objects.
        gc.collect()
        gc.freeze()


def _ask(application: WSGIApplication, path: str) -> str:
    statuses: list[str] = []
    # As if over HTTPS, or an installation that insists on it would only lead us there.
    environ: dict[str, Any] = {"HTTP_HOST": "localhost", "HTTP_X_FORWARDED_PROTO": "https", "PATH_INFO": path}
    setup_testing_defaults(environ)
    answer = application(environ, lambda status, _headers, _fault=None: statuses.append(status))  # type: ignore[arg-type]
    if hasattr(answer, "close"):
        answer.close()
    return statuses[0]
