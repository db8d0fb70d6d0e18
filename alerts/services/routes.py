"""Setting up routes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from alerts.models import Channel, EscalationStep, Route
from alerts.models.routing import MOST_STEPS
from alerts.services.hours import check_hours
from alerts.services.matching import clean_match
from dataops.web import audit
from dataops.web.words import lazy as _

Steps = Sequence[Mapping[str, Any]]
"""``[{"after_minutes": 15, "channels": [...]}, ...]``"""


@transaction.atomic
def create_route(
    *, name: str, channels: Iterable[Channel], by: Any, match: Any = None, steps: Steps = (), **fields: Any
) -> Route:
    """``fields`` are those of ``Route``; ValidationError with the field."""
    route = Route(name=name, match=clean_match(match or {}), **fields)
    _check(route)
    route.save()
    route.channels.set(channels)
    _set_steps(route, steps)
    audit.record("route.created", by=by, target=route, changes=_shown(route))
    return route


@transaction.atomic
def update_route(
    route: Route, *, by: Any, channels: Iterable[Channel] | None = None, steps: Steps | None = None,
    **changes: Any,
) -> Route:  # fmt: skip
    """Change any argument of ``create_route``."""
    if "match" in changes:
        changes["match"] = clean_match(changes["match"])
    if changes.get("digest", route.digest) != route.digest:
        route.digested_until = timezone.now()  # or the next would tell of all the time there was none
    for name, value in changes.items():
        setattr(route, name, value)
    _check(route)
    route.save()
    if channels is not None:
        route.channels.set(channels)
    if steps is not None:
        _set_steps(route, steps)
    audit.record("route.changed", by=by, target=route, changes=_shown(route))
    return route


@transaction.atomic
def delete_route(route: Route, *, by: Any) -> None:
    """Messages that came through it stay in the log."""
    audit.record("route.deleted", by=by, target=route, changes=_shown(route))
    # Held first: a report that is being written may still lead to it.
    Route.objects.select_for_update().get(pk=route.pk).delete()


def _set_steps(route: Route, steps: Steps) -> None:
    minutes = [step["after_minutes"] for step in steps]
    if len(steps) > MOST_STEPS or len(set(minutes)) < len(minutes):
        raise ValidationError(
            {"steps": _("At most %(most)s steps, each after other minutes.") % {"most": MOST_STEPS}}
        )
    if not all(step["channels"] for step in steps):
        raise ValidationError({"steps": _("Each step needs a channel.")})
    route.steps.exclude(after_minutes__in=minutes).delete()
    for step in steps:
        made = EscalationStep(route=route, after_minutes=step["after_minutes"])
        made.full_clean(validate_constraints=False)
        kept, _made = route.steps.get_or_create(after_minutes=made.after_minutes)
        kept.channels.set(step["channels"])


def _check(route: Route) -> None:
    route.full_clean()
    check_hours(route)


def _shown(route: Route) -> dict[str, Any]:
    return {
        "match": route.match,
        "position": route.position,
        "enabled": route.enabled,
        "digest": route.digest,
        "steps": [step.after_minutes for step in route.steps.all()],
        "interval_minutes": route.interval_minutes,
        "hours": route.hours.in_words(),
        "channels": [channel.name for channel in route.channels.all()],
    }
