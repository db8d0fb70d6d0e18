"""Loads what a web process would otherwise load while the first person waits."""

from typing import Any
from wsgiref.types import WSGIApplication
from wsgiref.util import setup_testing_defaults

from django.db import connections
from django.urls import reverse


def warm_up(application: WSGIApplication) -> str:
    """Ask the application for its sign-in page: addresses, templates, words and names of static files.

    The status it answered with, such as "200 OK"; any will do, it may be started before its database.
    """
    statuses: list[str] = []
    # As if over HTTPS, or an installation that insists on it would only lead us there.
    environ: dict[str, Any] = {"HTTP_HOST": "localhost", "HTTP_X_FORWARDED_PROTO": "https"}
    environ["PATH_INFO"] = reverse("login")
    setup_testing_defaults(environ)
    answer = application(environ, lambda status, _headers, _fault=None: statuses.append(status))  # type: ignore[arg-type]
    if hasattr(answer, "close"):
        answer.close()
    connections.close_all()  # requests are answered by other threads
    return statuses[0]
