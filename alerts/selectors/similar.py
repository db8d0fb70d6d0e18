"""How alerts like this one ended before."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from alerts.enums import EventKind, Resolution
from alerts.models import Alert, AlertEvent, Episode

BY_PEOPLE = (Resolution.FIXED, Resolution.EXPECTED, Resolution.FALSE_POSITIVE, Resolution.OTHER)


def similar_endings(alert: Alert, *, limit: int = 5) -> QuerySet[Episode]:
    """Ended episodes of the same rule, of this subject or another, newest first; those people ended only.

    Each with the comment that ended it, as ``said``. What the product found out by itself ("recovered")
    teaches nobody what to do.
    """
    same_rule = Q(alert__kind=alert.kind, alert__method=alert.method, alert__column=alert.column)
    ended = Episode.objects.filter(same_rule, resolution__in=BY_PEOPLE).select_related("alert", "resolved_by")
    said = AlertEvent.objects.filter(episode=OuterRef("pk"), kind=EventKind.RESOLVED).values("comment")
    return ended.annotate(said=Subquery(said[:1])).order_by("-resolved_at", "-pk")[:limit]
