"""Setting up routes."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from alerts.enums import Severity, SubjectType
from alerts.models import Channel, Route
from dataops.web import audit

_ALLOWED = {"severity_at_least": set(Severity.values), "subject_type": set(SubjectType.values), "kind": None}


def clean_match(match: Any) -> dict[str, str]:
    """The conditions as they are stored, empty ones left out; ValidationError for anything else.

    A condition with a slip in its name must not turn into a route that takes everything.
    """
    if not isinstance(match, dict):
        raise ValidationError({"match": "This must be an object."})
    cleaned = {}
    for name, value in match.items():
        if name not in _ALLOWED:
            raise ValidationError({"match": f"No condition {name!r}; known: {', '.join(_ALLOWED)}."})
        allowed = _ALLOWED[name]
        if value in (None, ""):
            continue
        if not _is_plain(value) or (allowed and value not in allowed):
            known = f" known: {', '.join(sorted(allowed))}." if allowed else ""
            raise ValidationError({"match": f"{name} cannot be {str(value)[:80]!r}.{known}"})
        cleaned[name] = value
    return cleaned


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 80 and "\0" not in value


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
