"""Sign-in with an account of the organisation (OpenID Connect): who may, and how the provider is reached."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import requests
import structlog
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.openid_connect.views import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from dataops.web import safe_http

log = structlog.get_logger(__name__)

REPLY_BYTES = 1024**2
SECONDS = 10.0


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """People come in by the e-mail address they were invited with, once the provider has verified it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        for address in (each.email for each in sociallogin.email_addresses if each.verified):
            # Of two accounts with one address, nobody can say which is meant.
            found = User.objects.filter(email__iexact=address, is_active=True)[:2]
            if len(found) == 1:
                return found[0], address
        return None

    def get_requests_session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.max_redirects = 0
        for scheme in ("https://", "http://"):
            session.mount(scheme, GuardedAdapter())
        return session


@login_not_required
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider; one that cannot be reached is told, not broken over."""
    try:
        answer: HttpResponse = login(request, provider_id)
    except requests.RequestException as error:
        log.warning("the sign-in provider does not answer", fault=str(error))
        return render(request, "socialaccount/authentication_error.html", status=HTTPStatus.BAD_GATEWAY)
    return answer


class GuardedAdapter(BaseAdapter):
    """What allauth asks of a provider, sent by our one way out."""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        body = request.body.encode() if isinstance(request.body, str) else b""
        try:
            reply = safe_http.exchange(
                request.method or "GET", request.url or "", body,
                headers=_own_headers(request), seconds=SECONDS, max_bytes=REPLY_BYTES,
            )  # fmt: skip
        except safe_http.OutboundError as error:
            raise requests.ConnectionError(str(error)) from None
        response = requests.Response()
        response.status_code = reply.status
        response.headers = CaseInsensitiveDict(reply.headers)
        response.url, response.request = request.url or "", request
        response._content = reply.body
        return response

    def close(self) -> None:
        """Each request has a connection of its own."""


def _own_headers(request: requests.PreparedRequest) -> dict[str, str]:
    """All but the encodings that requests could unpack: what our client can is its own matter."""
    return {name: str(value) for name, value in request.headers.items() if name.lower() != "accept-encoding"}
