"""What wakes a snoozed alert before its time: so many more bad reports, or a worse value."""

from django.core.exceptions import ValidationError

from alerts.models import Alert
from dataops.engine.findings import FindingState
from dataops.engine.units import in_words
from dataops.web.words import lazy as _

MOST_REPORTS = 1000
CLEARLY = 0.1
"""A value is worse once it lies further from its limit by a tenth: half a step is no news."""


def count_that_wakes(alert: Alert, more_reports: int | None) -> int | None:
    """Raises ValidationError for less than one more report or very many."""
    if more_reports is None:
        return None
    if not 1 <= more_reports <= MOST_REPORTS:
        raise ValidationError(
            {"more_reports": _("Give a number from 1 to %(most)s.") % {"most": MOST_REPORTS}}
        )
    return alert.count + more_reports


def value_that_wakes(alert: Alert) -> float:
    """What is clearly worse than the newest bad value. Raises ValidationError where there is none."""
    bad = (p for p in reversed(alert.history) if p["state"] == FindingState.BREACH and p["value"] is not None)
    worst = next(bad, None)
    if worst is None:
        raise ValidationError({"worse": _("It has no value that could get worse.")})
    return worst["value"] + CLEARLY * (worst["value"] - (worst["threshold"] or 0.0))


def why_it_wakes(alert: Alert) -> str:
    """What of it came to pass with the newest report; empty while nothing did."""
    if not alert.is_snoozed:
        return ""
    if alert.snoozed_to_count is not None and alert.count >= alert.snoozed_to_count:
        return "As many more bad reports came as the snooze allowed."
    if _is_worse(alert):
        return f"Its value, {in_words(alert.value or 0.0, alert.unit)}, is worse than the snooze allowed."
    return ""


def _is_worse(alert: Alert) -> bool:
    """Worse is what lies further on the side of the limit where the bad values lie."""
    bound, limit = alert.snoozed_to_value, alert.threshold or 0.0
    if bound is None or alert.value is None:
        return False
    return alert.value < bound < limit or alert.value > bound >= limit
