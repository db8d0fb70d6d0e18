"""Alerts that people report."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from alerts import services
from alerts.forms import ReportForm
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.handle_alert")
def alert_report(request: HttpRequest) -> HttpResponse:
    """A new alert, or one more report of one that is known by the same title."""
    form = ReportForm(request.POST or None)
    if form.is_valid():
        alert = services.report_from_outside(form.said, by=request.user, **form.subject)
        if alert is not None:
            messages.success(
                request, _("Reported. It goes where its routes lead, until somebody resolves it.")
            )
            return redirect(alert)
    return render(request, "alerts/alert_form.html", {"form": form}, status=422 if form.errors else 200)
