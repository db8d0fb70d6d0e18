"""How alerts like this one ended before."""

from django.db.models import Q, QuerySet

from alerts.enums import Resolution
from alerts.models import Alert, Episode

BY_PEOPLE = (Resolution.FIXED, Resolution.EXPECTED, Resolution.FALSE_POSITIVE, Resolution.OTHER)


def similar_endings(alert: Alert, *, limit: int = 5) -> QuerySet[Episode]:
    """Ended episodes of the same rule, of this subject or another, newest first; those people ended only.

    What the product found out by itself ("recovered") teaches nobody what to do.
    """
    same_rule = Q(alert__kind=alert.kind, alert__method=alert.method, alert__column=alert.column)
    ended = Episode.objects.filter(same_rule, resolution__in=BY_PEOPLE).select_related("alert", "resolved_by")
    return ended.prefetch_related("events").order_by("-resolved_at", "-pk")[:limit]
