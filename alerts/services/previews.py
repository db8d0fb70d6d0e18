"""What a route would do with the alerts there are, before it is saved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from alerts.models import Alert, Channel, Route
from alerts.services.matching import clean_match
from alerts.services.routing import routes_in_use

LOOKS_AT = 200
SHOWN = 5


@dataclass(frozen=True, slots=True)
class WouldTell:
    """``how`` is "at once" or "digest"; ``through`` is the earlier route that reaches the channel already."""

    channel: Channel
    how: str
    through: Route | None


@dataclass(frozen=True, slots=True)
class Example:
    alert: Alert
    told: Sequence[WouldTell]


@dataclass(frozen=True, slots=True)
class RoutePreview:
    """Of the newest ``looked_at`` alerts the ``taken`` ones, the first few with whom it would tell."""

    condition: str
    looked_at: int
    taken: int
    examples: Sequence[Example]


def preview_route(
    *,
    match: Any,
    channels: Iterable[Channel],
    position: int = 100,
    instead_of: Route | None = None,
    **fields: Any,
) -> RoutePreview:
    """``fields`` are those of ``Route``; nothing is saved. Three queries. ValidationError with the field."""
    draft = Route(match=clean_match(match), position=position, **fields)
    earlier = [route for route in routes_in_use() if route != instead_of and route.position <= position]
    alerts = list(Alert.objects.order_by("-last_seen_at", "-pk")[:LOOKS_AT])
    taken = [alert for alert in alerts if draft.takes(alert)]
    to = list(channels)
    examples = [
        Example(alert, [_would_tell(draft, earlier, alert, channel) for channel in to])
        for alert in taken[:SHOWN]
    ]
    return RoutePreview(draft.condition, len(alerts), len(taken), examples)


def _would_tell(draft: Route, earlier: Iterable[Route], alert: Alert, channel: Channel) -> WouldTell:
    through = next((r for r in earlier if r.takes(alert) and channel in r.reaches), None)
    return WouldTell(channel, "digest" if draft.digests(alert) else "at once", through)
