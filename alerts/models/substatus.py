"""How an open alert stands: new, back again, getting worse, or long known. Computed, never stored.

The rule stands here twice, for one row and for the database, and nowhere else.
"""

from datetime import datetime, timedelta
from typing import Protocol

from django.db.models import Case, CharField, Q, Value, When
from django.utils import timezone

from alerts.enums import UNRESOLVED, Substatus

NEWS_FOR = timedelta(days=7)
"""How long something is news, and how soon after its end it comes back rather than anew: as in Sentry."""


class Dated(Protocol):
    status: str
    opened_at: datetime
    worsened_at: datetime | None
    back_after_seconds: int | None


def substatus_of(alert: Dated) -> str:
    """One of ``Substatus``, empty for what is not open."""
    newsworthy = timezone.now() - NEWS_FOR
    if alert.status not in UNRESOLVED:
        return ""
    if alert.worsened_at is not None and alert.worsened_at > newsworthy:
        return Substatus.ESCALATING
    if alert.opened_at <= newsworthy:
        return Substatus.ONGOING
    came_back = alert.back_after_seconds is not None and alert.back_after_seconds < NEWS_FOR.total_seconds()
    return Substatus.REGRESSED if came_back else Substatus.NEW


def substatus_now() -> Case:
    """The same as an expression."""
    newsworthy = timezone.now() - NEWS_FOR
    return Case(
        When(~Q(status__in=UNRESOLVED), then=Value("")),
        When(worsened_at__gt=newsworthy, then=Value(Substatus.ESCALATING)),
        When(opened_at__lte=newsworthy, then=Value(Substatus.ONGOING)),
        When(back_after_seconds__lt=NEWS_FOR.total_seconds(), then=Value(Substatus.REGRESSED)),
        default=Value(Substatus.NEW),
        output_field=CharField(),
    )
