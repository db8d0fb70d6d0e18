"""Alerts as an Atom feed (RFC 4287), for readers that know no sign-in: the address carries a token."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alerts.forms import AlertFilter
from alerts.models import Alert
from dataops.web import tokens
from dataops.web.models import TokenScope

NEWEST = 50


@never_cache
@login_not_required
@require_safe
def alert_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The alerts last seen, by the filters of the list; 404 for a token that is unknown, spent or may write.

    Addresses get about: one that may also write has no place in them.
    """
    key = tokens.find(token)
    if key is None or not key.is_usable or not key.user.is_active or key.scope != TokenScope.READ:
        return HttpResponse("No such feed.", status=404, content_type="text/plain")
    tokens.touch(key)
    request.user = key.user
    found = AlertFilter(request.GET, Alert.objects.exclude(status="pending"), request=request).qs
    body = _feed(found.order_by("-last_seen_at", "-pk")[:NEWEST])
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")


def _feed(alerts: object) -> str:
    feed = Atom1Feed(
        title="DataOps Inspector: alerts",
        link=f"{settings.PUBLIC_URL}/alerts/",
        description="",
        feed_guid=f"{settings.PUBLIC_URL}/alerts/",
    )
    for alert in alerts:  # type: ignore[attr-defined]
        state = alert.status if alert.is_resolved else alert.severity
        feed.add_item(
            title=f"[{state}] {alert.subject_name}: {alert.title}",
            link=f"{settings.PUBLIC_URL}{alert.get_absolute_url()}",
            # What users wrote is data: readers take the summary for HTML.
            description=escape(alert.message),
            unique_id=f"urn:sha256:{alert.fingerprint}:{alert.opened_at:%Y%m%dT%H%M%S}",
            pubdate=alert.opened_at,
            updateddate=alert.resolved_at or alert.last_seen_at,
            categories=(alert.severity, alert.kind),
        )
    return feed.writeString("utf-8")
