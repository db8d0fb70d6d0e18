"""Which channels hear of an alert, and through which route."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from alerts.models import Alert, Channel, Route

_IN_ORDER = ("route__position", "route_id", "channel__name")


def keep_setup() -> None:
    """Until the transaction ends nobody deletes a channel or a route; others read and report meanwhile.

    PostgreSQL looks at its end whether what a message leads to is still there, and where it is not the whole
    report would be undone. SQLite has one writer at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM alerts_channel ORDER BY id FOR KEY SHARE")
            cursor.execute("SELECT id FROM alerts_route ORDER BY id FOR KEY SHARE")


def routes_in_use() -> list[Route]:
    """Those that lead anywhere, in order, each with its channels in use; one query."""
    links = Route.channels.through.objects.filter(route__enabled=True, channel__enabled=True)
    routes: dict[int, Route] = {}
    reached: dict[int, list[Channel]] = defaultdict(list)
    for link in links.select_related("route", "channel").order_by(*_IN_ORDER):
        reached[link.route_id].append(link.channel)
        routes.setdefault(link.route_id, link.route).reaches = reached[link.route_id]
    return list(routes.values())


def channels_in_use() -> QuerySet[Channel]:
    return Channel.objects.filter(enabled=True)


def first_routes(routes: Sequence[Route], alert: Alert, at: datetime | None = None) -> dict[int, Route]:
    """Per channel the first route that takes the alert, at that time if one is given."""
    by_channel: dict[int, Route] = {}
    for route in routes:
        if route.takes(alert) and (at is None or route.hours.include(at)):
            for channel in route.reaches:
                by_channel.setdefault(channel.pk, route)
    return by_channel


def routing_of(alert: Alert, routes: Sequence[Route]) -> list[tuple[Route, Channel, str]]:
    """Every channel of those of the routes that take the alert, and how: "at once", "digest" or not ("")."""
    first = first_routes(routes, alert, timezone.now())
    return [
        (route, channel, _how(route, alert) if first.get(channel.pk) == route else "")
        for route in routes
        if route.takes(alert)
        for channel in route.reaches
    ]


def _how(route: Route, alert: Alert) -> str:
    return "digest" if route.digests(alert) else "at once"
