"""Error answers in the layout for people, as problems for programs."""

import sys
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from dataops.web.api import problems
from dataops.web.outages import outage_of
from dataops.web.paths import API_PREFIX


def _answer(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    if request.path_info.startswith(API_PREFIX):
        return problems.respond(request, status, detail)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # Without the request: who is signed in and what waits for them may be just what cannot be asked.
        return HttpResponse(render_to_string(f"{int(status)}.html", {"detail": detail}), status=status)
    return render(request, f"{status}.html", {"detail": detail}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return _answer(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, problems.too_large(exception))
    return _answer(request, HTTPStatus.BAD_REQUEST, "The request cannot be read.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, HTTPStatus.FORBIDDEN, "Your role may not do this.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, HTTPStatus.NOT_FOUND, "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponse:
    if outage := outage_of(sys.exc_info()[1]):
        answer = _answer(request, outage.status, outage.detail)
        answer.headers["Retry-After"] = str(outage.retry_after_seconds)
        return answer
    return _answer(
        request, HTTPStatus.INTERNAL_SERVER_ERROR, "Something broke on our side; it is in the log."
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if request.path_info.startswith(API_PREFIX):
        return problems.respond(request, HTTPStatus.FORBIDDEN, reason)
    return render(request, "403_csrf.html", {"reason": reason}, status=HTTPStatus.FORBIDDEN)
