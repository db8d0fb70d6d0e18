"""Failed sign-ins are slowed down, never locked for ever.

Every wrong password (on the page, over the API, when asked to confirm) and every wrong code of a second
factor counts twice: for the name from this address, in tiers, and for the name over all addresses, so
that many addresses guessing at one account are slowed down as well. The counts are rows: all processes
and machines see the same ones, and what one person does never clears those of another.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import Any

import structlog
from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import F, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dataops.web.api import problems
from dataops.web.models import FailedSignIns
from dataops.web.paths import API_PREFIX

log = structlog.get_logger(__name__)

Tiers = Sequence[tuple[int, timedelta]]
"""From how many failures on, the most first, the next try has to wait how long."""

FROM_ONE_ADDRESS: Tiers = ((20, timedelta(hours=24)), (10, timedelta(hours=1)), (5, timedelta(minutes=5)))
FROM_ANYWHERE: Tiers = ((200, timedelta(hours=1)), (50, timedelta(minutes=10)))
FORGOTTEN_AFTER = timedelta(days=1)
ANYWHERE = ""


class ThrottledBackend:
    """Asked first of all backends; it lets nobody in, it only turns away who has to wait."""

    def authenticate(self, request: HttpRequest | None, username: str = "", **_: Any) -> None:
        if request is not None and must_wait(request, username):
            raise PermissionDenied


def must_wait(request: HttpRequest, name: str) -> bool:
    """Whether this name has to wait from this address; the request is then answered with 429."""
    addresses = (address_of(request), ANYWHERE)
    rows = FailedSignIns.objects.filter(name=_known_as(name), address__in=addresses)
    until: datetime | None = rows.aggregate(until=Max("waits_until"))["until"]
    if until is None or until <= timezone.now():
        return False
    request.sign_in_wait = ceil((until - timezone.now()).total_seconds())  # type: ignore[attr-defined]
    return True


def count(request: HttpRequest, name: str) -> None:
    """One more failure of this name; a try while it waits does not count."""
    if getattr(request, "sign_in_wait", 0):
        return
    _count(name, address_of(request), FROM_ONE_ADDRESS)
    _count(name, ANYWHERE, FROM_ANYWHERE)


def _count(name: str, address: str, tiers: Tiers) -> None:
    now, place = timezone.now(), {"name": _known_as(name), "address": address}
    FailedSignIns.objects.filter(**place, last_at__lt=now - FORGOTTEN_AFTER).delete()
    row, _created = FailedSignIns.objects.get_or_create(**place, defaults={"last_at": now})
    FailedSignIns.objects.filter(pk=row.pk).update(failures=F("failures") + 1, last_at=now)
    row.refresh_from_db()
    wait = next((wait for least, wait in tiers if row.failures >= least), None)
    if wait is not None:
        FailedSignIns.objects.filter(pk=row.pk).update(waits_until=now + wait)


def forget(request: HttpRequest, name: str) -> None:
    """Somebody is in: their failures from this address are forgiven, those from elsewhere are not."""
    FailedSignIns.objects.filter(name=_known_as(name), address=address_of(request)).delete()


def tidy() -> None:
    FailedSignIns.objects.filter(last_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: behind our proxy, the address that the proxy saw."""
    told = request.META
    return _address(
        told.get("REMOTE_ADDR"), told.get("HTTP_X_FORWARDED_FOR"), settings.ALLAUTH_TRUSTED_PROXY_COUNT
    )


@lru_cache(maxsize=1_000)
def _address(peer: str | None, forwarded_for: str | None, _proxies: int) -> str:
    """Kept, as finding it takes a twentieth of a small request, and callers come again."""
    request = HttpRequest()
    told = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded_for}
    request.META = {name: value for name, value in told.items() if value}
    return get_client_ip(request) or ""


def bind_address(*, request: HttpRequest, **_: Any) -> None:
    """Logs and audit log tell the address that we believe, not one that the caller claims."""
    structlog.contextvars.bind_contextvars(ip=address_of(request))


def _known_as(name: str) -> str:
    return name.casefold()[:150]


def answer(request: HttpRequest, seconds: int) -> HttpResponse:
    """429 with Retry-After, as a page or as a problem."""
    if request.path_info.startswith(API_PREFIX):
        response: HttpResponse = problems.respond(
            request, 429, f"Too many failed sign-ins. Wait {seconds} s, then try again."
        )
    else:
        context = {"wait_minutes": ceil(seconds / 60)}
        response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response


def on_failure(*, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    if request is None:
        return
    name = credentials.get("username", "")
    log.warning("sign-in failed", name=name, address=address_of(request))
    count(request, name)


def on_sign_in(*, request: HttpRequest, user: Any, **_: Any) -> None:
    log.info("signed in", name=user.get_username(), address=address_of(request))
    forget(request, user.get_username())
