"""How alerting does, and the list as a file and as a feed."""

from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from alerts import selectors, services
from alerts.forms import AlertFilter
from alerts.models import Alert
from alerts.selectors import Analytics
from alerts.views import filtering
from dataops.web import charts
from dataops.web.exports import ROWS_A_PIECE, csv_answer, csv_pieces
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _

PERIODS = (7, 30, 90)
COLUMNS = (
    "id", "status", "severity", "title", "subject_type", "subject_id", "subject_name", "kind", "column",
    "method", "value", "threshold", "unit", "count", "opened_at", "last_seen_at", "acknowledged_at",
    "resolved_at", "resolution", "message",
)  # fmt: skip


@require_safe
def analytics(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and int(asked) in PERIODS else PERIODS[1]
    found = selectors.analytics(days=days)
    proposals = services.proposals(noise.alert for noise in found.noisiest)
    context = {
        "found": found,
        "days": days,
        "periods": PERIODS,
        "noisiest": [(noise, proposals.get(noise.alert.pk)) for noise in found.noisiest],
        "chart": _chart(found) if found.opened else None,
    }
    return render(request, "alerts/analytics.html", context)


@require_POST
@require_permission("alerts.change_policy")
def alert_patience(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a policy of what the noise report proposes for the alert."""
    try:
        policy = services.adopt_proposal(get_object_or_404(Alert, pk=pk), by=request.user)
    except services.Conflict as conflict:
        messages.error(request, str(conflict))
        return redirect("alerts:analytics")
    messages.success(
        request, _("%(name)s is in place; the next report counts by it.") % {"name": policy.name}
    )
    return redirect("alerts:policy_list")


def _chart(found: Analytics) -> Any:
    return charts.bars(
        labels=[day.day for day in found.days],
        series=[
            charts.Series(str(_("Opened")), [day.opened for day in found.days]),
            charts.Series(str(_("Resolved")), [day.resolved for day in found.days]),
        ],
    )


@require_safe
def alert_export(request: HttpRequest) -> StreamingHttpResponse:
    """The alerts that the list shows under the same filters, as CSV without formulas."""
    params = filtering.params_of(request)
    alerts = AlertFilter(params | filtering.chosen(params), Alert.objects.all(), request=request).qs
    rows = alerts.values_list(*COLUMNS).iterator(chunk_size=ROWS_A_PIECE)
    return csv_answer("alerts.csv", csv_pieces(chain([COLUMNS], rows)))
