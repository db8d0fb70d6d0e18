"""A drift policy tried on earlier windows: how far it is, what came out, and taking it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from dataops.engine.errors import InspectionError
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from models_registry import selectors, services
from models_registry.forms import PolicyForm
from models_registry.models import DriftBacktest
from models_registry.views.common import find_model, tell_cancelled

PERMISSION = "models_registry.change_watch"


@require_safe
def backtest_detail(request: PageRequest, name: str, pk: int) -> HttpResponse:
    job = _job(name, pk)
    if request.htmx and job.is_terminal:
        return HttpResponseClientRefresh()
    context = {
        "job": job,
        "model": job.version.model,
        "policy": PolicyForm.told(job.policy),
        "windows": selectors.windows_of(job),
    }
    part = "#backtest-status" if request.htmx else ""
    return render(request, f"models_registry/backtest_detail.html{part}", context)


@require_POST
@require_permission(PERMISSION)
def backtest_adopt(request: PageRequest, name: str, pk: int) -> HttpResponse:
    """Make the policy that was tried the one that counts."""
    job = _job(name, pk)
    try:
        services.adopt_backtest(job=job, by=request.user)
    except InspectionError as error:
        messages.error(request, _("Nothing was changed: %(error)s") % {"error": error})
        return redirect(job)
    messages.success(request, _("Saved. The next drift check goes by it."))
    return redirect("models:model_settings", name)


@require_POST
@require_permission(PERMISSION)
def backtest_cancel(request: PageRequest, name: str, pk: int) -> HttpResponse:
    job = _job(name, pk)
    tell_cancelled(request, job, services.cancel_backtest(run=job, by=request.user))
    return redirect(job)


def _job(name: str, pk: int) -> DriftBacktest:
    return get_object_or_404(selectors.backtests_of(find_model(name)), pk=pk)
