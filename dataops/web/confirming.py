"""Dangerous actions ask once more who is there, when the last proof is some minutes old."""

import time
from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

View = Callable[..., HttpResponse]

PROVEN_AT = "identity_proven_at"


def is_proven(request: HttpRequest) -> bool:
    """Whether a password or second factor was given lately; a token proves itself with every call."""
    age = time.time() - request.session.get(PROVEN_AT, 0)
    return bool(age < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def remember(*, request: HttpRequest, **_: Any) -> None:
    """Somebody signed in, or proved who they are."""
    request.session[PROVEN_AT] = time.time()


def identity_proven(view: View, *, also_to_look: bool = True) -> View:
    """For views of dangerous actions: who cannot be told surely is asked first, then comes back.

    Forms are asked about before they are filled in; what was sent is not kept, as it may be a secret.
    """

    @wraps(view)
    def ask_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_look = request.method in ("GET", "HEAD")
        # A part of a page that is open already is not asked about.
        is_free = is_look and (not also_to_look or getattr(request, "htmx", False))
        if is_free or not request.user.is_authenticated or is_proven(request):
            return view(request, *args, **kwargs)
        if not is_look:
            messages.info(request, "Nothing was changed yet: confirm that it is you, then do it again.")
        address = f"{_door(request)}?{urlencode({'next': request.get_full_path()})}"
        return HttpResponseClientRedirect(address) if getattr(request, "htmx", False) else redirect(address)

    return ask_first


identity_proven_to_change = partial(identity_proven, also_to_look=False)
"""For pages that everybody may look at, and whose form is dangerous."""


def _door(request: HttpRequest) -> str:
    """Where this person can prove it: with what they have, or by signing in once more."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    return methods[0]["url"] if methods else reverse("openid_connect_login", args=[settings.OIDC_KEY])
