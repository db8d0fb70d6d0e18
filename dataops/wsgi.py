"""WSGI entry point of the web process."""

import os
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import django
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse

from dataops.engine.confine import die_with_parent
from dataops.web.telemetry import start_tracing
from dataops.web.warming import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dataops.settings")


def in_one_piece(handler: WSGIHandler) -> WSGIApplication:
    """An answer that is whole is handed over whole: the server comes back to Python once, not four times."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = handler(environ, start_response)
        if isinstance(response, HttpResponse):
            response.close()
            return [response.content]
        return response  # it comes bit by bit

    return answer


# The server loads us in a worker process, which would keep the port when the server itself is killed.
die_with_parent()
start_tracing("dataops-web")
django.setup(set_prefix=False)
application = in_one_piece(WSGIHandler())
warm_up(application)
