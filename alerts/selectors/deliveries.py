"""What became of telling people."""

from django.db.models import Prefetch, QuerySet

from alerts.enums import Reason
from alerts.models import Alert, Channel, DeliveryAttempt, Notification


def deliveries() -> QuerySet[Notification]:
    """The delivery log, newest first, with channels and tries; three queries however long."""
    tries = Prefetch("attempts", DeliveryAttempt.objects.order_by("pk"))
    return Notification.objects.select_related("channel", "route", "told_in").prefetch_related(tries)


def deliveries_of(alert: Alert, *, limit: int = 50) -> QuerySet[Notification]:
    """Who was told about one alert, newest first."""
    links = Notification.episodes.through.objects.filter(episode__alert=alert)
    return deliveries().filter(pk__in=links.values("notification"))[:limit]


def last_test(channel: Channel) -> Notification | None:
    """The newest test of a channel, with its tries."""
    return deliveries().filter(channel=channel, reason=Reason.TEST).order_by("-pk").first()
