"""Small rules for every request and response."""

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import is_valid_path
from django.utils.cache import patch_vary_headers
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars, reset_contextvars

from dataops.web import throttle
from dataops.web.api import problems
from dataops.web.errors import bad_request
from dataops.web.paths import API_PREFIX, INFERENCE_PREFIX
from dataops.web.programs import is_program

IN_THE_CLEAR = "This API speaks HTTPS only. A token that was sent over HTTP can have been read: revoke it."

GetResponse = Callable[[HttpRequest], HttpResponse]


class ApiPathMiddleware:
    """Lets every API path be written with or without a trailing slash."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API_PREFIX) and request.path_info.endswith("/"):
            request.path_info = request.path_info.rstrip("/")
        return self.get_response(request)


class ApiOverHttpsMiddleware:
    """Refuses a program that speaks HTTP where it should be HTTPS; browsers are led on (ASVS 4.1.2)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_api = request.path_info.startswith((API_PREFIX, INFERENCE_PREFIX))
        if is_api and settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return problems.respond(request, HTTPStatus.FORBIDDEN, IN_THE_CLEAR)
        return self.get_response(request)


class NoNulMiddleware:
    """Refuses a NUL in the address: PostgreSQL takes none in text, and nobody means one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request, SuspiciousOperation("NUL in the address"))
        return self.get_response(request)


class FormAddressMiddleware:
    """The address of a form, opened by hand or after a sign-in, leads to the page that has the form."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = not request.path_info.startswith(API_PREFIX) and request.method == "GET"
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not is_page:
            return response
        page = request.path_info.rstrip("/").rpartition("/")[0] + "/"
        return redirect(page) if is_valid_path(page) else response


class RequestLogMiddleware(RequestMiddleware):
    """Gives what is logged of a request its id, who asked and where; not what was asked.

    A query string may hold a signature, or what people searched for. Of a program's request that went well
    nothing is logged: it needs no more than its id and address, for what is logged on the way.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_program(request):
            return cast("HttpResponse", super().__call__(request))
        bound = bind_contextvars(request_id=str(uuid.uuid4()), ip=throttle.address_of(request))
        try:
            response = cast("HttpResponse", self.get_response(request))
            if response.status_code >= HTTPStatus.BAD_REQUEST:
                self.handle_response(request, response)
        finally:
            reset_contextvars(**bound)
        return response

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


class SignInWaitMiddleware:
    """Whoever failed too often is told how long to wait, whatever the view made of it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        seconds = getattr(request, "sign_in_wait", 0)
        return throttle.answer(request, seconds) if seconds else response


class ResponsePolicyMiddleware:
    """No caching of data, fragments told apart from pages, and the listed origins may call the API."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        origin = request.META.get("HTTP_ORIGIN", "")
        may_call = request.path_info.startswith(API_PREFIX) and origin in settings.CORS_ALLOWED_ORIGINS
        # A preflight carries no token: it is answered here, before anybody asks for one.
        is_preflight = request.method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META
        response = HttpResponse(status=204) if may_call and is_preflight else self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        if not is_program(request):
            self._as_page(response)
        if may_call:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Idempotency-Key"
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, PATCH, DELETE"
            response.headers["Access-Control-Expose-Headers"] = "Location, Retry-After"
            patch_vary_headers(response, ["Origin"])
        return response

    def _as_page(self, response: HttpResponse) -> None:
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"
        )
        patch_vary_headers(
            response, ["HX-Request", "Origin"] if settings.CORS_ALLOWED_ORIGINS else ["HX-Request"]
        )
