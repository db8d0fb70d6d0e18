"""When what was told of a subject was called of no use by somebody."""

from collections.abc import Iterable
from datetime import datetime

from alerts.models import Episode
from alerts.selectors.analytics import NOT_USEFUL


def called_not_useful(
    subject_type: str, subject_id: str, kinds: Iterable[str]
) -> list[tuple[datetime, datetime]]:
    """From when to when alerts were open that were then called expected or false; one query."""
    found = Episode.objects.filter(
        alert__subject_type=subject_type,
        alert__subject_id=subject_id,
        alert__kind__in=list(kinds),
        resolution__in=NOT_USEFUL,
    )
    times = found.order_by("opened_at").values_list("opened_at", "resolved_at")
    return [(opened_at, resolved_at) for opened_at, resolved_at in times if resolved_at is not None]
