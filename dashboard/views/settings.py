"""Settings: where everything is set, what the defaults are, and how the system is."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.presenters.system import environment
from dashboard.selectors.setup import space
from dataops.engine.checks import CHECKS
from dataops.engine.drift import METHODS, DriftPolicy
from dataops.engine.score import DEFAULT_WEIGHTS
from dataops.web import health
from dataops.web.htmx import PageRequest
from quality.models import DataSource


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "dashboard/settings.html")


@require_safe
def scoring(request: HttpRequest) -> HttpResponse:
    """The defaults that every source and model starts from."""
    context = {
        "alert_below": DataSource._meta.get_field("alert_below").default,
        "critical_below": DataSource._meta.get_field("critical_below").default,
        "checks": list(CHECKS),
        "weights": DEFAULT_WEIGHTS.items(),
        "methods": list(METHODS),
        "policy": DriftPolicy(),
    }
    return render(request, "dashboard/scoring.html", context)


@require_safe
def system(request: PageRequest) -> HttpResponse:
    """How every part is; htmx gets the short form for the dashboard."""
    parts = health.parts()
    context = {"parts": parts, "healthy": all(part.ok for part in parts)}
    if request.htmx:
        return render(request, "dashboard/_system_strip.html", context)
    if request.user.has_perm("web.view_auditevent"):
        context |= {"advice": environment(), "home": settings.DATAOPS_HOME}
    return render(request, "dashboard/system.html", context | {"space": space()})
