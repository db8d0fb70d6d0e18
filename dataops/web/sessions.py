"""How long somebody stays signed in, and who has to have a second factor."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dataops.web.api import problems
from dataops.web.paths import API_PREFIX
from dataops.web.programs import is_program
from dataops.web.sign_in import has_second_factor
from dataops.web.words import lazy as _

GetResponse = Callable[[HttpRequest], HttpResponse]

SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"
NOTED_EVERY_SECONDS = 600
ACCOUNT_PAGES = "/accounts/"
NEEDED = _("Your role needs a second factor: add one, then go on.")


def begin(*, request: HttpRequest, **_signal: Any) -> None:
    """Somebody signed in: from now on counts how long that lasts at most."""
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = time.time()


class SessionEndMiddleware:
    """A session ends hours after the last request, and days after its sign-in whatever happens.

    What a page asks by itself is no request of somebody.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_session = not is_program(request) and settings.SESSION_COOKIE_NAME in request.COOKIES
        if has_session and SIGNED_IN_AT in request.session:
            self._age(request)
        return self.get_response(request)

    def _age(self, request: HttpRequest) -> None:
        now, session = time.time(), request.session
        if now - session[SIGNED_IN_AT] > settings.SESSION_LONGEST_SECONDS:
            logout(request)
        elif "HX-Request" not in request.headers and now - session[SEEN_AT] > NOTED_EVERY_SECONDS:
            # What changes is sent anew, and lasts from now.
            session[SEEN_AT] = now


class SecondFactorMiddleware:
    """Who has a role that needs a second factor gets nowhere else until there is one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_given: Any) -> HttpResponse | None:
        if not settings.SECOND_FACTOR_ROLES or not request.user.is_authenticated:
            return None
        # Views of the API let everybody in, and look at tokens and sessions themselves.
        is_api = request.path_info.startswith(API_PREFIX)
        is_open = not is_api and not getattr(view, "login_required", True)
        if is_open or request.path_info.startswith(ACCOUNT_PAGES):
            return None
        if _came_by_provider(request) or not lacks_second_factor(request.user):
            return None
        if is_api:
            return problems.respond(request, 403, str(NEEDED))
        messages.info(request, NEEDED)
        return redirect("mfa_index")


def lacks_second_factor(user: User) -> bool:
    """Whether one of the person's roles needs a second factor, and they have none."""
    needing = set(settings.SECOND_FACTOR_ROLES)
    if not needing:
        return False
    is_meant = (user.is_superuser and "admin" in needing) or user.groups.filter(name__in=needing).exists()
    return is_meant and not has_second_factor(user)


def _came_by_provider(request: HttpRequest) -> bool:
    """Who signed in with an account of the organisation: how surely is the business of that door."""
    return any(record["method"] == "socialaccount" for record in get_authentication_records(request))
