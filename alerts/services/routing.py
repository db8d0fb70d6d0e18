"""Which channels hear of an alert, and through which route."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from alerts.models import Alert, Channel, Route


def routes_in_use() -> list[Route]:
    """In order, each with its channels in use; two queries."""
    return list(Route.objects.in_use().prefetch_related(Prefetch("channels", channels_in_use())))


def channels_in_use() -> QuerySet[Channel]:
    return Channel.objects.filter(enabled=True)


def first_routes(routes: Sequence[Route], alert: Alert, at: datetime | None = None) -> dict[int, Route]:
    """Per channel the first route that takes the alert, at that time if one is given."""
    by_channel: dict[int, Route] = {}
    for route in routes:
        if route.takes(alert) and (at is None or route.hours.include(at)):
            for channel in route.channels.all():
                by_channel.setdefault(channel.pk, route)
    return by_channel


def routing_of(alert: Alert, routes: Sequence[Route]) -> list[tuple[Route, Channel, str]]:
    """Every channel of those of the routes that take the alert, and how: "at once", "digest" or not ("")."""
    first = first_routes(routes, alert, timezone.now())
    return [
        (route, channel, _how(route, alert) if first.get(channel.pk) == route else "")
        for route in routes
        if route.takes(alert)
        for channel in route.channels.all()
    ]


def _how(route: Route, alert: Alert) -> str:
    return "digest" if route.digests(alert) else "at once"
