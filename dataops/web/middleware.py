"""Small rules for every request and response."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

API_PREFIX = "/api/"
NO_DEVICES = "camera=(), microphone=(), geolocation=(), payment=()"

GetResponse = Callable[[HttpRequest], HttpResponse]


class ApiPathMiddleware:
    """Lets every API path be written with or without a trailing slash."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API_PREFIX) and request.path_info.endswith("/"):
            request.path_info = request.path_info.rstrip("/")
        return self.get_response(request)


class NoNulMiddleware:
    """Refuses a NUL in the address: PostgreSQL takes none in text, and nobody means one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("NUL in the address")
        return self.get_response(request)


class ResponsePolicyMiddleware:
    """No caching of data, fragments told apart from pages, and the listed origins may call the API."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        origin = request.headers.get("Origin", "")
        may_call = request.path_info.startswith(API_PREFIX) and origin in settings.CORS_ALLOWED_ORIGINS
        # A preflight carries no token: it is answered here, before anybody asks for one.
        is_preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        response = HttpResponse(status=204) if may_call and is_preflight else self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"
        )
        patch_vary_headers(
            response, ["HX-Request", "Origin"] if settings.CORS_ALLOWED_ORIGINS else ["HX-Request"]
        )
        if may_call:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Idempotency-Key"
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, PATCH, DELETE"
            response.headers["Access-Control-Expose-Headers"] = "Location, Retry-After"
        return response
