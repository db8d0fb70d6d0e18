"""Setting up routes."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from alerts.models import Channel, Route
from alerts.services.matching import clean_match
from dataops.web import audit


@transaction.atomic
def create_route(
    *, name: str, channels: Iterable[Channel], by: Any, match: Any = None, position: int = 100,
    enabled: bool = True,
) -> Route:  # fmt: skip
    route = Route(name=name, match=clean_match(match or {}), position=position, enabled=enabled)
    route.full_clean()
    route.save()
    route.channels.set(channels)
    audit.record("route.created", by=by, target=route, changes=_shown(route))
    return route


@transaction.atomic
def update_route(
    route: Route, *, by: Any, channels: Iterable[Channel] | None = None, **changes: Any
) -> Route:
    """Change ``name``, ``match``, ``position``, ``enabled`` or the channels."""
    if "match" in changes:
        changes["match"] = clean_match(changes["match"])
    for name, value in changes.items():
        setattr(route, name, value)
    route.full_clean()
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


def _shown(route: Route) -> dict[str, Any]:
    return {
        "match": route.match,
        "position": route.position,
        "enabled": route.enabled,
        "channels": [channel.name for channel in route.channels.all()],
    }
