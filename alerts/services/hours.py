"""The hours of a route as they are stored, and time zones."""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError

from alerts.models import Route
from dataops.web.words import lazy as _


def zone_problem(name: str) -> str:
    """What is wrong with the name of a time zone; empty when nothing is."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return _("%(name)s is no time zone; give one such as Europe/Berlin.") % {"name": repr(name[:60])}
    return ""


def check_hours(route: Route) -> None:
    """Raises ValidationError with the field; sorts the days."""
    problems: dict[str, str] = {}
    if not _are_weekdays(route.days):
        problems["days"] = _("Give weekdays as numbers from 1 (Monday) to 7 (Sunday), each once.")
    if (route.from_time is None) != (route.to_time is None):
        problems["from_time" if route.from_time is None else "to_time"] = _("Give both times, or neither.")
    elif route.from_time is not None and route.from_time == route.to_time:
        problems["to_time"] = _("Start and end are the same; leave both empty for the whole day.")
    if problem := zone_problem(route.time_zone):
        problems["time_zone"] = problem
    if problems:
        raise ValidationError(problems)
    route.days = sorted(route.days)


def _are_weekdays(days: Any) -> bool:
    if not isinstance(days, list) or not all(type(day) is int and 1 <= day <= 7 for day in days):
        return False
    return len(set(days)) == len(days)
