"""Setting up routes."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from alerts.models import Channel, Route
from alerts.services.hours import check_hours
from alerts.services.matching import clean_match
from dataops.web import audit


@transaction.atomic
def create_route(
    *, name: str, channels: Iterable[Channel], by: Any, match: Any = None, **fields: Any
) -> Route:
    """``fields`` are those of ``Route``; ValidationError with the field."""
    route = Route(name=name, match=clean_match(match or {}), **fields)
    _check(route)
    route.save()
    route.channels.set(channels)
    audit.record("route.created", by=by, target=route, changes=_shown(route))
    return route


@transaction.atomic
def update_route(
    route: Route, *, by: Any, channels: Iterable[Channel] | None = None, **changes: Any
) -> Route:
    """Change any argument of ``create_route``."""
    if "match" in changes:
        changes["match"] = clean_match(changes["match"])
    for name, value in changes.items():
        setattr(route, name, value)
    _check(route)
    route.save()
    if channels is not None:
        route.channels.set(channels)
    audit.record("route.changed", by=by, target=route, changes=_shown(route))
    return route


@transaction.atomic
def delete_route(route: Route, *, by: Any) -> None:
    """Messages that came through it stay in the log."""
    audit.record("route.deleted", by=by, target=route, changes=_shown(route))
    route.delete()


def _check(route: Route) -> None:
    route.full_clean()
    check_hours(route)


def _shown(route: Route) -> dict[str, Any]:
    return {
        "match": route.match,
        "position": route.position,
        "enabled": route.enabled,
        "interval_minutes": route.interval_minutes,
        "hours": route.hours.in_words(),
        "channels": [channel.name for channel in route.channels.all()],
    }
