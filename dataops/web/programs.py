"""Programs bring a token: what sessions, pages and forms need is no business of theirs.

The layers that serve people took half of the time of a small request. They let a program's pass, and stand
in the settings in the place of those they are made of.
"""

from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from dataops.web import tokens
from dataops.web.paths import API_PREFIX, INFERENCE_PREFIX

GetResponse = Callable[[HttpRequest], HttpResponse]

HEADERS = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Content-Language": "en"}
"""What a browser makes of an answer that was meant for a program: nothing."""


def is_program(request: HttpRequest) -> bool:
    """Whether a program asks; False of what came by another road than a server."""
    return getattr(request, "is_program", False)


class Programs:
    """Finds out for ``is_program``; nobody is signed in until the API has looked at the token."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.is_program = _asks_api_by_token(request)  # type: ignore[attr-defined]
        if not is_program(request):
            return self.get_response(request)
        request.user = AnonymousUser()
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def _asks_api_by_token(request: HttpRequest) -> bool:
    """Whether the API will look at a token, good or not, and at nothing else, to know who asks."""
    return (
        request.path_info.startswith((API_PREFIX, INFERENCE_PREFIX)) and tokens.brought(request) is not None
    )


class ForPeople:
    """Mixed into a layer: requests of programs pass."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request) if is_program(request) else super().__call__(request)  # type: ignore[misc]


class ContentSecurityPolicy(ForPeople, CSPMiddleware):
    pass


class Sessions(ForPeople, SessionMiddleware):
    pass


class Authentication(ForPeople, AuthenticationMiddleware):
    pass


class Messages(ForPeople, MessageMiddleware):
    pass
