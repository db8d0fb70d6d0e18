"""How the outbox is: for probes, the status page and Prometheus."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _
from prometheus_client.core import GaugeMetricFamily

from alerts.enums import NotificationState
from alerts.models import Alert, DeliveryAttempt, Notification
from dataops.web.health import Part, oldest_waits

LONGEST_WAIT = timedelta(minutes=5)
DEAD_COUNTS_FOR = timedelta(hours=24)


def outbox() -> Part:
    """Works while messages leave within minutes."""
    waits = _longest_wait()
    detail = oldest_waits(waits) if waits else _("nothing waits")
    return Part("outbox", ok=waits < LONGEST_WAIT, detail=detail)


def deliveries() -> Part:
    """Works while no message was given up in the last day, or what was has been sent again.

    What was meant for a channel that is deleted by now cannot be, and is left out."""
    recently = timezone.now() - DEAD_COUNTS_FOR
    dead = Notification.objects.filter(
        state=NotificationState.DEAD, finished_at__gte=recently, channel__isnull=False
    )
    by_channel = dead.order_by().values_list("channel__name").annotate(count=Count("pk"))
    named = ", ".join(
        _("%(count)s to %(channel)s") % {"count": count, "channel": name}
        for name, count in by_channel.order_by("channel__name")
    )
    detail = _("given up in the last 24 h: %(which)s") % {"which": named} if named else _("none given up")
    return Part("deliveries", ok=not named, detail=detail)


def _longest_wait() -> timedelta:
    """How long the oldest unsent message that could go out now has been there; zero when there is none."""
    oldest = Notification.objects.due().order_by().aggregate(at=Min("not_before"))["at"]
    return max(timezone.now() - oldest, timedelta(0)) if oldest else timedelta(0)


def metrics() -> Iterator[GaugeMetricFamily]:
    alerts = GaugeMetricFamily(
        "dataops_alerts", "Alerts by status and severity", labels=["status", "severity"]
    )
    for status, severity, count in _grouped(Alert, "status", "severity"):
        alerts.add_metric([status, severity], count)
    yield alerts
    messages = GaugeMetricFamily("dataops_notifications", "Messages by state", labels=["state"])
    for state, count in _grouped(Notification, "state"):
        messages.add_metric([state], count)
    yield messages
    tries = GaugeMetricFamily(
        "dataops_deliveries_last_hour", "Tries to send in the last hour", labels=["channel", "outcome"]
    )
    lately = DeliveryAttempt.objects.filter(at__gt=timezone.now() - timedelta(hours=1)).order_by()
    for channel, outcome, count in lately.values_list("notification__channel__name", "outcome").annotate(
        count=Count("pk")
    ):
        tries.add_metric([channel, outcome], count)
    yield tries
    waits = GaugeMetricFamily("dataops_outbox_wait_seconds", "Age of the oldest message that is due")
    waits.add_metric([], _longest_wait().total_seconds())
    yield waits


def _grouped(model: type[Alert] | type[Notification], *fields: str) -> Iterator[tuple]:
    yield from model._default_manager.order_by().values_list(*fields).annotate(count=Count("pk"))
